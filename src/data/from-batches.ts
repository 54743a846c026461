/** @file CIFAR-10 in batches, or in the archive that they are published in. */

import { errors } from "../diagnostics/errors.ts";
import { counted } from "../diagnostics/wording.ts";
import { cifarNames, labelsIn, namesFile, picturesIn, recordsIn, trainBatches } from "./cifar.ts";
import type { Part, Read, Sources } from "./data-set.ts";
import { kept } from "./keep.ts";
import { cifar10 } from "./known.ts";
import { namesIn, namesOf } from "./labels.ts";
import type { PartName } from "./names.ts";
import { baseOf, isBatch, partOfFile } from "./names.ts";
import { fileDigest } from "./opening.ts";
import type { Store } from "./store.ts";
import { bytesAt, openFile } from "./store.ts";
import { membersOf } from "./tar.ts";

/** The batches of each part. */
type Batches = Readonly<Record<PartName, readonly Store[]>>;

/** The data set of batches that are files. */
export async function fromBatches({ found, opening, names }: Sources): Promise<Read> {
  const batches: Record<PartName, Store[]> = { train: [], test: [] };
  for (const path of found.paths.toSorted()) {
    const store = opening.own(openFile(path));
    const part = partOfFile(path);
    opening.gave(path, `${counted(recordsIn(store), "record")} to ${part} with`);
    batches[part].push(opening.inMemory(store));
  }
  return readFrom(batches, found.title, { found, opening, names });
}

/** The data set of the archive. */
export async function fromArchive({ found, opening, names }: Sources): Promise<Read> {
  const [path = "", ...others] = found.paths;
  if (others.length > 0) throw errors.sameRole("archives", found.paths);
  const { name, pieces } = opening.pieces(path);
  const stores = new Map<string, Store>();
  for await (const member of membersOf(pieces, name)) {
    const base = baseOf(member.path);
    if (!isBatch(base)) continue;
    if (stores.has(base)) throw errors.badData(name, `it has ${base} twice`);
    const where = `${path}: ${member.path}`;
    const extent = { end: member.size, told: `${member.size} bytes` };
    const store = await kept(member.pieces, where, opening.budget, () => extent);
    stores.set(base, opening.own(store));
  }
  const text = stores.get(namesFile);
  stores.delete(namesFile);
  const inside = text && { path: text.name, names: namesIn(textOf(text), text.name) };
  const batches: Record<PartName, Store[]> = { train: [], test: [] };
  for (const [base, store] of [...stores].toSorted(([a], [b]) => (a < b ? -1 : 1)))
    batches[partOfFile(base)].push(store);
  opening.gave(path, [...stores.keys()].toSorted().join(", "));
  const isKnown = fileDigest(path, "md5") === cifar10.files[0]!.md5;
  const title = isKnown ? cifar10.title : found.title;
  return readFrom(batches, title, { found, opening, names: names ?? inside ?? null });
}

/** A text of few bytes. */
const textOf = (store: Store): string => Buffer.from(bytesAt(store, 0, 1 << 16)).toString("utf8");

function readFrom(batches: Batches, title: string, { found, opening, names }: Sources): Read {
  if (opening.target === "numbers") throw errors.onlyClasses(found.where);
  const hasLabels = opening.target !== "none";
  const train = partOf(batches.train, hasLabels);
  if (!train)
    throw errors.roleMissing(
      found.where,
      "batch to train with",
      batches.test.map(({ name }) => name),
      trainBatches.join(", "),
    );
  const all = names ? namesOf(cifarNames.length, names) : cifarNames;
  return {
    title,
    train,
    test: partOf(batches.test, hasLabels),
    classNames: hasLabels ? all : null,
  };
}

/** The samples of batches; null where there are none. */
function partOf(batches: readonly Store[], hasLabels: boolean): Part | null {
  if (batches.length === 0) return null;
  if (!hasLabels) return { inputs: picturesIn(batches), classes: null, targets: null };
  const labels = batches.map(labelsIn);
  const classes = new Int32Array(labels.reduce((count, { length }) => count + length, 0));
  let at = 0;
  for (const some of labels) {
    classes.set(some, at);
    at += some.length;
  }
  return { inputs: picturesIn(batches), classes, targets: null };
}

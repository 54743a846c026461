/** @file Data sets of arrays: in IDX or NPY files, or together in an NPZ file. */

import { errors } from "../diagnostics/errors.ts";
import { readIdx, readNpy, readNpz } from "./array-files.ts";
import type { StoredArray } from "./arrays.ts";
import type { Read, Sources } from "./data-set.ts";
import { partOf } from "./data-set.ts";
import type { Roles } from "./found.ts";
import { byRole } from "./found.ts";
import { setWithLabels } from "./known.ts";
import { countOf, mostClasses, namesOf } from "./labels.ts";
import type { PartName } from "./names.ts";
import { arraysIn } from "./npz.ts";
import { digestOf } from "./opening.ts";
import { product } from "./rows.ts";

/** An array by its name: a file, or one in a file. */
type ReadArray = (name: string) => Promise<StoredArray>;

export const fromIdx = (sources: Sources): Promise<Read> =>
  fromFiles(sources, byRole(sources.found.paths, true), (path) => readIdx(path, sources.opening));

export const fromNpy = (sources: Sources): Promise<Read> =>
  fromFiles(sources, byRole(sources.found.paths), (path) => readNpy(path, sources.opening));

export async function fromNpz(sources: Sources): Promise<Read> {
  const { found, opening } = sources;
  const [path = "", ...others] = found.paths;
  if (others.length > 0) throw errors.sameRole("NPZ files", found.paths);
  const arrays = arraysIn(path);
  const roles = byRole(arrays.keys());
  const read = await fromRoles(sources, roles, [...arrays.keys()], (name) =>
    readNpz(path, arrays.get(name)!, opening),
  );
  const used = [roles.train, roles.test].flatMap(({ inputs, labels }) => [inputs, labels]);
  const left = [...arrays.keys()].filter((name) => !used.includes(name));
  opening.gave(
    path,
    used.filter(Boolean).join(", ") + (left.length > 0 ? `; not used: ${left.join(", ")}` : ""),
  );
  return read;
}

async function fromFiles(sources: Sources, roles: Roles, readArray: ReadArray): Promise<Read> {
  const { found, opening } = sources;
  const read = await fromRoles(sources, roles, found.paths, readArray);
  for (const part of ["train", "test"] as const)
    for (const what of ["inputs", "labels"] as const)
      if (roles[part][what] !== undefined)
        opening.gave(roles[part][what], `${what} to ${part} with`);
  return read;
}

/** The data set of arrays by the roles of their names, of those that are `there`. */
async function fromRoles(
  { found, opening, names }: Sources,
  roles: Roles,
  there: readonly string[],
  readArray: ReadArray,
): Promise<Read> {
  const hasLabels = opening.target !== "none";
  const [only, ...more] = there;
  const arrays = async (part: PartName): Promise<[StoredArray, StoredArray | null]> => {
    const { labels, inputs = hasLabels || more.length > 0 ? undefined : only } = roles[part];
    if (inputs === undefined || (hasLabels && labels === undefined))
      throw errors.roleMissing(
        found.where,
        `${inputs === undefined ? "inputs" : "labels"} to ${part} with`,
        there,
        hints[found.format] ?? "",
      );
    return [await readArray(inputs), hasLabels ? await readArray(labels!) : null];
  };
  const isThere = (part: PartName): boolean => Object.keys(roles[part]).length > 0;
  const trainArrays = await arrays("train");
  const testArrays = isThere("test") ? await arrays("test") : null;
  const labels = [trainArrays[1], testArrays?.[1]].filter((array) => array != null);
  const known = setWithLabels(labels.map(({ store }) => digestOf(store, "md5")));
  const given = names ?? (known ? { path: known.title, names: known.classNames } : null);
  const areClasses =
    opening.target === "either"
      ? given !== null || isOfWholes(trainArrays[1])
      : opening.target === "classes";
  const target = areClasses ? "classes" : "numbers";
  const train = partOf(...trainArrays, target, given?.names.length ?? mostClasses);
  const classNames = train.classes && namesOf(countOf(train.classes), given);
  const test = testArrays && partOf(...testArrays, target, classNames?.length ?? 0);
  return { title: known?.title ?? found.title, train, test, classNames };
}

/** Whether labels are whole numbers by their type, one for each sample. */
const isOfWholes = (labels: StoredArray | null): boolean =>
  labels !== null && !labels.kind.startsWith("f") && product(labels.shape.slice(1)) === 1;

/** Names that roles are told by. */
const hints: Readonly<Record<string, string>> = {
  idx: "train-images-idx3-ubyte  and  train-labels-idx1-ubyte, packed by gzip or not",
  npy: "X.npy  and  y.npy,  or  x_train.npy  and  y_train.npy",
  npz: "x_train, y_train, x_test, y_test,  or  X, y",
};

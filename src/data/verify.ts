/** @file Files of known data sets beside their published check sums. */

import { basename, resolve } from "node:path";
import { errors, NablaError } from "../diagnostics/errors.ts";
import { labelsIn, testBatch, trainBatches } from "./cifar.ts";
import { cifarFolder, filesIn, isFolder } from "./found.ts";
import type { KnownFile } from "./known.ts";
import { cifar10, idxSets } from "./known.ts";
import { fileDigest } from "./opening.ts";
import { openFile } from "./store.ts";

/** A file, and how it stands to what was published. */
export interface VerifiedFile {
  readonly name: string;
  /** `fits`: it is laid out as it was published, and no check sum was. */
  readonly status: "ok" | "fits" | "wrong" | "missing";
  /** What is wrong, or why it is not known to be right. */
  readonly note: string | null;
  /** Its MD5, and the one it should have; null where there is none. */
  readonly md5: string | null;
  readonly published: string | null;
}

/** A known data set of which a file is there. */
export interface VerifiedSet {
  readonly title: string;
  readonly files: readonly VerifiedFile[];
  readonly isComplete: boolean;
}

/**
 * The known data sets in a folder.
 * @throws NablaError where nothing in it has the name of a known file.
 */
export function verifiedIn(folder: string): VerifiedSet[] {
  const paths = filesIn(folder);
  const sets = [...idxIn(paths, folder), ...cifarIn(paths)];
  if (sets.length === 0)
    throw errors.nothingKnown(
      folder,
      [...idxSets, cifar10].map(({ title }) => title),
    );
  return sets;
}

/** Whether all files that are there are right, and some set is complete. */
export const areRight = (sets: readonly VerifiedSet[]): boolean =>
  sets.some(({ isComplete }) => isComplete) &&
  sets.every(({ files }) => files.every(({ status }) => status !== "wrong"));

const missing = (name: string): VerifiedFile => ({
  name,
  status: "missing",
  note: null,
  md5: null,
  published: null,
});

/** A file that is there beside the published one, packed or not. */
interface Present {
  readonly path: string;
  readonly md5: string;
}

/** The sets of IDX files: several have files of the same names, and the one that most of them match is meant. */
function idxIn(paths: readonly string[], folder: string): VerifiedSet[] {
  const nameOf = (path: string): string => basename(path).replace(/\.(?=idx\d)/u, "-");
  const names = idxSets.flatMap(({ files }) => files.map(({ name }) => name));
  const present = paths
    .filter((path) => names.some((name) => name === nameOf(path) || name === `${nameOf(path)}.gz`))
    .map((path): Present => ({ path, md5: fileDigest(path, "md5") }));
  if (present.length === 0) return [];
  const matches = idxSets.map(
    ({ files }) =>
      present.filter(({ md5 }) => files.some((file) => [file.md5, file.contents].includes(md5)))
        .length,
  );
  const likely = idxSets.filter((_, k) => matches[k] === Math.max(...matches));
  const meant = likely.find(({ title }) => isNamed(folder, title));
  return (meant ? [meant] : likely).map((set) => {
    const files = set.files.flatMap((file) => besideIdx(file, present, nameOf));
    return { title: set.title, files, isComplete: isComplete(files) };
  });
}

/** Whether a folder has the name of a set in it, as `fashion-mnist`. */
const isNamed = (folder: string, title: string): boolean =>
  basename(resolve(folder))
    .toLowerCase()
    .replaceAll(/[^a-z\d]/gu, "")
    .includes(title.toLowerCase());

/** No file of a set is missing, and none is wrong. */
const isComplete = (files: readonly VerifiedFile[]): boolean =>
  files.every(({ status }) => status === "ok" || status === "fits");

function besideIdx(
  file: KnownFile,
  present: readonly Present[],
  nameOf: (path: string) => string,
): VerifiedFile[] {
  const found = present.flatMap(({ path, md5 }): VerifiedFile[] => {
    const isPacked = nameOf(path) === file.name;
    if (!isPacked && `${nameOf(path)}.gz` !== file.name) return [];
    return [besides(basename(path), md5, isPacked ? file.md5 : file.contents!)];
  });
  return found.length > 0 ? found : [missing(file.name)];
}

const besides = (name: string, md5: string, published: string): VerifiedFile => ({
  name,
  status: md5 === published ? "ok" : "wrong",
  note: md5 === published ? null : `MD5 ${md5}, published ${published}`,
  md5,
  published,
});

/** CIFAR-10: its archive, and the batches that it unpacks to. */
function cifarIn(paths: readonly string[]): VerifiedSet[] {
  const [archive] = cifar10.files;
  const packed = paths
    .filter((path) => basename(path) === archive!.name)
    .map((path) => besides(archive!.name, fileDigest(path, "md5"), archive!.md5));
  const inner = paths.find((path) => basename(path) === cifarFolder && isFolder(path));
  const names = [...trainBatches, testBatch];
  const batches = (inner === undefined ? paths : filesIn(inner)).filter((path) =>
    names.includes(basename(path)),
  );
  const unpacked =
    batches.length === 0
      ? []
      : names.map((name) => {
          const path = batches.find((path) => basename(path) === name);
          return path === undefined ? missing(name) : besideLayout(path, name === testBatch);
        });
  if (packed.length + unpacked.length === 0) return [];
  const isWhole = [packed, unpacked].some((files) => files.length > 0 && isComplete(files));
  return [{ title: cifar10.title, files: [...packed, ...unpacked], isComplete: isWhole }];
}

/** The records of a batch, and of each class in the test batch. */
const [recordCount, ofEachClass] = [10_000, 1000];

/** A batch, of which no check sum is published. */
function besideLayout(path: string, isTest: boolean): VerifiedFile {
  const facts = { name: basename(path), md5: fileDigest(path, "md5"), published: null };
  const wrong = (note: string): VerifiedFile => ({ ...facts, status: "wrong", note });
  const store = openFile(path);
  try {
    const labels = labelsIn(store);
    if (labels.length !== recordCount) return wrong(`${labels.length} records, not ${recordCount}`);
    const odd = cifar10.classNames.findIndex(
      (_, k) => isTest && labels.filter((label) => label === k).length !== ofEachClass,
    );
    if (odd >= 0) return wrong(`not ${ofEachClass} of class ${odd}`);
    return {
      ...facts,
      status: "fits",
      note: `${recordCount} records${isTest ? `, ${ofEachClass} of each class` : ""}; no check sum of it is published`,
    };
  } catch (error) {
    if (error instanceof NablaError) return wrong(error.message.replace(path, "it"));
    throw error;
  } finally {
    store.close();
  }
}

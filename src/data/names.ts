/** @file What names of files and arrays say: their format, and their role in a data set. */

import { namesFile, testBatch, trainBatches } from "./cifar.ts";

/** Formats that data stand in, and names of classes. */
export type Format = "idx" | "npy" | "npz" | "csv" | "cifar" | "archive" | "names";

const endings: readonly (readonly [RegExp, Format])[] = [
  [/\.npy$/iu, "npy"],
  [/\.npz$/iu, "npz"],
  [/\.[ct]sv$/iu, "csv"],
  [/\.tar$|\.tgz$/iu, "archive"],
  [/\.bin$/iu, "cifar"],
  [/ubyte$|\.idx\d?$/iu, "idx"],
  [/^(?:classes\.txt|batches\.meta\.txt)$/iu, "names"],
];

/** The name of a file without its folders, and without the ending of gzip. */
export const baseOf = (path: string): string =>
  path.replace(/^.*[/\\]/su, "").replace(/\.gz$/iu, "");

/** The format that a name tells; null where it tells none. */
export function formatOf(path: string): Format | null {
  const base = baseOf(path);
  return endings.find(([ending]) => ending.test(base))?.[1] ?? null;
}

/** A part of a data set. */
export type PartName = "train" | "test";
/** What something gives to a part. */
export interface Role {
  readonly part: PartName;
  readonly what: "inputs" | "labels";
}

const parts: Readonly<Record<string, PartName>> = { train: "train", test: "test", t10k: "test" };
const inputs = new Set(["x", "data", "image", "images", "input", "inputs", "features"]);
const labels = new Set(["y", "label", "labels", "target", "targets"]);
const formats = /^(?:idx\d?|ubyte|npy)$/u;

/**
 * The role that a name tells, as in `train-images-idx3-ubyte`, `y_test` or `X`; null where it tells none. What else
 * stands in a name is passed over where `isLoose`.
 */
export function roleOf(name: string, isLoose = false): Role | null {
  const words = baseOf(name)
    .toLowerCase()
    .split(/[-_.\s]+/u)
    .filter((word) => !formats.test(word));
  const isWord = (word: string): boolean =>
    Object.hasOwn(parts, word) || inputs.has(word) || labels.has(word);
  if (!isLoose && !words.every(isWord)) return null;
  const isOf = {
    inputs: words.some((w) => inputs.has(w)),
    labels: words.some((w) => labels.has(w)),
  };
  if (isOf.inputs === isOf.labels) return null;
  return { part: partIn(words), what: isOf.inputs ? "inputs" : "labels" };
}

const partIn = (words: readonly string[]): PartName =>
  words.map((word) => (Object.hasOwn(parts, word) ? parts[word] : undefined)).find(Boolean) ??
  "train";

/** The part that a table or a batch gives, by its name. */
export const partOfFile = (path: string): PartName =>
  partIn(
    baseOf(path)
      .toLowerCase()
      .split(/[-_.\s]+/u),
  );

/** Whether a name is one that the batches of CIFAR-10 have. */
export const isBatch = (path: string): boolean =>
  [...trainBatches, testBatch, namesFile].includes(baseOf(path));

/** @file What a fence may say of a training: the options of `nabla train` by their names, and what is shown. */

import { choices } from "../compile/options.ts";
import {
  activationNames,
  losses,
  optimizerNames,
  optionKey,
  standards,
  targetKinds,
  usual,
} from "../train/choices.ts";
import type { Asked } from "../train/choices.ts";
import { oneOf, text, whole, yesOrNo } from "./readers.ts";
import type { Reader } from "./readers.ts";

/** What training reads itself, and says what is wrong with. */
const given = text("a value");
const sizes = text("numbers of units: 64,32");
const name = text("a name");

/** Only below the folder of the sheet: who builds it need not know what it asks for. */
const below: Reader<string> = {
  expected: "a file or a folder in the folder of the sheet, or below it",
  read: (path) =>
    path === "" || /^[/\\~]|^[A-Za-z]:|(?:^|[/\\])\.\.(?:[/\\]|$)/u.test(path) ? undefined : path,
};

/** The options as they were typed, with the names of `nabla train`. */
const typed = {
  layers: sizes,
  hidden: sizes,
  activation: oneOf(activationNames),
  loss: oneOf(losses),
  margin: given,
  l2: given,
  dropout: given,
  "batch-norm": yesOrNo,
  init: given,
  params: text("names: W or W,b"),
  input: name,
  target: name,
  predicts: name,
  targets: oneOf(targetKinds),
  sizes: text("sizes by name: h=64, k=3"),
  optimizer: oneOf(optimizerNames),
  rate: given,
  momentum: given,
  decay: given,
  beta1: given,
  beta2: given,
  epsilon: given,
  "weight-decay": given,
  schedule: given,
  warmup: given,
  clip: given,
  "clip-value": given,
  batch: given,
  epochs: given,
  patience: given,
  seed: given,
  data: below,
  label: name,
  validation: given,
  test: given,
  limit: given,
  standardise: oneOf(standards),
  backend: oneOf(choices.backend),
  dtype: oneOf(choices.dtype),
} satisfies Readonly<Record<string, Reader<unknown>>>;

/** What is searched besides. */
const ofSearch = {
  search: text("values of options: rate=0.1,0.01; l2=0,0.001"),
  trials: given,
} satisfies Readonly<Record<string, Reader<unknown>>>;

/** A folder of data by its name alone. */
const folderName: Reader<string> = {
  expected: "the name of a folder of data, such as fashion-mnist",
  read: (given) => (/^[A-Za-z0-9][\w-]*(?:\.[\w-]+)*$/u.test(given) ? given : undefined),
};

/** What a sheet asks besides. */
const ofSheets = {
  real: folderName,
  samples: whole(36, "a whole number from 1 to 36"),
  gradients: yesOrNo,
} satisfies Readonly<Record<string, Reader<unknown>>>;

/** What real data do not change: where they are, and what computes. */
const notOfReal = ["params", "input", "target", "predicts", "data", "backend", "dtype"] as const;
const asInTrain = { ...typed, ...ofSearch };
type AsInTrain = typeof asInTrain;
type OfReal = `real-${Exclude<keyof AsInTrain, (typeof notOfReal)[number]>}`;
const prefix = "real-";

/** Options of a training that hold where real data take the place of small ones. */
const ofReal = Object.fromEntries(
  Object.entries(asInTrain).flatMap(([key, reader]) =>
    notOfReal.some((other) => other === key) ? [] : [[prefix + key, reader]],
  ),
) as {
  readonly [K in OfReal]: K extends `real-${infer Of extends keyof AsInTrain}`
    ? AsInTrain[Of]
    : never;
};

export const trainingReaders = { ...asInTrain, ...ofSheets, ...ofReal };
/** The options without those that are others over again. */
export const ownTrainingOptions = Object.keys({ ...asInTrain, ...ofSheets });
export type TrainingOption = keyof typeof trainingReaders;

/** What a fence says of a training; what is not said is undefined. */
export type TrainingOptions = {
  readonly [K in TrainingOption]?: NonNullable<ReturnType<(typeof trainingReaders)[K]["read"]>>;
};

/** What a sheet takes where nothing is said: numbers that are the same on every machine. */
const usualInSheets = { ...usual, backend: "js", dtype: "float64" } as const;

/** The options with real data: those that are said for them take the place of the others. */
export function onReal(options: TrainingOptions): TrainingOptions {
  const said = Object.entries(options).flatMap(([key, value]) =>
    Object.hasOwn(ofReal, key) ? [[key.slice(prefix.length), value]] : [],
  );
  // Real data have a part of their own for tests.
  const others = Object.entries(options).filter(([key]) => key !== "test");
  return Object.fromEntries([...others, ...said]) as TrainingOptions;
}

/** The options of a fence as those of a training. */
export function askedBy(options: TrainingOptions): Asked {
  const own = Object.entries(options)
    .filter(([key]) => Object.hasOwn(typed, key))
    .map(([key, value]) => [optionKey(key), key === "data" || key === "sizes" ? [value] : value]);
  return { ...usualInSheets, ...(Object.fromEntries(own) as Partial<Asked>) };
}

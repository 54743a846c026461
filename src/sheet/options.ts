/** @file What a fence of a sheet may be asked, and the values that each option takes. */

import { formNames, kinds, layouts, structures } from "../derive/options.ts";
import { errors } from "../diagnostics/errors.ts";
import type { Span } from "../diagnostics/source.ts";
import { textOf } from "../diagnostics/source.ts";
import { suggest } from "../diagnostics/suggest.ts";
import { reductions, updates } from "../eval/index.ts";
import { levels, styles } from "../steps/index.ts";
import { shows } from "./front.ts";
import { oneOf, pointsExpected, pointsFrom, text, whole, yesOrNo } from "./readers.ts";
import type { Reader } from "./readers.ts";
import { ownTrainingOptions, trainingReaders } from "./training-options.ts";
import type { TrainingOption, TrainingOptions } from "./training-options.ts";

export { pointsExpected, pointsFrom } from "./readers.ts";

const graphs = new Map<string, boolean | "backward">([
  ["true", true],
  ["false", false],
  ["backward", "backward"],
]);

const readers = {
  wrt: text("names: W or W,b"),
  kind: oneOf(kinds),
  form: oneOf(formNames),
  forms: oneOf(["all"] as const),
  layout: oneOf(layouts),
  structured: oneOf(structures),
  upstream: text("a name"),
  hvp: text("a name"),
  seed: {
    expected: "a whole number from 0",
    read: (given) => (/^\d{1,15}$/u.test(given) ? Number(given) : undefined),
  },
  steps: oneOf(["none", ...levels] as const),
  style: oneOf(styles),
  graph: { expected: [...graphs.keys()], read: (given) => graphs.get(given) },
  paths: text("a name"),
  points: { expected: pointsExpected, read: pointsFrom },
  show: oneOf(shows),
  all: yesOrNo,
  forward: yesOrNo,
  memory: yesOrNo,
  samples: text("numbers, a row a sample: x=[1 0; 0 1]; y=(1, −1)"),
  descend: text("names: W or W,b"),
  rate: text("a number, or a name that has one"),
  iterations: whole(10_000, "a whole number from 1"),
  update: oneOf(updates),
  reduce: oneOf(reductions),
  digits: whole(17, "a number from 1 to 17"),
} satisfies Readonly<Record<string, Reader<unknown>>>;

export type OptionName = keyof typeof readers;

/** What a fence asks; what is not said is undefined. */
export type FenceOptions = {
  readonly [K in OptionName]?: NonNullable<ReturnType<(typeof readers)[K]["read"]>>;
};

export const fenceKinds = ["nabla", "answer", "eval", "train"] as const;
/** A derivation, an answer by hand that is compared with it, numbers, or a training. */
export type FenceKind = (typeof fenceKinds)[number];

/** What a kind is called in errors. */
export const called: Readonly<Record<FenceKind, string>> = {
  nabla: "a nabla fence",
  answer: "an answer fence",
  eval: "an eval fence",
  train: "a train fence",
};

/** What is asked of numbers alone. */
const ofNumbers = [
  "all",
  "forward",
  "memory",
  "samples",
  "descend",
  "rate",
  "iterations",
  "update",
  "reduce",
  "digits",
] as const satisfies readonly OptionName[];

/** Some of the readers. */
const only = (names: readonly OptionName[]): Readonly<Record<string, Reader<unknown>>> =>
  Object.fromEntries(names.map((name) => [name, readers[name]]));

const readersOf: Readonly<Record<FenceKind, Readonly<Record<string, Reader<unknown>>>>> = {
  nabla: only(
    (Object.keys(readers) as OptionName[]).filter((name) =>
      ofNumbers.every((other) => other !== name),
    ),
  ),
  answer: only(["wrt", "points", "kind", "show"]),
  eval: only(["wrt", "points", "show", ...ofNumbers]),
  train: { ...only(["points", "show"]), ...trainingReaders },
};

/** An option as it is written. */
export interface Written {
  readonly name: Span;
  readonly value: Span;
}

/** What a fence asks, and where each value is written. */
export interface Asked {
  readonly options: FenceOptions;
  /** Of a training. */
  readonly training: TrainingOptions;
  readonly places: { readonly [K in OptionName | TrainingOption]?: Span };
}

/** Reads the options of a fence, each once and with a value that it takes. */
export function readOptions(kind: FenceKind, written: readonly Written[]): Asked {
  const known = Object.keys(readersOf[kind]);
  const told = kind === "train" ? ["points", "show", ...ownTrainingOptions] : known;
  const seen = new Map<string, Written>();
  const values = written.map((option) => {
    const given = textOf(option.name);
    const name = known.find((candidate) => candidate === given);
    if (name === undefined)
      throw errors.unknownOption(
        option.name,
        `an option of ${called[kind]}`,
        told,
        suggest(given, known),
      );
    const before = seen.get(name);
    if (before) throw errors.givenTwice(option.name, name, before.name);
    seen.set(name, option);
    return [name, valueOf(name, readersOf[kind][name]!, option.value)] as const;
  });
  const isOfTraining = ([name]: readonly [string, unknown]): boolean =>
    kind === "train" && Object.hasOwn(trainingReaders, name);
  return {
    options: Object.fromEntries(values.filter((value) => !isOfTraining(value))),
    training: Object.fromEntries(values.filter(isOfTraining)),
    places: Object.fromEntries([...seen].map(([name, { value }]) => [name, value])),
  };
}

function valueOf(name: string, { expected, read }: Reader<unknown>, place: Span): unknown {
  const given = textOf(place);
  const value = read(given);
  if (value !== undefined) return value;
  const near = typeof expected === "string" ? null : suggest(given, expected);
  throw errors.badValue(place, name, expected, near);
}

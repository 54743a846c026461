/** @file What a fence of a sheet may be asked, and the values that each option takes. */

import { formNames, kinds, layouts, structures } from "../derive/options.ts";
import { errors } from "../diagnostics/errors.ts";
import type { Span } from "../diagnostics/source.ts";
import { textOf } from "../diagnostics/source.ts";
import { suggest } from "../diagnostics/suggest.ts";
import { reductions, updates } from "../eval/index.ts";
import { levels, styles } from "../steps/index.ts";
import { shows } from "./front.ts";

/** How an option is read from its text. */
interface Reader<T> {
  /** In words, or the words that it takes. */
  readonly expected: string | readonly string[];
  /** undefined where the text is no value of the option. */
  readonly read: (text: string) => T | undefined;
}

const oneOf = <T extends string>(words: readonly T[]): Reader<T> => ({
  expected: words,
  read: (given) => words.find((word) => word === given),
});
const text = (expected: string): Reader<string> => ({
  expected,
  read: (given) => (given === "" ? undefined : given),
});

/** A number of points; undefined where the text is none. */
export const pointsFrom = (given: string): number | undefined =>
  /^\d{1,6}(?:\.\d{1,4})?$/u.test(given) ? Number(given) : undefined;
export const pointsExpected = "a number, such as 6 or 2.5";

const whole = (most: number, expected: string): Reader<number> => ({
  expected,
  read: (given) =>
    /^[1-9]\d{0,8}$/u.test(given) && Number(given) <= most ? Number(given) : undefined,
});

const yesOrNo: Reader<boolean> = {
  expected: ["true", "false"],
  read: (given) => (given === "true" ? true : given === "false" ? false : undefined),
};

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

export const fenceKinds = ["nabla", "answer", "eval"] as const;
/** A derivation, an answer by hand that is compared with it, or numbers. */
export type FenceKind = (typeof fenceKinds)[number];

/** What a kind is called in errors. */
export const called: Readonly<Record<FenceKind, string>> = {
  nabla: "a nabla fence",
  answer: "an answer fence",
  eval: "an eval fence",
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

const optionsOf: Readonly<Record<FenceKind, readonly OptionName[]>> = {
  nabla: (Object.keys(readers) as OptionName[]).filter((name) =>
    ofNumbers.every((other) => other !== name),
  ),
  answer: ["wrt", "points", "kind", "show"],
  eval: ["wrt", "points", "show", ...ofNumbers],
};

/** An option as it is written. */
export interface Written {
  readonly name: Span;
  readonly value: Span;
}

/** What a fence asks, and where each value is written. */
export interface Asked {
  readonly options: FenceOptions;
  readonly places: { readonly [K in OptionName]?: Span };
}

/** Reads the options of a fence, each once and with a value that it takes. */
export function readOptions(kind: FenceKind, written: readonly Written[]): Asked {
  const known = optionsOf[kind];
  const seen = new Map<OptionName, Written>();
  const values = written.map((option) => {
    const given = textOf(option.name);
    const name = known.find((candidate) => candidate === given);
    if (!name)
      throw errors.unknownOption(
        option.name,
        `an option of ${called[kind]}`,
        known,
        suggest(given, known),
      );
    const before = seen.get(name);
    if (before) throw errors.givenTwice(option.name, name, before.name);
    seen.set(name, option);
    return [name, valueOf(name, option.value)] as const;
  });
  return {
    options: Object.fromEntries(values),
    places: Object.fromEntries([...seen].map(([name, { value }]) => [name, value])),
  };
}

function valueOf(name: OptionName, place: Span): unknown {
  const { expected, read }: Reader<unknown> = readers[name];
  const given = textOf(place);
  const value = read(given);
  if (value !== undefined) return value;
  const near = typeof expected === "string" ? null : suggest(given, expected);
  throw errors.badValue(place, name, expected, near);
}

/** @file A search for options: which trials it makes, all of a grid or some drawn by chance, and which is best. */

import { Random, seedOf } from "../data/random.ts";
import { errors, NablaError } from "../diagnostics/errors.ts";
import { inPercent } from "../report/curves.ts";
import type { Figures } from "../report/curves.ts";
import {
  activationNames,
  losses,
  networkOptions,
  optimizerNames,
  optionKey,
  standards,
} from "./choices.ts";
import type { Asked } from "./choices.ts";
import { configOf } from "./configured.ts";
import type { TypedLoss } from "./configured.ts";

/** Values of an option: those that are listed, or a range that they are drawn from. */
type Values =
  | { readonly kind: "list"; readonly values: readonly string[] }
  | { readonly kind: "range"; readonly low: number; readonly high: number };

/** The options of a trial, by their names. */
export type Trial = Readonly<Record<string, string>>;

/** The options that can be searched; those that take one of some words, with them. */
const searched: Readonly<Record<string, readonly string[] | null>> = {
  layers: null,
  hidden: null,
  activation: activationNames,
  loss: losses,
  margin: null,
  l2: null,
  dropout: null,
  init: null,
  optimizer: optimizerNames,
  rate: null,
  momentum: null,
  decay: null,
  beta1: null,
  beta2: null,
  epsilon: null,
  "weight-decay": null,
  schedule: null,
  warmup: null,
  clip: null,
  "clip-value": null,
  batch: null,
  epochs: null,
  seed: null,
  standardise: standards,
};

/** What is searched: `rate=0.1,0.01; l2=0,0.001`, all of it or so many trials by chance. */
export interface Search {
  readonly search: string;
  readonly trials?: string | undefined;
}

/** What a trial came to. */
export interface TrialResult {
  /** Its number, from 1. */
  readonly trial: number;
  readonly options: Trial;
  readonly epochs: number;
  /** The figures of its validation samples; null where the trial diverged. */
  readonly validation: Figures | null;
}

/** More trials than that are no search that ends. */
const mostTrials = 10_000;
/** What tells the trials of a seed from its other numbers. */
const stream = 6;

const hint = "rate=0.1,0.01,0.001; l2=0,0.001  or, with --trials 20,  rate=1e-4..1e-1; l2=0..0.01";

/** What a text such as `rate=0.1,0.01; l2=0..0.1` says of options. */
function valuesIn(text: string): Map<string, Values> {
  const found = new Map<string, Values>();
  for (const part of text.split(";")) {
    if (part.trim() === "") continue;
    const [, name, list] = /^\s*([a-z][a-z0-9-]*)\s*=\s*(.+?)\s*$/u.exec(part) ?? [];
    if (name === undefined || list === undefined) throw errors.notASearch(part.trim(), hint);
    if (found.has(name)) throw errors.notASearch(`${name} twice`, hint);
    const range = /^([^,]+?)\.\.([^,]+)$/u.exec(list);
    if (!range) {
      const values = list.split(",").map((value) => value.trim());
      if (values.includes("")) throw errors.notASearch(part.trim(), hint);
      found.set(name, { kind: "list", values });
      continue;
    }
    const [low, high] = [Number(range[1]), Number(range[2])];
    if (!(Number.isFinite(low) && Number.isFinite(high) && low < high))
      throw errors.notASearch(part.trim(), hint);
    found.set(name, { kind: "range", low, high });
  }
  if (found.size === 0) throw errors.notASearch(text, hint);
  return found;
}

/**
 * The trials of a search: all values beside all others, or `count` drawn by chance, from ranges above 0 evenly by their
 * logarithm (Bergstra & Bengio 2012).
 * @throws NablaError where the text is no search, or a grid has a range.
 */
export function trialsOf(text: string, count: number | null, seed: number): Trial[] {
  const values = valuesIn(text);
  if (count !== null) return drawnTrials(values, count, seed);
  let trials: Trial[] = [{}];
  for (const [name, of] of values) {
    if (of.kind === "range") throw errors.rangeInGrid(name);
    trials = trials.flatMap((trial) =>
      of.values.map((value) => Object.fromEntries([...Object.entries(trial), [name, value]])),
    );
    if (trials.length > mostTrials) throw errors.manyTrials(mostTrials);
  }
  return trials;
}

function drawnTrials(values: ReadonlyMap<string, Values>, count: number, seed: number): Trial[] {
  if (count > mostTrials) throw errors.manyTrials(mostTrials);
  const random = new Random(seedOf(seed, stream));
  const drawn = (of: Values): string => {
    if (of.kind === "list") return of.values[random.below(of.values.length)]!;
    const { low, high } = of;
    const x =
      low > 0 ? Math.exp(random.uniform(Math.log(low), Math.log(high))) : random.uniform(low, high);
    return String(Number(x.toPrecision(4)));
  };
  return Array.from({ length: count }, () =>
    Object.fromEntries([...values].map(([name, of]) => [name, drawn(of)])),
  );
}

/**
 * The trials of a search among other options; each of them can be made.
 * @throws NablaError where nothing is searched, or one has no such value, or nothing validates.
 */
export function trialsAsked(
  loss: TypedLoss | null,
  options: Asked,
  { search, trials: count }: Search,
): Trial[] {
  if (Number(options.validation) === 0) throw errors.searchNeedsValidation();
  if (count !== undefined && !/^[1-9]\d{0,8}$/u.test(count))
    throw errors.badOption("--trials", "a whole number from 1 on");
  const trials = trialsOf(search, count === undefined ? null : Number(count), Number(options.seed));
  const network = loss && networkOptions.find((name) => Object.hasOwn(trials[0]!, name));
  if (network) throw errors.optionOf(network, "a network", "--layers 784,256,10");
  for (const trial of trials) configOf(loss, withTrial(options, trial));
  return trials;
}

/**
 * The options of a trial among all others.
 * @throws NablaError where one cannot be searched, or takes other words.
 */
export function withTrial<T extends Asked>(options: T, trial: Trial): T {
  const own = Object.entries(trial).map(([name, value]) => {
    const words = Object.hasOwn(searched, name) ? searched[name]! : undefined;
    if (words === undefined) throw errors.notSearched(name, Object.keys(searched));
    if (words !== null && !words.includes(value))
      throw errors.badOption(`--search ${name}`, words.join(", "));
    const isList = name === "layers" || name === "hidden";
    return [optionKey(name), isList ? value.replaceAll("-", ",") : value];
  });
  return { ...options, ...(Object.fromEntries(own) as Partial<Asked>) };
}

/**
 * What a trial came to, or null where it diverged, which is a result like any other.
 * @throws what else went wrong.
 */
export async function unlessDiverged<T>(made: Promise<T>): Promise<T | null> {
  try {
    return await made;
  } catch (error) {
    if (error instanceof NablaError && error.diagnostic.code === "diverged") return null;
    throw error;
  }
}

/** The best first: of most accuracy, then of least loss; what diverged comes last. */
export function byFigures({ validation: a }: TrialResult, { validation: b }: TrialResult): number {
  if (!a || !b) return Number(a === null) - Number(b === null);
  return (b.accuracy ?? 0) - (a.accuracy ?? 0) || a.loss - b.loss;
}

/** The options of a trial in words: rate 0.1, l2 0. */
export const optionsTold = (trial: Trial): string =>
  Object.entries(trial)
    .map(([name, value]) => `${name} ${value}`)
    .join(", ");

/** Trials as a table, in their order; there is one at least. */
export function trialsTable(results: readonly TrialResult[]): {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
} {
  const names = Object.keys(results[0]!.options);
  return {
    head: ["trial", ...names, "epochs", "loss", "accuracy"],
    rows: results.map(({ trial, options, epochs, validation }) => [
      String(trial),
      ...names.map((name) => options[name]!),
      String(epochs),
      validation?.loss.toPrecision(4) ?? "–",
      validation && validation.accuracy !== null ? inPercent(validation.accuracy) : "–",
    ]),
  };
}

/** @file Which trials a search makes: all of a grid, or some drawn by chance. */

import { Random, seedOf } from "../data/random.ts";
import { errors } from "../diagnostics/errors.ts";

/** Values of an option: those that are listed, or a range that they are drawn from. */
type Values =
  | { readonly kind: "list"; readonly values: readonly string[] }
  | { readonly kind: "range"; readonly low: number; readonly high: number };

/** The options of a trial, by their names. */
export type Trial = Readonly<Record<string, string>>;

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

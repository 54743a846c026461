/** @file What parameters begin with. */

import { Random } from "../data/random.ts";
import type { Parameter } from "./network.ts";

/** How weights are drawn. */
export type Initial =
  /** Normal with variance 2/n for n inputs of a unit (He, Zhang, Ren & Sun 2015). */
  | { readonly kind: "he" }
  /** Uniform with variance 2/(n + m) for n inputs and m units (Glorot & Bengio 2010). */
  | { readonly kind: "xavier" }
  /** Normal with that standard deviation. */
  | { readonly kind: "normal"; readonly scale: number };

/** The numbers that a parameter begins with, row by row; the same seed gives the same. */
export function firstOf(parameter: Parameter, how: Initial, random: Random): Float64Array {
  const { rows, columns, first } = parameter;
  const entries = new Float64Array(rows * columns);
  if (first !== "drawn") return entries.fill(first);
  const draw = drawer(parameter, how, random);
  return entries.map(draw);
}

function drawer({ rows, columns }: Parameter, how: Initial, random: Random): () => number {
  switch (how.kind) {
    case "he": {
      const deviation = Math.sqrt(2 / columns);
      return () => deviation * random.normal();
    }
    case "xavier": {
      const bound = Math.sqrt(6 / (rows + columns));
      return () => random.uniform(-bound, bound);
    }
    case "normal":
      return () => how.scale * random.normal();
    default:
      return how satisfies never;
  }
}

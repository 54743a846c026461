/** @file Means and deviations of data, by which they are standardised. */

import type { Block, Rows } from "./rows.ts";
import { blocksOf } from "./rows.ts";

/** Means and standard deviations: of each feature, or one of all entries. What is constant has the deviation 1. */
export interface Moments {
  readonly mean: Float64Array;
  readonly deviation: Float64Array;
}

/**
 * The moments of rows, or of those at some places, in one pass over them; deviations are those of all that is there (divided by n).
 *
 * Blocks are joined by the formula of Chan, Golub and LeVeque: M = M_a + M_b + δ² n_a n_b / n for sums of squares M
 * about the means, which cancels nothing; a feature that is constant comes to exactly 0.
 */
export function momentsOf(rows: Rows, how: "feature" | "all", places?: Int32Array): Moments {
  const { width } = rows;
  const means = new Float64Array(width);
  const squares = new Float64Array(width);
  let seen = 0;
  for (const block of blocksOf(rows, places)) {
    const own = momentsInBlock(block, width);
    seen = block.from + block.count;
    const share = block.count / seen;
    for (let j = 0; j < width; j++) {
      const step = own.means[j]! - means[j]!;
      means[j]! += step * share;
      squares[j]! += own.squares[j]! + step * step * block.from * share;
    }
  }
  return how === "feature"
    ? { mean: means, deviation: squares.map((sum) => deviationOf(sum, seen)) }
    : joined(means, squares, seen);
}

const deviationOf = (squares: number, count: number): number => Math.sqrt(squares / count) || 1;

/** Of each feature of a block its mean, and the sum of squares about it. */
function momentsInBlock(
  { entries, count }: Block,
  width: number,
): { readonly means: Float64Array; readonly squares: Float64Array } {
  // Seen from the first row, what is constant is 0 without rounding.
  const first = entries.slice(0, width);
  const sums = new Float64Array(width);
  for (let i = 1, at = width; i < count; i++)
    for (let j = 0; j < width; j++, at++) sums[j]! += entries[at]! - first[j]!;
  const means = first.map((x, j) => x + sums[j]! / count);
  const squares = new Float64Array(width);
  for (let i = 0, at = 0; i < count; i++)
    for (let j = 0; j < width; j++, at++) squares[j]! += (entries[at]! - means[j]!) ** 2;
  return { means, squares };
}

/** The moments of all entries, by those of the features. */
function joined(means: Float64Array, squares: Float64Array, count: number): Moments {
  let [mean, sum] = [means[0]!, squares[0]!];
  for (let j = 1; j < means.length; j++) {
    const step = means[j]! - mean;
    mean += step / (j + 1);
    sum += squares[j]! + (step * step * count * j) / (j + 1);
  }
  return {
    mean: Float64Array.of(mean),
    deviation: Float64Array.of(deviationOf(sum, count * means.length)),
  };
}

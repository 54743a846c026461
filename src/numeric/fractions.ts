/** @file Matrices of fractions, computed in whole numbers over common denominators: an entry is reduced once. */

import type { Rational } from "../expr/rational.ts";
import { rational } from "../expr/rational.ts";
import type { Rows } from "./matrices.ts";

/** The binary digits of a whole number, about. */
export function bitsOf(n: bigint): number {
  const near = Math.abs(Number(n));
  if (near === 0) return 0;
  return Number.isFinite(near) ? Math.log2(near) : 4 * n.toString(16).length;
}

// What work is, in about microseconds, as measured with the integers of V8.

/** A product of two whole numbers with so many binary digits. */
const ofProduct = (bits: number): number => 0.1 + bits ** 2 / 2e6;
/** The reduction of a fraction whose denominator has so many. */
export const ofReduction = (bits: number): number => 1 + bits / 20 + bits ** 2 / 10_000;

/** Rows of whole numbers, and by what each row is divided. */
interface OverCommon {
  readonly rows: Rows<bigint>;
  readonly denominators: readonly bigint[];
}

/** Rows of fractions, each over one denominator; null where such a denominator has more than so many binary digits. */
export function overCommon(a: Rows<Rational>, longest: number): OverCommon | null {
  const denominators: bigint[] = [];
  for (const row of a) {
    let common = 1n;
    for (const { denominator } of row) {
      if (common % denominator !== 0n) common *= rational(denominator, common).numerator;
      if (bitsOf(common) > longest) return null;
    }
    denominators.push(common);
  }
  const rows = a.map((row, i) =>
    row.map(({ numerator, denominator }) => numerator * (denominators[i]! / denominator)),
  );
  return { rows, denominators };
}

const mostBits = (numbers: readonly bigint[]): number =>
  numbers.reduce((most, n) => Math.max(most, bitsOf(n)), 0);

/** What the product of such rows with such columns takes. */
export function workOfProduct(a: OverCommon, b: OverCommon): number {
  const factors = (mostBits(a.rows.flat()) + mostBits(b.rows.flat())) / 2;
  const reduced = mostBits(a.denominators) + mostBits(b.denominators);
  const inside = a.rows[0]!.length;
  return a.rows.length * b.rows.length * (inside * ofProduct(factors) + ofReduction(reduced));
}

/** The entry of a product: row i of the one, and column j of the other. */
export function dot(a: OverCommon, i: number, b: OverCommon, j: number): Rational {
  const column = b.rows[j]!;
  const sum = a.rows[i]!.reduce((s, x, k) => s + x * column[k]!, 0n);
  return rational(sum, a.denominators[i]! * b.denominators[j]!);
}

/** The binary digits that a determinant has above its line at most, by Hadamard's inequality, or below it. */
export const bitsOfDeterminant = ({ rows, denominators }: OverCommon): number =>
  Math.max(
    rows.reduce((sum, row) => sum + mostBits(row) + Math.log2(row.length) / 2, 0),
    denominators.reduce((sum, d) => sum + bitsOf(d), 0),
  );

/** What an elimination takes whose determinant has so many binary digits. */
export function workOfElimination(n: number, bits: number, isInverse: boolean): number {
  // Two products and a quotient for each entry; the numbers grow with the rows that are done.
  const steps = isInverse ? 1.5 * n ** 3 : n ** 3 / 3;
  return steps * 4 * ofProduct(bits / Math.sqrt(3)) + (isInverse ? n ** 2 * ofReduction(bits) : 1);
}

/**
 * Elimination without fractions (Bareiss 1968): every entry on the way is a minor. The last pivot is the determinant
 * but for the sign of the rows exchanged, and times the inverse what is left beside the matrix.
 */
function eliminatedWhole(
  a: Rows<bigint>,
  isInverse: boolean,
): { readonly pivot: bigint; readonly sign: bigint; readonly beside: Rows<bigint> } | null {
  const n = a.length;
  const rows = a.map((row, i) =>
    isInverse ? [...row, ...row.map((_, j) => (i === j ? 1n : 0n))] : [...row],
  );
  let [previous, sign] = [1n, 1n];
  for (let k = 0; k < n; k++) {
    const found = rows.findIndex((row, i) => i >= k && row[k] !== 0n);
    if (found < 0) return null;
    if (found !== k) {
      [rows[k], rows[found]] = [rows[found]!, rows[k]!];
      sign = -sign;
    }
    const pivots = rows[k]!;
    const pivot = pivots[k]!;
    for (let i = isInverse ? 0 : k + 1; i < n; i++) {
      if (i === k) continue;
      const row = rows[i]!;
      const factor = row[k]!;
      for (let j = k + 1; j < row.length; j++)
        row[j] = (pivot * row[j]! - factor * pivots[j]!) / previous;
    }
    previous = pivot;
  }
  return { pivot: previous, sign, beside: rows.map((row) => row.slice(n)) };
}

/** The determinant of fractions. */
export function determinantOf({ rows, denominators }: OverCommon): Rational {
  const done = eliminatedWhole(rows, false);
  return rational(
    done ? done.sign * done.pivot : 0n,
    denominators.reduce((product, d) => product * d, 1n),
  );
}

/** The inverse of a square matrix of fractions; null where there is none. */
export function inverseOf({ rows, denominators }: OverCommon): Rows<Rational> | null {
  const done = eliminatedWhole(rows, true);
  return (
    done && done.beside.map((row) => row.map((x, j) => rational(x * denominators[j]!, done.pivot)))
  );
}

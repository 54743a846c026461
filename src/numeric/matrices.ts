/** @file Matrices over any numbers: what needs nothing but sums and products, and elimination in a field. */

import type { Arithmetic, Scalar, Value } from "../expr/op.ts";

/** Rows of entries. */
export type Rows<T> = readonly (readonly T[])[];

const isMatrix = (x: Value): x is Rows<Scalar> => Array.isArray(x);

/** The part of an arithmetic that follows from its sums and products. */
export function matricesOver(
  plus: Arithmetic["plus"],
  times: Arithmetic["times"],
): Pick<
  Arithmetic,
  "rows" | "columns" | "entry" | "matrix" | "add" | "scale" | "multiply" | "transpose" | "kronecker"
> {
  const rows = (x: Value): number => (isMatrix(x) ? x.length : 1);
  const columns = (x: Value): number => (isMatrix(x) ? x[0]!.length : 1);
  const entry = (x: Value, i: number, j: number): Scalar => (isMatrix(x) ? x[i]![j] : x);
  const matrix: Arithmetic["matrix"] = (m, n, of) =>
    m === 1 && n === 1
      ? of(0, 0)
      : Array.from({ length: m }, (_row, i) => Array.from({ length: n }, (_entry, j) => of(i, j)));
  return {
    rows,
    columns,
    entry,
    matrix,
    add: (a, b) => matrix(rows(a), columns(a), (i, j) => plus(entry(a, i, j), entry(b, i, j))),
    scale: (s, x) => matrix(rows(x), columns(x), (i, j) => times(s, entry(x, i, j))),
    multiply: (a, b) =>
      matrix(rows(a), columns(b), (i, j) => {
        let sum = times(entry(a, i, 0), entry(b, 0, j));
        for (let k = 1; k < columns(a); k++) sum = plus(sum, times(entry(a, i, k), entry(b, k, j)));
        return sum;
      }),
    transpose: (x) => matrix(columns(x), rows(x), (i, j) => entry(x, j, i)),
    kronecker: (a, b) => {
      const [p, q] = [rows(b), columns(b)];
      return matrix(rows(a) * p, columns(a) * q, (i, j) =>
        times(entry(a, Math.floor(i / p), Math.floor(j / q)), entry(b, i % p, j % q)),
      );
    },
  };
}

/** What elimination needs to know of numbers. */
export interface Field<T> {
  readonly zero: T;
  readonly one: T;
  readonly isZero: (a: T) => boolean;
  readonly minus: (a: T, b: T) => T;
  readonly times: (a: T, b: T) => T;
  readonly over: (a: T, b: T) => T;
  /** Whether rounding makes a pivot better than another. */
  readonly isBetter: (a: T, b: T) => boolean;
}

/** Gauss and Jordan: the determinant, and the inverse of a square matrix that has one. */
export function eliminated<T>(
  a: Rows<T>,
  { zero, one, isZero, minus, times, over, isBetter }: Field<T>,
): { readonly determinant: T; readonly inverse: Rows<T> | null } {
  const left = a.map((row) => [...row]);
  const right = a.map((_, i) => a.map((_row, j) => (i === j ? one : zero)));
  let determinant = one;
  for (let k = 0; k < a.length; k++) {
    let found = left.findIndex((row, i) => i >= k && !isZero(row[k]!));
    if (found < 0) return { determinant: zero, inverse: null };
    for (let i = found + 1; i < a.length; i++)
      if (isBetter(left[i]![k]!, left[found]![k]!)) found = i;
    if (found !== k) {
      [left[k], left[found]] = [left[found]!, left[k]!];
      [right[k], right[found]] = [right[found]!, right[k]!];
      determinant = minus(zero, determinant);
    }
    const pivot = left[k]![k]!;
    determinant = times(determinant, pivot);
    for (const rows of [left, right]) rows[k] = rows[k]!.map((x) => over(x, pivot));
    for (let i = 0; i < a.length; i++) {
      const factor = left[i]![k]!;
      if (i === k || isZero(factor)) continue;
      for (const rows of [left, right])
        rows[i] = rows[i]!.map((x, j) => minus(x, times(factor, rows[k]![j]!)));
    }
  }
  return { determinant, inverse: right };
}

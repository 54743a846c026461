/** @file Numbers from outside: checked before anything is computed with them. */

import { errors } from "../diagnostics/errors.ts";
import type { Precision } from "../lower/loops.ts";

/** Numbers: one, a row of them, or rows. */
export type Entries = number | ArrayLike<number> | readonly ArrayLike<number>[];

const isRow = (x: unknown): x is ArrayLike<unknown> =>
  typeof x === "object" && x !== null && typeof (x as { length?: unknown }).length === "number";

/**
 * All numbers of a matrix one after the other, row by row.
 * @throws NablaError where there are more or fewer, or rows of another length.
 */
export function flat(
  name: string,
  values: Entries,
  rows: number,
  columns: number,
): ArrayLike<number> {
  const misfit = (found: string | number): Error => {
    const shape = rows === 1 && columns === 1 ? "a number" : `${rows}×${columns}`;
    return errors.wrongLength(name, shape, rows * columns, found);
  };
  if (typeof values === "number") values = [values];
  if (!isRow(values)) throw misfit(values === null ? "null" : typeof values);
  if (!isRow(values[0])) {
    if (values.length !== rows * columns) throw misfit(values.length);
    return values as ArrayLike<number>;
  }
  const entries: number[] = [];
  const given = Array.from(values as ArrayLike<ArrayLike<number>>);
  if (given.length !== rows) throw misfit(given.length === 1 ? "1 row" : `${given.length} rows`);
  for (const [i, row] of given.entries()) {
    if (!isRow(row)) throw misfit(`row ${i + 1} of another kind`);
    if (row.length !== columns) throw misfit(`${row.length} in row ${i + 1}`);
    for (let j = 0; j < columns; j++) entries.push(row[j]!);
  }
  return entries;
}

/** Where the k-th number of a matrix with so many columns stands. */
const placeOf = (k: number, columns: number): string =>
  columns === 1
    ? `in entry ${k + 1}`
    : `in row ${Math.floor(k / columns) + 1}, column ${(k % columns) + 1}`;

/** @throws NablaError where something is no number or, with a precision, not finite in that. */
export function checkedEntries(
  name: string,
  entries: ArrayLike<number>,
  columns: number,
  finiteIn: Precision | null,
): void {
  if (finiteIn === null && (entries instanceof Float32Array || entries instanceof Float64Array))
    return;
  for (let k = 0; k < entries.length; k++) {
    const x: unknown = entries[k];
    if (typeof x !== "number") throw errors.noNumber(name, placeOf(k, columns), x);
    if (finiteIn !== null && !Number.isFinite(finiteIn === "float32" ? Math.fround(x) : x))
      throw errors.notFinite(name, placeOf(k, columns), x);
  }
}

/** @throws NablaError where something is no whole number between two bounds. */
export function checkedLabels(
  name: string,
  entries: ArrayLike<number>,
  least: number,
  most: number,
  columns: number,
): void {
  for (let k = 0; k < entries.length; k++) {
    const x: unknown = entries[k];
    if (!Number.isInteger(x) || (x as number) < least || (x as number) > most)
      throw errors.labelOutOfRange(name, placeOf(k, columns), x, least, most);
  }
}

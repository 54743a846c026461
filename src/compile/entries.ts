/** @file Numbers from outside: checked before anything is computed with them. */

import { errors } from "../diagnostics/errors.ts";

/** Numbers: one, a row of them, or rows. */
export type Entries = number | ArrayLike<number> | readonly (readonly number[])[];

/** All numbers one after the other, row by row. */
export function flat(values: Entries): ArrayLike<number> {
  if (typeof values === "number") return [values];
  if (!Array.isArray(values)) return values as ArrayLike<number>;
  return Array.isArray(values[0]) ? (values as number[][]).flat() : (values as number[]);
}

/** Where the k-th number of a matrix with so many columns stands. */
const placeOf = (k: number, columns: number): string =>
  columns === 1
    ? `in entry ${k + 1}`
    : `in row ${Math.floor(k / columns) + 1}, column ${(k % columns) + 1}`;

/** @throws NablaError where something is no number or, with `isFinite`, not finite. */
export function checkedEntries(
  name: string,
  entries: ArrayLike<number>,
  columns: number,
  mustBeFinite: boolean,
): void {
  for (let k = 0; k < entries.length; k++) {
    const x: unknown = entries[k];
    if (typeof x !== "number" || (mustBeFinite && !Number.isFinite(x)))
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

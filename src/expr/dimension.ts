/** @file Symbolic dimensions: products of names and a whole number, interned. */

/** A dimension such as `n`, `3` or `2mn`; equal dimensions are one object. */
export interface Dimension {
  readonly coefficient: number;
  /** The names in alphabetical order, a name standing once for each power. */
  readonly names: readonly string[];
  /** The text of the dimension in the input language, such as `m*n`. */
  readonly key: string;
}

/** Rows and columns; a vector is a column, a scalar 1×1. */
export type Shape = readonly [rows: Dimension, columns: Dimension];

const table = new Map<string, Dimension>();

function intern(coefficient: number, names: readonly string[]): Dimension {
  const parts = coefficient === 1 && names.length > 0 ? names : [String(coefficient), ...names];
  const key = parts.join("*");
  let found = table.get(key);
  if (!found) table.set(key, (found = { coefficient, names, key }));
  return found;
}

/** The dimension of that whole number or that name. */
export function dimension(value: number | string): Dimension {
  return typeof value === "number" ? intern(value, []) : intern(1, [value]);
}

export const one: Dimension = dimension(1);

/** The product of two dimensions, as `vec` and `⊗` make it. */
export function multiplied(a: Dimension, b: Dimension): Dimension {
  if (a === one) return b;
  if (b === one) return a;
  return intern(a.coefficient * b.coefficient, [...a.names, ...b.names].sort());
}

/** The dimension `whole / part`, or null where `part` does not divide it. */
export function divided(whole: Dimension, part: Dimension): Dimension | null {
  if (whole.coefficient % part.coefficient !== 0) return null;
  const names = [...whole.names];
  for (const name of part.names) {
    const at = names.indexOf(name);
    if (at < 0) return null;
    names.splice(at, 1);
  }
  return intern(whole.coefficient / part.coefficient, names);
}

export const scalarShape: Shape = [one, one];

export const sameShape = (a: Shape, b: Shape): boolean => a[0] === b[0] && a[1] === b[1];

export const isScalarShape = (s: Shape): boolean => s[0] === one && s[1] === one;

/** `m×n` as a reader writes it; `*` between names only where they would run together. */
export function showDimension(d: Dimension): string {
  const names = d.names.join(d.names.some((name) => name.length > 1) ? "·" : "");
  return d.coefficient === 1 && names ? names : `${d.coefficient}${names}`;
}

export const showShape = (s: Shape): string => `${showDimension(s[0])}×${showDimension(s[1])}`;

/** @file Indices as they are typed: what stands below a name, and the bounds of a Σ. */

import { joinName, splitName } from "./names.ts";

/** An index as it is typed: a letter, a number, or `:` for all. */
export type IndexText = string;

const isLetter = (text: string): boolean => /^\p{L}$/u.test(text);
const isWhole = (text: string): boolean => /^[1-9]\d*$/u.test(text);
/** A letter that may have a number of its own: y_1. */
const isIndexText = (text: string): boolean => isLetter(text) || isWhole(text) || text === ":";

/**
 * The one or two indices that a text below the line holds: `i`, `ij`, `12`, `12,3`, `i,:`; null where it
 * holds something else. Digits without a comma are one number.
 */
export function splitIndices(text: string): readonly IndexText[] | null {
  const parts = text.includes(",") ? text.split(",") : isWhole(text) ? [text] : [...text];
  if (parts.length > 2 || parts.length === 0 || !parts.every(isIndexText)) return null;
  return parts.length === 1 && parts[0] === ":" ? null : parts;
}

/** The single letters that stand as indices below a name. */
export function lettersBelow(name: string): readonly string[] {
  const { subscript } = splitName(name);
  const indices = subscript === null ? null : splitIndices(subscript);
  return indices?.filter((text) => /^\p{L}$/u.test(text)) ?? [];
}

/** The name with those indices below it: x_i, K_{ij}, X_{12,3}. */
export const memberName = (base: string, indices: readonly IndexText[]): string =>
  joinName(base, indices.join(indices.every((i) => [...i].length === 1) ? "" : ","));

/** `X_{23}` of a matrix is row 2, column 3. */
export const splitDigits = (text: string): readonly IndexText[] | null =>
  /^[1-9]{2}$/u.test(text) ? [...text] : null;

/** The indices that a Σ binds, with what stands above it, and the one it leaves out. */
export interface SumBounds {
  readonly letters: readonly string[];
  /** Up to what they count, as it is typed; null where the body says it. */
  readonly upper: string | null;
  /** `j ≠ y`: the letter, and what it is not. */
  readonly but: readonly [string, string] | null;
}

/** Reads `i=1` below and `n` above, `i`, `i,j`, `j≠y`, `j=1,j≠y`; null where they are none of these. */
export function boundsOf(below: string, above: string): SumBounds | null {
  let text = below;
  let upper: string | null = above === "" ? null : above;
  const span = /^(.*?)=1(?:\.\.+|,?[…⋯],?)(.+)$/u.exec(text);
  if (span) [text, upper] = [`${span[1]}=1`, span[2]!];
  let but: readonly [string, string] | null = null;
  const letters: string[] = [];
  for (const part of text.split(/[,:]/u)) {
    const filter = /^(\p{L})≠(\p{L}|[1-9]\d*)$/u.exec(part);
    const start = /^(\p{L}+)=1$/u.exec(part);
    if (filter && but === null) but = [filter[1]!, filter[2]!];
    else if (start ?? /^\p{L}{1,2}$/u.test(part)) letters.push(...(start?.[1] ?? part));
    else return null;
  }
  if (but && !letters.includes(but[0])) letters.unshift(but[0]);
  if (letters.length === 0 || new Set(letters).size < letters.length) return null;
  if (upper !== null && !/^[\p{L}\d_{}]+$/u.test(upper)) return null;
  return { letters, upper, but };
}

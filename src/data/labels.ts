/** @file Labels as classes: whole numbers from 0 on, checked, with their names. */

import { errors } from "../diagnostics/errors.ts";
import type { StoredArray } from "./arrays.ts";
import { rowsOfArray } from "./arrays.ts";
import { sizeOf } from "./kinds.ts";
import { blocksOf } from "./rows.ts";

/** There are no more classes than that: what has more is no classification. */
export const mostClasses = 65_536;

/**
 * The classes that an array gives, one number a sample.
 * @throws NablaError at the offset of a label that is no whole number from 0 to below `count`.
 */
export function classesIn(array: StoredArray, count: number): Int32Array {
  const rows = rowsOfArray(array);
  const classes = new Int32Array(rows.count);
  for (const block of blocksOf(rows))
    for (let i = 0; i < block.count; i++) {
      const label = block.entries[i]!;
      if (!Number.isInteger(label) || label < 0 || label >= count) {
        const at = array.start + (block.from + i) * sizeOf(array.kind);
        throw errors.labelOutOfRange(array.store.name, `at offset ${at}`, label, 0, count - 1);
      }
      classes[block.from + i] = label;
    }
  return classes;
}

/** How many classes there are, by the largest. */
export const countOf = (classes: Int32Array): number =>
  classes.reduce((most, label) => Math.max(most, label), -1) + 1;

/** Numbers stand for classes that have no names. */
export const numbered = (count: number): string[] =>
  Array.from({ length: count }, (_, k) => String(k));

/** Names of classes, and the file that gives them. */
export interface NamesFile {
  readonly path: string;
  readonly names: readonly string[];
}

/**
 * The names of so many classes: those that are given, else their numbers.
 * @throws NablaError where these are too few.
 */
export function namesOf(count: number, given: NamesFile | null): readonly string[] {
  if (!given) return numbered(count);
  if (given.names.length < count) throw errors.tooFewNames(given.path, given.names.length, count);
  return given.names;
}

/** The names of classes in a text, one a line; errors name the file that it stands in. */
export function namesIn(text: string, path: string): string[] {
  const names = text
    .replace(/^\uFEFF/u, "")
    .split(/\r\n|\r|\n/u)
    .map((line) => line.trim());
  while (names.at(-1) === "") names.pop();
  if (names.length === 0) throw errors.badNames(path, 1, "there is no name");
  const bad = names.findIndex((name, k) => name === "" || names.indexOf(name) !== k);
  if (bad >= 0)
    throw errors.badNames(
      path,
      bad + 1,
      names[bad] === "" ? "there is no name" : `${names[bad]} names two classes`,
    );
  return names;
}

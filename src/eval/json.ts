/** @file Numbers in JSON: an object of names, or a list of such objects, a sample each. */

import { errors } from "../diagnostics/errors.ts";
import type { Rational } from "../expr/rational.ts";
import { numberIn } from "./cells.ts";
import { mark, parsedJson } from "./json-text.ts";
import type { Numbers } from "./numbers.ts";

type Names = Readonly<Record<string, unknown>>;
const isObject = (x: unknown): x is Names =>
  typeof x === "object" && x !== null && !Array.isArray(x);

/** The numbers of an object: a number, a list (a column), or a list of rows under each name. */
export function numbersInJson(text: string, path: string): Map<string, Numbers> {
  const found = parsedJson(text, path);
  if (!isObject(found))
    throw errors.badData(path, "it is no object of names", '{"x": [1, 2], "y": 2}');
  return numbersOf(found, path);
}

/** The numbers of a file for one name. */
export function matrixInJson(text: string, path: string): Numbers {
  const found = parsedJson(text, path);
  if (isObject(found)) throw errors.badData(path, "it has names of its own", `--at ${path}`);
  return matrixOf(found, path);
}

/** The samples of a list of objects. */
export function samplesInJson(text: string, path: string): Map<string, Numbers>[] {
  const found = parsedJson(text, path);
  if (!Array.isArray(found) || found.length === 0 || !found.every(isObject))
    throw errors.badData(path, "it is no list of objects, one a sample", '[{"x": [1, 2], "y": 1}]');
  return found.map((one) => numbersOf(one, path));
}

/** The numbers of an object under its names, as JSON has them or as they stand in a program. */
export const numbersOf = (names: Names, path: string): Map<string, Numbers> =>
  new Map(
    Object.entries(names).map(([name, value]) => [name, matrixOf(value, `${path}: ${name}`)]),
  );

function matrixOf(value: unknown, place: string): Numbers {
  if (!Array.isArray(value)) return { rows: [[entryOf(value, place)]], isList: false };
  if (value.length === 0) throw errors.badData(place, "an empty list gives no numbers");
  if (!value.some(Array.isArray))
    return { rows: value.map((x) => [entryOf(x, place)]), isList: true };
  const rows = value.map((row) => {
    if (!Array.isArray(row) || row.length === 0)
      throw errors.badData(place, "beside rows stands what is none");
    return row.map((x) => entryOf(x, place));
  });
  if (rows.some((row) => row.length !== rows[0]!.length))
    throw errors.badData(place, "the rows are not of one length");
  return { rows, isList: false };
}

function entryOf(value: unknown, place: string): Rational {
  const text = typeof value === "number" ? String(value) : typeof value === "string" ? value : null;
  const found = text === null ? null : numberIn(text.replace(mark, ""));
  if (found) return found;
  const shown =
    text === null
      ? JSON.stringify(value).replaceAll(/"\\u0000([^"]*)"/gu, "$1")
      : `“${text.replace(mark, "")}”`;
  throw errors.badData(place, `${shown} is no number`, '2, 0.5, "1/3"');
}

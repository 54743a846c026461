/** @file The text of JSON as a value in which numbers keep their digits; mistakes are told with their place. */

import { errors } from "../diagnostics/errors.ts";

/** Stands before the text of a number, so that it is read digit by digit and not as a float. */
export const mark = "\u0000";

const space = /[ \t\r\n]*/uy;
const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/uy;
const quoted = /"(?:[^"\\\p{Cc}]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"/uy;
const word = /[\p{L}\p{N}_.+\-−∞]+/uy;
const words: Readonly<Record<string, boolean | null>> = { true: true, false: false, null: null };
/** Numbers lie no deeper. */
const deepest = 32;

/**
 * Reads the text of JSON. A key that an object has twice is a mistake, too.
 * @throws NablaError with the line and the column of what does not fit.
 */
export function parsedJson(text: string, path: string): unknown {
  const input = text.replace(/^\uFEFF/u, "");
  let at = 0;

  const taken = (pattern: RegExp): string | null => {
    pattern.lastIndex = at;
    const [found = null] = pattern.exec(input) ?? [];
    if (found !== null) at += found.length;
    return found;
  };
  const wrong = (start: number, what: string): Error => {
    const lines = input.slice(0, start).split("\n");
    return errors.badData(
      `${path}: line ${lines.length}, column ${[...lines.at(-1)!].length + 1}`,
      `it is no JSON: ${what}`,
      '{"W": [[1, 2], [3, 4]], "x": [1, "1/3"], "y": 2}',
    );
  };
  /** What stands where something else is expected. */
  const misfit = (expected: string): Error => {
    const start = at;
    const found = taken(word) ?? /^./su.exec(input.slice(at))?.[0];
    return wrong(
      start,
      `${found === undefined ? "the end" : `“${found}”`} stands where ${expected} is expected`,
    );
  };
  const isNext = (sign: string): boolean => {
    taken(space);
    if (input[at] !== sign) return false;
    at++;
    return true;
  };
  const string = (): string | null => {
    const found = taken(quoted);
    return found === null ? null : (JSON.parse(found) as string);
  };
  /** What stands between commas up to a bracket. */
  const listed = (end: string, one: () => void): void => {
    if (isNext(end)) return;
    do {
      taken(space);
      one();
    } while (isNext(","));
    if (!isNext(end)) throw misfit(`a comma or ${end}`);
  };
  const value = (depth: number): unknown => {
    taken(space);
    if (depth > deepest) throw wrong(at, "its brackets are too deep");
    if (isNext("{")) {
      const entries = new Map<string, unknown>();
      listed("}", () => {
        const start = at;
        const key = string();
        if (key === null) throw misfit("a name in quotes");
        if (entries.has(key)) throw wrong(start, `“${key}” stands there for the second time`);
        if (!isNext(":")) throw misfit("a colon");
        entries.set(key, value(depth + 1));
      });
      return Object.fromEntries(entries);
    }
    if (isNext("[")) {
      const all: unknown[] = [];
      listed("]", () => void all.push(value(depth + 1)));
      return all;
    }
    const plain = string();
    if (plain !== null) return plain;
    const start = at;
    const known = taken(word);
    if (known !== null && Object.hasOwn(words, known)) return words[known];
    at = start;
    const digits = taken(number);
    if (digits !== null && digits === known) return mark + digits;
    at = start;
    throw misfit("a number, a list, an object or a text");
  };

  const found = value(0);
  taken(space);
  if (at < input.length) throw misfit("the end");
  return found;
}

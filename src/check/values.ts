/** @file Answers that are numbers: compared with the value at the numbers that a problem gives. */

import { spelledBy } from "../derive/options.ts";
import type { Spelled } from "../derive/options.ts";
import type { Shape } from "../expr/dimension.ts";
import { dimension } from "../expr/dimension.ts";
import type { Rational } from "../expr/rational.ts";
import { isEqual, rational, toNumber } from "../expr/rational.ts";
import { rationalNear } from "./numbers.ts";
import type { Said } from "./wording.ts";
import { isOne, say } from "./wording.ts";

/** Numbers row by row. */
export type Entries = readonly (readonly number[])[];

/** What is said of numbers. */
export interface ValueJudged {
  readonly isRight: boolean;
  readonly said: readonly Said[];
  /** How many entries are right, where there are as many as there should be. */
  readonly rightEntries: number;
  /** How they were compared. */
  readonly note: string;
}

/**
 * How many decimals each number of a text is typed with: −3 where it is typed to the thousands. Null of a whole
 * number, a fraction, a root or the like, since it is meant exactly.
 */
export function typedDecimals(text: string, count: number): (number | null)[] {
  const exact = Array.from({ length: count }, () => null);
  if (!/^[\s\d.,;()[\]+\-−–eE]*$/u.test(text)) return exact;
  const numbers = text.match(/\d*\.?\d+(?:[eE][+\-−–]?\d+)?/gu) ?? [];
  if (numbers.length !== count) return exact;
  return numbers.map((number) => {
    const [, digits, sign, exponent] = /(?:\.(\d+))?(?:[eE]([+\-−–]?)(\d+))?$/u.exec(number)!;
    const power = Number(exponent ?? 0) * (sign === "" || sign === "+" || !sign ? 1 : -1);
    return digits === undefined && power >= 0 ? null : (digits?.length ?? 0) - power;
  });
}

/** Compares numbers that were typed, each with so many decimals, with those that were computed. */
export function valuesJudged(
  typed: readonly (readonly Rational[])[],
  right: Entries,
  places: readonly (number | null)[],
): ValueJudged {
  const isRounded = places.some((count) => count !== null);
  const note = isRounded
    ? "the value at the given numbers was computed, and agrees to the decimals that are typed"
    : "the value at the given numbers was computed, and agrees to 1e-9";
  const is = shapeOf(typed);
  const wanted = shapeOf(right);
  if (is[0] !== wanted[0] || is[1] !== wanted[1]) {
    const turned = typed[0]!.map((_, j) => typed.map((row) => row[j]!));
    const said = [say.wrongShape(is, wanted, "the value")];
    const order = turned.flatMap((row, i) => row.map((_, j) => places[j * typed[0]!.length + i]!));
    const isTurned = sameSize(turned, right) && valuesJudged(turned, right, order).isRight;
    const all = isTurned ? [say.transposedSquare(), ...said] : said;
    return { isRight: false, said: all, rightEntries: 0, note };
  }
  const pairs = typed.flatMap((row, i) =>
    row.map((x, j) => ({ x, y: right[i]![j]!, i, j, decimals: places[i * row.length + j]! })),
  );
  const wrong = pairs.filter(({ x, y, decimals }) => !agree(x, y, decimals));
  const rightEntries = pairs.length - wrong.length;
  if (wrong.length === 0) return { isRight: true, said: [], rightEntries, note };
  const c = commonFactor(pairs);
  if (c) {
    const said = isEqual(c, rational(-1)) ? say.sign() : say.factor(c, null);
    return { isRight: false, said: [said], rightEntries, note };
  }
  const isOneNumber = pairs.length === 1;
  const said = wrong.slice(0, mostTold).map(({ x, y, i, j, decimals }) => {
    const place = isOneNumber ? null : right[0]!.length === 1 ? `${i + 1}` : `${i + 1}, ${j + 1}`;
    return agree(x, -y, decimals)
      ? say.signOfEntry(place, numberText(y))
      : say.wrongEntry(place, numberText(toNumber(x)), numberText(y));
  });
  return { isRight: false, said, rightEntries, note };
}

/** So many wrong entries are told. */
const mostTold = 3;

/** The factor that all typed numbers have too much; null where there is none. */
function commonFactor(
  pairs: readonly { readonly x: Rational; readonly y: number; readonly decimals: number | null }[],
): Rational | null {
  const first = pairs.find(({ y }) => Math.abs(y) > 1e-12);
  const c = first && rationalNear(toNumber(first.x) / first.y);
  if (!c || c.numerator === 0n || isOne(c)) return null;
  // Of a single number any other is a multiple.
  const isSmall = c.denominator <= 4n && c.numerator <= 4n && c.numerator >= -4n;
  if (pairs.length === 1 && !(isSmall && (c.denominator === 1n || abs(c.numerator) === 1n)))
    return null;
  return pairs.every(({ x, y, decimals }) => agree(x, toNumber(c) * y, decimals)) ? c : null;
}

const abs = (x: bigint): bigint => (x < 0n ? -x : x);

/** Whether a number is right: to its decimals, and a whole number or a fraction to what rounding leaves. */
function agree(x: Rational, y: number, decimals: number | null): boolean {
  const apart = Math.abs(toNumber(x) - y);
  if (decimals !== null) return apart <= 0.5 * 10 ** -decimals * (1 + 1e-9);
  const size = Math.max(Math.abs(toNumber(x)), Math.abs(y));
  return apart <= 1e-9 * size + 1e-13 && apart <= 1e-6 + 1e-13 * size;
}

const shapeOf = (rows: readonly (readonly unknown[])[]): Shape => [
  dimension(rows.length),
  dimension(rows[0]!.length),
];

const sameSize = (
  a: readonly (readonly unknown[])[],
  b: readonly (readonly unknown[])[],
): boolean => a.length === b.length && a[0]!.length === b[0]!.length;

/** A number with as many digits as a reader wants. */
export function numberText(x: number): string {
  const rounded = Number(x.toPrecision(7));
  return String(Object.is(rounded, -0) ? 0 : rounded).replace("-", "−");
}

/** Numbers as they are typed: a number, a column `(1, 2)`, rows `[1 2; 3 4]`. */
export const entriesSpelled = (rows: Entries): Spelled & { readonly shape: Shape } => {
  const text = (x: number, spelling: string): string =>
    spelling === "unicode" ? numberText(x) : numberText(x).replace("−", "-");
  const spelled = spelledBy((spelling) => {
    const cells = rows.map((row) => row.map((x) => text(x, spelling)));
    if (cells.length === 1 && cells[0]!.length === 1) return cells[0]![0]!;
    if (spelling === "latex")
      return `\\begin{pmatrix} ${cells.map((row) => row.join(" & ")).join(" \\\\ ")} \\end{pmatrix}`;
    if (cells[0]!.length === 1) return `(${cells.map(([x]) => x).join(", ")})`;
    return `[${cells.map((row) => row.join(" ")).join("; ")}]`;
  });
  return { ...spelled, shape: shapeOf(rows) };
};

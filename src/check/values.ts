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

/** Compares numbers that were typed with those that were computed. */
export function valuesJudged(typed: readonly (readonly Rational[])[], right: Entries): ValueJudged {
  const digits = Math.max(0, ...typed.flat().map(decimals));
  const note =
    digits === 0
      ? "the value at the given numbers was computed, and agrees to 1e-9"
      : `the value at the given numbers was computed, and agrees to the ${digits} decimals that are given`;
  const is = shapeOf(typed);
  const wanted = shapeOf(right);
  if (is[0] !== wanted[0] || is[1] !== wanted[1]) {
    const turned = typed[0]!.map((_, j) => typed.map((row) => row[j]!));
    const said = [say.wrongShape(is, wanted, "the value")];
    const isTurned = sameSize(turned, right) && valuesJudged(turned, right).isRight;
    const all = isTurned ? [say.transposedSquare(), ...said] : said;
    return { isRight: false, said: all, rightEntries: 0, note };
  }
  const pairs = typed.flatMap((row, i) => row.map((x, j) => ({ x, y: right[i]![j]!, i, j })));
  const wrong = pairs.filter(({ x, y }) => !agree(x, y));
  const rightEntries = pairs.length - wrong.length;
  if (wrong.length === 0) return { isRight: true, said: [], rightEntries, note };
  const c = commonFactor(pairs);
  if (c) {
    const said = isEqual(c, rational(-1)) ? say.sign() : say.factor(c, null);
    return { isRight: false, said: [said], rightEntries, note };
  }
  const isOneNumber = pairs.length === 1;
  const said = wrong.slice(0, mostTold).map(({ x, y, i, j }) => {
    const place = isOneNumber ? null : right[0]!.length === 1 ? `${i + 1}` : `${i + 1}, ${j + 1}`;
    return agree(x, -y)
      ? say.signOfEntry(place, numberText(y))
      : say.wrongEntry(place, numberText(toNumber(x)), numberText(y));
  });
  return { isRight: false, said, rightEntries, note };
}

/** So many wrong entries are told. */
const mostTold = 3;

/** The factor that all typed numbers have too much; null where there is none. */
function commonFactor(
  pairs: readonly { readonly x: Rational; readonly y: number }[],
): Rational | null {
  const first = pairs.find(({ y }) => Math.abs(y) > 1e-12);
  const c = first && rationalNear(toNumber(first.x) / first.y);
  if (!c || c.numerator === 0n || isOne(c)) return null;
  // Of a single number any other is a multiple.
  const isSmall = c.denominator <= 4n && c.numerator <= 4n && c.numerator >= -4n;
  if (pairs.length === 1 && !(isSmall && (c.denominator === 1n || abs(c.numerator) === 1n)))
    return null;
  return pairs.every(({ x, y }) => agree(x, toNumber(c) * y)) ? c : null;
}

const abs = (x: bigint): bigint => (x < 0n ? -x : x);

/** Whether a number is right to the decimals that it is typed with; a whole one exactly. */
function agree(x: Rational, y: number): boolean {
  const places = decimals(x);
  const least = 1e-9 * Math.max(1, Math.abs(y));
  const slack = places === 0 ? least : Math.max(least, 0.5 * 10 ** -places * (1 + 1e-9));
  return Math.abs(toNumber(x) - y) <= slack;
}

/** How many decimals a number has; 0 of a whole one, and of a fraction that ends nowhere. */
function decimals({ denominator }: Rational): number {
  let power = 1n;
  for (let places = 0; places <= 12; places++, power *= 10n)
    if (power % denominator === 0n) return places;
  return 0;
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

/** @file Whether sides that a problem says to be equal are: compared as numbers at random points. */

import { Random } from "../data/random.ts";
import { dimension } from "../expr/dimension.ts";
import type { Dimension } from "../expr/dimension.ts";
import type { Expr, Sym } from "../expr/expr.ts";
import type { Value } from "../expr/op.ts";
import { toNumber } from "../expr/rational.ts";
import { postorder } from "../expr/walk.ts";
import { evaluate, lackOf } from "./evaluate.ts";
import type { Point } from "./evaluate.ts";
import { realArithmetic } from "./mathjs.ts";
import { largestPart, nudged } from "./rounding.ts";
import { draw, drawSizes, mannerCount } from "./sample.ts";

/** The largest difference, relative to the size of the entries, that rounding explains. */
const tolerance = 1e-12;
/** At how many points two sides must agree, and how many are tried: |k| = k holds at half of all. */
const wanted = 16;
const attempts = 120;

/** No kink matters. */
const nothing: ReadonlySet<Expr> = new Set();

/** How a comparison came out; "nowhere" where no point was found to look at. */
export type Outcome = "equal" | "unequal" | "nowhere";

interface Comparison {
  readonly outcome: Outcome;
  /** At how many points the sides were looked at. */
  readonly points: number;
}

/** What came out, which the two sides and the seed alone decide; it hangs on the younger side. */
const outcomes = new WeakMap<Expr, Map<string, Outcome>>();

/** Whether two expressions agree at several points. */
export function compared(left: Expr, right: Expr, seed: number): Outcome {
  const younger = left.id > right.id ? left : right;
  let known = outcomes.get(younger);
  if (!known) outcomes.set(younger, (known = new Map()));
  const key = `${left.id} ${right.id} ${seed}`;
  let outcome = known.get(key);
  if (outcome === undefined) {
    // What is one object agrees with itself wherever it has a value.
    ({ outcome } = comparison(left, right, seed, left === right ? 1 : wanted));
    known.set(key, outcome);
  }
  return outcome;
}

/** Whether two expressions agree, and at how many points they were looked at, at most `most`. */
export function comparison(left: Expr, right: Expr, seed: number, most = wanted): Comparison {
  const parts = new Set(postorder([left, right]));
  const random = new Random(seed);
  let found = 0;
  for (const drawn of pointsFor([left, right], random)) {
    let isSeen = false;
    for (const point of atAllIndices([left, right], drawn)) {
      const sides = sidesAt(left, right, point);
      if (sides === null) continue;
      if (!agree(sides)) {
        const again = sidesAt(left, right, { ...point, values: nudged(point.values, random) });
        if (isBlurred(sides, again, largestPart([left, right], parts, point, nothing))) continue;
        return { outcome: "unequal", points: found + 1 };
      }
      isSeen = true;
    }
    if (isSeen && ++found === most) break;
  }
  return { outcome: found > 0 ? "equal" : "nowhere", points: found };
}

/** More choices of the free indices than that are not looked at, of one point. */
const mostChoices = 256;

/** A point with every choice of the indices that expressions leave free: an entry is equal where each is. */
export function* atAllIndices(roots: readonly Expr[], point: Point): Generator<Point> {
  const indices = [...new Set(roots.flatMap((e) => e.free))];
  const sizes = indices.map((index) => point.size(index.range!));
  const count = sizes.reduce((all, size) => all * size, 1);
  if (indices.length === 0 || count > mostChoices) return yield point;
  for (let choice = 0; choice < count; choice++) {
    const values = new Map(point.values);
    let rest = choice;
    for (const [k, index] of indices.entries()) {
      values.set(index, realArithmetic.number(1 + (rest % sizes[k]!)));
      rest = Math.floor(rest / sizes[k]!);
    }
    yield { values, size: point.size };
  }
}

/** The size from which on a matrix of a few outer products is singular. */
const large = 4;
/** What is smaller than this, beside the largest part of a matrix, is the 0 of a singular one. */
const singular = 1e-6;

/** Whether a scalar is not 0, or a matrix invertible, at some point with dimensions that are not small. */
export function isSomewhereInvertible(e: Expr, seed: number): boolean {
  const parts = new Set(postorder([e]));
  for (const point of pointsFor([e], new Random(seed), large)) {
    const m = realArithmetic;
    const [value] = valuesAt([e], point) ?? [];
    if (value === undefined || !areNumbers(entriesOf(value))) continue;
    const least = Math.min(...m.eigenvalues(m.multiply(m.transpose(value), value)));
    if (Math.sqrt(Math.max(0, least)) > singular * largestPart([e], parts, point, nothing))
      return true;
  }
  return false;
}

/** Random points for the names in some expressions, in several sizes from `least` up. */
export function* pointsFor(
  roots: readonly Expr[],
  random: Random,
  least?: number,
  mannerAt = (attempt: number): number => attempt % (mannerCount + 1),
): Generator<Point> {
  const nodes = postorder(roots);
  const leaves = nodes.filter(
    (e): e is Sym => e.kind === "sym" && e.role === "value" && e.definition === null,
  );
  const indices = [...new Set(roots.flatMap((e) => e.free))];
  const dimensions = dimensionsIn(nodes);
  const counted = largestIndex(nodes);
  const shrinks = !nodes.some((e) => e.kind === "apply" && e.op.multipliesSizes);
  for (let attempt = 0; attempt < attempts; attempt++) {
    const sizes = drawSizes(dimensions, attempt % 4, shrinks, Math.max(least ?? 2, counted));
    const manner = mannerAt(attempt);
    const values = new Map<Sym, Value>(
      leaves.map((s) => [s, draw(s, sizes, random, realArithmetic, manner)]),
    );
    for (const index of indices)
      values.set(index, realArithmetic.number(random.whole(1, sizes.size(index.range!))));
    yield { values, size: sizes.size };
  }
}

/** The dimensions that expressions speak of, each once. */
export const dimensionsIn = (nodes: readonly Expr[]): Dimension[] => [
  ...new Set(nodes.flatMap(dimensionsOf)),
];

/** The largest number that stands as an index. */
export function largestIndex(nodes: readonly Expr[]): number {
  const indices = nodes.flatMap((e) =>
    e.kind === "apply" && e.op.notation.kind === "entry" ? e.args.slice(1) : [],
  );
  return Math.max(1, ...indices.map((i) => (i.kind === "num" ? toNumber(i.value) : 1)));
}

function dimensionsOf(e: Expr): readonly Dimension[] {
  if (e.kind !== "sym" || e.role === "value") return e.shape;
  return [e.range ?? dimension(e.name)];
}

/** The entries of both sides. */
type Sides = readonly [readonly number[], readonly number[]];

/** The entries of both sides, or null outside a domain. */
function sidesAt(left: Expr, right: Expr, point: Point): Sides | null {
  const values = valuesAt([left, right], point);
  if (values === null) return null;
  const sides = [entriesOf(values[0]), entriesOf(values[1])] as const;
  return sides.every(areNumbers) ? sides : null;
}

const areNumbers = (entries: readonly number[]): boolean => entries.every(Number.isFinite);

/** The values of expressions, or null outside a domain. */
function valuesAt(roots: readonly Expr[], point: Point): readonly Value[] | null {
  try {
    return evaluate(roots, point, realArithmetic, nothing);
  } catch (error) {
    lackOf(error);
    return null;
  }
}

export function entriesOf(x: Value): number[] {
  const m = realArithmetic;
  const [rows, columns] = [m.rows(x), m.columns(x)];
  const entries: number[] = [];
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++) entries.push(m.real(m.entry(x, i, j)));
  return entries;
}

function agree([x, y]: Sides): boolean {
  const scale = Math.max(largestOf(x), largestOf(y));
  return distance(x, y) <= tolerance * scale;
}

/** What rounding leaves of parts of size 1 that cancel. */
const roundingError = 1e-12;

/** Whether the sides lie as far apart as rounding explains, or as moving the inputs by next to nothing does. */
function isBlurred(sides: Sides, again: Sides | null, largest: number): boolean {
  const apart = distance(...sides);
  if (apart <= roundingError * largest) return true;
  if (again === null) return false;
  return distance(sides[0], again[0]) + distance(sides[1], again[1]) > 0.1 * apart;
}

/** The largest difference of two entries. */
const distance = (x: readonly number[], y: readonly number[]): number =>
  largestOf(x.map((entry, i) => entry - y[i]!));

/** The largest entry without its sign; NaN where one is. There may be more than arguments fit on the stack. */
const largestOf = (all: readonly number[]): number =>
  all.reduce((most, entry) => Math.max(most, Math.abs(entry)), 0);

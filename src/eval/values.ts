/** @file Values of a problem's parts at its numbers: exact where that can be, and compared with the oracle's floats. */

import { Random } from "../data/random.ts";
import { refuseOutside } from "../derive/indices.ts";
import { errors } from "../diagnostics/errors.ts";
import type { Dimension } from "../expr/dimension.ts";
import type { Expr, Sym } from "../expr/expr.ts";
import type { Arithmetic, Value } from "../expr/op.ts";
import { argsOf, postorder } from "../expr/walk.ts";
import { evaluate, lackOf, OutOfDomain, valuesBelow } from "../numeric/evaluate.ts";
import type { Point } from "../numeric/evaluate.ts";
import { entriesIn, floatOf, floats, isExact } from "../numeric/exact.ts";
import type { Entry } from "../numeric/exact.ts";
import { withoutNumbers } from "../numeric/given.ts";
import { realArithmetic } from "../numeric/mathjs.ts";
import {
  digitsOfDifferences,
  nearestFloats,
  NotPrecise,
  pointInDecimals,
  preciseArithmetic,
} from "../numeric/precise.ts";
import { nudged } from "../numeric/rounding.ts";
import { toUnicode } from "../print/index.ts";
import { strict } from "./kinks.ts";
import type { Sizes } from "./sizes.ts";

/** Entries row by row. */
export type Grid = readonly (readonly Entry[])[];

/** Numbers for the names of a problem. */
export interface Numbered {
  readonly values: ReadonlyMap<Sym, Grid>;
  readonly sizes: Sizes;
}

/** A point of the exact arithmetic, and the same of the oracle's. */
interface Points {
  readonly exact: Point;
  readonly float: Point;
}

export function pointsOf({ values, sizes }: Numbered, m: Arithmetic): Points {
  const size = (d: Dimension): number => sizes.of(d);
  const of = (value: (grid: Grid) => Value): Map<Sym, Value> =>
    new Map([...values].map(([s, grid]) => [s, value(grid)]));
  const exact = (grid: Grid): Value =>
    m.matrix(grid.length, grid[0]!.length, (i, j) => grid[i]![j]!);
  return { exact: { values: of(exact), size }, float: { values: of(floats), size } };
}

/** Refuses what has no value however the numbers are: names without numbers, functions without a formula. */
export function refuseOpen(roots: readonly Expr[], { values, sizes }: Numbered): void {
  const nodes = postorder(roots);
  for (const e of nodes)
    if (e.kind === "apply" && e.op.notation.kind === "function")
      throw errors.noFormula(e.op.notation.name);
  const names = new Set([...values.keys()].map(({ name }) => name));
  const isKnown = { has: (name: string): boolean => names.has(name) || sizes.has(name) };
  const missing = [
    ...new Set([
      ...roots.flatMap((root) => withoutNumbers(root, isKnown)),
      ...roots.flatMap((root) => root.free.map(({ name }) => name).filter((n) => !names.has(n))),
    ]),
  ];
  if (missing.length > 0) throw errors.numbersMissing(missing);
  refuseOutside(nodes, (d) => sizes.of(d));
}

/** Where floats are off by more, in relation to the largest entry, digits are shown that are not right. */
const shownError = 1e-12;

/** What is smaller beside the numbers it is made of may be what their rounding leaves, and so is what shrinks by that. */
const [remains, ofRemains] = [1e-40, 1e-100];

/** Values of some expressions and of all they are made of, outside of sums over an index. */
export class Values {
  readonly m: Arithmetic;
  readonly points: Points;
  private readonly known = new Map<Expr, Value>();

  constructor(numbered: Numbered, m: Arithmetic) {
    this.m = m;
    this.points = pointsOf(numbered, m);
  }

  /**
   * Computes the values of some expressions.
   * @throws NablaError with the part that has none (`exit` 3).
   */
  compute(roots: readonly Expr[]): void {
    try {
      valuesBelow(roots, this.points.exact, this.m, null, this.known);
    } catch (error) {
      const lack = lackOf(error);
      const part = postorder(roots).find(
        (e) => !this.known.has(e) && argsOf(e).every((arg) => this.known.has(arg)),
      );
      throw errors.noValueOf(part ? toUnicode(part) : null, lack);
    }
    for (const e of postorder(roots)) {
      const grid = this.known.has(e) ? this.of(e) : [];
      if (grid.every((row) => row.every((x) => Number.isFinite(floatOf(x))))) continue;
      const domain = e.kind === "apply" ? e.op.domain : undefined;
      const isOutside =
        grid.flat().some((x) => Number.isNaN(floatOf(x))) ||
        domain?.holds(strict(this.m), ...argsOf(e).map((arg) => this.value(arg))) === false;
      // What is too small for a float is 0 there, and need not lie outside.
      const isRounded = argsOf(e).some((arg) => this.of(arg).some((row) => row.includes(0)));
      throw errors.noValueOf(
        toUnicode(e),
        domain && isOutside
          ? `${domain.text}${isRounded ? ", and rounding leaves a 0 there" : ""}`
          : "numbers that are not too large for a float",
      );
    }
  }

  /**
   * Puts what long decimals give for what floats have lost digits of, and says whether that was soon done. What
   * decimals do not have stays.
   */
  refine(roots: readonly Expr[]): boolean {
    const open = roots.filter((e) => !this.of(e).every((row) => row.every(isExact)));
    if (open.length === 0) return true;
    const found = this.inDecimals(open);
    for (const [e, decimals] of found ?? []) {
      const isOff = apart(this.of(e), floats(decimals)) > shownError * largestOf(decimals);
      if (isOff && decimals.every((row) => row.every((x) => Number.isFinite(x))))
        this.put(e, this.withoutRemains(e, decimals));
    }
    return found !== null;
  }

  /** Decimals in which what larger numbers leave where they cancel is told from what is small: longer ones decide. */
  private withoutRemains(e: Expr, decimals: Grid): Grid {
    const parts = postorder([e]).filter((part) => this.known.has(part));
    const least = remains * Math.max(...parts.map((part) => largestOf(this.of(part))));
    const isSmall = (x: Entry): boolean => x !== 0 && Math.abs(floatOf(x)) < least;
    if (!decimals.some((row) => row.some(isSmall))) return decimals;
    const longer = this.inDecimals([e], digitsOfDifferences)?.get(e);
    if (!longer) return decimals;
    return decimals.map((row, i) =>
      row.map((x, j) => {
        if (!isSmall(x)) return x;
        const other = longer[i]![j]!;
        return Math.abs(other) < ofRemains * Math.abs(floatOf(x)) ? 0 : other;
      }),
    );
  }

  /** The values of some expressions to the nearest float; null where long decimals do not give them. */
  inDecimals(roots: readonly Expr[], digits?: number): Map<Expr, number[][]> | null {
    const m = preciseArithmetic(digits);
    try {
      const values = evaluate(roots, pointInDecimals(this.points.exact, this.m, m), m);
      return new Map(roots.map((e, k) => [e, nearestFloats(m, values[k])]));
    } catch (error) {
      if (error instanceof NotPrecise || error instanceof OutOfDomain) return null;
      throw error;
    }
  }

  /** Other numbers for a value; what is exact stays. */
  private put(e: Expr, decimals: Grid): void {
    const grid = this.of(e).map((row, i) => row.map((x, j) => (isExact(x) ? x : decimals[i]![j]!)));
    this.known.set(
      e,
      this.m.matrix(grid.length, grid[0]!.length, (i, j) => grid[i]![j]!),
    );
  }

  has(e: Expr): boolean {
    return this.known.has(e);
  }

  of(e: Expr): Grid {
    return entriesIn(this.m, this.known.get(e));
  }

  value(e: Expr): Value {
    return this.known.get(e);
  }
}

/** How far a value may lie from that of the oracle, in relation to the largest part that it is made of. */
const tolerance = 1e-9;

const largestOf = (grid: Grid): number =>
  grid.flat().reduce((most: number, x) => Math.max(most, Math.abs(floatOf(x))), 0);

/**
 * Compares values with those of the oracle's arithmetic: the largest relative difference.
 * @throws NablaError where they are not the same, and rounding does not explain it.
 */
export function compareForward(roots: readonly Expr[], values: Values): number {
  const { float } = values.points;
  const oracle = new Map<Expr, Value>();
  try {
    valuesBelow(roots, float, realArithmetic, null, oracle);
  } catch (error) {
    // What is singular in floats need not be so in fractions, nor in decimals that are long enough.
    const lack = lackOf(error);
    const decimals = values.inDecimals(roots);
    if (!decimals)
      throw errors.notComparedInFloats(toUnicode(roots.find((e) => !oracle.has(e))!), lack);
    for (const [e, grid] of decimals) oracle.set(e, floats(grid));
  }
  const sizes = new Map<Expr, number>();
  let worst = 0;
  for (const e of postorder(roots)) {
    if (!values.has(e)) continue;
    const grid = values.of(e);
    const parts = e.kind === "sym" && e.definition ? [e.definition] : argsOf(e);
    const size = Math.max(largestOf(grid), ...parts.map((part) => sizes.get(part) ?? 0));
    sizes.set(e, size);
    if (!oracle.has(e)) continue;
    const difference = apart(grid, oracle.get(e));
    const error = difference === 0 ? 0 : difference / size;
    if (error <= tolerance) worst = Math.max(worst, error);
    else {
      const decimals = values.inDecimals([e])?.get(e);
      const left = decimals ? apart(grid, floats(decimals)) : difference;
      if (left <= tolerance * size) worst = Math.max(worst, size === 0 ? 0 : left / size);
      else if (decimals || !isRounding(e, float, difference))
        throw errors.notVerified([
          `${toUnicode(e)} differs by ${difference} from the oracle's value`,
        ]);
    }
  }
  return worst;
}

/** The largest distance of entries from those of the oracle. */
function apart(grid: Grid, value: Value): number {
  const m = realArithmetic;
  const distances = grid.flatMap((row, i) =>
    row.map((x, j) => Math.abs(floatOf(x) - m.real(m.entry(value, i, j)))),
  );
  return distances.reduce((most, d) => Math.max(most, Number.isNaN(d) ? Infinity : d), 0);
}

/** Whether inputs that move by next to nothing move a value by about as much. */
function isRounding(e: Expr, point: Point, difference: number): boolean {
  const random = new Random(1);
  const m = realArithmetic;
  const at = (): Grid =>
    entriesIn(m, evaluate([e], { ...point, values: nudged(point.values, random) }, m)[0]);
  try {
    const [first, ...others] = [at(), at(), at(), at()];
    const moved = Math.max(...others.map((grid) => apart(grid, floats(first))));
    return difference <= 10 * moved;
  } catch {
    return true;
  }
}

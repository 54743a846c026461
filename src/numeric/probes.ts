/** @file Points that remember: many expressions over shared parts are looked at, each part evaluated once. */

import { Random } from "../data/random.ts";
import type { Expr, Sym } from "../expr/expr.ts";
import type { Value } from "../expr/op.ts";
import { entriesOf, pointsFor } from "./equations.ts";
import { lackOf, valuesBelow } from "./evaluate.ts";
import type { Point } from "./evaluate.ts";
import { realArithmetic } from "./mathjs.ts";
import { mannerCount } from "./sample.ts";

/** A point, with what was computed at it. */
export class Probe {
  private readonly values = new Map<Expr, Value>();
  private readonly point: Point;
  constructor(point: Point) {
    this.point = point;
  }

  /** The value of an expression; null outside a domain. */
  value(e: Expr): Value {
    try {
      valuesBelow([e], this.point, realArithmetic, null, this.values);
    } catch (error) {
      lackOf(error);
      return null;
    }
    return this.values.get(e);
  }

  /** The entries row by row; null outside a domain, and where one is not finite. */
  entries(e: Expr): readonly number[] | null {
    const value = this.value(e);
    if (value === null) return null;
    const entries = entriesOf(value);
    return entries.every(Number.isFinite) ? entries : null;
  }

  /** A point that differs by the values of some names. */
  with(values: Iterable<readonly [Sym, Value]>): Probe {
    return new Probe({ ...this.point, values: new Map([...this.point.values, ...values]) });
  }

  /** The value that was drawn for a name; undefined for one that is defined. */
  drawn(name: Sym): Value {
    return this.point.values.get(name);
  }
}

/** Numbers of ordinary size first: far out a softmax is one-hot, and differences are rounding. */
const moderately = (attempt: number): number =>
  attempt < 80 ? Math.floor(attempt / 4) % 4 : attempt % (mannerCount + 1);

/** So many points for the names in `roots`, of several sizes, at which `inside` is finite. */
export function probesFor(
  roots: readonly Expr[],
  inside: readonly Expr[],
  seed: number,
  count: number,
): Probe[] {
  const found: Probe[] = [];
  for (const point of pointsFor(roots, new Random(seed), undefined, moderately)) {
    const probe = new Probe(point);
    if (!inside.every((e) => probe.entries(e) !== null)) continue;
    found.push(probe);
    if (found.length === count) break;
  }
  return found;
}

/** @file What rounding does at a point: how large the parts are, and the same inputs moved by next to nothing. */

import type { Expr, Sym } from "../expr/expr.ts";
import type { Value } from "../expr/op.ts";
import { has, property } from "../expr/properties.ts";
import type { Point } from "./evaluate.ts";
import { evaluate } from "./evaluate.ts";
import { realArithmetic } from "./mathjs.ts";
import type { Random } from "./sample.ts";

/** How far inputs are moved, in relation to their size, to see how much rounding a point magnifies. */
const nudge = 1e-13;

/** The values of a point, each entry moved a little; indices and whole numbers stay. */
export function nudged(values: ReadonlyMap<Sym, Value>, random: Random): Map<Sym, Value> {
  const m = realArithmetic;
  const moved = (v: Value): Value =>
    m.matrix(m.rows(v), m.columns(v), (i, j) =>
      m.number(m.real(m.entry(v, i, j)) * (1 + nudge * random.normal())),
    );
  const isWhole = (s: Sym): boolean => s.role === "index" || has(s.properties, property.integer);
  return new Map([...values].map(([s, v]) => [s, isWhole(s) ? v : moved(v)]));
}

/** The largest entry of the values of parts; `guarded` as for `evaluate`. */
export const largestPart = (
  parts: readonly Expr[],
  point: Point,
  guarded: Pick<ReadonlySet<Expr>, "has">,
): number =>
  evaluate(
    // What stands within a sum over an index has a value for each term.
    parts.filter((e) => e.free.every((index) => point.values.has(index))),
    point,
    realArithmetic,
    guarded,
  ).reduce((largest: number, part) => Math.max(largest, largestEntry(part)), 0);

function largestEntry(x: Value): number {
  const m = realArithmetic;
  let largest = 0;
  for (let i = 0; i < m.rows(x); i++)
    for (let j = 0; j < m.columns(x); j++)
      largest = Math.max(largest, Math.abs(m.real(m.entry(x, i, j))));
  return largest;
}

/** @file What rounding does at a point: how large the parts are, and the same inputs moved by next to nothing. */

import type { Random } from "../data/random.ts";
import type { Expr, Sym } from "../expr/expr.ts";
import type { Value } from "../expr/op.ts";
import { has, property } from "../expr/properties.ts";
import { postorder } from "../expr/walk.ts";
import type { Point } from "./evaluate.ts";
import { valuesBelow } from "./evaluate.ts";
import { realArithmetic } from "./mathjs.ts";

/** How far inputs are moved, in relation to their size, to see how much rounding a point magnifies. */
const nudge = 1e-13;

/** The values of a point, each entry moved a little; indices and whole numbers stay. */
export function nudged(values: ReadonlyMap<Sym, Value>, random: Random): Map<Sym, Value> {
  const m = realArithmetic;
  const moved = (v: Value): Value =>
    m.matrix(m.rows(v), m.columns(v), (i, j) =>
      m.number(m.real(m.entry(v, i, j)) * (1 + nudge * random.normal())),
    );
  return new Map([...values].map(([s, v]) => [s, isWhole(s) ? v : moved(v)]));
}

const isWhole = (s: Sym): boolean => s.role === "index" || has(s.properties, property.integer);

/**
 * The values of `roots` where every operation on the way rounds as `round` does, and the largest entry of all that they
 * are made of. In the terms of a sum over an index only what does not depend on it is rounded.
 */
export function roundedValues(
  roots: readonly Expr[],
  point: Point,
  round: (x: number) => number,
): { readonly values: readonly Value[]; readonly largest: number } {
  const m = realArithmetic;
  const rounded = (v: Value): Value =>
    m.matrix(m.rows(v), m.columns(v), (i, j) => m.number(round(m.real(m.entry(v, i, j)))));
  const known = new Map<Expr, Value>(
    [...point.values].map(([s, v]) => [s, isWhole(s) ? v : rounded(v)]),
  );
  let largest = 0;
  for (const e of postorder(roots)) {
    if (known.has(e) || e.free.some((index) => !known.has(index))) continue;
    const value = valuesBelow([e], point, m, null, known).get(e);
    known.set(e, e.kind === "apply" || e.kind === "indexSum" ? rounded(value) : value);
    largest = Math.max(largest, largestEntry(value));
  }
  return { values: roots.map((root) => known.get(root)), largest };
}

/**
 * The largest entry of the values of `roots` and of what they are made of, of the parts that `counts`
 * holds; `guarded` as for `evaluate`.
 */
export function largestPart(
  roots: readonly Expr[],
  counts: Pick<ReadonlySet<Expr>, "has">,
  point: Point,
  guarded: Pick<ReadonlySet<Expr>, "has">,
): number {
  let largest = 0;
  for (const [part, value] of valuesBelow(roots, point, realArithmetic, guarded))
    if (counts.has(part)) largest = Math.max(largest, largestEntry(value));
  return largest;
}

function largestEntry(x: Value): number {
  const m = realArithmetic;
  let largest = 0;
  for (let i = 0; i < m.rows(x); i++)
    for (let j = 0; j < m.columns(x); j++)
      largest = Math.max(largest, Math.abs(m.real(m.entry(x, i, j))));
  return largest;
}

/** @file Kinks on which given numbers sit: where a derivative is a convention. */

import { withIndex } from "../expr/binding.ts";
import { sameShape } from "../expr/dimension.ts";
import { isScalar, num } from "../expr/expr.ts";
import type { Apply, Expr, IndexSum } from "../expr/expr.ts";
import type { Arithmetic } from "../expr/op.ts";
import { children, postorder } from "../expr/walk.ts";
import { valuesBelow } from "../numeric/evaluate.ts";
import type { Point } from "../numeric/evaluate.ts";
import { isExact } from "../numeric/exact.ts";
import type { Entry } from "../numeric/exact.ts";
import { entryOf } from "../ops/indexing.ts";

/** An operation at a kink: what holds there by convention, and at which entry. */
export interface Kink {
  readonly node: Apply;
  readonly convention: string;
  /** The entry that sits on it, or all where that is not one. */
  readonly at: Expr;
}

/** What is nearer to a kink than 10⁻¹⁵ is on it: floats are never nearer by chance. */
const onKink = 1e12;
/** What is nearer than 10⁻⁹ may be on either side of it, as rounding has it. */
export const nextToKink = 1e6;
/** More terms of a sum than that are not looked at. */
export const mostTerms = 2000;

/** An arithmetic in which what is not on a kink, or at the edge of a domain, is far away from it. */
export const strict = (m: Arithmetic, magnified = onKink): Arithmetic => ({
  ...m,
  real: (x) => {
    const near = m.real(x) * magnified;
    return isExact(x as Entry) && near !== 0 ? Math.sign(near) * Math.max(1, Math.abs(near)) : near;
  },
  // Where the determinant is far from 0, so is its logarithm from what that is there: it is moved, not multiplied.
  logDeterminant: (x) => {
    const { sign, log } = m.logDeterminant(x);
    const moved = m.real(log) + m.rows(x) * Math.log(magnified);
    return { sign, log: m.number(moved / magnified) };
  },
  eigenvalues: (x) => m.eigenvalues(x).map((value) => value * magnified ** 2),
});

/** The kinks in expressions whose values are known; of sums those of each term. */
export function kinksAt(
  roots: readonly Expr[],
  point: Point,
  m: Arithmetic,
  magnified = onKink,
): Kink[] {
  const known = valuesBelow(roots, point, m, null);
  const far = strict(m, magnified);
  return postorder(roots, (e) => (e.kind === "indexSum" ? [] : children(e))).flatMap((e) => {
    if (e.kind === "indexSum") return inTerms(e, point, m, magnified);
    if (e.kind !== "apply" || !e.op.smooth || !e.args.every((arg) => known.has(arg))) return [];
    const { smooth } = e.op;
    const values = e.args.map((arg) => known.get(arg));
    if (smooth.holds(far, ...values)) return [];
    const isByEntry = e.args.every(({ shape }) => sameShape(shape, e.shape)) && !isScalar(e);
    const moving = e.args.find((arg) => arg.kind !== "num" && postorder([arg]).some(isName)) ?? e;
    const whole: Kink = { node: e, convention: smooth.text, at: moving };
    if (!isByEntry) return [whole];
    const found: Kink[] = [];
    for (let i = 0; i < m.rows(values[0]); i++)
      for (let j = 0; j < m.columns(values[0]); j++)
        if (!smooth.holds(far, ...values.map((value) => m.entry(value, i, j))))
          found.push({ ...whole, at: entryOf(moving, num(i + 1), num(j + 1)) });
    return found.length > 0 ? found : [whole];
  });
}

const isName = (e: Expr): boolean => e.kind === "sym" && e.role === "value";

function inTerms(
  { index, body }: IndexSum,
  point: Point,
  m: Arithmetic,
  magnified: number,
): Kink[] {
  const count = Math.min(point.size(index.range!), mostTerms);
  return Array.from({ length: count }, (_, i) => withIndex(body, index, num(i + 1))).flatMap(
    (term) => kinksAt([term], point, m, magnified),
  );
}

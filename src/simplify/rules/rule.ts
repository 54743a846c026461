/** @file What a rewrite rule is, and the rules that linear operations share. */

import { indexSum } from "../../expr/binding.ts";
import { isApply, isScalar } from "../../expr/expr.ts";
import type { Apply, Expr } from "../../expr/expr.ts";
import type { OpFields } from "../../expr/op.ts";
import { scale, scaled, zeroOf } from "../../ops/arithmetic.ts";
import { isZero, unscaled } from "../forms.ts";

/** One rewriting of an application whose arguments are simplified; null where it does not fit. */
export interface Rule {
  readonly name: string;
  readonly op: OpFields;
  readonly rewrite: (e: Apply, ...args: Expr[]) => Expr | null;
}

export const rule = (name: string, op: OpFields, rewrite: Rule["rewrite"]): Rule => ({
  name,
  op,
  rewrite,
});

/** f(0) = 0. */
export const ofZero = (op: OpFields, at = 0): Rule =>
  rule(`${op.opName}-of-zero`, op, (e) => (isZero(e.args[at]!) ? zeroOf(e.shape) : null));

/** For rules that a linear operation shares: f(αX) = αf(X), f(0) = 0. */
export function linear(op: OpFields, at: number, build: (...args: Expr[]) => Expr): Rule[] {
  const name = op.opName;
  const replaced = (e: Apply, x: Expr): Expr =>
    build(...e.args.map((arg, i) => (i === at ? x : arg)));
  return [
    rule(`${name}-of-scale`, op, (e) => {
      const x = e.args[at]!;
      if (!isApply(x, scale) || isScalar(x)) return null;
      const { scalars, body } = unscaled(x);
      return scaled(scalars, replaced(e, body));
    }),
    ofZero(op, at),
    rule(`${name}-of-index-sum`, op, (e) => {
      const x = e.args[at]!;
      return x.kind === "indexSum" ? indexSum(x.index, replaced(e, x.body)) : null;
    }),
  ];
}

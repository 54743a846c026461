/** @file Rules for sums, means and norms. */

import { isApply, isBoundIndex, isScalar, two } from "../../expr/expr.ts";
import type { Expr } from "../../expr/expr.ts";
import { add, scale, transpose } from "../../ops/arithmetic.ts";
import { abs, power } from "../../ops/elementwise.ts";
import * as norms from "../../ops/norms.ts";
import * as reduce from "../../ops/reduce.ts";
import { member } from "../../ops/indexing.ts";
import { kronecker, mat, vec } from "../../ops/kronecker.ts";
import { cost } from "../cost.ts";
import { opposite, turned } from "../term.ts";
import { ofZero, rule } from "./rule.ts";
import type { Rule } from "./rule.ts";

const normOps = [
  reduce.norm,
  reduce.squaredNorm,
  reduce.norm1,
  norms.maximumNorm,
  norms.rowSumNorm,
  norms.columnSumNorm,
  norms.nuclearOfTall,
  norms.spectralNorm,
];

export const reduceRules: Rule[] = [
  reduce.sum,
  reduce.mean,
  reduce.rowsum,
  reduce.colsum,
  reduce.rowmean,
  reduce.colmean,
].map((op) => rule(`${op.opName}-is-a-product-with-ones`, op, (_, ...args) => op.expand(...args)));
reduceRules.push(
  ...[reduce.norm, reduce.squaredNorm].map((op) =>
    rule(`${op.opName}-from-the-fixed-one`, op, (_, x) => {
      const other = fromTheFixedOne(x);
      return other && op(other);
    }),
  ),
  rule("norm-of-scalar", reduce.norm, (_, x) => (isScalar(x) ? abs(x) : null)),
  rule("squared-norm-of-scalar", reduce.squaredNorm, (_, x) =>
    isScalar(x) ? power(x, two) : null,
  ),
  rule("norm1-of-scalar", reduce.norm1, (_, x) => (isScalar(x) ? abs(x) : null)),
  rule("squared-norm-of-transpose", reduce.squaredNorm, (_, x) =>
    isApply(x, transpose) ? reduce.squaredNorm(x.args[0]!) : null,
  ),
  rule("squared-norm-of-sum-of-transposes", reduce.squaredNorm, (_, x) => {
    // ‖Aᵀ − BCᵀ‖ = ‖A − CBᵀ‖, where that leaves fewer transposes
    if (!isApply(x, add)) return null;
    const other = turned(x);
    return cost(other) < cost(x) ? reduce.squaredNorm(other) : null;
  }),
  rule("norm-of-transpose", reduce.norm, (_, x) =>
    isApply(x, transpose) ? reduce.norm(x.args[0]!) : null,
  ),
  rule("squared-norm-of-kronecker", reduce.squaredNorm, (_, x) =>
    isApply(x, kronecker)
      ? scale(reduce.squaredNorm(x.args[0]!), reduce.squaredNorm(x.args[1]!))
      : null,
  ),
  rule("squared-norm-of-vec", reduce.squaredNorm, (_, x) =>
    isApply(x, vec) || isApply(x, mat) ? reduce.squaredNorm(x.args[0]!) : null,
  ),
  rule("norm-of-vec", reduce.norm, (_, x) =>
    isApply(x, vec) || isApply(x, mat) ? reduce.norm(x.args[0]!) : null,
  ),
  ...normOps.map((op) => ofZero(op)),
);

/** xₖ − xᵢ for xᵢ − xₖ, where a sum counts i and k is fixed; null where it stands so, or is something else. */
function fromTheFixedOne(x: Expr): Expr | null {
  if (!isApply(x, add) || x.args.length !== 2) return null;
  const [from, to] = x.args as readonly [Expr, Expr];
  const other = opposite(to);
  if (!isApply(from, member) || !isApply(other, member)) return null;
  const isCounted = (e: Expr): boolean => e.free.some(isBoundIndex);
  if (from.args[0] !== other.args[0] || !isCounted(from) || isCounted(other)) return null;
  return add(other, opposite(from));
}

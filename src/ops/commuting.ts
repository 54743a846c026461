/** @file Which matrices commute: functions of one matrix do. */

import type { Expr } from "../expr/expr.ts";
import { isApply, isScalar } from "../expr/expr.ts";
import { add, identity, matmul, scale, transpose, transposed } from "./arithmetic.ts";

/** Whether `e` is by its form a function of `x` alone: X², αI + X⁻¹ … */
export function isFunctionOf(e: Expr, x: Expr): boolean {
  if (e === x || isScalar(e) || isApply(e, identity)) return true;
  if (e.kind !== "apply") return false;
  if (isApply(e, transpose)) return isFunctionOf(e.args[0]!, transposed(x));
  const isFunction =
    isApply(e, scale) || isApply(e, add) || isApply(e, matmul) || e.op.matrixFunction;
  return isFunction === true && e.args.every((arg) => isFunctionOf(arg, x));
}

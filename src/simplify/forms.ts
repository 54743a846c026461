/** @file Forms that several rules look for: ones, zeros, powers, xᵀx. */

import { one } from "../expr/dimension.ts";
import { isApply, isScalar, num, two, unit, zero } from "../expr/expr.ts";
import type { Expr } from "../expr/expr.ts";
import { isNegative, isInteger, rational, times } from "../expr/rational.ts";
import {
  add,
  matmul,
  ones,
  product,
  scale,
  trace,
  transpose,
  transposed,
  zeros,
} from "../ops/arithmetic.ts";
import { exp, power } from "../ops/elementwise.ts";
import * as reduce from "../ops/reduce.ts";

/** Whether every entry is 1 by form: 1, 𝟏, 𝟏ᵀ, 𝟏𝟏ᵀ. */
export function isOnes(e: Expr): boolean {
  if (e === unit || isApply(e, ones)) return true;
  if (isApply(e, transpose)) return isApply(e.args[0]!, ones);
  return isApply(e, matmul) && e.args.length === 2 && e.args.every(isOnes);
}

/** A column that stands in every column, or a row that stands in every row: u𝟏ᵀ, 𝟏vᵀ. */
export interface Broadcast {
  readonly vector: Expr;
  readonly isColumn: boolean;
}

/** The vector that a matrix repeats; null where it repeats none, or only ones. */
export function asBroadcast(e: Expr): Broadcast | null {
  if (!isApply(e, matmul) || e.shape[0] === one || e.shape[1] === one || isOnes(e)) return null;
  const isRowOfOnes = (f: Expr): boolean => isApply(f, transpose) && isApply(f.args[0]!, ones);
  if (isRowOfOnes(e.args.at(-1)!))
    return { vector: product(...e.args.slice(0, -1)), isColumn: true };
  if (!isApply(e.args[0]!, ones)) return null;
  return { vector: transposed(product(...e.args.slice(1))), isColumn: false };
}

export const isZero = (e: Expr): boolean => e === zero || isApply(e, zeros);

/** The scalars before the last factor of a `scale`, and that factor. */
export const unscaled = (e: Expr): { scalars: readonly Expr[]; body: Expr } =>
  isApply(e, scale)
    ? { scalars: e.args.slice(0, -1), body: e.args.at(-1)! }
    : { scalars: [], body: e };

/** The factors of a product of scalars and at most one other; of anything else itself. */
export const scaleFactors = (e: Expr): readonly Expr[] => (isApply(e, scale) ? e.args : [e]);

/** Whether e is one over something: a power with a negative exponent. */
export function isReciprocal(e: Expr): boolean {
  const [, p] = asPower(e);
  return p.kind === "num" && isNegative(p.value);
}

/** e as `[base, p]` with e = baseᵖ. */
export function asPower(e: Expr): [base: Expr, exponent: Expr] {
  if (isApply(e, power)) {
    const [base, p] = e.args as readonly [Expr, Expr];
    if (isApply(base, reduce.squaredNorm) && p.kind === "num")
      return [reduce.norm(base.args[0]!), num(times(p.value, rational(2)))];
    return [base, p];
  }
  if (isApply(e, reduce.squaredNorm)) return [reduce.norm(e.args[0]!), two];
  return [e, unit];
}

/** xᵀx as the square of ‖x‖, null where e is none. */
export function selfInner(e: Expr): Expr | null {
  if (
    isApply(e, matmul) &&
    e.args.length === 2 &&
    isApply(e.args[0]!, transpose) &&
    e.args[0].args[0] === e.args[1]
  )
    return isScalar(e) ? e.args[1]! : null;
  if (isApply(e, trace) && isApply(e.args[0]!, matmul) && e.args[0].args.length === 2) {
    const [a, b] = e.args[0].args as readonly [Expr, Expr];
    if (isApply(a, transpose) && a.args[0] === b) return b;
    if (isApply(b, transpose) && b.args[0] === a) return a;
  }
  return null;
}

/** The base to that power, in the form that is written. */
export function powerOf(base: Expr, exponent: Expr): Expr {
  if (exponent === unit) return base;
  if (isApply(base, reduce.norm) && exponent.kind === "num" && isInteger(exponent.value)) {
    const squared = reduce.squaredNorm(base.args[0]!);
    const k = exponent.value.numerator;
    if (k === 2n) return squared;
    if (k !== 0n && k % 2n === 0n) return power(squared, num(rational(k / 2n)));
  }
  return power(base, exponent);
}

/** u where e is 𝟏 + exp(u). */
export function exponentPlusOne(e: Expr): Expr | null {
  if (!isApply(e, add) || e.args.length !== 2) return null;
  const [a, b] = e.args as readonly [Expr, Expr];
  if (isOnes(a) && isApply(b, exp)) return b.args[0]!;
  if (isOnes(b) && isApply(a, exp)) return a.args[0]!;
  return null;
}

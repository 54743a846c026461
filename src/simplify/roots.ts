/** @file Roots of numbers and of π in a product: one under each sign while they merge, one sign at the end. */

import { isApply } from "../expr/expr.ts";
import type { Expr } from "../expr/expr.ts";
import { isInteger, isNegative } from "../expr/rational.ts";
import { pi, scale } from "../ops/arithmetic.ts";
import { power } from "../ops/elementwise.ts";

/** Whether e is a power with a fractional number as its exponent. */
const isRoot = (e: Expr): boolean =>
  isApply(e, power) && e.args[1]!.kind === "num" && !isInteger(e.args[1]!.value);

const isPositiveNumber = (e: Expr): boolean => e.kind === "num" && !isNegative(e.value);

/** (cπ)ᵖ = cᵖπᵖ for a number c > 0, so that each merges with other powers of it. */
export function rootsApart(e: Expr): readonly Expr[] {
  if (!isRoot(e) || e.kind !== "apply") return [e];
  const [base, p] = e.args as readonly [Expr, Expr];
  if (!isApply(base, scale) || base.args.length !== 2) return [e];
  const [c, last] = base.args as readonly [Expr, Expr];
  return last === pi && isPositiveNumber(c) ? [power(c, p), power(pi, p)] : [e];
}

/** √2√π = √(2π), where π has one root to stand with. */
export function rootsTogether(factors: readonly Expr[]): readonly Expr[] {
  const ofPi = factors.find((f) => isApply(f, power) && f.args[0] === pi);
  if (!ofPi || ofPi.kind !== "apply" || !isRoot(ofPi)) return factors;
  const p = ofPi.args[1]!;
  const others = factors.filter(
    (f) => isApply(f, power) && f.args[1] === p && isPositiveNumber(f.args[0]!),
  );
  const [other] = others;
  if (others.length !== 1 || other?.kind !== "apply") return factors;
  const whole = power(scale(other.args[0]!, pi), p);
  return factors.flatMap((f) => (f === ofPi ? [whole] : f === other ? [] : [f]));
}

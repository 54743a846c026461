/** @file Products with signs and steps: sign(u)·|u| = u, relu(u) ⊙ step(u) = relu(u). */

import { apply, isApply, num } from "../expr/expr.ts";
import type { Expr } from "../expr/expr.ts";
import { isInteger } from "../expr/rational.ts";
import { abs, maximum, power, relu, signOf, step } from "../ops/elementwise.ts";
import { asPower, isZero } from "./forms.ts";

/** Folds the factors of an entrywise or scalar product that know each other's sign. */
export function foldKinks(factors: readonly Expr[]): readonly Expr[] {
  for (const [i, f] of factors.entries()) {
    const others = factors.filter((_, j) => j !== i);
    if (isApply(f, signOf)) {
      const found = unsigned(others, f.args[0]!);
      if (found) return foldKinks(found);
    }
    // [u > 0] beside what is 0 elsewhere says nothing.
    if (isApply(f, step) && others.some((other) => vanishesBelow(other, f.args[0]!)))
      return foldKinks(others);
  }
  return factors;
}

/** sign(u)·|u|ᵏ = uᵏ for odd k. */
function unsigned(factors: readonly Expr[], u: Expr): Expr[] | null {
  for (const [i, f] of factors.entries()) {
    const [base, k] = asPower(f);
    if (!isApply(base, abs) || base.args[0] !== u) continue;
    if (k.kind !== "num" || !isInteger(k.value) || k.value.numerator % 2n === 0n) continue;
    const bare = k.value.numerator === 1n ? u : power(u, num(k.value));
    return factors.map((other, j) => (j === i ? bare : other));
  }
  return null;
}

/** Whether a factor is 0 where u ≤ 0: max(0, u), relu(u), step(u) and their positive powers. */
function vanishesBelow(factor: Expr, u: Expr): boolean {
  const [base, k] = asPower(factor);
  if (k.kind !== "num" || k.value.numerator <= 0n) return false;
  if (isApply(base, maximum)) {
    const [a, b] = base.args as readonly [Expr, Expr];
    return (isZero(a) && b === u) || (isZero(b) && a === u);
  }
  return base === apply(relu, [u]) || base === apply(step, [u]);
}

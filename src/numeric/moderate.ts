/** @file Moderate numbers in the place of very large and small ones, which hide other terms from a check. */

import { num } from "../expr/expr.ts";
import type { Expr } from "../expr/expr.ts";
import { isInteger, isNegative, negated, rational, toNumber } from "../expr/rational.ts";
import type { Rational } from "../expr/rational.ts";
import { postorder } from "../expr/walk.ts";

/** Beyond that, or below one over it, a coefficient makes a term too large or too small to be seen. */
const largest = 1000;

/** In `10⁹·aᵀx + f(x)` an error in f is below the check's tolerance; in 3·aᵀx + f(x) it is not. */
export function moderateNumbers(expressions: readonly Expr[]): Map<Expr, Expr> {
  const replacements = new Map<Expr, Expr>();
  for (const e of postorder(expressions)) {
    if (e.kind !== "num" || e.value.numerator === 0n) continue;
    const size = Math.abs(toNumber(e.value));
    if (size <= largest && size >= 1 / largest) continue;
    replacements.set(e, num(moderate(e.value, replacements.size)));
  }
  return replacements;
}

/** The next of 3, 4, 5 … in the place of a whole number, of 4/3, 5/4, 6/5 … in that of another. */
function moderate(value: Rational, index: number): Rational {
  const size = isInteger(value) ? rational(3 + index) : rational(4 + index, 3 + index);
  return isNegative(value) ? negated(size) : size;
}

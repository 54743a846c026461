/** @file How a form is taken apart to be written: a minus before it, what it divides by, its two sides. */

import type { Apply, Expr } from "../expr/expr.ts";
import { isApply, minusOne, num, unit, zero } from "../expr/expr.ts";
import { isNegative, negated } from "../expr/rational.ts";
import { add, onesOf, scale, scaled } from "../ops/arithmetic.ts";
import { power } from "../ops/elementwise.ts";

/** A chain of matrices, which may stand open at the end of a product. */
export const isChain = (e: Expr): e is Apply =>
  e.kind === "apply" && e.op.notation.kind === "product" && !isApply(e, scale);

/** The sides of a relation to 0: of a − b, where a is no number, a and b, which are spread. */
export function sidesOf(x: Expr): readonly [Expr, Expr] {
  const [a, b] = isApply(x, add) && x.args.length === 2 ? x.args : [];
  const right = b && withoutMinus(b);
  if (!a || !right || withoutMinus(a) || unspread(a).kind === "num") return [x, zero];
  return [a, unspread(right)];
}

/** The scalar that stands in every entry; what is none stays. */
function unspread(e: Expr): Expr {
  if (e === onesOf(e.shape)) return unit;
  if (!isApply(e, scale) || e.args.at(-1) !== onesOf(e.shape)) return e;
  return scaled(e.args.slice(0, -2), e.args.at(-2)!);
}

/** The term after a minus: −e where e begins with one, else null. */
export function withoutMinus(e: Expr): Expr | null {
  if (e.kind === "num") return isNegative(e.value) ? num(negated(e.value)) : null;
  if (!isApply(e, scale)) return null;
  const [first, ...rest] = e.args;
  if (first!.kind !== "num" || !isNegative(first!.value)) return null;
  const opposite = num(negated(first!.value));
  if (opposite !== unit) return scale(opposite, ...rest);
  return rest.length === 1 ? rest[0]! : scale(...rest);
}

/** What a factor is one over: x⁻² is 1/x²; null where the exponent is not negative. */
export function reciprocalOf(e: Expr): Expr | null {
  if (!isApply(e, power)) return null;
  const [base, p] = e.args as readonly [Expr, Expr];
  if (p.kind !== "num" || !isNegative(p.value)) return null;
  return p === minusOne ? base : power(base, num(negated(p.value)));
}

/** @file The two sides of an indicator: of [a − b > 0] they are a and b. */

import type { Expr } from "../expr/expr.ts";
import { isApply, unit, zero } from "../expr/expr.ts";
import { add, onesOf, scale, scaled } from "../ops/arithmetic.ts";
import { withoutMinus } from "./parts.ts";

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

/** @file Builders for what was typed: numbers are worked out, signs drawn in. */

import { isApply, minusOne, num, two, unit } from "../expr/expr.ts";
import type { Expr } from "../expr/expr.ts";
import { negated, wholePower } from "../expr/rational.ts";
import { scale, scaled } from "../ops/arithmetic.ts";
import { power } from "../ops/elementwise.ts";
import { norm, squaredNorm } from "../ops/reduce.ts";

/** −x, with the sign drawn into the number that x begins with. */
export function negative(x: Expr): Expr {
  if (x.kind === "num") return num(negated(x.value));
  if (!isApply(x, scale)) return scale(minusOne, x);
  const [first, ...rest] = x.args;
  if (first!.kind !== "num") return scale(minusOne, ...x.args);
  const flipped = num(negated(first!.value));
  return flipped === unit ? scaled(rest.slice(0, -1), rest.at(-1)!) : scale(flipped, ...rest);
}

/** xᵖ, with numbers worked out; a reciprocal goes into the exponent. */
export function raised(x: Expr, p: Expr): Expr {
  if (p === unit) return x;
  if (x.kind === "num" && p.kind === "num") {
    const value = wholePower(x.value, p.value);
    if (value) return num(value);
  }
  if (isApply(x, norm) && p === two) return squaredNorm(x.args[0]!);
  if (p === minusOne && isApply(x, power)) {
    const [base, q] = x.args as readonly [Expr, Expr];
    if (q.kind === "num") return raised(base, num(negated(q.value)));
  }
  return power(x, p);
}

/** @file The parts that an expression is written in: minus signs, denominators, what a Σ leaves out. */

import { dependsOn } from "../expr/binding.ts";
import type { Apply, Expr, Sym } from "../expr/expr.ts";
import { isApply, minusOne, num, unit } from "../expr/expr.ts";
import type { Rational } from "../expr/rational.ts";
import { isNegative, negated } from "../expr/rational.ts";
import { argsOf, postorder } from "../expr/walk.ts";
import { scale } from "../ops/arithmetic.ts";
import { power } from "../ops/elementwise.ts";
import { differs } from "../ops/indexing.ts";
import { level } from "./alphabet.ts";

/** Whether something is indexed by an index, and so says how far it counts. */
export const saysRange = (body: Expr, index: Sym): boolean =>
  postorder([body], (e) => (dependsOn(e, index) ? argsOf(e) : [])).some(
    (e) => e.kind === "apply" && e.op.notation.kind === "entry" && e.args.includes(index),
  );

/** The index that a sum leaves out, and the rest of its body. */
export function filterOf(index: Sym, body: Expr): { but: Expr | null; rest: Expr } {
  const factors = isApply(body, scale) ? body.args : [body];
  const at = factors.findIndex((f) => isApply(f, differs) && f.args.includes(index));
  if (at < 0) return { but: null, rest: body };
  const but = (factors[at] as Apply).args.find((i) => i !== index)!;
  const others = factors.filter((_, i) => i !== at);
  return {
    but,
    rest: others.length === 0 ? unit : others.length === 1 ? others[0]! : scale(...others),
  };
}

export const coefficientTimes = (coefficient: Rational, factors: readonly Expr[]): Expr =>
  coefficient.numerator === coefficient.denominator
    ? factors.length === 1
      ? factors[0]!
      : scale(...factors)
    : scale(num(coefficient), ...factors);

/** A Σ at the end takes all that follows. */
export const endLevel = (factors: readonly Expr[]): number =>
  factors.at(-1)?.kind === "indexSum" ? level.indexed : level.product;

/** A chain of matrices, which may stand open at the end of a product. */
export const isChain = (e: Expr): e is Apply =>
  e.kind === "apply" && e.op.notation.kind === "product" && !isApply(e, scale);

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

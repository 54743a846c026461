/** @file The normal form of sums: flat, like terms collected, in the order they came. */

import { isApply, num } from "../expr/expr.ts";
import type { Expr } from "../expr/expr.ts";
import { plus } from "../expr/rational.ts";
import type { Rational } from "../expr/rational.ts";
import { add, scale, zeroOf } from "../ops/arithmetic.ts";
import { isZero } from "./forms.ts";
import { asTerm, fromTerm } from "./term.ts";

/** `add`: terms that `same` calls equal up to a number become one. */
export function simplifySum(args: readonly Expr[], same: (e: Expr) => Expr): Expr {
  const terms = counted(args)
    .flatMap((arg) => (isApply(arg, add) ? arg.args : [arg]))
    .filter((t) => !isZero(t));
  const collected = new Map<Expr, { coefficient: Rational; rest: Expr }>();
  for (const term of terms) {
    const { coefficient, scalars, body } = asTerm(term);
    const rest = fromTerm({ coefficient: { numerator: 1n, denominator: 1n }, scalars, body });
    const key = same(rest);
    const found = collected.get(key);
    collected.set(
      key,
      found
        ? { ...found, coefficient: plus(found.coefficient, coefficient) }
        : { coefficient, rest },
    );
  }
  const left = [...collected.values()]
    .filter(({ coefficient }) => coefficient.numerator !== 0n)
    .map(({ coefficient, rest }) => {
      const { scalars, body } = asTerm(rest);
      return fromTerm({ coefficient, scalars, body });
    });
  if (left.length === 0) return zeroOf(args[0]!.shape);
  return left.length === 1 ? left[0]! : add(...left);
}

/** A bracket that comes n times is n times the bracket: 2(Ax − b), not 2Ax − 2b. */
function counted(args: readonly Expr[]): readonly Expr[] {
  const times = new Map<Expr, number>();
  for (const arg of args) times.set(arg, (times.get(arg) ?? 0) + 1);
  if (times.size === args.length) return args;
  return [...times].flatMap(([arg, n]) =>
    n > 1 && isApply(arg, add) ? [scale(num(n), arg)] : Array.from({ length: n }, () => arg),
  );
}

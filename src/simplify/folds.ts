/** @file Scalar and entrywise products whose factors fold: sign(u)·|u| = u, exp(u)·σ(−u) = σ(u). */

import { isApply, minusOne, num, two } from "../expr/expr.ts";
import type { Expr } from "../expr/expr.ts";
import { isInteger, rational } from "../expr/rational.ts";
import { add, scale } from "../ops/arithmetic.ts";
import {
  abs,
  cos,
  cosh,
  erf,
  exp,
  gelu,
  maximum,
  power,
  relu,
  sigmoid,
  signOf,
  sin,
  sinh,
  swish,
  tan,
  tanh,
} from "../ops/elementwise.ts";
import { belowZero, step } from "../ops/indicators.ts";
import { asTerm } from "./term.ts";
import { asPower, isOnes, isZero } from "./forms.ts";

/** Folds the factors of an entrywise or scalar product that know each other's sign. */
export function foldKinks(factors: readonly Expr[]): readonly Expr[] {
  for (const [i, f] of factors.entries()) {
    const others = factors.filter((_, j) => j !== i);
    if (isApply(f, signOf)) {
      const found = unsigned(others, f.args[0]!);
      if (found) return foldKinks(found);
    }
    // [u > 0] beside what is 0 elsewhere says nothing, nor does [u < 0] = [−u > 0].
    const same = (u: Expr): boolean =>
      isApply(f, step) ? u === f.args[0] : isApply(f, belowZero) && areOpposite(u, f.args[0]!);
    if (others.some((other) => vanishesBelow(other, same))) return foldKinks(others);
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

/** Whether a factor is 0 where u ≤ 0: max(0, u), relu(u), [u > 0] and their positive powers. */
function vanishesBelow(factor: Expr, isArgument: (u: Expr) => boolean): boolean {
  const [base, k] = asPower(factor);
  if (k.kind !== "num" || k.value.numerator <= 0n) return false;
  if (isApply(base, maximum)) {
    const [a, b] = base.args as readonly [Expr, Expr];
    return (isZero(a) && isArgument(b)) || (isZero(b) && isArgument(a));
  }
  return (isApply(base, relu) || isApply(base, step)) && isArgument(base.args[0]!);
}

const quotients = [
  [sinh, cosh, tanh],
  [sin, cos, tan],
] as const;

/** exp(u)·σ(−u) = σ(u), u·σ(u) = swish(u), sinh(u)/cosh(u) = tanh(u), sin(u)/cos(u) = tan(u). */
export function foldQuotients(factors: readonly Expr[]): Expr[] {
  for (const [over, under, quotient] of quotients)
    for (const [i, f] of factors.entries()) {
      if (!isApply(f, over)) continue;
      const divisor = power(under(f.args[0]!), minusOne);
      const j = factors.indexOf(divisor);
      if (j < 0) continue;
      const rest = factors.filter((_, k) => k !== i && k !== j);
      return foldQuotients([...rest, quotient(f.args[0]!)]);
    }
  for (const [i, f] of factors.entries()) {
    if (!isApply(f, exp)) continue;
    const [u] = f.args;
    const j = factors.findIndex((s) => isApply(s, sigmoid) && areOpposite(s.args[0]!, u!));
    if (j < 0) continue;
    const rest = factors.filter((_, k) => k !== i && k !== j);
    return foldQuotients([...rest, sigmoid(u!)]);
  }
  // Among other factors, as in x ⊙ (…) ⊙ σ(x), it is not what was meant.
  const gate = factors.find((f) => isApply(f, sigmoid));
  if (factors.length === 2 && gate?.kind === "apply" && factors.includes(gate.args[0]!))
    return [swish(gate.args[0]!)];
  return [...factors];
}

/** u(1 + erf(u/√2)) = 2gelu(u): the factors without the 2; null where they do not fold. */
export function foldGelu(factors: readonly Expr[]): Expr[] | null {
  for (const [i, f] of factors.entries()) {
    const parts = isApply(f, add) && f.args.length === 2 && f.args.some(isOnes) ? f.args : [];
    const inside = parts.flatMap((part) => (isApply(part, erf) ? part.args : []))[0];
    if (!inside || !isApply(inside, scale) || !inside.args.includes(reciprocalRoot)) continue;
    const rest = inside.args.filter((arg) => arg !== reciprocalRoot);
    const u = rest.length === 1 ? rest[0]! : scale(...rest);
    const j = factors.indexOf(u);
    if (j >= 0) return [...factors.filter((_, k) => k !== i && k !== j), gelu(u)];
  }
  return null;
}

const reciprocalRoot = power(two, num(rational(-1, 2)));

/** Whether a = −b by form. */
export function areOpposite(a: Expr, b: Expr): boolean {
  if (isApply(a, add) && isApply(b, add))
    return (
      a.args.length === b.args.length && a.args.every((s) => b.args.some((t) => areOpposite(s, t)))
    );
  const [x, y] = [asTerm(a), asTerm(b)];
  return (
    x.body === y.body &&
    x.coefficient.numerator === -y.coefficient.numerator &&
    x.coefficient.denominator === y.coefficient.denominator &&
    x.scalars.length === y.scalars.length &&
    x.scalars.every((s, i) => s === y.scalars[i])
  );
}

/** @file The normal form of entrywise products: flat, scalars in front, equal bases merged. */

import { isApply, minusOne } from "../expr/expr.ts";
import type { Expr } from "../expr/expr.ts";
import { has, property } from "../expr/properties.ts";
import { add, hadamard, identity, onesOf, scale, zeroOf } from "../ops/arithmetic.ts";
import { cos, cosh, exp, power, sigmoid, sin, sinh, tan, tanh } from "../ops/elementwise.ts";
import { isNegative } from "../expr/rational.ts";
import { asPower, isOnes, isZero, unscaled } from "./forms.ts";
import { mergePowers } from "./scale.ts";
import { asTerm } from "./term.ts";

/** `hadamard`: flat, scalars in front, ones gone, equal bases merged. */
export function simplifyHadamard(args: readonly Expr[]): Expr | null {
  const scalars: Expr[] = [];
  const factors: Expr[] = [];
  for (const arg of args) {
    const { scalars: s, body } = unscaled(arg);
    scalars.push(...s);
    factors.push(...(isApply(body, hadamard) ? body.args : [body]));
  }
  const { shape } = args[0]!;
  if (factors.some(isZero)) return zeroOf(shape);
  const kept = factors.filter((f) => !isOnes(f));
  const isIdentity = (f: Expr): boolean => isApply(f, identity);
  // I keeps the diagonal: of what is diagonal, all.
  const isDiagonal = (f: Expr): boolean => !isIdentity(f) && has(f.properties, property.diagonal);
  const unmasked = kept.some(isDiagonal)
    ? kept.filter((f) => !isIdentity(f))
    : kept.filter((f, i) => !isIdentity(f) || kept.indexOf(f) === i);
  const { scalars: merged } = mergePowers(unmasked);
  const folded = entrywiseFolds(merged);
  // As it is written: I after the other factors, divisors at the end.
  const all = [
    ...folded.filter((f) => !isIdentity(f) && !isReciprocal(f)),
    ...folded.filter(isIdentity),
    ...folded.filter(isReciprocal),
  ];
  const body = all.length === 0 ? onesOf(shape) : all.length === 1 ? all[0]! : hadamard(...all);
  const unchanged =
    scalars.length === 0 && all.length === args.length && all.every((f, i) => f === args[i]);
  if (!unchanged) return scalars.length > 0 ? scale(...scalars, body) : body;
  return cancelling(args);
}

const isReciprocal = (f: Expr): boolean => {
  const [, p] = asPower(f);
  return p.kind === "num" && isNegative(p.value);
};

const quotients = [
  [sinh, cosh, tanh],
  [sin, cos, tan],
] as const;

/** exp(u) ⊙ σ(−u) = σ(u), sinh(u) ⊘ cosh(u) = tanh(u), sin(u) ⊘ cos(u) = tan(u). */
function entrywiseFolds(factors: readonly Expr[]): Expr[] {
  for (const [over, under, quotient] of quotients)
    for (const [i, f] of factors.entries()) {
      if (!isApply(f, over)) continue;
      const divisor = power(under(f.args[0]!), minusOne);
      const j = factors.indexOf(divisor);
      if (j < 0) continue;
      const rest = factors.filter((_, k) => k !== i && k !== j);
      return entrywiseFolds([...rest, quotient(f.args[0]!)]);
    }
  for (const [i, f] of factors.entries()) {
    if (!isApply(f, exp)) continue;
    const [u] = f.args;
    const j = factors.findIndex((s) => isApply(s, sigmoid) && areOpposite(s.args[0]!, u!));
    if (j < 0) continue;
    const rest = factors.filter((_, k) => k !== i && k !== j);
    return entrywiseFolds([...rest, sigmoid(u!)]);
  }
  return [...factors];
}

/** Whether a = −b by form. */
export function areOpposite(a: Expr, b: Expr): boolean {
  const [x, y] = [asTerm(a), asTerm(b)];
  return (
    x.body === y.body &&
    x.coefficient.numerator === -y.coefficient.numerator &&
    x.coefficient.denominator === y.coefficient.denominator &&
    x.scalars.length === y.scalars.length &&
    x.scalars.every((s, i) => s === y.scalars[i])
  );
}

/** p ⊙ (−y ⊘ p + c𝟏) = −y + cp: a sum is opened where a factor cancels in it. */
function cancelling(args: readonly Expr[]): Expr | null {
  const at = args.findIndex((f) => isApply(f, add));
  if (at < 0) return null;
  const sum = args[at]!;
  const others = args.filter((_, i) => i !== at);
  if (!isApply(sum, add)) return null;
  const bases = new Set(others.map((f) => asPower(f)[0]));
  const cancels = sum.args.some((t) => {
    const { body } = asTerm(t);
    const parts = body && isApply(body, hadamard) ? body.args : body ? [body] : [];
    return parts.some((f) => {
      const [base, p] = asPower(f);
      return p.kind === "num" && p.value.numerator < 0n && bases.has(base);
    });
  });
  if (!cancels) return null;
  return add(...sum.args.map((t) => hadamard(...others, t)));
}

/** @file Quotients as they are read: over one denominator, and without quotients below the line. */

import type { Shape } from "../expr/dimension.ts";
import { isApply, isScalar, num } from "../expr/expr.ts";
import type { Expr } from "../expr/expr.ts";
import { add, hadamard, onesOf, scale } from "../ops/arithmetic.ts";
import { power } from "../ops/elementwise.ts";
import { signedKey } from "./canonical.ts";
import { cost } from "./cost.ts";
import { isZero, powerOf } from "./forms.ts";
import { simplifyHadamard } from "./hadamard.ts";
import { mergedScale } from "./scale.ts";
import { simplifySum } from "./sum.ts";
import { asTerm, positiveFirst, termsOf } from "./term.ts";

/** In longer sums nobody looks for a common denominator. */
const mostQuotients = 12;

/** What a factor divides by, and how often: b and k of b⁻ᵏ; null where it does not. */
function divisorOf(factor: Expr): { readonly base: Expr; readonly order: number } | null {
  if (!isApply(factor, power)) return null;
  const [base, exponent] = factor.args as readonly [Expr, Expr];
  if (exponent.kind !== "num") return null;
  const { numerator, denominator } = exponent.value;
  return denominator === 1n && numerator < 0n ? { base, order: Number(-numerator) } : null;
}

/** The factors of a term that stand side by side: scalars, or what is multiplied entry by entry. */
function besideEachOther(term: Expr): readonly Expr[] {
  const { scalars, body } = asTerm(term);
  if (body === null) return scalars;
  return isApply(body, hadamard) ? body.args : [body];
}

/** The product of a term, without one of its factors, and others. */
function withFactors(term: Expr, without: Expr | null, others: readonly Expr[]): Expr {
  const { coefficient, scalars, body } = asTerm(term);
  const beside = besideEachOther(term);
  const at = without === null ? -1 : beside.indexOf(without);
  const rest = beside.filter((_, i) => i !== at);
  if (body === null) return mergedScale([num(coefficient), ...rest, ...others]);
  const parts = others.map(asTerm);
  const numbers = [...scalars, ...parts.flatMap((t) => [num(t.coefficient), ...t.scalars])];
  const entries = [...rest, ...parts.flatMap((t) => (t.body === null ? [] : [t.body]))];
  return mergedScale([num(coefficient), ...numbers, entrywise(entries, term.shape)]);
}

function entrywise(entries: readonly Expr[], shape: Shape): Expr {
  if (entries.length === 0) return onesOf(shape);
  if (entries.length === 1) return entries[0]!;
  return simplifyHadamard(entries, () => false) ?? hadamard(...entries);
}

/** 1/b − c/b² = (b − c)/b², where that is shorter; b is a sum. */
export function overOneDenominator(terms: readonly Expr[]): readonly Expr[] {
  if (terms.length > mostQuotients) return terms;
  const quotients = terms.flatMap((term) => {
    const found = besideEachOther(term).flatMap((factor) => {
      const divisor = divisorOf(factor);
      return divisor && isApply(divisor.base, add) ? [{ term, factor, ...divisor }] : [];
    });
    return found.slice(0, 1);
  });
  for (const base of new Set(quotients.map((quotient) => quotient.base))) {
    const group = quotients.filter((quotient) => quotient.base === base);
    const whole = Math.max(...group.map(({ order }) => order));
    const missing = group.filter(({ order }) => order < whole);
    if (missing.length === 0 || missing.some(({ order }) => order < whole - 1)) continue;
    const above = simplifySum(
      group.flatMap(({ term, factor, order }) =>
        order === whole
          ? [withFactors(term, factor, [])]
          : termsOf(base).map((part) => withFactors(term, factor, [part])),
      ),
      signedKey,
    );
    const others = terms.filter((term) => !group.some((g) => g.term === term));
    if (isZero(above)) return others;
    const quotient = withFactors(
      isApply(above, add) ? add(...positiveFirst(above.args)) : above,
      null,
      [power(base, num(-whole))],
    );
    if (cost(quotient) < cost(add(...group.map(({ term }) => term)))) return [...others, quotient];
  }
  return terms;
}

/** 1/(x²(1 + y²/x²)) = 1/(x² + y²): nothing is divided by below the line, where that is shorter. */
export function withoutQuotientsBelow(product: Expr): Expr {
  if (!isApply(product, scale)) return product;
  for (const factor of product.args) {
    const below = divisorOf(factor);
    if (!below || !isApply(below.base, add) || !isScalar(below.base)) continue;
    for (const [base, order] of dividedBy(below.base.args)) {
      const raised = (k: number): Expr => powerOf(base, num(k));
      const sum = below.base.args.map((term) => mergedScale([term, raised(order)]));
      const cleared = powerOf(simplifySum(sum, signedKey), num(-below.order));
      const others = product.args.filter((f) => f !== factor);
      const whole = mergedScale([raised(order * below.order), cleared, ...others]);
      if (cost(whole) < cost(product)) return withoutQuotientsBelow(whole);
    }
  }
  return product;
}

/** What some terms are divided by, and how often at most. */
function dividedBy(terms: readonly Expr[]): ReadonlyMap<Expr, number> {
  const found = new Map<Expr, number>();
  for (const factor of terms.flatMap((term) => asTerm(term).scalars)) {
    const divisor = divisorOf(factor);
    if (divisor) found.set(divisor.base, Math.max(divisor.order, found.get(divisor.base) ?? 0));
  }
  return found;
}

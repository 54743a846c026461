/** @file What terms have in common: their number, and scalars. */

import { isApply } from "../expr/expr.ts";
import type { Expr } from "../expr/expr.ts";
import { isNegative, negated, over, rational } from "../expr/rational.ts";
import type { Rational } from "../expr/rational.ts";
import { add } from "../ops/arithmetic.ts";
import { asPower, isReciprocal } from "./forms.ts";
import { asTerm, fromTerm } from "./term.ts";
import type { Term } from "./term.ts";

/** ½a − ½b in a product is ½(a − b). */
export function withNumberOutside(sum: Expr): Expr {
  if (!isApply(sum, add)) return sum;
  const { number, shared, rests } = commonPart(sum.args.map(asTerm));
  if (number.numerator === number.denominator && shared.length === 0) return sum;
  return fromTerm({ coefficient: number, scalars: shared, body: add(...rests.map(fromTerm)) });
}

/** The number and the scalars that all terms share, and what stays of each. */
export function commonPart(terms: readonly Term[]): {
  number: Rational;
  shared: readonly Expr[];
  rests: readonly Term[];
} {
  const number = commonNumber(terms.map((t) => t.coefficient));
  const shared = sharedScalars(terms);
  const rests = terms.map((t) => ({
    coefficient: over(t.coefficient, number),
    scalars: without(t.scalars, shared),
    body: t.body,
  }));
  return { number, shared, rests };
}

/** The scalars that all terms have, each as often as every one of them has it. */
export const sharedScalars = (terms: readonly Term[]): readonly Expr[] =>
  terms.map((t) => t.scalars).reduce((all, scalars) => without(all, without(all, scalars)));

/** The scalars that stay where some go, each once: of s·s without s there is s. */
export function without(scalars: readonly Expr[], gone: readonly Expr[]): Expr[] {
  const left = [...scalars];
  for (const s of gone) {
    const at = left.indexOf(s);
    if (at >= 0) left.splice(at, 1);
  }
  return left;
}

/** The scalars of a term that are no plain names, as a key. */
export const composedScalars = (t: Term): string =>
  t.scalars.flatMap((s) => (isComposed(s) ? [s.id] : [])).join(" ");

/** Whether a scalar is neither a name nor what a name divides. */
export const isComposed = (s: Expr): boolean =>
  s.kind === "apply" && !(isReciprocal(s) && asPower(s)[0].kind === "sym");

/** The number that all coefficients share: their common size, else their sign. */
function commonNumber(all: readonly Rational[]): Rational {
  const [first] = all;
  const size = (r: Rational): string =>
    `${r.numerator < 0n ? -r.numerator : r.numerator}/${r.denominator}`;
  if (!all.every((r) => size(r) === size(first!))) return rational(all.every(isNegative) ? -1 : 1);
  return all.every(isNegative) || !isNegative(first!) ? first! : negated(first!);
}

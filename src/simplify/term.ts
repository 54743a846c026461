/** @file A product taken apart: a number, scalars, and a chain of factors. */

import { apply, isApply, isScalar, num, unit } from "../expr/expr.ts";
import type { Apply, Expr } from "../expr/expr.ts";
import { isNegative, negated, rational } from "../expr/rational.ts";
import type { Rational } from "../expr/rational.ts";
import {
  add,
  areMirrors,
  hadamard,
  matmul,
  scale,
  scaled,
  transpose,
  transposed,
} from "../ops/arithmetic.ts";
import { power } from "../ops/elementwise.ts";
import { unscaled } from "./forms.ts";

/** A product taken apart: `coefficient · scalars · body`. */
export interface Term {
  readonly coefficient: Rational;
  readonly scalars: readonly Expr[];
  /** What is no scalar; null where the whole is one. */
  readonly body: Expr | null;
}

/** Takes a simplified expression apart. */
export function asTerm(e: Expr): Term {
  const { scalars, body } = unscaled(e);
  const all = isScalar(body) ? [...scalars, body] : scalars;
  const [first] = all;
  const coefficient = first?.kind === "num" ? first.value : rational(1);
  return {
    coefficient,
    scalars: first?.kind === "num" ? all.slice(1) : all,
    body: isScalar(body) ? null : body,
  };
}

/** Puts a term together without simplifying. */
export function fromTerm({ coefficient, scalars, body }: Term): Expr {
  const c = num(coefficient);
  const factors = [...(c === unit ? [] : [c]), ...scalars, ...(body ? [body] : [])];
  if (factors.length === 0) return unit;
  return factors.length === 1 ? factors[0]! : scale(...factors);
}

/** −x, with the sign in the number before it. */
export function opposite(x: Expr): Expr {
  const { coefficient, ...rest } = asTerm(x);
  return fromTerm({ coefficient: negated(coefficient), ...rest });
}

/** Whether a term begins with a minus. */
export const isMinus = (term: Expr): boolean => isNegative(asTerm(term).coefficient);

/** A term without its minus. */
export const unsigned = (term: Expr): Expr => (isMinus(term) ? opposite(term) : term);

/** 1 − u², and not −u² + 1. */
export const positiveFirst = (terms: readonly Expr[]): Expr[] => [
  ...terms.filter((t) => !isMinus(t)),
  ...terms.filter(isMinus),
];

/** The factors of a chain: of a product all, else the expression itself. */
export const factorsOf = (e: Expr): readonly Expr[] => (isApply(e, matmul) ? e.args : [e]);

export const chainOf = (factors: readonly Expr[]): Expr =>
  factors.length === 1 ? factors[0]! : matmul(...factors);

/** What a transpose is of; of anything else itself. */
export const untransposed = (e: Expr): Expr => (isApply(e, transpose) ? e.args[0]! : e);

/** The terms of a sum; of anything else itself. */
export const termsOf = (e: Expr): readonly Expr[] => (isApply(e, add) ? e.args : [e]);

/** Whether two different terms are each other's transposes. */
export function areMirrored(a: Expr, b: Expr): boolean {
  const [x, y] = [asTerm(a), asTerm(b)];
  if (!x.body || !y.body || x.body === y.body || !areMirrors(x.body, y.body)) return false;
  return fromTerm({ ...x, body: null }) === fromTerm({ ...y, body: null });
}

/** The transpose of a sum or a product, each factor turned, and of what is taken entry by entry. */
export function turned(e: Expr): Expr {
  if (isApply(e, add) || isApply(e, hadamard)) return apply(e.op, e.args.map(turned));
  if (e.kind === "apply" && actsOnEntries(e) && !isScalar(e))
    return apply(e.op, [turned(e.args[0]!), ...e.args.slice(1)]);
  const { scalars, body } = unscaled(e);
  return scaled(scalars, chainOf(factorsOf(body).toReversed().map(transposed)));
}

/** Whether an operation takes its first argument entry by entry. */
export const actsOnEntries = (e: Apply): boolean =>
  e.op.entrywise === true ? e.args.length === 1 : e.op === power;

/** What the sums of a derivation may be opened to, in terms. */
export const mostTerms = 24;

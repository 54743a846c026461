/** @file Products: scalars apart, matrices in the order of the fewest operations, reciprocals as quotients. */

import type { Expr } from "../expr/expr.ts";
import { isApply, minusOne, num } from "../expr/expr.ts";
import { isNegative, negated, rational, times, toNumber } from "../expr/rational.ts";
import { argsOf } from "../expr/walk.ts";
import { cutForTrace, factorsOf, grouped } from "../lower/products.ts";
import type { Known } from "../lower/products.ts";
import * as arithmetic from "../ops/arithmetic.ts";
import { power } from "../ops/elementwise.ts";
import type { Matrix } from "./matrices.ts";
import type { Translator } from "./translator.ts";

const knownTo = (t: Translator): Known => ({ sizes: t.extents, isMade: t.isMade });

/** What e is the reciprocal of, where it is written as one. */
function divisorIn(e: Expr): Expr | null {
  if (!isApply(e, power)) return null;
  const [base, exponent] = e.args as [Expr, Expr];
  if (exponent.kind !== "num" || !isNegative(exponent.value)) return null;
  return exponent === minusOne ? base : power(base, num(negated(exponent.value)));
}

/** Factors entry by entry; null where there are none. */
function multiplied(t: Translator, factors: readonly Expr[], first: Matrix | null): Matrix | null {
  const { matrices } = t;
  const above = factors.filter((f) => divisorIn(f) === null).map((f) => t.value(f));
  const over = (first ? [first, ...above] : above).reduce<Matrix | null>(
    (a, b) => (a ? matrices.times(a, b) : b),
    null,
  );
  const below = factors.flatMap((f) => divisorIn(f) ?? []).map((f) => t.value(f));
  if (below.length === 0) return over;
  return below.reduce((a, b) => matrices.divided(a, b), over ?? matrices.number(1));
}

/** A matrix, or 1, times scalars. */
function scaled(t: Translator, scalars: readonly Expr[], matrix: Matrix | null): Matrix {
  const { matrices } = t;
  const { arrays } = matrices;
  let number = rational(1);
  const others: Expr[] = [];
  for (const s of scalars)
    if (s.kind === "num") number = times(number, s.value);
    else others.push(s);
  const isMinus = isNegative(number);
  const size = toNumber(isMinus ? negated(number) : number);
  const isPlain = size === 1 && others.every((s) => divisorIn(s) !== null);
  // Scalars are multiplied with one another first, where there are any besides divisors.
  const value =
    matrix && isPlain
      ? multiplied(t, others, matrix)!
      : [matrix, multiplied(t, others, size === 1 ? null : matrices.number(size))]
          .flatMap((m) => m ?? [])
          .reduce((a, b) => matrices.times(a, b));
  return isMinus ? matrices.mapped(value, (a) => arrays.entrywise("Neg", [a])) : value;
}

/** The two that factors are grouped into, or as many as there are. */
const pairOf = (t: Translator, factors: readonly Expr[]): readonly Expr[] =>
  factors.length < 2 ? factors : argsOf(grouped(factors, knownTo(t)).product);

/** A product of matrices and scalars. */
export function productOf(t: Translator, e: Expr): Matrix {
  const { scalars, factors } = factorsOf(e, t.isShared);
  const [left, right] = pairOf(t, factors);
  if (!left) return scaled(t, scalars, t.matrices.number(1));
  const product = right
    ? t.matrices.product(t.value(left), t.value(right), left.shape[1])
    : t.value(left);
  return scaled(t, scalars, product);
}

/** The product of entries. */
export const entrywiseProductOf = (t: Translator, factors: readonly Expr[]): Matrix =>
  multiplied(t, factors, null)!;

/** tr X, term by term; of a product ⟨A, B⟩ with two groups of its factors. */
export function traceOf(t: Translator, x: Expr): Matrix {
  const { matrices } = t;
  if (isApply(x, arithmetic.add))
    return x.args.map((term) => traceOf(t, term)).reduce((a, b) => matrices.added("Add", a, b));
  const { scalars, factors } = factorsOf(x, t.isShared);
  if (factors.length < 2) {
    const [factor] = factors;
    const trace = factor ? matrices.trace(t.value(factor), factor.shape[0]) : matrices.number(1);
    return scaled(t, scalars, trace);
  }
  const [left, right] = cutForTrace(factors, knownTo(t));
  const product = matrices.times(t.value(left), matrices.transposed(t.value(right)));
  return scaled(t, scalars, matrices.total(product, left.shape));
}

/** The diagonal of a matrix; of a product the sums over what is between its factors, and no more. */
export function diagonalOf(t: Translator, x: Expr): Matrix {
  const { matrices } = t;
  const { scalars, factors } = factorsOf(x, t.isShared);
  const [left, right] = pairOf(t, factors);
  if (!left || !right)
    return scaled(t, scalars, left ? matrices.diagonal(t.value(left)) : matrices.number(1));
  const both = matrices.times(t.value(left), matrices.transposed(t.value(right)));
  return scaled(t, scalars, matrices.rowSums(both, left.shape[1]));
}

/** A sum: what is taken away, last. */
export function sumOf(t: Translator, terms: readonly Expr[]): Matrix {
  const { matrices } = t;
  const isTaken = (e: Expr): boolean =>
    isApply(e, arithmetic.scale) && e.args[0]?.kind === "num" && isNegative(e.args[0].value);
  const [first, ...rest] = [...terms.filter((e) => !isTaken(e)), ...terms.filter(isTaken)];
  return rest.reduce(
    (a, e) =>
      isTaken(e)
        ? matrices.added("Sub", a, t.value(opposite(e)))
        : matrices.added("Add", a, t.value(e)),
    t.value(first!),
  );
}

/** −e of a product with a negative number in front. */
function opposite(e: Expr): Expr {
  const [number, ...factors] = isApply(e, arithmetic.scale) ? e.args : [];
  if (number?.kind !== "num") throw new Error("internal: a term without a number in front");
  const others = number === minusOne ? factors : [num(negated(number.value)), ...factors];
  return others.length === 1 ? others[0]! : arithmetic.scale(...others);
}

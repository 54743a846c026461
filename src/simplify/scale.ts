/** @file The normal form of scalar factors: one number, equal bases merged, in the order of print. */

import { isApply, isColumn, isScalar, minusOne, num, zero } from "../expr/expr.ts";
import type { Apply, Expr } from "../expr/expr.ts";
import { argsOf, postorder } from "../expr/walk.ts";
import { rational, times, wholePower } from "../expr/rational.ts";
import type { Rational } from "../expr/rational.ts";
import { add, hadamard, matmul, scale, total, transpose, zeroOf } from "../ops/arithmetic.ts";
import { exp } from "../ops/elementwise.ts";
import { differs, entry, entryOf, indicesOfDelta } from "../ops/indexing.ts";
import { norm } from "../ops/reduce.ts";
import { softmax } from "../ops/rowwise.ts";
import {
  asPower,
  isOnes,
  isReciprocal,
  isZero,
  powerOf,
  scaleFactors,
  selfInner,
} from "./forms.ts";
import { foldGelu, foldKinks, foldQuotients } from "./folds.ts";
import { compare } from "./order.ts";
import { rootsApart, rootsTogether } from "./roots.ts";
import { simplifySum } from "./sum.ts";
import { asTerm, fromTerm, mostTerms, termsOf } from "./term.ts";

/** `scale`: numbers multiplied, equal bases merged, scalars in their order, open sums multiplied out. */
export function simplifyScale(args: readonly Expr[], opens: (sum: Expr) => boolean): Expr {
  const flat: Expr[] = args.flatMap(scaleFactors);
  const body = isScalar(flat.at(-1)!) ? null : flat.at(-1)!;
  const merged = mergePowers(body ? flat.slice(0, -1) : flat);
  if (merged.coefficient.numerator === 0n || excludes(merged.scalars))
    return zeroOf(args.at(-1)!.shape);
  if (body === null) {
    const smooth = foldGelu(merged.scalars);
    if (smooth)
      return fromTerm({
        coefficient: times(merged.coefficient, rational(2)),
        scalars: smooth,
        body,
      });
    return fromTerm({ ...merged, scalars: softmaxEntries(merged.scalars), body });
  }
  if (isZero(body)) return body;
  const folded = softmaxOf(merged.scalars, body);
  if (folded) return fromTerm({ coefficient: merged.coefficient, ...folded });
  if (isApply(body, add) && opens(body) && body.args.length <= mostTerms)
    return add(...body.args.map((t) => fromTerm({ ...merged, body: t })));
  return fromTerm({ ...merged, body });
}

/** A scale whose numbers are multiplied and stand first, and in which equal scalars are a power. */
export function mergedScale(args: readonly Expr[]): Expr {
  const terms = args.map(asTerm);
  const merged = mergePowers(terms.flatMap((t) => [num(t.coefficient), ...t.scalars]));
  return fromTerm({ ...merged, body: terms.at(-1)!.body });
}

/** Whether factors are not 0 for the same indices: [i ≠ j]δᵢⱼ = 0. */
const excludes = (factors: readonly Expr[]): boolean =>
  factors.some((f) => {
    const pair = indicesOfDelta(f);
    return pair !== null && factors.includes(differs(...pair));
  });

/** The product of scalar or equally shaped factors as a number and merged powers. */
export function mergePowers(all: readonly Expr[]): { coefficient: Rational; scalars: Expr[] } {
  const factors = foldKinks(all).flatMap(rootsApart);
  let coefficient = rational(1);
  const exponents = new Map<Expr, Expr[]>();
  const normed = new Set(
    factors.flatMap((f) => {
      const [base] = asPower(f);
      return isApply(base, norm) ? [base.args[0]!] : [];
    }),
  );
  for (const factor of factors) {
    if (factor.kind === "num") {
      coefficient = times(coefficient, factor.value);
      continue;
    }
    let [base, exponent] = asPower(factor);
    const inside = selfInner(base);
    if (inside && normed.has(inside)) {
      base = norm(inside);
      exponent = doubled(exponent);
    }
    if (base.kind === "num" && exponent.kind === "num") {
      const value = wholePower(base.value, exponent.value);
      if (value) {
        coefficient = times(coefficient, value);
        continue;
      }
    }
    exponents.set(base, [...(exponents.get(base) ?? []), exponent]);
  }
  const scalars: Expr[] = [];
  for (const [base, all] of exponents) {
    const exponent = sumOfExponents(all);
    if (exponent === zero) continue;
    const factor = powerOf(base, exponent);
    if (factor.kind === "num") coefficient = times(coefficient, factor.value);
    else scalars.push(factor);
  }
  const folded = foldQuotients(rootsTogether(scalars));
  return { coefficient, scalars: folded.every(isScalar) ? inReadingOrder(folded) : folded };
}

const doubled = (p: Expr): Expr =>
  p.kind === "num" ? num(times(p.value, rational(2))) : scale(num(2), p);

/** p + q + … with like terms added, the numbers last. */
export function sumOfExponents(all: readonly Expr[]): Expr {
  const terms = all.flatMap(termsOf);
  const [first] = terms;
  if (terms.length === 1) return first!;
  const added = termsOf(simplifySum(terms, (e) => e));
  const rest = added.filter((t) => t.kind !== "num");
  const constants = added.filter((t) => t.kind === "num" && t !== zero);
  const parts = [...rest, ...constants];
  if (parts.length === 0) return zero;
  return total(parts);
}

/** Scalars as a reader writes them: plain names first, what is divided by last. */
function asWritten(a: Expr, b: Expr): number {
  const below = (e: Expr): number => (isReciprocal(e) ? 1 : 0);
  return below(a) - below(b) || compare(a, b);
}

/** f′(s) of a function that the problem declares. */
const isSlope = (e: Expr): boolean =>
  e.kind === "apply" &&
  e.op.notation.kind === "function" &&
  e.op.notation.derivative.kind === "primes" &&
  e.op.notation.derivative.order > 0;

/**
 * Scalars as a reader writes them. A chain of derivatives is written from the outside in, brackets
 * and values before it, and each name behind the f′(s) of which it stands in the s: (y − t)f′(s)wg′(r)x
 * with s = wz.
 */
export function inReadingOrder(scalars: readonly Expr[]): Expr[] {
  const sorted = scalars.toSorted(asWritten);
  const slopes = sorted.filter(isSlope);
  if (slopes.length === 0) return sorted;
  const depth = (e: Expr): number => postorder([e]).length;
  const isBracket = (e: Expr): boolean => {
    const [base] = asPower(e);
    if (isReciprocal(e)) return false;
    const isValue = base.kind === "apply" && base.op.notation.kind === "function";
    return isApply(base, add) || (isValue && !isSlope(base));
  };
  const rest = sorted.filter((e) => !isBracket(e) && !isSlope(e));
  const chain = new Set<Expr>();
  for (const slope of slopes.toSorted((a, b) => depth(b) - depth(a))) {
    chain.add(slope);
    for (const e of factorsOfName(argument(slope))) if (rest.includes(e)) chain.add(e);
  }
  return [...sorted.filter(isBracket), ...chain, ...rest.filter((e) => !chain.has(e))];
}

/** s of an f′(s). */
const argument = (slope: Expr): Expr => (slope as Apply).args[0]!;

/** The names that stand beside others in the product that a name is defined as: w of s = wz. */
function factorsOfName(e: Expr): readonly Expr[] {
  const product = e.kind === "sym" && e.definition ? e.definition : e;
  return isApply(product, scale) ? product.args : [];
}

/** exp(z) over 𝟏ᵀexp(z) is softmax(z), also where exp(z) is the first of a chain or a factor of ⊙. */
function softmaxOf(scalars: readonly Expr[], body: Expr): { scalars: Expr[]; body: Expr } | null {
  for (const [i, s] of scalars.entries()) {
    const [base, p] = asPower(s);
    if (p !== minusOne || !isApply(base, matmul) || base.args.length !== 2) continue;
    const [left, right] = base.args as readonly [Expr, Expr];
    if (!isOnes(left) || !isApply(right, exp) || !isColumn(right)) continue;
    const replaced = replaceFactor(body, right, softmax(right.args[0]!));
    if (replaced) return { scalars: scalars.filter((_, j) => j !== i), body: replaced };
  }
  return null;
}

/** exp(x_k)/(𝟏ᵀexp(x)) = softmax(x)_k. */
function softmaxEntries(scalars: readonly Expr[]): readonly Expr[] {
  for (const [i, s] of scalars.entries()) {
    const [base, p] = asPower(s);
    if (p !== minusOne || !isApply(base, matmul) || base.args.length !== 2) continue;
    const [left, right] = base.args as readonly [Expr, Expr];
    if (!isOnes(left) || !isApply(right, exp) || !isColumn(right)) continue;
    for (const [j, e] of scalars.entries()) {
      if (!isApply(e, exp)) continue;
      const at = placeIn(right.args[0]!, e.args[0]!);
      if (!at) continue;
      const rest = scalars.filter((_, k) => k !== i && k !== j);
      return softmaxEntries([...rest, entryOf(softmax(right.args[0]!), at)].toSorted(asWritten));
    }
  }
  return scalars;
}

/** The k for which u is the k-th entry of x by form; null where there is none. */
function placeIn(x: Expr, u: Expr): Expr | null {
  const indices = postorder([u], argsOf).flatMap((e) => (isApply(e, entry) ? [e.args[1]!] : []));
  return [...new Set(indices)].find((k) => entryAt(x, k) === u) ?? null;
}

/** The k-th entry of sums and multiples of names. */
function entryAt(x: Expr, k: Expr): Expr {
  if (isApply(x, add)) return add(...x.args.map((t) => entryAt(t, k)));
  if (isApply(x, scale)) return scale(...x.args.slice(0, -1), entryAt(x.args.at(-1)!, k));
  return entryOf(x, k);
}

function replaceFactor(body: Expr, from: Expr, to: Expr): Expr | null {
  if (body === from) return to;
  if (!isApply(body, matmul) && !isApply(body, hadamard)) return null;
  for (const [i, arg] of body.args.entries()) {
    const inside =
      isApply(arg, transpose) && arg.args[0] === from
        ? transpose(to)
        : replaceFactor(arg, from, to);
    if (!inside) continue;
    const args = body.args.map((other, j) => (j === i ? inside : other));
    return isApply(body, matmul) ? matmul(...args) : hadamard(...args);
  }
  return null;
}

/** @file The normal form of products: a number, scalars with powers, and a chain of factors. */

import { one } from "../expr/dimension.ts";
import type { Expr } from "../expr/expr.ts";
import { isApply, isColumn, isScalar, minusOne, num, unit, zero } from "../expr/expr.ts";
import { has, property } from "../expr/properties.ts";
import type { Rational } from "../expr/rational.ts";
import { plus, rational, times, wholePower } from "../expr/rational.ts";
import {
  add,
  hadamard,
  identity,
  inner,
  matmul,
  ones,
  onesOf,
  scale,
  transpose,
  transposed,
  zeroOf,
} from "../ops/arithmetic.ts";
import { exp, power, sigmoid } from "../ops/elementwise.ts";
import { inverse, matrixPower, wholeExponent } from "../ops/matrix.ts";
import { norm, sizeOf } from "../ops/reduce.ts";
import { softmax } from "../ops/rowwise.ts";
import { diagonalMatrix } from "../ops/structure.ts";
import { cost } from "./cost.ts";
import { compare } from "./order.ts";
import { asPower, isOnes, isZero, powerOf, selfInner, unscaled } from "./rules.ts";

const { orthogonal, sumsToOne } = property;

/** A product taken apart: `coefficient · scalars · body`. */
export interface Term {
  readonly coefficient: Rational;
  readonly scalars: readonly Expr[];
  /** What is no scalar; null where the whole is one. */
  readonly body: Expr | null;
}

const oneRational = rational(1);

/** Takes a simplified expression apart. */
export function asTerm(e: Expr): Term {
  const { scalars, body } = unscaled(e);
  const all = isScalar(body) ? [...scalars, body] : scalars;
  const [first] = all;
  const coefficient = first?.kind === "num" ? first.value : oneRational;
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

/** The factors of a chain: of a product all, else the expression itself. */
export const factorsOf = (e: Expr): readonly Expr[] => (isApply(e, matmul) ? e.args : [e]);

const chainOf = (factors: readonly Expr[]): Expr =>
  factors.length === 1 ? factors[0]! : matmul(...factors);

// ---- scalars ----------------------------------------------------------------------------------------

/** `scale`: numbers multiplied, equal bases merged, scalars in their order, open sums multiplied out. */
export function simplifyScale(args: readonly Expr[], opens: (sum: Expr) => boolean): Expr {
  const flat: Expr[] = args.flatMap((arg) => (isApply(arg, scale) ? arg.args : [arg]));
  const body = isScalar(flat.at(-1)!) ? null : flat.at(-1)!;
  const merged = mergePowers(body ? flat.slice(0, -1) : flat);
  if (merged.coefficient.numerator === 0n) return zeroOf(args.at(-1)!.shape);
  if (body === null) return fromTerm({ ...merged, body });
  if (isZero(body)) return body;
  const folded = softmaxOf(merged.scalars, body);
  if (folded) return fromTerm({ coefficient: merged.coefficient, ...folded });
  if (isApply(body, add) && opens(body) && body.args.length <= mostTerms)
    return add(...body.args.map((t) => fromTerm({ ...merged, body: t })));
  return fromTerm({ ...merged, body });
}

/** The product of scalar or equally shaped factors as a number and merged powers. */
export function mergePowers(factors: readonly Expr[]): { coefficient: Rational; scalars: Expr[] } {
  let coefficient = oneRational;
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
  return { coefficient, scalars: scalars.every(isScalar) ? scalars.toSorted(asWritten) : scalars };
}

const doubled = (p: Expr): Expr =>
  p.kind === "num" ? num(times(p.value, rational(2))) : scale(num(2), p);

function sumOfExponents(all: readonly Expr[]): Expr {
  let constant = rational(0);
  const rest: Expr[] = [];
  for (const p of all)
    if (p.kind === "num") constant = plus(constant, p.value);
    else if (isApply(p, add)) {
      for (const t of p.args)
        if (t.kind === "num") constant = plus(constant, t.value);
        else rest.push(t);
    } else rest.push(p);
  const c = num(constant);
  if (rest.length === 0) return c;
  const parts = c === zero ? rest : [...rest, c];
  return parts.length === 1 ? parts[0]! : add(...parts);
}

/** Scalars as a reader writes them: plain names first, what is divided by last. */
function asWritten(a: Expr, b: Expr): number {
  const below = (e: Expr): number => {
    const [, p] = asPower(e);
    return p.kind === "num" && p.value.numerator < 0n ? 1 : 0;
  };
  return below(a) - below(b) || compare(a, b);
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

// ---- matrix products ----------------------------------------------------------------------------------

/** What the sums of a derivation may be opened to, in terms. */
export const mostTerms = 24;

/**
 * `matmul`: flat, scalars in front, neighbours that cancel gone, inner products among the scalars.
 * The result may hold parts that are to be simplified again; null where nothing changed.
 */
export function simplifyMatmul(
  args: readonly Expr[],
  opens: (sum: Expr) => boolean,
  oriented: (inner: Expr) => Expr,
): Expr | null {
  const scalars: Expr[] = [];
  const factors: Expr[] = [];
  for (const arg of args) {
    const { scalars: s, body } = unscaled(arg);
    scalars.push(...s);
    if (isScalar(body)) scalars.push(body);
    else factors.push(...factorsOf(body));
  }
  const rows = args[0]!.shape[0];
  const columns = args.at(-1)!.shape[1];
  if (factors.some(isZero)) return zeroOf([rows, columns]);
  const reduced = neighbours(factors.filter((f) => !isApply(f, identity)));
  if (reduced.scalars.length > 0) scalars.push(...reduced.scalars);
  const parts = atOnes(reduced.factors);
  scalars.push(...parts.scalars);
  const body =
    parts.chain.length > 0 ? parts.chain : rows === one && columns === one ? [] : [identity(rows)];
  const whole = body.length === 0 ? unit : chainOf(body);
  const unchanged =
    scalars.length === 0 && body.length === args.length && body.every((f, i) => f === args[i]);
  if (!unchanged) return scalars.length > 0 ? scale(...scalars, whole) : whole;
  if (isScalar(whole)) {
    // A sum that a transpose would open has no orientation to choose.
    const isOpen = body.some((f) => isApply(f, add) && opens(f));
    return innerProduct(body) ?? (isOpen ? null : oriented(whole));
  }
  return opened(body, opens);
}

/** Cancels, merges and folds factors that stand side by side. */
function neighbours(factors: readonly Expr[]): { factors: Expr[]; scalars: Expr[] } {
  const out: Expr[] = [];
  const scalars: Expr[] = [];
  for (const factor of factors) {
    const last = out.at(-1);
    const pair = last && pairOf(last, factor);
    if (pair === undefined) out.push(factor);
    else {
      out.pop();
      const { scalars: s, body } = unscaled(pair);
      scalars.push(...s);
      if (isScalar(body)) scalars.push(body);
      else if (!isApply(body, identity)) out.push(...factorsOf(body));
    }
  }
  return { factors: out, scalars };
}

/** A simpler expression for two neighbours, or undefined. */
function pairOf(a: Expr, b: Expr): Expr | undefined {
  // AA⁻¹ = A⁻¹A = I, and powers of one matrix
  const [base, p] = asMatrixPower(a);
  const [other, q] = asMatrixPower(b);
  if (base === other && a.shape[0] === a.shape[1]) {
    const k = p + q;
    if (k === 0) return identity(a.shape[0]);
    if (k === 1) return base;
    if (k === -1) return inverse(base);
    return matrixPower(base, num(k));
  }
  // QᵀQ = QQᵀ = I
  if (has(a.properties, orthogonal) && transposed(a) === b) return identity(a.shape[0]);
  // diag(x)y = x ⊙ y, yᵀdiag(x) = (x ⊙ y)ᵀ, diag(x)diag(y) = diag(x ⊙ y)
  if (isApply(a, diagonalMatrix) && isColumn(b)) return hadamard(a.args[0]!, b);
  if (isApply(b, diagonalMatrix) && a.shape[0] === one)
    return transpose(hadamard(b.args[0]!, transposed(a)));
  if (isApply(a, diagonalMatrix) && isApply(b, diagonalMatrix))
    return diagonalMatrix(hadamard(a.args[0]!, b.args[0]!));
  // 𝟏ᵀ𝟏 = n; rows that sum to one: S𝟏 = 𝟏, yᵀ𝟏 = 1
  if (isOnes(b) && isColumn(b)) {
    if (isApply(a, transpose) && isApply(a.args[0]!, ones)) return sizeOf(b.shape[0]);
    if (has(a.properties, sumsToOne) && !isColumn(a) && a.shape[0] !== one) return ones(a.shape[0]);
    if (isApply(a, transpose) && isColumn(a.args[0]!) && has(a.args[0]!.properties, sumsToOne))
      return unit;
  }
  if (
    isApply(a, transpose) &&
    isApply(a.args[0]!, ones) &&
    isColumn(b) &&
    has(b.properties, sumsToOne)
  )
    return unit;
  return undefined;
}

/** `[base, k]` of a whole power of a matrix; a transpose of a power is the power of a transpose. */
function asMatrixPower(e: Expr): [base: Expr, exponent: number] {
  if (isApply(e, transpose)) {
    const [base, k] = asMatrixPower(e.args[0]!);
    return k === 1 ? [e, 1] : [transposed(base), k];
  }
  if (isApply(e, inverse)) return [e.args[0]!, -1];
  if (isApply(e, matrixPower) && e.args[1]!.kind === "num")
    return [e.args[0]!, wholeExponent(e.args[1]!)];
  return [e, 1];
}

/** Splits a chain where its inner dimension is 1: what lies between two such places is a scalar. */
function atOnes(factors: readonly Expr[]): { chain: Expr[]; scalars: Expr[] } {
  const pieces: Expr[][] = [[]];
  for (const factor of factors) {
    if (factor.shape[0] === one && pieces.at(-1)!.length > 0) pieces.push([]);
    pieces.at(-1)!.push(factor);
  }
  // A piece that begins with one row and ends in one column is a scalar.
  const isInner = (piece: readonly Expr[]): boolean =>
    piece.length > 0 && piece[0]!.shape[0] === one && piece.at(-1)!.shape[1] === one;
  if (pieces.length === 1) return { chain: [...factors], scalars: [] };
  const scalars = pieces.filter(isInner).map(chainOf);
  return { chain: pieces.filter((piece) => !isInner(piece)).flat(), scalars };
}

/** xᵀ(a ⊙ b) where factors of both sides cancel: pᵀ(y ⊘ p) = 𝟏ᵀy. */
function innerProduct(factors: readonly Expr[]): Expr | null {
  if (factors.length !== 2) return null;
  const [left, right] = [transposed(factors[0]!), factors[1]!];
  const all = [left, right]
    .flatMap((side) => (isApply(side, hadamard) ? side.args : [side]))
    .filter((f) => !isOnes(f));
  if (all.length < 2 || (!isApply(left, hadamard) && !isApply(right, hadamard))) return null;
  const { scalars: merged } = mergePowers(all);
  const fewer = merged.length < all.length && !merged.some((f) => isApply(f, power));
  const spread = isOnes(left) || isOnes(right);
  if (!fewer && !spread) return null;
  const shape = right.shape;
  if (merged.length === 0) return sizeOf(shape[0]);
  if (merged.length === 1) return inner(onesOf(shape), merged[0]!);
  const [first, ...rest] = merged;
  return inner(first!, rest.length === 1 ? rest[0]! : hadamard(...rest));
}

/** Of aᵀMb and bᵀMᵀa the one with fewer transposes; of equals the one that is first in order. */
export function lighter(inner: Expr): Expr {
  const factors = factorsOf(inner);
  const mirrored = factors.toReversed().map(transposed);
  const there = chainOf(mirrored);
  const difference = cost(there) - cost(inner) || compareChains(mirrored, factors);
  return difference < 0 ? there : inner;
}

function compareChains(a: readonly Expr[], b: readonly Expr[]): number {
  for (const [i, factor] of a.entries()) {
    const order = compare(bare(factor), bare(b[i]!));
    if (order !== 0) return order;
  }
  return 0;
}

const bare = (e: Expr): Expr => (isApply(e, transpose) ? e.args[0]! : e);

/** (A + B)C = AC + BC for sums that the derivation made, while the terms stay few. */
function opened(factors: readonly Expr[], opens: (sum: Expr) => boolean): Expr | null {
  const isOpen = (f: Expr): boolean => isApply(f, add) && opens(f);
  const at = factors.findIndex((f) => isOpen(f) || (isApply(f, transpose) && isOpen(f.args[0]!)));
  if (at < 0) return null;
  const factor = factors[at]!;
  const sum = isApply(factor, transpose) ? factor.args[0]! : factor;
  if (!isApply(sum, add)) return null;
  const others = factors.reduce(
    (n, f, i) => (i !== at && isOpen(f) && isApply(f, add) ? n * f.args.length : n),
    1,
  );
  if (sum.args.length * others > mostTerms) return null;
  const terms = sum === factor ? sum.args : sum.args.map((t) => transpose(t));
  return add(...terms.map((t) => matmul(...factors.slice(0, at), t, ...factors.slice(at + 1))));
}

// ---- entrywise products ---------------------------------------------------------------------------------

/** `hadamard`: flat, scalars in front, ones gone, equal bases merged. */
export function simplifyHadamard(
  args: readonly Expr[],
  opens: (sum: Expr) => boolean,
): Expr | null {
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
  const { scalars: merged } = mergePowers(kept);
  const folded = entrywiseFolds(merged);
  const isIdentity = (f: Expr): boolean => isApply(f, identity);
  const last = folded.filter(isIdentity).slice(0, 1);
  const all = [...folded.filter((f) => !isIdentity(f)), ...last];
  const body = all.length === 0 ? onesOf(shape) : all.length === 1 ? all[0]! : hadamard(...all);
  const unchanged =
    scalars.length === 0 && all.length === args.length && all.every((f, i) => f === args[i]);
  if (!unchanged) return scalars.length > 0 ? scale(...scalars, body) : body;
  return cancelling(args, opens);
}

/** exp(u) ⊙ σ(−u) = σ(u). */
function entrywiseFolds(factors: readonly Expr[]): Expr[] {
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
function cancelling(args: readonly Expr[], opens: (sum: Expr) => boolean): Expr | null {
  const at = args.findIndex((f) => isApply(f, add) && opens(f));
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

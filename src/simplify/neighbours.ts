/** @file Factors side by side in a product: what cancels, merges or folds. */

import { one } from "../expr/dimension.ts";
import { isApply, isColumn, isScalar, isSquare, minusOne, unit } from "../expr/expr.ts";
import type { Expr } from "../expr/expr.ts";
import { has, property } from "../expr/properties.ts";
import { toNumber } from "../expr/rational.ts";
import {
  add,
  hadamard,
  identity,
  matmul,
  ones,
  scaled,
  total,
  transpose,
  transposed,
} from "../ops/arithmetic.ts";
import { isFunctionOf } from "../ops/commuting.ts";
import { exp } from "../ops/elementwise.ts";
import { matrixExponential } from "../ops/exponential.ts";
import {
  definitePower,
  inverse,
  largestExponent,
  matrixPower,
  pseudoinverse,
  toPower,
} from "../ops/matrix.ts";
import { sizeOf } from "../ops/reduce.ts";
import { diagonalMatrix } from "../ops/structure.ts";
import { softmax } from "../ops/rowwise.ts";
import { asPower, isOnes, unscaled } from "./forms.ts";
import { stackedPair } from "./rules/kronecker.ts";
import { sumOfExponents } from "./scale.ts";
import { factorsOf, untransposed } from "./term.ts";

const { orthogonal, sumsToOne } = property;

/** Cancels, merges and folds factors that stand side by side. */
export function neighbours(factors: readonly Expr[]): { factors: Expr[]; scalars: Expr[] } {
  const out: Expr[] = [];
  const scalars: Expr[] = [];
  const hasInverse = factors.some((f) => invertedChain(f) !== null);
  const projects = factors.length > 2 && factors.some((f) => pseudoinverted(f) !== undefined);
  for (const factor of factors) {
    const last = out.at(-1);
    const before = out.at(-2);
    const kept = projects && before && last && projected(before, last, factor);
    const pair = last && pairOf(last, factor);
    if (kept) out.splice(-2, 2, kept);
    else if (pair === undefined) out.push(factor);
    else {
      out.pop();
      const { scalars: s, body } = unscaled(pair);
      scalars.push(...s);
      if (isScalar(body)) scalars.push(body);
      else if (!isApply(body, identity)) out.push(...factorsOf(body));
    }
    const whole = hasInverse ? besideInverse(out) : 0;
    if (whole > 0) out.splice(-whole);
  }
  return { factors: out, scalars };
}

/** The factors of AB for (AB)⁻¹; null where e is no inverse of a product. */
function invertedChain(e: Expr): readonly Expr[] | null {
  const whole = untransposed(e);
  if (!isApply(whole, inverse)) return null;
  const chain = factorsOf(whole.args[0]!);
  if (chain.length === 1) return null;
  return whole === e ? chain : chain.toReversed().map(transposed);
}

/** How many of the last factors are a product beside its inverse: AB(AB)⁻¹ = (AB)⁻¹AB = I. */
function besideInverse(factors: readonly Expr[]): number {
  const end = factors.length;
  for (const [i, factor] of factors.entries()) {
    const chain = invertedChain(factor);
    if (!chain) continue;
    const n = chain.length;
    const start = i === end - 1 ? i - n : i + 1;
    const isBeside = (i === end - 1 || end - start === n) && start >= 0;
    if (isBeside && chain.every((f, k) => f === factors[start + k])) return n + 1;
  }
  return 0;
}

/** The factor that a projection next to it leaves as it is: AA⁺A = A, AᵀAA⁺ = Aᵀ. */
function projected(a: Expr, b: Expr, c: Expr): Expr | undefined {
  const isKept = (onto: Projection | undefined, x: Expr, isRight: boolean): boolean => {
    if (!onto) return false;
    const { of, isOfRows } = onto;
    return isOfRows === isRight
      ? pseudoinverted(x) === of || x === transposed(of)
      : x === of || pseudoinverted(transposed(x)) === of;
  };
  if (isKept(projectionOf(a, b), c, true)) return c;
  return isKept(projectionOf(b, c), a, false) ? a : undefined;
}

/** A⁺A, onto the rows of A, or AA⁺, onto its columns. */
interface Projection {
  readonly of: Expr;
  readonly isOfRows: boolean;
}

/** The A of A⁺, also where that has a name. */
function pseudoinverted(e: Expr): Expr | undefined {
  const whole = e.kind === "sym" && e.definition ? e.definition : e;
  return isApply(whole, pseudoinverse) ? whole.args[0] : undefined;
}

/** The projection that a product is. */
function projectionOf(a: Expr, b: Expr): Projection | undefined {
  if (pseudoinverted(a) === b) return { of: b, isOfRows: true };
  if (pseudoinverted(b) === a) return { of: a, isOfRows: false };
  // (A⁺)ᵀAᵀ = AA⁺ and Aᵀ(A⁺)ᵀ = A⁺A
  const [left, right] = [transposed(a), transposed(b)];
  if (pseudoinverted(left) === right) return { of: right, isOfRows: false };
  if (pseudoinverted(right) === left) return { of: left, isOfRows: true };
  return undefined;
}

/** A simpler expression for two neighbours, or undefined. */
function pairOf(a: Expr, b: Expr): Expr | undefined {
  // Two different names have nothing in common.
  const [x, y] = [untransposed(a), untransposed(b)];
  if (x !== y && isPlainName(x) && isPlainName(y)) return undefined;
  // AA⁻¹ = A⁻¹A = I, and powers of one matrix
  const [base, p] = asMatrixPower(a);
  const [other, q] = asMatrixPower(b);
  if (base === other && a.shape[0] === a.shape[1]) {
    const k = sumOfExponents([p, q]);
    if (k.kind !== "num" || Math.abs(toNumber(k.value)) <= largestExponent) return toPower(base, k);
  }
  // (A⁺)ᵀAᵀ = AA⁺, Aᵀ(A⁺)ᵀ = A⁺A
  if ((isApply(a, transpose) || isApply(b, transpose)) && projectionOf(a, b))
    return matmul(transposed(b), transposed(a));
  // f(A)A = A f(A)
  const isPlain = b.kind === "sym" || (isApply(b, transpose) && b.args[0]!.kind === "sym");
  if (isPlain && isSquare(b) && a.kind === "apply" && isFunctionOf(a, b)) return matmul(b, a);
  // exp(sA)exp(tA) = exp((s + t)A)
  if (isApply(a, matrixExponential) && isApply(b, matrixExponential) && a.args[1] === b.args[1])
    return matrixExponential(add(a.args[0]!, b.args[0]!), a.args[1]!);
  // QᵀQ = QQᵀ = I
  if (has(a.properties, orthogonal) && transposed(a) === b) return identity(a.shape[0]);
  // diag(x)y = x ⊙ y, yᵀdiag(x) = (x ⊙ y)ᵀ, diag(x)diag(y) = diag(x ⊙ y)
  if (isApply(a, diagonalMatrix) && isColumn(b)) return hadamard(a.args[0]!, b);
  if (isApply(b, diagonalMatrix) && a.shape[0] === one)
    return transpose(hadamard(b.args[0]!, transposed(a)));
  if (isApply(a, diagonalMatrix) && isApply(b, diagonalMatrix))
    return diagonalMatrix(hadamard(a.args[0]!, b.args[0]!));
  // diag(1 ⊘ (exp(X)𝟏))exp(X) = softmax(X)
  if (isApply(a, diagonalMatrix) && isApply(b, exp) && !isColumn(b)) {
    const [base, p] = asPower(a.args[0]!);
    if (p === minusOne && base === matmul(b, ones(b.shape[1]))) return softmax(b.args[0]!);
  }
  // pᵀ(𝟏 + u) = 1 + pᵀu
  const isWeights =
    isApply(a, transpose) && isColumn(a.args[0]!) && has(a.args[0]!.properties, sumsToOne);
  if (isWeights && isColumn(b)) {
    const of = isApply(b, add) ? b.args.findIndex((t) => isOnes(unscaled(t).body)) : -1;
    if (isApply(b, add) && of >= 0) {
      const rest = b.args.filter((_, i) => i !== of);
      const other = total(rest);
      return add(scaled(unscaled(b.args[of]!).scalars, unit), matmul(a, other));
    }
  }
  // 𝟏ᵀ𝟏 = n; rows that sum to one: S𝟏 = 𝟏, yᵀ𝟏 = 1
  if (isOnes(b) && isColumn(b)) {
    if (isApply(a, transpose) && isApply(a.args[0]!, ones)) return sizeOf(b.shape[0]);
    if (has(a.properties, sumsToOne) && !isColumn(a) && a.shape[0] !== one) return ones(a.shape[0]);
    if (isWeights) return unit;
  }
  if (
    isApply(a, transpose) &&
    isApply(a.args[0]!, ones) &&
    isColumn(b) &&
    has(b.properties, sumsToOne)
  )
    return unit;
  return stackedPair(a, b);
}

/** `[base, k]` of a power of a matrix; a transpose of a power is the power of a transpose. */
function asMatrixPower(e: Expr): [base: Expr, exponent: Expr] {
  if (isApply(e, transpose)) {
    const [base, k] = asMatrixPower(e.args[0]!);
    return k === unit ? [e, unit] : [transposed(base), k];
  }
  if (isApply(e, inverse)) return [e.args[0]!, minusOne];
  if (isApply(e, matrixPower) || isApply(e, definitePower)) return [e.args[0]!, e.args[1]!];
  return [e, unit];
}

const isPlainName = (e: Expr): boolean => e.kind === "sym" && e.definition === null;

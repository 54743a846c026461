/** @file The normal form of matrix products: flat, with neighbours that cancel gone. */

import { indexSum, opened as termOf } from "../expr/binding.ts";
import { one } from "../expr/dimension.ts";
import { isApply, isColumn, isScalar, isSquare, minusOne, two, unit } from "../expr/expr.ts";
import type { Apply, Expr } from "../expr/expr.ts";
import { has, property } from "../expr/properties.ts";
import { toNumber } from "../expr/rational.ts";
import {
  add,
  hadamard,
  identity,
  inner,
  matmul,
  ones,
  onesOf,
  scale,
  scaled,
  transpose,
  transposed,
  zeroOf,
} from "../ops/arithmetic.ts";
import { isFunctionOf } from "../ops/commuting.ts";
import { exp, power } from "../ops/elementwise.ts";
import { matrixExponential } from "../ops/exponential.ts";
import { entryOf, indexOfUnitVector } from "../ops/indexing.ts";
import {
  definitePower,
  inverse,
  largestExponent,
  matrixPower,
  pseudoinverse,
  toPower,
} from "../ops/matrix.ts";
import { sizeOf, squaredNorm } from "../ops/reduce.ts";
import { diagonalMatrix } from "../ops/structure.ts";
import { softmax } from "../ops/rowwise.ts";
import { cost } from "./cost.ts";
import { asPower, isOnes, isZero, unscaled } from "./forms.ts";
import { compare } from "./order.ts";
import { pickedFromProduct } from "./rules/indexing.ts";
import { stackedPair } from "./rules/kronecker.ts";
import { mergePowers, sumOfExponents } from "./scale.ts";
import { areMirrored, asTerm, chainOf, factorsOf, fromTerm, mostTerms } from "./term.ts";
import { isOrthogonal, withoutCentred } from "./vanishing.ts";

const { orthogonal, sumsToOne } = property;

/**
 * `matmul`: flat, scalars in front, neighbours that cancel gone, inner products among the scalars.
 * The result may hold parts that are to be simplified again; null where nothing changed.
 */
export function simplifyMatmul(
  args: readonly Expr[],
  opens: (sum: Expr) => boolean,
  oriented: (inner: Expr) => Expr,
  afresh: (e: Expr) => Expr,
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
  const counted = withoutCentred(factors, afresh);
  if (counted === null || isOrthogonal(counted, afresh)) return zeroOf([rows, columns]);
  const reduced = neighbours(counted.filter((f) => !isApply(f, identity)));
  if (reduced.scalars.length > 0) scalars.push(...reduced.scalars);
  const parts = atOnes(reduced.factors);
  scalars.push(...parts.scalars);
  const body =
    parts.chain.length > 0 ? parts.chain : rows === one && columns === one ? [] : [identity(rows)];
  const whole = body.length === 0 ? unit : chainOf(body);
  const unchanged =
    scalars.length === 0 && body.length === args.length && body.every((f, i) => f === args[i]);
  if (!unchanged) return scalars.length > 0 ? scale(...scalars, whole) : whole;
  const picked = pickedFromProduct(body);
  if (picked) return picked;
  const squared = sumOfSquares(body);
  if (squared) return squared;
  if (isScalar(whole)) {
    const twice = mirroredMiddle(body) ?? mirroredTerms(body);
    if (twice) return twice;
    // A sum that a transpose would open has no orientation to choose.
    const sums = openedSum(body, opens);
    if (sums) return sums;
    const isOpen = body.some((f) => isApply(f, add) && opens(f));
    return withinSum(body) ?? innerProduct(body) ?? (isOpen ? null : oriented(whole));
  }
  return atDiagonal(body) ?? throughMask(body) ?? opened(body, opens);
}

/** (Σⱼ fⱼeⱼᵀ)v = Σⱼ fⱼvⱼ, uᵀ(Σⱼ fⱼeⱼ) = Σⱼ fⱼuⱼ. */
function withinSum(factors: readonly Expr[]): Expr | null {
  const [left, right, more] = factors;
  if (!left || !right || more) return null;
  const [sum, other] = right.kind === "indexSum" ? [right, transposed(left)] : [left, right];
  if (sum.kind !== "indexSum") return null;
  const { index, body } = termOf(sum);
  const { scalars, body: vector } = unscaled(body);
  const k = indexOfUnitVector(isApply(vector, transpose) ? vector.args[0]! : vector);
  return k === index ? indexSum(index, scaled(scalars, entryOf(other, index))) : null;
}

/** The transpose, of a product factor by factor. */
const turn = (e: Expr): Expr => chainOf(factorsOf(e).toReversed().map(transposed));

/** (M ⊙ uvᵀ)x = u ⊙ M(v ⊙ x). */
function throughMask(factors: readonly Expr[]): Expr | null {
  const at = factors.length - 2;
  const [standing, x] = [factors[at], factors[at + 1]];
  if (!standing || !x || !isColumn(x)) return null;
  const turned = isApply(standing, transpose) ? standing.args[0]! : null;
  const mask = turned && isApply(turned, hadamard) ? hadamard(...turned.args.map(turn)) : standing;
  if (!isApply(mask, hadamard)) return null;
  const outer = mask.args.find((f) => rowIn(f) > 0);
  if (!outer) return null;
  const others = mask.args.filter((f) => f !== outer);
  const chain = factorsOf(outer);
  const [u, v] = [chainOf(chain.slice(0, rowIn(outer))), turn(chainOf(chain.slice(rowIn(outer))))];
  const rest = others.length === 1 ? others[0]! : hadamard(...others);
  const whole = hadamard(u, matmul(rest, hadamard(v, x)));
  return chainOf([...factors.slice(0, at), whole]);
}

/** Where in a product the first row stands behind a factor, as vᵀ in Auvᵀ; −1 where none does. */
const rowIn = (e: Expr): number => factorsOf(e).findIndex((f, k) => k > 0 && f.shape[0] === one);

/** 𝟏ᵀx^{⊙2} = ‖x‖², 𝟏ᵀX^{⊙2}𝟏 = ‖X‖². */
function sumOfSquares(factors: readonly Expr[]): Expr | null {
  const [left, middle, right] = factors;
  if (!left || !middle || !isOnes(left) || left.shape[0] !== one) return null;
  if (factors.length > 3 || (right && !isOnes(right)) || (!right && !isColumn(middle))) return null;
  return isApply(middle, power) && middle.args[1] === two ? squaredNorm(middle.args[0]!) : null;
}

/** xᵀ(A + Aᵀ + B)x = xᵀ(2A + B)x. */
function mirroredMiddle(factors: readonly Expr[]): Expr | null {
  const at = (factors.length - 1) / 2;
  const middle = factors[at];
  if (!middle || !isApply(middle, add)) return null;
  const isPalindrome = factors.every((f, i) => i >= at || f === transposed(factors.at(-1 - i)!));
  if (!isPalindrome) return null;
  const terms = middle.args;
  for (const [i, a] of terms.entries()) {
    const j = terms.findIndex((b, k) => k > i && areMirrored(a, b));
    if (j < 0) continue;
    const rest = terms.toSpliced(j, 1).toSpliced(i, 1, scale(two, a));
    return chainOf(factors.with(at, rest.length === 1 ? rest[0]! : add(...rest)));
  }
  return null;
}

/** xᵀ(Ax + Aᵀx) = 2xᵀAx. */
function mirroredTerms(factors: readonly Expr[]): Expr | null {
  if (factors.length !== 2) return null;
  const sides = [transposed(factors[0]!), factors[1]!];
  const at = sides.findIndex((side) => isApply(side, add) && side.args.length === 2);
  if (at < 0) return null;
  const [sum, x] = [sides[at] as Apply, sides[1 - at]!];
  const before = sum.args.map((t) => withoutLast(t, x));
  const [a, b] = before;
  return a && b && areMirrored(a, b) ? scale(two, inner(x, sum.args[0]!)) : null;
}

/** A of Ax; null where x does not stand last. */
function withoutLast(e: Expr, x: Expr): Expr | null {
  const term = asTerm(e);
  const chain = term.body ? factorsOf(term.body) : [];
  if (chain.length < 2 || chain.at(-1) !== x) return null;
  return fromTerm({ ...term, body: chainOf(chain.slice(0, -1)) });
}

/** diag(x)Ay = x ⊙ Ay. */
function atDiagonal(factors: readonly Expr[]): Expr | null {
  const [first, ...rest] = factors as readonly [Expr, ...Expr[]];
  return rest.length > 0 && isApply(first, diagonalMatrix) && isColumn(rest.at(-1)!)
    ? hadamard(first.args[0]!, chainOf(rest))
    : null;
}

/** Cancels, merges and folds factors that stand side by side. */
function neighbours(factors: readonly Expr[]): { factors: Expr[]; scalars: Expr[] } {
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
  const whole = isApply(e, transpose) ? e.args[0]! : e;
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
  const [x, y] = [bare(a), bare(b)];
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
      const other = rest.length === 1 ? rest[0]! : add(...rest);
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
  const isMerged = (e: Expr): boolean => isApply(e, hadamard) || asPower(e)[1] === minusOne;
  if (all.length < 2 || (!isMerged(left) && !isMerged(right))) return null;
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

/** 𝟏ᵀ(a + b) = 𝟏ᵀa + 𝟏ᵀb for sums that the derivation made. */
function openedSum(factors: readonly Expr[], opens: (sum: Expr) => boolean): Expr | null {
  if (factors.length !== 2) return null;
  const [row, column] = [transposed(factors[0]!), factors[1]!];
  const sum = isOnes(row) ? column : isOnes(column) ? row : null;
  if (!sum || !isApply(sum, add) || !opens(sum) || sum.args.length > mostTerms) return null;
  return add(...sum.args.map((t) => inner(onesOf(sum.shape), t)));
}

function compareChains(a: readonly Expr[], b: readonly Expr[]): number {
  for (const [i, factor] of a.entries()) {
    const order = compare(bare(factor), bare(b[i]!));
    if (order !== 0) return order;
  }
  return 0;
}

const bare = (e: Expr): Expr => (isApply(e, transpose) ? e.args[0]! : e);

const isPlainName = (e: Expr): boolean => e.kind === "sym" && e.definition === null;

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

/** @file The normal form of matrix products: flat, with neighbours that cancel gone. */

import { indexSum, opened as termOf } from "../expr/binding.ts";
import { one } from "../expr/dimension.ts";
import { isApply, isColumn, isScalar, minusOne, two, unit } from "../expr/expr.ts";
import type { Apply, Expr } from "../expr/expr.ts";
import {
  add,
  hadamard,
  identity,
  inner,
  matmul,
  onesOf,
  scale,
  scaled,
  total,
  transpose,
  transposed,
  zeroOf,
} from "../ops/arithmetic.ts";
import { power } from "../ops/elementwise.ts";
import { entryOf, indexOfUnitVector } from "../ops/indexing.ts";
import { sizeOf, squaredNorm } from "../ops/reduce.ts";
import { diagonalMatrix } from "../ops/structure.ts";
import { cost } from "./cost.ts";
import { asPower, isOnes, isZero, unscaled } from "./forms.ts";
import { neighbours } from "./neighbours.ts";
import { compare } from "./order.ts";
import { pickedFromProduct } from "./rules/indexing.ts";
import { mergePowers } from "./scale.ts";
import {
  areMirrored,
  asTerm,
  chainOf,
  factorsOf,
  fromTerm,
  mostTerms,
  untransposed,
} from "./term.ts";
import { isOrthogonal, withoutCentred } from "./vanishing.ts";

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
    return chainOf(factors.with(at, total(rest)));
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
    const order = compare(untransposed(factor), untransposed(b[i]!));
    if (order !== 0) return order;
  }
  return 0;
}

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

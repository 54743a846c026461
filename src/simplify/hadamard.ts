/** @file The normal form of entrywise products: flat, scalars in front, equal bases merged. */

import { isApply, num, unit } from "../expr/expr.ts";
import type { Expr } from "../expr/expr.ts";
import { has, property } from "../expr/properties.ts";
import {
  add,
  entrywiseProduct,
  hadamard,
  identity,
  matmul,
  ones,
  onesOf,
  scale,
  scaled,
  transpose,
  zeroOf,
} from "../ops/arithmetic.ts";
import { entryOf, indexOfUnitVector } from "../ops/indexing.ts";
import { diagonalMatrix } from "../ops/structure.ts";
import { foldGelu } from "./folds.ts";
import { asBroadcast, asPower, isOnes, isReciprocal, isZero, unscaled } from "./forms.ts";
import { lighter } from "./matmul.ts";
import { mergePowers } from "./scale.ts";
import { asTerm } from "./term.ts";

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
  const isIdentity = (f: Expr): boolean => isApply(f, identity);
  // I keeps the diagonal: of what is diagonal, all.
  const isDiagonal = (f: Expr): boolean => !isIdentity(f) && has(f.properties, property.diagonal);
  const unmasked = kept.some(isDiagonal)
    ? kept.filter((f) => !isIdentity(f))
    : kept.filter((f, i) => !isIdentity(f) || kept.indexOf(f) === i);
  const masked = unmasked.some(isIdentity) ? unmasked.map((f) => onDiagonal(f, opens)) : unmasked;
  const { scalars: merged } = mergePowers(masked);
  // As it is written: I after the other factors, divisors at the end.
  const all = [
    ...merged.filter((f) => !isIdentity(f) && !isReciprocal(f)),
    ...merged.filter(isIdentity),
    ...merged.filter(isReciprocal),
  ];
  const smooth = foldGelu(all);
  if (smooth)
    return scale(num(2), ...scalars, smooth.length === 1 ? smooth[0]! : hadamard(...smooth));
  const body = all.length === 0 ? onesOf(shape) : all.length === 1 ? all[0]! : hadamard(...all);
  const picked = atUnitVector(all);
  if (picked) return scaled(scalars, picked);
  const unchanged =
    scalars.length === 0 && all.length === args.length && all.every((f, i) => f === args[i]);
  if (!unchanged) return scalars.length > 0 ? scale(...scalars, body) : body;
  return spreadOut(args) ?? cancelling(args);
}

/** Of larger matrices nobody minds which of A and Aᵀ stands there. */
const largestTurned = 150;

/** A matrix with the same diagonal that is sooner read: Aᵀ ⊙ I = A ⊙ I, BᵀAᵀ ⊙ I = AB ⊙ I. */
function onDiagonal(f: Expr, opens: (sum: Expr) => boolean): Expr {
  if (f.size > largestTurned) return f;
  if (isApply(f, transpose)) return f.args[0]!;
  if (isApply(f, matmul)) return lighter(f);
  if (isApply(f, scale)) {
    const { scalars, body } = unscaled(f);
    return scale(...scalars, onDiagonal(body, opens));
  }
  return isApply(f, add) && opens(f) ? add(...f.args.map((t) => onDiagonal(t, opens))) : f;
}

/** X ⊙ 𝟏vᵀ = X diag(v), X ⊙ u𝟏ᵀ = diag(u)X, 𝟏vᵀ ⊙ 𝟏wᵀ = 𝟏(v ⊙ w)ᵀ. */
function spreadOut(args: readonly Expr[]): Expr | null {
  const found = args.map(asBroadcast);
  const rest = args.filter((_, i) => found[i] === null);
  if (rest.length === args.length) return null;
  const along = (isColumn: boolean): Expr | null => {
    const vectors = found.flatMap((b) => (b?.isColumn === isColumn ? [b.vector] : []));
    return vectors.length === 0 ? null : entrywiseProduct(...vectors);
  };
  const [left, right] = [along(true), along(false)];
  const [rows, columns] = args[0]!.shape;
  if (rest.length === 0) return matmul(left ?? ones(rows), transpose(right ?? ones(columns)));
  return matmul(
    ...(left ? [diagonalMatrix(left)] : []),
    entrywiseProduct(...rest),
    ...(right ? [diagonalMatrix(right)] : []),
  );
}

/** x ⊙ eₖ = xₖeₖ, A ⊙ eᵢeⱼᵀ = Aᵢⱼeᵢeⱼᵀ. */
function atUnitVector(factors: readonly Expr[]): Expr | null {
  if (factors.length < 2) return null;
  for (const [k, f] of factors.entries()) {
    const at = unitIndices(f);
    if (!at) continue;
    const others = factors.filter((_, i) => i !== k);
    return scale(...others.map((x) => entryOf(x, ...at)), f);
  }
  return null;
}

/** The place of the 1 in eₖ and eᵢeⱼᵀ. */
function unitIndices(e: Expr): readonly [Expr, Expr] | null {
  const i = indexOfUnitVector(e);
  if (i) return [i, unit];
  if (!isApply(e, matmul) || e.args.length !== 2) return null;
  const [left, right] = e.args as readonly [Expr, Expr];
  const [p, q] = [left, isApply(right, transpose) ? right.args[0]! : right].map(indexOfUnitVector);
  return p && q ? [p, q] : null;
}

/** p ⊙ (−y ⊘ p + c𝟏) = −y + cp: a sum is opened where a factor cancels in it. */
function cancelling(args: readonly Expr[]): Expr | null {
  const at = args.findIndex((f) => isApply(f, add));
  if (at < 0) return null;
  const sum = args[at]!;
  const others = args.filter((_, i) => i !== at);
  if (!isApply(sum, add)) return null;
  const bases = new Set(others.map((f) => asPower(f)[0]));
  // M ⊙ (𝟏xᵀ − x𝟏ᵀ) = M diag(x) − diag(x)M
  const isSpread = sum.args.every((t) => asBroadcast(asTerm(t).body ?? t) !== null);
  // p ⊙ (eₖ − pₖ𝟏) = pₖ(eₖ − p)
  const bodies = sum.args.map((t) => asTerm(t).body ?? t);
  const isUnit = (e: Expr): boolean => indexOfUnitVector(e) !== null;
  const isPicked = bodies.some(isUnit) && bodies.every((e) => isUnit(e) || isOnes(e));
  const cancels = sum.args.some((t) => {
    const { body, scalars } = asTerm(t);
    const k = body && indexOfUnitVector(body);
    // p ⊙ eₖ/pₖ = eₖ
    if (
      k &&
      scalars.some((s) => isReciprocal(s) && others.some((f) => entryOf(f, k) === asPower(s)[0]))
    )
      return true;
    const parts = body && isApply(body, hadamard) ? body.args : body ? [body] : [];
    return parts.some((f) => {
      const [base, p] = asPower(f);
      return p.kind === "num" && p.value.numerator < 0n && bases.has(base);
    });
  });
  if (!cancels && !isSpread && !isPicked) return null;
  return add(...sum.args.map((t) => hadamard(...others, t)));
}

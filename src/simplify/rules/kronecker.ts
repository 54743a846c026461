/** @file Rules for Kronecker products, vec and mat. */

import { multiplied, one, sameShape } from "../../expr/dimension.ts";
import { isApply, isColumn, isRow, isScalar, isSquare } from "../../expr/expr.ts";
import type { Expr } from "../../expr/expr.ts";
import {
  add,
  identity,
  inner,
  matmul,
  ones,
  onesOf,
  product,
  scale,
  trace,
  transpose,
  transposed,
} from "../../ops/arithmetic.ts";
import {
  blockInner,
  blockSum,
  commutation,
  dimensionOf,
  kronecker,
  mat,
  unstacked,
  vec,
} from "../../ops/kronecker.ts";
import { isOnes, unscaled } from "../forms.ts";
import { chainOf, factorsOf } from "../term.ts";
import { linear, rule } from "./rule.ts";
import type { Rule } from "./rule.ts";

/** u and w of a product uwᵀ, which is cut where it has one row. */
function outerProduct(e: Expr): readonly [Expr, Expr] | null {
  const factors = factorsOf(e);
  const at = factors.findIndex((f, i) => i > 0 && f.shape[0] === one);
  if (at < 0) return null;
  return [chainOf(factors.slice(0, at)), transposed(chainOf(factors.slice(at)))];
}

export const kroneckerRules: Rule[] = [
  rule("kronecker-of-scalar", kronecker, (_, a, b) =>
    isScalar(a) || isScalar(b) ? scale(...(isScalar(a) ? [a, b] : [b, a])) : null,
  ),
  ...linear(kronecker, 0, kronecker),
  ...linear(kronecker, 1, kronecker),
  rule("kronecker-of-identities", kronecker, (e) =>
    e.args.every((f) => isApply(f, identity)) ? identity(e.shape[0]) : null,
  ),
  ...linear(blockInner, 0, blockInner),
  ...linear(blockSum, 0, blockSum),
  rule("block-inner-of-kronecker", blockInner, (_, g, b, like) => {
    const [p, q] = isApply(g, kronecker) ? g.args : [];
    if (!p || !q || (p.shape !== like.shape && !sameShape(p.shape, like.shape))) return null;
    return sameShape(q.shape, b.shape) ? scale(inner(q, b), p) : null;
  }),
  rule("block-inner-of-identity", blockInner, (_, g, b, like) =>
    isApply(g, identity) && isSquare(b) && isSquare(like)
      ? scale(trace(b), identity(like.shape[0]))
      : null,
  ),
  rule("block-sum-of-kronecker", blockSum, (_, g, a, like) => {
    const [p, q] = isApply(g, kronecker) ? g.args : [];
    if (!p || !q || !sameShape(q.shape, like.shape)) return null;
    return sameShape(p.shape, a.shape) ? scale(inner(p, a), q) : null;
  }),
  rule("block-sum-of-identity", blockSum, (_, g, a, like) =>
    isApply(g, identity) && isSquare(a) && isSquare(like)
      ? scale(trace(a), identity(like.shape[0]))
      : null,
  ),
  rule("block-inner-of-outer-product", blockInner, (_, g, b, like) => {
    // ⟨uᵢwⱼᵀ, B⟩ = (UᵀBW)ᵢⱼ with the blocks of u and w as columns of U and W
    const halves = outerProduct(g);
    if (!halves) return null;
    const [u, w] = halves.map((x, axis) => unstacked(x, [b.shape[axis]!, like.shape[axis]!]));
    return product(transposed(u!), b, w!);
  }),
  rule("block-sum-of-outer-product", blockSum, (_, g, a, like) => {
    // Σ aᵢⱼuᵢwⱼᵀ = UAWᵀ
    const halves = outerProduct(g);
    if (!halves) return null;
    const [u, w] = halves.map((x, axis) => unstacked(x, [like.shape[axis]!, a.shape[axis]!]));
    return product(u!, a, transposed(w!));
  }),
  rule("kronecker-of-ones", kronecker, (e) => (e.args.every(isOnes) ? onesOf(e.shape) : null)),
  rule("kronecker-of-row-and-column", kronecker, (_, a, b) => {
    // aᵀ ⊗ b = baᵀ, a ⊗ bᵀ = abᵀ
    if (isRow(a) && isColumn(b)) return product(b, a);
    return isColumn(a) && isRow(b) ? product(a, b) : null;
  }),
];

export const vecRules: Rule[] = [
  ...linear(vec, 0, vec),
  ...linear(mat, 0, mat),
  rule("vec-of-vector", vec, (_, x) => (isColumn(x) ? x : isRow(x) ? transposed(x) : null)),
  rule("vec-of-mat", vec, (_, x) => (isApply(x, mat) ? x.args[0]! : null)),
  rule("vec-of-outer-product", vec, (_, x) => {
    // vec(abᵀ) = b ⊗ a
    const halves = outerProduct(x);
    return halves && kronecker(halves[1], halves[0]);
  }),
  rule("mat-of-vector", mat, (e, v) => (isColumn(e) ? v : isRow(e) ? transpose(v) : null)),
  rule("mat-of-vec", mat, (e, v) =>
    isApply(v, vec) && sameShape(v.args[0]!.shape, e.shape) ? v.args[0]! : null,
  ),
  rule("mat-of-kronecker-of-vectors", mat, (e, v) => {
    // mat(a ⊗ b) = baᵀ
    if (!isApply(v, kronecker)) return null;
    const [a, b] = v.args as readonly [Expr, Expr];
    return isColumn(a) && b.shape[0] === e.shape[0] ? matmul(b, transpose(a)) : null;
  }),
  rule("mat-of-product", mat, (e, v) => {
    // mat((P ⊗ Q)v) = Q mat(v) Pᵀ, mat(Kv) = mat(v)ᵀ
    if (!isApply(v, matmul)) return null;
    const [first, ...rest] = v.args as readonly [Expr, ...Expr[]];
    const vector = chainOf(rest);
    if (isApply(first, kronecker)) {
      const [p, q] = first.args as readonly [Expr, Expr];
      if (q.shape[0] !== e.shape[0]) return null;
      return product(q, unstacked(vector, [q.shape[1], p.shape[1]]), transposed(p));
    }
    if (!isApply(first, commutation)) return null;
    const [rows, columns] = first.args.map(dimensionOf);
    return columns === e.shape[0] ? transpose(unstacked(vector, [rows!, columns])) : null;
  }),
  rule("mat-of-ones", mat, (e, v) => (isOnes(v) ? onesOf(e.shape) : null)),
  rule("vec-of-sum-with-mat", vec, (_, x) =>
    // vec(mat(v) − B) = v − vec(B)
    isApply(x, add) && x.args.some((t) => isApply(unscaled(t).body, mat))
      ? add(...x.args.map((t) => vec(t)))
      : null,
  ),
  rule("mat-of-sum-with-vec", mat, (e, v) => {
    // mat(vec(A) − b) = A − mat(b)
    const isStacked = (t: Expr): boolean => {
      const { body } = unscaled(t);
      return isApply(body, vec) && sameShape(body.args[0]!.shape, e.shape);
    };
    if (!isApply(v, add) || !v.args.some(isStacked)) return null;
    return add(...v.args.map((t) => unstacked(t, e.shape)));
  }),
  rule("transpose-of-commutation", transpose, (_, x) =>
    isApply(x, commutation) ? commutation(x.args[1]!, x.args[0]!) : null,
  ),
  rule("commutation-of-vectors", commutation, (e, rows, columns) =>
    dimensionOf(rows) === one || dimensionOf(columns) === one ? identity(e.shape[0]) : null,
  ),
];

/** What stands side by side in a product: (P ⊗ Q)vec(X) = vec(QXPᵀ), vec(A)ᵀvec(B) = tr(AᵀB) … */
export function stackedPair(a: Expr, b: Expr): Expr | undefined {
  if (isApply(a, kronecker) && isApply(b, kronecker)) return mixedProduct(a.args, b.args);
  // A(rᵀ ⊗ B) = rᵀ ⊗ AB, (c ⊗ B)A = c ⊗ BA
  if (isApply(b, kronecker) && isRow(b.args[0]!) && !isApply(a, kronecker) && !isRow(a))
    return kronecker(b.args[0]!, product(a, b.args[1]!));
  if (
    isApply(a, kronecker) &&
    isColumn(a.args[0]!) &&
    !isColumn(b) &&
    !isRow(b) &&
    !isApply(b, kronecker)
  )
    return kronecker(a.args[0]!, product(a.args[1]!, b));
  if (isApply(a, transpose) && isApply(a.args[0]!, vec)) {
    if (isApply(b, vec) && sameShape(a.args[0].args[0]!.shape, b.args[0]!.shape))
      return inner(a.args[0].args[0]!, b.args[0]!);
    const turned =
      isColumn(b) && !isApply(b, kronecker) ? undefined : stackedPair(transposed(b), a.args[0]);
    return turned && transpose(turned);
  }
  if (isApply(b, vec)) {
    const [x] = b.args as readonly [Expr];
    if (isOnes(a) && isRow(a)) return product(transpose(ones(x.shape[0])), x, ones(x.shape[1]));
    if (isApply(a, kronecker)) {
      const [p, q] = a.args as readonly [Expr, Expr];
      return p.shape[1] === x.shape[1] ? vec(product(q, x, transposed(p))) : undefined;
    }
    const sizes = isApply(a, commutation) ? a.args.map(dimensionOf) : null;
    if (sizes && sizes[0] === x.shape[0] && sizes[1] === x.shape[1]) return vec(transpose(x));
  }
  if (isApply(a, commutation) && isApply(b, commutation))
    return a.args[0] === b.args[1] && a.args[1] === b.args[0]
      ? identity(multiplied(dimensionOf(a.args[0]!)!, dimensionOf(a.args[1]!)!))
      : undefined;
  return undefined;
}

/** (A ⊗ B)(C ⊗ D) = AC ⊗ BD. */
function mixedProduct(left: readonly Expr[], right: readonly Expr[]): Expr | undefined {
  const [a, b, c, d] = [...left, ...right] as [Expr, Expr, Expr, Expr];
  if (a.shape[1] !== c.shape[0] || b.shape[1] !== d.shape[0]) return undefined;
  return kronecker(product(a, c), product(b, d));
}

/** @file Rules for diagonals, Kronecker products and the functions of rows. */

import { one } from "../../expr/dimension.ts";
import { isApply, isScalar, isSquare, unit } from "../../expr/expr.ts";
import type { Expr } from "../../expr/expr.ts";
import {
  hadamard,
  identity,
  inner,
  matmul,
  ones,
  product,
  scale,
  trace,
  transpose,
} from "../../ops/arithmetic.ts";
import { logsumexp, softmax } from "../../ops/rowwise.ts";
import {
  blockInner,
  blockSum,
  diagonalMatrix,
  diagonalPart,
  diagonalVector,
  kronecker,
} from "../../ops/structure.ts";
import { linear, rule } from "./rule.ts";
import type { Rule } from "./rule.ts";

export const structureRules: Rule[] = [
  ...linear(diagonalMatrix, 0, diagonalMatrix),
  ...linear(diagonalVector, 0, diagonalVector),
  rule("diagonal-part-is-hadamard", diagonalPart, (_, x) => hadamard(x, identity(x.shape[0]))),
  rule("diagonal-matrix-of-scalar", diagonalMatrix, (_, x) => (isScalar(x) ? x : null)),
  rule("diagonal-matrix-of-ones", diagonalMatrix, (_, x) =>
    isApply(x, ones) ? identity(x.shape[0]) : null,
  ),
  rule("diagonal-matrix-of-diagonal", diagonalMatrix, (_, x) =>
    isApply(x, diagonalVector) ? hadamard(x.args[0]!, identity(x.shape[0])) : null,
  ),
  rule("diagonal-of-scalar", diagonalVector, (_, x) => (isScalar(x) ? x : null)),
  rule("diagonal-of-diagonal-matrix", diagonalVector, (_, x) =>
    isApply(x, diagonalMatrix) ? x.args[0]! : null,
  ),
  rule("diagonal-of-identity", diagonalVector, (_, x) =>
    isApply(x, identity) ? ones(x.shape[0]) : null,
  ),
  rule("diagonal-of-transpose", diagonalVector, (_, x) =>
    isApply(x, transpose) ? diagonalVector(x.args[0]!) : null,
  ),
  rule("diagonal-of-outer-product", diagonalVector, (_, x) => {
    // diag(xyᵀ) = x ⊙ y
    if (!isApply(x, matmul)) return null;
    const at = x.args.findIndex((f, i) => i > 0 && f.shape[0] === one);
    if (at < 0) return null;
    return hadamard(product(...x.args.slice(0, at)), transpose(product(...x.args.slice(at))));
  }),
  rule("diagonal-of-hadamard", diagonalVector, (_, x) =>
    isApply(x, hadamard) ? hadamard(...x.args.map((f) => diagonalVector(f))) : null,
  ),
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
    if (!p || !q || (p.shape !== like.shape && !equalShapes(p, like))) return null;
    return equalShapes(q, b) ? scale(inner(q, b), p) : null;
  }),
  rule("block-inner-of-identity", blockInner, (_, g, b, like) =>
    isApply(g, identity) && isSquare(b) && isSquare(like)
      ? scale(trace(b), identity(like.shape[0]))
      : null,
  ),
  rule("block-sum-of-kronecker", blockSum, (_, g, a, like) => {
    const [p, q] = isApply(g, kronecker) ? g.args : [];
    if (!p || !q || !equalShapes(q, like)) return null;
    return equalShapes(p, a) ? scale(inner(p, a), q) : null;
  }),
  rule("block-sum-of-identity", blockSum, (_, g, a, like) =>
    isApply(g, identity) && isSquare(a) && isSquare(like)
      ? scale(trace(a), identity(like.shape[0]))
      : null,
  ),
  rule("softmax-of-scalar", softmax, (e) =>
    e.shape[1] === one && e.shape[0] === one ? unit : null,
  ),
  rule("logsumexp-of-scalar", logsumexp, (_, x) => (isScalar(x) ? x : null)),
];

const equalShapes = (a: Expr, b: Expr): boolean =>
  a.shape[0] === b.shape[0] && a.shape[1] === b.shape[1];

/** @file Rules for diagonals and the functions of rows. */

import { one } from "../../expr/dimension.ts";
import { isApply, isScalar, unit } from "../../expr/expr.ts";
import { hadamard, identity, matmul, ones, product, transpose } from "../../ops/arithmetic.ts";
import { indexOfUnitVector } from "../../ops/indexing.ts";
import { logsumexp, softmax } from "../../ops/rowwise.ts";
import { diagonalMatrix, diagonalPart, diagonalVector } from "../../ops/structure.ts";
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
  rule("diagonal-matrix-of-unit-vector", diagonalMatrix, (_, x) =>
    indexOfUnitVector(x) ? matmul(x, transpose(x)) : null,
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
  rule("diagonal-of-product-with-diagonal", diagonalVector, (_, x) => {
    // diag(A diag(v)) = diag(A) ⊙ v, diag(diag(u)A) = u ⊙ diag(A)
    if (!isApply(x, matmul)) return null;
    const [first, last] = [x.args[0]!, x.args.at(-1)!];
    if (isApply(last, diagonalMatrix))
      return hadamard(diagonalVector(product(...x.args.slice(0, -1))), last.args[0]!);
    if (!isApply(first, diagonalMatrix)) return null;
    return hadamard(first.args[0]!, diagonalVector(product(...x.args.slice(1))));
  }),
  rule("diagonal-of-hadamard", diagonalVector, (_, x) =>
    isApply(x, hadamard) ? hadamard(...x.args.map((f) => diagonalVector(f))) : null,
  ),
  rule("softmax-of-scalar", softmax, (e) =>
    e.shape[1] === one && e.shape[0] === one ? unit : null,
  ),
  rule("logsumexp-of-scalar", logsumexp, (_, x) => (isScalar(x) ? x : null)),
];

/** @file Diagonals and Kronecker products. */

import type { Notation } from "../expr/op.ts";
import { property } from "../expr/properties.ts";
import { hadamard, identity } from "./arithmetic.ts";
import type { Derived, Primitive } from "./core.ts";
import { call, derived, primitive, sign, total } from "./core.ts";

const { symmetric, diagonal, posdef, psd, positive, nonnegative, invertible, orthogonal, integer } =
  property;

/** The diagonal matrix with the entries of a vector. */
export const diagonalMatrix: Primitive = primitive("diagonalMatrix", {
  signature: "n×1 → n×n",
  notation: call("diag"),
  pullback: (g) => [diagonalVector(g)],
  value: (m, x) =>
    m.matrix(m.rows(x), m.rows(x), (i, j) => (i === j ? m.entry(x, i, 0) : m.number(0))),
  properties: ([x]) =>
    diagonal |
    (x!.properties & (nonnegative | integer)) |
    (x!.properties & positive ? posdef : x!.properties & nonnegative ? psd : 0),
});

/** The diagonal of a square matrix as a vector. */
export const diagonalVector: Primitive = primitive("diagonalVector", {
  signature: "n×n → n×1",
  notation: call("diag"),
  pullback: (g) => [diagonalMatrix(g)],
  value: (m, x) => m.matrix(m.rows(x), 1, (i) => m.entry(x, i, i)),
  properties: ([x]) =>
    (x!.properties & (nonnegative | positive | integer)) |
    (x!.properties & posdef ? positive : x!.properties & psd ? nonnegative : 0),
});

/** A square matrix with everything off the diagonal set to 0. */
export const diagonalPart: Derived = derived("diagonalPart", {
  signature: "n×n → n×n",
  notation: call("Diag"),
  spellings: ["Diag"],
  pullback: (g) => [diagonalPart(g)],
  expand: (x) => hadamard(x, identity(x.shape[0])),
  properties: ([x]) => diagonal | (x!.properties & (posdef | psd | nonnegative)),
});

/** A ⊗ B: the blocks aᵢⱼB. */
export const kronecker: Primitive = primitive("kronecker", {
  signature: "m×n, p×q → mp×nq",
  notation: { kind: "infix", level: "kronecker", symbol: sign("⊗", "kron", "\\otimes") },
  spellings: ["kron"],
  // ⟨G, dA ⊗ B⟩ = Σ daᵢⱼ ⟨Gᵢⱼ, B⟩ over the blocks Gᵢⱼ of G
  pullback: (g, _y, a, b) => [blockInner(g, b, a), blockSum(g, a, b)],
  value: (m, a, b) => m.kronecker(a, b),
  properties: ([a, b]) =>
    a!.properties &
    b!.properties &
    (symmetric |
      diagonal |
      posdef |
      psd |
      positive |
      nonnegative |
      invertible |
      orthogonal |
      integer),
});

const overBlocks: Notation = { kind: "none", needs: "sums over the blocks of a matrix" };

/** The matrix of ⟨Gᵢⱼ, B⟩ over the blocks of G; the third argument gives the shape. */
export const blockInner: Primitive = primitive("blockInner", {
  signature: "mp×nq, p×q, m×n → m×n",
  shape: (args) => (args.length === 3 ? args[2]!.shape : null),
  notation: overBlocks,
  pullback: (g, _y, big, b) => [kronecker(g, b), blockSum(big, g, b), null],
  value: (m, big, b, like) =>
    m.matrix(m.rows(like), m.columns(like), (i, j) =>
      total(m, m.rows(b), m.columns(b), (k, l) =>
        m.times(m.entry(big, i * m.rows(b) + k, j * m.columns(b) + l), m.entry(b, k, l)),
      ),
    ),
});

/** Σᵢⱼ aᵢⱼGᵢⱼ over the blocks of G; the third argument gives the shape. */
export const blockSum: Primitive = primitive("blockSum", {
  signature: "mp×nq, m×n, p×q → p×q",
  shape: (args) => (args.length === 3 ? args[2]!.shape : null),
  notation: overBlocks,
  pullback: (g, _y, big, a) => [kronecker(a, g), blockInner(big, g, a), null],
  value: (m, big, a, like) =>
    m.matrix(m.rows(like), m.columns(like), (k, l) =>
      total(m, m.rows(a), m.columns(a), (i, j) =>
        m.times(m.entry(big, i * m.rows(like) + k, j * m.columns(like) + l), m.entry(a, i, j)),
      ),
    ),
});

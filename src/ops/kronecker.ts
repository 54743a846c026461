/** @file Kronecker products, and what goes with them: vec, its inverse, the commutation matrix. */

import type { Dimension, Shape } from "../expr/dimension.ts";
import { dimension, multiplied } from "../expr/dimension.ts";
import type { Expr } from "../expr/expr.ts";
import { isApply, isColumn, isRow, isScalar, two } from "../expr/expr.ts";
import { property } from "../expr/properties.ts";
import { isInteger } from "../expr/rational.ts";
import { identity, product, scale, transpose, transposed } from "./arithmetic.ts";
import type { Derived, Primitive } from "./core.ts";
import { call, derived, primitive, sign, total } from "./core.ts";
import { power } from "./elementwise.ts";
import { sizeOf } from "./reduce.ts";

const { symmetric, diagonal, posdef, psd, positive, nonnegative, invertible, orthogonal, integer } =
  property;

/** The dimension that a scalar is the size of; null where it is none. */
export function dimensionOf(size: Expr): Dimension | null {
  if (size.kind === "num")
    return isInteger(size.value) && size.value.numerator > 0n
      ? dimension(Number(size.value.numerator))
      : null;
  if (size.kind === "sym") return size.role === "dimension" ? dimension(size.name) : null;
  if (isApply(size, power) && size.args[1] === two) {
    const base = dimensionOf(size.args[0]!);
    return base && multiplied(base, base);
  }
  if (!isApply(size, scale)) return null;
  return size.args
    .map(dimensionOf)
    .reduce((a, b) => (a === null || b === null ? null : multiplied(a, b)));
}

/** The columns of a matrix one below the other. */
export const vec: Primitive = primitive("vec", {
  signature: "m×n → mn×1",
  multipliesSizes: true,
  notation: call("vec"),
  spellings: ["vec"],
  pullback: (g, _y, x) => [unstacked(g, x.shape)],
  value: (m, x) =>
    m.matrix(m.rows(x) * m.columns(x), 1, (i) =>
      m.entry(x, i % m.rows(x), Math.floor(i / m.rows(x))),
    ),
  properties: ([x]) => x!.properties & (positive | nonnegative | integer),
});

/** mat(v, m, n): the m×n matrix whose vec is v. */
export const mat: Primitive = primitive("mat", {
  signature: "mn×1, 1×1, 1×1 → m×n",
  multipliesSizes: true,
  shape: ([v, ...sizes]) => {
    const [rows, columns] = sizes.map(dimensionOf);
    const fits = rows && columns && isColumn(v!) && v!.shape[0] === multiplied(rows, columns);
    return fits ? [rows, columns] : null;
  },
  notation: call("mat"),
  spellings: ["mat"],
  pullback: (g) => [vec(g), null, null],
  value: (m, v, rows, columns) => {
    const count = (size: unknown): number => Math.round(m.real(m.entry(size, 0, 0)));
    return m.matrix(count(rows), count(columns), (i, j) => m.entry(v, j * count(rows) + i, 0));
  },
  properties: ([v]) => v!.properties & (positive | nonnegative | integer),
});

/** The matrix of that shape whose vec is v; v itself where it is a column. */
export const unstacked = (v: Expr, [rows, columns]: Shape): Expr =>
  isColumn(v) && v.shape[0] === rows ? v : mat(v, sizeOf(rows), sizeOf(columns));

/** commutation(m, n)·vec(A) = vec(Aᵀ) for A m×n. */
export const commutation: Primitive = primitive("commutation", {
  signature: "1×1, 1×1 → mn×mn",
  multipliesSizes: true,
  shape: (sizes) => {
    const [rows, columns] = sizes.map(dimensionOf);
    if (!rows || !columns || sizes.length !== 2) return null;
    return [multiplied(rows, columns), multiplied(rows, columns)];
  },
  notation: call("commutation"),
  spellings: ["commutation"],
  pullback: () => [null, null],
  value: (m, rows, columns) => {
    const [r, c] = [rows, columns].map((size) => Math.round(m.real(m.entry(size, 0, 0))));
    // Entry (i, j) of A stands in row jr + i of vec(A), and in row ic + j of vec(Aᵀ).
    return m.matrix(r! * c!, r! * c!, (at, from) =>
      m.number(at === (from % r!) * c! + Math.floor(from / r!) ? 1 : 0),
    );
  },
  properties: () => orthogonal | nonnegative | integer,
});

const commuting = (rows: Dimension, columns: Dimension): Expr =>
  commutation(sizeOf(rows), sizeOf(columns));

/** A ⊗ B: the blocks aᵢⱼB. */
export const kronecker: Primitive = primitive("kronecker", {
  called: "Kronecker product",
  signature: "m×n, p×q → mp×nq",
  multipliesSizes: true,
  notation: { kind: "infix", level: "kronecker", symbol: sign("⊗", "kron", "\\otimes") },
  multilinear: true,
  spellings: ["kron"],
  // ⟨G, dA ⊗ B⟩ = Σ daᵢⱼ ⟨Gᵢⱼ, B⟩ over the blocks Gᵢⱼ of G
  pullback: (g, _y, a, b) => [byLeft(g, a, b), byRight(g, a, b)],
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

/** The cotangent of a in a ⊗ b, without sums over blocks where one of them is a vector. */
function byLeft(g: Expr, a: Expr, b: Expr): Expr {
  if (isRow(a) && !isScalar(a)) return flipped(byLeft, g, a, b);
  // a ⊗ b = vec(baᵀ)
  if (isColumn(a) && isColumn(b))
    return product(transposed(unstacked(g, [b.shape[0], a.shape[0]])), b);
  // A ⊗ b = (I ⊗ b)A, A ⊗ bᵀ = A(I ⊗ bᵀ)
  if (isColumn(b)) return product(kronecker(identity(a.shape[0]), transpose(b)), g);
  if (isRow(b)) return product(g, kronecker(identity(a.shape[1]), transposed(b)));
  // a ⊗ B = K(B ⊗ a) with K a commutation matrix
  if (isColumn(a)) return byRight(product(commuting(b.shape[0], a.shape[0]), g), b, a);
  return blockInner(g, b, a);
}

/** The cotangent of b in a ⊗ b. */
function byRight(g: Expr, a: Expr, b: Expr): Expr {
  if (isRow(b) && !isScalar(b)) return flipped(byRight, g, a, b);
  if (isColumn(a) && isColumn(b)) return product(unstacked(g, [b.shape[0], a.shape[0]]), a);
  // a ⊗ B = (a ⊗ I)B, aᵀ ⊗ B = B(aᵀ ⊗ I)
  if (isColumn(a)) return product(kronecker(transpose(a), identity(b.shape[0])), g);
  if (isRow(a)) return product(g, kronecker(transposed(a), identity(b.shape[1])));
  // vec(A ⊗ b) = vec(A) ⊗ b
  if (isColumn(b)) return product(unstacked(vec(g), [b.shape[0], multiplied(...a.shape)]), vec(a));
  return blockSum(g, a, b);
}

type Cotangent = (g: Expr, a: Expr, b: Expr) => Expr;

/** By way of the transposes: (a ⊗ b)ᵀ = aᵀ ⊗ bᵀ. */
const flipped = (by: Cotangent, g: Expr, a: Expr, b: Expr): Expr =>
  transpose(by(transposed(g), transposed(a), transposed(b)));

/**
 * vec(A)·vec(B)ᵀ reads vec(A ⊗ B) in another order: vec(A ⊗ B) = (I ⊗ K ⊗ I)(vec(A) ⊗ vec(B))
 * (Magnus & Neudecker, 3.7). Of G in place of A ⊗ B, for A m×n and B p×q, its transpose.
 */
function rearranged(g: Expr, [m, n]: Shape, [p, q]: Shape): Expr {
  const middle = kronecker(kronecker(identity(n), commuting(m, q)), identity(p));
  return mat(product(middle, vec(g)), sizeOf(multiplied(p, q)), sizeOf(multiplied(m, n)));
}

/** The matrix of ⟨Gᵢⱼ, B⟩ over the blocks of G; the third argument gives the shape. */
export const blockInner: Derived = derived("blockInner", {
  called: "inner products of blocks",
  signature: "mp×nq, p×q, m×n → m×n",
  multipliesSizes: true,
  shape: (args) => (args.length === 3 ? args[2]!.shape : null),
  notation: { kind: "expanded" },
  expand: (big, b, like) =>
    unstacked(product(transpose(rearranged(big, like.shape, b.shape)), vec(b)), like.shape),
  pullback: (g, _y, big, b) => [kronecker(g, b), blockSum(big, g, b), null],
  value: (m, big, b, like) =>
    m.matrix(m.rows(like), m.columns(like), (i, j) =>
      total(m, m.rows(b), m.columns(b), (k, l) =>
        m.times(m.entry(big, i * m.rows(b) + k, j * m.columns(b) + l), m.entry(b, k, l)),
      ),
    ),
});

/** Σᵢⱼ aᵢⱼGᵢⱼ over the blocks of G; the third argument gives the shape. */
export const blockSum: Derived = derived("blockSum", {
  called: "sum of blocks",
  signature: "mp×nq, m×n, p×q → p×q",
  multipliesSizes: true,
  shape: (args) => (args.length === 3 ? args[2]!.shape : null),
  notation: { kind: "expanded" },
  expand: (big, a, like) =>
    unstacked(product(rearranged(big, a.shape, like.shape), vec(a)), like.shape),
  pullback: (g, _y, big, a) => [kronecker(a, g), blockInner(big, g, a), null],
  value: (m, big, a, like) =>
    m.matrix(m.rows(like), m.columns(like), (k, l) =>
      total(m, m.rows(a), m.columns(a), (i, j) =>
        m.times(m.entry(big, i * m.rows(like) + k, j * m.columns(like) + l), m.entry(a, i, j)),
      ),
    ),
});

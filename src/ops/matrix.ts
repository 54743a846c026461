/** @file Square matrices: inverse, determinant, whole powers. */

import type { Expr } from "../expr/expr.ts";
import { num } from "../expr/expr.ts";
import type { Arithmetic, Value } from "../expr/op.ts";
import { has, property } from "../expr/properties.ts";
import { isInteger } from "../expr/rational.ts";
import { add, identity, negate, product, scale, transposed } from "./arithmetic.ts";
import { log } from "./elementwise.ts";
import type { Derived, Primitive } from "./core.ts";
import { call, derived, primitive } from "./core.ts";

const { symmetric, skew, posdef, diagonal, orthogonal, invertible, positive } = property;

/**
 * det X over the product of the lengths of its rows, its n-th root: ±1 where they are orthogonal, 0 where
 * X is singular, and of one size for random matrices of any n.
 */
function orthogonality(m: Arithmetic, x: Value): number {
  let lengths = 1;
  for (let i = 0; i < m.rows(x); i++) {
    let square = 0;
    for (let j = 0; j < m.columns(x); j++) square += m.real(m.entry(x, i, j)) ** 2;
    lengths *= Math.sqrt(square);
  }
  const ratio = lengths === 0 ? 0 : m.real(m.determinant(x)) / lengths;
  return Math.sign(ratio) * Math.abs(ratio) ** (1 / m.rows(x));
}

/** How far from singular a drawn matrix must be, as its `orthogonality`. */
const regular = 0.05;

export const inverse: Primitive = primitive("inverse", {
  signature: "n×n → n×n",
  notation: { kind: "inverse" },
  spellings: ["inv"],
  // dY = −Y dX Y (Giles 2008, 2.2.3)
  pullback: (g, y) => [negate(product(transposed(y), g, transposed(y)))],
  value: (m, x) => m.inverse(x),
  properties: ([x]) =>
    invertible | (x!.properties & (symmetric | skew | posdef | diagonal | orthogonal)),
  domain: {
    text: "an invertible matrix",
    holds: (m, x) => Math.abs(orthogonality(m, x)) > regular,
  },
});

export const determinant: Primitive = primitive("determinant", {
  signature: "n×n → 1×1",
  notation: { kind: "call", name: "det", latex: "\\det" },
  spellings: ["det"],
  // d det X = det X tr(X⁻¹ dX) (Matrix Cookbook (46))
  pullback: (g, y, x) => [scale(g, y, transposed(inverse(x)))],
  value: (m, x) => m.determinant(x),
  properties: ([x]) => (has(x!.properties, posdef) ? positive : 0) | (x!.properties & invertible),
});

/** log det X for a matrix with positive determinant. */
export const logdet: Derived = derived("logdet", {
  signature: "n×n → 1×1",
  notation: call("logdet", "\\log\\det"),
  spellings: ["logdet"],
  // d log det X = tr(X⁻¹ dX) (Matrix Cookbook (57))
  pullback: (g, _y, x) => [scale(g, transposed(inverse(x)))],
  expand: (x) => log(determinant(x)),
  domain: {
    text: "a matrix with a positive determinant",
    holds: (m, x) => orthogonality(m, x) > regular,
  },
});

/** The largest whole exponent whose derivative is written out as a sum of products. */
export const largestExponent = 64;

/** A square matrix to a whole power. */
export const matrixPower: Primitive = primitive("matrixPower", {
  signature: "n×n, 1×1 → n×n",
  notation: { kind: "power" },
  // d(Xᵏ) = Σᵢ Xⁱ dX Xᵏ⁻¹⁻ⁱ
  pullback: (g, _y, x, k) => {
    const exponent = wholeExponent(k);
    const base = exponent < 0 ? inverse(x) : x;
    const count = Math.abs(exponent);
    const t = transposed(base);
    const terms = Array.from({ length: count }, (_, i) =>
      product(...repeated(t, i), g, ...repeated(t, count - 1 - i)),
    );
    const flow = terms.length > 1 ? add(...terms) : terms[0]!;
    return [exponent < 0 ? negate(product(t, flow, t)) : flow, null];
  },
  value: (m, x, k) => {
    const exponent = Math.round(m.real(m.entry(k, 0, 0)));
    const base = exponent < 0 ? m.inverse(x) : x;
    let y = base;
    for (let i = 1; i < Math.abs(exponent); i++) y = m.multiply(y, base);
    return exponent === 0 ? m.matrix(m.rows(x), m.rows(x), (i, j) => m.number(i === j ? 1 : 0)) : y;
  },
  properties: ([x, k]) => {
    const of = x!.properties;
    const even = k!.kind === "num" && k!.value.numerator % 2n === 0n;
    return (
      (of & (symmetric | posdef | diagonal | orthogonal | invertible)) |
      (even && has(of, symmetric) ? property.psd : 0)
    );
  },
  domain: {
    text: "an invertible matrix, where the exponent is negative",
    holds: (m, x, k) => m.real(m.entry(k, 0, 0)) >= 0 || Math.abs(orthogonality(m, x)) > regular,
  },
});

const repeated = (x: Expr, count: number): Expr[] => Array.from({ length: count }, () => x);

/** The whole number that an exponent is. */
export function wholeExponent(k: Expr): number {
  if (k.kind !== "num" || !isInteger(k.value)) throw new Error("internal: not a whole exponent");
  return Number(k.value.numerator);
}

/** X⁰ is the identity; every other whole power is itself. */
export const toPower = (x: Expr, k: number): Expr =>
  k === 0 ? identity(x.shape[0]) : k === 1 ? x : matrixPower(x, num(k));

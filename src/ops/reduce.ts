/** @file From matrices to scalars: sums, means, norms. */

import type { Dimension } from "../expr/dimension.ts";
import type { Expr } from "../expr/expr.ts";
import { dimensionSymbol, half, isColumn, isRow, isScalar, num, two } from "../expr/expr.ts";
import { property } from "../expr/properties.ts";
import { rational } from "../expr/rational.ts";
import { inner, matmul, ones, product, scale, transpose } from "./arithmetic.ts";
import type { Derived } from "./core.ts";
import { call, derived, every, margin, sign } from "./core.ts";
import { abs, power, signOf } from "./elementwise.ts";

const { nonnegative } = property;

/** How many entries a dimension counts, as a scalar. */
export function sizeOf(d: Dimension): Expr {
  const factors: Expr[] = d.names.map(dimensionSymbol);
  if (d.coefficient !== 1 || factors.length === 0) factors.unshift(num(d.coefficient));
  return factors.length === 1 ? factors[0]! : scale(...factors);
}

/** 1 over a number of entries. */
const oneOver = (d: Dimension): Expr =>
  d.names.length === 0 ? num(rational(1, d.coefficient)) : power(sizeOf(d), num(-1));

/** A𝟏 and 𝟏ᵀA, and the factor itself where there is nothing to add up. */
const sumAcross = (x: Expr): Expr => (isColumn(x) ? x : matmul(x, ones(x.shape[1])));
const sumDown = (x: Expr): Expr => (isRow(x) ? x : matmul(transpose(ones(x.shape[0])), x));

/** Σ of all entries: 𝟏ᵀA𝟏. */
export const sum: Derived = derived("sum", {
  called: "sum of the entries",
  signature: "m×n → 1×1",
  notation: call("sum"),
  spellings: ["sum"],
  pullback: (g, _y, x) => [
    product(
      ...(isRow(x) ? [] : [ones(x.shape[0])]),
      g,
      ...(isColumn(x) ? [] : [transpose(ones(x.shape[1]))]),
    ),
  ],
  expand: (x) =>
    isScalar(x)
      ? x
      : product(
          ...(isRow(x) ? [] : [transpose(ones(x.shape[0]))]),
          x,
          ...(isColumn(x) ? [] : [ones(x.shape[1])]),
        ),
  properties: ([x]) => x!.properties & (nonnegative | property.positive | property.integer),
});

export const mean: Derived = derived("mean", {
  called: "mean of the entries",
  signature: "m×n → 1×1",
  notation: call("mean"),
  spellings: ["mean"],
  pullback: (g, _y, x) => sum.pullback(scale(oneOver(x.shape[0]), oneOver(x.shape[1]), g), g, x),
  expand: (x) => scale(oneOver(x.shape[0]), oneOver(x.shape[1]), sum(x)),
  properties: ([x]) => x!.properties & (nonnegative | property.positive),
});

/** A𝟏: the sums of the rows. */
export const rowsum: Derived = derived("rowsum", {
  called: "sums of the rows",
  signature: "m×n → m×1",
  notation: call("rowsum"),
  spellings: ["rowsum"],
  pullback: (g, _y, x) => [isColumn(x) ? g : product(g, transpose(ones(x.shape[1])))],
  expand: (x) => sumAcross(x),
});

/** 𝟏ᵀA: the sums of the columns. */
export const colsum: Derived = derived("colsum", {
  called: "sums of the columns",
  signature: "m×n → 1×n",
  notation: call("colsum"),
  spellings: ["colsum"],
  pullback: (g, _y, x) => [isRow(x) ? g : product(ones(x.shape[0]), g)],
  expand: (x) => sumDown(x),
});

export const rowmean: Derived = derived("rowmean", {
  called: "means of the rows",
  signature: "m×n → m×1",
  notation: call("rowmean"),
  spellings: ["rowmean"],
  pullback: (g, _y, x) => rowsum.pullback(scale(oneOver(x.shape[1]), g), g, x),
  expand: (x) => scale(oneOver(x.shape[1]), sumAcross(x)),
});

export const colmean: Derived = derived("colmean", {
  called: "means of the columns",
  signature: "m×n → 1×n",
  notation: call("colmean"),
  spellings: ["colmean"],
  pullback: (g, _y, x) => colsum.pullback(scale(oneOver(x.shape[0]), g), g, x),
  expand: (x) => scale(oneOver(x.shape[0]), sumDown(x)),
});

/** ‖x‖²: the sum of the squares of all entries, xᵀx or tr(XᵀX). */
export const squaredNorm: Derived = derived("squaredNorm", {
  called: "squared norm",
  signature: "m×n → 1×1",
  notation: {
    kind: "bars",
    open: sign("‖", "||", "\\lVert "),
    close: sign("‖²", "||^2", " \\rVert^2"),
    matrixClose: sign("‖_F²", "||_F^2", " \\rVert_F^2"),
    powered: true,
  },
  pullback: (g, _y, x) => [scale(two, g, x)],
  expand: (x) => inner(x, x),
  properties: () => nonnegative,
});

/** The Euclidean norm of a vector, the Frobenius norm of a matrix. */
export const norm: Derived = derived("norm", {
  signature: "m×n → 1×1",
  notation: {
    kind: "bars",
    open: sign("‖", "||", "\\lVert "),
    close: sign("‖", "||", " \\rVert"),
    matrixClose: sign("‖_F", "||_F", " \\rVert_F"),
  },
  // d‖x‖ = xᵀdx/‖x‖
  pullback: (g, y, x) => [scale(g, power(y, num(-1)), x)],
  expand: (x) => power(squaredNorm(x), half),
  properties: () => nonnegative,
  smooth: {
    text: "the norm has no derivative at 0",
    holds: (m, x) => !every(m, x, (entry) => Math.abs(entry) < margin),
  },
});

/** ‖x‖₁ of a vector: the sum of the absolute values. */
export const norm1: Derived = derived("norm1", {
  called: "ℓ₁ norm",
  signature: "n×1 → 1×1",
  notation: {
    kind: "bars",
    open: sign("‖", "||", "\\lVert "),
    close: sign("‖₁", "||_1", " \\rVert_1"),
  },
  pullback: (g, _y, x) => [scale(g, signOf(x))],
  expand: (x) => inner(ones(x.shape[0]), abs(x)),
  properties: () => nonnegative,
  smooth: {
    text: "sign(0) = 0, so that the derivative of ‖x‖₁ is taken as 0 where an entry is 0",
    holds: (m, x) => every(m, x, (entry) => Math.abs(entry) > margin),
  },
});

/** @file Norms besides the Euclidean: of the largest entry, row or column, nuclear, spectral. */

import { errors } from "../diagnostics/errors.ts";
import type { Expr } from "../expr/expr.ts";
import { half, isColumn, isRow, num } from "../expr/expr.ts";
import type { Arithmetic, Notation, Value } from "../expr/op.ts";
import { property } from "../expr/properties.ts";
import { rational } from "../expr/rational.ts";
import {
  add,
  entrywiseProduct,
  matmul,
  negate,
  ones,
  product,
  scale,
  trace,
  transpose,
  transposed,
} from "./arithmetic.ts";
import type { Derived, Primitive } from "./core.ts";
import { derived, primitive, sign } from "./core.ts";
import { abs, signOf } from "./elementwise.ts";
import { equalToZero } from "./indicators.ts";
import { definitePower } from "./matrix.ts";
import * as reduce from "./reduce.ts";
import { diagonalMatrix } from "./structure.ts";

const { nonnegative } = property;

const barsWith = (unicode: string, ascii: string, latex: string): Notation => ({
  kind: "bars",
  open: sign("‖", "||", "\\lVert "),
  close: sign(`‖${unicode}`, `||_${ascii}`, ` \\rVert_${latex}`),
});

/** `[x = c]`, where x has c as its largest entry. */
const whereLargest = (x: Expr, c: Expr): Expr =>
  equalToZero(add(x, negate(scale(c, ones(x.shape[0])))));

/** How far the largest entry must be above the others. */
const lead = 1e-2;

/** Whether one entry is larger than the others by more than a step of differences. */
function hasLargest(entries: readonly number[]): boolean {
  const [first = 0, second = 0] = entries.toSorted((a, b) => b - a);
  return first > lead && first - second > lead;
}

const entriesOf = (m: Arithmetic, x: Value): number[][] =>
  Array.from({ length: m.rows(x) }, (_, i) =>
    Array.from({ length: m.columns(x) }, (_unused, j) => Math.abs(m.real(m.entry(x, i, j)))),
  );

const total = (row: readonly number[]): number => row.reduce((a, b) => a + b, 0);

/** ‖x‖_∞ of a vector: the largest absolute value. */
export const maximumNorm: Primitive = primitive("maximumNorm", {
  called: "maximum norm",
  signature: "n×1 → 1×1",
  notation: barsWith("_∞", "inf", "\\infty"),
  // d|x_k| = sign(x_k) dx_k for the k of the largest
  pullback: (g, y, x) => [scale(g, entrywiseProduct(signOf(x), whereLargest(abs(x), y)))],
  value: (m, x) => {
    let largest = m.number(0);
    for (let i = 0; i < m.rows(x); i++) {
      const entry = abs.value(m, m.entry(x, i, 0));
      if (m.real(entry) > m.real(largest)) largest = entry;
    }
    return largest;
  },
  properties: () => nonnegative,
  smooth: {
    text: "‖x‖_∞ has a derivative where one entry is the largest; where several are, each is taken for it",
    holds: (m, x) => hasLargest(entriesOf(m, x).flat()),
  },
});

/** ‖A‖_∞: the largest sum of the absolute values of a row. */
export const rowSumNorm: Derived = derived("rowSumNorm", {
  called: "largest row sum",
  signature: "m×n → 1×1",
  notation: barsWith("_∞", "inf", "\\infty"),
  pullback: (g, y, x) => [
    product(g, diagonalMatrix(whereLargest(reduce.rowsum(abs(x)), y)), signOf(x)),
  ],
  expand: (x) => maximumNorm(reduce.rowsum(abs(x))),
  properties: () => nonnegative,
  smooth: {
    text: "‖A‖_∞ has a derivative where one row has the largest sum, and no entry is 0",
    holds: (m, x) => {
      const rows = entriesOf(m, x);
      return hasLargest(rows.map(total)) && rows.flat().every((entry) => entry > lead);
    },
  },
});

/** ‖A‖₁: the largest sum of the absolute values of a column. */
export const columnSumNorm: Derived = derived("columnSumNorm", {
  called: "largest column sum",
  signature: "m×n → 1×1",
  notation: barsWith("₁", "1", "1"),
  pullback: (g, y, x) => [
    product(g, signOf(x), diagonalMatrix(whereLargest(columnSums(abs(x)), y))),
  ],
  expand: (x) => maximumNorm(columnSums(abs(x))),
  properties: () => nonnegative,
  smooth: {
    text: "‖A‖₁ has a derivative where one column has the largest sum, and no entry is 0",
    holds: (m, x) => {
      const columns = entriesOf(m, m.transpose(x));
      return hasLargest(columns.map(total)) && columns.flat().every((entry) => entry > lead);
    },
  },
});

/** The sums of the columns as a column. */
const columnSums = (x: Expr): Expr => matmul(transpose(x), ones(x.shape[0]));

/** How far from 0 singular values must be for the derivative of their sum. */
const leastSingular = 0.2;

/** ‖A‖_*: the sum of the singular values, for a matrix with no more columns than rows. */
export const nuclearOfTall: Derived = derived("nuclearOfTall", {
  called: "nuclear norm",
  signature: "m×n → 1×1",
  notation: barsWith("_*", "*", "*"),
  // d‖A‖_* = ⟨UVᵀ, dA⟩ with A = USVᵀ, and UVᵀ = A(AᵀA)^{−½} where the rank is that of the columns
  pullback: (g, _y, x) => [product(g, x, definitePower(gram(x), num(rational(-1, 2))))],
  expand: (x) => trace(definitePower(gram(x), half)),
  properties: () => nonnegative,
  inexactComplex: true,
  smooth: {
    text: "‖A‖_* is derived where A has full column rank (full row rank, where its sizes are numbers with fewer rows)",
    holds: (m, x) =>
      m.eigenvalues(m.multiply(m.transpose(x), x)).every((square) => square > leastSingular ** 2),
  },
});

const gram = (x: Expr): Expr => product(transposed(x), x);

/** ‖A‖₂: the largest singular value. */
export const spectralNorm: Primitive = primitive("spectralNorm", {
  called: "spectral norm",
  signature: "m×n → 1×1",
  notation: barsWith("₂", "2", "2"),
  pullback: () => [
    errors.noClosedForm(
      "the spectral norm ‖·‖₂ of a matrix",
      "the singular vectors of its largest singular value",
      "‖·‖_F is the Frobenius norm",
    ),
  ],
  value: (m, x) => {
    const largest = Math.max(0, ...m.eigenvalues(m.multiply(m.transpose(x), x)));
    const root = Math.sqrt(largest);
    return m.measured ? m.measured(root) : m.number(root);
  },
  properties: () => nonnegative,
  inexactComplex: true,
});

/** ‖A‖_* of any matrix: that of the transpose where the sizes are numbers and there are fewer rows. */
export function nuclear(x: Expr): Expr {
  const [rows, columns] = x.shape;
  const areNumbers = rows.names.length === 0 && columns.names.length === 0;
  return nuclearOfTall(areNumbers && rows.coefficient < columns.coefficient ? transposed(x) : x);
}

type NormKind = "1" | "2" | "∞" | "*";

/** The norms of columns and of matrices. */
const norms: Readonly<Record<NormKind, readonly [(x: Expr) => Expr, (x: Expr) => Expr]>> = {
  "1": [reduce.norm1, columnSumNorm],
  "2": [reduce.norm, spectralNorm],
  "∞": [maximumNorm, rowSumNorm],
  "*": [reduce.norm, nuclear],
};

export const isNormKind = (kind: string): kind is NormKind => Object.hasOwn(norms, kind);

/** The norm with that subscript. */
export function normOfKind(kind: NormKind, x: Expr): Expr {
  const [ofColumn, ofMatrix] = norms[kind];
  return isColumn(x) ? ofColumn(x) : isRow(x) ? ofColumn(transposed(x)) : ofMatrix(x);
}

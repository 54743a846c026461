/** @file Softmax and its kin: on a column over its entries, on any other matrix row by row. */

import type { Expr } from "../expr/expr.ts";
import { isColumn, num } from "../expr/expr.ts";
import type { Arithmetic, Scalar, Value } from "../expr/op.ts";
import { property } from "../expr/properties.ts";
import { one } from "../expr/dimension.ts";
import {
  add,
  entrywiseProduct,
  hadamard,
  inner,
  matmul,
  negate,
  ones,
  product,
  scale,
  transpose,
} from "./arithmetic.ts";
import type { Derived } from "./core.ts";
import { call, derived } from "./core.ts";
import { exp, log, power } from "./elementwise.ts";
import { diagonalMatrix } from "./structure.ts";

/** Σ along a row, put back in every entry of the row: X𝟏𝟏ᵀ. */
const spreadRowSums = (x: Expr): Expr => matmul(x, ones(x.shape[1]), transpose(ones(x.shape[1])));

/** The largest real part along the row of entry (i, j), or of the whole column. */
function shiftOf(m: Arithmetic, x: Value, i: number): number {
  let largest = -Infinity;
  const column = m.columns(x) === 1;
  const count = column ? m.rows(x) : m.columns(x);
  for (let k = 0; k < count; k++)
    largest = Math.max(largest, m.real(column ? m.entry(x, k, 0) : m.entry(x, i, k)));
  return largest;
}

/** Σ exp(x − shift) along the row i, or along the whole column. */
function sumOfExponentials(m: Arithmetic, x: Value, i: number, shift: number): Scalar {
  const column = m.columns(x) === 1;
  const count = column ? m.rows(x) : m.columns(x);
  let sum = m.number(0);
  for (let k = 0; k < count; k++) {
    const entry = column ? m.entry(x, k, 0) : m.entry(x, i, k);
    sum = m.plus(sum, m.elementary("exp", m.plus(entry, m.number(-shift))));
  }
  return sum;
}

/** exp(x) over its sum. */
export const softmax: Derived = derived("softmax", {
  signature: "m×n → m×n",
  notation: call("softmax"),
  closed: true,
  spellings: ["softmax"],
  // dy = (diag(y) − yyᵀ) dx, for each row
  pullback: (g, y, x) =>
    isColumn(x)
      ? [entrywiseProduct(y, add(g, negate(product(inner(y, g), ones(x.shape[0])))))]
      : [hadamard(y, add(g, negate(spreadRowSums(hadamard(y, g)))))],
  expand: (x) =>
    isColumn(x)
      ? scale(power(inner(ones(x.shape[0]), exp(x)), num(-1)), exp(x))
      : hadamard(exp(x), power(spreadRowSums(exp(x)), num(-1))),
  value: (m, x) =>
    m.matrix(m.rows(x), m.columns(x), (i, j) => {
      const shift = shiftOf(m, x, i);
      const numerator = m.elementary("exp", m.plus(m.entry(x, i, j), m.number(-shift)));
      return m.over(numerator, sumOfExponentials(m, x, i, shift));
    }),
  properties: () => property.positive | property.sumsToOne,
});

/** log Σ exp(x). */
export const logsumexp: Derived = derived("logsumexp", {
  signature: "n×1 → 1×1; m×n → m×1",
  shape: ([x]) => (isColumn(x!) ? [one, one] : [x!.shape[0], one]),
  notation: call("logsumexp"),
  spellings: ["logsumexp", "lse", "LSE"],
  // dy = ⟨softmax(x), dx⟩, for each row
  pullback: (g, _y, x) => [isColumn(x) ? scale(g, softmax(x)) : product(rowScaling(g), softmax(x))],
  expand: (x) =>
    isColumn(x) ? log(inner(ones(x.shape[0]), exp(x))) : log(matmul(exp(x), ones(x.shape[1]))),
  value: (m, x) =>
    m.matrix(m.columns(x) === 1 ? 1 : m.rows(x), 1, (i) => {
      const shift = shiftOf(m, x, i);
      const sum = m.elementary("log", sumOfExponentials(m, x, i, shift));
      return m.plus(sum, m.number(shift));
    }),
});

/** log softmax(x) = x − log Σ exp(x). */
export const logsoftmax: Derived = derived("logsoftmax", {
  signature: "m×n → m×n",
  notation: call("logsoftmax"),
  closed: true,
  spellings: ["logsoftmax"],
  // dy = dx − 𝟏 softmax(x)ᵀ dx, for each row
  pullback: (g, _y, x) =>
    isColumn(x)
      ? [add(g, negate(product(inner(ones(x.shape[0]), g), softmax(x))))]
      : [add(g, negate(product(rowScaling(matmul(g, ones(x.shape[1]))), softmax(x))))],
  expand: (x) => log(softmax(x)),
  value: (m, x) =>
    m.matrix(m.rows(x), m.columns(x), (i, j) => {
      const shift = shiftOf(m, x, i);
      const sum = m.elementary("log", sumOfExponentials(m, x, i, shift));
      return m.plus(m.entry(x, i, j), m.times(m.number(-1), m.plus(sum, m.number(shift))));
    }),
});

/** diag(g): multiplies row i by gᵢ; a 1×1 scales. */
const rowScaling = (g: Expr): Expr => (g.shape[0] === one ? g : diagonalMatrix(g));

/** @file Random well-shaped expressions for property tests. */

import * as fc from "fast-check";
import type { Dimension } from "../src/expr/dimension.ts";
import { dimension, one } from "../src/expr/dimension.ts";
import type { Expr, Sym } from "../src/expr/expr.ts";
import { isScalar, num, sym } from "../src/expr/expr.ts";
import { property } from "../src/expr/properties.ts";
import { rational } from "../src/expr/rational.ts";
import {
  add,
  entrywiseProduct,
  identity,
  inner,
  ones,
  product,
  scale,
  trace,
  transpose,
} from "../src/ops/arithmetic.ts";
import * as elementwise from "../src/ops/elementwise.ts";
import { expm } from "../src/ops/exponential.ts";
import { kronecker, vec } from "../src/ops/kronecker.ts";
import { determinant, inverse, logdet, matrixPower } from "../src/ops/matrix.ts";
import * as reduce from "../src/ops/reduce.ts";
import { logsoftmax, logsumexp, softmax } from "../src/ops/rowwise.ts";
import {
  gradient,
  hessian,
  jacobian,
  ofEntries,
  scalarField,
  vectorField,
} from "../src/ops/unknown.ts";
import { toUnicode } from "../src/print/index.ts";
import { diagonalMatrix, diagonalVector } from "../src/ops/structure.ts";

const [m, n] = [dimension("m"), dimension("n")];

/** The names that random expressions are made of. */
export const names: readonly Sym[] = [
  sym("A", [m, n]),
  sym("B", [m, n]),
  sym("C", [n, m]),
  sym("M", [n, n]),
  sym("N", [n, n]),
  sym("S", [n, n], property.symmetric),
  sym("K", [n, n], property.posdef),
  sym("P", [m, m]),
  sym("x", [n, one]),
  sym("y", [n, one]),
  sym("u", [m, one]),
  sym("v", [m, one]),
  sym("α", [one, one]),
  sym("β", [one, one], property.positive),
  sym("c", [one, one]),
  sym("Q", [n, n], property.orthogonal),
  sym("D", [n, n], property.diagonal),
  sym("t", [n, one], property.onehot),
  sym("H", [m, n], property.onehot),
];

/** The declarations of those names as a problem text. */
export const declarations =
  "A, B: m×n; C: n×m; M, N: n×n; S: n×n symmetric; K: n×n posdef; P: m×m; x, y: n; u, v: m; α, c: scalar; β: scalar positive; Q: n×n orthogonal; D: n×n diagonal; t: n onehot; H: m×n onehot; f: ℝ→ℝ; F: ℝ^n→ℝ; q: ℝ^n×ℝ^m→ℝ; g: ℝ^n→ℝ^m";

type Pick = (below: number) => number;

/** A random expression of a shape; `pick(k)` gives a number below k. */
function grow(rows: Dimension, columns: Dimension, depth: number, pick: Pick): Expr {
  const leaves = names.filter((s) => s.shape[0] === rows && s.shape[1] === columns);
  const sub = (r: Dimension, c: Dimension): Expr => grow(r, c, depth - 1, pick);
  const again = (): Expr => sub(rows, columns);
  const dim = (): Dimension => [m, n, one][pick(3)]!;
  if (rows === one && columns === one) {
    if (depth <= 0)
      return pick(4) === 0
        ? num(rational(pick(7) - 3 || 2, 1 + pick(3)))
        : leaves[pick(leaves.length)]!;
    const [r, c] = [dim(), dim()];
    const square = [m, n][pick(2)]!;
    const options: (() => Expr)[] = [
      () => add(again(), again()),
      () => scale(again(), again()),
      () => inner(sub(r, one), sub(r, one)),
      () => product(sub(one, square), sub(square, square), sub(square, one)),
      () => trace(sub(square, square)),
      () => reduce.squaredNorm(sub(r, c)),
      () => reduce.norm(sub(square, c)),
      () => reduce.sum(sub(r, c)),
      () => elementwise.tanh(again()),
      () => elementwise.exp(scale(num(rational(1, 4)), elementwise.sin(again()))),
      () => elementwise.power(again(), num(2)),
      () => logsumexp(sub(square, one)),
      () => logdet(add(names[6]!, product(sub(n, one), transpose(sub(n, one))))),
      () => determinant(sub(n, n)),
      () => elementwise.log(add(num(1), elementwise.power(again(), num(2)))),
      () => elementwise.sigmoid(again()),
      () => elementwise.erf(again()),
      () => inner(vec(sub(r, c)), vec(sub(r, c))),
      () => inner(kronecker(sub(m, one), sub(n, one)), kronecker(sub(m, one), sub(n, one))),
      () => trace(kronecker(sub(m, m), sub(n, n))),
      () => inner(vec(sub(m, n)), kronecker(sub(n, one), sub(m, one))),
      () => inner(kronecker(sub(m, n), sub(n, one)), kronecker(sub(m, n), sub(n, one))),
      () =>
        trace(product(sub(n, n), expm(scale(num(rational(1, 8)), elementwise.tanh(sub(n, n)))))),
      () => ofEntries("f", pick(3))(again()),
      () => scalarField("F", 1)(sub(n, one)),
      () => scalarField("q", 2)(sub(n, one), sub(m, one)),
      () =>
        scale(again(), elementwise.power(add(num(2), elementwise.power(again(), num(2))), num(-1))),
    ];
    return options[pick(options.length)]!();
  }
  const isColumn = columns === one;
  if (depth <= 0 || pick(5) === 0) {
    if (leaves.length > 0) return leaves[pick(leaves.length)]!;
    if (isColumn) return ones(rows);
    return rows === one
      ? transpose(grow(columns, one, depth - 1, pick))
      : transpose(grow(columns, rows, 0, pick));
  }
  const k = [m, n][pick(2)]!;
  const options: (() => Expr)[] = [
    () => add(again(), again()),
    () => scale(sub(one, one), again()),
    () => product(sub(rows, k), sub(k, columns)),
    () => entrywiseProduct(again(), again()),
    () => transpose(sub(columns, rows)),
    () => elementwise.tanh(again()),
    () => elementwise.sin(again()),
    () => elementwise.sigmoid(again()),
    () => elementwise.gelu(again()),
    () => product(ones(rows), sub(one, columns)),
    () => product(sub(rows, one), transpose(ones(columns))),
    () => elementwise.exp(scale(num(rational(1, 4)), elementwise.sin(again()))),
    () => ofEntries("f", pick(3))(again()),
    ...(rows === n && isColumn
      ? [
          (): Expr => gradient("F", 1, 0)(again()),
          (): Expr => gradient("q", 2, 0)(again(), sub(m, one)),
        ]
      : []),
    ...(rows === m && isColumn
      ? [
          (): Expr => vectorField("g", m)(sub(n, one)),
          (): Expr => gradient("q", 2, 1)(sub(n, one), again()),
        ]
      : []),
    ...(rows === m && columns === n
      ? [
          (): Expr => jacobian("g", m)(sub(n, one)),
          (): Expr => transpose(hessian("q", 2, 0, 1)(sub(n, one), sub(m, one))),
        ]
      : []),
    ...(rows === n && columns === n ? [(): Expr => hessian("F", 1, 0, 0)(sub(n, one))] : []),
    ...(rows !== one ? [(): Expr => softmax(again())] : []),
    ...(isColumn
      ? [(): Expr => logsoftmax(again()), (): Expr => diagonalVector(sub(rows, rows))]
      : []),
    ...(rows === columns
      ? [
          (): Expr => diagonalMatrix(sub(rows, one)),
          (): Expr => add(again(), identity(rows)),
          (): Expr => matrixPower(again(), num(2)),
          (): Expr =>
            inverse(
              rows === n ? add(names[6]!, product(sub(n, one), transpose(sub(n, one)))) : names[7]!,
            ),
        ]
      : []),
  ];
  const made = options[pick(options.length)]!();
  return isScalar(made) ? scale(made, grow(rows, columns, 0, pick)) : made;
}

/** A random expression that shows itself as a formula in reports. */
export interface Sample {
  readonly expr: Expr;
}

/** Random scalars of up to that depth. */
export const scalars = (depth: number): fc.Arbitrary<Sample> =>
  fc.infiniteStream(fc.nat(1_000_000)).map((stream) => {
    const expr = grow(one, one, depth, (below) => (stream.next().value as number) % below);
    return { expr, [fc.toStringMethod]: () => toUnicode(expr, { sizes: true }) };
  });

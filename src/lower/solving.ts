/** @file Square matrices: what is read off their factors, and what algorithms make of them. */

import type { Expr } from "../expr/expr.ts";
import { has, property } from "../expr/properties.ts";
import type { Entries } from "./entries.ts";
import type { Formula } from "./formula.ts";
import type { Axis, Place } from "./place.ts";
import { axis, axisAlone, fixed, origin, placeOf } from "./place.ts";
import type { AlgorithmName, Tensor } from "./tensor.ts";

/** A matrix kept as a tensor: its last axes are rows and columns, those before are what else it depends on. */
interface Whole {
  readonly tensor: Tensor;
  readonly others: readonly Axis[];
}

/** An algorithm takes matrices of any size, so that an axis of extent 1 is kept. */
function kept(
  l: Entries,
  rows: number,
  columns: number,
  others: readonly Axis[],
  body: (i: Place, j: Place) => Formula,
): Tensor {
  const [i, j] = [l.row(rows), l.column(columns)];
  const formula = body(rows > 1 ? placeOf(i) : origin, columns > 1 ? placeOf(j) : origin);
  const axes = [...others, i, j];
  const isWhole =
    formula.kind === "read" &&
    formula.tensor.axes.length === axes.length &&
    axes.every((x, k) => axisAlone(formula.at[k]!) === x);
  return isWhole ? formula.tensor : l.builder.kept(formula, axes);
}

/** What an expression depends on besides its row and column. */
function othersOf(l: Entries, ...parts: readonly Expr[]): readonly Axis[] {
  const axes = parts.flatMap((e) => {
    const [m, n] = l.sizes(e);
    const own = new Set([l.row(m), l.column(n)]);
    return l.formula(e).axes.filter((x) => !own.has(x));
  });
  return [...new Set(axes)];
}

function whole(l: Entries, e: Expr, others: readonly Axis[]): Tensor {
  const [m, n] = l.sizes(e);
  return kept(l, m, n, others, (i, j) => l.entry(e, i, j));
}

/** The factors of a square matrix: Cholesky's where it is positive definite, else L and U. */
function factorsOf(l: Entries, x: Expr, others: readonly Axis[]): Whole & { isDefinite: boolean } {
  const isDefinite = has(x.properties, property.posdef);
  const a = whole(l, x, others);
  const [n] = l.sizes(x);
  const rows = isDefinite ? l.row(n) : axis(n + 2, "i");
  const tensor = l.builder.algorithm(
    isDefinite ? "cholesky" : "lu",
    [...others, rows, l.column(n)],
    [a],
  );
  return { tensor, others, isDefinite };
}

const readAt = (l: Entries, { tensor, others }: Whole, i: Place, j: Place): Formula =>
  l.builder.read(tensor, [...others.map(placeOf), i, j]);

/** The entry of X⁻¹B, or of X⁻ᵀB. */
export function solved(
  l: Entries,
  x: Expr,
  b: Expr,
  i: Place,
  j: Place,
  isTransposed: boolean,
): Formula {
  const others = othersOf(l, x, b);
  return solvedWhole(l, x, whole(l, b, others), others, i, j, isTransposed);
}

function solvedWhole(
  l: Entries,
  x: Expr,
  right: Tensor,
  others: readonly Axis[],
  i: Place,
  j: Place,
  isTransposed: boolean,
): Formula {
  const factors = factorsOf(l, x, others);
  const name: AlgorithmName = factors.isDefinite
    ? "solveCholesky"
    : isTransposed
      ? "solveLuTransposed"
      : "solveLu";
  const tensor = l.builder.algorithm(name, right.axes, [factors.tensor, right]);
  return readAt(l, { tensor, others }, i, j);
}

/** The entry of X⁻¹. */
export function inverseOf(l: Entries, x: Expr, i: Place, j: Place): Formula {
  const [n] = l.sizes(x);
  if (n === 1) return l.builder.reciprocal(l.entry(x, i, j));
  const others = othersOf(l, x);
  const identity = kept(l, n, n, others, (r, c) => l.builder.match(r, c));
  return solvedWhole(l, x, identity, others, i, j, false);
}

export function determinantOf(l: Entries, x: Expr): Formula {
  const { builder } = l;
  const [n] = l.sizes(x);
  const factors = factorsOf(l, x, othersOf(l, x));
  const k = l.between(n);
  const diagonal = builder.multiplied(k, readAt(l, factors, placeOf(k), placeOf(k)));
  if (factors.isDefinite) return builder.toPower(diagonal, 2);
  return builder.times(readAt(l, factors, fixed(n + 1), origin), diagonal);
}

/** log det X: of a determinant that is not positive it is not a number. */
export function logdetOf(l: Entries, x: Expr): Formula {
  const { builder } = l;
  const [n] = l.sizes(x);
  const factors = factorsOf(l, x, othersOf(l, x));
  const k = l.between(n);
  const diagonal = readAt(l, factors, placeOf(k), placeOf(k));
  if (factors.isDefinite)
    return builder.times(builder.constant(2), builder.sum(k, builder.log(diagonal)));
  // log |u| of each, and the logarithm of the sign that they have together with the rows exchanged.
  const sizes = builder.sum(k, builder.log(builder.call("abs", diagonal)));
  const signs = builder.multiplied(k, builder.call("sign", diagonal));
  const sign = builder.times(readAt(l, factors, fixed(n + 1), origin), signs);
  return builder.plus(sizes, builder.call("log", sign));
}

/** The eigenvalues of a symmetric matrix, and its eigenvectors: `vector(i, k)` is entry i of the k-th. */
export function eigenOf(
  l: Entries,
  x: Expr,
): {
  readonly value: (k: Place) => Formula;
  readonly vector: (i: Place, k: Place) => Formula;
} {
  const [n] = l.sizes(x);
  const others = othersOf(l, x);
  const axes = [...others, axis(n + 1, "i"), l.column(n)];
  const tensor = l.builder.algorithm("eigen", axes, [whole(l, x, others)]);
  const made: Whole = { tensor, others };
  return {
    value: (k) => readAt(l, made, fixed(n), k),
    vector: (i, k) => readAt(l, made, i, k),
  };
}

/** The entry of exp of a matrix that is given by its entries, which are made of `parts`. */
export function expmOf(
  l: Entries,
  n: number,
  parts: readonly Expr[],
  i: Place,
  j: Place,
  body: (i: Place, j: Place) => Formula,
): Formula {
  const others = othersOf(l, ...parts);
  const tensor = l.builder.algorithm(
    "expm",
    [...others, l.row(n), l.column(n)],
    [kept(l, n, n, others, body)],
  );
  return readAt(l, { tensor, others }, i, j);
}

/** The entry of X to a whole power that is known when the program runs: of X⁻¹ where it is negative. */
export function powerOf(l: Entries, x: Expr, k: Expr, i: Place, j: Place): Formula {
  const { builder } = l;
  const [n] = l.sizes(x);
  const others = othersOf(l, x, k);
  const exponent = l.scalar(k);
  const power = (base: (r: Place, c: Place) => Formula, count: Formula): Formula => {
    const tensor = builder.algorithm(
      "matrixPower",
      [...others, l.row(n), l.column(n)],
      [kept(l, n, n, others, base), kept(l, 1, 1, others, () => count)],
    );
    return readAt(l, { tensor, others }, i, j);
  };
  const positive = power((r, c) => l.entry(x, r, c), exponent);
  if (has(k.properties, property.nonnegative)) return positive;
  const negative = power((r, c) => inverseOf(l, x, r, c), builder.negative(exponent));
  return builder.plus(
    builder.call("where", builder.call("isNotNegative", exponent), positive),
    builder.call("where", builder.call("isNegative", exponent), negative),
  );
}

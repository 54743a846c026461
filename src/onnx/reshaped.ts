/** @file What stands in another shape: vec and its inverse, Kronecker products, members of families. */

import type { Dimension } from "../expr/dimension.ts";
import type { Apply, Expr } from "../expr/expr.ts";
import { dimensionOf } from "../ops/kronecker.ts";
import type { Axis, Labelled } from "./axes.ts";
import { axisOf } from "./axes.ts";
import type { Matrix } from "./matrices.ts";
import type { Translator } from "./translator.ts";

const indicesOf = ({ axes }: Labelled): Axis[] => axes.filter((axis) => axis.index !== null);

/** The entries of an array along its indices, and then along other axes. */
const alongOthers = (t: Translator, array: Labelled, ...axes: readonly Axis[]): Labelled =>
  t.matrices.arrays.reshaped(array, [...indicesOf(array), ...axes]);

/** The columns one below the other. */
export function vecOf(t: Translator, { args: [x], shape: [length] }: Apply): Matrix {
  const [rows, columns] = x!.shape;
  // Along columns first, then rows.
  const { array } = t.matrices.stored(t.matrices.transposed(t.value(x!)), [columns, rows]);
  const row = axisOf(length);
  return { array: alongOthers(t, array, row), row, column: null };
}

/** A column of stacked columns as a matrix. */
function unstacked(t: Translator, value: Matrix, from: Expr["shape"], to: Expr["shape"]): Matrix {
  const { array } = t.matrices.stored(value, from);
  const [row, column] = [axisOf(to[0]), axisOf(to[1])];
  return { array: alongOthers(t, array, column, row), row, column };
}

export const unstackedOf = (t: Translator, { args: [v], shape }: Apply): Matrix =>
  unstacked(t, t.value(v!), v!.shape, shape);

/** One of a family of values, which is stored as the stacked columns of each. */
export function memberOf(t: Translator, { args: [family, i], shape }: Apply): Matrix {
  const [length] = family!.shape;
  const member = t.at(t.value(family!), "column", i!);
  return shape[0] === length ? member : unstacked(t, member, [length, shape[1]], shape);
}

/** A ⊗ B: four axes, two by two as one. */
export function kroneckerOf(t: Translator, { args, shape }: Apply): Matrix {
  const { matrices } = t;
  const [a, b] = args.map((x) => matrices.stored(t.value(x), x.shape)) as [Stored, Stored];
  const [p, q] = [axisOf(a.row.extent), axisOf(a.column.extent)];
  const first = matrices.arrays.put(matrices.arrays.put(a.array, a.row, p), a.column, q);
  const all = matrices.arrays.times(first, b.array);
  const order = [...indicesOf(all), p, b.row, q, b.column];
  const [row, column] = [axisOf(shape[0]), axisOf(shape[1])];
  return { array: alongOthers(t, matrices.arrays.spread(all, order), row, column), row, column };
}

type Stored = ReturnType<Translator["matrices"]["stored"]>;

/** The permutation that turns vec(A) into vec(Aᵀ) for A m×n. */
export function commutationOf(t: Translator, { args, shape }: Apply): Matrix {
  const { matrices } = t;
  const [m, n] = args.map((size) => dimensionOf(size)!) as [Dimension, Dimension];
  const { array, row } = matrices.stored(matrices.onDiagonal(matrices.number(1), shape[0]), shape);
  // Entry (i, j) of A stands in row jm + i of vec(A), and in row in + j of vec(Aᵀ).
  const [i, j, column] = [axisOf(m), axisOf(n), axisOf(shape[1])];
  const split = matrices.arrays.reshaped(array, [row, i, j]);
  const turned = matrices.arrays.spread(split, [row, j, i]);
  return { array: matrices.arrays.reshaped(turned, [row, column]), row, column };
}

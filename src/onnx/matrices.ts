/** @file Values of expressions: arrays with an axis for rows and one for columns, which may be one, or an index. */

import type { Dimension, Shape } from "../expr/dimension.ts";
import { one } from "../expr/dimension.ts";
import type { Sym } from "../expr/expr.ts";
import type { Arrays } from "./arrays.ts";
import type { Axis, Labelled } from "./axes.ts";
import { axisOf } from "./axes.ts";
import type { Tensor } from "./tensor.ts";

/**
 * A matrix. Without an axis for its rows, all are alike. One axis for rows and columns is a diagonal, an index for
 * its rows the one row that the index says: beside these entries stand zeros, which are not stored.
 */
export interface Matrix {
  readonly array: Labelled;
  readonly row: Axis | null;
  readonly column: Axis | null;
}

export type Side = "row" | "column";
type Pair = readonly [Axis | null, Axis | null];
/** A side of a matrix, and how long it is. */
type Measured = readonly [Axis | null, Dimension];

/** Whether the diagonal is stored, and no more; where an index says the only entry, it is not. */
export const isDiagonal = ({ row, column }: Matrix): boolean =>
  row !== null && row === column && row.index === null;

/** Where the zeros are that are not stored. */
const patternOf = (m: Matrix): string =>
  isDiagonal(m) ? "diagonal" : [m.row, m.column].map((axis) => axis?.index?.id ?? "").join();

/** An axis that matters: of a side whose entries are all alike there is none. */
function tidied({ array, row, column }: Matrix): Matrix {
  const isKept = (axis: Axis | null): boolean =>
    axis !== null && (axis.index !== null || row === column || array.axes.includes(axis));
  return { array, row: isKept(row) ? row : null, column: isKept(column) ? column : null };
}

/** Matrices of one model. */
export class Matrices {
  readonly arrays: Arrays;
  private readonly indices = new Map<Sym, Axis>();

  constructor(arrays: Arrays) {
    this.arrays = arrays;
  }

  /** The axis along which an index counts. */
  axisOfIndex(index: Sym): Axis {
    let found = this.indices.get(index);
    if (!found) this.indices.set(index, (found = { extent: index.range!, index }));
    return found;
  }

  /** A matrix all of whose entries are alike, or a scalar. */
  filled(array: Labelled): Matrix {
    return { array, row: null, column: null };
  }

  number(value: number): Matrix {
    return this.filled(this.arrays.number(value));
  }

  // ---- entry by entry ------------------------------------------------------------------------------

  /** A function of the entries at each place. */
  entrywise(matrices: readonly Matrix[], f: (...arrays: Labelled[]) => Labelled): Matrix {
    return this.together(
      matrices.map((m) => this.whole(m)),
      f,
    );
  }

  /** A sum or a difference. */
  added(op: "Add" | "Sub", a: Matrix, b: Matrix): Matrix {
    const add = (x: Labelled, y: Labelled): Labelled => this.arrays.entrywise(op, [x, y]);
    // Zeros at the same places stay zeros.
    return patternOf(a) === patternOf(b) ? this.together([a, b], add) : this.entrywise([a, b], add);
  }

  /** The product of the entries at each place. */
  times(a: Matrix, b: Matrix): Matrix {
    return this.together([a, b], (x, y) => this.arrays.times(x, y));
  }

  /** The quotient of the entries at each place. */
  divided(a: Matrix, b: Matrix): Matrix {
    return this.together([a, this.whole(b)], (x, y) => this.arrays.entrywise("Div", [x, y]));
  }

  /** A function of the entries that are stored, and 0 where zeros are not. */
  mapped(m: Matrix, f: (array: Labelled) => Labelled): Matrix {
    return this.together([m], f);
  }

  // ---- sums and products ---------------------------------------------------------------------------

  transposed({ array, row, column }: Matrix): Matrix {
    return { array, row: column, column: row };
  }

  /** The matrix product; `inner` is the dimension that is summed over. */
  product(left: Matrix, right: Matrix, inner: Dimension): Matrix {
    const factors = inner === one ? this.widened(left, right) : [left, right];
    const [a, b] = this.joined(factors, ([x, y]) => [[x!.column, y!.row]]) as [Matrix, Matrix];
    const all = this.arrays.times(a.array, b.array);
    const array = this.summed(all, [[a.column ?? b.row, inner]], [a.row, b.column]);
    return tidied({ array, row: a.row, column: b.column });
  }

  /** Σ of all entries. */
  total(m: Matrix, [rows, columns]: Shape): Matrix {
    const across: Measured[] = isDiagonal(m) ? [] : [[m.column, columns]];
    return this.filled(this.summed(m.array, [[m.row, rows], ...across]));
  }

  /** Σ along each row. */
  rowSums(m: Matrix, extent: Dimension): Matrix {
    const array = this.summed(m.array, [[m.column, extent]], [m.row, null]);
    return tidied({ array, row: m.row, column: null });
  }

  trace(m: Matrix, extent: Dimension): Matrix {
    const { array, row } = this.diagonal(m);
    return this.filled(this.summed(array, [[row, extent]]));
  }

  /** Σ over an index. */
  summedOver(index: Sym, m: Matrix): Matrix {
    const axis = this.axisOfIndex(index);
    const own = axisOf(axis.extent);
    const array = this.arrays.put(m.array, axis, own);
    if (m.row !== axis && m.column !== axis)
      return tidied({ ...m, array: this.summed(array, [[own, axis.extent]]) });
    // Each term fills a row or a column of its own.
    const moved = (side: Axis | null): Axis | null => (side === axis ? own : side);
    return tidied({ array, row: moved(m.row), column: moved(m.column) });
  }

  // ---- diagonals and entries -----------------------------------------------------------------------

  /** The diagonal of a matrix as a column. */
  diagonal(m: Matrix): Matrix {
    const [{ array, row, column }] = this.joined([m], ([x]) => [[x!.row, x!.column]]) as [Matrix];
    return tidied({ array, row: row ?? column, column: null });
  }

  /** The diagonal matrix of a column. */
  onDiagonal(m: Matrix, extent: Dimension): Matrix {
    const { array, row } = this.narrowed(m, "column");
    const axis = row ?? axisOf(extent);
    return { array, row: axis, column: axis };
  }

  /** The row or the column that an index says, for all its values along the index. */
  picked(m: Matrix, side: Side, index: Sym): Matrix {
    const axis = m[side];
    const to = this.axisOfIndex(index);
    if (axis?.index && axis !== to) return this.picked(this.whole(m), side, index);
    if (axis === null) return m;
    const array = this.arrays.put(m.array, axis, to);
    const moved = (other: Axis | null): Axis | null => (other === axis ? to : other);
    return { array, row: moved(m.row), column: moved(m.column), [side]: null };
  }

  /** The row or the column at a place, counted from 0. */
  gathered(m: Matrix, side: Side, place: Tensor): Matrix {
    const full = isDiagonal(m) || m[side]?.index ? this.whole(m) : m;
    const axis = full[side];
    if (axis === null) return full;
    return { ...full, array: this.arrays.gathered(full.array, axis, place), [side]: null };
  }

  /** The matrix with all its zeros: its rows and its columns have axes of their own. */
  whole(m: Matrix): Matrix {
    let { array, row, column } = m;
    const apart = (axis: Axis): Axis => {
      const own = axisOf(axis.extent);
      array = this.arrays.where(this.arrays.meeting(axis, own), array);
      return own;
    };
    if (column && (column.index || column === row)) column = apart(column);
    if (row?.index) row = apart(row);
    return { array, row, column };
  }

  /** A matrix without the axis of a side that has one entry. */
  narrowed(m: Matrix, side: Side): Matrix {
    const axis = m[side];
    if (axis?.extent !== one || axis.index) return m;
    return { ...m, array: this.arrays.sum(m.array, [axis]), [side]: null };
  }

  /** All entries of a matrix, along indices, then rows, then columns. */
  stored(m: Matrix, [rows, columns]: Shape): { array: Labelled; row: Axis; column: Axis } {
    const { array, row, column } = this.whole(m);
    const [r, c] = [row ?? axisOf(rows), column ?? axisOf(columns)];
    const indices = array.axes.filter((axis) => axis.index !== null);
    return { array: this.arrays.spread(array, [...indices, r, c]), row: r, column: c };
  }

  // ---- axes ----------------------------------------------------------------------------------------

  /**
   * Σ along some sides: a multiple of what is alike, and of a diagonal or of a single row what stands there. What is
   * `kept` is the axis of another side, too.
   */
  private summed(array: Labelled, sides: readonly Measured[], kept: Pair = [null, null]): Labelled {
    const isSingle = (axis: Axis | null): boolean =>
      axis !== null && (axis.index !== null || kept.includes(axis));
    const left = sides.filter(([axis]) => !isSingle(axis));
    const isStored = ([axis]: Measured): boolean => axis !== null && array.axes.includes(axis);
    const sum = this.arrays.sum(
      array,
      left.filter(isStored).map(([axis]) => axis!),
    );
    return left
      .filter((side) => !isStored(side) && side[1] !== one)
      .reduce((a, [, extent]) => this.arrays.times(a, this.arrays.count(extent)), sum);
  }

  /** Matrices of one shape with the same axes, and what is made of their arrays. */
  private together(matrices: readonly Matrix[], make: (...arrays: Labelled[]) => Labelled): Matrix {
    const found = (all: readonly Matrix[], side: Side): Axis[] => all.flatMap((m) => m[side] ?? []);
    const joined = this.joined(matrices, (all) =>
      (["row", "column"] as const).flatMap((side) => {
        const [first, ...others] = found(all, side);
        return others.map((other): Pair => [first!, other]);
      }),
    );
    const [row = null] = found(joined, "row");
    const [column = null] = found(joined, "column");
    return tidied({ array: make(...joined.map(({ array }) => array)), row, column });
  }

  /** Matrices with axes of their own, of which some pairs have become one. */
  private joined(
    matrices: readonly Matrix[],
    pairsOf: (all: readonly Matrix[]) => readonly Pair[],
  ): readonly Matrix[] {
    const all = matrices.map((m) => this.fresh(m));
    const became = new Map<Axis, Axis>();
    const of = (axis: Axis): Axis => {
      const next = became.get(axis);
      return next ? of(next) : axis;
    };
    for (const [first, second] of pairsOf(all)) {
      if (!first || !second) continue;
      const [a, b] = [of(first), of(second)];
      if (a === b) continue;
      // Of two indices neither can stand for the other.
      if (a.index && b.index)
        return this.joined(
          matrices.map((m) => this.whole(m)),
          pairsOf,
        );
      if (a.index) became.set(b, a);
      else became.set(a, b);
    }
    const moved = (axis: Axis | null): Axis | null => axis && of(axis);
    return all.map(({ array, row, column }) => ({
      array: [...became.keys()].reduce((a, axis) => this.arrays.put(a, axis, of(axis)), array),
      row: moved(row),
      column: moved(column),
    }));
  }

  /** A matrix with axes of rows and columns that no other has. */
  private fresh({ array, row, column }: Matrix): Matrix {
    const own = (axis: Axis | null): Axis | null =>
      axis === null || axis.index ? axis : axisOf(axis.extent);
    const r = own(row);
    const c = column === row ? r : own(column);
    const moved = [row, column].flatMap((axis, k) =>
      axis && !axis.index ? [[axis, k === 0 ? r! : c!] as const] : [],
    );
    return {
      array: moved.reduce((a, [from, to]) => this.arrays.put(a, from, to), array),
      row: r,
      column: c,
    };
  }

  /** The factors of an outer product, a vector of constants with an axis for what the other has one of. */
  private widened(left: Matrix, right: Matrix): readonly Matrix[] {
    const isVector = ({ array }: Matrix): boolean =>
      array.tensor.kind === "constant" && array.axes.length === 1;
    const withAxis = ({ array: { tensor, axes } }: Matrix, axis: Axis): Labelled => ({
      tensor: this.arrays.graph.unsqueezed(tensor, [axes.length]),
      axes: [...axes, axis],
    });
    const axis = axisOf(one);
    if (left.column && !right.row && isVector(right))
      return [left, { ...right, array: withAxis(right, axis), row: axis }];
    if (right.row && !left.column && isVector(left))
      return [{ ...left, array: withAxis(left, axis), column: axis }, right];
    return [left, right];
  }
}

/** @file The memory of a compiled program: entries of matrices in and out. */

import type { Precision } from "../lower/loops.ts";
import type { Storage } from "../lower/storage.ts";

/** Numbers in a row, of one precision or the other. */
export type Numbers =
  | Float32Array<ArrayBuffer | SharedArrayBuffer>
  | Float64Array<ArrayBuffer | SharedArrayBuffer>;

/** So many numbers, all 0. */
export const numbers = (precision: Precision, count: number): Numbers =>
  precision === "float32" ? new Float32Array(count) : new Float64Array(count);

/** A matrix in memory. */
export interface View {
  readonly storage: Storage;
  readonly rows: number;
  readonly columns: number;
  /** Which axis of the tensor its rows go along, and which its columns; null where there is one. */
  readonly rowAxis: number | null;
  readonly columnAxis: number | null;
}

const strideAlong = ({ strides }: Storage, axis: number | null): number =>
  axis === null ? 0 : strides[axis]!;

const isTyped = (entries: ArrayLike<number>): entries is Numbers =>
  entries instanceof Float32Array || entries instanceof Float64Array;

/** Puts the entries of a matrix, row by row, into memory. */
export function put(memory: Numbers, view: View, entries: ArrayLike<number>): void {
  const { storage, rows, columns } = view;
  const down = strideAlong(storage, view.rowAxis);
  const across = strideAlong(storage, view.columnAxis);
  const isWhole = isTyped(entries) && (columns === 1 || across === 1);
  if (isWhole && (rows === 1 || down === columns))
    return memory.set(entries.subarray(0, rows * columns), storage.offset);
  if (isWhole && columns > 1) {
    for (let i = 0; i < rows; i++)
      memory.set(entries.subarray(i * columns, (i + 1) * columns), storage.offset + i * down);
    return;
  }
  byTiles(rows, columns, (i, from, to) => {
    const start = storage.offset + i * down;
    for (let j = from; j < to; j++) memory[start + j * across] = entries[i * columns + j]!;
  });
}

/** The entries of a matrix in memory, row by row. */
export function taken(memory: Numbers, view: View): Numbers {
  const { storage, rows, columns } = view;
  const down = strideAlong(storage, view.rowAxis);
  const across = strideAlong(storage, view.columnAxis);
  const size = rows * columns;
  const entries = numbers(memory instanceof Float32Array ? "float32" : "float64", size);
  if (across === 1 && columns > 1) {
    for (let i = 0; i < rows; i++) {
      const from = storage.offset + i * down;
      entries.set(memory.subarray(from, from + columns), i * columns);
    }
    return entries;
  }
  byTiles(rows, columns, (i, from, to) => {
    const start = storage.offset + i * down;
    for (let j = from; j < to; j++) entries[i * columns + j] = memory[start + j * across]!;
  });
  return entries;
}

/** Rows and columns of a tile: what lies across is read and written while it is near. */
const tile = 64;

/** Goes through a matrix tile by tile, a part of a row at a time. */
function byTiles(
  rows: number,
  columns: number,
  part: (row: number, from: number, to: number) => void,
): void {
  for (let top = 0; top < rows; top += tile)
    for (let from = 0; from < columns; from += tile) {
      const [bottom, to] = [Math.min(rows, top + tile), Math.min(columns, from + tile)];
      for (let i = top; i < bottom; i++) part(i, from, to);
    }
}

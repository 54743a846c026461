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
  for (let i = 0, k = 0; i < rows; i++, k += columns) {
    const to = storage.offset + i * down;
    if (isWhole && columns > 1) memory.set(entries.subarray(k, k + columns), to);
    else for (let j = 0; j < columns; j++) memory[to + j * across] = entries[k + j]!;
  }
}

/** The entries of a matrix in memory, row by row. */
export function taken(memory: Numbers, view: View): Numbers {
  const { storage, rows, columns } = view;
  const down = strideAlong(storage, view.rowAxis);
  const across = strideAlong(storage, view.columnAxis);
  const size = rows * columns;
  const entries = numbers(memory instanceof Float32Array ? "float32" : "float64", size);
  for (let i = 0; i < rows; i++) {
    const from = storage.offset + i * down;
    if (across === 1) entries.set(memory.subarray(from, from + columns), i * columns);
    else for (let j = 0; j < columns; j++) entries[i * columns + j] = memory[from + j * across]!;
  }
  return entries;
}

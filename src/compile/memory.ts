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
  copied(rows, columns, entries, { at: 0, down: columns, across: 1 }, memory, {
    at: storage.offset,
    down,
    across,
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
  copied(rows, columns, memory, { at: storage.offset, down, across }, entries, {
    at: 0,
    down: columns,
    across: 1,
  });
  return entries;
}

/** Where a matrix begins, and how far apart its rows and its columns lie. */
interface Place {
  readonly at: number;
  readonly down: number;
  readonly across: number;
}

/** Rows and columns of a tile: what is read or written far apart stays near until its neighbours are. */
const tile = 64;

/** Copies a matrix to where it lies otherwise, tile by tile; what is written lies together where it may. */
function copied(
  rows: number,
  columns: number,
  source: ArrayLike<number>,
  from: Place,
  target: Numbers,
  to: Place,
): void {
  if (to.down < to.across) return copied(columns, rows, source, turned(from), target, turned(to));
  const [read, written] = [from.across, to.across];
  for (let top = 0; top < rows; top += tile)
    for (let left = 0; left < columns; left += tile) {
      const count = Math.min(columns - left, tile);
      for (let i = top; i < Math.min(rows, top + tile); i++) {
        let k = from.at + i * from.down + left * read;
        let j = to.at + i * to.down + left * written;
        for (let n = 0; n < count; n++, j += written, k += read) target[j] = source[k]!;
      }
    }
}

const turned = ({ at, down, across }: Place): Place => ({ at, down: across, across: down });

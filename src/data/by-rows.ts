/** @file Arrays that stand by columns are put by rows, block by block. */

import type { StoredArray } from "./arrays.ts";
import type { Budget } from "./keep.ts";
import { Keeper } from "./keep.ts";
import { sizeOf } from "./kinds.ts";
import { product } from "./rows.ts";

/** Bytes that are put the other way at a time. */
const usualBlock = 1 << 23;

/** An array that stands by columns (its first place counts fastest), put by rows; the store of it is closed. */
export function byRows(
  array: StoredArray,
  budget: Budget,
  blockSize: number = usualBlock,
): StoredArray {
  const { store, start, shape, kind } = array;
  const [count = 0, ...ofRow] = shape;
  const size = sizeOf(kind);
  const width = product(ofRow);
  const most = Math.min(count, Math.max(1, Math.floor(blockSize / (width * size))));
  // Entries are copied as whole numbers of up to 4 bytes, which any bits are.
  const [Words, words] =
    size === 1 ? [Uint8Array, 1] : size === 2 ? [Uint16Array, 1] : [Uint32Array, size / 4];
  const block = new Words(most * width * words);
  const column = new Words(most * words);
  const places = placesInRow(ofRow);
  const keeper = new Keeper(store.name, budget, count * width * size);
  const bytesOf = (entries: typeof block, length: number): Uint8Array =>
    new Uint8Array(entries.buffer, 0, length);
  try {
    for (let from = 0; from < count; from += most) {
      const rows = Math.min(most, count - from);
      for (const [k, place] of places.entries()) {
        store.read(start + (k * count + from) * size, bytesOf(column, rows * size));
        for (let i = 0; i < rows; i++)
          for (let word = 0; word < words; word++)
            block[(i * width + place) * words + word] = column[i * words + word]!;
      }
      keeper.add(bytesOf(block, rows * width * size));
    }
  } catch (error) {
    keeper.close();
    throw error;
  }
  store.close();
  if (store.bytes) budget.gives(store.length);
  return { ...array, store: keeper.store(), start: 0 };
}

/** The places of a row's entries by rows, in the order in which the first place counts fastest. */
function placesInRow(shape: readonly number[]): Int32Array {
  const strides = shape.map((_, axis) => product(shape.slice(axis + 1)));
  return Int32Array.from({ length: product(shape) }, (_, k) => {
    let [rest, place] = [k, 0];
    for (const [axis, size] of shape.entries()) {
      place += (rest % size) * strides[axis]!;
      rest = Math.floor(rest / size);
    }
    return place;
  });
}

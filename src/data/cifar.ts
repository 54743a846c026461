/** @file CIFAR-10's binary batches: records of a label and 3072 bytes of a picture, red, green and blue. */

import { errors } from "../diagnostics/errors.ts";
import type { Rows } from "./rows.ts";
import { rowsOf } from "./rows.ts";
import type { Store } from "./store.ts";
import { piecesOf } from "./store.ts";

const recordSize = 3073;
/** Channels, rows, columns. */
const shape = [3, 32, 32] as const;
const classCount = 10;

/** The names of the training batches, in order, and that of the test batch. */
export const trainBatches: readonly string[] = [1, 2, 3, 4, 5].map((k) => `data_batch_${k}.bin`);
export const testBatch = "test_batch.bin";
export const namesFile = "batches.meta.txt";

export const cifarNames: readonly string[] = [
  "airplane",
  "automobile",
  "bird",
  "cat",
  "deer",
  "dog",
  "frog",
  "horse",
  "ship",
  "truck",
];

/** How many records a batch has. */
export function recordsIn(store: Store): number {
  if (store.length === 0 || store.length % recordSize !== 0)
    throw errors.damagedFile(
      store.name,
      store.length,
      "the end of the file",
      `whole records of ${recordSize} bytes: the next one ends at offset ${(Math.floor(store.length / recordSize) + 1) * recordSize}`,
    );
  return store.length / recordSize;
}

/** The labels of a batch. */
export function labelsIn(store: Store): Int32Array {
  const labels = new Int32Array(recordsIn(store));
  let record = 0;
  let from = 0;
  for (const piece of piecesOf(store)) {
    for (; record * recordSize < from + piece.length; record++) {
      const at = record * recordSize;
      const label = piece[at - from]!;
      if (label >= classCount)
        throw errors.labelOutOfRange(
          store.name,
          `in record ${record} (offset ${at})`,
          label,
          0,
          classCount - 1,
        );
      labels[record] = label;
    }
    from += piece.length;
  }
  return labels;
}

/** The pictures of batches, one after the other. */
export function picturesIn(batches: readonly Store[]): Rows {
  return rowsOf(
    batches.map((store) => ({ store, start: 1, count: recordsIn(store) })),
    { shape, kind: "u1", isLittle: true, stride: recordSize },
  );
}

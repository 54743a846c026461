/** @file Arrays that stand in stores: what IDX, NPY and NPZ files hold, each in its own way. */

import { errors } from "../diagnostics/errors.ts";
import type { Kind } from "./kinds.ts";
import { mayBeNone, sizeOf } from "./kinds.ts";
import type { Rows } from "./rows.ts";
import { blocksOf, product, rowsOf } from "./rows.ts";
import type { Extent, Store } from "./store.ts";

/** An array, row by row. */
export interface StoredArray {
  readonly store: Store;
  /** The offset of the first entry. */
  readonly start: number;
  /** The first size counts the rows. */
  readonly shape: readonly number[];
  readonly kind: Kind;
  readonly isLittle: boolean;
}

/** Arrays have at most so many axes: samples, channels, rows, columns. */
export const mostAxes = 4;

/** Where an array ends. */
export function extentOf({
  start,
  shape,
  kind,
}: Pick<StoredArray, "start" | "shape" | "kind">): Extent {
  const [count, size] = [product(shape), sizeOf(kind)];
  const end = start + count * size;
  const bytes = size === 1 ? "1 byte" : `${size} bytes`;
  return { end, told: `${count} entries of ${bytes} up to offset ${end}` };
}

/**
 * An array as rows: one for each place along its first axis.
 * @throws NablaError where an entry is no finite number, or is none in float32.
 */
export function rowsOfArray({ store, start, shape, kind, isLittle }: StoredArray): Rows {
  const [count = 0, ...rest] = shape;
  const ofRow = rest.length === 0 ? [1] : rest;
  const stride = product(ofRow) * sizeOf(kind);
  const rows = rowsOf([{ store, start, count }], { shape: ofRow, kind, isLittle, stride });
  if (!mayBeNone(kind)) return rows;
  const most = kind === "b1" ? 1 : Number.POSITIVE_INFINITY;
  for (const { from, count, entries } of blocksOf(rows)) {
    const size = count * rows.width;
    for (let i = 0; i < size; i++) {
      const entry = entries[i]!;
      if (Number.isFinite(Math.fround(entry)) && entry <= most) continue;
      const at = start + (from * rows.width + i) * sizeOf(kind);
      throw errors.badData(
        `${store.name}: offset ${at}`,
        kind === "b1"
          ? `${entry} is no truth value`
          : Number.isFinite(entry)
            ? `${entry} is too large for float32`
            : "the entry is no finite number",
      );
    }
  }
  return rows;
}

/** @file Samples as rows of numbers, in memory or in files. */

import type { Floats, Kind } from "./kinds.ts";
import { decoderOf, sizeOf } from "./kinds.ts";
import type { Store } from "./store.ts";

/** Samples as rows of numbers. */
export interface Rows {
  readonly count: number;
  /** Of one row: [28, 28], [3, 32, 32], [4]. */
  readonly shape: readonly number[];
  /** The entries of a row. */
  readonly width: number;
  /** Whether each entry is a byte, from 0 to 255, as in pictures. */
  readonly isBytes: boolean;
  /** The bytes of memory that they take, which reading does not make more. */
  readonly held: number;
  /** Puts the rows at some places, one after the other, into `to` from its beginning, as they stand in the file. */
  readonly read: (places: Int32Array, to: Floats) => void;
  /** Closes the files that they stand in. */
  readonly close: () => void;
}

/** Rows that stand in a store, at one distance from each other. */
export interface Stretch {
  readonly store: Store;
  /** The offset of the first. */
  readonly start: number;
  readonly count: number;
}

/** How rows are written. */
export interface Layout {
  readonly shape: readonly number[];
  readonly kind: Kind;
  readonly isLittle: boolean;
  /** The bytes from the beginning of a row to that of the next. */
  readonly stride: number;
}

export const product = (sizes: readonly number[]): number =>
  sizes.reduce((all, size) => all * size, 1);

/** Rows that are read from a file at once take so many bytes, unless one alone takes more. */
const runSize = 1 << 20;
/** What lies that close is read together with what lies between. */
const nearby = 1 << 14;
/** Places that are sorted at a time. */
const mostSorted = 1 << 16;

/** The rows of several stretches, one after the other. */
export function rowsOf(stretches: readonly Stretch[], layout: Layout): Rows {
  const { shape, kind, isLittle, stride } = layout;
  const width = product(shape);
  const rowSize = width * sizeOf(kind);
  const decode = decoderOf(kind, isLittle, width);
  const ends: number[] = [];
  for (const { count } of stretches) ends.push((ends.at(-1) ?? 0) + count);
  const count = ends.at(-1) ?? 0;
  const isHeld = stretches.every(({ store }) => store.bytes !== null);
  const run = isHeld ? null : new Uint8Array(Math.max(runSize, rowSize));

  /** The stretch of a place, by its number. */
  const stretchOf = (place: number): number => {
    if (!(place >= 0 && place < count)) throw new Error(`internal: no row ${place} of ${count}`);
    return ends.findIndex((end) => place < end);
  };
  const offsetOf = (place: number, k: number): number =>
    stretches[k]!.start + (place - (ends[k - 1] ?? 0)) * stride;

  /** Rows that stand in files, given as place · `mostSorted` + slot: each run of near ones is read at once. */
  const readSorted = (keys: Float64Array, to: Floats): void => {
    keys.sort();
    const placeOf = (key: number): number => Math.floor(key / mostSorted);
    for (let i = 0; i < keys.length; ) {
      const k = stretchOf(placeOf(keys[i]!));
      const from = offsetOf(placeOf(keys[i]!), k);
      let end = from + rowSize;
      let next = i + 1;
      for (; next < keys.length && placeOf(keys[next]!) < ends[k]!; next++) {
        const at = offsetOf(placeOf(keys[next]!), k);
        if (at > end + nearby || at + rowSize > from + run!.length) break;
        end = at + rowSize;
      }
      const bytes = run!.subarray(0, end - from);
      stretches[k]!.store.read(from, bytes);
      for (; i < next; i++)
        decode(bytes, offsetOf(placeOf(keys[i]!), k) - from, to, (keys[i]! % mostSorted) * width);
    }
  };

  return {
    count,
    shape,
    width,
    isBytes: kind === "u1",
    held: stretches.reduce((sum, { store }) => sum + (store.bytes?.length ?? 0), run?.length ?? 0),
    read: (places, to) => {
      for (let first = 0; first < places.length; first += mostSorted) {
        const part = to.subarray(first * width);
        const inFiles: number[] = [];
        for (let slot = 0; slot < Math.min(mostSorted, places.length - first); slot++) {
          const place = places[first + slot]!;
          const k = stretchOf(place);
          const { bytes } = stretches[k]!.store;
          if (bytes) decode(bytes, offsetOf(place, k), part, slot * width);
          else inFiles.push(place * mostSorted + slot);
        }
        readSorted(Float64Array.from(inFiles), part);
      }
    },
    close: () => {
      for (const { store } of stretches) store.close();
    },
  };
}

/** Entries that are read at a time where all are. */
const blockEntries = 1 << 18;

/** Some rows that follow each other, and how many came before. */
export interface Block {
  readonly from: number;
  readonly count: number;
  /** Good until the next block. */
  readonly entries: Float64Array;
}

/** All rows, or those at some places, in their order and in blocks. */
export function* blocksOf(rows: Rows, places?: Int32Array): Generator<Block> {
  const total = places?.length ?? rows.count;
  const most = Math.max(1, Math.floor(blockEntries / rows.width));
  const entries = new Float64Array(Math.min(most, total) * rows.width);
  for (let from = 0; from < total; from += most) {
    const count = Math.min(most, total - from);
    const block =
      places?.subarray(from, from + count) ??
      Int32Array.from({ length: count }, (_, i) => from + i);
    rows.read(block, entries);
    yield { from, count, entries };
  }
}

/** @file From where to where each thread goes along an axis that the threads share. */

import { int, whole } from "./coder.ts";
import { cuts } from "./loops.ts";
import type { Value } from "./loops.ts";
import type { Axis } from "./place.ts";

/** How small the part of a thread may become beside an even one. */
export const leastPart = 0.62;

/** Counts of pieces times cuts are whole numbers of 32 bits. */
export const mostPieces = 2 ** 20;

/** How many pieces an axis has. */
export const piecesOf = (extent: number, unit: number): number => Math.ceil(extent / unit);

/** How many cuts the part of a thread has at least. */
export const leastCuts = (threads: number): number => Math.floor((leastPart * cuts) / threads) - 1;

/** How many places the part of a thread has at least where it moves. */
export function leastPlaces(extent: number, unit: number, threads: number): number {
  const pieces = piecesOf(extent, unit);
  const missing = pieces * unit - extent;
  return Math.floor((leastCuts(threads) * pieces) / cuts) * unit - missing;
}

/** How many places even parts may have, largest first. */
export function evenCounts(extent: number, unit: number, threads: number): number[] {
  const pieces = piecesOf(extent, unit);
  const bound = (t: number): number => Math.min(extent, Math.floor((t * pieces) / threads) * unit);
  const counts = Array.from({ length: threads }, (_, t) => bound(t + 1) - bound(t));
  return [...new Set(counts)].filter((count) => count > 0);
}

/** Where the part of a thread begins in cuts where none is known to be faster. */
export const evenCut = (thread: Value, threads: number): Value =>
  whole("/", whole("*", thread, int(cuts)), int(threads));

/** Where the part of a thread begins; that of the one behind the last is the end. */
export function boundOf(
  { extent }: Axis,
  unit: number,
  thread: Value,
  { threads, isMoving }: { readonly threads: number; readonly isMoving: boolean },
): Value {
  const pieces = piecesOf(extent, unit);
  const piece = isMoving
    ? whole(
        "/",
        whole("+", whole("*", { kind: "cut", thread }, int(pieces)), int(cuts / 2)),
        int(cuts),
      )
    : whole("/", whole("*", thread, int(pieces)), int(threads));
  const at = whole("*", piece, int(unit));
  return pieces * unit === extent ? at : whole("min", at, int(extent));
}

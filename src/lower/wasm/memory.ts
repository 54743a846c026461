/** @file What stands where in the memory of a WebAssembly module. */

import { bytesPerNumber } from "../loops.ts";
import type { Module } from "../loops.ts";

/** Where the numbers begin in memory, in bytes: before them stand the counters of the barrier. */
export const wasmBase = 1024;
/** How many threads have come to the barrier, in bytes; what the others look at stands on a line of its own. */
export const arrivedAt = 0;
/** How often all threads have met. */
export const generationAt = 64;

/** How many pages of memory a module needs. */
export const wasmPages = ({ memory, precision }: Module): number =>
  Math.ceil((wasmBase + memory * bytesPerNumber(precision)) / 65536);

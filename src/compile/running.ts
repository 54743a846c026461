/** @file What every backend gives: memory, and a way to run. */

import { errors } from "../diagnostics/errors.ts";
import { bytesPerNumber } from "../lower/loops.ts";
import type { Module } from "../lower/loops.ts";
import type { Numbers } from "./memory.ts";

/** A program in memory. */
export interface Running {
  readonly memory: Numbers;
  /** Runs from one step up to another; with `onlyValue` no more than the value needs. */
  readonly run: (from: number, to: number, onlyValue: boolean) => void;
  readonly dispose: () => void;
}

/** The numbers of a module in a buffer, from a byte on. */
export const numbersIn = (
  { precision, memory }: Module,
  buffer: ArrayBuffer | SharedArrayBuffer,
  offset = 0,
): Numbers =>
  precision === "float32"
    ? new Float32Array(buffer, offset, memory)
    : new Float64Array(buffer, offset, memory);

export const bytesOf = ({ precision, memory }: Module): number =>
  memory * bytesPerNumber(precision);

/** Memory of so many bytes. @throws NablaError where the system does not give it. */
export function allocated<T>(bytes: number, allocate: () => T): T {
  try {
    return allocate();
  } catch (error) {
    throw error instanceof RangeError ? errors.noMemory(bytes) : error;
  }
}

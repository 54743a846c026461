/** @file Where tensors stand in memory. */

import type { Axis } from "./place.ts";
import type { Tensor } from "./tensor.ts";

/** How a tensor lies in memory, in numbers. */
export interface Storage {
  readonly offset: number;
  /** From one place to the next, for each axis. */
  readonly strides: readonly number[];
  /** Which axis has its entries side by side, −1 for a single number. */
  readonly fast: number;
  /** How many entries along that axis may be read and written, of which those behind its extent mean nothing. */
  readonly padded: number;
  /** How many numbers it takes. */
  readonly size: number;
}

/** The storage of what lies in the place of another, axis by axis. */
export function shared(of: Storage, axes: readonly number[]): Storage {
  return {
    ...of,
    strides: axes.map((k) => of.strides[k]!),
    fast: of.fast < 0 ? -1 : axes.indexOf(of.fast),
  };
}

const roundedUp = (n: number, to: number): number => Math.ceil(n / to) * to;

/** Numbers in a vector, and in 64 bytes. */
export interface Grain {
  readonly lanes: number;
  readonly line: number;
  /** From so many lines on, rows begin at lines of their own. */
  readonly longRow: number;
}

/**
 * Rows one after another in the order of the axes, `fast` innermost, with room for whole vectors. Long rows take an
 * odd count of lines, so that rows of a power of two do not fall on the same lines of a cache.
 */
export function stored(
  { axes }: Pick<Tensor, "axes">,
  order: readonly Axis[],
  { lanes, line, longRow }: Grain,
): Omit<Storage, "offset"> {
  const strides = axes.map(() => 0);
  let stride = 1;
  let padded = 1;
  for (const [at, x] of order.toReversed().entries()) {
    strides[axes.indexOf(x)] = stride;
    if (at > 0) {
      stride *= x.extent;
      continue;
    }
    padded = roundedUp(x.extent, lanes);
    const lines = Math.ceil(padded / line);
    const isLong = lanes > 1 && order.length > 1 && lines >= longRow;
    stride = isLong ? (lines % 2 === 0 ? lines + 1 : lines) * line : padded;
  }
  const fast = order.length > 0 ? axes.indexOf(order.at(-1)!) : -1;
  return { strides, fast, padded, size: roundedUp(stride, lanes > 1 ? line : 1) };
}

/** @file Orders of samples, and their division into parts: by chance, and the same from the same seed. */

import { errors } from "../diagnostics/errors.ts";
import { Random, seedOf } from "./random.ts";

/**
 * The places 0 … count − 1 in a random order, each order as likely as another (Fisher and Yates). Each `stream` of a
 * seed, such as the number of an epoch, has an order of its own.
 */
export function permutation(
  count: number,
  seed: number,
  ...stream: readonly number[]
): Int32Array<ArrayBuffer> {
  const places = new Int32Array(count);
  for (let i = 0; i < count; i++) places[i] = i;
  const random = new Random(seedOf(seed, ...stream));
  for (let last = count - 1; last > 0; last--) {
    const drawn = random.below(last + 1);
    const kept = places[last]!;
    places[last] = places[drawn]!;
    places[drawn] = kept;
  }
  return places;
}

/** How many samples a part gets: a whole number of them, or a share between 0 and 1; 0 or nothing where there is no such part. */
export interface Shares {
  readonly validation?: number;
  readonly test?: number;
}

/** The places of each part, in ascending order; a part that is not asked for is empty. */
export interface Division {
  readonly train: Int32Array;
  readonly validation: Int32Array;
  readonly test: Int32Array;
}

/** What tells the stream of a division from those of epochs. */
const ofDivisions = 0x5eed;

/**
 * Divides samples into parts by chance.
 * @throws NablaError where a part that is asked for, or what is left to train on, would be empty.
 */
export function split(count: number, shares: Shares, seed: number): Division {
  const validation = sizeOf("validation", shares.validation ?? 0, count);
  const test = sizeOf("test", shares.test ?? 0, count);
  if (validation + test >= count) throw errors.nothingToTrainOn(count, validation + test);
  const places = permutation(count, seed, ofDivisions);
  return {
    test: places.subarray(0, test).sort(),
    validation: places.subarray(test, test + validation).sort(),
    train: places.subarray(test + validation).sort(),
  };
}

function sizeOf(part: keyof Shares, share: number, count: number): number {
  const size = share > 0 && share < 1 ? Math.round(share * count) : share;
  if (!Number.isInteger(size) || size < 0) throw errors.badShare(part, share);
  if (share > 0 && size === 0) throw errors.emptyPart(part, share, count);
  return size;
}

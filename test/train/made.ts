/** @file Small data that tests of training make themselves. */

import { Random } from "../../src/data/random.ts";
import type { Part, Rows } from "../../src/data/index.ts";
import { Samples } from "../../src/train/samples.ts";

/** Rows in memory. */
export function rowsOf(entries: readonly (readonly number[])[]): Rows {
  const width = entries[0]!.length;
  return {
    count: entries.length,
    shape: [width],
    width,
    isBytes: false,
    held: 0,
    read: (places, to) => {
      for (const [k, place] of places.entries()) to.set(entries[place]!, k * width);
    },
    close: () => {},
  };
}

/** Points about as many centres on a circle as there are classes, with noise in the other features. */
export function clouds(count: number, classes: number, width: number, seed: number): Part {
  const random = new Random(seed);
  const of = Int32Array.from({ length: count }, () => random.below(classes));
  const inputs = Array.from(of, (label) => {
    const angle = (2 * Math.PI * label) / classes;
    return Array.from({ length: width }, (_, j) => [Math.cos(angle), Math.sin(angle)][j] ?? 0).map(
      (x) => x + 0.25 * random.normal(),
    );
  });
  return { inputs: rowsOf(inputs), classes: of, targets: null };
}

export const asTheyAre = { shift: Float32Array.of(0), scale: Float32Array.of(1) };

export const samplesOf = (part: Part): Samples => new Samples(part, null, asTheyAre);

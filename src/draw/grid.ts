/** @file The weights of many units as one image: each unit a picture of what it looks at. */

import { picturing, tiled } from "./raster.ts";
import type { Raster } from "./raster.ts";

/** Whether each unit is drawn by its own largest weight, or all by the largest of those shown. */
export type Contrast = "own" | "common";

/** Pictures of units in rows. */
export interface WeightGrid {
  readonly image: Raster;
  readonly columns: number;
  readonly rows: number;
  /** How many units are shown, from the first. */
  readonly shown: number;
  readonly of: number;
  /** The size of the weights that are drawn in full colour; null where each unit has its own. */
  readonly limit: number | null;
  /** How many weights of those shown are no finite number; they are black. */
  readonly lost: number;
}

/** The colours of weights: the most negative, 0, and the most positive one. */
export const weightColors = [
  [0x0b, 0x56, 0x9c],
  [0xff, 0xff, 0xff],
  [0xb3, 0x3a, 0x00],
] as const;

const usualColumns = 8;

/**
 * The weights of units, each of them an array of `shape`: those of h×w and 1×h×w from blue by white at 0 to orange,
 * those of 3×h×w as red, green and blue around grey at 0. Null where the shape is that of no image.
 */
export function weightGrid(
  units: readonly Float32Array[],
  shape: readonly number[],
  { most, contrast }: { readonly most: number; readonly contrast: Contrast },
): WeightGrid | null {
  const found = picturing(shape);
  const shown = units.slice(0, most);
  if (!found || shown.length === 0) return null;
  const size = found.width * found.height * found.channels;
  if (shown.some(({ length }) => length !== size))
    throw new Error(`internal: weights of a unit are not ${shape.join("×")}`);
  const sizes = shown.map(largest);
  const limit = contrast === "common" ? Math.max(...sizes) : null;
  const rows = Math.ceil(shown.length / usualColumns);
  const columns = Math.ceil(shown.length / rows);
  const isLost = (weight: number): boolean => !Number.isFinite(weight);
  return {
    image: tiled(
      shown.map((unit, i) => tile(unit, found, limit ?? sizes[i]!)),
      columns,
    ),
    columns,
    rows,
    shown: shown.length,
    of: units.length,
    limit,
    lost: shown.reduce((sum, unit) => sum + unit.filter(isLost).length, 0),
  };
}

const largest = (unit: Float32Array): number =>
  unit.reduce((most, w) => (Number.isFinite(w) ? Math.max(most, Math.abs(w)) : most), 0);

function tile(
  unit: Float32Array,
  { width, height, channels }: Omit<Raster, "pixels">,
  limit: number,
): Raster {
  const plane = width * height;
  // A unit without weights is one of zeros.
  const share = (weight: number): number => (limit === 0 ? 0 : weight / limit);
  const pixels = new Uint8Array(plane * 3);
  for (let k = 0; k < plane; k++)
    pixels.set(
      channels === 1
        ? diverging(share(unit[k]!))
        : [0, 1, 2].map((c) => aroundGrey(share(unit[c * plane + k]!))),
      3 * k,
    );
  return { width, height, channels: 3, pixels };
}

const aroundGrey = (share: number): number =>
  Number.isFinite(share) ? Math.round(127.5 + 127.5 * share) : 0;

/** From -1 by 0 to 1. */
function diverging(share: number): number[] {
  if (!Number.isFinite(share)) return [0, 0, 0];
  const [negative, zero, positive] = weightColors;
  const end = share < 0 ? negative : positive;
  return zero.map((from, c) => Math.round(from + (end[c]! - from) * Math.abs(share)));
}

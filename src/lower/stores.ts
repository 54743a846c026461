/** @file What nests and products have in common: the part of a thread, and what is stored at each place. */

import type { Layout } from "./addresses.ts";
import type { Evaluator } from "./evaluate.ts";
import type { Read } from "./formula.ts";
import type { Nest } from "./kernel.ts";
import type { Value } from "./loops.ts";
import type { Axis } from "./place.ts";
import { axesOf, axisAlone } from "./place.ts";

/** A part of an axis. */
export interface Range {
  readonly axis: Axis;
  readonly from: Value;
  readonly to: Value;
}

/** How many places a thread may have of an axis: one of some numbers, or any from `least` on. */
export type Counts = readonly number[] | { readonly least: number };

/** From where to where a thread goes along the axis that the threads share. */
export interface Share extends Range {
  readonly counts: Counts;
}

/** Whether vectors along an axis may go beyond its end where something is read or stored. */
export function hasRoom(
  { tensor, at }: Pick<Read, "tensor" | "at">,
  along: Axis,
  layout: Layout,
): boolean {
  // What is looked up behind the end of an axis is no place at all.
  const k = at.findIndex((place) => axesOf(place).includes(along));
  return k < 0 || (axisAlone(at[k]!) === along && layout.storageOf(tensor).fast === k);
}

/** What is stored at a place whose folds are at hand: everything is read before anything is written over. */
export function writeStores(evaluator: Evaluator, nest: Nest): void {
  const values = nest.stores.map(({ tensor, body }) => {
    const value = evaluator.value(body);
    evaluator.scopes.bind(tensor, value);
    return value;
  });
  for (const [k, { tensor, at, isKept }] of nest.stores.entries())
    if (isKept) evaluator.write(tensor, at, values[k]!);
}

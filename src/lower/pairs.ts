/** @file Kernels that run together: the rows that a product reads are made tile by tile, right before it reads them. */

import type { Layout } from "./addresses.ts";
import { strideAlong } from "./addresses.ts";
import { int } from "./coder.ts";
import type { Coder } from "./coder.ts";
import { goesByRows } from "./contraction.ts";
import type { Contraction, Contractions } from "./contraction.ts";
import { Evaluator } from "./evaluate.ts";
import type { Leading, Stream } from "./fetching.ts";
import type { Read } from "./formula.ts";
import { readsOf } from "./fuse.ts";
import type { Kernel, Nest } from "./kernel.ts";
import type { Target, Value } from "./loops.ts";
import { writeNest } from "./nest.ts";
import type { Axis } from "./place.ts";
import { axisAlone } from "./place.ts";
import type { Scheduled } from "./schedule.ts";

/** A nest that makes the rows of a product's left operand, and its axis along them. */
export interface Lead {
  readonly nest: Nest;
  readonly rows: Axis;
}

/** A kernel of a step with what is made for it tile by tile. */
export interface Paired extends Scheduled {
  readonly lead: Lead | null;
}

/** The kernels of a step, of which `forValue` are needed for the value alone; those that lead another stand with it. */
export function paired(
  step: readonly Scheduled[],
  forValue: ReadonlySet<Kernel>,
  contractionOf: Contractions,
  target: Target,
): Paired[] {
  const found: Paired[] = [];
  for (const one of step) {
    const before = found.at(-1);
    const isAlike = before && forValue.has(before.kernel) === forValue.has(one.kernel);
    const lead = isAlike && !before.lead ? leadOf(before, one, contractionOf, target) : null;
    if (lead) found.splice(-1, 1, { ...one, isAfterBarrier: before!.isAfterBarrier, lead });
    else found.push({ ...one, lead: null });
  }
  return found;
}

/** What the first of two kernels is to the second, where it can be made tile by tile; else null. */
function leadOf(
  before: Scheduled,
  one: Scheduled,
  contractionOf: Contractions,
  target: Target,
): Lead | null {
  const { kernel: nest } = before;
  if (nest.kind !== "nest" || nest.folds.length > 0 || nest.stores.length !== 1) return null;
  if (one.kernel.kind !== "nest" || one.isAfterBarrier) return null;
  const c = contractionOf(one.kernel);
  if (!c || c.others.length > 0 || !goesByRows(c, target)) return null;
  const { tensor, at } = nest.stores[0]!;
  const reads = readsOf(one.kernel).filter((read) => read.tensor === tensor);
  if (c.left.tensor !== tensor || reads.length !== 1) return null;
  const rows = axisAlone(at[c.left.at.findIndex((place) => axisAlone(place) === c.rows)]!);
  return rows && isSharedAlike(before, rows, one, c) ? { nest, rows } : null;
}

/** How a lead is written. */
export function leading(
  coder: Coder,
  { nest, rows }: Lead,
  target: Target,
  layout: Layout,
  step: Value,
): Leading {
  const across = nest.axes.filter((x) => x !== rows);
  const along = across.length === 1 ? across[0]! : null;
  const straight = <T extends Pick<Read, "tensor" | "at">>(places: readonly T[]): T[] =>
    along ? places.filter((place) => strideAlong(place, along, layout) === 1) : [];
  const [read, written] = [straight(readsOf(nest)), straight(nest.stores)];
  return {
    make: (from, to) => {
      writeNest(coder, nest, target, layout, { axis: rows, from, to }, step);
    },
    streamsOf: (row) => {
      const { scopes, addresses } = new Evaluator(coder, target, layout, step);
      const streams: Stream[] = [];
      const start: [Axis, Value][] = [
        [rows, coder.let(row)],
        [along!, int(0)],
      ];
      scopes.within(start, () => {
        for (const place of read)
          streams.push({ base: coder.pointer(addresses.startOf(place)), isWritten: false });
        for (const place of written)
          streams.push({ base: coder.pointer(addresses.startOf(place)), isWritten: true });
      });
      return streams;
    },
  };
}

/** Whether each thread makes the rows that it reads. */
function isSharedAlike(before: Scheduled, rows: Axis, one: Scheduled, c: Contraction): boolean {
  const [a, b] = [before.split, one.split];
  if (!a.axis || !b.axis) return !a.axis && !b.axis && a.owner === b.owner && a.owner !== "all";
  return a.axis === rows && b.axis === c.rows && a.unit === b.unit;
}

/** @file What steps replace: in place where nothing needs what was there before, else by a copy at the end. */

import type { Builder } from "./builder.ts";
import { readBy, readsIn, writtenBy } from "./fuse.ts";
import { nestFor } from "./kernel.ts";
import type { Kernel, Nest } from "./kernel.ts";
import type { State } from "./program.ts";
import type { Tensor } from "./tensor.ts";

/** Tensors that share the memory of another, axis by axis. */
export interface Alias {
  readonly of: Tensor;
  /** Which axis of it each axis is. */
  readonly axes: readonly number[];
}

/** Kernels of a step, and what lies in the same place. */
export interface Placed {
  readonly kernels: readonly Kernel[];
  readonly aliases: ReadonlyMap<Tensor, Alias>;
}

/** Puts what comes after each state where it was before. */
export function placed(
  kernels: readonly Kernel[],
  states: readonly State[],
  builder: Builder,
): Placed {
  const all = [...kernels];
  const aliases = new Map<Tensor, Alias>();
  const overwriters = new Map<Kernel, Set<Tensor>>();
  for (const state of states) {
    const maker = all.find((kernel) => writtenBy(kernel).includes(state.after));
    const isInPlace =
      maker?.kind === "nest" &&
      readsOnlyItsPlace(maker, state) &&
      !wouldWait(all, maker, state.before, overwriters);
    if (isInPlace) {
      const axes = state.axes.map((_, k) => state.axes.indexOf(k));
      aliases.set(state.after, { of: state.before, axes });
      let written = overwriters.get(maker);
      if (!written) overwriters.set(maker, (written = new Set()));
      written.add(state.before);
    } else all.push(copyBack(state, builder));
  }
  return { kernels: all, aliases };
}

/** Whether a nest reads what it replaces only where it writes. */
function readsOnlyItsPlace(nest: Nest, { before, after, axes }: State): boolean {
  const store = nest.stores.find(({ tensor }) => tensor === after)!;
  return [...nest.folds, ...nest.stores].every(({ body }) =>
    readsIn(body).every(
      (read) =>
        read.tensor !== before || read.at.every((p, k) => p.key === store.at[axes[k]!]!.key),
    ),
  );
}

/** Whether kernels would wait for each other if one wrote over a tensor. */
function wouldWait(
  all: readonly Kernel[],
  maker: Kernel,
  before: Tensor,
  overwriters: ReadonlyMap<Kernel, ReadonlySet<Tensor>>,
): boolean {
  // What must come before a kernel: makers of what it reads, and readers of what it writes over.
  const needed = (kernel: Kernel): Kernel[] => {
    const over = new Set(overwriters.get(kernel) ?? []);
    if (kernel === maker) over.add(before);
    const reads = readBy(kernel);
    return all.filter(
      (other) =>
        other !== kernel &&
        (writtenBy(other).some((t) => reads.has(t)) || [...readBy(other)].some((t) => over.has(t))),
    );
  };
  const seen = new Set<Kernel>();
  const open = needed(maker);
  for (let kernel = open.pop(); kernel; kernel = open.pop()) {
    if (kernel === maker) return true;
    if (seen.has(kernel)) continue;
    seen.add(kernel);
    open.push(...needed(kernel));
  }
  return false;
}

/** At the end of a step what comes after is put where it was before. */
function copyBack({ before, after, axes }: State, builder: Builder): Nest {
  const at = builder.placesOf(before);
  const places = after.axes.map((_, k) => at[axes.indexOf(k)]!);
  return nestFor(before, builder.read(after, places));
}

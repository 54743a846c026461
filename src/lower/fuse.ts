/** @file Kernels that run over the same places made one: what the first makes is at hand for the second. */

import type { Builder } from "./builder.ts";
import type { Formula, Read } from "./formula.ts";
import type { Kernel, Nest, Store } from "./kernel.ts";
import type { Axis, Place } from "./place.ts";
import { axisAlone, substitutedPlace } from "./place.ts";
import { tensorsIn } from "./program.ts";
import type { Tensor } from "./tensor.ts";

/** The tensors that a kernel writes. */
export const writtenBy = (kernel: Kernel): readonly Tensor[] =>
  kernel.kind === "algorithm"
    ? [kernel.to]
    : kernel.stores.filter(({ isKept }) => isKept).map(({ tensor }) => tensor);

/** The tensors that a kernel reads from memory. */
export function readBy(kernel: Kernel): ReadonlySet<Tensor> {
  if (kernel.kind === "algorithm") return new Set(kernel.of);
  const inside = new Set<Tensor>(kernel.folds.map(({ tensor }) => tensor));
  const found = new Set<Tensor>();
  const visit = (f: Formula): void => {
    for (const tensor of tensorsIn(f)) if (!inside.has(tensor)) found.add(tensor);
  };
  for (const { body } of kernel.folds) visit(body);
  for (const { tensor, body } of kernel.stores) {
    visit(body);
    inside.add(tensor);
  }
  return found;
}

/**
 * Puts each kernel without folds into the one that makes what it reads, where both run over the same places
 * and no third one stands between them. What only the kernel itself reads is not kept, except `wanted`.
 */
export function fused(
  kernels: readonly Kernel[],
  wanted: ReadonlySet<Tensor>,
  builder: Builder,
): Kernel[] {
  const all: Kernel[] = [...kernels];
  for (let at = 0; at < all.length; at++) if (mergedBack(all, at, builder)) at--;
  for (let at = 0; at < all.length; at++) if (mergedBeside(all, at)) at--;
  for (const kernel of all)
    if (kernel.kind === "nest")
      for (const store of kernel.stores)
        store.isKept =
          wanted.has(store.tensor) ||
          all.some((other) => other !== kernel && readBy(other).has(store.tensor)) ||
          isReadElsewhere(kernel, store);
  return all;
}

/** Puts a kernel into an earlier one, where that can be. */
function mergedBack(all: Kernel[], at: number, builder: Builder): boolean {
  const consumer = all[at]!;
  if (consumer.kind !== "nest" || consumer.folds.length > 0) return false;
  const reads = readBy(consumer);
  for (let before = at - 1; before >= 0; before--) {
    const producer = all[before]!;
    if (producer.kind !== "nest" || !writtenBy(producer).some((t) => reads.has(t))) continue;
    const map = sharedPlaces(producer, consumer);
    if (!map) continue;
    const between = all.slice(before + 1, at);
    const made = new Set(between.flatMap(writtenBy));
    const own = new Set(writtenBy(producer));
    // Either nothing that the second reads is made between, or nothing between reads the first.
    const isEarly = ![...reads].some((t) => made.has(t));
    const isLate = !between.some((kernel) => [...readBy(kernel)].some((t) => own.has(t)));
    if (!isEarly && !isLate) continue;
    const stores = [...producer.stores, ...moved(consumer, map, builder)];
    const merged: Nest = { ...producer, stores };
    all.splice(isEarly ? before : at, 1, merged);
    all.splice(isEarly ? at : before, 1);
    return true;
  }
  return false;
}

/** Puts a kernel beside an earlier one that runs over the same axes and reads some of the same, neither with folds. */
function mergedBeside(all: Kernel[], at: number): boolean {
  const second = all[at]!;
  if (second.kind !== "nest" || second.folds.length > 0 || second.axes.length === 0) return false;
  const reads = readBy(second);
  for (let before = at - 1; before >= 0; before--) {
    const first = all[before]!;
    if (first.kind !== "nest" || first.folds.length > 0) continue;
    const isAlike =
      first.axes.length === second.axes.length && first.axes.every((x) => second.axes.includes(x));
    if (!isAlike || ![...readBy(first)].some((t) => reads.has(t))) continue;
    const made = new Set(all.slice(before, at).flatMap(writtenBy));
    if ([...reads].some((t) => made.has(t))) continue;
    all.splice(before, 1, { ...first, stores: [...first.stores, ...second.stores] });
    all.splice(at, 1);
    return true;
  }
  return false;
}

/** Whether a nest reads what it stores at other places than the present one. */
const isReadElsewhere = (kernel: Nest, { tensor, at }: Store): boolean =>
  kernel.stores.some(({ body }) =>
    readsIn(body).some(
      (read) => read.tensor === tensor && read.at.some((place, k) => place.key !== at[k]!.key),
    ),
  );

/** Which place of the producer each axis of the consumer is; null where they do not run over the same. */
function sharedPlaces(producer: Nest, consumer: Nest): Map<Axis, Place> | null {
  const map = new Map<Axis, Place>();
  const stored = new Map(producer.stores.map(({ tensor, at }) => [tensor, at]));
  for (const { body } of consumer.stores)
    for (const read of readsIn(body)) {
      const at = stored.get(read.tensor);
      if (!at) continue;
      for (const [k, place] of read.at.entries()) {
        const own = axisAlone(place);
        const other = axisAlone(at[k]!);
        if (!own || !other || own.extent !== other.extent) return null;
        const known = map.get(own);
        if (known && known.key !== at[k]!.key) return null;
        map.set(own, at[k]!);
      }
    }
  const isWhole =
    map.size === consumer.axes.length &&
    map.size === producer.axes.length &&
    new Set([...map.values()].map(({ key }) => key)).size === map.size;
  return isWhole ? map : null;
}

const moved = (consumer: Nest, map: ReadonlyMap<Axis, Place>, builder: Builder): Store[] =>
  consumer.stores.map((store) => ({
    ...store,
    at: store.at.map((place) => substitutedPlace(place, map)),
    body: builder.substituted(store.body, map),
  }));

/** The reads in a formula. */
export function readsIn(f: Formula): Read[] {
  const seen = new Set<Formula>();
  const found: Read[] = [];
  const visit = (g: Formula): void => {
    if (seen.has(g)) return;
    seen.add(g);
    if (g.kind === "read") found.push(g);
    else if (g.kind === "call") g.args.forEach(visit);
  };
  visit(f);
  return found;
}

/** The reads in all formulas of a nest. */
export const readsOf = ({ folds, stores }: Nest): readonly Read[] => [
  ...new Set([...folds, ...stores].flatMap(({ body }) => readsIn(body))),
];

/** What a nest reads and does not make itself. */
export function besides(nest: Nest): readonly Read[] {
  const inside = new Set([...nest.folds, ...nest.stores].map(({ tensor }) => tensor));
  return readsOf(nest).filter(({ tensor }) => !inside.has(tensor));
}

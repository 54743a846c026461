/** @file In which order the axes of each tensor lie in memory, so that products find their columns side by side. */

import type { Builder } from "./builder.ts";
import { operandsOf } from "./contraction.ts";
import type { Formula, Read } from "./formula.ts";
import { besides, readsIn } from "./fuse.ts";
import { nestFor } from "./kernel.ts";
import type { Kernel, Nest, Store } from "./kernel.ts";
import type { Axis } from "./place.ts";
import { axisAlone, extentOf } from "./place.ts";
import type { State } from "./program.ts";
import type { Alias } from "./states.ts";
import { sizeOf } from "./tensor.ts";
import type { Tensor } from "./tensor.ts";

/** What is known of memory before the orders are decided. */
export interface Memory {
  readonly aliases: ReadonlyMap<Tensor, Alias>;
  readonly states: readonly State[];
}

/** Kernels, with copies of what is needed in two orders, and the fast axis of each tensor. */
export interface Ordered {
  readonly kernels: readonly Kernel[];
  /** What is made once, before the first step. */
  readonly first: readonly Kernel[];
  readonly aliases: ReadonlyMap<Tensor, Alias>;
  /** The axes of a tensor from the slowest on. */
  readonly orderOf: (t: Tensor) => readonly Axis[];
}

/** How many numbers a vector has where it is long. */
const usualLanes = 16;

/** How many numbers are multiplied in a nest. */
const work = ({ axes, folds }: Nest): number => extentOf([...axes, ...(folds[0]?.over ?? [])]);

/** Which axis of what is read an axis of the nest goes along; −1 where none does by itself. */
const along = (read: Pick<Read, "at">, x: Axis): number =>
  read.at.findIndex((place) => axisAlone(place) === x);

/**
 * Decides the orders, the largest products first; what two products need in different orders is copied.
 * The copy of a state is made before the first step, and again where the state is replaced.
 */
export function ordered(kernels: readonly Kernel[], builder: Builder, memory: Memory): Ordered {
  const aliases = new Map(memory.aliases);
  const first: Kernel[] = [];
  const fast = new Map<Tensor, number>();
  const fastOf = (t: Tensor): number | undefined => {
    const alias = aliases.get(t);
    if (!alias) return fast.get(t);
    const k = fast.get(alias.of);
    return k === undefined || k < 0 ? k : alias.axes.indexOf(k);
  };
  const decide = (t: Tensor, k: number): void => {
    if (fastOf(t) !== undefined) return;
    const alias = aliases.get(t);
    fast.set(alias?.of ?? t, alias && k >= 0 ? alias.axes[k]! : k);
  };
  const all = [...kernels];
  for (const kernel of kernels)
    if (kernel.kind === "algorithm")
      for (const t of [...kernel.of, kernel.to]) decide(t, t.axes.length - 1);

  const copies = new Map<string, Tensor>();
  const copied = new Map<State, Tensor>();
  const products = all
    .filter((kernel) => kernel.kind === "nest")
    .filter((nest) => operandsOf(nest) !== null)
    .toSorted((a, b) => work(b) - work(a))
    .map((nest) => nest.folds[0]!.tensor);
  const others: { readonly left: Read; readonly inner: Axis }[] = [];
  for (const product of products) {
    // As it is by now.
    const at = (): number =>
      all.findIndex((k) => k.kind === "nest" && k.folds[0]?.tensor === product);
    const nest = all[at()] as Nest;
    const choice = bestColumns(nest, fastOf);
    if (!choice) continue;
    const { left, right, columns } = choice;
    const [inner] = nest.folds[0]!.over.toSorted((a, b) => b.extent - a.extent);
    others.push({ left, inner: inner! });
    const k = along(right, columns);
    decide(right.tensor, k);
    for (const store of nest.stores) {
      const side = along(store, columns);
      if (store.isKept && side >= 0) decide(store.tensor, side);
    }
    if (fastOf(right.tensor) !== k) {
      const key = `${right.tensor.id} ${k}`;
      let copy = copies.get(key);
      if (!copy) {
        copy = builder.copied(right.tensor, `order ${k}`);
        copies.set(key, copy);
        fast.set(copy, k);
        const state = memory.states.find(({ before }) => before === right.tensor);
        if (state && aliases.has(state.after)) {
          copied.set(state, copy);
          first.push(copying(right.tensor, copy, builder));
          const after = builder.copied(state.after, `order ${k} after`);
          aliases.set(after, { of: copy, axes: state.axes.map((_, i) => state.axes.indexOf(i)) });
          refresh(all, state, after, builder);
        } else insertCopy(all, right.tensor, copy, builder);
      }
      replaceOperand(all, at(), right, copy, builder);
    }
  }
  for (const { left, inner } of others)
    if (isGivenFor(left.tensor, all)) decide(left.tensor, along(left, inner));
  for (const [state, copy] of copied) readNearer(all, state, copy, { fastOf, builder });
  for (const kernel of all) if (kernel.kind === "nest") follow(kernel, fastOf, decide);
  const orderOf = (t: Tensor): readonly Axis[] => {
    const k = fastOf(t);
    if (k === undefined || k < 0) return t.axes;
    return [...t.axes.filter((_, i) => i !== k), t.axes[k]!];
  };
  return { kernels: all, first, aliases, orderOf };
}

/** The operand and the axis along which it is to be read by vectors: that for which the least has to be moved. */
function bestColumns(
  nest: Nest,
  fastOf: (t: Tensor) => number | undefined,
): { readonly left: Read; readonly right: Read; readonly columns: Axis } | null {
  const [a, b] = operandsOf(nest)!;
  const beside = besides(nest).filter((r) => r !== a && r !== b);
  let best: { left: Read; right: Read; columns: Axis; cost: number } | null = null;
  for (const [right, left] of [
    [a, b],
    [b, a],
  ] as const)
    for (const columns of nest.axes) {
      const k = along(right, columns);
      const hasRows = nest.axes.some((x) => left.axes.includes(x) && !right.axes.includes(x));
      if (k < 0 || left.axes.includes(columns) || !hasRows) continue;
      const known = fastOf(right.tensor) ?? sourceOf(right.tensor);
      let cost =
        known === undefined ? (k === right.tensor.axes.length - 1 ? 0 : 0.01) : known === k ? 0 : 1;
      cost *= sizeOf(right.tensor);
      for (const store of nest.stores) {
        if (!store.isKept) continue;
        const other = fastOf(store.tensor);
        if (other !== undefined && other !== along(store, columns))
          cost += 4 * sizeOf(store.tensor);
      }
      for (const read of beside) {
        const other = fastOf(read.tensor);
        const side = along(read, columns);
        if (side >= 0 && other !== undefined && other !== side) cost += 2 * sizeOf(read.tensor);
      }
      // Few columns leave lanes idle.
      const { extent } = columns;
      const idle = (Math.ceil(extent / usualLanes) * usualLanes) / extent - 1;
      cost += (work(nest) * idle) / (2 * usualLanes);
      cost -= Math.min(extent, 32) * 1e-6;
      if (!best || cost < best.cost) best = { left, right, columns, cost };
    }
  return best;
}

/** Whether a tensor is given for products alone: then it may lie as the sums that read it number by number go along. */
function isGivenFor(t: Tensor, kernels: readonly Kernel[]): boolean {
  if (t.definition.kind !== "input") return false;
  return kernels.every((kernel) => {
    if (kernel.kind === "algorithm") return !kernel.of.includes(t);
    const operands = operandsOf(kernel);
    const all = [...kernel.folds, ...kernel.stores].flatMap(({ body }) => readsIn(body));
    return all.every((read) => read.tensor !== t || operands?.includes(read));
  });
}

const copying = (of: Tensor, copy: Tensor, builder: Builder): Nest =>
  nestFor(copy, builder.read(of, builder.placesOf(of)));

/** Writes a copy of what comes after a state beside it. */
function refresh(all: Kernel[], { after }: State, copy: Tensor, builder: Builder): void {
  for (const [at, kernel] of all.entries()) {
    if (kernel.kind !== "nest") continue;
    const made = kernel.stores.find(({ tensor }) => tensor === after);
    if (!made) continue;
    const store: Store = { ...made, tensor: copy, body: builder.read(after, made.at) };
    all[at] = { ...kernel, stores: [...kernel.stores, store] };
  }
}

/** Where a state is replaced, its copy is read where that lies side by side and the state itself does not. */
function readNearer(
  all: Kernel[],
  { before, after }: State,
  copy: Tensor,
  { fastOf, builder }: { fastOf: (t: Tensor) => number | undefined; builder: Builder },
): void {
  for (const [index, kernel] of all.entries()) {
    if (kernel.kind !== "nest" || operandsOf(kernel) === null) continue;
    const made = kernel.stores.find(({ tensor }) => tensor === after);
    const columns = made && bestColumns(kernel, fastOf)?.columns;
    if (!columns) continue;
    const isAlong = (t: Tensor, at: Store["at"]): boolean =>
      axisAlone(at[fastOf(t) ?? 0]!) === columns;
    const nearer = (read: Read): Formula =>
      read.tensor === before && !isAlong(before, read.at) && isAlong(copy, read.at)
        ? builder.read(copy, read.at)
        : read;
    const stores = kernel.stores.map((store) => ({
      ...store,
      body: builder.withReads(store.body, nearer),
    }));
    all[index] = { ...kernel, stores };
  }
}

/** Along which axis what a tensor takes from another lies side by side there; undefined where it is no such copy. */
function sourceOf({ axes, definition }: Tensor): number | undefined {
  if (definition.kind !== "map" || definition.body.kind !== "read") return undefined;
  const last = definition.body.at.at(-1);
  const x = last ? axisAlone(last) : null;
  return x ? axes.indexOf(x) : undefined;
}

/** The copy is made right behind what it copies, or first of all. */
function insertCopy(all: Kernel[], of: Tensor, copy: Tensor, builder: Builder): void {
  const at = all.findIndex(
    (k) =>
      (k.kind === "algorithm" && k.to === of) ||
      (k.kind === "nest" && k.stores.some(({ tensor }) => tensor === of)),
  );
  const maker = all[at];
  if (maker?.kind === "nest")
    for (const store of maker.stores) if (store.tensor === of) store.isKept = true;
  all.splice(at + 1, 0, copying(of, copy, builder));
}

function replaceOperand(
  all: Kernel[],
  at: number,
  operand: Read,
  copy: Tensor,
  builder: Builder,
): void {
  const nest = all[at] as Nest;
  const [fold] = nest.folds;
  const [a, b] = operandsOf(nest)!;
  const read = builder.read(copy, operand.at);
  const body = builder.times(a === operand ? read : a, b === operand ? read : b);
  all[at] = { ...nest, folds: [{ ...fold!, body }] };
}

/** What is not decided follows what stands beside it in a nest. */
function follow(
  nest: Nest,
  fastOf: (t: Tensor) => number | undefined,
  decide: (t: Tensor, k: number) => void,
): void {
  const votes = new Map<Axis, number>();
  const vote = (at: Pick<Read, "at">, tensor: Tensor): void => {
    const k = fastOf(tensor);
    const x = k === undefined || k < 0 ? null : axisAlone(at.at[k]!);
    if (x) votes.set(x, (votes.get(x) ?? 0) + sizeOf(tensor));
  };
  for (const { body } of [...nest.folds, ...nest.stores])
    for (const read of readsIn(body)) vote(read, read.tensor);
  for (const store of nest.stores) if (store.isKept) vote(store, store.tensor);
  const [first] = [...votes].toSorted((x, y) => y[1] - x[1]);
  for (const store of nest.stores) {
    const k = first ? along(store, first[0]) : -1;
    if (k >= 0) decide(store.tensor, k);
  }
}

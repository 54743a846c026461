/** @file Which thread does what part of each kernel, and where all wait for each other. */

import { readBy, readsOf, writtenBy } from "./fuse.ts";
import type { Algorithm, Kernel, Nest } from "./kernel.ts";
import type { Axis } from "./place.ts";
import { axisAlone, axesOf, extentOf } from "./place.ts";
import type { Read } from "./formula.ts";
import type { Measured } from "./measured.ts";
import type { AlgorithmName, Tensor } from "./tensor.ts";
import { leastPlaces, mostPieces, piecesOf } from "./parts.ts";

/**
 * The axis that the threads share, in pieces of so many places; without one the thread that does it all, or all of
 * them, which share it as an algorithm says.
 */
export interface Split {
  readonly axis: Axis | null;
  readonly unit: number;
  readonly owner: number | "all";
  /** Whether the parts of threads follow how fast the threads are; else they are even. */
  readonly isMoving: boolean;
}

const aloneBy = (owner: number): Split => ({ axis: null, unit: 1, owner, isMoving: false });
const together: Split = { axis: null, unit: 1, owner: "all", isMoving: false };

/** A kernel with its place in the order. */
export interface Scheduled {
  readonly kernel: Kernel;
  readonly split: Split;
  /** Whether all threads must have come so far before it begins. */
  readonly isAfterBarrier: boolean;
  /** How many barriers come before it. */
  readonly phase: number;
}

/** Whether more than one thread has anything to do. */
export const isForThreads = (order: readonly Scheduled[]): boolean =>
  order.some(({ phase, split }) => phase > 0 || split.owner !== 0);

/** The phases whose work is shared as the threads are fast, nearly all of it: the time in which each does its part tells that. */
export function tellingPhases(order: readonly Scheduled[]): ReadonlySet<number> {
  const work = new Map<number, { all: number; moving: number }>();
  for (const { kernel, split, phase } of order) {
    let of = work.get(phase);
    if (!of) work.set(phase, (of = { all: 0, moving: 0 }));
    of.all += workOf(kernel);
    if (split.isMoving) of.moving += workOf(kernel);
  }
  return new Set([...work].flatMap(([phase, of]) => (of.moving > 0.95 * of.all ? [phase] : [])));
}

/** How long a kernel takes, in additions: each entry that is stored is one more. */
export function workOf(kernel: Kernel): number {
  if (kernel.kind === "algorithm") return 2 * multiplyAddsOf(kernel);
  const folds = kernel.folds.reduce(
    (sum, { over, body }) => sum + extentOf(over) * (body.cost + 1),
    0,
  );
  const stores = kernel.stores.reduce((sum, { body }) => sum + body.cost + 1, 0);
  return extentOf(kernel.axes) * (folds + stores);
}

/** How many of them are pairs: the products of contractions, each with the sum that takes it. */
export function multiplyAddsOf(kernel: Kernel): number {
  if (kernel.kind === "algorithm") {
    const n = kernel.of[0]!.axes.at(-1)!.extent;
    const columns = kernel.to.axes.at(-1)!.extent;
    return extentOf(kernel.to.axes.slice(0, -2)) * multiplyAdds[kernel.name](n, columns);
  }
  const contractions = kernel.folds.filter(
    ({ folding, body }) => folding === "plus" && body.kind === "call" && body.name === "times",
  );
  return extentOf(kernel.axes) * contractions.reduce((sum, { over }) => sum + extentOf(over), 0);
}

const bySubstitution = (n: number, columns: number): number => n * n * columns;
/** About one product: how many sweeps, squarings or factors there are hangs on the numbers. */
const atLeast = (n: number): number => n ** 3;

const multiplyAdds: Readonly<Record<AlgorithmName, (n: number, columns: number) => number>> = {
  cholesky: (n) => n ** 3 / 6,
  solveCholesky: bySubstitution,
  lu: (n) => n ** 3 / 3,
  solveLu: bySubstitution,
  solveLuTransposed: bySubstitution,
  eigen: atLeast,
  expm: atLeast,
  matrixPower: atLeast,
};

/** How the threads share a tensor: along which axis, and at which bounds, or which thread has it all. */
type Part = string;

/** What is written within a phase, and by which parts. */
type Written = Map<Tensor, Part>;

/** What of a phase has been fixed. */
interface Phase {
  readonly written: Written;
  /** What is read within it, and by which parts. */
  readonly read: Map<Tensor, Set<Part>>;
}

const emptyPhase = (): Phase => ({ written: new Map(), read: new Map() });

/** What a schedule has to know besides the kernels. */
export interface Context {
  readonly threads: number;
  /** One tensor for all that share their memory. */
  readonly same: (t: Tensor) => Tensor;
  /** The axis along which a nest goes by vectors. */
  readonly vectorOf: (nest: Nest) => Axis | null;
  /** How many places along that axis are taken together. */
  readonly unit: number;
  readonly measured: Measured;
}

/**
 * The kernels in an order in which every one comes behind what it reads and, where it writes over what others
 * read, behind them.
 */
export function scheduled(kernels: readonly Kernel[], context: Context): Scheduled[] {
  const { same, threads, measured } = context;
  const total = kernels.reduce((sum, kernel) => sum + workOf(kernel), 0);
  const needs = dependencies(kernels, same);
  const done = new Set<Kernel>();
  const order: Scheduled[] = [];
  const isReady = (kernel: Kernel): boolean => [...needs.get(kernel)!].every((k) => done.has(k));
  if (threads === 1 || total < measured.worthThreads) {
    // In the order given, as far as what is written over allows.
    while (done.size < kernels.length) {
      const kernel = kernels.find((k) => !done.has(k) && isReady(k));
      if (!kernel) throw new Error("internal: kernels that wait for each other");
      done.add(kernel);
      order.push({ kernel, split: aloneBy(0), isAfterBarrier: false, phase: 0 });
    }
    return order;
  }
  for (let phase = 0; done.size < kernels.length; phase++) {
    const members = bestPhase(kernels, done, needs, context);
    for (const [at, { kernel, split }] of members.entries()) {
      order.push({ kernel, split, isAfterBarrier: at === 0 && phase > 0, phase });
      done.add(kernel);
    }
  }
  return order;
}

/** For each kernel those that must come before it. */
function dependencies(
  kernels: readonly Kernel[],
  same: (t: Tensor) => Tensor,
): Map<Kernel, Set<Kernel>> {
  const makers = new Map<Tensor, Kernel>();
  for (const kernel of kernels) for (const t of writtenBy(kernel)) makers.set(t, kernel);
  const needs = new Map<Kernel, Set<Kernel>>(kernels.map((kernel) => [kernel, new Set()]));
  for (const kernel of kernels)
    for (const t of readBy(kernel)) {
      const maker = makers.get(t);
      // What is given is written over at the end, when all have read it.
      if (maker && maker !== kernel)
        if (t.definition.kind === "input") needs.get(maker)!.add(kernel);
        else needs.get(kernel)!.add(maker);
      // What writes over t comes behind.
      for (const [other, overwriter] of makers)
        if (other !== t && same(other) === same(t) && overwriter !== kernel)
          needs.get(overwriter)!.add(kernel);
    }
  return needs;
}

interface Member {
  readonly kernel: Kernel;
  readonly split: Split;
}

/** The phase that gets the most work done in its time, by the axis that its largest kernel is shared along. */
function bestPhase(
  kernels: readonly Kernel[],
  done: ReadonlySet<Kernel>,
  needs: ReadonlyMap<Kernel, ReadonlySet<Kernel>>,
  context: Context,
): Member[] {
  const ready = kernels.filter((k) => !done.has(k) && [...needs.get(k)!].every((n) => done.has(n)));
  if (ready.length === 0) throw new Error("internal: kernels that wait for each other");
  const [largest] = ready.toSorted((a, b) => workOf(b) - workOf(a));
  let best: { members: Member[]; rate: number } | null = null;
  for (const split of splitsOf(largest!, context)) {
    const members = phaseFrom({ kernel: largest!, split }, kernels, done, needs, context);
    const loads = Array.from({ length: context.threads }, () => 0);
    for (const member of members) addLoad(loads, member);
    const work = members.reduce((sum, { kernel }) => sum + workOf(kernel), 0);
    const time = context.measured.barrierCost + Math.max(...loads);
    if (!best || work / time > best.rate * 1.001) best = { members, rate: work / time };
  }
  return best!.members;
}

/** What a member takes of the time of each thread. */
function addLoad(loads: number[], { kernel, split: { axis, owner } }: Member): void {
  const work = workOf(kernel);
  if (axis === null && owner !== "all") loads[owner]! += work;
  else for (const t of loads.keys()) loads[t]! += work / loads.length;
}

/** Along what a kernel may be shared: long axes first; last by no axis, then the idlest threads first. */
function splitsOf(kernel: Kernel, context: Context, loads: readonly number[] = []): Split[] {
  const owners = Array.from({ length: context.threads }, (_, t) => t)
    .toSorted((a, b) => (loads[a] ?? 0) - (loads[b] ?? 0))
    .map(aloneBy);
  if (workOf(kernel) < context.measured.worthSharing) return owners;
  if (kernel.kind === "algorithm") return isShared(kernel, context.measured) ? [together] : owners;
  const vector = context.vectorOf(kernel);
  const axes = kernel.axes
    .filter(({ extent }) => extent >= context.threads)
    .toSorted((a, b) => b.extent - a.extent)
    .flatMap((axis): Split[] => {
      // Vectors must not go over into the part of another thread.
      if (axis === vector && axis.extent < context.unit * context.threads) return [];
      const unit = axis === vector ? context.unit : 1;
      const isEven = axis.extent % (context.unit * context.threads) === 0;
      return [sharedBy(axis, isEven ? context.unit : unit, context)];
    });
  return [...axes, ...owners];
}

/** How threads share an axis in pieces: evenly, or as they are fast where their parts are long and have many pieces. */
function sharedBy(axis: Axis, unit: number, { threads, measured }: Context): Split {
  const pieces = piecesOf(axis.extent, unit);
  const isMoving =
    pieces >= 4 * threads &&
    pieces <= mostPieces &&
    leastPlaces(axis.extent, unit, threads) >= measured.longPart;
  return { axis, unit, owner: "all", isMoving };
}

/** Whether threads share an algorithm: one that is long, and whose parts do not wait for each other. */
function isShared({ name, to }: Algorithm, { sharedFactor, sharedSolution }: Measured): boolean {
  const columns = to.axes.at(-1)!.extent;
  if (name === "cholesky") return columns >= sharedFactor;
  return name === "solveCholesky" && columns >= sharedSolution;
}

/** Everything that can be done without a barrier from a first kernel on. */
function phaseFrom(
  first: Member,
  kernels: readonly Kernel[],
  done: ReadonlySet<Kernel>,
  needs: ReadonlyMap<Kernel, ReadonlySet<Kernel>>,
  context: Context,
): Member[] {
  const { same } = context;
  const phase = emptyPhase();
  const members: Member[] = [];
  const placed = new Set<Kernel>();
  const loads = Array.from({ length: context.threads }, () => 0);
  const place = (member: Member): void => {
    members.push(member);
    placed.add(member.kernel);
    addLoad(loads, member);
    note(phase, member, same);
  };
  // What comes before the largest in the text, and is ready, may be needed by what follows it.
  place(first);
  for (let isChanged = true; isChanged; ) {
    isChanged = false;
    for (const kernel of kernels) {
      if (done.has(kernel) || placed.has(kernel)) continue;
      if (![...needs.get(kernel)!].every((n) => done.has(n) || placed.has(n))) continue;
      const split = splitsOf(kernel, context, loads).find((s) =>
        fits(phase, { kernel, split: s }, same),
      );
      if (split === undefined) continue;
      place({ kernel, split });
      isChanged = true;
    }
  }
  return members;
}

/** Part of what is read besides the thread's own: it goes with no other part. */
const beyond = "beyond";

/** The part of a tensor that a kernel touches where a read or a store stands. */
function partOf({ tensor, at }: Pick<Read, "tensor" | "at">, share: Split): Part {
  if (!share.axis) return `thread ${share.owner}`;
  const k = at.findIndex((p) => axisAlone(p) === share.axis);
  if (k < 0 || tensor.axes[k]!.extent !== share.axis.extent) return beyond;
  const isOnly = at.every((p, other) => other === k || !axesOf(p).includes(share.axis!));
  return isOnly ? `${k} by ${share.unit}` : beyond;
}

const partOfAlgorithm = ({ owner }: Split): Part => (owner === "all" ? beyond : `thread ${owner}`);

/** Whether a kernel, shared so, needs nothing of another thread's in a phase, and disturbs none. */
function fits(phase: Phase, { kernel, split }: Member, same: (t: Tensor) => Tensor): boolean {
  if (kernel.kind === "algorithm") {
    const own = partOfAlgorithm(split);
    const parts = kernel.of.map((t) => phase.written.get(same(t)));
    const readers = [...(phase.read.get(same(kernel.to)) ?? [])];
    return (
      parts.every((part) => part === undefined || (part === own && own !== beyond)) &&
      readers.every((part) => part === own && own !== beyond)
    );
  }
  const own = new Set(kernel.stores.map(({ tensor }) => tensor));
  for (const read of readsOf(kernel)) {
    if (own.has(read.tensor)) continue;
    const written = phase.written.get(same(read.tensor));
    if (written !== undefined && (written === beyond || written !== partOf(read, split)))
      return false;
  }
  for (const store of kernel.stores) {
    if (!store.isKept) continue;
    const part = partOf(store, split);
    const readers = [...(phase.read.get(same(store.tensor)) ?? [])];
    if (readers.some((reader) => reader === beyond || reader !== part)) return false;
    if (part === beyond && split.axis) return false;
  }
  return true;
}

function note(phase: Phase, { kernel, split }: Member, same: (t: Tensor) => Tensor): void {
  const isRead = (t: Tensor, part: Part): void => {
    let parts = phase.read.get(same(t));
    if (!parts) phase.read.set(same(t), (parts = new Set()));
    parts.add(part);
  };
  if (kernel.kind === "algorithm") {
    const part = partOfAlgorithm(split);
    for (const t of kernel.of) isRead(t, part);
    phase.written.set(same(kernel.to), part);
    return;
  }
  for (const read of readsOf(kernel)) isRead(read.tensor, partOf(read, split));
  for (const store of kernel.stores)
    if (store.isKept) phase.written.set(same(store.tensor), partOf(store, split));
}

/** @file From a program to loop code: storage, a function for each kernel, and one that runs them for some steps. */

import type { Layout } from "./addresses.ts";
import { scratchOf, writeAlgorithm } from "./algorithms.ts";
import { arranged } from "./arena.ts";
import type { Demand } from "./arena.ts";
import { Coder, int, whole } from "./coder.ts";
import { contractions, partialsOf, reachOf, writeContraction } from "./contraction.ts";
import type { Contractions } from "./contraction.ts";
import { fused, readBy, writtenBy } from "./fuse.ts";
import type { Kernel, Nest } from "./kernel.ts";
import { ordered } from "./layout.ts";
import type { LoopFunction, Module, Target, Value } from "./loops.ts";
import { perLine } from "./loops.ts";
import { vectorAxis, writeNest } from "./nest.ts";
import { leading, paired } from "./pairs.ts";
import type { Paired } from "./pairs.ts";
import { boundOf, evenCounts, leastPlaces } from "./parts.ts";
import type { Axis } from "./place.ts";
import { kernelsOf } from "./program.ts";
import type { Program } from "./program.ts";
import { isForThreads, scheduled, tellingPhases } from "./schedule.ts";
import type { Scheduled } from "./schedule.ts";
import { placed } from "./states.ts";
import type { Alias } from "./states.ts";
import type { Storage } from "./storage.ts";
import { shared, stored } from "./storage.ts";
import type { Share } from "./stores.ts";
import type { Tensor } from "./tensor.ts";

/** Loop code, and where it keeps what. */
export interface Assembled {
  readonly module: Module;
  /** What is done once in a run, and what in every step. */
  readonly first: readonly Scheduled[];
  readonly step: readonly Scheduled[];
  readonly storageOf: (t: Tensor) => Storage;
  readonly labelAt: (name: string) => number;
}

export function assembled(program: Program, target: Target): Assembled {
  const { builder, states } = program;
  const wanted = new Set([
    ...program.outputs.map(({ tensor }) => tensor),
    ...states.map(({ after }) => after),
  ]);
  const inPlace = placed(fused(kernelsOf(program), wanted, builder), states, builder);
  const order = ordered(inPlace.kernels, builder, { aliases: inPlace.aliases, states });
  const { lanes, measured } = target;
  const grain = { lanes, line: perLine(target.precision), longRow: measured.longRow };
  const unit = lanes === 1 ? 1 : grain.line;
  const same = (t: Tensor): Tensor => order.aliases.get(t)?.of ?? t;
  const shapes = new Map<Tensor, Omit<Storage, "offset">>();
  const shapeOf = (t: Tensor): Omit<Storage, "offset"> => {
    let shape = shapes.get(t);
    if (!shape) shapes.set(t, (shape = stored(t, order.orderOf(t), grain)));
    return shape;
  };
  const storages = new Map<Tensor, Storage>();
  const labels = new Map([...program.labels.keys()].map((name, k) => [name, k] as const));
  const layout: Layout = {
    storageOf: (t) => {
      const known = storages.get(t);
      if (known) return known;
      const alias = order.aliases.get(t);
      // Before it has its place, only how it lies is known.
      return alias ? shared(layout.storageOf(alias.of), alias.axes) : { ...shapeOf(t), offset: 0 };
    },
    labelAt: (name) => labels.get(name)!,
  };
  const contractionOf = contractions(layout, target);
  const vectorOf = (nest: Nest): Axis | null =>
    contractionOf(nest)?.columns ?? vectorAxis(nest, layout, target);
  const context = { threads: target.threads, same, vectorOf, unit: 2 * unit, measured };
  const first = scheduled(order.first, { ...context, threads: 1 });
  const step = scheduled(order.kernels, context);

  const start = Math.ceil(labels.size / unit) * unit;
  const spareOf = (kernel: Kernel): number => {
    if (kernel.kind === "algorithm") {
      const n = kernel.of[0]!.axes.at(-1)!.extent;
      return scratchOf[kernel.name] * n * n;
    }
    const contraction = contractionOf(kernel);
    return contraction ? partialsOf(contraction, target) : 0;
  };
  const beyond = (kernel: Kernel): number => {
    if (kernel.kind === "algorithm") return 0;
    const contraction = contractionOf(kernel);
    return contraction ? reachOf(kernel, contraction, layout, target) : 0;
  };
  const valueOnly = program.outputs.slice(0, 1).map(({ tensor }) => tensor);
  const forValue = neededFor(valueOnly, step);
  const runs = paired(step, forValue, contractionOf, target);
  const momentOf = momentsOf(runs, isForThreads(step));
  const tensors = demandsOf(program, first, step, { aliases: order.aliases, momentOf, shapeOf });
  const spare = [...first, ...step].map((one): Demand<Kernel> => {
    const moment = momentOf.get(one.kernel) ?? -1;
    return { of: one.kernel, from: moment, to: moment, size: spareOf(one.kernel) };
  });
  const plan = arranged<Tensor | Kernel>([...tensors, ...spare], start);
  for (const { of } of tensors) storages.set(of, { ...shapeOf(of), offset: plan.offsets.get(of)! });
  for (const [tensor, alias] of order.aliases)
    storages.set(tensor, shared(storages.get(alias.of)!, alias.axes));

  const functions: LoopFunction[] = [];
  const written = (one: Paired): string => {
    const name = `kernel${functions.length}`;
    const scratch = plan.offsets.get(one.kernel)!;
    functions.push(kernelFunction(name, one, scratch, { target, layout, contractionOf }));
    return name;
  };
  const before = first.map((one) => written({ ...one, lead: null }));
  const names = runs.map(written);
  functions.push(runFunction(before, runs, names, target.threads, forValue));
  return {
    module: {
      precision: target.precision,
      functions,
      // Vectors may be read beyond the end of the last tensor.
      memory: plan.end + Math.max(4 * unit, ...step.map(({ kernel }) => beyond(kernel))),
      threads: isForThreads(step) ? target.threads : 1,
    },
    first,
    step,
    ...layout,
  };
}

/** When each kernel of a step runs: one after the other, those that run together and those of a phase of threads at once. */
function momentsOf(runs: readonly Paired[], isShared: boolean): ReadonlyMap<Kernel, number> {
  const moments = new Map<Kernel, number>();
  for (const [at, { kernel, phase, lead }] of runs.entries())
    for (const one of lead ? [lead.nest, kernel] : [kernel])
      moments.set(one, isShared ? phase : at);
  return moments;
}

/** When each tensor is needed: what is given, asked for or made once always, the rest from its kernel to its last reader. */
function demandsOf(
  program: Program,
  first: readonly Scheduled[],
  step: readonly Scheduled[],
  memory: {
    readonly aliases: ReadonlyMap<Tensor, Alias>;
    readonly momentOf: ReadonlyMap<Kernel, number>;
    readonly shapeOf: (t: Tensor) => { readonly size: number };
  },
): Demand<Tensor>[] {
  const { aliases, momentOf, shapeOf } = memory;
  const always = new Set<Tensor>([
    ...[...program.inputs.values()].map(({ tensor }) => tensor),
    ...program.outputs.map(({ tensor }) => tensor),
    ...program.states.flatMap(({ before, after }) => [before, after]),
    ...first.flatMap(({ kernel }) => writtenBy(kernel)),
  ]);
  if (program.order) always.add(program.order);
  const span = new Map<Tensor, [from: number, to: number]>();
  for (const t of always) if (!aliases.has(t)) span.set(t, [-1, Infinity]);
  for (const { kernel } of step) {
    const moment = momentOf.get(kernel)!;
    for (const t of [...writtenBy(kernel), ...readBy(kernel)]) {
      if (aliases.has(t)) continue;
      const known = span.get(t);
      if (known) known[1] = Math.max(known[1], moment);
      else span.set(t, [moment, moment]);
    }
  }
  return [...span].map(([of, [from, to]]) => ({ of, from, to, size: shapeOf(of).size }));
}

/** What kernels are written for. */
interface Writing {
  readonly target: Target;
  readonly layout: Layout;
  readonly contractionOf: Contractions;
}

/** The function of one kernel: of a thread, in a step. */
function kernelFunction(
  name: string,
  { kernel, split, lead }: Paired,
  scratch: number,
  { target, layout, contractionOf }: Writing,
): LoopFunction {
  const coder = new Coder(name);
  const thread = coder.parameter();
  const step = coder.parameter();
  const write = (share: Share | null): void => {
    if (kernel.kind === "algorithm") {
      const threads = split.owner === "all" ? target.threads : 1;
      writeAlgorithm(coder, kernel, layout, { scratch, target, team: { thread, threads } });
      return;
    }
    const contraction = contractionOf(kernel);
    if (contraction)
      writeContraction(coder, kernel, contraction, {
        target,
        layout,
        scratch,
        share,
        step,
        lead: lead && leading(coder, lead, target, layout, step),
      });
    else writeNest(coder, kernel, target, layout, share, step);
  };
  const { axis, unit, isMoving } = split;
  if (!axis) write(null);
  else {
    const { threads } = target;
    const bound = (t: Value): Value => coder.let(boundOf(axis, unit, t, { threads, isMoving }));
    const [from, to] = [bound(thread), bound(whole("+", thread, int(1)))];
    const counts = isMoving
      ? { least: leastPlaces(axis.extent, unit, threads) }
      : evenCounts(axis.extent, unit, threads);
    write({ axis, from, to, counts });
  }
  return coder.finished();
}

/** The kernels that some tensors need. */
function neededFor(tensors: readonly Tensor[], step: readonly Scheduled[]): Set<Kernel> {
  const wanted = new Set(tensors);
  const found = new Set<Kernel>();
  for (const { kernel } of step.toReversed())
    if (writtenBy(kernel).some((t) => wanted.has(t))) {
      found.add(kernel);
      for (const t of readBy(kernel)) wanted.add(t);
    }
  return found;
}

/** What a thread does in a run: what comes first, then from one step to another all kernels of a step. */
function runFunction(
  first: readonly string[],
  step: readonly Scheduled[],
  names: readonly string[],
  threads: number,
  forValue: ReadonlySet<Kernel>,
): LoopFunction {
  const coder = new Coder("run_");
  const thread = coder.parameter();
  const [from, to, onlyValue] = [coder.parameter(), coder.parameter(), coder.parameter()];
  const isShared = isForThreads(step);
  const by = (owner: number | "all", body: () => void): void => {
    if (isShared && threads > 1 && owner !== "all") coder.when("==", thread, int(owner), body);
    else body();
  };
  const telling = tellingPhases(step);
  const wait = (isTelling: boolean, endsStep: boolean): void =>
    coder.barrier(telling.size > 0 ? { thread, isTelling, endsStep } : null);
  if (first.length > 0) {
    by(0, () => {
      for (const name of first) coder.run(name, thread, int(0));
    });
    if (isShared) wait(false, false);
  }
  coder.loop(from, to, 1, (at) => {
    for (const [k, { kernel, split, isAfterBarrier, phase }] of step.entries()) {
      if (isAfterBarrier) wait(telling.has(phase - 1), false);
      const run = (): void => coder.run(names[k]!, thread, at);
      const asked = (): void => {
        if (forValue.has(kernel)) run();
        else coder.when("==", onlyValue, int(0), run);
      };
      by(split.owner, asked);
    }
    if (isShared) wait(telling.has(step.at(-1)!.phase), true);
  });
  return coder.finished();
}

/** @file What a trial has to give: points at which its results are sure, by a machine that takes nothing for large. */

import { targetOf } from "../../src/compile/backends.ts";
import type { BackendName } from "../../src/compile/options.ts";
import type { Random } from "../../src/data/random.ts";
import type { Precision } from "../../src/lower/loops.ts";
import { Machine } from "./machine.ts";
import { given, outcome, pointOf } from "./trial.ts";
import type { Point, Trial } from "./trial.ts";

type Numbers = ArrayLike<number>;

/** A point, what a trial gives there, and how far each result may be from that: Infinity where rounding decides it, or nothing is left. */
export interface Expected {
  readonly point: Point;
  readonly results: readonly Numbers[];
  readonly allowed: readonly number[];
}

/** How far results may be from others: relative to the largest entry, to what perturbed inputs and to what coarser numbers change. */
const tolerance: Record<Precision, readonly [own: number, moved: number, rounded: number]> = {
  float64: [1e-8, 100, 2e-6],
  float32: [1e-2, 0, 10],
};

/** How much inputs are perturbed, and how much results may change by that, and by single precision, and still be sure. */
const perturbation = 1e-13;
/** How much inputs are perturbed in single precision, where one run may be exact by chance: by a last digit or so. */
const perturbedInSingle = 2 ** -23;
const mostMoved = 1e-7;
const mostRounded = 1e-3;

/** How numbers are drawn: where functions are steep enough, and do not overflow, first. */
const mannersInOrder = [3, 1, 0, 4, 2, 5, 8, 8];

/** The points of a trial at which the most of its results are sure, so many of them; null where none is anywhere. */
export function expectedOf(
  trial: Trial,
  random: Random,
  count: number,
  precision: Precision,
): Expected[] | null {
  const machineOf = (backend: BackendName, kind: Precision): Machine =>
    new Machine(trial.program(), backend, targetOf(backend, kind, 1));
  const [usual, single] = [machineOf("js", "float64"), machineOf("wasm", "float32")];
  const found = Array.from({ length: count }, () =>
    expectedAt(trial, random, { usual, single }, precision),
  );
  return found.every((one) => one !== null) ? found : null;
}

function expectedAt(
  trial: Trial,
  random: Random,
  { usual, single }: { readonly usual: Machine; readonly single: Machine },
  precision: Precision,
): Expected | null {
  const [own, moved, rounded] = tolerance[precision];
  const at = (machine: Machine, point: Point): readonly Numbers[] => {
    given(machine, point);
    machine.run(trial.steps);
    return outcome(machine);
  };
  let best: Expected | null = null;
  let most = 0;
  for (const manner of mannersInOrder) {
    const point = pointOf(trial, random, manner, precision);
    const results = at(usual, point);
    if (!results.every(isFinite_)) continue;
    const largest = results.map((xs) => distance(xs, null));
    const changes = [1, 2].map(() => at(usual, perturbed(point, trial, random, perturbation)));
    const changed = results.map((xs, k) => Math.max(...changes.map((c) => distance(xs, c[k]!))));
    const coarse = [point, perturbed(point, trial, random, perturbedInSingle)].map((one) =>
      at(single, one),
    );
    const lost = results.map((xs, k) => Math.max(...coarse.map((c) => distance(xs, c[k]!))));
    const allowed = largest.map((size, k) =>
      size > 0 && changed[k]! <= mostMoved * size && lost[k]! <= mostRounded * size
        ? own * size + moved * changed[k]! + rounded * lost[k]!
        : Infinity,
    );
    const sure = allowed.filter(Number.isFinite).length;
    if (sure > most) best = { point, results, allowed };
    most = Math.max(most, sure);
    if (sure === results.length) break;
  }
  return best;
}

const isFinite_ = (xs: Numbers): boolean => Array.from(xs).every(Number.isFinite);

/** The largest difference of two results, or the largest entry of one; NaN where there is one. */
function distance(xs: Numbers, ys: Numbers | null): number {
  let most = 0;
  for (let k = 0; k < xs.length; k++) {
    const far = Math.abs(xs[k]! - (ys ? ys[k]! : 0));
    if (!(far <= most)) most = far;
  }
  return most;
}

/** A point a little beside another; labels and places stay. */
function perturbed(point: Point, { given: { labels } }: Trial, random: Random, by: number): Point {
  const values = [...point.values].map(
    ([name, entries]) =>
      [
        name,
        labels.has(name)
          ? entries
          : Array.from(entries, (x) => x * (1 + by * random.uniform(-1, 1))),
      ] as const,
  );
  return { ...point, values: new Map(values) };
}

/** The first entry that is too far from what is expected, as a text; null where there is none. */
export function difference(found: Numbers, expected: Numbers, allowed: number): string | null {
  for (let k = 0; k < expected.length; k++) {
    const isNear = Math.abs(found[k]! - expected[k]!) <= allowed || found[k] === expected[k];
    if (!isNear && allowed < Infinity)
      return `entry ${k} of ${expected.length} is ${found[k]}, and not ${expected[k]}`;
  }
  return null;
}

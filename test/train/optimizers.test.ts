/** @file Optimisers take the steps that their papers say, at the rates that schedules say. */

import { expect, test } from "vitest";
import { compile } from "../../src/index.ts";
import { optimizerNames } from "../../src/train/choices.ts";
import type { OptimizerName } from "../../src/train/choices.ts";
import { clipped, optimizers, usualFactors } from "../../src/train/optimizers.ts";
import type { Clipping } from "../../src/train/optimizers.ts";
import { rateAt } from "../../src/train/schedule.ts";
import type { Schedule } from "../../src/train/schedule.ts";

const factors = { ...usualFactors, momentum: 0.8, decay: 0.7, weightDecay: 0.05 };

/** A step of each, entry by entry: the next w and what is kept, from w, its gradient and what was kept. */
const byHand: Record<
  OptimizerName,
  (w: number, g: number, kept: number[], rate: number, t: number) => [number, number[]]
> = {
  sgd: (w, g, kept, rate) => [w - rate * g, kept],
  momentum: (w, g, [m = 0], rate) => {
    const next = 0.8 * m + g;
    return [w - rate * next, [next]];
  },
  nesterov: (w, g, [m = 0], rate) => {
    const next = 0.8 * m + g;
    return [w - rate * (g + 0.8 * next), [next]];
  },
  rmsprop: (w, g, [v = 0], rate) => {
    const next = 0.7 * v + 0.3 * g * g;
    return [w - (rate * g) / (Math.sqrt(next) + 1e-8), [next]];
  },
  adam: (w, g, [m = 0, v = 0], rate, t) => {
    const [mean, square] = [0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g * g];
    const size = Math.sqrt(square / (1 - 0.999 ** t)) + 1e-8;
    return [w - (rate * mean) / (1 - 0.9 ** t) / size, [mean, square]];
  },
  adamw: (w, g, kept, rate, t) => {
    const [next, now] = byHand.adam(w, g, kept, rate, t);
    return [next - rate * 0.05 * w, now];
  },
};

const clippings: (Clipping | null)[] = [null, { by: "norm", most: 2 }, { by: "value", most: 1.5 }];

test.each(optimizerNames.flatMap((name) => clippings.map((clip) => [name, clip] as const)))(
  "%s takes its steps, clipped by %o",
  async (name, clip) => {
    const rule = optimizers[name].rule(0.1, factors);
    const program = await compile("½‖x − c‖² + 2(y − 3)²; x: 3; y: scalar", {
      backend: "js",
      wrt: "x, y",
      update: clip ? clipped(rule, clip) : rule,
    });
    const c = [0, 5, 2.5];
    let w = [1, 2, 3, 4];
    let kept: number[][] = w.map(() => []);
    program.set("x", w.slice(0, 3)).set("y", 4).set("c", c);
    for (let t = 1; t <= 4; t++) {
      program.steps(1);
      const gradient = [...c.map((target, k) => w[k]! - target), 4 * (w[3]! - 3)];
      const norm = Math.hypot(...gradient);
      const clippedBy = (g: number): number =>
        clip?.by === "norm"
          ? g * Math.min(1, clip.most / norm)
          : Math.max(-(clip?.most ?? Infinity), Math.min(clip?.most ?? Infinity, g));
      const next = w.map((x, k) => byHand[name](x, clippedBy(gradient[k]!), kept[k]!, 0.1, t));
      w = next.map(([x]) => x);
      kept = next.map(([, k]) => k);
      for (const [k, x] of [...program.get("x"), ...program.get("y")].entries())
        expect(x).toBeCloseTo(w[k]!, 10);
    }
    program.dispose();
  },
);

test.each<[string, Schedule, number, readonly number[]]>([
  ["constant", { kind: "constant" }, 0, [1, 1, 1, 1, 1, 1, 1, 1]],
  [
    "a step every epoch",
    { kind: "step", every: 1, factor: 0.5 },
    0,
    [1, 1, 0.5, 0.5, 0.25, 0.25, 0.125, 0.125],
  ],
  [
    "a step every two epochs",
    { kind: "step", every: 2, factor: 0.1 },
    0,
    [1, 1, 1, 1, 0.1, 0.1, 0.1, 0.1],
  ],
  [
    "half a cosine",
    { kind: "cosine", least: 0 },
    0,
    Array.from({ length: 8 }, (_, k) => 0.5 * (1 + Math.cos((Math.PI * k) / 8))),
  ],
  [
    "half a cosine after a warm-up",
    { kind: "cosine", least: 0.2 },
    2,
    [0.25, 0.5, 0.75, 1, ...[0, 1, 2, 3].map((k) => 0.2 + 0.4 * (1 + Math.cos((Math.PI * k) / 4)))],
  ],
  ["a warm-up alone", { kind: "constant" }, 1.5, [1 / 3, 2 / 3, 1, 1, 1, 1, 1, 1]],
])("rates: %s", (_, schedule, warmup, expected) => {
  const rates = { rate: 3, schedule, warmup, epochs: 4, stepsPerEpoch: 2 };
  for (const [step, factor] of expected.entries())
    expect(rateAt(step, rates)).toBeCloseTo(3 * factor, 12);
});

/** @file Training comes to the same end, bit for bit, however it runs and wherever it is interrupted. */

import { describe, expect, test } from "vitest";
import { Random } from "../../src/data/random.ts";
import { foundCompiler } from "../../src/compile/toolchain.ts";
import type { Looks } from "../../src/train/figures.ts";
import { Judge } from "../../src/train/figures.ts";
import type { NetworkOptions } from "../../src/train/network.ts";
import { comparedGradients } from "../../src/train/gradient-check.ts";
import { networkTask, typedTask } from "../../src/train/task.ts";
import type { Task } from "../../src/train/task.ts";
import { optimizers, usualFactors } from "../../src/train/optimizers.ts";
import type { Plan, Values } from "../../src/train/trainer.ts";
import { Trainer } from "../../src/train/trainer.ts";
import { clouds, rowsOf, samplesOf } from "./made.ts";

const network: NetworkOptions = {
  layers: [6, 9, 4],
  activation: "relu",
  loss: "cross-entropy",
  isOfClasses: true,
  margin: 1,
  l2: 0.001,
  dropout: 0.2,
  batchNorm: true,
};

const parts = {
  train: samplesOf(clouds(205, 4, 6, 1)),
  validation: samplesOf(clouds(50, 4, 6, 2)),
  test: samplesOf(clouds(1100, 4, 6, 3)),
};

const planFor = (task: Task, options: Partial<Plan> = {}): Plan => ({
  task,
  rule: optimizers.adam.rule(0.01, usualFactors),
  batch: 20,
  seed: 7,
  dropout: network.dropout,
  memory: 2 ** 30,
  backend: { backend: "js", dtype: "float32" },
  rate: 0.01,
  schedule: { kind: "cosine", least: 0 },
  warmup: 1,
  epochs: 4,
  initial: { kind: "he" },
  patience: null,
  ...options,
});

/** Trains to the end, or leaves after so many news. */
async function follow(trainer: Trainer, most = Infinity): Promise<void> {
  let count = 0;
  for await (const _ of trainer.run()) if (++count >= most) return;
}

async function trained(options: Partial<Plan> = {}, task = networkTask(network)): Promise<Trainer> {
  const trainer = await Trainer.on(parts, planFor(task, options));
  await follow(trainer);
  trainer.dispose();
  return trainer;
}

const plainly = (values: Values): [string, number[]][] =>
  [...values].map(([name, numbers]) => [name, Array.from(numbers)]);
/** What training came to, without the time that it took. */
const endOf = (trainer: Trainer): object => ({
  history: trainer.moment.history.map(({ epoch, train, validation, test: tested }) => ({
    epoch,
    train,
    validation,
    tested,
  })),
});

async function ended(options: Partial<Plan> = {}): Promise<object> {
  const trainer = await Trainer.on(parts, planFor(networkTask(network), options));
  await follow(trainer);
  const end = { ...endOf(trainer), now: plainly(trainer.state.now) };
  trainer.dispose();
  return end;
}

test("a network learns what its samples show", async () => {
  const { moment } = await trained({ epochs: 8 });
  const [first, last] = [moment.history[0]!, moment.history.at(-1)!];
  expect(last.train.loss).toBeLessThan(first.train.loss);
  expect(last.test!.accuracy).toBeGreaterThan(0.85);
  expect(last.validation!.accuracy).toBeGreaterThan(0.8);
});

const backends = ["js", "wasm", ...(foundCompiler() ? (["native"] as const) : [])] as const;

describe.each(backends)("on %s", (backend) => {
  const on = (threads = 1): Partial<Plan> => ({ backend: { backend, threads, dtype: "float32" } });

  test("the same seed gives the same weights, twice and for two threads; another seed gives others", async () => {
    const first = await ended(on());
    expect(await ended(on())).toEqual(first);
    expect(await ended(on(2))).toEqual(first);
    expect(await ended({ ...on(), seed: 8 })).not.toEqual(first);
  });

  test("samples that come in blocks give the same weights as samples that are all there", async () => {
    expect(await ended({ ...on(), memory: 28 * 60 })).toEqual(await ended(on()));
  });
});

test.each(backends)("figures hang on no room for samples, on %s", async (backend) => {
  const task = networkTask({ ...network, dropout: 0, batchNorm: false });
  // Full parts of 1000 and what is left over; none; and nothing left over.
  const often = [3500, 400, 2000].map((count, k) => samplesOf(clouds(count, 4, 6, k)));
  const values = new Map(
    task.parameters.map(({ name, rows, columns }, seed) => {
      const random = new Random(seed);
      return [name, Float32Array.from({ length: rows * columns }, () => random.normal())] as const;
    }),
  );
  const told = async (looks: Looks | undefined): Promise<unknown> => {
    const judge = new Judge(task, { backend, dtype: "float32" }, looks);
    judge.take(values);
    const all = [];
    for (let again = 0; again < 2; again++)
      for (const samples of often) all.push(await judge.figures(samples));
    judge.dispose();
    expect(all.slice(3)).toEqual(all.slice(0, 3));
    return all;
  };
  const first = await told(undefined);
  // A sample takes 28 bytes: room for all, for two blocks, for one, and for none.
  for (const room of [5000, 2999, 1000, 0])
    expect(await told({ often, memory: 28 * room })).toEqual(first);
});

test("wherever training is left, it goes on to the same end", async () => {
  const whole = await ended();
  const task = networkTask(network);
  let news = 0;
  for (let at = 1; at < 14; at++) {
    const left = await Trainer.on(parts, planFor(task));
    await follow(left, at);
    const { moment, state } = left;
    const kept = { now: new Map(plainly(state.now)), best: state.best };
    left.dispose();
    const other = await Trainer.on(parts, planFor(task));
    other.restore(JSON.parse(JSON.stringify(moment)) as typeof moment, kept);
    await follow(other);
    expect({ ...endOf(other), now: plainly(other.state.now) }).toEqual(whole);
    other.dispose();
    news += moment.history.length;
  }
  expect(news).toBeGreaterThan(0);
});

test("training ends when validation does not get better, with the parameters that were best", async () => {
  const options = { epochs: 200, patience: 3, rate: 0.05, schedule: { kind: "constant" } as const };
  const trainer = await Trainer.on(parts, planFor(networkTask(network), options));
  await follow(trainer);
  const { history, best } = trainer.moment;
  expect(history.length).toBeLessThan(200);
  expect(history.length).toBe(best! + 3);
  const losses = history.map(({ validation }) => validation!.loss);
  expect(Math.min(...losses)).toBe(losses[best! - 1]);
  expect(await trainer.result()).toBe(trainer.state.best);
  trainer.dispose();
});

test("a loss that is no finite number any more ends training", async () => {
  const wild = { rule: optimizers.sgd.rule(1e30, usualFactors), rate: 1e30 };
  const trainer = await Trainer.on(
    parts,
    planFor(networkTask({ ...network, batchNorm: false }), wild),
  );
  await expect(follow(trainer)).rejects.toThrow("in epoch 1 the loss is no finite number any more");
  trainer.dispose();
});

describe("a typed loss", () => {
  test("of classes is trained, with the accuracy of what predicts", async () => {
    const task = typedTask(
      {
        statements: [],
        expr: "X: N×d; Y: N×C onehot; S = XWᵀ; W: C×d; −1/N tr(Yᵀ logsoftmax(S)) + 0.01‖W‖²",
        params: ["W"],
        input: "X",
        target: "Y",
        output: "S",
        sizes: {},
      },
      { input: 6, target: 4, isOfClasses: true },
    );
    expect(task).toMatchObject({ samples: "N", sizes: { d: 6, C: 4 }, hasAccuracy: true });
    const { moment } = await trained({ epochs: 10, dropout: 0 }, task);
    expect(moment.history.at(-1)!.test!.accuracy).toBeGreaterThan(0.7);
  });

  test("of families and numbers is trained: the slope of a line", async () => {
    const xs = Array.from({ length: 64 }, (_, k) => [k / 32 - 1]);
    const part = {
      inputs: rowsOf(xs),
      classes: null,
      targets: rowsOf(xs.map(([x]) => [3 * x! - 1])),
    };
    const task = typedTask(
      {
        statements: [],
        expr: "x_i: scalar for i = 1..N; y_i: scalar; 1/N Σ_i (a x_i + b − y_i)²; a, b: scalar",
        params: ["a", "b"],
        input: "x",
        target: "y",
        output: null,
        sizes: {},
      },
      { input: 1, target: 1, isOfClasses: false },
    );
    const plan = planFor(task, {
      rule: optimizers.sgd.rule(0.1, usualFactors),
      rate: 0.3,
      epochs: 60,
      batch: 16,
    });
    const trainer = await Trainer.on(
      { train: samplesOf(part), validation: null, test: null },
      plan,
    );
    await follow(trainer);
    expect(trainer.learner.main.get("a")[0]).toBeCloseTo(3, 4);
    expect(trainer.learner.main.get("b")[0]).toBeCloseTo(-1, 4);
    trainer.dispose();
  });

  const typed =
    (expr: string, options: object = {}): (() => Task) =>
    () =>
      typedTask(
        {
          statements: [],
          expr,
          params: ["W"],
          input: "X",
          target: "Y",
          output: null,
          sizes: {},
          ...options,
        },
        { input: 6, target: 4, isOfClasses: true },
      );
  test.each([
    [
      typed("X: N×d; Y: N×C onehot; X W − Y"),
      "this loss cannot be trained so: it needs that the loss is a scalar",
    ],
    [
      typed("X: 9×d; Y: 9×C onehot; ‖X W − Y‖²"),
      "the samples of X are not counted by a dimension with a name",
    ],
    [
      typed("X: N×d; Y: M×C onehot; ‖X W‖² + ‖Y‖²"),
      "it needs that X and Y have equally many samples",
    ],
    [
      typed("X: N×d; Y: N×C; ‖X W − Y‖²"),
      "the data have classes as targets, and Y is not declared onehot",
    ],
    [typed("X: N×5; Y: N×C onehot; ‖X W − Y‖²"), "a sample of X has 5 entries, and 6 in the data"],
    [typed("X: N×d; Y: N×C onehot; ‖X W V − Y‖²"), "nothing says what V is"],
    [
      typed("X: N×d; Y: N×C onehot; W: h×d; V: h×C; ‖X Wᵀ V − Y‖²", { params: ["W", "V"] }),
      "there is no size for h",
    ],
    [
      typed("X: N×d; Y: N×C onehot; ‖X W − Y‖²", { params: ["X"] }),
      "it needs that X is a variable",
    ],
    [
      typed("X: N×d; Y: N×C onehot; ‖X W − Y‖²", { input: "Q" }),
      "--input Q: the problem has no such name",
    ],
  ])("that cannot be trained is refused: %#", (make, message) => {
    expect(make).toThrow(message);
  });
});

test("derived gradients agree with differences of the loss, by each parameter", async () => {
  const task = networkTask({ ...network, activation: "gelu" });
  const trainer = await Trainer.on(parts, planFor(task));
  const before = plainly(trainer.state.now);
  const found = await comparedGradients(trainer.learner, task, 1, 2);
  expect(found.map(({ name }) => name)).toEqual(
    task.parameters.flatMap(({ name }) => [name, name]),
  );
  for (const { relativeError } of found) expect(relativeError).toBeLessThan(1e-6);
  expect(plainly(trainer.state.now)).toEqual(before);
  trainer.dispose();
});

test("samples of nothing, on the kink of every unit, are no reason to refuse a network", async () => {
  const zeros = Array.from({ length: 40 }, (_, i) => (i < 10 ? [0, 0, 0] : [1, i % 3, -1]));
  const classes = Int32Array.from({ length: 40 }, (_, i) => i % 2);
  const train = samplesOf({ inputs: rowsOf(zeros), classes, targets: null });
  const task = networkTask({ ...network, layers: [3, 5, 2], dropout: 0, batchNorm: false });
  const plan = planFor(task, { dropout: 0 });
  const trainer = await Trainer.on({ train, validation: null, test: null }, plan);
  await expect(comparedGradients(trainer.learner, task, 1, 3)).resolves.toHaveLength(12);
  trainer.dispose();
});

test("a derivative that differences of the loss do not confirm is refused", async () => {
  const task = networkTask({ ...network, dropout: 0, batchNorm: false });
  const trainer = await Trainer.on(parts, planFor(task, { dropout: 0 }));
  // The loss of another problem than the one that is trained.
  const [text] = task.training.statements!;
  const other = { ...task, training: { statements: [text!.replace("λ = 0.001", "λ = 0.5")] } };
  await expect(comparedGradients(trainer.learner, other, 1, 1)).rejects.toThrow(
    "the program that is trained finds the loss",
  );
  trainer.dispose();
});

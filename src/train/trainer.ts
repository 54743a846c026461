/** @file Training: epoch after epoch of steps, with the figures after each. */

import { compile } from "../compile/index.ts";
import type { Compiled } from "../compile/index.ts";
import { Random, seedOf } from "../data/random.ts";
import { permutation } from "../data/shuffle.ts";
import { errors } from "../diagnostics/errors.ts";
import type { EpochFigures as Reported } from "../report/curves.ts";
import { Judge } from "./figures.ts";
import type { Initial } from "./initial.ts";
import { firstOf } from "./initial.ts";
import type { Learning, Sums } from "./learner.ts";
import { Learner, noSums } from "./learner.ts";
import type { Samples } from "./samples.ts";
import type { Rates } from "./schedule.ts";
import { rateAt } from "./schedule.ts";

/** The samples to learn from, and those that only figures are taken of. */
export interface Parts {
  readonly train: Samples;
  readonly validation: Samples | null;
  readonly test: Samples | null;
}

/** How training goes on, besides how it takes its steps. */
export interface Plan extends Learning, Omit<Rates, "stepsPerEpoch"> {
  readonly initial: Initial;
  /** Training ends when the loss in validation was not smaller for so many epochs; null where it goes on to the end. */
  readonly patience: number | null;
}

/** What is known after an epoch; the figures of training are means over its steps, each as its parameters were then. */
export interface EpochFigures extends Reported {
  /** The rate of its first step. */
  readonly rate: number;
  /** Of the steps, with what gave them their samples. */
  readonly samplesPerSecond: number;
}

/** How far training is. */
export interface Moment {
  /** The epochs that are done. */
  readonly history: readonly EpochFigures[];
  /** Of the next epoch the steps that are done, what they came to, and the time that they took. */
  readonly step: number;
  readonly sums: Sums;
  readonly seconds: number;
  /** The epoch with the smallest loss in validation, where that ends training. */
  readonly best: number | null;
}

/** The numbers of names. */
export type Values = ReadonlyMap<string, ArrayLike<number>>;

/** What is told while training goes on. */
export type News =
  | {
      readonly kind: "steps";
      readonly epoch: number;
      readonly done: number;
      readonly of: number;
      readonly sums: Sums;
      readonly seconds: number;
    }
  | { readonly kind: "epoch"; readonly figures: EpochFigures };

/** What tells the streams of a seed from those of the steps. */
const stream = { initial: 3, statistics: 4 } as const;

/** Means and variances are those of so many batches at most. */
const mostBatches = 64;

/** A training that can be left at any time, and gone on with from there to the same end. */
export class Trainer {
  readonly learner: Learner;
  private readonly plan: Plan;
  private readonly parts: Parts;
  private readonly judge: Judge;
  private statistics: Compiled | null = null;
  private reached: Moment = { history: [], step: 0, sums: noSums, seconds: 0, best: null };
  private bestValues: Values | null = null;

  private constructor(plan: Plan, parts: Parts, learner: Learner) {
    this.plan = plan;
    this.parts = parts;
    this.learner = learner;
    const { validation, test } = parts;
    this.judge = new Judge(plan.task, learner.backend, {
      often: [validation, test].filter((part) => part !== null),
      memory: learner.spare,
    });
  }

  /** Compiles what training needs, and draws what it begins with. */
  static async on(parts: Parts, plan: Plan): Promise<Trainer> {
    const learner = await Learner.on(parts.train, plan);
    for (const [k, parameter] of plan.task.parameters.entries()) {
      const random = new Random(seedOf(plan.seed, stream.initial, k));
      learner.main.set(parameter.name, firstOf(parameter, plan.initial, random));
    }
    return new Trainer(plan, parts, learner);
  }

  get moment(): Moment {
    return this.reached;
  }

  /** Everything that the next steps hang on, and the parameters that were best. */
  get state(): { readonly now: Values; readonly best: Values | null } {
    return { now: this.learner.state, best: this.bestValues };
  }

  /** Goes back to where a training was. */
  restore(
    moment: Moment,
    { now, best }: { readonly now: Values; readonly best: Values | null },
  ): void {
    this.reached = moment;
    this.learner.state = now;
    this.bestValues = best;
  }

  /** How many numbers are trained. */
  get parameterCount(): number {
    return this.plan.task.parameters.reduce((n, { rows, columns }) => n + rows * columns, 0);
  }

  /** Whether nothing is left to do. */
  get isDone(): boolean {
    const { history, best } = this.reached;
    const { epochs, patience } = this.plan;
    const waits = patience !== null && best !== null && history.length - best >= patience;
    return history.length >= epochs || waits;
  }

  /**
   * Takes steps until training is done; between two of its news it can be left, and `moment` and `state` say where.
   * @throws NablaError where the loss is no finite number any more.
   */
  async *run(): AsyncGenerator<News> {
    const rates: Rates = { ...this.plan, stepsPerEpoch: this.learner.steps };
    while (!this.isDone) {
      const { history } = this.reached;
      const epoch = history.length + 1;
      const before = (epoch - 1) * this.learner.steps;
      let since = performance.now();
      for await (const { done, sums } of this.learner.epoch(epoch, this.reached.step, (step) =>
        rateAt(before + step, rates),
      )) {
        const { sums: s, seconds } = this.reached;
        const all = {
          samples: s.samples + sums.samples,
          loss: s.loss + sums.loss,
          found: s.found + sums.found,
        };
        if (!Number.isFinite(all.loss)) throw errors.trainingDiverged(epoch);
        const took = seconds + (performance.now() - since) / 1000;
        this.reached = { ...this.reached, step: done, sums: all, seconds: took };
        yield { kind: "steps", epoch, done, of: this.learner.steps, sums: all, seconds: took };
        since = performance.now();
      }
      this.requireFinite(epoch);
      const values = this.needsValues ? await this.values() : null;
      const figures = await this.figuresOf(epoch, rateAt(before, rates), values);
      for (const part of [figures.validation, figures.test])
        if (part && !Number.isFinite(part.loss)) throw errors.trainingDiverged(epoch);
      const best = this.bestAfter(figures, values);
      this.reached = { history: [...history, figures], step: 0, sums: noSums, seconds: 0, best };
      yield { kind: "epoch", figures };
    }
  }

  /** The parameters that training came to, with the means and variances of what is normalised. */
  async result(): Promise<Values> {
    return this.bestValues ?? (await this.values());
  }

  /** What the parameters predict for samples, a row for each, some at a time. */
  async *outputs(samples: Samples, numbers?: Int32Array): ReturnType<Judge["outputs"]> {
    this.judge.take(await this.result());
    yield* this.judge.outputs(samples, numbers);
  }

  dispose(): void {
    this.learner.dispose();
    this.judge.dispose();
    this.statistics?.dispose();
  }

  /** @throws NablaError where a parameter is no finite number any more: the next loss would say it. */
  private requireFinite(epoch: number): void {
    for (const { name } of this.plan.task.parameters)
      for (const x of this.learner.main.get(name))
        if (!Number.isFinite(x)) throw errors.trainingDiverged(epoch);
  }

  private get needsValues(): boolean {
    return this.parts.validation !== null || this.parts.test !== null;
  }

  private async figuresOf(
    epoch: number,
    rate: number,
    values: Values | null,
  ): Promise<EpochFigures> {
    const { sums, seconds } = this.reached;
    const { validation, test } = this.parts;
    if (values) this.judge.take(values);
    return {
      epoch,
      train: {
        loss: sums.loss / sums.samples,
        accuracy: this.plan.task.hasAccuracy ? sums.found / sums.samples : null,
      },
      ...(validation && { validation: await this.judge.figures(validation) }),
      ...(test && { test: await this.judge.figures(test) }),
      rate,
      seconds,
      samplesPerSecond: sums.samples / seconds,
    };
  }

  /** The best epoch after one more. */
  private bestAfter({ epoch, validation }: EpochFigures, values: Values | null): number | null {
    const { best, history } = this.reached;
    if (this.plan.patience === null || !validation) return null;
    const least = best === null ? Infinity : history[best - 1]!.validation!.loss;
    if (!(validation.loss < least)) return best;
    this.bestValues = values;
    return epoch;
  }

  /** The parameters as they are, with means and variances over batches of the samples (Ioffe & Szegedy 2015, algorithm 2). */
  private async values(): Promise<Values> {
    const { task, batch, seed } = this.plan;
    const values = new Map<string, ArrayLike<number>>(
      task.parameters.map(({ name }) => [name, this.learner.main.get(name)]),
    );
    if (task.normalised.length === 0) return values;
    const { train } = this.parts;
    const count = Math.min(mostBatches, Math.floor(train.count / batch));
    const order = permutation(train.count, seed, stream.statistics);
    this.statistics ??= await compile(task.training, {
      ...this.learner.backend,
      sizes: { ...task.sizes, [task.samples]: batch },
      keep: task.normalised.flatMap(({ mean, variance }) => [mean, variance]),
      ...(task.target !== null && task.isOfClasses && { labels: [task.target] }),
    });
    const program = this.statistics;
    const inputs = new Set(program.inputs.map(({ name }) => name));
    for (const [name, numbers] of values) if (inputs.has(name)) program.set(name, numbers);
    for (const { name } of task.masked) program.fill(name, 1);
    for (let k = 0; k < count; k++) {
      const numbers = order.subarray(k * batch, (k + 1) * batch);
      program.set(task.input, train.inputs(numbers));
      if (task.target !== null) program.set(task.target, train.targets(numbers));
      program.run();
      for (const { mean, variance, units } of task.normalised) {
        // The mean of unbiased variances of batches.
        add(values, mean, units, program.get(mean), 1 / count);
        add(values, variance, units, program.get(variance), batch / (batch - 1) / count);
      }
    }
    return values;
  }
}

/** Adds multiples of numbers to those of a name. */
function add(
  values: Map<string, ArrayLike<number>>,
  name: string,
  size: number,
  numbers: ArrayLike<number>,
  factor: number,
): void {
  let sum = values.get(name) as Float64Array | undefined;
  if (!sum) values.set(name, (sum = new Float64Array(size)));
  for (let k = 0; k < size; k++) sum[k]! += factor * numbers[k]!;
}

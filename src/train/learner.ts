/** @file The compiled steps of a task: one program for full batches, and one for what is left at the end of an epoch. */

import { compile } from "../compile/index.ts";
import { parse } from "../derive/ask.ts";
import type { Compiled, CompileOptions } from "../compile/index.ts";
import type { Numbers } from "../compile/memory.ts";
import type { UpdateRule } from "../compile/update.ts";
import { nameIn } from "../compile/update.ts";
import { Random, seedOf } from "../data/random.ts";
import { permutation } from "../data/shuffle.ts";
import { accuracyName, foundOf } from "./network.ts";
import { rateName } from "./optimizers.ts";
import type { Samples } from "./samples.ts";
import { bytesOf, feed, numbersFrom } from "./samples.ts";
import type { Task } from "./task.ts";

export type Backend = Pick<CompileOptions, "backend" | "threads" | "dtype" | "note">;

/** How a task is learnt. */
export interface Learning {
  readonly task: Task;
  readonly rule: UpdateRule;
  readonly batch: number;
  readonly seed: number;
  /** The share of hidden units that masks leave out. */
  readonly dropout: number;
  /** The bytes that samples may take in programs: more are put there a block at a time. */
  readonly memory: number;
  readonly backend: Backend;
}

/** What steps took: the sums of the losses, and of the shares of classes found, of so many samples. */
export interface Sums {
  readonly samples: number;
  readonly loss: number;
  readonly found: number;
}

export const noSums: Sums = { samples: 0, loss: 0, found: 0 };

/** What tells the streams of a seed from each other. */
const stream = { order: 1, masks: 2 } as const;

/** How many steps are taken between two looks at the clock, and at what else there is to do. */
const stepsTogether = 64;

/** A program of steps, and what the rate is called there. */
interface Steps {
  readonly program: Compiled;
  readonly rate: string;
}

/** Compiles steps of so many samples each, for a program that holds so many. */
export async function compiledSteps(
  { task, rule, backend }: Pick<Learning, "task" | "rule" | "backend">,
  batch: number,
  room: number,
  verify: boolean,
): Promise<Steps> {
  const { input, target, isOfClasses, masked, hasAccuracy } = task;
  const wrt = task.parameters.map(({ name }) => name).join(",");
  const problem = parse(task.training, { wrt });
  const rate = nameIn(problem.symbols, rateName);
  const program = await compile(problem, {
    ...backend,
    wrt,
    verify,
    sizes: { ...task.sizes, [task.samples]: batch },
    update: rule,
    feed: { [input]: room, ...(target !== null && { [target]: room }) },
    perStep: [rate, ...masked.map(({ name }) => name)],
    ...(target !== null && isOfClasses && { labels: [target] }),
    ...(hasAccuracy && { record: [accuracyName] }),
  });
  return { program, rate };
}

/** The steps of a task on some samples. */
export class Learner {
  readonly steps: number;
  readonly main: Compiled;
  private readonly learning: Learning;
  private readonly samples: Samples;
  /** What the rate is called in the programs. */
  private readonly rate: string;
  /** How many samples the program of full batches holds: all, or a block. */
  private readonly room: number;
  /** What is left over for the last step of an epoch. */
  private readonly rest: number;
  private last: Compiled | null = null;
  /** Which epoch's block lies in the program, from which step on. */
  private held: { readonly epoch: number; readonly from: number } | null = null;

  private constructor(
    learning: Learning,
    samples: Samples,
    { program, rate }: Steps,
    room: number,
  ) {
    this.learning = learning;
    this.samples = samples;
    this.main = program;
    this.rate = rate;
    this.room = room;
    const { batch } = learning;
    this.rest = samples.count % batch;
    this.steps = Math.ceil(samples.count / batch);
  }

  /** The bytes that are left of those that samples may take in programs. */
  get spare(): number {
    return Math.max(0, this.learning.memory - this.room * bytesOf(this.samples));
  }

  /** Where the programs of this training run: all where that of its steps does. */
  get backend(): Backend {
    return this.learning.backend;
  }

  /** Compiles the steps; the derivatives are verified. */
  static async on(samples: Samples, learning: Learning): Promise<Learner> {
    const { batch, memory } = learning;
    const bytes = bytesOf(samples);
    const full = Math.floor(samples.count / batch) * batch;
    const fits = samples.count * bytes <= memory;
    // Blocks are of whole batches.
    const inBlock = Math.max(batch, Math.floor(memory / bytes / batch) * batch);
    const room = fits ? samples.count : Math.min(full, inBlock);
    const main = await compiledSteps(learning, batch, room, true);
    const backend = { ...learning.backend, backend: main.program.backend };
    const learner = new Learner({ ...learning, backend }, samples, main, room);
    if (learner.rest > 0) {
      const last = await compiledSteps(learner.learning, learner.rest, learner.rest, false);
      learner.last = last.program;
    }
    if (fits) feed(main.program, learning.task, samples, numbersFrom(0, samples.count));
    return learner;
  }

  /** Everything that steps change, by its name. */
  get state(): ReadonlyMap<string, Numbers> {
    return new Map(this.main.changing.map((name) => [name, this.main.get(name)]));
  }

  set state(state: ReadonlyMap<string, ArrayLike<number>>) {
    for (const [name, numbers] of state) this.main.set(name, numbers);
  }

  /**
   * Takes the steps of an epoch from one on, some at a time; after each time `rateOf` is asked for the next rates.
   * Steps and their numbers are the same however often it is interrupted.
   */
  async *epoch(
    epoch: number,
    from: number,
    rateOf: (step: number) => number,
  ): AsyncGenerator<{ readonly done: number; readonly sums: Sums }> {
    const { batch, seed } = this.learning;
    const order = permutation(this.samples.count, seed, stream.order, epoch);
    const full = this.rest === 0 ? this.steps : this.steps - 1;
    for (let step = from; step < full; ) {
      const to = Math.min(full, step + stepsTogether, this.endOfBlock(step));
      const sums = this.taken(
        this.main,
        epoch,
        step,
        to,
        this.places(order, epoch, step, to),
        rateOf,
      );
      step = to;
      yield { done: step, sums };
    }
    if (full === this.steps || from === this.steps) return;
    const places = order.subarray(full * batch);
    const last = this.last!;
    feed(last, this.learning.task, this.samples, places);
    last.takeFrom(this.main);
    const sums = this.taken(last, epoch, full, this.steps, numbersFrom(0, this.rest), rateOf);
    this.main.takeFrom(last);
    yield { done: this.steps, sums };
  }

  /** The loss of the first batch as its step would find it; nothing changes. */
  firstBatch(): {
    readonly count: number;
    readonly loss: number;
    readonly inputs: ReadonlyMap<string, ArrayLike<number>>;
  } {
    const { learning, samples, main } = this;
    const { task, batch, seed } = learning;
    const before = this.state;
    const order = permutation(samples.count, seed, stream.order, 1);
    const numbers = order.subarray(0, batch);
    const sums = this.taken(main, 1, 0, 1, this.places(order, 1, 0, 1), () => 0);
    this.state = before;
    // As the program has them.
    const held = (entries: ArrayLike<number>): ArrayLike<number> =>
      learning.backend.dtype === "float64" ? entries : Float32Array.from(entries);
    const inputs = new Map([[task.input, held(samples.inputs(numbers))]]);
    if (task.target !== null) inputs.set(task.target, held(samples.targets(numbers)));
    for (const [layer, { name, units }] of task.masked.entries())
      inputs.set(name, this.masks(1, 0, 1, layer, batch * units));
    return { count: batch, loss: sums.loss / batch, inputs };
  }

  dispose(): void {
    this.main.dispose();
    this.last?.dispose();
  }

  private endOfBlock(step: number): number {
    if (this.room === this.samples.count) return Infinity;
    const stepsInBlock = this.room / this.learning.batch;
    return (Math.floor(step / stepsInBlock) + 1) * stepsInBlock;
  }

  /** Which of the samples in the program some steps take. */
  private places(order: Int32Array, epoch: number, from: number, to: number): Int32Array {
    const { batch } = this.learning;
    if (this.room === this.samples.count) return order.subarray(from * batch, to * batch);
    const stepsInBlock = this.room / batch;
    const first = Math.floor(from / stepsInBlock) * stepsInBlock;
    if (this.held?.epoch !== epoch || this.held.from !== first) {
      const end = Math.min(order.length - this.rest, first * batch + this.room);
      feed(this.main, this.learning.task, this.samples, order.subarray(first * batch, end));
      this.held = { epoch, from: first };
    }
    return numbersFrom((from - first) * batch, (to - first) * batch);
  }

  /** Takes steps of one program. */
  private taken(
    program: Compiled,
    epoch: number,
    from: number,
    to: number,
    places: Int32Array,
    rateOf: (step: number) => number,
  ): Sums {
    const { task } = this.learning;
    const count = to - from;
    const each: Record<string, Numbers> = {
      [this.rate]: Float64Array.from({ length: count }, (_, k) => rateOf(from + k)),
    };
    const size = places.length / count;
    for (const [layer, { name, units }] of task.masked.entries())
      each[name] = this.masks(epoch, from, count, layer, size * units);
    const losses = program.steps(count, places, each);
    const accuracies = task.hasAccuracy ? program.course(accuracyName) : [];
    let [loss, found] = [0, 0];
    for (const value of losses) loss += size * value;
    for (const share of accuracies) found += foundOf(size, share);
    return { samples: places.length, loss, found };
  }

  /** The masks of a layer for some steps: each unit of each sample stays with what makes up for those left out, or is 0. */
  private masks(
    epoch: number,
    from: number,
    count: number,
    layer: number,
    size: number,
  ): Float32Array<ArrayBuffer> {
    const { seed, dropout } = this.learning;
    const most = Math.round(dropout * 2 ** 32);
    const kept = 1 / (1 - dropout);
    const masks = new Float32Array(count * size);
    for (let step = 0; step < count; step++) {
      const random = new Random(seedOf(seed, stream.masks, epoch, from + step, layer));
      for (let k = 0; k < size; k++) masks[step * size + k] = random.bits() < most ? 0 : kept;
    }
    return masks;
  }
}

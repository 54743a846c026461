/** @file How well a task is done: the loss, how often the class is found, and what is predicted. */

import { compile } from "../compile/index.ts";
import type { Compiled, CompileOptions } from "../compile/index.ts";
import type { Numbers } from "../compile/memory.ts";
import { parse } from "../derive/ask.ts";
import type { Figures } from "../report/curves.ts";
import type { Backend } from "./learner.ts";
import { accuracyName, foundOf } from "./network.ts";
import type { Samples } from "./samples.ts";
import { bytesOf, feed, numbersFrom } from "./samples.ts";
import type { Task } from "./task.ts";

/** Samples are looked at so many at a time, unless there are fewer. */
const together = 1000;

/** Samples whose figures are asked for again and again, and the bytes that they may take in programs. */
export interface Looks {
  readonly often: readonly Samples[];
  readonly memory: number;
}

/** A task with parameters that stand. */
export class Judge {
  private readonly programs = new Map<string, Compiled>();
  private readonly task: Task;
  private readonly backend: Backend;
  private values: ReadonlyMap<string, ArrayLike<number>> = new Map();
  /** How many samples the program of the figures of full parts holds. */
  private readonly room: number;
  /** From where on the full parts of samples lie there, if they stay. */
  private readonly stays = new Map<Samples, number>();

  constructor(task: Task, backend: Backend, { often, memory }: Looks = { often: [], memory: 0 }) {
    this.task = task;
    this.backend = backend;
    const counts = often.map(fullOf).filter((count) => count > 0);
    const all = counts.reduce((sum, count) => sum + count, 0);
    const most = Math.floor(memory / Math.max(...often.map(bytesOf)) / together) * together;
    const stay = all <= most;
    // Else they come and go: no block is larger than the samples of which it is.
    this.room = Math.max(together, stay ? all : Math.min(most, ...counts));
    if (!stay) return;
    let at = 0;
    for (const samples of often) {
      this.stays.set(samples, at);
      at += fullOf(samples);
    }
  }

  /** Takes the parameters, and the means and variances of what is normalised. */
  take(values: ReadonlyMap<string, ArrayLike<number>>): void {
    this.values = values;
    for (const program of this.programs.values()) this.fill(program);
  }

  async figures(samples: Samples): Promise<Figures> {
    const { count } = samples;
    const [full, at] = [fullOf(samples), this.stays.get(samples)];
    const sums = { loss: 0, found: 0 };
    if (full > 0) {
      const program = await this.judging(together, this.room);
      if (at !== undefined) this.add(sums, program, together, numbersFrom(at, at + full));
      else
        for (let from = 0; from < full; from += this.room) {
          const numbers = numbersFrom(from, Math.min(full, from + this.room));
          feed(program, this.task, samples, numbers);
          this.add(sums, program, together, numbersFrom(0, numbers.length));
        }
    }
    const rest = count - full;
    if (rest > 0) {
      const program = await this.judging(rest, rest);
      feed(program, this.task, samples, numbersFrom(full, count));
      this.add(sums, program, rest, numbersFrom(0, rest));
    }
    return {
      loss: sums.loss / count,
      accuracy: this.task.hasAccuracy ? sums.found / count : null,
    };
  }

  /** What is predicted for samples, a row for each, some rows at a time. */
  async *outputs(
    samples: Samples,
    numbers: Int32Array = numbersFrom(0, samples.count),
  ): AsyncGenerator<{ readonly numbers: Int32Array; readonly rows: Numbers }> {
    for (const part of parts(numbers)) {
      const program = await this.predicting(part.length);
      yield {
        numbers: part,
        rows: program.value({ [this.task.input]: samples.inputs(part) }) as Numbers,
      };
    }
  }

  dispose(): void {
    for (const program of this.programs.values()) program.dispose();
    this.programs.clear();
  }

  /** Adds what steps find of the samples at some places of a program, so many at a time. */
  private add(
    sums: { loss: number; found: number },
    program: Compiled,
    size: number,
    places: Int32Array,
  ): void {
    for (const loss of program.steps(places.length / size, places)) sums.loss += size * loss;
    if (!this.task.hasAccuracy) return;
    for (const share of program.course(accuracyName)) sums.found += foundOf(size, share);
  }

  /** The program of the figures of so many samples at a time, that holds so many. */
  private judging(count: number, room: number): Promise<Compiled> {
    return this.programFor(`figures ${count}`, async () => {
      const { input, target, isOfClasses, hasAccuracy, inference } = this.task;
      const program = await compile(parse(inference), {
        ...this.optionsFor(count),
        feed: { [input]: room, ...(target !== null && { [target]: room }) },
        record: hasAccuracy ? [accuracyName] : [],
        ...(target !== null && isOfClasses && { labels: [target] }),
      });
      if (count === together)
        for (const [samples, at] of this.stays)
          feed(program, this.task, samples, numbersFrom(0, fullOf(samples)), at);
      return program;
    });
  }

  /** The program of what is predicted, which does not hang on the targets. */
  private predicting(count: number): Promise<Compiled> {
    return this.programFor(`outputs ${count}`, () => {
      const problem = parse(this.task.inference);
      const objective = problem.symbols.get(this.task.output!)!;
      return compile({ ...problem, objective }, this.optionsFor(count));
    });
  }

  private optionsFor(count: number): CompileOptions {
    const { sizes, samples } = this.task;
    return { ...this.backend, sizes: { ...sizes, [samples]: count } };
  }

  private async programFor(key: string, make: () => Promise<Compiled>): Promise<Compiled> {
    let program = this.programs.get(key);
    if (!program) {
      program = await make();
      this.programs.set(key, program);
      this.fill(program);
    }
    return program;
  }

  /** What does not enter a program is not given to it. */
  private fill(program: Compiled): void {
    const inputs = new Set(program.inputs.map(({ name }) => name));
    for (const [name, values] of this.values) if (inputs.has(name)) program.set(name, values);
  }
}

/** How many of some samples are looked at in full parts. */
const fullOf = ({ count }: Samples): number => Math.floor(count / together) * together;

function* parts(numbers: Int32Array): Generator<Int32Array> {
  for (let from = 0; from < numbers.length; from += together)
    yield numbers.subarray(from, from + together);
}

/** @file How well a task is done: the loss, how often the class is found, and what is predicted. */

import { compile } from "../compile/index.ts";
import type { Compiled } from "../compile/index.ts";
import { valueName } from "../compile/compiled.ts";
import type { Numbers } from "../compile/memory.ts";
import { parse } from "../derive/ask.ts";
import type { Figures } from "../report/curves.ts";
import type { Backend } from "./learner.ts";
import { accuracyName, foundOf } from "./network.ts";
import type { Samples } from "./samples.ts";
import { numbersFrom } from "./samples.ts";
import type { Task } from "./task.ts";

/** Samples are looked at so many at a time, unless there are fewer. */
const together = 1000;

/** What is to be known of samples: their figures, or what is predicted for each. */
type Wanted = "figures" | "outputs";

/** A task with parameters that stand. */
export class Judge {
  private readonly programs = new Map<string, Compiled>();
  private readonly task: Task;
  private readonly backend: Backend;
  private values: ReadonlyMap<string, ArrayLike<number>> = new Map();

  constructor(task: Task, backend: Backend) {
    this.task = task;
    this.backend = backend;
  }

  /** Takes the parameters, and the means and variances of what is normalised. */
  take(values: ReadonlyMap<string, ArrayLike<number>>): void {
    this.values = values;
    for (const program of this.programs.values()) this.fill(program);
  }

  async figures(samples: Samples): Promise<Figures> {
    const { hasAccuracy, target } = this.task;
    let [loss, found] = [0, 0];
    for (const part of parts(numbersFrom(0, samples.count))) {
      const program = await this.programFor("figures", part.length);
      program.set(this.task.input, samples.inputs(part));
      if (target !== null) program.set(target, samples.targets(part));
      program.run();
      loss += part.length * program.get(valueName)[0]!;
      if (hasAccuracy) found += foundOf(part.length, program.get(accuracyName)[0]!);
    }
    return {
      loss: loss / samples.count,
      accuracy: hasAccuracy ? found / samples.count : null,
    };
  }

  /** What is predicted for samples, a row for each, some rows at a time. */
  async *outputs(
    samples: Samples,
    numbers: Int32Array = numbersFrom(0, samples.count),
  ): AsyncGenerator<{ readonly numbers: Int32Array; readonly rows: Numbers }> {
    for (const part of parts(numbers)) {
      const program = await this.programFor("outputs", part.length);
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

  private async programFor(wanted: Wanted, count: number): Promise<Compiled> {
    const key = `${wanted} ${count}`;
    let program = this.programs.get(key);
    if (!program) {
      program = await this.compiled(wanted, count);
      this.programs.set(key, program);
      this.fill(program);
    }
    return program;
  }

  private compiled(wanted: Wanted, count: number): Promise<Compiled> {
    const { task, backend } = this;
    const { hasAccuracy, output, target } = task;
    const problem = parse(task.inference);
    const options = { ...backend, sizes: { ...task.sizes, [task.samples]: count } };
    // What is predicted does not hang on the targets.
    if (wanted === "outputs")
      return compile({ ...problem, objective: problem.symbols.get(output!)! }, options);
    return compile(problem, {
      ...options,
      keep: hasAccuracy ? [accuracyName] : [],
      ...(target !== null && task.isOfClasses && { labels: [target] }),
    });
  }

  /** What does not enter a program is not given to it. */
  private fill(program: Compiled): void {
    const inputs = new Set(program.inputs.map(({ name }) => name));
    for (const [name, values] of this.values) if (inputs.has(name)) program.set(name, values);
  }
}

function* parts(numbers: Int32Array): Generator<Int32Array> {
  for (let from = 0; from < numbers.length; from += together)
    yield numbers.subarray(from, from + together);
}

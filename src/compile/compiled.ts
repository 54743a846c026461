/** @file A program that runs: numbers in, the value and the gradients or steps of training, numbers out. */

import { errors } from "../diagnostics/errors.ts";
import type { Dimension } from "../expr/dimension.ts";
import type { Assembled } from "../lower/assemble.ts";
import { bytesPerNumber } from "../lower/loops.ts";
import { planOf } from "../lower/plan.ts";
import type { Plan } from "../lower/plan.ts";
import { courseOf } from "../lower/program.ts";
import type { Output, Program } from "../lower/program.ts";
import { withoutMembers } from "../ops/indexing.ts";
import type { Chosen } from "./backends.ts";
import { checkedEntries, checkedLabels, flat } from "./entries.ts";
import type { Entries } from "./entries.ts";
import type { Numbers, View } from "./memory.ts";
import { numbers, put, taken } from "./memory.ts";
import type { BackendName, CompileOptions } from "./options.ts";
import { inputOf, viewOfSteps } from "./ports.ts";
import type { Input, Port } from "./ports.ts";
import { allocated } from "./running.ts";
import type { Running } from "./running.ts";

export const valueName = "value";
/** Up to there single precision holds every whole number: samples and labels are counted in it. */
export const countedInSingle = 2 ** 24;

/** A problem as a program: what it is given is set once, and stays until it is set anew. */
export class Compiled {
  readonly backend: BackendName;
  /** Why it runs there. */
  readonly why: string;
  readonly threads: number;
  readonly dtype: "float32" | "float64";
  readonly inputs: readonly Port[];
  private readonly ports: ReadonlyMap<string, Input>;
  private readonly assembled: Assembled;
  /** Null once it was disposed of. */
  private live: Running | null;
  private readonly program: Program;
  private readonly options: CompileOptions;
  /** Where the numbers of all steps of a run go, by names. */
  private readonly perStep: ReadonlyMap<string, View>;
  /** How many steps are taken in one run. */
  private readonly stepsAtOnce: number;
  /** What scalars were in each of the last steps. */
  private readonly courses = new Map<string, Numbers>();
  private readonly missing: Set<string>;
  /** How many samples there are to take from. */
  private readonly samples: number;
  private readonly gradientNames: readonly string[];
  /** Gradients by families: they have a row for each member, as the families have. */
  private readonly ofFamilies: ReadonlySet<string>;
  private readonly isScalar: boolean;
  /** What of the outputs the last run computed. */
  private hasValue = false;
  private hasAll = false;

  /** @internal */
  constructor(parts: {
    readonly chosen: Chosen;
    readonly program: Program;
    readonly size: (d: Dimension) => number;
    readonly options: CompileOptions;
    readonly steps: number;
    readonly gradientNames: readonly string[];
    readonly ofFamilies: ReadonlySet<string>;
    readonly isScalar: boolean;
  }) {
    const { chosen: choice, program } = parts;
    const { assembled } = choice;
    this.assembled = assembled;
    this.live = choice.running;
    this.program = program;
    this.options = parts.options;
    this.gradientNames = parts.gradientNames;
    this.ofFamilies = parts.ofFamilies;
    this.isScalar = parts.isScalar;
    this.backend = choice.backend;
    this.why = choice.why;
    this.threads = assembled.module.threads;
    this.dtype = assembled.module.precision;
    this.stepsAtOnce = parts.steps;
    const isPerStep = (name: string): boolean => parts.options.perStep?.includes(name) === true;
    const inputs = [...program.inputs.values()];
    this.perStep = new Map(
      inputs
        .filter(({ symbol }) => isPerStep(symbol.name))
        .map(({ symbol, tensor }) => [
          symbol.name,
          viewOfSteps(symbol, tensor, assembled.storageOf(tensor), parts),
        ]),
    );
    const ports = [
      ...inputs
        .filter(({ symbol }) => !isPerStep(symbol.name))
        .map(({ symbol, tensor }) => inputOf(symbol, assembled.storageOf(tensor), parts)),
      ...[...program.labels].map(
        ([name, classes]): Input => ({ name, rows: 1, columns: 1, classes, view: null }),
      ),
    ];
    for (const { name, classes } of ports)
      if (this.dtype === "float32" && (classes ?? 0) > countedInSingle)
        throw errors.manyClasses(name, countedInSingle);
    this.inputs = ports;
    this.ports = new Map(ports.map((port) => [port.name, port]));
    this.missing = new Set(this.ports.keys());
    this.samples = Math.min(...Object.values(parts.options.feed ?? {}));
  }

  /**
   * Gives a name its numbers: row by row, as many as it has entries, in one array or an array of rows; a label, or
   * a name given by labels, whole numbers.
   * @throws NablaError where there are too many or too few, where a label is out of range, or, with `checkFinite`,
   * where a number is not finite.
   */
  set(name: string, values: Entries): this {
    const { memory } = this.running;
    const port = this.ports.get(name);
    if (!port) throw errors.unknownInput(name, [...this.ports.keys()]);
    const { rows, columns, classes, view } = port;
    const entries = flat(name, values, rows, columns);
    if (view === null) {
      // An index counts from 1, as the problem writes it.
      checkedLabels(name, entries, 1, classes!, columns);
      memory[this.assembled.labelAt(name)] = entries[0]! - 1;
    } else {
      if (classes !== null) checkedLabels(name, entries, 0, classes - 1, columns);
      else checkedEntries(name, entries, columns, this.options.checkFinite ? this.dtype : null);
      put(memory, view, entries);
    }
    this.missing.delete(name);
    return this;
  }

  /**
   * Gives some rows of a name their numbers, from row `from` on, counted from 0: some of the samples that are fed. With
   * the last rows the name counts as given.
   * @throws NablaError as `set` does, and where there are no such rows.
   */
  setRows(name: string, from: number, values: ArrayLike<number>): this {
    const { memory } = this.running;
    const port = this.ports.get(name);
    if (!port?.view) throw errors.unknownInput(name, [...this.ports.keys()]);
    const { rows, columns, classes, view } = port;
    const count = values.length / columns;
    if (!Number.isSafeInteger(from) || from < 0 || !Number.isInteger(count) || from + count > rows)
      throw errors.wrongLength(
        name,
        `${rows - from}×${columns}`,
        (rows - from) * columns,
        values.length,
      );
    if (classes !== null) checkedLabels(name, values, 0, classes - 1, columns);
    else checkedEntries(name, values, columns, this.options.checkFinite ? this.dtype : null);
    const { storage, rowAxis } = view;
    const offset = storage.offset + (rowAxis === null ? 0 : from * storage.strides[rowAxis]!);
    put(memory, { ...view, rows: count, storage: { ...storage, offset } }, values);
    if (from + count === rows) this.missing.delete(name);
    return this;
  }

  /** Gives every entry of a name the same number. */
  fill(name: string, value: number): this {
    const port = this.ports.get(name);
    if (!port) throw errors.unknownInput(name, [...this.ports.keys()]);
    checkedEntries(name, [value], 1, null);
    return this.set(name, new Float64Array(port.rows * port.columns).fill(value));
  }

  /**
   * The numbers of a name that was given, or of what the last run gave: `"value"`, a definition that is kept, or
   * `"∂W"` for the gradient by W. Row by row.
   */
  get(name: string): Numbers {
    const { memory } = this.running;
    const port = this.ports.get(name);
    if (this.missing.has(name)) throw errors.inputsMissing([name]);
    if (port?.view) return taken(memory, port.view);
    if (port) {
      const at = this.assembled.labelAt(name);
      return memory.slice(at, at + 1).map((x) => x + 1);
    }
    const output = this.program.outputs.find((o) => o.name === name);
    if (!output)
      throw errors.unknownInput(name, [
        ...this.ports.keys(),
        ...this.program.outputs.map((o) => o.name),
      ]);
    if (!(name === valueName ? this.hasValue : this.hasAll)) throw errors.notComputed(name);
    return this.outputOf(output);
  }

  /** The value of the objective at what was set, `inputs` set first; of one that is no number its entries. */
  value(inputs: Readonly<Record<string, Entries>> = {}): number | Numbers {
    this.compute(inputs, true);
    return this.objectiveValue();
  }

  /** The gradients by all variables, each in the shape of its variable, row by row. */
  gradients(inputs: Readonly<Record<string, Entries>> = {}): Record<string, Numbers> {
    this.compute(inputs, false);
    return Object.fromEntries(
      this.gradientNames.map((name) => [name, this.outputOf(this.outputNamed(`∂${name}`))]),
    );
  }

  /** Computes the value and the gradients, which `get` then gives (`"value"`, `"∂W"`). */
  run(inputs: Readonly<Record<string, Entries>> = {}): void {
    this.compute(inputs, false);
  }

  /** Both in one run. */
  valueAndGradients(inputs: Readonly<Record<string, Entries>> = {}): {
    readonly value: number | Numbers;
    readonly gradients: Record<string, Numbers>;
  } {
    const gradients = this.gradients(inputs);
    return { value: this.objectiveValue(), gradients };
  }

  /**
   * Takes steps: each computes the value and, with an update, the gradients, and changes the variables. Of names that are fed,
   * `order` says which samples the steps take, counted from 0, as many for each step as the problem has. Names that
   * have other numbers in every step are given those of all steps in `each`, row by row, step after step.
   * @returns the value before each step.
   */
  steps(
    count: number,
    order: ArrayLike<number> = [],
    each: Readonly<Record<string, ArrayLike<number>>> = {},
  ): Numbers {
    const { running, assembled } = this;
    if (this.missing.size > 0) throw errors.inputsMissing([...this.missing]);
    if (!this.options.update && !this.program.order)
      throw errors.badOption("steps", "a problem with an update, or with names that are fed");
    if (!Number.isSafeInteger(count) || count < 0)
      throw errors.badOption("steps", "a whole number from 0 on");
    const { order: tensor } = this.program;
    const { stepsAtOnce } = this;
    const batch = tensor ? tensor.axes[0]!.extent / stepsAtOnce : 0;
    if (order.length !== count * batch)
      throw errors.wrongLength("order", "the samples of all steps", count * batch, order.length);
    checkedLabels("order", order, 0, this.samples - 1, 1);
    const places = order instanceof Int32Array ? order : Int32Array.from(order);
    const news = this.numbersOfSteps(count, each);
    const courses = this.coursesOf(count);
    for (let from = 0; from < count; from += stepsAtOnce) {
      const now = Math.min(stepsAtOnce, count - from);
      if (tensor) {
        const { offset } = assembled.storageOf(tensor);
        running.memory.set(places.subarray(from * batch, (from + now) * batch), offset);
      }
      for (const { view, values } of news) {
        const size = (view.rows / stepsAtOnce) * view.columns;
        const rows = (view.rows / stepsAtOnce) * now;
        put(running.memory, { ...view, rows }, values.subarray(from * size, (from + now) * size));
      }
      running.run(0, now, false);
      for (const { output, values } of courses) {
        const { offset } = assembled.storageOf(output.tensor);
        values.set(running.memory.subarray(offset, offset + now), from);
      }
      [this.hasValue, this.hasAll] = [true, true];
    }
    return this.courses.get(valueName)!;
  }

  /** What a scalar was before each of the last steps: the value, or what is recorded. */
  course(name: string): Numbers {
    const found = this.courses.get(name);
    if (!found) throw errors.notRecorded(name, [valueName, ...(this.options.record ?? [])]);
    return found;
  }

  /** What steps change: the variables, and what is kept of them from step to step. */
  get changing(): readonly string[] {
    return this.program.states.map(({ name }) => withoutMembers(name));
  }

  /** Takes what steps change from another program of the same problem, such as one for another number of samples. */
  takeFrom(other: Compiled): this {
    const { memory } = this.running;
    for (const name of this.changing) {
      const [to, from] = [this.ports.get(name)?.view, other.ports.get(name)?.view];
      const isAlike =
        to &&
        from &&
        String(to.storage.strides) === String(from.storage.strides) &&
        to.storage.size === from.storage.size &&
        this.dtype === other.dtype;
      if (!isAlike) this.set(name, other.get(name));
      else {
        const { offset, size } = from.storage;
        memory.set(other.running.memory.subarray(offset, offset + size), to.storage.offset);
        this.missing.delete(name);
      }
    }
    return this;
  }

  /** The numbers of names that have others in each of some steps. */
  private numbersOfSteps(
    count: number,
    each: Readonly<Record<string, ArrayLike<number>>>,
  ): { readonly view: View; readonly values: Numbers }[] {
    for (const name of Object.keys(each))
      if (!this.perStep.has(name)) throw errors.unknownInput(name, [...this.perStep.keys()]);
    return [...this.perStep].map(([name, view]) => {
      const entries = each[name];
      if (!entries) throw errors.inputsMissing([name]);
      const rows = (view.rows / this.stepsAtOnce) * count;
      const given = flat(name, entries, rows, view.columns);
      checkedEntries(name, given, view.columns, this.options.checkFinite ? this.dtype : null);
      const isTyped = given instanceof Float32Array || given instanceof Float64Array;
      return { view, values: isTyped ? given : Float64Array.from(given) };
    });
  }

  /** Room for what scalars are in each of some steps. */
  private coursesOf(count: number): { readonly output: Output; readonly values: Numbers }[] {
    const bytes = count * bytesPerNumber(this.dtype);
    return [valueName, ...(this.options.record ?? [])].map((name) => {
      const values = allocated(bytes, () => numbers(this.dtype, count));
      this.courses.set(name, values);
      return { output: this.outputNamed(courseOf(name)), values };
    });
  }

  /** What is computed from what, in which order, and how much work that is. */
  get plan(): Plan {
    return planOf(this.program, this.assembled);
  }

  /** Gives back its memory and its threads; it cannot be used afterwards. */
  dispose(): void {
    this.live?.dispose();
    this.live = null;
  }

  private get running(): Running {
    if (!this.live) throw errors.disposed();
    return this.live;
  }

  private compute(inputs: Readonly<Record<string, Entries>>, onlyValue: boolean): void {
    const isFed = this.program.order !== null;
    if (isFed || (this.options.update && !onlyValue)) throw errors.onlySteps(isFed);
    for (const [name, values] of Object.entries(inputs)) this.set(name, values);
    const { running } = this;
    if (this.missing.size > 0) throw errors.inputsMissing([...this.missing]);
    running.run(0, 1, onlyValue);
    [this.hasValue, this.hasAll] = [true, !onlyValue];
  }

  private objectiveValue(): number | Numbers {
    const value = this.outputOf(this.outputNamed(valueName));
    return this.isScalar ? value[0]! : value;
  }

  private outputNamed(name: string): Output {
    return this.program.outputs.find((o) => o.name === name)!;
  }

  private outputOf({ name, tensor, ...axes }: Output): Numbers {
    // The members of a family are the columns of the whole, and rows where it is given.
    const [rows, columns] = this.ofFamilies.has(name)
      ? [axes.columns, axes.rows]
      : [axes.rows, axes.columns];
    const extent = (k: number | null): number => (k === null ? 1 : tensor.axes[k]!.extent);
    return taken(this.running.memory, {
      storage: this.assembled.storageOf(tensor),
      rows: extent(rows),
      columns: extent(columns),
      rowAxis: rows,
      columnAxis: columns,
    });
  }
}

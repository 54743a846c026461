/** @file A configuration put to work: its data opened, its task written. */

import { openData } from "../data/index.ts";
import type { DataSet, Floats, Part } from "../data/index.ts";
import { momentsOf } from "../data/standard.ts";
import { split } from "../data/shuffle.ts";
import type { CompileOptions } from "../compile/index.ts";
import { errors } from "../diagnostics/errors.ts";
import type { Standard } from "./choices.ts";
import type { AskedConfig } from "./configured.ts";
import type { HiddenLayers, Subject } from "./config.ts";
import { clipped, optimizers } from "./optimizers.ts";
import type { Scaling } from "./samples.ts";
import { numbersFrom, Samples } from "./samples.ts";
import type { Task, Widths } from "./task.ts";
import { networkTask, typedTask } from "./task.ts";
import type { Parts, Plan } from "./trainer.ts";

/** Data as training takes them. */
export interface Opened {
  readonly data: DataSet;
  readonly parts: Parts;
  readonly scaling: Scaling;
  readonly subject: Subject;
  readonly task: Task;
}

/** Opens the data of a configuration; `memory` is how many bytes they may take before they stay in files. */
export async function opened(
  {
    data: asked,
    subject: given,
    seed,
    dtype,
  }: Pick<AskedConfig, "data" | "seed" | "subject" | "dtype">,
  memory: number,
): Promise<Opened> {
  const data = await openData(asked.paths, {
    ...(asked.label !== null && { label: asked.label }),
    target: asked.target,
    memory,
  });
  const widths = widthsOf(data);
  const subject = withLayers(given, widths);
  const task = taskOf(subject, widths);
  const { train, test } = data;
  if (test && asked.test > 0) throw errors.testThere(data.title);
  const count = Math.min(train.inputs.count, asked.limit ?? Infinity);
  const shares = { validation: asked.validation, ...(test ? {} : { test: asked.test }) };
  const isDivided = asked.validation > 0 || (!test && asked.test > 0);
  const division = isDivided ? split(count, shares, seed) : null;
  const places = division?.train ?? (count < train.inputs.count ? numbersFrom(0, count) : null);
  const scaling = scalingOf(train, places, { standard: asked.standard, dtype });
  const some = (part: Part, of: Int32Array): Samples | null =>
    of.length > 0 ? new Samples(part, of, scaling) : null;
  return {
    data,
    subject,
    task,
    scaling,
    parts: {
      train: new Samples(train, places, scaling),
      validation: division && some(train, division.validation),
      test: test ? new Samples(test, null, scaling) : division && some(train, division.test),
    },
  };
}

/** The entries of samples and of targets in data. */
const widthsOf = ({ train, classNames }: DataSet): Widths => ({
  input: train.inputs.width,
  target: train.classes ? classNames!.length : (train.targets?.width ?? null),
  isOfClasses: train.classes !== null,
});

/**
 * A subject with all of its layers, which the data give where it has the hidden ones alone.
 * @throws NablaError where there are no data to give them.
 */
export function withLayers(subject: Subject | HiddenLayers, widths: Widths | null): Subject {
  if (subject.kind !== "hidden") return subject;
  if (!widths) throw errors.hiddenNeedsData();
  const { units, ...others } = subject;
  if (widths.isOfClasses && widths.target! < 2) throw errors.oneClass();
  return {
    ...others,
    kind: "network",
    isOfClasses: others.isOfClasses ?? widths.isOfClasses,
    layers: [widths.input, ...units, widths.target!],
  };
}

/**
 * The task of a subject, on data of those widths.
 * @throws NablaError where a network has other widths than the data.
 */
export function taskOf(subject: Subject, widths: Widths | null): Task {
  if (subject.kind === "typed") return typedTask(subject, widths);
  const task = networkTask(subject);
  if (!widths) return task;
  const [input, output] = [subject.layers[0]!, subject.layers.at(-1)!];
  if (input !== widths.input) throw errors.inputsDiffer(input, widths.input);
  if (output !== widths.target)
    throw errors.outputsDiffer(output, widths.target ?? 0, widths.isOfClasses);
  return task;
}

function scalingOf(
  { inputs }: Part,
  places: Int32Array | null,
  { standard, dtype }: { readonly standard: Standard } & Pick<AskedConfig, "dtype">,
): Scaling {
  // Bytes lose nothing in a program of single precision, and take half the time.
  const isSingle = inputs.isBytes && dtype === "float32";
  const entries = (numbers: Float64Array): Floats =>
    isSingle ? Float32Array.from(numbers) : numbers;
  if (standard === "none")
    return {
      shift: entries(Float64Array.of(0)),
      scale: entries(Float64Array.of(inputs.isBytes ? 1 / 255 : 1)),
    };
  const { mean, deviation } = momentsOf(inputs, standard, places ?? undefined);
  return { shift: entries(mean), scale: entries(deviation.map((x) => 1 / x)) };
}

/** How training goes on by a configuration. */
export function planOf(
  config: Omit<AskedConfig, "backend"> & Pick<CompileOptions, "backend">,
  { task, parts }: { readonly task: Task; readonly parts: Parts | null },
  {
    memory,
    threads,
    note,
  }: {
    readonly memory: number;
    readonly threads: number | null;
    readonly note: NonNullable<CompileOptions["note"]>;
  },
): Plan {
  const { optimizer, subject, initial, epochs, patience, seed, backend, dtype } = config;
  const { rate, factors, clip, schedule, warmup } = optimizer;
  const rule = optimizers[optimizer.name].rule(rate, factors);
  return {
    task,
    rule: clip ? clipped(rule, clip) : rule,
    batch: Math.min(config.batch, parts?.train.count ?? Infinity),
    dropout: subject.kind === "typed" ? 0 : subject.dropout,
    backend: { ...(backend && { backend }), dtype, note, ...(threads !== null && { threads }) },
    rate,
    schedule,
    warmup,
    initial,
    epochs,
    patience,
    seed,
    // What the samples themselves take is not there for what programs hold of them.
    memory: Math.max(memory / 2, memory - (parts?.train.held ?? 0)),
  };
}

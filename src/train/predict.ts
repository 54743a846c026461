/** @file What a run predicts for other samples. */

import type { CompileOptions } from "../compile/index.ts";
import type { Images, Rows } from "../data/index.ts";
import { errors } from "../diagnostics/errors.ts";
import { readBytes } from "../files/index.ts";
import type { SampleShown } from "../report/predictions.ts";
import { Judge } from "./figures.ts";
import type { RunFolder } from "./folder.ts";
import { taskOf } from "./opened.ts";
import { Samples } from "./samples.ts";
import { weightsIn } from "./weights.ts";

/** A sample with what is predicted for it, and what should be, where that is known. */
export interface Predicted extends SampleShown {
  readonly targets: readonly number[] | null;
}

function entriesOf(rows: Rows, number: number): number[] {
  const entries = new Float64Array(rows.width);
  rows.read(Int32Array.of(number), entries);
  return Array.from(entries);
}

/**
 * What the run in a folder predicts for some rows of inputs, by their numbers from 0.
 * @throws NablaError where the run predicts nothing, or its samples have another shape.
 */
export async function predicted(
  folder: RunFolder,
  inputs: Images,
  numbers: Int32Array,
  note: NonNullable<CompileOptions["note"]>,
): Promise<Predicted[]> {
  const { subject, data, dtype } = folder.config;
  const task = taskOf(subject, null);
  if (task.output === null) throw errors.predictsNothing();
  const width = data.shape.reduce((n, m) => n * m, 1);
  if (inputs.width !== width) throw errors.samplesUnlikeRun(inputs.shape, data.shape);
  if (!folder.has("weights")) throw errors.noWeights(folder.path);
  const path = folder.file("weights");
  const { values, scaling } = weightsIn(readBytes(path), path, task);
  const samples = new Samples({ inputs, classes: null, targets: null }, null, scaling);
  const judge = new Judge(task, { dtype, note });
  judge.take(values);
  try {
    const found: Predicted[] = [];
    for await (const { numbers: some, rows } of judge.outputs(samples, numbers)) {
      const outputs = rows.length / some.length;
      for (const [k, number] of some.entries())
        found.push({
          name: `sample ${number + 1}`,
          pixels: samples.pixels(number),
          shape: inputs.shape,
          probabilities: Array.from(rows.subarray(k * outputs, (k + 1) * outputs)),
          truth: inputs.classes?.[number] ?? null,
          targets: inputs.targets && entriesOf(inputs.targets, number),
        });
    }
    return found;
  } finally {
    judge.dispose();
  }
}

/** @file What a run leaves: weights, curves, a page, and a model for other programs. */

import { NablaError } from "../diagnostics/errors.ts";
import { parse } from "../derive/ask.ts";
import { curvesVega, lineChartSvg } from "../draw/index.ts";
import { onnxModel } from "../onnx/index.ts";
import { curvesOf } from "../report/curves.ts";
import type { SampleShown } from "../report/predictions.ts";
import { trainingPage } from "../report/training.ts";
import type { TrainingReport } from "../report/training.ts";
import type { Config } from "./config.ts";
import type { RunFolder } from "./folder.ts";
import type { Opened } from "./opened.ts";
import type { Samples } from "./samples.ts";
import { numbersFrom } from "./samples.ts";
import { settingsOf, summaryOf } from "./told.ts";
import { gradientsLatex, gradientsOf, problemText, updateLatex } from "./shown.ts";
import type { Task } from "./task.ts";
import type { Plan, Trainer, Values } from "./trainer.ts";
import { weightFiles } from "./weights.ts";

/** A run that is over, or was left. */
export interface Left {
  readonly trainer: Trainer;
  readonly plan: Plan;
  readonly config: Config;
  readonly found: Opened;
  readonly notes: readonly string[];
}

/** So many samples are shown as they come, and so many whose class was not found. */
const shownSamples = { first: 6, wrong: 6 } as const;

/** Writes what a run leaves; what cannot be made is told in its page. */
export async function leave(folder: RunFolder, run: Left): Promise<void> {
  const { trainer, plan, config, found } = run;
  const { task, scaling } = found;
  const { history, best } = trainer.moment;
  const values = await trainer.result();
  const { tensors, arrays } = weightFiles(task, { values, scaling });
  folder.write("weights", tensors);
  folder.write("arrays", arrays);
  if (history.length > 0) {
    const curves = curvesOf(history, best);
    folder.write("curves", lineChartSvg(curves));
    folder.write("curvesData", `${JSON.stringify(curvesVega(curves), null, 2)}\n`);
  }
  const notes = [...run.notes];
  const model = modelOf(run, values, notes);
  if (model) folder.write("model", model);
  const judged = await judgedOf(run);
  const report: TrainingReport = {
    title: config.title,
    summary: summaryOf(trainer.moment),
    settings: settingsOf(config, trainer),
    problem: problemText(task),
    formulas: gradientsLatex(gradientsOf(task)).map((line) => {
      const at = line.indexOf(" = ");
      return { left: line.slice(0, at), right: line.slice(at + 3) };
    }),
    updates: updateLatex(plan.rule),
    epochs: history,
    best,
    classNames: found.data.classNames,
    ...judged,
    weights: firstWeights(task, config.data.shape, values),
    notes,
  };
  folder.write("report", trainingPage(report));
}

/** The model for other programs; where there is none, it is noted why. */
function modelOf(
  { config, found, plan }: Left,
  values: Values,
  notes: string[],
): Uint8Array | null {
  const { task, scaling } = found;
  if (task.output === null) {
    notes.push("There is no model.onnx: --predicts names the definition that it would compute.");
    return null;
  }
  const constants = new Map(
    [
      ...task.parameters,
      ...task.normalised.flatMap(({ mean, variance, units }) =>
        [mean, variance].map((name) => ({ name, rows: units, columns: 1 })),
      ),
    ].map(({ name, rows, columns }) => [
      name,
      { rows, columns, data: Float32Array.from(values.get(name)!) },
    ]),
  );
  try {
    return onnxModel(parse(plan.task.inference), {
      output: task.output,
      input: task.input,
      batch: task.samples,
      sizes: task.sizes,
      constants,
      shift: Float32Array.from(scaling.shift),
      scale: Float32Array.from(scaling.scale),
      name: config.title,
    });
  } catch (error) {
    if (!(error instanceof NablaError)) throw error;
    notes.push(`There is no model.onnx: ${error.diagnostic.message}.`);
    return null;
  }
}

/** How often which class was taken for which, and some samples with what is predicted for them. */
async function judgedOf({
  trainer,
  found,
}: Left): Promise<Pick<TrainingReport, "confusion" | "samples">> {
  const { task, parts, data } = found;
  const of = parts.test ? "test" : parts.validation ? "validation" : null;
  const samples = parts.test ?? parts.validation ?? parts.train;
  const { classNames } = data;
  if (task.output === null || classNames === null) return { confusion: null, samples: [] };
  const counts = classNames.map(() => classNames.map(() => 0));
  const first: SampleShown[] = [];
  const wrong: SampleShown[] = [];
  const width = classNames.length;
  const numbers =
    of === null ? numbersFrom(0, Math.min(samples.count, shownSamples.first)) : undefined;
  for await (const { numbers: some, rows } of trainer.outputs(samples, numbers)) {
    if (rows.length !== some.length * width) return { confusion: null, samples: [] };
    const truths = samples.targets(some);
    for (const [k, number] of some.entries()) {
      const row = Array.from(rows.subarray(k * width, (k + 1) * width));
      const taken = row.indexOf(Math.max(...row));
      const truth = truths[k]!;
      if (taken >= 0) counts[truth]![taken]!++;
      const list = taken === truth ? first : wrong;
      const most = taken === truth ? shownSamples.first : shownSamples.wrong;
      if (list.length < most && isDistribution(row))
        list.push(shown(samples, number, data.train.inputs.shape, row, truth));
    }
  }
  return { confusion: of && { of, counts }, samples: [...first, ...wrong] };
}

/** The first samples that validate, else that test, else that train, with the probabilities of their classes; none without classes. */
export async function firstSamples(
  { trainer, found }: Pick<Left, "trainer" | "found">,
  count: number,
): Promise<SampleShown[]> {
  const { task, parts, data } = found;
  const samples = parts.validation ?? parts.test ?? parts.train;
  const width = data.classNames?.length;
  if (task.output === null || width === undefined) return [];
  const numbers = numbersFrom(0, Math.min(count, samples.count));
  const first: SampleShown[] = [];
  for await (const { numbers: some, rows } of trainer.outputs(samples, numbers)) {
    if (rows.length !== some.length * width) return [];
    const truths = samples.targets(some);
    for (const [k, number] of some.entries()) {
      const row = Array.from(rows.subarray(k * width, (k + 1) * width));
      if (!isDistribution(row)) return [];
      first.push(shown(samples, number, data.train.inputs.shape, row, truths[k]!));
    }
  }
  return first;
}

/** Whether numbers are the probabilities of classes. */
export const isDistribution = (row: readonly number[]): boolean =>
  row.every((p) => p >= 0) && Math.abs(row.reduce((sum, p) => sum + p, 0) - 1) < 1e-3;

const shown = (
  samples: Samples,
  number: number,
  shape: readonly number[],
  probabilities: readonly number[],
  truth: number | null,
): SampleShown => ({
  name: `sample ${number + 1}`,
  pixels: samples.pixels(number),
  shape,
  probabilities,
  truth,
});

/** The weights of the first layer as pictures, where samples are pictures: those of a unit have the shape of a sample. */
function firstWeights(
  { parameters }: Task,
  shape: readonly number[],
  values: Values,
): TrainingReport["weights"] {
  const width = shape.reduce((n, m) => n * m, 1);
  const first = parameters.find(({ columns }) => columns === width);
  if (!first || shape.length < 2) return null;
  const numbers = Float32Array.from(values.get(first.name)!);
  return {
    units: Array.from({ length: first.rows }, (_, k) =>
      numbers.subarray(k * width, (k + 1) * width),
    ),
    shape,
  };
}

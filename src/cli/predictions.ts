/** @file `nabla predict` at work: what it needs is loaded where it is asked for. */

import { openImages } from "../data/index.ts";
import { errors } from "../diagnostics/errors.ts";
import { probabilitiesJson, probabilitiesSvg, probabilitiesText } from "../report/predictions.ts";
import { RunFolder } from "../train/folder.ts";
import { predicted } from "../train/predict.ts";
import type { Predicted } from "../train/predict.ts";
import { isDistribution } from "../train/results.ts";
import { numbersFrom } from "../train/samples.ts";
import type { PredictFormat, PredictOptions } from "./predict.ts";

/** So many are shown where nobody says how many. */
const usualCount = 10;

const counted = (option: string, text: string): number => {
  if (!/^[1-9]\d{0,14}$/u.test(text)) throw errors.badOption(option, "a whole number from 1 on");
  return Number(text);
};

/** The predictions of a run in a format. */
export async function predictionsIn(
  path: string,
  { images, from: first, count }: PredictOptions,
  format: PredictFormat,
): Promise<string> {
  const folder = RunFolder.of(path);
  const { classNames, label, target, shape } = folder.config.data;
  const width = shape.reduce((n, m) => n * m, 1);
  const inputs = await openImages(
    images,
    { ...(label !== null && { label }), target },
    { width, classNames },
  );
  try {
    const from = counted("--from", first) - 1;
    if (from >= inputs.count) throw errors.fewerSamples(images, inputs.count);
    const most =
      count === undefined ? (format === "json" ? Infinity : usualCount) : counted("--count", count);
    const numbers = numbersFrom(from, Math.min(inputs.count, from + most));
    const note = (text: string): void => void process.stderr.write(`nabla: ${text}\n`);
    const found = await predicted(folder, inputs, numbers, note);
    const isOfClasses = found.every(({ probabilities }) => isDistribution(probabilities));
    return isOfClasses ? ofClasses(found, classNames, format) : ofNumbers(found, format);
  } finally {
    inputs.close();
  }
}

function ofClasses(
  found: readonly Predicted[],
  names: readonly string[] | null,
  format: PredictFormat,
): string {
  switch (format) {
    case "json":
      return JSON.stringify({ ok: true, predictions: probabilitiesJson(found, names) });
    case "svg":
      return probabilitiesSvg(found, names).trimEnd();
    case "text":
      return probabilitiesText(found, names, "unicode");
    case "ascii":
      return probabilitiesText(found, names, "ascii");
    default:
      return format satisfies never;
  }
}

/** Outputs that are no probabilities. */
function ofNumbers(found: readonly Predicted[], format: PredictFormat): string {
  if (format === "svg") throw errors.noProbabilities();
  const outputs = found.map(({ name, probabilities, truth, targets }) => ({
    sample: name,
    outputs: probabilities,
    truth: targets ?? truth,
  }));
  if (format === "json") return JSON.stringify({ ok: true, predictions: outputs });
  return outputs
    .map(({ sample, outputs: numbers, truth }) => {
      const isKnown = truth === null ? "" : `, and is ${[truth].flat().join(", ")}`;
      return `${sample}: ${numbers.map((x) => x.toPrecision(6)).join(", ")}${isKnown}`;
    })
    .join("\n");
}

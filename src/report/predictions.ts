/** @file What a network says of samples: class probabilities as text, for programs, and as a picture. */

import {
  barsSvg,
  className,
  classRows,
  percent,
  predicted,
  rasterOf,
  textBar,
} from "../draw/index.ts";
import type { PredictedSample } from "../draw/index.ts";
import { width, widthOf, wrapped } from "../print/columns.ts";
import { asciiText } from "./ascii-text.ts";

/** A sample, and the probabilities of its classes. */
export interface SampleShown {
  /** Without one it is called by its number. */
  readonly name?: string;
  /** Null where it is no image. */
  readonly pixels: Uint8Array | null;
  /** h×w or 1×h×w of grey, 3×h×w of planes of red, green and blue; another one is no image. */
  readonly shape: readonly number[];
  /** One a class. */
  readonly probabilities: readonly number[];
  /** The class that it is of, counted from 0; null where that is not known. */
  readonly truth: number | null;
}

/** Samples as they are drawn. */
export const drawnSamples = (samples: readonly SampleShown[]): PredictedSample[] =>
  samples.map(({ name, pixels, shape, probabilities, truth }, i) => ({
    name: name ?? `sample ${i + 1}`,
    image: pixels && rasterOf(pixels, shape),
    probabilities,
    truth,
  }));

/** The samples with their bars, two beside one another. */
export const probabilitiesSvg = (
  samples: readonly SampleShown[],
  classNames: readonly string[] | null,
): string =>
  barsSvg(drawnSamples(samples), classNames, {
    title:
      samples.length === 1
        ? "Class probabilities"
        : `Class probabilities of ${samples.length} samples`,
  });

/** What a network says of a sample, for programs; a probability that is no number is null. */
export interface PredictionJson {
  readonly sample: string;
  /** Counted from 0. */
  readonly predicted: number | null;
  readonly class: string | null;
  readonly truth: number | null;
  readonly probabilities: readonly {
    readonly class: string;
    readonly probability: number | null;
  }[];
}

/** The samples as plain values. */
export const probabilitiesJson = (
  samples: readonly SampleShown[],
  classNames: readonly string[] | null,
): PredictionJson[] =>
  drawnSamples(samples).map((sample) => {
    const best = predicted(sample);
    return {
      sample: sample.name,
      predicted: best,
      class: best === null ? null : className(classNames, best),
      truth: sample.truth,
      probabilities: sample.probabilities.map((p, index) => ({
        class: className(classNames, index),
        probability: Number.isFinite(p) ? p : null,
      })),
    };
  });

/** Names are cut that are longer. */
const longestName = 24;
const percentWidth = 6;

/** The samples one below the other, in lines of at most 80 columns. */
export const probabilitiesText = (
  samples: readonly SampleShown[],
  classNames: readonly string[] | null,
  alphabet: "unicode" | "ascii",
): string =>
  drawnSamples(samples)
    .map((sample) => sampleText(sample, classNames, alphabet))
    .join("\n\n");

function sampleText(
  sample: PredictedSample,
  names: readonly string[] | null,
  alphabet: "unicode" | "ascii",
): string {
  const spelled = (text: string): string => (alphabet === "ascii" ? asciiText(text) : text);
  const { rows, others } = classRows(sample, names);
  const best = rows.find(({ isPredicted }) => isPredicted);
  const is = sample.truth === null ? "" : className(names, sample.truth);
  const told = best ? `${spelled(best.name)} ${percent(best.probability)}` : "no prediction";
  const verdict =
    sample.truth === null ? "" : best?.isTrue ? ", which is right" : `, and is ${spelled(is)}`;
  const shown = rows.map(({ name }) => shortened(spelled(name), alphabet));
  const rest = others ? `${others.count} others` : "";
  const widest = Math.max(...[...shown, rest].map(widthOf));
  const room = width - 2 - widest - 2 - percentWidth - 2 - " true".length;
  const line = (name: string, probability: number, after: string): string => {
    const padded = `  ${name}${" ".repeat(widest - widthOf(name))}`;
    return `${padded}  ${percent(probability).padStart(percentWidth)}  ${after}`.trimEnd();
  };
  return [
    ...wrapped(`${spelled(sample.name)}: ${told}${verdict}`, "", "  "),
    ...rows.map(({ probability, isTrue }, i) =>
      line(shown[i]!, probability, textBar(probability, room, alphabet) + (isTrue ? " true" : "")),
    ),
    ...(others ? [line(rest, others.probability, "")] : []),
  ].join("\n");
}

function shortened(name: string, alphabet: "unicode" | "ascii"): string {
  if (widthOf(name) <= longestName) return name;
  const end = alphabet === "ascii" ? "..." : "…";
  return (
    [...name]
      .slice(0, longestName - end.length)
      .join("")
      .trimEnd() + end
  );
}

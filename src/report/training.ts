/** @file The page of a training run: curves, confusions, samples, weights, formulas, settings. */

import {
  barsSvg,
  className,
  confusionHtml,
  confusionStyle,
  lineChartSvg,
  pictureStyle,
  pngUri,
  predicted,
  weightColors,
  weightGrid,
} from "../draw/index.ts";
import type { PredictedSample, WeightGrid } from "../draw/index.ts";
import { classFigures, countsOf, mistakenMost } from "./confusions.ts";
import { curvesOf } from "./curves.ts";
import type { EpochFigures } from "./curves.ts";
import { escaped } from "../draw/markup.ts";
import { formula, page } from "./html.ts";
import { drawnSamples } from "./predictions.ts";
import type { SampleShown } from "./predictions.ts";
import { classesTable, epochsTable, figuresStyle, scrolling } from "./training-tables.ts";

/** What is told of a training run. */
export interface TrainingReport {
  /** "FashionMNIST: 784-256-128-64-10" */
  readonly title: string;
  /** One plain sentence with the final figures. */
  readonly summary: string;
  readonly settings: readonly (readonly [name: string, value: string])[];
  /** The problem as it is typed. */
  readonly problem: string;
  /** Gradients, in LaTeX. */
  readonly formulas: readonly { readonly left: string; readonly right: string }[];
  /** What the optimiser does, in LaTeX. */
  readonly updates: readonly string[];
  readonly epochs: readonly EpochFigures[];
  /** The epoch whose parameters are kept; null where that is not chosen. */
  readonly best: number | null;
  /** Null where there are no classes, or where they have only their numbers. */
  readonly classNames: readonly string[] | null;
  /** Samples counted by their true class (rows) and the predicted one (columns). */
  readonly confusion: {
    readonly of: "validation" | "test";
    readonly counts: readonly (readonly number[])[];
  } | null;
  readonly samples: readonly SampleShown[];
  /** The weights of the units of the first layer, each an array of `shape`. */
  readonly weights: {
    readonly units: readonly Float32Array[];
    readonly shape: readonly number[];
  } | null;
  /** What is said besides: interrupted, resumed, what could not be written. */
  readonly notes: readonly string[];
}

/** More samples are not shown: a page stays small enough to be sent. */
const mostSamples = 36;
const mostUnits = 64;
/** A matrix of more classes is not shown; its figures and its greatest confusions are. */
const mostClasses = 120;
/** A matrix of more classes is wider than a sheet of paper. */
const mostPrinted = 14;
const mostConfusions = 6;
/** Of a chart with no other beside it, in px. */
const loneWidth = 560;

/** The page, with everything that it shows inside. */
export const trainingPage = (report: TrainingReport): string =>
  page({
    title: report.title,
    body: [
      `<p class="summary">${escaped(report.summary)}</p>`,
      notesHtml(report.notes),
      curvesHtml(report),
      confusionsHtml(report),
      samplesHtml(report),
      weightsHtml(report),
      formulasHtml(report),
      settingsHtml(report.settings),
    ]
      .filter((part) => part !== "")
      .join("\n"),
    style: pictureStyle + figuresStyle + (report.confusion ? confusionStyle : "") + trainingStyle,
  });

const notesHtml = (notes: readonly string[]): string =>
  notes.length === 0
    ? ""
    : `<ul class="notes">${notes.map((note) => `<li>${escaped(note)}</li>`).join("")}</ul>`;

/** A panel by itself, so that panels stand below one another where there is little room. */
function curvesHtml({ epochs, best }: TrainingReport): string {
  if (epochs.length === 0) return "<h2>Curves</h2>\n<p>No epoch has ended.</p>";
  const chart = curvesOf(epochs, best);
  const pictures = chart.panels.map((panel) =>
    lineChartSvg(
      { ...chart, panels: [panel], title: `The ${panel.name} by epoch` },
      chart.panels.length === 1 ? loneWidth : undefined,
    ),
  );
  return [
    "<h2>Curves</h2>",
    `<div class="pictures">${pictures.join("\n")}</div>`,
    epochsTable(epochs, best),
  ].join("\n");
}

function confusionsHtml({ confusion, classNames }: TrainingReport): string {
  if (!confusion) return "";
  const { of, counts } = confusion;
  const { all, right } = countsOf(counts);
  const name = (index: number): string => `<b>${escaped(className(classNames, index))}</b>`;
  const mistaken = mistakenMost(counts, mostConfusions).map(
    ({ truth, predicted: taken, count, share }) =>
      `<li>${name(truth)} was predicted as ${name(taken)} ${count === 1 ? "once" : `${count} times`}: ${(100 * share).toFixed(1)}% of its samples.</li>`,
  );
  return [
    "<h2>Confusion matrix</h2>",
    `<p>Of ${all} ${of} ${all === 1 ? "sample" : "samples"}, ${right} ${right === 1 ? "was" : "were"} classified correctly${all === 0 ? "" : ` (${((100 * right) / all).toFixed(2)}%)`}.</p>`,
    ...(counts.length > mostClasses
      ? [`<p>A matrix of ${counts.length} classes has no room here.</p>`]
      : [
          "<p>Rows are true classes, columns predicted ones; the stronger the colour, the larger the share of the row.</p>",
          scrolling(
            confusionHtml({ counts, names: classNames }, "Confusion matrix"),
            "Confusion matrix",
            counts.length > mostPrinted ? "matrix large" : "matrix",
          ),
        ]),
    ...(mistaken.length > 0
      ? ["<h3>Most frequent confusions</h3>", `<ul>${mistaken.join("\n")}</ul>`]
      : []),
    "<h3>By class</h3>",
    classesTable(classFigures(counts), classNames),
  ].join("\n");
}

/** Misclassified samples come first. */
function samplesHtml({ samples, classNames }: TrainingReport): string {
  if (samples.length === 0) return "";
  const isWrong = ({ truth, probabilities }: PredictedSample): boolean =>
    truth !== null && predicted({ probabilities }) !== truth;
  const drawn = drawnSamples(samples);
  const wrong = drawn.filter(isWrong);
  const right = drawn.filter((sample) => !isWrong(sample));
  const shown = [...wrong, ...right].slice(0, mostSamples);
  const isOrdered = wrong.length > 0 && right.length > 0;
  const order = isOrdered ? " Misclassified samples come first." : "";
  const cut =
    shown.length < samples.length ? ` ${shown.length} of ${samples.length} are shown.` : "";
  return [
    "<h2>Samples</h2>",
    `<p class="lead">The probabilities of the classes; the predicted class is in colour.${order}${cut}</p>`,
    `<div class="pictures">${shown.map((sample) => barsSvg([sample], classNames, { title: `Class probabilities of ${sample.name}` })).join("\n")}</div>`,
  ].join("\n");
}

function weightsHtml({ weights }: TrainingReport): string {
  if (!weights) return "";
  const found = weightGrid(weights.units, weights.shape, { most: mostUnits, contrast: "own" });
  if (!found) return "";
  const { image, columns, shown, of, lost } = found;
  const count =
    shown < of ? `The first ${shown} of ${of} units.` : `${of} ${of === 1 ? "unit" : "units"}.`;
  const black = lost === 0 ? "" : ` ${lostTold(lost)}`;
  return [
    `<section class="layer"><h2>First layer</h2>`,
    `<p>${count} ${colorsTold(weights.shape, found)}${black}</p>`,
    `<img class="weights" style="max-width:${columns * tileWidth}px" width="${image.width}" height="${image.height}" alt="The weights of ${shown} units of the first layer as images" src="${pngUri(image)}"></section>`,
  ].join("\n");
}

const lostTold = (lost: number): string =>
  lost === 1
    ? "Black is 1 weight that is no finite number."
    : `Black are ${lost} weights that are no finite numbers.`;

/** A unit is not drawn wider than that, in px. */
const tileWidth = 96;

function colorsTold(shape: readonly number[], { limit }: WeightGrid): string {
  const scale =
    limit === null ? "each unit by its own largest weight" : `the largest weight is ${limit}`;
  if (shape.length === 3 && shape[0] === 3)
    return `Each pixel is the weights of its red, green and blue; grey is 0, ${scale}.`;
  const [negative, zero, positive] = weightColors.map((color) => `rgb(${color.join(" ")})`);
  return `Each pixel is a weight: <span class="key" style="background:${negative}"></span> negative, <span class="key" style="background:${zero}"></span> 0, <span class="key" style="background:${positive}"></span> positive; ${scale}.`;
}

function formulasHtml({ problem, formulas, updates }: TrainingReport): string {
  const rows = (all: readonly string[], named: string): string[] =>
    all.length === 0
      ? []
      : [
          `<h3>${named}</h3>`,
          scrolling(all.map((latex) => formula(latex, true)).join("\n"), named),
        ];
  return [
    "<h2>Formulas</h2>",
    `<pre><code>${escaped(problem)}</code></pre>`,
    ...rows(
      formulas.length === 0
        ? []
        : [aligned(formulas.map(({ left, right }) => `${left} &= ${right}`))],
      "Gradients",
    ),
    ...rows(updates, "Updates"),
  ].join("\n");
}

const aligned = (lines: readonly string[]): string =>
  `\\begin{aligned} ${lines.join(" \\\\[0.8em] ")} \\end{aligned}`;

const settingsHtml = (settings: TrainingReport["settings"]): string =>
  settings.length === 0
    ? ""
    : [
        "<h2>Settings</h2>",
        `<dl class="settings">${settings.map(([name, value]) => `<dt>${escaped(name)}</dt><dd>${escaped(value)}</dd>`).join("\n")}</dl>`,
      ].join("\n");

/** What is folded, and what is wider than the paper, is left out. */
const printStyle = [
  "body { max-width: none; margin: 0; padding: 0; font-size: 10pt; }",
  "h2, h3, .lead { break-after: avoid; }",
  ".nabla-picture, .matrix, .layer, li { break-inside: avoid; }",
  ".wide, .matrix { overflow: visible; max-height: none; }",
  "details:not([open]), .matrix.large { display: none; }",
  ".pictures { grid-template-columns: 1fr 1fr; }",
].join(" ");

const trainingStyle = `.summary { font-size: 1.1rem; }
.notes { border-left: 3px solid currentcolor; padding-left: 1.75rem; }
.pictures { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 22rem), 1fr)); gap: 1.5rem 1.25rem; margin-block: 1rem; align-items: start; }
.wide .katex-display { overflow: visible; }
.matrix { max-height: 45rem; overflow: auto; }
.weights { display: block; width: 100%; height: auto; image-rendering: pixelated; }
.key { display: inline-block; width: 0.8em; height: 0.8em; border: 1px solid currentcolor; vertical-align: -0.05em; print-color-adjust: exact; }
.settings { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 0.25rem 1.25rem; }
.settings dt { opacity: 0.85; }
.settings dd { margin: 0; overflow-wrap: anywhere; }
@media (max-width: 40rem) { .settings { grid-template-columns: fit-content(40%) minmax(0, 1fr); } }
@media print { ${printStyle} }
@page { size: A4; margin: 1.8cm; }
`;

/** @file A training in a document: its figures, curves, epochs, and samples with their probabilities. */

import { barsSvg, lineChartSvg, pictureStyle } from "../draw/index.ts";
import { texText } from "./characters.ts";
import { curvesOf, inPercent, partsOf } from "./curves.ts";
import type { EpochFigures } from "./curves.ts";
import { escaped } from "../draw/markup.ts";
import { formula } from "./html.ts";
import { displayed, mdText } from "./markdown.ts";
import { drawnSamples, probabilitiesText } from "./predictions.ts";
import type { SampleShown } from "./predictions.ts";
import { figuresStyle, scrolling } from "./training-tables.ts";
import { chartTikz, samplesTikz } from "./training-tikz.ts";

/** Cells in rows, each row with its name first. */
export interface Table {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** What a document tells of a training. */
export interface Trained {
  /** Sentences: what was trained and how, and what it came to. */
  readonly told: readonly string[];
  /** What was tried to find its options, the best first; null where they were given. */
  readonly trials: Table | null;
  /** Gradients in LaTeX; empty where they are not asked for. */
  readonly formulas: readonly string[];
  /** At least one. */
  readonly epochs: readonly EpochFigures[];
  /** The epoch whose parameters are kept; null where that is not chosen. */
  readonly best: number | null;
  readonly classNames: readonly string[] | null;
  readonly samples: readonly SampleShown[];
}

/** More epochs have no row of their own. */
const mostRows = 8;

/** The first epoch, the last one, that which is kept, and some between them. */
function epochsShort({ epochs, best }: Trained): Table {
  const parts = partsOf(epochs);
  const hasAccuracy = epochs[0]!.train.accuracy !== null;
  const count = Math.min(mostRows, epochs.length);
  const places = new Set(
    Array.from({ length: count }, (_, i) =>
      count === 1 ? 0 : Math.round((i * (epochs.length - 1)) / (count - 1)),
    ),
  );
  const shown = epochs.filter(({ epoch }, i) => epoch === best || places.has(i));
  return {
    head: [
      "epoch",
      ...parts.flatMap((part) =>
        hasAccuracy ? [`${part} loss`, `${part} accuracy`] : [`${part} loss`],
      ),
    ],
    rows: shown.map((figures) => {
      const name = `${figures.epoch}${figures.epoch === best ? " (kept)" : ""}`;
      const told = parts.flatMap((part) => {
        const { loss, accuracy } = figures[part]!;
        const share = accuracy === null ? "–" : inPercent(accuracy);
        return hasAccuracy ? [loss.toPrecision(4), share] : [loss.toPrecision(4)];
      });
      return [name].concat(told);
    }),
  };
}

const titleOf = ({ samples }: Trained): string =>
  samples.length === 1
    ? `Class probabilities of ${samples[0]!.name}`
    : `Class probabilities of ${samples.length} samples`;

/** The training in Markdown; pictures are kept by `beside`, which names them, or stand as text where it is null. */
export function trainedMarkdown(
  trained: Trained,
  beside: ((svg: string) => string) | null,
): string[] {
  const { told, trials, formulas, epochs, best, samples, classNames } = trained;
  const curves = curvesOf(epochs, best);
  const picture = (title: string, svg: string): string => `![${title}](${beside!(svg)})`;
  return [
    told.map(mdText).join(" "),
    ...(trials ? [tableMarkdown(trials)] : []),
    ...formulas.map(displayed),
    ...(beside ? [picture(curves.title, lineChartSvg(curves))] : []),
    tableMarkdown(epochsShort(trained)),
    ...(samples.length === 0
      ? []
      : beside
        ? [picture(titleOf(trained), barsOf(trained))]
        : [`\`\`\`text\n${probabilitiesText(samples, classNames, "unicode")}\n\`\`\``]),
  ];
}

function tableMarkdown({ head, rows }: Table): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(mdText).join(" | ")} |`;
  return [line(head), `|${head.map(() => " ---: |").join("")}`, ...rows.map(line)].join("\n");
}

const barsOf = (trained: Trained): string =>
  barsSvg(drawnSamples(trained.samples), trained.classNames, { title: titleOf(trained) });

/** The training in a page. */
export function trainedHtml(trained: Trained): string {
  const { told, trials, formulas, epochs, best, samples, classNames } = trained;
  const chart = curvesOf(epochs, best);
  const panels = chart.panels.map((panel) =>
    lineChartSvg({ ...chart, panels: [panel], title: `The ${panel.name} by epoch` }),
  );
  const cards = drawnSamples(samples).map((sample) =>
    barsSvg([sample], classNames, { title: `Class probabilities of ${sample.name}` }),
  );
  return [
    `<p>${told.map(escaped).join(" ")}</p>`,
    ...(trials ? [tableHtml(trials, "Trials")] : []),
    ...formulas.map((latex) => formula(latex, true)),
    `<div class="pictures">${panels.join("\n")}</div>`,
    tableHtml(epochsShort(trained), "Figures by epoch"),
    ...(cards.length > 0 ? [`<div class="pictures">${cards.join("\n")}</div>`] : []),
  ].join("\n");
}

function tableHtml({ head, rows }: Table, named: string): string {
  const cells = ([first, ...others]: readonly string[]): string =>
    `<tr><th scope="row">${escaped(first!)}</th>${others.map((text) => `<td>${escaped(text)}</td>`).join("")}</tr>`;
  const table = [
    `<table class="figures short"><thead><tr>${head.map((text) => `<th scope="col">${escaped(text)}</th>`).join("")}</tr></thead>`,
    `<tbody>${rows.map(cells).join("\n")}</tbody></table>`,
  ].join("\n");
  return scrolling(table, named);
}

/** The style of trainings in a page. */
export const trainedStyle = `${pictureStyle}${figuresStyle}.pictures { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 20rem), 1fr)); gap: 1.5rem 1.25rem; margin-block: 1rem; align-items: start; }
.figures.short thead th { white-space: normal; text-align: right; }
@media print { .pictures { grid-template-columns: 1fr 1fr; } .nabla-picture { break-inside: avoid; } }
`;

/** The training in LaTeX. */
export function trainedLatex(trained: Trained): string {
  const { told, trials, formulas, epochs, best, samples, classNames } = trained;
  return [
    told.map(texText).join(" "),
    ...(trials ? [tableLatex(trials)] : []),
    ...(formulas.length > 0
      ? [`\\begin{gather*}\n${formulas.join(" \\\\\n")}\n\\end{gather*}`]
      : []),
    chartTikz(curvesOf(epochs, best)),
    tableLatex(epochsShort(trained)),
    ...(samples.length > 0 ? [samplesTikz(drawnSamples(samples), classNames)] : []),
  ].join("\n\n");
}

function tableLatex({ head, rows }: Table): string {
  const line = (cells: readonly string[]): string => `${cells.map(texText).join(" & ")} \\\\`;
  return [
    `\\begin{center}\\footnotesize\\begin{tabular}{@{}${"r".repeat(head.length)}@{}}`,
    "\\toprule",
    line(head),
    "\\midrule",
    ...rows.map(line),
    "\\bottomrule",
    "\\end{tabular}\\end{center}",
  ].join("\n");
}

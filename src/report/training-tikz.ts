/** @file Curves and samples of a training in TikZ, for documents in LaTeX. */

import {
  classRows,
  lookOf,
  omissions,
  percent,
  plotOf,
  runsOf,
  spreadOut,
  wholeScale,
} from "../draw/index.ts";
import type { LineChart, Plot, PlotLine, PredictedSample, Raster } from "../draw/index.ts";
import { texText } from "./characters.ts";

/** Of a panel, in cm: of its plot, and from it to where names begin. */
const plotSize = { width: 4.9, height: 3.4 } as const;
const nameAt = 0.12;
const nameGap = 0.36;
const mostTicks = 6;

const cm = (value: number): string => String(Math.round(value * 1000) / 1000 + 0);
const point = (x: number, y: number): string => `(${cm(x)},${cm(y)})`;

/** A colour of which the red, green and blue are bytes. */
const rgb = (red: number, green: number, blue: number): string =>
  `{rgb,255:red,${red};green,${green};blue,${blue}}`;
const colorOf = (hex: string): string =>
  rgb(
    ...([1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)) as [
      number,
      number,
      number,
    ]),
  );

/** The panels of a chart, side by side where there is room; what they leave out is said below. */
export function chartTikz(chart: LineChart): string {
  const plots = chart.panels.map((panel) => plotOf(panel, chart));
  const notes = plots.flatMap((plot) => omissions(plot, chart));
  return [
    `\\begin{center}\n${plots.map(panelTikz).join("\\quad\n")}\n\\end{center}`,
    ...(notes.length > 0 ? [`{\\footnotesize ${notes.map(texText).join(" ")}\\par}`] : []),
  ].join("\n");
}

function panelTikz(plot: Plot): string {
  const { panel, across, scale, lines, marked } = plot;
  const { width, height } = plotSize;
  const [first, last] = [across.at[0]!, across.at.at(-1)!];
  const horizontal = wholeScale(first, last, mostTicks);
  const x = (at: number): number => width * horizontal.place(at);
  const y = (value: number): number => height * (scale?.place(value) ?? 0);
  const title = panel.unit === null ? panel.name : `${panel.name} (${panel.unit})`;
  const named = lines.filter(({ points }) => points.length > 0);
  const ends = spreadOut(
    named.map(({ points }) => y(points.at(-1)!.value)),
    nameGap,
    0,
    height,
  );
  return [
    "\\begin{tikzpicture}[font=\\scriptsize]",
    `\\node[anchor=south west,inner sep=0pt,font=\\small\\bfseries] at ${point(-0.7, height + 0.3)} {${texText(title + (scale?.isLog ? ", logarithmic" : ""))}};`,
    ...(scale?.ticks ?? []).map(
      ({ value, text }) =>
        `\\draw[black!15] ${point(0, y(value))} -- ${point(width, y(value))}; \\node[left] at ${point(0, y(value))} {${texText(text)}};`,
    ),
    `\\draw ${point(0, 0)} -- ${point(width, 0)};`,
    ...horizontal.ticks.map(
      ({ value, text }) =>
        `\\draw ${point(x(value), 0)} -- ++(0,-0.08) node[below] {${texText(text)}};`,
    ),
    `\\node at ${point(width / 2, -0.75)} {${texText(across.name)}};`,
    ...(marked
      ? [
          `\\draw[densely dotted] ${point(x(marked.at), 0)} -- ${point(x(marked.at), height)} node[above] {${texText(marked.words)}};`,
        ]
      : []),
    ...lines.flatMap((line) => lineTikz(line, x, y)),
    ...named.map(
      ({ name, look }, i) =>
        `\\node[right,text=${colorOf(look.ink.light)}] at ${point(width + nameAt, ends[i]!)} {${texText(name)}};`,
    ),
    "\\end{tikzpicture}",
  ].join("\n");
}

/** A line in pieces where values are missing; a piece of one point is a dot. */
function lineTikz(
  { points, look }: PlotLine,
  x: (at: number) => number,
  y: (value: number) => number,
): string[] {
  const color = colorOf(look.ink.light);
  const [on, off] = look.dashes?.split(" ") ?? [];
  const dashes = on === undefined ? "" : `,dash pattern=on ${on}pt off ${off}pt`;
  return runsOf(points).map((run) => {
    const places = run.map(({ at, value }) => point(x(at), y(value)));
    return places.length === 1
      ? `\\fill[color=${color}] ${places[0]!} circle[radius=1.2pt];`
      : `\\draw[thick,line join=round,draw=${color}${dashes}] ${places.join(" -- ")};`;
  });
}

/** Of a sample with its bars, in cm. */
const card = { width: 7.6, image: 1.9, row: 0.4, names: 1.7, bars: 1.9 } as const;

/** Samples with the probabilities of their classes as bars, two beside one another. */
export const samplesTikz = (
  samples: readonly PredictedSample[],
  names: readonly string[] | null,
): string =>
  `\\begin{center}\n${samples.map((sample) => sampleTikz(sample, names)).join("\\quad\n")}\n\\end{center}`;

function sampleTikz(sample: PredictedSample, names: readonly string[] | null): string {
  const { rows, others } = classRows(sample, names);
  const best = rows.find(({ isPredicted }) => isPredicted);
  const left = sample.image ? card.image + 0.2 : 0;
  const bars = left + card.names;
  const all = [
    ...rows,
    ...(others
      ? [
          {
            name: `${others.count} others`,
            probability: others.probability,
            isPredicted: false,
            isTrue: false,
          },
        ]
      : []),
  ];
  const told = all.flatMap(({ name, probability, isPredicted, isTrue }, i) => {
    const middle = -(i + 0.5) * card.row;
    const bold = isPredicted ? "\\bfseries " : "";
    const color = isPredicted ? colorOf(lookOf(0).ink.light) : "black!45";
    const share = Math.min(Math.max(Number.isNaN(probability) ? 0 : probability, 0), 1);
    return [
      `\\node[right,inner sep=0pt] at ${point(left, middle)} {${bold}${texText(name)}};`,
      `\\fill[color=${color}] ${point(bars, middle - 0.1)} rectangle ++${point(Math.max(0.02, card.bars * share), 0.2)};`,
      `\\node[right] at ${point(bars + card.bars, middle)} {${bold}${texText(percent(probability))}${isTrue ? " (true)" : ""}};`,
    ];
  });
  const bottom = -Math.max(card.row * all.length, sample.image ? card.image : 0);
  return [
    "\\begin{tikzpicture}[font=\\scriptsize]",
    `\\path[use as bounding box] ${point(0, 0.5)} rectangle ${point(card.width, bottom - 0.1)};`,
    `\\node[right,inner sep=0pt] at ${point(0, 0.25)} {${texText(`${sample.name}: `)}\\textbf{${texText(best?.name ?? "no prediction")}}};`,
    ...(sample.image ? pixelsTikz(sample.image) : []),
    ...told,
    "\\end{tikzpicture}",
  ].join("\n");
}

/** A square for each pixel, and for those of one colour in a row one rectangle. */
function pixelsTikz({ width, height, channels, pixels }: Raster): string[] {
  const size = card.image / Math.max(width, height);
  const colorAt = (k: number): string => {
    const [red, green, blue] = [0, 1, 2].map((c) => pixels[k * channels + (c % channels)]!);
    return rgb(red!, green!, blue!);
  };
  const found: string[] = [];
  for (let i = 0; i < height; i++)
    for (let j = 0, end = 0; j < width; j = end) {
      const color = colorAt(i * width + j);
      end = j + 1;
      while (end < width && colorAt(i * width + end) === color) end++;
      found.push(
        `\\fill[color=${color}] ${point(j * size, -i * size)} rectangle ++${point((end - j) * size, -size)};`,
      );
    }
  return found;
}

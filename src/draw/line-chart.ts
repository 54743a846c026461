/** @file Line charts as SVG: panels side by side, and below them what they leave out. */

import type { LineChart } from "./chart.ts";
import { chartWords, omissions } from "./chart-words.ts";
import { linesIn } from "./measure.ts";
import { panelHeight, panelMarkup } from "./panel.ts";
import { plotOf } from "./plot.ts";
import { label, px, svg, tinted } from "./svg.ts";
import { inks } from "./theme.ts";

/** How wide a panel is, in px. */
const usualWidth = 390;
/** Between panels. */
const gutter = 18;
const noteFont = { size: 12 } as const;
const lineHeight = 16;

/**
 * The chart. Values that are no finite number, and on a logarithmic axis those that are not positive, are left out,
 * which is said below it.
 */
export function lineChartSvg(chart: LineChart, panelWidth = usualWidth): string {
  const { title, panels, across, marked } = chart;
  if (panels.some(({ series }) => series.some(({ values }) => values.length !== across.at.length)))
    throw new Error("internal: a series has not one value a place");
  if (marked && !across.at.includes(marked.at))
    throw new Error(`internal: ${across.name} ${marked.at} is marked, and there is none`);
  const plots = panels.map((panel) => plotOf(panel, chart));
  const notes = plots.map((plot) =>
    omissions(plot, chart).flatMap((note) => linesIn(note, panelWidth, noteFont)),
  );
  const height = Math.max(...plots.map(panelHeight));
  const left = (i: number): number => i * (panelWidth + gutter);
  const noted = (lines: readonly string[], i: number): string[] =>
    lines.map((line, k) =>
      label(line, {
        x: left(i),
        y: height + 12 + k * lineHeight,
        font: noteFont,
        tint: tinted("muted", inks.muted),
      }),
    );
  return svg({
    width: left(panels.length) - gutter,
    height: height + lineHeight * Math.max(0, ...notes.map(({ length }) => length)) + 4,
    title,
    description: chartWords(chart),
    body: [
      ...plots.map(
        (plot, i) =>
          `<g transform="translate(${px(left(i))} 0)">\n${panelMarkup(plot, panelWidth, height).join("\n")}\n</g>`,
      ),
      ...notes.flatMap(noted),
    ].join("\n"),
  });
}

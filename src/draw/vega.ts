/** @file A line chart as a specification of Vega-Lite, with its data inside. */

import type { LineChart, Panel } from "./chart.ts";
import { plotOf, runsOf } from "./plot.ts";
import { lookOf } from "./theme.ts";

/** A value in the data; the line of a series is parted between runs. */
interface Row {
  readonly panel: string;
  readonly series: string;
  readonly run: number;
  readonly at: number;
  readonly value: number;
}

/** A specification, as plain JSON. */
export interface VegaSpec {
  readonly $schema: string;
  readonly description: string;
  readonly data: { readonly values: readonly Row[] };
  readonly hconcat: readonly object[];
  readonly config: object;
}

/** The chart that `lineChartSvg` draws, with what that leaves out left out. */
export const curvesVega = (chart: LineChart): VegaSpec => ({
  $schema: "https://vega.github.io/schema/vega-lite/v5.json",
  description: chart.title,
  data: { values: chart.panels.flatMap((panel) => rowsOf(panel, chart)) },
  hconcat: chart.panels.map((panel) => view(panel, chart)),
  config: { view: { stroke: null } },
});

const rowsOf = (panel: Panel, chart: LineChart): Row[] =>
  plotOf(panel, chart).lines.flatMap(({ name, points }) =>
    runsOf(points).flatMap((points, run) =>
      points.map(({ at, value }) => ({ panel: panel.name, series: name, run, at, value })),
    ),
  );

function view(panel: Panel, chart: LineChart): object {
  const { across, marked } = chart;
  const title = panel.unit === null ? panel.name : `${panel.name} (${panel.unit})`;
  const isLog = plotOf(panel, chart).scale?.isLog ?? false;
  const domain = panel.series.map(({ name }) => name);
  const dashes = domain.map((_, i) => (lookOf(i).dashes ?? "1 0").split(" ").map(Number));
  const lines = {
    transform: [{ filter: { field: "panel", equal: panel.name } }],
    mark: { type: "line", point: true },
    encoding: {
      x: { field: "at", type: "quantitative", title: across.name, axis: { tickMinStep: 1 } },
      y: {
        field: "value",
        type: "quantitative",
        title,
        scale: isLog ? { type: "log" } : { zero: false },
      },
      detail: { field: "run", type: "nominal" },
      color: {
        field: "series",
        type: "nominal",
        title: null,
        scale: { domain, range: domain.map((_, i) => lookOf(i).ink.light) },
      },
      strokeDash: {
        field: "series",
        type: "nominal",
        title: null,
        scale: { domain, range: dashes },
      },
    },
  };
  const rule = marked && {
    data: { values: [{ at: marked.at, why: `${across.name} ${marked.at} ${marked.words}` }] },
    mark: { type: "rule", strokeDash: [1, 3], tooltip: true },
    encoding: {
      x: { field: "at", type: "quantitative" },
      tooltip: { field: "why", type: "nominal" },
    },
  };
  return { title, layer: rule ? [lines, rule] : [lines] };
}

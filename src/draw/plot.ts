/** @file What of a panel can be drawn: the points of its lines, their scale, and what is left out. */

import type { LineChart, Panel } from "./chart.ts";
import { linearScale, logScale, spansDecades } from "./scale.ts";
import type { Scale } from "./scale.ts";
import { lookOf } from "./theme.ts";
import type { Look } from "./theme.ts";

/** A value that is drawn, at the place of that number. */
export interface Point {
  readonly i: number;
  readonly at: number;
  readonly value: number;
}

/** A line, and what it leaves out. */
export interface PlotLine {
  readonly name: string;
  readonly look: Look;
  readonly points: readonly Point[];
  readonly omitted: readonly { readonly i: number; readonly why: string }[];
}

/** What a panel shows, before it has a size. */
export interface Plot {
  readonly panel: Panel;
  readonly across: LineChart["across"];
  readonly marked: LineChart["marked"];
  readonly lines: readonly PlotLine[];
  /** Null where no value can be drawn. */
  readonly scale: Scale | null;
}

const aboutTicks = 5;

/** What can be drawn of a panel. */
export function plotOf(panel: Panel, { across, marked }: LineChart): Plot {
  const finite = panel.series
    .flatMap(({ values }) => values)
    .filter((value): value is number => value !== null && Number.isFinite(value));
  const [least, most] = extent(finite);
  const isLog = panel.axis === "log" || (panel.axis === "auto" && spansDecades(least, most));
  const whyNot = (value: number): string | null =>
    !Number.isFinite(value) ? "not finite" : isLog && value <= 0 ? "not positive" : null;
  const lines = panel.series.map(({ name, values }, k): PlotLine => {
    const given = values.flatMap((value, i) =>
      value === null ? [] : [{ i, at: across.at[i]!, value, why: whyNot(value) }],
    );
    return {
      name,
      look: lookOf(k),
      points: given.filter(({ why }) => why === null),
      omitted: given.flatMap(({ i, why }) => (why === null ? [] : [{ i, why }])),
    };
  });
  const drawn = lines.flatMap(({ points }) => points.map(({ value }) => value));
  const [low, high] = extent(drawn);
  const scale =
    drawn.length === 0
      ? null
      : isLog
        ? logScale(low, high)
        : linearScale(low, high, aboutTicks, panel.bounds);
  return { panel, across, marked, lines, scale };
}

const extent = (values: readonly number[]): [low: number, high: number] =>
  values.reduce<[number, number]>(
    ([low, high], value) => [Math.min(low, value), Math.max(high, value)],
    [Infinity, -Infinity],
  );

/** Points without a gap between them. */
export function runsOf(points: readonly Point[]): Point[][] {
  const runs: Point[][] = [];
  for (const point of points) {
    const run = runs.at(-1);
    if (run && run.at(-1)!.i === point.i - 1) run.push(point);
    else runs.push([point]);
  }
  return runs;
}

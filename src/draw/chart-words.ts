/** @file What a line chart shows, in words: for who does not see it, and for what it leaves out. */

import type { LineChart, Panel } from "./chart.ts";
import { plotOf } from "./plot.ts";
import type { Plot } from "./plot.ts";
import { figure } from "./scale.ts";

/** What a chart shows, with its first, last, least and greatest figures. */
export function chartWords(chart: LineChart): string {
  const { panels, across, marked } = chart;
  const [first, last] = [across.at[0], across.at.at(-1)];
  const range =
    first === undefined
      ? `No ${across.name}`
      : first === last
        ? `At ${across.name} ${first}`
        : `From ${across.name} ${first} to ${last}`;
  const mark = marked === null ? [] : [`${across.name} ${marked.at}: ${marked.words}.`];
  const words = panels.map((panel) => {
    const plot = plotOf(panel, chart);
    const lines = plot.lines.map(
      ({ name, points }) => `${name} ${pointsWords(points, panel, across.name)}`,
    );
    const kind = plot.scale?.isLog ? " (logarithmic axis)" : "";
    return [`${panel.name}${kind}: ${lines.join("; ")}.`, ...omissions(plot, chart)].join(" ");
  });
  return [`${range}.`, ...words, ...mark].join(" ");
}

type Points = Plot["lines"][number]["points"];

function pointsWords(points: Points, { unit }: Panel, across: string): string {
  const told = (value: number): string => `${figure(value)}${unit ?? ""}`;
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last) return "has no values";
  if (points.length === 1) return `is ${told(first.value)} at ${across} ${first.at}`;
  const least = points.reduce((a, b) => (b.value < a.value ? b : a));
  const most = points.reduce((a, b) => (b.value > a.value ? b : a));
  const ends = `from ${told(first.value)} to ${told(last.value)}`;
  return `goes ${ends}, least ${told(least.value)} at ${least.at}, greatest ${told(most.value)} at ${most.at}`;
}

/** What was left out of a panel, and why. */
export const omissions = ({ lines }: Plot, { across }: LineChart): string[] =>
  lines.flatMap(({ name, omitted }) => {
    const kinds = [...new Set(omitted.map(({ why }) => why))];
    return kinds.map((why) => {
      const places = omitted.filter((each) => each.why === why).map(({ i }) => i);
      return `Left out: ${name} at ${across.name} ${runs(places, across.at)} (${why}).`;
    });
  });

/** More runs than that are counted. */
const mostRuns = 4;

/** Places as "3, 5 to 9". */
function runs(places: readonly number[], at: readonly number[]): string {
  const found: [first: number, last: number][] = [];
  for (const i of places) {
    const run = found.at(-1);
    if (run && run[1] === i - 1) run[1] = i;
    else found.push([i, i]);
  }
  const told = found
    .slice(0, mostRuns)
    .map(([a, b]) => (a === b ? `${at[a]}` : `${at[a]} to ${at[b]}`));
  const others = found.slice(mostRuns).reduce((sum, [a, b]) => sum + b - a + 1, 0);
  return told.join(", ") + (others > 0 ? ` and ${others} more` : "");
}

/** @file One panel of a chart: its axes, its lines, and names at their ends that do not overlap. */

import { spreadOut } from "./labels.ts";
import { textWidth } from "./measure.ts";
import { runsOf } from "./plot.ts";
import type { Plot, PlotLine, Point } from "./plot.ts";
import { wholeScale } from "./scale.ts";
import type { Scale } from "./scale.ts";
import { label, px, tinted } from "./svg.ts";
import { inks } from "./theme.ts";

const titleFont = { size: 13, isBold: true } as const;
const font = { size: 12 } as const;
const usualHeight = 190;
const rowHeight = 17;
/** Of a name at the end of a line: from the plot to its sign, to its text. */
const [signAt, nameAt] = [16, 25];
const longestName = 130;
/** Up to so many points of a line have a sign each. */
const mostSigns = 20;
const bottom = 42;

const muted = tinted("muted", inks.muted);
const grid = tinted("grid", inks.grid);
const paper = tinted("edge", inks.paper);

const topOf = ({ marked }: Plot): number => (marked ? 52 : 34);
/** Names of many lines need more room than the lines. */
const plotHeight = ({ lines }: Plot): number => Math.max(usualHeight, lines.length * rowHeight);

/** How high a panel is that is as high as it needs to be, in px. */
export const panelHeight = (plot: Plot): number => topOf(plot) + plotHeight(plot) + bottom;

/** The markup of a panel of some size. */
export function panelMarkup(plot: Plot, width: number, height: number): string[] {
  const { panel, across, scale } = plot;
  const named = plot.lines.filter(({ points }) => points.length > 0);
  const ticks = scale?.ticks ?? [];
  const widest = (texts: readonly string[]): number =>
    Math.max(0, ...texts.map((text) => textWidth(text, font)));
  const places = [across.at[0], across.at.at(-1)].map((at) => String(at ?? ""));
  const half = widest(places) / 2;
  const names = Math.min(longestName, widest(named.map(({ name }) => name)));
  const frame: Frame = {
    left: Math.max(half, 17, 9 + widest(ticks.map(({ text }) => text))),
    right: width - Math.max(half, nameAt + names) - 2,
    top: topOf(plot),
    bottom: height - bottom,
  };
  const title = panel.unit === null ? panel.name : `${panel.name} (${panel.unit})`;
  const kind = scale?.isLog ? ", logarithmic" : "";
  return [
    label(`${title}${kind}`, { x: 0, y: 15, font: titleFont, room: width }),
    ...(scale
      ? drawnIn(frame, plot, scale, named)
      : [
          label("no value can be drawn", {
            x: (frame.left + frame.right) / 2,
            y: (frame.top + frame.bottom) / 2,
            font,
            anchor: "middle",
            tint: muted,
          }),
        ]),
    label(across.name, {
      x: (frame.left + frame.right) / 2,
      y: height - 6,
      font,
      anchor: "middle",
    }),
  ];
}

/** Where the lines are drawn. */
interface Frame {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

function drawnIn(frame: Frame, plot: Plot, scale: Scale, lines: readonly PlotLine[]): string[] {
  const { across, marked } = plot;
  const [first, last] = [across.at[0]!, across.at.at(-1)!];
  const room = frame.right - frame.left;
  const widest = Math.max(textWidth(String(first), font), textWidth(String(last), font));
  const mostTicks = Math.max(1, Math.floor(room / (widest + 22)));
  const horizontal = wholeScale(first, last, Math.min(8, mostTicks));
  const x = (at: number): number => frame.left + room * horizontal.place(at);
  const y = (value: number): number =>
    frame.bottom - (frame.bottom - frame.top) * scale.place(value);
  const at = ({ at: place, value }: Point): string => `${px(x(place))} ${px(y(value))}`;
  return [
    ...scale.ticks.map(
      ({ value, text }) =>
        `<path ${grid} stroke="currentColor" d="M${px(frame.left)} ${px(y(value))}H${px(frame.right)}"/>${label(text, { x: frame.left - 7, y: y(value) + 4, font, anchor: "end", tint: muted })}`,
    ),
    `<path ${muted} stroke="currentColor" fill="none" d="M${px(frame.left)} ${px(frame.bottom)}H${px(frame.right)}${horizontal.ticks.map(({ value }) => `M${px(x(value))} ${px(frame.bottom)}v4`).join("")}"/>`,
    ...horizontal.ticks.map(({ value, text }) =>
      label(text, { x: x(value), y: frame.bottom + 17, font, anchor: "middle", tint: muted }),
    ),
    ...(marked
      ? markMarkup(frame, `${across.name} ${marked.at} ${marked.words}`, x(marked.at))
      : []),
    ...lines.map((line) => lineMarkup(line, at)),
    ...(marked ? marksMarkup(lines, marked.at, at) : []),
    ...endsMarkup(lines, frame, x, y),
  ];
}

/** The line of a place, and why it is marked, above the plot. */
function markMarkup({ left, right, top, bottom: foot }: Frame, words: string, x: number): string[] {
  const room = right - left;
  const half = Math.min(room, textWidth(words, font)) / 2;
  const middle = Math.min(Math.max(x, left + half), right - half);
  return [
    `<path ${muted} stroke="currentColor" stroke-dasharray="1 3" stroke-linecap="round" d="M${px(x)} ${px(top - 10)}V${px(foot)}"/>`,
    label(words, { x: middle, y: top - 16, font, anchor: "middle", room, tint: muted }),
  ];
}

/** Signs at the marked place, parted from the lines by an edge of paper. */
const marksMarkup = (
  lines: readonly PlotLine[],
  marked: number,
  at: (point: Point) => string,
): string[] =>
  lines.flatMap(({ points, look }) => {
    const point = points.find((each) => each.at === marked);
    if (!point) return [];
    const sign = `transform="translate(${at(point)})" d="${look.marker}"`;
    return [
      `<path ${paper} fill="none" stroke="currentColor" stroke-width="4" stroke-linejoin="round" ${sign}/>`,
      `<path ${tinted(look.tint, look.ink)} fill="currentColor" ${sign}/>`,
    ];
  });

/** A line, whole where its values are; a value alone between gaps is a sign, and few values have signs each. */
function lineMarkup({ points, look }: PlotLine, at: (point: Point) => string): string {
  const runs = runsOf(points);
  const path = runs
    .filter((run) => run.length > 1)
    .map((run) => `M${run.map(at).join("L")}`)
    .join("");
  const signs = points.length <= mostSigns ? points : runs.filter((r) => r.length === 1).flat();
  const dashes = look.dashes === null ? "" : ` stroke-dasharray="${look.dashes}"`;
  return [
    `<g ${tinted(look.tint, look.ink)} fill="currentColor">`,
    ...(path === ""
      ? []
      : [
          `<path fill="none" stroke="currentColor" stroke-width="2" stroke-linejoin="round"${dashes} d="${path}"/>`,
        ]),
    ...signs.map((point) => `<path transform="translate(${at(point)})" d="${look.marker}"/>`),
    "</g>",
  ].join("");
}

/** A sign and a name beside the end of each line, moved apart where they would overlap. */
function endsMarkup(
  lines: readonly PlotLine[],
  frame: Frame,
  x: (at: number) => number,
  y: (value: number) => number,
): string[] {
  const ends = lines.map(({ points }) => points.at(-1)!);
  const places = spreadOut(
    ends.map(({ value }) => y(value)),
    rowHeight,
    frame.top,
    frame.bottom,
  );
  return lines.map(({ name, look }, k) => {
    const end = ends[k]!;
    const place = places[k]!;
    return [
      `<g ${tinted(look.tint, look.ink)} fill="currentColor">`,
      `<path fill="none" stroke="currentColor" stroke-opacity="0.7" d="M${px(x(end.at))} ${px(y(end.value))}L${px(frame.right + signAt - 7)} ${px(place)}"/>`,
      `<path transform="translate(${px(frame.right + signAt)} ${px(place)})" d="${look.marker}"/>`,
      label(name, { x: frame.right + nameAt, y: place + 4, font, room: longestName }),
      "</g>",
    ].join("");
  });
}

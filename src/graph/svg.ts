/** @file A graph as a stand-alone SVG: formulas as paths, so that it is the same in a browser, an image and a PDF. */

import { escapedInXml } from "../draw/markup.ts";
import type { Drawn } from "./formula.ts";
import { gap, heightOf, laneWidth, layOut, sizes, stretchesOf } from "./layout.ts";
import type { Draw, Layout, PlacedEdge, PlacedNode, Point } from "./layout.ts";
import type { Graph, GraphEdge } from "./model.ts";
import type { Path } from "./paths.ts";

/** What a picture shows besides the graph. */
export interface SvgOptions {
  /** Paths, each of which gets a colour. */
  readonly paths?: readonly Path[];
  /** What the picture shows, in words. */
  readonly title: string;
  /** The same at length, for who does not see it. */
  readonly description: string;
}

/** Colours that can be told apart by everyone (Okabe & Ito). */
export const pathColors = [
  "#0072b2",
  "#d55e00",
  "#009e73",
  "#cc79a7",
  "#b58900",
  "#56b4e9",
] as const;

let drawing: Promise<Draw> | undefined;

/** Draws formulas at the sizes of the layout; what was drawn is known to the next picture. */
export const drawer = (): Promise<Draw> => (drawing ??= makeDrawer());

async function makeDrawer(): Promise<Draw> {
  const { formulaDrawer } = await import("./formula.ts");
  const bySize = new Map<number, (latex: string) => Drawn>();
  for (const size of Object.values(sizes)) bySize.set(size, await formulaDrawer(size));
  return (latex, size) => bySize.get(size)!(latex);
}

/** The picture. */
export async function graphSvg(graph: Graph, options: SvgOptions): Promise<string> {
  const { paths = [] } = options;
  const lanes = (edge: GraphEdge): number => colorsOf(edge, paths).length;
  return picture(await layOut(graph, await drawer(), { lanes }), options);
}

const px = (value: number): string => String(Math.round(value * 100) / 100);

function picture(layout: Layout, { paths = [], title, description }: SvgOptions): string {
  const [width, height] = [Math.ceil(layout.width), Math.ceil(layout.height)];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" color="#1b1b1f">`,
    `<title>${escapedInXml(title)}</title>`,
    `<desc>${escapedInXml(description)}</desc>`,
    "<style>@media (prefers-color-scheme: dark) { svg { color: #e6e6ea } .flow { fill: #ff9a8a } }</style>",
    ...layout.edges.map((placed) => edgeMarkup(placed, paths)),
    ...layout.nodes.map(nodeMarkup),
    "</svg>",
  ].join("\n");
}

function nodeMarkup({ node, x, y, width, height, label }: PlacedNode): string {
  const radius = node.kind === "operation" ? 6 : height / 2;
  const box = (inset: number): string =>
    `<rect x="${px(x - width / 2 + inset)}" y="${px(y - height / 2 + inset)}" width="${px(width - 2 * inset)}" height="${px(height - 2 * inset)}" rx="${px(Math.max(2, radius - inset))}" fill="none" stroke="currentColor" stroke-width="${node.kind === "operation" ? 1 : 1.4}"/>`;
  return [
    `<g class="node" data-part="${escapedInXml(node.part)}">`,
    box(0),
    ...(node.kind === "output" ? [box(3)] : []),
    formulaAt(label, x, y),
    "</g>",
  ].join("");
}

/** A formula around a point. */
const formulaAt = ({ width, ascent, descent, body }: Drawn, x: number, y: number): string =>
  `<g fill="currentColor" transform="translate(${px(x - width / 2)} ${px(y + (ascent - descent) / 2)})">${body}</g>`;

/** The colours of the paths that an edge is on. */
export const colorsOf = (edge: GraphEdge, paths: readonly Path[]): string[] =>
  paths.flatMap((path, i) =>
    (edge.standsFor ?? [edge]).some((e) => path.edges.includes(e))
      ? [pathColors[i % pathColors.length]!]
      : [],
  );

function edgeMarkup(placed: PlacedEdge, paths: readonly Path[]): string {
  const { edge, points } = placed;
  const colors = colorsOf(edge, paths);
  const shift = (k: number): number => (k - (colors.length - 1) / 2) * laneWidth;
  const strokes =
    colors.length === 0
      ? [line(points, "currentColor", 1.2)]
      : colors.map((color, k) => line(moved(points, shift(k)), color, 2.2));
  return `<g class="edge">${strokes.join("")}${labelMarkup(placed)}</g>`;
}

const moved = (points: readonly Point[], by: number): Point[] =>
  points.map(({ x, y }) => ({ x: x + by, y }));

/** A line through the turns, with a tip that points down at its end. */
function line(points: readonly Point[], color: string, width: number): string {
  const tip = points.at(-1)!;
  const [long, wide] = [7 + width, 2.6 + width / 2];
  const at = ({ x, y }: Point): string => `${px(x)} ${px(y)}`;
  const body = stretchesOf([...points.slice(0, -1), { x: tip.x, y: tip.y - long + 1 }]).map((s) =>
    s.kind === "straight" ? `L${at(s.to)}` : `C${[...s.by, s.to].map(at).join(" ")}`,
  );
  const foot = px(tip.y - long);
  const corners = `${at(tip)}L${px(tip.x - wide)} ${foot}L${px(tip.x + wide)} ${foot}`;
  return `<path d="M${at(points[0]!)}${body.join("")}" fill="none" stroke="${color}" stroke-width="${width}"/><path d="M${corners}Z" fill="${color}"/>`;
}

/** The rows beside an edge, from the left. */
function labelMarkup({ label, rows }: PlacedEdge): string {
  const left = label.x - label.width / 2;
  let top = label.y - rows.reduce((sum, row) => sum + heightOf(row), 0) / 2;
  return rows
    .map((row) => {
      const base = top + 2 + Math.max(...row.map(({ drawn }) => drawn.ascent));
      top += heightOf(row);
      let x = left;
      return row
        .map(({ drawn, kind }) => {
          const at = x;
          x += drawn.width + gap;
          return `<g class="${kind}" fill="${kind === "flow" ? flowColor : "currentColor"}" transform="translate(${px(at)} ${px(base)})">${drawn.body}</g>`;
        })
        .join("");
    })
    .join("");
}

/** What flows back is set apart from what flows forward. */
const flowColor = "#c0392b";

/** @file A graph as TikZ, with the places of the layout, for a document of 10 pt with the packages tikz and amsmath. */

import type { Draw, Layout, PlacedEdge, PlacedNode, Point } from "./layout.ts";
import { laneWidth, layOut, sizes, stretchesOf } from "./layout.ts";
import type { Graph, GraphEdge } from "./model.ts";
import type { Path } from "./paths.ts";
import { colorsOf } from "./svg.ts";

/** Points of TeX for a px of the layout: its formulas of nodes have 10 pt. */
const pt = 10 / sizes.node;

/** The largest picture that a page holds, in points. */
const page = { width: 440, height: 600 };

/** The picture; it is made smaller where it is larger than a page. */
export async function graphTikz(
  graph: Graph,
  draw: Draw,
  paths: readonly Path[] = [],
): Promise<string> {
  const lanes = (edge: GraphEdge): number => colorsOf(edge, paths).length;
  const layout = await layOut(graph, draw, { lanes });
  const scale = Math.min(1, page.width / (layout.width * pt), page.height / (layout.height * pt));
  const body = [
    `\\begin{tikzpicture}[x=${pt}pt, y=-${pt}pt, every node/.style={inner sep=0pt}, >=latex]`,
    ...usedColors(layout, paths).map(
      (color) => `\\definecolor{${colorName(color)}}{HTML}{${color.slice(1).toUpperCase()}}`,
    ),
    ...layout.nodes.map(nodeTikz),
    ...layout.edges.map((edge) => edgeTikz(edge, paths)),
    "\\end{tikzpicture}",
  ].join("\n");
  return scale === 1 ? body : `\\scalebox{${scale.toFixed(3)}}{%\n${body}}`;
}

const round = (x: number): string => String(Math.round(x * 10) / 10);
const at = ({ x, y }: Point): string => `(${round(x)},${round(y)})`;

function nodeTikz({ node, x, y, width, height }: PlacedNode): string {
  const corners = node.kind === "operation" ? 3 : (height / 2) * pt;
  const style = [
    "draw",
    `rounded corners=${round(corners)}pt`,
    `minimum width=${round(width * pt)}pt`,
    `minimum height=${round(height * pt)}pt`,
    ...(node.kind === "output" ? ["double"] : []),
  ].join(", ");
  return `\\node[${style}] at ${at({ x, y })} {$\\textstyle ${node.label.latex}$};`;
}

const colorName = (color: string): string => `nabla${color.slice(1)}`;

const usedColors = ({ edges }: Layout, paths: readonly Path[]): string[] => [
  ...new Set(edges.flatMap(({ edge }) => colorsOf(edge, paths))),
];

function edgeTikz(placed: PlacedEdge, paths: readonly Path[]): string {
  const colors = colorsOf(placed.edge, paths);
  const line = (style: string, by: number): string => {
    const [first, ...turns] = placed.points.map(({ x, y }) => ({ x: x + by, y }));
    const tip = turns.at(-1)!;
    // The tip points down.
    const points = [first!, ...turns.slice(0, -1), { x: tip.x, y: tip.y - 6 }, tip];
    const body = stretchesOf(points).map((s) =>
      s.kind === "straight"
        ? ` -- ${at(s.to)}`
        : ` .. controls ${at(s.by[0])} and ${at(s.by[1])} .. ${at(s.to)}`,
    );
    return `\\draw[->${style}] ${at(first!)}${body.join("")};`;
  };
  const strokes =
    colors.length === 0
      ? [line("", 0)]
      : colors.map((color, k) =>
          line(`, thick, ${colorName(color)}`, (k - (colors.length - 1) / 2) * laneWidth),
        );
  return [...strokes, labelTikz(placed)].join("\n");
}

function labelTikz({ label, rows }: PlacedEdge): string {
  const lines = rows.map((row) =>
    row
      .map(({ latex, kind }) => {
        const size = kind === "shape" ? "\\scriptsize" : "\\footnotesize";
        const color = kind === "flow" ? "\\color{red!70!black}" : "";
        return `{${size}${color}$\\textstyle ${latex}$}`;
      })
      .join("\\;"),
  );
  return `\\node[anchor=west, align=left] at ${at({ x: label.x - label.width / 2, y: label.y })} {${lines.join("\\\\")}};`;
}

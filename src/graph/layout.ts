/** @file Where the nodes and edges of a graph stand: one layout for every kind of picture. */

import type { Drawn } from "./formula.ts";
import type { Graph, GraphEdge, GraphNode } from "./model.ts";

/** A point, in px. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A node by its middle. */
export interface PlacedNode extends Point {
  readonly node: GraphNode;
  readonly width: number;
  readonly height: number;
  readonly label: Drawn;
}

/** A formula beside an edge. */
export interface LabelPart {
  readonly drawn: Drawn;
  readonly latex: string;
  readonly kind: "name" | "shape" | "flow";
}

/** Formulas side by side. */
export type LabelRow = readonly LabelPart[];

/** An edge with its turns, and what stands beside it by the middle. */
export interface PlacedEdge {
  readonly edge: GraphEdge;
  readonly points: readonly Point[];
  readonly label: Point & { readonly width: number; readonly height: number };
  readonly rows: readonly LabelRow[];
}

/** A graph with places. */
export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly PlacedNode[];
  readonly edges: readonly PlacedEdge[];
}

/** The sizes of formulas, in px: of nodes and of what stands beside edges. */
export const sizes = { node: 16, label: 13, shape: 10.5 } as const;

/** Draws a formula at a size. */
export type Draw = (latex: string, size: number) => Drawn;

/** The layout from the top down, so that what stands beside an edge never stands on it. */
export async function layOut({ nodes, edges }: Graph, draw: Draw): Promise<Layout> {
  const { graphlib, layout } = await import("./dagre.ts");
  const g = new graphlib.Graph({ multigraph: true });
  g.setGraph({ rankdir: "TB", nodesep: 26, edgesep: 14, ranksep: 16, marginx: 8, marginy: 8 });
  const labels = new Map<GraphNode, Drawn>();
  for (const node of nodes) {
    const label = draw(`\\textstyle ${node.label.latex}`, sizes.node);
    labels.set(node, label);
    const height = Math.max(30, label.ascent + label.descent + 14);
    g.setNode(node.id, { width: Math.max(height, label.width + 18), height });
  }
  const rows = edges.map((edge) => rowsOf(edge, draw));
  for (const [i, { from, to }] of edges.entries())
    g.setEdge(
      from.id,
      to.id,
      {
        width: Math.max(...rows[i]!.map(widthOf)),
        height: rows[i]!.reduce((sum, row) => sum + heightOf(row), 0),
        labelpos: "r",
        labeloffset: 7,
      },
      String(i),
    );
  layout(g);
  const { width = 0, height = 0 } = g.graph();
  const placedEdges = edges.map((edge, i): PlacedEdge => {
    const at = g.edge(edge.from.id, edge.to.id, String(i)) as Placed & { points: Point[] };
    return { edge, points: at.points, label: beside(at.points, at), rows: rows[i]! };
  });
  return {
    width: Math.max(width, ...placedEdges.map(({ label }) => label.x + label.width / 2 + gap)),
    height,
    nodes: nodes.map((node): PlacedNode => {
      const at = g.node(node.id) as Placed;
      const { x, y, width: w, height: h } = at;
      return { node, x, y, width: w, height: h, label: labels.get(node)! };
    }),
    edges: placedEdges,
  };
}

/** A label moved to the right of its edge, where that leans over it. */
function beside(points: readonly Point[], { x, y, width, height }: Placed): Placed {
  const crossings = points.slice(1).flatMap((to, i) => {
    const from = points[i]!;
    const at = (level: number): number =>
      from.x + ((to.x - from.x) * (level - from.y)) / (to.y - from.y || 1);
    const [low, high] = [Math.max(y - height / 2, from.y), Math.min(y + height / 2, to.y)];
    return low > high ? [] : [at(low), at(high)];
  });
  const left = Math.max(x - width / 2, Math.max(...crossings, -Infinity) + 5);
  return { x: left + width / 2, y, width, height };
}

interface Placed extends Point {
  readonly width: number;
  readonly height: number;
}

/** Between formulas side by side. */
export const gap = 7;

export const widthOf = (row: LabelRow): number =>
  row.reduce((sum, { drawn }) => sum + drawn.width + gap, -gap);

export const heightOf = (row: LabelRow): number =>
  Math.max(...row.map(({ drawn }) => drawn.ascent)) +
  Math.max(...row.map(({ drawn }) => drawn.descent)) +
  4;

function rowsOf({ label, shape, flow }: GraphEdge, draw: Draw): LabelRow[] {
  const part = (latex: string, kind: LabelPart["kind"]): LabelPart => ({
    drawn: draw(`\\textstyle ${latex}`, kind === "shape" ? sizes.shape : sizes.label),
    latex,
    kind,
  });
  const value = part(shape.replace("×", " \\times "), "shape");
  return [
    label ? [part(label.latex, "name"), value] : [value],
    ...(flow ? [[part(flow.latex, "flow")]] : []),
  ];
}

/** @file Where the nodes and edges of a graph stand: one layout for every kind of picture. */

import { latexShape } from "../print/latex.ts";
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

/** How the layout is made. */
interface LayoutOptions {
  /** How many lines are drawn side by side for an edge. */
  readonly lanes?: (edge: GraphEdge) => number;
}

/** Between two lines of one edge. */
export const laneWidth = 3;
/** Between a line and what stands beside it. */
const besideLine = 6;
/** Above and below what stands in a row, before lines may lean. */
const clear = 2;
const rankGap = 18;
const edgeGap = 14;
const margin = 8;

/**
 * The layout from the top down, in rows of nodes and rows of what stands beside edges. Through a row every
 * edge runs straight down, its label to the right of it in a place of its own; edges lean between rows
 * alone, so that none runs over a label or a node.
 */
export async function layOut(
  { nodes, edges }: Graph,
  draw: Draw,
  { lanes = () => 1 }: LayoutOptions = {},
): Promise<Layout> {
  const { graphlib, layout } = await import("./dagre.ts");
  const g = new graphlib.Graph({ multigraph: true });
  g.setGraph({
    rankdir: "TB",
    nodesep: 26,
    edgesep: edgeGap,
    // Half of it: each rank is two with labels between.
    ranksep: 2 * rankGap,
    marginx: margin,
    marginy: margin,
  });
  const labels = new Map<GraphNode, Drawn>();
  for (const node of nodes) {
    const label = draw(`\\textstyle ${node.label.latex}`, sizes.node);
    labels.set(node, label);
    const height = Math.max(30, label.ascent + label.descent + 14);
    g.setNode(node.id, { width: Math.max(height, label.width + 18), height });
  }
  const beside = edges.map((edge) => {
    const rows = rowsOf(edge, draw);
    return {
      edge,
      rows,
      lines: Math.max(1, lanes(edge)) * laneWidth,
      width: Math.max(...rows.map(widthOf)),
      height: rows.reduce((sum, row) => sum + heightOf(row), 0),
    };
  });
  for (const [i, { edge, lines, width, height }] of beside.entries())
    g.setEdge(
      edge.from.id,
      edge.to.id,
      { width: lines + besideLine + width, height, labelpos: "c" },
      String(i),
    );
  layout(g);
  const placedNodes = nodes.map((node): PlacedNode => {
    const { x, y, width, height } = g.node(node.id) as Placed;
    return { node, x, y, width, height, label: labels.get(node)! };
  });
  const routed = beside.map(({ edge, lines }, i): Routed => {
    const { x, y, width, height, points } = g.edge(edge.from.id, edge.to.id, String(i)) as Routed;
    return { x, y, width, height, points, lines };
  });
  const halves = new Map<number, number>();
  for (const { y, height } of [...placedNodes, ...routed])
    halves.set(rowAt(y), Math.max(halves.get(rowAt(y)) ?? 0, height / 2));
  const lefts = leftsOf(routed, placedNodes);
  const byNode = new Map(placedNodes.map((at) => [at.node, at]));
  const placedEdges = beside.map(({ edge, rows, lines, width, height }, i): PlacedEdge => {
    const { y, points } = routed[i]!;
    const left = lefts[i]!;
    const bends = points.slice(1, -1).flatMap((point): Point[] => {
      const half = (halves.get(rowAt(point.y)) ?? 0) + clear;
      const x = rowAt(point.y) === rowAt(y) ? left + lines / 2 : point.x;
      return [
        { x, y: point.y - half },
        { x, y: point.y + half },
      ];
    });
    const [from, to] = [byNode.get(edge.from)!, byNode.get(edge.to)!];
    return {
      edge,
      points: [port(from, bends[0]!, 1), ...bends, port(to, bends.at(-1)!, -1)],
      label: { x: left + lines + besideLine + width / 2, y, width, height },
      rows,
    };
  });
  const { width = 0, height = 0 } = g.graph();
  const right = placedEdges.map(({ label }) => label.x + label.width / 2 + margin);
  return { width: Math.max(width, ...right), height, nodes: placedNodes, edges: placedEdges };
}

/** An edge as the library places it: in the middle of its label. */
interface Routed extends Placed {
  readonly points: readonly Point[];
  /** How wide its lines are. */
  readonly lines: number;
}

/**
 * The left end of each line beside its label: at the left end of the place that both have, or nearer to the
 * middle, where the line runs straight, as far as what stands to the right leaves room.
 */
function leftsOf(routed: readonly Routed[], nodes: readonly PlacedNode[]): number[] {
  const lefts = routed.map(({ x, width }) => x - width / 2);
  const fixed = [
    ...nodes.map(({ x, y, width }) => ({ x, y, left: x - width / 2 })),
    ...routed.flatMap(({ y, points, lines }) =>
      points
        .slice(1, -1)
        .filter((point) => rowAt(point.y) !== rowAt(y))
        .map(({ x, y: row }) => ({ x, y: row, left: x - lines / 2 })),
    ),
  ];
  for (const [i, at] of [...routed.entries()].toSorted(([, a], [, b]) => b.x - a.x)) {
    const others = [...fixed, ...routed.map(({ x, y }, k) => ({ x, y, left: lefts[k]! }))];
    const right = others
      .filter(({ x, y }) => rowAt(y) === rowAt(at.y) && x > at.x)
      .map(({ left }) => left);
    const room = Math.min(...right) - edgeGap - at.width - lefts[i]!;
    lefts[i]! += Math.max(0, Math.min((at.width - at.lines) / 2, room));
  }
  return lefts;
}

/** What stands in one row has one height; it is computed, and rounded here. */
const rowAt = (y: number): number => Math.round(y * 10);

/** Where an edge leaves the border of a node (`side` 1, below) or enters it (−1), towards a point. */
function port({ node, x, y, width, height }: PlacedNode, towards: Point, side: 1 | -1): Point {
  const most = width / 2 - 6;
  const by = Math.max(-most, Math.min(most, towards.x - x));
  // The ends of what is no operation are half circles.
  const beyond = node.kind === "operation" ? 0 : Math.abs(by) - (width - height) / 2;
  const half = beyond > 0 ? Math.sqrt((height / 2) ** 2 - beyond ** 2) : height / 2;
  return { x: x + by, y: y + side * half };
}

interface Placed extends Point {
  readonly width: number;
  readonly height: number;
}

/** A line through the turns of an edge: straight down through rows, and bent between them. */
export type Stretch =
  | { readonly kind: "straight"; readonly to: Point }
  | { readonly kind: "bent"; readonly by: readonly [Point, Point]; readonly to: Point };

export const stretchesOf = (points: readonly Point[]): Stretch[] =>
  points.slice(1).map((to, i): Stretch => {
    const from = points[i]!;
    if (Math.abs(from.x - to.x) < 0.5) return { kind: "straight", to };
    const middle = (from.y + to.y) / 2;
    return {
      kind: "bent",
      by: [
        { x: from.x, y: middle },
        { x: to.x, y: middle },
      ],
      to,
    };
  });

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
  const value = part(latexShape(shape), "shape");
  return [
    label ? [part(label.latex, "name"), value] : [value],
    ...(flow ? [[part(flow.latex, "flow")]] : []),
  ];
}

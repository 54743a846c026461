/** @file Large graphs: what stands in the middle is drawn as one node, and that is said. */

import type { Graph, GraphEdge, GraphNode } from "./model.ts";

/** More nodes than this nobody reads. */
export const mostNodes = 150;
/** How many operations are kept at each end. */
const kept = 40;

/** A graph of at most about 150 nodes: the operations between the first and the last ones are one. */
export function collapsed(graph: Graph): Graph {
  const operations = graph.nodes.filter(({ kind }) => kind === "operation");
  if (graph.nodes.length <= mostNodes) return graph;
  const hidden = new Set(operations.slice(kept, -kept));
  // A name that only hidden operations use is hidden with them.
  const isIdle = (node: GraphNode): boolean =>
    node.kind === "input" && graph.edges.every(({ from, to }) => from !== node || hidden.has(to));
  for (const node of graph.nodes) if (isIdle(node)) hidden.add(node);
  const count = operations.filter((node) => hidden.has(node)).length;
  const text = `${count} operations`;
  const middle: GraphNode = {
    id: "more",
    kind: "operation",
    label: {
      unicode: `… ${text} …`,
      ascii: `... ${text} ...`,
      latex: `\\cdots \\text{${text}} \\cdots`,
    },
    value: { unicode: "…", ascii: "...", latex: "\\cdots" },
    shape: "",
    part: "",
    isTranspose: false,
  };
  const placed = (node: GraphNode): GraphNode => (hidden.has(node) ? middle : node);
  // Edges that are left as one between the same two nodes.
  const merged = new Map<string, GraphEdge[]>();
  for (const edge of graph.edges) {
    const [from, to] = [placed(edge.from), placed(edge.to)];
    if (from === to) continue;
    const isWhole = from === edge.from && to === edge.to;
    const key = isWhole ? `${merged.size}` : `${from.id} ${to.id} ${edge.label?.ascii ?? ""}`;
    merged.set(key, [...(merged.get(key) ?? []), edge]);
  }
  const edges = [...merged.values()].map(([edge, ...others]): GraphEdge => {
    const [from, to] = [placed(edge!.from), placed(edge!.to)];
    const isWhole = from === edge!.from && to === edge!.to;
    return isWhole ? edge! : Object.assign({}, edge!, { from, to, standsFor: [edge!, ...others] });
  });
  const at = graph.nodes.findIndex((node) => hidden.has(node) && node.kind === "operation");
  const nodes = [
    ...graph.nodes.slice(0, at).filter((node) => !hidden.has(node)),
    middle,
    ...graph.nodes.slice(at).filter((node) => !hidden.has(node)),
  ];
  return {
    ...graph,
    nodes,
    edges,
    notes: [
      ...graph.notes,
      `${graph.nodes.length} nodes are more than can be read: ${text} in the middle are drawn as one`,
    ],
  };
}

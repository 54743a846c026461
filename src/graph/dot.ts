/** @file A graph in the language of Graphviz. */

import type { Graph } from "./model.ts";
import type { Path } from "./paths.ts";
import { colorsOf } from "./svg.ts";

const quoted = (text: string): string =>
  `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n")}"`;

/** The graph with its labels as text; the colours of several paths stand side by side. */
export function graphDot({ nodes, edges }: Graph, paths: readonly Path[] = []): string {
  return [
    "digraph nabla {",
    '  node [shape=box, style=rounded, fontname="sans-serif"];',
    '  edge [fontname="sans-serif", fontsize=10];',
    ...nodes.map(({ id, kind, label }) => {
      const shape = { input: ", shape=ellipse", operation: "", output: ", shape=doublecircle" };
      return `  ${id} [label=${quoted(label.unicode)}${shape[kind]}];`;
    }),
    ...edges.map((edge) => {
      const label = [
        [edge.label?.unicode, edge.shape].filter((part) => part).join("  "),
        ...(edge.flow ? [edge.flow.unicode] : []),
      ].join("\n");
      const colors = colorsOf(edge, paths);
      const color = colors.length === 0 ? "" : `, color=${quoted(colors.join(":"))}, penwidth=1.8`;
      return `  ${edge.from.id} -> ${edge.to.id} [label=${quoted(label)}${color}];`;
    }),
    "}",
  ].join("\n");
}

/** @file A graph as text, for a terminal and for a screen reader. */

import type { Spelling } from "../derive/options.ts";
import type { Graph } from "./model.ts";
import type { Paths } from "./paths.ts";

/** A line for each node: what it makes, of what, and where that goes. */
export function graphText({ nodes, edges, notes }: Graph, spelling: Spelling): string {
  // The objective is told by the operation that makes it.
  const lines = nodes
    .filter(({ kind }) => kind !== "output")
    .map((node) => {
      const into = edges.filter(({ to }) => to === node);
      const out = edges.filter(({ from, to }) => from === node && to.kind !== "output");
      const name = node.value[spelling];
      const made =
        node.kind === "input"
          ? name
          : `${name}  [${node.label[spelling]}]  of ${into.map(({ from }) => from.value[spelling]).join(", ")}`;
      const goes = out.map(({ to }) => to.value[spelling]).join(", ");
      return `  ${made}  ${node.shape}${goes === "" ? "" : `  → ${goes}`}`;
    });
  return [...lines, ...notes.map((note) => `  ${note}`)].join("\n");
}

/** The paths of a variable, each with what it contributes. */
export function pathsText(found: Paths, loss: string, spelling: Spelling): string {
  const arrow = spelling === "ascii" ? " -> " : " → ";
  const name = found.paths[0]?.nodes[0]!.value[spelling] ?? found.variable.name;
  return [
    `The gradient by ${name} is the sum over the ${found.count} paths from ${name} to ${loss}:`,
    ...found.paths.map(
      ({ nodes, contribution }) =>
        `  ${nodes.map((node) => node.value[spelling]).join(arrow)}:  ${contribution[spelling]}`,
    ),
    ...(found.paths.length < found.count
      ? [`  … and ${found.count - found.paths.length} more`]
      : []),
  ].join("\n");
}

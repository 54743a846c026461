/** @file A graph as text, for a terminal and for a screen reader. */

import type { Spelled, Spelling } from "../derive/options.ts";
import { width, widthOf, wrapped } from "../print/columns.ts";
import type { Graph } from "./model.ts";
import { pathsLead } from "./paths.ts";
import type { Paths } from "./paths.ts";

/** A line for each node: what it makes, of what, and where that goes; then what flows back, from the loss down. */
export function graphText({ nodes, edges, notes }: Graph, spelling: Spelling): string {
  const to = spelling === "ascii" ? "->" : "→";
  // The objective is told by the operation that makes it.
  const lines = nodes
    .filter(({ kind }) => kind !== "output")
    .flatMap((node) => {
      const into = edges.filter((edge) => edge.to === node);
      const out = edges.filter((edge) => edge.from === node && edge.to.kind !== "output");
      const name = node.value[spelling];
      const of =
        into.length === 0 ? "" : `  of ${into.map(({ from }) => from.value[spelling]).join(", ")}`;
      const made = node.kind === "input" ? name : `${name}  [${node.label[spelling]}]${of}`;
      const goes = out.map((edge) => edge.to.value[spelling]).join(", ");
      const line = `${made}  ${node.shape}${goes === "" ? "" : `  ${to} ${goes}`}`;
      return wrapped(line, "  ", "      ");
    });
  const back = edges.toReversed().flatMap(({ from, to: user, flow }) => {
    const way = `${user.value[spelling]} ${to} ${from.value[spelling]}`;
    return flow ? wrapped(`${way}:  ${flow[spelling]}`, "  ", "      ") : [];
  });
  return [
    ...lines,
    ...(back.length > 0 ? ["What flows back:", ...back] : []),
    ...notes.flatMap((note) => wrapped(note, "  ")),
  ].join("\n");
}

/** The paths of a variable, each with what it contributes; that stands below where a line is too short. */
export function pathsText(found: Paths, loss: Spelled, spelling: Spelling): string {
  const arrow = spelling === "ascii" ? " -> " : " → ";
  const lead = pathsLead(found, loss).map((part) =>
    typeof part === "string" ? part : part[spelling],
  );
  const items = found.paths.flatMap(({ nodes, contribution }) => {
    const path = `  ${nodes.map((node) => node.value[spelling]).join(arrow)}:`;
    const line = `${path}  ${contribution[spelling]}`;
    return widthOf(line) <= width
      ? [line]
      : [...wrapped(path.trimStart(), "  ", "    "), `      ${contribution[spelling]}`];
  });
  return [...wrapped(lead.join(""), ""), ...items].join("\n");
}

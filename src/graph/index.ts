/** @file Graphs of problems, in each form that they are shown in. */

import type { Spelling } from "../derive/options.ts";
import { errors } from "../diagnostics/errors.ts";
import type { Problem } from "../parse/problem.ts";
import type { Variable } from "../parse/variables.ts";
import type { StepsBeside } from "./alike.ts";
import { graphDot } from "./dot.ts";
import { collapsed } from "./collapse.ts";
import type { Graph } from "./model.ts";
import { traced } from "./model.ts";
import type { Paths } from "./paths.ts";
import { pathsFrom } from "./paths.ts";
import { drawer, graphSvg } from "./svg.ts";
import { graphText, pathsText } from "./text.ts";
import { graphTikz } from "./tikz.ts";

export type { StepsBeside } from "./alike.ts";
export { pathsLead } from "./paths.ts";

export const graphFormats = ["text", "ascii", "svg", "tikz", "dot"] as const;
/** A form in which a graph is shown. */
export type GraphFormat = (typeof graphFormats)[number];

/** What is drawn. */
export interface Picture {
  readonly graph: Graph;
  /** The paths of each variable that they are asked for of. */
  readonly paths: readonly Paths[];
}

/** How a picture is made. */
interface PictureOptions {
  readonly backward?: boolean;
  readonly paths?: readonly Variable[];
  /** Steps that stand beside it, whose names it has. */
  readonly beside?: StepsBeside | null;
}

/** The graph of a problem: of the variables asked for, with what flows back and with their paths where that is wanted. */
export function pictureOf(
  problem: Problem,
  asked: readonly Variable[],
  { backward = false, paths: from = [], beside }: PictureOptions = {},
): Picture {
  const paths = from.map(({ name, symbol, part }) => {
    if (part) throw errors.pathOfPart(name, symbol.name);
    return symbol;
  });
  const symbols = asked.map(({ symbol }) => symbol);
  const found = traced(problem, [...new Set([...symbols, ...paths])], {
    backward,
    paths: paths.length > 0,
    ...(beside && { beside }),
  });
  return {
    graph: collapsed(found.graph),
    paths: paths.map((variable) => pathsFrom(variable, found)),
  };
}

/** A picture as a text in some form. */
export async function drawn({ graph, paths }: Picture, format: GraphFormat): Promise<string> {
  const all = paths.flatMap((of) => of.paths);
  switch (format) {
    case "text":
      return asText(graph, paths, "unicode");
    case "ascii":
      return asText(graph, paths, "ascii");
    case "svg":
      return graphSvg(graph, {
        paths: all,
        title: `The computational graph of ${graph.loss.unicode}`,
        description: asText(graph, paths, "unicode"),
      });
    case "tikz":
      return graphTikz(graph, await drawer(), all);
    case "dot":
      return graphDot(graph, all);
    default:
      return format satisfies never;
  }
}

const asText = (graph: Graph, paths: readonly Paths[], spelling: Spelling): string =>
  [graphText(graph, spelling), ...paths.map((of) => pathsText(of, graph.loss, spelling))].join(
    "\n\n",
  );

/** @file The paths from a variable to the objective, and what each contributes to the gradient. */

import { printed } from "../steps/printed.ts";
import type { Spelled } from "../derive/options.ts";
import { total, zeroOf } from "../ops/arithmetic.ts";
import { cotangentSymbol } from "../expr/expr.ts";
import type { Expr, Sym } from "../expr/expr.ts";
import { compared } from "../numeric/equations.ts";
import type { Prose } from "../steps/index.ts";
import type { GraphEdge, GraphNode, Traced } from "./model.ts";

/** One way from a variable to the objective. */
export interface Path {
  readonly edges: readonly GraphEdge[];
  readonly nodes: readonly GraphNode[];
  /** What flows back along it alone. */
  readonly contribution: Spelled;
  readonly expr: Expr;
}

/** The paths of a variable. */
export interface Paths {
  readonly variable: Sym;
  readonly paths: readonly Path[];
  /** How many there are; more than are listed where there are too many. */
  readonly count: number;
  /** Their sum; null where nothing flows back to the variable. */
  readonly sum: Spelled | null;
  /** Whether that was compared as numbers with what they contribute. */
  readonly isCompared: boolean;
  /** Of a variable that varies within a set: the part of the sum in it, which is the gradient. */
  readonly within: Spelled | null;
}

/** What is said of paths before they are listed. */
export function pathsLead(
  { variable, paths, count, sum, isCompared, within }: Paths,
  loss: Spelled,
): Prose {
  const from = paths[0]?.nodes[0]!.value ?? printed(variable);
  if (count === 0)
    return ["No path leads from ", from, " to ", loss, ": the gradient by ", from, " is 0."];
  const total: Prose = count === 1 ? ["what it contributes"] : ["the sum of what they contribute"];
  const gradient: Prose = within
    ? ["the part of ", ...total, " in the set that ", from, " varies in, ", within]
    : count > 1 && sum
      ? [...total, ", ", sum]
      : total;
  return [
    count === 1 ? "There is one path from " : `There are ${count} paths from `,
    from,
    " to ",
    loss,
    count === 1 ? ". The gradient is " : ". By the law of total derivatives the gradient is ",
    ...gradient,
    count > 1 && isCompared ? " (compared as numbers)" : "",
    paths.length < count ? `; here are ${paths.length} of them:` : ":",
  ];
}

/** Nobody follows more. */
const most = 24;

/** The paths from a variable; the sum of their contributions is checked to be its gradient. */
export function pathsFrom(from: Sym, { graph, laid, back, loss, uses, nodeOf }: Traced): Paths {
  if (back === null) throw new Error("internal: paths of a graph without what flows back");
  const letters = { letters: laid.problem.indices };
  // A name that is defined is laid out anew.
  const isFrom = (e: Expr): boolean => e === from || (e.kind === "sym" && e.name === from.name);
  const start = nodeOf.get(from) ?? [...nodeOf].find(([e]) => isFrom(e))?.[1];
  const leaving = new Map<GraphNode, GraphEdge[]>();
  // Those through a transpose are told after the direct ones.
  const isTurned = ({ to }: GraphEdge): boolean => to.isTranspose;
  for (const edge of [...graph.edges.filter((e) => !isTurned(e)), ...graph.edges.filter(isTurned)])
    leaving.set(edge.from, [...(leaving.get(edge.from) ?? []), edge]);
  const output = graph.nodes.at(-1)!;
  const counts = new Map<GraphNode, number>([[output, 1]]);
  for (const node of graph.nodes.toReversed())
    if (node !== output)
      counts.set(
        node,
        (leaving.get(node) ?? []).reduce((sum, edge) => sum + (counts.get(edge.to) ?? 0), 0),
      );
  const count = start ? (counts.get(start) ?? 0) : 0;
  const routes: GraphEdge[][] = [];
  const walk = (node: GraphNode, so: readonly GraphEdge[]): void => {
    if (routes.length >= most) return;
    if (node === output) routes.push([...so]);
    else for (const edge of leaving.get(node) ?? []) walk(edge.to, [...so, edge]);
  };
  if (start && count > 0) walk(start, []);
  const paths = routes.map((edges): Path => {
    let cotangent: Expr | null = null;
    let shown: Expr | null = null;
    // From the objective down: what flows into a part is what the next one sends. The last edge says the objective.
    for (const edge of edges.slice(0, -1).toReversed()) {
      const use = uses.get(edge);
      // Through an indicator nothing flows.
      if (!use) {
        shown = zeroOf(from.shape);
        break;
      }
      const known: [Expr, Expr][] = cotangent ? [[cotangentSymbol(loss, use.by), cotangent]] : [];
      const flowing = back.at(use.sent, new Map(known));
      cotangent = flowing.sent;
      shown = flowing.shown;
    }
    if (!shown) throw new Error("internal: a path along which nothing flows");
    return {
      edges,
      nodes: [start!, ...edges.slice(0, -1).map(({ to }) => to)],
      contribution: printed(shown, letters),
      expr: shown,
    };
  });
  const step = back.steps.find(({ of }) => of === from) ?? back.steps.find(({ of }) => isFrom(of));
  const whole = step && paths.length === count && count > 0 ? paths.map(({ expr }) => expr) : null;
  const outcome = whole ? compared(total(whole), step!.value, 1) : "nowhere";
  if (outcome === "unequal")
    throw new Error(`internal: the paths of ${from.name} do not add up to its gradient`);
  return {
    variable: from,
    paths,
    count,
    sum: step ? printed(step.written, letters) : null,
    isCompared: outcome === "equal",
    within: step?.within ? printed(step.within, letters) : null,
  };
}

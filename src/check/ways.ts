/** @file The ways that a gradient comes by: paths whose contributions are alike are one way. */

import { spelledBy } from "../derive/options.ts";
import type { Spelled } from "../derive/options.ts";
import { isApply } from "../expr/expr.ts";
import type { Expr, Sym } from "../expr/expr.ts";
import { children, contains, postorder, substitution } from "../expr/walk.ts";
import type { GraphNode, Traced } from "../graph/model.ts";
import type { Paths } from "../graph/paths.ts";
import { add, total } from "../ops/arithmetic.ts";
import type { Problem } from "../parse/problem.ts";
import { folder } from "../simplify/fold.ts";
import { simplify } from "../simplify/simplify.ts";
import { Target } from "./numbers.ts";
import { shower } from "./wording.ts";

/** Paths that contribute the same, or one alone. */
export interface Way {
  /** What the variable enters by on its paths: `X` and `Xᵀ`. */
  readonly names: readonly Spelled[];
  /** What they go through at last, where that tells ways apart: `logdet(K)`. */
  readonly through: Spelled | null;
  /** What they contribute together, in the names of the problem. */
  readonly expr: Expr;
  /** What one of them contributes. */
  readonly each: Expr;
  /** The term of the loss that it ends in, where the loss has several. */
  readonly summand: Spelled | null;
}

/** A path of a variable, with what is written of it. */
export interface Route {
  /** The first thing that it goes through, and the last one before the loss. */
  readonly first: Spelled;
  readonly last: Spelled;
  readonly expr: Expr;
  readonly summand: Spelled | null;
}

/** The paths in the names of the problem, each called by what not all of them go through. */
export function routesOf(
  problem: Problem,
  { paths, count }: Paths,
  traced: Traced,
): Route[] | null {
  // Of paths that are not all told the sum is not the gradient.
  if (paths.length < count) return null;
  const exprOf = new Map([...traced.nodeOf].map(([expr, node]) => [node, expr] as const));
  const open = inNamesOf(problem);
  const told = toldIn(problem);
  const shown = shower(problem);
  const text = (node: GraphNode | undefined): Spelled => {
    const expr = node && exprOf.get(node);
    return expr ? shown(told(open(expr))) : (node?.value ?? spelledBy(() => ""));
  };
  const turned = paths.flatMap(({ nodes }) =>
    nodes[1]?.isTranspose ? [exprOf.get(nodes[1])] : [],
  );
  /** X in XXᵀ, beside Xᵀ. */
  const isBesideItself = (node: GraphNode | undefined): boolean => {
    const expr = node && exprOf.get(node);
    return !!expr && !node.isTranspose && turned.some((e) => e && contains(open(expr), open(e)));
  };
  const { objective } = problem;
  const loss = objective.kind === "sym" ? (objective.definition ?? objective) : objective;
  // The last operation gives the loss: what enters it tells paths apart.
  const lasts = new Set(paths.map(({ nodes }) => nodes.at(-2)));
  const isOfSeveral = isApply(loss, add) && lasts.size > 1;
  return paths.map(({ nodes, expr }) => {
    const last = text(nodes.at(-2));
    const isDirect = nodes.length < 3;
    const entered = isDirect || isBesideItself(nodes[1]) ? nodes[0] : nodes[1];
    return {
      first: text(entered),
      last,
      expr: open(expr),
      summand: isOfSeveral && nodes.length > 2 ? last : null,
    };
  });
}

/** An expression without the names that the problem does not know. */
export function inNamesOf(problem: Problem): (e: Expr) => Expr {
  const known = new Set<Expr>(problem.symbols.values());
  return (e) => {
    const below = (part: Expr): readonly Expr[] => (known.has(part) ? [] : children(part));
    const others = postorder([e], below).filter(
      (s): s is Sym => s.kind === "sym" && s.definition !== null && !known.has(s),
    );
    // From the inside out, so that each definition is plain already.
    let open = e;
    for (const s of others.toReversed()) open = substitution([[s, s.definition!]])(open);
    return open;
  };
}

/** Routes of which the contributions are multiples of one another are one way, told as the result tells it. */
export function waysOf(routes: readonly Route[], target: Target, problem: Problem): Way[] {
  const groups: Route[][] = [];
  for (const route of routes) {
    const group = groups.find(([first]) => target.factor(route.expr, first!.expr) !== null);
    if (group) group.push(route);
    else groups.push([route]);
  }
  const terms = isApply(target.expr, add) ? target.expr.args : [target.expr];
  const told = toldIn(problem);
  const asShown = (e: Expr): Expr => {
    const same = terms.find((term) => new Target(term, target.probes).isMetBy(e));
    return same ?? told(e);
  };
  const firsts = groups.map((group) => group.map(({ first }) => first.unicode).join());
  return groups.map((group, k) => ({
    names: group.map(({ first }) => first),
    through: firsts.indexOf(firsts[k]!) < firsts.lastIndexOf(firsts[k]!) ? group[0]!.last : null,
    expr: asShown(total(group.map(({ expr }) => expr))),
    each: told(group[0]!.expr),
    summand:
      new Set(group.map(({ summand }) => summand?.unicode)).size === 1 ? group[0]!.summand : null,
  }));
}

/** Expressions simplified, in the names that the problem defines. */
function toldIn({ symbols, objectiveName }: Problem): (e: Expr) => Expr {
  const definitions = [...symbols.values()].filter(
    (s) => s.definition !== null && s.name !== objectiveName,
  );
  const fold = folder(definitions, simplify);
  return (e) => fold(simplify(e));
}

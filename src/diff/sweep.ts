/** @file The reverse sweep: the cotangent of every node from the objective down. */

import type { Expr, Sym } from "../expr/expr.ts";
import { isApply, isScalar, unit } from "../expr/expr.ts";
import type { OpFields } from "../expr/op.ts";
import { children, dependents, postorder } from "../expr/walk.ts";
import { errors, NablaError } from "../diagnostics/errors.ts";
import { add, transpose, zeroOf } from "../ops/arithmetic.ts";

/** What one use of a node contributes to its cotangent. */
export interface Contribution {
  /** The node that uses it. */
  readonly by: Expr;
  /** As which argument. */
  readonly argument: number;
  readonly flow: Expr;
}

/** What the sweep did: for each node its cotangent and where that came from. */
export interface Sweep {
  readonly objective: Expr;
  readonly cotangents: ReadonlyMap<Expr, Expr>;
  readonly contributions: ReadonlyMap<Expr, readonly Contribution[]>;
}

/** What is below a node: arguments, or a definition unless the name is a variable. */
type Below = (e: Expr) => readonly Expr[];

/** How the sweep simplifies. */
export interface Tidier {
  readonly simplify: (e: Expr) => Expr;
  /** Keeps a sum that a rule gave as one bracket. */
  readonly close: (sum: Expr) => void;
}

/**
 * The cotangents of all nodes between `objective` (1×1) and `targets`. A target is a leaf: what it is
 * defined by is held fixed. `tidy` simplifies each cotangent before it flows on, and each definition
 * before it is entered. An operation without a pullback is an error.
 */
export function sweep(objective: Expr, targets: readonly Expr[], tidy: Tidier): Sweep {
  if (!isScalar(objective)) throw new Error("internal: a gradient of something that is no scalar");
  const wanted = new Set(targets);
  const below: Below = (e) =>
    wanted.has(e)
      ? []
      : e.kind === "sym" && e.definition
        ? [tidy.simplify(e.definition)]
        : children(e);
  const order = postorder([objective], below);
  const depends = dependents(order, wanted, below);
  const contributions = new Map<Expr, Contribution[]>();
  const cotangents = new Map<Expr, Expr>();
  // What a name is defined by is called by that name in the rules: p ⊙ (…), not softmax(z) ⊙ (…).
  const called = new Map<Expr, Expr>();
  if (depends.has(objective)) cotangents.set(objective, unit);
  for (const node of order.toReversed()) {
    if (!depends.has(node)) continue;
    const uses = contributions.get(node);
    if (uses) cotangents.set(node, tidy.simplify(total(uses)));
    const cotangent = cotangents.get(node);
    if (cotangent === undefined || wanted.has(node)) continue;
    const args = below(node);
    if (node.kind === "sym" && args[0]) called.set(args[0], node);
    for (const [argument, flow] of flows(
      node,
      called.get(node) ?? node,
      cotangent,
      args,
    ).entries()) {
      const arg = args[argument]!;
      if (!depends.has(arg) || flow === null) continue;
      if (flow instanceof NablaError) throw flow;
      if (node.kind === "apply" && node.op.closed)
        for (const sum of newSums(flow, cotangent)) tidy.close(sum);
      let list = contributions.get(arg);
      if (!list) contributions.set(arg, (list = []));
      list.push({ by: node, argument, flow });
    }
  }
  return { objective, cotangents, contributions };
}

/** The sums in what a rule gave, outside the cotangent that it was given. */
function newSums(flow: Expr, cotangent: Expr): Expr[] {
  const below = (e: Expr): readonly Expr[] =>
    e === cotangent ? [] : e.kind === "apply" ? e.args : [];
  return postorder([flow], below).filter((e) => isApply(e, add) && e !== cotangent);
}

function flows(
  node: Expr,
  name: Expr,
  cotangent: Expr,
  args: readonly Expr[],
): ReturnType<OpFields["pullback"]> {
  switch (node.kind) {
    case "num":
      return [];
    case "sym":
      return args.length > 0 ? [cotangent] : [];
    case "apply": {
      const found = node.op.pullback(cotangent, name, ...node.args);
      if (found.length !== args.length) throw errors.noRule(node.op.opName);
      return found;
    }
    default:
      return node satisfies never;
  }
}

/** The sum over the uses: direct ones in the order of the text, then those through a transpose. */
function total(uses: readonly Contribution[]): Expr {
  const inOrder = uses.toReversed();
  const isTransposed = (use: Contribution): boolean => isApply(use.by, transpose);
  const flows = [...inOrder.filter((u) => !isTransposed(u)), ...inOrder.filter(isTransposed)].map(
    (u) => u.flow,
  );
  return flows.length === 1 ? flows[0]! : add(...flows);
}

/** The gradient by one target; zero only where no path reaches it. */
export const gradientBy = (swept: Sweep, target: Sym): Expr =>
  swept.cotangents.get(target) ?? zeroOf(target.shape);

/** @file The reverse sweep: the cotangent of every node from the objective down. */

import { dependsOn, indexSum, opened } from "../expr/binding.ts";
import type { Apply, Expr, IndexSum, Sym } from "../expr/expr.ts";
import type { OpFields } from "../expr/op.ts";
import { sameShape } from "../expr/dimension.ts";
import { isApply, unit } from "../expr/expr.ts";
import { children, dependents, postorder } from "../expr/walk.ts";
import { errors, NablaError } from "../diagnostics/errors.ts";
import { add, scale, total, transpose, zeroOf } from "../ops/arithmetic.ts";

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
  /** What was done within a sum over an index, for one term of it. */
  readonly terms: ReadonlyMap<IndexSum, Sweep>;
}

/** What is below a node: arguments, or a definition unless the name is a variable. */
type Below = (e: Expr) => readonly Expr[];

/** How the sweep simplifies. */
export interface Tidier {
  readonly simplify: (e: Expr) => Expr;
  /** Keeps a sum that a rule gave as one bracket. */
  readonly close: (sum: Expr) => void;
}

/** What a sweep may be told besides. */
export interface SweepOptions {
  /** The cotangent of the objective: 1 without it. */
  readonly seed?: Expr;
  /** What stands for the cotangents of some nodes, such as ∂L/∂z, for what flows there. */
  readonly given?: ReadonlyMap<Expr, (flow: Expr) => Expr>;
  /** What flows to the arguments of a node by a rule that is to be used in the place of its own; null without one. */
  readonly rule?: (
    node: Apply,
    cotangent: Expr,
    moves: (arg: Expr) => boolean,
  ) => ReturnType<OpFields["pullback"]> | null;
}

/**
 * The cotangents of all nodes between `objective` and `targets`. A target is a leaf: what it is
 * defined by is held fixed. `tidy` simplifies each cotangent before it flows on, and each definition
 * before it is entered. An operation without a pullback is an error.
 */
export function sweep(
  objective: Expr,
  targets: readonly Expr[],
  tidy: Tidier,
  { seed = unit, given = new Map(), rule }: SweepOptions = {},
): Sweep {
  if (!sameShape(objective.shape, seed.shape))
    throw new Error("internal: a seed of another shape than the objective");
  const wanted = new Set(targets);
  const inside = new Map<IndexSum, readonly Expr[]>();
  const below: Below = (e) => {
    if (wanted.has(e)) return [];
    if (e.kind === "sym" && e.definition) return [tidy.simplify(e.definition)];
    if (e.kind !== "indexSum") return children(e);
    let found = inside.get(e);
    if (!found) inside.set(e, (found = outsideOf(e, wanted)));
    return found;
  };
  const order = postorder([objective], below);
  const depends = dependents(order, wanted, below);
  const contributions = new Map<Expr, Contribution[]>();
  const cotangents = new Map<Expr, Expr>();
  const terms = new Map<IndexSum, Sweep>();
  // What a name is defined by is called by that name in the rules: p ⊙ (…), not softmax(z) ⊙ (…).
  const called = new Map<Expr, Expr>();
  if (depends.has(objective)) cotangents.set(objective, seed);
  for (const node of order.toReversed()) {
    if (!depends.has(node)) continue;
    const uses = contributions.get(node);
    if (uses) cotangents.set(node, tidy.simplify(sumOver(uses)));
    const known = given.get(node);
    if (known) cotangents.set(node, known(cotangents.get(node) ?? zeroOf(node.shape)));
    const cotangent = cotangents.get(node);
    if (cotangent === undefined || wanted.has(node)) continue;
    const args = below(node);
    if (node.kind === "sym" && args[0]) called.set(args[0], node);
    // From the last argument on: where one stands twice, the sum of its uses begins with the first.
    for (const [argument, flow] of [...flows(node, cotangent, args).entries()].toReversed()) {
      const arg = args[argument]!;
      if (!depends.has(arg) || flow === null) continue;
      if (flow instanceof NablaError) throw flow;
      if (node.kind === "apply" && node.op.closed) {
        for (const sum of newSums(flow, cotangent)) tidy.close(sum);
        // p ⊙ (g − (pᵀg)𝟏) may become p − e_k: one factor, too.
        if (!isApply(cotangent, add)) tidy.close(flow);
      }
      let list = contributions.get(arg);
      if (!list) contributions.set(arg, (list = []));
      list.push({ by: node, argument, flow });
    }
  }
  return { objective, cotangents, contributions, terms };

  function flows(
    node: Expr,
    cotangent: Expr,
    args: readonly Expr[],
  ): ReturnType<OpFields["pullback"]> {
    switch (node.kind) {
      case "num":
        return [];
      case "sym":
        return args.length > 0 ? [cotangent] : [];
      case "apply": {
        const found =
          rule?.(node, cotangent, (arg) => depends.has(arg)) ??
          node.op.pullback(cotangent, called.get(node) ?? node, ...node.args);
        if (found.length !== args.length) throw errors.noRule(node.op.opName);
        return found;
      }
      case "indexSum": {
        // d Σᵢ fᵢ = Σᵢ dfᵢ: what a term sends to a part that all terms share is added up.
        const { index, body } = opened(node);
        const varied = args.filter((arg) => depends.has(arg));
        const swept = sweep(body, varied, tidy, { seed: cotangent });
        terms.set(node, swept);
        return args.map((arg) => {
          const flow = swept.cotangents.get(arg);
          return flow === undefined ? null : indexSum(index, flow);
        });
      }
      default:
        return node satisfies never;
    }
  }
}

/** The largest parts of the terms of a sum that are the same in all, where they are not constant. */
function outsideOf(e: IndexSum, wanted: ReadonlySet<Expr>): Expr[] {
  const { body } = opened(e);
  // Nor is it the same in all where it depends on the index of a sum inside.
  const isShared = (part: Expr): boolean => part.free.every((index) => dependsOn(e, index));
  const isOutside = (part: Expr): boolean =>
    wanted.has(part) || (isShared(part) && !isPicked(part));
  const below: Below = (part) => (isOutside(part) ? [] : children(part));
  return postorder([body], below).filter((part) => isOutside(part) && part.kind !== "num");
}

/** −p_y beside p_j is looked into, so that what flows to p comes in one term: e_j − e_y. */
const isPicked = (part: Expr): boolean =>
  part.kind === "apply" &&
  (part.op.notation.kind === "entry" ||
    ((part.op === add || part.op === scale) && part.args.some(isPicked)));

/** The sums in what a rule gave, outside the cotangent that it was given. */
function newSums(flow: Expr, cotangent: Expr): Expr[] {
  const below = (e: Expr): readonly Expr[] =>
    e === cotangent ? [] : e.kind === "apply" ? e.args : [];
  return postorder([flow], below).filter((e) => isApply(e, add) && e !== cotangent);
}

/** The sum over the uses. */
const sumOver = (uses: readonly Contribution[]): Expr => total(inOrder(uses).map((u) => u.flow));

/** Uses as they are told: direct ones in the order of the text, then those through a transpose. */
export function inOrder(uses: readonly Contribution[]): Contribution[] {
  const ofText = uses.toReversed();
  const isTransposed = (use: Contribution): boolean => isApply(use.by, transpose);
  return [...ofText.filter((u) => !isTransposed(u)), ...ofText.filter(isTransposed)];
}

/** The gradient by one target; zero only where no path reaches it. */
export const gradientBy = (swept: Sweep, target: Sym): Expr =>
  swept.cotangents.get(target) ?? zeroOf(target.shape);

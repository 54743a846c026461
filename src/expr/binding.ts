/** @file Sums over an index: building them, opening them, and putting one index in another's place. */

import type { Dimension } from "./dimension.ts";
import type { Expr, IndexSum, Sym } from "./expr.ts";
import { apply, boundIndex, boundSum, indexSymbol, sym } from "./expr.ts";

let made = 0;

/** An index that stands nowhere else. */
export const freshIndex = (range: Dimension): Sym => indexSymbol(`~${++made}`, range);

/** Whether a value changes with an index. */
export const dependsOn = (e: Expr, index: Sym): boolean => e.free.includes(index);

/**
 * Σ over `index` of `body`. It is bound under the name of the lowest height above the body's that does
 * not stand free in it, as the index of a sum around does that is being rebuilt with this one.
 */
export function indexSum(index: Sym, body: Expr): IndexSum {
  let height = body.height + 1;
  let bound = boundIndex(height, index.range!);
  while (bound !== index && dependsOn(body, bound)) bound = boundIndex(++height, index.range!);
  if (bound === index) return boundSum(bound, body, height);
  const renamed = withIndex(body, index, bound);
  // Sums within may have come down to their own height.
  return renamed.height < body.height ? indexSum(bound, renamed) : boundSum(bound, renamed, height);
}

const openings = new WeakMap<IndexSum, { readonly index: Sym; readonly body: Expr }>();

/** The body of a sum with an index of its own in the place of the bound one: the same each time. */
export function opened(e: IndexSum): { readonly index: Sym; readonly body: Expr } {
  let found = openings.get(e);
  if (!found) {
    const index = freshIndex(e.index.range!);
    openings.set(e, (found = { index, body: withIndex(e.body, e.index, index) }));
  }
  return found;
}

/** `e` with `to` (an index or a number) in the place of the free index `from`. */
export function withIndex(e: Expr, from: Sym, to: Expr): Expr {
  const done = new Map<Expr, Expr>([[from, to]]);
  const replaced = (node: Expr): Expr => {
    if (!dependsOn(node, from)) return node;
    let result = done.get(node);
    if (!result) done.set(node, (result = rebuilt(node)));
    return result;
  };
  const rebuilt = (node: Expr): Expr => {
    switch (node.kind) {
      case "num":
        return node;
      case "sym":
        return sym(
          node.name,
          node.shape,
          node.properties,
          node.definition && replaced(node.definition),
          node.member,
        );
      case "apply":
        return apply(node.op, node.args.map(replaced));
      case "indexSum": {
        // What comes in is not to be bound here.
        if (!to.free.includes(node.index)) return indexSum(node.index, replaced(node.body));
        const { index, body } = opened(node);
        return indexSum(index, withIndex(body, from, to));
      }
      default:
        return node satisfies never;
    }
  };
  return replaced(e);
}

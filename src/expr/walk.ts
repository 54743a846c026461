/** @file Walks over the DAG, iterative so that depth costs no stack. */

import type { Expr } from "./expr.ts";

/** The nodes directly below: arguments, or what a name is defined to be. */
export function children(e: Expr): readonly Expr[] {
  switch (e.kind) {
    case "num":
      return [];
    case "sym":
      return e.definition ? [e.definition] : [];
    case "apply":
      return e.args;
    default:
      return e satisfies never;
  }
}

/** Every node reachable from `roots`, each once, arguments before what uses them. */
export function postorder(
  roots: readonly Expr[],
  below: (e: Expr) => readonly Expr[] = children,
): Expr[] {
  const order: Expr[] = [];
  const seen = new Set<Expr>();
  const stack: { node: Expr; next: number }[] = [];
  for (const root of roots) {
    if (seen.has(root)) continue;
    seen.add(root);
    stack.push({ node: root, next: 0 });
    while (stack.length > 0) {
      const top = stack[stack.length - 1]!;
      const child = below(top.node)[top.next++];
      if (child === undefined) {
        order.push(top.node);
        stack.pop();
      } else if (!seen.has(child)) {
        seen.add(child);
        stack.push({ node: child, next: 0 });
      }
    }
  }
  return order;
}

/** The nodes on which `targets` have an influence. */
export function dependents(
  order: readonly Expr[],
  targets: ReadonlySet<Expr>,
  below: (e: Expr) => readonly Expr[] = children,
): Set<Expr> {
  const marked = new Set<Expr>();
  for (const node of order)
    if (targets.has(node) || below(node).some((child) => marked.has(child))) marked.add(node);
  return marked;
}

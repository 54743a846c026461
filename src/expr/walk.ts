/** @file Walks over the DAG, iterative so that depth costs no stack. */

import type { Expr, Sym } from "./expr.ts";
import { indexSum, opened } from "./binding.ts";
import { apply, sym } from "./expr.ts";

/** The nodes directly below: arguments, or what a name is defined to be. */
export function children(e: Expr): readonly Expr[] {
  switch (e.kind) {
    case "num":
      return [];
    case "sym":
      return e.definition ? [e.definition] : [];
    case "apply":
    case "indexSum":
      return argsOf(e);
    default:
      return e satisfies never;
  }
}

const bodies = new WeakMap<Expr, readonly Expr[]>();

/** The arguments alone, of a sum its body: a name stays closed. */
export function argsOf(e: Expr): readonly Expr[] {
  if (e.kind === "apply") return e.args;
  if (e.kind !== "indexSum") return [];
  let found = bodies.get(e);
  if (!found) bodies.set(e, (found = [e.body]));
  return found;
}

/** The same operation, or the same sum, of other arguments; `e` itself where they are its own. */
export function withArgs(e: Expr, args: readonly Expr[]): Expr {
  if (argsOf(e).every((arg, i) => arg === args[i])) return e;
  if (e.kind === "apply") return apply(e.op, args);
  if (e.kind === "indexSum") return indexSum(e.index, args[0]!);
  throw new Error("internal: a leaf has no arguments");
}

/** Every node reachable from `roots`, each once, arguments before what uses them. */
export function postorder(
  roots: readonly Expr[],
  below: (e: Expr) => readonly Expr[] = children,
): Expr[] {
  const order: Expr[] = [];
  const seen = new Set<Expr>();
  // The nodes that are open, the parts of each, and which of these comes next: no object for each node.
  const open: Expr[] = [];
  const partsOf: (readonly Expr[])[] = [];
  const nexts: number[] = [];
  for (const root of roots) {
    let node: Expr | undefined = root;
    while (node) {
      if (!seen.has(node)) {
        seen.add(node);
        const parts = below(node);
        if (parts.length === 0) order.push(node);
        else {
          open.push(node);
          partsOf.push(parts);
          nexts.push(0);
        }
      }
      node = undefined;
      while (node === undefined && open.length > 0) {
        const top = open.length - 1;
        node = partsOf[top]![nexts[top]!++];
        if (node) continue;
        order.push(open.pop()!);
        partsOf.pop();
        nexts.pop();
      }
    }
  }
  return order;
}

/**
 * What `of` makes of an expression, given what it made of the arguments, from the leaves up. What is in
 * `done` is known, so that many expressions over shared parts cost one walk.
 */
export function upwards<T>(
  e: Expr,
  done: Map<Expr, T> | WeakMap<Expr, T>,
  of: (node: Expr, parts: readonly T[]) => T,
): T {
  for (const node of postorder([e], (n) => (done.has(n) ? [] : argsOf(n))))
    if (!done.has(node))
      done.set(
        node,
        of(
          node,
          argsOf(node).map((arg) => done.get(arg)!),
        ),
      );
  return done.get(e)!;
}

/** Whether a part stands in an expression or in what its names are defined to be. */
export const contains = (e: Expr, part: Expr): boolean => postorder([e]).includes(part);

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

/** A name of what it is now defined by: what follows from the definition follows from the new one, or no more. */
function redefined(name: Sym, definition: Expr): Sym {
  const declared = name.properties & ~name.definition!.properties;
  return sym(name.name, name.shape, declared, definition, name.member);
}

/**
 * Replaces nodes, inside definitions too: a name keeps its name. What was once visited is known, so that
 * many expressions over shared parts cost one walk. What a sum binds stays bound, and what is replaced by
 * itself is left as it is. `named` makes the name of what a definition has become.
 */
export function substitution(
  replacements: Iterable<readonly [Expr, Expr]>,
  named?: (name: Sym, definition: Expr) => Expr,
): (e: Expr) => Expr {
  const done = new Map<Expr, Expr>();
  const incoming = new Set<Expr>();
  let isEmpty = named === undefined;
  for (const [from, to] of replacements) {
    done.set(from, to);
    if (from === to) continue;
    isEmpty = false;
    for (const index of to.free) incoming.add(index);
  }
  if (isEmpty) return (e) => e;
  const below = (n: Expr): readonly Expr[] => (done.has(n) ? [] : children(n));
  return (e) => {
    for (const node of postorder([e], below)) if (!done.has(node)) done.set(node, rebuilt(node));
    return done.get(e)!;
  };

  function rebuilt(node: Expr): Expr {
    const below = children(node);
    if (below.length === 0) return node;
    if (named && node.kind === "sym") return named(node, done.get(below[0]!)!);
    const parts = below.map((child) => done.get(child)!);
    if (below.every((child, i) => child === parts[i])) return node;
    if (node.kind === "sym") return redefined(node, parts[0]!);
    if (node.kind === "indexSum" && incoming.has(node.index)) {
      const { index, body } = opened(node);
      return indexSum(index, substitution(replacements)(body));
    }
    return withArgs(node, parts);
  }
}

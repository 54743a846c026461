/** @file Puts the problem's names back: a part that equals a definition becomes its name. */

import { apply, minusOne } from "../expr/expr.ts";
import type { Expr, Sym } from "../expr/expr.ts";
import { postorder } from "../expr/walk.ts";
import { negate, scale } from "../ops/arithmetic.ts";
import { normalKey } from "./canonical.ts";
import { unscaled } from "./forms.ts";

/** Finds parts by what they are equal to. */
export type Folder = (e: Expr) => Expr;

/** A folder for definitions; `simplified` gives the form in which parts of the problem stand. */
export function folder(definitions: readonly Sym[], simplified: (e: Expr) => Expr): Folder {
  const names = new Map<Expr, Expr>();
  for (const name of definitions) {
    const body = simplified(name.definition!);
    if (body.kind !== "apply" || body.args.length === 0) continue;
    names.set(normalKey(body), name);
    const opposite = simplified(negate(body));
    if (!names.has(normalKey(opposite))) names.set(normalKey(opposite), negate(name));
  }
  const done = new Map<Expr, Expr>();
  return (e) => (names.size === 0 ? e : folded(e, names, done));
}

function folded(e: Expr, names: ReadonlyMap<Expr, Expr>, done: Map<Expr, Expr>): Expr {
  const below = (n: Expr): readonly Expr[] => (n.kind === "apply" && !done.has(n) ? n.args : []);
  for (const node of postorder([e], below)) {
    if (done.has(node)) continue;
    if (node.kind !== "apply" || node.args.length === 0) {
      done.set(node, node);
      continue;
    }
    const args = node.args.map((arg) => done.get(arg)!);
    const changed = args.some((arg, i) => arg !== node.args[i]);
    done.set(node, names.get(normalKey(node)) ?? (changed ? rebuilt(node.op, args) : node));
  }
  return done.get(e)!;
}

/** A scale stays flat when its body became the negative of a name. */
function rebuilt(op: Parameters<typeof apply>[0], args: readonly Expr[]): Expr {
  if (op === scale) {
    const { scalars, body } = unscaled(args.at(-1)!);
    if (scalars.length === 1 && scalars[0] === minusOne)
      return negate(scale(...args.slice(0, -1), body));
  }
  return apply(op, args);
}

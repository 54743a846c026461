/** @file Puts the problem's names back: a part that equals a definition becomes its name. */

import type { Expr, Sym } from "../expr/expr.ts";
import { apply, minusOne } from "../expr/expr.ts";
import { postorder } from "../expr/walk.ts";
import { negate, scale } from "../ops/arithmetic.ts";
import { normalKey } from "./canonical.ts";
import { unscaled } from "./rules.ts";

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
  return (e) => (names.size === 0 ? e : folded(e, names));
}

function folded(e: Expr, names: ReadonlyMap<Expr, Expr>): Expr {
  const done = new Map<Expr, Expr>();
  for (const node of postorder([e], (n) => (n.kind === "apply" ? n.args : []))) {
    if (node.kind !== "apply" || node.args.length === 0) {
      done.set(node, node);
      continue;
    }
    const name = names.get(normalKey(node));
    if (name && node !== e) {
      done.set(node, name);
      continue;
    }
    const args = node.args.map((arg) => done.get(arg)!);
    const changed = args.some((arg, i) => arg !== node.args[i]);
    done.set(node, changed ? rebuilt(node.op, args) : node);
  }
  const whole = names.get(normalKey(e));
  return whole ?? done.get(e)!;
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

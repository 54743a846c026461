/** @file Puts the problem's names back: a part that equals a definition becomes its name. */

import { isApply, isScalar, minusOne } from "../expr/expr.ts";
import type { Expr, Sym } from "../expr/expr.ts";
import { argsOf, postorder, withArgs } from "../expr/walk.ts";
import { negate, scale } from "../ops/arithmetic.ts";
import { normalKey } from "./canonical.ts";
import { unscaled } from "./forms.ts";
import { inReadingOrder } from "./scale.ts";

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
  for (const node of postorder([e], (n) => (done.has(n) ? [] : argsOf(n)))) {
    if (done.has(node)) continue;
    const parts = argsOf(node);
    if (parts.length === 0) {
      done.set(node, node);
      continue;
    }
    const args = parts.map((arg) => done.get(arg)!);
    const changed = args.some((arg, i) => arg !== parts[i]);
    done.set(node, names.get(normalKey(node)) ?? (changed ? rebuilt(node, args) : node));
  }
  return done.get(e)!;
}

/** A scale stays flat when its body became the negative of a name. */
function rebuilt(e: Expr, args: readonly Expr[]): Expr {
  if (isApply(e, scale)) {
    const { scalars, body } = unscaled(args.at(-1)!);
    if (scalars.length === 1 && scalars[0] === minusOne)
      return negate(scale(...args.slice(0, -1), body));
    // A name stands before what is composed: L·tr(ΔK⁻¹).
    if (isScalar(e)) return scale(...inReadingOrder(args));
    return scale(...inReadingOrder(args.slice(0, -1)), args.at(-1)!);
  }
  return withArgs(e, args);
}

/** @file Names that are centred by their definition: the columns of X − 𝟏μᵀ add up to 0. */

import { isApply } from "../expr/expr.ts";
import type { Expr } from "../expr/expr.ts";
import { argsOf, postorder, withArgs } from "../expr/walk.ts";
import { add, ones, product, transpose } from "../ops/arithmetic.ts";
import { isZero } from "./forms.ts";

const centred = new WeakMap<Expr, boolean>();
/** What is looked at for being centred, in symbols. */
const largestCentred = 60;

/** Whether the columns of a name add up to 0 by what it is defined as: of X − 𝟏μᵀ with μ = Xᵀ𝟏/m. */
export function sumsToZero(x: Expr, simplify: (e: Expr) => Expr): boolean {
  const isTransposed = isApply(x, transpose);
  const name = isTransposed ? x.args[0]! : x;
  if (name.kind !== "sym" || name.definition === null) return false;
  const known = centred.get(x);
  if (known !== undefined) return known;
  centred.set(x, false);
  const whole = withoutNames(name);
  if (whole.size > largestCentred) return false;
  const opened = simplify(isTransposed ? transpose(whole) : whole);
  const terms = isApply(opened, add) ? opened.args : [opened];
  const across = transpose(ones(x.shape[0]));
  const found = isZero(simplify(add(...terms.map((t) => product(across, t)))));
  centred.set(x, found);
  return found;
}

/** An expression with every name replaced by what it is defined as. */
function withoutNames(e: Expr): Expr {
  const done = new Map<Expr, Expr>();
  for (const node of postorder([e])) {
    if (node.kind === "sym") done.set(node, node.definition ? done.get(node.definition)! : node);
    else
      done.set(
        node,
        withArgs(
          node,
          argsOf(node).map((arg) => done.get(arg)!),
        ),
      );
  }
  return done.get(e)!;
}

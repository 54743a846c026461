/** @file How much a reader has to read: what the choice between equal forms goes by. */

import { isApply } from "../expr/expr.ts";
import type { Expr } from "../expr/expr.ts";
import { isInteger } from "../expr/rational.ts";
import { argsOf } from "../expr/walk.ts";
import { add, hadamard, matmul, scale, transpose } from "../ops/arithmetic.ts";
import { power } from "../ops/elementwise.ts";
import { indexOfUnitVector } from "../ops/indexing.ts";
import { inverse } from "../ops/matrix.ts";

const costs = new WeakMap<Expr, number>();

/** The cost of an expression: its symbols, with something for signs and brackets. */
export function cost(e: Expr): number {
  const known = costs.get(e);
  if (known !== undefined) return known;
  const stack = [e];
  while (stack.length > 0) {
    const node = stack.at(-1)!;
    const open = argsOf(node).filter((arg) => !costs.has(arg));
    if (open.length > 0 && !costs.has(node)) stack.push(...open);
    else {
      stack.pop();
      if (!costs.has(node)) costs.set(node, own(node));
    }
  }
  return costs.get(e)!;
}

function own(e: Expr): number {
  switch (e.kind) {
    case "num":
      return isInteger(e.value) ? 1 : 1.5;
    case "sym":
      return 1;
    case "apply": {
      const below = e.args.reduce((sum, arg) => sum + costs.get(arg)!, 0);
      if (isApply(e, transpose) || isApply(e, inverse)) return below + 0.5;
      if (isApply(e, power)) return below;
      if (isApply(e, add)) return below + 0.5 * (e.args.length - 1);
      if (isApply(e, matmul) || isApply(e, scale) || isApply(e, hadamard)) {
        const brackets = e.args.filter((arg) => isApply(arg, add)).length;
        return below + 0.75 * brackets + (isApply(e, hadamard) ? 0.5 * (e.args.length - 1) : 0);
      }
      if (indexOfUnitVector(e) !== null) return 1;
      if (e.op.notation.kind === "entry") return below - 0.5 * (e.args.length - 1);
      return below + 1;
    }
    case "indexSum":
      return costs.get(e.body)! + 2;
    default:
      return e satisfies never;
  }
}

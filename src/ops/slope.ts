/** @file The derivative of a scalar formula by a scalar in it, by the rules of its operations. */

import { NablaError } from "../diagnostics/errors.ts";
import type { Expr, Sym } from "../expr/expr.ts";
import { isApply, unit, zero } from "../expr/expr.ts";
import type { OpFields } from "../expr/op.ts";
import { argsOf, dependents, postorder } from "../expr/walk.ts";
import { add, hadamard, onesOf } from "./arithmetic.ts";

/** f′ of each entry of x, for a function of each entry with y = f(x); null for anything else, or where there is none. */
export function slopeOfEntries(op: OpFields, y: Expr, x: Expr): Expr | null {
  if (!op.entrywise) return null;
  const ones = onesOf(x.shape);
  const [flow] = op.pullback(ones, y, x);
  if (!flow || flow instanceof NablaError) return null;
  // 𝟏 ⊙ f′(x) is f′(x).
  const other = isApply(flow, hadamard) ? flow.args.filter((arg) => arg !== ones) : [];
  return other.length === 1 && flow !== other[0] ? other[0]! : flow;
}

/** dy/dt of a formula y all of whose parts are scalars, not simplified. */
export function slope(y: Expr, t: Sym): Expr {
  const order = postorder([y], argsOf);
  const moving = dependents(order, new Set([t]), argsOf);
  const flows = new Map<Expr, Expr>([[y, unit]]);
  for (const node of order.toReversed()) {
    const flow = flows.get(node);
    if (node.kind !== "apply" || flow === undefined || !moving.has(node)) continue;
    for (const [i, part] of node.op.pullback(flow, node, ...node.args).entries()) {
      const arg = node.args[i]!;
      if (part === null || !moving.has(arg)) continue;
      if (part instanceof NablaError) throw part;
      const before = flows.get(arg);
      flows.set(arg, before ? add(before, part) : part);
    }
  }
  return flows.get(t) ?? zero;
}

/** @file ∂L/∂(each part) at the numbers of a problem: by the reverse sweep, and compared with derivatives by numbers. */

import { within } from "../derive/gradient.ts";
import { setOf } from "../derive/prepare.ts";
import { sweep } from "../diff/sweep.ts";
import type { Tidier } from "../diff/sweep.ts";
import { sym, unit } from "../expr/expr.ts";
import type { Expr, Sym } from "../expr/expr.ts";
import { property } from "../expr/properties.ts";
import { dependents, postorder } from "../expr/walk.ts";
import type { Problem } from "../parse/problem.ts";

/** What flows to the parts of an objective, as expressions. */
export interface Flows {
  readonly objective: Expr;
  readonly of: ReadonlyMap<Expr, Expr>;
}

/** The sweep works on the problem as it is typed: every node of it is met. */
export const asTyped: Tidier = { simplify: (e) => e, close: () => {} };

/** What flows to each of some parts of an objective; of a name that is declared symmetric, its part in that set. */
export function flowsTo(problem: Problem, objective: Expr, parts: readonly Expr[]): Flows {
  const order = postorder([objective]);
  const leaves = order.filter(
    (e) => e.kind === "sym" && e.role === "value" && e.definition === null,
  );
  // What is made of numbers alone is varied by itself.
  const moved = dependents(order, new Set(leaves));
  const targets = [...leaves, ...parts.filter((e) => !moved.has(e))];
  const { cotangents } = sweep(objective, targets, asTyped);
  const found = new Map<Expr, Expr>([[objective, unit]]);
  for (const part of parts) {
    const flow = cotangents.get(part);
    if (flow) found.set(part, setted(problem, part, flow));
  }
  return { objective, of: found };
}

function setted(problem: Problem, part: Expr, flow: Expr): Expr {
  const set = part.kind === "sym" && part.definition === null ? setOf(problem, part) : null;
  return set ? within(sym((part as Sym).name, part.shape, property[set]), flow) : flow;
}

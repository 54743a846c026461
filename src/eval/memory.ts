/** @file What reverse mode holds: the values of the way forward that the formulas of the way back speak of. */

import { errors } from "../diagnostics/errors.ts";
import type { Spelled } from "../derive/options.ts";
import { sweep } from "../diff/sweep.ts";
import type { Expr, Sym } from "../expr/expr.ts";
import { children, postorder } from "../expr/walk.ts";
import type { Problem } from "../parse/problem.ts";
import { printed } from "../steps/printed.ts";
import { asTyped } from "./backward.ts";
import type { Sizes } from "./sizes.ts";

/** A value that is held, and how many numbers it has. */
export interface Held {
  readonly name: Spelled;
  readonly count: number;
}

/** What is held for the derivatives by some variables, beside these. */
export interface Memory {
  readonly held: readonly Held[];
  readonly total: number;
  /** How many numbers the variables have. */
  readonly variables: number;
}

/** Counts what the derivatives of an objective by some variables need of the way forward. */
export function memoryOf(
  problem: Problem,
  objective: Expr,
  variables: readonly Sym[],
  sizes: Sizes,
): Memory {
  const order = postorder([objective]);
  if (order.some((e) => e.kind === "indexSum"))
    throw errors.notYet(undefined, "counting what is held for a sum over an index", {
      hint: "one term of it, for one sample",
    });
  const { cotangents } = sweep(objective, variables, asTyped);
  const forward = new Set(order.filter(isValue));
  const below = (e: Expr): readonly Expr[] => (forward.has(e) ? [] : children(e));
  const names = new Map(
    order.flatMap((e) => (e.kind === "sym" && e.definition ? [[e.definition, e] as const] : [])),
  );
  const used = new Set(
    postorder([...cotangents.values()], below).flatMap((e) =>
      forward.has(e) ? [names.get(e) ?? e] : [],
    ),
  );
  const count = (e: Expr): number => sizes.of(e.shape[0]) * sizes.of(e.shape[1]);
  const shown = order.filter((e) => used.has(e) && !variables.includes(e as Sym));
  const held = shown.map((e) => ({
    name: printed(e, { letters: problem.indices }),
    count: count(e),
  }));
  return {
    held,
    total: held.reduce((sum, each) => sum + each.count, 0),
    variables: variables.reduce((sum, s) => sum + count(s), 0),
  };
}

/** Whether numbers are behind it: constants cost nothing. */
const isValue = (e: Expr): boolean =>
  e.kind !== "num" && postorder([e]).some((part) => part.kind === "sym" && part.role === "value");

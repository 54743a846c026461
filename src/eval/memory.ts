/** @file What reverse mode holds: the values of the way forward that the formulas of the way back speak of. */

import type { Spelled } from "../derive/options.ts";
import { sweep } from "../diff/sweep.ts";
import { withIndex } from "../expr/binding.ts";
import { indexSymbol, isBoundIndex } from "../expr/expr.ts";
import type { Expr, Sym } from "../expr/expr.ts";
import { children, postorder } from "../expr/walk.ts";
import { lettersOfIndices } from "../parse/problem.ts";
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
  // What depends on the index of a sum is held for each of its terms.
  const count = (e: Expr): number =>
    e.free
      .filter(isBoundIndex)
      .reduce(
        (terms, { range }) => terms * sizes.of(range!),
        sizes.of(e.shape[0]) * sizes.of(e.shape[1]),
      );
  const shown = order.filter((e) => used.has(e) && !variables.includes(e as Sym));
  const held = shown.map((e) => ({
    name: printed(inLetters(problem, e), { letters: problem.indices }),
    count: count(e),
  }));
  return {
    held,
    total: held.reduce((sum, each) => sum + each.count, 0),
    variables: variables.reduce((sum, s) => sum + count(s), 0),
  };
}

/** A part of a term with letters in the place of the indices that its sums bind. */
function inLetters({ indices, symbols }: Problem, e: Expr): Expr {
  const taken = new Set(symbols.keys());
  return e.free.filter(isBoundIndex).reduce((part, index) => {
    const range = index.range!;
    const letter = [...(indices.get(range) ?? []), ...lettersOfIndices].find((l) => !taken.has(l))!;
    taken.add(letter);
    return withIndex(part, index, indexSymbol(letter, range));
  }, e);
}

/** Whether numbers are behind it: constants cost nothing. */
const isValue = (e: Expr): boolean =>
  e.kind !== "num" && postorder([e]).some((part) => part.kind === "sym" && part.role === "value");

/** @file Gradients in terms of a cotangent that is given: ∂L/∂z stands for what flows to z. */

import { errors } from "../diagnostics/errors.ts";
import { suggest } from "../diagnostics/suggest.ts";
import { isScalar, sym } from "../expr/expr.ts";
import type { Expr, Sym } from "../expr/expr.ts";
import { postorder, substitution } from "../expr/walk.ts";
import type { SweepOptions } from "../diff/sweep.ts";
import { add, inner } from "../ops/arithmetic.ts";
import type { Problem } from "../parse/problem.ts";
import type { Prepared } from "./prepare.ts";

/** A sweep that begins with, or takes in, a given cotangent. */
export interface Upstream {
  /** Where the sweep begins. */
  readonly root: Expr;
  readonly options: SweepOptions;
  /** The symbol of the cotangent. */
  readonly cotangent: Sym;
  /** A scalar with the same derivative, for the check. */
  readonly objective: Expr;
}

/** The sweep for a given cotangent of the name `text`. */
export function upstreamOf({ problem, objective, free }: Prepared, text: string): Upstream {
  const node = problem.symbols.get(text);
  if (!node) throw errors.unknownUpstream(text, suggest(text, problem.symbols.keys()));
  const cotangent = cotangentOf(problem, node);
  const varied = free(node);
  const isInside = isScalar(objective) && postorder([objective]).includes(varied);
  if (!isInside) {
    const root = node.name === problem.objectiveName ? objective : varied;
    return { root, options: { seed: cotangent }, cotangent, objective: inner(cotangent, root) };
  }
  // Beside the paths through the node there may be others: on them it is held fixed.
  const others = substitution([[varied, node]])(objective);
  return {
    root: objective,
    options: { given: new Map([[varied, cotangent]]) },
    cotangent,
    objective: add(inner(cotangent, varied), others),
  };
}

/** ∂L/∂z, with the letter of the objective. */
function cotangentOf({ objective, objectiveName, symbols }: Problem, node: Sym): Sym {
  const isNamed = objectiveName !== null && objectiveName !== node.name && isScalar(objective);
  const letter = isNamed ? objectiveName : "L";
  const name = `∂${letter}/∂${node.name}`;
  return symbols.get(name) ?? sym(name, node.shape);
}

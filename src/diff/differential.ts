/** @file The differential: the change of an expression for a change Δ of a variable, linear in Δ. */

import type { Expr, Sym } from "../expr/expr.ts";
import { isScalar, sym, unit } from "../expr/expr.ts";
import { inner, zeroOf } from "../ops/arithmetic.ts";
import type { Tidier } from "./sweep.ts";
import { gradientBy, sweep } from "./sweep.ts";

/** No text has this name. */
const cotangentName = "\u0000Γ";

/**
 * dY for the change `direction` of `variable` (1 where that is a scalar). What a sweep from Y gives for
 * the cotangent Γ is linear in Γ, and its adjoint is the differential: ⟨Γ, dY⟩ = ⟨∇⟨Γ, Y⟩, Δ⟩. So no
 * operation needs a second rule.
 */
export function differential(output: Expr, variable: Sym, direction: Expr, tidy: Tidier): Expr {
  const cotangent = isScalar(output) ? unit : sym(cotangentName, output.shape);
  const back = gradientBy(sweep(output, [variable], tidy, { seed: cotangent }), variable);
  const change = tidy.simplify(inner(direction, back));
  if (cotangent.kind !== "sym") return change;
  const forward = sweep(change, [cotangent], tidy).cotangents.get(cotangent);
  return forward ?? zeroOf(output.shape);
}

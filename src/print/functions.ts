/** @file What stands before the brackets of a declared function: f′, ∇C, ∇_θ f, J_g. */

import type { Apply } from "../expr/expr.ts";
import type { Notation } from "../expr/op.ts";
import type { Alphabet } from "./alphabet.ts";

/** The name of a function with the signs of its derivative. */
export function derivedName(
  e: Apply,
  { name, derivative, arity }: Notation & { kind: "function" },
  a: Alphabet,
): string {
  const shown = a.functionName(name);
  const isOnly = arity === 1;
  switch (derivative.kind) {
    case "primes":
      return a.primed(shown, derivative.order);
    case "gradient": {
      const at = e.args[derivative.at]!;
      // An argument that is a bare name says more than its number; below ∇ its subscript is one sign.
      const isName =
        at.kind === "sym" && at.cotangent === null && !/_[^_]{2}|_\p{L}|\^/u.test(at.name);
      const isNamed = isName && e.args.filter((arg) => arg === at).length === 1;
      const below = isNamed ? a.symbol(at) : String(derivative.at + 1);
      return a.nabla(1, isOnly ? null : below, shown);
    }
    case "hessian": {
      const below = `${derivative.rows + 1}${derivative.columns + 1}`;
      return a.nabla(2, isOnly ? null : below, shown);
    }
    case "jacobian":
      return a.functionName(`J_${[...name].length === 1 ? name : `{${name}}`}`);
    default:
      return derivative satisfies never;
  }
}

/** @file Derivatives as symbols: ∂L/∂z is one name with the shape of z. */

import { errors, excerpt } from "../../diagnostics/errors.ts";
import { cotangentSymbol, isApply } from "../../expr/expr.ts";
import type { Expr } from "../../expr/expr.ts";
import { entry } from "../../ops/indexing.ts";
import type { Inference, Of, Typed } from "../infer.ts";

export function cotangentForm(inference: Inference, e: Of<"cotangent">): Typed {
  const by = inference.visit(e.by);
  return {
    shape: by.shape,
    span: e.span,
    build: () => {
      const below = by.build();
      // ∂L/∂z_i is an entry of ∂L/∂z.
      if (isApply(below, entry)) {
        const [of, ...at] = below.args as readonly [Expr, ...Expr[]];
        if (of.kind === "sym") return entry(cotangentSymbol(e.of, of), ...at);
      }
      if (below.kind === "num") throw errors.notAVariable(e.by.span, excerpt(e.by.span));
      // A name stands for what it is made of, indices or not.
      if (below.kind !== "sym" && below.free.length > 0)
        throw errors.notYet(e.span, "the derivative by one of many, as a symbol");
      return cotangentSymbol(e.of, below);
    },
  };
}

/** @file Derivatives as symbols: ∂L/∂z is one name with the shape of z. */

import { errors, excerpt } from "../../diagnostics/errors.ts";
import { cotangentSymbol } from "../../expr/expr.ts";
import type { Inference, Of, Typed } from "../infer.ts";

export function cotangentForm(inference: Inference, e: Of<"cotangent">): Typed {
  const by = inference.visit(e.by);
  return {
    shape: by.shape,
    span: e.span,
    build: () => {
      const below = by.build();
      if (below.kind === "num") throw errors.notAVariable(e.by.span, excerpt(e.by.span));
      if (below.free.length > 0)
        throw errors.notYet(e.span, "the derivative by one of many, as a symbol");
      return cotangentSymbol(e.of, below);
    },
  };
}

/** @file A vector or a matrix by its components: y = Σₖ yₖeₖ. */

import { errors } from "../../diagnostics/errors.ts";
import { indexSum } from "../../expr/binding.ts";
import { one } from "../../expr/dimension.ts";
import type { Expr } from "../../expr/expr.ts";
import { product, scale, transpose } from "../../ops/arithmetic.ts";
import { unitVector } from "../../ops/indexing.ts";
import * as demand from "../constraints.ts";
import type { Inference, Typed } from "../infer.ts";
import type { Surface } from "../surface.ts";
import { boundIndex } from "./indexed.ts";

export function componentsForm(
  inference: Inference,
  letters: readonly string[],
  e: Surface,
): Typed {
  const bound = letters.map((letter) => boundIndex(inference, letter, null, e.span));
  for (const index of bound) inference.bound.set(index.text, index);
  const body = inference.visit(e);
  for (const index of bound) {
    inference.bound.delete(index.text);
    if (!index.isUsed) throw errors.indexCountsNothing(e.span, index.text);
  }
  inference.solver.require(
    demand.scalar(body.shape, "it is a component", () =>
      errors.notYet(
        e.span,
        `a family that a formula defines: each is ${inference.show(body.shape)}`,
      ),
    ),
  );
  const [rows, columns] = bound;
  // A vector of one component would be a scalar.
  for (const { range } of bound)
    inference.solver.require(
      demand.nonscalar([range, one], "it counts components", () =>
        errors.notYet(e.span, "components of which there is one"),
      ),
    );
  return {
    shape: [rows!.range, columns?.range ?? one],
    span: e.span,
    build: () => {
      const value = body.build();
      const indices = bound.map((index) => index.build());
      const [left, right] = indices.map((i) => unitVector(i.range!, i)) as [Expr, Expr?];
      const place = right ? product(left, transpose(right)) : left;
      return indices.reduceRight<Expr>((sum, i) => indexSum(i, sum), scale(value, place));
    },
  };
}

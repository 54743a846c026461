/** @file Scalars beside matrices: spread in max, min and relations. */

import { errors } from "../../diagnostics/errors.ts";
import { one } from "../../expr/dimension.ts";
import type { Shape } from "../../expr/dimension.ts";
import { isScalar, unit } from "../../expr/expr.ts";
import type { Expr } from "../../expr/expr.ts";
import type { Op } from "../../expr/op.ts";
import { add, onesOf, scale, zeroOf } from "../../ops/arithmetic.ts";
import {
  atLeastZero,
  atMostZero,
  belowZero,
  differentFromZero,
  equalToZero,
  step,
} from "../../ops/indicators.ts";
import { negative } from "../build.ts";
import * as demand from "../constraints.ts";
import type { Inference, Of, Typed } from "../infer.ts";
import { literal } from "../surface.ts";
import type { Relation, Surface } from "../surface.ts";
import { solved } from "../unify.ts";

/** A scalar in every entry of a shape; what has the shape stays. */
export function spreadTo(whole: Shape, x: Expr): Expr {
  if (!isScalar(x) || (whole[0] === one && whole[1] === one)) return x;
  if (x.kind === "num" && x.value.numerator === 0n) return zeroOf(whole);
  return x === unit ? onesOf(whole) : scale(x, onesOf(whole));
}

/** Parts of one shape, or scalars that are spread to it. */
export function spreadForm(
  inference: Inference,
  e: Surface,
  parts: readonly Surface[],
  what: string,
  build: (...args: Expr[]) => Expr,
): Typed {
  const typed = parts.map((part) => inference.visit(part));
  const shape = inference.solver.shape();
  inference.solver.require(
    demand.spread(
      typed.map((part) => part.shape),
      shape,
      `it is the argument of ${what}`,
      () =>
        errors.shapesDiffer(
          e.span,
          `${what} needs equal shapes or a scalar: ${typed.map((part, i) => inference.describe(parts[i]!, part.shape)).join(", ")}`,
          inference.sources(e),
        ),
    ),
  );
  return {
    shape,
    span: e.span,
    build: () => build(...typed.map((part) => spreadTo(solved(shape)!, part.build()))),
  };
}

/** The indicator of each relation to 0, and of the one that is read from the right. */
const indicators: Readonly<Record<Relation, readonly [Op, Op]>> = {
  ">": [step, belowZero],
  "≥": [atLeastZero, atMostZero],
  "<": [belowZero, step],
  "≤": [atMostZero, atLeastZero],
  "=": [equalToZero, equalToZero],
  "≠": [differentFromZero, differentFromZero],
};

/** `[a > b]` is `[a − b > 0]`; a scalar is spread. */
export function indicatorForm(inference: Inference, e: Of<"indicator">): Typed {
  const [op, mirrored] = indicators[e.relation];
  const alone = (x: Surface, build: Op): Typed => {
    const { shape, build: argument } = inference.visit(x);
    return { shape, span: e.span, build: () => build(argument()) };
  };
  if (literal(e.right) === 0n) return alone(e.left, op);
  if (literal(e.left) === 0n) return alone(e.right, mirrored);
  return spreadForm(inference, e, [e.left, e.right], "a relation", (a, b) =>
    op(add(a, negative(b))),
  );
}

/** @file vec, mat and the commutation matrix: functions whose shapes are products of dimensions. */

import { errors, excerpt } from "../../diagnostics/errors.ts";
import { dimension, multiplied, one } from "../../expr/dimension.ts";
import type { Dimension } from "../../expr/dimension.ts";
import { unit } from "../../expr/expr.ts";
import { commutation, mat, vec } from "../../ops/kronecker.ts";
import { sizeOf } from "../../ops/reduce.ts";
import * as demand from "../constraints.ts";
import type { Inference, Of, Typed } from "../infer.ts";
import { literal } from "../surface.ts";
import type { Surface } from "../surface.ts";
import { sizeNamed } from "./names.ts";

/** The form of a call whose shape its signature does not say; null for every other call. */
export function stackForm(inference: Inference, e: Of<"call">): Typed | null {
  const [first, ...sizes] = e.args;
  const takes = { vec: 1, mat: 3, commutation: 2 }[e.name];
  if (takes !== e.args.length || e.exponent || e.subscript !== undefined) return null;
  if (e.name === "vec") return vecForm(inference, e, first!);
  if (e.name === "mat") return matForm(inference, e, first!, sizes);
  const [rows, columns] = e.args.map((size) => sizeRead(inference, size));
  const order = multiplied(rows!, columns!);
  const isOne = rows === one && columns === one;
  return {
    shape: [order, order],
    span: e.span,
    build: () => (isOne ? unit : commutation(sizeOf(rows!), sizeOf(columns!))),
  };
}

function vecForm(inference: Inference, e: Of<"call">, body: Surface): Typed {
  const of = inference.visit(body);
  const rows = inference.solver.unknown();
  // Their dimensions are settled before that of the product.
  inference.kroneckerFactors.push(of.shape);
  inference.products.push({ product: rows, factors: [of.shape[1], of.shape[0]] });
  inference.solver.require(
    demand.stacked(of.shape, rows, "it is the argument of vec", () =>
      errors.shapesDiffer(
        e.span,
        `${excerpt(e.span)} does not have the length that its place needs`,
        inference.sources(body),
      ),
    ),
  );
  return { shape: [rows, one], span: e.span, build: () => vec(of.build()) };
}

function matForm(
  inference: Inference,
  e: Of<"call">,
  body: Surface,
  sizes: readonly Surface[],
): Typed {
  const of = inference.visit(body);
  const [rows, columns] = sizes.map((size) => sizeRead(inference, size));
  inference.solver.require(
    demand.same(of.shape, [multiplied(rows!, columns!), one], "it is the argument of mat", () =>
      errors.shapesDiffer(
        e.span,
        `mat makes a ${rows!.key}×${columns!.key} matrix of a vector of that many entries, and ${inference.describe(body, of.shape)} is none`,
        inference.sources(body),
      ),
    ),
  );
  return {
    shape: [rows!, columns!],
    span: e.span,
    build: () => mat(of.build(), sizeOf(rows!), sizeOf(columns!)),
  };
}

/** A dimension that is typed as an argument: a name, a number, or a product of them. */
function sizeRead(inference: Inference, e: Surface): Dimension {
  if (e.kind === "group") return sizeRead(inference, e.body);
  if (e.kind === "number" && e.value.denominator === 1n && e.value.numerator > 0n)
    return dimension(Number(e.value.numerator));
  if (e.kind === "name") return sizeNamed(inference, e.name, e.span);
  if (e.kind === "power" && literal(e.exponent) === 2n) {
    const body = sizeRead(inference, e.body);
    return multiplied(body, body);
  }
  if (e.kind !== "product" || e.factors.some((f) => f.divides)) throw errors.notADimension(e.span);
  return e.factors.map(({ factor }) => sizeRead(inference, factor)).reduce(multiplied);
}

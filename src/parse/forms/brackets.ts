/** @file Norms, bars and inner products. */

import { errors, excerpt } from "../../diagnostics/errors.ts";
import type { Span } from "../../diagnostics/source.ts";
import { one } from "../../expr/dimension.ts";
import { two } from "../../expr/expr.ts";
import { inner } from "../../ops/arithmetic.ts";
import { abs } from "../../ops/elementwise.ts";
import { determinant } from "../../ops/matrix.ts";
import { isNormKind, normOfKind } from "../../ops/norms.ts";
import { norm, squaredNorm } from "../../ops/reduce.ts";
import { raised } from "../build.ts";
import * as demand from "../constraints.ts";
import type { Inference, Of, Typed } from "../infer.ts";
import { namesIn } from "../definitions.ts";
import { likely } from "../kinds.ts";
import { literal } from "../surface.ts";
import type { Surface } from "../surface.ts";
import { scalarTerm } from "../unify.ts";
import { splitIndices } from "../indices.ts";
import { partForm } from "./indexed.ts";

export function squaredNormForm(inference: Inference, body: Surface, span: Span): Typed | null {
  const kind = body.kind === "subscript" ? body.index.text : null;
  const inside = withoutBraces(body.kind === "subscript" ? body.body : body);
  if (inside.kind !== "norm") return null;
  if (kind === "2") return normForm(inference, inside, kind, span, true);
  if (kind !== null && kind !== "F") return null;
  const of = inference.visit(inside.body);
  likenVectors(inference, inside.body);
  return { shape: scalarTerm, span, build: () => squaredNorm(of.build()) };
}

export function normForm(
  inference: Inference,
  e: Of<"norm">,
  kind: string | null,
  span: Span,
  isSquared = false,
): Typed {
  const of = inference.visit(e.body);
  likenVectors(inference, e.body);
  if (kind === null || kind === "F")
    return { shape: scalarTerm, span, build: () => norm(of.build()) };
  const named = otherNames.get(kind) ?? kind;
  if (!isNormKind(named)) throw errors.otherNorm(span, kind);
  return {
    shape: scalarTerm,
    span,
    build: () => {
      const value = normOfKind(named, of.build());
      return isSquared ? raised(value, two) : value;
    },
  };
}

/** What some write below a norm. */
const otherNames: ReadonlyMap<string, string> = new Map([
  ["inf", "∞"],
  ["op", "2"],
  ["nuc", "*"],
  ["tr", "*"],
]);

/** The norm of a name, or of a sum of names, is that of a vector to most readers: `‖θ‖`, `‖μ − ν‖`. */
function likenVectors(inference: Inference, e: Surface): void {
  refuseNormedPower(inference, e);
  inference.likely.stands(e, likely.normed);
}

/** `‖x_i^a‖`, where a is no exponent to its writer. */
function refuseNormedPower(inference: Inference, e: Surface): void {
  if (e.kind === "group" || e.kind === "negate") refuseNormedPower(inference, e.body);
  else if (e.kind === "sum") for (const { term } of e.terms) refuseNormedPower(inference, term);
  else if (
    e.kind === "power" &&
    e.body.kind === "name" &&
    /^\p{Ll}/u.test(e.body.name) &&
    inference.isFree(e.body) &&
    literal(e.exponent) !== 2n &&
    namesIn(e.exponent).size > 0
  )
    throw errors.noReading(
      e.span,
      `${excerpt(e.span)} is a power of a scalar, and a norm of scalars says nothing`,
      [],
      `${e.body.name}^{(${excerpt(e.exponent.span).replace(/^\{|\}$/gu, "")})} for a name of its own`,
    );
}

export function barsForm(inference: Inference, e: Of<"bars">): Typed {
  const of = inference.visit(e.body);
  const shape = inference.solver.shape();
  inference.solver.require(
    demand.bars(of.shape, shape, `it stands between bars`, () =>
      errors.shapesDiffer(
        e.span,
        `bars around ${inference.describe(e.body, of.shape)}: a determinant needs a square matrix`,
        inference.sources(e.body),
        `‖${excerpt(e.body.span)}‖ for the norm, abs(${excerpt(e.body.span)}) for the absolute value of each entry`,
      ),
    ),
  );
  return {
    shape,
    span: e.span,
    build: () => {
      const x = of.build();
      return x.shape[0] === one || x.shape[1] === one ? abs(x) : determinant(x);
    },
  };
}

export function innerForm(inference: Inference, e: Of<"inner">): Typed {
  const [left, right] = [inference.visit(e.left), inference.visit(e.right)];
  for (const side of [e.left, e.right]) inference.likely.stands(side, likely.inner);
  inference.solver.require(
    demand.same(left.shape, right.shape, likely.inner, () =>
      errors.shapesDiffer(
        e.span,
        `an inner product needs equal shapes: ${inference.describe(e.left, left.shape)}, ${inference.describe(e.right, right.shape)}`,
        inference.sources(e),
      ),
    ),
  );
  return { shape: scalarTerm, span: e.span, build: () => inner(left.build(), right.build()) };
}

export function subscriptForm(inference: Inference, e: Of<"subscript">): Typed {
  const { index } = e;
  const body = withoutBraces(e.body);
  // ⟨A, B⟩_F: for matrices the inner product is that one.
  if (body.kind === "inner" && index.text === "F") return inference.visit(body);
  if (body.kind === "norm") return normForm(inference, body, index.text, e.span);
  // |x|_1: the subscript says which norm.
  if (body.kind === "bars" && /^[12F]$/u.test(index.text))
    return normForm(inference, { ...body, kind: "norm" }, index.text, e.span);
  // ‖x‖^2_2: the exponent came first.
  if (body.kind === "power" && (body.body.kind === "norm" || body.body.kind === "bars")) {
    const normed: Surface = { kind: "subscript", body: body.body, index, span: body.span };
    return inference.visit({ ...body, body: normed, span: e.span });
  }
  // [x]₊, (x)₊: the positive part.
  if (body.kind === "group" && index.text === "+")
    return inference.visit({
      kind: "call",
      name: "relu",
      nameSpan: e.span,
      args: [body.body],
      bare: false,
      span: e.span,
    });
  const texts = splitIndices(index.text);
  if (texts === null || body.kind === "number") throw errors.badIndex(index.span, index.text);
  const what = excerpt(body.span);
  return partForm(inference, inference.visit(body), what, texts, e.span);
}

/** `{‖x‖}_2`: the braces were there for the size of the bars. */
const withoutBraces = (e: Surface): Surface =>
  e.kind === "group" && e.brace && e.body.kind === "norm" ? e.body : e;

export const isNormLike = (e: Surface): boolean =>
  e.kind === "norm" || (e.kind === "subscript" && withoutBraces(e.body).kind === "norm");

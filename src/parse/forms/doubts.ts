/** @file Products that some read otherwise: what is refused, what is told, what is likely. */

import { errors, excerpt } from "../../diagnostics/errors.ts";
import { isScalar } from "../../expr/expr.ts";
import type { Expr } from "../../expr/expr.ts";
import { isInteger } from "../../expr/rational.ts";
import type { Inference, Of } from "../infer.ts";
import { likely, mayCount } from "../kinds.ts";
import type { Factor, Surface } from "../surface.ts";

/** Refuses what has two readings and tells which one is taken, before shapes are known. */
export function doubt(inference: Inference, e: Of<"product">): void {
  refuseDots(inference, e);
  refuseOpenExponents(inference, e);
  refuseApplications(inference, e);
  likenVectors(inference, e);
  tellRoots(inference, e);
}

/** What was typed between two factors. */
const textBetween = (left: Surface, right: Surface): string =>
  left.span.source.text.slice(left.span.end, right.span.start);

/** A name with its powers. */
const isNamePower = (e: Surface): boolean =>
  e.kind === "name" || (e.kind === "power" && isNamePower(e.body));

/** `a/2σ²`: by the order of operations (a/2)σ², and many write it for a/(2σ²). */
export function tellDivisors(inference: Inference, e: Of<"product">, built: readonly Expr[]): void {
  for (const [i, next] of e.factors.entries()) {
    const divisor = e.factors[i - 1];
    if (!divisor?.divides || next.divides) continue;
    const plain = divisor.factor.kind === "number" || isNamePower(divisor.factor);
    if (!plain || !isNamePower(next.factor) || !isScalar(built[i]!)) continue;
    const between = textBetween(divisor.factor, next.factor);
    const [s, t] = [excerpt(divisor.factor.span), excerpt(next.factor.span)];
    const span = { ...divisor.factor.span, end: next.factor.span.end };
    if (between === "")
      throw errors.noReading(
        span,
        `how much of ${excerpt(span)} is below the line is not clear`,
        [],
        `/(${excerpt(span)})  or  /${s}·${t}`,
      );
    if (between.trim() === "")
      inference.notes.add(`/${s} ${t} is (…/${s})·${t}; below the line stands one factor`);
  }
}

/** `e^2α`, `e^-x^Tx`: how much is in the exponent is not for us to guess. */
function refuseOpenExponents(inference: Inference, e: Of<"product">): void {
  for (const [i, { factor }] of e.factors.entries()) {
    const next = e.factors[i + 1];
    const base = factor.kind === "transpose" ? factor.body : factor;
    if (!next || next.divides || base.kind !== "power" || base.exponent.kind === "group") continue;
    if (base.body.kind !== "name" || base.body.name !== "e" || inference.scope.isKnown("e"))
      continue;
    if (textBetween(factor, next.factor) !== "") continue;
    const span = { ...base.exponent.span, end: next.factor.span.end };
    throw errors.noReading(
      span,
      `how much of ${excerpt(span)} is in the exponent is not clear`,
      [],
      `e^{${excerpt(span)}}, or braces around less of it`,
    );
  }
}

/** Letters of functions, and names such as λ_max. */
const functionLike = /^(?:[fghφϕψΓ](?:_|$)|.*_\{?(?:max|min)\}?$)/u;

/** `f(x)`, `φ(Wx + b)`, `L(θ)`: a value of a function to most readers, and a product in the language. */
function refuseApplications(inference: Inference, e: Of<"product">): void {
  for (const [i, { factor: name }] of e.factors.entries()) {
    const next = e.factors[i + 1];
    if (name.kind !== "name" || !inference.isFree(name)) continue;
    if (next?.factor.kind !== "group" || next.factor.brace || next.divides) continue;
    const between = textBetween(name, next.factor).replace(/\\(?:left|[bB]igg?l?|!)|\s/gu, "");
    const [f, x] = [excerpt(name.span), excerpt(next.factor.span)];
    const isCall = functionLike.test(name.name) || next.factor.body.kind === "name";
    if (between !== "" || !isCall) continue;
    throw errors.noReading(
      { ...name.span, end: next.factor.span.end },
      `${f}${x} may be a value of a function, and ${f} is not declared`,
      [],
      `${f}·${x} for the product`,
    );
  }
}

/** What stands right of a matrix is a vector to most readers: `Xβ`, `Wθ`. */
function likenVectors(inference: Inference, e: Of<"product">): void {
  for (const [i, { factor }] of e.factors.entries()) {
    const left = e.factors[i - 1];
    if (factor.kind !== "name" || e.factors[i]!.divides || !left || left.divides) continue;
    const matrix = left.factor.kind === "transpose" ? left.factor.body : left.factor;
    if (matrix.kind !== "name" || !/^\p{Lu}/u.test(matrix.name) || mayCount(matrix.name)) continue;
    if (inference.isFree(factor)) inference.likelyVectors.set(factor.name, likely.rightOfMatrix);
  }
}

/** `x^1/2` is x¹/2 by the order of operations, and may be meant as a root. */
function tellRoots(inference: Inference, e: Of<"product">): void {
  for (const [i, { factor }] of e.factors.entries()) {
    const next = e.factors[i + 1];
    if (factor.kind !== "power" || factor.exponent.kind === "group") continue;
    if (!next?.divides || next.factor.kind !== "number" || !isPlusMinusOne(factor.exponent))
      continue;
    const [base, p] = [excerpt(factor.body.span), excerpt(factor.exponent.span)];
    const q = excerpt(next.factor.span);
    inference.notes.add(
      `${base}^${p}/${q} is (${base}^${p})/${q}; the power is ${base}^{${p}/${q}}`,
    );
  }
}

const isPlusMinusOne = (e: Surface): boolean =>
  e.kind === "negate"
    ? isPlusMinusOne(e.body)
    : e.kind === "number" && isInteger(e.value) && e.value.numerator === 1n;

/** `x · y` of two small letters of which nothing is known: columns to one reader, scalars to another. */
function refuseDots(inference: Inference, e: Of<"product">): void {
  const isOpen = ({ factor }: Factor): boolean =>
    factor.kind === "name" && /^[a-z]/u.test(factor.name) && inference.isFree(factor);
  for (const [i, right] of e.factors.entries()) {
    const left = e.factors[i - 1];
    if (!left || !right.dotted || !isOpen(left) || !isOpen(right)) continue;
    const [s, t] = [excerpt(left.factor.span), excerpt(right.factor.span)];
    throw errors.noReading(
      { ...left.factor.span, end: right.factor.span.end },
      `${s} · ${t} may be an inner product or a product of scalars`,
      [],
      `${s}ᵀ${t} for the inner product, or declare  ${s}, ${t}: scalar`,
    );
  }
}

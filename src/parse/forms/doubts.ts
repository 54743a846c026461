/** @file Products that some read otherwise: what is refused, what is told, what is likely. */

import { errors, excerpt } from "../../diagnostics/errors.ts";
import { textOf } from "../../diagnostics/source.ts";
import type { Span } from "../../diagnostics/source.ts";
import { isScalar } from "../../expr/expr.ts";
import type { Expr } from "../../expr/expr.ts";
import { isInteger } from "../../expr/rational.ts";
import { traceNames } from "../../ops/functions.ts";
import { namesIn } from "../definitions.ts";
import type { Inference, Of } from "../infer.ts";
import { likely, mayCount } from "../kinds.ts";
import type { Factor, Surface } from "../surface.ts";

/** Refuses what has two readings and tells which one is taken, before shapes are known. */
export function doubt(inference: Inference, e: Of<"product">): void {
  refuseDots(inference, e);
  refuseOpenExponents(inference, e);
  refuseApplications(inference, e);
  refuseOnes(inference, e);
  refuseDivisions(e);
  refusePi(inference, e);
  likenVectors(inference, e);
  noteCouples(inference, e);
  tellRoots(inference, e);
}

/** Refuses and tells what shapes have to be known for. */
export function doubtBuilt(inference: Inference, e: Of<"product">, built: readonly Expr[]): void {
  tellDivisors(inference, e, built);
  refuseActivations(inference, e, built);
  refuseTraces(e, built);
}

/** π right of a matrix or a row is a vector to its writer. */
function refusePi(inference: Inference, e: Of<"product">): void {
  for (const [i, { factor }] of e.factors.entries()) {
    const left = e.factors[i - 1]?.factor;
    if (!left || !isConstantPi(inference, factor)) continue;
    const isMatrix = left.kind === "name" && /^\p{Lu}/u.test(left.name) && !mayCount(left.name);
    if (isMatrix || left.kind === "transpose") throw notPi(factor.span);
  }
}

export const isConstantPi = (inference: Inference, e: Surface): boolean =>
  e.kind === "name" && e.name === "π" && !inference.scope.isKnown("π");

export const notPi = (span: Span): Error =>
  errors.noReading(span, "π is the number 3.14159…", [], "declare it, if it is a vector:  π: n");

/** What was typed between two factors. */
const textBetween = (left: Surface, right: Surface): string =>
  left.span.source.text.slice(left.span.end, right.span.start);

/** A name with its powers. */
const isNamePower = (e: Surface): boolean =>
  e.kind === "name" || (e.kind === "power" && isNamePower(e.body));

/** `a/2σ²`: by the order of operations (a/2)σ², and many write it for a/(2σ²). */
function tellDivisors(inference: Inference, e: Of<"product">, built: readonly Expr[]): void {
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

/** `e^2α`, `e^-x^Tx`, `2^-x^Tx`: how much is in the exponent is not for us to guess. */
function refuseOpenExponents(inference: Inference, e: Of<"product">): void {
  for (const [i, { factor }] of e.factors.entries()) {
    const next = e.factors[i + 1];
    const isTransposed = factor.kind === "transpose";
    const base = isTransposed ? factor.body : factor;
    if (!next || next.divides || base.kind !== "power" || base.exponent.kind === "group") continue;
    const isEuler =
      base.body.kind === "name" && base.body.name === "e" && !inference.scope.isKnown("e");
    if (!isEuler && !(isTransposed && namesIn(base.exponent).size > 0)) continue;
    if (textBetween(factor, next.factor) !== "") continue;
    const span = { ...base.exponent.span, end: next.factor.span.end };
    throw errors.noReading(
      span,
      `how much of ${excerpt(span)} is in the exponent is not clear`,
      [],
      `${excerpt(base.body.span)}^{${excerpt(span)}}, or braces around less of it`,
    );
  }
}

/** Letters of functions, and names such as λ_max, σ_g and P_Ω. */
const functionLike = /^(?:[fghφϕψΓ](?:_|$)|σ_|P_\{?Ω|.*_\{?(?:max|min)\}?$)/u;

/** A factor without the powers and transposes that follow it. */
const bare = (e: Surface): Surface =>
  e.kind === "transpose" || e.kind === "power" ? bare(e.body) : e;

/** The names that touch brackets, `f(x)` and `A(Bx)ᵀ`, with the place of the brackets. */
function* touchingBrackets(
  e: Of<"product">,
): Generator<{ name: Of<"name">; group: Of<"group">; at: number }> {
  for (const [i, { factor: name }] of e.factors.entries()) {
    const next = e.factors[i + 1];
    const group = next && bare(next.factor);
    if (name.kind !== "name" || next?.divides || group?.kind !== "group") continue;
    if (!/^[([]/u.test(excerpt(group.span))) continue;
    const between = textBetween(name, group).replace(/\\(?:left|[bB]igg?l?|!)|\s/gu, "");
    if (between === "") yield { name, group, at: i + 1 };
  }
}

function mayBeValue(name: Of<"name">, group: Of<"group">): Error {
  const [f, x] = [excerpt(name.span), excerpt(group.span)];
  return errors.noReading(
    { ...name.span, end: group.span.end },
    `${f}${x} may be a value of a function, and ${f} is not declared`,
    [],
    `${f}·${x} for the product`,
  );
}

/** `f(x)`, `φ(Wx + b)`, `L(θ)`, `x(1)`: no product to most readers. */
function refuseApplications(inference: Inference, e: Of<"product">): void {
  for (const [i, { factor }] of e.factors.entries()) {
    const next = e.factors[i + 1];
    const isMean = factor.kind === "name" && factor.name === "E" && inference.isFree(factor);
    if (
      isMean &&
      next &&
      textBetween(factor, next.factor) === "" &&
      bare(next.factor).kind === "norm"
    )
      throw errors.notInLanguage(factor.span, "expectations are not in the language");
  }
  for (const { name, group } of touchingBrackets(e)) {
    if (!inference.isFree(name) && !name.name.startsWith("I_")) continue;
    if (name.name === "E" && excerpt(group.span).startsWith("["))
      throw errors.notInLanguage(name.span, "expectations are not in the language");
    const isCall = functionLike.test(name.name) || ["name", "number"].includes(group.body.kind);
    if (isCall) throw mayBeValue(name, group);
  }
}

/** `ρ(Wx)`: a Greek letter before a product that is a vector is a function, as in `λ(wᵀw)` it is not. */
function refuseActivations(inference: Inference, e: Of<"product">, built: readonly Expr[]): void {
  for (const { name, group, at } of touchingBrackets(e)) {
    if (!inference.isFree(name) || isScalar(built[at]!) || group.body.kind !== "product") continue;
    if (/^\p{Script=Greek}/u.test(name.name) || name.name.includes("_"))
      throw mayBeValue(name, group);
  }
}

/** `1μ`, `b·1`: a factor of 1 says nothing, and is 𝟏 to its writer. */
function refuseOnes(inference: Inference, e: Of<"product">): void {
  const isOpen = ({ factor }: Factor): boolean => {
    const name = bare(factor);
    return name.kind === "name" && inference.isFree(name);
  };
  if (!e.factors.some(isOpen)) return;
  for (const [i, { factor, divides }] of e.factors.entries()) {
    const next = e.factors[i + 1];
    const isFraction = next?.divides === true;
    // ^(1T) is how the power T is told from a transpose.
    const isPower = next?.factor.kind === "name" && next.factor.name === "T";
    if (divides || isFraction || isPower || factor.kind !== "number") continue;
    if (textOf(factor.span) === "1")
      throw errors.noReading(
        factor.span,
        "a factor of 1 says nothing",
        [],
        "𝟏 (or ones) for a vector of ones",
      );
  }
}

/** Norms, bars, functions and brackets. */
const isClosed = (e: Surface): boolean =>
  e.kind === "subscript"
    ? isClosed(e.body)
    : ["norm", "bars", "call", "root", "inner"].includes(bare(e).kind);

/** `xᵀy/‖x‖‖y‖`, `‖x‖²/2‖y‖²`: the second factor is meant below the line, too. */
function refuseDivisions(e: Of<"product">): void {
  for (const [i, { divides, factor }] of e.factors.entries()) {
    const next = e.factors[i + 1];
    if (!divides || !next || next.divides || textBetween(factor, next.factor).trim() !== "")
      continue;
    const over = e.factors.slice(0, i).map((f) => f.factor);
    const isCoefficient = over.every((f) => f.kind === "number" || isNamePower(f));
    const goesOn = isCoefficient
      ? isClosed(factor) && isClosed(next.factor)
      : isClosed(next.factor) || bare(next.factor).kind === "group" || isRow(next.factor);
    if (!goesOn) continue;
    const span = { ...factor.span, end: next.factor.span.end };
    throw errors.noReading(
      span,
      `how much of ${excerpt(span)} is below the line is not clear`,
      [],
      `/(${excerpt(span)}), or brackets around the quotient`,
    );
  }
}

const isRow = (e: Surface): boolean =>
  e.kind === "transpose" && e.body.kind === "name" && /^\p{Ll}/u.test(e.body.name);

/** `tr(A)B` with a B that could only be a scalar: how far tr reaches is not clear. */
function refuseTraces(e: Of<"product">, built: readonly Expr[]): void {
  for (const [i, { factor }] of e.factors.entries()) {
    const next = e.factors[i + 1];
    const name = next && bare(next.factor);
    if (factor.kind !== "call" || factor.bare || !traceNames.has(factor.name) || next?.divides)
      continue;
    if (name?.kind !== "name" || !/^\p{Lu}/u.test(name.name) || mayCount(name.name)) continue;
    if (!isScalar(built[i + 1]!) || textBetween(factor, name).trim() !== "") continue;
    throw errors.bareArgument(factor.span, [factor.name], factor.args[0]!.span, name.span);
  }
}

/** Two small letters side by side of which one must be a scalar: the left one, or with * none. */
function noteCouples(inference: Inference, e: Of<"product">): void {
  const isOpen = (f: Surface): f is Of<"name"> =>
    f.kind === "name" && /^[a-z]/u.test(f.name) && inference.isFree(f);
  for (const [i, { factor: right, divides }] of e.factors.entries()) {
    const left = e.factors[i - 1];
    if (!left || divides || left.divides || !isOpen(left.factor) || !isOpen(right)) continue;
    inference.couples.push({
      left: left.factor.name,
      right: right.name,
      span: { ...left.factor.span, end: right.span.end },
      isStarred: textBetween(left.factor, right).includes("*"),
    });
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

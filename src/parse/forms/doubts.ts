/** @file Products that some read otherwise: what is refused, what is told, what is likely. */

import { errors, excerpt } from "../../diagnostics/errors.ts";
import { textOf } from "../../diagnostics/source.ts";
import type { Span } from "../../diagnostics/source.ts";
import { isScalar } from "../../expr/expr.ts";
import type { Expr } from "../../expr/expr.ts";
import { traceNames } from "../../ops/functions.ts";
import { namesIn } from "../definitions.ts";
import type { Inference, Of } from "../infer.ts";
import { splitDigits, splitIndices } from "../indices.ts";
import { isMatrixName, likely } from "../kinds.ts";
import { splitName } from "../names.ts";
import { literal } from "../surface.ts";
import type { Factor, Surface } from "../surface.ts";
import { classOf } from "../unify.ts";

/** Refuses what has two readings and tells which one is taken, before shapes are known. */
export function doubt(inference: Inference, e: Of<"product">): void {
  const sides = neighbours(e);
  refuseDots(inference, sides);
  refuseOpenExponents(inference, sides);
  refuseMeans(inference, sides);
  refuseApplications(inference, sides);
  refuseOnes(inference, e);
  refuseDivisions(sides);
  refusePi(inference, sides);
  likenVectors(inference, sides);
  noteCouples(inference, sides);
  tellRoots(inference, sides);
  tellSubscripts(inference, sides);
}

/** Refuses and tells what shapes have to be known for. */
export function doubtBuilt(inference: Inference, e: Of<"product">, built: readonly Expr[]): void {
  const sides = neighbours(e);
  tellDivisors(inference, sides, built);
  refuseActivations(inference, sides, built);
  refuseTraces(sides, built);
}

/** Two factors that stand side by side, and what was typed between them. */
interface Neighbours {
  readonly left: Factor;
  readonly right: Factor;
  /** The place of the right one. */
  readonly at: number;
  readonly between: string;
}

const neighbours = ({ factors }: Of<"product">): Neighbours[] =>
  factors.slice(1).map((right, i) => {
    const left = factors[i]!;
    return { left, right, at: i + 1, between: textBetween(left.factor, right.factor) };
  });

/** A small Latin letter of which nothing is known. */
const isOpenLetter = (inference: Inference, e: Surface): e is Of<"name"> =>
  e.kind === "name" && /^[a-z]/u.test(e.name) && inference.isFree(e);

/** From the start of one part to the end of another. */
const across = (left: Surface, right: Surface): Span => ({
  ...left.span,
  end: right.span.end,
});

const belowTheLine = (span: Span, otherwise: string): Error =>
  errors.noReading(
    span,
    `how much of ${excerpt(span)} is below the line is not clear`,
    [],
    `/(${excerpt(span)})${otherwise}`,
  );

/** π right of a matrix or a row is a vector to its writer. */
function refusePi(inference: Inference, sides: readonly Neighbours[]): void {
  for (const { left, right } of sides)
    if (
      !right.divides &&
      isConstantPi(inference, right.factor) &&
      (isMatrixName(left.factor) || left.factor.kind === "transpose") &&
      !isEntryName(inference, left.factor) &&
      !isScalarName(inference, left.factor)
    )
      throw notPi(right.factor.span);
}

/** A name that is a scalar by what is known so far. */
function isScalarName({ scope }: Inference, e: Surface): boolean {
  if (e.kind !== "name" || !scope.isKnown(e.name)) return false;
  const { declaredShape, shape } = scope.symbol(e.name, e.span);
  return classOf(declaredShape ?? shape) === "scalar";
}

/** A_{ij} of a name A that the problem has, where no A_{ij} is a name of its own. */
function isEntryName({ scope }: Inference, e: Surface): boolean {
  if (e.kind !== "name" || scope.isKnown(e.name)) return false;
  const { base, subscript } = splitName(e.name);
  const texts = subscript === null ? null : splitIndices(subscript);
  const count = texts?.length === 1 && splitDigits(texts[0]!) ? 2 : texts?.length;
  return scope.isKnown(base) && count === 2 && !texts!.includes(":");
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
function tellDivisors(
  inference: Inference,
  sides: readonly Neighbours[],
  built: readonly Expr[],
): void {
  for (const { left, right, at, between } of sides) {
    const [divisor, next] = [left.factor, right.factor];
    if (!left.divides || right.divides || !isNamePower(next) || !isScalar(built[at]!)) continue;
    if (divisor.kind !== "number" && !isNamePower(divisor)) continue;
    const [s, t] = [excerpt(divisor.span), excerpt(next.span)];
    if (between === "") throw belowTheLine(across(divisor, next), `  or  /${s}·${t}`);
    if (between.trim() === "")
      inference.notes.add(`/${s} ${t} is (…/${s})·${t}; below the line stands one factor`);
  }
}

/** `e^2α`, `e^-x^Tx`, `2^-x^Tx`: how much is in the exponent is not for us to guess. */
function refuseOpenExponents(inference: Inference, sides: readonly Neighbours[]): void {
  for (const { left, right, between } of sides) {
    const isTransposed = left.factor.kind === "transpose";
    const base = left.factor.kind === "transpose" ? left.factor.body : left.factor;
    if (right.divides || between !== "") continue;
    if (base.kind !== "power" || base.exponent.kind === "group") continue;
    const isEuler =
      base.body.kind === "name" && base.body.name === "e" && !inference.scope.isKnown("e");
    if (!isEuler && !(isTransposed && namesIn(base.exponent).size > 0)) continue;
    const span = across(base.exponent, right.factor);
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
  sides: readonly Neighbours[],
): Generator<{ name: Of<"name">; group: Of<"group">; at: number }> {
  for (const { left, right, at } of sides) {
    const [name, group] = [left.factor, bare(right.factor)];
    if (name.kind !== "name" || right.divides || group.kind !== "group") continue;
    if (!/^[([]/u.test(excerpt(group.span))) continue;
    const between = textBetween(name, group).replace(/\\(?:left|[bB]igg?l?|!)|\s/gu, "");
    if (between === "") yield { name, group, at };
  }
}

function mayBeValue(name: Of<"name">, group: Of<"group">): Error {
  const [f, x] = [excerpt(name.span), excerpt(group.span)];
  return errors.noReading(
    across(name, group),
    `${f}${x} may be a value of a function, and ${f} is not declared`,
    [],
    `${f}·${x} for the product`,
  );
}

const namesInBrackets =
  /^\[\s*[^\s[\](){}+\-−*/·⊙⊗^=<>|‖;,\\]+(?:\s+[^\s[\](){}+\-−*/·⊙⊗^=<>|‖;,\\]+)+\s*\]$/u;

/** `[x_1 x_2]`: names side by side in square brackets are blocks of a matrix, and no product. */
export function refuseBlocks({ span }: Of<"group">): void {
  const text = textOf(span);
  if (!namesInBrackets.test(text)) return;
  if (/^\s*[_₀-₉ᵢⱼ]/u.test(span.source.text.slice(span.end))) return;
  throw errors.notInLanguage(
    span,
    `${text} of names would be a matrix of blocks`,
    `(${text.slice(1, -1).trim()}) for the product`,
  );
}

/** `E‖y − Wx‖²` and `E[…]` are means. */
function refuseMeans(inference: Inference, sides: readonly Neighbours[]): void {
  for (const { left, right, between } of sides) {
    const { factor } = left;
    if (factor.kind !== "name" || factor.name !== "E" || !inference.isFree(factor)) continue;
    const of = bare(right.factor);
    const isBracketed = of.kind === "group" && excerpt(of.span).startsWith("[");
    if (isBracketed || (between === "" && of.kind === "norm"))
      throw errors.notInLanguage(factor.span, "expectations are not in the language");
  }
}

/** `f(x)`, `φ(Wx + b)`, `L(θ)`, `x(1)`: no product to most readers. */
function refuseApplications(inference: Inference, sides: readonly Neighbours[]): void {
  for (const { name, group } of touchingBrackets(sides)) {
    if (!inference.isFree(name) && !name.name.startsWith("I_")) continue;
    const isCall = functionLike.test(name.name) || ["name", "number"].includes(group.body.kind);
    if (isCall) throw mayBeValue(name, group);
  }
}

/** Letters of matrices that are more often those of functions, or of means. */
const capitalFunction = /^[EFGHΦΨ]$/u;

/**
 * `ρ(Wx)`: a Greek letter before a product that is a vector is a function, as in `λ(wᵀw)` it is not; so is F
 * there, and E before a scalar.
 */
function refuseActivations(
  inference: Inference,
  sides: readonly Neighbours[],
  built: readonly Expr[],
): void {
  for (const { name, group, at } of touchingBrackets(sides)) {
    if (!inference.isFree(name)) continue;
    if (capitalFunction.test(name.name)) {
      if (isScalar(built[at]!) || group.body.kind === "product") throw mayBeValue(name, group);
      continue;
    }
    if (isScalar(built[at]!) || group.body.kind !== "product") continue;
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
function refuseDivisions(sides: readonly Neighbours[]): void {
  // Whether numbers and names alone stand before the left one: 1/2, λ/2.
  let isCoefficient = true;
  for (const { left, right, between } of sides) {
    const [factor, next] = [left.factor, right.factor];
    const wasCoefficient = isCoefficient;
    isCoefficient &&= factor.kind === "number" || isNamePower(factor);
    if (!left.divides || right.divides || between.trim() !== "") continue;
    const goesOn = wasCoefficient
      ? isClosed(factor) && isClosed(next)
      : isClosed(next) || bare(next).kind === "group" || isRow(next);
    if (goesOn) throw belowTheLine(across(factor, next), ", or brackets around the quotient");
  }
}

const isRow = (e: Surface): boolean =>
  e.kind === "transpose" && e.body.kind === "name" && /^\p{Ll}/u.test(e.body.name);

/** `tr(A)B` with a B that could only be a scalar, or `tr (A)B`: how far tr reaches is not clear. */
function refuseTraces(sides: readonly Neighbours[], built: readonly Expr[]): void {
  for (const { left, right, at } of sides) {
    const [{ factor }, name] = [left, bare(right.factor)];
    if (factor.kind !== "call" || factor.bare || !traceNames.has(factor.name)) continue;
    if (right.divides || !isMatrixName(name) || isEntry(built[at]!)) continue;
    if (!isScalar(built[at]!) && !/^[^\s([]+\s+[([]/u.test(textOf(factor.span))) continue;
    if (textBetween(factor, name).trim() === "")
      throw errors.bareArgument(factor.span, [factor.name], factor.args[0]!.span, name.span);
  }
}

/** A_{ij} or a power of it, which is a scalar by its indices. */
const isEntry = (e: Expr): boolean =>
  e.kind === "apply" &&
  (e.op.notation.kind === "entry" || (e.op.notation.kind === "power" && isEntry(e.args[0]!)));

/** Two small letters side by side of which one must be a scalar: the left one, or with * none. */
function noteCouples(inference: Inference, sides: readonly Neighbours[]): void {
  for (const { left, right, between } of sides) {
    if (left.divides || right.divides) continue;
    if (!isOpenLetter(inference, left.factor) || !isOpenLetter(inference, right.factor)) continue;
    inference.couples.push({
      left: left.factor.name,
      right: right.factor.name,
      span: across(left.factor, right.factor),
      isStarred: between.includes("*"),
    });
  }
}

/** What stands right of a matrix is a vector to most readers: `Xβ`, `Wθ`. */
function likenVectors(inference: Inference, sides: readonly Neighbours[]): void {
  for (const { left, right } of sides) {
    const { factor } = right;
    const matrix = left.factor.kind === "transpose" ? left.factor.body : left.factor;
    if (left.divides || right.divides || !isMatrix(matrix)) continue;
    // R_i of many is a number, or a vector itself.
    const below = matrix.kind === "name" ? splitName(matrix.name).subscript : null;
    if (below !== null && inference.bound.has(below)) continue;
    if (factor.kind === "name" && isMatrixName(matrix)) {
      if (inference.isFree(factor)) inference.likely.stands(factor, likely.rightOfMatrix);
    } else if (!holdsNumber(factor)) inference.likely.stands(factor, likely.besideMatrix);
  }
}

/** A matrix by its letter, or a bracket with one: I − P. */
const isMatrix = (e: Surface): boolean =>
  e.kind === "group"
    ? isMatrix(e.body)
    : e.kind === "sum"
      ? e.terms.some(({ term }) => isMatrix(term))
      : isMatrixName(e);

/** A bracket in which a number is added: A(1 − t). */
const holdsNumber = (e: Surface): boolean =>
  e.kind === "group"
    ? holdsNumber(e.body)
    : e.kind === "sum" && e.terms.some(({ term }) => term.kind === "number");

/** `Σ_xy` is Σ_x times y: a subscript without braces is one letter. */
function tellSubscripts(inference: Inference, sides: readonly Neighbours[]): void {
  for (const { left, right, between } of sides) {
    const [name, next] = [left.factor, bare(right.factor)];
    if (name.kind !== "name" || next.kind !== "name" || between !== "") continue;
    const [head, tail] = [textOf(name.span), textOf(next.span)];
    const isShort = /_[a-z]$/u.test(head) && /^[a-z]$/u.test(tail);
    if (isShort && !inference.bound.has(head.at(-1)!))
      inference.notes.add(
        `${head}${tail} is ${head} times ${tail}; one name is ${head.slice(0, -1)}{${head.at(-1)}${tail}}`,
      );
  }
}

/** `x^1/2` is x¹/2 by the order of operations, and may be meant as a root. */
function tellRoots(inference: Inference, sides: readonly Neighbours[]): void {
  for (const { left, right } of sides) {
    const { factor } = left;
    if (factor.kind !== "power" || factor.exponent.kind === "group") continue;
    if (!right.divides || right.factor.kind !== "number") continue;
    const typed = literal(factor.exponent);
    if (typed !== 1n && typed !== -1n) continue;
    const [base, p] = [excerpt(factor.body.span), excerpt(factor.exponent.span)];
    const q = excerpt(right.factor.span);
    inference.notes.add(
      `${base}^${p}/${q} is (${base}^${p})/${q}; the power is ${base}^{${p}/${q}}`,
    );
  }
}

/** `x · y` of two small letters of which nothing is known: columns to one reader, scalars to another. */
function refuseDots(inference: Inference, sides: readonly Neighbours[]): void {
  for (const { left, right } of sides) {
    if (!right.dotted) continue;
    if (!isOpenLetter(inference, left.factor) || !isOpenLetter(inference, right.factor)) continue;
    const [s, t] = [excerpt(left.factor.span), excerpt(right.factor.span)];
    throw errors.noReading(
      across(left.factor, right.factor),
      `${s} · ${t} may be an inner product or a product of scalars`,
      [],
      `${s}ᵀ${t} for the inner product, or declare  ${s}, ${t}: scalar`,
    );
  }
}

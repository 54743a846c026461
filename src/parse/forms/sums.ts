/** @file Sums: every term has one shape. */

import { errors, excerpt } from "../../diagnostics/errors.ts";
import { textOf } from "../../diagnostics/source.ts";
import { add } from "../../ops/arithmetic.ts";
import { negative } from "../build.ts";
import * as demand from "../constraints.ts";
import { standsFree } from "../definitions.ts";
import type { Inference, Of, Typed } from "../infer.ts";
import { isConstantPi, notPi } from "./doubts.ts";
import type { Surface } from "../surface.ts";
import { classOf, extentOf, scalarTerm } from "../unify.ts";
import type { ShapeTerm } from "../unify.ts";

export function sumForm(inference: Inference, e: Of<"sum">): Typed {
  refuseLooseIndex(inference, e);
  const terms = e.terms.map(({ term }) =>
    isNumber(term)
      ? { ...inference.visit(term), shape: inference.solver.shape() }
      : inference.visit(term),
  );
  refusePrimed(inference, e);
  refuseNumbersAmongNames(inference, e);
  const shape = terms[0]!.shape;
  for (const [i, term] of terms.entries()) {
    if (i === 0) continue;
    const [a, b] = [terms[i - 1]!, term];
    inference.solver.require(
      demand.same(shape, term.shape, "it is added to a scalar", () =>
        cannotAdd(inference, e, a, b, i),
      ),
    );
  }
  for (const [i, { term }] of e.terms.entries())
    if (isNumber(term)) {
      const of = terms[i]!.shape;
      const clash = (): Error => numberAmong(inference, e, i, of);
      const constraint = demand.scalar(of, "it is added to a scalar", clash);
      inference.solver.require(constraint);
      inference.numbers.push({ shape: of, constraint });
    }
  return {
    shape,
    span: e.span,
    build: () =>
      add(
        ...terms.map((term, i) => (e.terms[i]!.negative ? negative(term.build()) : term.build())),
      ),
  };
}

function cannotAdd(inference: Inference, e: Of<"sum">, a: Typed, b: Typed, i: number): Error {
  const [left, right] = [e.terms[i - 1]!.term, e.terms[i]!.term];
  const scalars = [a, b].filter((t) => classOf(t.shape) === "scalar");
  const message = sentence(inference, e, i, [a.shape, b.shape]);
  let hint: string | undefined;
  if ([left, right].some(hasOne)) hint = "𝟏 (or ones) for a vector of ones";
  else if (scalars.length === 1) {
    hint = classOf(a.shape) === "scalar" ? spreadHint(left, b.shape) : spreadHint(right, a.shape);
  } else {
    const free = [right, left].find(
      (s) =>
        s.kind === "name" &&
        inference.scope.isKnown(s.name) &&
        inference.scope.symbol(s.name, s.span).origin === "free",
    );
    const other = free === right ? a : b;
    if (free)
      hint = `declare it:  ${excerpt(free.span)}: ${inference.show(other.shape).replace(/×1$/u, "")}`;
  }
  return errors.shapesDiffer(
    { source: left.span.source, start: left.span.start, end: right.span.end },
    message,
    inference.sources(right, left),
    hint,
  );
}

/** `1μᵀ`, of which the 1 says nothing. */
const hasOne = (e: Surface): boolean =>
  e.kind === "product" &&
  e.factors.some(({ factor, divides }) => !divides && textOf(factor.span) === "1");

function sentence(
  inference: Inference,
  e: Of<"sum">,
  i: number,
  shapes: readonly [ShapeTerm, ShapeTerm],
): string {
  const left = inference.describe(e.terms[i - 1]!.term, shapes[0]);
  const right = inference.describe(e.terms[i]!.term, shapes[1]);
  return e.terms[i]!.negative
    ? `cannot subtract ${right} from ${left}`
    : `cannot add ${left} and ${right}`;
}

/** How a scalar is spread over something of that shape. */
function spreadHint(scalar: Surface, over: ShapeTerm): string {
  const text = excerpt(scalar.span);
  const isVector = extentOf(over[1]) === "one";
  if (text === "1" && isVector) return "write 𝟏 (or ones) for 1";
  const c = text === "1" ? "" : /^[\w.α-ω]+$/u.test(text) ? text : `(${text})`;
  return isVector ? `${c}𝟏` : `${c}𝟏𝟏ᵀ for every entry, ${c}I for the diagonal`;
}

const isNumber = (e: Surface): boolean => e.kind === "number" && e.value.numerator !== 0n;

/** A number among vectors or matrices. */
function numberAmong(inference: Inference, e: Of<"sum">, at: number, shape: ShapeTerm): Error {
  const i = Math.max(at, 1);
  const [left, right] = [e.terms[i - 1]!.term, e.terms[i]!.term];
  return errors.shapesDiffer(
    { source: left.span.source, start: left.span.start, end: right.span.end },
    sentence(inference, e, i, at === 0 ? [scalarTerm, shape] : [shape, scalarTerm]),
    inference.sources(right, left),
    spreadHint(e.terms[at]!.term, shape),
  );
}

/** `Σ_i y_i log p_i + (1 − y_i) log(1 − p_i)`: the sum ends before +, and the i goes on. */
function refuseLooseIndex(inference: Inference, e: Of<"sum">): void {
  for (const [k, { term }] of e.terms.entries())
    for (const letter of lastBound(term)) {
      if (inference.isIndex(letter)) continue;
      // b_{in} may be a name.
      const isName = (name: string): boolean => inference.scope.isKnown(name);
      const loose = e.terms.slice(k + 1).find((later) => standsFree(letter, later.term, isName));
      if (loose)
        throw errors.noReading(
          loose.term.span,
          `${letter} stands outside Σ_${letter}: the sum ends before ${loose.negative ? "−" : "+"}`,
          [],
          `Σ_${letter} (…) for the whole, or another letter for one fixed index`,
        );
    }
}

/** The letters of the sum that a term ends with. */
function lastBound(e: Surface): readonly string[] {
  if (e.kind === "negate") return lastBound(e.body);
  if (e.kind === "product") return lastBound(e.factors.at(-1)!.factor);
  return e.kind === "indexed-sum" ? [...e.bounds.letters, ...lastBound(e.body)] : [];
}

/** `x − x′`: a second point to its writer, and a transpose in the language. */
function refusePrimed(inference: Inference, e: Of<"sum">): void {
  const names = new Set(e.terms.flatMap(({ term }) => (term.kind === "name" ? [term.name] : [])));
  for (const { term } of e.terms) {
    if (term.kind !== "transpose" || term.body.kind !== "name" || !names.has(term.body.name))
      continue;
    if (!/['′’]$/u.test(textOf(term.span)) || !inference.isFree(term.body)) continue;
    if (/^\p{Lu}/u.test(term.body.name)) continue;
    throw errors.noReading(
      term.span,
      `${excerpt(term.span)} is the transpose of ${term.body.name}, and both stand in one sum`,
      [],
      `another name for another point:  ${term.body.name}_0`,
    );
  }
}

/** `π − μ`, `x − n`: a name that is a number here, beside names of which nothing is known. */
function refuseNumbersAmongNames(inference: Inference, e: Of<"sum">): void {
  const names = e.terms.flatMap(({ term }) => (term.kind === "name" ? [term] : []));
  if (!names.some((name) => inference.isFree(name))) return;
  for (const name of names) {
    if (isConstantPi(inference, name)) throw notPi(name.span);
    if (!inference.scope.isKnown(name.name) && inference.scope.isDimension(name.name))
      inference.notes.add(`${name.name} is the dimension, a number`);
  }
}

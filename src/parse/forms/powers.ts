/** @file Powers: of scalars, of square matrices, of e. */

import { isComposed } from "../infer.ts";
import { errors, excerpt } from "../../diagnostics/errors.ts";
import type { Span } from "../../diagnostics/source.ts";
import { isApply, isScalar } from "../../expr/expr.ts";
import type { Expr } from "../../expr/expr.ts";
import { has, property } from "../../expr/properties.ts";
import { isInteger, show as showRational } from "../../expr/rational.ts";
import { exp } from "../../ops/elementwise.ts";
import { isWhole, largestExponent, matrixPower, pseudoinverse, toPower } from "../../ops/matrix.ts";
import { one } from "../../expr/dimension.ts";
import { raised } from "../build.ts";
import * as demand from "../constraints.ts";
import type { Inference, Of, Typed } from "../infer.ts";
import { isMatrixName } from "../kinds.ts";
import { literal } from "../surface.ts";
import type { Surface } from "../surface.ts";
import { extentOf } from "../unify.ts";
import { isTrace } from "./calls.ts";
import { isNormLike, squaredNormForm } from "./brackets.ts";

export function powerForm(inference: Inference, e: Of<"power">): Typed {
  const { body, exponent } = e;
  if (body.kind === "group" && body.brace && isComposed(body.body))
    throw errors.powerOfBraces(e.span, excerpt(body.body.span), `^${shownExponent(exponent)}`);
  if (body.kind === "power" && literal(exponent) !== -1n && literal(body.exponent) !== -1n)
    throw errors.stackedPowers(e.span, excerpt(body.span));
  if (body.kind === "root" && body.body.kind !== "group") throw errors.rootOfPower(e.span);
  if (body.kind === "name" && body.name === "e" && !inference.scope.isKnown("e"))
    return exponentialForm(inference, e);
  const inside =
    isNormLike(body) && literal(exponent) === 2n ? squaredNormForm(inference, body, e.span) : null;
  if (inside) return inside;
  if (body.kind === "name" && /^\p{Lu}/u.test(body.name) && literal(exponent) === 1n)
    throw errors.noReading(
      e.span,
      "a power of 1 is no power",
      [],
      `${excerpt(body.span)}_1 or ${excerpt(body.span)}^{(1)} for a name of its own`,
    );
  inference.powers.push(e);
  const typed = inference.visit(body);
  const raisedTo = inference.scalar(exponent, "an exponent");
  const above = exponent.kind === "group" ? exponent.body : exponent;
  if (above.kind === "name" && above.name === "H" && inference.isFree(above))
    throw errors.notInLanguage(e.span, "matrices are real: ^H, the conjugate transpose, is ^T");
  if (above.kind === "name" && above.name === "t" && inference.isFree(above))
    inference.notes.add(`${excerpt(e.span)} is a power; a transpose is ${excerpt(body.span)}^T`);
  if (literal(exponent) === -1n && isTrace(body))
    inference.notes.add(`${excerpt(e.span)} is 1/${excerpt(body.span)}`);
  if (body.kind === "call" && !body.bare && (body.name === "log" || body.name === "ln"))
    inference.notes.add(`${excerpt(e.span)} is a power of ${excerpt(body.span)}`);
  inference.solver.require(
    demand.square(typed.shape, `it is raised to a power in ${excerpt(e.span)}`, () =>
      cannotRaise(inference, e, typed),
    ),
  );
  return {
    shape: typed.shape,
    span: e.span,
    build: () => raise(inference, typed.build(), raisedTo.build(), e.span),
  };
}

/** `A⁺`, `A^\dagger`. */
export function pseudoinverseForm(inference: Inference, e: Of<"pseudoinverse">): Typed {
  const { shape, build } = inference.visit(e.body);
  return { shape: [shape[1], shape[0]], span: e.span, build: () => pseudoinverse(build()) };
}

function cannotRaise(inference: Inference, e: Of<"power">, typed: Typed): Error {
  const isInverse = literal(e.exponent) === -1n;
  const isVector = extentOf(typed.shape[0]) === "one" || extentOf(typed.shape[1]) === "one";
  const shape = inference.describe(e.body, typed.shape);
  const notes = inference.sources(e.body);
  if (!isInverse && isVector) return vectorRaised(e, shape, notes);
  return errors.shapesDiffer(
    e.span,
    isInverse
      ? `only a square matrix has an inverse, and ${shape} is not square`
      : `${shape} has no power: only scalars and square matrices have`,
    notes,
    isInverse ? undefined : entrywise(e),
  );
}

/** (y − Xw)², with `what` is raised there. */
export const vectorRaised = (e: Of<"power">, what: string, notes: string[]): Error =>
  errors.shapesDiffer(
    e.span,
    `${what} has no power: only scalars and square matrices have`,
    notes,
    `${entrywise(e)}, ‖${bareText(e.body)}‖² for the squared norm`,
  );

const entrywise = (e: Of<"power">): string =>
  `${excerpt(e.body.span)}.^${shownExponent(e.exponent)} entry by entry`;

/** The text without the brackets around it. */
const bareText = (e: Surface): string => excerpt(e.kind === "group" ? e.body.span : e.span);

function raise(inference: Inference, x: Expr, p: Expr, span: Span): Expr {
  if (isScalar(x)) return raised(x, p);
  if (p.kind === "num" && isInteger(p.value)) {
    const k = Number(p.value.numerator);
    const inner = isApply(x, matrixPower) && x.args[1]!.kind === "num" ? x.args[1]!.value : null;
    if (Math.abs(k * Number(inner?.numerator ?? 1n)) > largestExponent)
      throw errors.notYet(span, `a matrix power above ${largestExponent}`);
  } else if (!isWhole(p) && !has(x.properties, property.psd))
    throw errors.noReading(
      span,
      "a power of a matrix that is not a whole number needs a positive semidefinite matrix",
      [],
      p.kind === "sym"
        ? `declare the exponent  ${p.name}: integer  or the matrix posdef`
        : x.kind === "sym"
          ? "declare the matrix posdef"
          : "declare what it is made of: matrices posdef, scalars positive",
    );
  return toPower(x, p);
}

/** `e^{At}`: t is time, and not a vector right of A. */
function holdsTime(inference: Inference, e: Surface): boolean {
  if (e.kind === "group" || e.kind === "negate") return holdsTime(inference, e.body);
  if (e.kind !== "product") return false;
  const factors = e.factors.map(({ factor }) => factor);
  const isTime = (f: Surface): boolean =>
    f.kind === "name" && f.name === "t" && inference.isFree(f);
  return factors.some(isTime) && factors.some(isMatrixName);
}

function exponentialForm(inference: Inference, e: Of<"power">): Typed {
  inference.exponentials.push(e.body.span);
  const text = excerpt(e.exponent.span).replace(/^\{(.*)\}$/u, "$1");
  const doubt = (): Error =>
    errors.noReading(
      e.span,
      `${excerpt(e.span)} may be the matrix exponential`,
      [],
      `exp(${text}) entry by entry, expm(${text}) for the matrix exponential`,
    );
  const exponent = inference.visit(e.exponent);
  if (holdsTime(inference, e.exponent)) throw doubt();
  return {
    shape: exponent.shape,
    span: e.span,
    build: () => {
      const x = exponent.build();
      if (x.shape[0] !== one && x.shape[1] !== one) throw doubt();
      return exp(x);
    },
  };
}

/** An exponent as it is typed after `^`. */
const shownExponent = (e: Surface): string =>
  e.kind === "group"
    ? shownExponent(e.body)
    : e.kind === "number"
      ? showRational(e.value)
      : excerpt(e.span);

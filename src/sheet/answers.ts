/** @file Answers by hand, compared with what is derived. */

import type { Derivative, Spelled } from "../derive/options.ts";
import { derivatives } from "../derive/index.ts";
import { errors, NablaError } from "../diagnostics/errors.ts";
import { sameShape, showShape } from "../expr/dimension.ts";
import type { Expr } from "../expr/expr.ts";
import { substitution } from "../expr/walk.ts";
import { compared } from "../numeric/equations.ts";
import { parseIn } from "../parse/index.ts";
import type { Problem } from "../parse/problem.ts";
import { variableOf } from "../parse/variables.ts";
import { toAscii, toLatex, toUnicode } from "../print/index.ts";
import { cotangentsIn, lossName } from "../steps/names.ts";
import type { SheetFence } from "./source.ts";

/** What is said of an answer. */
export interface Judgement {
  /** null where its shapes do not fit together: it stands as it was typed. */
  readonly answer: Spelled | null;
  readonly expected: Derivative;
  readonly isRight: boolean;
  /** Why it is not, where more is known. */
  readonly reason: string | null;
}

/** Compares the answer of a fence with what the problem before it derives. */
export function judged(
  { body, options, span }: SheetFence,
  derived: { readonly problem: Problem; readonly found: readonly Derivative[] } | null,
): Judgement {
  if (derived === null) throw errors.answerAlone(span);
  const { problem, found } = derived;
  const expected =
    options.wrt === undefined ? found[0] : found.find((d) => d.variable.name === options.wrt);
  if (!expected)
    throw errors.answerOfOther(
      span,
      found.map((d) => d.variable.name),
    );
  const read = readAnswer(body, problem);
  if (read instanceof NablaError) {
    const { message, hint } = read.diagnostic;
    const reason = hint === undefined ? message : `${message}; ${hint}`;
    return { answer: null, expected, isRight: false, reason };
  }
  const answer = { unicode: toUnicode(read), ascii: toAscii(read), latex: toLatex(read) };
  if (!sameShape(read.shape, expected.shape))
    return {
      answer,
      expected,
      isRight: false,
      reason: `it is ${showShape(read.shape)}, and the result ${showShape(expected.shape)}`,
    };
  const outcome = compared(
    withoutCotangents(read, expected.expr, problem),
    expected.expr,
    options.seed ?? 1,
  );
  if (outcome === "nowhere") throw errors.noPoint(["the answer and the result were not compared"]);
  return { answer, expected, isRight: outcome === "equal", reason: null };
}

/** An answer, or why its shapes do not fit together. */
function readAnswer(text: string, problem: Problem): Expr | NablaError {
  try {
    return parseIn(problem, { role: "answer", text });
  } catch (error) {
    if (error instanceof NablaError && error.diagnostic.code === "shapes-differ") return error;
    throw error;
  }
}

/** An answer in terms of ∂L/∂z, with what that is; what the result is in terms of stays. */
function withoutCotangents(answer: Expr, result: Expr, problem: Problem): Expr {
  const loss = lossName(problem);
  const given = new Set([...cotangentsIn(problem.objective), ...cotangentsIn(result)]);
  const known = cotangentsIn(answer).flatMap((s): [Expr, Expr][] => {
    const { of, by } = s.cotangent!;
    if (given.has(s) || of !== loss || by.kind !== "sym") return [];
    const [gradient] = derivatives(problem, [variableOf(by)], { kind: "gradient", verify: false });
    return [[s, gradient!.expr]];
  });
  return substitution(known)(answer);
}

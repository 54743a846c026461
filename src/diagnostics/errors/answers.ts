/** @file Errors of answers that are checked. */

import type { Span } from "../source.ts";
import { error } from "../wording.ts";

export const ofAnswers = {
  noAnswer: () =>
    error("empty", "there is no answer to be checked", {
      hint: 'nabla check "xᵀAx" --wrt x --answer "2Ax"',
    }),
  emptyAnswer: (span: Span) =>
    error("empty", "there is no answer", { span, hint: '--answer "2Ax"' }),
  answerToSeveral: (names: readonly string[]) =>
    error(
      "several-variables",
      `an answer is by one variable, and ${names.join(", ")} are asked for`,
      {
        hint: `--wrt ${names[0]}`,
      },
    ),
  twoAnswers: (span: Span) =>
    error("two-answers", "this is a second answer", {
      span,
      hint: "lines that lead to an answer are checked with --derivation",
    }),
  redefined: (span: Span, name: string, isDefined: boolean) =>
    error(
      "redefined",
      isDefined ? `${name} is defined already` : `${name} has its meaning in the problem`,
      { span, hint: `leave the line out, or take another name for it` },
    ),
  cycleInAnswer: (span: Span, names: readonly string[]) =>
    error("cycle", `${names.join(", ")} are defined by one another`, { span }),
  answerByOther: (span: Span, said: string, asked: string) =>
    error(
      "other-variable",
      `this is said to be the derivative by ${said}, and ${asked} is asked for`,
      {
        span,
        hint: `--wrt ${said}`,
      },
    ),
  answerOfOtherName: (span: Span, name: string) =>
    error(
      "other-variable",
      `this is said to be a derivative of ${name}, which is not what is derived`,
      {
        span,
        hint: "lines that lead to an answer are checked with --derivation",
      },
    ),
  notOfLoss: (symbol: string, of: string, loss: string) =>
    error(
      "other-variable",
      `${symbol} is a derivative of ${of}, and in an answer only those of ${loss} stand as symbols`,
      {
        hint: "write it out",
      },
    ),
  answerIsHessian: (span: Span, isAsked: boolean) =>
    error("other-kind", `this is said to be a ${isAsked ? "first" : "second"} derivative`, {
      span,
      hint: isAsked ? "∇² for the Hessian, which is asked for" : "--kind hessian",
    }),
  circularAnswer: (symbol: string) =>
    error("circular", `${symbol} is what is asked for, and no answer to it`, {
      hint: "write it out",
    }),
  equationForPoint: (span: Span, name: string) =>
    error("equation-for-point", `this is an equation, and a stationary point is what ${name} is`, {
      span,
      hint: `${name} = …;  equations on the way are checked with --derivation`,
    }),
  noPartOfLoss: (span: Span | null, part: string) =>
    error("no-part", `${part} is no part of what is derived`, {
      ...(span && { span }),
      hint: "a part is written as it stands in the problem",
    }),
  otherEntry: (span: Span) =>
    error("other-entry", "this is said to be of some entries, and all are asked for", {
      span,
      hint: "∂y_i/∂x_j = … with an index for each side, or ∂y/∂x = … for all",
    }),
  answerIsDerivative: (span: Span, name: string) =>
    error("other-kind", "this says what a derivative is, and the stationary point is asked for", {
      span,
      hint: `${name} = …`,
    }),
  unreadLeft: (span: Span) =>
    error("unread-left", "what this answer is said to be of cannot be read", {
      span,
      hint: "∇_x f = …, ∂f/∂x = …, or the answer alone",
    }),
  answerIsStationary: (span: Span, name: string) =>
    error("other-kind", `this says what ${name} is, and a derivative by it is asked for`, {
      span,
      hint: "--kind stationary",
    }),
  numbersAlone: (span: Span, missing: readonly string[]) =>
    error(
      "numbers-alone",
      `numbers are compared with numbers, and the problem gives none for ${missing.join(", ")}`,
      { span },
    ),
  manySides: (span: Span, limit: number) =>
    error("too-long", `an equation of more than ${limit} sides is not read`, { span }),
  noExpression: (span: Span) =>
    error("no-expression", "an expression is expected here", {
      span,
      hint: "an answer declares nothing: its own names are defined, as in  P = Wx; …",
    }),
  mapOfNothing: (span: Span) =>
    error("map-of-nothing", "the arrow of a linear map stands between a name and its image", {
      span,
      hint: "Δ ↦ AΔB",
    }),
  badCase: (span: Span) =>
    error("bad-case", "cases are told by two indices, each case once", {
      span,
      hint: "i = j: β y_i (1 − y_i); i ≠ j: −β y_i y_j",
    }),
  notCompared: () =>
    error("no-point", "no point was found at which the answer could be compared with the result", {
      hint: "declare what the names are: positive, posdef, …",
      exit: 3,
    }),
} as const;

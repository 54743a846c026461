/** @file Errors of what is asked: variables, kinds, options, and rules that are given. */

import type { Span } from "../source.ts";
import { among, didYouMean, error, excerpt, quoted } from "../wording.ts";

export const ofAsking = {
  noVariable: () =>
    error("no-variable", "by which variable?", { hint: "--wrt W, or a leading ∇_W" }),
  unknownVariable: (span: Span, name: string, close: string | null) =>
    error("unknown-variable", `${name} is not a name of the problem`, {
      span,
      hint: didYouMean(close),
    }),
  notAVariable: (span: Span, text: string) =>
    error("not-a-variable", `${quoted(text)} is not a variable`, {
      span,
      hint: "--wrt takes names: --wrt W,b",
    }),
  notAVector: (span: Span, text: string) =>
    error("not-a-variable", `${quoted(text)} is not a name of its own`, {
      span,
      hint: "--hvp takes a name that the problem knows as a vector, or does not know: --hvp v",
    }),
  unknownKind: (kind: string) =>
    error("unknown-kind", `${quoted(kind)} is not a kind of derivative`, {
      hint: "gradient, jacobian, hessian or stationary",
    }),
  unknownUpstream: (name: string, near: string | null) =>
    error("unknown-upstream", `--upstream ${name}: the problem has no such name`, {
      hint: didYouMean(near),
    }),
  idleUpstream: (name: string) =>
    error("idle-upstream", `--upstream ${name}: the objective does not depend on ${name}`, {
      hint: `without it the gradient is that of the objective`,
    }),
  pathOfPart: (name: string, whole: string) =>
    error("path-of-part", `paths lead from names, and ${name} is a part of ${whole}`, {
      hint: `--paths ${whole}`,
    }),
  badOption: (option: string, expected: string) =>
    error("bad-option", `${option} takes ${expected}`),
  noOption: (name: string, known: readonly string[]) =>
    error("bad-option", `there is no option ${quoted(name)}`, among(name, known)),
  notBesideLines: (what: string) =>
    error("bad-option", `${what} says nothing beside --jsonl`, {
      hint: "each line of the input says what it asks",
    }),
  badRequest: (reason: string) =>
    error("bad-request", reason, {
      hint: '{"id": 1, "statements": [], "expr": "tr X", "wrt": "X"}',
    }),
  ruleWithoutEquation: (span: Span) =>
    error("given-rule", `${quoted(excerpt(span).trim())} is no equation`, {
      span,
      hint: "given: Z = XY ⇒ ∂L/∂X = (∂L/∂Z)Yᵀ, ∂L/∂Y = Xᵀ∂L/∂Z",
    }),
  ruleOfNothing: (span: Span) =>
    error(
      "given-rule",
      "a rule says what flows to the names of one operation, given what flows to its value",
      {
        span,
        hint: "given: Z = XY ⇒ ∂L/∂X = (∂L/∂Z)Yᵀ, ∂L/∂Y = Xᵀ∂L/∂Z",
      },
    ),
  ruleIsWrong: (span: Span, found: string) =>
    error("given-rule", "the rule that is given does not hold", {
      span,
      notes: [`what holds is ${found}`],
      exit: 3,
    }),
} as const;

/** @file Errors of how a formula is written: exponents, subscripts, norms, functions and their arguments. */

import type { Span } from "../source.ts";
import { error, excerpt } from "../wording.ts";

export const ofNotation = {
  longSubscript: (span: Span, text: string) =>
    error("long-subscript", "a subscript without braces is one letter or a run of digits", {
      span,
      hint: `_{${text}}`,
    }),
  longExponent: (span: Span, text: string) =>
    error("long-exponent", "an exponent without braces is one name or one number", {
      span,
      hint: /^[tH][A-Za-z]/u.test(text)
        ? `^T ${text.slice(1)} for the transpose, ^{${text}} for a power`
        : `^{${text}} for all of it, ^${text[0]} ${text.slice(1)} for the first letter`,
    }),
  badExponent: (span: Span) => error("bad-exponent", "this exponent cannot be read", { span }),
  badSubscript: (span: Span) => error("bad-subscript", "this subscript cannot be read", { span }),
  otherNorm: (span: Span, kind: string) =>
    error("bad-norm", `the norm ‖·‖_${kind} is not in the language`, {
      span,
      hint: /^\d/u.test(kind)
        ? "‖·‖_1, ‖·‖_2, ‖·‖_F, ‖·‖_∞ and ‖·‖_* are"
        : `√(vᵀ${kind}v) for the norm of v that a matrix ${kind} gives`,
    }),
  badNorm: (span: Span, text: string) =>
    error("bad-norm", `${text} names no norm`, {
      span,
      hint: "norm(x, 1), norm(x, 2), norm(X, 'fro')",
    }),
  stackedPowers: (span: Span, base: string) =>
    error("stacked-powers", "a power of a power has two readings", {
      span,
      hint: `(${base})^… or ${base.replace(/\^.*$/u, "")}^{…^…}`,
    }),
  powerOfBraces: (span: Span, body: string, exponent: string) =>
    error(
      "power-of-braces",
      "braces are not printed, so that the exponent seems to belong to the last factor only",
      {
        span,
        hint: `(${body})${exponent}`,
      },
    ),
  doubleTranspose: (span: Span) =>
    error("double-transpose", "″ derives a declared function, and stands after none here", {
      span,
    }),
  nothingToTranspose: (span: Span, hint?: string) =>
    error("nothing-to-transpose", "there is nothing before this sign to transpose", { span, hint }),
  timesIsForShapes: (span: Span) =>
    error("times", "× stands between dimensions only", {
      span,
      hint: "a product is written AB, A*B or A·B; entry by entry A ⊙ B",
    }),
  numberAfterBracket: (span: Span, text: string, isNorm: boolean) =>
    error("number-after-bracket", `what the ${text} right after a bracket means is not clear`, {
      span,
      hint: `${isNorm ? `_${text} for the kind of norm, ` : ""}^${text} for a power, ·${text} for a factor`,
    }),
  twoNumbers: (span: Span) =>
    error("two-numbers", "two numbers side by side", { span, hint: "write a product as 2*3" }),
  bareArgument: (
    span: Span,
    names: readonly string[],
    argument: Span,
    next: Span,
    between = " ",
  ) => {
    const call = (inside: string): string =>
      `${names.join("(")}(${inside}${")".repeat(names.length)}`;
    const [first, second] = [excerpt(argument), excerpt(next)];
    return error("bare-argument", `where the argument of ${names.at(-1)} ends is not clear`, {
      span,
      notes: ["without brackets the argument is one factor"],
      hint: `${call(first)}${between}${second}  or  ${call(first + between + second)}`,
    });
  },
  negativePowerOfFunction: (span: Span, name: string) =>
    error("function-inverse", `${name}⁻¹ has two readings`, {
      span,
      hint: `1/${name}(…) for the reciprocal`,
    }),
  functionWithoutBrackets: (span: Span, name: string) =>
    error("function-without-brackets", `${name} is a function, and stands without an argument`, {
      span,
      hint: `${name}(…)`,
    }),
  nablaOfNothing: (span: Span, isSecond: boolean) =>
    error("nabla-of-nothing", "∇ has no variable below it, and no declared function after it", {
      span,
      hint: isSecond
        ? "the objective alone with --kind hessian, or ∇²C(x) of  C: ℝ^n→ℝ"
        : "∇_x f, or ∇C(x) of  C: ℝ^n→ℝ",
    }),
  otherDerivative: (span: Span, name: string, right: string) =>
    error("other-derivative", `${name} has no such derivative`, { span, hint: right }),
  argumentCount: (span: Span, name: string, expected: number, given: number) =>
    error(
      "argument-count",
      `${name} takes ${expected === 1 ? "one argument" : `${expected} arguments`}, and ${given} ${given === 1 ? "is" : "are"} given`,
      { span },
    ),
  notAnArgument: (span: Span, by: string, name: string) =>
    error("not-an-argument", `${by} does not tell one argument of ${name}`, {
      span,
      hint: `∇_1 ${name} by the first`,
    }),
  rootOfPower: (span: Span) =>
    error("root-of-power", "how far the root reaches is not clear", { span, hint: "√(…)" }),
  relationIsNoStatement: (span: Span) =>
    error(
      "relation",
      "a relation is a statement only as name > 0, name ≥ 0, name ≻ 0 or name ⪰ 0",
      { span },
    ),
} as const;

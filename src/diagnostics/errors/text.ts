/** @file Errors of the text of a problem: its characters and words, and how they follow one another. */

import type { Span } from "../source.ts";
import type { Extra } from "../wording.ts";
import { describe, didYouMean, error, quoted } from "../wording.ts";

const leftDivision = "for the solution of A x = b write inv(A)*b";

export const ofText = {
  tooLong: (span: Span, limit: number) =>
    error("too-long", `the text is longer than ${limit} characters`, { span }),
  longStatement: (span: Span, limit: number) =>
    error("too-long", `a statement of more than ${limit} signs and names is not read`, { span }),
  manyStatements: (span: Span, limit: number) =>
    error("too-long", `a problem of more than ${limit} statements is not read`, { span }),
  tooDeep: (span: Span, limit: number) =>
    error("too-deep", `brackets are nested more than ${limit} deep`, { span }),
  hiddenCharacter: (span: Span) =>
    error("hidden-character", "a control character that reverses the direction of text", {
      span,
      hint: "remove it: what is shown is not what is read",
    }),
  lookAlike: (span: Span, character: string, latin: string) =>
    error("look-alike", `${quoted(character)} only looks like the Latin letter ${latin}`, {
      span,
      hint: `type the Latin letter ${latin}`,
    }),
  unknownCharacter: (span: Span, character: string) =>
    error("unknown-character", `${describe(character)} is not in the language`, {
      span,
      hint: character === "@" ? "write a product as A*B" : undefined,
    }),
  unknownCommand: (span: Span, command: string, close: string | null) =>
    error("unknown-command", `${command} is not a command that nabla reads`, {
      span,
      hint: didYouMean(close) ?? (command.length === 2 ? leftDivision : undefined),
    }),
  leftDivision: (span: Span) =>
    error("not-in-language", "\\ is no operator of the language", { span, hint: leftDivision }),
  unknownWord: (span: Span, word: string, close: string | null, isCalled = false) =>
    /^(?:nan|inf|infinity)$/iu.test(word)
      ? error("not-a-number", `${quoted(word)} is no number that can be computed with`, { span })
      : error("unknown-word", `${quoted(word)} is neither a function nor a name of the problem`, {
          span,
          notes: ["a run of letters is one name only where it is declared or defined"],
          hint:
            didYouMean(close) ??
            (isCalled
              ? `declare the function, ${word}: ℝ→ℝ, or define it, ${word}(t) = …`
              : `write a product as ${[...word].join("*")}, or declare ${word}`),
        }),
  propertyNeedsColon: (span: Span, word: string, name: string | null) =>
    error("property", `${quoted(word)} is a property, and stands after a colon`, {
      span,
      hint: name === null ? `A: n×n ${word}` : `${name}: ${word}`,
    }),
  unknownProperty: (span: Span, word: string, close: string | null) =>
    error("unknown-property", `${quoted(word)} is not a property`, {
      span,
      hint: didYouMean(close) ?? "x: n  for a vector, W: m×n  for a matrix, α: scalar",
    }),
  accentNeedsLetter: (span: Span) =>
    error("accent", "an accent stands over a single letter", { span }),
  notInLanguage: (span: Span, reason: string, hint?: string) =>
    error("not-in-language", reason, { span, hint }),
  notYet: (span: Span | undefined, what: string, more: Pick<Extra, "notes" | "hint"> = {}) =>
    error("not-yet", `nabla does not do this yet: ${what}`, {
      ...more,
      ...(span && { span }),
      exit: 3,
    }),
  derivativeHasEnded: (span: Span) =>
    error("derivative-has-ended", "a derivative that is written out stands for the whole problem", {
      span,
      hint: "write the objective alone, or ∂/∂x before all of it; ∂²/∂x² is --kind hessian",
    }),
  lineBegins: (span: Span, sign: string, end: string) =>
    error("line-begins-with-sign", `a line cannot begin with “${sign}”`, {
      span,
      hint: `end the line before with ${sign}${end}, and this one goes on with it`,
    }),
  unclosed: (span: Span, bracket: string) =>
    error("unclosed", `${quoted(bracket)} is never closed`, { span }),
  endsTooSoon: (span: Span) =>
    error("ends-too-soon", "the text ends where more is expected", { span }),
  unexpected: (span: Span, text: string, expected: string) =>
    error("unexpected", `${quoted(text)} does not fit here`, {
      span,
      notes: expected ? [expected] : [],
    }),
  undeclaredFunction: (span: Span, name: string) =>
    error("unexpected", `${quoted(",")} does not fit here: ${name} is not declared a function`, {
      span,
      hint: `${name}: ℝ^d×ℝ^p→ℝ  declares one of two arguments`,
    }),
  emptyProblem: () =>
    error("empty", "there is no expression", { hint: 'nabla derive "‖Ax − b‖²" --wrt x' }),
} as const;

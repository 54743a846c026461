/** @file Every error that a user can meet, one function each, by subject. */

import type { Diagnostic } from "./diagnostic.ts";
import { ofAnswers } from "./errors/answers.ts";
import { ofAsking } from "./errors/asking.ts";
import { ofCompiled } from "./errors/compiled.ts";
import { ofData } from "./errors/data.ts";
import { ofDeriving } from "./errors/deriving.ts";
import { ofFiles } from "./errors/files.ts";
import { ofNotation } from "./errors/notation.ts";
import { ofNumbers } from "./errors/numbers.ts";
import { ofOnnx } from "./errors/onnx.ts";
import { ofShapes } from "./errors/shapes.ts";
import { ofSheets } from "./errors/sheets.ts";
import { ofStatements } from "./errors/statements.ts";
import { ofText } from "./errors/text.ts";
import { ofTraining } from "./errors/training.ts";
import type { Span } from "./source.ts";
import { describe } from "./wording.ts";

export type { Diagnostic } from "./diagnostic.ts";
export { NablaError, rendered } from "./diagnostic.ts";
export { excerpt } from "./wording.ts";

export const errors = {
  ...ofText,
  ...ofNotation,
  ...ofStatements,
  ...ofShapes,
  ...ofAsking,
  ...ofDeriving,
  ...ofNumbers,
  ...ofCompiled,
  ...ofFiles,
  ...ofData,
  ...ofOnnx,
  ...ofAnswers,
  ...ofSheets,
  ...ofTraining,
} as const;

/** What a user should know of, though the work is done. */
export const warnings = {
  unprintable: (span: Span, letter: string, others: number): Diagnostic => ({
    code: "unprintable",
    message: `pdflatex has no letter for ${describe(letter)}: its number is printed`,
    span,
    notes: others === 0 ? [] : [`so ${others === 1 ? "is one" : `are ${others}`} more`],
    hint: "a page shows it: -o SHEET.html, which a browser prints",
  }),
  almostAnswer: (span: Span): Diagnostic => ({
    code: "almost-answer",
    message: "this may be an answer, and stands in the copy for students",
    span,
    notes: [],
    hint: "begin it with **Answer.** to have it left out",
  }),
} as const;

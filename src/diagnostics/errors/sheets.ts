/** @file Errors of sheets: their options, fences and formulas, and how they are printed. */

import type { Span } from "../source.ts";
import { lineOf } from "../source.ts";
import { describe, didYouMean, error, excerpt, oneOf, quoted } from "../wording.ts";

export const ofSheets = {
  frontMatter: (span: Span, reason: string, hint?: string) =>
    error("front-matter", `the front matter cannot be read: ${reason}`, { span, hint }),
  unknownOption: (span: Span, what: string, known: readonly string[], close: string | null) =>
    error("unknown-option", `${quoted(excerpt(span))} is not ${what}`, {
      span,
      hint: didYouMean(close) ?? known.join(", "),
    }),
  badValue: (
    span: Span,
    option: string,
    expected: string | readonly string[],
    close: string | null = null,
  ) =>
    error(
      "bad-option",
      `${option} takes ${typeof expected === "string" ? expected : oneOf(expected)}`,
      {
        span,
        hint: didYouMean(close),
      },
    ),
  notAnOption: (span: Span, form: string) =>
    error("not-an-option", `${quoted(excerpt(span))} is not an option with its value`, {
      span,
      hint: form,
    }),
  givenTwice: (span: Span, name: string, first: Span) =>
    error("given-twice", `${name} is given twice`, {
      span,
      notes: [`it is first given in line ${lineOf(first.source, first.start)}`],
    }),
  lateOption: (span: Span) =>
    error("late-option", "options stand before everything else in a fence", {
      span,
      hint: "move the line to the top of the fence",
    }),
  enclosedFence: (span: Span, what: string, within: string) =>
    error("enclosed-fence", `${what} in ${within} is not read`, {
      span,
      hint: "move it out, or into a list",
    }),
  noPrinter: () =>
    error("no-printer", "there is neither a LaTeX engine nor a browser to make a PDF with", {
      hint: "install pdflatex (Debian: texlive-latex-recommended texlive-pictures) or chromium, or write -o SHEET.html",
      exit: 4,
    }),
  cannotPrint: (program: string, reason: string) =>
    error("cannot-print", `${program} cannot make the PDF: ${reason}`, { exit: 4 }),
  answerAlone: (span: Span) =>
    error("answer-alone", "there is no derivation before this answer", {
      span,
      hint: "put a ```nabla fence with wrt=… above it, in the same problem",
    }),
  answerOfOther: (span: Span, names: readonly string[]) =>
    error("answer-alone", "the derivation before this answer is by other variables", {
      span,
      hint: names.map((name) => `wrt=${name}`).join(" or "),
    }),
  fenceTrainsOne: () =>
    error("bad-option", "either a network or a typed loss is trained", {
      hint: "hidden=64,32 or layers=784,64,10, or a loss in the fence with params=W,b input=X target=Y",
    }),
  sheetTooDeep: (span: Span) =>
    error("too-deep", "quotations, lists or emphasis are nested too deep to be read", { span }),
  wideTable: (span: Span, limit: number) =>
    error("wide-table", `LaTeX prints no table of more than ${limit} columns`, {
      span,
      hint: "a page shows it: -o SHEET.html",
    }),
  notText: (span: Span) =>
    error("not-text", "this is a binary file, or holds a NUL character", {
      span,
      hint: "save it as text in UTF-8",
    }),
  emptySheet: (span: Span) =>
    error("empty-sheet", "there is nothing in the file", {
      span,
      hint: "## Problem 1, and below it a ```nabla fence with wrt=…",
    }),
  sheetTooCostly: (span: Span) =>
    error(
      "too-long",
      "too many marks of emphasis, brackets, underlines or lines without a blank line",
      {
        span,
        hint: "put blank lines between paragraphs, or split the file",
      },
    ),
  manyFences: (span: Span, limit: number) =>
    error("too-long", `a sheet of more than ${limit} fences is not built`, {
      span,
      hint: "split the file",
    }),
  emptyFormula: (span: Span) =>
    error("formula", "there is no formula between the dollars", { span }),
  formulaOnFence: (span: Span) =>
    error("formula", "what stands beside $$ is no part of the formula", {
      span,
      hint: "begin the formula on the next line, or end it with $$ on this one",
    }),
  formulaCommand: (span: Span, command: string, close: string | null) =>
    error("formula", `${command} is not among the commands of a formula in a sheet`, {
      span,
      hint: didYouMean(close),
    }),
  formulaEnvironment: (span: Span, name: string, known: string) =>
    error("formula", `${quoted(name)} is not among the environments of a formula in a sheet`, {
      span,
      hint: known,
    }),
  formulaSign: (span: Span, sign: string, hint?: string) =>
    error("formula", `${describe(sign)} cannot stand here in a formula`, { span, hint }),
  formulaArgument: (span: Span, command: string) =>
    error("formula", `what ${command} applies to stands in braces`, {
      span,
      hint: `${command}{…}`,
    }),
  formulaBracket: (span: Span, command: string) =>
    error("formula", `${command} stands before a bracket`, { span, hint: `${command}(` }),
  formulaOpen: (span: Span, opening: string, wanted: string) =>
    error("formula", `${quoted(opening)} has no ${wanted} that fits`, { span }),
  formulaColumns: (span: Span, name: string, limit: number) =>
    error(
      "formula",
      `a row of ${name} has ${limit === 1 ? "one column" : `${limit} columns`} at most`,
      { span },
    ),
  formulaInBold: (span: Span, text: string) =>
    error("formula", `${quoted(text)} cannot stand in what \\bm makes bold`, {
      span,
      hint: "\\bm takes letters with their accents and indices: \\bm{\\hat x}_i",
    }),
  formulaDeep: (span: Span, command: string, limit: number) =>
    error("formula", `${command} is nested more than ${limit} deep`, { span }),
  formulaRefused: (span: Span, reason: string) =>
    error("formula", `the formula cannot be printed: ${reason}`, { span }),
} as const;

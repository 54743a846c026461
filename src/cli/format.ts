/** @file The formats in which what was derived is shown. */

import { spellings } from "../derive/index.ts";
import type { Spelling } from "../derive/index.ts";
import { derivationPage } from "../report/html.ts";
import { resultsLatex, solutionLatex } from "../report/latex.ts";
import { resultsMarkdown, solutionMarkdown } from "../report/markdown.ts";
import { resultLines } from "../report/results.ts";
import { solutionText } from "../report/text.ts";
import type { Worked } from "../steps/index.ts";
import { toJson } from "./request.ts";

export const formats = ["text", "ascii", "latex", "markdown", "html", "json"] as const;
export type Format = (typeof formats)[number];

/** The spellings that a format shows. */
export const spellingsIn: Readonly<Record<Format, readonly Spelling[]>> = {
  text: ["unicode"],
  ascii: ["ascii"],
  latex: ["latex"],
  markdown: ["latex"],
  html: ["latex"],
  json: spellings,
};

/** Text of the results, after the steps to them, in a format; with `inAllForms` the other ways to write them stand below. */
export function formatted(
  worked: Worked,
  problem: string,
  format: Format,
  inAllForms: boolean,
): string {
  const { found, sections } = worked;
  const after = (steps: (of: Worked["sections"]) => string, results: string): string =>
    sections.length === 0 ? results : `${steps(sections)}\n\n${results}`;
  switch (format) {
    case "json":
      return JSON.stringify(toJson(null, worked));
    case "text":
      return after((s) => solutionText(s, "unicode"), resultLines(found, "unicode", inAllForms));
    case "ascii":
      return after((s) => solutionText(s, "ascii"), resultLines(found, "ascii", inAllForms));
    case "latex":
      // Alone it is a text to put into formulas.
      return sections.length === 0
        ? resultLines(found, "latex", inAllForms)
        : `${solutionLatex(sections)}\n\n${resultsLatex(found, inAllForms)}`;
    case "markdown":
      return after(solutionMarkdown, resultsMarkdown(found, inAllForms));
    case "html":
      return derivationPage(found, sections, problem, inAllForms);
    default:
      return format satisfies never;
  }
}

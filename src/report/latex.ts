/** @file LaTeX: solutions as aligned equations that fit the line, for amsmath. */

import type { Derivative } from "../derive/index.ts";
import { latexShape } from "../print/latex.ts";
import type { Line, Prose, Section } from "../steps/index.ts";
import { texText } from "./characters.ts";
import { brokenEquation, linesOf } from "./long-lines.ts";
import { latexLines } from "./results.ts";

/** Results as displayed equations. */
export const resultsLatex = (found: readonly Derivative[], inAllForms: boolean): string =>
  latexLines(found, inAllForms)
    .map((line) => `\\[\n${brokenEquation(line)}\n\\]`)
    .join("\n");

/** The sections of a solution. */
export const solutionLatex = (sections: readonly Section[]): string =>
  sections.map(sectionLatex).join("\n\n");

function sectionLatex({ title, lead, lines, after = [] }: Section): string {
  return [
    `\\paragraph{${proseLatex(title)}}`,
    ...(lead.length > 0 ? [proseLatex(lead)] : []),
    ...(lines.length > 0
      ? [
          "\\begin{align*}",
          lines.map((line) => rows(line).join(" \\\\*\n")).join(" \\\\\n"),
          "\\end{align*}",
        ]
      : []),
    ...(after.length > 0 ? [proseLatex(after)] : []),
  ].join("\n");
}

/** A row for each side of an equation; the rule stands at the right, below where there is no room. */
function rows({ left, right, shape, reason }: Line): string[] {
  const told = [
    ...(shape === null ? [] : [`$${latexShape(shape)}$`]),
    ...(reason.length === 0 ? [] : [proseLatex(reason)]),
  ].join(", ");
  const tag = told === "" ? "" : ` \\tag*{\\footnotesize ${told}}`;
  if (right.length === 0) return [`${left.latex} &${tag}`];
  return right.map((side, i) => {
    const end = i === right.length - 1 ? tag : "";
    const lines = linesOf(side.latex).join(" \\\\*\n &\\quad {}");
    return `${i === 0 ? left.latex : ""} &= ${lines}${end}`;
  });
}

/** Words and formulas in a paragraph. */
export const proseLatex = (prose: Prose): string =>
  prose.map((part) => (typeof part === "string" ? texText(part) : `$${part.latex}$`)).join("");

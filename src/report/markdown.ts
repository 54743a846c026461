/** @file Markdown: formulas that GitHub and other renderers show. */

import type { Derivative } from "../derive/index.ts";
import { latexShape } from "../print/latex.ts";
import type { Line, Prose, Section } from "../steps/index.ts";
import { latexLines, notesOf } from "./results.ts";

/** Results as displayed formulas, with what is told of them as a list. */
export function resultsMarkdown(found: readonly Derivative[], inAllForms: boolean): string {
  const formulas = latexLines(found, inAllForms).map(displayed);
  const told = notesOf(found).map((note) => `- ${note}`);
  return [...formulas, ...(told.length > 0 ? [told.join("\n")] : [])].join("\n\n");
}

/** A text in a paragraph, none of its signs read as Markdown. */
export const mdText = (text: string): string => text.replaceAll(/[\\`*_[\]<>#|$~&]/gu, "\\$&");

/** A formula on lines of its own. */
export const displayed = (latex: string): string => `$$\n${githubSafe(latex)}\n$$`;

/** A formula in a line of text. */
export const inlined = (latex: string): string => `$${githubSafe(latex)}$`;

/** GitHub's formulas know no \operatorname. */
const githubSafe = (latex: string): string => latex.replaceAll("\\operatorname{", "\\mathrm{");

/** The sections of a solution, each under a bold heading. */
export const solutionMarkdown = (sections: readonly Section[]): string =>
  sections.map(sectionMarkdown).join("\n\n");

function sectionMarkdown({ title, lead, lines, after = [] }: Section): string {
  return [
    `**${proseMarkdown(title)}**`,
    ...(lead.length > 0 ? [proseMarkdown(lead)] : []),
    ...(lines.length > 0 ? [aligned(lines)] : []),
    ...(after.length > 0 ? [proseMarkdown(after)] : []),
  ].join("\n\n");
}

const aligned = (lines: readonly Line[]): string =>
  displayed(["\\begin{aligned}", lines.flatMap(rows).join(" \\\\\n"), "\\end{aligned}"].join("\n"));

/** One row for each side of an equation; the last says the shape and the rule. */
function rows({ left, right, shape, reason }: Line): string[] {
  const told = [
    ...(shape === null ? [] : [latexShape(shape)]),
    ...(reason.length === 0 ? [] : [proseInFormula(reason)]),
  ].join("\\quad ");
  const last = told === "" ? "" : ` && ${told}`;
  if (right.length === 0) return [`${left.latex} &${last}`];
  return right.map((side, i) => {
    const front = i === 0 ? left.latex : "";
    const end = i === right.length - 1 ? last : "";
    return `${front} &= ${side.latex}${end}`;
  });
}

/** Words and formulas in a paragraph. */
export const proseMarkdown = (prose: Prose): string =>
  prose.map((part) => (typeof part === "string" ? part : inlined(part.latex))).join("");

/** Words and formulas within a formula. */
const proseInFormula = (prose: Prose): string =>
  prose.map((part) => (typeof part === "string" ? `\\text{${part}}` : part.latex)).join("");

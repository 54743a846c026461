/** @file The formats in which a result is shown. */

import type { Gradient } from "../derive.ts";
import { showShape } from "../expr/dimension.ts";
import { unicodeName } from "../print/index.ts";
import { asciiName } from "../print/ascii.ts";
import { latexName } from "../print/latex.ts";
import { toJson } from "./request.ts";

export const formats = ["text", "ascii", "latex", "markdown", "html", "json"] as const;
export type Format = (typeof formats)[number];

/** Text of the results in a format. */
export async function formatted(
  found: readonly Gradient[],
  problem: string,
  format: Format,
): Promise<string> {
  switch (format) {
    case "json":
      return JSON.stringify(toJson(null, found));
    case "text":
      return found
        .map((g) => labelled(found, `∇_${unicodeName(g.variable.name)} = `, g.unicode))
        .join("\n");
    case "ascii":
      return found
        .map((g) => labelled(found, `d/d${asciiName(g.variable.name)} = `, g.ascii))
        .join("\n");
    case "latex":
      return found.map((g) => labelled(found, `${gradientSign(g)} = `, g.latex)).join("\n");
    case "markdown":
      return markdown(found);
    case "html": {
      const { page } = await import("./html.ts");
      return page(found, problem);
    }
    default:
      return format satisfies never;
  }
}

/** `∇_W L`, or `∇_W` where the objective has no name. */
export const gradientSign = (g: Gradient): string =>
  `\\nabla_{${latexName(g.variable)}}${g.objective === null ? "" : ` ${latexName(g.objective)}`}`;

/** A single result stands alone; of several each has its name. */
const labelled = (found: readonly Gradient[], label: string, text: string): string =>
  found.length === 1 ? text : label + text;

function markdown(found: readonly Gradient[]): string {
  const formulas = found.map((g) => `$$\n${gradientSign(g)} = ${githubSafe(g.latex)}\n$$`);
  const told = notesOf(found).map((note) => `- ${note}`);
  return [...formulas, ...(told.length > 0 ? [told.join("\n")] : [])].join("\n\n");
}

/** GitHub's formulas know no \operatorname. */
const githubSafe = (latex: string): string => latex.replaceAll("\\operatorname{", "\\mathrm{");

/** What was assumed and how it was checked, once for all results. */
export function notesOf(found: readonly Gradient[]): string[] {
  const notes = [...new Set(found.flatMap((g) => g.assumptions))];
  const shapes = found.map(
    (g) => `${unicodeName(g.variable.name)} and its gradient are ${showShape(g.shape)}`,
  );
  const [first] = found;
  const v = first?.verification;
  const checked = v
    ? `verified at ${v.draws} points by ${v.method}, to a relative error below ${v.tolerance}`
    : "not verified, as was asked";
  return [...notes, ...shapes, checked];
}

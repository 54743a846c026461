/** @file The formats in which a result is shown. */

import type { Gradient } from "../derive.ts";
import { showShape } from "../expr/dimension.ts";
import { unicodeName } from "../print/index.ts";
import { asciiName } from "../print/ascii.ts";
import { latexBase, latexName } from "../print/latex.ts";
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
      return lines(found, (g) => `∇_${unicodeName(g.variable.name)}`, "unicode");
    case "ascii":
      return lines(found, (g) => `d/d${asciiName(g.variable.name)}`, "ascii");
    case "latex":
      return lines(found, gradientSign, "latex");
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

type Spelling = "unicode" | "ascii" | "latex";

const nameIn: Readonly<Record<Spelling, (name: string) => string>> = {
  unicode: unicodeName,
  ascii: asciiName,
  latex: (name) => latexBase(name, true),
};

/** What a result's parts stand for; the names of dimensions say enough by themselves. */
const parts = (g: Gradient): Gradient["where"] => g.where.filter((w) => w.name !== w.ascii);

/** A single result stands alone, of several each has its name; then the parts that got names. */
function lines(
  found: readonly Gradient[],
  label: (g: Gradient) => string,
  spelling: Spelling,
): string {
  const results = found.map((g) =>
    found.length === 1 ? g[spelling] : `${label(g)} = ${g[spelling]}`,
  );
  const named = new Map(found.flatMap(parts).map((w) => [w.name, w]));
  const where = [...named.values()].map((w) => `${nameIn[spelling](w.name)} = ${w[spelling]}`);
  return [...results, ...where].join("\n");
}

/** The results as equations, then the parts that got names. */
export function latexLines(found: readonly Gradient[]): string[] {
  const named = new Map(found.flatMap(parts).map((w) => [w.name, w]));
  return [
    ...found.map((g) => `${gradientSign(g)} = ${g.latex}`),
    ...[...named.values()].map((w) => `${nameIn.latex(w.name)} = ${w.latex}`),
  ];
}

function markdown(found: readonly Gradient[]): string {
  const formulas = latexLines(found).map((text) => `$$\n${githubSafe(text)}\n$$`);
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
    ? `verified at ${v.draws} random points to ${v.tolerance}, by ${v.method}`
    : "not verified, as was asked";
  return [...notes, ...shapes, checked];
}

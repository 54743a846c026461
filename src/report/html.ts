/** @file HTML: self-contained pages and their formulas; KaTeX is loaded here and nowhere else, and only for a page. */

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { escaped } from "../draw/markup.ts";
import type { Derivative } from "../derive/index.ts";
import { unicodeName } from "../print/index.ts";
import type { Line, Prose, Section } from "../steps/index.ts";
import { latexLines, notesOf } from "./results.ts";

const require = createRequire(import.meta.url);

/** What a page is made of. */
export interface Page {
  readonly title: string;
  /** Markup between the title and the end. */
  readonly body: string;
  /** Rules of style of its own. */
  readonly style?: string;
}

/** A self-contained page: style and fonts inside. */
export const page = ({ title, body, style = "" }: Page): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; font-src data:; img-src 'self' data: file:">
<title>${escaped(title)}</title>
<style>
${formulaStyle(body)}
${pageStyle}${style}
</style>
</head>
<body>
<main>
<h1>${escaped(title)}</h1>
${body}
</main>
</body>
</html>`;

const pageStyle = `:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 50rem; margin: 2rem auto; padding: 0 1rem; }
.katex-display { overflow-x: auto; overflow-y: hidden; padding: 0.25rem 0; }
h1 { font-size: 1.6rem; line-height: 1.25; }
h2 { font-size: 1.3rem; margin-block: 2rem 0.75rem; }
h3 { font-size: 1.1rem; margin-block: 1.5rem 0.5rem; }
pre { white-space: pre-wrap; padding: 0.75rem 1rem; border: 1px solid color-mix(in srgb, currentcolor 25%, transparent); border-radius: 0.4rem; }
ul { padding-left: 1.2rem; }
.title { font-weight: 600; margin-block: 1rem 0.4rem; }
.steps { display: grid; grid-template-columns: max-content minmax(0, max-content) max-content minmax(10rem, 1fr); gap: 0.35rem 0.75rem; align-items: baseline; }
.steps > div { display: contents; }
.steps .left { text-align: right; }
.steps .right > span { display: block; overflow-x: auto; overflow-y: hidden; padding-block: 0.15rem; }
.steps .shape, .steps .reason { font-size: 0.85em; opacity: 0.85; }
@media (max-width: 40rem) { .steps { grid-template-columns: fit-content(45%) minmax(0, 1fr); } .steps .left { overflow-x: auto; overflow-y: hidden; } .steps .reason { grid-column: 2; } .steps .shape { grid-column: 2; } }
`;

/** The page of a derivation. */
export function derivationPage(
  found: readonly Derivative[],
  sections: readonly Section[],
  problem: string,
  inAllForms: boolean,
): string {
  const results = latexLines(found, inAllForms).map((line) => formula(line, true));
  const notes = notesOf(found).map((note) => `<li>${escaped(note)}</li>`);
  const names = found.map((g) => unicodeName(g.variable.name)).join(", ");
  const what = {
    gradient: "gradient",
    jacobian: "Jacobian",
    hessian: "Hessian",
    stationary: "stationary point",
  };
  return page({
    title: `The ${what[found[0]!.kind]} by ${names}`,
    body: [
      `<pre><code>${escaped(problem)}</code></pre>`,
      ...(sections.length > 0 ? [solutionHtml(sections)] : []),
      ...results,
      "<ul>",
      ...notes,
      "</ul>",
    ].join("\n"),
  });
}

const made = new Map<string, string>();
/** A page holds few different formulas; a long-running process forgets those of past pages. */
const mostMade = 5000;

/** A formula as markup, with MathML beside it for screen readers. */
export function formula(latex: string, isDisplayed = false): string {
  const key = `${isDisplayed ? "$" : ""}${latex}`;
  let markup = made.get(key);
  if (markup === undefined) {
    const { renderToString } = require("katex") as typeof import("katex");
    markup = renderToString(latex, { ...options, displayMode: isDisplayed });
    if (made.size >= mostMade) made.clear();
    made.set(key, markup);
  }
  return markup;
}

/** The sections of a solution. */
export const solutionHtml = (sections: readonly Section[]): string =>
  sections.map(sectionHtml).join("\n");

function sectionHtml({ title, lead, lines, after = [] }: Section): string {
  return [
    `<p class="title">${proseHtml(title)}</p>`,
    ...(lead.length > 0 ? [`<p>${proseHtml(lead)}</p>`] : []),
    ...(lines.length > 0 ? [`<div class="steps">`, ...lines.map(lineHtml), "</div>"] : []),
    ...(after.length > 0 ? [`<p>${proseHtml(after)}</p>`] : []),
  ].join("\n");
}

const lineHtml = ({ left, right, shape, reason, part }: Line): string =>
  [
    `<div${part === null ? "" : ` data-part="${escaped(part)}"`}>`,
    `<span class="left">${inRow(left.latex)}</span>`,
    `<span class="right">${right.map((r) => `<span>${inRow(`= ${r.latex}`)}</span>`).join("")}</span>`,
    `<span class="shape">${escaped(shape ?? "")}</span>`,
    `<span class="reason">${proseHtml(reason)}</span>`,
    "</div>",
  ].join("");

/** A formula of full size in a row. */
const inRow = (latex: string): string => formula(`\\displaystyle ${latex}`);

/** Words and formulas. */
export const proseHtml = (prose: Prose): string =>
  prose.map((part) => (typeof part === "string" ? escaped(part) : formula(part.latex))).join("");

const options = {
  output: "htmlAndMathml",
  strict: "error",
  throwOnError: true,
  trust: false,
  // A long result has many commands.
  maxExpand: Infinity,
} as const;

/** KaTeX's style with the fonts that the page needs inside it. */
function formulaStyle(body: string): string {
  const path = require.resolve("katex/dist/katex.min.css");
  const css = readFileSync(path, "utf8");
  const needed = neededFonts(body);
  return css.replace(/@font-face\{([^}]*)\}/gu, (_, inside: string) => {
    const file = /url\((fonts\/[\w-]+\.woff2)\)/u.exec(inside)?.[1];
    if (!file || !needed.some((font) => file.includes(font))) return "";
    const data = readFileSync(require.resolve(`katex/dist/${file}`)).toString("base64");
    const properties = inside.split(";").filter((property) => !property.startsWith("src"));
    return `@font-face{${properties.join(";")};src:url(data:font/woff2;base64,${data}) format("woff2")}`;
  });
}

function neededFonts(body: string): string[] {
  const fonts = ["Main-Regular", "Math-Italic"];
  if (body.includes("mathbf")) fonts.push("Main-Bold");
  if (body.includes("boldsymbol")) fonts.push("Math-BoldItalic");
  if (/amsrm|mathbb/u.test(body)) fonts.push("AMS-Regular");
  for (const size of ["size1", "size2", "size3", "size4"])
    if (body.includes(size) || body.includes("delimsizing")) fonts.push(`Size${size[4]}`);
  return fonts;
}

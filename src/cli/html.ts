/** @file A page of its own with the results as formulas; KaTeX is loaded here and nowhere else, and only for a page. */

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Derivative } from "../derive/index.ts";
import { unicodeName } from "../print/index.ts";
import { latexLines, notesOf } from "./format.ts";

const require = createRequire(import.meta.url);

/** A self-contained page: style and fonts inside, formulas with MathML beside them. */
export function page(found: readonly Derivative[], problem: string, inAllForms: boolean): string {
  const { renderToString } = require("katex") as typeof import("katex");
  const body = latexLines(found, inAllForms)
    .map((line) => renderToString(line, displayed))
    .join("\n");
  const notes = notesOf(found)
    .map((note) => `<li>${escaped(note)}</li>`)
    .join("\n");
  const names = found.map((g) => unicodeName(g.variable.name)).join(", ");
  const what = {
    gradient: "gradient",
    jacobian: "Jacobian",
    hessian: "Hessian",
    stationary: "stationary point",
  };
  const title = `The ${what[found[0]!.kind]} by ${names}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<style>
${style(body)}
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 50rem; margin: 2rem auto; padding: 0 1rem; }
.katex-display { overflow-x: auto; overflow-y: hidden; padding: 0.25rem 0; }
h1 { font-size: 1.4rem; }
pre { white-space: pre-wrap; padding: 0.75rem 1rem; border: 1px solid color-mix(in srgb, currentcolor 25%, transparent); border-radius: 0.4rem; }
ul { padding-left: 1.2rem; }
</style>
</head>
<body>
<main>
<h1>${escaped(title)}</h1>
<pre><code>${escaped(problem)}</code></pre>
${body}
<ul>
${notes}
</ul>
</main>
</body>
</html>`;
}

const displayed = {
  displayMode: true,
  output: "htmlAndMathml",
  strict: "error",
  throwOnError: true,
  trust: false,
  // A long result has many commands.
  maxExpand: Infinity,
} as const;

const escaped = (text: string): string =>
  text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");

/** KaTeX's style with the fonts that the page needs inside it. */
function style(body: string): string {
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

/** @file A sheet as one page: prose, formulas with MathML, steps, graphs, and the checks at the end. */

import type { Spelled } from "../derive/options.ts";
import { drawn, pathsLead } from "../graph/index.ts";
import { pathColors } from "../graph/svg.ts";
import { escaped } from "../draw/markup.ts";
import { formula, page, proseHtml as wordsHtml, solutionHtml } from "../report/html.ts";
import { latexLines, notesOf } from "../report/results.ts";
import { trainedHtml, trainedStyle } from "../report/trained.ts";
import { valuesHtml, valuesStyle } from "../report/values.ts";
import type { ProseContext } from "./prose.ts";
import { proseHtml } from "./prose-html.ts";
import { titleIn } from "./sections.ts";
import type { Solved } from "./solve.ts";
import type { SheetSource } from "./source.ts";
import type { Stated } from "./stated.ts";
import { checkedTable, faultsOf, hasResults, pointsOf, verdictOf } from "./told.ts";

/** The page. It holds no script; what a formula belongs to is lit by style alone. */
export async function sheetHtml(sheet: SheetSource, solved: readonly Solved[]): Promise<string> {
  const { front, tree, headings } = sheet;
  const markup = new Map<number, string>();
  for (const [i, one] of solved.entries())
    markup.set(
      one.fence.span.start,
      await fenceHtml(one, pointsOf(sheet, one.fence), `fence-${i + 1}`),
    );
  const title = front.title ?? headings.find(({ problem }) => problem === null)?.text ?? "Problems";
  const told = [front.course, front.author, front.date].filter((text) => text !== null);
  // The title of the page stands for that of the text.
  const titled = titleIn(sheet);
  const context: ProseContext = {
    source: sheet.source,
    headingOffset: titled ? 0 : 1,
    replace: (node) => {
      if (node === titled) return "";
      return markup.get(node.position?.start.offset ?? -1) ?? null;
    },
  };
  const prose = proseHtml(tree.children, context);
  const appendix = front.show === "problems" || !hasResults(solved) ? "" : appendixHtml(solved);
  return page({
    title,
    body: [
      ...(told.length > 0 ? [`<p class="told">${told.map(escaped).join(" · ")}</p>`] : []),
      prose,
      appendix,
    ].join("\n"),
    style:
      sheetStyle +
      (solved.some(({ evaluated }) => evaluated) ? valuesStyle : "") +
      (solved.some(({ trained }) => trained) ? trainedStyle : "") +
      solved
        .map(({ picture }, i) =>
          picture
            ? lightStyle(
                `fence-${i + 1}`,
                picture.graph.nodes.map(({ part }) => part),
              )
            : "",
        )
        .join(""),
  });
}

async function fenceHtml(one: Solved, points: string, id: string): Promise<string> {
  const { show, stated, found, sections, picture, judgement, evaluated, trained, fence } = one;
  const asked = points === "" ? "" : `<p class="points">${points}</p>`;
  const problem =
    stated.length === 0 ? "" : `<div class="problem">${stated.map(statedHtml).join("\n")}</div>`;
  // An answer by hand says nothing to students.
  if (show === "problems")
    return asked + problem === "" ? "" : `<section id="${id}">${asked}${problem}</section>`;
  const parts = [asked, problem];
  if (picture) {
    parts.push(`<figure>${await drawn(picture, "svg")}</figure>`);
    for (const of of picture.paths) parts.push(pathsHtml(of, picture.graph.loss));
  }
  if (sections.length > 0) parts.push(solutionHtml(sections));
  if (found.length > 0)
    parts.push(
      `<p class="title">Result</p>`,
      `<div class="result">${latexLines(found, false)
        .map((line) => formula(line, true))
        .join("\n")}</div>`,
      `<ul class="notes">${notesOf(found)
        .map((note) => `<li>${escaped(note)}</li>`)
        .join("")}</ul>`,
    );
  if (evaluated) parts.push(valuesHtml(evaluated, fence.options.digits ?? null));
  if (trained) parts.push(trainedHtml(trained));
  if (judgement)
    parts.push(
      `<p class="title">Answer</p>`,
      judgement.answer
        ? formula(judgement.answer.latex, true)
        : `<p><code>${escaped(fence.body.trim())}</code></p>`,
      `<p class="verdict"><span aria-hidden="true">${judgement.verdict === "correct" ? "✓" : "✗"}</span> <strong>${verdictOf(judgement)}</strong>${wordsHtml(faultsOf(judgement))}</p>`,
    );
  return `<section id="${id}">${parts.filter((part) => part !== "").join("\n")}</section>`;
}

const statedHtml = (s: Stated): string =>
  s.kind === "formula" ? formula(s.latex, true) : `<p><code>${escaped(s.text)}</code></p>`;

function pathsHtml(of: NonNullable<Solved["picture"]>["paths"][number], loss: Spelled): string {
  const items = of.paths.map(
    ({ nodes, contribution }, i) =>
      `<li class="path-${(i % pathColors.length) + 1}">${formula(nodes.map((node) => node.value.latex).join(" \\to "))} contributes ${formula(contribution.latex)}</li>`,
  );
  const list = items.length > 0 ? `\n<ol>${items.join("")}</ol>` : "";
  return `<p>${wordsHtml(pathsLead(of, loss))}</p>${list}`;
}

function appendixHtml(solved: readonly Solved[]): string {
  const { head, rows } = checkedTable(solved);
  const cells = (tag: "th" | "td", all: readonly string[]): string =>
    all
      .map((text) => `<${tag}${tag === "th" ? ' scope="col"' : ""}>${escaped(text)}</${tag}>`)
      .join("");
  return [
    `<div class="checks"><h2 id="checks">How the results were checked</h2>`,
    `<div class="wide" tabindex="0" role="region" aria-labelledby="checks"><table><thead><tr>${cells("th", head)}</tr></thead>`,
    `<tbody>${rows.map((row) => `<tr>${cells("td", row)}</tr>`).join("\n")}</tbody></table></div></div>`,
  ].join("\n");
}

/** A row of the steps lights its node, and a node its row. */
const lightStyle = (id: string, parts: readonly string[]): string =>
  [...new Set(parts)]
    .filter((part) => part !== "")
    .map((part) => {
      const at = `[data-part="${part.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"]`;
      return `#${id}:has(.steps ${at}:hover) .node${at}, #${id}:has(.node${at}:hover) .steps ${at} > * { color: var(--light); }\n`;
    })
    .join("");

/** A short block stays on one page; a whole solution may be longer than what is left of one. */
const printStyle = [
  "body { max-width: none; margin: 0; padding: 0; font-size: 11pt; }",
  "figure, figure svg, .problem, .katex-display, .result, .steps .left, .steps .right, tr, li, .verdict { break-inside: avoid; }",
  "h1, h2, h3, .title, .told, thead { break-after: avoid; }",
  ".result, .notes, .verdict { break-before: avoid; }",
  "figure svg { max-height: 14cm; }",
  ".wide, figure, .katex-display, .steps .right > span { overflow: visible; }",
  ".steps { grid-template-columns: repeat(3, max-content) minmax(5rem, 1fr); }",
  "p { orphans: 3; widows: 3; }",
].join(" ");

const sheetStyle = `${pathColors.map((color, i) => `.path-${i + 1}::marker { color: ${color}; font-weight: 700; }`).join("\n")}
:root { --light: light-dark(#b3261e, #ffb4ab); }
.told, .points { opacity: 0.8; }
.points { text-align: right; }
.problem p { text-align: center; }
.verdict strong { font-weight: 600; }
figure { margin: 1rem 0; overflow-x: auto; text-align: center; }
.problem .katex-display { margin: 0.2rem 0; }
figure svg { max-width: 100%; height: auto; }
figure svg { color: inherit; }
.result { border-left: 3px solid currentcolor; padding-left: 0.75rem; }
.notes { font-size: 0.9em; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; }
th, td { text-align: left; padding: 0.25rem 0.6rem; border-bottom: 1px solid color-mix(in srgb, currentcolor 25%, transparent); }
@media print { ${printStyle} }
@page { size: A4; margin: 2cm; @bottom-center { content: counter(page); } }
`;

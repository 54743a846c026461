/** @file Tables of values in each format. */

import { width, widthOf, wrapped } from "../print/columns.ts";
import type { Spelled } from "../derive/options.ts";
import { joined } from "../steps/printed.ts";
import { backendNames } from "../compile/options.ts";
import type { Evaluation } from "../eval/index.ts";
import { asciiText } from "./ascii-text.ts";
import { texText } from "./characters.ts";
import { escaped } from "../draw/markup.ts";
import { formula } from "./html.ts";
import { proseLatex } from "./latex.ts";
import { inlined, mdText, proseMarkdown } from "./markdown.ts";
import { usualDigits } from "./numbers.ts";
import {
  about,
  cellLatex,
  cellLines,
  isOfNumbers,
  isRounded,
  isWholeInLatex,
  mostRows,
} from "./table-cells.ts";
import { columnsOf, partsOf, rowsIn } from "./table-layout.ts";
import type { Column } from "./table-layout.ts";
import { tablesOf, writingOf } from "./tables.ts";
import type { Cell, Table } from "./tables.ts";
import { proseText } from "./text.ts";

const margin = "  ";
const gap = 2;
/** How many characters a line of a LaTeX document takes. */
const widthInLatex = 82;
const gapInLatex = 3;
/** A table of more lines than that goes on on the next page. */
const mostOnPage = 30;

/** Tables as text that fits a terminal. */
export function valuesText(
  found: Evaluation,
  digits: number | null,
  spelling: "unicode" | "ascii",
): string {
  const tables = tablesOf(found, writingOf(found, digits));
  return [
    ...said(found).flatMap((formulas) =>
      wrapped(formulas.map((f) => f[spelling]).join(", "), "").join("\n"),
    ),
    ...tables.map((table) => tableText(table, spelling)),
    ...notesText([...remarks(found, tables, digits)], spelling),
  ].join("\n\n");
}

/** What stands above the tables: what has no name of its own, and what the terms of a sum are. */
const said = ({ loss, objective, terms }: Evaluation): Spelled[][] => [
  ...(objective && !terms ? [[joined(loss, objective)]] : []),
  ...(terms ? [[terms.sum, joined(terms.name, terms.formula)]] : []),
];

const inOneLine = (formulas: readonly Spelled[]): string =>
  formulas.map(({ latex }) => latex).join(",\\quad ");

const notesText = (notes: readonly string[], spelling: "unicode" | "ascii"): string[] =>
  notes.length === 0
    ? []
    : [notes.flatMap((note) => wrapped(plain(note, spelling), "", margin)).join("\n")];

/** A note in ASCII has no signs of its own. */
const plain = (note: string, spelling: "unicode" | "ascii"): string =>
  spelling === "unicode" ? note : asciiText(note);

function tableText(table: Table, spelling: "unicode" | "ascii"): string {
  const room = width - margin.length;
  const parts = partsOf(columnsOf(table), room, gap, spelling);
  return [
    proseText(table.title, spelling),
    parts.map((part) => partText(part, spelling, room)).join("\n\n"),
  ].join("\n");
}

function partText(columns: readonly Column[], spelling: "unicode" | "ascii", room: number): string {
  const fixed = columns
    .filter(({ head }) => head.group === 0)
    .map(
      (column) =>
        Math.max(...column.cells.map((cell) => widthOf(cellLines(cell, spelling, room)[0]!))) + gap,
    )
    .reduce((sum, w) => sum + w, 0);
  const lines = columns.map(({ head, cells, isAbout }) => ({
    head: head.text[spelling] + (isAbout ? ` ${about[spelling]}` : ""),
    cells: cells.map((cell) => cellLines(cell, spelling, head.group === 0 ? room : room - fixed)),
    isRight: isOfNumbers(cells),
  }));
  const widths = lines.map(({ head, cells }) =>
    Math.max(widthOf(head), ...cells.flat().map((line) => widthOf(line))),
  );
  const padded = (text: string, j: number): string => {
    const blanks = " ".repeat(Math.max(0, widths[j]! - widthOf(text)));
    return lines[j]!.isRight ? blanks + text : text + blanks;
  };
  const line = (texts: readonly string[]): string =>
    (margin + texts.map(padded).join(" ".repeat(gap))).trimEnd();
  const rows = rowsIn(columns).map((i) => {
    const height = Math.max(...lines.map(({ cells }) => cells[i]!.length));
    return Array.from({ length: height }, (_line, k) =>
      line(lines.map(({ cells }) => cells[i]![k] ?? "")),
    );
  });
  const head = line(lines.map(({ head: text }) => text));
  return [...(head.trim() === "" ? [] : [head]), ...rows.flat()].join("\n");
}

/** Tables in LaTeX, split where a line has no more room. */
export function valuesLatex(found: Evaluation, digits: number | null): string {
  const tables = tablesOf(found, writingOf(found, digits));
  return [
    ...said(found).map((formulas) => `\\[ ${inOneLine(formulas)} \\]`),
    ...tables.map(tableLatex),
    ...[...remarks(found, tables, digits)].map((note) => `{\\footnotesize ${texText(note)}.\\par}`),
  ].join("\n\n");
}

function tableLatex(table: Table): string {
  const parts = partsOf(columnsOf(table), widthInLatex, gapInLatex, "unicode");
  return [`\\paragraph{${proseLatex(table.title)}}`, ...parts.map(partLatex)].join("\n\n");
}

function partLatex(columns: readonly Column[]): string {
  const line = (cells: readonly string[]): string => `${cells.join(" & ")} \\\\`;
  const head = columns.map(headLatex).map((text) => (text === "" ? "" : `$${text}$`));
  const heights = rowsIn(columns).map((i) =>
    Math.max(...columns.map(({ cells }) => heightOf(cells[i]!))),
  );
  const rows = rowsIn(columns).map((i) => line(columns.map(({ cells }) => inLatex(cells[i]!))));
  const kinds = columns.map(({ cells, head: { group } }) =>
    isOfNumbers(cells) ? "r" : group === 0 ? "l|" : "l",
  );
  const lines = heights.reduce((sum, height) => sum + height, 0);
  const top = head.every((text) => text === "") ? [] : [line(head), "\\hline"];
  const table =
    lines > mostOnPage
      ? [
          `\\begin{longtable}{${kinds.join("")}}`,
          ...top.concat("\\endhead"),
          ...rows,
          "\\end{longtable}",
        ]
      : [
          "\\begin{center}",
          `\\begin{tabular}{${kinds.join("")}}`,
          ...top,
          ...rows,
          "\\end{tabular}",
          "\\end{center}",
        ];
  return ["{\\renewcommand{\\arraystretch}{1.25}", ...table, "}"].join("\n");
}

/** How many lines of a page a cell takes. */
const heightOf = (cell: Cell): number =>
  cell.kind === "grid" && cell.rows[0]!.length > 1 ? Math.min(cell.rows.length, mostRows) : 1;

const headLatex = ({ head, isAbout }: Column): string =>
  head.text.latex === "" ? "" : head.text.latex + (isAbout ? `\\;${about.latex}` : "");
/** A cell; brackets and fractions have some room above and below. */
function inLatex(cell: Cell): string {
  const latex = cellLatex(cell);
  if (latex === "") return "";
  const isTall = heightOf(cell) > 1 || latex.includes("\\frac");
  return isTall ? `$\\vcenter{\\kern3pt\\hbox{$${latex}$}\\kern3pt}$` : `$${latex}$`;
}

/** Tables in Markdown, with formulas between dollars. */
export function valuesMarkdown(found: Evaluation, digits: number | null): string {
  const tables = tablesOf(found, writingOf(found, digits));
  const notes = [...remarks(found, tables, digits)];
  return [
    ...said(found).map((formulas) => inlined(inOneLine(formulas))),
    ...tables.map(tableMarkdown),
    ...(notes.length > 0 ? [notes.map((note) => `- ${mdText(note)}`).join("\n")] : []),
  ].join("\n\n");
}

function tableMarkdown(table: Table): string {
  const columns = columnsOf(table);
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  const cell = (of: Cell): string => {
    const text = of.kind === "number" ? of.number.text.unicode : inlinedOrNothing(cellLatex(of));
    return text.replaceAll("|", "\\vert ");
  };
  return [
    `**${proseMarkdown(table.title)}**`,
    [
      line(columns.map((column) => inlinedOrNothing(headLatex(column)).replaceAll("|", "\\vert "))),
      line(columns.map(({ cells }) => (isOfNumbers(cells) ? "---:" : ":---"))),
      ...table.rows.map((row) => line(row.map(cell))),
    ].join("\n"),
  ].join("\n\n");
}

const inlinedOrNothing = (latex: string): string => (latex === "" ? "" : inlined(latex));

/** Tables of a page. */
export function valuesHtml(found: Evaluation, digits: number | null): string {
  const tables = tablesOf(found, writingOf(found, digits));
  const notes = [...remarks(found, tables, digits)];
  return [
    ...said(found).map((formulas) => formula(inOneLine(formulas), true)),
    ...tables.map(tableHtml),
    ...(notes.length > 0
      ? [`<ul class="notes">${notes.map((note) => `<li>${escaped(note)}</li>`).join("")}</ul>`]
      : []),
  ].join("\n");
}

function tableHtml(table: Table): string {
  const columns = columnsOf(table);
  const shown = (latex: string): string => (latex === "" ? "" : formula(latex));
  // What reads a page aloud may take a formula in a head for nothing: the head says it in letters, too.
  const head = (tag: string, text: string, latex: string): string =>
    `<th ${tag}><span class="spoken">${escaped(text)}</span><span aria-hidden="true">${formula(latex)}</span></th>`;
  const side = (cell: Cell): string =>
    head('scope="row"', cellLines(cell, "unicode", width).join(" "), cellLatex(cell));
  const row = (cells: readonly Cell[]): string =>
    `<tr>${cells
      .map((cell, j) =>
        columns[j]!.head.group === 0
          ? side(cell)
          : `<td${isOfNumbers(columns[j]!.cells) ? ' class="number"' : ""}>${cell.kind === "number" ? escaped(cell.number.text.unicode) : shown(cellLatex(cell))}</td>`,
      )
      .join("")}</tr>`;
  const title = escaped(proseText(table.title, "unicode"));
  const heads = columns.map((column) => {
    const latex = headLatex(column);
    const isNumber = column.head.group !== 0 && isOfNumbers(column.cells);
    const tag = `scope="col"${isNumber ? ' class="number"' : ""}`;
    return latex === "" ? "<td></td>" : head(tag, column.head.text.unicode, latex);
  });
  return [
    `<div class="wide" tabindex="0" role="group" aria-label="${title}"><table class="values">`,
    `<caption>${title}</caption>`,
    `<thead><tr>${heads.join("")}</tr></thead>`,
    `<tbody>${table.rows.map(row).join("\n")}</tbody>`,
    "</table></div>",
  ].join("\n");
}

/** The style of such tables. */
export const valuesStyle = `.values { border-collapse: collapse; margin-block: 0.75rem; }
.values caption { text-align: left; font-weight: 600; padding-block: 0.4rem; white-space: nowrap; }
.values th, .values td { text-align: left; padding: 0.25rem 0.6rem; border-bottom: 1px solid color-mix(in srgb, currentcolor 25%, transparent); white-space: nowrap; font-weight: 400; }
.values th { position: relative; }
.values .number { text-align: right; font-variant-numeric: tabular-nums; }
@media print { .values { font-size: 0.75em; } }
.spoken { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
.wide { overflow-x: auto; }
`;

/** What is said below the tables: conventions at kinks, what was rounded, and what was cut. */
function* remarks(
  { notes }: Evaluation,
  tables: readonly Table[],
  digits: number | null,
): Generator<string> {
  yield* notes;
  const cells = tables.flatMap(({ rows }) => rows.flat());
  const areRounded = cells.some((cell) =>
    cell.kind === "grid" ? isRounded(cell.rows) : cell.kind === "number" && cell.number.isRounded,
  );
  if (areRounded)
    yield `≈ stands where numbers are rounded, to ${digits === 1 ? "1 digit" : `${digits ?? usualDigits} digits`}`;
  if (!cells.every(isWholeInLatex)) yield "long values are cut: JSON and CSV have them whole";
}

/** An error as it is told. */
export const errorTold = (error: number): string => (error === 0 ? "0" : error.toExponential(0));

/** How values were checked. */
export function valuesChecked({ checked, compiled }: Evaluation): string {
  const { derivatives, method, maxRelativeError } = checked;
  const backward =
    derivatives > 0
      ? `, and ${derivatives} ${derivatives === 1 ? "derivative" : "derivatives"} by ${method} of the input`
      : "";
  const verified = `verified: each value by floats${backward}, to ${errorTold(maxRelativeError)}`;
  if (!compiled) return verified;
  const { backend, why, dtype, maxRelativeError: apart } = compiled;
  return `${verified}; shown is what ${backendNames[backend]} (${why}) gives in ${dtype}, which agrees to ${errorTold(apart)}`;
}

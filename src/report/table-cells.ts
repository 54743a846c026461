/** @file The cells of tables as text and as LaTeX: vectors in round brackets, matrices row by row; what is long is cut. */

import type { Spelled, Spelling } from "../derive/options.ts";
import { widthOf } from "../print/columns.ts";
import type { WrittenNumber } from "./numbers.ts";
import type { Cell } from "./tables.ts";

type Rows = readonly (readonly WrittenNumber[])[];

/** What stands for entries that are left out. */
const dots: Spelled = { unicode: "…", ascii: "...", latex: "\\cdots" };
const downDots: Spelled = { unicode: "⋮", ascii: ":", latex: "\\vdots" };

/** About equal, before what was rounded. */
export const about: Spelled = { unicode: "≈", ascii: "~", latex: "\\approx" };

/** How many rows, and entries of a vector, a cell shows at most. */
export const mostRows = 10;
const mostEntries = 30;
/** What bmatrix takes. */
const mostColumnsInLatex = 9;
const mostEntriesInLatex = 16;

/** Whether any of some numbers is rounded. */
export const isRounded = (rows: Rows): boolean => rows.some((row) => row.some((x) => x.isRounded));

/** The first of some items and the last, with a sign in the place of those between. */
function cut<T>(items: readonly T[], most: number, sign: T): readonly T[] {
  return items.length <= most ? items : [...items.slice(0, most - 2), sign, items.at(-1)!];
}

/** The lines of a cell in a column of at most that width. */
export function cellLines(cell: Cell, spelling: "unicode" | "ascii", room: number): string[] {
  switch (cell.kind) {
    case "nothing":
      return [""];
    case "name":
      return [cell.text[spelling]];
    case "number":
      return [cell.number.text[spelling]];
    case "grid": {
      const mark = isRounded(cell.rows) ? `${about[spelling]} ` : "";
      const lines = gridLines(cell.rows, spelling, room - widthOf(mark));
      return lines.map((line, i) => (i === 0 ? mark : " ".repeat(widthOf(mark))) + line);
    }
    default:
      return cell satisfies never;
  }
}

function gridLines(rows: Rows, spelling: "unicode" | "ascii", room: number): string[] {
  const texts = rows.map((row) => row.map((x) => x.text[spelling]));
  if (texts.length === 1 && texts[0]!.length === 1) return [texts[0]![0]!];
  if (texts[0]!.length === 1) {
    const entries = cut(
      texts.map((row) => row[0]!),
      mostEntries,
      dots[spelling],
    );
    return wrappedList(entries, room);
  }
  const some = cut(
    texts,
    mostRows,
    texts[0]!.map(() => downDots[spelling]),
  );
  const columns = fitting(some, spelling, room - 2);
  const widths = columns[0]!.map((_, j) => Math.max(...columns.map((row) => widthOf(row[j]!))));
  return columns.map((row, i) => {
    const inside = row.map((text, j) => text.padEnd(widths[j]! + text.length - widthOf(text)));
    const end = i === columns.length - 1 ? "]" : "";
    return `${i === 0 ? "[" : " "}${inside.join("  ").trimEnd()}${end}`;
  });
}

/** (a, b, c), on several lines where one is too short. */
function wrappedList(entries: readonly string[], room: number): string[] {
  const lines: string[] = [];
  for (const [i, entry] of entries.entries()) {
    const text = entry + (i === entries.length - 1 ? ")" : ",");
    const last = lines.at(-1);
    if (last !== undefined && widthOf(`${last} ${text}`) <= room)
      lines[lines.length - 1] = `${last} ${text}`;
    else lines.push(`${i === 0 ? "(" : " "}${text}`);
  }
  return lines;
}

/** Rows with so many of their columns that they fit. */
function fitting(
  rows: readonly (readonly string[])[],
  spelling: "unicode" | "ascii",
  room: number,
): readonly (readonly string[])[] {
  const count = rows[0]!.length;
  const widths = rows[0]!.map((_, j) => Math.max(...rows.map((row) => widthOf(row[j]!))) + 2);
  for (let most = count; most > 3; most--) {
    const kept = cut([...widths.keys()], most, -1);
    const width = kept.reduce((sum, j) => sum + (j < 0 ? 5 : widths[j]!), -2);
    if (width <= room)
      return rows.map((row) => kept.map((j) => (j < 0 ? dots[spelling] : row[j]!)));
  }
  const kept = cut([...widths.keys()], 3, -1);
  return rows.map((row) => kept.map((j) => (j < 0 ? dots[spelling] : row[j]!)));
}

/** A cell in LaTeX, without dollars; rows of matrices end in `\cr`, which no reader of Markdown takes for its own. */
export function cellLatex(cell: Cell): string {
  switch (cell.kind) {
    case "nothing":
      return "";
    case "name":
      return cell.text.latex;
    case "number":
      return cell.number.text.latex;
    case "grid":
      return (isRounded(cell.rows) ? `${about.latex} ` : "") + gridLatex(cell.rows);
    default:
      return cell satisfies never;
  }
}

function gridLatex(rows: Rows): string {
  const texts = rows.map((row) => row.map((x) => x.text.latex));
  if (texts.length === 1 && texts[0]!.length === 1) return texts[0]![0]!;
  if (texts[0]!.length === 1) {
    const entries = texts.map((row) => row[0]!);
    return `(${cut(entries, mostEntriesInLatex, "\\ldots").join(",\\ ")})`;
  }
  const some = cut(
    texts,
    mostRows,
    texts[0]!.map(() => downDots.latex),
  );
  const lines = some.map((row) => cut(row, mostColumnsInLatex, dots.latex).join(" & "));
  return `\\begin{bmatrix} ${lines.join(" \\cr ")} \\end{bmatrix}`;
}

/** Whether a cell is shown whole in LaTeX. */
export const isWholeInLatex = (cell: Cell): boolean => {
  if (cell.kind !== "grid") return true;
  const [rows, columns] = [cell.rows.length, cell.rows[0]!.length];
  return columns === 1
    ? rows <= mostEntriesInLatex
    : rows <= mostRows && columns <= mostColumnsInLatex;
};

/** Whether the cells of a column are numbers, which stand at its right. */
export const isOfNumbers = (cells: readonly Cell[]): boolean =>
  cells.some(({ kind }) => kind === "number") &&
  cells.every(({ kind }) => kind === "number" || kind === "nothing");

/** Whether some number of a column was rounded. */
export const isAbout = (cells: readonly (Cell | undefined)[]): boolean =>
  cells.some((cell) => cell?.kind === "number" && cell.number.isRounded);

/** How wide a cell is, in characters. */
export const widthIn = (cell: Cell, spelling: Spelling, room = Infinity): number =>
  Math.max(
    0,
    ...cellLines(cell, spelling === "ascii" ? "ascii" : "unicode", room).map((line) =>
      widthOf(line),
    ),
  );

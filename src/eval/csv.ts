/** @file Numbers in CSV: a name a column below a header, or the rows of one matrix. */

import { errors } from "../diagnostics/errors.ts";
import type { Rational } from "../expr/rational.ts";
import { numberIn } from "./cells.ts";
import type { Numbers } from "./numbers.ts";

/** A line that says something, by its number. */
interface Line {
  readonly number: number;
  readonly cells: readonly string[];
}

/** The lines of a text; cells end at a comma, a semicolon or a tab: at the first of them that the text has. */
function linesOf(text: string, path: string): Line[] {
  const sign = /[,;\t]/u.exec(text)?.[0] ?? ",";
  const lines = text
    .replace(/^\uFEFF/u, "")
    .split(/\r\n|\r|\n/u)
    .map((line, i) => ({ number: i + 1, cells: cellsOf(line, sign) }))
    .filter(({ cells }) => cells.some((cell) => cell !== ""));
  const [first] = lines;
  if (!first) throw errors.badData(path, "there is nothing in the file");
  const ragged = lines.find(({ cells }) => cells.length !== first.cells.length);
  if (ragged)
    throw errors.badData(
      `${path}: line ${ragged.number}`,
      `it has ${counted(ragged.cells.length, "cell")}, and line ${first.number} has ${first.cells.length}`,
    );
  return lines;
}

const counted = (n: number, what: string): string => `${n} ${what}${n === 1 ? "" : "s"}`;

/** The cells of a line; what stands in quotes holds any sign. */
const cellsOf = (line: string, sign: string): string[] => {
  const cells: string[] = [""];
  let isQuoted = false;
  for (const c of line) {
    if (c === '"') isQuoted = !isQuoted;
    else if (c === sign && !isQuoted) cells.push("");
    else cells[cells.length - 1] += c;
  }
  return cells.map((cell) => cell.trim());
};

function numberAt({ number, cells }: Line, column: number, path: string): Rational {
  const cell = cells[column]!;
  const found = numberIn(cell);
  if (found) return found;
  throw errors.badData(
    `${path}: line ${number}, column ${column + 1}`,
    cell === "" ? "the cell is empty" : `“${cell}” is no number`,
  );
}

/** The rows of a matrix; there is no header. */
export function matrixInCsv(text: string, path: string): Numbers {
  const lines = linesOf(text, path);
  const rows = lines.map((line) => line.cells.map((_, j) => numberAt(line, j, path)));
  return { rows, isList: rows.length === 1 && rows[0]!.length > 1 };
}

/** A table below a header: the names, and a row of numbers for each line. */
export function tableInCsv(
  text: string,
  path: string,
): { readonly names: readonly string[]; readonly rows: readonly (readonly Rational[])[] } {
  const [header, ...lines] = linesOf(text, path);
  const names = header!.cells;
  if (names.every((cell) => numberIn(cell) !== null))
    throw errors.badData(path, "its first line holds numbers, not names", `NAME=${path}`);
  const bad = names.find((name, i) => name === "" || names.indexOf(name) !== i);
  if (bad !== undefined)
    throw errors.badData(
      `${path}: line ${header!.number}`,
      bad === "" ? "a column has no name" : `${bad} names two columns`,
    );
  if (lines.length === 0) throw errors.badData(path, "there are no numbers below the names");
  return { names, rows: lines.map((line) => names.map((_, j) => numberAt(line, j, path))) };
}

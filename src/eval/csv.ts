/** @file Numbers in CSV: a name a column below a header, or the rows of one matrix. */

import type { Line } from "../data/csv.ts";
import { linesIn, notANumber } from "../data/csv.ts";
import { errors } from "../diagnostics/errors.ts";
import type { Rational } from "../expr/rational.ts";
import { numberIn } from "./cells.ts";
import type { Numbers } from "./numbers.ts";

function numberAt(line: Line, column: number, path: string): Rational {
  const found = numberIn(line.cells[column]!);
  if (!found) throw notANumber(line, column, path);
  return found;
}

/** The rows of a matrix; there is no header. */
export function matrixInCsv(text: string, path: string): Numbers {
  const lines = linesIn(text, path);
  const rows = lines.map((line) => line.cells.map((_, j) => numberAt(line, j, path)));
  return { rows, isList: rows.length === 1 && rows[0]!.length > 1 };
}

/** A table below a header: the names, and a row of numbers for each line. */
export function tableInCsv(
  text: string,
  path: string,
): { readonly names: readonly string[]; readonly rows: readonly (readonly Rational[])[] } {
  const [header, ...lines] = linesIn(text, path);
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

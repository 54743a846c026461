/** @file Samples in a table: columns of numbers, and one of labels. */

import { errors } from "../diagnostics/errors.ts";
import { isMissing, Labels } from "./categories.ts";
import type { Line } from "./csv.ts";
import { floatIn, linesFrom, notANumber } from "./csv.ts";
import { Keeper } from "./keep.ts";
import { isLittleHere } from "./kinds.ts";
import type { Opening, Target } from "./opening.ts";
import type { Rows } from "./rows.ts";
import { rowsOf } from "./rows.ts";
import type { Store } from "./store.ts";
import { held } from "./store.ts";

/** Samples of a table. */
export interface Table {
  readonly inputs: Rows;
  /** Null where they are numbers to be learnt, or there are none. */
  readonly labels: Labels | null;
  readonly targets: Rows | null;
}

/** What the first line says of the columns. */
interface Header {
  /** Whether it names them. */
  readonly isThere: boolean;
  /** Which of them has the labels, from 0 on; null where none does. */
  readonly label: number | null;
}

/** Names that a column of labels has. */
const labelNames = new Set(["label", "class", "target", "y"]);

/**
 * The first line names the columns where none of its cells is a number, or one of them is that of the labels.
 * @throws NablaError where the column that is asked for is not there.
 */
function headerIn({ cells }: Line, asked: string | null, path: string): Header {
  const areWords = cells.every((cell) => Number.isNaN(floatIn(cell)) && !isMissing(cell));
  const named = cells.findIndex(
    (cell) =>
      Number.isNaN(floatIn(cell)) &&
      (asked === null ? labelNames.has(cell.toLowerCase()) : cell === asked),
  );
  if (named >= 0) {
    const again = cells.lastIndexOf(cells[named]!);
    if (again !== named) throw errors.twoColumns(path, cells[named]!, named + 1, again + 1);
    return { isThere: true, label: named };
  }
  if (asked === null) return { isThere: areWords, label: null };
  const number = /^[1-9]\d{0,5}$/u.test(asked) ? Number(asked) : 0;
  if (number < 1 || number > cells.length)
    throw errors.noColumn(path, asked, areWords ? cells : cells.length);
  return { isThere: areWords, label: number - 1 };
}

/** What is wanted of a table. */
export interface Wanted {
  /** What its labels are; these are in the last column if no other is told or named so. */
  readonly target: Target;
  /** How many inputs a row has: labels are there where it has one cell more. */
  readonly width?: number | undefined;
}

/** The samples of a table. */
export async function tableIn(
  path: string,
  opening: Opening,
  { target, width }: Wanted,
): Promise<Table> {
  const { name, pieces } = opening.pieces(path);
  const inputs = new Numbers(name, opening);
  let targets: number[] | null = null;
  let labels: Labels | null = null;
  let columns: { readonly width: number; readonly label: number | null } | null = null;
  let count = 0;
  try {
    for await (const line of linesFrom(pieces, name)) {
      const { cells, number } = line;
      if (!columns) {
        const isBare = width !== undefined && cells.length === width;
        const mayHaveLabels = width === undefined || cells.length === width + 1;
        const header = headerIn(line, mayHaveLabels ? opening.label : null, name);
        const usual = target !== "none" && mayHaveLabels ? cells.length - 1 : null;
        const label = isBare ? null : (header.label ?? usual);
        columns = { label, width: cells.length - (label === null ? 0 : 1) };
        if (columns.width === 0)
          throw errors.badData(name, "it has one column: there are no inputs");
        if (header.isThere) continue;
      }
      const { label } = columns;
      for (let k = 0; k < cells.length; k++) if (k !== label) inputs.put(entryAt(line, k, name));
      if (label !== null && target !== "none") {
        if (count === 0) {
          const areNumbers = target === "either" && !Number.isNaN(floatIn(cells[label]!));
          if (target === "numbers" || areNumbers) targets = [];
          else labels = new Labels();
        }
        targets?.push(entryAt(line, label, name));
        if (labels && cells[label] === "") throw notANumber(line, label, name);
        labels?.add(cells[label]!, `${name}: line ${number}, column ${label + 1}`);
      }
      count++;
    }
    if (count === 0) throw errors.badData(name, "there are no numbers below the names");
    return {
      inputs: floatsIn(inputs.store(), columns!.width),
      labels,
      targets: targets && floatsIn(held(bytesOf(Float64Array.from(targets)), name), 1),
    };
  } catch (error) {
    inputs.close();
    throw error;
  }
}

/** A cell as an entry that float32 has. */
function entryAt(line: Line, column: number, path: string): number {
  const number = floatIn(line.cells[column]!);
  if (Number.isNaN(number)) throw notANumber(line, column, path);
  if (!Number.isFinite(Math.fround(number)))
    throw errors.badData(
      `${path}: line ${line.number}, column ${column + 1}`,
      `${line.cells[column]} is too large for float32`,
    );
  return number;
}

const bytesOf = ({ buffer, byteLength }: Float64Array): Uint8Array =>
  new Uint8Array(buffer, 0, byteLength);

/** Rows of floats as they are in memory. */
const floatsIn = (store: Store, width: number): Rows => {
  const stride = width * 8;
  return rowsOf([{ store, start: 0, count: store.length / stride }], {
    shape: [width],
    kind: "f8",
    isLittle: isLittleHere,
    stride,
  });
};

/** Numbers that come one after the other, kept as float64. */
class Numbers {
  private readonly opening: Opening;
  private readonly keeper: Keeper;
  private readonly block = new Float64Array(1 << 14);
  private filled = 0;

  constructor(name: string, opening: Opening) {
    this.opening = opening;
    this.keeper = new Keeper(name, opening.budget, null);
  }

  put(number: number): void {
    if (this.filled === this.block.length) this.keep();
    this.block[this.filled++] = number;
  }

  private keep(): void {
    this.keeper.add(bytesOf(this.block.subarray(0, this.filled)));
    this.filled = 0;
  }

  store(): Store {
    this.keep();
    return this.opening.own(this.keeper.store());
  }

  close(): void {
    this.keeper.close();
  }
}

/** @file Tables as text: lines of cells that end at a comma, a semicolon or a tab. */

import { errors } from "../diagnostics/errors.ts";
import { counted } from "../diagnostics/wording.ts";

/** A line that says something, by its number. */
export interface Line {
  readonly number: number;
  readonly cells: readonly string[];
}

/** Makes cells of lines, one after the other; what separates them is what the first line has, and all have as many. */
export class Lines {
  private readonly path: string;
  private number = 0;
  private sign = ",";
  private first: Line | null = null;

  constructor(path: string) {
    this.path = path;
  }

  /**
   * The cells of the next line; null of an empty one.
   * @throws NablaError where it has other cells than the first, or a quote that is not closed.
   */
  read(text: string): Line | null {
    this.number++;
    const line = this.number === 1 ? text.replace(/^\uFEFF/u, "") : text;
    if (!this.first) this.sign = separatorOf(line);
    const cells = this.cellsOf(line);
    if (cells.every((cell) => cell === "")) return null;
    const read = { number: this.number, cells };
    this.first ??= read;
    if (cells.length !== this.first.cells.length)
      throw errors.badData(
        `${this.path}: line ${this.number}`,
        `it has ${counted(cells.length, "cell")}, and line ${this.first.number} has ${this.first.cells.length}`,
      );
    return read;
  }

  /** What stands in quotes holds any sign; a quote itself is written twice there. */
  private cellsOf(line: string): string[] {
    if (!line.includes('"')) {
      const cells = line.split(this.sign);
      return /\s/u.test(line) ? cells.map((cell) => cell.trim()) : cells;
    }
    const cells: string[] = [""];
    let isQuoted = false;
    for (let i = 0; i < line.length; i++) {
      const c = line[i]!;
      const isTwice = c === '"' && isQuoted && line[i + 1] === '"';
      if (isTwice) i++;
      if (c === '"' && !isTwice) isQuoted = !isQuoted;
      else if (c === this.sign && !isQuoted) cells.push("");
      else cells[cells.length - 1] += c;
    }
    if (isQuoted)
      throw errors.badData(
        `${this.path}: line ${this.number}, column ${cells.length}`,
        "the quote is not closed in its line",
      );
    return cells.map((cell) => cell.trim());
  }
}

/** The sign that separates cells: the first comma, semicolon or tab outside of quotes. */
const separatorOf = (line: string): string =>
  /[,;\t]/u.exec(line.replaceAll(/"[^"]*"/gu, ""))?.[0] ?? ",";

/** The lines of a text that say something; there is one at least. */
export function linesIn(text: string, path: string): Line[] {
  const lines = new Lines(path);
  const found = text.split(/\r\n|\r|\n/u).flatMap((line) => lines.read(line) ?? []);
  if (found.length === 0) throw nothingIn(path);
  return found;
}

/** No line of a table is longer, in UTF-16 units. */
const longestLine = 1 << 24;

/** The same of a text that comes in pieces of bytes. */
export async function* linesFrom(
  pieces: AsyncIterable<Uint8Array>,
  path: string,
): AsyncGenerator<Line> {
  const lines = new Lines(path);
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  const textOf = (bytes: Uint8Array | null): string => {
    try {
      return bytes ? decoder.decode(bytes, { stream: true }) : decoder.decode();
    } catch {
      throw errors.notUtf8(path);
    }
  };
  let rest = "";
  let isEmpty = true;
  const read = function* (texts: readonly string[]): Generator<Line> {
    for (const text of texts) {
      const line = lines.read(text);
      if (line) yield line;
      isEmpty &&= !line;
    }
  };
  for await (const piece of pieces) {
    const text = rest + textOf(piece);
    // A line may end with a return at the end of a piece, and a feed at the beginning of the next.
    const end = text.endsWith("\r") ? text.length - 1 : text.length;
    const parts = text.slice(0, end).split(/\r\n|\r|\n/u);
    rest = parts.pop()! + text.slice(end);
    yield* read(parts);
    if (rest.length > longestLine) throw errors.badData(path, "a line is longer than 16 MiB");
  }
  yield* read((rest + textOf(null)).split(/\r\n|\r|\n/u));
  if (isEmpty) throw nothingIn(path);
}

const nothingIn = (path: string): Error => errors.badData(path, "there is nothing in the file");

/** The error of a cell that is to be a number. */
export const notANumber = ({ number, cells }: Line, column: number, path: string): Error =>
  errors.badData(
    `${path}: line ${number}, column ${column + 1}`,
    cells[column] === "" ? "the cell is empty" : `“${cells[column]}” is no number`,
  );

/** The number that a cell is; NaN where it is none. */
export function floatIn(cell: string): number {
  // Most cells of tables with pictures have few digits, and nothing else.
  if (cell.length > 9) return longFloatIn(cell);
  let whole = cell === "" ? Number.NaN : 0;
  for (let i = 0; i < cell.length; i++) {
    const digit = cell.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9) return longFloatIn(cell);
    whole = 10 * whole + digit;
  }
  return whole;
}

const longFloatIn = (cell: string): number =>
  /^[+\-−]?(?:\d+\.?\d*|\.\d+)(?:[eE][+\-−]?\d+)?$/u.test(cell)
    ? Number(cell.replaceAll("−", "-"))
    : Number.NaN;

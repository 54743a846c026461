/** @file Numbers given to names: `x = 2`, `W = [1 2; 3 4]`, `b = (1, 0, −1)`. */

import { errors } from "../diagnostics/errors.ts";
import type { Span } from "../diagnostics/source.ts";
import type { Rational } from "../expr/rational.ts";
import { negated, over, rational, rationalFromDecimal } from "../expr/rational.ts";
import { isFunctionName } from "../ops/functions.ts";
import type { Piece } from "./latex.ts";
import { nameAt } from "./names.ts";
import { closing, matchingIn, opening } from "./pieces.ts";
import type { RawStatement } from "./statements.ts";
import type { Statement } from "./surface.ts";

const numeric = new Set([
  "number",
  "half",
  "third",
  "quarter",
  "threeQuarters",
  "plus",
  "minus",
  "slash",
  "comma",
  "semicolon",
  "openBracket",
  "closeBracket",
  "openParen",
  "closeParen",
  "fraction",
  "openBrace",
  "closeBrace",
]);

const vulgar: Readonly<Record<string, Rational>> = {
  half: rational(1, 2),
  third: rational(1, 3),
  quarter: rational(1, 4),
  threeQuarters: rational(3, 4),
};

/** The statement that gives numbers to a name, or null where the right side is no number. */
export function numberStatement(statement: RawStatement): Statement | null {
  const { pieces, folded } = statement;
  const found = nameAt(statement, 0, true);
  if (!found) return null;
  const sign = pieces[found.next];
  if (sign?.type !== "equals" && sign?.type !== "define") return null;
  const right = pieces.slice(found.next + 1);
  if (right.length === 0) return null;
  const turn = transposeEnding(right);
  const value = right.slice(0, right.length - turn);
  const isWhole = value.length > 0 && matchingIn(value, 0) === value.length - 1;
  const other = value.find((p) => !numeric.has(p.type));
  if (other && isListed(value)) throw errors.notANumber(folded.span(other.start, other.end));
  if (other || (turn > 0 && !isWhole)) return null;
  if (!value.some((p) => p.type === "number" || p.type in vulgar)) return null;
  const span = folded.span(pieces[0]!.start, pieces.at(-1)!.end);
  if (isFunctionName(found.name))
    throw errors.nameIsFunction(
      folded.span(pieces[0]!.start, pieces[found.next - 1]!.end),
      found.name,
    );
  return {
    kind: "number",
    name: { name: found.name, span: folded.span(pieces[0]!.start, pieces[found.next - 1]!.end) },
    entries: turned(entriesOf(value, statement, span), value, turn),
    span,
  };
}

/** Whether what begins with a bracket is a list of numbers, and nothing else: two stand side by side, or in rows. */
const isListed = (value: readonly Piece[]): boolean =>
  value[0]!.type === "openBracket" &&
  value.some(
    (p, i) => p.type === "semicolon" || (p.type === "number" && value[i + 1]?.type === "number"),
  );

/** The rows of a list in brackets that stands alone, as in `(0, −2, 1)`, `[1 2]ᵀ`; null where something else does. */
export function numbersIn(statement: RawStatement): Rational[][] | null {
  const { pieces: all, folded } = statement;
  const turn = transposeEnding(all);
  const pieces = all.slice(0, all.length - turn);
  const [first] = pieces;
  if (first?.type !== "openParen" && first?.type !== "openBracket") return null;
  if (!pieces.every((p) => numeric.has(p.type))) return null;
  if (matchingIn(pieces, 0) !== pieces.length - 1) return null;
  const rows = rowsOf(pieces, folded.text);
  if (rows.length === 1 && rows[0]!.length === 1) return null;
  return turned(
    entriesOf(pieces, statement, folded.span(first.start, pieces.at(-1)!.end)),
    pieces,
    turn,
  );
}

/** The rows of a list, transposed where something behind it says so. */
function turned(entries: Rational[][], value: readonly Piece[], turn: number): Rational[][] {
  // (1, 2) and (1, 2)ᵀ are both columns: some write the row that the column is the transpose of.
  if (turn === 0 || value[0]!.type === "openParen") return entries;
  return entries[0]!.map((_, j) => entries.map((row) => row[j]!));
}

/** How many pieces at the end say that what is before them is transposed. */
export function transposeEnding(pieces: readonly Piece[]): number {
  const text = (back: number): string | undefined => pieces.at(-back)?.text;
  const isT = (t: string | undefined): boolean =>
    t === "T" || t === "\\top" || t === "⊤" || t === "\\intercal";
  if (text(1) === "ᵀ" || pieces.at(-1)?.type === "prime") return 1;
  if (isT(text(1)) && text(2) === "^") return 2;
  return text(1) === "}" && isT(text(2)) && text(3) === "{" && text(4) === "^" ? 4 : 0;
}

/** The numbers of a literal, row by row. */
function entriesOf(value: readonly Piece[], statement: RawStatement, span: Span): Rational[][] {
  const rows = rowsOf(value, statement.folded.text);
  const columns = rows[0]!.length;
  if (rows.some((row) => row.length !== columns)) throw errors.raggedRows(span);
  return rows.map((row) => row.map((cell) => numberOf(cell, statement)));
}

/**
 * The cells of a literal: rows end at `;` or with the line, entries at `,` or a blank; round brackets make a column.
 * Behind a comma a row goes on in the next line.
 */
function rowsOf(value: readonly Piece[], text: string): Piece[][][] {
  const [first] = value;
  const isBracketed =
    first!.type === "openBracket" ||
    (first!.type === "openParen" && value.some((p) => p.type === "comma"));
  if (!isBracketed) return [[[...value]]];
  const inside = value.slice(1, -1);
  if (inside.some((p) => p.type === "openBracket")) return nestedRows(inside, text);
  if (holdsNestedComma(inside)) return [[[]]];
  const rows: Piece[][][] = [[[]]];
  let depth = 0;
  for (const [i, piece] of inside.entries()) {
    const cells = rows.at(-1)!;
    const cell = cells.at(-1)!;
    const isInside = depth > 0;
    if (opening.has(piece.type)) depth++;
    else if (closing.has(piece.type)) depth--;
    if (piece.type === "semicolon") rows.push([[]]);
    else if (piece.type === "comma") cells.push([]);
    else if (!isInside && cell.length > 0 && beginsEntry(inside, i)) {
      const isBelow = text.slice(inside[i - 1]!.end, piece.start).includes("\n");
      if (isBelow && first!.type === "openBracket") rows.push([[piece]]);
      else cells.push([piece]);
    } else cell.push(piece);
  }
  if (first!.type === "openParen") return rows[0]!.map((cell) => [cell]);
  return rows.filter((row) => row.some((cell) => cell.length > 0));
}

/** `((1, 2), (3, 4))` is no column. */
function holdsNestedComma(pieces: readonly Piece[]): boolean {
  let depth = 0;
  return pieces.some((piece) => {
    if (piece.type === "openParen") depth++;
    else if (piece.type === "closeParen") depth--;
    return depth > 0 && piece.type === "comma";
  });
}

/** NumPy's `[[1, 2], [3, 4]]`: each inner bracket is a row. */
function nestedRows(inside: readonly Piece[], text: string): Piece[][][] {
  const rows: Piece[][][] = [];
  let row: Piece[] | null = null;
  for (const piece of inside) {
    if (piece.type === "openBracket" && row === null) row = [piece];
    else if (row === null) {
      // Between rows stands nothing but a comma; an empty cell is no number.
      if (piece.type !== "comma") return [[[]]];
    } else if (piece.type === "openBracket") return [[[]]];
    else {
      row.push(piece);
      if (piece.type !== "closeBracket") continue;
      rows.push(...rowsOf(row, text));
      row = null;
    }
  }
  return rows;
}

/** Whether a piece begins an entry after a blank: `1 2`, `1 -2`, but not `1 - 2` or `1/2`. */
function beginsEntry(pieces: readonly Piece[], i: number): boolean {
  const [before, piece, after] = [pieces[i - 1], pieces[i]!, pieces[i + 1]];
  if (before === undefined || before.type === "slash" || piece.type === "slash") return false;
  if (before.type === "fraction" || piece.type === "openBrace") return false;
  if (before.type === "minus" || before.type === "plus") return false;
  const apart = piece.start > before.end;
  if (piece.type === "minus" || piece.type === "plus") return apart && after?.start === piece.end;
  return apart;
}

/** What is longer, or has a larger exponent, would be no float, and is a slip. */
export const longestDecimal = 340;

function decimal(text: string): Rational | null {
  const exponent = Number(/[eE]([+-]?\d+)$/u.exec(text)?.[1] ?? 0);
  const isLong = text.length > longestDecimal || Math.abs(exponent) > longestDecimal;
  return isLong ? null : rationalFromDecimal(text);
}

/** The number that a cell is: signs, decimals and fractions, quotients, and brackets around any of these. */
function numberOf(pieces: readonly Piece[], statement: RawStatement): Rational {
  const span = statement.folded.span(
    (pieces[0] ?? statement.pieces[0]!).start,
    (pieces.at(-1) ?? statement.pieces.at(-1)!).end,
  );
  let at = 0;
  const decimalOf = (text: string): Rational => {
    const value = decimal(text);
    if (value === null) throw errors.numberBeyondFloats(span);
    return value;
  };
  const quotientOf = (above: Rational, below: Rational): Rational => {
    if (below.numerator === 0n) throw errors.notANumber(span);
    return over(above, below);
  };
  const closed = (close: string): Rational => {
    const value = quotient();
    if (pieces[at++]?.type !== close) throw errors.notANumber(span);
    return value;
  };
  /** What stands behind \frac: without braces a part is one digit. */
  const fraction = (): Rational => {
    const parts: Rational[] = [];
    while (parts.length < 2) {
      const piece = pieces[at++];
      if (piece?.type === "openBrace") parts.push(closed("closeBrace"));
      else if (piece?.type === "number" && /^\d+$/u.test(piece.text)) {
        const digits = [...piece.text];
        if (digits.length + parts.length > 2) throw errors.notANumber(span);
        parts.push(...digits.map(decimalOf));
      } else throw errors.notANumber(span);
    }
    return quotientOf(parts[0]!, parts[1]!);
  };
  const one = (): Rational => {
    let isNegative = false;
    for (; pieces[at]?.type === "minus" || pieces[at]?.type === "plus"; at++)
      if (pieces[at]!.type === "minus") isNegative = !isNegative;
    const value = unsigned();
    return isNegative ? negated(value) : value;
  };
  const unsigned = (): Rational => {
    const piece = pieces[at++];
    switch (piece?.type) {
      case "number":
        return decimalOf(piece.text);
      case "openParen":
        return closed("closeParen");
      case "openBrace":
        return closed("closeBrace");
      case "fraction":
        return fraction();
      default: {
        const value = vulgar[piece?.type ?? ""];
        if (value === undefined) throw errors.notANumber(span);
        return value;
      }
    }
  };
  const quotient = (): Rational => {
    let value = one();
    while (pieces[at]?.type === "slash") {
      at++;
      value = quotientOf(value, one());
    }
    return value;
  };
  const value = quotient();
  if (at < pieces.length) throw errors.notANumber(span);
  return value;
}

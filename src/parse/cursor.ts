/** @file Where the reading of a statement stands, and the tokens it has made. */

import { errors } from "../diagnostics/errors.ts";
import type { Span } from "../diagnostics/source.ts";
import type { Piece } from "./latex.ts";
import { groupText, matching } from "./names.ts";
import { closing, opening, relations } from "./pieces.ts";
import type { Names, RawStatement } from "./statements.ts";
import type { Token } from "./surface.ts";

const operandEnds = new Set([
  "number",
  "name",
  "ones",
  "zero",
  "closeParen",
  "closeBracket",
  "closeBrace",
  "closeNorm",
  "closeBar",
  "closeAngle",
  "transpose",
  "inverseTranspose",
  "pseudoinverse",
  "subscripted",
]);

export class Cursor {
  readonly tokens: Token[] = [];
  /** The bars that are open. */
  readonly bars: ("norm" | "bar")[] = [];
  /** The piece that is read next. */
  at = 0;
  statement: RawStatement;
  pieces: readonly Piece[];
  readonly names: Names;
  /** Whether the text is to be an expression of a problem that is known. */
  readonly isAnswer: boolean;
  constructor(statement: RawStatement, names: Names, isAnswer: boolean) {
    this.isAnswer = isAnswer;
    this.statement = statement;
    this.pieces = statement.pieces;
    this.names = names;
  }

  span(from: Piece, to: Piece = from): Span {
    return this.statement.folded.span(from.start, to.end);
  }

  token(type: string, from: Piece, value = from.text, to = from): void {
    this.tokens.push({
      type,
      value,
      text: from.text,
      span: this.span(from, to),
      offset: from.start,
    });
  }

  name(value: string, from: Piece, to: Piece): void {
    this.styled(value, from, to);
    this.token("name", from, value, to);
  }

  /** One name in two alphabets of one formula may be two things to its writer. */
  styled(value: string, from: Piece, to: Piece): void {
    const style = from.style ?? "plain";
    const { styles } = this.statement;
    const before = styles.get(value);
    if (before === undefined) styles.set(value, style);
    else if (before !== style) throw errors.twoStyles(this.span(from, to), value, [before, style]);
  }

  operandBefore(): boolean {
    const last = this.tokens.at(-1);
    return last !== undefined && operandEnds.has(last.type);
  }

  /** Whether what is read next is an argument of \frac without braces: one letter, one digit. */
  isFractionPart(): boolean {
    const [last, before] = [this.tokens.at(-1), this.tokens.at(-2)];
    return (
      last?.type === "fraction" ||
      (before?.type === "fraction" && (last?.type === "name" || last?.type === "number"))
    );
  }

  /** Whether a letter is the subscript of something other than Σ. */
  isIndex(letter: string): boolean {
    this.indices ??= new Set(
      this.pieces.flatMap((piece, i) => {
        const isBelow = piece.type === "subscript" || this.pieces[i - 1]?.type === "underscore";
        const of = this.pieces[i - (piece.type === "subscript" ? 1 : 2)];
        if (!isBelow || of?.text === "Σ") return [];
        const isBraced = piece.type === "openBrace";
        const end = isBraced ? matching(this.statement, i) : i + 1;
        return [...groupText(this.pieces.slice(i, end))];
      }),
    );
    return this.indices.has(letter);
  }

  private indices: ReadonlySet<string> | undefined;

  followedBy(types: readonly string[]): boolean {
    return types.every((type, i) => this.pieces[this.at + 1 + i]?.type === type);
  }

  textBetween(from: number, to: number): string {
    return this.pieces
      .slice(from, to)
      .map((p) => p.text)
      .join("");
  }

  /** The piece after an exponent at `i`. */
  pastExponent(i: number): number {
    const piece = this.pieces[i];
    if (piece?.type === "superscript") return i + 1;
    if (piece?.type !== "caret") return i;
    if (this.pieces[i + 1]?.type === "openBrace") return matching(this.statement, i + 1) + 1;
    return this.pieces[i + 1]?.type === "minus" ? i + 3 : i + 2;
  }

  /** Reads `rest` in the place of the piece it was cut from. */
  split(rest: Piece): void {
    const pieces = [...this.pieces];
    pieces[this.at] = rest;
    this.pieces = pieces;
    this.statement = { ...this.statement, pieces };
  }

  /** Takes a bracket away that has nothing but another one in it. */
  unwrapped(open: number): void {
    const close = matching(this.statement, open);
    if (matching(this.statement, open + 1) !== close - 1) return;
    this.pieces = this.pieces.filter((_, i) => i !== open && i !== close);
    this.statement = { ...this.statement, pieces: this.pieces };
  }

  /** Whether a relation stands directly inside the bracket at `open`. */
  holdsRelation(open: number): boolean {
    const close = matching(this.statement, open);
    let depth = 0;
    for (let i = open; i < close; i++) {
      if (opening.has(this.pieces[i]!.type)) depth++;
      else if (closing.has(this.pieces[i]!.type)) depth--;
      else if (depth === 1 && relations.has(this.pieces[i]!.type)) return true;
    }
    return false;
  }
}

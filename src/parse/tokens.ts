/** @file From pieces to the tokens of the grammar: every word and sign gets its one meaning. */

import { errors } from "../diagnostics/errors.ts";
import { readNabla } from "./applications.ts";
import { Cursor } from "./cursor.ts";
import { readCaret, readPrime, readSubscript, readSuperscript } from "./exponents.ts";
import {
  isNameList,
  rangeAt,
  readDeclaration,
  readDefinitionHead,
  readEach,
  readNameList,
} from "./heads.ts";
import type { Piece } from "./latex.ts";
import { baseName } from "./names.ts";
import { isIndicator, readBar, readOnes, readSum, readZero } from "./signs.ts";
import { isIn } from "./openings.ts";
import { headSign, isGiven } from "./statements.ts";
import type { Names, RawStatement } from "./statements.ts";
import type { Token } from "./surface.ts";
import { readLetter, readWord } from "./words.ts";

/** The tokens of one statement. */
export function tokensOf(statement: RawStatement, names: Names, isAnswer: boolean): Token[] {
  return run(new Cursor(statement, names, isAnswer));
}

function run(c: Cursor): Token[] {
  const sign = headSign(c.pieces);
  const head = sign > 0 ? c.pieces[sign]! : null;
  if (head && isGiven(c.pieces)) c.token("given", c.pieces[c.at++]!);
  else if (head && (head.type === "colon" || head.type === "element" || isIn(c.pieces, sign)))
    return readDeclaration(c, sign);
  else if (head?.type === "equals" && rangeAt(c, 0)) {
    readEach(c, 0);
    return c.tokens;
  } else if (head && (head.type === "equals" || head.type === "define"))
    readDefinitionHead(c, sign);
  else if (head && isNameList(c, sign)) readNameList(c, sign);
  while (c.at < c.pieces.length) readOne(c);
  return c.tokens;
}

function readOne(c: Cursor): void {
  const piece = c.pieces[c.at]!;
  switch (piece.type) {
    case "word":
      return readWord(c, piece);
    case "letter":
      return readLetter(c, piece);
    case "number":
      return readNumber(c, piece);
    case "half":
    case "third":
    case "quarter":
    case "threeQuarters":
      if (c.tokens.at(-1)?.type === "number") throw errors.twoNumbers(c.span(piece));
      c.token(
        "number",
        piece,
        { half: "1/2", third: "1/3", quarter: "1/4", threeQuarters: "3/4" }[piece.type],
      );
      c.at++;
      return;
    case "superscript":
      return readSuperscript(c, piece);
    case "subscript":
    case "underscore":
      return readSubscript(c, piece);
    case "caret":
      return readCaret(c, piece);
    case "top":
      c.token("transpose", piece);
      c.at++;
      return;
    case "prime":
    case "doublePrime":
    case "triplePrime":
      return readPrime(c, piece);
    case "norm":
    case "bar":
      return readBar(c, piece);
    case "sum":
      return readSum(c, piece, piece);
    case "nabla":
      return readNabla(c, piece);
    case "ones":
      return readOnes(c, piece);
    case "zero":
      return readZero(c, piece);
    case "openSet":
      c.token("openParen", piece);
      c.at++;
      return;
    case "closeSet":
      c.token("closeParen", piece);
      c.at++;
      return;
    case "times":
      throw errors.timesIsForShapes(c.span(piece));
    case "dots":
      throw errors.notInLanguage(
        c.span(piece),
        "dots are not in the language: write the sum or the product out",
      );
    case "bullet":
      throw errors.notInLanguage(
        c.span(piece),
        "• is not in the language",
        "⟨A, B⟩ or tr(AᵀB) for an inner product",
      );
    case "dagger":
      throw errors.notInLanguage(c.span(piece), "† stands only in an exponent, as in A^†");
    case "period":
      throw errors.unknownCharacter(c.span(piece), ".");
    default:
      c.token(piece.type, piece);
      c.at++;
  }
}

/** Longer numbers, or larger exponents, are no numbers that anyone means. */
const longestNumber = 300;

function readNumber(c: Cursor, piece: Piece): void {
  const exponent = Number(/[eE]([+-]?\d+)$/u.exec(piece.text)?.[1] ?? 0);
  if (piece.text.length > longestNumber || Math.abs(exponent) > longestNumber)
    throw errors.numberTooLong(c.span(piece));
  c.at++;
  const { text } = piece;
  const next = c.pieces[c.at];
  if (text === "0" && (next?.type === "underscore" || next?.type === "subscript")) {
    c.at--;
    return readZero(c, piece);
  }
  if (c.isFractionPart() && /^\d{2,}$/u.test(text)) {
    // \frac12, \frac n2: an argument without braces is one digit.
    const digits = c.tokens.at(-1)!.type === "fraction" ? 2 : 1;
    for (const digit of text.slice(0, digits)) c.token("number", piece, digit);
    if (text.length > digits) c.token("number", piece, text.slice(digits));
    return;
  }
  const isBelow = next?.type === "underscore" || next?.type === "subscript";
  if (text === "1" && (isBelow || (next?.type === "openParen" && isIndicator(c, c.at)))) {
    c.at--;
    return readOnes(c, piece);
  }
  const ones = /^11?$/u.test(text) && isTransposed(c);
  const follows = text === "1" && c.tokens.at(-1)?.type === "transpose" && !isPowered(c);
  if (ones || follows) {
    for (const one of text) c.token("ones", piece, "", { ...piece, text: one });
    return;
  }
  const last = c.tokens.at(-1);
  if (last?.type === "number" && c.tokens.at(-2)?.type !== "fraction")
    throw errors.twoNumbers(c.span(piece));
  const before = c.pieces[c.at - 2];
  if (
    before?.end === piece.start &&
    ["closeNorm", "closeBar", "closeParen"].includes(last?.type ?? "")
  )
    throw errors.numberAfterBracket(c.span(piece), text, last!.type !== "closeParen");
  if (last?.type === "prefix" && isPi(c)) {
    // log 2π is one number.
    c.token("openParen", piece);
    c.token("number", piece);
    c.name("π", next!, next!);
    c.token("closeParen", next!);
    c.at++;
    return;
  }
  c.token("number", piece);
}

/** Whether π stands next, without a power. */
function isPi(c: Cursor): boolean {
  const [next, after] = [c.pieces[c.at], c.pieces[c.at + 1]];
  const isNamed = ["word", "letter"].includes(next?.type ?? "") && baseName(next!.text) === "π";
  return (
    isNamed && !c.names.values.has("π") && !["caret", "superscript"].includes(after?.type ?? "")
  );
}

const isPowered = (c: Cursor): boolean =>
  ["caret", "superscript", "underscore", "subscript"].includes(c.pieces[c.at]?.type ?? "");

/** 1ᵀ, 1^T, 1': of a number only the all-ones vector can be meant. */
function isTransposed(c: Cursor): boolean {
  const next = c.pieces[c.at];
  if (next?.type === "prime") return true;
  if (next?.type === "superscript") return next.text.startsWith("ᵀ");
  if (next?.type !== "caret") return false;
  const after = c.pieces[c.at + (c.pieces[c.at + 1]?.type === "openBrace" ? 2 : 1)];
  return after?.type === "top" || after?.type === "prime" || after?.text.startsWith("T") === true;
}

/** @file What introduces names: heads of definitions, and declarations with their spaces. */

import { greek, subscripts, superscripts } from "../../grammar/tokens.ts";
import { errors } from "../diagnostics/errors.ts";
import { suggest } from "../diagnostics/suggest.ts";
import { property } from "../expr/properties.ts";
import { isFunctionName } from "../ops/functions.ts";
import type { Cursor } from "./cursor.ts";
import type { Piece } from "./latex.ts";
import { baseName, groupText, matching, nameAt, withIndices } from "./names.ts";
import type { FoundName } from "./names.ts";
import type { Token } from "./surface.ts";

/** Words that people write in declarations and that are no names of dimensions. */
const noDimensions: ReadonlySet<string> = new Set([
  "matrix",
  "vector",
  "real",
  "by",
  "of",
  "and",
  "with",
  "is",
  "a",
  "an",
  "the",
  "row",
  "column",
  "square",
  "vec",
  "mat",
  "float",
  "double",
  "int",
  "number",
  "num",
  "const",
  "constant",
  "array",
  "tensor",
]);

export const propertyWords: ReadonlyMap<string, string> = new Map([
  ...Object.keys(property)
    .filter((name) => name !== "sumsToOne")
    .map((name) => [name, name] as const),
  ["spd", "posdef"],
  ["SPD", "posdef"],
  ["pd", "posdef"],
  ["PD", "posdef"],
  ["PSD", "psd"],
  ["sym", "symmetric"],
  ["diag", "diagonal"],
]);

/** Whether the pieces before `sign` are names and commas only. */
export function isNameList(c: Cursor, sign: number): boolean {
  for (let i = 0; i < sign; ) {
    const found = nameAt(c.statement, i, true);
    if (!found || found.next > sign) return false;
    i = found.next;
    if (i < sign && c.pieces[i]!.type !== "comma") return false;
    if (i < sign) i++;
  }
  return true;
}

/** Reads names and commas up to the piece at `end`; false where something else stands there. */
export function readNameList(c: Cursor, end: number): boolean {
  while (c.at < end) {
    const found = nameAt(c.statement, c.at, true);
    if (!found || found.next > end) return false;
    introduce(c, found);
    if (c.at === end) return true;
    if (c.pieces[c.at]!.type !== "comma") return false;
    c.token("comma", c.pieces[c.at++]!);
  }
  return false;
}

function introduce(c: Cursor, found: FoundName, isStyled = true): void {
  const from = c.pieces[c.at]!;
  const to = c.pieces[found.next - 1]!;
  if (isFunctionName(found.name)) throw errors.nameIsFunction(c.span(from, to), found.name);
  // S(β) = ‖y − Xβ‖²: the argument may be plain where the formula has it in bold.
  if (isStyled) c.name(found.name, from, to);
  else c.token("name", from, found.name, to);
  c.at = found.next;
}

/** Functions that papers define by their formulas before they use them. */
const writtenOut: ReadonlySet<string> = new Set([
  "relu",
  "ReLU",
  "sigmoid",
  "softplus",
  "swish",
  "silu",
  "gelu",
  "GELU",
  "tanh",
]);

export function readDefinitionHead(c: Cursor, sign: number): void {
  if (isNameList(c, sign)) {
    // One name only: `A, B = …` is no definition, and the grammar says so.
    readNameList(c, sign);
    return;
  }
  const found = nameAt(c.statement, 0, true);
  if (!found || c.pieces[found.next]?.type !== "openParen") return;
  if (matching(c.statement, found.next) !== sign - 1) return;
  const from = c.pieces[0]!;
  if (isFunctionName(found.name) && !writtenOut.has(found.name))
    throw errors.nameIsFunction(c.span(from), found.name);
  c.token("head", from, found.name, c.pieces[found.next - 1]);
  c.at = found.next;
  c.token("openParen", c.pieces[c.at++]!);
  while (c.at < sign - 1) {
    const argument = nameAt(c.statement, c.at, true);
    if (!argument) break;
    introduce(c, argument, false);
    if (c.pieces[c.at]?.type === "comma") c.token("comma", c.pieces[c.at++]!);
  }
}

export function readDeclaration(c: Cursor, sign: number): Token[] {
  if (!isNameList(c, sign)) throw errors.notAName(c.span(c.pieces[0]!, c.pieces[sign - 1]));
  readNameList(c, sign);
  const mark = c.pieces[c.at++]!;
  c.token(mark.type === "colon" ? "colon" : "element", mark);
  if (readLabel(c)) return c.tokens;
  const each = eachAt(c);
  const trait = setOfNumbers(c);
  while (c.at < (each?.at ?? c.pieces.length)) spaceToken(c);
  if (trait) c.tokens.push(trait);
  if (each) readEach(c, each.at + 1);
  return c.tokens;
}

/** Where `for i = 1..n` begins. */
function eachAt(c: Cursor): { at: number } | null {
  const at = c.pieces.findIndex((p, i) => i >= c.at && p.type === "word" && p.text === "for");
  return at < 0 ? null : { at };
}

/** `i = 1..n`, `i = 1, …, n`: the letter and its last value as one token. */
export function readEach(c: Cursor, from: number): void {
  const start =
    c.pieces[from]?.type === "word" && /^(?:all|each|every)$/u.test(c.pieces[from].text);
  const found = rangeAt(c, start ? from + 1 : from);
  const last = c.pieces.at(-1)!;
  if (!found) throw errors.badRange(c.span(c.pieces[from] ?? last, last));
  c.token("each", c.pieces[from]!, found, last);
  c.at = c.pieces.length;
}

/** `letter=last` of the pieces from `at` to the end; null where they say something else. */
export function rangeAt(c: Cursor, at: number): string | null {
  const pieces = c.pieces.slice(at).filter((p) => p.type !== "comma");
  const [letter, sign, first, dots, ...last] = pieces;
  if (letter?.type !== "word" && letter?.type !== "letter") return null;
  if (sign?.type !== "equals" || first?.text !== "1" || dots?.type !== "dots") return null;
  const size = sizeText(last);
  return size && [...letter.text].length === 1 ? `${letter.text}=${size}` : null;
}

/** One dimension. */
function sizeText(pieces: readonly Piece[]): string | null {
  const text = groupText(pieces);
  if (!/^(?:\d+|\p{L}+(?:_\{?\w+\}?)?)$/u.test(text)) return null;
  const [first] = pieces;
  return first?.type === "word" && [...first.text].length > 1 && pieces.length === 1
    ? baseName(first.text)
    : text;
}

/** `index 1..C`, `{1, …, C}`: a label. */
function readLabel(c: Cursor): boolean {
  const rest = c.pieces.slice(c.at);
  const [open] = rest;
  const isSet = open?.type === "openBrace" || open?.type === "openSet";
  if (!isSet && !(open?.type === "word" && open.text === "index")) return false;
  const inside = (isSet ? rest.slice(1, -1) : rest.slice(1)).filter((p) => p.type !== "comma");
  const [first, dots, ...last] = inside;
  const size = first?.text === "1" && dots?.type === "dots" ? sizeText(last) : null;
  if (size === null) {
    if (isSet) return false;
    throw errors.badRange(c.span(open, rest.at(-1)));
  }
  c.token("label", open, size, rest.at(-1));
  c.at = c.pieces.length;
  return true;
}

/** `{−1, 1}^n` and `{0, 1}^n`: real numbers, with a property. */
function setOfNumbers(c: Cursor): Token | null {
  const open = c.pieces[c.at];
  if (open?.type !== "openBrace" && open?.type !== "openSet") return null;
  const close = matching(c.statement, c.at);
  const text = groupText(c.pieces.slice(c.at + 1, close)).replaceAll("−", "-");
  const property = /^(?:-1,\+?1|\+?1,-1)$/u.test(text)
    ? "signs"
    : /^(?:0,1|1,0)$/u.test(text)
      ? "nonnegative"
      : null;
  if (property === null) return null;
  c.token("reals", open, "ℝ", c.pieces[close]);
  c.at = close + 1;
  const reals = c.tokens.at(-1)!;
  return { ...reals, type: "trait", value: property };
}

function spaceToken(c: Cursor): void {
  const piece = c.pieces[c.at]!;
  const next = c.pieces[c.at + 1];
  if (piece.type === "word") {
    const { text } = piece;
    const afterDimension = ["name", "number"].includes(c.tokens.at(-1)?.type ?? "");
    const afterSpace = ["reals", "closeBrace", "closeParen"].includes(c.tokens.at(-1)?.type ?? "");
    const times = /^([A-Za-z])x([A-Za-z])$/u.exec(text);
    const phrase = propertyPhrase(c);
    if (phrase) {
      c.token("trait", piece, phrase.property, c.pieces[phrase.next - 1]);
      c.at = phrase.next;
      return;
    }
    if (text === "scalar") c.token("scalar", piece);
    else if (propertyWords.has(text)) c.token("trait", piece, propertyWords.get(text));
    else if (text === "R" && !afterDimension) c.token("reals", piece);
    else if (text === "S" && !afterDimension && ["caret", "underscore"].includes(next?.type ?? ""))
      c.token("symmetricMatrices", piece);
    else if (text === "x" && (afterDimension || afterSpace) && next) c.token("times", piece);
    else if (times) {
      c.token("name", piece, times[1]);
      c.token("times", piece);
      c.token("name", piece, times[2]);
    } else return dimensionName(c, piece);
    c.at++;
    return;
  }
  if (piece.type === "letter") return dimensionName(c, piece);
  if (piece.type === "superscript") {
    // ℝⁿ, ℝ²
    c.token("caret", piece);
    c.token("openBrace", piece);
    for (const sign of piece.text) {
      const plain = superscripts[sign]!;
      c.token(/\d/u.test(plain) ? "number" : plain === "x" ? "times" : "name", piece, plain);
    }
    c.token("closeBrace", piece);
  } else if (piece.type === "subscript") {
    c.token("underscore", piece);
    for (const sign of piece.text)
      c.token(subscripts[sign] === "+" ? "plus" : "name", piece, subscripts[sign]);
  } else c.token(piece.type, piece);
  c.at++;
}

/** `positive definite`, `positive semi-definite`, `skew-symmetric`. */
function propertyPhrase(c: Cursor): { property: string; next: number } | null {
  const phrases = [
    [/^positive [- ]*definite(?= |$)/u, "posdef"],
    [/^positive [- ]*semi[- ]*definite(?= |$)/u, "psd"],
    [/^(?:skew|anti) [- ]*symmetric(?= |$)/u, "skew"],
  ] as const;
  const words = c.pieces.slice(c.at, c.at + 5).map((p) => (p.type === "minus" ? "-" : p.text));
  const text = words.join(" ");
  for (const [pattern, property] of phrases) {
    const found = pattern.exec(text)?.[0];
    if (found) return { property, next: c.at + found.split(" ").length };
  }
  return null;
}

/** A dimension: one letter, a word of three or more; two letters are a product. */
function dimensionName(c: Cursor, piece: Piece): void {
  const letters = [...piece.text];
  const isWord = piece.type === "word" && !Object.hasOwn(greek, piece.text);
  const after = c.tokens.at(-1)?.type ?? "";
  if (
    isWord &&
    (noDimensions.has(piece.text) || (letters.length >= 3 && ["name", "number"].includes(after)))
  )
    throw errors.unknownProperty(
      c.span(piece),
      piece.text,
      suggest(piece.text, propertyWords.keys()),
    );
  if (isWord && letters.length >= 3) {
    const close = suggest(piece.text, [...propertyWords.keys(), "scalar"]);
    if (close) throw errors.unknownProperty(c.span(piece), piece.text, close);
  }
  if (isWord && letters.length === 2 && !piece.upright) {
    for (const letter of letters) c.token("name", piece, letter);
    c.at++;
    return;
  }
  // ℝ^n_+: the sign belongs to the set.
  const isSort = c.pieces
    .slice(c.at + 1, c.at + 4)
    .some((p) => ["plus", "gt", "ge"].includes(p.type));
  const found = isSort
    ? { name: baseName(piece.text), next: c.at + 1 }
    : withIndices(c.statement, c.at, baseName(piece.text));
  c.name(found.name, piece, c.pieces[found.next - 1]!);
  c.at = found.next;
}

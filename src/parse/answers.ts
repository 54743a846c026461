/** @file A hand answer as it was typed: lines of sides, each an expression, cases, a linear map or numbers. */

import { errors } from "../diagnostics/errors.ts";
import type { Source, Span } from "../diagnostics/source.ts";
import type { Rational } from "../expr/rational.ts";
import { isFunctionName } from "../ops/functions.ts";
import type { Piece } from "./latex.ts";
import { nameAt } from "./names.ts";
import { numbersIn } from "./numbers.ts";
import { closing, opening } from "./pieces.ts";
import { cut, expressionIn } from "./read.ts";
import { collectNames } from "./statements.ts";
import type { Names, RawStatement } from "./statements.ts";
import type { Surface } from "./surface.ts";

/** What stands left of the first sign of equality. */
export type AnswerLeft = { readonly span: Span } & (
  | { readonly kind: "name"; readonly name: string }
  /** `∂L/∂W`, `∇_W L`, `∂y_i/∂x_j`: what is derived, by what, as typed; of order 2 a Hessian. */
  | {
      readonly kind: "derivative";
      readonly of: string | null;
      /** null where it is not said, as in ∇L. */
      readonly by: string | null;
      readonly order: 1 | 2;
    }
  | { readonly kind: "expression"; readonly body: Surface }
);

/** One side of an answer. */
export type AnswerSide = { readonly span: Span } & (
  | { readonly kind: "expression"; readonly body: Surface }
  /** `i = j: a; i ≠ j: b`; what is not said is 0. */
  | {
      readonly kind: "cases";
      readonly letters: readonly [string, string];
      readonly equal: Surface | null;
      readonly different: Surface | null;
    }
  /** `Δ ↦ AΔB`. */
  | { readonly kind: "map"; readonly letter: string; readonly body: Surface }
  /** `(0, −2, 1)`, `[1 2; 3 4]`: rows of exact numbers. */
  | { readonly kind: "numbers"; readonly rows: readonly (readonly Rational[])[] }
);

/** A line `left = side = side`, or one without a left side. */
export interface AnswerLine {
  readonly left: AnswerLeft | null;
  readonly sides: readonly AnswerSide[];
  readonly span: Span;
}

/** The lines of an answer, read in the names of a problem and in those that it defines itself. */
export function answerLines(known: Names, source: Source): { lines: AnswerLine[]; names: Names } {
  const cases = casesIn(source);
  const raw = continued(cut(cases?.rest ?? source));
  const names: Names = { ...known, values: new Set(known.values) };
  const [extra] = raw.slice(mostLines);
  if (extra) throw errors.manyStatements(spanOf(extra), mostLines);
  for (const statement of raw) if (definesName(statement, known)) collectNames(statement, names);
  if (cases === null) return { lines: raw.map((statement) => lineOf(statement, names)), names };
  return { lines: [caseLine(source, cases, raw, names)], names };
}

/** The most lines that an answer may have, and the most sides of one. */
const mostLines = 500;
const mostSides = 50;

// ---- lines ------------------------------------------------------------------------------------------

/** A line that begins with a sign of equality goes on with the one before. */
function continued(statements: readonly RawStatement[]): RawStatement[] {
  const found: RawStatement[] = [];
  for (const statement of statements) {
    const before = found.at(-1);
    const goesOn = isEqual(statement.pieces[0]) && before?.folded === statement.folded;
    if (before && goesOn)
      found[found.length - 1] = { ...before, pieces: [...before.pieces, ...statement.pieces] };
    else found.push(statement);
  }
  return found;
}

const isEqual = (piece: Piece | undefined): boolean =>
  piece?.type === "equals" || piece?.type === "define";

/** Whether a name stands alone before the first sign of equality, so that it may be one of the answer's own. */
function definesName(statement: RawStatement, known: Names): boolean {
  const [left] = sidesOf(statement);
  if (left === undefined || left.pieces.length === statement.pieces.length) return false;
  const name = nameOf(left);
  return name !== null && !isProduct(name, known);
}

/** A run of letters that are all names of the problem is their product, as in Ax = b. */
const isProduct = (name: string, { values }: Names): boolean =>
  !values.has(name) && /^\p{L}{2,}$/u.test(name) && [...name].every((letter) => values.has(letter));

function nameOf(side: RawStatement): string | null {
  const found = nameAt(side, 0, true);
  return found?.next === side.pieces.length ? found.name : null;
}

/** The parts between the signs of equality that stand in no bracket. */
function sidesOf(statement: RawStatement): RawStatement[] {
  const sides: Piece[][] = [[]];
  let depth = 0;
  for (const piece of statement.pieces) {
    if (opening.has(piece.type)) depth++;
    else if (closing.has(piece.type)) depth--;
    if (depth === 0 && isEqual(piece)) sides.push([]);
    else sides.at(-1)!.push(piece);
  }
  return sides.map((pieces) => of(statement, pieces));
}

const of = ({ folded }: RawStatement, pieces: readonly Piece[]): RawStatement => ({
  folded,
  pieces,
  styles: new Map(),
});

const spanOf = ({ folded, pieces }: RawStatement): Span =>
  folded.span(pieces[0]!.start, pieces.at(-1)!.end);

function lineOf(statement: RawStatement, names: Names): AnswerLine {
  const [first, ...others] = sidesOf(statement);
  const span = spanOf(statement);
  const empty = [first!, ...others].find(({ pieces }) => pieces.length === 0);
  if (empty) throw errors.unexpected(span, "=", "a side is empty");
  if (others.length > mostSides) throw errors.manySides(span, mostSides);
  if (others.length === 0) return { left: null, sides: [sideOf(first!, names)], span };
  const left = leftOf(first!, names);
  const sides = others.map((side) => sideOf(side, names));
  if (left.kind !== "expression") return { left, sides, span };
  // A = B = C: every side is an answer.
  return { left: null, sides: [{ ...left, kind: "expression" }, ...sides], span };
}

function sideOf(side: RawStatement, names: Names): AnswerSide {
  const span = spanOf(side);
  const arrow = side.pieces.findIndex(({ type }) => type === "mapsto");
  if (arrow >= 0) return mapOf(side, arrow, names);
  const rows = numbersIn(side);
  if (rows) return { kind: "numbers", rows, span };
  return { kind: "expression", body: expressionIn(names, side), span };
}

function mapOf(side: RawStatement, arrow: number, names: Names): AnswerSide {
  const span = spanOf(side);
  const pieces = side.pieces.slice(0, arrow);
  const letter = pieces.length > 0 ? nameOf(of(side, pieces)) : null;
  if (letter === null) throw errors.mapOfNothing(span);
  if (names.values.has(letter))
    throw errors.twoMeanings(span, letter, "it is a name of the problem");
  const inside = { ...names, values: new Set([...names.values, letter]) };
  const body = of(side, side.pieces.slice(arrow + 1));
  if (body.pieces.length === 0) throw errors.endsTooSoon(span);
  return { kind: "map", letter, body: expressionIn(inside, body), span };
}

// ---- what an answer is of -------------------------------------------------------------------------

const name = String.raw`(?:\\[a-zA-Z]+\s*\{[^{}]*\}|\\[a-zA-Z]+|\(?\p{L}\p{M}*)(?:_\{(?:[^{}]|\{[^{}]*\})*\}|_\S|[₀-₉ᵢⱼₖₗ]+|[ᵀ⁻¹']+|\^\{?\\?[-\w]+\}?|\d)*\)?`;
const sign = String.raw`(?:∂|\\partial|\\mathrm\{d\}|d)`;
const second = String.raw`(?:²|\^2|\^\{2\})`;
const below = String.raw`${name}|\([^()]{1,80}\)[ᵀ⁻¹]*`;
const quotient = new RegExp(
  String.raw`^\(?\s*${sign}(${second})?\s*(${name})?\s*/\s*${sign}\s*(${below})${second}?\s*\)?$`,
  "u",
);
const fraction = new RegExp(
  String.raw`^\\[dt]?frac\s*\{\s*${sign}(${second})?\s*(${name})?\s*\}\s*\{\s*${sign}\s*(${name})${second}?\s*\}$`,
  "u",
);
const nabla = new RegExp(
  String.raw`^(?:∇|\\nabla)\s*(${second})?\s*_\s*(\{(?:[^{}]|\{[^{}]*\})*\}|${name})\s*(${second})?\s*(${name})?$`,
  "u",
);

const bareNabla = new RegExp(String.raw`^(?:∇|\\nabla)\s*(${second})?\s*(${name})$`, "u");

/** What says what an answer is of is short. */
const longestLeft = 200;

/** What stands left of an answer; a product or the like is an answer itself. */
function leftOf(side: RawStatement, names: Names): AnswerLeft {
  const span = spanOf(side);
  const own = nameOf(side);
  if (own !== null && isFunctionName(own)) throw errors.nameIsFunction(span, own);
  if (own !== null && !isProduct(own, names)) return { kind: "name", name: own, span };
  const { folded, pieces } = side;
  const text = folded.text.slice(pieces[0]!.start, pieces.at(-1)!.end).trim();
  if (text.length > longestLeft)
    return { kind: "expression", body: expressionIn(names, side), span };
  const divided = quotient.exec(text) ?? fraction.exec(text);
  if (divided) {
    const [, twice, of, by] = divided;
    return { kind: "derivative", of: of ?? null, by: by!, order: twice ? 2 : 1, span };
  }
  const nablas = nabla.exec(text);
  if (nablas) {
    const [, before, by, after, of] = nablas;
    const typed = by!.replace(/^\{(.*)\}$/u, "$1");
    return { kind: "derivative", of: of ?? null, by: typed, order: before || after ? 2 : 1, span };
  }
  const bare = bareNabla.exec(text);
  if (bare) {
    const [, twice, of] = bare;
    return { kind: "derivative", of: of!, by: null, order: twice ? 2 : 1, span };
  }
  if (operator.test(text)) throw errors.unreadLeft(span);
  return { kind: "expression", body: expressionIn(names, side), span };
}

/** An operator of derivation before something, or primes after a name: no side of an equation of answers. */
const operator =
  /^(?:d\s*\/\s*d|∂\s*\/\s*∂|\\partial\s*\/|\\[dt]?frac\s*\{\s*(?:d|∂|\\partial|\\mathrm\{d\})\s*\}|∇|\\nabla|\p{L}['′″](?:$|\())/u;

// ---- cases ----------------------------------------------------------------------------------------

/** One case: whether its indices are equal, and where its text stands. */
interface Case {
  readonly letters: readonly [string, string];
  readonly isEqual: boolean;
  readonly start: number;
  readonly end: number;
}

interface Cases {
  readonly cases: readonly Case[];
  /** The text before the cases, if it says what they are of. */
  readonly rest: Source;
}

const gap = String.raw`[^\S\n]*`;
const condition = String.raw`(?:(?:if|for|where|\\text\{[^}]{0,40}\})${gap})?\$?([a-z])${gap}(=|≠|!=|<>|\\neq?(?![a-z]))${gap}([a-z])\$?`;
const caseHead = new RegExp(String.raw`(?<=^|[;,\n=])${gap}${condition}${gap}:`, "gu");
const caseTold = new RegExp(condition, "u");

/** The cases of an answer: `i = j: a; i ≠ j: b`, or LaTeX's environment; null where it has none. */
function casesIn(source: Source): Cases | null {
  const { text } = source;
  const begin = text.indexOf(opensCases);
  const end = begin < 0 ? -1 : text.indexOf("\\end{cases}", begin);
  if (end >= 0) return environmentIn(source, begin, end);
  const heads = [...text.matchAll(caseHead)];
  if (heads.length === 0) return null;
  const cases = heads.map((head, k): Case => {
    const from = head.index + head[0].length;
    const to = heads[k + 1]?.index ?? text.length;
    return { ...trimmed(text, from, to), letters: [head[1]!, head[3]!], isEqual: head[2] === "=" };
  });
  return { cases, rest: { ...source, text: text.slice(0, heads[0]!.index) } };
}

const opensCases = "\\begin{cases}";

function environmentIn(source: Source, begin: number, close: number): Cases {
  const { text } = source;
  let at = begin + opensCases.length;
  const cases = text
    .slice(at, close)
    .split("\\\\")
    .flatMap((row): Case[] => {
      const start = at;
      at += row.length + 2;
      const [body = "", said = ""] = row.split("&");
      if (body.trim() === "") return [];
      const told = caseTold.exec(said);
      if (!told) throw errors.badCase({ source, start, end: start + row.length });
      const place = trimmed(text, start, start + body.length);
      return [{ ...place, letters: [told[1]!, told[3]!], isEqual: told[2] === "=" }];
    });
  return { cases, rest: { ...source, text: text.slice(0, begin) } };
}

/** A stretch without the blanks around it and the signs that end it. */
function trimmed(text: string, from: number, to: number): { start: number; end: number } {
  let [start, end] = [from, to];
  while (start < end && text[start]!.trim() === "") start++;
  while (end > start && (text[end - 1]!.trim() === "" || ";,.".includes(text[end - 1]!))) end--;
  return { start, end };
}

/** The line that cases make, with what stands before them as its left side. */
function caseLine(
  source: Source,
  { cases }: Cases,
  before: readonly RawStatement[],
  names: Names,
): AnswerLine {
  const span: Span = { source, start: 0, end: source.text.length };
  const [first] = cases;
  const bodyOf = (isEqual: boolean): Surface | null => {
    const found = cases.filter((one) => one.isEqual === isEqual);
    if (found.length > 1) throw errors.badCase({ source, ...found[1]! });
    const [one] = found;
    if (!one) return null;
    const text = " ".repeat(one.start) + source.text.slice(one.start, one.end);
    const [statement] = cut({ ...source, text });
    if (!statement) throw errors.badCase({ source, start: one.start, end: one.end });
    return expressionIn(names, statement);
  };
  const odd = cases.find(
    ({ letters }) => letters.toSorted().join() !== first!.letters.toSorted().join(),
  );
  if (odd) throw errors.badCase({ source, start: odd.start, end: odd.end });
  const [head, ...more] = before.flatMap((statement) =>
    sidesOf(statement).filter(({ pieces }) => pieces.length > 0),
  );
  if (more.length > 0) throw errors.badCase(spanOf(more[0]!));
  const letters = first!.letters;
  return {
    left: head ? leftOf(head, names) : null,
    sides: [{ kind: "cases", letters, equal: bodyOf(true), different: bodyOf(false), span }],
    span,
  };
}

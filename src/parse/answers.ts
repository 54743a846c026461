/** @file A hand answer as it was typed: lines of sides, each an expression, cases, a linear map or numbers. */

import { errors, NablaError } from "../diagnostics/errors.ts";
import type { Source, Span } from "../diagnostics/source.ts";
import type { Rational } from "../expr/rational.ts";
import type { Folded } from "./fold.ts";
import type { Piece } from "./latex.ts";
import { casesIn } from "./cases.ts";
import type { Cases } from "./cases.ts";
import { isProduct, leftOf, nameOf, sliceOf, spanOf } from "./lefts.ts";
import type { AnswerLeft } from "./lefts.ts";
import { numbersIn } from "./numbers.ts";
import { withDifferentials } from "./openings.ts";
import { closing, opening } from "./pieces.ts";
import { cut, expressionIn } from "./read.ts";
import { collectNames } from "./statements.ts";
import type { Names, Opened, RawStatement } from "./statements.ts";
import type { Surface } from "./surface.ts";

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

/** A line that is not understood. */
export interface UnreadLine {
  readonly error: NablaError;
  readonly span: Span;
}

/**
 * The lines of an answer, read in the names of a problem and in those that it defines itself.
 * @throws NablaError for the first that is not understood.
 */
export function answerLines(known: Names, source: Source): AnswerLine[] {
  return linesTyped(known, source).map((line) => {
    if ("error" in line) throw line.error;
    return line;
  });
}

/** The same, with those that are not understood in their places. */
export function linesTyped(known: Names, source: Source): (AnswerLine | UnreadLine)[] {
  const parts = partsIn(source);
  const raw = parts.flatMap((part) => [...part.before, ...(part.left ? [part.left] : [])]);
  const names: Names = { ...known, values: new Set(known.values) };
  const [extra] = raw.slice(mostLines);
  if (extra) throw errors.manyStatements(spanOf(extra), mostLines);
  for (const { before } of parts)
    for (const statement of before)
      if (definesName(statement, known)) collectNames(statement, names);
  const read = (line: () => AnswerLine, span: Span): AnswerLine | UnreadLine => {
    try {
      return line();
    } catch (error) {
      if (error instanceof NablaError) return { error, span };
      throw error;
    }
  };
  return parts.flatMap(({ before, left, cases }) =>
    before
      .map((statement) => read(() => lineOf(statement, names), spanOf(statement)))
      .concat(
        cases
          ? [read(() => caseLine(source, cases, left, names), { source, ...placeOf(cases) })]
          : [],
      ),
  );
}

const placeOf = ({ start, end }: Cases): { start: number; end: number } => ({ start, end });

/** Statements, and the cases that come after them. */
interface Part {
  readonly before: readonly RawStatement[];
  /** What the cases are of, where that is said. */
  readonly left: RawStatement | null;
  readonly cases: Cases | null;
}

/** The statements of an answer, cut where cases stand among them. */
function partsIn(source: Source): Part[] {
  const { text } = source;
  const parts: Part[] = [];
  let from = 0;
  for (;;) {
    const cases = casesIn(source, from);
    const to = cases?.start ?? text.length;
    const part = text.slice(from, to);
    const before = continued(cutIn(source, from, to));
    // 3 times cases, or an expression before them, is not read.
    if (cases?.isEnvironment && !/(?:^|[=;,\n])$/u.test(opensOf(part)))
      throw errors.badCase({ source, start: cases.start, end: cases.end });
    const isLeft = cases !== null && part.trimEnd().replace(/\{$/u, "").trimEnd().endsWith("=");
    const left = isLeft ? (before.pop() ?? null) : null;
    parts.push({ before, left, cases });
    if (!cases) return parts;
    from = cases.end;
  }
}

/** A text without what opens a formula at its end. */
const opensOf = (part: string): string => {
  let text = part.trimEnd();
  for (;;) {
    const found = /(?:\\\[|\\\(|\$|&|\{|\\begin\{[a-z*]{1,20}\}|\b(?:where|with))$/u.exec(text);
    if (!found) return text.replace(/^\s*[;,.]*\s*/u, "") === "" ? "" : text;
    text = text.slice(0, found.index).trimEnd();
  }
};

/** The statements of a stretch of a text, in their places. */
function cutIn(source: Source, from: number, to: number): RawStatement[] {
  const blank = (text: string): string => " ".repeat(text.length);
  const typed = source.text.slice(from, to);
  const end = typed.trimEnd().length;
  const closed = typed[end - 1] === "{" ? `${typed.slice(0, end - 1)} ` : typed.slice(0, end);
  const text = from > 0 ? closed.replace(/^\s*(?:where|with)\b/u, blank) : closed;
  const statements = cut({ ...source, text: " ".repeat(from) + text }, opened);
  const folded = statements[0]?.folded;
  if (!folded) return [];
  const placed: Folded = {
    ...folded,
    source,
    span: (start, end) => ({ ...folded.span(start, end), source }),
  };
  return statements.map(({ pieces, styles }) => ({ folded: placed, pieces, styles }));
}

/** The most lines that an answer may have, and the most sides of one. */
const mostLines = 500;
const mostSides = 50;

/**
 * An answer opens with nothing of a problem's: a left side stays where it is. Between two equations a comma or an
 * “and” may stand, and “where” before one.
 */
const opened: Opened = (pieces) =>
  equationsApart(pieces).flatMap((part) => {
    const first = part.findIndex(({ text }) => !opens.has(text));
    return first < 0 ? [] : [withDifferentials(part.slice(first))];
  });

/** Words that open an equation. */
const opens: ReadonlySet<string> = new Set([
  "where",
  "with",
  "let",
  "Let",
  "so",
  "hence",
  "thus",
  ",",
]);

/** Equations side by side: `r = Ax − b, g = Aᵀr`. */
function equationsApart(pieces: readonly Piece[]): (readonly Piece[])[] {
  const parts: Piece[][] = [[]];
  let depth = 0;
  for (const piece of pieces) {
    if (opening.has(piece.type)) depth++;
    else if (closing.has(piece.type)) depth--;
    const isBetween =
      piece.type === "comma" || (piece.type === "word" && /^(?:and|where)$/u.test(piece.text));
    if (depth === 0 && isBetween && parts.at(-1)!.some(isEqual)) parts.push([]);
    else parts.at(-1)!.push(piece);
  }
  return parts;
}

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

/** What ℝ^{m×n} is made of. */
const isInSpace = ({ type, text }: Piece): boolean =>
  [
    "reals",
    "caret",
    "openBrace",
    "closeBrace",
    "times",
    "superscript",
    "letter",
    "number",
  ].includes(type) ||
  (type === "word" && /^\p{L}$/u.test(text));

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
  // … ∈ ℝ^{m×n} says of what shape the answer is.
  const last = sides.at(-1)!;
  const space = sides.length > 1 ? last.findIndex(({ type }) => type === "element") : -1;
  if (space > 0 && last.slice(space + 1).every((piece) => isInSpace(piece)))
    sides[sides.length - 1] = last.slice(0, space);
  return sides.map((pieces) => sliceOf(statement, pieces));
}

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
  const differential = differentialOf(side, names);
  if (differential) return differential;
  const rows = numbersIn(side);
  if (rows) return { kind: "numbers", rows, span };
  return { kind: "expression", body: expressionIn(names, side), span };
}

/** `A dX B`: the image of dX. */
function differentialOf(side: RawStatement, names: Names): AnswerSide | null {
  const pieces: Piece[] = [];
  let letter: string | null = null;
  for (let i = 0; i < side.pieces.length; i++) {
    const piece = side.pieces[i]!;
    const found = differentialAt(side, i, names);
    const isQuotient =
      side.pieces[i - 1]?.type === "slash" || side.pieces[found?.next ?? 0]?.type === "slash";
    if (!found || isQuotient || (letter !== null && letter !== found.name)) {
      pieces.push(piece);
      continue;
    }
    letter = found.name;
    const end = side.pieces[found.next - 1]!.end;
    pieces.push({ ...piece, type: "word", text: letter, end });
    i = found.next - 1;
  }
  if (letter === null) return null;
  const inside = { ...names, values: new Set([...names.values, letter]) };
  const body = expressionIn(inside, sliceOf(side, pieces));
  return { kind: "map", letter, body, span: spanOf(side) };
}

/** dX of a name X without indices, in one word or two. */
function differentialAt(
  side: RawStatement,
  i: number,
  { values }: Names,
): { readonly name: string; readonly next: number } | null {
  const [piece, after] = [side.pieces[i]!, side.pieces[i + 1]];
  if (piece.type !== "word" || values.has("d") || values.has(piece.text)) return null;
  const isOne = /^d\p{L}$/u.test(piece.text) && values.has(piece.text.slice(1));
  if (isOne) return { name: piece.text, next: i + 1 };
  if (piece.text !== "d" || !after || !values.has(after.text)) return null;
  return { name: `d${after.text}`, next: i + 2 };
}

function mapOf(side: RawStatement, arrow: number, names: Names): AnswerSide {
  const span = spanOf(side);
  const pieces = side.pieces.slice(0, arrow);
  const letter = pieces.length > 0 ? nameOf(sliceOf(side, pieces)) : null;
  if (letter === null) throw errors.mapOfNothing(span);
  if (names.values.has(letter))
    throw errors.twoMeanings(span, letter, "it is a name of the problem");
  const inside = { ...names, values: new Set([...names.values, letter]) };
  const body = sliceOf(side, side.pieces.slice(arrow + 1));
  if (body.pieces.length === 0) throw errors.endsTooSoon(span);
  return { kind: "map", letter, body: expressionIn(inside, body), span };
}

// ---- cases ----------------------------------------------------------------------------------------

/** The line that cases make, with what stands before them as its left side. */
function caseLine(
  source: Source,
  { cases, start, end }: Cases,
  before: RawStatement | null,
  names: Names,
): AnswerLine {
  const span: Span = { source, start, end };
  const letters = cases.find((one) => one.letters !== null)?.letters;
  if (!letters) throw errors.badCase(span);
  const bodyOf = (isEqual: boolean): Surface | null => {
    const found = cases.filter((one) => one.isEqual === isEqual);
    if (found.length > 1) throw errors.badCase({ source, ...found[1]! });
    const [one] = found;
    if (!one) return null;
    const [statement, ...more] = cutIn(source, one.start, one.end);
    if (!statement || more.length > 0)
      throw errors.badCase({ source, start: one.start, end: one.end });
    return expressionIn(names, statement);
  };
  const odd = cases.find(
    (one) => one.letters && one.letters.toSorted().join() !== letters.toSorted().join(),
  );
  if (odd) throw errors.badCase({ source, start: odd.start, end: odd.end });
  const [head, ...more] = before ? sidesOf(before) : [];
  if (more.length > 0) throw errors.badCase(spanOf(more[0]!));
  return {
    left: head ? leftOf(head, names) : null,
    sides: [{ kind: "cases", letters, equal: bodyOf(true), different: bodyOf(false), span }],
    span: head ? { ...span, start: spanOf(head).start } : span,
  };
}

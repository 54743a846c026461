/** @file Where statements begin and end, and which names they introduce. */

import { greek } from "../../grammar/tokens.ts";
import { errors } from "../diagnostics/errors.ts";
import type { Folded } from "./fold.ts";
import type { Piece } from "./latex.ts";
import { groupText, matching, nameAt } from "./names.ts";
import { closing, opening } from "./pieces.ts";

/** A statement before its words are told apart. */
export interface RawStatement {
  readonly folded: Folded;
  readonly pieces: readonly Piece[];
  /** The alphabet of each name in this statement. */
  readonly styles: Map<string, string>;
}

/** The names that a problem introduces, wherever it does. */
export interface Names {
  /** Declared or defined values, by canonical name. */
  readonly values: Set<string>;
  /** Declared functions. */
  readonly functions: Set<string>;
  /** Names defined with arguments, as in L(W) = …, with the texts of those. */
  readonly formulas: Map<string, string>;
}

export const noNames = (): Names => ({
  values: new Set(),
  functions: new Set(),
  formulas: new Map(),
});

const goesOn = new Set([
  "plus",
  "minus",
  "star",
  "slash",
  "odot",
  "oslash",
  "otimes",
  "times",
  "caret",
  "dotCaret",
  "equals",
  "define",
  "element",
  "colon",
  "to",
  "lt",
  "gt",
  "le",
  "ge",
  "ne",
]);
const heads = new Set([
  "colon",
  "element",
  "equals",
  "define",
  "lt",
  "gt",
  "le",
  "ge",
  "succ",
  "succeq",
]);

/** The deepest nesting of brackets that is read. */
export const deepest = 500;

/** Cuts the pieces of a source into statements. */
export function statementsOf(folded: Folded, pieces: readonly Piece[]): RawStatement[] {
  const statements: RawStatement[] = [];
  const cut = withDifferentials(pieces).flatMap((piece, i) =>
    pieces[i - 1]?.type === "underscore" ? afterUnderscore(piece) : [piece],
  );
  let current: Piece[] = [];
  let depth = 0;
  let softened = false;
  const end = (): void => {
    while (current.length > 0 && ["period", "comma"].includes(current.at(-1)!.type)) current.pop();
    if (current.length > 0) statements.push({ folded, pieces: current, styles: new Map() });
    current = [];
  };
  for (const [index, piece] of cut.entries()) {
    if (opening.has(piece.type)) {
      depth++;
      if (depth > deepest) throw errors.tooDeep(folded.span(piece.start, piece.end), deepest);
    } else if (closing.has(piece.type)) depth = Math.max(0, depth - 1);
    if (piece.type === "newline") {
      // Line ends in a row are one; a soft one among them makes all soft.
      if (cut[index + 1]?.type === "newline") {
        if (piece.soft) softened = true;
        continue;
      }
      const soft = softened || piece.soft === true;
      softened = false;
      const last = current.at(-1);
      const next = soft ? cut.slice(index + 1).find((p) => p.type !== "newline") : undefined;
      const continues =
        depth > 0 ||
        last === undefined ||
        goesOn.has(last.type) ||
        (last.type === "comma" &&
          current.every((p) =>
            [
              "word",
              "letter",
              "comma",
              "subscript",
              "underscore",
              "number",
              "openBrace",
              "closeBrace",
            ].includes(p.type),
          )) ||
        (soft && ["equals", "plus", "minus"].includes(next?.type ?? ""));
      if (!continues) end();
    } else if (piece.type === "semicolon" && depth === 0) end();
    else current.push(piece);
  }
  end();
  return statements;
}

/**
 * `d/dx` and `\\frac{d}{dx}`, `\\frac{dL}{dx}` are written with ∂ in the grammar. A quotient of products
 * that begin with d is told apart by its shape: a d alone, or with one letter, over a d with a letter.
 */
function withDifferentials(pieces: readonly Piece[]): readonly Piece[] {
  const isD = (p: Piece | undefined): boolean => p?.type === "word" && /^d[A-Za-z]?$/u.test(p.text);
  const types = (from: number, count: number): string =>
    pieces
      .slice(from, from + count)
      .map((p) => p.type)
      .join(" ");
  const split = (p: Piece): Piece[] => [
    { ...p, type: "partial", text: "d", end: p.start + 1 },
    ...(p.text.length > 1 ? [{ ...p, text: p.text.slice(1), start: p.start + 1 }] : []),
  ];
  const out: Piece[] = [];
  for (let i = 0; i < pieces.length; i++) {
    const isFraction =
      pieces[i]!.type === "fraction" &&
      isD(pieces[i + 2]) &&
      types(i + 1, 5).startsWith("openBrace word closeBrace openBrace word") &&
      /^d./u.test(pieces[i + 5]!.text);
    const isFractionOfGreek =
      pieces[i]!.type === "fraction" &&
      isD(pieces[i + 2]) &&
      types(i + 1, 6).startsWith("openBrace word closeBrace openBrace word letter") &&
      pieces[i + 5]!.text === "d";
    const isSlash =
      i === 0 &&
      pieces[0]!.text === "d" &&
      pieces[0]!.type === "word" &&
      pieces[1]?.type === "slash" &&
      pieces[2]?.type === "word" &&
      /^d[A-Za-z]?$/u.test(pieces[2].text);
    if (isFraction || isFractionOfGreek) {
      out.push(
        pieces[i]!,
        pieces[i + 1]!,
        ...split(pieces[i + 2]!),
        pieces[i + 3]!,
        pieces[i + 4]!,
        ...split(pieces[i + 5]!),
      );
      i += 5;
    } else if (isSlash) {
      out.push(...split(pieces[0]!), pieces[1]!, ...split(pieces[2]!));
      i += 2;
    } else out.push(pieces[i]!);
  }
  return out;
}

/**
 * An unbraced subscript is one letter: `S_bW` is S_b times W. A word such as `out`, or two letters that
 * look like two indices, stay whole, and are refused where they are read.
 */
function afterUnderscore(piece: Piece): Piece[] {
  const { text } = piece;
  if (piece.type !== "word" || piece.upright || text.length < 2 || Object.hasOwn(greek, text))
    return [piece];
  if (/^[a-z]{3,}$/u.test(text) || /^[ijklmn]{2}$/u.test(text)) return [piece];
  const at = piece.start + 1;
  return [
    { ...piece, text: text[0]!, end: at },
    { ...piece, text: text.slice(1), start: at },
  ];
}

/** The place of the sign that makes a statement a declaration or a definition; −1 without one. */
export function headSign(pieces: readonly Piece[]): number {
  let depth = 0;
  for (const [i, piece] of pieces.entries()) {
    if (opening.has(piece.type)) depth++;
    else if (closing.has(piece.type)) depth--;
    else if (depth === 0 && (heads.has(piece.type) || isIn(pieces, i))) return i;
  }
  return -1;
}

/** `in` between names and a space, as in `W in R^(m x n)`. */
export function isIn(pieces: readonly Piece[], i: number): boolean {
  const piece = pieces[i]!;
  if (piece.type !== "word" || piece.text !== "in" || i === 0) return false;
  const next = pieces[i + 1];
  return (
    next !== undefined &&
    (next.type === "reals" || next.type === "symmetricMatrices" || /^[RS]$/u.test(next.text))
  );
}

/** Adds the names that a statement introduces. */
export function collectNames(statement: RawStatement, names: Names): void {
  const { pieces } = statement;
  const sign = headSign(pieces);
  if (sign < 1) return;
  const isFunction = pieces.slice(sign + 1).some((p) => p.type === "to");
  for (let i = 0; i < sign; ) {
    const found = nameAt(statement, i, true);
    if (!found) return;
    const called = pieces[found.next]?.type === "openParen" && found.next < sign;
    if (called) {
      // Whether L(W) = … defines a value or a function is decided when it is read.
      names.values.add(found.name);
      const close = matching(statement, found.next);
      names.formulas.set(found.name, groupText(pieces.slice(found.next + 1, close)));
      return;
    }
    (isFunction ? names.functions : names.values).add(found.name);
    i = found.next;
    if (pieces[i]?.type === "comma") i++;
    else if (i < sign) return;
  }
}

/** @file Where statements begin and end, and which names they introduce. */

import { errors } from "../diagnostics/errors.ts";
import type { Folded } from "./fold.ts";
import type { Piece } from "./latex.ts";
import { argumentsText, matching, nameAt } from "./names.ts";
import { marksInOrder } from "./marks.ts";
import { apart, isInNames, isIn } from "./openings.ts";
import { binary, closing, deepest, matchingIn, opening } from "./pieces.ts";

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
  /** Small letters that are set in bold: no scalars. */
  readonly bold: Set<string>;
  /** Names defined with arguments, as in L(W) = …, with the texts of those. */
  readonly formulas: Map<string, string>;
}

export const noNames = (): Names => ({
  values: new Set(),
  functions: new Set(),
  bold: new Set(),
  formulas: new Map(),
});

const goesOn: ReadonlySet<string> = new Set([
  ...binary,
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

/** Whether the sign at the end of pieces stands above or below the line: A^+, W^*, ‖A‖_*. */
const endsRaised = (pieces: readonly Piece[]): boolean =>
  ["caret", "underscore"].includes(pieces.at(-2)?.type ?? "");

/** The statements that one stands for, by its pieces. */
export type Opened = (pieces: readonly Piece[], fail: (at: Piece) => Error) => (readonly Piece[])[];

/** Cuts the pieces of a source into statements; what opens one of a problem is set apart. */
export function statementsOf(
  folded: Folded,
  pieces: readonly Piece[],
  opened: Opened = apart,
): RawStatement[] {
  const statements: RawStatement[] = [];
  const cut = marksInOrder(pieces);
  let current: Piece[] = [];
  let depth = 0;
  let softened = false;
  const afterDerivative = ({ start, end: to }: Piece): Error =>
    errors.derivativeHasEnded(folded.span(start, to));
  const end = (): void => {
    while (current.length > 0 && ["period", "comma", "equals"].includes(current.at(-1)!.type))
      current.pop();
    for (const clause of clausesApart(current))
      for (const pieces of opened(clause, afterDerivative))
        statements.push({ folded, pieces, styles: new Map() });
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
      const next = soft ? pieceAfter(cut, index) : undefined;
      const continues =
        depth > 0 ||
        last === undefined ||
        (goesOn.has(last.type) && !endsRaised(current)) ||
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
      const after = cut[index + 1];
      if (!continues && after?.type === "plus")
        throw errors.lineBegins(folded.span(after.start, after.end), after.text, "");
      if (!continues) end();
    } else if (piece.type === "semicolon" && depth === 0) {
      const after = pieceAfter(cut, index);
      if (after?.type === "plus")
        throw errors.lineBegins(folded.span(after.start, after.end), after.text, " instead of “;”");
      end();
    } else if (depth === 0 && isConjunction(piece) && current.length > 0) end();
    else current.push(piece);
  }
  end();
  return statements;
}

/** The next piece that is no line end. */
function pieceAfter(pieces: readonly Piece[], i: number): Piece | undefined {
  let at = i + 1;
  while (pieces[at]?.type === "newline") at++;
  return pieces[at];
}

/** `… where K = …` begins a statement. */
const isConjunction = (piece: Piece): boolean =>
  piece.type === "word" && (piece.text === "where" || piece.text === "with");

/** Cuts at the commas that names and the sign of a statement follow: `eᵀe, e = y − Xb`, `…, h(x) = wᵀx`. */
function clausesApart(pieces: readonly Piece[]): (readonly Piece[])[] {
  if (!pieces.some((piece) => piece.type === "comma")) return [pieces];
  const parts: (readonly Piece[])[] = [];
  // The sign of a statement that comes after names only, seen from the end.
  let follows = false;
  let depth = 0;
  let end = pieces.length;
  const firstOther = pieces.findIndex((piece) => !isInNames(piece));
  for (let i = pieces.length - 1; i > 0; i--) {
    const piece = pieces[i]!;
    if (closing.has(piece.type)) depth++;
    else if (opening.has(piece.type)) depth--;
    if (depth > 0 || (follows && opensArguments(pieces, i))) continue;
    if (heads.has(piece.type) || isIn(pieces, i)) follows = true;
    else if (piece.type === "comma" && follows && firstOther < i) {
      parts.unshift(pieces.slice(i + 1, end));
      end = i;
      follows = false;
    } else if (!isInNames(piece)) follows = false;
  }
  return [pieces.slice(0, end), ...parts];
}

/** Whether the names in brackets after a name begin here. */
function opensArguments(pieces: readonly Piece[], i: number): boolean {
  const before = pieces[i - 1]?.type;
  return (
    pieces[i]!.type === "openParen" &&
    (before === "word" || before === "letter" || before === "closeBrace") &&
    pieces.slice(i + 1, matchingIn(pieces, i)).every(isInNames)
  );
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

/** `given: …` introduces no name. */
export const isGiven = (pieces: readonly Piece[]): boolean =>
  pieces[0]?.type === "word" && pieces[0].text === "given" && pieces[1]?.type === "colon";

/** Adds the names that a statement introduces. */
export function collectNames(statement: RawStatement, names: Names): void {
  const { pieces } = statement;
  const sign = headSign(pieces);
  if (sign < 1 || isGiven(pieces)) return;
  const isFunction = pieces.slice(sign + 1).some((p) => p.type === "to");
  for (let i = 0; i < sign; ) {
    const found = nameAt(statement, i, true);
    if (!found) return;
    const called = pieces[found.next]?.type === "openParen" && found.next < sign;
    if (called) {
      // Whether L(W) = … defines a value or a function is decided when it is read.
      names.values.add(found.name);
      const close = matching(statement, found.next);
      names.formulas.set(found.name, argumentsText(statement, found.next, close));
      return;
    }
    (isFunction ? names.functions : names.values).add(found.name);
    i = found.next;
    if (pieces[i]?.type === "comma") i++;
    else if (i < sign) return;
  }
}

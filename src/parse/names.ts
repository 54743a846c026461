/** @file Names and what belongs to them: subscripts, accents, stars. */

import { greek, subscripts } from "../../grammar/tokens.ts";
import { errors } from "../diagnostics/errors.ts";
import type { Span } from "../diagnostics/source.ts";
import { isMembersName } from "../ops/indexing.ts";
import type { Piece } from "./latex.ts";
import { matchingIn } from "./pieces.ts";
import type { RawStatement } from "./statements.ts";

/** A name, and the piece after it. */
export interface FoundName {
  readonly name: string;
  readonly next: number;
}

/** The name that begins at piece `i`; of a run of letters all where `whole`, else the single letter. */
export function nameAt(statement: RawStatement, i: number, whole: boolean): FoundName | null {
  const piece = statement.pieces[i];
  if (piece === undefined || (piece.type !== "word" && piece.type !== "letter")) return null;
  if (!whole && piece.type === "word" && lettersOf(piece.text).length > 1 && !piece.upright)
    return null;
  return withIndices(statement, i, baseName(piece.text));
}

/** The letters of a word, each with its accents. */
export const lettersOf = (text: string): string[] => text.match(/\P{M}\p{M}*/gu) ?? [];

/** A word as the base of a name: `alpha` is α. */
export const baseName = (text: string): string =>
  Object.hasOwn(greek, text) ? greek[text]! : text;

/** Adds the sub- and superscripts that belong to a name. */
export function withIndices(
  statement: RawStatement,
  i: number,
  base: string,
  takesDigits = true,
): FoundName {
  const { pieces } = statement;
  let next = i + 1;
  let subscript: string | null = null;
  let superscript = "";
  for (let round = 0; round < 2; round++) {
    if (subscript === null) {
      const found = subscriptAt(statement, next, takesDigits ? pieces[next - 1]!.end : -1);
      if (found) {
        subscript = found.text;
        next = found.next;
      }
    }
    const above = superscriptName(pieces, next);
    if (above) {
      superscript = above.text;
      next = above.next;
    }
  }
  return { name: joinName(base, subscript, superscript), next };
}

/** `W`, `out` → `W_{out}`; one character or a run of digits needs no braces. */
export function joinName(base: string, subscript: string | null, superscript = ""): string {
  if (subscript === null) return base + superscript;
  const bare = /^(?:\d+|.)$/u.test(subscript);
  return `${base}_${bare ? subscript : `{${subscript}}`}${superscript}`;
}

/** The base and the subscript of a canonical name. */
export function splitName(name: string): { base: string; subscript: string | null } {
  if (!name.includes("_") && !name.includes("^")) return { base: name, subscript: null };
  const match = /^([^_^]+)(?:_(?:\{(.*?)\}(?=\^|$)|([^^]+)))?/u.exec(name);
  return { base: match?.[1] ?? name, subscript: match?.[2] ?? match?.[3] ?? null };
}

/** Refuses a subscript that is not of letters and numbers, with one of its own at most: `b_{W_1}`. */
export function refuseUnwritable(name: string, span: Span): void {
  const { subscript } = splitName(name);
  if (
    subscript !== null &&
    !isMembersName(name) &&
    !/^[\p{L}\p{M}\d,*]+(?:_\{?[\p{L}\p{M}\d]+\}?)?$/u.test(subscript)
  )
    throw errors.badSubscript(span);
}

/** A subscript at piece `i`: `_1`, `_{out}`, `₁`, or digits that touch the letter before (`W1`). */
export function subscriptAt(
  statement: RawStatement,
  i: number,
  touching: number,
): { text: string; next: number } | null {
  const { pieces, folded } = statement;
  const piece = pieces[i];
  if (piece === undefined) return null;
  if (piece.type === "subscript")
    return { text: [...piece.text].map((c) => subscripts[c]!).join(""), next: i + 1 };
  if (
    piece.type === "number" &&
    piece.start === touching &&
    /^\d+$/u.test(piece.text) &&
    ["word", "letter"].includes(pieces[i - 1]?.type ?? "")
  )
    return { text: piece.text, next: i + 1 };
  if (piece.type !== "underscore") return null;
  const after = pieces[i + 1];
  if (after === undefined) throw errors.endsTooSoon(folded.span(piece.start, piece.end));
  if (after.type === "openBrace" || after.type === "openParen") {
    const close = matching(statement, i + 1);
    if (close === i + 2) throw errors.badSubscript(folded.span(piece.start, pieces[close]!.end));
    return { text: groupText(pieces.slice(i + 2, close)), next: close + 1 };
  }
  if (after.type === "number" && /^\d+$/u.test(after.text))
    return { text: after.text, next: i + 2 };
  // k_*: what is known of a new point.
  if (after.type === "star" || after.type === "asterisk") return { text: "*", next: i + 2 };
  if (after.type === "letter") return { text: after.text, next: i + 2 };
  if (after.type === "word") {
    const text = baseName(after.text);
    if ([...text].length > 1 && !after.upright)
      throw errors.longSubscript(folded.span(after.start, after.end), after.text);
    return { text, next: i + 2 };
  }
  return null;
}

/** The text of a subscript in braces, without blanks and styles. */
export const groupText = (pieces: readonly Piece[]): string =>
  pieces
    .map((p) =>
      p.type === "word"
        ? baseName(p.text)
        : p.type === "subscript"
          ? [...p.text].map((c) => subscripts[c]!).join("")
          : p.type === "ne"
            ? "≠"
            : p.type === "asterisk"
              ? "*"
              : p.text,
    )
    .join("");

/** The names from one bracket to the other, as the language spells them; what is no list of names as it is typed. */
export function argumentsText(statement: RawStatement, open: number, close: number): string {
  const names: string[] = [];
  for (let i = open + 1; i < close; i++) {
    const found = nameAt(statement, i, true);
    if (!found || (found.next !== close && statement.pieces[found.next]?.type !== "comma"))
      return groupText(statement.pieces.slice(open + 1, close));
    names.push(found.name);
    i = found.next;
  }
  return names.join(",");
}

/** `^*`, `^\star`, `^{(1)}`: superscripts that make another name. */
function superscriptName(
  pieces: readonly Piece[],
  i: number,
): { text: string; next: number } | null {
  if (pieces[i]?.type !== "caret") return null;
  const first = pieces[i + 1]?.type;
  if (first === "number" || first === "word") return null;
  const types = pieces.slice(i + 1, i + 6).map((p) => p.type);
  const star = (type: string | undefined): boolean => type === "star" || type === "asterisk";
  if (star(types[0])) return { text: "^*", next: i + 2 };
  if (types[0] === "openBrace" && star(types[1]) && types[2] === "closeBrace")
    return { text: "^*", next: i + 4 };
  if (
    /^openBrace open(?:Paren (?:number|word) closeParen|Bracket (?:number|word) closeBracket) closeBrace$/u.test(
      types.join(" "),
    )
  )
    return { text: `^{(${pieces[i + 3]!.text})}`, next: i + 6 };
  return null;
}

/** The piece that closes the bracket at `open`. */
export function matching(statement: RawStatement, open: number): number {
  const { pieces, folded } = statement;
  const close = matchingIn(pieces, open);
  if (close < pieces.length) return close;
  const piece = pieces[open]!;
  throw errors.unclosed(folded.span(piece.start, piece.end), piece.text);
}

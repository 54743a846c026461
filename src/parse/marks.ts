/** @file What stands above and below the line, in the order in which names are read: below, then above. */

import { greek } from "../../grammar/tokens.ts";
import type { Piece } from "./latex.ts";
import { matchingIn } from "./pieces.ts";

/** Cuts marks apart that are typed as one, and puts subscripts right behind their letters. */
export function marksInOrder(pieces: readonly Piece[]): readonly Piece[] {
  const has = (type: Piece["type"]): boolean => pieces.some((p) => p.type === type);
  const layered = has("caret") ? withLayersApart(pieces) : pieces;
  const isBelow = has("underscore");
  const cut = isBelow
    ? layered.flatMap((piece, i) =>
        layered[i - 1]?.type === "underscore" ? afterUnderscore(piece) : [piece],
      )
    : layered;
  return isBelow || has("subscript") ? subscriptsFirst(cut) : cut;
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

/** `W^{(2)\top}`, `X^{(1)^T}`, `w^{*T}`: transposes of the names `W^{(2)}`, `X^{(1)}`, `w^*`. */
function withLayersApart(pieces: readonly Piece[]): readonly Piece[] {
  const out: Piece[] = [];
  for (let i = 0; i < pieces.length; i++) {
    out.push(pieces[i]!);
    const layer = layerAt(pieces, i);
    if (layer === null) continue;
    const marks = pieces[layer]!.type === "caret" ? layer + 1 : layer;
    const mark = pieces[marks];
    const goesOn =
      mark?.text === "T" || ["top", "minus", "prime", "openBrace"].includes(mark?.type ?? "");
    if (mark === undefined || !goesOn) continue;
    const end = matchingIn(pieces, i + 1);
    const rest = pieces.slice(marks, end);
    const bare = rest[0]!.type === "openBrace" ? rest.slice(1, -1) : rest;
    out.push(
      ...pieces.slice(i + 1, layer),
      { ...mark, type: "closeBrace", text: "}" },
      { ...mark, type: "caret", text: "^" },
      { ...mark, type: "openBrace", text: "{" },
      ...bare,
    );
    i = end - 1;
  }
  return out;
}

/** The piece after `(2)` or `*` at the beginning of braces above the line at `i`; null without one. */
function layerAt(pieces: readonly Piece[], i: number): number | null {
  if (pieces[i]!.type !== "caret" || pieces[i + 1]?.type !== "openBrace") return null;
  const types = pieces
    .slice(i, i + 5)
    .map((p) => p.type)
    .join(" ");
  if (/^caret openBrace open(?:Paren|Bracket) (?:number|word) close(?:Paren|Bracket)$/u.test(types))
    return pieces[i + 5] === undefined ? null : i + 5;
  if (/^caret openBrace (?:star|asterisk) (?!closeBrace)/u.test(types)) return i + 3;
  return null;
}

/** `σ²_n`, `x^T_1`: what stands below the line belongs to the name, and is read before the power. */
function subscriptsFirst(pieces: readonly Piece[]): readonly Piece[] {
  const out: Piece[] = [];
  for (let i = 0; i < pieces.length; i++) {
    const piece = pieces[i]!;
    out.push(piece);
    if (piece.type !== "word" && piece.type !== "letter") continue;
    const below = pastPower(pieces, i + 1);
    const past = below === null ? null : pastSubscript(pieces, below);
    if (below === null || past === null) continue;
    out.push(...pieces.slice(below, past), ...pieces.slice(i + 1, below));
    i = past - 1;
  }
  return out;
}

/** The piece after a number or a transpose above the line; null where there is none. */
function pastPower(pieces: readonly Piece[], i: number): number | null {
  if (pieces[i]?.type === "superscript") return i + 1;
  if (pieces[i]?.type !== "caret") return null;
  const exponent = pieces[i + 1];
  if (exponent?.type === "openBrace") return matchingIn(pieces, i + 1) + 1;
  const isOne = exponent?.text === "T" || ["top", "number"].includes(exponent?.type ?? "");
  return isOne ? i + 2 : null;
}

/** The piece after a subscript; null where there is none. */
function pastSubscript(pieces: readonly Piece[], i: number): number | null {
  if (pieces[i]?.type === "subscript") return i + 1;
  if (pieces[i]?.type !== "underscore") return null;
  if (pieces[i + 1]?.type === "openBrace") return matchingIn(pieces, i + 1) + 1;
  return pieces[i + 1] === undefined ? null : i + 2;
}

/** @file What pieces are brackets and which relate two sides; where a bracket ends. */

import type { Piece } from "./latex.ts";

/** The deepest nesting of brackets that is read. */
export const deepest = 500;

export const opening = new Set([
  "openParen",
  "openBracket",
  "openBrace",
  "openSet",
  "openAngle",
  "openNorm",
  "openBar",
]);
export const closing = new Set([
  "closeParen",
  "closeBracket",
  "closeBrace",
  "closeSet",
  "closeAngle",
  "closeNorm",
  "closeBar",
]);
/** Signs between two operands, besides the relations. */
export const binary: readonly string[] = [
  "plus",
  "minus",
  "star",
  "slash",
  "odot",
  "oslash",
  "otimes",
];
export const relations = new Set(["lt", "gt", "le", "ge", "ne", "equals"]);

/** The place of the piece that closes the bracket at `open`; the end where none does. */
export function matchingIn(pieces: readonly Piece[], open: number): number {
  let depth = 0;
  for (let i = open; i < pieces.length; i++) {
    if (opening.has(pieces[i]!.type)) depth++;
    else if (closing.has(pieces[i]!.type) && --depth === 0) return i;
  }
  return pieces.length;
}

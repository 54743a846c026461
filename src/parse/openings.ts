/** @file What stands before an objective or in a list: ∂/∂x, min over x ∈ ℝⁿ, declarations side by side. */

import { propertyWords } from "./heads.ts";
import type { Piece } from "./latex.ts";
import { closing, matchingIn, opening } from "./pieces.ts";

/**
 * The statements that one stands for: `x: n, A: m×n` are two declarations, and a set in
 * `\\min_{x \\in ℝ^n}` declares before it minimises.
 */
export function apart(pieces: readonly Piece[]): (readonly Piece[])[] {
  if (pieces.length === 0) return [];
  const over = minimisedOver(pieces);
  if (over === null) return declarationsApart(derivativeFirst(pieces));
  const declared = declarationsApart(pieces.slice(over.from, over.to));
  const names = declared.flatMap((part, i) => [
    ...(i > 0 ? [{ ...part[0]!, type: "comma" as const, text: "," }] : []),
    ...part.slice(0, signsIn(part)[0]),
  ]);
  return [...declared, [...pieces.slice(0, over.from), ...names, ...pieces.slice(over.to)]];
}

/** Where the braces of a leading `min_{x ∈ ℝⁿ}` begin and end, if a set stands in them. */
function minimisedOver(pieces: readonly Piece[]): { from: number; to: number } | null {
  if (!isExtremum(pieces[0]!) || pieces[1]?.type !== "underscore") return null;
  if (pieces[2]?.type !== "openBrace") return null;
  const to = matchingIn(pieces, 2);
  return signsIn(pieces.slice(3, to)).length > 0 ? { from: 3, to } : null;
}

/** `min`, `arg min`, `minimize` and their like. */
export const isExtremum = (piece: Piece): boolean =>
  piece.type === "word" && /^(?:arg)?(?:min|max)(?:imi[sz]e)?$/u.test(piece.text);

/** The places of the signs that declare. */
function signsIn(pieces: readonly Piece[]): number[] {
  const found: number[] = [];
  let depth = 0;
  for (const [i, piece] of pieces.entries()) {
    if (opening.has(piece.type)) depth++;
    else if (closing.has(piece.type)) depth--;
    else if (depth === 0 && (["colon", "element"].includes(piece.type) || isIn(pieces, i)))
      found.push(i);
  }
  return found;
}

/** Cuts a list of declarations before the names of each. */
function declarationsApart(pieces: readonly Piece[]): (readonly Piece[])[] {
  const signs = signsIn(pieces);
  const parts: (readonly Piece[])[] = [];
  let from = 0;
  for (const [i, sign] of signs.slice(1).entries()) {
    const cut = namesBefore(pieces, signs[i]! + 1, sign);
    if (cut === null) break;
    parts.push(pieces.slice(from, cut));
    from = cut + 1;
  }
  return [...parts, pieces.slice(from)];
}

const inNames: ReadonlySet<string> = new Set([
  "word",
  "letter",
  "number",
  "comma",
  "subscript",
  "underscore",
  "openBrace",
  "closeBrace",
  "superscript",
]);

/** The first comma after `from` that only names follow up to the sign at `to`. */
function namesBefore(pieces: readonly Piece[], from: number, to: number): number | null {
  let cut: number | null = null;
  let depth = 0;
  for (let i = to - 1; i > from; i--) {
    const piece = pieces[i]!;
    if (closing.has(piece.type)) depth++;
    else if (opening.has(piece.type)) depth--;
    const isTrait = piece.type === "word" && depth === 0 && propertyWords.has(piece.text);
    if (!inNames.has(piece.type) || isTrait) break;
    if (piece.type === "comma" && depth === 0) cut = i;
  }
  return cut;
}

/** `\\frac{∂ f}{∂ x}` and `∂(f)/∂x` of an expression f are ∂/∂x before it; of a name they are a symbol. */
function derivativeFirst(pieces: readonly Piece[]): readonly Piece[] {
  const [first, second, third] = pieces;
  if (first!.type === "fraction" && second?.type === "openBrace" && third?.type === "partial") {
    const close = matchingIn(pieces, 1);
    const isName = close <= 4 || pieces.slice(3, close).every((p) => isIndexOrName(p));
    const end = close + 1 < pieces.length ? matchingIn(pieces, close + 1) : -1;
    if (isName || end !== pieces.length - 1) return pieces;
    const over = pieces.slice(3, close);
    return [first!, second, third, ...pieces.slice(close, end + 1), ...over];
  }
  if (first!.type === "partial" && second?.type === "openParen") {
    const close = matchingIn(pieces, 1);
    if (pieces[close + 1]?.type !== "slash" || pieces[close + 2]?.type !== "partial") return pieces;
    return [first!, ...pieces.slice(close + 1), ...pieces.slice(1, close + 1)];
  }
  return pieces;
}

const isIndexOrName = (p: Piece): boolean =>
  (p.type === "word" && p.text.length === 1) ||
  ["letter", "number", "subscript", "underscore", "openBrace", "closeBrace"].includes(p.type);

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

/**
 * `d/dx` and `\\frac{d}{dx}`, `\\frac{dL}{dx}` are written with ∂ in the grammar. A quotient of products
 * that begin with d is told apart by its shape: a d alone, or with one letter, over a d with a letter.
 */
export function withDifferentials(pieces: readonly Piece[]): readonly Piece[] {
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

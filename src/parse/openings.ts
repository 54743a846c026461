/** @file What stands before an objective or in a list: ∂/∂x, min over x ∈ ℝⁿ, declarations side by side. */

import { isFunctionName } from "../ops/functions.ts";
import { propertyWords } from "./heads.ts";
import type { Piece } from "./latex.ts";
import { closing, matchingIn, opening } from "./pieces.ts";

/**
 * The statements that one stands for: `x: n, A: m×n` are two declarations, and a set in
 * `\\min_{x \\in ℝ^n}` declares before it minimises.
 */
export function apart(typed: readonly Piece[], fail: Fail): (readonly Piece[])[] {
  if (typed.length === 0) return [];
  const pieces = objectiveAlone(withDifferentials(withoutLeftSide(typed)));
  const over = minimisedOver(pieces);
  if (over === null) return declarationsApart(derivativeFirst(pieces, fail));
  const declared = declarationsApart(pieces.slice(over.from, over.to));
  const names = declared.flatMap((part, i) => [
    ...(i > 0 ? [{ ...part[0]!, type: "comma" as const, text: "," }] : []),
    ...part.slice(0, signsIn(part)[0]),
  ]);
  return [...declared, [...pieces.slice(0, over.from), ...names, ...pieces.slice(over.to)]];
}

/**
 * `\\log p(y|X) = f`, `L(θ; x) = f`: a left side that only says what f is. One that is a name
 * or a name with arguments defines, and any other is an equation.
 */
function withoutLeftSide(pieces: readonly Piece[]): readonly Piece[] {
  let depth = 0;
  const equals = pieces.findIndex((p) => {
    if (opening.has(p.type)) depth++;
    else if (closing.has(p.type)) depth--;
    return depth === 0 && (p.type === "equals" || p.type === "define");
  });
  if (equals < 1 || equals === pieces.length - 1) return pieces;
  const left = pieces.slice(0, equals);
  const isLog = left[0]!.type === "word" && /^(?:log|ln)$/u.test(left[0]!.text);
  const named = isLog ? left.slice(1) : left;
  if (named[0]?.type !== "word" && named[0]?.type !== "letter") return pieces;
  // log det X = … is an equation.
  if (isFunctionName(named[0].text)) return pieces;
  const open = named.findIndex((p) => p.type === "openParen");
  const name = open < 0 ? named : named.slice(0, open);
  const closes = open < 0 || matchingIn(named, open) === named.length - 1;
  if (!closes || !name.every((p) => isInNames(p) || p.type === "caret" || p.type === "asterisk"))
    return pieces;
  const hasCondition = open >= 0 && !lowered(named.slice(open + 1, -1)).every(isInNames);
  return isLog || hasCondition ? pieces.slice(equals + 1) : pieces;
}

/** Pieces without what stands above names in brackets: x^{(i)}. */
function lowered(pieces: readonly Piece[]): readonly Piece[] {
  const above = /^caret openBrace openParen (?:word|letter|number) closeParen closeBrace$/u;
  const at = pieces.findIndex((_, i) =>
    above.test(
      pieces
        .slice(i, i + 6)
        .map((p) => p.type)
        .join(" "),
    ),
  );
  return at < 0 ? pieces : lowered(pieces.toSpliced(at, 6));
}

/** `\\hat β = \\arg\\min_β f` and `minimize f` are the objective f. */
function objectiveAlone(pieces: readonly Piece[]): readonly Piece[] {
  const equals = pieces.findIndex((p) => p.type === "equals");
  const from = equals > 0 && isExtremum(pieces[equals + 1] ?? pieces[0]!) ? equals + 1 : 0;
  const first = pieces[from];
  if (!first || !isExtremum(first)) return pieces;
  const next = pieces[from + 1]?.type ?? "openParen";
  if (next === "underscore" || next === "subscript") return pieces.slice(from);
  // min(a, b) is a function.
  return opening.has(next) && next !== "openNorm" && next !== "openBar"
    ? pieces
    : pieces.slice(from + 1);
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

const declaring: ReadonlySet<Piece["type"]> = new Set(["colon", "element"]);

/** The places of the signs that declare. */
function signsIn(pieces: readonly Piece[]): number[] {
  const found: number[] = [];
  let depth = 0;
  for (const [i, piece] of pieces.entries()) {
    if (opening.has(piece.type)) depth++;
    else if (closing.has(piece.type)) depth--;
    else if (depth === 0 && (declaring.has(piece.type) || isIn(pieces, i))) found.push(i);
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

/** Whether a piece may stand in a list of names. */
export const isInNames = (piece: Piece): boolean =>
  inNames.has(piece.type) &&
  !(piece.type === "word" && propertyWords.has(piece.text)) &&
  !(piece.type === "superscript" && /[ᵀ⁻]/u.test(piece.text));

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

/** `\frac{∂ f}{∂ x}` and `∂f/∂x` of an expression f are ∂/∂x before it; of a name they are a symbol. */
function derivativeFirst(pieces: readonly Piece[], fail: Fail): readonly Piece[] {
  const [first, second, third] = pieces;
  if (first!.type === "fraction" && second?.type === "openBrace" && third?.type === "partial") {
    const close = matchingIn(pieces, 1);
    const over = pieces.slice(3, close);
    if (isName(over)) return pieces;
    const end = matchingIn(pieces, close + 1);
    if (end !== pieces.length - 1) throw fail(pieces[end + 1] ?? first!);
    return [first!, second, third, ...pieces.slice(close, end + 1), ...over];
  }
  if (first!.type !== "partial" || second === undefined || second.type === "slash") return pieces;
  const slash = slashBefore(pieces, ({ type }) => type === "partial");
  if (slash < 0) return pieces;
  const over = pieces.slice(1, slash);
  if (isName(over)) return pieces;
  const by = pieces.slice(slash + 2);
  const extra = by.find((p) => !isIndexOrName(p));
  if (extra) throw fail(extra);
  return [first!, ...pieces.slice(slash), ...over];
}

/** The first `/` outside brackets that such a piece follows; −1 without one. */
export function slashBefore(pieces: readonly Piece[], isSuch: (piece: Piece) => boolean): number {
  let depth = 0;
  return pieces.findIndex((piece, i) => {
    if (opening.has(piece.type)) depth++;
    else if (closing.has(piece.type)) depth--;
    const next = pieces[i + 1];
    return depth === 0 && piece.type === "slash" && next !== undefined && isSuch(next);
  });
}

/** Says that something stands where a derivative of a whole objective has ended. */
type Fail = (at: Piece) => Error;

const isIndexOrName = (p: Piece): boolean =>
  (p.type === "word" && /^\P{M}\p{M}*$/u.test(p.text)) ||
  ["letter", "number", "subscript", "underscore", "openBrace", "closeBrace"].includes(p.type);

/** A name with its indices, several letters of them in braces: C_{ij}. */
function isName(pieces: readonly Piece[]): boolean {
  let depth = 0;
  return pieces.every((p) => {
    if (p.type === "openBrace") depth++;
    else if (p.type === "closeBrace") depth--;
    return isIndexOrName(p) || (depth > 0 && (p.type === "word" || p.type === "comma"));
  });
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

/**
 * `d/dx`, `\frac{d}{dx}`, `\frac{d f}{dx}` and `d f/dx` are written with ∂ in the grammar. A quotient of
 * products that begin with d is told apart by its shape: below stands a d with one name.
 */
export function withDifferentials(pieces: readonly Piece[]): readonly Piece[] {
  if (pieces[0]?.text !== "d" && !pieces.some((p) => p.type === "fraction")) return pieces;
  const out: Piece[] = [];
  for (let i = 0; i < pieces.length; i++) {
    const found =
      pieces[i]!.type === "fraction" ? fractionAt(pieces, i) : i === 0 ? quotientAt(pieces) : null;
    out.push(...(found?.pieces ?? [pieces[i]!]));
    if (found) i = found.end;
  }
  return out;
}

interface Rewritten {
  readonly pieces: readonly Piece[];
  /** The place of the last piece that was rewritten. */
  readonly end: number;
}

/** The d that begins a run of letters, as ∂, and the rest of the run; null where none does. */
export function differential(piece: Piece | undefined): Piece[] | null {
  if (piece?.type !== "word" || !/^d[A-Za-z]?$/u.test(piece.text)) return null;
  const d: Piece = { ...piece, type: "partial", text: "d" };
  if (piece.text === "d") return [d];
  const at = piece.start + 1;
  return [
    { ...d, end: at },
    { ...piece, text: piece.text.slice(1), start: at },
  ];
}

function fractionAt(pieces: readonly Piece[], i: number): Rewritten | null {
  if (pieces[i + 1]?.type !== "openBrace") return null;
  const close = matchingIn(pieces, i + 1);
  if (pieces[close + 1]?.type !== "openBrace") return null;
  const end = matchingIn(pieces, close + 1);
  const [over, under] = [differential(pieces[i + 2]), differential(pieces[close + 2])];
  if (!over || !under || end >= pieces.length) return null;
  const by = [...under.slice(1), ...pieces.slice(close + 3, end)];
  if (by.length === 0 || !by.every(isIndexOrName)) return null;
  return {
    pieces: [
      ...pieces.slice(i, i + 2),
      ...over,
      ...pieces.slice(i + 3, close + 2),
      under[0]!,
      ...by,
      pieces[end]!,
    ],
    end,
  };
}

/** `d/dx f`, and `d f/dx` where nothing follows. */
function quotientAt(pieces: readonly Piece[]): Rewritten | null {
  const [first, second, third] = pieces;
  if (first?.type !== "word" || first.text !== "d") return null;
  if (second?.type === "slash") {
    const under = differential(third);
    return under && { pieces: [{ ...first, type: "partial" }, second, ...under], end: 2 };
  }
  const slash = pieces.findLastIndex((p) => p.type === "slash");
  const under = slash < 1 ? null : differential(pieces[slash + 1]);
  const by = under && [...under.slice(1), ...pieces.slice(slash + 2)];
  if (!under || !by || by.length === 0 || !by.every(isIndexOrName)) return null;
  return {
    pieces: [{ ...first, type: "partial" }, ...pieces.slice(1, slash + 1), under[0]!, ...by],
    end: pieces.length - 1,
  };
}

/** @file What stands left of an answer: a name, a derivative in its many spellings, or what is an answer itself. */

import { errors } from "../diagnostics/errors.ts";
import type { Span } from "../diagnostics/source.ts";
import { isFunctionName } from "../ops/functions.ts";
import { primesAt } from "./applications.ts";
import type { Piece } from "./latex.ts";
import { nameAt, splitName, subscriptAt } from "./names.ts";
import { transposeEnding } from "./numbers.ts";
import { differential as written, slashBefore } from "./openings.ts";
import { matchingIn } from "./pieces.ts";
import { expressionIn } from "./read.ts";
import type { Names, RawStatement } from "./statements.ts";
import type { Surface } from "./surface.ts";

/** What stands left of the first sign of equality. */
export type AnswerLeft = { readonly span: Span } & (
  | {
      readonly kind: "name";
      readonly name: string;
      /** Whether it has arguments, as J(x). */
      readonly called: boolean;
    }
  /** `∂L/∂W`, `∇_W L`, `∂y_i/∂x_j`, `∇_W ‖Wx‖²`: what is derived, by what; of order 2 a Hessian. */
  | {
      readonly kind: "derivative";
      /** A name, or an expression; null where it is not said. */
      readonly of: string | Surface | null;
      /** As it was typed; null where it is not said, as in ∇L. */
      readonly by: string | null;
      /** What a second derivative is taken by besides, where that has other indices: ∂x_i ∂x_j. */
      readonly second: string | null;
      /** The arguments of what is derived, as in f′(x); null where none stand there. */
      readonly args: readonly string[] | null;
      /** The indices below a bracket around it, as in (∂L/∂W)_{ij}. */
      readonly below: string | null;
      /** Whether it is transposed: (∂L/∂W)ᵀ. */
      readonly isTransposed: boolean;
      readonly order: 1 | 2;
    }
  | { readonly kind: "expression"; readonly body: Surface }
);

type Derivative = Extract<AnswerLeft, { readonly kind: "derivative" }>;

/** Some pieces of a statement. */
export const sliceOf = ({ folded }: RawStatement, pieces: readonly Piece[]): RawStatement => ({
  folded,
  pieces,
  styles: new Map(),
});

export const spanOf = ({ folded, pieces }: RawStatement): Span =>
  folded.span(pieces[0]!.start, pieces.at(-1)!.end);

/** The name that a side is, with its star: w*; null where it is none. */
export function nameOf(side: RawStatement): string | null {
  const found = nameAt(side, 0, true);
  if (!found) return null;
  const rest = side.pieces.slice(found.next);
  if (rest.length === 0) return found.name;
  const isStar = rest.length === 1 && ["star", "asterisk"].includes(rest[0]!.type);
  return isStar ? `${found.name}^*` : null;
}

/** A run of letters that are all names of the problem is their product, as in Ax = b. */
export function isProduct(name: string, { values }: Names): boolean {
  const letters = name.replace(/\^\*$/u, "");
  return (
    !values.has(name) &&
    /^\p{L}{2,}$/u.test(letters) &&
    [...letters].every((letter) => values.has(letter))
  );
}

/**
 * Reads what stands left of an answer; a product or the like is an answer itself.
 * @throws NablaError for a derivative that cannot be read.
 */
export function leftOf(side: RawStatement, names: Names): AnswerLeft {
  const span = spanOf(side);
  const own = nameOf(side);
  if (own !== null && isFunctionName(own)) throw errors.nameIsFunction(span, own);
  if (own !== null && !isProduct(own, names))
    return { kind: "name", name: own, called: false, span };
  const derivative = derivativeIn(side, names) ?? primed(side) ?? called(side, names);
  return derivative ?? { kind: "expression", body: expressionIn(names, side), span };
}

// ---- derivatives ------------------------------------------------------------------------------------

/** ∂, or the d that begins a run of letters, with the rest of the run; null where none does. */
const differential = (piece: Piece | undefined): readonly Piece[] | null =>
  piece?.type === "partial" ? [piece] : written(piece);

/** Above the line `∂² f`, below it `∂x ∂xᵀ`, and what follows the fraction. */
function derivativeIn(side: RawStatement, names: Names): Derivative | null {
  const { pieces } = side;
  if (pieces[0]?.type === "openParen" || pieces[0]?.type === "openBracket")
    return bracketed(side, names);
  if (pieces[0]?.type === "nabla" || pieces[0]?.text === "grad") return nablaIn(side, names);
  const parts = fractionIn(pieces) ?? quotientIn(pieces);
  if (!parts) return null;
  const [over, under] = [signOf(parts.over), belowOf(side, parts.under)];
  if (!over || !under) return null;
  const of = [...over.rest, ...parts.after];
  const order = over.order === 2 || under.order === 2 ? 2 : 1;
  if (over.order !== under.order && under.order !== 2) throw errors.unreadLeft(spanOf(side));
  const derived = of.length === 0 ? nothingDerived : derivedIn(sliceOf(side, of), names);
  const { by, second } = under;
  return { ...plainly, ...derived, by, second, order, span: spanOf(side) };
}

/** `(∂L/∂W)`, `(∂L/∂W)_{ij}`, `(∂L/∂W)ᵀ`. */
function bracketed(side: RawStatement, names: Names): Derivative | null {
  const { pieces } = side;
  const close = matchingIn(pieces, 0);
  const inner = derivativeIn(sliceOf(side, pieces.slice(1, close)), names);
  if (!inner) return null;
  const after = pieces.slice(close + 1);
  if (after.length === 0) return inner;
  const span = spanOf(side);
  if (transposeEnding(after) === after.length) return { ...inner, isTransposed: true, span };
  const found = subscriptAt(side, close + 1, -1);
  return found?.next === pieces.length ? { ...inner, below: found.text, span } : null;
}

/** A derivative with no more to it than what it is of and by. */
const plainly: Pick<Derivative, "kind" | "args" | "second" | "below" | "isTransposed"> = {
  kind: "derivative",
  args: null,
  second: null,
  below: null,
  isTransposed: false,
};

interface Parts {
  readonly over: readonly Piece[];
  readonly under: readonly Piece[];
  readonly after: readonly Piece[];
}

/** `\frac{∂f}{∂x} …`. */
function fractionIn(pieces: readonly Piece[]): Parts | null {
  if (pieces[0]?.type !== "fraction" || pieces[1]?.type !== "openBrace") return null;
  const close = matchingIn(pieces, 1);
  if (pieces[close + 1]?.type !== "openBrace") return null;
  const end = matchingIn(pieces, close + 1);
  return {
    over: pieces.slice(2, close),
    under: pieces.slice(close + 2, end),
    after: pieces.slice(end + 1),
  };
}

/** `∂f/∂x`, `∂/∂x f`. */
function quotientIn(pieces: readonly Piece[]): Parts | null {
  if (!signOf(pieces)) return null;
  const slash = slashBefore(pieces, (piece) => differential(piece) !== null);
  if (slash < 0) return null;
  const over = pieces.slice(0, slash);
  const rest = pieces.slice(slash + 1);
  // What is not above the line follows it.
  if (signOf(over)?.rest.length !== 0) return { over, under: rest, after: [] };
  let end = 0;
  for (let next = belowEnd(rest, end); next > end; next = belowEnd(rest, end)) end = next;
  return { over, under: rest.slice(0, end), after: rest.slice(end) };
}

/** Where `∂x`, `∂x²` or `∂xᵀ` at a place ends; the place itself where none stands there. */
function belowEnd(pieces: readonly Piece[], from: number): number {
  const sign = differential(pieces[from]);
  if (!sign) return from;
  let at = sign.length > 1 ? from + 1 : from + 2;
  if (pieces[at - 1]?.type === "openParen") at = matchingIn(pieces, at - 1) + 1;
  for (;;) {
    const piece = pieces[at];
    if (piece?.type === "superscript" || piece?.type === "subscript") at++;
    else if (piece?.type === "number" && piece.start === pieces[at - 1]!.end) at++;
    else if (piece?.type === "underscore" || piece?.type === "caret")
      at = pieces[at + 1]?.type === "openBrace" ? matchingIn(pieces, at + 1) + 1 : at + 2;
    else return Math.min(at, pieces.length);
  }
}

/** `∂`, `∂²`, `d`: its order, and what follows. */
function signOf(
  pieces: readonly Piece[],
): { readonly order: 1 | 2; readonly rest: readonly Piece[] } | null {
  const sign = differential(pieces[0]);
  if (!sign) return null;
  const rest = [...sign.slice(1), ...pieces.slice(1)];
  const two = sign.length > 1 ? 0 : squareAt(rest, 0);
  return { order: two > 0 ? 2 : 1, rest: rest.slice(two) };
}

/** How many pieces the exponent 2 at a place takes. */
function squareAt(pieces: readonly Piece[], at: number): number {
  const text = (k: number): string | undefined => pieces[at + k]?.text;
  if (text(0) === "²") return 1;
  if (text(0) !== "^") return 0;
  if (text(1) === "2") return 2;
  return text(1) === "{" && text(2) === "2" && text(3) === "}" ? 4 : 0;
}

/** What is derived by, from `∂x`, `∂x²`, `∂x ∂xᵀ`; null for anything else. */
function belowOf(
  side: RawStatement,
  pieces: readonly Piece[],
): { readonly by: string; readonly second: string | null; readonly order: 1 | 2 } | null {
  const first = differential(pieces[0]);
  if (!first) return null;
  const all = [...first.slice(1), ...pieces.slice(1)];
  const again = all.findIndex((piece, k) => k > 0 && differential(piece) !== null);
  const own = again < 0 ? all : all.slice(0, again);
  if (own.length === 0) return null;
  const isSquared = squareAt(own, own.length - 1) === 1 || squareAt(own, own.length - 2) === 2;
  const isBraced = squareAt(own, own.length - 4) === 4;
  const name = isBraced ? own.slice(0, -4) : isSquared ? own.slice(0, exponentStart(own)) : own;
  if (name.length === 0) return null;
  const by = textOf(side, name);
  if (again < 0) return { by, second: null, order: isSquared || isBraced ? 2 : 1 };
  const second = [...differential(all[again])!.slice(1), ...all.slice(again + 1)];
  if (second.length === 0) return null;
  const [one, other] = [name, second].map((part) => nameAt(sliceOf(side, part), 0, true)?.name);
  if (one === undefined || other === undefined) throw errors.unreadLeft(spanOf(side));
  // ∂x ∂xᵀ is by x twice, ∂x_i ∂x_j by its entries; ∂x ∂y is another derivative.
  if (one === other) return { by: one, second: null, order: 2 };
  if (splitName(one).base !== splitName(other).base) throw errors.unreadLeft(spanOf(side));
  return { by: one, second: other, order: 2 };
}

const exponentStart = (pieces: readonly Piece[]): number =>
  pieces.at(-1)!.type === "superscript" ? -1 : -2;

const textOf = ({ folded }: RawStatement, pieces: readonly Piece[]): string =>
  folded.text.slice(pieces[0]!.start, pieces.at(-1)!.end).trim();

/** `∇L`, `∇_W L`, `∇²f(x)`, `grad f`. */
function nablaIn(side: RawStatement, names: Names): Derivative | null {
  const { pieces } = side;
  let at = 1;
  let order: 1 | 2 = 1;
  let by: string | null = null;
  for (let round = 0; round < 2; round++) {
    const two = squareAt(pieces, at);
    if (two > 0) [order, at] = [2, at + two];
    const next = pieces[at];
    if (next?.type === "subscript") {
      // Letters that stand low in Unicode, as in ∇ₓ.
      by = textOf(side, [next]).normalize("NFKD");
      at++;
    } else if (next?.type === "underscore") {
      const isBraced = pieces[at + 1]?.type === "openBrace";
      const end = isBraced ? matchingIn(pieces, at + 1) : nameEnd(side, at + 1);
      const below = isBraced ? pieces.slice(at + 2, end) : pieces.slice(at + 1, end);
      if (below.length === 0) return null;
      by = textOf(side, below);
      at = isBraced ? end + 1 : end;
      // ∇_{xx} is ∇²_x.
      const [, twice] = /^(.)\s*\1$/u.exec(by) ?? [];
      if (twice !== undefined && names.values.has(twice) && !names.values.has(by))
        [by, order] = [twice, 2];
    }
  }
  const of = pieces.slice(at);
  const derived = of.length === 0 ? nothingDerived : derivedIn(sliceOf(side, of), names);
  return { ...plainly, ...derived, by, order, span: spanOf(side) };
}

const nameEnd = (side: RawStatement, at: number): number => nameAt(side, at, true)?.next ?? at + 1;

const nothingDerived = { of: null, args: null } as const;

/** What is derived: a name, a name with arguments, or an expression. */
function derivedIn(side: RawStatement, names: Names): Pick<Derivative, "of" | "args"> {
  const { pieces } = side;
  const found = nameAt(side, 0, true);
  if (found && !isProduct(found.name, names) && !isFunctionName(found.name)) {
    if (found.next === pieces.length) return { of: found.name, args: null };
    const args = argumentsAt(side, found.next);
    if (args) return { of: found.name, args };
  }
  return { of: expressionIn(names, side), args: null };
}

/** The names in a bracket that ends a side: (x), (x, y); null where anything else stands there. */
function argumentsAt(side: RawStatement, at: number): string[] | null {
  const { pieces } = side;
  if (pieces[at]?.type !== "openParen" || matchingIn(pieces, at) !== pieces.length - 1) return null;
  const inside = pieces.slice(at + 1, -1);
  if (inside.length === 0 || !inside.every(({ type }) => inArguments.has(type))) return null;
  const args: string[] = [];
  for (let i = 0; i < inside.length; i++) {
    const found = nameAt(sliceOf(side, inside), i, true);
    if (!found) return null;
    args.push(found.name);
    const next = inside[found.next];
    if (next && next.type !== "comma" && next.type !== "semicolon") return null;
    i = found.next;
  }
  return args;
}

const inArguments: ReadonlySet<string> = new Set([
  "word",
  "letter",
  "comma",
  "semicolon",
  "subscript",
  "underscore",
  "number",
  "openBrace",
  "closeBrace",
]);

// ---- names with arguments ---------------------------------------------------------------------------

/** `f′(x)`, `f″(x)`, `f'`: a derivative by what is not said. */
function primed(side: RawStatement): Derivative | null {
  const { pieces } = side;
  const found = nameAt(side, 0, true);
  if (!found) return null;
  const { order, next } = primesAt(pieces, found.next);
  if (order !== 1 && order !== 2) return null;
  // What is told of the transpose A′ of a matrix is no answer.
  const args = next === pieces.length ? null : argumentsAt(side, next);
  if (next < pieces.length && !args) return null;
  return { ...plainly, of: found.name, args, by: null, order, span: spanOf(side) };
}

/** `J(x)`, `H_f(x)` of a name that the problem does not know. */
function called(side: RawStatement, names: Names): AnswerLeft | null {
  const found = nameAt(side, 0, true);
  if (!found || !argumentsAt(side, found.next)) return null;
  const { name } = found;
  const isKnown = names.values.has(name) || names.functions.has(name) || names.formulas.has(name);
  if (isKnown || isFunctionName(name) || isProduct(name, names)) return null;
  return { kind: "name", name, called: true, span: spanOf(side) };
}

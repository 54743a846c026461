/** @file Functions of the problem where they are applied: f(x), f″(x), ∇C(x), ∇_θ f(x, θ), J_g(x). */

import { errors, excerpt } from "../diagnostics/errors.ts";
import { superscripts } from "../../grammar/tokens.ts";
import type { Cursor } from "./cursor.ts";
import { lettersBelow, splitIndices } from "./indices.ts";
import type { Piece } from "./latex.ts";
import {
  argumentsText,
  groupText,
  joinName,
  matching,
  nameAt,
  splitName,
  subscriptAt,
} from "./names.ts";
import { readVariables } from "./signs.ts";

const brackets: ReadonlySet<string> = new Set(["openParen", "openBracket", "openSet"]);

const opens = (c: Cursor, at: number): boolean => brackets.has(c.pieces[at]?.type ?? "");

const primeCounts: ReadonlyMap<string, number> = new Map([
  ["prime", 1],
  ["doublePrime", 2],
  ["triplePrime", 3],
]);

/** The primes from a piece on, also above the line: f^{\prime\prime}. */
export function primesAt(pieces: readonly Piece[], from: number): { order: number; next: number } {
  let order = 0;
  let at = from;
  const isRaised = pieces[at]?.type === "caret";
  const isBraced = isRaised && pieces[at + 1]?.type === "openBrace";
  if (isRaised) at += isBraced ? 2 : 1;
  for (let n = primeCounts.get(pieces[at]?.type ?? ""); n; ) {
    order += n;
    n = primeCounts.get(pieces[++at]?.type ?? "");
  }
  if (order === 0) return { order, next: from };
  return { order, next: isBraced ? at + 1 : at };
}

/** What a token of an application says: the name, then which derivative of it. */
const encoded = (name: string, derivative: string): string => `${name}|${derivative}`;

/** Reads the name of a declared function, which ends before piece `next`, with its primes. */
export function readApplication(c: Cursor, piece: Piece, name: string, next: number): void {
  const last = c.tokens.at(-1)?.type;
  // ∂C/∂y: there the name alone says what is derived.
  if ((last === "partial" || last === "nabla") && !opens(c, next)) {
    c.name(name, piece, c.pieces[next - 1]!);
    c.at = next;
    return;
  }
  const { order, next: after } = primesAt(c.pieces, next);
  const past = c.pastExponent(after);
  if (past > after && opens(c, past)) refusePower(c, piece, next, past);
  if (!opens(c, after))
    throw errors.functionWithoutBrackets(c.span(piece, c.pieces[after - 1]), name);
  c.token("derivative", piece, encoded(name, "'".repeat(order)), c.pieces[after - 1]);
  c.at = after;
}

/** f²(x) is f(x)² to some and f(f(x)) to others, f⁻¹ the reciprocal or the inverse function. */
function refusePower(c: Cursor, piece: Piece, next: number, past: number): never {
  const close = c.pieces[matching(c.statement, past)];
  const text = (from: number, to: number): string => c.textBetween(from, to);
  const [name, power] = [text(c.at, next), text(next, past)];
  const inside = text(past, matching(c.statement, past) + 1);
  throw errors.noReading(
    c.span(piece, close),
    `${name}${power}${inside} may be a power of the value, or another function`,
    [],
    `${name}${inside}${power} for the power of the value`,
  );
}

/** A name that a formula defines, with arguments: with its own it is the value, with others a function of them. */
export function readFormula(c: Cursor, piece: Piece, name: string, next: number): void {
  const { order, next: after } = primesAt(c.pieces, next);
  const past = c.pastExponent(after);
  if (past > after && opens(c, past)) refusePower(c, piece, next, past);
  if (!opens(c, after)) {
    if (order > 0 && primeCounts.get(c.pieces[next]!.type) !== 1)
      throw errors.functionWithoutBrackets(c.span(piece, c.pieces[after - 1]), name);
    c.name(name, piece, c.pieces[next - 1]!);
    c.at = next;
    return;
  }
  const close = matching(c.statement, after);
  const isOwn = argumentsText(c.statement, after, close) === c.names.formulas.get(name);
  if (order === 0 && isOwn) {
    c.name(name, piece, c.pieces[close]!);
    c.at = close + 1;
    return;
  }
  c.token("derivative", piece, encoded(name, "'".repeat(order)), c.pieces[after - 1]);
  c.at = after;
}

/** The name f_i of a formula f_i(w) = …, of which a name such as f_2 or f_j is another; null where there is none. */
export function memberOfFormula(c: Cursor, name: string): string | null {
  const { base, subscript } = splitName(name);
  if (subscript === null || splitIndices(subscript)?.length !== 1 || c.names.values.has(name))
    return null;
  const isOf = (of: string): boolean =>
    splitName(of).base === base && lettersBelow(of).length === 1;
  return [...c.names.formulas.keys()].find(isOf) ?? null;
}

/** Reads f_2 of f_i(w) = …, with the same arguments or none. */
export function readMember(c: Cursor, piece: Piece, name: string, next: number): void {
  const family = memberOfFormula(c, name)!;
  const close = opens(c, next) ? matching(c.statement, next) : next - 1;
  if (close >= next && argumentsText(c.statement, next, close) !== c.names.formulas.get(family))
    throw errors.notYet(
      c.span(piece, c.pieces[close]),
      `${family}, which is defined for each index, with other arguments than its own`,
    );
  c.name(name, piece, c.pieces[close]!);
  c.at = close + 1;
}

/** The name below a sign as the language spells it: `W_{1}` and `W₁` are W_1. */
export function plainName(typed: string): string {
  const text = typed.replace("^{*}", "^*");
  const found = /^([^_]+)_\{?(.*?)\}?$/u.exec(text) ?? /^(\p{L}\p{M}*)(\d+)$/u.exec(text);
  return found ? joinName(found[1]!, found[2]!) : text;
}

/** The function whose Jacobian a name such as J_g is; null where it is a name. */
export function jacobianOf(c: Cursor, name: string): string | null {
  const { base, subscript } = splitName(name);
  if (base !== "J" || subscript === null || c.names.values.has(name)) return null;
  const of = plainName(subscript);
  return c.names.functions.has(of) ? of : null;
}

/** Reads J_g before the brackets of its argument. */
export function readJacobian(c: Cursor, piece: Piece, of: string, next: number): void {
  if (!opens(c, next))
    throw errors.functionWithoutBrackets(c.span(piece, c.pieces[next - 1]), `J_${of}`);
  c.token("derivative", piece, encoded(of, "J"), c.pieces[next - 1]);
  c.at = next;
}

/** ∇ with what stands above and below it. */
function nablaAt(c: Cursor): { isSecond: boolean; by: string | null; next: number } {
  let at = c.at + 1;
  let above = "";
  let by: string | null = null;
  for (let round = 0; round < 2; round++) {
    const past = c.pastExponent(at);
    if (past > at) {
      const pieces = c.pieces.slice(at, past);
      above =
        pieces[0]!.type === "superscript"
          ? (superscripts[pieces[0]!.text] ?? "?")
          : groupText(pieces.slice(1)).replace(/^\{(.*)\}$/u, "$1");
      at = past;
    }
    const below = subscriptAt(c.statement, at, -1);
    if (below) [by, at] = [plainName(below.text), below.next];
  }
  if (above !== "" && above !== "2")
    throw errors.noReading(
      c.span(c.pieces[c.at]!, c.pieces[at - 1]),
      "of ∇ only ∇ and ∇² are read",
      [],
    );
  return { isSecond: above === "2", by, next: at };
}

/** ∇C(x), ∇²C(x), ∇_θ f(x, θ); ∇_z L as a symbol; ∇_W before a whole objective. */
export function readNabla(c: Cursor, piece: Piece): void {
  const { isSecond, by, next } = nablaAt(c);
  const name = nameAt(c.statement, next, true);
  const isFunction =
    name !== null &&
    (c.names.functions.has(name.name) || c.names.formulas.has(name.name)) &&
    opens(c, name.next);
  const isVariable = by !== null && !isSecond && !/^\d+$/u.test(by);
  const isLeading = c.tokens.length === 0 && !c.isAnswer && isVariable;
  if (isFunction && !(isLeading && isObjective(c, piece, name, by))) {
    const derivative = `${isSecond ? "∇²" : "∇"}${by ?? ""}`;
    c.token("derivative", piece, encoded(name.name, derivative), c.pieces[name.next - 1]);
    c.at = name.next;
    return;
  }
  if (by === null || isSecond) throw errors.nablaOfNothing(c.span(piece), isSecond);
  if (isLeading) return readVariables(c, piece);
  c.token("nabla", piece, by, c.pieces[next - 1]);
  c.at = next;
}

/** Whether a leading ∇_θ before f(x, θ) takes all that follows; where both may be meant it is refused. */
function isObjective(
  c: Cursor,
  piece: Piece,
  { next }: { readonly next: number },
  by: string,
): boolean {
  const close = matching(c.statement, next);
  if (close === c.pieces.length - 1) return true;
  const args = groupText(c.pieces.slice(next + 1, close))
    .split(",")
    .map(plainName);
  if (!args.includes(by)) return true;
  const span = c.span(piece, c.pieces[close]);
  throw errors.noReading(
    span,
    `∇_${by} may be taken of this function alone, or of all that follows`,
    [],
    `brackets around ${excerpt(span)}, or around all that follows ∇_${by}`,
  );
}

/** @file What stands above and below the line: transposes, powers, primes, subscripts. */

import { greek, superscripts } from "../../grammar/tokens.ts";
import { errors } from "../diagnostics/errors.ts";
import type { Cursor } from "./cursor.ts";
import type { Piece } from "./latex.ts";
import { subscriptAt } from "./names.ts";
import { closing } from "./pieces.ts";

export function readSuperscript(c: Cursor, piece: Piece): void {
  c.at++;
  if (piece.text === "ᵀ") {
    c.token("transpose", piece);
    return;
  }
  const text = [...piece.text].map((c) => superscripts[c]!).join("");
  for (const [part] of text.matchAll(/-?T|\+(?!\d)|[+-]?\d+|[+-]?[a-z]|./gu)) {
    if (part === "T") c.token("transpose", piece);
    else if (part === "-T") c.token("inverseTranspose", piece);
    else if (part === "+") c.token("pseudoinverse", piece);
    else if (part === "-") throw errors.badExponent(c.span(piece));
    else {
      c.token("caret", piece);
      c.token("openBrace", piece);
      const sign = /^[+-]/u.exec(part)?.[0];
      if (sign) c.token(sign === "-" ? "minus" : "plus", piece);
      const rest = part.replace(/^[+-]/u, "");
      c.token(/\d/u.test(rest) ? "number" : "name", piece, rest);
      c.token("closeBrace", piece);
    }
  }
}

export function readCaret(c: Cursor, piece: Piece): void {
  const after = c.pieces.slice(c.at + 1, c.at + 6);
  const types = after.map((p) => p.type).join(" ");
  const isT = (p: Piece | undefined): boolean =>
    p !== undefined && (p.type === "top" || (p.type === "word" && p.text === "T"));
  const emit = (type: string, count: number): void => {
    c.token(type, piece, "", c.pieces[c.at + count]);
    c.at += count + 1;
  };
  if (isT(after[0]) || after[0]?.type === "prime") return emit("transpose", 1);
  if (after[0]?.type === "openBrace" || after[0]?.type === "openParen") {
    if ((isT(after[1]) || after[1]?.type === "prime") && closing.has(after[2]?.type ?? ""))
      return emit("transpose", 3);
    if (after[1]?.type === "minus" && isT(after[2]) && closing.has(after[3]?.type ?? ""))
      return emit("inverseTranspose", 4);
    const [minus, digit, mark, end] = after.slice(1);
    const isMinusOne = minus?.type === "minus" && digit?.text === "1";
    if (isMinusOne && isT(mark) && closing.has(end?.type ?? "")) return emit("inverseTranspose", 5);
    if (["dagger", "plus"].includes(after[1]?.type ?? "") && closing.has(after[2]?.type ?? ""))
      return emit("pseudoinverse", 3);
    if (after[1]?.type === "odot") {
      // x^{⊙2}: an entrywise power.
      c.token("dotCaret", piece);
      c.token("openBrace", after[0]);
      c.at += 3;
      return;
    }
  }
  if (after[0]?.type === "minus" && isT(after[1])) return emit("inverseTranspose", 2);
  if (types.startsWith("dagger")) return emit("pseudoinverse", 1);
  if (after[0]?.type === "plus" && after[1]?.type !== "number") return emit("pseudoinverse", 1);
  c.token("caret", piece);
  c.at++;
  unbracedExponent(c);
}

/** After `^` one name or number stands without braces; `^TW` is a transpose before a product. */
function unbracedExponent(c: Cursor): void {
  let i = c.at;
  if (c.pieces[i]?.type === "minus" || c.pieces[i]?.type === "plus") i++;
  const piece = c.pieces[i];
  if (piece?.type !== "word" || [...piece.text].length < 2) return;
  if (Object.hasOwn(greek, piece.text) || c.names.values.has(piece.text)) return;
  if (piece.text.startsWith("T") && !piece.upright) {
    // X^TX: the T transposes, the rest is the next factor.
    const caret = c.tokens.pop()!;
    const letter: Piece = { ...piece, text: "T", end: piece.start + 1 };
    c.token(i > c.at ? "inverseTranspose" : "transpose", letter);
    const last = c.tokens.pop()!;
    c.tokens.push({ ...last, span: { ...last.span, start: caret.span.start } });
    c.at = i;
    c.split({ ...piece, text: piece.text.slice(1), start: piece.start + 1 });
    return;
  }
  throw errors.longExponent(c.span(piece), piece.text);
}

export function readPrime(c: Cursor, piece: Piece): void {
  if (piece.type !== "prime") throw errors.doubleTranspose(c.span(piece));
  if (isQuotedWord(c)) return;
  if (!c.operandBefore()) throw errors.nothingToTranspose(c.span(piece));
  c.token("transpose", piece);
  c.at++;
}

/** MATLAB's `'fro'`, as the last argument of a call. */
function isQuotedWord(c: Cursor): boolean {
  const [open, word, close] = c.pieces.slice(c.at, c.at + 3);
  if (c.tokens.at(-1)?.type !== "comma" || word?.type !== "word" || close?.type !== "prime")
    return false;
  c.token("name", open!, word.text, close);
  c.at += 3;
  return true;
}

/** A subscript after something that is not a name: ‖x‖₂, (Wx)_i. */
export function readSubscript(c: Cursor, piece: Piece): void {
  const braced = c.pieces[c.at + 1]?.type === "openBrace";
  const infinity = c.pieces[c.at + (braced ? 2 : 1)];
  const width = braced ? 4 : 2;
  if (infinity?.type === "word" && infinity.text === "inf") {
    c.token("subscripted", piece, "∞", infinity);
    c.at += width;
    return;
  }
  if (piece.type === "underscore" && ["infinity", "star"].includes(infinity?.type ?? "")) {
    c.token("subscripted", piece, infinity!.type === "infinity" ? "∞" : "*", infinity);
    c.at += width;
    return;
  }
  const last = c.tokens.at(-1)?.type ?? "";
  // [x]_+: the sign is no subscript of a name.
  const plus = piece.type === "underscore" && infinity?.type === "plus";
  const found = plus ? { text: "+", next: c.at + width } : subscriptAt(c.statement, c.at, -1);
  if (found?.text === "+" && !["closeParen", "closeBracket"].includes(last))
    throw errors.badSubscript(c.span(piece));
  if (found && /^frob?$/iu.test(found.text) && last === "closeNorm") {
    c.token("subscripted", piece, "F", c.pieces[found.next - 1]);
    c.at = found.next;
    return;
  }
  // ‖x‖_{ℓ₂} names the space.
  const space = /^ℓ_?\{?([12∞])\}?$/u.exec(found?.text ?? "")?.[1];
  if (found && space) {
    c.token("subscripted", piece, space, c.pieces[found.next - 1]);
    c.at = found.next;
    return;
  }
  if (!found) throw errors.badSubscript(c.span(piece));
  c.token("subscripted", piece, found.text, c.pieces[found.next - 1]);
  c.at = found.next;
}

/** @file Signs that stand for more than themselves: bars, ∑ with its bounds, ∇, 𝟏 and 0 with a size. */

import { superscripts } from "../../grammar/tokens.ts";
import { errors } from "../diagnostics/errors.ts";
import type { Cursor } from "./cursor.ts";
import { readNameList } from "./heads.ts";
import type { Piece } from "./latex.ts";
import { groupText, subscriptAt } from "./names.ts";

/** ∑ with its bounds, in either order. */
export function readSum(c: Cursor, piece: Piece, from: Piece): void {
  c.at++;
  let bounds = "";
  let above = "";
  for (let round = 0; round < 2; round++) {
    const below = ["underscore", "subscript"].includes(c.pieces[c.at]?.type ?? "")
      ? subscriptAt(c.statement, c.at, -1)
      : null;
    if (below) {
      bounds = below.text;
      c.at = below.next;
    }
    if (c.pieces[c.at]?.type === "caret" || c.pieces[c.at]?.type === "superscript") {
      const end = c.pastExponent(c.at);
      above = aboveText(c.pieces.slice(c.at, end));
      c.at = end;
    }
  }
  c.token("sum", piece, `${bounds}^${above}`, c.pieces[c.at - 1] ?? from);
}

/** What stands above a Σ, without its braces. */
const aboveText = (pieces: readonly Piece[]): string =>
  pieces[0]?.type === "superscript"
    ? [...pieces[0].text].map((sign) => superscripts[sign]!).join("")
    : groupText(pieces.slice(1)).replace(/^[{(](.*)[})]$/u, "$1");

/** ∇_W, ∇_{W,b}, min_{W,b}: the variables of the objective that follows. */
export function readVariables(c: Cursor, piece: Piece): void {
  const { text, next } = subscriptAt(c.statement, c.at + 1, -1)!;
  const [below, end] = [c.pieces[c.at + 1]!, c.pieces[next - 1]!];
  c.token("gradientBy", piece);
  const inside = c.pieces[c.at + 2];
  if (inside?.type === "openBrace" || inside?.type === "openParen") {
    c.at += 3;
    const isName = readNameList(c, next - 1);
    if (!isName) throw errors.notAVariable(c.span(inside, end), text);
  } else c.token("name", below, text, end);
  c.token("closeBy", end);
  c.at = next;
}

/** Whether a bracket at a place holds a relation, as in 𝟏(z > 0). */
export const isIndicator = (c: Cursor, open: number): boolean =>
  ["openBracket", "openSet", "openParen", "openBrace"].includes(c.pieces[open]?.type ?? "") &&
  c.holdsRelation(open);

export function readOnes(c: Cursor, piece: Piece): void {
  const next = c.pieces[c.at + 1];
  if (isIndicator(c, c.at + 1)) {
    c.token("indicator", piece);
    c.at++;
    return;
  }
  if (next?.type === "underscore" && c.pieces[c.at + 2]?.type === "openBrace") {
    // 𝟏_{\{z > 0\}} is 𝟏_{z > 0}.
    if (c.pieces[c.at + 3]?.type === "openSet") c.unwrapped(c.at + 2);
    if (isIndicator(c, c.at + 2)) {
      c.token("indicator", piece);
      c.at += 2;
      return;
    }
  }
  const size = ["underscore", "subscript"].includes(next?.type ?? "")
    ? subscriptAt(c.statement, c.at + 1, -1)
    : null;
  c.token("ones", piece, size?.text ?? "", c.pieces[(size?.next ?? c.at + 1) - 1]);
  c.at = size?.next ?? c.at + 1;
}

export function readZero(c: Cursor, piece: Piece): void {
  const size = ["underscore", "subscript"].includes(c.pieces[c.at + 1]?.type ?? "")
    ? subscriptAt(c.statement, c.at + 1, -1)
    : null;
  c.token("zero", piece, size?.text ?? "", c.pieces[(size?.next ?? c.at + 1) - 1]);
  c.at = size?.next ?? c.at + 1;
}

export function readBar(c: Cursor, piece: Piece): void {
  c.at++;
  const kind = piece.type === "norm" ? "norm" : "bar";
  const top = c.bars.at(-1);
  if (kind === "norm" && piece.text === "||" && top === "bar" && c.operandBefore()) {
    // Two single bars: the first closes, the second is looked at anew.
    c.bars.pop();
    const middle = piece.start + 1;
    c.token("closeBar", { ...piece, end: middle });
    singleBar(c, { ...piece, start: middle }, "bar");
    return;
  }
  singleBar(c, piece, kind);
}

function singleBar(c: Cursor, piece: Piece, kind: "norm" | "bar"): void {
  const [open, close] = kind === "norm" ? ["openNorm", "closeNorm"] : ["openBar", "closeBar"];
  if (c.bars.at(-1) === kind && c.operandBefore()) {
    c.bars.pop();
    c.token(close, piece);
  } else {
    c.bars.push(kind);
    c.token(open, piece);
  }
}

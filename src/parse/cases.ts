/** @file Answers by cases of two indices, as `i = j: a; i ≠ j: b`, as LaTeX's environment, or with the condition after each. */

import { errors } from "../diagnostics/errors.ts";
import type { Source } from "../diagnostics/source.ts";

/** One case: whether its indices are equal, and where its text stands. */
export interface Case {
  /** null of “otherwise”: the indices of the other case, the other way round. */
  readonly letters: readonly [string, string] | null;
  readonly isEqual: boolean;
  readonly start: number;
  readonly end: number;
}

/** Cases that belong together, and where they begin and end. */
export interface Cases {
  readonly cases: readonly Case[];
  readonly start: number;
  readonly end: number;
  /** Whether it is LaTeX's environment, before which other things may stand. */
  readonly isEnvironment?: boolean;
}

const gap = String.raw`[^\S\n]*`;
const told = String.raw`\\text\{[\s,]*(?:if|for|when|where)?\s*\}`;
const word = String.raw`(?:if|for|when|where|${told})`;
const condition = String.raw`(?:${word}${gap})?\$?([a-z])${gap}(=|≠|!=|<>|\\neq?(?![a-z]))${gap}([a-z])\$?`;
const rest = String.raw`(?:otherwise|else|\\text\{\s*(?:otherwise|else)[\s.,]*\}|\\(?:mathrm|textrm|mbox)\{\s*(?:otherwise|else)[\s.,]*\})`;
const caseHead = new RegExp(String.raw`(?<=^|[;,\n=])${gap}(?:${condition}|${rest})${gap}:`, "gu");
const caseTold = new RegExp(String.raw`^\s*,?\s*\$?(?:${condition}|${rest})\$?[\s.,;]*$`, "u");

/** Where a case ends that is told after its body: `a if i = j; b otherwise`; `where g = r` defines g. */
const caseTail = new RegExp(
  String.raw`(?:(?:if|for|when|${told})${gap}${condition}|${rest})${gap}(?=[;,.}\n]|${gap}and\b|$)`,
  "gu",
);

/** What a match of a case's head says; of the others of “otherwise”. */
function headOf(
  [, i, sign, j]: RegExpExecArray,
  others: readonly Case[],
): Omit<Case, "start" | "end"> {
  if (i !== undefined) return { letters: [i, j!], isEqual: sign === "=" };
  return { letters: null, isEqual: others[0]?.isEqual === false };
}

/** The first cases of a text from a place on: `i = j: a; i ≠ j: b`, or LaTeX's environment; null where it has none. */
export function casesIn(source: Source, from: number): Cases | null {
  const { text } = source;
  const begin = text.indexOf(opensCases, from);
  const close = begin < 0 ? -1 : text.indexOf(closesCases, begin);
  if (close >= 0) return environmentIn(source, begin, close);
  return toldBefore(text, from) ?? toldAfter(text, from);
}

/** `i = j: a; i ≠ j: b`. */
function toldBefore(text: string, start: number): Cases | null {
  const heads = [...text.matchAll(caseHead)].filter(({ index }) => index >= start);
  const cases: Case[] = [];
  let end = start;
  for (const [k, head] of heads.entries()) {
    // What is no case ends them.
    if (k > 0 && !/^[\s;,]*$/u.test(text.slice(end, head.index))) break;
    const from = head.index + head[0].length;
    end = Math.min(heads[k + 1]?.index ?? text.length, partEnd(text, from));
    cases.push({ ...trimmed(text, from, end), ...headOf(head, cases) });
  }
  return cases.length === 0 ? null : { cases, start: heads[0]!.index, end };
}

/** Where a line or a statement that goes through a place ends. */
function partEnd(text: string, from: number): number {
  let depth = 0;
  for (let i = from; i < text.length; i++) {
    if ("([{".includes(text[i]!)) depth++;
    else if (")]}".includes(text[i]!)) depth--;
    else if (depth <= 0 && (text[i] === ";" || text[i] === "\n")) return i;
  }
  return text.length;
}

/** `a if i = j; b otherwise`; null where no condition is told so. */
function toldAfter(text: string, start: number): Cases | null {
  const tails = [...text.matchAll(caseTail)].filter(({ index }) => index >= start);
  const first = tails.find(([, letter]) => letter !== undefined);
  if (!first) return null;
  let from = start;
  for (let next = from; next < first.index; next = partEnd(text, from))
    from = next + Number(next > start);
  // What stands before a sign of equality says what the cases are of.
  const before = /^[^{}]*?(?:\{[^{}]*\}[^{}]*?)*?=\s*\{?/u.exec(text.slice(from, first.index));
  const opens = from + (before?.[0].length ?? 0);
  const cases: Case[] = [];
  let end = opens;
  for (const tail of tails) {
    const skipped = /^[\s;,.]*(?:and\b)?/u.exec(text.slice(end))![0].length;
    cases.push({ ...trimmed(text, end + skipped, tail.index), ...headOf(tail, cases) });
    end = tail.index + tail[0].length;
  }
  const closing = /^\s*\}/u.exec(text.slice(end))?.[0].length ?? 0;
  return { cases, start: opens, end: end + closing };
}

const opensCases = "\\begin{cases}";
const closesCases = "\\end{cases}";

/** LaTeX's environment: a row for each case, its condition after &. */
function environmentIn(source: Source, begin: number, close: number): Cases {
  const { text } = source;
  let at = begin + opensCases.length;
  const cases: Case[] = [];
  for (const row of text.slice(at, close).split("\\\\")) {
    const start = at;
    at += row.length + 2;
    const [body = "", said = "", ...more] = row.split("&");
    if (body.trim() === "") continue;
    const told = caseTold.exec(said);
    if (!told || more.length > 0) throw errors.badCase({ source, start, end: start + row.length });
    cases.push({ ...trimmed(text, start, start + body.length), ...headOf(told, cases) });
  }
  const end = close + closesCases.length;
  // What is added to the cases, or multiplies them, is not read.
  const after = /^\s*/u.exec(text.slice(end))![0].length + end;
  if (after < text.length && !goesOn.test(text.slice(after)))
    throw errors.badCase({ source, start: after, end: after + 1 });
  return { cases, start: begin, end, isEnvironment: true };
}

/** What may follow the environment: the end of a formula, a sign, a definition. */
const goesOn = /^(?:[;,.$&\n]|\\[\])]|\\end\b|\\\\|\\q?quad\b|\\text\b|\\[,;]|where\b|with\b)/u;

/** A stretch without the blanks around it and the signs that end it. */
function trimmed(text: string, from: number, to: number): { start: number; end: number } {
  let [start, end] = [from, to];
  while (start < end && text[start]!.trim() === "") start++;
  while (end > start && (text[end - 1]!.trim() === "" || ";,.".includes(text[end - 1]!))) end--;
  return { start, end };
}

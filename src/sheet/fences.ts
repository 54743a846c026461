/** @file The fences of a sheet that ask something: their options, on the first line and in `#|` lines, and their bodies. */

import { errors } from "../diagnostics/errors.ts";
import type { Source, Span } from "../diagnostics/source.ts";
import { lineStart, textOf } from "../diagnostics/source.ts";
import type { Block } from "./markdown.ts";
import { called, fenceKinds, readOptions } from "./options.ts";
import type { Asked, FenceKind, Written } from "./options.ts";

/** A fence that asks something. */
export interface Fence extends Asked {
  readonly kind: FenceKind;
  /** What stands in it below its `#|` lines, with the indentation and the line ends of the file. */
  readonly body: string;
  /** The offset of the body in the text of the sheet. */
  readonly at: number;
  /** From the first sign of the line that opens it to the end of the line that closes it. */
  readonly span: Span;
  /** The blanks that a line begins with to stand in the same list item. */
  readonly indent: string;
}

/** Reads a fenced block; null where its language is none of ours. */
export function readFence(source: Source, block: Block): Fence | null {
  const head = headOf(source, block);
  refuseUnclosed(source, block);
  if (!head) return null;
  const { kind } = head;
  const span: Span = { source, start: block.start, end: block.end };
  if (block.within !== null)
    throw errors.enclosedFence(
      { source, ...block.opening },
      called[kind],
      block.within === "blockquote" ? "a quotation" : "a footnote",
    );
  const inside = insideOf(source, block);
  const { written, at } = optionLines(inside);
  const body = source.text.slice(at, inside.end);
  const late = /^[ \t]*#\|.*/mu.exec(body);
  if (late)
    throw errors.lateOption({
      source,
      start: at + late.index,
      end: at + late.index + late[0].length,
    });
  const asked = readOptions(kind, [...optionsOnLine(head.options), ...written]);
  return { kind, ...asked, body, at, span, indent: indentOf(source, block.start) };
}

/** A fence that is not closed would take in what follows it, and no one would be told. */
function refuseUnclosed(source: Source, { opening, closing }: Block): void {
  if (closing) return;
  const [fence = ""] = /^(.)\1*/u.exec(textOf({ source, ...opening })) ?? [];
  throw errors.unclosed({ source, ...opening }, fence);
}

interface Head {
  readonly kind: FenceKind;
  /** Where options stand on the line. */
  readonly options: Span;
}

/** The line that opens a fence: `nabla wrt=W`, or in braces `{nabla wrt=W}`. */
function headOf(source: Source, { kind: what, opening }: Block): Head | null {
  const line = textOf({ source, ...opening });
  const [begin, brace, word] =
    /^[`~]+[ \t]*(\{?)[ \t]*\.?([A-Za-z]+)(?![\w-])/u.exec(line)?.slice(0, 3) ?? [];
  const kind = fenceKinds.find((known) => known === word?.toLowerCase());
  if (what === "math" || begin === undefined || !kind) return null;
  const start = opening.start + begin.length;
  const end = opening.start + line.trimEnd().length;
  if (brace === "") return { kind, options: { source, start, end } };
  const open = opening.start + line.indexOf("{");
  if (!line.trimEnd().endsWith("}"))
    throw errors.unclosed({ source, start: open, end: open + 1 }, "{");
  return { kind, options: { source, start, end: end - 1 } };
}

/** The lines between the two that fence a block, without the last line end. */
function insideOf(source: Source, { opening, closing }: Block): Span {
  const { text } = source;
  const start = opening.end + (text.startsWith("\r\n", opening.end) ? 2 : 1);
  const last = lineStart(text, closing!.start) - 1;
  const end = text.startsWith("\r\n", last - 1) ? last - 1 : last;
  return { source, start, end: Math.max(start, end) };
}

/** `key=value` pairs up to the end of a line; a value with blanks stands in quotes. */
function optionsOnLine({ source, start, end }: Span): Written[] {
  const span = (from: number, length: number): Span => ({
    source,
    start: from,
    end: from + length,
  });
  const line = source.text.slice(0, end);
  const matched = (pattern: RegExp, from: number): string => {
    pattern.lastIndex = from;
    return pattern.exec(line)?.[0] ?? "";
  };
  const written: Written[] = [];
  let at = start;
  for (;;) {
    at += matched(/[ \t]+/uy, at).length;
    if (at >= end) return written;
    const name = matched(/[^ \t="']+/uy, at);
    const after = at + name.length + 1;
    if (name === "" || line[after - 1] !== "=")
      throw errors.notAnOption(span(at, matched(/[^ \t]+/uy, at).length), onLine);
    const value = valueAt(
      span(after, matched(/(["'])(?:(?!\1).)*\1(?![^ \t])|[^ \t]*/uy, after).length),
    );
    written.push({ name: span(at, name.length), value });
    at = written.at(-1)!.value.end + (isQuote(line[after]) ? 1 : 0);
  }
}

const onLine = 'wrt=W, or with blanks in it wrt="W, b"';
const inLine = "#| wrt: W";

const isQuote = (character: string | undefined): boolean => character === '"' || character === "'";

/** A value without its quotes. */
function valueAt(given: Span): Span {
  const { source, start, end } = given;
  const first = source.text[start];
  if (start === end || !isQuote(first)) return given;
  if (end - start < 2 || source.text[end - 1] !== first)
    throw errors.unclosed({ source, start, end: start + 1 }, first!);
  return { source, start: start + 1, end: end - 1 };
}

/** The lines `#| key: value` that a body begins with, and where the rest begins. */
function optionLines({ source, start, end }: Span): { written: Written[]; at: number } {
  const text = source.text.slice(0, end);
  const pattern = /([ \t]*#\|[ \t]*)([^\r\n]*)(?:\r\n|\r|\n|$)/uy;
  pattern.lastIndex = start;
  const written: Written[] = [];
  let at = start;
  for (let found = pattern.exec(text); found; found = pattern.exec(text)) {
    const [, lead = "", line = ""] = found;
    const end = at + lead.length + line.trimEnd().length;
    written.push(optionIn({ source, start: at + lead.indexOf("#"), end }));
    at = pattern.lastIndex;
  }
  return { written, at };
}

function optionIn(line: Span): Written {
  const { source, start, end } = line;
  const found = /^(#\|[ \t]*)([^\s:]+)[ \t]*:[ \t]*/u.exec(textOf(line));
  if (!found) throw errors.notAnOption(line, inLine);
  const [before, lead = "", name = ""] = found;
  const from = start + lead.length;
  return {
    name: { source, start: from, end: from + name.length },
    value: valueAt({ source, start: start + before.length, end }),
  };
}

/** What stands before a fence on its line, with blanks for the marks of lists. */
const indentOf = ({ text }: Source, start: number): string =>
  text.slice(lineStart(text, start), start).replace(/[^\t]/gu, " ");

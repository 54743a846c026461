/** @file The lines of a source with carets under a place. */

import type { Span } from "./source.ts";
import { columns, lineEnd, lineOf, lineStart } from "./source.ts";

const widest = 76;

/** The line that a span begins in, with carets under the span; long lines are cut around it. */
export function frame(span: Span, mark = "^"): string {
  const { text } = span.source;
  const first = lineStart(text, span.start);
  const line = text.slice(first, lineEnd(text, span.start));
  const from = span.start - first;
  const to = Math.max(from + 1, Math.min(span.end - first, line.length));
  const gutter = `  ${lineOf(span.source, span.start)} | `;
  const room = widest - gutter.length;
  // Graphemes are slow to tell apart: only what may be shown is looked at.
  const isLong = line.length > 8 * room || columns(line) > room;
  const cut = isLong ? Math.max(0, from - Math.floor(room / 2)) : 0;
  const lead = cut > 0 ? "…" : "";
  const shown = lead + visible(line.slice(cut, cut + room));
  const tail = cut + room < line.length ? "…" : "";
  const indent = columns(lead + visible(line.slice(cut, from)));
  const width = Math.max(
    1,
    Math.min(columns(visible(line.slice(from, Math.min(to, cut + room)))), room - indent + 1),
  );
  const pad = `${" ".repeat(gutter.length - 2)}| `;
  return `${gutter}${shown}${tail}\n${pad}${" ".repeat(indent)}${mark.repeat(width)}`;
}

/** Control characters and lone surrogates made visible, tabs made blanks. */
export function visible(text: string): string {
  return text
    .replace(/\t/gu, " ")
    .replace(/[\x00-\x1f\x7f]/gu, (c) => String.fromCharCode(0x2400 + (c.charCodeAt(0) & 0x3f)))
    .replace(/[\ud800-\udfff]/gu, "�")
    .replace(/[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/gu, "�");
}

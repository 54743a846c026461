/** @file Texts that came from the user, and places in them. */

/** One text of a problem: the expression, a statement, the variables, an answer. */
export interface Source {
  /** What the text is: `expr`, `wrt`, `answer`, numbers `at` names, a `sheet`, or the number of a statement. */
  readonly role: "expr" | "wrt" | "hvp" | "answer" | "at" | "sheet" | number;
  readonly text: string;
  /** The file it came from, where it came from one. */
  readonly file?: string;
}

/** A stretch of a source in UTF-16 units. */
export interface Span {
  readonly source: Source;
  readonly start: number;
  readonly end: number;
}

/** From the start of `a` to the end of `b`. */
export const joined = (a: Span, b: Span): Span => ({
  source: a.source,
  start: Math.min(a.start, b.start),
  end: Math.max(a.end, b.end),
});

/** The text of a span. */
export const textOf = (span: Span): string => span.source.text.slice(span.start, span.end);

/** A text with blanks in the place of some stretches, so that all else stands where it stood. */
export function blanked(text: string, spans: readonly Span[]): string {
  let left = text;
  for (const { start, end } of spans)
    left =
      left.slice(0, start) +
      left.slice(start, end).replaceAll(/[^\r\n]/gu, (sign) => " ".repeat(sign.length)) +
      left.slice(end);
  return left;
}

/** The line of an offset, counted from 1: lines end in \n, \r\n or \r. */
export const lineOf = ({ text }: Source, offset: number): number =>
  text.slice(0, lineStart(text, offset)).split(/\r\n|\r|\n/u).length;

/** Where the line of an offset begins. */
export function lineStart(text: string, offset: number): number {
  const at = text.startsWith("\r\n", offset - 1) ? offset - 1 : offset;
  return Math.max(text.lastIndexOf("\n", at - 1), text.lastIndexOf("\r", at - 1)) + 1;
}

/** Where the line of an offset ends, before what ends it. */
export function lineEnd(text: string, offset: number): number {
  const length = text.slice(lineStart(text, offset)).search(/[\r\n]/u);
  return length < 0 ? text.length : lineStart(text, offset) + length;
}

/** `FILE:LINE:COLUMN` of the start of a span, both counted from 1 as editors do; null without a file. */
export function placeOf({ source, start }: Span): string | null {
  if (source.file === undefined) return null;
  const before = source.text.slice(lineStart(source.text, start), start);
  const column = Array.from(before).length + 1;
  return `${source.file}:${lineOf(source, start)}:${column}`;
}

/** Slow to be made: not before it is needed. */
let segmenter: Intl.Segmenter | undefined;

/** What a reader sees as single characters. */
export function graphemes(text: string): string[] {
  if (/^[\x20-\x7e]*$/u.test(text)) return [...text];
  segmenter ??= new Intl.Segmenter("en", { granularity: "grapheme" });
  return Array.from(segmenter.segment(text), (part) => part.segment);
}

/** How many terminal columns a text takes: wide characters two, combining marks none. */
export function columns(text: string): number {
  let width = 0;
  for (const grapheme of graphemes(text)) {
    const code = grapheme.codePointAt(0)!;
    const wide =
      (code >= 0x1100 && code <= 0x115f) ||
      (code >= 0x2e80 && code <= 0xa4cf) ||
      (code >= 0xac00 && code <= 0xd7a3) ||
      (code >= 0xf900 && code <= 0xfaff) ||
      (code >= 0xfe30 && code <= 0xfe6f) ||
      (code >= 0xff00 && code <= 0xff60) ||
      (code >= 0xffe0 && code <= 0xffe6) ||
      (code >= 0x1f300 && code <= 0x1faff);
    width += wide ? 2 : 1;
  }
  return width;
}

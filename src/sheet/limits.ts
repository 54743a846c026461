/** @file What is refused unread: texts for which the Markdown parser takes minutes. */

import type { Stretch } from "./markdown.ts";

/** Signs for which the parser's time grows with the square of their number in a block, by how much. */
const squares: readonly (readonly [pattern: RegExp, weight: number])[] = [
  [/\*+|_+/gu, 13],
  [/\r\n|\r|\n/gu, 6],
  [/\]/gu, 1],
];
/** Lines that may underline a heading are looked at again for each that follows in the whole text. */
const underlines = /^[ \t>]*(?:=+|-+)[ \t]*$/gmu;
const underlineWeight = 33;
/** About five seconds. */
const budget = 6e8;

/** The costliest of the blocks between blank lines, where reading the text would take long; else null. */
export function costliest(text: string): Stretch | null {
  let spent = underlineWeight * countOf(text, underlines) ** 2;
  let [most, at]: [number, Stretch | null] = [spent, { start: 0, end: 1 }];
  for (const { start, end } of blocksOf(text)) {
    const block = text.slice(start, end);
    const cost = squares.reduce((sum, [p, weight]) => sum + weight * countOf(block, p) ** 2, 0);
    spent += cost;
    if (cost > most) [most, at] = [cost, { start, end: start + 1 }];
  }
  return spent > budget ? at : null;
}

/** What stands between blank lines. */
function* blocksOf(text: string): Generator<Stretch> {
  let start = 0;
  for (const { index, 0: blank } of text.matchAll(/^[ \t]*(?:\r\n|\r|\n)/gmu)) {
    if (index > start) yield { start, end: index };
    start = index + blank.length;
  }
  yield { start, end: text.length };
}

const countOf = (text: string, pattern: RegExp): number => text.match(pattern)?.length ?? 0;

/** Whether lists or quotations are nested so deep that the parser takes minutes to see it. */
export const isTooDeep = (text: string): boolean =>
  /^(?:[ \t]*>){100}|^[ \t]{200,}(?:[-*+]|\d{1,9}[.)])(?:[ \t]|$)/mu.test(text);

/** @file How wide a text stands in a picture whose font is not known: as wide as in the widest that is usual. */

import { graphemes } from "../diagnostics/source.ts";

/** The size of a font in px, and whether it is bold. */
export interface Font {
  readonly size: number;
  readonly isBold?: boolean;
}

/** Widths in em, of DejaVu Sans, which is wider than the fonts of other systems; the first that fits counts. */
const widths: readonly (readonly [characters: RegExp, em: number])[] = [
  [/^[\p{M}\p{Cf}]/u, 0],
  [/^[ijl'|.,:;I[\]()/\\ \u00a0]/u, 0.41],
  [/^[frt"!-]/u, 0.47],
  [/^[csz]/u, 0.56],
  [/^[MmWw%@]/u, 1.02],
  [/^[A-Z&#+<=>~^]/u, 0.84],
  [/^[\x20-\x7e·−–]/u, 0.65],
  [/^\p{Ll}/u, 0.85],
  [/^[\p{Extended_Pictographic}\p{Regional_Indicator}]/u, 1.4],
];
const widest = 1.05;
/** How much wider bold letters are. */
const bold = 1.13;

const advance = (character: string): number =>
  widths.find(([characters]) => characters.test(character))?.[1] ?? widest;

/** The width of a text in px: not less than what it takes. */
export const textWidth = (text: string, { size, isBold = false }: Font): number =>
  [...text].reduce((sum, character) => sum + advance(character), 0) * size * (isBold ? bold : 1);

/** A text that is not wider than so many px: what is longer ends in “…”. */
export function cut(text: string, width: number, font: Font): string {
  if (textWidth(text, font) <= width) return text;
  const room = width - textWidth("…", font);
  let [kept, taken] = ["", 0];
  for (const grapheme of graphemes(text)) {
    taken += textWidth(grapheme, font);
    if (taken > room) break;
    kept += grapheme;
  }
  return `${kept.trimEnd()}…`;
}

/** Words in lines of at most so many px; a word that is wider by itself is cut. */
export function linesIn(text: string, width: number, font: Font): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && textWidth(`${last} ${word}`, font) <= width)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(cut(word, width, font));
  }
  return lines;
}

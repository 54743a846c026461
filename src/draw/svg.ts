/** @file SVG: a picture that says in words what it shows, and the texts in it. */

import { escapedInXml } from "./markup.ts";
import { cut } from "./measure.ts";
import type { Font } from "./measure.ts";
import { darkStyle, inks, pictureClass } from "./theme.ts";
import type { Ink } from "./theme.ts";

/** What a picture is made of. */
export interface Picture {
  /** In px, of what is drawn. */
  readonly width: number;
  readonly height: number;
  /** What it shows. */
  readonly title: string;
  /** The same at length with its figures, for who does not see it. */
  readonly description: string;
  /** Markup. */
  readonly body: string;
}

/** Paper around what is drawn, in px. */
const margin = 12;

/** The picture: by itself, in a page and as an image; on light and on dark paper. */
export function svg({ width, height, title, description, body }: Picture): string {
  const [across, down] = [px(width + 2 * margin), px(height + 2 * margin)];
  const place = `x="-${margin}" y="-${margin}" width="${across}" height="${down}"`;
  // Colours of its own: what stands around a picture may be dark where the picture takes it for light.
  const paper = `<rect class="paper" color="${inks.paper.light}" fill="currentColor" ${place}/>`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" class="${pictureClass}" viewBox="-${margin} -${margin} ${across} ${down}" width="${across}" height="${down}" role="img" color="${inks.ink.light}" font-family="system-ui, sans-serif">`,
    `<title>${escapedInXml(title)}</title>`,
    `<desc>${escapedInXml(description)}</desc>`,
    darkStyle(`${paper}${body}`),
    paper,
    body,
    "</svg>",
    "",
  ].join("\n");
}

/** A length in px, rounded to hundredths. */
export const px = (value: number): string => String(Math.round(value * 100) / 100 + 0);

/** In a page pictures are no wider than it, and stand on its paper. */
export const pictureStyle = `.${pictureClass} { max-width: calc(100% + ${2 * margin}px); height: auto; margin: -${margin}px; }
.${pictureClass} .paper { display: none; }
`;

/** Attributes of a colour that has a name in the style. */
export const tinted = (tint: string, ink: Ink): string => `class="${tint}" color="${ink.light}"`;

/** Where and how a text stands. */
export interface Placed {
  readonly x: number;
  /** Of the baseline. */
  readonly y: number;
  readonly font: Font;
  readonly anchor?: "start" | "middle" | "end";
  /** The widest that it may be, in px. */
  readonly room?: number;
  /** Attributes of its colour, of `tinted`. */
  readonly tint?: string;
}

/** A text; where it is cut, it shows itself whole under the pointer. */
export function label(text: string, { x, y, font, anchor, room = Infinity, tint }: Placed): string {
  const shown = cut(text, room, font);
  return [
    `<text x="${px(x)}" y="${px(y)}" font-size="${px(font.size)}"`,
    ...(font.isBold ? [' font-weight="600"'] : []),
    ...(anchor && anchor !== "start" ? [` text-anchor="${anchor}"`] : []),
    ...(tint === undefined ? [] : [` ${tint}`]),
    ` fill="currentColor">`,
    ...(shown === text ? [] : [`<title>${escapedInXml(text)}</title>`]),
    escapedInXml(shown),
    "</text>",
  ].join("");
}

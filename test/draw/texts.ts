/** @file What stands in an SVG: its texts with their places, and whether its markup is well-formed. */

import { textWidth } from "../../src/draw/measure.ts";

/** A text, and the box that it takes, in px. */
export interface Box {
  readonly text: string;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

const plain = (markup: string): string =>
  markup
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&amp;", "&");

/** The box of all that an SVG shows. */
export function viewBox(svg: string): Omit<Box, "text"> {
  const [left = NaN, top = NaN, width = NaN, height = NaN] = /viewBox="([^"]*)"/u
    .exec(svg)![1]!
    .split(" ")
    .map(Number);
  return { left, top, right: left + width, bottom: top + height };
}

/** The texts of an SVG, moved as the groups are that they stand in. */
export function textsIn(svg: string): Box[] {
  const found: Box[] = [];
  const groups: [x: number, y: number][] = [[0, 0]];
  const part = /<g([^>]*)>|<\/g>|<text ([^>]*)>(?:<title>[^<]*<\/title>)?([^<]*)<\/text>/gu;
  for (const [whole, group, attributes, content] of svg.matchAll(part)) {
    const [x0, y0] = groups.at(-1)!;
    if (whole === "</g>") groups.pop();
    else if (group === undefined) {
      const value = (name: string): string | undefined =>
        new RegExp(`(?:^| )${name}="([^"]*)"`, "u").exec(attributes!)?.[1];
      const size = Number(value("font-size"));
      const text = plain(content!);
      const width = textWidth(text, { size, isBold: value("font-weight") !== undefined });
      const anchor = { middle: 0.5, end: 1 }[value("text-anchor") ?? ""] ?? 0;
      const left = x0 + Number(value("x")) - anchor * width;
      const base = y0 + Number(value("y"));
      found.push({
        text,
        left,
        right: left + width,
        top: base - 0.8 * size,
        bottom: base + 0.2 * size,
      });
    } else {
      const by = /translate\((\S+) (\S+)\)/u.exec(group);
      groups.push([x0 + Number(by?.[1] ?? 0), y0 + Number(by?.[2] ?? 0)]);
    }
  }
  return found;
}

/** Texts that reach beyond what an SVG shows. */
export const clippedIn = (svg: string): string[] => {
  const all = viewBox(svg);
  const isOutside = ({ left, right, top, bottom }: Box): boolean =>
    !(left >= all.left && right <= all.right && top >= all.top && bottom <= all.bottom);
  return textsIn(svg).flatMap((box) => (isOutside(box) ? [box.text] : []));
};

/** Pairs of texts that overlap. */
export const overlapsIn = (svg: string): string[] => {
  const boxes = textsIn(svg);
  return boxes.flatMap((a, i) =>
    boxes
      .slice(0, i)
      .filter((b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom)
      .map((b) => `${b.text} | ${a.text}`),
  );
};

/** What is wrong with markup as XML; null where it is well-formed. */
export function malformed(markup: string): string | null {
  const open: string[] = [];
  const tag =
    /<(\/?)([\w:-]+)((?:\s+[\w:-]+="[^"<&]*(?:&(?:amp|lt|gt|quot);[^"<&]*)*")*)\s*(\/?)>/gu;
  const rest = markup.replace(tag, (_, isEnd: string, name: string, __, isEmpty: string) => {
    if (isEnd === "") {
      if (isEmpty === "") open.push(name);
    } else if (open.pop() !== name) open.push(`unexpected </${name}>`);
    return "";
  });
  if (open.length > 0) return `open: ${open.join(" ")}`;
  const left =
    /<|&(?!(?:amp|lt|gt|quot);)|[^\t\n\r -\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u.exec(rest);
  return left && `at ${rest.slice(left.index, left.index + 40)}`;
}

/** @file Draws LaTeX as paths, with MathJax and its TeX font; they are loaded here and nowhere else. */

import type { LiteElement, LiteNode } from "@mathjax/src/js/adaptors/lite/Element.js";
import type TexError from "@mathjax/src/js/input/tex/TexError.js";

/** A formula as paths: an SVG group at the origin of its baseline, in pixels for a given font size. */
export interface Drawn {
  readonly width: number;
  /** Above the baseline. */
  readonly ascent: number;
  /** Below it. */
  readonly descent: number;
  /** SVG markup, filled as what it stands in. */
  readonly body: string;
}

/** Draws formulas, in display style, at a font size in px. */
export async function formulaDrawer(size: number): Promise<(latex: string) => Drawn> {
  const typeset = await typesetter();
  const drawn = new Map<string, Drawn>();
  return (latex) => {
    const known = drawn.get(latex);
    if (known) return known;
    try {
      const fresh = draw(typeset(latex), size);
      drawn.set(latex, fresh);
      return fresh;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new Error(`internal: ${reason}, in the formula ${latex}`, { cause: error });
    }
  };
}

/** From LaTeX to MathJax's `<svg>`. */
async function typesetter(): Promise<(latex: string) => LiteElement> {
  const [{ liteAdaptor }, { HTMLDocument }, { TeX }, { SVG }, { MathJaxTexFont }] =
    await Promise.all([
      import("@mathjax/src/js/adaptors/liteAdaptor.js"),
      import("@mathjax/src/js/handlers/html/HTMLDocument.js"),
      import("@mathjax/src/js/input/tex.js"),
      import("@mathjax/src/js/output/svg.js"),
      import("@mathjax/mathjax-tex-font/js/svg.js"),
      import("@mathjax/src/js/input/tex/ams/AmsConfiguration.js"),
      import("@mathjax/src/js/input/tex/boldsymbol/BoldsymbolConfiguration.js"),
    ]);
  const adaptor = liteAdaptor();
  const input = new TeX({
    packages: ["base", "ams", "boldsymbol"],
    formatError: (_: unknown, { message }: TexError) => {
      throw new Error(message);
    },
  });
  // Without a cache of glyphs no path is a reference; all of this font is loaded at once.
  const output = new SVG({
    fontData: MathJaxTexFont,
    fontCache: "none",
    linebreaks: { inline: false },
  });
  const page = adaptor.parse("", "text/html");
  const document = new HTMLDocument(page, adaptor, { InputJax: input, OutputJax: output });
  const em = 16;
  const metrics = { em, ex: em * output.font.params.x_height };
  return (latex) =>
    adaptor.firstChild(document.convert(latex, metrics) as LiteElement) as LiteElement;
}

type Bounds = readonly [left: number, top: number, right: number, bottom: number];

/** How the points of a part lie in the whole: scaled, then shifted, and held within the bounds. */
interface Place {
  readonly x: number;
  readonly y: number;
  readonly scaleX: number;
  readonly scaleY: number;
  readonly bounds: Bounds;
}

const origin: Place = {
  x: 0,
  y: 0,
  scaleX: 1,
  scaleY: 1,
  bounds: [-Infinity, -Infinity, Infinity, Infinity],
};

/** A whole number of thousandths of the font size: the unit of the font. */
const within = (value: number, least: number, most: number): number =>
  Math.round(Math.min(Math.max(value, least), most));
const across = (x: number, { x: x0, scaleX, bounds }: Place): number =>
  within(x0 + x * scaleX, bounds[0], bounds[2]);
const down = (y: number, { y: y0, scaleY, bounds }: Place): number =>
  within(y0 + y * scaleY, bounds[1], bounds[3]);

function draw(svg: LiteElement, size: number): Drawn {
  const [, top, width, height] = numbers(attribute(svg, "viewBox"));
  // A formula with a tag has none: it is as wide as its page.
  if (width === undefined) throw new Error("a formula of no fixed size");
  const px = (units: number): number => Math.round((units * size) / 10) / 100;
  return {
    width: px(width),
    ascent: px(-top!),
    descent: px(height! + top!),
    body: `<g transform="scale(${size / 1000})">${parts(svg, origin)}</g>`,
  };
}

const parts = ({ children }: LiteElement, place: Place): string =>
  children.map((child) => part(child, place)).join("");

function part(node: LiteNode, outer: Place): string {
  if (!("attributes" in node)) throw new Error("a text without an element");
  const place = moved(outer, attribute(node, "transform"));
  switch (node.kind) {
    case "g":
      return parts(node, place);
    case "svg":
      return parts(node, cut(node, place));
    case "path":
      return path(attribute(node, "d"), place);
    case "rect":
      return rectangle(node, place);
    case "text":
      return text(node, place);
    default:
      throw new Error(`no way to draw <${node.kind}>`);
  }
}

/** The place that a `transform` of shifts and scales leads to. */
function moved(place: Place, transform: string): Place {
  let { x, y, scaleX, scaleY } = place;
  for (const [, kind, given] of transform.matchAll(/(\w+)\(([^)]*)\)/gu)) {
    const [first = 0, second] = numbers(given!);
    if (kind === "translate") {
      x += first * scaleX;
      y += (second ?? 0) * scaleY;
    } else if (kind === "scale") {
      scaleX *= first;
      scaleY *= second ?? first;
    } else throw new Error(`no way to draw the transform ${kind}`);
  }
  return { ...place, x, y, scaleX, scaleY };
}

/** The bar of a tall bracket is a longer bar that is cut: points beyond the border move onto it. */
function cut(svg: LiteElement, place: Place): Place {
  const [left, top] = numbers(attribute(svg, "viewBox"));
  return {
    ...place,
    x: place.x + (number(svg, "x") - left!) * place.scaleX,
    y: place.y + (number(svg, "y") - top!) * place.scaleY,
    bounds: box(svg, place),
  };
}

function box(node: LiteElement, place: Place): Bounds {
  const [x, y] = [number(node, "x"), number(node, "y")];
  const xs = [across(x, place), across(x + number(node, "width"), place)];
  const ys = [down(y, place), down(y + number(node, "height"), place)];
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
}

/** The same path in whole units, each point relative to the one before its command. */
function path(d: string, place: Place): string {
  let x = 0;
  let y = 0;
  let drawn = "";
  for (const [, command, given] of d.matchAll(/([A-Z])([^A-Z]*)/gu)) {
    if (!/[MLCZ]/u.test(command!)) throw new Error(`no way to draw the path ${d}`);
    const points = numbers(given!).map((n, i) =>
      i % 2 ? down(n, place) - y : across(n, place) - x,
    );
    drawn += command!.toLowerCase() + points.join(" ").replaceAll(" -", "-");
    x += points.at(-2) ?? 0;
    y += points.at(-1) ?? 0;
  }
  return drawn && `<path d="${drawn}"/>`;
}

function rectangle(node: LiteElement, place: Place): string {
  const [left, top, right, bottom] = box(node, place);
  return `<rect x="${left}" y="${top}" width="${right - left}" height="${bottom - top}"/>`;
}

/** Letters that the font lacks are left to the fonts of the reader. */
function text(node: LiteElement, place: Place): string {
  const style = ["font-family", "font-style", "font-weight"]
    .filter((name) => attribute(node, name))
    .map((name) => ` ${name}="${attribute(node, name)}"`);
  const size = Math.round(number(node, "font-size") * place.scaleY);
  const letters = node.children.map((child) => ("value" in child ? child.value : "")).join("");
  const escaped = letters.replace(/[&<>]/gu, (c) => `&#${c.codePointAt(0)};`);
  return `<text x="${across(0, place)}" y="${down(0, place)}" font-size="${size}"${style.join("")}>${escaped}</text>`;
}

const attribute = (node: LiteElement, name: string): string => String(node.attributes[name] ?? "");
const number = (node: LiteElement, name: string): number =>
  Number.parseFloat(attribute(node, name)) || 0;
const numbers = (given: string): number[] => (given.match(/-?[\d.]+/gu) ?? []).map(Number);

/** @file Prose that anyone may have written as LaTeX: nothing of it is a command, whatever signs it is made of. */

import { errors } from "../diagnostics/errors.ts";
import { texCode, texText } from "../report/characters.ts";
import { typedFormula } from "./formulas.ts";
import { stretchOf } from "./markdown.ts";
import {
  displayedIn,
  fragmentOf,
  linkTarget,
  picturePath,
  printing,
  resourceOf,
  shownHtml,
  typedIn,
} from "./prose.ts";
import type { Kind, Note, Printing, ProseContext, ProseNode } from "./prose.ts";

/** Where something stands. */
interface Place {
  readonly context: Printing;
  /** In how many lists and quotations, emphases and the like. */
  readonly lists: number;
  readonly styles: number;
  readonly isStruck: boolean;
  /** In a heading or a cell: nothing begins a line. */
  readonly isLine: boolean;
  /** Collects the footnotes that are first referred to here; null where each block tells its own. */
  readonly notes: Note[] | null;
}

/**
 * Blocks of prose as LaTeX, for pdflatex with T1 fonts, amsmath, amssymb, bm, graphicx and hyperref.
 * @throws NablaError with the place of a formula that cannot be printed.
 */
export const proseTex = (nodes: readonly ProseNode[], context: ProseContext): string =>
  blocksTex(nodes, placeIn(nodes, context));

/** What stands within a heading or a paragraph as LaTeX, on one line and under the same conditions. */
export const phraseTex = (nodes: readonly ProseNode[], context: ProseContext): string =>
  inlinesTex(nodes, { ...placeIn(nodes, context), isLine: true });

const placeIn = (nodes: readonly ProseNode[], context: ProseContext): Place => ({
  context: printing(nodes, context),
  lists: 0,
  styles: 0,
  isStruck: false,
  isLine: false,
  notes: null,
});

/** LaTeX nests four lists of a kind; TeX 255 groups. */
const deepestList = 4;
const deepestStyle = 12;

const blocksTex = (nodes: readonly ProseNode[], place: Place): string =>
  nodes
    .map((node) => blockTex(node, place))
    .filter((text) => text !== "")
    .join("\n\n");

const inlinesTex = (nodes: readonly ProseNode[], place: Place): string =>
  nodes.map((node) => inlineTex(node, place)).join("");

function blockTex(node: ProseNode, place: Place): string {
  const { context } = place;
  const own = context.replace?.(node) ?? null;
  if (own !== null) return own;
  const displayed = displayedIn(node, context.source);
  if (displayed) return `\\[\n${typedFormula(displayed.latex, displayed.span)}\n\\]`;
  switch (node.type) {
    case "root":
      return blocksTex(node.children, place);
    case "paragraph":
      return withNotes(place, (at) => inlinesTex(node.children, at).trim());
    case "heading":
      return withNotes(place, (at) => headingTex(node, at));
    case "blockquote":
      return quoteTex(node, place);
    case "list":
      return listTex(node, place);
    case "code":
      return codeTex(node);
    case "table":
      return withNotes(place, (at) => tableTex(node, { ...at, isLine: true }));
    case "thematicBreak":
      return "\\par\\noindent\\rule{\\linewidth}{0.4pt}\\par";
    case "html":
      return texText(shownHtml(node.value));
    case "definition":
    case "footnoteDefinition":
    case "yaml":
      return "";
    default:
      throw new Error(`internal: ${node.type} is no block of prose`);
  }
}

function inlineTex(node: ProseNode, place: Place): string {
  switch (node.type) {
    case "text":
      return textTex(node.value, place);
    case "emphasis":
      return styleTex("emph", node, place);
    case "strong":
      return styleTex("textbf", node, place);
    case "delete":
      return inlinesTex(node.children, { ...place, isStruck: true });
    case "inlineCode":
      return struck(`\\texttt{${texCode(node.value)}}`, place);
    case "inlineMath": {
      const { latex, span } = typedIn(node, place.context.source);
      return struck(`$${typedFormula(latex, span)}$`, place);
    }
    case "break":
      return place.isLine ? " " : "\\leavevmode\\newline\n";
    case "html":
      return textTex(shownHtml(node.value), place);
    case "link":
    case "linkReference":
      return linkTex(node, place);
    case "image":
    case "imageReference":
      return imageTex(node, place);
    case "footnoteReference":
      return markTex(node, place);
    default:
      throw new Error(`internal: ${node.type} does not stand within a paragraph`);
  }
}

/** Text; what is struck out is so word by word, since a line cannot be broken in what is struck. */
const textTex = (text: string, place: Place): string =>
  place.isStruck
    ? text.replaceAll(/\s+|\S+/gu, (part) =>
        /\s/u.test(part) ? texText(part) : struck(texText(part), place),
      )
    : texText(text);

/** A rule over a box, and as wide. */
const struck = (box: string, { isStruck }: Place): string =>
  isStruck && box !== ""
    ? `\\leavevmode{\\ooalign{${box}\\crcr\\leaders\\hrule height.65ex depth-.55ex\\hfill\\cr}}`
    : box;

function styleTex(
  command: "emph" | "textbf",
  { children }: { readonly children: readonly ProseNode[] },
  place: Place,
): string {
  const inside = inlinesTex(children, { ...place, styles: place.styles + 1 });
  return place.styles >= deepestStyle ? inside : `\\${command}{${inside}}`;
}

const sections = ["section", "subsection", "subsubsection", "paragraph"] as const;

/** A heading without a number; within a list it is a bold line. */
function headingTex(node: Kind<"heading">, place: Place): string {
  const { references, headingOffset = 0 } = place.context;
  const inside = inlinesTex(node.children, { ...place, isLine: true }).trim();
  const slug = references.slugs.get(node);
  const target =
    slug !== undefined && references.linked.has(slug) ? `\\hypertarget{${anchor(slug)}}{}` : "";
  if (place.lists > 0) return `${target}\\textbf{${inside}}`;
  const level = Math.min(sections.length, Math.max(1, node.depth + headingOffset));
  return `\\${sections[level - 1]}*{${target}${inside}}`;
}

/** The name of a place to link to, in signs that mean nothing to TeX. */
const anchor = (slug: string): string =>
  slug.replaceAll(/[^a-z0-9-]/gu, (sign) => `.${sign.codePointAt(0)!.toString(16)}`);

function quoteTex({ children }: Kind<"blockquote">, place: Place): string {
  const inside = blocksTex(children, { ...place, lists: place.lists + 1 });
  return inside === "" || place.lists >= deepestList
    ? inside
    : `\\begin{quote}\n${inside}\n\\end{quote}`;
}

function listTex(node: Kind<"list">, place: Place): string {
  const at = { ...place, lists: place.lists + 1 };
  const isDeep = place.lists >= deepestList;
  const items = node.children.map((item, i) => {
    const label = labelOf(item, node, i);
    const inside = blocksTex(item.children, at);
    if (isDeep) return `\\par\\noindent ${label ?? "--"} ${inside}`;
    return `${label === null ? "\\item" : `\\item[${label}]`} ${inside}`.trimEnd();
  });
  if (isDeep) return items.join("\n");
  const name = node.ordered ? "enumerate" : "itemize";
  const isLoose = node.spread || node.children.some((item) => item.spread);
  const tight = isLoose ? "" : "\\setlength{\\itemsep}{0pt}\\setlength{\\parskip}{0pt}";
  return `\\begin{${name}}${tight}\n${items.join("\n")}\n\\end{${name}}`;
}

/** What stands before an item; null where it is a bullet. */
function labelOf(item: Kind<"listItem">, list: Kind<"list">, i: number): string | null {
  if (typeof item.checked === "boolean") return item.checked ? "$\\boxtimes$" : "$\\square$";
  return list.ordered ? `${(list.start ?? 1) + i}.` : null;
}

/** Each line is a paragraph, so that a page may end after it and nothing follows a line break. */
function codeTex({ value }: Kind<"code">): string {
  const lines = value.split(/\r\n|\r|\n/u).map((line) => `${texCode(line) || "\\strut"}\\par`);
  return [
    "\\par\\smallskip{\\ttfamily\\raggedright\\setlength{\\parindent}{0pt}\\setlength{\\parskip}{0pt}\\setlength{\\leftskip}{1em}",
    ...lines,
    "}\\smallskip",
  ].join("\n");
}

/** More columns than TeX has memory for, and than a page has room for. */
const mostColumns = 60;

function tableTex(table: Kind<"table">, place: Place): string {
  const { align, children } = table;
  const width = children[0]?.children.length ?? 1;
  if (width > mostColumns) {
    const { source } = place.context;
    throw errors.wideTable({ source, ...stretchOf(table) }, mostColumns);
  }
  const columns = Array.from({ length: width }, (_, i) => align?.[i]?.[0] ?? "l").join("");
  const [head = "", ...body] = children.map(({ children: cells }) => {
    const texts = cells.slice(0, width).map((cell) => cellTex(cell, place));
    return `${texts.join(" & ")} \\\\`;
  });
  return [
    "\\begin{center}",
    `\\begin{tabular}{${columns}}`,
    head,
    "\\hline",
    ...body,
    "\\end{tabular}",
    "\\end{center}",
  ].join("\n");
}

/** After the end of a row a star would say something of it. */
const cellTex = ({ children }: Kind<"tableCell">, place: Place): string =>
  inlinesTex(children, place).trim().replace(/^\*/u, "{}*");

function linkTex(node: Kind<"link"> | Kind<"linkReference">, place: Place): string {
  const inside = inlinesTex(node.children, place);
  const target = linkTarget(resourceOf(node, place.context)?.url ?? "");
  if (target === null) return inside;
  const fragment = fragmentOf(target);
  if (fragment === null) return `\\href{${texUrl(target)}}{${breakable(node, target, inside)}}`;
  const isHeading = place.context.references.named.has(fragment);
  return isHeading ? `\\hyperlink{${anchor(fragment)}}{${inside}}` : inside;
}

/** A link that shows where it leads may be broken after a slash. */
const breakable = (
  { children: [only] }: Kind<"link"> | Kind<"linkReference">,
  target: string,
  inside: string,
): string =>
  only?.type === "text" && target.endsWith(only.value)
    ? inside.replaceAll(/(?<!\/)\/(?!\/)/gu, "/\\allowbreak{}")
    : inside;

/** A URL in signs that TeX hands on. */
const texUrl = (url: string): string =>
  url
    .replaceAll(/%(?![0-9A-Fa-f]{2})|[^A-Za-z0-9\-._:/?#@!&'()*+,;=%]/gu, encodedSign)
    .replaceAll(/[%#&_]/gu, "\\$&");

const encodedSign = (sign: string): string =>
  sign.codePointAt(0)! < 0x80
    ? `%${sign.codePointAt(0)!.toString(16).toUpperCase()}`
    : encodeURIComponent(sign);

function imageTex(node: Kind<"image"> | Kind<"imageReference">, place: Place): string {
  const path = picturePath(resourceOf(node, place.context)?.url ?? "");
  const alt = textTex(node.alt ?? "", place);
  if (path === null || !/^[A-Za-z0-9_./-]+\.(?:png|jpe?g|pdf)$/u.test(path)) return alt;
  const size = "width=0.8\\linewidth,height=0.4\\textheight,keepaspectratio";
  return `\\IfFileExists{${path}}{\\includegraphics[${size}]{${path}}}{${alt}}`;
}

function markTex(node: Kind<"footnoteReference">, place: Place): string {
  const note = place.context.references.notes.get(node.identifier);
  if (!note) return textTex(`[^${node.label ?? node.identifier}]`, place);
  if (note.references[0] === node) place.notes?.push(note);
  return `\\footnotemark[${note.number}]`;
}

/** What is printed, and after it the footnotes that it refers to first, and those that these refer to. */
function withNotes(place: Place, print: (place: Place) => string): string {
  if (place.notes) return print(place);
  const notes: Note[] = [];
  const told = [print({ ...place, notes })];
  const at = { ...place, notes, lists: Math.max(1, place.lists), styles: 0 };
  // The list grows while it is gone through.
  for (const { number, definition } of notes)
    told.push(`\\footnotetext[${number}]{${blocksTex(definition.children, at)}}`);
  return told.join("\n");
}

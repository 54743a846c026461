/** @file Prose that anyone may have written as HTML: nothing in it runs, and nothing is fetched but what it may name. */

import { escaped } from "../draw/markup.ts";
import { typedFormulaHtml } from "./formulas.ts";
import {
  displayedIn,
  linkTarget,
  picturePath,
  printing,
  resourceOf,
  shownHtml,
  typedIn,
} from "./prose.ts";
import type { Kind, Note, Printing, ProseContext, ProseNode } from "./prose.ts";

/**
 * Blocks of prose as markup; a whole document (no `references`) with its footnotes at the end.
 * @throws NablaError with the place of a formula that cannot be printed.
 */
export function proseHtml(nodes: readonly ProseNode[], context: ProseContext): string {
  const whole = printing(nodes, context);
  const notes = context.references ? "" : notesHtml(whole);
  return [blocksHtml(nodes, whole), notes].filter((markup) => markup !== "").join("\n");
}

/** What stands within a heading or a paragraph as markup, under the same conditions. */
export const phraseHtml = (nodes: readonly ProseNode[], context: ProseContext): string =>
  inlinesHtml(nodes, printing(nodes, context));

/** The footnotes of a document; nothing where it has none. */
export function notesHtml(context: Printing): string {
  const items = Array.from(context.references.notes.values(), (note) => noteHtml(note, context));
  return items.length === 0
    ? ""
    : `<section class="notes" aria-label="Notes">\n<ol>\n${items.join("\n")}\n</ol>\n</section>`;
}

const blocksHtml = (nodes: readonly ProseNode[], context: Printing): string =>
  nodes
    .map((node) => blockHtml(node, context))
    .filter((markup) => markup !== "")
    .join("\n");

const inlinesHtml = (nodes: readonly ProseNode[], context: Printing): string =>
  nodes.map((node) => inlineHtml(node, context)).join("");

function blockHtml(node: ProseNode, context: Printing): string {
  const own = context.replace?.(node) ?? null;
  if (own !== null) return own;
  const displayed = displayedIn(node, context.source);
  if (displayed) return `<p>${typedFormulaHtml(displayed.latex, displayed.span, true)}</p>`;
  switch (node.type) {
    case "root":
      return blocksHtml(node.children, context);
    case "paragraph": {
      const phrase = inlinesHtml(node.children, context);
      return phrase.trim() === "" ? "" : `<p>${phrase}</p>`;
    }
    case "heading":
      return headingHtml(node, context);
    case "blockquote":
      return `<blockquote>\n${blocksHtml(node.children, context)}\n</blockquote>`;
    case "list":
      return listHtml(node, context);
    case "code":
      return codeHtml(node);
    case "table":
      return tableHtml(node, context);
    case "thematicBreak":
      return "<hr>";
    case "html": {
      const text = shownHtml(node.value);
      return text === "" ? "" : `<p>${escaped(text)}</p>`;
    }
    case "definition":
    case "footnoteDefinition":
    case "yaml":
      return "";
    default:
      throw new Error(`internal: ${node.type} is no block of prose`);
  }
}

function inlineHtml(node: ProseNode, context: Printing): string {
  const inside = (tag: string, { children }: { children: readonly ProseNode[] }): string =>
    `<${tag}>${inlinesHtml(children, context)}</${tag}>`;
  switch (node.type) {
    case "text":
      return escaped(node.value);
    case "emphasis":
      return inside("em", node);
    case "strong":
      return inside("strong", node);
    case "delete":
      return inside("del", node);
    case "inlineCode":
      return `<code>${escaped(node.value)}</code>`;
    case "inlineMath": {
      const { latex, span } = typedIn(node, context.source);
      return typedFormulaHtml(latex, span, false);
    }
    case "break":
      return "<br>\n";
    case "html":
      return escaped(shownHtml(node.value));
    case "link":
    case "linkReference":
      return linkHtml(node, context);
    case "image":
    case "imageReference":
      return imageHtml(node, context);
    case "footnoteReference":
      return markHtml(node, context);
    default:
      throw new Error(`internal: ${node.type} does not stand within a paragraph`);
  }
}

/** An attribute with a blank before it; nothing where it has no value. */
const attribute = (name: string, value: string | null | undefined): string =>
  value === null || value === undefined ? "" : ` ${name}="${escaped(value)}"`;

function headingHtml(node: Kind<"heading">, context: Printing): string {
  const level = Math.min(6, Math.max(1, node.depth + (context.headingOffset ?? 0)));
  const id = attribute("id", context.references.slugs.get(node));
  return `<h${level}${id}>${inlinesHtml(node.children, context)}</h${level}>`;
}

function codeHtml({ lang, value }: Kind<"code">): string {
  const language = /^[A-Za-z][A-Za-z0-9-]*$/u.test(lang ?? "") ? `language-${lang}` : null;
  return `<pre><code${attribute("class", language)}>${escaped(value)}\n</code></pre>`;
}

function listHtml(node: Kind<"list">, context: Printing): string {
  const tag = node.ordered ? "ol" : "ul";
  const start = node.ordered && node.start !== 1 ? attribute("start", `${node.start ?? 1}`) : "";
  const isLoose = node.spread || node.children.some((item) => item.spread);
  const items = node.children.map((item) => itemHtml(item, isLoose, context));
  return `<${tag}${start}>\n${items.join("\n")}\n</${tag}>`;
}

/** In a tight list what is said stands in no paragraphs. */
function itemHtml(node: Kind<"listItem">, isLoose: boolean, context: Printing): string {
  const blocks = node.children.map((child) =>
    child.type === "paragraph" && !isLoose && !displayedIn(child, context.source)
      ? inlinesHtml(child.children, context)
      : blockHtml(child, context),
  );
  const inside = blocks.filter((markup) => markup !== "").join("\n");
  if (typeof node.checked !== "boolean") return `<li>${inside}</li>`;
  const state = node.checked ? ' aria-label="done" checked' : ' aria-label="to do"';
  return `<li class="task"><input type="checkbox" disabled${state}> ${inside}</li>`;
}

function tableHtml({ align, children }: Kind<"table">, context: Printing): string {
  const width = children[0]?.children.length;
  const [head, ...body] = children.map((row, i) => {
    const cells = row.children.slice(0, width).map((cell, column) => {
      const side = align?.[column];
      const style = attribute("style", side ? `text-align:${side}` : null);
      const inside = inlinesHtml(cell.children, context);
      return i === 0 ? `<th scope="col"${style}>${inside}</th>` : `<td${style}>${inside}</td>`;
    });
    return `<tr>${cells.join("")}</tr>`;
  });
  const rest = body.length === 0 ? [] : ["<tbody>", ...body, "</tbody>"];
  return ["<table>", "<thead>", head, "</thead>", ...rest, "</table>"].join("\n");
}

function linkHtml(node: Kind<"link"> | Kind<"linkReference">, context: Printing): string {
  const inside = inlinesHtml(node.children, context);
  const resource = resourceOf(node, context);
  const target = resource && linkTarget(resource.url);
  return target === null || target === undefined
    ? inside
    : `<a${attribute("href", target)}${attribute("title", resource?.title)}>${inside}</a>`;
}

function imageHtml(node: Kind<"image"> | Kind<"imageReference">, context: Printing): string {
  const resource = resourceOf(node, context);
  const path = resource && picturePath(resource.url);
  const alt = node.alt ?? "";
  if (path === null || path === undefined) return escaped(alt);
  const url = path.split("/").map(encodeURIComponent).join("/");
  return `<img${attribute("src", url)}${attribute("alt", alt)}${attribute("title", resource?.title)} loading="lazy">`;
}

/** Names with a colon, which no heading has. */
const markName = (note: Note, i: number): string => `note:${note.number}:${i + 1}`;

function markHtml(node: Kind<"footnoteReference">, { references }: Printing): string {
  const note = references.notes.get(node.identifier);
  if (!note) return escaped(`[^${node.label ?? node.identifier}]`);
  const id = attribute("id", markName(note, note.references.indexOf(node)));
  return `<sup><a href="#note:${note.number}"${id} aria-label="note ${note.number}">${note.number}</a></sup>`;
}

function noteHtml(note: Note, context: Printing): string {
  const back = note.references.map(
    (_, i) => `<a href="#${markName(note, i)}" aria-label="back to the text">↩</a>`,
  );
  const inside = blocksHtml(note.definition.children, context);
  return `<li id="note:${note.number}">\n${inside}\n${back.join(" ")}\n</li>`;
}

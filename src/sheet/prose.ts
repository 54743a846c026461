/** @file What both printers of prose go by: references, names of headings, and what a link or picture may point at. */

import { errors } from "../diagnostics/errors.ts";
import type { Source, Span } from "../diagnostics/source.ts";
import type { Content, Root } from "./markdown.ts";
import { stretchOf } from "./markdown.ts";

/** Anything in the tree of a Markdown text. */
export type ProseNode = Root | Content;
/** The nodes of a kind. */
export type Kind<T extends ProseNode["type"]> = Extract<ProseNode, { readonly type: T }>;

/** How prose is printed. */
export interface ProseContext {
  /** The text that the nodes have their places in. */
  readonly source: Source;
  /** Of the whole document, where the nodes are a part of it; then its footnotes are printed by the caller. */
  readonly references?: References;
  /** What is added to the level of a heading. */
  readonly headingOffset?: number;
  /** Asked first for every block: the markup to print in its place, or null. */
  readonly replace?: (node: ProseNode) => string | null;
}

/** A context with its references. */
export type Printing = ProseContext & { readonly references: References };

/** The context in which nodes are printed; without references they are the whole document. */
export const printing = (nodes: readonly ProseNode[], context: ProseContext): Printing => ({
  ...context,
  references: context.references ?? referencesOf(nodes),
});

/** A footnote that is referred to. */
export interface Note {
  /** From 1, in the order of the first references. */
  readonly number: number;
  readonly definition: Kind<"footnoteDefinition">;
  readonly references: readonly Kind<"footnoteReference">[];
}

/** What the parts of a document refer to one another by. */
export interface References {
  readonly definitions: ReadonlyMap<string, Kind<"definition">>;
  readonly notes: ReadonlyMap<string, Note>;
  /** The name of each heading, which is the fragment of links to it. */
  readonly slugs: ReadonlyMap<ProseNode, string>;
  /** The names of headings. */
  readonly named: ReadonlySet<string>;
  /** The names that are linked to. */
  readonly linked: ReadonlySet<string>;
}

/** The references of a document, by its blocks. */
export function referencesOf(blocks: readonly ProseNode[]): References {
  const nodes = blocks.flatMap((block) => [...within(block)]);
  const definitions = new Map<string, Kind<"definition">>();
  for (const node of nodes)
    if (node.type === "definition" && !definitions.has(node.identifier))
      definitions.set(node.identifier, node);
  const targets = nodes.flatMap((node) => ("url" in node ? (fragmentOf(node.url) ?? []) : []));
  const slugs = slugsOf(nodes);
  return {
    definitions,
    notes: notesOf(blocks, nodes),
    slugs,
    named: new Set(slugs.values()),
    linked: new Set(targets),
  };
}

/** A node and all that stands in it, without the nodes of one type. */
export function* within(node: ProseNode, skipped?: ProseNode["type"]): Generator<ProseNode> {
  yield node;
  if (!("children" in node)) return;
  for (const child of node.children) if (child.type !== skipped) yield* within(child, skipped);
}

/** Footnotes in the order of their first references; those that are referred to in footnotes come last. */
function notesOf(blocks: readonly ProseNode[], nodes: readonly ProseNode[]): Map<string, Note> {
  const definitions = new Map<string, Kind<"footnoteDefinition">>();
  for (const node of nodes)
    if (node.type === "footnoteDefinition" && !definitions.has(node.identifier))
      definitions.set(node.identifier, node);
  const notes = new Map<string, Note & { references: Kind<"footnoteReference">[] }>();
  const readFrom = (node: ProseNode): void => {
    for (const each of within(node, "footnoteDefinition")) {
      if (each.type !== "footnoteReference") continue;
      const { identifier } = each;
      const definition = definitions.get(identifier);
      if (!definition) continue;
      const note = notes.get(identifier) ?? { number: notes.size + 1, definition, references: [] };
      note.references.push(each);
      notes.set(identifier, note);
    }
  };
  for (const block of blocks) if (block.type !== "footnoteDefinition") readFrom(block);
  // The map grows while it is gone through.
  for (const { definition } of notes.values()) readFrom(definition);
  return notes;
}

/** A name for each heading, as GitHub makes them, and unlike every other. */
function slugsOf(nodes: readonly ProseNode[]): Map<ProseNode, string> {
  const slugs = new Map<ProseNode, string>();
  /** The names that are taken, and what the next of the same words is numbered with. */
  const taken = new Map<string, number>();
  for (const node of nodes) {
    if (node.type !== "heading") continue;
    const words = textIn(node).toLowerCase().trim();
    const base = words.replaceAll(/[^\p{L}\p{M}\p{N}_ -]/gu, "").replaceAll(" ", "-") || "section";
    let slug = base;
    let number = taken.get(base) ?? 0;
    while (taken.has(slug)) slug = `${base}-${++number}`;
    taken.set(base, number).set(slug, taken.get(slug) ?? 0);
    slugs.set(node, slug);
  }
  return slugs;
}

/** The words and formulas of what stands in a node. */
export const textIn = (node: ProseNode): string =>
  Array.from(within(node), (each) =>
    each.type === "text" || each.type === "inlineCode" || each.type === "inlineMath"
      ? each.value
      : "",
  ).join("");

/** The name that a link within the document points at; null of every other link. */
export function fragmentOf(url: string): string | null {
  if (!url.startsWith("#")) return null;
  try {
    return decodeURIComponent(url.slice(1));
  } catch {
    return null;
  }
}

/** Where a link may lead; null where it is shown as its text alone. */
export const linkTarget = (url: string): string | null =>
  /^(?:https?:\/\/[^/]|mailto:[^/]|#.)/iu.test(url) && !/[\s\p{C}]/u.test(url) ? url : null;

/** The path of a picture, below the document; null where it may not be read. */
export function picturePath(url: string): string | null {
  try {
    const path = decodeURIComponent(url);
    const isPlain = path
      .split("/")
      .every((name) => /^[\p{L}\p{M}\p{N} _.,()+@=-]+$/u.test(name) && !name.includes(".."));
    return isPlain ? path : null;
  } catch {
    return null;
  }
}

/** What is shown of raw HTML: its text without comments. */
export const shownHtml = (html: string): string =>
  html.replaceAll(/<!--(?:-?>|[^]*?(?:-->|$))/gu, "").trim();

/** A formula and its place; GitHub also takes it between backticks, or as code in the language “math”. */
export interface Typed {
  readonly latex: string;
  readonly span: Span;
}

/** The formula of a node. */
export function typedIn(
  node: Kind<"math"> | Kind<"inlineMath"> | Kind<"code">,
  source: Source,
): Typed {
  const { start, end } = stretchOf(node);
  if (node.type === "math" && node.meta) {
    const line = source.text.slice(start, end).split("\n")[0]!;
    throw errors.formulaOnFence({ source, start, end: start + line.length });
  }
  const latex = node.type === "inlineMath" ? node.value.replace(/^`([^]*)`$/u, "$1") : node.value;
  const at = source.text.indexOf(latex, start);
  const isFound = latex.trim() !== "" && at >= 0 && at + latex.length <= end;
  const place = isFound ? { start: at, end: at + latex.length } : { start, end };
  return { latex, span: { source, ...place } };
}

/** Where a link or picture points, said in it or elsewhere. */
export const resourceOf = (
  node: Kind<"link"> | Kind<"linkReference"> | Kind<"image"> | Kind<"imageReference">,
  { references }: Printing,
): Pick<Kind<"definition">, "url" | "title"> | undefined =>
  "url" in node ? node : references.definitions.get(node.identifier);

/** The formula that is displayed: one of its own lines, or alone in a paragraph between double dollars. */
export function displayedIn(node: ProseNode, source: Source): Typed | null {
  if (node.type === "math" || (node.type === "code" && node.lang === "math"))
    return typedIn(node, source);
  const [only, ...others] = node.type === "paragraph" ? node.children : [];
  if (only?.type !== "inlineMath" || others.length > 0) return null;
  return source.text.startsWith("$$", stretchOf(only).start) ? typedIn(only, source) : null;
}

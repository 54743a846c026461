/** @file Markdown as GitHub reads it, with formulas and front matter: its tree, and the blocks that are fenced. */

import type { CompileContext, Extension, fromMarkdown } from "mdast-util-from-markdown";

import { withoutMoney } from "./dollars.ts";
import { isTooDeep } from "./limits.ts";

/** The libraries of `parsers.ts`. */
export type Parsers = typeof import("./parsers.ts");

/** The tree of a Markdown text, with the offsets that each node stands at. */
export type Root = ReturnType<typeof fromMarkdown>;
/** Anything that stands in it. */
export type Content = Root["children"][number];

/** A part of a text in UTF-16 units. */
export interface Stretch {
  readonly start: number;
  readonly end: number;
}

/** Code or a formula between two lines that fence it. */
export interface Block extends Stretch {
  readonly kind: "code" | "math";
  /** The line that opens it, without what stands before the fence. */
  readonly opening: Stretch;
  /** The line that closes it; null where it ends with what it stands in. */
  readonly closing: Stretch | null;
  /** What it stands in, whose lines begin with more than blanks. */
  readonly within: "blockquote" | "footnoteDefinition" | null;
}

/** A Markdown text as read. */
export interface Markdown {
  readonly tree: Root;
  /** Fenced blocks in the order of the text. */
  readonly blocks: readonly Block[];
}

/** How deep what stands in a text may be nested: passes over the tree may recurse. */
const deepest = 200;

/** Reads a text; null where it is nested too deep. */
export function readMarkdown(text: string, parsers: Parsers): Markdown | null {
  if (isTooDeep(text)) return null;
  const fences: Stretch[] = [];
  const tree = treeOf(text, fences, parsers);
  return tree && withBlocks(tree, fences);
}

function treeOf(text: string, fences: Stretch[], parsers: Parsers): Root | null {
  const { frontmatter, gfm, math } = parsers;
  try {
    return parsers.fromMarkdown(text, {
      extensions: [frontmatter(["yaml"]), gfm(), withoutMoney(math())],
      mdastExtensions: [
        parsers.frontmatterFromMarkdown(["yaml"]),
        parsers.gfmFromMarkdown(),
        parsers.mathFromMarkdown(),
        fencesInto(fences),
      ],
    });
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** Notes the lines that fence blocks: the tree does not say whether a block is closed. */
function fencesInto(fences: Stretch[]): Extension {
  const note = function (this: CompileContext, token: { start: Point; end: Point }): void {
    fences.push({ start: token.start.offset, end: token.end.offset });
  };
  return { enter: { codeFencedFence: note, mathFlowFence: note } };
}

interface Point {
  readonly offset: number;
}

function withBlocks(tree: Root, fences: readonly Stretch[]): Markdown | null {
  const byStart = new Map(fences.map((fence) => [fence.start, fence]));
  const byEnd = new Map(fences.map((fence) => [fence.end, fence]));
  const blocks: Block[] = [];
  const stack: Place[] = [{ node: tree, depth: 0, within: null }];
  for (let place = stack.pop(); place; place = stack.pop()) {
    const { node, depth, within } = place;
    if (depth > deepest) return null;
    if (node.type === "code" || node.type === "math") {
      const whole = stretchOf(node);
      const opening = byStart.get(whole.start);
      const last = byEnd.get(whole.end);
      // Code that is indented has no fence.
      if (opening)
        blocks.push({
          ...whole,
          kind: node.type,
          opening,
          closing: last && last !== opening ? last : null,
          within,
        });
    }
    if (!("children" in node)) continue;
    const inside =
      node.type === "blockquote" || node.type === "footnoteDefinition" ? node.type : within;
    for (const child of node.children)
      stack.push({ node: child, depth: depth + 1, within: within ?? inside });
  }
  return { tree, blocks: blocks.sort((a, b) => a.start - b.start) };
}

interface Place {
  readonly node: Root | Content;
  readonly depth: number;
  readonly within: Block["within"];
}

/** Where a node stands in the text. */
export function stretchOf(node: Root | Content): Stretch {
  const { position } = node;
  if (position?.start.offset === undefined || position.end.offset === undefined)
    throw new Error(`internal: a ${node.type} without a place`);
  return { start: position.start.offset, end: position.end.offset };
}

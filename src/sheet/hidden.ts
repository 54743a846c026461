/** @file Answers in prose, wherever they stand: a copy for students is without them. */

import { isAlmostLabel, isAnswerHeading, isLabel, beginsWithLabel } from "./labels.ts";
import type { Content, Root, Stretch } from "./markdown.ts";
import { stretchOf } from "./markdown.ts";
import type { Kind } from "./prose.ts";
import { shownHtml, textIn } from "./prose.ts";

/** An answer: where it stands in the text, and the blocks that belong to it as a whole. */
export interface Answer {
  readonly stretches: readonly Stretch[];
  readonly blocks: readonly Content[];
}

/** What prose says that only the instructor is to read. */
export interface Answers {
  readonly all: readonly Answer[];
  /** What looks like an answer and is none. */
  readonly almost: readonly Stretch[];
}

/**
 * The answers in a text: from a label (“**Answer.**”) to the next heading or fence, or to the end of the list
 * item, quotation, or footnote that the label stands in; below a heading that is one (“### Solution”) all up
 * to the next of its rank; in a table the column or the row that it heads. The `title` of a sheet is no label.
 */
export function answersIn(tree: Root, text: string, title: Content | undefined): Answers {
  const search = new Search(text, title);
  search.among(tree.children);
  return {
    all: search.found.filter(({ stretches }) => stretches.length > 0),
    almost: search.almost,
  };
}

/** How far an open answer goes: to a heading of this depth or less, or to the end of a <details>. */
interface Open {
  readonly until: number | "details";
  readonly stretches: Stretch[];
  readonly blocks: Content[];
}

/** How much of what stands before words is looked at. */
const nearby = 40;

/** Deeper than every heading: also a fence ends it. */
const nextHeading = 7;

class Search {
  readonly found: Open[] = [];
  readonly almost: Stretch[] = [];
  private readonly text: string;
  private readonly title: Content | undefined;

  constructor(text: string, title: Content | undefined) {
    this.text = text;
    this.title = title;
  }

  /** Blocks that stand side by side. */
  among(siblings: readonly Content[]): void {
    let open: Open | null = null;
    for (const node of siblings) {
      // What is referred to belongs to where that is done.
      if (node.type === "definition") continue;
      if (node.type === "footnoteDefinition") {
        this.among(node.children);
        continue;
      }
      if (open && endsAt(open, node)) open = null;
      if (open) {
        open.stretches.push(stretchOf(node));
        open.blocks.push(node);
        if (open.until === "details" && closesDetails(node)) open = null;
      } else open = this.opened(node);
    }
  }

  /** The answer that a block begins; null where it begins none that goes on after it. */
  private opened(node: Content): Open | null {
    const { start, end } = stretchOf(node);
    switch (node.type) {
      case "heading":
        if (node === this.title) return null;
        if (isAnswerHeading(textIn(node))) return this.open(node, start, node.depth);
        this.note(node, textIn(node));
        return null;
      case "paragraph": {
        const from = this.startIn(node);
        return from === null ? null : this.open(node, from, nextHeading);
      }
      case "html": {
        const summary = /<summary[^>]*>([^]*?)<\/summary/iu.exec(node.value)?.[1];
        const isAnswer = summary !== undefined && isAnswerHeading(bare(summary));
        if (isAnswer) {
          const answer = this.open(node, start, "details");
          return closesDetails(node) ? null : answer;
        }
        return beginsWithLabel(bare(shownHtml(node.value)))
          ? this.open(node, start, nextHeading)
          : null;
      }
      case "code":
        // A fence that only looks like one of ours.
        if (/^[{.\s]*(?:answers|solutions?)\b/iu.test(node.lang ?? ""))
          this.found.push({ until: 0, stretches: [{ start, end }], blocks: [node] });
        return null;
      case "table":
        this.found.push({ until: 0, stretches: cellsOfAnswers(node), blocks: [] });
        return null;
      default:
        if ("children" in node) this.among(node.children);
        return null;
    }
  }

  private open(node: Content, from: number, until: Open["until"]): Open {
    const { start, end } = stretchOf(node);
    const opened = {
      until,
      stretches: [{ start: from, end }],
      blocks: from === start ? [node] : [],
    };
    this.found.push(opened);
    return opened;
  }

  private note(node: Content, text: string): void {
    if (isAlmostLabel(text)) this.almost.push(stretchOf(node));
  }

  /** Where in a paragraph an answer begins: at the start of a line, or after the end of a sentence. */
  private startIn(paragraph: Kind<"paragraph">): number | null {
    const { start, end } = stretchOf(paragraph);
    const starts = [this.lineStart(start, end), this.marked(paragraph)].filter((at) => at !== null);
    return starts.length === 0 ? null : Math.min(...starts);
  }

  private lineStart(start: number, end: number): number | null {
    for (const { index, 0: line } of this.text.slice(start, end).matchAll(/[^\r\n]+/gu)) {
      const words = bare(line);
      if (!beginsWithLabel(words)) continue;
      const before = this.text.slice(start, start + index).trimEnd();
      // A line may begin with these words in the middle of a sentence.
      const isOwn =
        before === "" ||
        /^[\s>]*(?:\*|_)/u.test(line) ||
        (/^\P{L}*\p{Lu}/u.test(words) &&
          (/^[^.]*[:：]/u.test(words) || !/[\p{L},]$/u.test(before)));
      if (isOwn) return start + index + /^[ \t>]*/u.exec(line)![0].length;
    }
    return null;
  }

  /** Where words in bold or italics are a label. */
  private marked({ children }: Kind<"paragraph">): number | null {
    for (const [i, node] of children.entries()) {
      if (node.type !== "strong" && node.type !== "emphasis") continue;
      const { start, end } = stretchOf(node);
      const words = textIn(node).trim();
      const before = this.text.slice(Math.max(0, start - nearby), start);
      const isFirst = i === 0 || /[\r\n][\s>]*$/u.test(before);
      const isAlone = /^[ \t]*(?:[\r\n]|$)/u.test(this.text.slice(end));
      const isEnded =
        beginsWithLabel(words) || (isLabel(words) && /^\s*[:：]/u.test(this.text.slice(end)));
      const isAfterSentence = /^\p{Lu}/u.test(words) && /[.?!:)$]\s+$/u.test(before);
      const isHere = isFirst
        ? isEnded || (isLabel(words) && (isAlone || node.type === "strong"))
        : isEnded && isAfterSentence;
      if (isHere) return start;
      if (isFirst && node.type === "strong") this.note(node, words);
    }
    return null;
  }
}

function endsAt({ until }: Open, node: Content): boolean {
  if (until === "details") return false;
  if (node.type === "heading") return node.depth <= until;
  return until === nextHeading && isFence(node);
}

const isFence = (node: Content): boolean =>
  node.type === "code" && /^\{?\.?(?:nabla|answer)\b/iu.test(node.lang ?? "");

const closesDetails = (node: Content): boolean =>
  node.type === "html" && /<\/details/iu.test(node.value);

/** Words without tags and marks of emphasis. */
const bare = (text: string): string =>
  text.replaceAll(/<[^<>]*>/gu, "").replaceAll(/[*_~]|^[\s>]+/gu, "");

/** The cells of a column or a row that a label heads, and those that begin with one. */
function cellsOfAnswers({ children: rows }: Kind<"table">): Stretch[] {
  const [head, ...body] = rows;
  const columns = new Set(
    head?.children.flatMap((cell, i) => (isLabel(textIn(cell)) ? [i] : [])) ?? [],
  );
  return body.flatMap(({ children: cells }) => {
    const isRow = cells[0] !== undefined && isLabel(textIn(cells[0]));
    return cells.flatMap((cell, i) => {
      const isHidden = isRow ? i > 0 : columns.has(i) || beginsWithLabel(textIn(cell));
      const [first, last] = [cell.children[0], cell.children.at(-1)];
      return isHidden && first && last
        ? [{ start: stretchOf(first).start, end: stretchOf(last).end }]
        : [];
    });
  });
}

/** @file A copy for students: the tree and the text of a sheet without the answers in its prose. */

import { warnings } from "../diagnostics/errors.ts";
import type { Diagnostic } from "../diagnostics/errors.ts";
import { answersIn } from "./hidden.ts";
import { beginsWithLabel } from "./labels.ts";
import type { Content, Root, Stretch } from "./markdown.ts";
import { stretchOf } from "./markdown.ts";
import type { Kind, ProseNode } from "./prose.ts";
import { referencesOf, shownHtml, within } from "./prose.ts";
import type { SheetFence, SheetSource } from "./source.ts";
import { titleIn } from "./sections.ts";

/** What is left of a sheet. */
export interface StudentCopy {
  readonly sheet: SheetSource;
  /** What is cut out of its text, in its order. */
  readonly cuts: readonly Stretch[];
  /** What may be an answer, and is not left out. */
  readonly told: readonly Diagnostic[];
}

/** The copy of a sheet that students get. */
export function studentCopy(sheet: SheetSource): StudentCopy {
  const { source, tree } = sheet;
  const { text } = source;
  const { all, almost } = answersIn(tree, text, titleIn(sheet));
  const answers = all.flatMap(({ stretches }) => stretches);
  // What is in comments is nowhere to be seen but in Markdown.
  const comments = [...within(tree)].filter(
    (node) => node.type === "html" && shownHtml(node.value) === "",
  );
  const hidden = [...answers, ...comments.map(stretchOf)];
  const first = new Pruning(text, hidden).of(tree);
  const referred = [...orphans(tree, first), ...dangling(tree, first)].map(stretchOf);
  const pruning = new Pruning(text, [...hidden, ...referred]);
  const left = pruning.of(tree);
  return {
    sheet: { ...sheet, tree: left },
    cuts: joinedIn(text, [...pruning.cuts, ...sheet.fences.flatMap(notesIn)]),
    told: almost.map((place) => warnings.almostAnswer({ source, ...place })),
  };
}

/** Comments of a fence that tell the answer. */
const notesIn = ({ body, at }: SheetFence): Stretch[] =>
  Array.from(body.matchAll(/[#%][^\r\n]*/gu)).flatMap(({ index, 0: comment }) =>
    beginsWithLabel(comment) ? [{ start: at + index, end: at + index + comment.length }] : [],
  );

/** Footnotes and targets of links that nothing that is left refers to, though something did. */
function orphans(tree: Root, left: Root): Content[] {
  const [before, after] = [referredIn(tree), referredIn(left)];
  return tree.children.filter(
    (node) =>
      (node.type === "definition" || node.type === "footnoteDefinition") &&
      before.has(`${node.type} ${node.identifier}`) &&
      !after.has(`${node.type} ${node.identifier}`),
  );
}

/** References to footnotes that are left out. */
function dangling(tree: Root, left: Root): ProseNode[] {
  const notes = (of: Root): Set<string> =>
    new Set([...within(of)].flatMap((n) => (n.type === "footnoteDefinition" ? n.identifier : [])));
  const [before, after] = [notes(tree), notes(left)];
  return [...within(left)].filter(
    (node) =>
      node.type === "footnoteReference" &&
      before.has(node.identifier) &&
      !after.has(node.identifier),
  );
}

function referredIn({ children }: Root): Set<string> {
  const { notes } = referencesOf(children);
  // A footnote that nothing refers to is nowhere to be seen.
  const seen = [
    ...children.filter(({ type }) => type !== "footnoteDefinition"),
    ...Array.from(notes.values(), ({ definition }) => definition),
  ];
  const links = seen.flatMap((block) =>
    [...within(block)].flatMap((node) =>
      node.type === "linkReference" || node.type === "imageReference"
        ? `definition ${node.identifier}`
        : [],
    ),
  );
  return new Set([...links, ...[...notes.keys()].map((key) => `footnoteDefinition ${key}`)]);
}

/** Takes stretches of the text out of the tree, and notes what goes with them. */
class Pruning {
  readonly cuts: Stretch[] = [];
  private readonly text: string;
  private readonly hidden: readonly Stretch[];

  constructor(text: string, hidden: readonly Stretch[]) {
    this.text = text;
    this.hidden = joinedIn(text, hidden);
  }

  of(tree: Root): Root {
    return { ...tree, children: this.among(tree.children) };
  }

  private among<T extends Content>(nodes: readonly T[]): T[] {
    return nodes.flatMap((node) => this.left(node) ?? []);
  }

  /** What is left of a node; null where that is nothing. */
  private left<T extends Content>(node: T): T | null {
    const place = stretchOf(node);
    const hidden = this.firstIn(place);
    if (!hidden) return node;
    if (hidden.start <= place.start && place.end <= hidden.end) return this.cut(place);
    if (node.type === "text") return this.lines(node, hidden) as T | null;
    if (!("children" in node)) return this.cut(place);
    const children = this.among<Content>(node.children);
    if (node.type === "paragraph" && children.at(-1)?.type === "break")
      this.cut(stretchOf(children.pop()!));
    const isNothing = children.length === 0 && node.type !== "tableCell";
    return isNothing ? this.cut(place) : { ...node, children };
  }

  private cut(place: Stretch): null {
    this.cuts.push(place);
    return null;
  }

  /** The lines of a text before the one at which an answer begins. */
  private lines(node: Kind<"text">, hidden: Stretch): Kind<"text"> | null {
    const { start, end } = stretchOf(node);
    const from = Math.max(start, hidden.start);
    this.cuts.push({ start: from, end });
    const count = this.text.slice(start, from).split(lineEnd).length - 1;
    const value = node.value.split(lineEnd).slice(0, count).join("\n").trimEnd();
    return value === "" ? null : { ...node, value };
  }

  /** The first stretch that has something of a place. */
  private firstIn({ start, end }: Stretch): Stretch | null {
    let [low, high] = [0, this.hidden.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.hidden[middle]!.end <= start) low = middle + 1;
      else high = middle;
    }
    const found = this.hidden[low];
    return found && found.start < end ? found : null;
  }
}

const lineEnd = /\r\n|\r|\n/u;

/** Stretches in the order of the text, as one where there are only blanks between them. */
function joinedIn(text: string, stretches: readonly Stretch[]): Stretch[] {
  const joined: { start: number; end: number }[] = [];
  for (const { start, end } of stretches.toSorted((a, b) => a.start - b.start)) {
    const last = joined.at(-1);
    const isBeside = last && /^[\s>]*$/u.test(text.slice(last.end, Math.max(last.end, start)));
    if (isBeside) last.end = Math.max(last.end, end);
    else joined.push({ start, end });
  }
  return joined;
}

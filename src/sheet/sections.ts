/** @file The headings of a sheet, the points that they give, and the problems that they begin. */

import { errors } from "../diagnostics/errors.ts";
import type { Source, Span } from "../diagnostics/source.ts";
import type { Content, Root } from "./markdown.ts";
import { stretchOf } from "./markdown.ts";
import { pointsExpected, pointsFrom } from "./options.ts";
import type { Kind } from "./prose.ts";

/** A heading of a sheet. */
export interface Heading {
  /** Its Markdown, without the points. */
  readonly text: string;
  /** From 1. */
  readonly level: number;
  /** What `(6 points)` at its end says. */
  readonly points: number | null;
  readonly span: Span;
  /** The index of the problem that it begins or is a part of; null for the title of the sheet. */
  readonly problem: number | null;
}

/** A part of a sheet whose fences share declarations. */
export interface ProblemSection {
  /** The heading that begins it; null for what stands before the first such heading. */
  readonly heading: Heading | null;
  /** Up to the next problem, or to the end of the sheet. */
  readonly span: Span;
}

/** The headings and problems of a sheet. */
export interface Sections {
  readonly headings: readonly Heading[];
  readonly problems: readonly ProblemSection[];
}

type Found = Omit<Heading, "problem">;

/**
 * The sections of a sheet. Its title is its first heading where that is a `#`, the only one, and has other
 * headings below it. Of the headings that are left those of the highest rank (the fewest `#`) begin
 * problems, deeper ones parts of them. What stands before the first of them is a problem of its own, where
 * it has a heading or a fence (`fences`: where they begin). Headings in lists and quotations are prose.
 */
export function sectionsOf(source: Source, tree: Root, fences: readonly number[]): Sections {
  const found = tree.children.flatMap((node) => headingOf(source, node) ?? []);
  const title = titleOf(found);
  const others = found.filter((heading) => heading !== title);
  const highest = others.reduce((least, { level }) => Math.min(least, level), Infinity);
  const first = others.find(({ level }) => level === highest)?.span.start ?? Infinity;
  const hasPrelude =
    fences.some((at) => at < first) || others.some(({ span }) => span.start < first);
  const headings: Heading[] = [];
  const begin: (Heading | null)[] = hasPrelude ? [null] : [];
  for (const each of found) {
    const isFirst = each !== title && each.level === highest;
    const problem = each === title ? null : begin.length - (isFirst ? 0 : 1);
    const heading = { ...each, problem };
    headings.push(heading);
    if (isFirst) begin.push(heading);
  }
  const startOf = (heading: Heading | null): number => heading?.span.start ?? frontEnd(tree);
  const problems = begin.map((heading, i): ProblemSection => {
    const next = begin[i + 1];
    const end = next ? startOf(next) : source.text.length;
    return { heading, span: { source, start: startOf(heading), end } };
  });
  return { headings, problems };
}

/** The heading that is the title; undefined where no heading is. */
export const titleIn = ({
  tree,
  headings,
}: Sections & { readonly tree: Root }): Kind<"heading"> | undefined =>
  headings[0]?.problem === null
    ? tree.children.find((node): node is Kind<"heading"> => node.type === "heading")
    : undefined;

const titleOf = (found: readonly Found[]): Found | undefined => {
  const [first, ...others] = found;
  const isTitle = first?.level === 1 && others.length > 0 && others.every(({ level }) => level > 1);
  return isTitle ? first : undefined;
};

/** Where the front matter ends. */
function frontEnd({ children: [first] }: Root): number {
  return first?.type === "yaml" ? stretchOf(first).end : 0;
}

/** A heading and its points. */
function headingOf(source: Source, node: Content): Found | null {
  if (node.type !== "heading") return null;
  const [first, last] = [node.children[0], node.children.at(-1)];
  const start = first ? stretchOf(first).start : stretchOf(node).end;
  const whole = source.text.slice(start, last ? stretchOf(last).end : start).trimEnd();
  const span: Span = { source, ...stretchOf(node) };
  const given = /\(\s*([\d.,]+)\s*(?:points?|pts?\.?)\s*\)$/iu.exec(whole);
  const text = whole.slice(0, given?.index).replace(/\s+/gu, " ").trim();
  if (!given) return { text, level: node.depth, points: null, span };
  const points = pointsFrom(given[1]!);
  if (points !== undefined) return { text, level: node.depth, points, span };
  const at = start + given.index;
  throw errors.badValue({ source, start: at, end: at + given[0].length }, "points", pointsExpected);
}

/** @file A sheet as it is written: its front matter, its problems, and the fences that ask something. */

import { errors } from "../diagnostics/errors.ts";
import type { Source } from "../diagnostics/source.ts";
import type { Fence } from "./fences.ts";
import { readFence } from "./fences.ts";
import type { Front } from "./front.ts";
import { readFront } from "./front.ts";
import type { Parsers, Root } from "./markdown.ts";
import { costliest } from "./limits.ts";
import { readMarkdown, stretchOf } from "./markdown.ts";
import type { Sections } from "./sections.ts";
import { sectionsOf } from "./sections.ts";

/** A sheet as read. */
export interface SheetSource extends Sections {
  readonly source: Source;
  readonly front: Front;
  /** The Markdown, with offsets into the text of `source`. */
  readonly tree: Root;
  /** In the order of the text. */
  readonly fences: readonly SheetFence[];
}

/** A fence and the problem that it stands in. */
export interface SheetFence extends Fence {
  /** An index into the problems of the sheet. */
  readonly problem: number;
}

const longest = 250_000;
const mostFences = 500;

/**
 * Reads a sheet; a byte order mark is no part of its text.
 * @throws NablaError with the place of the first mistake.
 */
export function readSheet(given: string, file: string | undefined, parsers: Parsers): SheetSource {
  const text = given.replace(/^\uFEFF+/u, "");
  const source: Source = { role: "sheet", text, ...(file !== undefined && { file }) };
  const start = { source, start: 0, end: 1 };
  const nul = text.indexOf("\0");
  if (nul >= 0) throw errors.notText({ source, start: nul, end: nul + 1 });
  if (text.trim() === "") throw errors.emptySheet(start);
  if (text.length > longest) throw errors.tooLong(start, longest);
  const costly = costliest(text);
  if (costly) throw errors.sheetTooCostly({ source, ...costly });
  const markdown = readMarkdown(text, parsers);
  if (!markdown) throw errors.sheetTooDeep(start);
  const { tree, blocks } = markdown;
  const [first] = tree.children;
  const front = readFront(source, first?.type === "yaml" ? stretchOf(first) : null, parsers);
  const found = blocks.flatMap((block) => readFence(source, block) ?? []);
  const tooMany = found[mostFences];
  if (tooMany) throw errors.manyFences(tooMany.span, mostFences);
  const starts = found.map(({ span }) => span.start);
  const sections = sectionsOf(source, tree, starts);
  return { source, front, tree, ...sections, fences: placed(found, sections) };
}

/** The fences, each with the problem that it stands in; both are in the order of the text. */
function placed(found: readonly Fence[], { problems }: Sections): SheetFence[] {
  const fences: SheetFence[] = [];
  let problem = 0;
  for (const fence of found) {
    while (problem + 1 < problems.length && problems[problem + 1]!.span.start <= fence.span.start)
      problem++;
    fences.push({ ...fence, problem });
  }
  return fences;
}

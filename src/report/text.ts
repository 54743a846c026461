/** @file A solution as plain text, in columns that fit a terminal. */

import type { Spelling } from "../derive/options.ts";
import { width, widthOf, wrapped } from "../print/columns.ts";
import type { Line, Prose, Section } from "../steps/index.ts";

/** Words and formulas in one spelling. */
export const proseText = (prose: Prose, spelling: Spelling): string =>
  prose.map((part) => (typeof part === "string" ? part : part[spelling])).join("");

const padded = (text: string, to: number): string =>
  text + " ".repeat(Math.max(0, to - widthOf(text)));

/** The sections one below the other. */
export const solutionText = (sections: readonly Section[], spelling: Spelling): string =>
  sections
    .filter(({ lines, lead }) => lines.length > 0 || lead.length > 0)
    .map((section) => sectionText(section, spelling))
    .join("\n\n");

function sectionText({ title, lead, lines, after = [] }: Section, spelling: Spelling): string {
  const margin = "  ";
  const left = Math.max(0, ...lines.map((line) => widthOf(line.left[spelling])));
  const shape = Math.max(0, ...lines.map((line) => widthOf(line.shape ?? "")));
  const middle = Math.max(
    0,
    ...lines.map((line) => widthOf(wholeChain(line, spelling))).filter((w) => w <= longestMiddle),
  );
  return [
    proseText(title, spelling),
    ...(lead.length > 0 ? wrapped(proseText(lead, spelling), margin) : []),
    ...lines.flatMap((line) => lineTexts(line, spelling, { margin, left, shape, middle })),
    ...(after.length > 0 ? wrapped(proseText(after, spelling), margin) : []),
  ].join("\n");
}

/** What is longer than this does not move the columns of the others. */
const longestMiddle = 40;

const wholeChain = ({ right }: Line, spelling: Spelling): string =>
  right.map((r) => `= ${r[spelling]}`).join(" ");

function lineTexts(
  line: Line,
  spelling: Spelling,
  { margin, left, shape, middle }: { margin: string; left: number; shape: number; middle: number },
): string[] {
  const whole = wholeChain(line, spelling);
  const front = `${margin}${padded(line.left[spelling], left)} `;
  const under = " ".repeat(widthOf(front));
  const room = width - widthOf(front);
  const chain = widthOf(whole) <= room ? [whole] : line.right.map((r) => `= ${r[spelling]}`);
  const texts = chain.map((text, i) => (i === 0 ? front : under) + text);
  const reason = proseText(line.reason, spelling);
  const last = texts.at(-1)!;
  const ofShape = shape > 0 ? `  ${padded(line.shape ?? "", shape)}` : "";
  const beside = `${padded(last, widthOf(front) + middle)}${ofShape}`;
  const withReason = reason === "" ? beside : `${beside}  ${reason}`;
  if (widthOf(withReason) <= width) return [...texts.slice(0, -1), withReason.trimEnd()];
  const tail = [line.shape ?? "", reason].filter((t) => t !== "").join("  ");
  return [...texts, ...wrapped(tail, `${under}  `)];
}

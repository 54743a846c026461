/** @file A sheet as Markdown: its source with what was derived after each fence. */

import type { Spelled } from "../derive/options.ts";
import { drawn, pathsLead } from "../graph/index.ts";
import { displayed, inlined, mdText, proseMarkdown, solutionMarkdown } from "../report/markdown.ts";
import { latexLines, notesOf } from "../report/results.ts";
import { trainedMarkdown } from "../report/trained.ts";
import { valuesMarkdown } from "../report/values.ts";
import type { Solved } from "./solve.ts";
import type { Stretch } from "./markdown.ts";
import { stretchOf } from "./markdown.ts";
import type { Front } from "./front.ts";
import { titleIn } from "./sections.ts";
import type { SheetSource } from "./source.ts";
import { checkedTable, faultsOf, hasResults, verdictOf } from "./told.ts";

/** A file that stands beside the sheet. */
export interface Beside {
  readonly name: string;
  readonly text: string;
}

/** A Markdown file and the pictures that it shows. */
export interface MarkdownSheet {
  readonly text: string;
  readonly beside: readonly Beside[];
}

/** The first line of what was built: it says that this is no source. */
export const builtMark = "<!-- built by nabla sheet -->";

/** The sheet without its `cuts`; pictures get names that begin with `stem`, or stand as text where it is null. */
export async function sheetMarkdown(
  sheet: SheetSource,
  solved: readonly Solved[],
  stem: string | null,
  cuts: readonly Stretch[],
): Promise<MarkdownSheet> {
  const { source, front, tree } = sheet;
  const beside: Beside[] = [];
  const edits = cuts.map((cut) => ({ ...cut, text: "" }));
  for (const one of solved) {
    const { span, indent } = one.fence;
    if (cuts.some(({ start, end }) => start <= span.start && span.end <= end)) continue;
    const blocks = await blocksOf(one, stem, beside);
    const text = blocks.map((block) => `\n\n${indented(block, indent)}`).join("");
    // An answer by hand is no part of a copy for students.
    const isHidden = one.show === "problems" && one.fence.kind === "answer";
    edits.push({ start: isHidden ? span.start : span.end, end: span.end, text });
  }
  const [first] = tree.children;
  const below = first?.type === "yaml" ? stretchOf(first).end : 0;
  const titled = titleIn(sheet);
  const by = bylineOf(front);
  edits.push({ start: 0, end: below, text: titled ? "" : blocked([titleOf(front), by]) });
  if (titled && by !== "") {
    const { end } = stretchOf(titled);
    edits.push({ start: end, end, text: `\n\n${by}` });
  }
  const text = edits
    .toSorted((a, b) => b.start - a.start)
    .reduce((whole, e) => whole.slice(0, e.start) + e.text + whole.slice(e.end), source.text);
  const appendix =
    front.show === "problems" || !hasResults(solved) ? "" : `\n${appendixOf(solved)}\n`;
  return { text: `${builtMark}\n\n${text.trim()}\n${appendix}`, beside };
}

/** Front matter that does not stand at the top would be read as text: its title is left of it. */
const titleOf = ({ title }: Front): string => (title === null ? "" : `# ${mdText(title)}`);

const bylineOf = ({ course, author, date }: Front): string =>
  [course, author, date].flatMap((text) => (text === null ? [] : mdText(text))).join(" · ");

const blocked = (blocks: readonly string[]): string =>
  blocks.filter((block) => block !== "").join("\n\n");

async function blocksOf(one: Solved, stem: string | null, beside: Beside[]): Promise<string[]> {
  const { show, found, sections, picture, judgement, evaluated, trained, fence } = one;
  if (show === "problems") return [];
  const blocks: string[] = [];
  const kept = (svg: string): string => {
    const name = `${stem}-${beside.length + 1}.svg`;
    beside.push({ name, text: svg });
    return name;
  };
  if (picture)
    if (stem === null) blocks.push(`\`\`\`text\n${await drawn(picture, "text")}\n\`\`\``);
    else {
      const name = kept(await drawn(picture, "svg"));
      blocks.push(`![The computational graph of ${picture.graph.loss.unicode}](${name})`);
      for (const of of picture.paths) blocks.push(pathsMarkdown(of, picture.graph.loss));
    }
  if (sections.length > 0) blocks.push(solutionMarkdown(sections));
  if (found.length > 0) {
    blocks.push("**Result.**");
    blocks.push(...latexLines(found, false).map(displayed));
    blocks.push(
      notesOf(found)
        .map((note) => `- ${note}`)
        .join("\n"),
    );
  }
  if (evaluated) blocks.push(valuesMarkdown(evaluated, fence.options.digits ?? null));
  if (trained) blocks.push(...trainedMarkdown(trained, stem === null ? null : kept));
  if (judgement) {
    const faults = faultsOf(judgement).map((part) =>
      typeof part === "string" ? mdText(part) : part,
    );
    blocks.push(`**${verdictOf(judgement)}**${proseMarkdown(faults)}`);
  }
  return blocks;
}

function pathsMarkdown(of: NonNullable<Solved["picture"]>["paths"][number], loss: Spelled): string {
  const items = of.paths.map(
    ({ nodes, contribution }) =>
      `- ${inlined(nodes.map((node) => node.value.latex).join(" \\to "))} contributes ${inlined(contribution.latex)}`,
  );
  return [proseMarkdown(pathsLead(of, loss)), ...(items.length > 0 ? [items.join("\n")] : [])].join(
    "\n\n",
  );
}

function appendixOf(solved: readonly Solved[]): string {
  const { head, rows } = checkedTable(solved);
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [
    "## How the results were checked",
    [line(head), line(head.map(() => "---")), ...rows.map((row) => line(row))].join("\n"),
  ].join("\n\n");
}

const indented = (block: string, indent: string): string =>
  indent === "" ? block : block.replaceAll(/^(?=.)/gmu, indent);

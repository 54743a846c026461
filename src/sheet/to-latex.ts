/** @file A sheet as LaTeX: an article, or an exam whose solutions can be left out. */

import type { Spelled } from "../derive/options.ts";
import { drawn, pathsLead } from "../graph/index.ts";
import { pathColors } from "../graph/svg.ts";
import { proseLatex, solutionLatex } from "../report/latex.ts";
import { brokenEquation } from "../report/long-lines.ts";
import { latexLines, notesOf } from "../report/results.ts";
import { trainedLatex } from "../report/trained.ts";
import { valuesLatex } from "../report/values.ts";
import { texCode, texText } from "../report/characters.ts";
import { ExamShape } from "./exam.ts";
import { answersIn } from "./hidden.ts";
import { isLabel } from "./labels.ts";
import type { Content } from "./markdown.ts";
import { stretchOf } from "./markdown.ts";
import type { ProseContext, ProseNode } from "./prose.ts";
import { referencesOf, textIn } from "./prose.ts";
import { phraseTex, proseTex } from "./prose-tex.ts";
import { titleIn } from "./sections.ts";
import type { Solved } from "./solve.ts";
import type { SheetSource } from "./source.ts";
import type { Stated } from "./stated.ts";
import { checkedTable, faultsOf, hasResults, pointsOf, verdictOf } from "./told.ts";

/** The document. */
export async function sheetLatex(sheet: SheetSource, solved: readonly Solved[]): Promise<string> {
  const { front, tree, source } = sheet;
  const isExam = front.template === "exam";
  const titled = titleIn(sheet);
  const answers = isExam ? answersIn(tree, source.text, titled).all : [];
  const firsts = new Map(answers.map(({ blocks }) => [blocks[0], blocks]));
  const others = new Set<ProseNode>(answers.flatMap(({ blocks }) => blocks.slice(1)));
  const within = (at: number): boolean =>
    answers.some(({ blocks }) => blocks.some((block) => isIn(at, block)));
  const texts = new Map<number, string>();
  for (const one of solved) {
    const at = one.fence.span.start;
    texts.set(at, await fenceLatex(one, pointsOf(sheet, one.fence), isExam, within(at)));
  }
  const shape = isExam ? new ExamShape(sheet) : null;
  const plain: ProseContext = {
    source,
    references: referencesOf(tree.children),
    headingOffset: titled ? -1 : 0,
  };
  const fenceOf = (node: ProseNode): string | null =>
    texts.get(node.position?.start.offset ?? -1) ?? null;
  const replaced = (node: ProseNode): string | null => {
    if (node === titled || others.has(node)) return "";
    const blocks = firsts.get(node as Content);
    if (blocks) return inSolution(proseTex(withoutLabel(blocks), { ...plain, replace: fenceOf }));
    if (shape && node.type === "heading")
      return shape.heading(stretchOf(node).start, withoutPoints(phraseTex(node.children, plain)));
    return fenceOf(node);
  };
  const body = proseTex(tree.children, { ...plain, replace: replaced });
  const title = front.title === null ? null : texText(front.title);
  const whole = title ?? (titled?.type === "heading" ? phraseTex(titled.children, plain) : null);
  const by = [front.course, front.author].filter((text) => text !== null).map(texText);
  return [
    `\\documentclass[10pt,a4paper${isExam && front.show !== "problems" ? ",answers" : ""}]{${front.template}}`,
    packages,
    ...(isExam ? [solutionsOfExam] : []),
    ...(whole === null
      ? []
      : [
          `\\title{${whole}}`,
          `\\author{${by.join(" \\\\ ")}}`,
          `\\date{${texText(front.date ?? "")}}`,
        ]),
    "\\begin{document}",
    // The first page is numbered as all others are.
    ...(whole === null ? [] : [`\\maketitle${isExam ? "\\thispagestyle{headandfoot}" : ""}`]),
    body,
    ...(shape ? [shape.end()] : []),
    ...(front.show === "problems" || !hasResults(solved) ? [] : [appendixLatex(solved)]),
    "\\end{document}",
    "",
  ].join("\n");
}

const isIn = (at: number, block: Content): boolean => {
  const { start, end } = stretchOf(block);
  return start <= at && at < end;
};

/** The class writes “Solution:” over a solution: a heading or a label that says the same is left out. */
function withoutLabel([first, ...others]: readonly Content[]): Content[] {
  if (!first || first.type === "heading") return others;
  if (first.type !== "paragraph") return [first, ...others];
  const [label, ...children] = first.children;
  const isSaid = label && (label.type === "strong" || label.type === "emphasis");
  if (!isSaid || !isLabel(textIn(label))) return [first, ...others];
  return children.length === 0 ? others : [{ ...first, children }, ...others];
}

/** A solution of a fence. The page does not end between its title and what it begins with. */
const belowTitle = (text: string, title?: string): string =>
  text === "" ? "" : inSolution(`\\belowtitle\n${text}`, title);

function inSolution(text: string, title?: string): string {
  if (text === "") return "";
  const solution = `\\begin{solution}\n${text}\n\\end{solution}\n\\smallskip`;
  return title === undefined
    ? solution
    : `{\\renewcommand{\\solutiontitle}{\\noindent\\textbf{${title}}\\par\\noindent}\n${solution}}`;
}

/** A question says its points by itself. */
const withoutPoints = (heading: string): string =>
  heading.replace(/\s*\(\d+(?:\.\d+)? (?:points?|pts)\)\s*$/u, "");

const packages = `\\usepackage[T1]{fontenc}
\\usepackage[utf8]{inputenc}
\\IfFileExists{lmodern.sty}{\\usepackage{lmodern}}{}
\\usepackage{amsmath,amssymb,bm}
\\usepackage[margin=2.5cm]{geometry}
\\usepackage{graphicx,longtable,booktabs,array,tikz,xcolor}
\\usepackage[hidelinks]{hyperref}
\\allowdisplaybreaks
\\emergencystretch=3em
\\setlength{\\parindent}{0pt}
\\setlength{\\parskip}{6pt plus 2pt}
\\makeatletter
\\newcommand{\\belowtitle}{\\par\\nobreak\\@afterheading}
\\makeatother`;

/** Solutions break like other text, which those of the class do not, and have a colour of their own. */
const solutionsOfExam = `\\renewenvironment{TheSolution}{\\par\\smallskip\\noindent\\solutiontitle\\ignorespaces}{\\par}
\\SolutionEmphasis{\\color[HTML]{1F3F77}}`;

async function fenceLatex(
  one: Solved,
  told: string,
  isExam: boolean,
  isWithin: boolean,
): Promise<string> {
  const { show, stated, found, sections, picture, judgement, evaluated, trained, fence } = one;
  const problem = stated.length === 0 ? "" : statedLatex(stated);
  const points = told === "" ? "" : `\\hfill (${told})`;
  if (show === "problems") return [problem, points].filter((text) => text !== "").join("\n");
  const parts: string[] = [];
  if (picture) {
    parts.push(`\\begin{center}\n${await drawn(picture, "tikz")}\n\\end{center}`);
    for (const of of picture.paths) parts.push(pathsLatex(of, picture.graph.loss));
  }
  if (sections.length > 0) parts.push(solutionLatex(sections));
  if (found.length > 0) {
    parts.push("\\paragraph{Result.}");
    parts.push(
      `\\begin{gather*}\n${latexLines(found, false).map(brokenEquation).join(" \\\\\n")}\n\\end{gather*}`,
    );
    parts.push(
      `{\\footnotesize ${notesOf(found)
        .map((note) => texText(note))
        .join("; ")}.\\par}`,
    );
  }
  if (evaluated) parts.push(valuesLatex(evaluated, fence.options.digits ?? null));
  if (trained) parts.push(trainedLatex(trained));
  if (judgement)
    parts.push(
      ...(isExam ? [] : ["\\paragraph{Answer.}"]),
      judgement.answer
        ? `\\[ ${judgement.answer.latex} \\]`
        : `\\texttt{${texCode(fence.body.trim())}}`,
      `$\\${judgement.verdict === "correct" ? "checkmark" : "times"}$ \\textbf{${verdictOf(judgement)}}${proseLatex(faultsOf(judgement))}`,
    );
  const text = parts.join("\n\n");
  const title = judgement ? "Answer:" : undefined;
  const solution = isExam && !isWithin ? belowTitle(text, title) : text;
  return [problem, points, solution].filter((text) => text !== "").join("\n\n");
}

/** Each statement on a line of its own: a displayed formula that begins a paragraph has an empty line above it. */
function statedLatex(stated: readonly Stated[]): string {
  const lines = stated.map((s) =>
    s.kind === "formula" ? `$\\displaystyle ${s.latex}$` : `\\texttt{${texCode(s.text)}}`,
  );
  return `\\begin{center}\n${lines.join(" \\\\[3pt]\n")}\n\\end{center}`;
}

function pathsLatex(of: NonNullable<Solved["picture"]>["paths"][number], loss: Spelled): string {
  const items = of.paths.map(
    ({ nodes, contribution }, i) =>
      `\\item[{\\textcolor[HTML]{${pathColors[i % pathColors.length]!.slice(1).toUpperCase()}}{\\textbf{${i + 1}.}}}] $${nodes.map((node) => node.value.latex).join(" \\to ")}$ contributes $${contribution.latex}$`,
  );
  const list =
    items.length > 0 ? `\n\\begin{enumerate}\n${items.join("\n")}\n\\end{enumerate}` : "";
  return proseLatex(pathsLead(of, loss)) + list;
}

/** Of the columns of what was checked; of numbers none. */
const columnWidths = ["3.8cm", "4cm", null, "2cm", "3cm"] as const;

function appendixLatex(solved: readonly Solved[]): string {
  const { head, rows } = checkedTable(solved);
  const line = (cells: readonly string[]): string => `${cells.map(texText).join(" & ")} \\\\`;
  const columns = columnWidths
    .slice(0, head.length)
    .map((width, k) => {
      // Without it a line of the table ends within its last column.
      const end = k === head.length - 1 ? "\\arraybackslash" : "";
      return width === null ? "r" : `>{\\raggedright${end}}p{${width}}`;
    })
    .join("");
  return [
    "\\section*{How the results were checked}",
    "{\\footnotesize",
    `\\begin{longtable}{@{}${columns}@{}}`,
    "\\toprule",
    line(head),
    "\\midrule\\endhead",
    ...rows.map(line),
    "\\bottomrule",
    "\\end{longtable}}",
  ].join("\n");
}

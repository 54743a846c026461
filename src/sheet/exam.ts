/** @file The shape of an exam: problems as questions, their parts, and solutions that can be left out. */

import type { Heading } from "./sections.ts";
import type { SheetSource } from "./source.ts";

/** Turns headings into questions and parts, in the order of the text. */
export class ExamShape {
  private readonly headings: ReadonlyMap<number, Heading>;
  private readonly level: number;
  private isOpen = false;
  private hasParts = false;

  constructor({ headings }: SheetSource) {
    this.headings = new Map(headings.map((heading) => [heading.span.start, heading]));
    this.level = headings.reduce(
      (least, { level, problem }) => (problem === null ? least : Math.min(least, level)),
      Infinity,
    );
  }

  /** What stands in the place of a heading that begins at an offset; its text is printed already. */
  heading(offset: number, text: string): string {
    const heading = this.headings.get(offset);
    if (!heading || heading.problem === null) return "";
    if (heading.level === this.level) return this.question(heading, text);
    if (heading.level === this.level + 1) return this.part(heading, text);
    return `\\textbf{${text}}\\par`;
  }

  private question(heading: Heading, text: string): string {
    const before = this.isOpen ? this.closedParts() : "\\begin{questions}\n";
    this.isOpen = true;
    return `${before}\\question${points(heading)} \\textbf{${unnumbered(text)}}\\par`;
  }

  private part(heading: Heading, text: string): string {
    const label = /^\([a-z0-9]+\) /u;
    // A remark is no part.
    if (heading.points === null && !label.test(text) && this.hasParts)
      return `\\textbf{${text}}\\par`;
    const before = this.hasParts ? "" : "\\begin{parts}\n";
    this.hasParts = true;
    return `${before}\\part${points(heading)} \\textbf{${text.replace(label, "")}}\\par`;
  }

  private closedParts(): string {
    const end = this.hasParts ? "\\end{parts}\n" : "";
    this.hasParts = false;
    return end;
  }

  /** What ends the document. */
  end(): string {
    return `${this.closedParts()}${this.isOpen ? "\\end{questions}" : ""}`;
  }
}

/** The class numbers questions by itself: “Problem 1: a sum” is a sum. */
const unnumbered = (text: string): string =>
  text.replace(
    /^(?:problem|exercise|question|task) [\d.]+[:.]? (?=\S)(?<first>\p{L})?/iu,
    (_, first: string | undefined) => first?.toUpperCase() ?? "",
  );

/** The class takes whole points; others are a part of the text. */
const points = ({ points: given }: Heading): string =>
  given === null ? "" : Number.isInteger(given) ? `[${given}]` : "";

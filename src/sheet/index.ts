/** @file Solution sheets: a problem file in, a document out. */

import { errors, rendered } from "../diagnostics/errors.ts";
import type { Show, Template } from "./front.ts";
import { lettersTold } from "./unprinted.ts";
import type { Stretch } from "./markdown.ts";
import { printerHere, printLatex, printPage } from "./pdf.ts";
import type { Printer } from "./pdf.ts";
import { solve } from "./solve.ts";
import type { Solved } from "./solve.ts";
import { readSheet } from "./source.ts";
import type { SheetSource } from "./source.ts";
import { studentCopy } from "./students.ts";
import { sheetHtml } from "./to-html.ts";
import { sheetLatex } from "./to-latex.ts";
import { sheetMarkdown } from "./to-markdown.ts";
import { variantOf } from "./variant.ts";

export { shows, templates } from "./front.ts";
export type { Show, Template } from "./front.ts";

export const sheetFormats = ["md", "html", "tex", "pdf"] as const;
/** What a sheet is written as. */
export type SheetFormat = (typeof sheetFormats)[number];

/** How a sheet is built. */
export interface SheetOptions {
  /** In the place of what the front matter says. */
  readonly show?: Show;
  readonly template?: Template;
  /** The seed of another copy, with other letters and sizes. */
  readonly variant?: number;
  /** Is told what the author should know of, as the terminal shows it. */
  readonly warn?: (warning: string) => void;
  /** A folder with real data in folders: those that trainings name take the place of small ones. */
  readonly data?: string;
  /** What the names of pictures begin with; without it they stand in the text as words. */
  readonly stem?: string;
}

/** A file that is to be written; the first is the sheet, the others stand beside it. */
export interface Built {
  /** null of the sheet itself. */
  readonly name: string | null;
  readonly content: string | Uint8Array;
}

/**
 * Builds a sheet from its source.
 * @throws NablaError with the place in `file` where the source or a problem in it is not understood (`exit`
 * 2), cannot be derived (3), or where nothing here makes a PDF (4).
 */
export async function buildSheet(
  text: string,
  file: string,
  format: SheetFormat,
  { show, template, variant, data, stem, warn = () => {} }: SheetOptions = {},
): Promise<Built[]> {
  // What cannot be printed is told before anything is derived.
  const printer = format === "pdf" ? printerHere() : null;
  if (format === "pdf" && !printer) throw errors.noPrinter();
  const parsers = await import("./parsers.ts");
  const given = readSheet(text, file, parsers);
  const read = variant === undefined ? given : readSheet(variantOf(given, variant), file, parsers);
  const sheet: SheetSource = {
    ...read,
    front: {
      ...read.front,
      ...(show && { show }),
      ...(template && { template }),
    },
  };
  const solved = await solvedWhole(sheet, data ?? null, warn);
  const copy = sheet.front.show === "problems" ? studentCopy(sheet) : { sheet, cuts: [], told: [] };
  const isLatex = format === "tex" || printer?.kind === "latex";
  const told = [...copy.told, ...(isLatex ? lettersTold(copy.sheet) : [])];
  for (const each of told) warn(rendered("warning", each));
  return written(copy.sheet, solved, format, stem ?? null, printer, copy.cuts);
}

/** What trains is large, and few sheets need it. */
async function solvedWhole(
  sheet: SheetSource,
  data: string | null,
  warn: NonNullable<SheetOptions["warn"]>,
): Promise<Solved[]> {
  const solved = solve(sheet);
  if (!sheet.fences.some(({ kind }) => kind === "train")) return solved;
  const { withTrainings } = await import("./training.ts");
  return withTrainings(solved, sheet, data, (text) => warn(`nabla: ${text}`));
}

async function written(
  sheet: SheetSource,
  solved: readonly Solved[],
  format: SheetFormat,
  stem: string | null,
  printer: Printer | null,
  cuts: readonly Stretch[],
): Promise<Built[]> {
  switch (format) {
    case "md": {
      const { text, beside } = await sheetMarkdown(sheet, solved, stem, cuts);
      return [
        { name: null, content: text },
        ...beside.map(({ name, text: content }) => ({ name, content })),
      ];
    }
    case "html":
      return [{ name: null, content: await sheetHtml(sheet, solved) }];
    case "tex":
      return [{ name: null, content: await sheetLatex(sheet, solved) }];
    case "pdf":
      return [
        {
          name: null,
          content:
            printer!.kind === "latex"
              ? printLatex(printer!.path, await sheetLatex(sheet, solved))
              : printPage(printer!.path, await sheetHtml(sheet, solved)),
        },
      ];
    default:
      return format satisfies never;
  }
}

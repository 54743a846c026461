/** @file The printers, and how they write names, by the name of their format. */

import { asciiName, toAscii } from "./ascii.ts";
import { latexBase, toLatex } from "./latex.ts";
import { toUnicode, unicodeName } from "./unicode.ts";

export { toAscii, toLatex, toUnicode, unicodeName };

export const printers = { unicode: toUnicode, ascii: toAscii, latex: toLatex } as const;

/** How a name by itself is written; in LaTeX bold unless it is a scalar's. */
export const nameIn = {
  unicode: (name: string, _isBold?: boolean): string => unicodeName(name),
  ascii: (name: string, _isBold?: boolean): string => asciiName(name),
  latex: (name: string, isBold = true): string => latexBase(name, isBold),
} as const;

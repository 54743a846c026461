/** @file The printers by the name of their format. */

export { toAscii } from "./ascii.ts";
export { toLatex } from "./latex.ts";
export { toUnicode, unicodeName } from "./unicode.ts";

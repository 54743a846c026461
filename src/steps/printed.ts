/** @file Expressions of a solution as text, without reading it back. */

import type { Spelled } from "../derive/options.ts";
import type { Expr } from "../expr/expr.ts";
import type { PrintOptions } from "../print/alphabet.ts";
import { toAscii, toLatex, toUnicode } from "../print/index.ts";

/** What writes the expressions of a solution. */
export type Write = (e: Expr) => Spelled;

/** What is not in the names of a problem, or is no expression: it is not read back. */
export const printed = (e: Expr, options: PrintOptions = {}): Spelled => ({
  unicode: toUnicode(e, options),
  ascii: toAscii(e, options),
  latex: toLatex(e, options),
});

/** `left = right`. */
export const joined = (left: Spelled, right: Spelled, sign: Spelled = equals): Spelled => ({
  unicode: left.unicode + sign.unicode + right.unicode,
  ascii: left.ascii + sign.ascii + right.ascii,
  latex: left.latex + sign.latex + right.latex,
});

const equals: Spelled = { unicode: " = ", ascii: " = ", latex: " = " };

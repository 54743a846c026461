/** @file Expressions of a solution as text, without reading it back. */

import { spelledBy } from "../derive/options.ts";
import type { Spelled } from "../derive/options.ts";
import type { Expr } from "../expr/expr.ts";
import type { PrintOptions } from "../print/alphabet.ts";
import { printers } from "../print/index.ts";

/** What writes the expressions of a solution. */
export type Write = (e: Expr) => Spelled;

/** What is not in the names of a problem, or is no expression: it is not read back. */
export const printed = (e: Expr, options: PrintOptions = {}): Spelled =>
  spelledBy((spelling) => printers[spelling](e, options));

/** `left = right`. */
export const joined = (left: Spelled, right: Spelled, sign: Spelled = equals): Spelled =>
  spelledBy((spelling) => left[spelling] + sign[spelling] + right[spelling]);

const equals = spelledBy(() => " = ");

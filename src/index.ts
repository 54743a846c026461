/** @file The library: read a problem, derive, print. */

import { derivatives } from "./derive/index.ts";
import { parse, variablesOf } from "./derive/ask.ts";
import type { Texts } from "./derive/ask.ts";
import type { Derivative, DeriveOptions } from "./derive/index.ts";

export { parse, variablesOf } from "./derive/ask.ts";
export type { Texts } from "./derive/ask.ts";
export type {
  Derivative,
  DeriveOptions,
  Form,
  FormName,
  Kind,
  Layout,
  Spelling,
  Structured,
} from "./derive/index.ts";
export type { Where } from "./derive/written.ts";
export type { Diagnostic } from "./diagnostics/errors.ts";
export { NablaError } from "./diagnostics/errors.ts";
export type { Expr } from "./expr/expr.ts";
export type { Variable } from "./parse/index.ts";
export type { Problem } from "./parse/problem.ts";
export { toAscii, toLatex, toUnicode } from "./print/index.ts";

/**
 * The derivative of an objective by each variable in `wrt` (`"W"`, `"W, b"`, `"x_j"`): without a
 * `kind` the gradient of a scalar, of the variable's shape, and the Jacobian of anything else, with a
 * row per output and a column per input, both stacked by `vec`. Checked against directional
 * derivatives of the input before it is returned.
 * @throws NablaError where the problem is not understood (`exit` 2), or cannot be derived or
 * verified (`exit` 3).
 */
export async function derive(
  texts: Texts | string,
  options: DeriveOptions & { readonly wrt?: string } = {},
): Promise<Derivative[]> {
  const problem = parse(texts, options);
  return derivatives(problem, variablesOf(problem, options.wrt), options);
}

/** @file The library: read a problem, derive, print. */

import { gradients } from "./derive.ts";
import type { DeriveOptions, Gradient } from "./derive.ts";
import { errors } from "./diagnostics/errors.ts";
import type { Source } from "./diagnostics/source.ts";
import { parseProblem, parseVariables, variableNamed } from "./parse/index.ts";
import type { Problem } from "./parse/problem.ts";

export type { DeriveOptions, Gradient } from "./derive.ts";
export type { Where } from "./written.ts";
export type { Diagnostic } from "./diagnostics/errors.ts";
export { NablaError } from "./diagnostics/errors.ts";
export type { Expr } from "./expr/expr.ts";
export type { Problem } from "./parse/problem.ts";
export { toAscii, toLatex, toUnicode } from "./print/index.ts";

/** The texts of a problem. */
export interface Texts {
  /** The objective, or a whole problem: statements and the objective. */
  readonly expr?: string;
  /** Statements beside it. */
  readonly statements?: readonly string[];
}

/** The sources of a problem, each with its role in error messages. */
export function sourcesOf(texts: Texts | string): Source[] {
  const { expr, statements = [] } = typeof texts === "string" ? { expr: texts } : texts;
  return [
    ...statements.map((text, role) => ({ role, text })),
    ...(expr === undefined ? [] : [{ role: "expr" as const, text: expr }]),
  ];
}

/**
 * Reads a problem. Shapes are inferred; what stays free takes the convention (a capital letter is a
 * matrix, a lower-case Latin letter a column, a lower-case Greek letter a scalar).
 * @throws NablaError where the text is not understood.
 */
export const parse = (texts: Texts | string): Problem => parseProblem(sourcesOf(texts));

/**
 * The gradient of a scalar objective by each variable in `wrt` (`"W"`, `"W, b"`): an expression of
 * the variable's shape, checked against directional derivatives of the input before it is returned.
 * @throws NablaError where the problem is not understood (`exit` 2), or cannot be derived or
 * verified (`exit` 3).
 */
export async function derive(
  texts: Texts | string,
  options: DeriveOptions & { readonly wrt?: string } = {},
): Promise<Gradient[]> {
  const problem = parse(texts);
  return gradients(problem, variablesOf(problem, options.wrt), options);
}

/** The variables that `wrt` names, or the problem itself by a leading ∇_W. */
export function variablesOf(
  problem: Problem,
  wrt?: string,
): Problem["symbols"] extends ReadonlyMap<string, infer S> ? S[] : never {
  if (wrt !== undefined && wrt.trim() !== "") {
    const asked = parseVariables(problem, { role: "wrt", text: wrt });
    if (asked.length === 0) throw errors.noVariable();
    return asked;
  }
  if (problem.by.length === 0) throw errors.noVariable();
  return problem.by.map(({ name, span }) => variableNamed(problem, name, span));
}

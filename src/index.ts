/** @file The library: read a problem, derive, print. */

import { derivatives } from "./derive/index.ts";
import type { Derivative, DeriveOptions, Kind } from "./derive/index.ts";
import { errors } from "./diagnostics/errors.ts";
import type { Source } from "./diagnostics/source.ts";
import { parseProblem, parseVariables, variableNamed } from "./parse/index.ts";
import type { Demand, Variable } from "./parse/index.ts";
import type { Problem } from "./parse/problem.ts";

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
export const parse = (
  texts: Texts | string,
  {
    kind,
    upstream,
    wrt = "",
  }: Pick<DeriveOptions, "kind" | "upstream"> & { readonly wrt?: string } = {},
): Problem =>
  parseProblem(
    sourcesOf(texts),
    upstream === undefined ? demandOf(kind) : "any",
    wrt.split(",").map((name) => name.trim()),
  );

/** What a kind demands of the objective: a gradient, a Hessian and a stationary point need a scalar. */
const demandOf = (kind: Kind | undefined): Demand =>
  kind === undefined ? "scalar-first" : kind === "jacobian" ? "any" : "scalar";

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

/** The variables that `wrt` names, or the problem itself by a leading ∇_W. */
export function variablesOf(problem: Problem, wrt?: string): Variable[] {
  if (wrt !== undefined && wrt.trim() !== "") {
    const asked = parseVariables(problem, { role: "wrt", text: wrt });
    if (asked.length === 0) throw errors.noVariable();
    return asked;
  }
  if (problem.by.length === 0) throw errors.noVariable();
  return problem.by.map((by) => variableNamed(problem, by));
}

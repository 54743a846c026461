/** @file What is asked: a problem from its texts, and the variables of its derivative. */

import { errors } from "../diagnostics/errors.ts";
import type { Source } from "../diagnostics/source.ts";
import { parseProblem, parseVariables, variableNamed } from "../parse/index.ts";
import type { Demand, Variable } from "../parse/index.ts";
import type { Problem } from "../parse/problem.ts";
import { kinds } from "./options.ts";
import type { DeriveOptions, Kind } from "./options.ts";

/** The texts of a problem. */
export interface Texts {
  /** The objective, or a whole problem: statements and the objective. */
  readonly expr?: string;
  /** Statements beside it. */
  readonly statements?: readonly string[];
}

/** The sources of a problem, each with its role in error messages. */
function sourcesOf(texts: Texts | string): Source[] {
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
export function parse(
  texts: Texts | string,
  {
    kind,
    upstream,
    wrt = "",
  }: Pick<DeriveOptions, "kind" | "upstream"> & { readonly wrt?: string } = {},
): Problem {
  if (kind !== undefined && !kinds.includes(kind)) throw errors.unknownKind(kind);
  return parseProblem(
    sourcesOf(texts),
    upstream === undefined ? demandOf(kind) : "any",
    wrt.split(",").map((name) => name.trim()),
  );
}

/** What a kind demands of the objective: a gradient, a Hessian and a stationary point need a scalar. */
const demandOf = (kind: Kind | undefined): Demand =>
  kind === undefined ? "scalar-first" : kind === "jacobian" ? "any" : "scalar";

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

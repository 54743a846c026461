/** @file Reading: a problem from its texts, an expression or variables in the names of a problem. */

import { errors } from "../diagnostics/errors.ts";
import type { Source } from "../diagnostics/source.ts";
import type { Shape } from "../expr/dimension.ts";
import type { Expr } from "../expr/expr.ts";
import type { Demand } from "./conventions.ts";
import { Elaborator } from "./elaborate.ts";
import type { Problem } from "./problem.ts";
import { read, readIn } from "./read.ts";
import { deepest } from "./pieces.ts";

/**
 * Reads a problem from its texts; the objective is the bare expression or the last definition. What is
 * demanded of its shape decides between readings of the names, and so do those that a derivative is
 * `asked` by: x_1 is an entry of x then.
 */
export function parseProblem(
  sources: readonly Source[],
  demand: Demand = "scalar-first",
  asked: Iterable<string> = [],
): Problem {
  const { statements, names } = read(sources);
  if (statements.length === 0) throw errors.emptyProblem();
  try {
    return new Elaborator(names, undefined, asked).problem(statements, demand);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    // Signs and functions without brackets nest, too.
    throw errors.tooDeep(statements[0]!.span, deepest);
  }
}

/**
 * Reads an expression in the names of a problem; what it does not know is an error. A `shape` gives
 * sizes to constants that the text leaves open. What was read before is `known` by its tokens.
 */
export function parseIn(
  problem: Problem,
  source: Source,
  shape?: Shape,
  known = new Map<string, Expr>(),
): Expr {
  const [unparsed, ...others] = readIn(problem.names, source);
  if (others.length > 0 || !unparsed) throw errors.emptyProblem();
  const found = known.get(unparsed.key);
  if (found) return found;
  const statement = unparsed.parse();
  if (statement.kind !== "objective") throw errors.emptyProblem();
  const read = new Elaborator(problem.names, problem).expression(statement.body, shape);
  known.set(unparsed.key, read);
  return read;
}

export type { Demand } from "./conventions.ts";
export { parseVariables, variableNamed } from "./variables.ts";
export type { Variable } from "./variables.ts";

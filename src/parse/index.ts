/** @file Reading: a problem from its texts, an expression or variables in the names of a problem. */

import { errors, NablaError } from "../diagnostics/errors.ts";
import type { Source } from "../diagnostics/source.ts";
import type { Shape } from "../expr/dimension.ts";
import type { Expr } from "../expr/expr.ts";
import type { Demand } from "./conventions.ts";
import { Elaborator } from "./elaborate.ts";
import { countedRead } from "./counted.ts";
import { familiesAsFunctions } from "./families.ts";
import type { Problem } from "./problem.ts";
import type { Statement } from "./surface.ts";
import { squaresRead } from "./survey.ts";
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
  const told = new Set<string>();
  const elaborated = (read: readonly Statement[]): Problem =>
    new Elaborator(names, undefined, asked).problem(read, demand, told);
  try {
    const counted = countedRead(squaresRead(statements), (note) => told.add(note));
    return elaboratedOrElse(elaborated, counted, familiesAsFunctions);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    // Signs and functions without brackets nest, too.
    throw errors.tooDeep(statements[0]!.span, deepest);
  }
}

/** What is made of some statements, or else of what they are otherwise; the first error where neither is read. */
function elaboratedOrElse(
  elaborated: (statements: readonly Statement[]) => Problem,
  statements: readonly Statement[],
  otherwise: (statements: readonly Statement[]) => readonly Statement[] | null,
): Problem {
  try {
    return elaborated(statements);
  } catch (error) {
    const others = error instanceof NablaError ? otherwise(statements) : null;
    if (others === null) throw error;
    try {
      return elaborated(others);
    } catch (second) {
      throw second instanceof NablaError ? error : second;
    }
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

/** @file Reading: a problem from its texts, an expression or variables in the names of a problem. */

import { errors } from "../diagnostics/errors.ts";
import type { Source, Span } from "../diagnostics/source.ts";
import { suggest } from "../diagnostics/suggest.ts";
import type { Shape } from "../expr/dimension.ts";
import type { Expr, Sym } from "../expr/expr.ts";
import { Elaborator } from "./elaborate.ts";
import type { Problem } from "./problem.ts";
import { read, readIn } from "./read.ts";
import { deepest } from "./pieces.ts";

/**
 * Reads a problem from its texts; the objective is the bare expression or the last definition. An
 * objective that cannot be a scalar is a mistake where it `mustBeScalar`, else not differentiated yet.
 */
export function parseProblem(sources: readonly Source[], mustBeScalar = false): Problem {
  const { statements, names } = read(sources);
  if (statements.length === 0) throw errors.emptyProblem();
  try {
    return new Elaborator(names).problem(statements, mustBeScalar);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    // Signs and functions without brackets nest, too.
    throw errors.tooDeep(statements[0]!.span, deepest);
  }
}

/**
 * Reads an expression in the names of a problem; what it does not know is an error. A `shape` gives
 * sizes to constants that the text leaves open.
 */
export function parseIn(problem: Problem, source: Source, shape?: Shape): Expr {
  const [statement, ...others] = readIn(problem.names, source);
  if (others.length > 0 || statement?.kind !== "objective") throw errors.emptyProblem();
  return new Elaborator(problem.names, problem).expression(statement.body, shape);
}

/** The variables that `--wrt` names, separated by commas; braces keep theirs. */
export function parseVariables(problem: Problem, source: Source): Sym[] {
  const parts = splitAtCommas(source);
  return parts.map((part) => {
    const known = problem.symbols.get(part.text.trim());
    if (known) return known;
    const [statement, ...others] = readIn(problem.names, part);
    const body = statement?.kind === "objective" ? statement.body : null;
    const span: Span = { source, start: 0, end: source.text.length };
    if (others.length > 0 || body?.kind !== "name")
      throw errors.notAVariable(span, part.text.trim());
    return variableNamed(problem, body.name, span);
  });
}

function splitAtCommas(source: Source): Source[] {
  const parts: string[] = [];
  let depth = 0;
  let from = 0;
  for (let i = 0; i <= source.text.length; i++) {
    const c = source.text[i];
    if (c === "{" || c === "(") depth++;
    else if (c === "}" || c === ")") depth--;
    else if (c === undefined || (c === "," && depth === 0)) {
      parts.push(source.text.slice(from, i));
      from = i + 1;
    }
  }
  return parts
    .filter((text) => text.trim() !== "")
    .map((text): Source => ({ role: source.role, text }));
}

/** The symbol of that name, or an error that offers a near one. */
export function variableNamed(problem: Problem, name: string, span: Span): Sym {
  const found = problem.symbols.get(name);
  if (!found)
    throw errors.unknownVariable(
      span,
      name,
      suggest(name, problem.symbols.keys()) ?? nearest(problem, name),
    );
  return found;
}

const nearest = (problem: Problem, name: string): string | null =>
  [...problem.symbols.keys()].find((known) => known.toLowerCase() === name.toLowerCase()) ?? null;

/** @file Reading: a problem from its texts, an expression or variables in the names of a problem. */

import { errors, NablaError } from "../diagnostics/errors.ts";
import type { Source } from "../diagnostics/source.ts";
import type { Shape } from "../expr/dimension.ts";
import { isScalar } from "../expr/expr.ts";
import type { Expr } from "../expr/expr.ts";
import type { Demand } from "./conventions.ts";
import { Elaborator } from "./elaborate.ts";
import { countedRead } from "./counted.ts";
import { familiesAsFunctions } from "./families.ts";
import { innerApart } from "./inner.ts";
import { meansCounted } from "./means.ts";
import type { Problem } from "./problem.ts";
import { ruleOfSides, rulesApart } from "./rules.ts";
import type { GivenRule, RuleText } from "./rules.ts";
import type { Statement, Surface } from "./surface.ts";
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
  const apartFrom = rulesApart(sources);
  if (apartFrom.rules.length > 0) {
    const problem = parseProblem(apartFrom.sources, demand, asked);
    return { ...problem, given: [...problem.given, ...apartFrom.rules.map(ruleIn)] };
  }
  const { statements, names } = read(sources);
  if (statements.length === 0) throw errors.emptyProblem();
  const elaborated =
    (told: Iterable<string>, whole: Iterable<string> = asked) =>
    (read: readonly Statement[]): Reading => {
      const elaborator = new Elaborator(names, undefined, whole);
      const problem = elaborator.problem(read, demand, told);
      const isOdd = demand === "scalar-first" && !isScalar(problem.objective);
      return { problem, broken: elaborator.broken() + (isOdd ? 1 : 0) };
    };
  const told = new Set<string>();
  try {
    const apart = innerApart(squaresRead(statements));
    const counted = countedRead(apart, (note) => told.add(note));
    const means = meansCounted(counted, asked);
    const found =
      means &&
      tried(() =>
        elaboratedOrElse(
          elaborated([...told, ...means.told]),
          means.statements,
          familiesAsFunctions,
        ),
      );
    if (found && !(found instanceof NablaError)) return found;
    const made = tried(() => elaboratedOrElse(elaborated(told), counted, familiesAsFunctions));
    if (!(made instanceof NablaError)) return made;
    // By x may be by all x_i.
    const ofMembers = tried(() =>
      elaboratedOrElse(elaborated(told, []), counted, familiesAsFunctions),
    );
    if (ofMembers instanceof NablaError) throw made;
    return ofMembers;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    // Signs and functions without brackets nest, too.
    throw errors.tooDeep(statements[0]!.span, deepest);
  }
}

/** A rule with names of its own, read as a problem of its own. */
function ruleIn({ head, equations, span }: RuleText): GivenRule {
  const own = parseProblem([head], "any");
  return ruleOfSides(
    equations.map(([left, right]) => [parseIn(own, left), parseIn(own, right)] as const),
    span,
  );
}

/** A problem, and how much in it is not what most readers take it for. */
interface Reading {
  readonly problem: Problem;
  readonly broken: number;
}

/** What is read, or why it is not. */
function tried<T>(read: () => T): T | NablaError {
  try {
    return read();
  } catch (error) {
    if (error instanceof NablaError) return error;
    throw error;
  }
}

/**
 * What is made of some statements, or of what they are otherwise where that is read more naturally; the
 * first error where neither is read.
 */
function elaboratedOrElse(
  elaborated: (statements: readonly Statement[]) => Reading,
  statements: readonly Statement[],
  otherwise: (statements: readonly Statement[]) => readonly Statement[] | null,
): Problem {
  const first = tried(() => elaborated(statements));
  if (!(first instanceof NablaError) && first.broken === 0) return first.problem;
  const others = otherwise(statements);
  const second = others && tried(() => elaborated(others));
  if (second && !(second instanceof NablaError))
    if (first instanceof NablaError || second.broken < first.broken) return second.problem;
  if (first instanceof NablaError) throw first;
  return first.problem;
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

/**
 * What was read in the names of a problem as an expression; `built` is told what each part of it becomes.
 * @throws NablaError where its shapes do not fit together, or a name is not known.
 */
export const elaboratedIn = (
  problem: Problem,
  body: Surface,
  {
    shape,
    built,
    letters,
  }: {
    shape?: Shape;
    built?: (e: Surface, expr: Expr) => void;
    letters?: readonly string[];
  } = {},
): Expr => new Elaborator(problem.names, problem).expression(body, shape, built ?? null, letters);

export { answerLines, linesTyped } from "./answers.ts";
export type { AnswerLine, AnswerSide, UnreadLine } from "./answers.ts";
export type { AnswerLeft } from "./lefts.ts";
export type { Demand } from "./conventions.ts";
export { parseVariables, variableNamed } from "./variables.ts";
export type { Variable } from "./variables.ts";

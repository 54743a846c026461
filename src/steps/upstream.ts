/** @file The steps below a name whose cotangent is given: the module that computes it, by itself. */

import { errors } from "../diagnostics/errors.ts";
import { cotangentLetter } from "../derive/upstream.ts";
import { sym } from "../expr/expr.ts";
import type { Sym } from "../expr/expr.ts";
import { contains, substitution } from "../expr/walk.ts";
import type { Problem } from "../parse/problem.ts";

/** A problem whose objective is the name that something is known to flow to. */
interface Module {
  readonly problem: Problem;
  /** L of ∂L/∂z. */
  readonly loss: string;
}

/**
 * The part of a problem below the name `text`. A variable that reaches the objective on other paths, too,
 * is refused: what flows there is not the module's own.
 */
export function moduleOf(problem: Problem, text: string, variables: readonly Sym[]): Module {
  const output = problem.symbols.get(text)!;
  const { objective, objectiveName } = problem;
  const isObjective = objectiveName === text || objective === output;
  const still = sym("\u0000still", output.shape);
  const beside = substitution([[output, still]])(objective);
  const other = variables.find((v) => contains(beside, v));
  if (!isObjective && contains(beside, still) && other)
    throw errors.notYet(
      undefined,
      `steps with --upstream ${text} beside other paths from ${other.name}`,
      {
        hint: "--steps none",
      },
    );
  return {
    problem: { ...problem, objective: output.definition ?? output, objectiveName: text },
    loss: cotangentLetter(problem, output),
  };
}

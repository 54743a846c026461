/** @file A value as an answer claims it. */

import { errors } from "../diagnostics/errors.ts";
import type { Source, Span } from "../diagnostics/source.ts";
import type { Expr } from "../expr/expr.ts";
import { postorder } from "../expr/walk.ts";
import type { Rational } from "../expr/rational.ts";
import { negated, rationalFromDecimal } from "../expr/rational.ts";
import { valueGiven, withoutNumbers } from "../numeric/given.ts";
import { answerLines, parseIn } from "../parse/index.ts";
import type { AnswerLeft, AnswerSide } from "../parse/index.ts";
import { splitName } from "../parse/names.ts";
import type { Problem } from "../parse/problem.ts";
import { draftOfSurface } from "./typed.ts";

/** A value that is claimed. */
export interface ClaimedValue {
  /** Of what. */
  readonly of: Expr;
  readonly typed: readonly (readonly Rational[])[];
  readonly span: Span;
}

/**
 * Reads `f = −3`, `z = (0, 3, 1)`, `z_1 = 0`, or a number alone, which is the value of the objective; of
 * `f = 2·2 = 4` each side is a claim.
 * @throws NablaError for what is no number.
 */
export function readValues(problem: Problem, source: Source): ClaimedValue[] {
  const lines = answerLines(problem.names, source);
  const [line, ...more] = lines;
  if (!line) throw errors.emptyAnswer({ source, start: 0, end: source.text.length });
  if (more.length > 0) throw errors.twoAnswers(more[0]!.span);
  const { left, sides } = line;
  if (left && left.kind !== "name") throw errors.noVariable();
  const of = valueNamed(problem, left);
  return sides.map((side) => ({ of, typed: numbersTyped(problem, side), span: side.span }));
}

/** The numbers that a side is. */
function numbersTyped(problem: Problem, side: AnswerSide): readonly (readonly Rational[])[] {
  if (side.kind === "numbers") return side.rows;
  if (side.kind !== "expression") throw errors.notNumbers(side.span);
  const { expr, misfit } = draftOfSurface(problem, side.body);
  if (misfit) throw misfit;
  const typed = typedNumbers(expr!);
  if (typed === null) throw errors.notNumbers(side.span);
  return typed;
}

/**
 * The numbers that an expression without names is: √2/2 is one, too; null where names stand in it.
 * @throws NablaError where it has no value.
 */
export function typedNumbers(expr: Expr): readonly (readonly Rational[])[] | null {
  if (expr.kind === "num") return [[expr.value]];
  const none: Problem["numbers"] = new Map();
  if (postorder([expr]).some((s) => s.kind === "sym") || withoutNumbers(expr, none).length > 0)
    return null;
  return valueGiven(expr, none).map((row) =>
    row.map((x) => {
      const size = rationalFromDecimal(Math.abs(x).toPrecision(15));
      return x < 0 ? negated(size) : size;
    }),
  );
}

/** What a name stands for; one that the problem does not know is that of its objective, as in f = −3. */
function valueNamed(problem: Problem, left: AnswerLeft | null): Expr {
  if (left?.kind !== "name") return problem.objective;
  const { base, subscript } = splitName(left.name);
  const found = problem.symbols.get(left.name);
  if (found || subscript === null || !problem.symbols.has(base)) return found ?? problem.objective;
  // z_1 is an entry of z.
  return parseIn(problem, { role: "answer", text: left.name });
}

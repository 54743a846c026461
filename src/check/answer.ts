/** @file Reads a hand answer in the names of a problem: what it claims, and what that is to be compared with. */

import { withNames } from "../derive/written.ts";
import { stacked } from "../diff/jacobian.ts";
import { errors } from "../diagnostics/errors.ts";
import type { NablaError } from "../diagnostics/errors.ts";
import type { Source, Span } from "../diagnostics/source.ts";
import { sameShape } from "../expr/dimension.ts";
import { sym, unit, zero } from "../expr/expr.ts";
import type { Expr, Sym } from "../expr/expr.ts";
import { restricting } from "../expr/properties.ts";
import type { Rational } from "../expr/rational.ts";
import { substitution } from "../expr/walk.ts";
import { product, transposed } from "../ops/arithmetic.ts";
import { delta, differs } from "../ops/indexing.ts";
import { answerLines } from "../parse/index.ts";
import type { AnswerLeft, AnswerSide } from "../parse/index.ts";
import type { Problem } from "../parse/problem.ts";
import { simplify } from "../simplify/simplify.ts";
import { sorted } from "./claim.ts";
import { leaf } from "./draft.ts";
import { draftOfSurface } from "./typed.ts";
import type { Draft } from "./draft.ts";
import { indexed } from "./entry.ts";
import { withDefinitions } from "./own.ts";
import type { Own, OwnNames } from "./own.ts";
import type { Subject } from "./subject.ts";

/** An answer, and the result that it is to be equal to. */
export interface Answer {
  /** The problem, with the names that the answer defines itself. */
  readonly problem: Problem;
  /** The names that it defines, in the order in which they can be read. */
  readonly own: readonly Own[];
  /** null where its shapes do not fit, and its parts cannot be told apart. */
  readonly draft: Draft | null;
  /** null where its shapes do not fit together. */
  readonly expr: Expr | null;
  /** Why they do not. */
  readonly misfit: NablaError | null;
  /** What it is compared with: the result, or an entry of it. */
  readonly truth: Expr;
  /** Whether it is one expression, which can be edited and written out. */
  readonly isPlain: boolean;
  /** The numbers that it is; null where it is no list of them. */
  readonly numbers: readonly (readonly Rational[])[] | null;
  /** Where it is to hold: for indices that are equal, or differ; null where everywhere. */
  readonly where: Condition | null;
  readonly span: Span;
}

/** Whether two indices are equal. */
export interface Condition {
  readonly i: Sym;
  readonly j: Sym;
  readonly isEqual: boolean;
}

/** 1 where a condition holds, else 0. */
export const indicatorOf = ({ i, j, isEqual }: Condition): Expr =>
  isEqual ? delta(i.range!, i, j) : differs(i, j);

/**
 * Reads an answer; of one that is told by cases each is an answer, and so is each side of A = B.
 * @throws NablaError for what is not understood; shapes that do not fit are no error.
 */
export function readAnswer(subject: Subject, source: Source): readonly Answer[] {
  const lines = answerLines(subject.reading.names, source);
  if (lines.length === 0) throw errors.emptyAnswer({ source, start: 0, end: source.text.length });
  const { main, definitions } = sorted(subject, lines);
  const [only, ...others] = withDefinitions(subject.reading, definitions);
  const read = (names: OwnNames): Answer[] =>
    main.sides.flatMap((side) => answersOfSide(subject, names.problem, names.own, main.left, side));
  if (!only!.misfit) return read(only!);
  // Of the shapes that a definition may be meant to have, the first with which all else fits.
  const fits = ({ expr, truth }: Answer): boolean =>
    expr !== null && sameShape(expr.shape, truth.shape);
  const all = [only!, ...others].map((names) => read(names));
  const answers = all.find((some) => some.every(fits)) ?? all[0]!;
  const asTyped = { expr: null, misfit: only!.misfit };
  return answers.map((answer): Answer => Object.assign(answer, asTyped));
}

/** What one side of a line claims, in a problem that knows the names of the answer. */
export function answersOfSide(
  subject: Subject,
  problem: Problem,
  own: readonly Own[],
  left: AnswerLeft | null,
  side: AnswerSide,
): Answer[] {
  const at = indexed(subject, problem, left, side);
  const around = at ? withNames(problem, [], at.labels) : problem;
  const read = readSide(subject, around, side, at ? at.truth : subject.truth);
  return read.flatMap((one): Answer[] => [{ problem: around, own, ...one }]);
}

type ReadSide = Omit<Answer, "problem" | "own">;

function readSide(subject: Subject, problem: Problem, side: AnswerSide, truth: Expr): ReadSide[] {
  const { span } = side;
  switch (side.kind) {
    case "expression": {
      const read = draftOfSurface(problem, side.body, truth.shape);
      return [{ ...read, truth, isPlain: true, numbers: null, where: null, span }];
    }
    case "cases":
      return readCases(problem, side, truth);
    case "map":
      return [readMap(subject, problem, side)];
    case "numbers": {
      const { rows } = side;
      const none = { draft: null, expr: null, misfit: null, isPlain: false, where: null };
      return [{ ...none, numbers: rows, truth, span }];
    }
    default:
      return side satisfies never;
  }
}

/** Each case by itself; what is not said is 0. */
function readCases(
  problem: Problem,
  { letters, equal, different, span }: AnswerSide & { kind: "cases" },
  truth: Expr,
): ReadSide[] {
  const [i, j] = letters.map((letter) => problem.labels.get(letter));
  if (!i || !j || i.range !== j.range) throw errors.badCase(span);
  const entry = simplify(truth);
  const deltas = [delta(i.range!, i, j), delta(i.range!, j, i)];
  return [equal, different].flatMap((body, k): ReadSide[] => {
    const where = { i, j, isEqual: k === 0 };
    const at = simplify(
      substitution(deltas.map((d) => [d, k === 0 ? unit : zero] as const))(entry),
    );
    const read = body
      ? { ...draftOfSurface(problem, body, at.shape), span: body.span }
      : { draft: leaf(zero, span), expr: zero, misfit: null, span };
    return [{ ...read, truth: at, isPlain: true, numbers: null, where }];
  });
}

/** The image of a direction, compared with the change that the result gives it. */
function readMap(
  subject: Subject,
  problem: Problem,
  { letter, body, span }: AnswerSide & { kind: "map" },
): ReadSide {
  const { variable, truth, expected } = subject;
  if (expected.kind === "stationary") throw errors.mapOfNothing(span);
  // Within a set the direction lies in it, too.
  const direction = sym(letter, variable.shape, variable.symbol.properties & restricting);
  const around = withNames(problem, [direction]);
  const { expr, misfit } = draftOfSurface(around, body);
  const change =
    expected.kind === "gradient"
      ? product(transposedRow(truth), stacked(direction))
      : product(expected.layout === "numerator" ? truth : transposed(truth), stacked(direction));
  const column = expr && stacked(expr);
  return {
    draft: column && leaf(column, span),
    expr: column,
    misfit,
    truth: change,
    isPlain: false,
    numbers: null,
    where: null,
    span,
  };
}

const transposedRow = (gradient: Expr): Expr => transposed(stacked(gradient));

/** The names of an answer replaced by what they are. */
export const plainly = (answer: Pick<Answer, "own">, e: Expr): Expr =>
  substitution(
    answer.own.flatMap(({ name }) => (name.definition ? [[name, name.definition] as const] : [])),
  )(e);

/** @file Reads a hand answer in the names of a problem: what it claims, and what that is to be compared with. */

import { withNames } from "../derive/written.ts";
import { stacked } from "../diff/jacobian.ts";
import { errors, NablaError } from "../diagnostics/errors.ts";
import type { Source, Span } from "../diagnostics/source.ts";
import { one, sameShape } from "../expr/dimension.ts";
import { withIndex } from "../expr/binding.ts";
import { indexSymbol, sym, unit, zero } from "../expr/expr.ts";
import type { Expr, Sym } from "../expr/expr.ts";
import { restricting } from "../expr/properties.ts";
import type { Rational } from "../expr/rational.ts";
import { substitution } from "../expr/walk.ts";
import { product, transpose, transposed } from "../ops/arithmetic.ts";
import { vec } from "../ops/kronecker.ts";
import { delta, differs } from "../ops/indexing.ts";
import { compared } from "../numeric/equations.ts";
import { answerLines } from "../parse/index.ts";
import { splitName } from "../parse/names.ts";
import type { AnswerLeft, AnswerSide } from "../parse/index.ts";
import type { Problem } from "../parse/problem.ts";
import type { Surface } from "../parse/surface.ts";
import { simplify } from "../simplify/simplify.ts";
import { isUnreadChain } from "./chains.ts";
import { sorted } from "./claim.ts";
import { applied, leaf, leavesOf } from "./draft.ts";
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
  /** The letter of the direction of a linear map, of which the image is compared; null of anything else. */
  readonly letter: string | null;
  /** The numbers that it is; null where it is no list of them. */
  readonly numbers: readonly (readonly Rational[])[] | null;
  /** An entry with its two indices exchanged, as an expression in those that it has; null where that is nothing. */
  readonly exchanged: (() => Expr | null) | null;
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

/** What an answer claims. */
export interface ReadAnswer {
  readonly answers: readonly Answer[];
  /** Sides of A = B = C that are products of derivatives, and are not read. */
  readonly unread: readonly Span[];
  /** Names that it defines and does not use. */
  readonly idle: readonly string[];
}

/**
 * Reads an answer; of one that is told by cases each is an answer, and so is each side of A = B.
 * @throws NablaError for what is not understood; shapes that do not fit are no error.
 */
export function readAnswer(subject: Subject, source: Source): ReadAnswer {
  try {
    return readIn(subject, source);
  } catch (error) {
    const { invented } = subject.problem;
    const isName = error instanceof NablaError && error.diagnostic.code === "unknown-variable";
    if (!isName || invented.length === 0) throw error;
    // N for a size that the problem does not name.
    throw error.noting(`sizes that the problem does not declare are called ${invented.join(", ")}`);
  }
}

function readIn(subject: Subject, source: Source): ReadAnswer {
  const lines = answerLines(subject.reading.names, source);
  if (lines.length === 0) throw errors.emptyAnswer({ source, start: 0, end: source.text.length });
  const { main, definitions, idle } = sorted(subject, lines);
  const [only, ...others] = withDefinitions(subject.reading, definitions);
  refuseOtherOwn(subject, main.left, only!.own);
  const unread: Span[] = [];
  const read = (names: OwnNames): Answer[] =>
    main.sides.flatMap((side, k) => {
      try {
        const { left, isTransposed } = main;
        const answers = answersOfSide(subject, names.problem, names.own, left, side, isTransposed);
        for (const { draft } of answers)
          for (const e of draft ? leavesOf(draft) : []) subject.cotangentsOf(e);
        return answers;
      } catch (error) {
        // ∂L/∂z ∂z/∂W is a way of writing the chain rule; what comes after it says what it is.
        const isLast = k === main.sides.length - 1;
        if (isLast || !isUnreadChain(subject, side, error)) throw error;
        unread.push(side.span);
        return [];
      }
    });
  if (!only!.misfit) return { answers: read(only!), unread, idle };
  // Of the shapes that a definition may be meant to have, the first with which all else fits.
  const fits = ({ expr, truth }: Answer): boolean =>
    expr !== null && sameShape(expr.shape, truth.shape);
  const all = [only!, ...others].map((names) => read(names));
  const answers = all.find((some) => some.every(fits)) ?? all[0]!;
  const asTyped = { expr: null, misfit: only!.misfit };
  return { answers: answers.map((answer): Answer => Object.assign(answer, asTyped)), unread, idle };
}

/** ∂s/∂x of an s of its own is an answer only where s is what the problem derives. */
function refuseOtherOwn(subject: Subject, left: AnswerLeft | null, own: readonly Own[]): void {
  if (left?.kind !== "derivative" || typeof left.of !== "string") return;
  const { base } = splitName(left.of);
  const name = own.find((one) => one.name.name === left.of || one.name.name === base)?.name;
  if (!name?.definition) return;
  const { objective } = subject.problem;
  const isObjective =
    sameShape(name.shape, objective.shape) &&
    compared(name.definition, objective, subject.seed) === "equal";
  if (!isObjective) throw errors.answerOfOtherName(left.span, name.name);
}

/** What one side of a line claims, in a problem that knows the names of the answer. */
export function answersOfSide(
  subject: Subject,
  problem: Problem,
  own: readonly Own[],
  left: AnswerLeft | null,
  side: AnswerSide,
  isTransposed = left?.kind === "derivative" && left.isTransposed,
): Answer[] {
  const at = indexed(subject, problem, left, side);
  // Which index of a transpose is which is not said.
  if (at && left && isTransposed && at.truth !== subject.truth) throw errors.unreadLeft(left.span);
  const around = at ? withNames(problem, [], at.labels) : problem;
  const whole = isTransposed ? transposed(subject.truth) : subject.truth;
  const read = readSide(subject, around, side, at ? at.truth : whole);
  const [i, j] = at?.labels ?? [];
  const exchanged =
    i && j && side.kind === "expression" && at!.labels.length === 2
      ? () => exchangedIn(problem, side.body, i, j)
      : null;
  return read.map((one): Answer => Object.assign({ problem: around, own, exchanged }, one));
}

/** What was typed, with each of two indices in the place of the other. */
function exchangedIn(problem: Problem, body: Surface, i: Sym, j: Sym): Expr | null {
  const [p, q] = [indexSymbol(i.name, j.range!), indexSymbol(j.name, i.range!)];
  const { expr } = draftOfSurface(withNames(problem, [], [p, q]), body);
  if (!expr) return null;
  // By way of others, since p may be i itself.
  const [a, b] = [indexSymbol("\u0000i", i.range!), indexSymbol("\u0000j", j.range!)];
  const apart = withIndex(withIndex(expr, p, b), q, a);
  return withIndex(withIndex(apart, a, i), b, j);
}

type ReadSide = Omit<Answer, "problem" | "own" | "exchanged"> & Partial<Pick<Answer, "problem">>;

const asExpression = { isPlain: true, letter: null, numbers: null } as const;

function readSide(subject: Subject, problem: Problem, side: AnswerSide, truth: Expr): ReadSide[] {
  const { span } = side;
  switch (side.kind) {
    case "expression": {
      const read = draftOfSurface(problem, side.body, truth.shape);
      return [{ ...read, ...asExpression, truth, where: null, span }];
    }
    case "cases":
      return readCases(problem, side, truth);
    case "map":
      return [readMap(subject, problem, side)];
    case "numbers": {
      const { rows } = side;
      const none = { draft: null, expr: null, misfit: null, where: null };
      return [{ ...none, ...asExpression, isPlain: false, numbers: rows, truth, span }];
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
    return [{ ...read, ...asExpression, truth: at, where }];
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
  // dX of an X that is not the variable.
  const of = letter.startsWith("d") ? problem.symbols.get(letter.slice(1)) : undefined;
  if (of && of !== variable.symbol) throw errors.answerByOther(span, of.name, variable.name);
  // Within a set the direction lies in it, too.
  const direction = sym(letter, variable.shape, variable.symbol.properties & restricting);
  const around = withNames(problem, [direction]);
  const { draft, expr, misfit } = draftOfSurface(around, body);
  const change =
    expected.kind === "gradient"
      ? product(transposedRow(truth), stacked(direction))
      : product(expected.layout === "numerator" ? truth : transposed(truth), stacked(direction));
  const column = expr && stacked(expr);
  const shape = expr?.shape ?? subject.problem.objective.shape;
  const turn = shape[1] === one ? null : shape[0] === one ? transpose : vec;
  return {
    problem: around,
    draft: draft && (turn ? applied(turn, [draft], span) : draft),
    expr: column,
    misfit,
    truth: simplify(change),
    isPlain: true,
    letter,
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

/** @file Reads a hand answer in the names of a problem: what it claims, and what that is to be compared with. */

import { subscripts } from "../../grammar/tokens.ts";
import { withNames } from "../derive/written.ts";
import { errors, NablaError } from "../diagnostics/errors.ts";
import type { Source, Span } from "../diagnostics/source.ts";
import { one } from "../expr/dimension.ts";
import type { Dimension } from "../expr/dimension.ts";
import { indexSymbol, minusOne, sym, unit, zero } from "../expr/expr.ts";
import type { Expr, Sym } from "../expr/expr.ts";
import { restricting } from "../expr/properties.ts";
import type { Rational } from "../expr/rational.ts";
import { rationalFromDecimal } from "../expr/rational.ts";
import { valueGiven } from "../numeric/given.ts";
import { substitution } from "../expr/walk.ts";
import { add, product, transposed } from "../ops/arithmetic.ts";
import { delta, differs, entryOf } from "../ops/indexing.ts";
import { sizeOf } from "../ops/reduce.ts";
import { stacked } from "../diff/jacobian.ts";
import { simplify } from "../simplify/simplify.ts";
import { answerLines, parseVariables } from "../parse/index.ts";
import type { AnswerLeft, AnswerLine, AnswerSide } from "../parse/index.ts";
import { plainName } from "../parse/applications.ts";
import { lettersBelow, splitIndices } from "../parse/indices.ts";
import { splitName } from "../parse/names.ts";
import { partsOf } from "../parse/parts.ts";
import type { Problem } from "../parse/problem.ts";
import type { Surface } from "../parse/surface.ts";
import { draftOfSurface, leaf } from "./draft.ts";
import type { Draft } from "./draft.ts";
import type { Subject } from "./subject.ts";

/** An answer, and the result that it is to be equal to. */
export interface Answer {
  /** The problem, with the names that the answer defines itself. */
  readonly problem: Problem;
  /** The names that it defines, in the order in which they can be read. */
  readonly own: readonly Sym[];
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
  const { lines } = answerLines(subject.reading.names, source);
  if (lines.length === 0) throw errors.emptyAnswer({ source, start: 0, end: source.text.length });
  const { main, definitions } = sorted(subject, lines);
  const { problem, own } = withDefinitions(subject.reading, definitions);
  return main.sides.flatMap((side) => answersOfSide(subject, problem, own, main.left, side));
}

/** What one side of a line claims, in a problem that knows the names of the answer. */
export function answersOfSide(
  subject: Subject,
  problem: Problem,
  own: readonly Sym[],
  left: AnswerLeft | null,
  side: AnswerSide,
): Answer[] {
  const at = indexed(subject, problem, left, side);
  const around = at ? withNames(problem, [], at.labels) : problem;
  const read = readSide(subject, around, side, at ? at.truth : subject.truth);
  return read.flatMap((one): Answer[] => [{ problem: around, own, ...one }]);
}

// ---- which line is the answer -----------------------------------------------------------------------

/** The line that is the answer. */
export interface Main {
  readonly left: AnswerLeft | null;
  /** A = B = C: each is an answer. */
  readonly sides: readonly AnswerSide[];
}

interface Definition {
  readonly name: string;
  readonly span: Span;
  readonly body: Surface;
}

/** The line that is the answer, and the names that the others define. */
function sorted(
  subject: Subject,
  lines: readonly AnswerLine[],
): { main: Main; definitions: Definition[] } {
  const definitions: Definition[] = [];
  let main: Main | null = null;
  const answerTo = (line: AnswerLine): void => {
    if (main) throw errors.twoAnswers(line.span);
    if (subject.expected.kind === "stationary" && line.left === null && line.sides.length > 1)
      throw errors.equationForPoint(line.span, subject.variable.name);
    main = { left: line.left, sides: line.sides };
  };
  for (const line of lines) {
    const { left, sides } = line;
    const [side] = sides;
    if (left === null || left.kind === "derivative") {
      if (left) refuseOther(subject, left);
      answerTo(line);
    } else if (left.kind === "name" && isOfVariable(subject, left.name)) answerTo(line);
    else if (left.kind === "name" && left.name === subject.variable.name && lines.length === 1)
      throw errors.answerIsStationary(left.span, left.name);
    else if (left.kind === "name" && side?.kind === "expression" && sides.length === 1) {
      refuseKnown(subject.problem, left.name, left.span);
      definitions.push({ name: left.name, span: left.span, body: side.body });
    } else throw errors.noExpression(line.span);
  }
  if (main) return { main, definitions };
  // dW = …: a name for the answer itself.
  const last = definitions.pop();
  const line = lines.at(-1)!;
  if (!last) throw errors.emptyAnswer(line.span);
  return { main: { left: null, sides: line.sides }, definitions };
}

/** Whether a name before the answer is that of what is asked for: μ = … of a stationary point. */
const isOfVariable = ({ expected, variable }: Subject, name: string): boolean =>
  expected.kind === "stationary" && name === variable.name;

/** A name of the problem has its meaning there. */
function refuseKnown(problem: Problem, name: string, span: Span): void {
  const known = problem.symbols.get(name);
  if (known) throw errors.redefined(span, name, known.definition !== null);
  if (problem.functions.has(name) || problem.dimensions.has(name) || problem.labels.has(name))
    throw errors.redefined(span, name, false);
}

/** An answer that says that it is by another variable. */
function refuseOther(subject: Subject, left: AnswerLeft): void {
  if (left.kind !== "derivative") return;
  const { problem, variable, expected } = subject;
  if (left.by === null) return;
  const isSecond = expected.kind === "hessian" && !expected.hvp;
  if ((left.order === 2) !== isSecond) throw errors.answerIsHessian(left.span, isSecond);
  const of = nameDerived(problem, left);
  if (of !== null && of !== subject.lossLetter && of !== problem.objectiveName)
    throw errors.answerOfOtherName(left.span, of);
  const by = variableBelow(problem, left.by);
  if (by !== null && by !== variable.name && by !== variable.symbol.name)
    throw errors.answerByOther(left.span, by, variable.name);
}

/** The name of the problem that stands above ∂; null where it is none, as the letter of a loss without a name. */
export function nameDerived(
  { symbols, objective }: Problem,
  { of }: AnswerLeft & { kind: "derivative" },
): string | null {
  if (of === null) return null;
  const name = plainName(of.trim().replace(/^\\[a-z]+\{(.*)\}$/u, "$1"));
  const { base } = splitName(name);
  const found = symbols.get(name) ?? symbols.get(base);
  return found && found !== objective ? found.name : null;
}

/** The name below ∂, without its indices where the problem knows it without; null where it is no name. */
function variableBelow(problem: Problem, text: string): string | null {
  try {
    const [found] = parseVariables(problem, { role: "answer", text });
    // x_j with a j of its own is an entry of the whole; x_1 is another variable.
    const isFree = found?.part && found.part.labels.length > 0;
    return found ? (isFree ? found.symbol.name : found.name) : null;
  } catch (error) {
    if (error instanceof NablaError) return text;
    throw error;
  }
}

/** The problem with the names that an answer defines, each after those that it is made of. */
function withDefinitions(
  problem: Problem,
  definitions: readonly Definition[],
): { problem: Problem; own: Sym[] } {
  let around = problem;
  const own: Sym[] = [];
  const twice = definitions.find(
    ({ name }, i) => definitions.findIndex((d) => d.name === name) < i,
  );
  if (twice) throw errors.redefined(twice.span, twice.name, true);
  let left = [...definitions];
  // What is not read yet is no name yet.
  const names = new Set(definitions.map(({ name }) => name));
  while (left.length > 0) {
    const isReady = ({ body }: Definition): boolean =>
      !partsOf(body).some((e) => e.kind === "name" && names.has(e.name));
    const next = left.find(isReady);
    if (!next)
      throw errors.cycleInAnswer(
        left[0]!.span,
        left.map(({ name }) => name),
      );
    left = left.filter((d) => d !== next);
    const { expr, misfit } = draftOfSurface(around, next.body);
    if (misfit) throw misfit;
    const made = sym(next.name, expr!.shape, 0, expr);
    own.push(made);
    around = withNames(around, [made]);
    names.delete(next.name);
  }
  return { problem: around, own };
}

// ---- entries ----------------------------------------------------------------------------------------

interface Indexed {
  readonly labels: readonly Sym[];
  readonly truth: Expr;
}

/**
 * The entry of the result that an answer with indices of its own is: ∂y_i/∂x_j by what its left side says, else by
 * its letters in the order of the alphabet; null where it speaks of the whole.
 */
function indexed(
  subject: Subject,
  problem: Problem,
  left: AnswerLeft | null,
  side: AnswerSide,
): Indexed | null {
  const { truth, variable } = subject;
  const sides = sidesOf(subject);
  const free = (letter: string): boolean =>
    /^[a-z]$/u.test(letter) &&
    !problem.labels.has(letter) &&
    !problem.symbols.has(letter) &&
    !problem.dimensions.has(letter);
  const said =
    left?.kind === "derivative" ? [left.of ?? "", left.by ?? ""].flatMap(lettersTyped) : [];
  const own = said.filter(free);
  const isName = (name: string): boolean => problem.symbols.has(name);
  const used = [...new Set(lettersIn(side, isName).filter(free))].toSorted();
  if (own.length === 0 && used.length === 0) return null;
  const letters = own.length > 0 ? own : used;
  const open = sides.filter((d) => d !== one);
  if (letters.length !== open.length || new Set(letters).size !== letters.length) return null;
  const labels = open.map((d, k) => indexSymbol(letters[k]!, d));
  let next = 0;
  const at = (d: Dimension): Expr => (d === one ? unit : labels[next++]!);
  const [i, j, k, l] = sides.map(at) as [Expr, Expr, Expr, Expr];
  if (subject.expected.kind === "gradient" || sides.length === 2)
    return { labels, truth: entryOf(truth, i, j) };
  const [rows, columns] = [sides[0]!, sides[2]!];
  const [first, second] =
    subject.expected.layout === "numerator" || variable.shape.every((d) => d === one)
      ? [position(i, j, rows), position(k, l, columns)]
      : [position(k, l, columns), position(i, j, rows)];
  return { labels, truth: entryOf(truth, first, second) };
}

/** Where an entry stands in what vec stacks: i + (j − 1)m. */
const position = (i: Expr, j: Expr, rows: Dimension): Expr =>
  j === unit ? i : add(i, product(add(j, minusOne), sizeOf(rows)));

/** The sides that an entry of the result has an index for: of the output, then of the variable. */
function sidesOf({ expected, problem, variable }: Subject): Dimension[] {
  if (expected.kind === "gradient" || expected.kind === "stationary" || expected.hvp)
    return [...expected.shape];
  if (variable.shape.every((d) => d === one) && expected.kind === "jacobian")
    return [...expected.shape];
  const output = expected.kind === "hessian" ? variable.shape : problem.objective.shape;
  return [...output, ...variable.shape];
}

/** The letters below a name as it is typed: `y_i`, `y_{ij}`, `yᵢ`. */
const lettersTyped = (text: string): readonly string[] =>
  lettersBelow(
    plainName(text.replace(small, (run) => `_{${[...run].map((c) => subscripts[c]!).join("")}}`)),
  );

const small = new RegExp(`[${Object.keys(subscripts).join("")}]+$`, "u");

/** The letters of the indices in an answer that no sum of it binds. */
function lettersIn(side: AnswerSide, isName: (name: string) => boolean): string[] {
  if (side.kind === "numbers") return [];
  const bodies =
    side.kind === "cases" ? [side.equal, side.different].filter((e) => e !== null) : [side.body];
  const bound = new Set(
    bodies.flatMap(partsOf).flatMap((e) => (e.kind === "indexed-sum" ? e.bounds.letters : [])),
  );
  const letters = bodies
    .flatMap(partsOf)
    .flatMap((e) =>
      e.kind === "name"
        ? isName(e.name)
          ? []
          : lettersBelow(e.name)
        : e.kind === "subscript"
          ? (splitIndices(e.index.text) ?? []).filter((t) => /^[a-z]$/u.test(t))
          : [],
    );
  const own = side.kind === "cases" ? side.letters : [];
  return [...own, ...letters].filter((letter) => !bound.has(letter));
}

// ---- sides ------------------------------------------------------------------------------------------

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
  substitution(answer.own.map((s) => [s, s.definition!] as const))(e);

// ---- values -----------------------------------------------------------------------------------------

/** A value that is claimed. */
export interface ClaimedValue {
  /** Of what. */
  readonly of: Expr;
  readonly typed: readonly (readonly Rational[])[];
  readonly span: Span;
}

/**
 * Reads `f = −3`, `z = (0, 3, 1)`, or a number alone, which is the value of the objective.
 * @throws NablaError for what is no number.
 */
export function readValue(problem: Problem, source: Source): ClaimedValue {
  const { lines } = answerLines(problem.names, source);
  const [line, ...more] = lines;
  if (!line) throw errors.emptyAnswer({ source, start: 0, end: source.text.length });
  if (more.length > 0) throw errors.twoAnswers(more[0]!.span);
  const { left, sides, span } = line;
  const [side, ...others] = sides as [AnswerSide, ...AnswerSide[]];
  if (others.length > 0) throw errors.notNumbers(span);
  if (left && left.kind !== "name") throw errors.noVariable();
  const of = valueNamed(problem, left);
  if (side.kind === "numbers") return { of, typed: side.rows, span: side.span };
  if (side.kind !== "expression") throw errors.notNumbers(span);
  const { expr, misfit } = draftOfSurface(problem, side.body);
  if (misfit) throw misfit;
  if (expr!.kind === "num") return { of, typed: [[expr!.value]], span: side.span };
  // √2/2 is a number, too.
  const [[x]] = valueGiven(expr!, problem.numbers) as [[number]];
  return { of, typed: [[rationalFromDecimal(x.toPrecision(15))]], span: side.span };
}

/** What a name stands for; one that the problem does not know is that of its objective, as in f = −3. */
const valueNamed = ({ objective, symbols }: Problem, left: AnswerLeft | null): Expr =>
  (left?.kind === "name" && symbols.get(left.name)) || objective;

/** @file Which line of an answer is the answer, which lines define names, and of what it says to be. */

import { errors, NablaError } from "../diagnostics/errors.ts";
import { textOf } from "../diagnostics/source.ts";
import type { Span } from "../diagnostics/source.ts";
import { sameShape } from "../expr/dimension.ts";
import { isScalar, sym } from "../expr/expr.ts";
import type { Sym } from "../expr/expr.ts";
import { compared } from "../numeric/equations.ts";
import { parseVariables } from "../parse/index.ts";
import type { AnswerLeft, AnswerLine, AnswerSide } from "../parse/index.ts";
import { splitName } from "../parse/names.ts";
import type { Problem } from "../parse/problem.ts";
import type { Surface } from "../parse/surface.ts";
import { speaksOf } from "./own.ts";
import { draftOfSurface } from "./typed.ts";
import { bodiesOf, lettersOfLeft } from "./entry.ts";
import { lossName } from "../steps/names.ts";
import type { Subject } from "./subject.ts";

/** The line that is the answer. */
export interface Main {
  readonly left: AnswerLeft | null;
  /** Whether it is said to be the derivative by the transpose, as in ∂L/∂Wᵀ. */
  readonly isTransposed: boolean;
  /** A = B = C: each is an answer. */
  readonly sides: readonly AnswerSide[];
}

/** A name that an answer gives to something. */
export interface Definition {
  readonly name: string;
  readonly span: Span;
  readonly body: Surface;
}

/** The line that is the answer, and the names that the others define. */
export function sorted(
  subject: Subject,
  lines: readonly AnswerLine[],
): { main: Main; definitions: Definition[]; idle: string[] } {
  const definitions: Definition[] = [];
  let main: Main | null = null;
  const answerTo = (line: AnswerLine): void => {
    if (main) throw errors.twoAnswers(line.span);
    if (subject.expected.kind === "stationary" && line.left === null && line.sides.length > 1)
      throw errors.equationForPoint(line.span, subject.variable.name);
    main = { left: line.left, sides: line.sides, isTransposed: byTranspose(subject, line.left) };
  };
  for (const line of lines) {
    const { left, sides } = line;
    const [side] = sides;
    if (left === null || left.kind === "derivative") {
      if (left) refuseOther(subject, left);
      // A dX is a differential, and no entry has an image.
      const isImage = side?.kind === "map" && left !== null;
      if (isImage && (side.letter.startsWith("d") || lettersOfLeft(left).length > 0))
        throw errors.unreadLeft(left.span);
      answerTo(line);
    } else if (side?.kind === "map") {
      refuseOtherMap(subject, left, side.letter);
      answerTo(line);
    } else if (side?.kind === "cases" || (side?.kind === "numbers" && line === lines.at(-1))) {
      if (left.kind === "name") refuseKnown(subject, left.name, left.span);
      answerTo(line);
    } else if (left.kind === "name" && isOfVariable(subject, left.name)) answerTo(line);
    else if (left.kind === "name" && left.name === subject.variable.name && lines.length === 1)
      throw errors.answerIsStationary(left.span, left.name);
    else if (left.kind === "name" && sides.length > 1 && !subject.problem.symbols.has(left.name))
      answerTo(line);
    else if (left.kind === "name" && side?.kind === "expression" && sides.length === 1) {
      if (!isRestated(subject, left.name, left.span, side.body))
        definitions.push({ name: left.name, span: left.span, body: side.body });
    } else throw errors.noExpression(line.span);
  }
  const isUsed = (definition: Definition): boolean =>
    definitions.some((other) => other !== definition && speaksOf(other.body, definition));
  const idleIn = (sides: readonly AnswerSide[], all: readonly Definition[]): string[] =>
    all
      .filter((one) => !isUsed(one) && !sides.flatMap(bodiesOf).some((body) => speaksOf(body, one)))
      .map(({ name }) => name);
  if (main) return { main, definitions, idle: idleIn((main as Main).sides, definitions) };
  // dW = …: a name for the answer itself, which no other line speaks of.
  const unused = definitions.filter((definition) => !isUsed(definition));
  const [first, second] = unused;
  if (!first) throw errors.emptyAnswer(lines.at(-1)!.span);
  if (second) throw errors.twoAnswers(second.span);
  const line = lines.find(({ left }) => left?.span === first.span)!;
  return {
    main: { left: line.left, sides: line.sides, isTransposed: false },
    definitions: definitions.filter((definition) => definition !== first),
    idle: [],
  };
}

/** Before a map stands a name for it, and before A dX the differential of what is derived. */
function refuseOtherMap({ problem }: Subject, left: AnswerLeft, letter: string): void {
  if (left.kind !== "name") throw errors.unreadLeft(left.span);
  const isDifferential = letter.startsWith("d") && letter.length > 1;
  const of = isDifferential && left.name.startsWith("d") ? left.name.slice(1) : null;
  const isRight = isDifferential
    ? of !== null && isLoss(problem, of)
    : !problem.symbols.has(left.name);
  if (!isRight) throw errors.answerOfOtherName(left.span, of ?? left.name);
}

/** A name of the problem is no name for the answer. */
function refuseKnown({ problem }: Subject, name: string, span: Span): void {
  refuseKnownName(problem, name, span);
  if (problem.symbols.has(name) && name !== problem.objectiveName)
    throw errors.redefined(span, name, problem.symbols.get(name)!.definition !== null);
}

/** Whether a name before the answer is that of what is asked for: μ = … of a stationary point. */
const isOfVariable = ({ expected, variable }: Subject, name: string): boolean =>
  expected.kind === "stationary" && name === variable.name;

/** A size, an index, a function or an entry of the problem gets no meaning of its own. */
export function refuseKnownName(problem: Problem, name: string, span: Span): void {
  const { base, subscript } = splitName(name);
  const whole = problem.symbols.get(base);
  // x_i of a vector x is an entry of it.
  const isEntry = subscript !== null && whole !== undefined && !isScalar(whole);
  if (
    isEntry ||
    [problem.functions, problem.dimensions, problem.labels].some((all) => all.has(name))
  )
    throw errors.redefined(span, name, false);
}

/**
 * Whether a line says of a name of the problem what it is.
 * @throws NablaError where it says something else: a name of the problem has its meaning there.
 */
function isRestated(subject: Subject, name: string, span: Span, body: Surface): boolean {
  const { problem, seed } = subject;
  const known = problem.symbols.get(name);
  if (!known) {
    refuseKnownName(problem, name, span);
    return false;
  }
  const { definition } = known;
  // δ = ∂L/∂t of the problem is what flows to t.
  const means =
    definition?.kind === "sym" && definition.cotangent ? subject.flowTo(definition) : definition;
  if (means) {
    const { expr } = draftOfSurface(problem, body);
    if (expr && sameShape(expr.shape, means.shape) && compared(expr, means, seed) === "equal")
      return true;
  }
  throw errors.redefined(span, name, Boolean(means));
}

/** An answer that says that it is by another variable. */
function refuseOther(subject: Subject, left: AnswerLeft): void {
  if (left.kind !== "derivative") return;
  const { problem, variable, expected } = subject;
  if (expected.kind === "stationary") throw errors.answerIsDerivative(left.span, variable.name);
  const { args } = left;
  if (args && !args.includes(variable.name) && !args.includes(variable.symbol.name))
    throw errors.unreadLeft(left.span);
  const isSecond = expected.kind === "hessian" && !expected.hvp;
  if ((left.order === 2) !== isSecond) throw errors.answerIsHessian(left.span, isSecond);
  const of = derivedOf(subject, left);
  if (of !== null && of.name !== subject.lossLetter)
    throw errors.answerOfOtherName(left.span, of.name);
  const by = left.by === null ? null : variableBelow(problem, left.by);
  if (by !== null && by !== variable.name && by !== variable.symbol.name)
    throw errors.answerByOther(left.span, by, variable.name);
}

/**
 * What stands above ∂ where it is not what the problem derives: a name of the problem, or an expression, which
 * gets what was typed as its name; null for the loss, and for a letter that may be its name.
 */
export function derivedOf(
  { problem, seed }: Pick<Subject, "problem" | "seed">,
  { of, span }: AnswerLeft & { kind: "derivative" },
): Sym | null {
  const { symbols, objective, objectiveName } = problem;
  if (of === null) return null;
  if (typeof of === "string") {
    const { base, subscript } = splitName(of);
    const found = symbols.get(of) ?? symbols.get(base);
    if (found && found.name === base && found.name !== of && /\d/u.test(subscript ?? ""))
      throw errors.otherEntry(span);
    if (found) return found !== objective && found.name !== objectiveName ? found : null;
    // ∂q/∂W of a q that nobody knows is no derivative of an f; ∂L/∂W is.
    if (objectiveName !== null && !isLoss(problem, of)) throw errors.answerOfOtherName(span, of);
    return null;
  }
  const { expr, misfit } = draftOfSurface(problem, of);
  if (misfit) throw misfit;
  const isObjective =
    sameShape(expr!.shape, objective.shape) && compared(expr!, objective, seed) === "equal";
  return isObjective ? null : sym(textOf(of.span), expr!.shape, 0, expr);
}

/** Whether a letter above ∂ stands for what the problem derives. */
export function isLoss(problem: Problem, letter: string): boolean {
  const { objectiveName, symbols } = problem;
  if (letter === objectiveName) return true;
  if (symbols.has(letter)) return false;
  return objectiveName === null || usualLoss.test(letter) || letter === lossName(problem);
}

/** What losses and functions are called, also where the problem has another name for it. */
const usualLoss = /^(?:[LJEFCQfgyℓℒ]|[Ll]oss|[Cc]ost|[Oo]bjective|[Ee]rror|[Rr]isk|obj|nll|NLL)$/u;

const transposes =
  /\s*(?:ᵀ|⊤|\^\s*(?:T|⊤|\\top|\\intercal|\{\s*(?:T|⊤|\\top|\\intercal|\\mathsf\{T\})\s*\}))$/u;

/** Whether a left side speaks of the transpose of the variable; of a Jacobian ∂y/∂xᵀ is a way of writing it. */
function byTranspose({ variable, expected }: Subject, left: AnswerLeft | null): boolean {
  if (left?.kind !== "derivative") return false;
  const isBy = left.by !== null && left.by !== variable.name && transposes.test(left.by);
  return left.isTransposed !== (isBy && expected.kind === "gradient");
}

/** The name below ∂, without its indices where the problem knows it without; null where it is no name. */
function variableBelow(problem: Problem, text: string): string | null {
  try {
    const plain = text.replace(transposes, "");
    const [found] = parseVariables(problem, { role: "answer", text: plain });
    // x_j with a j of its own is an entry of the whole; x_1 is another variable.
    const isFree = found?.part && found.part.labels.length > 0;
    return found ? (isFree ? found.symbol.name : found.name) : null;
  } catch (error) {
    if (error instanceof NablaError) return text;
    throw error;
  }
}

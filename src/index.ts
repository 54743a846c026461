/** @file The library: read a problem, derive, print. */

import { derivationJudged, judgeOf } from "./check/index.ts";
import type { DerivationJudged, JudgeOptions, Judgement } from "./check/index.ts";
import { derivatives } from "./derive/index.ts";
import { parse, variablesOf } from "./derive/ask.ts";
import type { Texts } from "./derive/ask.ts";
import type { Derivative, DeriveOptions } from "./derive/index.ts";
import { errors } from "./diagnostics/errors.ts";
import type { Source } from "./diagnostics/source.ts";
import type { Variable } from "./parse/index.ts";
import { evaluation } from "./eval/index.ts";
import type { EvalOptions } from "./eval/index.ts";
import { numbersOf } from "./eval/json.ts";
import { numbersNamed, numbersTyped } from "./eval/numbers.ts";
import type { Given } from "./eval/numbers.ts";
import { samplesInRows } from "./eval/samples.ts";
import { valuesJson } from "./report/values-data.ts";
import type { EvaluationJson } from "./report/values-data.ts";
import { drawn, pictureOf } from "./graph/index.ts";
import type { GraphFormat } from "./graph/index.ts";
import { buildSheet } from "./sheet/index.ts";
import { worked as workedSteps } from "./steps/index.ts";
import type { StepOptions, Worked } from "./steps/index.ts";

export { Compiled, compile } from "./compile/index.ts";
export { adam, gradientDescent } from "./compile/update.ts";
export type { UpdateRule } from "./compile/update.ts";
export type {
  BackendName,
  CompileOptions,
  Entries,
  Numbers,
  Plan,
  Planned,
  Port,
} from "./compile/index.ts";
export { parse, variablesOf } from "./derive/ask.ts";
export type { Texts } from "./derive/ask.ts";
export type {
  Derivative,
  DeriveOptions,
  Form,
  FormName,
  Kind,
  Layout,
  Spelling,
  Structured,
} from "./derive/index.ts";
export type { Where } from "./derive/written.ts";
export type { Diagnostic } from "./diagnostics/errors.ts";
export { NablaError } from "./diagnostics/errors.ts";
export type { Expr } from "./expr/expr.ts";
export type { Variable } from "./parse/index.ts";
export type { Problem } from "./parse/problem.ts";
export { toAscii, toLatex, toUnicode } from "./print/index.ts";
export type { GraphFormat } from "./graph/index.ts";
export type {
  DerivationJudged,
  Diagnosis,
  DiagnosisKind,
  JudgeOptions,
  Judgement,
  LineJudged,
} from "./check/index.ts";
export type { Built, SheetFormat, SheetOptions } from "./sheet/index.ts";
export type { EvalOptions } from "./eval/index.ts";
export type {
  EvaluationJson,
  NumbersJson,
  PartJson,
  PassJson,
  UpdateJson,
} from "./report/values-data.ts";
export type { Level, Line, Prose, Section, StepOptions, Style, Worked } from "./steps/index.ts";

/**
 * The derivative of an objective by each variable in `wrt` (`"W"`, `"W, b"`, `"x_j"`): without a
 * `kind` the gradient of a scalar, of the variable's shape, and the Jacobian of anything else, with a
 * row per output and a column per input, both stacked by `vec`. Checked against directional
 * derivatives of the input before it is returned.
 * @throws NablaError where the problem is not understood (`exit` 2), or cannot be derived or
 * verified (`exit` 3).
 */
export async function derive(
  texts: Texts | string,
  options: DeriveOptions & { readonly wrt?: string } = {},
): Promise<Derivative[]> {
  const problem = parse(texts, options);
  return derivatives(problem, variablesOf(problem, options.wrt), options);
}

/**
 * The same with the steps that lead there: sections of equations, each with its shape and its rule. Every
 * cotangent or differential on the way is checked, and the last one is the result.
 * @throws NablaError as `derive` does, and where there are no steps of what is asked (`exit` 3).
 */
export async function worked(
  texts: Texts | string,
  { wrt, ...options }: StepOptions & { readonly wrt?: string },
): Promise<Worked> {
  const asked = wrt === undefined ? {} : { wrt };
  const problem = parse(texts, { ...options, ...asked });
  return workedSteps(problem, variablesOf(problem, wrt), options);
}

/** Numbers for names: as they are typed, `"W = [1 2; 3 4]; x = 2"`, or an object of names. */
export type NumbersFor =
  | string
  | Readonly<
      Record<string, number | string | readonly (number | string | readonly (number | string)[])[]>
    >;

/**
 * The values of a problem at numbers: of every name that they are given for, of every definition and of the
 * objective, and what flows back to each from a scalar objective, of the shape of the part. Numbers of a problem's
 * own count, and those `at` names hold where both are given; a text such as `"1/3"` is exact, a list is a column or a
 * row, as its name needs. `samples` are a list of such objects, or the rows of each name as a text,
 * `"x = [1 0; 0 1]; y = (1, −1)"`. Every value is compared with floats, and every derivative with one by numbers,
 * before it is returned; entries are exact (`exact` is a text) while the operations are rational.
 * @throws NablaError where the problem or the numbers are not understood or do not fit it (`exit` 2), or where there
 * is no value, as for 1/0 (3).
 */
export async function evaluate(
  texts: Texts | string,
  {
    at = {},
    samples = [],
    ...options
  }: EvalOptions & {
    readonly at?: NumbersFor;
    readonly samples?: string | readonly Exclude<NumbersFor, string>[];
  } = {},
): Promise<EvaluationJson> {
  const given = (numbers: NumbersFor): Given[] =>
    typeof numbers === "string"
      ? numbersTyped(numbers)
      : numbersNamed(numbersOf(numbers, "the numbers"));
  const found = evaluation(
    typeof texts === "string" ? { expr: texts } : texts,
    given(at),
    typeof samples === "string" ? samplesInRows(numbersTyped(samples)) : samples.map(given),
    options,
  );
  return valuesJson(found);
}

/**
 * Whether an answer by hand to the derivative by `wrt` is right, or without one the value of the objective at the
 * numbers that the problem gives, and what is wrong with it: each diagnosis
 * is confirmed by numbers, and each repaired answer verified. `deadline` bounds the search for it, in ms.
 * @throws NablaError where the problem or the answer is not understood (`exit` 2), or where nothing could be
 * derived or compared (3). Shapes that do not fit together are a diagnosis.
 */
export async function check(
  texts: Texts | string,
  answer: string,
  { wrt, ...options }: DeriveOptions & JudgeOptions & { readonly wrt?: string } = {},
): Promise<Judgement> {
  const problem = parse(texts, { ...options, ...(wrt !== undefined && { wrt }) });
  return judgeOf(problem, wrt, options)(answerFrom(answer, options), options);
}

/**
 * Judges a derivation by hand, line by line: of cotangents, of names that the problem defines, of the answer. A line
 * that is not understood is told among the others.
 * @throws NablaError where the problem or no line at all is understood (`exit` 2).
 */
export async function checkDerivation(
  texts: Texts | string,
  derivation: string,
  { wrt, ...options }: DeriveOptions & JudgeOptions & { readonly wrt?: string } = {},
): Promise<DerivationJudged> {
  const problem = parse(texts, { ...options, ...(wrt !== undefined && { wrt }) });
  return derivationJudged(problem, wrt, answerFrom(derivation, options), options);
}

/** What was typed by hand, with options that mean something. */
function answerFrom(text: unknown, { points, deadline }: JudgeOptions): Source {
  if (typeof text !== "string") throw errors.badRequest("an answer is a text");
  const isNumber = (x: unknown): boolean => typeof x === "number" && Number.isFinite(x) && x >= 0;
  if (![points, deadline].every((x) => x === undefined || isNumber(x)))
    throw errors.badRequest("points and deadline are numbers from 0");
  return { role: "answer", text };
}

/**
 * The computational graph of a problem in some form: of the variables in `wrt`, with the paths of those in
 * `paths`, and with what flows back where that is asked for.
 * @throws NablaError where the problem is not understood (`exit` 2).
 */
export async function graph(
  texts: Texts | string,
  format: GraphFormat,
  { wrt, paths, backward = false }: { wrt?: string; paths?: string; backward?: boolean } = {},
): Promise<string> {
  const names = [wrt, paths].filter((text) => text !== undefined).join(",");
  const problem = parse(texts, { kind: "jacobian", wrt: names });
  const named = (text: string | undefined): Variable[] =>
    text === undefined ? [] : variablesOf(problem, text);
  const picture = pictureOf(problem, named(wrt), { backward, paths: named(paths) });
  return drawn(picture, format);
}

/**
 * A solution sheet from the text of a problem file: the document, and the files that stand beside it.
 * `file` is what the text is called in errors.
 * @throws NablaError with the place in the file (`exit` 2 or 3), or where nothing makes a PDF (4).
 */
export const sheet = buildSheet;

/** @file What is trained: a network that is written for its layers, or any loss that is typed. */

import { errors } from "../diagnostics/errors.ts";
import { parse } from "../derive/ask.ts";
import type { Texts } from "../derive/ask.ts";
import type { Dimension } from "../expr/dimension.ts";
import { showDimension } from "../expr/dimension.ts";
import type { Sym } from "../expr/expr.ts";
import { isScalar } from "../expr/expr.ts";
import { has, property } from "../expr/properties.ts";
import { postorder } from "../expr/walk.ts";
import type { Problem } from "../parse/problem.ts";
import { accuracyName, accuracyOf, checkNetwork, networkNames, networkOf } from "./network.ts";
import type { TargetKind } from "./choices.ts";
import type { Masked, NetworkOptions, Normalised, Parameter } from "./network.ts";

/** What is trained, on what. */
export interface Task {
  /** The loss of a batch, for steps of training. */
  readonly training: Texts;
  /** The same for figures and predictions: nothing is left out, and means and variances are given. */
  readonly inference: Texts;
  readonly parameters: readonly Parameter[];
  /** The name that samples are put to, and that of their targets. */
  readonly input: string;
  readonly target: string | null;
  /** The dimension that counts the samples of a batch. */
  readonly samples: string;
  /** The sizes of all other dimensions. */
  readonly sizes: Readonly<Record<string, number>>;
  /** Whether targets are classes, given by their places. */
  readonly isOfClasses: boolean;
  /** The definition with a row a sample that says what is predicted. */
  readonly output: string | null;
  /** Whether the problem defines how often the class is found. */
  readonly hasAccuracy: boolean;
  readonly normalised: readonly Normalised[];
  readonly masked: readonly Masked[];
}

/** What the data have: entries of a sample, and classes or numbers of a target. */
export interface Widths {
  readonly input: number;
  readonly target: number | null;
  readonly isOfClasses: boolean;
}

/** The task of a network. */
export function networkTask(options: NetworkOptions): Task {
  checkNetwork(options);
  const { training, inference, ...parts } = networkOf(options);
  const { input, target, samples } = networkNames;
  const { layers, isOfClasses } = options;
  return {
    ...parts,
    training: { statements: [training] },
    inference: { statements: [inference] },
    input,
    target,
    samples,
    sizes: {},
    isOfClasses,
    output: isOfClasses ? "P" : `Z_${layers.length - 1}`,
    hasAccuracy: isOfClasses,
  };
}

/** What a typed loss is trained with. */
export interface TypedOptions {
  readonly statements: readonly string[];
  readonly expr: string | null;
  readonly params: readonly string[];
  readonly input: string;
  readonly target: string | null;
  readonly output: string | null;
  readonly sizes: Readonly<Record<string, number>>;
}

/** The samples of a name: along which dimension they are counted, and that of the entries of one. */
function samplesOf(
  symbol: Sym,
  name: string,
): { readonly count: string; readonly entries: Dimension } {
  const [m, n] = symbol.shape;
  const [count, entries] = symbol.member ? [n, m] : [m, n];
  if (count.coefficient !== 1 || count.names.length !== 1) throw errors.noSampleDimension(name);
  return { count: count.names[0]!, entries };
}

/**
 * A typed loss with what is put to its names.
 * @throws NablaError where it is not understood, or cannot be trained so.
 */
function readTyped({ statements, expr, params, input, target, output }: TypedOptions) {
  const texts: Texts = { statements, ...(expr !== null && { expr }) };
  const problem = parse(texts, { wrt: params.join(",") });
  if (!isScalar(problem.objective)) throw errors.notTrainable("the loss is a scalar");
  if (problem.objectiveName === accuracyName) throw errors.trainsAccuracy(accuracyName);
  const X = samplesOf(named(problem, input, "input"), input);
  const symbol = target === null ? null : named(problem, target, "target");
  const Y = symbol && samplesOf(symbol, target!);
  if (Y && Y.count !== X.count)
    throw errors.notTrainable(`${input} and ${target!} have equally many samples`);
  const scores = output === null ? null : samplesOf(named(problem, output, "predicts"), output);
  if (scores && scores.count !== X.count)
    throw errors.notTrainable(`${output!} has a row for each sample`);
  for (const name of params) {
    const { definition } = named(problem, name, "params");
    if (definition || name === input || name === target)
      throw errors.notTrainable(`${name} is a variable, and neither defined nor data`);
  }
  const isOfClasses = symbol !== null && has(symbol.properties, property.onehot);
  requireKnown(problem, [...params, input, ...(target === null ? [] : [target])], output);
  return { texts, problem, X, symbol, Y, scores, isOfClasses };
}

/** @throws NablaError where the loss, or what is predicted, has a name that nothing gives numbers to. */
function requireKnown(
  { objective, symbols, numbers, dimensions, invented }: Problem,
  given: readonly string[],
  output: string | null,
): void {
  const predicted = output === null ? undefined : symbols.get(output);
  const unknown = postorder(predicted ? [objective, predicted] : [objective]).flatMap((e) =>
    e.kind === "sym" &&
    e.role === "value" &&
    !e.definition &&
    !given.includes(e.name) &&
    !numbers.has(e.name)
      ? [e.name]
      : [],
  );
  if (unknown.length > 0)
    throw errors.unknownsLeft(
      [...new Set(unknown)],
      [...dimensions].filter((name) => !invented.includes(name)),
    );
}

/** What the targets of a typed loss are. */
export function targetOf(options: TypedOptions): TargetKind | "none" {
  const { symbol, isOfClasses } = readTyped(options);
  return symbol === null ? "none" : isOfClasses ? "classes" : "numbers";
}

/** The task of a typed loss, on data of those widths; without data all sizes are given. */
export function typedTask(options: TypedOptions, widths: Widths | null): Task {
  const { params, input, target, output } = options;
  const { texts, problem, X, symbol, Y, scores, isOfClasses } = readTyped(options);
  if (symbol && widths && isOfClasses !== widths.isOfClasses)
    throw errors.targetsUnlike(target!, isOfClasses);
  const sizes = new Map(Object.entries(options.sizes));
  if (widths) fit(sizes, input, X.entries, widths.input);
  if (Y && widths && widths.target !== null) fit(sizes, target!, Y.entries, widths.target);
  const hasOwn = problem.symbols.has(accuracyName);
  const makesOwn = !hasOwn && isOfClasses && scores !== null && scores.entries === Y?.entries;
  const accuracy = (): string =>
    `${accuracyName} = ${accuracyOf(output!, target!, sizeOf(scores!.entries, sizes), X.count)}`;
  const whole: Texts = makesOwn
    ? // What stands last may be what is trained.
      { ...texts, statements: [accuracy(), ...(texts.statements ?? [])] }
    : texts;
  return {
    training: whole,
    inference: whole,
    parameters: params.map((name) => parameterOf(problem, name, sizes)),
    input,
    target,
    samples: X.count,
    sizes: Object.fromEntries(sizes),
    isOfClasses,
    output,
    hasAccuracy: hasOwn || makesOwn,
    normalised: [],
    masked: [],
  };
}

/** The symbol that an option names. */
function named({ symbols }: Problem, name: string, option: string): Sym {
  const found = symbols.get(name);
  if (!found) throw errors.namesNothing(option, name, [...symbols.keys()]);
  return found;
}

/** Gives a dimension the size that the data have. */
function fit(sizes: Map<string, number>, name: string, d: Dimension, width: number): void {
  const known = d.names.every((n) => sizes.has(n)) ? sizeOf(d, sizes) : null;
  if (known === null && d.names.length === 1 && d.coefficient === 1) sizes.set(d.names[0]!, width);
  else if (known !== width) throw errors.widthsDiffer(name, showDimension(d), width);
}

const sizeOf = ({ coefficient, names }: Dimension, sizes: ReadonlyMap<string, number>): number =>
  names.reduce((n, name) => n * sizes.get(name)!, coefficient);

function parameterOf(
  problem: Problem,
  name: string,
  sizes: ReadonlyMap<string, number>,
): Parameter {
  const { shape } = named(problem, name, "params");
  const missing = shape.flatMap((d) => d.names.filter((n) => !sizes.has(n)));
  if (missing.length > 0) throw errors.sizesMissing([...new Set(missing)]);
  const [rows, columns] = shape.map((d) => sizeOf(d, sizes)) as [number, number];
  return { name, rows, columns, first: rows > 1 && columns > 1 ? "drawn" : 0 };
}

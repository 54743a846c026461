/** @file Numbers for a problem: its values forward and backward, and gradient descent. */

import type { Texts } from "../derive/ask.ts";
import { variablesOf } from "../derive/ask.ts";
import { refuseOutside } from "../derive/indices.ts";
import type { Spelled } from "../derive/options.ts";
import { errors } from "../diagnostics/errors.ts";
import type { NablaError } from "../diagnostics/errors.ts";
import { isScalar, sym } from "../expr/expr.ts";
import type { Sym } from "../expr/expr.ts";
import { rational } from "../expr/rational.ts";
import type { Rational } from "../expr/rational.ts";
import { exactArithmetic } from "../numeric/exact.ts";
import { compared } from "../numeric/equations.ts";
import { cotangentSymbol } from "../expr/expr.ts";
import { printed } from "../steps/printed.ts";
import { withoutMembers } from "../ops/indexing.ts";
import type { Problem } from "../parse/problem.ts";
import { numberIn } from "./cells.ts";
import type { Agreement } from "./compiled.ts";
import { descend } from "./descent.ts";
import type { Descent, Iteration, Turn } from "./descent.ts";
import { Evaluator } from "./evaluator.ts";
import type { Checked, Pass } from "./evaluator.ts";
import { memoryOf } from "./memory.ts";
import type { Memory } from "./memory.ts";
import { nameIn } from "./numbers.ts";
import type { Given } from "./numbers.ts";
import { numbersAgain } from "./bound.ts";
import type { WithNumbers } from "./bound.ts";
import { readWithNumbers } from "./reading.ts";
import { refuseUnlike } from "./samples.ts";
import type { Sample } from "./samples.ts";
import { termsOf, termsShown } from "./terms.ts";
import type { Terms, TermsShown } from "./terms.ts";
import { Values } from "./values.ts";
import type { Grid, Numbered } from "./values.ts";

export const updates = ["batch", "sample"] as const;
export const reductions = ["sum", "mean"] as const;

/** What is asked of a problem with numbers. */
export interface EvalOptions {
  /** The variables whose gradients are given last. */
  readonly wrt?: string;
  /** Whether what has no name is shown, too. */
  readonly all?: boolean;
  /** Whether nothing but values is asked for. */
  readonly forward?: boolean;
  /** Whether it is counted what the way back holds of the way forward. */
  readonly memory?: boolean;
  /** The names that go down the gradient. */
  readonly descend?: string;
  /** The step of the descent: a number, or a name of the problem that has one. */
  readonly rate?: string;
  readonly iterations?: number;
  /** Whether the names change after each sample, or after all. */
  readonly update?: (typeof updates)[number];
  /** Whether the losses of samples that are given beside the problem are added up, or their mean is taken. */
  readonly reduce?: (typeof reductions)[number];
}

/** A gradient that was asked for. */
export interface Gradient {
  readonly name: Spelled;
  readonly variable: string;
  readonly value: Grid;
}

/** What was found. */
export interface Evaluation {
  readonly problem: Problem;
  readonly loss: Spelled;
  /** What the objective is, where it has no name of its own. */
  readonly objective: Spelled | null;
  /** Without samples one pass, else one for each. */
  readonly passes: readonly { readonly sample: number | null; readonly pass: Pass }[];
  readonly gradients: readonly Gradient[];
  /** The names by which gradients are asked for. */
  readonly asked: ReadonlySet<string>;
  readonly iterations: readonly Iteration[];
  readonly descent: Descent | null;
  /** The sum whose terms are the samples; null where these stand beside the problem, or there are none. */
  readonly terms: TermsShown | null;
  /** What the way back holds, where that is asked for. */
  readonly memory: Memory | null;
  /** The names that the samples give numbers for. */
  readonly sampled: ReadonlySet<string>;
  readonly sizes: ReadonlyMap<string, number>;
  /** What was taken for granted, and what could not be computed. */
  readonly notes: readonly string[];
  readonly checked: Checked;
  /** The code that the numbers are of, where they are those of a compiled program. */
  readonly compiled: Agreement | null;
}

/**
 * Evaluates a problem at the numbers that it gives and that are given beside it; `dimensions` are given by their sizes.
 * @throws NablaError where the problem or the numbers are not understood (`exit` 2), or where there is no value (3).
 */
export function evaluation(
  texts: Texts,
  given: readonly Given[],
  samples: readonly Sample[],
  options: EvalOptions = {},
  dimensions: readonly Given[] = [],
): Evaluation {
  const { wrt = "", all = false, forward = false } = options;
  const isWanted = !forward && wrt.trim() !== "";
  if (forward && (wrt.trim() !== "" || options.descend !== undefined)) throw errors.needsBackward();
  const names = [wrt, options.descend ?? ""].filter((text) => text.trim() !== "").join(",");
  refuseUnlike(samples);
  const [first = []] = samples;
  const named = rateName(options);
  const others = new Set(named === null ? [] : [named]);
  const reading = readWithNumbers(texts, [...given, ...first], names, others, dimensions);
  const { problem, numbers, sizes } = reading;
  refuseUnequal(problem);
  const start: Numbered = { values: numbers, sizes };
  const hasSamples = samples.length > 0;
  const evaluator = new Evaluator(problem, problem.objective, start, {
    unnamed: all ? "all" : hasSamples ? "products" : "none",
    backward: !forward,
  });
  const descent = descentOf(options, reading);
  const isAsked = isWanted || (!forward && problem.by.length > 0);
  const asked = isAsked ? variablesOf(problem, wrt) : [];
  const terms = descent && !hasSamples ? termsIn(evaluator, reading, descent) : null;
  if (descent?.update === "sample" && !hasSamples && !terms) throw errors.noSamples();
  if (options.reduce && descent && !(hasSamples && descent.update === "batch"))
    throw errors.needsBatch();
  const turns = terms
    ? turnsOfTerms(terms, reading, descent!, all)
    : turnsOf(evaluator, reading, samples);
  const sampledWeight = descent?.weights.find((symbol) => turns[0]!.numbers.has(symbol));
  if (sampledWeight) throw errors.weightSampled(withoutMembers(sampledWeight.name));
  const notes = [...reading.notes, ...turns[0]!.evaluator.notes];
  if (evaluator.forwardOnly !== null) {
    if (descent) throw errors.noDescent(evaluator.forwardOnly);
    notes.push(evaluator.forwardOnly);
  }
  if (descent && descent.rate.numerator <= 0n)
    notes.push(
      descent.rate.numerator === 0n
        ? "the step is 0: nothing changes"
        : "the step is negative: the names go up the gradient",
    );
  if (descent?.update === "batch" && hasSamples && turns.length > 1)
    notes.push(
      `each update goes ${descent.rate.numerator < 0n ? "up" : "down"} the ${descent.reduce} of ${evaluator.loss.name} over the samples`,
    );
  const passes = descent
    ? []
    : turns.map((turn) => ({
        sample: turn.sample,
        pass: turn.evaluator.at({ sizes, values: new Map([...numbers, ...turn.numbers]) }),
      }));
  for (const { pass } of passes)
    if (pass.lack) {
      if (isAsked) throw pass.lack;
      notes.push(`no backward values: ${pass.lack.message}`);
    }
  const iterations = descent ? descend(turns, start, descent) : [];
  const everyPass = [
    ...passes.map(({ pass }) => pass),
    ...iterations.flatMap(({ steps }) =>
      steps.flatMap(({ turns: of }) => of.map(({ pass }) => pass)),
    ),
  ];
  const gradients =
    evaluator.forwardOnly === null && passes.length === 1
      ? asked.map((variable): Gradient => gradientBy(evaluator, passes[0]!.pass, variable, start))
      : [];
  const { objective } = problem;
  const isNamed = problem.objectiveName !== null || objective === evaluator.loss;
  return {
    problem,
    loss: printed(evaluator.loss),
    objective: isNamed ? null : printed(objective, { letters: problem.indices }),
    passes,
    gradients,
    asked: new Set(asked.map(({ symbol }) => symbol.name)),
    iterations,
    descent,
    terms: terms && termsShown(terms, printed(evaluator.loss), turns[0]!.evaluator.objective),
    memory: options.memory === true ? memoryFor(evaluator, asked, reading) : null,
    sampled: new Set(turns.flatMap((turn) => [...turn.numbers.keys()].map(({ name }) => name))),
    sizes: new Map([...sizes.names()].map((name) => [name, sizes.named(name)])),
    notes: [...new Set([...notes, ...conventionsTold(passes, iterations, terms?.label.name)])],
    checked: everyPass.map(({ checked }) => checked).reduce(together),
    compiled: null,
  };
}

/** Conventions at kinks, with the samples and iterations whose numbers sit on them. */
function conventionsTold(
  passes: Evaluation["passes"],
  iterations: readonly Iteration[],
  index?: string,
): string[] {
  const met = new Map<string, { samples: Set<number>; iterations: Set<number> }>();
  const note = ({ sample, pass }: Evaluation["passes"][number], iteration: number): void => {
    for (const convention of pass.conventions) {
      const where = met.get(convention) ?? { samples: new Set(), iterations: new Set() };
      if (sample !== null) where.samples.add(sample);
      where.iterations.add(iteration);
      met.set(convention, where);
    }
  };
  for (const each of passes) note(each, 0);
  for (const { iteration, steps } of iterations)
    for (const { turns } of steps) for (const each of turns) note(each, iteration);
  const sorted = (numbers: ReadonlySet<number>): string =>
    [...numbers].toSorted((a, b) => a - b).join(", ");
  const listed = (what: string, numbers: ReadonlySet<number>): string =>
    `${what}${numbers.size === 1 ? "" : "s"} ${sorted(numbers)}`;
  const samplesListed = (numbers: ReadonlySet<number>): string =>
    index === undefined ? listed("sample", numbers) : `${index} = ${sorted(numbers)}`;
  return [...met].map(([convention, where]) => {
    const places = [
      ...(where.samples.size > 0 ? [samplesListed(where.samples)] : []),
      ...(iterations.length > 1 ? [listed("iteration", where.iterations)] : []),
    ];
    return places.length === 0 ? convention : `${convention} (${places.join("; ")})`;
  });
}

/** What is held for the variables that are asked for, or for all names with numbers. */
function memoryFor(
  { problem, objective, forwardOnly }: Evaluator,
  asked: readonly { readonly symbol: Sym }[],
  { numbers, sizes }: WithNumbers,
): Memory {
  if (forwardOnly !== null) throw errors.noDescent(forwardOnly);
  const all = asked.length > 0 ? asked.map(({ symbol }) => symbol) : [...numbers.keys()];
  return memoryOf(problem, objective, [...new Set(all)], sizes);
}

const together = (a: Checked, b: Checked): Checked => ({
  method: a.method,
  derivatives: a.derivatives + b.derivatives,
  maxRelativeError: Math.max(a.maxRelativeError, b.maxRelativeError),
});

/** Refuses a problem whose chains `a = b = c` do not hold. */
function refuseUnequal({ equations }: Problem): void {
  for (const { left, right, spans } of equations)
    if (compared(left, right, 1) === "unequal") throw errors.unequalSides(spans);
}

/** The numbers that are gone through: those of the samples, or those of the problem as they are. */
function turnsOf(evaluator: Evaluator, reading: WithNumbers, samples: readonly Sample[]): Turn[] {
  if (samples.length === 0) return [{ sample: null, evaluator, numbers: new Map() }];
  return samples.map((sample, k) => ({
    sample: k + 1,
    evaluator,
    numbers: numbersAgain(reading, sample),
  }));
}

/** A sum of more terms is a whole to an update that follows all of them. */
const mostTermsOfBatch = 100;

/** The terms that are the samples of a descent; null where the objective is none of that, or its terms are too many. */
function termsIn(
  { loss }: Evaluator,
  { problem, sizes }: WithNumbers,
  { update }: Descent,
): Terms | null {
  const terms = termsOf(problem, loss.name, ({ index }) => sizes.of(index.range!));
  return terms && (update === "sample" || terms.count <= mostTermsOfBatch) ? terms : null;
}

/** The terms of a sum, each the number of its label. */
function turnsOfTerms(
  { problem, label, count, typed }: Terms,
  { numbers, sizes }: WithNumbers,
  { weights }: Descent,
  all: boolean,
): Turn[] {
  const at = (k: number): ReadonlyMap<Sym, Grid> => new Map([[label, [[rational(k)]]]]);
  const evaluator = new Evaluator(
    problem,
    problem.objective,
    { values: new Map([...numbers, ...at(1)]), sizes },
    {
      unnamed: all ? "all" : "products",
      term: { label, typed, whole: new Set(weights) },
    },
  );
  return Array.from({ length: count }, (_, k) => ({
    sample: k + 1,
    evaluator,
    numbers: at(k + 1),
  }));
}

const mostIterations = 10_000;

/** How to go down, where that is asked for. */
function descentOf(options: EvalOptions, { problem, numbers }: WithNumbers): Descent | null {
  const { descend: names, rate, iterations = 1, update = "batch", reduce = "sum" } = options;
  if (names === undefined) {
    for (const name of ["rate", "iterations", "update", "reduce"] as const)
      if (options[name] !== undefined) throw errors.needsDescent(`--${name}`);
    return null;
  }
  if (!Number.isSafeInteger(iterations) || iterations < 1 || iterations > mostIterations)
    throw errors.badOption("--iterations", `a whole number from 1 to ${mostIterations}`);
  const weights = variablesOf(problem, names).map(({ symbol, part, name }): Sym => {
    if (part || symbol.definition !== null || !numbers.has(symbol)) throw errors.noWeight(name);
    return symbol;
  });
  return {
    weights: [...new Set(weights)],
    declared: problem.declared,
    rate: rateOf(rate, problem, numbers),
    iterations,
    update,
    reduce,
  };
}

const badRate = (): NablaError =>
  errors.badOption("--rate", "a number, or a name of the problem that has one");

/** The name of the step, where that is no number. */
function rateName({ rate }: EvalOptions): string | null {
  if (rate === undefined || numberIn(rate)) return null;
  if (/^\s*[\d.+\-−]/u.test(rate)) throw badRate();
  return nameIn(rate);
}

/** The step: a number, or that of a name. */
function rateOf(
  rate: string | undefined,
  { symbols }: Problem,
  numbers: ReadonlyMap<Sym, readonly (readonly Rational[])[]>,
): Rational {
  if (rate === undefined) throw errors.noRate();
  const typed = numberIn(rate);
  if (typed) return typed;
  const symbol = symbols.get(nameIn(rate));
  const rows = symbol && numbers.get(symbol);
  if (!symbol || !rows || !isScalar(symbol)) throw badRate();
  return rows[0]![0]!;
}

/** The gradient by a variable: that of its name, or the part that indices pick of it. */
function gradientBy(
  evaluator: Evaluator,
  { parts }: Pass,
  { name, symbol, part }: ReturnType<typeof variablesOf>[number],
  { sizes, values }: Numbered,
): Gradient {
  const known = parts.find(({ expr }) => expr.kind === "sym" && expr.name === symbol.name);
  if (!known) throw errors.noWeight(name);
  const whole = known.backward ?? known.forward.map((row) => row.map(() => zero));
  if (!part) return { name: known.cotangent, variable: name, value: whole };
  const stand = sym("\u0000gradient", symbol.shape);
  const picked = part.pick(stand);
  refuseOutside([part.pick(symbol)], (d) => sizes.of(d));
  const at = new Values({ sizes, values: new Map([...values, [stand, whole]]) }, exactArithmetic());
  at.compute([picked]);
  // x₂ of a family is no column to whoever reads it.
  const by = symbol.member ? sym(name, part.shape) : part.pick(symbol);
  return {
    name: printed(cotangentSymbol(evaluator.loss.name, by)),
    variable: name,
    value: at.of(picked),
  };
}

const zero: Rational = { numerator: 0n, denominator: 1n };

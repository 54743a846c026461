/** @file Problems as programs: their values and gradients at numbers, as fast as the machine allows. */

import { parse, variablesOf } from "../derive/ask.ts";
import type { Texts } from "../derive/ask.ts";
import { derivatives } from "../derive/index.ts";
import { refuseOutside } from "../derive/indices.ts";
import { errors } from "../diagnostics/errors.ts";
import type { Dimension } from "../expr/dimension.ts";
import type { Expr, Sym } from "../expr/expr.ts";
import { isScalar } from "../expr/expr.ts";
import { has, property } from "../expr/properties.ts";
import { toNumber } from "../expr/rational.ts";
import { postorder } from "../expr/walk.ts";
import type { Given } from "../lower/entries.ts";
import { programOf } from "../lower/program.ts";
import type { Problem } from "../parse/problem.ts";
import type { Variable } from "../parse/variables.ts";
import { chosen } from "./backends.ts";
import { Compiled, countedInSingle, valueName } from "./compiled.ts";
import { checkOptions } from "./options.ts";
import type { CompileOptions } from "./options.ts";
import { nameIn, updatesOf } from "./update.ts";

export { Compiled } from "./compiled.ts";
export type { Port } from "./ports.ts";
export type { BackendName, CompileOptions } from "./options.ts";
export type { Plan, Planned } from "../lower/plan.ts";
export type { Entries } from "./entries.ts";
export type { Numbers } from "./memory.ts";

/** The sizes of dimensions, from those that are given by name. */
function sizesOf(problem: Problem, { sizes = {} }: CompileOptions): ReadonlyMap<string, number> {
  const known = new Map<string, number>();
  for (const [name, rows] of problem.numbers)
    if (problem.dimensions.has(name)) known.set(name, toNumber(rows[0]![0]!));
  for (const [name, value] of Object.entries(sizes)) {
    if (!problem.dimensions.has(name)) throw errors.unknownSize(name, [...problem.dimensions]);
    if (!Number.isSafeInteger(value) || value < 1) throw errors.badSize(name, value);
    known.set(name, value);
  }
  return known;
}

/** @throws NablaError where a dimension in some expressions has no size. */
function requireSizes(parts: readonly Expr[], known: ReadonlyMap<string, number>): void {
  const names = new Set<string>();
  for (const e of postorder(parts)) {
    for (const d of e.shape) for (const name of d.names) names.add(name);
    if (e.kind === "sym" && e.role === "dimension") names.add(e.name);
    if (e.kind === "sym" && e.range) for (const name of e.range.names) names.add(name);
    if (e.kind === "indexSum") for (const name of e.index.range!.names) names.add(name);
  }
  const missing = [...names].filter((name) => !known.has(name));
  if (missing.length > 0) throw errors.sizesMissing(missing);
}

/** @throws NablaError where a step cannot put numbers in the place of a variable. */
function requireChangeable(
  found: readonly { readonly variable: Variable }[],
  { labels = [], feed = {} }: CompileOptions,
): void {
  for (const { variable } of found) {
    const { name, symbol, part } = variable;
    if (part || symbol.definition || labels.includes(name) || Object.hasOwn(feed, name))
      throw errors.badOption("update", `variables that are given as a whole, and not ${name}`);
  }
}

/** How names are given that are given by labels, and of which steps take samples. */
function givenBy(
  { symbols }: Problem,
  options: CompileOptions,
  size: (d: Dimension) => number,
): Given {
  const { labels = [], feed = {}, dtype } = options;
  for (const name of labels) {
    const symbol: Sym | undefined = symbols.get(name);
    if (!symbol) throw errors.unknownInput(name, [...symbols.keys()]);
    if (!has(symbol.properties, property.onehot)) throw errors.notOneHot(name);
  }
  for (const [name, count] of Object.entries(feed)) {
    const symbol = symbols.get(name);
    if (!symbol) throw errors.unknownInput(name, [...symbols.keys()]);
    if (symbol.definition) throw errors.badOption("feed", `what is given, and not ${name}`);
    if (!Number.isSafeInteger(count) || count < 1) throw errors.badSize(name, count);
    if (dtype === "float32" && count > countedInSingle)
      throw errors.badOption("feed", `at most ${countedInSingle} samples in float32`);
  }
  const fed = new Map(Object.entries(feed));
  const perStep = new Set(options.perStep);
  return { labels: new Set(labels), fed, perStep, steps: stepsAtOnce(perStep, symbols, size) };
}

/** How many steps are taken in one run at most. */
const mostSteps = 256;
/** How many numbers of names that have others in every step are kept for a run, unless one step has more. */
const mostOfSteps = 2 ** 22;

/** How many steps are taken in one run, where some names have other numbers in each. */
function stepsAtOnce(
  perStep: ReadonlySet<string>,
  symbols: Problem["symbols"],
  size: (d: Dimension) => number,
): number {
  let count = 0;
  for (const name of perStep) {
    const symbol = symbols.get(name);
    count += symbol ? size(symbol.shape[0]) * size(symbol.shape[1]) : 1;
  }
  return Math.max(1, Math.min(mostSteps, Math.floor(mostOfSteps / Math.max(1, count))));
}

/** @throws NablaError where a name that has other numbers in every step is none that can have them. */
function requirePerStep(
  { symbols }: Problem,
  { perStep = [], labels = [], feed = {}, update }: CompileOptions,
  found: readonly { readonly variable: Variable }[],
): void {
  if (perStep.length > 0 && !update) throw errors.badOption("perStep", "an update beside it");
  const changing = new Set(found.map(({ variable }) => variable.symbol));
  for (const name of perStep) {
    const symbol = symbols.get(name);
    const isOfRule = Object.keys(update!.constants).some((own) => nameIn(symbols, own) === name);
    if (!symbol && !isOfRule)
      throw errors.unknownInput(name, [...symbols.keys(), ...Object.keys(update!.constants)]);
    const isOther = symbol && (symbol.definition || symbol.member || changing.has(symbol));
    if (isOther || labels.includes(name) || Object.hasOwn(feed, name))
      throw errors.badOption("perStep", `what is given, as a whole, and not ${name}`);
  }
}

/** The scalars whose courses are kept. */
function recordedOf({ symbols }: Problem, { record = [], update, feed }: CompileOptions): string[] {
  const takesSteps = update !== undefined || feed !== undefined;
  if (record.length > 0 && !takesSteps)
    throw errors.badOption("record", "an update or names that are fed beside it");
  for (const name of record) {
    const symbol = symbols.get(name);
    if (!symbol) throw errors.unknownInput(name, [...symbols.keys()]);
    if (!symbol.definition || !isScalar(symbol)) throw errors.recordsScalars(name);
  }
  return takesSteps ? [valueName, ...record] : [];
}

/**
 * Compiles a problem: its value, and its gradients by `wrt`. The derivatives are verified as `derive` verifies them.
 * @throws NablaError where the problem is not understood (`exit` 2), where something in it has no numbers or cannot
 * be derived (3).
 */
export async function compile(
  source: Problem | Texts | string,
  options: CompileOptions = {},
): Promise<Compiled> {
  checkOptions(options);
  const { wrt } = options;
  const problem =
    typeof source === "object" && "objective" in source
      ? source
      : parse(source, wrt === undefined ? {} : { wrt });
  const known = sizesOf(problem, options);
  const size = ({ coefficient, names }: Dimension): number =>
    names.reduce((n, name) => n * known.get(name)!, coefficient);
  const isByName = wrt !== undefined || problem.by.length > 0;
  const found = isByName
    ? derivatives(problem, variablesOf(problem, wrt), { verify: options.verify !== false })
    : [];
  const wanted = new Map<string, Expr>([[valueName, problem.objective]]);
  // Where steps use the gradients up, they are not kept.
  if (!options.update)
    for (const { variable, expr } of found) wanted.set(`∂${variable.name}`, expr);
  for (const name of [...(options.keep ?? []), ...(options.record ?? [])]) {
    if (name === valueName) throw errors.badOption("keep", `names other than ${valueName}`);
    const symbol = problem.symbols.get(name);
    if (!symbol) throw errors.unknownInput(name, [...problem.symbols.keys()]);
    wanted.set(name, symbol);
  }
  requireSizes([...wanted.values()], known);
  const picked = found.flatMap(({ variable: { part, symbol } }) =>
    part ? [part.pick(symbol)] : [],
  );
  refuseOutside([...wanted.values(), ...picked], size);
  const gradients = new Map(found.map(({ variable, expr }) => [variable.symbol, expr] as const));
  const isOfNumber = isScalar(problem.objective);
  if (options.update && !(isOfNumber && found.length > 0))
    throw errors.badOption("update", "a scalar objective, and variables: wrt");
  if (options.feed && !options.update && !(isOfNumber && found.length === 0))
    throw errors.badOption("feed", "a scalar objective, and an update where there are gradients");
  if (options.update) requireChangeable(found, options);
  const { updates, kept } = options.update
    ? updatesOf(options.update, gradients, problem.symbols)
    : { updates: new Map<Sym, Expr>(), kept: [] };
  requirePerStep(problem, options, found);
  const given = givenBy(problem, options, size);
  const program = programOf(wanted, size, updates, given, recordedOf(problem, options));
  const running = chosen(program, {
    backend: options.backend ?? "auto",
    precision: options.dtype ?? "float64",
    threads: options.threads ?? null,
    note: options.note ?? ((text) => void process.stderr.write(`nabla: ${text}\n`)),
  });
  const compiled = new Compiled({
    chosen: running,
    program,
    size,
    options,
    steps: given.steps,
    gradientNames: options.update ? [] : found.map(({ variable }) => variable.name),
    ofFamilies: new Set(
      found.flatMap(({ variable: { name, symbol, part } }) =>
        symbol.member !== null && part === null ? `∂${name}` : [],
      ),
    ),
    isScalar: isOfNumber,
  });
  const inputs = new Set(compiled.inputs.map(({ name }) => name));
  // What a rule names and does not use is no input.
  for (const { symbol, first } of kept)
    if (inputs.has(symbol.name)) compiled.fill(symbol.name, first);
  for (const [name, rows] of problem.numbers)
    if (inputs.has(name))
      compiled.set(
        name,
        rows.map((row) => row.map(toNumber)),
      );
  return compiled;
}

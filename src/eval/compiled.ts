/** @file Compiled values in the place of evaluated ones, once the two agree; and the plan of the program that gives them. */

import type { BackendName, Compiled, CompileOptions } from "../compile/index.ts";
import { compile } from "../compile/index.ts";
import type { Plan } from "../compile/index.ts";
import { backendNames } from "../compile/options.ts";
import type { Texts } from "../derive/ask.ts";
import { variablesOf } from "../derive/ask.ts";
import { derivatives } from "../derive/index.ts";
import type { Dimension } from "../expr/dimension.ts";
import type { Expr, Sym } from "../expr/expr.ts";
import type { Value } from "../expr/op.ts";
import { has, property } from "../expr/properties.ts";
import { postorder } from "../expr/walk.ts";
import type { Point } from "../numeric/evaluate.ts";
import { floatOf, floats } from "../numeric/exact.ts";
import { isMembersName, withoutMembers } from "../ops/indexing.ts";
import type { Problem } from "../parse/problem.ts";
import { variableOf } from "../parse/variables.ts";
import type { Variable } from "../parse/variables.ts";
import { toUnicode } from "../print/index.ts";
import { Comparison } from "./agreement.ts";
import type { PartValues, Pass } from "./evaluator.ts";
import type { Evaluation, Gradient } from "./index.ts";
import type { Given } from "./numbers.ts";
import { readWithNumbers } from "./reading.ts";
import type { Grid } from "./values.ts";

/** The values at one set of numbers, of a sample or alone. */
type Turn = Evaluation["passes"][number];

/** Where and how compiled code runs, as `compile` takes it. */
export type Demand = Pick<CompileOptions, "backend" | "dtype" | "threads">;

/** Which code ran, and how far its numbers are from those of the oracle. */
export interface Agreement {
  readonly backend: BackendName;
  /** Why it runs there. */
  readonly why: string;
  readonly dtype: "float32" | "float64";
  readonly threads: number;
  /** In relation to the largest entry of each matrix. */
  readonly maxRelativeError: number;
}

/** What a program does, at the sizes of a problem. */
export interface SizedPlan {
  readonly plan: Plan;
  readonly objective: string;
  readonly backend: BackendName;
  readonly why: string;
  readonly sizes: ReadonlyMap<string, number>;
  /** The variables of the gradients that are computed beside the value. */
  readonly gradients: readonly string[];
  readonly notes: readonly string[];
}

/**
 * The plan of a problem's value and its gradients by `wrt` (`null`: the value alone; empty: by every name). Of the
 * numbers that are given only the sizes count.
 * @throws NablaError where the problem is not understood, or a size is missing (`exit` 2).
 */
export async function planned(
  texts: Texts,
  given: readonly Given[],
  sizes: readonly Given[],
  wrt: string | null,
  demand: Demand,
): Promise<SizedPlan> {
  const reading = readWithNumbers(texts, given, wrt ?? "", new Set(), sizes);
  const { problem } = reading;
  const notes = [...reading.notes];
  const known = new Map([...reading.sizes.names()].map((d) => [d, reading.sizes.named(d)]));
  const gradients = wrt === null ? [] : variablesFor(problem, wrt).map(({ name }) => name);
  const program = await compile(byNothing(problem), {
    ...demand,
    ...(gradients.length > 0 && { wrt: gradients.join(",") }),
    sizes: Object.fromEntries(known),
    note: (text) => void notes.push(text),
  });
  try {
    const { plan, backend, why } = program;
    const name = problem.objectiveName === null ? "" : `${problem.objectiveName} = `;
    const objective = name + toUnicode(problem.objective, { letters: problem.indices });
    return { plan, objective, backend, why, sizes: known, gradients, notes };
  } finally {
    program.dispose();
  }
}

/** A problem without its leading ∇: by what there are gradients is said beside it. */
const byNothing = (problem: Problem): Problem => ({ ...problem, by: [] });

/** The variables of the gradients: those that are asked for, else every name that the objective varies with. */
function variablesFor(problem: Problem, wrt: string): Variable[] {
  if (wrt.trim() !== "" || problem.by.length > 0) return variablesOf(problem, wrt);
  return postorder([problem.objective]).flatMap((e) =>
    e.kind === "sym" && isVaried(e) ? [{ ...variableOf(e), name: withoutMembers(e.name) }] : [],
  );
}

/** Not whole numbers, labels and choices; of families that are defined there is no whole. */
const isVaried = ({ role, definition, properties, free, name }: Sym): boolean =>
  role === "value" &&
  free.length === 0 &&
  !(definition !== null && isMembersName(name)) &&
  !has(properties, property.integer) &&
  !has(properties, property.onehot);

/**
 * An evaluation with the numbers of compiled code in the place of its own: definitions, the objective, and the
 * gradients by `wrt`, without it by all names. What compiled code does not compute is left out. `make` compiles.
 * @throws NablaError where a number is not the one that was evaluated (`exit` 3).
 */
export async function compiledEvaluation(
  found: Evaluation,
  wrt: string,
  demand: Demand,
  make: typeof compile = compile,
): Promise<Evaluation> {
  const { problem, passes } = found;
  const [{ pass: first }] = passes as [Turn];
  const variables = variablesFor(problem, wrt).filter((v) => flowTo(v, first, found) !== null);
  const definitions = first.parts.filter(({ kind }) => kind === "definition");
  const kept = definitions.filter(({ expr }) => !isOfFlows(expr)).map(({ expr }) => expr as Sym);
  const told = definitions
    .filter(({ expr }) => isOfFlows(expr))
    .map(
      ({ name }) => `${name.unicode} speaks of what flows back: compiled code has no value of it`,
    );
  const program = await make(byNothing(problem), {
    ...demand,
    ...(variables.length > 0 && { wrt: variables.map(({ name }) => name).join(",") }),
    keep: kept.map(({ name }) => name),
    sizes: Object.fromEntries([...found.sizes].filter(([name]) => problem.dimensions.has(name))),
    // Its numbers are compared with those of the oracle, which says more at these than a check at others.
    verify: false,
    note: (text) => void told.push(text),
  });
  try {
    const comparison = new Comparison(program);
    const computed = passes.map((turn) => {
      run(program, turn.pass);
      return inCode(turn, found, variables, kept, comparison);
    });
    const { backend, why, dtype, threads } = program;
    const shown = `the numbers are those of compiled code: ${backendNames[backend]}, ${dtype}`;
    return {
      ...found,
      passes: computed.map(({ turn }) => turn),
      gradients: computed.flatMap(({ gradients }) => gradients),
      notes: [shown, ...comparison.notes, ...told, ...found.notes],
      compiled: { backend, why, dtype, threads, maxRelativeError: comparison.worst },
    };
  } finally {
    program.dispose();
  }
}

/** A pass with what the last run of a program gave, and the gradients that were asked for. */
function inCode(
  { sample, pass }: Turn,
  found: Evaluation,
  variables: readonly Variable[],
  kept: readonly Sym[],
  comparison: Comparison,
): { readonly turn: Turn; readonly gradients: readonly Gradient[] } {
  const { problem, loss, sizes } = found;
  const size = ({ coefficient, names }: Dimension): number =>
    names.reduce((n, name) => n * sizes.get(name)!, coefficient);
  const at: Point = { values: numbersOf(pass), size };
  const flows = new Map<string, Grid>();
  const gradients: Gradient[] = [];
  for (const v of variables) {
    const flow = flowTo(v, pass, found);
    if (flow === null) continue;
    const name = `∂${loss.unicode}/∂${v.name}`;
    const output = `∂${v.name}`;
    const isFamily = v.symbol.member !== null && v.part === null;
    const value = comparison.of(name, { output, isFamily }, flow, at, () => gradientOf(problem, v));
    if (v.part === null) flows.set(v.symbol.name, value);
    const asked = found.gradients.find(({ variable }) => variable === v.name);
    if (asked) gradients.push({ ...asked, value });
  }
  const parts = pass.parts.flatMap((part): PartValues[] => {
    const { kind, expr, name, forward } = part;
    const value = (output: string): Grid =>
      comparison.of(name.unicode, { output }, forward, at, () => expr);
    if (kind === "objective") return [{ ...part, forward: value("value") }];
    const symbol = expr as Sym;
    const backward = flows.get(symbol.name) ?? null;
    if (kind === "input") return [{ ...part, backward }];
    return kept.includes(symbol) ? [{ ...part, forward: value(symbol.name), backward }] : [];
  });
  return { turn: { sample, pass: { ...pass, parts, loss: parts.at(-1)!.forward } }, gradients };
}

/** Whether something speaks of ∂L/∂(a part): it has a value after the way back only. */
const isOfFlows = (expr: Expr): boolean =>
  postorder([expr]).some((e) => e.kind === "sym" && e.cotangent !== null);

/** What was evaluated for the gradient by a variable; null where nothing was. */
function flowTo({ name, symbol, part }: Variable, pass: Pass, found: Evaluation): Grid | null {
  const asked = found.gradients.find(({ variable }) => variable === name);
  if (asked || part) return asked?.value ?? null;
  const own = pass.parts.find(({ expr }) => expr.kind === "sym" && expr.name === symbol.name);
  return own?.backward ?? null;
}

const gradientOf = (problem: Problem, variable: Variable): Expr =>
  derivatives(problem, [variable], { verify: false })[0]!.expr;

const inputsOf = ({ parts }: Pass): PartValues[] => parts.filter(({ kind }) => kind === "input");

const numbersOf = (pass: Pass): Map<Sym, Value> =>
  new Map(inputsOf(pass).map(({ expr, forward }) => [expr as Sym, floats(forward)]));

/** Runs a program at the numbers of a pass. */
function run(program: Compiled, pass: Pass): void {
  for (const { expr, forward } of inputsOf(pass)) {
    const { name, member } = expr as Sym;
    const port = program.inputs.find((p) => p.name === withoutMembers(name));
    const rows = forward.map((row) => row.map(floatOf));
    // The members of a family are the columns of the whole, and rows where it is given.
    const own = member ? rows[0]!.map((_, j) => rows.map((row) => row[j]!)) : rows;
    if (port) program.set(port.name, own);
  }
  program.run();
}

/** @file Trials of the emitters: a case of the tables at drawn sizes, on machines that take everything for large. */

import { adam, gradientDescent, updatesOf } from "../../src/compile/update.ts";
import type { UpdateRule, Updates } from "../../src/compile/update.ts";
import { Random } from "../../src/data/random.ts";
import { parse, variablesOf } from "../../src/derive/ask.ts";
import { derivatives } from "../../src/derive/index.ts";
import type { Dimension } from "../../src/expr/dimension.ts";
import { dimension, one, sameShape } from "../../src/expr/dimension.ts";
import type { Expr, Sym } from "../../src/expr/expr.ts";
import { isScalar } from "../../src/expr/expr.ts";
import { has, property } from "../../src/expr/properties.ts";
import { postorder } from "../../src/expr/walk.ts";
import type { Given } from "../../src/lower/entries.ts";
import type { Precision } from "../../src/lower/loops.ts";
import type { Measured } from "../../src/lower/measured.ts";
import type { Program } from "../../src/lower/program.ts";
import { kernelsOf, programOf } from "../../src/lower/program.ts";
import { workOf } from "../../src/lower/schedule.ts";
import { largestIndex } from "../../src/numeric/equations.ts";
import { realArithmetic } from "../../src/numeric/mathjs.ts";
import { draw } from "../../src/numeric/sample.ts";
import type { Case } from "../tables.ts";
import type { Machine } from "./machine.ts";
import { wholeOf } from "./machine.ts";
import { entriesOf } from "./oracle.ts";

/** What is compiled of a case. */
export interface Subject {
  readonly value: Expr;
  readonly derivative: Expr;
  /** What a gradient is the gradient by, where steps can be taken along it. */
  readonly variable: Sym | null;
}

export function subjectOf({ statements, by, options }: Case): Subject {
  const problem = parse(statements.join("\n"), { ...options, wrt: by });
  const [found] = derivatives(problem, variablesOf(problem, by), { ...options, verify: false });
  const { expr, kind, hvp, variable } = found!;
  const value = problem.objective;
  const isGradient =
    kind === "gradient" &&
    hvp === null &&
    found!.upstream === null &&
    variable.part === null &&
    variable.symbol.definition === null;
  const isStep = isGradient && isScalar(value) && sameShape(expr.shape, variable.symbol.shape);
  return { value, derivative: expr, variable: isStep ? variable.symbol : null };
}

// ---- sizes ------------------------------------------------------------------------------------------

type Sizes = (d: Dimension) => number;

/** The names of dimensions, and the largest entry that is asked for by its number. */
function namesOf(subject: Subject): { readonly names: readonly string[]; readonly least: number } {
  const nodes = postorder([subject.value, subject.derivative]);
  const met = new Set<Dimension>();
  for (const e of nodes) {
    met.add(e.shape[0]).add(e.shape[1]);
    if (e.kind === "sym" && e.range) met.add(e.range);
    if (e.kind === "indexSum") met.add(e.index.range!);
    if (e.kind === "sym" && e.role === "dimension") met.add(dimension(e.name));
  }
  const names = [...new Set([...met].flatMap((d) => d.names))].toSorted();
  return { names, least: largestIndex(nodes) };
}

const shuffled = (items: readonly number[], random: Random): number[] =>
  items
    .map((x) => ({ x, at: random.uniform() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ x }) => x);

const from = (low: number, high: number): number[] =>
  Array.from({ length: high - low + 1 }, (_, k) => low + k);

export const picked = <T>(random: Random, items: readonly T[]): T =>
  items[random.whole(0, items.length - 1)]!;

/**
 * Sizes that differ from each other: most of them from 16 to 31, at times one that is 1 or 2 or one that is long.
 * Those that come later are smaller, for what grows fast.
 */
function sizesFor(subject: Subject, random: Random): Sizes[] {
  const { names, least } = namesOf(subject);
  const odd = picked(random, names);
  const special = picked(random, [null, 1, 2, random.whole(33, 70), random.whole(33, 70)]);
  return [from(16, 31), from(6, 15), from(3, 7)].map((pool, round) => {
    const sizes = shuffled(pool, random);
    const known = new Map(
      names.map((name, k) => [name, Math.max(sizes[k % sizes.length]!, least)]),
    );
    if (odd !== undefined && special !== null && special >= least && (round === 0 || special < 3))
      known.set(odd, special);
    return (d) => d.names.reduce((n, name) => n * known.get(name)!, d.coefficient);
  });
}

// ---- programs ---------------------------------------------------------------------------------------

/** A program of a case at some sizes. */
export interface Trial {
  /** The program, made anew for each machine. */
  readonly program: () => Program;
  /** How many operations it takes. */
  readonly work: number;
  readonly size: Sizes;
  readonly given: Given;
  /** How many steps a run takes. */
  readonly steps: number;
  /** What is kept from step to step besides the variable, and what it is at first. */
  readonly kept: ReadonlyMap<string, number>;
}

/** More operations than that take too long. */
const mostWork = 2e6;
/** More numbers than that a matrix may not have. */
const mostEntries = 2e5;

/** A momentum that reads what it replaces at other places, too. */
const rules: readonly UpdateRule[] = [
  gradientDescent(1e-4),
  adam(1e-3),
  {
    formulas: "M_{new} = μ M + G; W_{new} = W − η M_{new}",
    states: { M: 0 },
    scalars: {},
    constants: { η: 1e-4, μ: 0.9 },
  },
];

/** A trial of a subject; null where it is too large at every size. */
export function trialOf(subject: Subject, random: Random): Trial | null {
  const { value, derivative, variable } = subject;
  const nodes = postorder([value, derivative]);
  const leaves = nodes.filter(
    (e): e is Sym => e.kind === "sym" && e.role === "value" && e.definition === null,
  );
  const isInSteps = variable !== null && random.uniform() < 0.4;
  const made: Updates | null = isInSteps
    ? updatesOf(
        picked(random, rules),
        new Map([[variable, derivative]]),
        new Set(nodes.flatMap((e) => (e.kind === "sym" ? e.name : []))),
      )
    : null;
  const steps = isInSteps ? 3 : 1;
  const labels = leaves
    .filter((s) => has(s.properties, property.onehot) && entriesAlong(s)[1] !== one)
    .filter((s) => s.shape[0] !== s.shape[1] && s !== variable && random.uniform() < 0.7)
    .map(({ name }) => name);
  // Of one dimension the samples of each step are taken.
  const samples = picked(
    random,
    leaves.map((s) => entriesAlong(s)[0]),
  );
  const isFed = isInSteps && samples !== undefined && samples !== one && random.uniform() < 0.5;
  const fed = isFed
    ? leaves.filter(
        (s) => entriesAlong(s)[0] === samples && s.shape[0] !== s.shape[1] && s !== variable,
      )
    : [];
  // Some name has other numbers in every step.
  const plain = leaves.filter(
    (s) => s !== variable && !s.member && !fed.includes(s) && !labels.includes(s.name),
  );
  const news = isInSteps && random.uniform() < 0.4 ? picked(random, plain) : undefined;
  const wanted = new Map(isInSteps ? [["value", value]] : Object.entries({ value, derivative }));
  for (const size of sizesFor(subject, random)) {
    if (nodes.some(({ shape }) => size(shape[0]) * size(shape[1]) > mostEntries)) continue;
    const count = isFed ? 2 * size(samples) + 1 : 0;
    const given: Given = {
      labels: new Set(labels),
      fed: new Map(fed.map(({ name }) => [name, count])),
      perStep: new Set(news ? [news.name] : []),
      steps,
    };
    const program = (): Program => programOf(wanted, size, made?.updates, given);
    const work = kernelsOf(program()).reduce((sum, kernel) => sum + workOf(kernel), 0);
    if (work > mostWork) continue;
    const kept = new Map((made?.kept ?? []).map(({ symbol, first }) => [symbol.name, first]));
    return { program, work, size, given, steps, kept };
  }
  return null;
}

/** The dimension of the samples of a name, and that of the entries of one. */
const entriesAlong = ({ member, shape: [m, n] }: Sym): readonly [Dimension, Dimension] =>
  member ? [n, m] : [m, n];

// ---- numbers ----------------------------------------------------------------------------------------

/** What a program is given: the entries of its inputs, row by row, and its labels. */
export interface Point {
  readonly values: ReadonlyMap<string, ArrayLike<number>>;
  readonly labels: ReadonlyMap<string, number>;
  readonly order: ArrayLike<number>;
}

/** Random numbers with the properties that are declared. */
export function pointOf(trial: Trial, random: Random, manner: number, precision: Precision): Point {
  const { size, given, kept } = trial;
  const { inputs, labels, order } = trial.program();
  const values = new Map<string, ArrayLike<number>>();
  for (const { symbol, tensor } of inputs.values()) {
    const first = kept.get(symbol.name);
    const entries = tensor.axes.reduce((n, { extent }) => n * extent, 1);
    values.set(
      symbol.name,
      numbers(
        precision,
        first === undefined
          ? drawn(symbol, size, given, random, manner)
          : Array.from({ length: entries }, () => first),
      ),
    );
  }
  const counts = [...given.fed.values()];
  const places = order ? order.axes[0]!.extent : 0;
  return {
    values,
    labels: new Map([...labels].map(([name, extent]) => [name, random.whole(0, extent - 1)])),
    order: Array.from({ length: places }, () => random.whole(0, counts[0]! - 1)),
  };
}

const numbers = (precision: Precision, entries: readonly number[]): ArrayLike<number> =>
  precision === "float32" ? Float32Array.from(entries) : entries;

/** The numbers of a name: of one that is fed all samples, of one that is given by labels these, else of all steps. */
function drawn(
  s: Sym,
  size: Sizes,
  { fed, labels, perStep, steps }: Given,
  random: Random,
  manner: number,
): readonly number[] {
  if (perStep.has(s.name))
    return Array.from({ length: steps }, () =>
      entriesOf(draw(s, { size, shrunk: [] }, random, realArithmetic, manner)),
    ).flat();
  const [samples] = entriesAlong(s);
  const count = fed.get(s.name) ?? size(samples);
  const drawnSize: Sizes = (d) => (d === samples ? count : size(d));
  const isPlain = !fed.has(s.name) && !labels.has(s.name);
  const value = draw(
    s,
    { size: isPlain ? size : drawnSize, shrunk: [] },
    random,
    realArithmetic,
    manner,
  );
  const entries = entriesOf(value);
  if (isPlain) return entries;
  const width = entries.length / count;
  const rows = Array.from({ length: count }, (_, i) =>
    Array.from({ length: width }, (_unused, j) =>
      s.member ? entries[j * count + i]! : entries[i * width + j]!,
    ),
  );
  return labels.has(s.name) ? rows.map((row) => row.indexOf(1)) : rows.flat();
}

/** Gives a machine its numbers. */
export function given(machine: Machine, { values, labels, order }: Point): void {
  const { program } = machine;
  for (const { symbol, tensor } of program.inputs.values())
    machine.put(wholeOf(tensor), values.get(symbol.name)!);
  for (const [name, label] of labels) machine.label(name, label);
  if (program.order) machine.put(wholeOf(program.order), order);
}

// ---- machines ---------------------------------------------------------------------------------------

/** What is worth its while on a machine that takes small problems for large ones. */
export const drawnMeasured = (random: Random): Measured => ({
  worthThreads: picked(random, [0, 0, 0, 5000]),
  worthSharing: picked(random, [1, 40, 500]),
  barrierCost: picked(random, [1, 500, 10_000]),
  longPart: picked(random, [0, 0, 2, 6, 56]),
  sharedFactor: picked(random, [2, 8, 16, 96]),
  sharedSolution: picked(random, [2, 8, 16, 64]),
  factorBlock: picked(random, [8, 16, 32]),
  depthTogether: picked(random, [1, 3, 8, 256, 256]),
  rowTogether: picked(random, [4, 16, 100, 4096, 4096]),
  near: picked(random, [0, 0, 600, 3000]),
  longRow: picked(random, [1, 2, 3, 8]),
});

/** What a machine gives in a run: all that is asked for, then what has changed from step to step. */
export function outcome(machine: Machine): (Float32Array | Float64Array)[] {
  const states = machine.program.states.map(({ before }) => machine.taken(wholeOf(before)));
  return [...machine.results(), ...states];
}

/**
 * @file Every objective of the tables, and random expressions, are models that give what the oracle does, or are
 * refused; of the derivatives a sample, and with `NABLA_LONG` all.
 */

import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parse, variablesOf } from "../../src/derive/ask.ts";
import { derivatives } from "../../src/derive/index.ts";
import { NablaError } from "../../src/diagnostics/errors.ts";
import { indexSum } from "../../src/expr/binding.ts";
import { dimension, one } from "../../src/expr/dimension.ts";
import type { Expr, Sym } from "../../src/expr/expr.ts";
import { indexSymbol, sym } from "../../src/expr/expr.ts";
import type { Value } from "../../src/expr/op.ts";
import { postorder } from "../../src/expr/walk.ts";
import { evaluate } from "../../src/numeric/evaluate.ts";
import type { Point } from "../../src/numeric/evaluate.ts";
import { realArithmetic as m } from "../../src/numeric/mathjs.ts";
import { onnxModel } from "../../src/onnx/index.ts";
import {
  add,
  hadamard,
  identity,
  ones,
  product,
  scale,
  trace,
  transpose,
} from "../../src/ops/arithmetic.ts";
import { tanh } from "../../src/ops/elementwise.ts";
import { column, differs, entry, row, unitVector } from "../../src/ops/indexing.ts";
import { sum } from "../../src/ops/reduce.ts";
import { softmax } from "../../src/ops/rowwise.ts";
import { diagonalMatrix, diagonalVector } from "../../src/ops/structure.ts";
import type { Problem } from "../../src/parse/problem.ts";
import { toUnicode } from "../../src/print/index.ts";
import { tables } from "../lower/machine.ts";
import { entriesOf, knownPoint } from "../lower/oracle.ts";
import { scalars } from "../random.ts";
import { cases } from "../tables.ts";
import { byRuntime, checkHere, checkTold } from "./trials.ts";
import type { Trial } from "./trials.ts";

const isLong = Boolean(process.env["NABLA_LONG"]);
/** Of so many cases of a table one has its derivative tried. */
const sampled = isLong ? 1 : 25;

/** What ONNX has nothing for, and functions of which only names are known. */
const refusals: ReadonlySet<string> = new Set(["no-counterpart", "no-numbers"]);

/** Numbers as a model is given them: in single precision, the members of a family as rows. */
function given(s: Sym, value: Value): { rows: number; columns: number; data: Float32Array } {
  const x = s.member ? m.transpose(value) : value;
  return { rows: m.rows(x), columns: m.columns(x), data: Float32Array.from(entriesOf(x)) };
}

const rounded = (value: Value): Value =>
  m.matrix(m.rows(value), m.columns(value), (i, j) => Math.fround(m.real(m.entry(value, i, j))));

/** The names of the dimensions that an expression has to do with. */
const dimensionsOf = (nodes: readonly Expr[]): Set<string> =>
  new Set(
    nodes.flatMap((e) => [
      ...e.shape.flatMap(({ names }) => names),
      ...(e.kind === "indexSum" ? e.index.range!.names : []),
      ...(e.kind === "sym" && e.role === "dimension" ? [e.name] : []),
    ]),
  );

/** What may stay open: a dimension of what is fed that no other name has. */
const openIn = (fed: Sym, others: readonly Sym[]): string | null =>
  fed.shape
    .filter(({ names, coefficient }) => names.length === 1 && coefficient === 1)
    .map(({ key }) => key)
    .find((name) => !others.some((s) => s.shape.some(({ names }) => names.includes(name)))) ?? null;

/** Models of an expression, one for each of its first names that is fed; none where no point is known. */
function trialsOf(title: string, e: Expr, seed: number): Trial[] {
  const nodes = postorder([e]);
  const leaves = nodes.filter(
    (s): s is Sym => s.kind === "sym" && s.role === "value" && s.definition === null,
  );
  const known = leaves.length === 0 || e.free.length > 0 ? null : knownPoint([e], seed);
  if (!known) return [];
  const values = new Map(leaves.map((s) => [s, rounded(known.point.values.get(s))]));
  // A number that is made smaller where it is drawn says another size than its problem.
  const size: Point["size"] = (d) => known.point.size(d);
  if (leaves.some((s) => s.shape.some((d) => d.names.length === 0 && size(d) !== d.coefficient)))
    return [];
  const [value] = evaluate([e], { values, size }, m);
  const expected = { dims: [m.rows(value), m.columns(value)], data: entriesOf(value) };
  if (!expected.data.every(Number.isFinite)) return [];
  const output = sym("the output", e.shape, 0, e);
  const symbols = new Map([...leaves, output].map((s) => [s.name, s]));
  const dimensions = dimensionsOf(nodes);
  const problem: Problem = { ...base, symbols, dimensions, numbers: new Map() };
  return leaves.slice(0, 2).flatMap((fed) => {
    const others = leaves.filter((s) => s !== fed);
    const batch = openIn(fed, others);
    const names = [...dimensions].filter((name) => name !== batch);
    const { rows, columns, data } = given(fed, values.get(fed));
    const model = onnxModel(problem, {
      output: output.name,
      input: fed.name,
      batch,
      sizes: Object.fromEntries(names.map((name) => [name, size(dimension(name))])),
      constants: new Map(others.map((s) => [s.name, given(s, values.get(s))])),
      name: "case",
    });
    const scale = Math.max(known.largest, ...expected.data.map(Math.abs));
    const open = batch === null ? "" : `, ${batch} open`;
    const told = `${title}: ${toUnicode(e)} of ${fed.name}${open}`;
    return { title: told, model, fed: { dims: [rows, columns], data: [...data] }, expected, scale };
  });
}

const base = parse("x");

/** The same, and none where an operation is refused. */
function triedOf(title: string, e: Expr, seed: number): Trial[] {
  try {
    return trialsOf(title, e, seed);
  } catch (error) {
    if (error instanceof NablaError && refusals.has(error.diagnostic.code)) return [];
    throw error;
  }
}

const all: Trial[] = [];

describe.each(tables)("%s", (table) => {
  const entries = cases(table);
  test.each(entries)("$title", (entry) => {
    const { statements, by, options, title } = entry;
    const k = entries.indexOf(entry);
    const problem = parse(statements.join("\n"), { ...options, wrt: by });
    const derived =
      k % sampled === 0
        ? derivatives(problem, variablesOf(problem, by), { ...options, verify: false })
        : [];
    const trials = [problem.objective, ...derived.map(({ expr }) => expr)].flatMap((e, at) =>
      triedOf(title, e, 5 * k + at),
    );
    all.push(...trials);
    for (const trial of trials) checkHere(trial);
  });
});

test("random expressions", () => {
  fc.assert(
    fc.property(scalars(4), fc.nat(1000), ({ expr }, seed) => {
      const trials = triedOf("random", expr, seed);
      all.push(...trials);
      for (const trial of trials) checkHere(trial);
    }),
    { numRuns: isLong ? 5000 : 300, seed: 11 },
  );
});

const n = dimension("n");
const [A, B, x, y] = [sym("A", [n, n]), sym("B", [n, n]), sym("x", [n, one]), sym("y", [n, one])];

/** A random n×n matrix under two sums, in which rows, columns and entries are picked and put by their indices. */
function indexed(depth: number, indices: readonly Sym[], pick: (below: number) => number): Expr {
  const sub = (): Expr => indexed(depth - 1, indices, pick);
  const index = (): Sym => indices[pick(indices.length)]!;
  const unit = (): Expr => unitVector(n, index());
  const leaves = [
    () => A,
    () => identity(n),
    () => diagonalMatrix(x),
    () => product(unit(), transpose(unit())),
    () => product(unit(), transpose(y)),
    () => product(x, transpose(unit())),
    () => product(ones(n), transpose(y)),
    () => scale(entry(A, index(), index()), B),
  ];
  if (depth <= 0) return leaves[pick(leaves.length)]!();
  const options = [
    () => add(sub(), sub()),
    () => hadamard(sub(), sub()),
    () => product(sub(), sub()),
    () => transpose(sub()),
    () => product(sub(), unit(), transpose(y)),
    () => product(unit(), row(sub(), index())),
    () => product(column(sub(), index()), transpose(x)),
    () => scale(entry(sub(), index(), index()), sub()),
    () => scale(trace(sub()), sub()),
    () => scale(differs(index(), index()), sub()),
    () => diagonalMatrix(diagonalVector(sub())),
    () => diagonalMatrix(column(sub(), index())),
    () => tanh(sub()),
    () => scale(sum(sub()), sub()),
    () => product(ones(n), transpose(ones(n)), sub()),
    () => softmax(sub()),
  ];
  return options[pick(options.length)]!();
}

test("random sums over indices", () => {
  const streams = fc.infiniteStream(fc.nat(1_000_000));
  fc.assert(
    fc.property(streams, fc.nat(1000), (stream, seed) => {
      const indices = [indexSymbol("i", n), indexSymbol("j", n)];
      const body = indexed(3, indices, (below) => (stream.next().value as number) % below);
      const trials = triedOf(
        "random",
        indices.reduce((e, i) => indexSum(i, e), body),
        seed,
      );
      all.push(...trials);
      for (const trial of trials) checkHere(trial);
    }),
    { numRuns: isLong ? 5000 : 300, seed: 11 },
  );
});

test("all of these in ONNX Runtime", ({ skip }) => {
  expect(all.length).toBeGreaterThan(500);
  const told = byRuntime(all);
  if (!told) return skip();
  for (const [k, trial] of all.entries()) checkTold(told[k]!, trial);
});

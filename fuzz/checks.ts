/** @file What must hold of a problem and its derivatives, beside the engine's own check. */

import { renderToString } from "katex";
import { derivatives } from "../src/derive/index.ts";
import type { Derivative } from "../src/derive/index.ts";
import { lettersFor } from "../src/derive/jacobian.ts";
import { alternativeNames } from "../src/derive/options.ts";
import { multiplied, one } from "../src/expr/dimension.ts";
import type { Expr, Sym } from "../src/expr/expr.ts";
import { indexSymbol, isApply, isScalar, sym } from "../src/expr/expr.ts";
import { closed, property, structureOf, whileVaried } from "../src/expr/properties.ts";
import { children, postorder, substitution, upwards, withArgs } from "../src/expr/walk.ts";
import { NablaError, parse, toUnicode } from "../src/index.ts";
import type { Problem, Variable } from "../src/index.ts";
import { variablesOf } from "../src/index.ts";
import { inner, matmul, transposed } from "../src/ops/arithmetic.ts";
import { matrixPower } from "../src/ops/matrix.ts";
import { parseIn } from "../src/parse/index.ts";
import { variableOf } from "../src/parse/variables.ts";
import type { Entries, Structure } from "./points.ts";
import {
  change,
  dot,
  largestOf,
  moving,
  Place,
  plus,
  secondChange,
  stack,
  within,
} from "./points.ts";
import type { AlphabetName, Trial } from "./trial.ts";
import { alphabetNames, definitionsIn, optionsOf, textOf } from "./trial.ts";

/** What came out of a problem. */
export interface Verdict {
  readonly outcome: "agreed" | "refused" | "failed";
  /** Of a refusal its code, of a failure the check. */
  readonly code: string;
  readonly detail: string;
  /** The comparisons that were made. */
  readonly compared: readonly string[];
}

/** A check that does not hold. */
class Failure extends Error {
  readonly code: string;
  constructor(code: string, detail: string) {
    super(detail);
    this.code = code;
  }
}

/** The longest a derivation may take, in milliseconds. */
const longest = 5000;

/** How many points are looked at, and how many are tried for that. */
const [wanted, attempts] = [2, 12];

/** The verdict over a problem. */
export function verdictOf(trial: Trial): Verdict {
  const compared = new Set<string>();
  try {
    check(trial, compared);
    return { outcome: "agreed", code: "", detail: "", compared: [...compared] };
  } catch (error) {
    const done = [...compared];
    if (error instanceof Failure)
      return { outcome: "failed", code: error.code, detail: error.message, compared: done };
    if (error instanceof NablaError) {
      const { code, message } = error.diagnostic;
      const outcome = code === "not-verified" ? "failed" : "refused";
      return { outcome, code, detail: message, compared: done };
    }
    const { stack: trace = String(error), message } = error as Error;
    const code = message.startsWith("internal") ? "internal" : "exception";
    return { outcome: "failed", code, detail: trace.slice(0, 1200), compared: done };
  }
}

/** Reads a problem; what is printed must be read. */
function problemOf(trial: Trial, alphabet: AlphabetName): Problem {
  const text = textOf(trial, alphabet);
  try {
    return parse(text, { kind: trial.kind });
  } catch (error) {
    if (!(error instanceof NablaError)) throw error;
    const { code, message } = error.diagnostic;
    // Problems that are refused for what they say, and not for how they are written.
    if (error.exit === 3 || ["contradiction", "no-reading"].includes(code)) throw error;
    throw new Failure(`unread: ${code}`, `${alphabet}: ${message}\n${text}`);
  }
}

function check(trial: Trial, compared: Set<string>): void {
  const problem = problemOf(trial, "unicode");
  sameValue(trial, problem.objective, trial.objective, "read otherwise", "the problem as read");
  const variables = variablesOf(problem, trial.wrt);
  const timed = (): readonly [Derivative[], number] => {
    const before = performance.now();
    return [derivatives(problem, variables, optionsOf(trial)), performance.now() - before];
  };
  const [found, time] = timed();
  // Another process may have been in the way: twice too long is too long.
  if (time > longest && timed()[1] > longest) throw new Failure("timeout", `${time.toFixed(0)} ms`);
  for (const derivative of found) {
    againstDifferences(trial, problem, derivative, compared);
    readBack(trial, problem, derivative, compared);
    if (derivative.kind !== "gradient" && trial.hvp === null)
      formsAgree(trial, problem, derivative, compared);
  }
  sameInOtherAlphabet(trial, found, compared);
  const [first] = found;
  if (first!.kind === "hessian") hessianIsDerivativeOfGradient(trial, problem, first!, compared);
  if (
    first!.kind === "gradient" &&
    first!.variable.part === null &&
    trial.structured === "project"
  ) {
    sumOfParts(trial, problem, first!, compared);
    chained(trial, problem, first!, compared);
  }
}

/** Up to `wanted` points at which something can be compared; the index of each says which it is. */
function* places(trial: Trial): Generator<Place> {
  for (let i = 0; i < attempts; i++) yield new Place(Math.imul(trial.seed, 31) + i);
}

/**
 * Agreements and disagreements at points: rounding may spoil one of them, so that a disagreement stands
 * where a second one does, or no point agrees.
 */
class Ballot {
  private agreed = 0;
  private objections: Failure[] = [];

  /** Whether enough points were looked at. */
  get isDecided(): boolean {
    return this.agreed >= wanted || this.objections.length >= wanted;
  }

  agree(): void {
    this.agreed++;
  }

  object(code: string, detail: string): void {
    this.objections.push(new Failure(code, detail));
  }

  /** Whether points agree; throws where they do not. */
  close(): boolean {
    const [first] = this.objections;
    if (first && (this.objections.length >= wanted || this.agreed === 0)) throw first;
    return this.agreed > 0;
  }
}

const close = (a: Entries, b: Entries, tolerance: number, size = 0): boolean =>
  a.length === b.length &&
  a[0]!.length === b[0]!.length &&
  largestOf(plus(a, b, -1)) <= tolerance * Math.max(size, largestOf(a), largestOf(b), 1e-3);

const shown = (x: Entries): string =>
  JSON.stringify(x.map((row) => row.map((entry) => Number(entry.toPrecision(8)))));

/** Two expressions that are to be equal, at points where both are defined. */
/** Whether two expressions were found to have the same value; a failure where they have others. */
function sameValue(trial: Trial, a: Expr, b: Expr, code: string, what: string): boolean {
  if (a === b) return true;
  const ballot = new Ballot();
  for (const place of places(trial)) {
    const values = place.at([a, b]);
    if (!values || isBlurred(place, [a, b], values)) continue;
    if (close(values[0]!, values[1]!, 1e-6)) ballot.agree();
    else
      ballot.object(
        code,
        `${what}: ${toUnicode(a)} is ${shown(values[0]!)}, ${toUnicode(b)} is ${shown(values[1]!)}`,
      );
    if (ballot.isDecided) break;
  }
  return ballot.close();
}

/** Whether parts so large cancel that rounding is seen. */
function isBlurred(place: Place, roots: readonly Expr[], values: readonly Entries[]): boolean {
  const parts = postorder(roots, children).filter((e) =>
    e.free.every((s) => !s.name.startsWith("#")),
  );
  const all = place.at(parts);
  const most = all === null ? Infinity : Math.max(...all.map(largestOf));
  return most > 1e6 * Math.max(...values.map(largestOf), 1e-3);
}

/** The structure within which a variable moves. */
function structureIn(trial: Trial, problem: Problem, { symbol, part }: Variable): Structure {
  if (part !== null || isScalar(symbol) || trial.structured === "free") return null;
  return structureOf(closed(problem.declared.get(symbol.name) ?? symbol.properties, false));
}

/** A direction of the variable, and what it is for the name it is a part of. */
function directionOf(
  trial: Trial,
  problem: Problem,
  variable: Variable,
  place: Place,
): { own: Entries; whole: Entries } | null {
  const structure = structureIn(trial, problem, variable);
  const own = place.direction(variable.shape, structure);
  const whole = placed(trial, problem, variable, place, own);
  return whole && { own, whole };
}

/** A direction of a part as one of the whole name, within its set. */
function placed(
  trial: Trial,
  problem: Problem,
  variable: Variable,
  place: Place,
  own: Entries,
): Entries | null {
  const { symbol, part, shape } = variable;
  if (!part) return own;
  const name = "\u0000own";
  place.set(name, own);
  const whole = place.at([part.place(sym(name, shape))])?.[0];
  const structure = structureIn(trial, problem, variableOf(symbol));
  return whole ? within(whole, structure) : null;
}

/** Aᵏ with a letter k. */
const isWholePower = (e: Expr): boolean => isApply(e, matrixPower) && e.args[1]!.kind !== "num";

/**
 * An expression in which a defined name stands wherever its definition does, as it does where it is varied;
 * of z = v the v is another name.
 */
const inItsName = (e: Expr, name: Sym): Expr =>
  name.definition === null || name.definition.kind === "sym"
    ? e
    : upwards(e, new Map<Expr, Expr>(), (node, parts) =>
        node === name.definition ? name : withProductNamed(withArgs(node, parts), name),
      );

/** A product with a name for the factors in it that are its definition, or that turned. */
function withProductNamed(e: Expr, name: Sym): Expr {
  const { definition } = name;
  if (!isApply(e, matmul) || !isApply(definition!, matmul)) return e;
  const { args } = definition;
  for (const [run, by] of [
    [args, name],
    [args.toReversed().map(transposed), transposed(name)],
  ] as const)
    for (let at = 0; at + run.length <= e.args.length; at++)
      if (run.every((factor, i) => e.args[at + i] === factor)) {
        const factors = [...e.args.slice(0, at), by, ...e.args.slice(at + run.length)];
        return factors.length === 1 ? by : withProductNamed(matmul(...factors), name);
      }
  return e;
}

/** The derivative against central differences of the problem as it was made. */
function againstDifferences(
  trial: Trial,
  problem: Problem,
  derivative: Derivative,
  compared: Set<string>,
): void {
  const { variable, kind, expr } = derivative;
  // A whole exponent has no differences; its derivative is that of the formula for any.
  const isWhole = variable.symbol.properties & property.integer;
  if (isWhole && postorder([problem.objective]).some(isWholePower)) return;
  const moved = moving(inItsName(problem.objective, variable.symbol), variable.symbol);
  const ballot = new Ballot();
  for (const place of places(trial)) {
    if (ballot.isDecided) break;
    const direction = directionOf(trial, problem, variable, place);
    const values = direction && place.at([expr, problem.objective]);
    if (!values) continue;
    const [result, objective] = values as [Entries, Entries];
    const claims = claimed(trial, problem, derivative, place, result, direction.own);
    if (claims === null) continue;
    const { derived, size } = claims;
    const numeric = (shrink: number): Entries | null => {
      if (kind !== "hessian") {
        const step = 4e-3 * shrink;
        const found = change(place, moved, direction.whole, step);
        return found && (kind === "jacobian" ? found : [[found[0]![0]!]]);
      }
      const found = secondChange(place, moved, direction.whole, claims.second!, 2e-2 * shrink);
      return found === null ? null : [[found]];
    };
    const first = numeric(1);
    if (!first) continue;
    const tolerance = kind === "hessian" ? 1e-3 : 1e-5;
    const scale = Math.max(size, 1e-4 * largestOf(objective));
    if (!close(first, derived, tolerance, scale)) {
      // A kink between the points looks like a disagreement; closer to the point it is none.
      const second = numeric(1 / 5);
      if (second && close(first, second, tolerance, scale) && !isBlurred(place, [expr], [result]))
        ballot.object(
          "differences",
          `by ${variable.name}: derived ${shown(derived)}, differences ${shown(first)} of ${toUnicode(expr)}`,
        );
      continue;
    }
    ballot.agree();
  }
  if (ballot.close())
    compared.add(`differences of a ${trial.hvp ? "Hessian–vector product" : kind}`);
}

interface Claimed {
  readonly derived: Entries;
  readonly size: number;
  readonly second?: Entries;
}

/** What a result says of the change along a direction. */
function claimed(
  trial: Trial,
  problem: Problem,
  { variable, kind, hvp }: Derivative,
  place: Place,
  result: Entries,
  own: Entries,
): Claimed | null {
  const absolute = (x: Entries): Entries => x.map((row) => row.map(Math.abs));
  if (kind === "gradient") {
    const structure = structureIn(trial, problem, variable);
    if (trial.structured === "project") inSet(result, structure);
    const counted =
      trial.structured === "cookbook" && structure !== null
        ? own.map((row, i) => row.map((x, j) => (i <= j ? x : 0)))
        : own;
    return { derived: [[dot(result, counted)]], size: dot(absolute(result), absolute(counted)) };
  }
  if (kind === "jacobian") {
    if (isScalar(variable as { shape: Sym["shape"] } as Expr))
      return { derived: result.map((row) => row.map((x) => x * own[0]![0]!)), size: 0 };
    const column = stack(own);
    const flat = result.map((row) => row.reduce((sum, x, j) => sum + x * column[j]!, 0));
    const rows = place.size(problem.objective.shape[0]);
    const derived = Array.from({ length: rows }, (_, i) =>
      Array.from({ length: flat.length / rows }, (_unused, j) => flat[j * rows + i]!),
    );
    return { derived, size: largestOf(result) * largestOf(own) };
  }
  const structure = structureIn(trial, problem, variable);
  if (hvp !== null) {
    // Whether w lies in the set is not known.
    if (structure !== null) return null;
    const along = place.at([hvp])?.[0];
    const second = along && placed(trial, problem, variable, place, along);
    if (!second) return null;
    return { derived: [[dot(result, own)]], size: dot(absolute(result), absolute(own)), second };
  }
  const other = place.direction(variable.shape, structure);
  const second = placed(trial, problem, variable, place, other);
  if (!second) return null;
  const [a, b] = [stack(own), stack(other)];
  const size = a.length;
  if (result.length !== size && size > 1) throw new Failure("shape", "a Hessian of another shape");
  let [derived, most] = [0, 0];
  for (let i = 0; i < size; i++)
    for (let j = 0; j < size; j++) {
      const term = a[i]! * result[i]![j]! * b[j]!;
      derived += term;
      most += Math.abs(term);
    }
  return { derived: [[derived]], size: most, second };
}

/** A gradient within a set of matrices is one of them. */
function inSet(g: Entries, structure: Structure): void {
  if (structure === null) return;
  const size = Math.max(1, largestOf(g));
  const sign = structure === "skew" ? -1 : 1;
  const isIn = g.every((row, i) =>
    row.every((x, j) =>
      structure === "diagonal"
        ? i === j || Math.abs(x) <= 1e-9 * size
        : Math.abs(x - sign * g[j]![i]!) <= 1e-9 * size,
    ),
  );
  if (!isIn) throw new Failure("structure", `the gradient is not ${structure}: ${shown(g)}`);
}

/** The problem with the names that a result brings. */
function around(problem: Problem, results: readonly Expr[], labels: readonly Sym[] = []): Problem {
  const named = postorder(results)
    .filter((s): s is Sym => s.kind === "sym" && s.role === "value")
    .filter((s) => !problem.symbols.has(s.name))
    .map((s) => [s.name, s] as const);
  const all = [...labels, ...results.flatMap((e) => e.free)];
  return {
    ...problem,
    labels: new Map([...problem.labels, ...all.map((s) => [s.name, s] as const)]),
    symbols: new Map([...problem.symbols, ...named]),
    names: {
      ...problem.names,
      values: new Set([...problem.names.values, ...named.map(([name]) => name)]),
    },
  };
}

/** A text of a result, read. */
function readAs(problem: Problem, text: string, shape: Expr["shape"]): Expr {
  try {
    return parseIn(problem, { role: "answer", text }, shape);
  } catch (error) {
    if (error instanceof NablaError)
      throw new Failure(`unread result: ${error.diagnostic.code}`, `${text}: ${error.message}`);
    throw error;
  }
}

function readBack(
  trial: Trial,
  problem: Problem,
  derivative: Derivative,
  compared: Set<string>,
): void {
  const { expr, variable } = derivative;
  const known = around(problem, [expr], variable.part?.labels ?? []);
  const same = alphabetNames.map((name) => {
    const read = readAs(known, derivative[name], expr.shape);
    return sameValue(trial, read, expr, "read back otherwise", `${name} ${derivative[name]}`);
  });
  if (same.every(Boolean)) compared.add("read back");
  const isAlternative = (name: string): boolean => alternativeNames.some((n) => n === name);
  for (const { name, unicode } of derivative.forms.filter((form) => isAlternative(form.name))) {
    const read = readAs(known, unicode, expr.shape);
    if (sameValue(trial, read, expr, "another form is another", `${name} ${unicode}`))
      compared.add("other forms");
  }
  if (trial.seed % 4 !== 0) return;
  try {
    renderToString(derivative.latex, {
      strict: "error",
      throwOnError: true,
      output: "mathml",
      maxExpand: Infinity,
    });
  } catch (error) {
    throw new Failure("KaTeX", `${derivative.latex}: ${(error as Error).message}`);
  }
}

/** The entries by indices, the cases, and the map, against the matrix. */
function formsAgree(
  trial: Trial,
  problem: Problem,
  derivative: Derivative,
  compared: Set<string>,
): void {
  const { expr, forms, variable, kind } = derivative;
  const output = kind === "hessian" ? variable.shape : problem.objective.shape;
  const isByScalar = variable.shape[0] === one && variable.shape[1] === one;
  const letters = lettersFor(problem, variable, 4);
  const sides = [...output, ...variable.shape].map((d) =>
    d === one ? null : indexSymbol(letters.shift()!, d),
  );
  const indices = sides.filter((index): index is Sym => index !== null);
  const known = around(problem, [expr], [...indices, ...(variable.part?.labels ?? [])]);
  const scalar = [one, one] as const;
  const text = (name: string): string | undefined => forms.find((f) => f.name === name)?.unicode;
  const index = readAs(known, text("index")!, scalar);
  const cases = /^(.) = (.): (.*); \1 ≠ \2: (.*)$/u.exec(text("cases") ?? "");
  const [equal, different] = cases
    ? [cases[3]!, cases[4]!].map((part) => readAs(known, part, scalar))
    : [];
  const place = [...places(trial)].find((p) => p.at([expr]) !== null);
  if (!place) return;
  const matrix = place.at([expr])![0]!;
  const [i, j, k, l] = sides.map((side) => (side ? place.size(side.range!) : 1)) as [
    number,
    number,
    number,
    number,
  ];
  const size = largestOf(matrix);
  const structure = structureIn(trial, problem, variable);
  const own = place.direction(variable.shape, structure);
  /** What stands for one entry of the output and of the variable; null where it is not defined. */
  const entryOf = (read: Expr, counts: readonly number[]): number | null => {
    for (const [s, side] of sides.entries()) if (side) place.set(side.name, [[counts[s]! + 1]]);
    return place.at([read])?.[0]?.[0]![0] ?? null;
  };
  const inMatrix = ([p, q, r, c]: readonly number[]): number =>
    isByScalar && kind === "jacobian" ? matrix[p!]![q!]! : matrix[q! * i + p!]![c! * k + r!]!;
  // Within a set no entry moves alone: there the sums along a direction in it are compared.
  const along = (
    value: (counts: readonly number[]) => number | null,
    p: number,
    q: number,
  ): number =>
    own.reduce(
      (sum, row, r) => row.reduce((rest, x, c) => rest + x * (value([p, q, r, c]) ?? NaN), sum),
      0,
    );
  let entries = 0;
  const compare = (
    what: string,
    at: string,
    found: number | null,
    entry: number,
    read: Expr,
  ): void => {
    if (found === null || !Number.isFinite(found)) return;
    entries++;
    if (
      close([[found]], [[entry]], 1e-6, size) ||
      isBlurred(place, [read, expr], [[[found]], matrix])
    )
      return;
    throw new Failure(
      `${what} form`,
      `${text(what)} at ${at} is ${found}, the matrix ${toUnicode(expr)} has ${entry}`,
    );
  };
  const counted = (letter: string, counts: readonly number[]): number => {
    const s = sides.findIndex((side) => side?.name === letter);
    return s < 0 ? -1 : counts[s]!;
  };
  const caseOf = (counts: readonly number[]): Expr =>
    counted(cases![1]!, counts) === counted(cases![2]!, counts) ? equal! : different!;
  const isCounted =
    cases !== null && [cases[1]!, cases[2]!].every((c) => counted(c, [0, 0, 0, 0]) === 0);
  // More entries than that say nothing more.
  const total = structure === null ? i * j * k * l : i * j;
  const stride = Math.ceil(total / (structure === null ? 40 : 6));
  for (let at = 0; at < total; at += stride) {
    const [p, q] = [at % i, Math.floor(at / i) % j];
    const counts = [p, q, Math.floor(at / i / j) % k, Math.floor(at / i / j / k)];
    const shownAt = counts.map((c) => c + 1).join();
    if (structure === null) {
      compare("index", shownAt, entryOf(index, counts), inMatrix(counts), index);
      if (isCounted)
        compare(
          "cases",
          shownAt,
          entryOf(caseOf(counts), counts),
          inMatrix(counts),
          caseOf(counts),
        );
    } else {
      const whole = along(inMatrix, p, q);
      const sum = (of: (counts: readonly number[]) => Expr): number =>
        along((each) => entryOf(of(each), each), p, q);
      compare(
        "index",
        shownAt,
        sum(() => index),
        whole,
        index,
      );
      if (isCounted) compare("cases", shownAt, sum(caseOf), whole, index);
    }
  }
  if (entries > 0) compared.add("index form");
  const map = /^(\S+) ↦ (.*)$/su.exec(text("map") ?? "");
  if (!map) return;
  const delta = sym(map[1]!, variable.shape);
  const linear = readAs(around(known, [delta]), map[2]!, output);
  place.set(map[1]!, own);
  const value = place.at([linear])?.[0];
  if (!value) return;
  const column = stack(own);
  const product = matrix.map((row) => [row.reduce((sum, x, c) => sum + x * column[c]!, 0)]);
  if (
    !close(
      stack(value).map((x) => [x]),
      product,
      1e-6,
      size,
    ) &&
    !isBlurred(place, [linear, expr], [value])
  )
    throw new Failure(
      "map form",
      `${text("map")} is ${shown(value)}, by the matrix ${toUnicode(expr)} ${shown(product)}`,
    );
  compared.add("map form");
}

/** The same problem, printed in another alphabet and read again, has the same derivative. */
function sameInOtherAlphabet(
  trial: Trial,
  found: readonly Derivative[],
  compared: Set<string>,
): void {
  const alphabet = trial.seed % 2 === 0 ? "ascii" : "latex";
  const other = problemOf(trial, alphabet);
  const again = quietly(other, variablesOf(other, trial.wrt), trial);
  if (again === null) throw new Failure("refused in another alphabet", textOf(trial, alphabet));
  const same = found.map(({ expr }, at) =>
    sameValue(trial, again[at]!.expr, expr, "another derivative", alphabet),
  );
  if (same.every(Boolean)) compared.add("other alphabet");
}

/** Derivatives without the engine's check; null where they are refused. */
function quietly(
  problem: Problem,
  variables: readonly Variable[],
  trial: Pick<Trial, "kind" | "hvp" | "structured" | "seed">,
): Derivative[] | null {
  try {
    const options = { ...optionsOf(trial as Trial), verify: false, spellings: [] };
    return derivatives(problem, variables, options);
  } catch (error) {
    if (error instanceof NablaError) return null;
    throw error;
  }
}

/** ∇⟨∇f, v⟩ is the Hessian times v. */
function hessianIsDerivativeOfGradient(
  trial: Trial,
  problem: Problem,
  { variable, expr, hvp }: Derivative,
  compared: Set<string>,
): void {
  const plain = { ...trial, kind: "gradient", hvp: null } as const;
  // What is known of the variable at the point alone may stand in its gradient: that of Q⁻¹ as Qᵀ.
  const known = closed(problem.declared.get(variable.symbol.name) ?? 0, isScalar(variable.symbol));
  if (whileVaried(known) !== known || trial.structured !== "project") return;
  // By a defined name, what is defined stays where it was.
  if (variable.symbol.definition !== null) return;
  const gradient = quietly(problem, [variable], plain)?.[0]?.expr;
  if (!gradient) return;
  const structure = structureIn(trial, problem, variable);
  const vector = hvp ?? sym("\u0000v", variable.shape);
  const directional: Problem = {
    ...problem,
    objective: inner(gradient, vector),
    objectiveName: null,
  };
  const second = quietly(directional, [variable], plain)?.[0]?.expr;
  if (!second) return;
  const ballot = new Ballot();
  for (const place of places(trial)) {
    if (hvp === null) place.set("\u0000v", place.direction(variable.shape, structure));
    else if (structure !== null) return;
    const values = place.at([expr, second, vector, gradient]);
    if (!values) continue;
    const [h, directionalValue, v] = values as [Entries, Entries, Entries];
    const column = stack(v);
    const product = hvp
      ? stack(h).map((x) => [x])
      : h.map((row) => [row.reduce((sum, x, j) => sum + x * column[j]!, 0)]);
    const other = stack(directionalValue).map((x) => [x]);
    if (
      !close(product, other, 1e-6, largestOf(h)) &&
      !isBlurred(place, [expr, second], [h, directionalValue])
    )
      ballot.object(
        "Hessian and gradient",
        `by ${variable.name}: ${toUnicode(expr)} gives ${shown(product)}, ∇⟨∇f, v⟩ = ${toUnicode(second)} gives ${shown(other)}`,
      );
    else ballot.agree();
    if (ballot.isDecided) break;
  }
  if (ballot.close()) compared.add("gradient of the gradient");
}

/** The derivative of a sum is the sum of those of its terms. */
function sumOfParts(
  trial: Trial,
  problem: Problem,
  { variable, expr }: Derivative,
  compared: Set<string>,
): void {
  const { objective } = problem;
  if (objective.kind !== "apply" || objective.op.notation.kind !== "sum") return;
  const parts: Expr[] = [];
  for (const term of objective.args) {
    const part = quietly({ ...problem, objective: term, objectiveName: null }, [variable], trial);
    if (part === null) return;
    parts.push(part[0]!.expr);
  }
  const ballot = new Ballot();
  for (const place of places(trial)) {
    const values = place.at([expr, ...parts]);
    if (!values) continue;
    const [whole, ...rest] = values as [Entries, ...Entries[]];
    const sum = rest.reduce((a, b) => plus(a, b));
    const size = Math.max(...rest.map(largestOf));
    if (!close(whole, sum, 1e-6, size) && !isBlurred(place, [expr, ...parts], values))
      ballot.object(
        "sum of parts",
        `by ${variable.name}: ${shown(whole)}, and the terms ${shown(sum)}`,
      );
    else ballot.agree();
    if (ballot.isDecided) break;
  }
  if (ballot.close()) compared.add("sum of parts");
}

/** Through a defined name: what flows to it, times its Jacobian, and what flows past it. */
function chained(
  trial: Trial,
  problem: Problem,
  { variable, expr }: Derivative,
  compared: Set<string>,
): void {
  const { objective, symbols } = problem;
  if (variable.symbol.definition !== null) return;
  const name = definitionsIn(objective).findLast(
    (s) => s !== objective && s.name !== problem.objectiveName && symbols.get(s.name) === s,
  );
  if (!name || !postorder([name]).includes(variable.symbol)) return;
  // Large ones say nothing more.
  if (multiplied(multiplied(...name.shape), multiplied(...variable.shape)).names.length > 3) return;
  const held = sym(name.name, name.shape, 0, null);
  const past: Problem = {
    ...problem,
    objective: substitution([[name, held]])(objective),
    objectiveName: null,
    symbols: new Map([...symbols].map(([key, s]) => [key, key === name.name ? held : s])),
    declared: new Map([...problem.declared].filter(([key]) => key !== name.name)),
  };
  const by = quietly(past, [variable, variableOf(held)], trial);
  const inside: Problem = { ...problem, objective: name.definition!, objectiveName: null };
  const jacobian = quietly(inside, [variable], { ...trial, kind: "jacobian" });
  if (by === null || jacobian === null) return;
  const [direct, flow] = by;
  const ballot = new Ballot();
  for (const place of places(trial)) {
    const z = place.at([name])?.[0];
    if (!z) continue;
    place.set(name.name, z);
    const values = place.at([expr, direct!.expr, flow!.expr, jacobian[0]!.expr]);
    if (!values) continue;
    const [total, past_, g, j] = values as [Entries, Entries, Entries, Entries];
    const own = place.direction(variable.shape, structureIn(trial, problem, variable));
    const column = stack(own);
    const moved = isScalar(variable.symbol)
      ? stack(j).map((x) => x * own[0]![0]!)
      : j.map((row) => row.reduce((sum, x, c) => sum + x * column[c]!, 0));
    const flows = stack(g).map((x, i) => x * moved[i]!);
    const sum = dot(past_, own) + flows.reduce((a, b) => a + b, 0);
    const size = flows.reduce((a, b) => a + Math.abs(b), Math.abs(dot(past_, own)));
    if (
      !close([[dot(total, own)]], [[sum]], 1e-6, size) &&
      !isBlurred(place, [expr, direct!.expr], [total, past_])
    )
      ballot.object(
        "chain",
        `by ${variable.name} through ${name.name}: ${dot(total, own)}, chained ${sum}; ${toUnicode(expr)}`,
      );
    else ballot.agree();
    if (ballot.isDecided) break;
  }
  if (ballot.close()) compared.add("chain");
}

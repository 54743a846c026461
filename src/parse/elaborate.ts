/** @file From statements to a problem: shapes are inferred, then every surface becomes an Expr. */

import { errors } from "../diagnostics/errors.ts";
import type { Source, Span } from "../diagnostics/source.ts";
import { textOf } from "../diagnostics/source.ts";
import { suggest } from "../diagnostics/suggest.ts";
import type { Dimension, Shape } from "../expr/dimension.ts";
import { dimension, multiplied, one } from "../expr/dimension.ts";
import type { Expr, Sym } from "../expr/expr.ts";
import { sym } from "../expr/expr.ts";
import type { Properties, PropertyName } from "../expr/properties.ts";
import { property } from "../expr/properties.ts";
import * as demand from "./constraints.ts";
import { Inference } from "./infer.ts";
import type { Typed } from "./infer.ts";
import type { Problem } from "./problem.ts";
import { read } from "./read.ts";
import type { DimensionText, Space, Statement, Surface } from "./surface.ts";
import type { Names } from "./statements.ts";
import {
  Mismatch,
  classOf,
  extentOf,
  find,
  isSettled,
  isUnknown,
  scalarTerm,
  solved,
} from "./unify.ts";
import type { Reason, ShapeTerm, Solver } from "./unify.ts";

/** A name while its shape is being found. */
export interface Symbol {
  readonly name: string;
  readonly span: Span;
  readonly shape: ShapeTerm;
  origin: "declared" | "defined" | "free";
  /** Whether a declaration fixed the shape. */
  sized: boolean;
  properties: Properties;
  body: Surface | null;
  typed: Typed | null;
  expr: Sym | null;
  /** Where its shape came from: a convention, or a demand of the expression. */
  convention: string | null;
}

/** Reads a problem from its texts; the objective is the bare expression or the last definition. */
export function parseProblem(sources: readonly Source[]): Problem {
  const { statements, names } = read(sources);
  if (statements.length === 0) throw errors.emptyProblem();
  return new Elaborator(names).problem(statements);
}

/**
 * Reads an expression in the names of a problem; what it does not know is an error. A `shape` gives
 * sizes to constants that the text leaves open.
 */
export function parseIn(problem: Problem, source: Source, shape?: Shape): Expr {
  const names: Names = {
    values: new Set([...problem.names.values, ...problem.symbols.keys()]),
    functions: problem.names.functions,
  };
  const { statements } = read([source], names);
  const [statement] = statements;
  if (statements.length !== 1 || statement?.kind !== "objective") throw errors.emptyProblem();
  return new Elaborator(names, problem).expression(statement.body, shape);
}

/** The variables that `--wrt` names, separated by commas; braces keep theirs. */
export function parseVariables(problem: Problem, source: Source): Sym[] {
  const names: Names = {
    values: new Set([...problem.names.values, ...problem.symbols.keys()]),
    functions: problem.names.functions,
  };
  const parts = splitAtCommas(source);
  return parts.map((part) => {
    const { statements } = read([part], names);
    const body = statements[0]?.kind === "objective" ? statements[0].body : null;
    const span: Span = { source, start: 0, end: source.text.length };
    if (statements.length !== 1 || body?.kind !== "name")
      throw errors.notAVariable(span, part.text.trim());
    return variableNamed(problem, body.name, span);
  });
}

function splitAtCommas(source: Source): Source[] {
  const parts: string[] = [];
  let depth = 0;
  let from = 0;
  for (let i = 0; i <= source.text.length; i++) {
    const c = source.text[i];
    if (c === "{" || c === "(") depth++;
    else if (c === "}" || c === ")") depth--;
    else if (c === undefined || (c === "," && depth === 0)) {
      parts.push(source.text.slice(from, i));
      from = i + 1;
    }
  }
  return parts
    .filter((text) => text.trim() !== "")
    .map((text): Source => ({ role: source.role, text }));
}

/** The symbol of that name, or an error that offers a near one. */
export function variableNamed(problem: Problem, name: string, span: Span): Sym {
  const found = problem.symbols.get(name);
  if (!found)
    throw errors.unknownVariable(
      span,
      name,
      suggest(name, problem.symbols.keys()) ?? nearest(problem, name),
    );
  return found;
}

const nearest = (problem: Problem, name: string): string | null =>
  [...problem.symbols.keys()].find((known) => known.toLowerCase() === name.toLowerCase()) ?? null;

const conventionOf = (name: string): "matrix" | "vector" | "scalar" => {
  const letter = name.normalize("NFD")[0]!;
  if (/\p{Lu}/u.test(letter)) return "matrix";
  return /[α-ω]/u.test(letter) ? "scalar" : "vector";
};

const conventionText = {
  matrix: "a capital letter",
  vector: "a lower-case letter",
  scalar: "a lower-case Greek letter",
} as const;

/** What a name may be where its convention cannot hold; a capital letter stays a matrix. */
const alternatives: Readonly<Record<Kind, readonly Kind[]>> = {
  matrix: [],
  vector: ["scalar"],
  scalar: ["vector", "matrix"],
};

type Kind = "matrix" | "vector" | "scalar";

class Elaborator {
  private readonly inference: Inference;
  private readonly solver: Solver;
  private readonly symbols = new Map<string, Symbol>();
  private readonly dimensions = new Set<string>();
  private readonly names: Names;
  private readonly invented: string[] = [];

  constructor(names: Names, known?: Problem) {
    this.names = names;
    this.inference = new Inference({
      symbol: (name, span) => this.symbol(name, span),
      isDimension: (name) => this.dimensions.has(name),
      isKnown: (name) => this.symbols.has(name),
      isBase: (name) => this.bases.has(name),
    });
    this.solver = this.inference.solver;
    if (!known) return;
    for (const name of known.dimensions) this.dimensions.add(name);
    for (const [name, expr] of known.symbols)
      this.symbols.set(name, {
        name,
        span: { source: { role: "expr", text: "" }, start: 0, end: 0 },
        shape: expr.shape,
        origin: "declared",
        sized: true,
        properties: expr.properties,
        body: null,
        typed: null,
        expr,
        convention: null,
      });
    this.closed = true;
  }

  /** No new names: what is not known is an error. */
  private closed = false;
  /** Names that occur without a subscript, so that x_i is an entry of x. */
  private readonly bases = new Set<string>();

  expression(body: Surface, shape?: Shape): Expr {
    const typed = this.inference.visit(body);
    if (shape)
      this.solver.require(
        demand.same(typed.shape, shape, "it is asked for", () =>
          errors.shapesDiffer(
            body.span,
            `${this.inference.describe(body, typed.shape)} is not ${this.inference.show(shape)}`,
            [],
          ),
        ),
      );
    this.solver.propagate();
    this.sizeConstants();
    this.inference.refuseUnsized();
    return typed.build();
  }

  problem(statements: readonly Statement[]): Problem {
    let objective: { surface: Surface; name: string | null } | null = null;
    let by: string | null = null;
    for (const statement of statements) this.introduce(statement);
    for (const statement of statements) {
      if (statement.kind !== "objective") continue;
      if (objective && objective.name === null)
        throw errors.twoObjectives(statement.span, textOf(objective.surface.span));
      objective = { surface: statement.body, name: null };
      if (statement.by) {
        if (statement.by.kind !== "name")
          throw errors.notAVariable(statement.by.span, textOf(statement.by.span));
        by = statement.by.name;
      }
    }
    for (const statement of statements) {
      this.collectBases(statement);
    }
    if (!objective) {
      const last = statements.findLast(
        (s) => s.kind === "definition" && this.symbols.get(s.name.name)?.body === s.bodies[0],
      );
      if (last?.kind !== "definition") throw errors.emptyProblem();
      objective = { surface: last.bodies[0]!, name: last.name.name };
    }
    const target = this.visitAll(objective);
    this.solve(target);
    this.nameDimensions();
    return this.finish(target, objective, by);
  }

  // ---- statements ---------------------------------------------------------------------------------

  private symbol(name: string, span: Span): Symbol {
    const found = this.symbols.get(name);
    if (found) return found;
    if (this.closed) throw errors.unknownVariable(span, name, suggest(name, this.symbols.keys()));
    return this.add(name, span, "free");
  }

  private add(name: string, span: Span, origin: Symbol["origin"]): Symbol {
    const made: Symbol = {
      name,
      span,
      shape: this.solver.shape(),
      origin,
      sized: false,
      properties: 0,
      body: null,
      typed: null,
      expr: null,
      convention: null,
    };
    this.symbols.set(name, made);
    return made;
  }

  private introduce(statement: Statement): void {
    switch (statement.kind) {
      case "unsupported":
        throw errors.notYet(statement.span, statement.what);
      case "declaration":
        for (const { name, span } of statement.names) this.declare(name, span, statement.space);
        return;
      case "definition":
        return this.define(statement);
      case "number":
        return;
      case "property":
      case "objective":
        return;
      default:
        statement satisfies never;
    }
  }

  private declare(name: string, span: Span, space: Space): void {
    const symbol = this.symbols.get(name) ?? this.add(name, span, "declared");
    for (const { name: trait } of space.properties)
      symbol.properties |= property[trait as PropertyName];
    const needsSquare =
      symbol.properties &
      (property.symmetric |
        property.skew |
        property.posdef |
        property.psd |
        property.diagonal |
        property.orthogonal |
        property.invertible);
    if (needsSquare)
      this.solver.require(
        demand.square(symbol.shape, "it is declared square by its property", () =>
          errors.shapesDiffer(span, `${name} is not square, and its property needs that`, []),
        ),
      );
    if (!space.shape) return;
    if (symbol.sized)
      throw errors.twoMeanings(span, name, `it is declared ${this.inference.show(symbol.shape)}`);
    symbol.sized = true;
    if (symbol.origin === "free") symbol.origin = "declared";
    const shape: Shape = [this.dimension(space.shape[0]), this.dimension(space.shape[1])];
    this.solver.require(
      demand.same(symbol.shape, shape, "it is declared so", () =>
        errors.shapesDiffer(
          span,
          `${name} is declared ${shape[0].key}×${shape[1].key}, and its property needs a square`,
          [],
        ),
      ),
    );
  }

  private dimension(text: DimensionText): Dimension {
    let product = one;
    for (const factor of text.factors) {
      if (typeof factor === "string") this.dimensions.add(factor);
      product = multiplied(product, dimension(factor));
    }
    return product;
  }

  private define(statement: Statement & { kind: "definition" }): void {
    const { name, span } = statement.name;
    const [body, ...rest] = statement.bodies;
    if (rest.length > 0) throw errors.notYet(rest[0]!.span, "a chain of equations");
    const mirrored = mirrorOf(name, body!);
    if (mirrored) {
      const space: Space = { properties: [{ name: mirrored, span }], span };
      return this.declare(name, span, space);
    }
    const found = this.symbols.get(name);
    if (found?.body) throw errors.twoMeanings(span, name, `“${textOf(found.body.span)}”`);
    const symbol = found ?? this.add(name, span, "defined");
    symbol.origin = "defined";
    symbol.body = body!;
  }

  private collectBases(statement: Statement): void {
    const surfaces =
      statement.kind === "objective"
        ? [statement.body]
        : statement.kind === "definition"
          ? statement.bodies
          : [];
    for (const surface of surfaces)
      for (const name of namesIn(surface)) if (!name.includes("_")) this.bases.add(name);
  }

  // ---- shapes -------------------------------------------------------------------------------------

  private visitAll(objective: { surface: Surface; name: string | null }): Typed {
    for (const symbol of this.symbols.values()) {
      if (!symbol.body) continue;
      const typed = this.inference.visit(symbol.body);
      symbol.typed = typed;
      this.solver.require(
        demand.same(symbol.shape, typed.shape, "it is defined so", () =>
          errors.shapesDiffer(
            symbol.span,
            `${symbol.name} is declared ${this.inference.show(symbol.shape)}, but defined as ${this.inference.describe(symbol.body!, typed.shape)}`,
            [],
          ),
        ),
      );
    }
    this.refuseCycles();
    if (objective.name !== null) return this.symbols.get(objective.name)!.typed!;
    return this.inference.visit(objective.surface);
  }

  private refuseCycles(): void {
    const state = new Map<string, "open" | "done">();
    for (const start of this.symbols.values()) {
      if (!start.body || state.has(start.name)) continue;
      const path: { symbol: Symbol; rest: string[] }[] = [];
      const enter = (symbol: Symbol): void => {
        state.set(symbol.name, "open");
        path.push({ symbol, rest: [...namesIn(symbol.body!)] });
      };
      enter(start);
      while (path.length > 0) {
        const top = path.at(-1)!;
        const name = top.rest.pop();
        if (name === undefined) {
          state.set(top.symbol.name, "done");
          path.pop();
          continue;
        }
        const next = this.symbols.get(name);
        if (!next?.body) continue;
        if (state.get(name) === "open")
          throw errors.cycle(
            next.span,
            path.slice(path.findIndex((p) => p.symbol === next)).map((p) => p.symbol.name),
          );
        if (!state.has(name)) enter(next);
      }
    }
  }

  /**
   * First what is declared and what the expressions demand, then the conventions for what is free.
   * A scalar objective is tried first, and kept where it costs no more broken conventions than
   * leaving it open.
   */
  private solve(objective: Typed): void {
    this.solver.propagate();
    const start = this.solver.mark();
    const scalarObjective = demand.scalar(objective.shape, "the objective is a scalar", () =>
      errors.notYet(
        objective.span,
        `the Jacobian of ${this.inference.excerpt(objective.span)}, which is ${this.inference.show(objective.shape)} and no scalar`,
      ),
    );
    const withScalar = this.attempt(() => {
      this.solver.require(scalarObjective);
      this.solver.propagate();
      return this.search();
    });
    if (withScalar.broken === 0) return;
    this.solver.undo(start);
    this.solver.constraints.splice(this.solver.constraints.indexOf(scalarObjective), 1);
    this.solver.requeue();
    const without = this.attempt(() => {
      this.solver.propagate();
      return this.search();
    });
    if (without.error) throw without.error;
    if (withScalar.error || without.broken < withScalar.broken) {
      if (classOf(objective.shape) !== "scalar") throw scalarObjective.clash();
      return;
    }
    this.solver.undo(start);
    this.solver.requeue();
    this.solver.require(scalarObjective);
    this.solver.propagate();
    this.search();
  }

  private attempt(run: () => number): { broken: number; error?: unknown } {
    try {
      return { broken: run() };
    } catch (error) {
      return { broken: Infinity, error };
    }
  }

  /** Gives every open name a kind, breaking as few conventions as it can; how many it broke. */
  private search(): number {
    let firstError: unknown;
    const free = [...this.symbols.values()].filter((s) => !s.body);
    for (let allowed = 0; allowed <= Math.min(free.length, 8); allowed++) {
      const mark = this.solver.mark();
      try {
        this.decide(free, new Set(), allowed, { left: 2000 });
        return allowed;
      } catch (error) {
        firstError ??= error;
        this.back(mark);
      }
    }
    throw firstError;
  }

  /**
   * Decides the names of `free` in order. One whose convention clashes goes to the end once, since
   * the others may settle it; then its convention is broken, as often as is allowed.
   */
  private decide(
    free: readonly Symbol[],
    waited: ReadonlySet<Symbol>,
    allowed: number,
    budget: { left: number },
  ): void {
    const at = free.findIndex((symbol) => !isSettled(symbol.shape));
    if (at < 0) return this.sizeConstants();
    const symbol = free[at]!;
    const rest = free.slice(at + 1);
    const convention = conventionOf(symbol.name);
    const mark = this.solver.mark();
    let error: unknown;
    let clashed = false;
    try {
      this.assume(symbol, convention);
    } catch (clash) {
      error = clash;
      clashed = true;
      this.back(mark);
    }
    if (clashed && !waited.has(symbol) && rest.some((s) => !isSettled(s.shape)))
      return this.decide([...rest, symbol], new Set(waited).add(symbol), allowed, budget);
    if (!clashed) {
      try {
        return this.decide(rest, waited, allowed, budget);
      } catch (clash) {
        error = clash;
        this.back(mark);
      }
    }
    for (const kind of allowed > 0 ? alternatives[convention] : []) {
      if (--budget.left < 0) break;
      try {
        this.assume(symbol, kind);
        return this.decide(rest, waited, allowed - 1, budget);
      } catch (clash) {
        error ??= clash;
        this.back(mark);
      }
    }
    throw error;
  }

  /** 𝟏 and I are more than 1×1 where their place allows it; a 0 of open shape is a number. */
  private sizeConstants(): void {
    for (const shape of this.inference.openZeros()) {
      const mark = this.solver.mark();
      try {
        this.solver.unifyShapes(shape, scalarTerm, "");
        this.solver.propagate();
      } catch {
        this.back(mark);
      }
    }
    for (const shape of this.inference.openConstants()) {
      const mark = this.solver.mark();
      try {
        this.solver.markMany(shape[0], "");
        this.solver.propagate();
      } catch {
        this.back(mark);
      }
    }
  }

  private back(mark: number): void {
    this.solver.undo(mark);
    this.solver.requeue();
    this.solver.propagate();
  }

  private assume(symbol: Symbol, kind: Kind): void {
    const convention = conventionOf(symbol.name);
    const why: Reason = kind === convention ? `convention ${kind}` : "nothing else fits";
    try {
      if (kind === "matrix") {
        this.solver.markMany(symbol.shape[0], why);
        this.solver.markMany(symbol.shape[1], why);
      } else {
        if (kind === "vector") this.solver.markMany(symbol.shape[0], why);
        else this.solver.unify(symbol.shape[0], one, why);
        this.solver.unify(symbol.shape[1], one, why);
      }
    } catch (error) {
      if (error instanceof Mismatch)
        throw errors.shapesDiffer(symbol.span, `${symbol.name} cannot be a ${kind}`, []);
      throw error;
    }
    this.solver.propagate();
  }

  /** Gives names to the dimensions that stayed unknown. */
  private nameDimensions(): void {
    const taken = new Set([...this.dimensions, ...this.symbols.keys()]);
    const pool = ["n", "m", "p", "q", "k", "r", "s", "d", "l", "h", "t", "u", "v", "w"];
    const fresh = (preferred: string): Dimension => {
      const letters = [preferred, ...pool];
      let name = letters.find((letter) => !taken.has(letter));
      for (let i = 1; name === undefined; i++) if (!taken.has(`n_${i}`)) name = `n_${i}`;
      taken.add(name);
      this.dimensions.add(name);
      this.invented.push(name);
      return dimension(name);
    };
    const settle = (shape: ShapeTerm): void => {
      const [rows, columns] = [find(shape[0]), find(shape[1])];
      const distinct = isUnknown(rows) && isUnknown(columns) && rows !== columns;
      for (const [term, preferred] of [
        [rows, distinct ? "m" : "n"],
        [columns, "n"],
      ] as const) {
        if (extentOf(term) === "one" || !isUnknown(find(term))) continue;
        this.solver.unify(term, fresh(preferred), "");
        this.solver.propagate();
      }
    };
    // Factors before products, whose dimensions follow from theirs.
    for (const shape of this.inference.kroneckerFactors) settle(shape);
    for (const symbol of this.symbols.values()) settle(symbol.shape);
    this.inference.refuseUnsized();
  }

  // ---- the DAG ------------------------------------------------------------------------------------

  private finish(
    target: Typed,
    objective: { surface: Surface; name: string | null },
    by: string | null,
  ): Problem {
    for (const symbol of this.inBuildOrder()) {
      const shape = solved(symbol.shape)!;
      const definition = symbol.typed ? symbol.typed.build() : null;
      symbol.expr = sym(symbol.name, shape, symbol.properties, definition);
    }
    const names: Names = { values: new Set(this.names.values), functions: this.names.functions };
    for (const name of this.symbols.keys()) names.values.add(name);
    const objectiveExpr =
      objective.name === null
        ? target.build()
        : this.symbols.get(objective.name)!.expr!.definition!;
    return {
      objective: objectiveExpr,
      objectiveName: objective.name,
      by,
      symbols: new Map([...this.symbols.values()].map((s) => [s.name, s.expr!])),
      dimensions: this.dimensions,
      invented: this.invented,
      assumptions: [...this.assumptions(), ...this.inference.notes],
      names,
    };
  }

  /** Definitions after what they use. */
  private inBuildOrder(): Symbol[] {
    const order: Symbol[] = [];
    const seen = new Set<Symbol>();
    const stack: { symbol: Symbol; rest: Symbol[] }[] = [];
    const below = (symbol: Symbol): Symbol[] =>
      symbol.body ? [...namesIn(symbol.body)].flatMap((name) => this.symbols.get(name) ?? []) : [];
    for (const symbol of this.symbols.values()) {
      if (seen.has(symbol)) continue;
      seen.add(symbol);
      stack.push({ symbol, rest: below(symbol) });
      while (stack.length > 0) {
        const top = stack.at(-1)!;
        const next = top.rest.pop();
        if (next === undefined) {
          order.push(top.symbol);
          stack.pop();
        } else if (!seen.has(next)) {
          seen.add(next);
          stack.push({ symbol: next, rest: below(next) });
        }
      }
    }
    return order;
  }

  /** What was taken for granted, one sentence a name. */
  private assumptions(): string[] {
    const told: string[] = [];
    for (const symbol of this.symbols.values()) {
      if (symbol.sized || symbol.body) continue;
      const shape = solved(symbol.shape)!;
      const isScalar = shape[0] === one && shape[1] === one;
      const what = isScalar
        ? "a scalar"
        : shape[1] === one
          ? `a vector of length ${shape[0].key}`
          : shape[0] === one
            ? `a row of length ${shape[1].key}`
            : `a matrix, ${shape[0].key}×${shape[1].key}`;
      const why = this.why(symbol);
      told.push(`${symbol.name} is ${what}${why ? `: ${why}` : ""}`);
    }
    return told;
  }

  private why(symbol: Symbol): string {
    for (const term of symbol.shape) {
      if (!isUnknown(term) || term.why === null) continue;
      const convention = /^convention (\w+)$/u.exec(term.why);
      return convention ? conventionText[convention[1] as Kind] : term.why;
    }
    return "";
  }
}

/** `K = Kᵀ` and `A = −Aᵀ` declare a property. */
function mirrorOf(name: string, body: Surface): PropertyName | null {
  const isTranspose = (e: Surface): boolean =>
    e.kind === "group"
      ? isTranspose(e.body)
      : e.kind === "transpose" && e.body.kind === "name" && e.body.name === name;
  if (isTranspose(body)) return "symmetric";
  return body.kind === "negate" && isTranspose(body.body) ? "skew" : null;
}

/** The names that stand in a surface. */
export function namesIn(surface: Surface): Set<string> {
  const found = new Set<string>();
  const stack: Surface[] = [surface];
  for (let e = stack.pop(); e; e = stack.pop()) {
    if (e.kind === "name") found.add(e.name);
    for (const value of Object.values(e)) {
      if (Array.isArray(value)) {
        for (const item of value as unknown[]) {
          if (typeof item !== "object" || item === null) continue;
          if ("kind" in item) stack.push(item as Surface);
          else if ("term" in item) stack.push((item as { term: Surface }).term);
          else if ("factor" in item) stack.push((item as { factor: Surface }).factor);
        }
      } else if (typeof value === "object" && value !== null && "kind" in value)
        stack.push(value as Surface);
    }
  }
  return found;
}

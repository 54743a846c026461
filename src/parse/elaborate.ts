/** @file From statements to a problem: names, shapes, then the DAG. */

import { errors } from "../diagnostics/errors.ts";
import { textOf } from "../diagnostics/source.ts";
import type { Span } from "../diagnostics/source.ts";
import { suggest } from "../diagnostics/suggest.ts";
import { isScalarShape, one } from "../expr/dimension.ts";
import type { Dimension, Shape } from "../expr/dimension.ts";
import { sym } from "../expr/expr.ts";
import type { Expr, Sym } from "../expr/expr.ts";
import { familyShape } from "../ops/indexing.ts";
import type { Properties } from "../expr/properties.ts";
import * as demand from "./constraints.ts";
import { Conventions } from "./conventions.ts";
import { Declarations } from "./declarations.ts";
import {
  boundIn,
  inBuildOrder,
  mirrorOf,
  namesIn,
  partNamesIn,
  refuseCycles,
  siblingsIn,
  sizesIn,
} from "./definitions.ts";
import { Inference } from "./infer.ts";
import { Labels } from "./labels.ts";
import type { Typed } from "./infer.ts";
import { assumptionsOf, likely } from "./kinds.ts";
import { splitName } from "./names.ts";
import type { Problem } from "./problem.ts";
import type { Names } from "./statements.ts";
import type { Introduced, Space, Statement, Surface } from "./surface.ts";
import { refuseTwoMeanings, tellReadings, tellSignedLine } from "./readings.ts";
import { newEntry } from "./symbols.ts";
import type { SymbolEntry } from "./symbols.ts";
import { find, isUnknown, solved } from "./unify.ts";
import type { Solver } from "./unify.ts";

/** Turns statements into a problem, or one expression into the DAG of a known problem. */
export class Elaborator {
  private readonly inference: Inference;
  private readonly solver: Solver;
  private readonly symbols = new Map<string, SymbolEntry>();
  private readonly dimensions: Set<string>;
  private readonly names: Names;
  /** The problem whose names are the only ones: what it does not know is an error. */
  private readonly known: Problem | null;
  private readonly conventions: Conventions;

  constructor(names: Names, known?: Problem) {
    this.names = names;
    this.known = known ?? null;
    this.dimensions = new Set(known?.dimensions);
    this.inference = new Inference({
      symbol: (name, span) => this.symbol(name, span),
      isDimension: (name) => this.dimensions.has(name),
      addDimension: (name) => {
        if (this.known || this.symbols.has(name)) return false;
        this.dimensions.add(name);
        return true;
      },
      isKnown: (name) => this.symbols.has(name) || this.known?.symbols.has(name) === true,
      isBase: (name) => this.bases.has(name),
      isSibling: (name) => this.siblings.has(name),
      isPart: (name) =>
        this.indexedNames.has(name) || this.known?.symbols.get(name)?.member != null,
      indexed: (name, span, count) => this.indexed(name, span, count),
      rangeOf: (letter) => this.letterRanges.get(letter) ?? null,
      isLabel: (letter) => this.labels.isDeclared(letter),
      label: (letter, span) => this.labels.index(letter, span),
    });
    this.solver = this.inference.solver;
    this.labels = new Labels(
      {
        isDimension: (name) => this.dimensions.has(name),
        isValue: (name) => this.symbols.has(name) || this.bases.has(name),
        unknown: () => this.solver.unknown(),
      },
      known?.labels ?? null,
    );
    this.conventions = new Conventions(this.inference, this.symbols);
    this.declarations = new Declarations({
      inference: this.inference,
      symbols: this.symbols,
      dimensions: this.dimensions,
      indexedNames: this.indexedNames,
      boundLetters: this.boundLetters,
      letterRanges: this.letterRanges,
      add: (name, span) => this.add(name, span, "declared"),
    });
  }

  /** Names that occur without a subscript, so that x_i is an entry of x. */
  private readonly bases = new Set<string>();
  /** Names with a subscript that stand beside their base in a sum. */
  private readonly siblings = new Set<string>();
  /** Names that were met with indices. */
  private readonly indexedNames = new Set<string>();
  /** The letters that a Σ binds somewhere. */
  private readonly boundLetters = new Set<string>();
  /** What `i = 1, …, n` says of a letter. */
  private readonly letterRanges = new Map<string, Dimension>();
  private readonly labels: Labels;
  private readonly declarations: Declarations;

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
    this.conventions.sizeConstants();
    this.inference.refuseUnsized();
    return typed.build();
  }

  problem(statements: readonly Statement[], mustBeScalar = false): Problem {
    let objective: { surface: Surface; name: string | null } | null = null;
    let by: readonly Introduced[] = [];
    for (const statement of statements) this.collectBases(statement);
    for (const statement of statements) {
      if (statement.kind !== "range") continue;
      this.boundLetters.add(statement.letter);
      this.introduce(statement);
    }
    // What is a dimension must be known before numbers are given to it.
    for (const statement of statements) if (statement.kind !== "number") this.introduce(statement);
    for (const statement of statements) this.collectSizes(statement);
    for (const statement of statements) if (statement.kind === "number") this.introduce(statement);
    for (const [i, statement] of statements.entries()) {
      if (statement.kind !== "objective") continue;
      tellSignedLine(this.inference.notes, statements[i - 1], statement.body);
      if (objective && objective.name === null)
        throw errors.twoObjectives(statement.span, textOf(objective.surface.span));
      objective = { surface: statement.body, name: null };
      by = statement.by;
    }
    objective ??= this.lastDefinition(statements);
    const target = this.visitAll(objective);
    for (const name of this.names.bold) this.inference.likelyVectors.set(name, likely.bold);
    refuseTwoMeanings(this.inference, this.symbols);
    this.conventions.solve(target, mustBeScalar);
    const invented = this.conventions.nameDimensions(this.dimensions, [
      ...this.inference.letters.map(({ letter }) => letter),
      ...this.labels.letters(),
    ]);
    return this.finish(target, objective, by, invented);
  }

  /** The last definition; where others use it and one of them is used by none, that one. */
  private lastDefinition(statements: readonly Statement[]): { surface: Surface; name: string } {
    const definitions = statements.filter(
      (s) => s.kind === "definition" && this.symbols.get(s.name.name)?.body === s.bodies[0],
    ) as (Statement & { kind: "definition" })[];
    const used = new Set(definitions.flatMap((s) => [...partNamesIn(s.bodies[0]!)]));
    const last = definitions.at(-1);
    if (!last) throw errors.emptyProblem();
    const root = definitions.findLast((s) => !used.has(s.name.name)) ?? last;
    if (root !== last)
      this.inference.notes.add(
        `the objective is ${root.name.name}: ${last.name.name} is a part of it`,
      );
    return { surface: root.bodies[0]!, name: root.name.name };
  }

  private symbol(name: string, span: Span): SymbolEntry {
    const found = this.symbols.get(name);
    if (found) return found;
    if (this.known) return this.addKnown(this.known, name, span);
    return this.add(name, span, "free");
  }

  /** A subscript of letters and numbers, with one of its own at most: `b_{W_1}`. */
  private refuseUnwritable(name: string, span: Span): void {
    const { subscript } = splitName(name);
    if (subscript !== null && !/^[\p{L}\p{M}\d,*]+(?:_\{?[\p{L}\p{M}\d]+\}?)?$/u.test(subscript))
      throw errors.badSubscript(span);
  }

  /** The name of which so many indices pick a part; without a place of its own it is one of many. */
  private indexed(name: string, span: Span, count: number): SymbolEntry {
    const isNew = !this.symbols.has(name) && !this.known && !this.bases.has(name);
    const found = this.symbol(name, span);
    this.indexedNames.add(name);
    if (isNew && count === 1) found.count = this.solver.unknown();
    if (count === 2) found.hasRows = true;
    return found;
  }

  private addKnown({ symbols }: Problem, name: string, span: Span): SymbolEntry {
    const expr = symbols.get(name);
    if (!expr) throw errors.unknownVariable(span, name, suggest(name, symbols.keys()));
    const made: SymbolEntry = {
      ...newEntry(name, span, expr.member ?? expr.shape, "declared"),
      count: expr.member ? expr.shape[1] : null,
      sized: true,
      properties: expr.properties,
      expr,
    };
    this.symbols.set(name, made);
    return made;
  }

  private add(name: string, span: Span, origin: SymbolEntry["origin"]): SymbolEntry {
    this.refuseUnwritable(name, span);
    const made = newEntry(name, span, this.solver.shape(), origin);
    this.symbols.set(name, made);
    return made;
  }

  private introduce(statement: Statement): void {
    switch (statement.kind) {
      case "unsupported":
        throw errors.notYet(statement.span, statement.what);
      case "declaration":
        for (const { name, span } of statement.names)
          this.declarations.declare(name, span, statement.space);
        return;
      case "definition":
        return this.define(statement);
      case "family":
        return this.declarations.declareFamily(statement);
      case "label":
        for (const { name, span } of statement.names)
          this.labels.declare(name, this.declarations.dimension(statement.range), span);
        return;
      case "range":
        this.letterRanges.set(statement.letter, this.declarations.dimension(statement.count));
        return;
      case "number":
        return this.declarations.give(statement);
      case "objective":
        return;
      default:
        statement satisfies never;
    }
  }

  private define(statement: Statement & { kind: "definition" }): void {
    const { name, span } = statement.name;
    const [body, ...rest] = statement.bodies;
    if (rest.length > 0) throw errors.notYet(rest[0]!.span, "a chain of equations");
    const mirrored = mirrorOf(name, body!);
    if (mirrored) {
      const space: Space = { properties: [{ name: mirrored, span }], span };
      return this.declarations.declare(name, span, space);
    }
    const found = this.symbols.get(name);
    if (found?.body) throw errors.twoMeanings(span, name, `“${textOf(found.body.span)}”`);
    const symbol = found ?? this.add(name, span, "defined");
    symbol.origin = "defined";
    symbol.body = body!;
  }

  private collectBases(statement: Statement): void {
    for (const surface of surfacesOf(statement)) {
      for (const name of namesIn(surface)) if (!name.includes("_")) this.bases.add(name);
      for (const name of siblingsIn(surface)) this.siblings.add(name);
      for (const letter of boundIn(surface)) this.boundLetters.add(letter);
    }
  }

  /** The letters of 𝟏_n and Σ_{i=1}^n are dimensions wherever they stand. */
  private collectSizes(statement: Statement): void {
    for (const surface of surfacesOf(statement))
      for (const size of sizesIn(surface)) if (!this.symbols.has(size)) this.dimensions.add(size);
  }

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
    refuseCycles(this.symbols);
    if (objective.name !== null) return this.symbols.get(objective.name)!.typed!;
    return this.inference.visit(objective.surface);
  }

  private finish(
    target: Typed,
    objective: { surface: Surface; name: string | null },
    by: readonly Introduced[],
    invented: readonly string[],
  ): Problem {
    for (const symbol of inBuildOrder(this.symbols)) {
      const shape = solved(symbol.shape)!;
      const definition = symbol.typed ? symbol.typed.build() : null;
      symbol.expr =
        symbol.count === null
          ? sym(symbol.name, shape, symbol.properties, definition)
          : family(symbol.name, shape, find(symbol.count) as Dimension, symbol.properties);
    }
    const objectiveExpr =
      objective.name === null
        ? target.build()
        : this.symbols.get(objective.name)!.expr!.definition!;
    tellReadings(this.inference.notes, this.symbols, objectiveExpr, objective.name);
    const names: Names = {
      values: new Set(this.names.values),
      functions: this.names.functions,
      bold: this.names.bold,
      formulas: this.names.formulas,
    };
    for (const name of this.symbols.keys()) names.values.add(name);
    return {
      objective: objectiveExpr,
      objectiveName: objective.name,
      by,
      symbols: new Map([...this.symbols.values()].map((s) => [s.name, s.expr!])),
      declared: new Map([...this.symbols.values()].map((s) => [s.name, s.properties])),
      dimensions: this.dimensions,
      invented,
      labels: this.labels.symbols(),
      indices: this.lettersOfIndices(),
      assumptions: [...assumptionsOf(this.symbols.values()), ...this.inference.notes],
      names,
    };
  }

  /** The letters that the problem gives to its indices, by the size up to which they count. */
  private lettersOfIndices(): Map<Dimension, string[]> {
    const found = new Map<Dimension, string[]>();
    for (const { letter, range } of this.inference.letters) {
      const size = find(range);
      if (isUnknown(size)) continue;
      const letters = found.get(size) ?? [];
      if (!letters.includes(letter)) found.set(size, [...letters, letter]);
    }
    return found;
  }
}

/** The expressions of a statement. */
const surfacesOf = (statement: Statement): readonly Surface[] =>
  statement.kind === "objective"
    ? [statement.body]
    : statement.kind === "definition"
      ? statement.bodies
      : [];

/** A family of vectors or matrices; of scalars it is a vector. */
function family(name: string, shape: Shape, count: Dimension, properties: Properties): Sym {
  return isScalarShape(shape)
    ? sym(name, [count, one], properties)
    : sym(name, familyShape(shape, count), properties, null, shape);
}

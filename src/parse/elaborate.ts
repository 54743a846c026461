/** @file From statements to a problem: names, shapes, then the DAG. */

import { errors, excerpt } from "../diagnostics/errors.ts";
import { joined, textOf } from "../diagnostics/source.ts";
import { isScalarShape, one, showShape } from "../expr/dimension.ts";
import type { Dimension, Shape } from "../expr/dimension.ts";
import { sym } from "../expr/expr.ts";
import type { Expr, Sym } from "../expr/expr.ts";
import { familyShape, isMembersName } from "../ops/indexing.ts";
import type { Properties } from "../expr/properties.ts";
import * as demand from "./constraints.ts";
import { Conventions } from "./conventions.ts";
import type { Demand } from "./conventions.ts";
import { Declarations } from "./declarations.ts";
import {
  inBuildOrder,
  mirrorOf,
  refuseCycles,
  refuseFixed,
  refuseLoneIndex,
  sizesIn,
  sumsIn,
} from "./definitions.ts";
import type { Defined } from "./definitions.ts";
import { componentsForm } from "./forms/components.ts";
import { checkFormula } from "./forms/formulas.ts";
import { bodiesOf, Functions } from "./functions.ts";
import { lettersBelow } from "./indices.ts";
import { Inference } from "./infer.ts";
import { Labels } from "./labels.ts";
import type { Sides, Typed } from "./infer.ts";
import { assumptionsOf, likely } from "./kinds.ts";
import { splitName } from "./names.ts";
import { derivativeAsked, lastDefinition } from "./objective.ts";
import type { Equation, Problem } from "./problem.ts";
import type { Names } from "./statements.ts";
import type { Introduced, Space, Statement, Surface } from "./surface.ts";
import {
  refuseExtremumOverIndex,
  refuseTwoMeanings,
  tellReadings,
  tellSignedLine,
} from "./readings.ts";
import { surfacesOf } from "./parts.ts";
import { Survey } from "./survey.ts";
import { NameTable } from "./table.ts";
import type { SymbolEntry } from "./symbols.ts";
import { find, isUnknown, solved } from "./unify.ts";
import type { Solver } from "./unify.ts";
import { ruleOfSides } from "./rules.ts";

/** Turns statements into a problem, or one expression into the DAG of a known problem. */
export class Elaborator {
  private readonly inference: Inference;
  private readonly solver: Solver;
  private readonly table: NameTable;
  private readonly symbols: Map<string, SymbolEntry>;
  private readonly dimensions: Set<string>;
  private readonly names: Names;
  private readonly conventions: Conventions;

  /** `asked`: the names that a derivative is asked by, so that x_1 is an entry of x. */
  constructor(names: Names, known?: Problem, asked: Iterable<string> = []) {
    this.names = names;
    this.inference = new Inference({
      symbol: (name, span) => this.table.symbol(name, span),
      isDimension: (name) => this.dimensions.has(name),
      addDimension: (name) => this.table.addDimension(name),
      isKnown: (name) => this.table.isKnown(name),
      isBase: (name) => this.table.isBase(name),
      isSibling: (name) =>
        this.survey.isSibling(name) && !this.survey.isBesideMembers(splitName(name).base),
      partsOf: (base) => this.table.partsOf(base),
      isPart: (name) => this.table.isPart(name),
      indexed: (name, span, count) => this.table.indexed(name, span, count),
      rangeOf: (letter) => this.letterRanges.get(letter) ?? null,
      functionNamed: (name) => this.functions.named(name),
      isLabel: (letter) => this.labels.isDeclared(letter),
      label: (letter, span) => this.labels.index(letter, span),
    });
    this.solver = this.inference.solver;
    this.table = new NameTable(known ?? null, asked, this.survey, this.solver);
    this.symbols = this.table.symbols;
    this.dimensions = this.table.dimensions;
    this.labels = new Labels(
      {
        isDimension: (name) => this.dimensions.has(name),
        isValue: (name) => this.symbols.has(name) || this.survey.bases.has(name),
        unknown: () => this.solver.unknown(),
      },
      known?.labels ?? null,
    );
    this.functions = new Functions(
      {
        isValue: (name) => this.symbols.has(name),
        addDimension: (name) => this.dimensions.add(name),
        kindOf: (name) => this.table.kindOf(name),
        declare: (name, span, space) => this.declarations.declare(name, span, space),
      },
      known?.functions ?? new Map(),
    );
    this.conventions = new Conventions(this.inference, this.symbols);
    this.declarations = new Declarations({
      inference: this.inference,
      symbols: this.symbols,
      dimensions: this.dimensions,
      indexedNames: this.table.indexedNames,
      boundLetters: this.survey.boundLetters,
      letterRanges: this.letterRanges,
      add: (name, span) => this.table.add(name, span, "declared"),
      partsOf: (base) => this.table.partsOf(base),
    });
  }

  private readonly survey = new Survey();
  /** What `i = 1, …, n` says of a letter. */
  private readonly letterRanges = new Map<string, Dimension>();
  private readonly labels: Labels;
  private readonly declarations: Declarations;
  private readonly functions: Functions;

  /** `built` is told what each part becomes; by `letters` the body is the component of a vector or a matrix. */
  expression(
    body: Surface,
    shape?: Shape,
    built: Inference["built"] = null,
    letters: readonly string[] = [],
  ): Expr {
    this.inference.built = built;
    const typed =
      letters.length === 0
        ? this.inference.visit(body)
        : componentsForm(this.inference, letters, body);
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

  /** `notes` are told beside those of the elaboration. */
  problem(
    statements: readonly Statement[],
    demanded: Demand = "scalar-first",
    notes: Iterable<string> = [],
  ): Problem {
    for (const note of notes) this.inference.notes.add(note);
    let objective: { surface: Surface; name: string | null } | null = null;
    let by: readonly Introduced[] = [];
    this.functions.collect(statements);
    for (const statement of statements)
      this.survey.see(statement, this.functions.parametersOf(statement));
    this.survey.countThrough(statements);
    for (const statement of statements) {
      if (statement.kind !== "range") continue;
      this.survey.boundLetters.add(statement.letter);
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
      refuseExtremumOverIndex(statement);
      const asked = derivativeAsked(statement.body, this.symbols);
      objective = { surface: asked?.of ?? statement.body, name: null };
      by = asked?.by ?? statement.by;
    }
    objective ??= lastDefinition(statements, this.symbols, this.through, (note) =>
      this.inference.notes.add(note),
    );
    const target = this.visitAll(objective);
    const given = statements.flatMap((s) => (s.kind === "given" ? [this.inference.rule(s)] : []));
    for (const name of this.names.bold) this.inference.likely.say(name, likely.bold);
    refuseTwoMeanings(this.inference, this.symbols);
    this.conventions.solve(target, demanded);
    const invented = this.conventions.nameDimensions(this.dimensions, [
      ...this.inference.letters.map(({ letter }) => letter),
      ...this.labels.letters(),
      ...this.names.functions,
    ]);
    const problem = this.finish(target, objective, by, invented, given);
    if (demanded !== "scalar-first" || isScalarShape(problem.objective.shape)) return problem;
    const note = `${excerpt(objective.surface.span)} is ${showShape(problem.objective.shape)} and no scalar: its derivative is the Jacobian`;
    return { ...problem, assumptions: [...problem.assumptions, note] };
  }

  /** How many names are not what most readers take them for, once the problem is read. */
  broken(): number {
    return this.conventions.broken();
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
      case "function":
        for (const name of statement.names)
          this.functions.introduce(name, statement, this.names.formulas.get(name.name));
        return;
      case "given":
        return;
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
      case "square":
        throw new Error("internal: a square that was not read");
      default:
        statement satisfies never;
    }
  }

  private define(statement: Statement & { kind: "definition" }): void {
    if (statement.arguments) this.functions.define(statement);
    if (this.functions.isFunction(statement)) return;
    const [body, ...others] = bodiesOf(statement);
    const { span } = statement.name;
    const isOwn = statement.arguments !== undefined || this.symbols.has(statement.name.name);
    const components = isOwn ? null : this.survey.components(statement.name.name, body!);
    const name = components ? this.table.partsOf(components.base) : statement.name.name;
    if (this.functions.isDeclared(name))
      throw errors.twoMeanings(span, name, "it is declared a function");
    const mirrored = others.length === 0 ? mirrorOf(name, body!) : null;
    if (mirrored) {
      const space: Space = { properties: [{ name: mirrored, span }], span };
      return this.declarations.declare(name, span, space);
    }
    const found = this.symbols.get(name);
    if (found?.body) throw errors.twoMeanings(span, name, `“${textOf(found.body.span)}”`);
    if (!components && !isOwn) this.survey.refuseLoneMember(name, span);
    const symbol = found ?? this.table.add(name, span, "defined");
    symbol.origin = "defined";
    symbol.body = body!;
    symbol.others = others;
    symbol.letters = components?.letters ?? [];
  }

  /** The letters of 𝟏_n and Σ_{i=1}^n are dimensions wherever they stand. */
  private collectSizes(statement: Statement): void {
    for (const surface of surfacesOf(statement))
      for (const size of sizesIn(surface)) if (!this.symbols.has(size)) this.dimensions.add(size);
  }

  private visitAll(objective: { surface: Surface; name: string | null }): Typed {
    for (const symbol of this.symbols.values()) {
      if (!symbol.body) continue;
      const typed = this.visitBody(symbol, symbol.body);
      symbol.typed = typed;
      for (const other of symbol.others)
        this.inference.equate(typed, this.visitBody(symbol, other));
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
    for (const f of this.functions.ofLanguage()) checkFormula(this.inference, f);
    refuseCycles(this.symbols, this.through);
    const defined = [...this.symbols.values()].flatMap(({ body, letters }) =>
      body ? [{ surface: body, letters }] : [],
    );
    refuseFixed(
      [...defined, ...sumsIn([...defined.map(({ surface }) => surface), objective.surface])],
      (name) => this.definedAs(name),
      (name) => this.symbols.get(name)?.origin === "declared",
    );
    const isSpokenOf = (letter: string): boolean =>
      this.labels.isDeclared(letter) ||
      defined.some(({ letters }) => letters.includes(letter)) ||
      [...this.table.asked].some((name) => lettersBelow(name).includes(letter));
    refuseLoneIndex([...defined.map(({ surface }) => surface), objective.surface], isSpokenOf);
    this.functions.refuseHidden((name) => this.bodyOf(name));
    if (objective.name !== null) return this.symbols.get(objective.name)!.typed!;
    return this.inference.visit(objective.surface);
  }

  /** The body of a name, or of what it is a part of; null where it is free. */
  private bodyOf(name: string): Surface | null {
    const { base } = splitName(name);
    const symbol =
      this.symbols.get(name) ?? (base === name ? null : this.symbols.get(this.table.partsOf(base)));
    return symbol?.body ?? null;
  }

  /** What a name is defined as; null where it is free. */
  private definedAs(name: string): Defined | null {
    const symbol = this.symbols.get(name);
    if (symbol?.body)
      return { name, bodies: [symbol.body], letters: symbol.letters, parameters: [] };
    const f = symbol ? null : this.functions.named(name);
    if (f?.kind !== "formula") return null;
    return { name, bodies: f.bodies, letters: [], parameters: f.parameters };
  }

  private visitBody({ letters }: SymbolEntry, body: Surface): Typed {
    return letters.length === 0
      ? this.inference.visit(body)
      : componentsForm(this.inference, letters, body);
  }

  private readonly through = (surface: Surface): ReadonlySet<string> =>
    this.functions.namesThrough(surface);

  private finish(
    target: Typed,
    objective: { surface: Surface; name: string | null },
    by: readonly Introduced[],
    invented: readonly string[],
    given: readonly Sides[],
  ): Problem {
    for (const symbol of inBuildOrder(this.symbols, this.through)) {
      const shape = solved(symbol.shape)!;
      if (symbol.count !== null && shape[1] !== one)
        throw errors.notYet(symbol.span, "a family whose members are matrices or rows", {
          hint: "write a sum over them out: A_1, A_2 are names of their own",
        });
      const definition = symbol.typed ? symbol.typed.build() : null;
      symbol.expr =
        symbol.count === null
          ? sym(symbol.name, shape, symbol.properties | symbol.numbers, definition)
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
      formulas: new Map(
        [...this.names.formulas].filter(([name]) => this.functions.isFormula(name)),
      ),
    };
    for (const name of this.symbols.keys()) names.values.add(name);
    const assumptions = [...assumptionsOf(this.symbols.values()), ...this.inference.notes];
    return {
      objective: objectiveExpr,
      objectiveName: objective.name,
      by,
      numbers: this.declarations.numbers,
      symbols: new Map([...this.symbols.values()].map((s) => [s.name, s.expr!])),
      declared: new Map(
        [...this.symbols.values()].flatMap((s) =>
          s.origin === "free" ? [] : [[s.name, s.properties]],
        ),
      ),
      dimensions: this.dimensions,
      invented,
      labels: this.labels.symbols(),
      outputs: this.labels.outputs(),
      indices: this.lettersOfIndices(),
      functions: this.functions.all(),
      equations: this.inference.equations.map(equationOf),
      given: given.map((sides) => {
        const { left, right, spans } = equationOf(sides);
        return ruleOfSides([[left, right]], joined(...spans));
      }),
      assumptions,
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

const equationOf = ({ left, right }: Sides): Equation => ({
  left: left.build(),
  right: right.build(),
  spans: [left.span, right.span],
});

/** A family of vectors or matrices; of scalars it is a vector, where that has a name. */
function family(name: string, shape: Shape, count: Dimension, properties: Properties): Sym {
  return isScalarShape(shape) && !isMembersName(name)
    ? sym(name, [count, one], properties)
    : sym(name, familyShape(shape, count), properties, null, shape);
}

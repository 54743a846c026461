/** @file The functions of a problem: what is declared of them, and which formulas are functions. */

import { errors } from "../diagnostics/errors.ts";
import { textOf } from "../diagnostics/source.ts";
import type { Span } from "../diagnostics/source.ts";
import { dimension, multiplied, one } from "../expr/dimension.ts";
import type { Shape } from "../expr/dimension.ts";
import { isFunctionName } from "../ops/functions.ts";
import { namesIn, partNamesIn } from "./definitions.ts";
import { isOfEntries, refuseSpaces } from "./forms/functions.ts";
import { isScalarFormula } from "./formulas.ts";
import { partsOf, surfacesOf } from "./parts.ts";
import type { DimensionText, Introduced, Space, Statement, Surface } from "./surface.ts";
import type { Formula, FunctionEntry } from "./symbols.ts";

/** What functions ask of the problem around them. */
interface Around {
  readonly isValue: (name: string) => boolean;
  readonly addDimension: (name: string) => void;
  readonly declare: (name: string, span: Span, space: Space) => void;
  /** What is known of a name: a scalar, something else, or nothing. */
  readonly kindOf: (name: string) => "scalar" | "other" | null;
}

/** The bodies that a definition says to be equal: of a function of the language that function, too. */
export function bodiesOf({
  name,
  arguments: args,
  bodies,
}: Statement & { kind: "definition" }): readonly Surface[] {
  if (!args || !isFunctionName(name.name)) return bodies;
  const own = args.map((arg): Surface => ({ kind: "name", ...arg }));
  const { span } = name;
  const call: Surface = {
    kind: "call",
    name: name.name,
    nameSpan: span,
    args: own,
    bare: false,
    span,
  };
  return [...bodies, call];
}

export class Functions {
  private readonly entries: Map<string, FunctionEntry>;
  /** Formulas of which is not known yet whether they are those of scalars. */
  private readonly drafts = new Map<string, Omit<Formula, "isEntrywise" | "output">>();
  private readonly outputs = new Map<string, Shape>();
  /** Names that are applied to other arguments than their own, or derived. */
  private readonly applied = new Set<string>();
  private readonly around: Around;
  constructor(around: Around, known: ReadonlyMap<string, FunctionEntry>) {
    this.around = around;
    this.entries = new Map(known);
  }

  /** Finds out which definitions are those of functions: by how they are applied. */
  collect(statements: readonly Statement[]): void {
    for (const statement of statements)
      for (const surface of surfacesOf(statement))
        for (const e of partsOf(surface))
          if (e.kind === "application" || e.kind === "call") this.applied.add(e.name);
    // In g(x) = f(x)² the x is that of g, and f has to be a function, too.
    const formulas = statements.flatMap((s) => (s.kind === "definition" && s.arguments ? [s] : []));
    const inner = formulas.map((s) => ({
      statement: s,
      names: new Set(s.bodies.flatMap((body) => [...namesIn(body)])),
    }));
    for (let count = -1; count < this.applied.size; ) {
      count = this.applied.size;
      for (const { statement, names } of inner)
        if (this.isFunction(statement))
          for (const { name } of formulas) if (names.has(name.name)) this.applied.add(name.name);
    }
  }

  /** Refuses a formula whose argument is part of a name in it that is defined elsewhere. */
  refuseHidden(bodyOf: (name: string) => Surface | null): void {
    for (const f of this.drafts.values()) {
      if (!this.applied.has(f.name)) continue;
      const isOwn = namesIn(f.bodies[0]!);
      for (const start of this.namesThrough(f.bodies[0]!)) {
        const isArgument = f.parameters.includes(start) && isOwn.has(start);
        const hidden = isArgument ? this.inOther(start, f) : this.partOf(start, f, bodyOf);
        if (hidden !== null)
          throw errors.noReading(
            f.span,
            `${start === hidden ? "a function" : start} in the formula of ${f.name} is made of ${hidden}, and ${f.name} is applied to other arguments`,
            [],
            `${start === hidden ? "it" : start} written out, or another name for the argument of ${f.name}`,
          );
      }
    }
  }

  /** A parameter that the formula of another function holds as a name of the problem; null where none does. */
  private inOther(
    parameter: string,
    { name, bodies }: Pick<Formula, "name" | "bodies">,
  ): string | null {
    const isHeld = [...this.namesThrough(bodies[0]!)].some((other) => {
      const f = other === name || !this.applied.has(other) ? undefined : this.drafts.get(other);
      return f && !f.parameters.includes(parameter) && namesIn(f.bodies[0]!).has(parameter);
    });
    return isHeld ? parameter : null;
  }

  /** The parameter that a defined name is made of; null where it is of none. */
  private partOf(
    start: string,
    { parameters }: Pick<Formula, "parameters">,
    bodyOf: (name: string) => Surface | null,
  ): string | null {
    if (parameters.includes(start)) return start;
    const seen = new Set([start]);
    for (const name of seen) {
      const body = bodyOf(name);
      if (!body) continue;
      const isDefined = (part: string): boolean => bodyOf(part) !== null;
      for (const part of partNamesIn(body, isDefined, (surface) => this.namesThrough(surface))) {
        if (parameters.includes(part)) return part;
        seen.add(part);
      }
    }
    return null;
  }

  /** Whether a definition is that of a function, and not of a value with its arguments. */
  isFunction(statement: Statement): boolean {
    return (
      statement.kind === "definition" &&
      statement.arguments !== undefined &&
      this.applied.has(statement.name.name)
    );
  }

  /** The names that stand for arguments in a definition, and nothing else. */
  parametersOf(statement: Statement): readonly string[] {
    const isFunction = statement.kind === "definition" && this.isFunction(statement);
    return isFunction ? statement.arguments!.map(({ name }) => name) : [];
  }

  /** `f: ℝ^n→ℝ`; beside a formula f(x) = … it says what x and the value are. */
  introduce(
    { name, span }: Introduced,
    statement: Statement & { kind: "function" },
    formula: string | undefined,
  ): void {
    if (formula === undefined) return this.declare({ name, span }, statement);
    const parameters = formula.split(",");
    const { inputs, output } = statement;
    if (parameters.length !== inputs.length)
      throw errors.argumentCount(span, name, inputs.length, parameters.length);
    for (const [i, parameter] of parameters.entries())
      this.around.declare(parameter, span, inputs[i]!);
    if (this.applied.has(name)) this.outputs.set(name, this.shapeOf(output));
    else this.around.declare(name, span, output);
  }

  /** `f: ℝ→ℝ`. */
  private declare(
    { name, span }: Introduced,
    { inputs, output }: Statement & { kind: "function" },
  ): void {
    const found: FunctionEntry = {
      kind: "declared",
      name,
      span,
      inputs: inputs.map((space) => this.shapeOf(space)),
      output: this.shapeOf(output),
    };
    refuseSpaces(found);
    if (this.around.isValue(name) || this.entries.has(name))
      throw errors.twoMeanings(span, name, "it is a name of the problem");
    this.entries.set(name, found);
  }

  private shapeOf({ shape }: Space): Shape {
    const [rows, columns] = shape!.map((text) => this.dimension(text));
    return [rows!, columns!];
  }

  private dimension({ factors }: DimensionText): Shape[0] {
    for (const factor of factors) if (typeof factor === "string") this.around.addDimension(factor);
    return factors.map((factor) => dimension(factor)).reduce(multiplied, one);
  }

  define(statement: Statement & { kind: "definition" }): void {
    const { name, span } = statement.name;
    const before = this.entries.get(name) ?? this.drafts.get(name);
    if (before) throw errors.twoMeanings(span, name, `“${textOf(before.span)}”`);
    this.drafts.set(name, {
      kind: "formula",
      name,
      span,
      parameters: statement.arguments!.map((arg) => arg.name),
      bodies: bodiesOf(statement),
    });
  }

  /** Whether a name is declared a function, and no formula is given for it. */
  isDeclared(name: string): boolean {
    return this.entries.get(name)?.kind === "declared";
  }

  /** Whether a name is defined with arguments. */
  isFormula(name: string): boolean {
    return this.drafts.has(name);
  }

  /** The function of that name. */
  named(name: string): FunctionEntry | null {
    const found = this.entries.get(name);
    const draft = this.drafts.get(name);
    if (found || !draft) return found ?? null;
    // One that is defined by itself is refused where it is entered.
    const output = this.outputs.get(name) ?? null;
    this.entries.set(name, { ...draft, output, isEntrywise: true });
    const isEntrywise = isScalarFormula(draft.bodies[0]!, draft.parameters, {
      kindOf: this.around.kindOf,
      isEntrywise: (other) => {
        const f = this.named(other);
        return f !== null && (f.kind === "formula" ? f.isEntrywise : isOfEntries(f));
      },
    });
    const made: Formula = { ...draft, output, isEntrywise };
    this.entries.set(name, made);
    return made;
  }

  /** The formulas of functions of the language, which have to be right wherever those are used. */
  ofLanguage(): Formula[] {
    return [...this.drafts.keys()].flatMap((name) => {
      const f = isFunctionName(name) && this.applied.has(name) ? this.named(name) : null;
      return f?.kind === "formula" ? [f] : [];
    });
  }

  /** All functions. */
  all(): ReadonlyMap<string, FunctionEntry> {
    for (const name of this.drafts.keys()) this.named(name);
    return this.entries;
  }

  /** The names that an expression is made of, those in the formulas of its functions among them. */
  namesThrough(surface: Surface): ReadonlySet<string> {
    const names = new Set<string>();
    const entered = new Set<string>();
    const enter = (part: Surface, parameters: readonly string[]): void => {
      for (const name of namesIn(part)) {
        if (parameters.includes(name)) continue;
        names.add(name);
        const f = this.drafts.get(name);
        if (!f || !this.applied.has(name) || entered.has(name)) continue;
        entered.add(name);
        for (const body of f.bodies) enter(body, f.parameters);
      }
    };
    enter(surface, []);
    return names;
  }
}

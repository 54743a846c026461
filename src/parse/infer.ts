/** @file Every form of the surface tree has a shape, and is built once its shape is known. */

import { errors, excerpt } from "../diagnostics/errors.ts";
import type { Span } from "../diagnostics/source.ts";
import { showDimension } from "../expr/dimension.ts";
import type { Dimension } from "../expr/dimension.ts";
import { half, num } from "../expr/expr.ts";
import type { Expr } from "../expr/expr.ts";
import { power } from "../ops/elementwise.ts";
import { Likely } from "./likely.ts";
import { isBesideFamily, namesIn } from "./definitions.ts";
import { partsOf } from "./parts.ts";
import { negative, raised } from "./build.ts";
import * as demand from "./constraints.ts";
import { barsForm, innerForm, normForm, subscriptForm } from "./forms/brackets.ts";
import { callForm, tellEntrywise } from "./forms/calls.ts";
import { indexedSumForm } from "./forms/indexed.ts";
import type { BoundIndex, Index } from "./forms/indexed.ts";
import { nameForm, onesForm, sizeNamed, zeroForm } from "./forms/names.ts";
import { cotangentForm } from "./forms/cotangents.ts";
import { applicationForm } from "./forms/functions.ts";
import { refuseBlocks } from "./forms/doubts.ts";
import { powerForm, pseudoinverseForm } from "./forms/powers.ts";
import { hadamardForm, kroneckerForm, productForm, transposeForm } from "./forms/products.ts";
import { indicatorForm } from "./forms/spread.ts";
import { sumForm } from "./forms/sums.ts";
import { splitName } from "./names.ts";
import type { Surface } from "./surface.ts";
import type { Formula, FunctionEntry, SymbolEntry } from "./symbols.ts";
import { Solver, classOf, find, isSettled, isUnknown, scalarTerm, solved } from "./unify.ts";
import type { Constraint, ShapeTerm, Term } from "./unify.ts";

/** A surface with its shape, which may still be open, and how it is built once it is not. */
export interface Typed {
  readonly shape: ShapeTerm;
  readonly span: Span;
  readonly build: () => Expr;
  /** Of what is given for a parameter: says that it stands where most have a vector. */
  readonly liken?: (why: string) => void;
}

/** Two sides that are equal. */
export interface Sides {
  readonly left: Typed;
  readonly right: Typed;
}

/** What inference asks of the problem around it. */
interface Scope {
  symbol(name: string, span: Span): SymbolEntry;
  isDimension(name: string): boolean;
  /** Takes a name that is no value for a dimension; false where it is one, or nothing may be added. */
  addDimension(name: string): boolean;
  /** Declared, defined, or met before. */
  isKnown(name: string): boolean;
  /** Stands somewhere in the problem without a subscript. */
  isBase(name: string): boolean;
  /** Stands in a sum with its base: x − x_k. */
  isSibling(name: string): boolean;
  /** The name under which the parts that indices pick of a name are kept. */
  partsOf(base: string): string;
  /** Stands somewhere with indices that were read as such. */
  isPart(name: string): boolean;
  /** What has parts that so many indices pick. */
  indexed(name: string, span: Span, count: number): SymbolEntry;
  /** A function that the problem declares, or defines by a formula. */
  functionNamed(name: string): FunctionEntry | null;
  /** Up to what a letter counts wherever it does, as a statement says. */
  rangeOf(letter: string): Dimension | null;
  /** A letter that was declared an index. */
  isLabel(letter: string): boolean;
  /** An index that no Σ binds: a fixed one. */
  label(letter: string, span: Span): Index;
}

/** Several factors or terms: braces around them do not show in print. */
export const isComposed = (e: Surface): boolean =>
  ["sum", "product", "negate", "hadamard", "kronecker"].includes(e.kind);

/** The surface of one kind. */
export type Of<K extends Surface["kind"]> = Extract<Surface, { kind: K }>;

/** Two small letters side by side, in a product with or without a star. */
interface Couple {
  readonly left: string;
  readonly right: string;
  readonly span: Span;
  readonly isStarred: boolean;
}

/** Gives every part of a surface a shape that may still be open, and what builds it. */
export class Inference {
  readonly solver = new Solver();
  /** The shapes of factors of ⊗: the dimensions of their product follow from theirs. */
  readonly kroneckerFactors: ShapeTerm[] = [];
  /** The powers, for what is said of one that cannot be. */
  readonly powers: Of<"power">[] = [];
  /** Dimensions that are products, of ⊗ and vec, with their factors in the order of their blocks. */
  readonly products: { readonly product: Term; readonly factors: readonly [Term, Term] }[] = [];
  /** Readings that were chosen and are worth telling. */
  readonly notes = new Set<string>();
  readonly likely = new Likely({
    given: (name) => this.locals.get(name),
    wholeOf: (e) => this.wholeOf(e),
    isFree: (e, symbol) => this.isFreeWhole(e, symbol),
  });
  /** Pairs of small letters that stand side by side. */
  readonly couples: Couple[] = [];
  /** Where e^ was read as Euler's number. */
  readonly exponentials: Span[] = [];
  /** Where σ( was read as the sigmoid. */
  readonly sigmoids: Span[] = [];
  /** The numbers in sums: scalars, as their constraints demand. */
  readonly numbers: { readonly shape: ShapeTerm; readonly constraint: Constraint }[] = [];
  readonly unsized: { shape: ShapeTerm; span: Span; what: string }[] = [];
  /** The indices that the sums around bind. */
  bound: Map<string, BoundIndex> = new Map();
  /** The parameters of the formula that is visited, with what is given for them. */
  locals: ReadonlyMap<string, Typed> = new Map();
  /** Those beside which a family of the same letter stands: the x of f(x) = Σ_i c_i k(x, x_i). */
  private apart: ReadonlySet<string> = new Set();
  /** The functions whose formulas are being visited, one in the other. */
  readonly entered: string[] = [];
  /** Sides that the problem says to be equal. */
  readonly equations: Sides[] = [];
  /** Up to what the indices of the problem count. */
  readonly ranges: Term[] = [];
  /** The letters of the indices, with their ranges, in the order of the text. */
  readonly letters: { readonly letter: string; readonly range: Term }[] = [];
  /** Is told what each part becomes when it is built. */
  built: ((e: Surface, expr: Expr) => void) | null = null;
  readonly scope: Scope;
  constructor(scope: Scope) {
    this.scope = scope;
  }

  visit(e: Surface): Typed {
    const typed = this.form(e);
    const told = this.built;
    if (told === null) return typed;
    const build = (): Expr => {
      const expr = typed.build();
      told(e, expr);
      return expr;
    };
    return { ...typed, build };
  }

  private form(e: Surface): Typed {
    switch (e.kind) {
      case "number":
        if (e.value.numerator === 0n) return zeroForm(this, { kind: "zero", span: e.span });
        return { shape: scalarTerm, span: e.span, build: () => num(e.value) };
      case "name":
        return nameForm(this, e);
      case "ones":
        return onesForm(this, e);
      case "zero":
        return zeroForm(this, e);
      case "sum":
        return sumForm(this, e);
      case "product":
        return productForm(this, e);
      case "negate": {
        const body = this.visit(e.body);
        return { shape: body.shape, span: e.span, build: () => negative(body.build()) };
      }
      case "hadamard":
        return hadamardForm(this, e);
      case "kronecker":
        return kroneckerForm(this, e);
      case "group":
        refuseBlocks(e);
        return { ...this.visit(e.body), span: e.span };
      case "transpose":
        return transposeForm(this, e);
      case "pseudoinverse":
        return pseudoinverseForm(this, e);
      case "power":
        return powerForm(this, e);
      case "elementwise-power": {
        const body = this.visit(e.body);
        const exponent = this.scalar(e.exponent, "an exponent");
        return {
          shape: body.shape,
          span: e.span,
          build: () => raised(body.build(), exponent.build()),
        };
      }
      case "norm":
        return normForm(this, e, null, e.span);
      case "bars":
        return barsForm(this, e);
      case "inner":
        return innerForm(this, e);
      case "root": {
        const body = this.visit(e.body);
        return {
          shape: body.shape,
          span: e.span,
          build: () => {
            const x = body.build();
            tellEntrywise(this, e.span, "sqrt", x);
            return power(x, half);
          },
        };
      }
      case "call":
        return callForm(this, e);
      case "subscript":
        return subscriptForm(this, e);
      case "indicator":
        return indicatorForm(this, e);
      case "indexed-sum":
        return indexedSumForm(this, e);
      case "cotangent":
        return cotangentForm(this, e);
      case "application":
        return applicationForm(this, e);
      default:
        return e satisfies never;
    }
  }

  /** Two sides of one shape that the problem says to be equal. */
  equate(left: Typed, right: Typed): void {
    if (this.equations.some((e) => e.left.span === left.span && e.right.span === right.span))
      return;
    this.equations.push({ left, right });
    this.requireSame(left, right);
  }

  /** A rule that the problem gives without proof. */
  rule(e: { readonly left: Surface; readonly right: Surface }): Sides {
    const [left, right] = [this.visit(e.left), this.visit(e.right)];
    this.requireSame(left, right);
    return { left, right };
  }

  private requireSame(left: Typed, right: Typed): void {
    this.solver.require(
      demand.same(left.shape, right.shape, "it is said to be equal to that", () =>
        errors.shapesDiffer(
          right.span,
          `sides that are to be equal differ in shape: ${this.describe(left, left.shape)}, ${this.describe(right, right.shape)}`,
          [],
        ),
      ),
    );
  }

  /** Visits the bodies of a formula, in which the parameters are what is given for them. */
  enter(f: Formula, args: readonly Typed[], visit: (body: Surface) => Typed): Typed[] {
    const [locals, bound, apart] = [this.locals, this.bound, this.apart];
    this.locals = new Map(f.parameters.map((name, i) => [name, args[i]!]));
    this.apart = new Set(f.parameters.filter((name) => isBesideFamily(f.bodies, name)));
    // What is bound where the function is applied is not bound in its formula.
    this.bound = new Map();
    this.entered.push(f.name);
    const visited = f.bodies.map(visit);
    this.entered.pop();
    [this.locals, this.bound, this.apart] = [locals, bound, apart];
    return visited;
  }

  /** What is given for the parameter that x_i is a part of. */
  localOf(base: string): Typed | undefined {
    return this.apart.has(base) ? undefined : this.locals.get(base);
  }

  /** Whether a letter counts: bound by a sum around, or declared an index. */
  isIndex(text: string): boolean {
    return this.bound.has(text) || this.scope.isLabel(text);
  }

  /** The index that stands below a name. */
  index(text: string, span: Span): Index {
    if (/^\d+$/u.test(text)) return { text, range: null, build: () => num(Number(text)) };
    const bound = this.bound.get(text);
    if (!bound) return this.scope.label(text, span);
    bound.isUsed = true;
    return bound;
  }

  tellLetter(letter: string, range: Term): void {
    this.letters.push({ letter, range });
  }

  /** The dimension or number that gives a size: the n of 𝟏_n and of Σ_{i=1}^n. */
  sizeNamed(text: string, span: Span): Term {
    return sizeNamed(this, text, span);
  }

  excerpt(span: Span): string {
    return excerpt(span);
  }

  /** `n×1`, with a letter for what is not known. */
  show(shape: ShapeTerm): string {
    const letters = new Map<Term, string>();
    const letter = (t: Term): string => {
      const root = find(t);
      if (!isUnknown(root)) return showDimension(root);
      let name = letters.get(root);
      if (!name) letters.set(root, (name = "mnpq"[letters.size] ?? "?"));
      return root.many ? name : "?";
    };
    return `${letter(shape[0])}×${letter(shape[1])}`;
  }

  /** `X w (n×1)`. */
  describe(e: { readonly span: Span }, shape: ShapeTerm): string {
    if (classOf(shape) === "open") return excerpt(e.span);
    return `${excerpt(e.span)} (${classOf(shape) === "scalar" ? "a scalar" : this.show(shape)})`;
  }

  /** Where the shapes of the names in some surfaces came from. */
  sources(...surfaces: readonly Surface[]): string[] {
    const notes: string[] = [];
    const seen = new Set<string>();
    for (const surface of surfaces.toReversed())
      for (const e of partsOf(surface)) {
        if (e.kind !== "name" || seen.has(e.name) || this.locals.has(e.name)) continue;
        seen.add(e.name);
        if (this.scope.isKnown(e.name))
          notes.push(...this.source(this.scope.symbol(e.name, e.span)));
      }
    return notes.slice(0, 6);
  }

  source(symbol: SymbolEntry): string[] {
    const shape = this.show(symbol.shape);
    const kind = classOf(symbol.shape) === "scalar" ? "a scalar" : shape;
    if (symbol.sized) return [`${symbol.name} is declared ${kind}`];
    if (symbol.body) return [`${symbol.name} is defined as ${excerpt(symbol.body.span)} (${kind})`];
    for (const term of symbol.shape) {
      if (!isUnknown(term) || term.why === null) continue;
      const convention = /^convention (\w+)$/u.exec(term.why)?.[1];
      return convention
        ? [
            `${symbol.name} is a ${convention} because it is ${letterKind(convention)} and was not declared`,
          ]
        : [`${symbol.name} is ${kind}: ${term.why}`];
    }
    return [];
  }

  /** The constants 𝟏 and I whose size is open. */
  openConstants(): ShapeTerm[] {
    return this.unsized
      .filter(({ what, shape }) => what !== "0" && !isSettled(shape))
      .map(({ shape }) => shape);
  }

  /** A 0 whose shape nothing fixes is a number. */
  openZeros(): ShapeTerm[] {
    return this.unsized
      .filter(({ what, shape }) => what === "0" && !isSettled(shape))
      .map(({ shape }) => shape);
  }

  /** A constant whose size nothing fixes is an error. */
  refuseUnsized(): void {
    for (const { shape, span, what } of this.unsized)
      if (!solved(shape))
        throw errors.sizeUnknown(span, what, what === "0" ? "0_{m×n}" : `${what}_n`);
  }

  /** Whether a name stands in `e` that was not declared. */
  holdsFree(e: Surface): boolean {
    for (const name of namesIn(e))
      if (
        !this.locals.has(name) &&
        this.scope.isKnown(name) &&
        this.scope.symbol(name, e.span).origin === "free"
      )
        return true;
    return false;
  }

  isFree(e: Of<"name">): boolean {
    return this.freeSymbol(e) !== null;
  }

  /** What a name stands for where it was not declared; of x_i, one of many, the many. */
  freeSymbol(e: Of<"name">): SymbolEntry | null {
    const found = this.locals.has(e.name) ? null : this.wholeOf(e);
    if (!found || this.locals.has(found.name)) return null;
    return this.isFreeWhole(e, found) ? found : null;
  }

  private isFreeWhole(e: Of<"name">, { origin, name, count }: SymbolEntry): boolean {
    return origin === "free" && (name === e.name || count !== null);
  }

  /** The name, or that of the many of which it is one. */
  private wholeOf(e: Of<"name">): SymbolEntry | null {
    const { base, subscript } = splitName(e.name);
    const isOwn = this.scope.isKnown(e.name);
    const name = isOwn ? e.name : subscript === null ? null : this.scope.partsOf(base);
    return name !== null && this.scope.isKnown(name) ? this.scope.symbol(name, e.span) : null;
  }

  scalar(e: Surface, what: string): Typed {
    const typed = this.visit(e);
    this.solver.require(
      demand.scalar(typed.shape, `it is ${what}`, () =>
        errors.shapesDiffer(
          e.span,
          `${what} is a scalar, and ${this.describe(e, typed.shape)} is not`,
          this.sources(e),
        ),
      ),
    );
    return typed;
  }
}

const letterKind = (convention: string): string =>
  convention === "matrix"
    ? "a capital letter"
    : convention === "vector"
      ? "a lower-case letter"
      : "a lower-case Greek letter";

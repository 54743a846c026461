/** @file Every form of the surface tree: what it demands of shapes, and what it builds. */

import { errors, excerpt } from "../diagnostics/errors.ts";
import type { Span } from "../diagnostics/source.ts";
import { suggest } from "../diagnostics/suggest.ts";
import { dimension, multiplied, one, showDimension } from "../expr/dimension.ts";
import type { Expr } from "../expr/expr.ts";
import {
  dimensionSymbol,
  half,
  isApply,
  isScalar,
  minusOne,
  num,
  two,
  unit,
} from "../expr/expr.ts";
import {
  isInteger,
  isNegative,
  negated,
  show as showRational,
  times,
  wholePower,
} from "../expr/rational.ts";
import {
  add,
  hadamard,
  identity,
  inner,
  matmul,
  onesOf,
  pi,
  scale,
  scaled,
  transpose,
  zeroOf,
} from "../ops/arithmetic.ts";
import { abs, exp, maximum, minimum, power } from "../ops/elementwise.ts";
import { functionNamed, functionNames } from "../ops/functions.ts";
import { determinant, inverse, logdet, largestExponent, toPower } from "../ops/matrix.ts";
import { norm, norm1, squaredNorm } from "../ops/reduce.ts";
import { kronecker } from "../ops/structure.ts";
import * as demand from "./constraints.ts";
import type { Symbol } from "./elaborate.ts";
import type { Factor, Surface } from "./surface.ts";
import { splitName } from "./names.ts";
import type { ShapeTerm, Term } from "./unify.ts";
import {
  classOf,
  extentOf,
  find,
  isSettled,
  isUnknown,
  scalarTerm,
  solved,
  Solver,
  swapped,
} from "./unify.ts";

/** A surface with its shape, which may still be open, and how it is built once it is not. */
export interface Typed {
  readonly shape: ShapeTerm;
  readonly span: Span;
  readonly build: () => Expr;
}

/** What inference asks of the problem around it. */
interface Scope {
  symbol(name: string, span: Span): Symbol;
  isDimension(name: string): boolean;
  /** Declared, defined, or met before. */
  isKnown(name: string): boolean;
  /** Stands somewhere in the problem without a subscript. */
  isBase(name: string): boolean;
}

type Of<K extends Surface["kind"]> = Extract<Surface, { kind: K }>;

export class Inference {
  readonly solver = new Solver();
  /** The shapes of factors of ⊗: the dimensions of their product follow from theirs. */
  readonly kroneckerFactors: ShapeTerm[] = [];
  /** Readings that were chosen and are worth telling. */
  readonly notes: string[] = [];
  private readonly unsized: { shape: ShapeTerm; span: Span; what: string }[] = [];
  private readonly scope: Scope;
  constructor(scope: Scope) {
    this.scope = scope;
  }

  visit(e: Surface): Typed {
    switch (e.kind) {
      case "number":
        if (e.value.numerator === 0n) return this.zero({ kind: "zero", span: e.span });
        return { shape: scalarTerm, span: e.span, build: () => num(e.value) };
      case "name":
        return this.name(e);
      case "ones":
        return this.ones(e);
      case "zero":
        return this.zero(e);
      case "sum":
        return this.sum(e);
      case "product":
        return this.product(e);
      case "negate": {
        const body = this.visit(e.body);
        return { shape: body.shape, span: e.span, build: () => negative(body.build()) };
      }
      case "hadamard":
        return this.hadamard(e);
      case "kronecker":
        return this.kronecker(e);
      case "group":
        return this.visit(e.body);
      case "transpose":
        return this.transpose(e);
      case "pseudoinverse":
        throw errors.notYet(e.span, "the pseudo-inverse");
      case "power":
        return this.power(e);
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
        return this.norm(e, null, e.span);
      case "bars":
        return this.bars(e);
      case "inner":
        return this.inner(e);
      case "root": {
        const body = this.visit(e.body);
        return { shape: body.shape, span: e.span, build: () => power(body.build(), half) };
      }
      case "call":
        return this.call(e);
      case "subscript":
        return this.subscript(e);
      case "indicator":
        throw errors.notYet(e.span, "an indicator");
      case "indexed-sum":
        throw errors.notYet(e.span, "a sum over an index");
      case "cotangent":
        throw errors.notYet(e.span, "a derivative as a symbol");
      case "derivative":
        throw errors.notYet(e.span, "the derivative of a declared function");
      default:
        return e satisfies never;
    }
  }

  // ---- telling ------------------------------------------------------------------------------------

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
  private sources(...surfaces: readonly Surface[]): string[] {
    const notes: string[] = [];
    const seen = new Set<string>();
    const stack = [...surfaces];
    for (let e = stack.pop(); e; e = stack.pop()) {
      if (e.kind === "name" && !seen.has(e.name)) {
        seen.add(e.name);
        const symbol = this.scope.isKnown(e.name) ? this.scope.symbol(e.name, e.span) : null;
        if (symbol) notes.push(...this.source(symbol));
      }
      for (const value of Object.values(e) as unknown[])
        for (const item of Array.isArray(value) ? (value as unknown[]) : [value]) {
          if (typeof item !== "object" || item === null) continue;
          const inside = "term" in item ? item.term : "factor" in item ? item.factor : item;
          if (typeof inside === "object" && inside !== null && "kind" in inside)
            stack.push(inside as Surface);
        }
    }
    return notes.slice(0, 6);
  }

  private source(symbol: Symbol): string[] {
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

  // ---- names and constants --------------------------------------------------------------------------

  private name(e: Of<"name">): Typed {
    const { name, span } = e;
    if (!this.scope.isKnown(name)) {
      const { base, subscript } = splitName(name);
      if (base === "I" && !this.scope.isKnown("I")) return this.identity(e, subscript);
      if (base === "𝟏") return this.ones({ kind: "ones", size: subscript ?? undefined, span });
      if (name === "π") return { shape: scalarTerm, span, build: () => pi };
      if (this.scope.isDimension(name))
        return { shape: scalarTerm, span, build: () => dimensionSymbol(name) };
      const product = this.dimensionProduct(name);
      if (product) return { shape: scalarTerm, span, build: product };
      if (
        base === "e" &&
        subscript !== null &&
        !this.scope.isKnown("e") &&
        /^[a-z0-9]$/u.test(subscript)
      )
        throw errors.notYet(span, "a basis vector");
      if (subscript !== null && this.isIndex(base, subscript))
        throw errors.notYet(span, "an entry, row or column");
    }
    const symbol = this.scope.symbol(name, span);
    return { shape: symbol.shape, span, build: () => built(symbol) };
  }

  /** Whether a subscript picks an entry of `base` and is no part of a name. */
  private isIndex(base: string, subscript: string): boolean {
    if (/[+:=<>≠-]/u.test(subscript)) return true;
    const indices =
      /^(?:[a-z]|\d+)(?:,(?:[a-z]|\d+))?$/u.test(subscript) || /^[ijkl]{2}$/u.test(subscript);
    return (
      indices &&
      (this.scope.isKnown(base) ||
        this.scope.isBase(base) ||
        /^[ijkl]{2}$/u.test(subscript) ||
        subscript.includes(","))
    );
  }

  private dimensionProduct(name: string): (() => Expr) | null {
    const letters = [...name];
    if (letters.length < 2 || !letters.every((letter) => this.scope.isDimension(letter)))
      return null;
    return () => scale(...letters.map(dimensionSymbol));
  }

  private sized(text: string, span: Span): Term {
    if (/^\d+$/u.test(text)) return dimension(Number(text));
    if (this.scope.isDimension(text)) return dimension(text);
    const letters = [...text];
    if (letters.every((letter) => this.scope.isDimension(letter)))
      return letters.map((l) => dimension(l)).reduce(multiplied);
    throw errors.unknownVariable(span, text, null);
  }

  private identity(e: Of<"name">, size: string | null): Typed {
    const n: Term = size === null ? this.solver.unknown() : this.sized(size, e.span);
    const shape: ShapeTerm = [n, n];
    this.unsized.push({ shape, span: e.span, what: "I" });
    return {
      shape,
      span: e.span,
      build: () => {
        const [rows] = solved(shape)!;
        return rows === one ? unit : identity(rows);
      },
    };
  }

  private ones(e: Of<"ones">): Typed {
    const n: Term = e.size === undefined ? this.solver.unknown() : this.sized(e.size, e.span);
    const shape: ShapeTerm = [n, one];
    this.unsized.push({ shape, span: e.span, what: "𝟏" });
    return { shape, span: e.span, build: () => onesOf(solved(shape)!) };
  }

  private zero(e: Of<"zero">): Typed {
    let shape = this.solver.shape();
    if (e.size !== undefined) {
      const [rows = "", columns = "1"] = e.size.split(/×|\\times|x/u);
      shape = [this.sized(rows, e.span), this.sized(columns, e.span)];
    }
    this.unsized.push({ shape, span: e.span, what: "0" });
    return { shape, span: e.span, build: () => zeroOf(solved(shape)!) };
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

  // ---- sums and products ----------------------------------------------------------------------------

  private sum(e: Of<"sum">): Typed {
    const terms = e.terms.map(({ term }) => this.visit(term));
    const shape = terms[0]!.shape;
    for (const [i, term] of terms.entries()) {
      if (i === 0) continue;
      const [a, b] = [terms[i - 1]!, term];
      this.solver.require(
        demand.same(shape, term.shape, "it is added to a scalar", () => this.cannotAdd(e, a, b, i)),
      );
    }
    return {
      shape,
      span: e.span,
      build: () =>
        add(
          ...terms.map((term, i) => (e.terms[i]!.negative ? negative(term.build()) : term.build())),
        ),
    };
  }

  private cannotAdd(e: Of<"sum">, a: Typed, b: Typed, i: number): Error {
    const [left, right] = [e.terms[i - 1]!.term, e.terms[i]!.term];
    const scalars = [a, b].filter((t) => classOf(t.shape) === "scalar");
    const message =
      `cannot ${e.terms[i]!.negative ? "subtract" : "add"} ` +
      (e.terms[i]!.negative
        ? `${this.describe(right, b.shape)} from ${this.describe(left, a.shape)}`
        : `${this.describe(left, a.shape)} and ${this.describe(right, b.shape)}`);
    let hint: string | undefined;
    if (scalars.length === 1) {
      const [s, other] = classOf(a.shape) === "scalar" ? [left, b] : [right, a];
      const text = excerpt(s.span);
      const c = text === "1" ? "" : /^[\w.α-ω]+$/u.test(text) ? text : `(${text})`;
      hint =
        extentOf(other.shape[1]) === "one"
          ? `${c}𝟏`
          : `${c}𝟏𝟏ᵀ for every entry, ${c}I for the diagonal`;
    } else {
      const free = [right, left].find(
        (s) =>
          s.kind === "name" &&
          this.scope.isKnown(s.name) &&
          this.scope.symbol(s.name, s.span).origin === "free",
      );
      const other = free === right ? a : b;
      if (free)
        hint = `declare it:  ${excerpt(free.span)}: ${this.show(other.shape).replace(/×1$/u, "")}`;
    }
    return errors.shapesDiffer(
      { source: left.span.source, start: left.span.start, end: right.span.end },
      message,
      this.sources(right, left),
      hint,
    );
  }

  private product(e: Of<"product">): Typed {
    const factors = e.factors.map(({ factor }) => this.visit(factor));
    // What is written transposed is no scalar: xᵀAx/xᵀx means /(xᵀx).
    for (const [i, { divides, factor }] of e.factors.entries())
      if (
        divides &&
        factor.kind === "transpose" &&
        factor.body.kind === "name" &&
        this.isFree(factor.body)
      )
        throw this.cannotDivide(e, i, factors[i]!);
    for (const [i, factor] of factors.entries())
      if (e.factors[i]!.divides)
        this.solver.require(
          demand.scalar(factor.shape, "something is divided by it", () =>
            this.cannotDivide(e, i, factor),
          ),
        );
    const shape = this.solver.shape();
    this.solver.require(
      demand.product(
        factors.map((f) => f.shape),
        shape,
        `it stands in ${excerpt(e.span)}`,
        () => this.cannotMultiply(e, factors, shape),
      ),
    );
    return { shape, span: e.span, build: () => multiply(e.factors, factors) };
  }

  private isFree(e: Of<"name">): boolean {
    return this.scope.isKnown(e.name) && this.scope.symbol(e.name, e.span).origin === "free";
  }

  private cannotDivide(e: Of<"product">, i: number, divisor: Typed): Error {
    const { factor } = e.factors[i]!;
    return errors.shapesDiffer(
      factor.span,
      `cannot divide by ${this.describe(factor, divisor.shape)}`,
      this.sources(factor),
      this.divisionHint(e, i),
    );
  }

  private divisionHint(e: Of<"product">, i: number): string | undefined {
    const rest = e.factors.slice(i);
    if (rest.length < 2) return "⊘ divides entry by entry";
    const text = { ...e.factors[i]!.factor.span, end: e.factors.at(-1)!.factor.span.end };
    return `/(${excerpt(text)})`;
  }

  private cannotMultiply(e: Of<"product">, factors: readonly Typed[], out: ShapeTerm): Error {
    const surfaces = e.factors.map((f) => f.factor);
    for (let i = 1; i < factors.length; i++) {
      const [a, b] = [factors[i - 1]!, factors[i]!];
      if (classOf(a.shape) !== "nonscalar" || classOf(b.shape) !== "nonscalar") continue;
      const [columns, rows] = [find(a.shape[1]), find(b.shape[0])];
      const differ =
        !isUnknown(columns) && !isUnknown(rows)
          ? columns !== rows
          : extentOf(columns) !== extentOf(rows);
      if (!differ) continue;
      const bothColumns = extentOf(a.shape[1]) === "one" && extentOf(b.shape[1]) === "one";
      const [s, t] = [excerpt(a.span), excerpt(b.span)];
      return errors.shapesDiffer(
        { source: a.span.source, start: a.span.start, end: b.span.end },
        `cannot multiply ${this.describe(surfaces[i - 1]!, a.shape)} and ${this.describe(surfaces[i]!, b.shape)}`,
        this.sources(surfaces[i]!, surfaces[i - 1]!),
        bothColumns
          ? `${s}ᵀ${t} for the inner product, ${s}${t}ᵀ for the outer, ${s} ⊙ ${t} entry by entry`
          : undefined,
      );
    }
    return errors.shapesDiffer(
      e.span,
      `the product ${excerpt(e.span)} does not have the shape that its place needs (${this.show(out)})`,
      this.sources(e),
    );
  }

  private hadamard(e: Of<"hadamard">): Typed {
    const factors = e.factors.map(({ factor }) => this.visit(factor));
    const shape = this.solver.shape();
    this.solver.require(
      demand.spread(
        factors.map((f) => f.shape),
        shape,
        `it stands in ${excerpt(e.span)}`,
        () =>
          errors.shapesDiffer(
            e.span,
            `⊙ needs equal shapes: ${factors.map((f, i) => this.describe(e.factors[i]!.factor, f.shape)).join(", ")}`,
            this.sources(e),
          ),
      ),
    );
    if (e.factors.some(({ factor }) => factor.kind === "name" && this.isFree(factor)))
      this.solver.require(
        demand.nonscalar(shape, "it is multiplied entry by entry", () =>
          errors.shapesDiffer(
            e.span,
            `${excerpt(e.span)} multiplies entry by entry, and its place needs a scalar`,
            this.sources(e),
          ),
        ),
      );
    if (e.dotted && e.factors.length > 1 && e.factors.some((f) => f.factor.kind === "product"))
      this.notes.push(
        `in ${excerpt(e.span)}, .* binds weaker than a product (in MATLAB they bind alike)`,
      );
    return {
      shape,
      span: e.span,
      build: () => {
        const parts = factors.map((f, i) => {
          const built = f.build();
          return e.factors[i]!.divides ? raised(built, minusOne) : built;
        });
        const scalars = parts.filter(isScalar);
        const rest = parts.filter((p) => !isScalar(p));
        if (rest.length === 0) return scale(...scalars);
        return scaled(
          scalars.filter((s) => s !== unit),
          rest.length === 1 ? rest[0]! : hadamard(...rest),
        );
      },
    };
  }

  private kronecker(e: Of<"kronecker">): Typed {
    return e.factors
      .map((factor) => this.visit(factor))
      .reduce((a, b) => {
        const shape = this.solver.shape();
        const span = { ...a.span, end: b.span.end };
        this.kroneckerFactors.push(a.shape, b.shape);
        this.solver.require(
          demand.kronecker(a.shape, b.shape, shape, `it stands in ${excerpt(span)}`, () =>
            errors.shapesDiffer(
              span,
              `${excerpt(span)} does not have the shape that its place needs`,
              this.sources(e),
            ),
          ),
        );
        return {
          shape,
          span,
          build: () => {
            const [x, y] = [a.build(), b.build()];
            return isScalar(x) || isScalar(y)
              ? scale(...(isScalar(x) ? [x, y] : [y, x]))
              : kronecker(x, y);
          },
        };
      });
  }

  private transpose(e: Of<"transpose">): Typed {
    if (e.body.kind === "group" && e.body.brace && e.body.body.kind === "product")
      throw errors.powerOfBraces(e.span, excerpt(e.body.body.span), "ᵀ");
    const body = this.visit(e.body);
    if (e.body.kind === "name" && this.isFree(e.body))
      this.solver.require(
        demand.nonscalar(body.shape, "it is transposed", () =>
          errors.shapesDiffer(
            e.span,
            `${this.describe(e.body, body.shape)} is transposed, and not declared to be a scalar`,
            this.sources(e.body),
          ),
        ),
      );
    return {
      shape: swapped(body.shape),
      span: e.span,
      build: () => {
        const x = body.build();
        return isScalar(x) ? x : transpose(x);
      },
    };
  }

  // ---- powers -----------------------------------------------------------------------------------------

  private scalar(e: Surface, what: string): Typed {
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

  private power(e: Of<"power">): Typed {
    const { body, exponent } = e;
    if (body.kind === "group" && body.brace && body.body.kind === "product")
      throw errors.powerOfBraces(e.span, excerpt(body.body.span), `^${shownExponent(exponent)}`);
    if (body.kind === "power" && !isMinusOne(exponent) && !isMinusOne(body.exponent))
      throw errors.stackedPowers(e.span, excerpt(body.span));
    if (body.kind === "root" && body.body.kind !== "group") throw errors.rootOfPower(e.span);
    if (body.kind === "name" && body.name === "e" && !this.scope.isKnown("e"))
      return this.exponential(e);
    const inside = isNormLike(body) && isTwo(exponent) ? this.squaredNorm(body, e.span) : null;
    if (inside) return inside;
    const typed = this.visit(body);
    const raisedTo = this.scalar(exponent, "an exponent");
    this.solver.require(
      demand.square(typed.shape, `it is raised to a power in ${excerpt(e.span)}`, () =>
        this.cannotRaise(e, typed),
      ),
    );
    return {
      shape: typed.shape,
      span: e.span,
      build: () => this.raise(typed.build(), raisedTo.build(), e.span),
    };
  }

  private cannotRaise(e: Of<"power">, typed: Typed): Error {
    const isInverse = isMinusOne(e.exponent);
    const isVector = extentOf(typed.shape[0]) === "one" || extentOf(typed.shape[1]) === "one";
    const [base, shape] = [excerpt(e.body.span), this.describe(e.body, typed.shape)];
    const entrywise = `${base}.^${shownExponent(e.exponent)} entry by entry`;
    return errors.shapesDiffer(
      e.span,
      isInverse
        ? `only a square matrix has an inverse, and ${shape} is not square`
        : `${shape} has no power: only scalars and square matrices have`,
      this.sources(e.body),
      isInverse
        ? undefined
        : isVector
          ? `${entrywise}, ‖${base}‖² for the squared norm`
          : entrywise,
    );
  }

  private raise(x: Expr, p: Expr, span: Span): Expr {
    if (isScalar(x)) return raised(x, p);
    if (p.kind !== "num") throw errors.notYet(span, "a matrix to a power that is not a number");
    if (!isInteger(p.value)) throw errors.notYet(span, "a matrix to a fractional power");
    const k = Number(p.value.numerator);
    if (Math.abs(k) > largestExponent)
      throw errors.notYet(span, `a matrix power above ${largestExponent}`);
    return k === -1 ? inverse(x) : toPower(x, k);
  }

  private exponential(e: Of<"power">): Typed {
    const exponent = this.visit(e.exponent);
    return {
      shape: exponent.shape,
      span: e.span,
      build: () => exp(exponent.build()),
    };
  }

  // ---- norms and bars -----------------------------------------------------------------------------------

  private squaredNorm(body: Surface, span: Span): Typed | null {
    const kind = body.kind === "subscript" ? body.index.text : null;
    const inside = body.kind === "subscript" ? body.body : body;
    if (inside.kind !== "norm") return null;
    if (kind === "2") return this.norm(inside, kind, span, true);
    if (kind !== null && kind !== "F") return null;
    const of = this.visit(inside.body);
    return { shape: scalarTerm, span, build: () => squaredNorm(of.build()) };
  }

  private norm(e: Of<"norm">, kind: string | null, span: Span, isSquared = false): Typed {
    const of = this.visit(e.body);
    const build = (x: Expr): Expr => (isSquared ? squaredNorm(x) : norm(x));
    if (kind === null || kind === "F")
      return { shape: scalarTerm, span, build: () => build(of.build()) };
    const announcedNorms: Record<string, string> = {
      "∞": "the maximum norm",
      inf: "the maximum norm",
      "*": "the nuclear norm",
    };
    if (announcedNorms[kind]) throw errors.notYet(span, announcedNorms[kind]);
    if (kind !== "1" && kind !== "2") throw errors.badSubscript(span);
    return {
      shape: scalarTerm,
      span,
      build: () => {
        const x = of.build();
        const isVector = x.shape[0] === one || x.shape[1] === one;
        if (!isVector)
          throw errors.notYet(
            span,
            kind === "1"
              ? "the largest column sum ‖·‖₁ of a matrix"
              : "the spectral norm ‖·‖₂ of a matrix",
          );
        return kind === "2" ? build(x) : norm1(x.shape[1] === one ? x : transpose(x));
      },
    };
  }

  private bars(e: Of<"bars">): Typed {
    const of = this.visit(e.body);
    const shape = this.solver.shape();
    this.solver.require(
      demand.bars(of.shape, shape, `it stands between bars`, () =>
        errors.shapesDiffer(
          e.span,
          `bars around ${this.describe(e.body, of.shape)}: a determinant needs a square matrix`,
          this.sources(e.body),
          `abs(${excerpt(e.body.span)}) for the absolute value of each entry`,
        ),
      ),
    );
    return {
      shape,
      span: e.span,
      build: () => {
        const x = of.build();
        return x.shape[0] === one || x.shape[1] === one ? abs(x) : determinant(x);
      },
    };
  }

  private inner(e: Of<"inner">): Typed {
    const [left, right] = [this.visit(e.left), this.visit(e.right)];
    this.solver.require(
      demand.same(left.shape, right.shape, "it stands in an inner product", () =>
        errors.shapesDiffer(
          e.span,
          `an inner product needs equal shapes: ${this.describe(e.left, left.shape)}, ${this.describe(e.right, right.shape)}`,
          this.sources(e),
        ),
      ),
    );
    return { shape: scalarTerm, span: e.span, build: () => inner(left.build(), right.build()) };
  }

  private subscript(e: Of<"subscript">): Typed {
    const { body, index } = e;
    if (body.kind === "norm") return this.norm(body, index.text, e.span);
    // ‖x‖^2_2: the exponent came first.
    if (body.kind === "power" && body.body.kind === "norm") {
      const normed: Surface = { kind: "subscript", body: body.body, index, span: body.span };
      return this.visit({ ...body, body: normed, span: e.span });
    }
    throw errors.notYet(e.span, "an entry, row or column");
  }

  // ---- functions ------------------------------------------------------------------------------------------

  private call(e: Of<"call">): Typed {
    if (e.name === "max" || e.name === "min") return this.extremum(e);
    if (e.name === "kron" && e.args.length === 2)
      return this.kronecker({ kind: "kronecker", factors: e.args, span: e.span });
    const entry = functionNamed(e.name);
    if (!entry) throw errors.unknownWord(e.nameSpan, e.name, suggest(e.name, functionNames()));
    const args = e.args.map((arg) => this.visit(arg));
    const options = entry.readings
      .map((reading) => ({ reading, ...this.instantiate(reading.signature) }))
      .filter((option) => option.inputs.length === args.length);
    if (options.length === 0)
      throw errors.noReading(e.span, `${e.name} does not take ${args.length} arguments`, [
        `its arguments are ${entry.readings.map((r) => r.signature.split("→")[0]!.trim()).join(" or ")}`,
      ]);
    const shape = this.solver.shape();
    this.solver.require(
      demand.readings(
        options,
        args.map((arg) => arg.shape),
        shape,
        `it is the argument of ${e.name}`,
        () =>
          this.cannotApply(
            e,
            args,
            entry.readings.map((r) => r.signature),
          ),
      ),
    );
    if (e.bare && (e.name === "tr" || e.name === "trace") && e.args[0]!.kind === "product")
      this.notes.push(`tr takes the whole product: tr(${excerpt(e.args[0]!.span)})`);
    const exponent = e.exponent ? this.scalar(e.exponent, "an exponent") : null;
    if (e.subscript !== undefined && e.name !== "softmax") throw errors.badSubscript(e.nameSpan);
    const sharpness =
      e.subscript === undefined
        ? null
        : this.name({ kind: "name", name: e.subscript, span: e.nameSpan });
    return {
      shape,
      span: e.span,
      build: () => {
        const built = args.map((arg) => arg.build());
        if (sharpness) built[0] = scale(sharpness.build(), built[0]!);
        const chosen = options.find((option) => fits(option, built)) ?? options[0]!;
        const value = simpleCall(e.name, chosen.reading.build, built);
        return exponent ? raised(value, exponent.build()) : value;
      },
    };
  }

  private cannotApply(e: Of<"call">, args: readonly Typed[], signatures: readonly string[]): Error {
    const given = args.map((arg, i) => this.describe(e.args[i]!, arg.shape)).join(" and ");
    return errors.shapesDiffer(e.span, `${e.name} does not take ${given}`, [
      `it takes ${signatures.map((s) => s.split("→")[0]!.trim()).join(" or ")}`,
      ...this.sources(...e.args),
    ]);
  }

  /** Fresh unknowns for the letters of a signature. */
  private instantiate(signature: string): { inputs: ShapeTerm[]; output: ShapeTerm } {
    const letters = new Map<string, Term>();
    const term = (text: string): Term => {
      if (/^\d+$/u.test(text)) return dimension(Number(text));
      let found = letters.get(text);
      if (!found) letters.set(text, (found = this.solver.unknown()));
      return found;
    };
    const shape = (text: string): ShapeTerm => {
      const [rows = "1", columns = "1"] = text.trim().split("×");
      return [term(rows), term(columns)];
    };
    const [inputs = "", output = ""] = signature.split("→");
    return { inputs: inputs.split(",").map(shape), output: shape(output) };
  }

  /** max(a, b) and min(a, b), entry by entry; a scalar is spread. */
  private extremum(e: Of<"call">): Typed {
    const op = e.name === "max" ? maximum : minimum;
    if (e.args.length !== 2)
      throw errors.notYet(
        e.span,
        `${e.name} of ${e.args.length === 1 ? "the entries of one argument" : "more than two arguments"}`,
      );
    const args = e.args.map((arg) => this.visit(arg));
    const shape = this.solver.shape();
    this.solver.require(
      demand.spread(
        args.map((arg) => arg.shape),
        shape,
        `it is the argument of ${e.name}`,
        () =>
          errors.shapesDiffer(
            e.span,
            `${e.name} needs equal shapes or a scalar: ${args.map((arg, i) => this.describe(e.args[i]!, arg.shape)).join(", ")}`,
            this.sources(e),
          ),
      ),
    );
    const exponent = e.exponent ? this.scalar(e.exponent, "an exponent") : null;
    return {
      shape,
      span: e.span,
      build: () => {
        const whole = solved(shape)!;
        const spread = (x: Expr): Expr =>
          !isScalar(x) || (whole[0] === one && whole[1] === one)
            ? x
            : x.kind === "num" && x.value.numerator === 0n
              ? zeroOf(whole)
              : x === unit
                ? onesOf(whole)
                : scale(x, onesOf(whole));
        const value = op(...args.map((arg) => spread(arg.build())));
        return exponent ? raised(value, exponent.build()) : value;
      },
    };
  }
}

function built(symbol: Symbol): Expr {
  if (!symbol.expr) throw new Error(`internal: ${symbol.name} is used before it is built`);
  return symbol.expr;
}

const letterKind = (convention: string): string =>
  convention === "matrix"
    ? "a capital letter"
    : convention === "vector"
      ? "a lower-case letter"
      : "a lower-case Greek letter";

/** The reading whose signature has the shapes of the arguments. */
function fits(option: { inputs: readonly ShapeTerm[] }, args: readonly Expr[]): boolean {
  return option.inputs.every((input, i) => {
    const shape = solved(input);
    return shape !== null && shape[0] === args[i]!.shape[0] && shape[1] === args[i]!.shape[1];
  });
}

/** log of a determinant is its own operation. */
function simpleCall(name: string, build: (...args: Expr[]) => Expr, args: readonly Expr[]): Expr {
  const [x] = args;
  if ((name === "log" || name === "ln") && x && isApply(x, determinant)) return logdet(x.args[0]!);
  if (name === "inv" && x && isScalar(x)) return raised(x, minusOne);
  return build(...args);
}

/** An exponent as it is typed after `^`. */
const shownExponent = (e: Surface): string =>
  e.kind === "group"
    ? shownExponent(e.body)
    : e.kind === "number"
      ? showRational(e.value)
      : excerpt(e.span);

const isMinusOne = (e: Surface): boolean =>
  e.kind === "group"
    ? isMinusOne(e.body)
    : e.kind === "negate" &&
      e.body.kind === "number" &&
      e.body.value.numerator === 1n &&
      e.body.value.denominator === 1n;

const isTwo = (e: Surface): boolean =>
  e.kind === "group"
    ? isTwo(e.body)
    : e.kind === "number" && e.value.numerator === 2n && e.value.denominator === 1n;

const isNormLike = (e: Surface): boolean =>
  e.kind === "norm" || (e.kind === "subscript" && e.body.kind === "norm");

/** −x, with the sign drawn into the number that x begins with. */
export function negative(x: Expr): Expr {
  if (x.kind === "num") return num(negated(x.value));
  if (!isApply(x, scale)) return scale(minusOne, x);
  const [first, ...rest] = x.args;
  if (first!.kind !== "num") return scale(minusOne, ...x.args);
  const flipped = num(negated(first!.value));
  return flipped === unit ? scaled(rest.slice(0, -1), rest.at(-1)!) : scale(flipped, ...rest);
}

/** xᵖ, with numbers worked out; a reciprocal goes into the exponent. */
function raised(x: Expr, p: Expr): Expr {
  if (p === unit) return x;
  if (x.kind === "num" && p.kind === "num") {
    const value = wholePower(x.value, p.value);
    if (value) return num(value);
  }
  if (isApply(x, norm) && p === two) return squaredNorm(x.args[0]!);
  if (p === minusOne && isApply(x, power)) {
    const [base, q] = x.args as readonly [Expr, Expr];
    if (q.kind === "num") return raised(base, num(negated(q.value)));
  }
  return power(x, p);
}

/** The product of built factors: numbers become one coefficient, scalars stand first, divisors last. */
function multiply(surfaces: readonly Factor[], factors: readonly Typed[]): Expr {
  let coefficient = num(1).value;
  const scalars: Expr[] = [];
  const divisors: Expr[] = [];
  let chain: Expr[] = [];
  const pending: Expr[][] = [];
  const put = (s: Expr): void => {
    if (s.kind === "num") coefficient = times(coefficient, s.value);
    else (isReciprocal(s) ? divisors : scalars).push(s);
  };
  const settle = (): void => {
    // A chain that has become a scalar joins the scalars.
    while (chain.length > 0 && chain[0]!.shape[0] === one && chain.at(-1)!.shape[1] === one) {
      scalars.push(chain.length === 1 ? chain[0]! : matmul(...chain));
      chain = pending.pop() ?? [];
    }
  };
  for (const [i, typed] of factors.entries()) {
    const whole = typed.build();
    const parts = isApply(whole, scale) ? whole.args : [whole];
    const x = parts.at(-1)!;
    const front = isScalar(x) ? parts : parts.slice(0, -1);
    for (const s of front) put(surfaces[i]!.divides ? raised(s, minusOne) : s);
    if (isScalar(x)) continue;
    if (chain.length > 0 && x.shape[0] === one && chain.at(-1)!.shape[1] !== one) {
      pending.push(chain);
      chain = [];
    }
    chain.push(x);
    settle();
  }
  const body = chain.length === 0 ? null : chain.length === 1 ? chain[0]! : matmul(...chain);
  const c = num(coefficient);
  const all = [...(c === unit ? [] : [c]), ...scalars, ...divisors];
  if (body) return scaled(all, body);
  if (all.length === 0) return unit;
  return all.length === 1 ? all[0]! : scale(...all);
}

/** Whether a scalar is written below a fraction line. */
const isReciprocal = (s: Expr): boolean => {
  const p = isApply(s, power) ? s.args[1]! : null;
  return p?.kind === "num" && isNegative(p.value);
};

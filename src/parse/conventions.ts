/** @file What shapes do not settle takes the convention: the search for kinds that fit. */

import { errors, NablaError } from "../diagnostics/errors.ts";
import { textOf } from "../diagnostics/source.ts";
import { dimension, one } from "../expr/dimension.ts";
import type { Dimension } from "../expr/dimension.ts";
import * as demand from "./constraints.ts";
import type { Inference } from "./infer.ts";
import type { Typed } from "./infer.ts";
import { conventionOf, isConvention, mayCount, whyOf } from "./kinds.ts";
import type { Kind } from "./kinds.ts";
import type { SymbolEntry } from "./symbols.ts";
import { Mismatch, classOf, extentOf, find, isSettled, isUnknown, scalarTerm } from "./unify.ts";
import type { Reason, ShapeTerm, Solver } from "./unify.ts";

/** The names that are left, and how many conventions may still be broken. */
interface Undecided {
  readonly free: readonly SymbolEntry[];
  /** Names that were put off once. */
  readonly waited: ReadonlySet<SymbolEntry>;
  readonly allowed: number;
  /** Whether a vector or matrix had to become a scalar. */
  readonly hasShrunk: boolean;
}

/** A name that got a kind, and the other kinds it may have. */
interface Decision {
  readonly symbol: SymbolEntry;
  readonly before: Undecided;
  readonly rest: readonly SymbolEntry[];
  readonly mark: number;
  readonly others: Kind[];
  /** The first clash that followed. */
  error: Error | null;
}

/** What the objective is to be: a scalar, anything, or a scalar where it can be one. */
export type Demand = "scalar" | "any" | "scalar-first";

/** x · y: a small Latin letter before the dot is a column to most. */
const isDotted = (e: Typed): boolean => /[a-z][\d₀-₉]*\}?\s*(?:[·⋅]|\\cdot)/u.test(textOf(e.span));

/** Settles the shapes that declarations and expressions leave open. */
export class Conventions {
  private readonly inference: Inference;
  private readonly solver: Solver;
  private readonly symbols: ReadonlyMap<string, SymbolEntry>;
  /** Names that the expressions alone make scalars: 1/N, C‖w‖². */
  private forced: ReadonlySet<SymbolEntry> = new Set();
  /** Whether what is likely a vector stays one: a Jacobian is the better reading. */
  private keepsVectors = false;
  constructor(inference: Inference, symbols: ReadonlyMap<string, SymbolEntry>) {
    this.inference = inference;
    this.solver = inference.solver;
    this.symbols = symbols;
  }

  /**
   * First what is declared and what the expressions demand, a scalar objective among it; then the
   * conventions for what is free. Where no scalar objective can be had, it is left open.
   */
  solve(objective: Typed, demanded: Demand): void {
    const start = this.solver.mark();
    try {
      this.settle(objective, demanded);
    } catch (error) {
      this.solver.undo(start);
      throw this.numberBeside(objective) ?? error;
    }
    this.refuseStars();
  }

  /** `x*y` of which one would have to be a scalar: entry by entry to some. */
  private refuseStars(): void {
    for (const { left, right, span, isStarred } of this.inference.couples) {
      const [a, b] = [this.symbols.get(left), this.symbols.get(right)];
      if (!isStarred || !a || !b) continue;
      const guessed = [a, b].find((s) => whyOf(s) === "nothing else fits");
      if (!guessed || classOf(a.shape) === classOf(b.shape)) continue;
      throw errors.noReading(
        span,
        `${left}*${right} may be a scalar times a vector, or a product entry by entry`,
        [],
        `${left}.*${right} entry by entry, or declare  ${guessed.name}: scalar`,
      );
    }
  }

  /** The number in a sum of vectors or matrices that alone keeps the problem from being read. */
  private numberBeside(objective: Typed): Error | null {
    const { numbers } = this.inference;
    if (numbers.length === 0) return null;
    const lifted = new Set(numbers.map(({ constraint }) => constraint));
    this.solver.constraints.splice(
      0,
      Infinity,
      ...this.solver.constraints.filter((constraint) => !lifted.has(constraint)),
    );
    this.solver.requeue();
    try {
      this.settle(objective, "scalar");
    } catch {
      return null;
    }
    return numbers.find(({ shape }) => classOf(shape) !== "scalar")?.constraint.clash() ?? null;
  }

  private settle(objective: Typed, demanded: Demand): void {
    this.solver.propagate();
    if (demanded === "any") return this.search();
    const start = this.solver.mark();
    const scalarObjective = demand.scalar(objective.shape, "the objective is a scalar", () =>
      errors.notScalar(
        objective.span,
        this.inference.show(objective.shape),
        [...this.inference.notes],
        isDotted(objective) ? "an inner product is written xᵀy or ⟨x, y⟩" : undefined,
      ),
    );
    this.keepsVectors = demanded === "scalar-first";
    const scalars = new Set(this.scalarNames());
    try {
      this.solver.require(scalarObjective);
      this.solver.propagate();
      this.search();
      // A matrix or vector that only this demand would make a scalar stays what it is.
      const isMade = (s: SymbolEntry): boolean => !scalars.has(s) && this.isNoScalar(s);
      if (this.keepsVectors && this.scalarNames().some(isMade)) throw scalarObjective.clash();
      return;
    } catch {
      this.keepsVectors = false;
      this.solver.undo(start);
      this.solver.constraints.splice(this.solver.constraints.indexOf(scalarObjective), 1);
      this.solver.requeue();
    }
    this.solver.propagate();
    this.search();
    // x · y of columns is an inner product to many, and no Jacobian is meant.
    if (demanded === "scalar" || isDotted(objective)) throw scalarObjective.clash();
  }

  private scalarNames(): SymbolEntry[] {
    return [...this.symbols.values()].filter((s) => classOf(s.shape) === "scalar");
  }

  /** Whether a name of which nothing is declared is a matrix or a vector to most readers. */
  private isNoScalar({ name, body, sized, count }: SymbolEntry): boolean {
    if (body || sized || count !== null) return false;
    const isMatrix = conventionOf(name) === "matrix" && !mayCount(name);
    return isMatrix || this.inference.likely.has(name);
  }

  /** Gives every open name a kind, breaking as few conventions as it can. */
  private search(): void {
    let firstError: unknown;
    this.forced = new Set([...this.symbols.values()].filter((s) => classOf(s.shape) === "scalar"));
    // In `t d` and `a x` the left one is the scalar; what a norm is taken of is a vector.
    const left = new Set(this.inference.couples.map((couple) => couple.left));
    const late = ({ name }: SymbolEntry): number =>
      this.inference.likely.has(name) ? -1 : left.has(name) ? 1 : 0;
    // Capitals say most and Greek letters least.
    const rank = { matrix: 0, vector: 1, scalar: 2 } as const;
    const free = [...this.symbols.values()]
      .filter((s) => !s.body)
      .toSorted((a, b) => rank[this.likely(a)] - rank[this.likely(b)] || late(a) - late(b));
    for (let allowed = 0; allowed <= Math.min(free.length, 8); allowed++) {
      const mark = this.solver.mark();
      try {
        const start = { free, waited: new Set<SymbolEntry>(), allowed, hasShrunk: false };
        return this.decide(start, { left: 2000 });
      } catch (error) {
        firstError ??= error;
        this.back(mark);
      }
    }
    throw firstError;
  }

  /**
   * Decides the names of `free` in order. One whose convention clashes goes to the end once, since
   * the others may settle it; then its convention is broken, as often as is allowed. Goes back to the
   * last name with another kind to try; without one the first clash is thrown.
   */
  private decide(start: Undecided, budget: { left: number }): void {
    const decided: Decision[] = [];
    let state: Undecided = start;
    for (;;) {
      const next = this.decideOne(state, decided);
      if (next === null) return;
      state = next instanceof Error ? this.otherwise(decided, next, budget) : next;
    }
  }

  /** Decides the next name; gives what is left, null where all is decided, or what clashes. */
  private decideOne(state: Undecided, decided: Decision[]): Undecided | Error | null {
    const { free, waited, allowed } = state;
    const at = free.findIndex((symbol) => !isSettled(symbol.shape));
    const symbol = free[at];
    if (symbol === undefined) return this.clashOf(() => this.complete(state.hasShrunk));
    const rest = free.slice(at + 1);
    const mark = this.solver.mark();
    const clash = this.clashOf(() => this.assume(symbol, this.likely(symbol)));
    if (clash) this.back(mark);
    if (clash && !waited.has(symbol) && rest.some((s) => !isSettled(s.shape)))
      return { ...state, free: [...rest, symbol], waited: new Set(waited).add(symbol) };
    const others = allowed > 0 ? [...this.alternatives(symbol)] : [];
    decided.push({ symbol, before: state, rest, mark, others, error: clash });
    return clash ?? { ...state, free: rest };
  }

  private complete(hasShrunk: boolean): void {
    this.sizeConstants();
    this.refuseUnlikely(hasShrunk);
  }

  /** The next kind of the last name that has one; throws the first clash where none has. */
  private otherwise(decided: Decision[], clash: Error, budget: { left: number }): Undecided {
    let error = clash;
    for (let top = decided.at(-1); top; top = decided.at(-1)) {
      const last = top;
      last.error ??= error;
      this.back(last.mark);
      for (let kind = last.others.shift(); kind; kind = last.others.shift()) {
        if (--budget.left < 0) break;
        if (this.clashOf(() => this.assume(last.symbol, kind))) {
          this.back(last.mark);
          continue;
        }
        const { allowed, hasShrunk } = last.before;
        const shrinks = this.likely(last.symbol) !== "scalar" && kind === "scalar";
        return {
          free: last.rest,
          waited: last.before.waited,
          allowed: allowed - 1,
          hasShrunk: hasShrunk || shrinks,
        };
      }
      error = last.error;
      decided.pop();
    }
    throw error;
  }

  private clashOf(conclude: () => void): Error | null {
    try {
      conclude();
      return null;
    } catch (error) {
      if (error instanceof NablaError || error instanceof Mismatch) return error;
      throw error;
    }
  }

  /** A small letter that would have to be a matrix is declared, or it is a mistake. */
  private refuseUnlikely(hasShrunk: boolean): void {
    for (const symbol of this.symbols.values()) {
      if (symbol.body || symbol.sized || symbol.properties || symbol.hasRows) continue;
      if (conventionOf(symbol.name) === "matrix") {
        // Once a vector or matrix had to become a scalar, a capital that is a scalar as well is no reading.
        if (
          hasShrunk &&
          extentOf(symbol.shape[0]) === "one" &&
          !this.forced.has(symbol) &&
          !mayCount(symbol.name)
        )
          throw errors.shapesDiffer(symbol.span, `${symbol.name} cannot be a matrix here`, []);
        continue;
      }
      if (extentOf(symbol.shape[0]) === "many" && extentOf(symbol.shape[1]) === "many")
        throw errors.unlikelyMatrix(symbol.span, symbol.name, this.inference.show(symbol.shape));
    }
  }

  /** How many names are not what their letter or their place says to most readers. */
  broken(): number {
    const isBroken = (symbol: SymbolEntry): boolean => {
      if (symbol.body || symbol.sized || mayCount(symbol.name)) return false;
      const kind = classOf(symbol.shape);
      if (this.likely(symbol) === "matrix") return symbol.shape.some((d) => extentOf(d) === "one");
      return kind === "scalar" && this.inference.likely.has(symbol.name);
    };
    return [...this.symbols.values()].filter(isBroken).length;
  }

  /** 𝟏 and I are more than 1×1 where their place allows it; a 0 of open shape is a number. */
  sizeConstants(): void {
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

  /** What a name is where nothing else is known of it. */
  private likely({ name, count, hasRows }: SymbolEntry): Kind {
    const kind = hasRows ? "matrix" : conventionOf(name);
    // Of many, each x_i or R_i is a number where nothing says that it is a vector; there are no many matrices.
    const isNumber = kind === "scalar" || (count !== null && !hasRows);
    if (!isNumber) return kind;
    return this.inference.likely.has(name) ? "vector" : "scalar";
  }

  /** What a name may be where its convention cannot hold; most capital letters stay matrices. */
  private alternatives(symbol: SymbolEntry): readonly Kind[] {
    const { name, count, hasRows } = symbol;
    if (count !== null && !hasRows && conventionOf(name) !== "scalar")
      return this.likely(symbol) === "vector" ? ["scalar"] : ["vector"];
    switch (conventionOf(name)) {
      case "matrix":
        return mayCount(name) ? ["scalar"] : [];
      case "vector":
        if (this.keepsVectors && this.inference.likely.has(name)) return [];
        return this.inference.likely.isSure(name) ? [] : ["scalar"];
      case "scalar":
        return this.likely(symbol) === "vector" ? ["scalar", "matrix"] : ["vector", "matrix"];
    }
  }

  private back(mark: number): void {
    this.solver.undo(mark);
    this.solver.requeue();
    this.solver.propagate();
  }

  private assume(symbol: SymbolEntry, kind: Kind): void {
    const reason = kind === "vector" ? this.inference.likely.why(symbol.name) : undefined;
    const why: Reason =
      symbol.count !== null && kind === "scalar"
        ? "nothing says that each is a vector"
        : kind === conventionOf(symbol.name)
          ? `convention ${kind}`
          : (reason ?? "nothing else fits");
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
      if (error instanceof Mismatch) throw this.doesNotFit(symbol, kind);
      throw error;
    }
    this.solver.propagate();
  }

  private doesNotFit(symbol: SymbolEntry, kind: Kind): Error {
    const why = whyOf(symbol);
    const isPower = why.startsWith("it is raised to a power");
    return errors.shapesDiffer(
      symbol.span,
      `${symbol.name} cannot be a ${kind}${why && !isConvention(why) ? `: ${why}` : ""}`,
      [],
      /\^\{?(?:\\\w+ )?t\}?$/u.test(why)
        ? `the transpose is ${symbol.name}^T`
        : why === "it is the argument of Diag"
          ? `diag(${symbol.name}) for the matrix with ${symbol.name} on its diagonal`
          : isPower && kind === "vector"
            ? `${symbol.name}.^2 entry by entry, ‖${symbol.name}‖² for the squared norm`
            : `declare it, if it is something else:  ${symbol.name}: scalar`,
    );
  }

  /** (A ⊗ B)vec(X), vec(A)ᵀvec(B): equal products of open dimensions have equal factors. */
  private matchProducts(): void {
    const { products } = this.inference;
    for (const [i, { product, factors }] of products.entries())
      for (const other of products.slice(i + 1)) {
        if (find(other.product) !== find(product)) continue;
        const mark = this.solver.mark();
        try {
          for (const at of [0, 1] as const)
            if (isUnknown(find(factors[at])) || isUnknown(find(other.factors[at])))
              this.solver.unify(factors[at], other.factors[at], "");
          this.solver.propagate();
        } catch (error) {
          if (!(error instanceof Mismatch || error instanceof NablaError)) throw error;
          this.solver.undo(mark);
        }
      }
  }

  /** Gives names to the dimensions that stayed unknown. */
  nameDimensions(dimensions: Set<string>, letters: readonly string[]): string[] {
    const invented: string[] = [];
    const taken = new Set([...dimensions, ...this.symbols.keys(), ...letters]);
    const pool = ["n", "m", "p", "q", "k", "r", "s", "d", "l", "h", "t", "u", "v", "w"];
    const fresh = (preferred: string): Dimension => {
      const letters = [preferred, ...pool];
      let name = letters.find((letter) => !taken.has(letter));
      for (let i = 1; name === undefined; i++) if (!taken.has(`n_${i}`)) name = `n_${i}`;
      taken.add(name);
      dimensions.add(name);
      invented.push(name);
      return dimension(name);
    };
    const settle = (shape: ShapeTerm, first?: string): void => {
      const [rows, columns] = [find(shape[0]), find(shape[1])];
      const distinct = isUnknown(rows) && isUnknown(columns) && rows !== columns;
      for (const [term, preferred] of [
        [rows, first ?? (distinct ? "m" : "n")],
        [columns, "n"],
      ] as const) {
        if (extentOf(term) === "one" || !isUnknown(find(term))) continue;
        this.solver.unify(term, fresh(preferred), "");
        this.solver.propagate();
      }
    };
    this.matchProducts();
    // Factors before products, whose dimensions follow from theirs.
    for (const shape of this.inference.kroneckerFactors) settle(shape);
    // Of vectors x_1 … x_n each is d×1.
    for (const { count, shape } of this.symbols.values()) {
      if (count === null) continue;
      settle([count, one]);
      settle(shape, "d");
    }
    for (const symbol of this.symbols.values()) settle(symbol.shape);
    for (const range of this.inference.ranges) settle([range, one]);
    this.inference.refuseUnsized();
    return invented;
  }
}

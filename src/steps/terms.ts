/** @file Sums over an index whose terms are worked out by themselves: L = Σᵢ ℓᵢ. */

import type { Derivative, Spelled } from "../derive/options.ts";
import { indexSum } from "../expr/binding.ts";
import type { Shape } from "../expr/dimension.ts";
import { scalarShape } from "../expr/dimension.ts";
import { cotangentSymbol, differentialSymbol, sym, unit } from "../expr/expr.ts";
import type { Expr, Sym } from "../expr/expr.ts";
import { substitution, upwards, withArgs } from "../expr/walk.ts";
import { compared } from "../numeric/equations.ts";
import { differs } from "../ops/indexing.ts";
import { total } from "../ops/arithmetic.ts";
import type { IndexLetters } from "../print/alphabet.ts";
import { unicodeIndex } from "../print/unicode.ts";
import { scaleFactors } from "../simplify/forms.ts";
import { mergedScale } from "../simplify/scale.ts";
import type { CotangentStep, Use } from "./cotangents.ts";
import { joined, printed } from "./printed.ts";

/** A sum over an index whose terms are worked out by themselves, under the name ℓᵢ. */
export interface TermOfSum {
  readonly of: Expr;
  readonly name: string;
  /** The index that it counts by. */
  readonly label: Sym;
  /** The index that the sum leaves out. */
  readonly but: Expr | null;
  /** The derivatives of a term. */
  readonly found: readonly Derivative[];
}

/** Writes what is made of such sums in the names of their terms: Σᵢ ∂ℓᵢ/∂μ. */
export class TermNames {
  private readonly written = new Map<Expr, Spelled>();
  private readonly terms: readonly TermOfSum[];
  private readonly variables: readonly Sym[];
  private readonly steps: readonly CotangentStep[];
  private readonly indices: IndexLetters;
  private readonly usesOf: ReadonlyMap<Expr, readonly Use[]>;
  /** The sums that each part leads to. */
  private readonly reached = new Map<Expr, Sums>();
  constructor(
    terms: readonly TermOfSum[] = [],
    variables: readonly Sym[] = [],
    steps: readonly CotangentStep[] = [],
    indices: IndexLetters = new Map(),
  ) {
    this.indices = indices;
    this.terms = terms;
    this.variables = variables;
    this.steps = steps;
    this.usesOf = new Map(steps.map(({ of, uses }) => [of, uses] as const));
  }

  /** The letters of the indices. */
  get letters(): string[] {
    return this.terms.map(({ label }) => label.name);
  }

  /** Whether an expression is one of the sums. */
  readonly isTold = (e: Expr): boolean => this.terms.some(({ of }) => of === e);

  /** The sums, with what stands for their differentials. */
  get differentials(): ReadonlyMap<Expr, Sym> {
    return new Map(this.terms.map((term) => [term.of, standsForDifferential(term)]));
  }

  /** What a name is defined to be, as Σᵢ ℓᵢ + λ‖w‖²; null where no sum stands in it. */
  definition(e: Expr): Spelled | null {
    const named = new Map<Expr, Expr>(
      this.terms.map((term) => [term.of, this.sum(term, printed(sym(term.name, scalarShape)))]),
    );
    const inTerms = upwards(e, named, (node, parts) => withArgs(node, parts));
    return inTerms === e ? null : this.print(inTerms);
  }

  /** What a part of the objective changes to, in the place of the differentials of the sums. */
  differential(e: Expr): Spelled {
    const named = this.terms.map((term) => {
      const d = differentialSymbol(sym(term.name, scalarShape));
      return [standsForDifferential(term), this.sum(term, printed(d))] as const;
    });
    return this.print(substitution(named)(e));
  }

  /** The derivative by a variable as the sum of those of the terms, and with these written out. */
  cotangents(step: CotangentStep, loss: string): Spelled[] {
    const { of, value } = step;
    const sources = this.sourcesOf(step);
    if (!sources) return [];
    const named = totalOf(sources, (term) =>
      this.sum(term, printed(cotangentSymbol(term.name, of)), of.shape),
    );
    const open = totalOf(sources, (term) => sumOf(term, derivativeOf(term, of)!));
    const known = substitution(
      this.steps.map((s) => [cotangentSymbol(loss, s.of), s.value] as const),
    );
    if (compared(known(open), value, seedOfCheck) === "unequal")
      throw new Error("internal: the terms of a sum lead to another derivative");
    return [named, open].map((e) => this.print(e));
  }

  /** The uses that a variable has besides sums; null where no sum leads to its derivative. */
  usesBeside(step: CotangentStep): readonly Use[] | null {
    const sources = this.sourcesOf(step);
    return sources && sources.filter((source): source is Use => !isOfSum(source));
  }

  /** The steps without those of parts that the steps of terms have spoken of. */
  besides(): readonly CotangentStep[] {
    const isInTerms = ({ of, uses }: CotangentStep): boolean =>
      this.isPart(of) && uses.every((use) => (this.sumsAbove(use)?.size ?? 0) > 0);
    const areDerived = this.steps.every(
      (step) => this.isPart(step.of) || this.sourcesOf(step) !== null,
    );
    return areDerived ? this.steps.filter((step) => !isInTerms(step)) : this.steps;
  }

  private isPart(e: Expr): boolean {
    return !this.variables.includes(e as Sym);
  }

  /** An entry of such a derivative as the sum of those of the terms. */
  entry(step: CotangentStep, below: Expr, entryIn: (flow: Expr) => Expr): Spelled[] {
    const sources = this.sourcesOf(step);
    if (!sources) return [];
    const derivative = (term: TermOfSum): Expr =>
      this.sum(term, printed(cotangentSymbol(term.name, below)));
    return [this.print(totalOf(sources, derivative, entryIn))];
  }

  /**
   * What the derivative by a variable comes from: sums, each once however often and through whatever parts
   * the variable reaches it, and other uses. null where there is no such sum, or a part reaches both a sum
   * and something else.
   */
  private sourcesOf(step: CotangentStep): Source[] | null {
    if (this.terms.length === 0) return null;
    const sources = new Map<Expr | Use, Source>();
    for (const use of step.uses) {
      const sums = this.sumsAbove(use);
      if (sums === null) return null;
      if (sums.size === 0) sources.set(use, use);
      for (const [of, source] of sums) sources.set(of, source);
    }
    const terms = [...sources.values()].filter(isOfSum);
    const areDerived = terms.every(({ term }) => derivativeOf(term, step.of) !== null);
    return terms.length > 0 && areDerived ? [...sources.values()] : null;
  }

  /** The sums that all ways up from a use lead to. */
  private sumsAbove(use: Use): Sums {
    const term = this.termOf(use);
    if (term) return new Map([[term.of, { term, cotangent: use.cotangent }]]);
    let found = this.reached.get(use.by);
    if (found === undefined) {
      const above = (this.usesOf.get(use.by) ?? []).map((up) => this.sumsAbove(up));
      const all = new Map(above.flatMap((sums) => [...(sums ?? [])]));
      const isMixed = all.size > 0 && above.some((sums) => sums?.size === 0);
      found = isMixed || above.includes(null) ? null : all;
      this.reached.set(use.by, found);
    }
    return found;
  }

  private termOf({ sum }: Use): TermOfSum | null {
    return this.terms.find(({ of }) => of === sum) ?? null;
  }

  /** Σᵢ of something that is counted by i and has a text of its own. */
  private sum({ label, but }: TermOfSum, text: Spelled, shape: Shape = scalarShape): Expr {
    const sum = indexSum(label, sym(`\u0000${text.ascii}`, shape));
    const i = label.name;
    const sign = but
      ? joined(printed(label), printed(but), notEqual)
      : { unicode: unicodeIndex(i), ascii: i, latex: i };
    this.written.set(sum, {
      unicode: `Σ${but ? `_{${sign.unicode}}` : sign.unicode} ${text.unicode}`,
      ascii: `sum_${but ? `{${sign.ascii}}` : sign.ascii} ${text.ascii}`,
      latex: `\\sum_{${sign.latex}} ${text.latex}`,
    });
    return sum;
  }

  private print(e: Expr): Spelled {
    const ofTerms = this.terms.map(({ label }) => [label.range!, [label.name]] as const);
    const letters = new Map([...this.indices, ...ofTerms]);
    return printed(e, { letters, written: this.written });
  }
}

/** A sum, and what flows to it. */
interface OfSum {
  readonly term: TermOfSum;
  readonly cotangent: Expr;
}

/** The sums that all ways up lead to; none where none does, and null where some do. */
type Sums = ReadonlyMap<Expr, OfSum> | null;

/** What a derivative comes from. */
type Source = OfSum | Use;
const isOfSum = (source: Source): source is OfSum => "term" in source;

const notEqual: Spelled = { unicode: "≠", ascii: "!=", latex: " \\neq " };

/** Σᵢ of what a term comes to, without what the sum leaves out. */
const sumOf = ({ label, but }: TermOfSum, e: Expr): Expr =>
  indexSum(label, but ? mergedScale([differs(label, but), ...scaleFactors(e)]) : e);

const derivativeOf = ({ found }: TermOfSum, by: Expr): Expr | null =>
  found.find(({ variable }) => variable.symbol === by)?.expr ?? null;

/** What all sources send, sums in the names of their terms. */
function totalOf(
  sources: readonly Source[],
  inTerms: (term: TermOfSum) => Expr,
  other: (flow: Expr) => Expr = (flow) => flow,
): Expr {
  const flows = sources.map((source) => {
    if (!isOfSum(source)) return other(source.flow);
    const sum = inTerms(source.term);
    const { cotangent } = source;
    return cotangent === unit ? sum : mergedScale([...scaleFactors(cotangent), sum]);
  });
  return total(flows);
}

/** The points at which the sums are compared with what they come to. */
const seedOfCheck = 1;

/** What stands for the differential of a sum. */
const standsForDifferential = ({ name }: TermOfSum): Sym => sym(`\u0000d${name}`, scalarShape);

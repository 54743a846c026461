/** @file From expressions to formulas of their entries. */

import { errors } from "../diagnostics/errors.ts";
import type { Dimension } from "../expr/dimension.ts";
import type { Apply, Expr, Sym } from "../expr/expr.ts";
import { isApply, isColumn } from "../expr/expr.ts";
import { toNumber } from "../expr/rational.ts";
import { children, postorder } from "../expr/walk.ts";
import { add, matmul, scale } from "../ops/arithmetic.ts";
import { Builder } from "./builder.ts";
import { hasMatch } from "./formula.ts";
import type { Formula } from "./formula.ts";
import type { Axis, Place } from "./place.ts";
import {
  axesOf,
  axis,
  axisAlone,
  fixed,
  lookup,
  label,
  origin,
  placeOf,
  plusPlace,
  step,
  timesPlace,
} from "./place.ts";
import { operandsIn } from "./products.ts";
import { lowered } from "./rules.ts";
import type { Tensor } from "./tensor.ts";

/** How names are given that are not simply matrices of numbers. */
export interface Given {
  /** Names whose rows (of a family, whose members) are unit vectors, given by the places of their ones. */
  readonly labels: ReadonlySet<string>;
  /** Names of which each step takes some rows (members) out of so many. */
  readonly fed: ReadonlyMap<string, number>;
  /** Names that have other numbers in every step. */
  readonly perStep: ReadonlySet<string>;
  /** How many steps there are at most in one run: without new orders, and new numbers of each. */
  readonly steps: number;
}

/**
 * Whether samples of a name stand side by side, as members of a family do, or one vector whose single 1 a label places;
 * others stand one below the other, also the entries of a vector that is fed.
 */
export const isAcross = (s: Sym, isLabelled: boolean, isFed: boolean): boolean =>
  s.member !== null || (isLabelled && !isFed && isColumn(s));

/** No name of a problem has a blank in it. */
const orderName = "the order";

export const plainly: Given = {
  labels: new Set(),
  fed: new Map(),
  perStep: new Set(),
  steps: 1,
};

/** From this cost on, in additions, what is used more than once is kept. */
const worthKeeping = 8;

/** Lowers the expressions of one program; parts that they share are lowered once. */
export class Entries {
  readonly builder = new Builder();
  private readonly sizeOf: (d: Dimension) => number;
  private readonly labels: ReadonlySet<Sym>;
  private readonly manner: Given;
  private readonly uses: ReadonlyMap<Expr, number>;
  private readonly operands: ReadonlySet<Expr>;
  private readonly rows = new Map<number, Axis>();
  private readonly columns = new Map<number, Axis>();
  private readonly inner = new Map<number, Axis[]>();
  private readonly indices = new Map<Sym, Axis>();
  private readonly formulas = new Map<Expr, Formula>();
  private readonly inputs = new Map<string, { symbol: Sym; tensor: Tensor }>();
  private orderInput: Tensor | null = null;

  /** For the expressions `roots`; an index that no sum binds is a number that a run is given. */
  constructor(roots: readonly Expr[], size: (d: Dimension) => number, manner: Given = plainly) {
    this.sizeOf = size;
    this.manner = manner;
    this.labels = new Set(roots.flatMap(({ free }) => free));
    const uses = new Map<Expr, number>();
    for (const e of postorder(roots))
      for (const part of children(e)) uses.set(part, (uses.get(part) ?? 0) + 1);
    for (const root of roots) uses.set(root, (uses.get(root) ?? 0) + 1);
    this.uses = uses;
    this.operands = operandsIn(roots, this.isShared);
  }

  size(d: Dimension): number {
    return this.sizeOf(d);
  }

  /** Rows and columns in numbers. */
  readonly sizes = (e: Expr): readonly [number, number] => [
    this.size(e.shape[0]),
    this.size(e.shape[1]),
  ];

  /** Whether more than one expression is made of it. */
  readonly isShared = (e: Expr): boolean => (this.uses.get(e) ?? 0) > 1;

  /** Whether an expression is there already. */
  readonly isMade = (e: Expr): boolean => this.formulas.has(e);

  /** Whether an expression is there already, and a tensor holds its entries. */
  readonly isKept = (e: Expr): boolean => this.formulas.get(e)?.kind === "read";

  /** The entry of an expression in row `i` and column `j`, both counted from 0. */
  entry(e: Expr, i: Place, j: Place): Formula {
    const [m, n] = this.sizes(e);
    const by = new Map<Axis, Place>();
    if (m > 1) by.set(this.row(m), i);
    if (n > 1) by.set(this.column(n), j);
    // Of a product of which only the diagonal, or one entry, is needed the rest is not made.
    const isPart = m > 1 && n > 1 && axisAlone(i) === axisAlone(j);
    if (isPart && isApply(e, matmul) && !this.isShared(e)) return lowered(this, e, i, j);
    return this.builder.substituted(this.formula(e), by);
  }

  /** The formula of a scalar. */
  scalar(e: Expr): Formula {
    return this.entry(e, origin, origin);
  }

  /** The formula of an expression at its own row and column. */
  formula(e: Expr): Formula {
    let found = this.formulas.get(e);
    if (!found) {
      // From the leaves up, so that no recursion is as deep as a formula is long.
      for (const part of postorder([e], (p) => (this.formulas.has(p) ? [] : this.below(p))))
        if (!this.formulas.has(part)) this.formulas.set(part, this.keptWhereShared(part));
      found = this.formulas.get(e)!;
    }
    return found;
  }

  private below(e: Expr): readonly Expr[] {
    // What products are made of depends on how they are grouped.
    return e.kind === "apply" && e.op.notation.kind !== "product" ? e.args : [];
  }

  private keptWhereShared(e: Expr): Formula {
    const made = this.made(e);
    // Products keep their operands anyway, but for what is sparse.
    const isOperand = this.operands.has(e) && made.cost < worthKeeping && !hasMatch(made);
    const least = isOperand ? 1 : worthKeeping;
    if (!this.isShared(e) || made.axes.length === 0 || made.cost < least) return made;
    const kept = this.builder.keptHere(made);
    // What a name stands for is what is kept under the name.
    if (e.kind === "sym" && e.definition) this.formulas.set(e.definition, kept);
    return kept;
  }

  private made(e: Expr): Formula {
    const { builder } = this;
    switch (e.kind) {
      case "num":
        return builder.constant(toNumber(e.value));
      case "sym":
        return this.ofName(e);
      case "apply":
        return this.applied(e);
      case "indexSum":
        return builder.sum(this.indexAxis(e.index), this.formula(e.body));
      default:
        return e satisfies never;
    }
  }

  private applied(e: Apply): Formula {
    const [m, n] = this.sizes(e);
    const i = m > 1 ? placeOf(this.row(m)) : origin;
    const j = n > 1 ? placeOf(this.column(n)) : origin;
    return lowered(this, e, i, j);
  }

  private ofName(s: Sym): Formula {
    const { builder } = this;
    if (s.role === "dimension")
      return builder.constant(this.size({ coefficient: 1, names: [s.name], key: s.name }));
    if (s.role === "index") return builder.counted(plusPlace(this.placeOfIndex(s), fixed(1)));
    if (s.definition) return this.formula(s.definition);
    if (this.manner.perStep.has(s.name)) return this.ofStep(s);
    if (this.manner.labels.has(s.name) || this.manner.fed.has(s.name)) return this.sampled(s);
    const tensor = this.inputOf(s);
    return builder.read(tensor, builder.placesOf(tensor));
  }

  /** The entries of what is given by labels, or of which a step takes some samples. */
  private sampled(s: Sym): Formula {
    const { builder, manner } = this;
    const [m, n] = this.sizes(s);
    const isAcross = this.isAcross(s);
    const [samples, entries] = isAcross ? [n, m] : [m, n];
    const [sample, entry] = isAcross
      ? [this.column(n), this.row(m)]
      : [this.row(m), this.column(n)];
    const count = manner.fed.get(s.name);
    const own = samples > 1 ? placeOf(sample) : origin;
    const place =
      count === undefined
        ? own
        : placeOf(
            lookup(
              this.order(samples),
              plusPlace(timesPlace(placeOf(step(manner.steps)), samples), own),
              count,
            ),
          );
    const data = this.dataOf(s, count ?? samples);
    const at = entries > 1 ? placeOf(entry) : origin;
    if (manner.labels.has(s.name)) return builder.match(at, placeOf(lookup(data, place, entries)));
    const read = builder.read(data, [place, ...(entries > 1 ? [at] : [])]);
    // Samples stand side by side for what is made of them.
    return builder.keptHere(read);
  }

  /** The entries of what has other numbers in every step: those of all steps lie one below the other. */
  private ofStep(s: Sym): Formula {
    const { builder, manner } = this;
    const [m, n] = this.sizes(s);
    const tensor = remembered(this.inputs, s.name, () => {
      const across = n > 1 ? [this.column(n)] : [];
      const axes = [axis(manner.steps * m, "i"), ...across];
      return { symbol: s, tensor: builder.input(s.name, axes) };
    }).tensor;
    const own = m > 1 ? placeOf(this.row(m)) : origin;
    const place = plusPlace(timesPlace(placeOf(step(manner.steps)), m), own);
    const read = builder.read(tensor, [place, ...(n > 1 ? [placeOf(this.column(n))] : [])]);
    return m > 1 || n > 1 ? builder.keptHere(read) : read;
  }

  private isAcross(s: Sym): boolean {
    const { labels, fed } = this.manner;
    return isAcross(s, labels.has(s.name), fed.has(s.name));
  }

  /** The samples of a name: an axis for them, and one for their entries, or their labels. */
  private dataOf(s: Sym, count: number): Tensor {
    let found = this.inputs.get(s.name);
    if (!found) {
      const entries = this.sizes(s)[this.isAcross(s) ? 0 : 1];
      const isLabels = this.manner.labels.has(s.name);
      const own = entries > 1 && !isLabels ? [axis(entries, "j")] : [];
      const tensor = this.builder.input(s.name, [axis(count, "i"), ...own]);
      this.inputs.set(s.name, (found = { symbol: s, tensor }));
    }
    return found.tensor;
  }

  /** Which samples the steps take, one after the other. */
  private order(samples: number): Tensor {
    const places = this.manner.steps * samples;
    this.orderInput ??= this.builder.input(orderName, [axis(places, "i")]);
    if (this.orderInput.axes[0]!.extent !== places)
      throw errors.badOption("feed", "names of which a step takes equally many samples");
    return this.orderInput;
  }

  /** The tensor of a name that is given: an axis for its rows, one for its columns, none where there is one. */
  inputOf(s: Sym): Tensor {
    let found = this.inputs.get(s.name);
    if (!found) {
      const [m, n] = this.sizes(s);
      const axes = [...(m > 1 ? [this.row(m)] : []), ...(n > 1 ? [this.column(n)] : [])];
      found = { symbol: s, tensor: this.builder.input(s.name, axes) };
      this.inputs.set(s.name, found);
    }
    return found.tensor;
  }

  /** Which samples are to be taken; null where no name is fed. */
  orderGiven(): Tensor | null {
    return this.orderInput;
  }

  /** The names that were met, with their tensors. */
  given(): ReadonlyMap<string, { readonly symbol: Sym; readonly tensor: Tensor }> {
    return this.inputs;
  }

  /** The indices that a run is given, with how many values each has. */
  labelsGiven(): ReadonlyMap<string, number> {
    return new Map([...this.labels].map((s) => [s.name, this.size(s.range!)]));
  }

  // ---- places --------------------------------------------------------------------------------------

  row(extent: number): Axis {
    return remembered(this.rows, extent, () => axis(extent, "i"));
  }

  column(extent: number): Axis {
    return remembered(this.columns, extent, () => axis(extent, "j"));
  }

  /** An axis to sum over that none of some places depends on. */
  between(extent: number, ...places: readonly Place[]): Axis {
    const taken = new Set(places.flatMap(axesOf));
    const known = remembered(this.inner, extent, () => []);
    let found = known.find((x) => !taken.has(x));
    if (!found) known.push((found = axis(extent, "k")));
    return found;
  }

  /** What an index, or a whole number made of indices, picks: counted from 0. */
  placeOfEntry(e: Expr): Place {
    return plusPlace(this.countOf(e), fixed(-1));
  }

  /** A whole number made of indices and sizes, as a place. */
  countOf(e: Expr): Place {
    if (e.kind === "num") return fixed(toNumber(e.value));
    if (e.kind === "sym" && e.role === "index") return plusPlace(this.placeOfIndex(e), fixed(1));
    if (e.kind === "sym" && e.role === "dimension")
      return fixed(this.size({ coefficient: 1, names: [e.name], key: e.name }));
    if (e.kind === "sym" && e.definition) return this.countOf(e.definition);
    if (isApply(e, add))
      return e.args.map((t) => this.countOf(t)).reduce((a, b) => plusPlace(a, b));
    if (isApply(e, scale) && e.args.length === 2 && e.args[0]!.kind === "num")
      return timesPlace(this.countOf(e.args[1]!), toNumber(e.args[0]!.value));
    throw new Error("internal: an index that is no sum of indices");
  }

  private placeOfIndex(s: Sym): Place {
    return placeOf(this.labels.has(s) ? label(s.name, this.size(s.range!)) : this.indexAxis(s));
  }

  private indexAxis(index: Sym): Axis {
    return remembered(this.indices, index, () => axis(this.size(index.range!), index.name));
  }
}

function remembered<K, V>(table: Map<K, V>, key: K, make: () => V): V {
  let found = table.get(key);
  if (found === undefined) table.set(key, (found = make()));
  return found;
}

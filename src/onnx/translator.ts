/** @file Expressions as tensors of a model, every shared part once. */

import { errors } from "../diagnostics/errors.ts";
import { dimension } from "../expr/dimension.ts";
import type { Apply, Expr, Sym } from "../expr/expr.ts";
import { isColumn, isScalar } from "../expr/expr.ts";
import type { OpFields } from "../expr/op.ts";
import { toNumber } from "../expr/rational.ts";
import { argsOf, children, contains, postorder } from "../expr/walk.ts";
import { filtersOf } from "../numeric/filters.ts";
import { matmul, scale, trace } from "../ops/arithmetic.ts";
import { diagonalVector } from "../ops/structure.ts";
import { toUnicode } from "../print/index.ts";
import { Arrays } from "./arrays.ts";
import type { Labelled } from "./axes.ts";
import { axisOf } from "./axes.ts";
import type { Numbers } from "./given.ts";
import type { Graph } from "./graph.ts";
import type { Matrix, Side } from "./matrices.ts";
import { Matrices } from "./matrices.ts";
import { lacks, rules } from "./rules.ts";
import type { Sizes } from "./sizes.ts";
import type { Input, Tensor } from "./tensor.ts";

/** What a model is made with. */
export interface Given {
  readonly graph: Graph;
  readonly sizes: Sizes;
  /** The definition that the model computes. */
  readonly output: Sym;
  /** The name that is fed, the tensor that it is fed to, and what the problem means by it. */
  readonly fed: Sym;
  readonly input: Input;
  readonly value: Tensor;
  readonly numbers: ReadonlyMap<Sym, Numbers>;
}

/** The dimensions of what is given: a column that is not fed has one, a family first one for its members. */
export function axesOf(s: Sym, isFed: boolean): Pick<Labelled, "axes"> & Omit<Matrix, "array"> {
  const [row, column] = [axisOf(s.shape[0]), axisOf(s.shape[1])];
  if (s.member) return { axes: [column, row], row, column };
  if (isFed || !isColumn(s)) return { axes: [row, column], row, column };
  return isScalar(s) ? { axes: [], row: null, column: null } : { axes: [row], row, column: null };
}

/** Operations that make less than their arguments, where these are products. */
const grouping: ReadonlySet<OpFields> = new Set([matmul, scale, trace, diagonalVector]);

/** Translates the expressions of one model. */
export class Translator {
  readonly matrices: Matrices;
  readonly sizes: Sizes;
  /** What the problem calls the tensors of its definitions. */
  readonly names = new Map<Tensor, string>();
  private readonly given: Given;
  private readonly known = new Map<Expr, Matrix>();
  private readonly uses = new Map<Expr, number>();
  /** What is being translated by what it expands to. */
  private expanded: Apply | null = null;

  constructor(given: Given) {
    this.given = given;
    this.sizes = given.sizes;
    this.matrices = new Matrices(new Arrays(given.graph, given.input, given.sizes));
    for (const e of postorder([given.output]))
      for (const part of children(e)) this.uses.set(part, (this.uses.get(part) ?? 0) + 1);
  }

  /** The value of an expression. */
  value(e: Expr): Matrix {
    const below = (part: Expr): readonly Expr[] => (this.known.has(part) ? [] : this.below(part));
    for (const part of postorder([e], below))
      if (!this.known.has(part)) this.known.set(part, this.made(part));
    return this.known.get(e)!;
  }

  /** Whether more than one expression is made of it. */
  readonly isShared = (e: Expr): boolean => (this.uses.get(e) ?? 0) > 1;

  /** Whether an expression has a value already. */
  readonly isMade = (e: Expr): boolean => this.known.has(e);

  /** Rows and columns, as far as they are known. */
  readonly extents = (e: Expr): readonly [number, number] => [
    this.sizes.about(e.shape[0]),
    this.sizes.about(e.shape[1]),
  ];

  /** @throws NablaError: for what `e` is, ONNX has nothing. */
  refuse(e: Apply, lack: string): never {
    const { output, fed } = this.given;
    const all = postorder([output]);
    const isIn = (whole: Expr, part: Expr): boolean => postorder([whole], argsOf).includes(part);
    const refused = this.expanded ?? e;
    // Under a Σ its letters say nothing by themselves.
    const sum = all.find((s) => s.kind === "indexSum" && s.free.length === 0 && isIn(s, refused));
    const shown = refused.free.length === 0 ? refused : (sum ?? refused);
    const definitions = all.filter((s): s is Sym => s.kind === "sym" && s.definition !== null);
    const around = definitions.find((s) => isIn(s.definition!, shown));
    const other = definitions.findLast((s) => contains(s, fed) && !contains(s, refused));
    throw errors.noCounterpart(
      toUnicode(shown),
      lack,
      around ? `${toUnicode(around)} = ${toUnicode(around.definition!)}` : null,
      other?.name ?? null,
    );
  }

  /** The row or the column that an index, a number or a size picks; that of an index for all its values. */
  at(m: Matrix, side: Side, place: Expr): Matrix {
    if (place.kind === "sym" && place.role === "index") return this.matrices.picked(m, side, place);
    return this.matrices.gathered(m, side, this.count(place, -1).tensor);
  }

  /** What an index, a number or a size counts, and a number that is added to it, as whole numbers. */
  count(e: Expr, more = 0): Labelled {
    const { arrays } = this.matrices;
    if (e.kind === "num") return arrays.wholeNumber(toNumber(e.value) + more);
    if (e.kind !== "sym" || e.role === "value") throw new Error("internal: no index, and no size");
    const [counted, by] =
      e.role === "index"
        ? [arrays.places(this.matrices.axisOfIndex(e)), 1 + more]
        : [{ tensor: arrays.whole(dimension(e.name)), axes: [] }, more];
    return by === 0 ? counted : arrays.entrywise("Add", [counted, arrays.wholeNumber(by)], "int64");
  }

  private below(e: Expr): readonly Expr[] {
    if (e === this.given.fed) return [];
    // What products are made of depends on how they are grouped.
    return e.kind === "apply" && grouping.has(e.op) ? [] : children(e);
  }

  private made(e: Expr): Matrix {
    const value = this.found(e);
    // A scalar has no rows and columns to tell apart.
    if (!isScalar(e)) return value;
    return this.matrices.narrowed(this.matrices.narrowed(value, "row"), "column");
  }

  private found(e: Expr): Matrix {
    switch (e.kind) {
      case "num":
        return this.matrices.number(toNumber(e.value));
      case "sym":
        return this.ofName(e);
      case "apply":
        return this.applied(e);
      case "indexSum":
        return this.matrices.summedOver(e.index, this.value(e.body));
      default:
        return e satisfies never;
    }
  }

  private ofName(s: Sym): Matrix {
    const { fed, value, graph, numbers } = this.given;
    const { arrays } = this.matrices;
    if (s.role === "dimension") return this.matrices.filled(arrays.count(dimension(s.name)));
    if (s.role === "index") return this.matrices.filled(arrays.floats(this.count(s)));
    const { axes, row, column } = axesOf(s, s === fed);
    if (s === fed) return { array: { tensor: value, axes }, row, column };
    if (s.definition) return this.defined(s, s.definition);
    const found = numbers.get(s);
    if (!found) throw new Error(`internal: there are no numbers for ${s.name}`);
    const extents = axes.map(({ extent }) => extent);
    return { array: { tensor: graph.named(s.name, found.data, extents), axes }, row, column };
  }

  private defined(s: Sym, definition: Expr): Matrix {
    const value = this.value(definition);
    const { tensor } = value.array;
    if (tensor.kind === "node" && !this.names.has(tensor)) this.names.set(tensor, s.name);
    return value;
  }

  private applied(e: Apply): Matrix {
    const value = this.byRule(e);
    const stays = e.op.multilinear ? this.stays(e) : null;
    if (!stays) return value;
    return this.matrices.mapped(value, (array) => this.matrices.arrays.where(stays, array));
  }

  private byRule(e: Apply): Matrix {
    const rule = rules.get(e.op);
    if (rule) return rule(this, e);
    if (e.op.notation.kind === "function") throw errors.noNumbers(e.op.notation.name);
    const lack = lacks.get(e.op);
    if (lack !== undefined) return this.refuse(e, lack);
    if (!e.op.expand) throw new Error(`internal: ONNX has no rule for ${e.op.opName}`);
    const around = this.expanded;
    this.expanded ??= e;
    const value = this.value(e.op.expand(...e.args));
    this.expanded = around;
    return value;
  }

  /** Where filters leave something of an expression, as yes and no; null where none decides. */
  private stays(e: Expr): Labelled | null {
    const filters = filtersOf(e);
    if (filters.length === 0) return null;
    const { arrays } = this.matrices;
    if (filters[0] === e)
      return arrays.entrywise("Greater", [this.value(e).array, arrays.number(0)], "bool");
    const op = e.kind === "apply" && e.op.multilinear ? "And" : "Or";
    return argsOf(e)
      .flatMap((part) => this.stays(part) ?? [])
      .reduce((a, b) => arrays.entrywise(op, [a, b], "bool"));
  }
}

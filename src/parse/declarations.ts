/** @file What declarations and numbers say of names: shapes, properties, families. */

import { errors } from "../diagnostics/errors.ts";
import { textOf } from "../diagnostics/source.ts";
import type { Span } from "../diagnostics/source.ts";
import { dimension, multiplied, one } from "../expr/dimension.ts";
import type { Dimension, Shape } from "../expr/dimension.ts";
import { closed, property } from "../expr/properties.ts";
import type { PropertyName } from "../expr/properties.ts";
import { isInteger } from "../expr/rational.ts";
import type { Rational } from "../expr/rational.ts";
import * as demand from "./constraints.ts";
import { propertiesOfNumbers } from "./number-properties.ts";
import type { Inference } from "./infer.ts";
import { splitName } from "./names.ts";
import type { DimensionText, Space, Statement } from "./surface.ts";
import type { SymbolEntry } from "./symbols.ts";
import type { Term } from "./unify.ts";

/** What declarations are written into. */
interface Target {
  readonly inference: Inference;
  readonly symbols: ReadonlyMap<string, SymbolEntry>;
  readonly dimensions: Set<string>;
  /** Names that were met with indices. */
  readonly indexedNames: Set<string>;
  /** The letters that a Σ binds somewhere. */
  readonly boundLetters: ReadonlySet<string>;
  /** What `i = 1, …, n` says of a letter. */
  readonly letterRanges: ReadonlyMap<string, Dimension>;
  readonly add: (name: string, span: Span) => SymbolEntry;
  /** The name under which the members of a family are kept. */
  readonly partsOf: (base: string) => string;
}

/** Writes declarations into the names of a problem. */
export class Declarations {
  private readonly inference: Inference;
  private readonly symbols: ReadonlyMap<string, SymbolEntry>;
  private readonly dimensions: Set<string>;
  private readonly target: Target;
  /** The numbers that are given to names and to dimensions. */
  readonly numbers = new Map<string, readonly (readonly Rational[])[]>();
  constructor(target: Target) {
    this.target = target;
    this.inference = target.inference;
    this.symbols = target.symbols;
    this.dimensions = target.dimensions;
  }

  /** `x_i: d for i = 1..n`. */
  declareFamily(statement: Statement & { kind: "family" }): void {
    const count = this.dimension(statement.count);
    for (const { name, span } of statement.names) {
      const { base, subscript } = splitName(name);
      if (subscript !== statement.letter) throw errors.familyLetter(span, name, statement.letter);
      this.declareMembers(this.target.partsOf(base), span, statement.space, count);
    }
  }

  private declareMembers(name: string, span: Span, space: Space, count: Term): void {
    const symbol = this.symbols.get(name) ?? this.target.add(name, span);
    symbol.count ??= this.inference.solver.unknown();
    this.target.indexedNames.add(name);
    this.inference.solver.unify(symbol.count, count, "it is declared so");
    this.declareShape(symbol, span, space);
  }

  declare(name: string, span: Span, space: Space): void {
    const { base, subscript } = splitName(name);
    // x_i ∈ ℝ^d beside a Σ over i: one of many.
    if (subscript !== null && this.target.boundLetters.has(subscript))
      return this.declareMembers(
        this.target.partsOf(base),
        span,
        space,
        this.target.letterRanges.get(subscript) ?? this.inference.solver.unknown(),
      );
    this.declareShape(this.symbols.get(name) ?? this.target.add(name, span), span, space);
  }

  private declareShape(symbol: SymbolEntry, span: Span, space: Space): void {
    const { name } = symbol;
    for (const { name: trait } of space.properties)
      symbol.properties |= property[trait as PropertyName];
    const both = property.symmetric | property.skew;
    const set = closed(symbol.properties, false);
    if ((set & both) === both) throw errors.contradiction(span, name, "symmetric", "skew");
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
      this.inference.solver.require(
        demand.square(symbol.shape, "it is declared square by its property", () =>
          errors.shapesDiffer(span, `${name} is not square, and its property needs that`, []),
        ),
      );
    if (!space.shape) return;
    const shape: Shape = [this.dimension(space.shape[0]), this.dimension(space.shape[1])];
    const before = symbol.declaredShape;
    if (symbol.sized && !(before?.[0] === shape[0] && before[1] === shape[1]))
      throw errors.twoMeanings(
        span,
        name,
        `it is declared ${before ? `${before[0].key}×${before[1].key}` : this.inference.show(symbol.shape)}`,
      );
    symbol.sized = true;
    symbol.declaredShape = shape;
    if (symbol.origin === "free") symbol.origin = "declared";
    this.inference.solver.require(
      demand.same(symbol.shape, shape, "it is declared so", () =>
        errors.shapesDiffer(
          span,
          `${name} is declared ${shape[0].key}×${shape[1].key}, and its property needs a square`,
          [],
        ),
      ),
    );
  }

  /** A name with numbers has their shape, and stays a name; a dimension keeps its letter. */
  give(statement: Statement & { kind: "number" }): void {
    const { name, span } = statement.name;
    if (this.numbers.has(name)) throw errors.twoMeanings(span, name, "it has a number already");
    this.numbers.set(name, statement.entries);
    const [rows, columns] = [statement.entries.length, statement.entries[0]!.length];
    if (this.dimensions.has(name) && rows === 1 && columns === 1) {
      const size = statement.entries[0]![0]!;
      if (!isInteger(size) || size.numerator < 1n) throw errors.notADimension(statement.span);
      return;
    }
    const symbol = this.symbols.get(name) ?? this.target.add(name, span);
    if (symbol.body) throw errors.twoMeanings(span, name, `“${textOf(symbol.body.span)}”`);
    symbol.sized = true;
    symbol.numbers = propertiesOfNumbers(statement.entries);
    const shape: Shape = [dimension(rows), dimension(columns)];
    this.inference.solver.require(
      demand.same(symbol.shape, shape, "numbers are given for it", () =>
        errors.shapesDiffer(
          statement.span,
          `${name} is ${this.inference.show(symbol.shape)}, and its numbers are ${rows}×${columns}`,
          [],
        ),
      ),
    );
  }

  dimension(text: DimensionText): Dimension {
    let product = one;
    for (const factor of text.factors) {
      if (typeof factor === "string") this.dimensions.add(factor);
      product = multiplied(product, dimension(factor));
    }
    return product;
  }
}

/** @file The names of a problem while their shapes are being found. */

import type { Span } from "../diagnostics/source.ts";
import type { Shape } from "../expr/dimension.ts";
import type { Expr, Sym } from "../expr/expr.ts";
import type { Properties } from "../expr/properties.ts";
import type { Typed } from "./infer.ts";
import type { Surface } from "./surface.ts";
import type { ShapeTerm, Term } from "./unify.ts";

/** A function of the problem. */
export type FunctionEntry = DeclaredFunction | Formula;

/** `f: ℝ→ℝ`, `C: ℝ^n→ℝ`. */
export interface DeclaredFunction {
  readonly kind: "declared";
  readonly name: string;
  readonly span: Span;
  readonly inputs: readonly Shape[];
  readonly output: Shape;
}

/** `swish(k) = k/(1+e^{-k})`: the first body defines, the others are to be equal to it. */
export interface Formula {
  readonly kind: "formula";
  readonly name: string;
  readonly span: Span;
  readonly parameters: readonly string[];
  readonly bodies: readonly Surface[];
  /** The shape that a declaration gives to the values; null without one. */
  readonly output: Shape | null;
  /** A formula in scalars, which vectors and matrices are put into entry by entry. */
  readonly isEntrywise: boolean;
}

/** A name while its shape is being found. */
export interface SymbolEntry {
  readonly name: string;
  readonly span: Span;
  readonly shape: ShapeTerm;
  origin: "declared" | "defined" | "free";
  /** Whether a declaration fixed the shape. */
  sized: boolean;
  /** The sizes that a declaration gives, as it gives them. */
  declaredShape: Shape | null;
  properties: Properties;
  /** What follows from the numbers that are given for it: it does not restrict in what set it varies. */
  numbers: Properties;
  body: Surface | null;
  /** What the problem says to be equal to the body. */
  others: readonly Surface[];
  /** The letters that the body counts by, where it is that of a component. */
  letters: readonly string[];
  typed: Typed | null;
  expr: Sym | null;
  /**
   * Of a name that stands with an index only, as x_i: how many there are. Its shape is that of each; where
   * that is a scalar they are the entries of a vector.
   */
  count: Term | null;
  /** Stands with two indices, as x_{ij}: a matrix, whatever its letter. */
  hasRows: boolean;
}

/** A name of which nothing is known but its shape. */
export const newEntry = (
  name: string,
  span: Span,
  shape: ShapeTerm,
  origin: SymbolEntry["origin"],
): SymbolEntry => ({
  name,
  span,
  shape,
  origin,
  sized: false,
  declaredShape: null,
  properties: 0,
  numbers: 0,
  body: null,
  others: [],
  letters: [],
  typed: null,
  expr: null,
  count: null,
  hasRows: false,
});

/** What a name became; before that it is used too early. */
export function builtFrom(symbol: SymbolEntry): Expr {
  if (!symbol.expr) throw new Error(`internal: ${symbol.name} is used before it is built`);
  return symbol.expr;
}

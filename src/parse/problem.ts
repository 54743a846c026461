/** @file A problem as the rest of the house knows it: names with shapes, and an objective. */

import type { Span } from "../diagnostics/source.ts";
import type { Dimension } from "../expr/dimension.ts";
import type { Expr, Sym } from "../expr/expr.ts";
import type { Properties } from "../expr/properties.ts";
import type { Rational } from "../expr/rational.ts";
import { lettersBelow } from "./indices.ts";
import type { GivenRule } from "./rules.ts";
import type { Names } from "./statements.ts";
import type { Introduced } from "./surface.ts";
import type { FunctionEntry } from "./symbols.ts";

/** Two sides of which a problem says that they are equal. */
export interface Equation {
  readonly left: Expr;
  readonly right: Expr;
  /** Where the sides stand. */
  readonly spans: readonly [left: Span, right: Span];
}

/** A problem that was read: every name has a shape, every expression is in the DAG. */
export interface Problem {
  readonly objective: Expr;
  /** The name the objective was given, where it has one. */
  readonly objectiveName: string | null;
  /** What an objective without a name is called, where that matters. */
  readonly letter?: string;
  /** The variables that a leading ∇_W, ∂/∂W or min_{W,b} names. */
  readonly by: readonly Introduced[];
  /** The numbers that it gives to names and to dimensions, row by row. */
  readonly numbers: ReadonlyMap<string, readonly (readonly Rational[])[]>;
  /** Every name of the problem, definitions among them, in order of appearance. */
  readonly symbols: ReadonlyMap<string, Sym>;
  /** What each name that is declared or defined was declared to be, without what follows from its definition. */
  readonly declared: ReadonlyMap<string, Properties>;
  /** The names of all dimensions that occur. */
  readonly dimensions: ReadonlySet<string>;
  /** Those among them that nabla chose. */
  readonly invented: readonly string[];
  /** The indices that no Σ binds: labels, and letters that pick one part. */
  readonly labels: ReadonlyMap<string, Sym>;
  /** Those among them that are not declared: indices of the output, where a Jacobian is asked for. */
  readonly outputs: readonly Sym[];
  /** The letters that the problem gives to indices, by the size up to which they count. */
  readonly indices: ReadonlyMap<Dimension, readonly string[]>;
  /** The functions that it declares, or defines by formulas. */
  readonly functions: ReadonlyMap<string, FunctionEntry>;
  /** Sides that it says to be equal, to be checked before anything is derived. */
  readonly equations: readonly Equation[];
  /** Rules that it gives without proof. */
  readonly given: readonly GivenRule[];
  readonly assumptions: readonly string[];
  /** What the lexer has to know to read a text in the names of this problem. */
  readonly names: Names;
}

/** What the letter of an index must not be: what the problem uses, also below its names. */
export const takenBy = ({ symbols, labels, dimensions }: Problem): Set<string> =>
  new Set([
    ...symbols.keys(),
    ...[...symbols.keys()].flatMap(lettersBelow),
    ...labels.keys(),
    ...dimensions,
  ]);

/** The letters of indices that nothing else has a use for, the first that is free. */
export const lettersOfIndices = [..."ijklpqrstabcd"];

/** The name of the objective, where it is defined as one, or is a name that is defined. */
export function objectiveSymbol({ objective, objectiveName, symbols }: Problem): Sym | null {
  if (objectiveName !== null) return symbols.get(objectiveName) ?? null;
  return objective.kind === "sym" && objective.definition !== null ? objective : null;
}

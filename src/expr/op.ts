/** @file What an operation is: the record that every pass asks. */

import type { NablaError } from "../diagnostics/errors.ts";
import type { Dimension, Shape } from "./dimension.ts";
import type { Expr } from "./expr.ts";
import type { Properties } from "./properties.ts";
import type { Rational } from "./rational.ts";

/** How an operation is written out; `print/` turns it into brackets and signs. */
export type Notation =
  | {
      readonly kind: "call";
      readonly name: string;
      readonly latex?: string;
      /** What stands between the brackets, where that is not the arguments. */
      readonly shown?: (...args: readonly Expr[]) => readonly Expr[];
      /** What stands around a scalar argument in place of the name and brackets: |x|. */
      readonly ofScalar?: { readonly open: Spelled; readonly close: Spelled };
    }
  /** A function of which the problem gives only the name, or a derivative of it. */
  | {
      readonly kind: "function";
      readonly name: string;
      readonly derivative: Derivative;
      /** How many arguments are written; what follows them gives sizes only. */
      readonly arity: number;
    }
  /** What is indexed, then its indices: `A_{ij}`, `A_{i,:}`, `x_i` of a family. */
  | { readonly kind: "entry"; readonly blank?: "row" | "column" }
  /** No form that people write: it is shown as its expansion. */
  | { readonly kind: "expanded" }
  /** A sign above the line: A⁺. */
  | { readonly kind: "postfix"; readonly symbol: Spelled }
  | { readonly kind: "sum" | "product" | "power" | "transpose" | "inverse" }
  /** `[x > 0]`. */
  | { readonly kind: "indicator"; readonly relation: Spelled }
  | {
      readonly kind: "infix";
      readonly level: "hadamard" | "kronecker" | "comparison";
      readonly symbol: Spelled;
    }
  | {
      readonly kind: "bars";
      readonly open: Spelled;
      readonly close: Spelled;
      /** Closes where the argument is neither a row nor a column. */
      readonly matrixClose?: Spelled;
      /** Ends in an exponent, so that a further one needs brackets. */
      readonly powered?: boolean;
    }
  | {
      readonly kind: "constant";
      readonly symbol: Spelled;
      /** What the size adds where the place does not give it: `I_n`, `0_{m×n}`. */
      readonly sized?: "rows" | "both";
    };

/** Which derivative of a function is meant; arguments count from 0. */
export type Derivative =
  /** f, f′, f″ … of each entry; of order 0 the function itself. */
  | { readonly kind: "primes"; readonly order: number }
  /** ∇C, ∇_2 f. */
  | { readonly kind: "gradient"; readonly at: number }
  /** ∇²C, ∇²_{12} f. */
  | { readonly kind: "hessian"; readonly rows: number; readonly columns: number }
  /** J_g. */
  | { readonly kind: "jacobian" };

/** One sign in the three alphabets. */
export interface Spelled {
  readonly unicode: string;
  readonly ascii: string;
  readonly latex: string;
}

/** A number of the oracle: real or complex, as the arithmetic has it. */
export type Scalar = unknown;
/** A value of the oracle: a scalar where the shape is 1×1, else a matrix. */
export type Value = unknown;

/** A determinant that may be too large or too small for a number; complex ones have the sign of their real part. */
export interface LogDeterminant {
  readonly sign: number;
  readonly log: Scalar;
}

/** What values are computed with; `numeric/` gives one for mathjs. */
export interface Arithmetic {
  number(x: number): Scalar;
  /** A number that rounding has touched, where the arithmetic tells it from an exact one. */
  measured?(x: number): Scalar;
  /** A fraction, where the arithmetic has them exactly. */
  exact?(x: Rational): Scalar;
  /** The real part: what comparisons look at. */
  real(x: Scalar): number;
  plus(a: Scalar, b: Scalar): Scalar;
  times(a: Scalar, b: Scalar): Scalar;
  over(a: Scalar, b: Scalar): Scalar;
  power(a: Scalar, b: Scalar): Scalar;
  elementary(name: Elementary, x: Scalar): Scalar;
  rows(x: Value): number;
  columns(x: Value): number;
  entry(x: Value, i: number, j: number): Scalar;
  matrix(rows: number, columns: number, entry: (i: number, j: number) => Scalar): Value;
  add(a: Value, b: Value): Value;
  scale(s: Scalar, x: Value): Value;
  multiply(a: Value, b: Value): Value;
  transpose(x: Value): Value;
  inverse(x: Value): Value;
  determinant(x: Value): Scalar;
  /** log |det X| and the sign of det X: of a large matrix det X itself may be no float. */
  logDeterminant(x: Value): LogDeterminant;
  kronecker(a: Value, b: Value): Value;
  /** The eigenvalues of a symmetric matrix; of a complex one those of its real part. */
  eigenvalues(x: Value): readonly number[];
  /** A function of a symmetric matrix: that of its eigenvalues. */
  spectral(x: Value, f: (eigenvalue: number) => number): Value;
}

/** The analytic functions an arithmetic must have. */
export type Elementary =
  | "exp"
  | "log"
  | "sin"
  | "cos"
  | "tan"
  | "sinh"
  | "cosh"
  | "tanh"
  | "atan"
  | "erf";

/** Where an operation is defined, or where it has no derivative, with the words to tell it. */
export interface Region {
  readonly text: string;
  readonly holds: (m: Arithmetic, ...args: Value[]) => boolean;
}

/** All facts of one operation. */
export interface OpFields {
  /** The mathematical name, unique. */
  readonly opName: string;
  /** What its rule is called in a derivation; without it, its name. */
  readonly called?: string | ((args: readonly Expr[]) => string);
  /** Shapes in the form `m×k, k×n → m×n`; `…` repeats the argument before it. */
  readonly signature: string;
  /** The shape of the result; null where the arguments do not fit. */
  readonly shape: (args: readonly Expr[]) => Shape | null;
  readonly notation: Notation;
  /** The names that a user may type before a bracket. */
  readonly spellings: readonly string[];
  /**
   * The cotangents of the arguments, given the cotangent `g` of the result and the result `y`.
   * `null` where nothing flows, an error where what flows has no form: it is thrown where it is asked for.
   */
  readonly pullback: (g: Expr, y: Expr, ...args: Expr[]) => readonly (Expr | NablaError | null)[];
  /** The value; a derived operation may leave it to `expand`. */
  readonly value?: (m: Arithmetic, ...args: Value[]) => Value;
  /** The value of a constant (no arguments) of that size. */
  readonly constant?: (m: Arithmetic, rows: number, columns: number) => Value;
  /** The definition by other operations; absent on a primitive. */
  readonly expand?: (...args: Expr[]) => Expr;
  /** What the result is known to be. */
  readonly properties?: (args: readonly Expr[], shape: Shape) => Properties;
  /** What its opposite is known to be, beside what it is itself. */
  readonly opposite?: (args: readonly Expr[]) => Properties;
  /** Where the value exists. */
  readonly domain?: Region;
  /** Where the derivative exists, and the convention elsewhere. */
  readonly smooth?: Region;
  /** What is told with a result that holds it. */
  readonly told?: string;
  /**
   * Whether indices alone make it 0 or 1, as [j ≠ i]: where it is 0, what it multiplies is left out, and
   * need not exist.
   */
  readonly selects?: (args: readonly Expr[]) => boolean;
  /** Linear in each argument: 0 where one of them is. */
  readonly multilinear?: boolean;
  /** What is positive must be larger than that for the value to tell it from 0. */
  readonly resolution?: number;
  /** Its complex value is too inexact for the complex step: central differences check it. */
  readonly inexactComplex?: boolean;
  /** A sum in its pullback is one factor (𝟏 − y²) and stays one where it is multiplied. */
  readonly closed?: boolean;
  /** Its sizes are products: numbers among them cannot be drawn smaller one by one. */
  readonly multipliesSizes?: boolean;
  /** A function of a square matrix, which commutes with it. */
  readonly matrixFunction?: boolean;
  /** Times its argument, from the left or the right, it is a projection, which is symmetric. */
  readonly moorePenrose?: boolean;
  /** Works entry by entry on one argument. */
  readonly entrywise?: boolean;
}

/** An operation: call it to build its application. */
export type Op = OpFields & ((...args: Expr[]) => Expr);

/** A constant of any size, such as `I` and `𝟏`: call it with its dimensions. */
export type ConstantOp = OpFields & ((rows: Dimension, columns?: Dimension) => Expr);

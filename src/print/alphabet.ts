/** @file An output language: what the notation asks of it, and how tightly its texts hold together. */

import { greek } from "../../grammar/tokens.ts";
import type { Dimension } from "../expr/dimension.ts";
import type { Expr, Sym } from "../expr/expr.ts";
import type { Spelled } from "../expr/op.ts";
import type { Rational } from "../expr/rational.ts";

/** How tightly a text holds together; an operand that is looser than its place takes brackets. */
export const level = {
  sum: 1,
  /** Σᵢ with its body, which takes the whole product that follows. */
  indexed: 1.5,
  kronecker: 2,
  hadamard: 3,
  product: 4,
  /** A function without brackets of its own: nothing may follow it in a product. */
  prefix: 5,
  power: 6,
  atom: 7,
} as const;

/** A printed part. */
export interface Printed {
  readonly text: string;
  readonly level: number;
}

/** An output language: how it spells what the notation asks for. */
export interface Alphabet {
  readonly spell: (s: Spelled) => string;
  readonly symbol: (s: Sym) => string;
  /** The name of a function. */
  readonly functionName: (name: string) => string;
  /** f″ of f and 2. */
  readonly primed: (name: string, order: number) => string;
  /** ∂L/∂z of the name L and what stands below; whether d is a name of the problem. */
  readonly derivative: (of: string, below: string, isTaken: boolean) => Printed;
  /** dX of X. */
  readonly differential: (of: string) => string;
  /** ∇, ∇², with what stands below it or null, before a name. */
  readonly nabla: (order: number, below: string | null, name: string) => string;
  readonly number: (value: Rational) => Printed;
  readonly brackets: (inside: string) => string;
  readonly indicator: (relation: string) => string;
  readonly plus: string;
  readonly minus: string;
  /** The sign of a term that begins a text. */
  readonly leadingMinus: string;
  /** Factors side by side. */
  readonly juxtaposed: (factors: readonly string[], insideBars: boolean) => string;
  /** A quotient; `above` is null where it is 1. */
  readonly quotient: (above: Printed | null, below: Printed, coefficient: Rational) => Printed;
  readonly transpose: (x: string) => string;
  readonly inverse: (x: string) => string;
  readonly inverseTranspose: (x: string) => string;
  readonly superscript: (x: string, exponent: Printed, wholeNumber: number | null) => string;
  readonly entrywisePower: (x: string, exponent: Printed) => string;
  readonly root: (x: Printed) => Printed;
  readonly call: (
    name: string,
    latex: string,
    args: readonly string[],
    exponent: number | null,
  ) => string;
  readonly infix: (symbol: Spelled, parts: readonly string[]) => string;
  /** Kronecker products are calls where the alphabet has no sign for them. */
  readonly kroneckerIsCall: boolean;
  readonly over: string;
  /** What stands without brackets beside ⊙ and ⊘; in MATLAB they bind as tightly as a product. */
  readonly besideHadamard: number;
  readonly sized: (symbol: string, dimensions: readonly Dimension[]) => string;
  /** The name of which a part is taken. */
  readonly part: (of: Sym, part: Expr) => string;
  /** What is indexed with its indices below the line; a `:` stands for all. */
  readonly indexed: (base: string, indices: readonly string[]) => string;
  /** Σ over an index from 1 to `range`, or over all but one. */
  readonly summation: (bounds: Bounds, body: string) => string;
}

/** What stands below and above a Σ. */
export interface Bounds {
  readonly letter: string;
  readonly range: Dimension;
  /** The index that is left out, as in Σ_{j≠y}. */
  readonly but: string | null;
  /** Whether the terms say how far the index counts. */
  readonly isUsed: boolean;
  /** Whether Σ is a name here. */
  readonly isNameTaken: boolean;
}

/** The letters that a problem gives to indices, by the size up to which they count. */
export type IndexLetters = ReadonlyMap<Dimension, readonly string[]>;

/** How an expression is printed besides its alphabet. */
export interface PrintOptions {
  /** Whether the size of every constant is written: `I_n`. */
  readonly sizes?: boolean;
  readonly letters?: IndexLetters;
  /** Names of the problem, which mean what they mean there: σ may be one. */
  readonly taken?: Iterable<string>;
  /** Letters that no sum may bind. */
  readonly reserved?: Iterable<string>;
  /** Names that formulas define, with their arguments: k stands as k(x, y), as k(x − y) would say more. */
  readonly applied?: AppliedNames;
  /** What is written in the place of sums over an index. */
  readonly written?: ReadonlyMap<Expr, Spelled>;
}

/** Names with their arguments; one that is part of another is known by its name alone. */
export type AppliedNames = ReadonlyMap<string, readonly (Sym | string)[]>;

/** `ij`; `12,3` and `i,:` with a comma, and `p,i`, which would be π. */
export function indexText(indices: readonly string[]): string {
  const run = indices.join("");
  const isPlain = indices.every((i) => /^\w$/u.test(i)) && !Object.hasOwn(greek, run);
  return isPlain ? run : indices.join(",");
}

/** The names of accents, by the marks that are written behind a letter. */
export const accents: Readonly<Record<string, string>> = {
  "\u0302": "hat",
  "\u0304": "bar",
  "\u0303": "tilde",
  "\u0307": "dot",
  "\u0308": "ddot",
  "\u030c": "check",
  "\u0306": "breve",
};

/** A text in brackets where it is looser than a product. */
export const bracketed = ({ text, level: l }: Printed): string =>
  l < level.product ? `(${text})` : text;

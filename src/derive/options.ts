/** @file What may be asked for, and what is answered. */

import type { Shape } from "../expr/dimension.ts";
import type { Expr, Sym } from "../expr/expr.ts";
import type { Verification } from "../numeric/verify.ts";
import type { Variable } from "../parse/variables.ts";
import type { Where } from "./written.ts";

export const kinds = ["gradient", "jacobian", "hessian", "stationary"] as const;
/** What is derived. */
export type Kind = (typeof kinds)[number];

export const formNames = ["matrix", "kron", "index", "map"] as const;
/** How a derivative of more than two indices is written. */
export type FormName = (typeof formNames)[number];

/**
 * How a result may be written otherwise: common factors taken out, brackets multiplied out, in the names
 * that the problem defines and without them.
 */
export const alternativeNames = ["factored", "expanded", "names", "plain"] as const;
export type AlternativeName = (typeof alternativeNames)[number];

export const layouts = ["numerator", "denominator"] as const;
/**
 * Which way round a derivative stands. Of a Jacobian the numerator layout has a row per output, the
 * denominator layout a column; of a gradient the denominator layout has the variable's shape, the
 * numerator layout that of its transpose.
 */
export type Layout = (typeof layouts)[number];

export const structures = ["project", "free", "cookbook"] as const;
/**
 * How a variable that is declared symmetric, skew or diagonal is varied: within that set, the gradient
 * being its part of the free one; entry by entry as if it were free; or with one parameter for each pair
 * of entries, as the Matrix Cookbook has it.
 */
export type Structured = (typeof structures)[number];

/** The ways to write a text, the one with the fewest signs first. */
export const spellings = ["unicode", "ascii", "latex"] as const;
export type Spelling = (typeof spellings)[number];

/** How to derive. */
export interface DeriveOptions {
  /** Without it: the gradient of a scalar, the Jacobian of anything else. */
  readonly kind?: Kind;
  /** The form that is shown; without it the shortest that is exact. */
  readonly form?: FormName;
  /** Of a Hessian: its product with the vector of that name. */
  readonly hvp?: string;
  /** A name of the problem whose cotangent is given: the result is in terms of ∂L/∂(that name). */
  readonly upstream?: string;
  /** How structured variables are varied: within their set unless said otherwise. */
  readonly structured?: Structured;
  /** Without it: of a gradient the denominator layout, of a Jacobian the numerator layout. */
  readonly layout?: Layout;
  /** Whether other ways to write the result are looked for. */
  readonly forms?: "all";
  /** The seed of the random draws of the check; the same seed gives the same draws. */
  readonly seed?: number;
  /** Whether the result is checked; true unless said otherwise. */
  readonly verify?: boolean;
  /** The spellings that the result is written in, and read back from; all unless said otherwise. */
  readonly spellings?: readonly Spelling[];
}

/** A text in three spellings; empty where a spelling was not asked for. */
export type Spelled = Readonly<Record<Spelling, string>>;

/** A text that is made alike in every spelling. */
export const spelledBy = (of: (spelling: Spelling) => string): Spelled => ({
  unicode: of("unicode"),
  ascii: of("ascii"),
  latex: of("latex"),
});

/** The text alone of what says more. */
export const spelled = (text: Spelled): Spelled => spelledBy((spelling) => text[spelling]);

/** Whether texts read the same, in the spellings that both are written in. */
export const readsAs = (a: Spelled, b: Spelled): boolean =>
  spellings.every((s) => a[s] === "" || b[s] === "" || a[s] === b[s]);

/** Another way to write a derivative: `Δ ↦ AΔB`, or the entries, with what they are entries of. */
export interface Form extends Spelled {
  readonly name: FormName | "cases" | AlternativeName;
  /** `∂yᵢ/∂xⱼ`, where the form has indices. */
  readonly of?: Spelled;
}

/** The derivative by one variable. */
export interface Derivative extends Spelled {
  readonly kind: Kind;
  /** Of a Hessian–vector product: the vector. */
  readonly hvp: Sym | null;
  /** The name of the objective, where it has one. */
  readonly objective: Sym | null;
  /** The cotangent that was given, in terms of which it is. */
  readonly upstream: Sym | null;
  readonly variable: Variable;
  readonly expr: Expr;
  readonly shape: Shape;
  readonly layout: Layout;
  readonly where: readonly Where[];
  /** Other ways to write it, and the one that is to be shown. */
  readonly forms: readonly Form[];
  readonly shown: FormName;
  /** What was taken for granted of shapes, and the conventions that were met. */
  readonly assumptions: readonly string[];
  /** Of a stationary point: what is linear in the variable, and what that has to be equal to. */
  readonly equation?: { readonly left: Spelled; readonly right: Spelled };
  /** Of a stationary point: when it exists, whether it is the only one, and what the Hessian says of it. */
  readonly conclusions?: readonly string[];
  /** null where the check was not asked for. */
  readonly verification: Verification | null;
}

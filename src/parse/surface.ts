/** @file The surface tree: what was typed, before shapes are known. */

import type { Span } from "../diagnostics/source.ts";
import type { Rational } from "../expr/rational.ts";
import type { SumBounds } from "./indices.ts";

/** A token as the grammar sees it. */
export interface Token {
  readonly type: string;
  /** The canonical text: of a name its name, of a function its word. */
  readonly value: string;
  readonly span: Span;
  readonly offset: number;
  readonly text: string;
}

/** A subscript as it was typed: `i`, `12`, `i,:`; of a norm its kind. */
export interface Subscript {
  readonly text: string;
  readonly span: Span;
}

export type Relation = "<" | ">" | "≤" | "≥" | "=" | "≠";

/** A part of an expression. */
export type Surface = { readonly span: Span } & (
  | { readonly kind: "number"; readonly value: Rational }
  | { readonly kind: "name"; readonly name: string; readonly style?: string | undefined }
  | { readonly kind: "ones"; readonly size?: string | undefined }
  | { readonly kind: "zero"; readonly size?: string | undefined }
  | { readonly kind: "sum"; readonly terms: readonly Signed[] }
  | { readonly kind: "product"; readonly factors: readonly Factor[] }
  | { readonly kind: "negate"; readonly body: Surface }
  | { readonly kind: "hadamard"; readonly factors: readonly Factor[]; readonly dotted: boolean }
  | { readonly kind: "kronecker"; readonly factors: readonly Surface[] }
  | { readonly kind: "group"; readonly body: Surface; readonly brace: boolean }
  | { readonly kind: "transpose"; readonly body: Surface }
  | { readonly kind: "pseudoinverse"; readonly body: Surface }
  | { readonly kind: "power"; readonly body: Surface; readonly exponent: Surface }
  | { readonly kind: "elementwise-power"; readonly body: Surface; readonly exponent: Surface }
  | { readonly kind: "norm"; readonly body: Surface }
  | { readonly kind: "bars"; readonly body: Surface }
  | { readonly kind: "inner"; readonly left: Surface; readonly right: Surface }
  | { readonly kind: "root"; readonly body: Surface }
  | {
      readonly kind: "call";
      readonly name: string;
      readonly nameSpan: Span;
      readonly args: readonly Surface[];
      readonly exponent?: Surface | undefined;
      readonly bare: boolean;
      readonly subscript?: string | undefined;
    }
  | { readonly kind: "subscript"; readonly body: Surface; readonly index: Subscript }
  | {
      readonly kind: "indicator";
      readonly left: Surface;
      readonly relation: Relation;
      readonly right: Surface;
    }
  | { readonly kind: "indexed-sum"; readonly bounds: SumBounds; readonly body: Surface }
  | { readonly kind: "cotangent"; readonly of: string; readonly by: Surface }
  /** `f′(x)`, `∇_θ f(x, θ)`: a function of the problem, or a derivative of it, with its arguments. */
  | {
      readonly kind: "application";
      readonly name: string;
      /** As it is typed before the name: `∇θ`, `∇²`, `J`; or the primes after it. */
      readonly derivative: string;
      readonly args: readonly Surface[];
    }
);

export interface Signed {
  readonly negative: boolean;
  readonly term: Surface;
}

export interface Factor {
  readonly divides: boolean;
  /** Written with a dot before it: some mean an inner product by that. */
  readonly dotted?: boolean;
  readonly factor: Surface;
}

/** A space that a declaration names: rows and columns as texts, and properties. */
export interface Space {
  readonly span: Span;
  /** `[rows, columns]`; absent where only properties are declared. */
  readonly shape?: readonly [DimensionText, DimensionText];
  /** Square of that size, as in 𝕊ⁿ. */
  readonly properties: readonly { readonly name: string; readonly span: Span }[];
}

/** Factors of a dimension: names and whole numbers. */
export interface DimensionText {
  readonly factors: readonly (string | number)[];
  readonly span: Span;
}

/** A name where it is introduced. */
export interface Introduced {
  readonly name: string;
  readonly span: Span;
}

/** One statement of a problem. */
export type Statement = { readonly span: Span } & (
  | { readonly kind: "declaration"; readonly names: readonly Introduced[]; readonly space: Space }
  | {
      readonly kind: "definition";
      readonly name: Introduced;
      readonly bodies: readonly Surface[];
      readonly arguments?: readonly Introduced[];
    }
  /** `σ² = …`: what the square of a name is. */
  | { readonly kind: "square"; readonly name: Introduced; readonly bodies: readonly Surface[] }
  /** `f: ℝ→ℝ`, `C: ℝ^n→ℝ`. */
  | {
      readonly kind: "function";
      readonly names: readonly Introduced[];
      readonly inputs: readonly Space[];
      readonly output: Space;
    }
  /** `given: ∂L/∂K = …` */
  | { readonly kind: "given"; readonly left: Surface; readonly right: Surface }
  /** `x_i: d for i = 1..n` */
  | {
      readonly kind: "family";
      readonly names: readonly Introduced[];
      readonly space: Space;
      readonly letter: string;
      readonly count: DimensionText;
    }
  /** `i = 1, …, n` */
  | { readonly kind: "range"; readonly letter: string; readonly count: DimensionText }
  /** `y: index 1..C` */
  | {
      readonly kind: "label";
      readonly names: readonly Introduced[];
      readonly range: DimensionText;
    }
  | {
      readonly kind: "number";
      readonly name: Introduced;
      /** Rows of exact numbers, all of one length. */
      readonly entries: readonly (readonly Rational[])[];
    }
  | { readonly kind: "objective"; readonly body: Surface; readonly by: readonly Introduced[] }
  | { readonly kind: "unsupported"; readonly what: string }
);

/** A statement that says what a name is. */
export type Definition = Statement & { readonly kind: "definition" };

/** The whole number that is typed, with its signs and brackets; null where something else is. */
export function literal(e: Surface): bigint | null {
  if (e.kind === "group") return literal(e.body);
  if (e.kind === "number") return e.value.denominator === 1n ? e.value.numerator : null;
  const body = e.kind === "negate" ? literal(e.body) : null;
  return body === null ? null : -body;
}

/** @file One change of an answer. */

import type { Span } from "../diagnostics/source.ts";
import type { Expr } from "../expr/expr.ts";
import type { Draft } from "./draft.ts";

/** What an edit does; the kind of mistake follows from it. */
export type EditKind =
  | "transpose"
  | "invert"
  | "swap"
  | "sign"
  | "coefficient"
  | "number"
  | "exponent"
  | "drop-factor"
  | "drop-divisor"
  | "insert-factor"
  | "drop-term"
  | "to-hadamard"
  | "to-product"
  | "derive"
  | "unwrap"
  | "sum-over"
  | "replace"
  | "divide"
  | "insert-divisor"
  | "regroup"
  | "trace"
  | "relation"
  | "diagonal";

/** One change of a draft. */
export interface Edit {
  readonly kind: EditKind;
  /** How far-fetched it is. */
  readonly weight: number;
  /** The part that is changed, as it stood, and as it is after. */
  readonly before: Draft;
  readonly after: Draft;
  /** What is put in or taken out, where something is, and where that stands. */
  readonly put: Expr | null;
  readonly place: Span | null;
  /** The whole after the change. */
  readonly whole: Draft;
}

/** Takes an edit of the part that is looked at; `place` is where what is put in or taken out stands. */
export type Put = (
  kind: EditKind,
  weight: number,
  after: Draft,
  what?: Expr | null,
  place?: Draft,
) => void;

/** The whole with another part in the place of the one that is looked at. */
export type Rebuild = (part: Draft) => Draft;

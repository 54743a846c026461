/** @file What is said of an answer by hand. */

import type { Spelled } from "../derive/options.ts";
import type { Span } from "../diagnostics/source.ts";
import type { Shape } from "../expr/dimension.ts";
import type { Prose } from "../steps/index.ts";
import type { DiagnosisKind } from "./wording.ts";

/** One thing that is wrong with an answer. */
export interface Diagnosis {
  readonly kind: DiagnosisKind;
  /** The mistake in a few words that do not depend on how the answer is written, to be counted. */
  readonly note: string;
  readonly message: Prose;
  /** The part of the answer that it is about. */
  readonly span: Span | null;
  /** The answer made right, verified; definitions of its own names stand before it. */
  readonly repair: Spelled | null;
}

/** What is said of an answer. */
export interface Judgement {
  readonly verdict: "correct" | "incorrect";
  /** What is wrong, the most likely first; empty where nothing is. */
  readonly diagnoses: readonly Diagnosis[];
  /** The answer in the spellings; null where its shapes do not fit together. */
  readonly answer: Spelled | null;
  /** The right one. */
  readonly expected: Spelled & { readonly shape: Shape };
  /** On what a right answer rests, such as the symmetry of a matrix. */
  readonly reasons: readonly string[];
  /** How it was compared, or how many edits of it were tried. */
  readonly notes: readonly string[];
  /** How many edits were tried for a repair. */
  readonly tried: number;
  /** What it is worth, where that was asked for. */
  readonly score: Score | null;
}

/** Why an answer is right. */
export interface Rightness {
  /** On what it rests. */
  readonly reasons: readonly string[];
  /** How it was compared. */
  readonly how: string;
}

/** Points by stated rules. */
export interface Score {
  readonly points: number;
  readonly of: number;
  /** What they are given for, and what not. */
  readonly because: readonly string[];
}

/** How long a repair is searched for unless said otherwise, in ms. */
export const usualDeadline = 1000;

/** How to judge. */
export interface JudgeOptions {
  /** How long a repair may be searched for, in ms: 1000 unless said otherwise. */
  readonly deadline?: number;
  /** How many points a right answer has. */
  readonly points?: number;
}

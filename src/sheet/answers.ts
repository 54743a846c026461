/** @file Answers by hand, judged by the derivation before them. */

import type { Judgement } from "../check/index.ts";
import { judgedFor, Subject } from "../check/index.ts";
import type { Derivative, DeriveOptions } from "../derive/options.ts";
import { errors } from "../diagnostics/errors.ts";
import type { Problem } from "../parse/problem.ts";
import type { SheetFence } from "./source.ts";

/** A problem that was read and derived: what answers are compared with. */
export interface Derived {
  readonly problem: Problem;
  readonly found: readonly Derivative[];
  readonly options: DeriveOptions;
}

/** Judges the answer of a fence by what the problem before it derives. */
export function judged({ body, options, span }: SheetFence, derived: Derived | null): Judgement {
  if (derived === null) throw errors.answerAlone(span);
  const { problem, found } = derived;
  const expected =
    options.wrt === undefined ? found[0] : found.find((d) => d.variable.name === options.wrt);
  if (!expected)
    throw errors.answerOfOther(
      span,
      found.map((d) => d.variable.name),
    );
  const subject = new Subject(problem, expected.variable, derived.options, expected);
  const { points } = options;
  return judgedFor(subject, { role: "answer", text: body }, points === undefined ? {} : { points });
}

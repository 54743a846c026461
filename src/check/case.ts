/** @file A wrong answer as hypotheses look at it, and what they find. */

import type { Spelled } from "../derive/options.ts";
import type { Span } from "../diagnostics/source.ts";
import type { Expr } from "../expr/expr.ts";
import type { Answer } from "./answer.ts";
import { exprOf } from "./draft.ts";
import type { Draft } from "./draft.ts";
import type { Target } from "./numbers.ts";
import type { Subject } from "./subject.ts";
import { unstacked } from "./unstacked.ts";
import type { Way } from "./ways.ts";
import { waysOf } from "./ways.ts";
import type { Said } from "./wording.ts";
import { quoted, shower } from "./wording.ts";

/** A mistake that numbers confirm. */
export interface Finding extends Said {
  /** The part of the answer that it is about. */
  readonly span: Span | null;
  /** The answer without this mistake, where that is all there is; null where it is to be searched for. */
  readonly repair: Draft | null;
  /** Whether a single slip that explains it is likelier. */
  readonly isWeak?: boolean;
}

/** An answer that reads well and is not equal to the result. */
export class Case {
  readonly subject: Subject;
  readonly answer: Answer;
  readonly draft: Draft;
  readonly expr: Expr;
  readonly target: Target;
  constructor(subject: Subject, answer: Answer, draft: Draft, expr: Expr, target: Target) {
    this.subject = subject;
    this.answer = answer;
    this.draft = draft;
    this.expr = expr;
    this.target = target;
  }

  private showing: ((e: Expr) => Spelled) | null = null;
  /** An expression as it is written in messages. */
  shown(e: Expr): Spelled {
    const whole = this.answer.letter === null ? null : unstacked(e);
    return (this.showing ??= shower(this.subject.problem))(whole ?? e);
  }

  /** A term of the answer as it was typed. */
  quoted(term: Draft): string | Spelled {
    const e = exprOf(term);
    return quoted(term.span, e && this.shown(e));
  }

  private waysKnown: readonly Way[] | null = null;
  /** The ways that the gradient comes by; empty where there are none to be told. */
  get ways(): readonly Way[] {
    const { routes } = this.subject;
    const isWhole = this.answer.truth === this.subject.truth;
    return (this.waysKnown ??=
      routes && isWhole ? waysOf(routes, this.target, this.subject.problem) : []);
  }

  /** Whether it is 0, in whatever form. */
  get isNothing(): boolean {
    return this.target.vector(this.expr)?.every((x) => x === 0) === true;
  }

  /** The terms of the answer. */
  get terms(): readonly Draft[] {
    return this.draft.kind === "sum" ? this.draft.parts : [this.draft];
  }
}

/** A supposition about what is wrong: what numbers confirm of it, or nothing. */
export type Hypothesis = (found: Case) => Finding[];

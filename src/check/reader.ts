/** @file Judges the lines of a derivation one after another, each by its own meaning. */

import { variablesOf } from "../derive/ask.ts";
import { derivatives } from "../derive/index.ts";
import type { DeriveOptions } from "../derive/index.ts";
import { withNames } from "../derive/written.ts";
import { errors, NablaError } from "../diagnostics/errors.ts";
import type { Span } from "../diagnostics/source.ts";
import { lineOf, textOf } from "../diagnostics/source.ts";
import { sameShape } from "../expr/dimension.ts";
import { zero } from "../expr/expr.ts";
import type { Expr, Sym } from "../expr/expr.ts";
import { contains, substitution } from "../expr/walk.ts";
import { compared } from "../numeric/equations.ts";
import { zeroOf } from "../ops/arithmetic.ts";
import { parseIn } from "../parse/index.ts";
import type { AnswerLeft, AnswerLine, AnswerSide } from "../parse/index.ts";
import { splitName } from "../parse/names.ts";
import type { Problem } from "../parse/problem.ts";
import type { Surface } from "../parse/surface.ts";
import { variableOf } from "../parse/variables.ts";
import type { Variable } from "../parse/variables.ts";
import { printers } from "../print/index.ts";
import { spelledBy } from "../derive/options.ts";
import type { Kind, Spelled } from "../derive/options.ts";
import { cotangentsIn } from "../steps/names.ts";
import { answersOfSide } from "./answer.ts";
import type { Answer } from "./answer.ts";
import { isUnreadChain } from "./chains.ts";
import { derivedOf, isLoss, refuseKnownName } from "./claim.ts";
import { draftOfSurface } from "./typed.ts";
import { misfitFinding } from "./diagnosis.ts";
import { defined } from "./own.ts";
import type { Own } from "./own.ts";
import { partJudged } from "./parts.ts";
import type { Diagnosis } from "./judgement.ts";
import { Subject, withPart } from "./subject.ts";
import type { Expected } from "./subject.ts";
import { explained } from "./verdict.ts";
import { say, unbracketed } from "./wording.ts";

/** What is said of a line. */
export interface LineJudged {
  /** Counted from 1. */
  readonly line: number;
  readonly text: string;
  readonly span: Span;
  /**
   * `follows`: wrong, and right if the wrong line `from` were right; `definition`: a name of its own; `unread`: not
   * understood.
   */
  readonly verdict: "right" | "wrong" | "follows" | "definition" | "unread";
  /** The line whose mistake it goes on with. */
  readonly from: number | null;
  readonly diagnoses: readonly Diagnosis[];
  /** Whether it says no more than the problem does: what a name of it is. */
  readonly isRestated: boolean;
}

/** Which derivative it is that is asked for; a stationary point is none. */
const orderOf: Readonly<Record<Kind, 1 | 2 | null>> = {
  gradient: 1,
  jacobian: 1,
  hessian: 2,
  stationary: null,
};

/** A line that is wrong, with what it claims of what. */
interface Mistake {
  readonly line: number;
  /** The node whose cotangent it claims, or the name that it says to be defined so. */
  readonly of: Expr;
  /** Whether it is a derivative or a value: one says nothing of the other. */
  readonly kind: Subject["expected"]["kind"];
  readonly claimed: Expr;
}

/** What a line is of, and the node whose cotangent or value it is. */
interface Meaning {
  readonly subject: Subject;
  readonly of: Expr;
}

/** Judges derivations in the terms of one problem; what is derived is derived once. */
export class Reader {
  private problem: Problem;
  private readonly own: Own[] = [];
  private readonly mistakes: Mistake[] = [];
  private readonly subjects = new Map<string, Subject>();
  private readonly asked: Variable | null;
  private readonly options: DeriveOptions;
  /** The problem in which a part of the loss has a name. */
  private readonly around = new Map<Sym, Problem>();
  /** The names whose definitions do not fit together, with their lines. */
  private readonly broken = new Map<Sym, number>();
  /** Whether a line says what is asked for. */
  isReached = false;
  /** What was set aside. */
  readonly notes: string[] = [];

  constructor(problem: Problem, asked: Variable | null, options: DeriveOptions) {
    this.problem = problem;
    this.asked = asked;
    this.options = options;
  }

  /** What is asked for. */
  get expected(): Subject["expected"] | null {
    try {
      return this.asked && this.subject(this.asked, this.asked.name).expected;
    } catch (error) {
      // Lines may be judged of what cannot be derived as a whole.
      if (error instanceof NablaError) return null;
      throw error;
    }
  }

  /** Judges each side of the next line. */
  judged({ left, sides, span }: AnswerLine, until: number): LineJudged[] {
    if (left?.kind === "name" && !this.isKnown(left.name)) return this.defined(left, sides, until);
    if (left === null && sides.length > 1 && this.isStationary) return [this.equation(sides, span)];
    const meaning = this.meaning(left, span);
    return sides.flatMap((side, k) => {
      try {
        return [this.sideJudged(meaning, left, side, k === 0, until)];
      } catch (error) {
        const isLast = k === sides.length - 1;
        if (isLast || !isUnreadChain(meaning.subject, side, error)) throw error;
        this.notes.push(`${textOf(side.span).trim()} was not read: it multiplies derivatives`);
        return [];
      }
    });
  }

  private sideJudged(
    { subject, of }: Meaning,
    left: AnswerLeft | null,
    side: AnswerSide,
    isFirst: boolean,
    until: number,
  ): LineJudged {
    const from = isFirst && left ? left.span : side.span;
    const place = placed({ ...side.span, start: Math.min(from.start, side.span.start) });
    const isRestated = subject.expected.kind === "value";
    const wrong = answersOfSide(subject, this.reading(subject), this.own, left, side)
      .map((answer) => ({ answer, judged: partJudged(subject, answer, until) }))
      .find(({ judged }) => judged.right === null);
    if (!wrong) return { ...place, verdict: "right", from: null, diagnoses: [], isRestated };
    const { answer, judged } = wrong;
    const source = this.source(subject, of, answer);
    if (answer.expr && sameShape(answer.expr.shape, subject.truth.shape)) {
      const claimed = explainedBy(subject, answer);
      this.mistakes.push({ line: place.line, of, kind: subject.expected.kind, claimed });
    }
    const verdict = source === null ? "wrong" : "follows";
    // What follows from another line is right in itself.
    const diagnoses = source === null ? judged.diagnoses : [];
    return { ...place, verdict, from: source, diagnoses, isRestated: false };
  }

  /** A name of its own, by its first side; of `G = ∂L/∂P = WK` the other sides are judged by what flows to P. */
  private defined(
    left: AnswerLeft & { readonly kind: "name" },
    sides: readonly AnswerSide[],
    until: number,
  ): LineJudged[] {
    if (left.called) throw errors.unreadLeft(left.span);
    refuseKnownName(this.problem, left.name, left.span);
    const bodies = sides.map((side) => {
      if (side.kind !== "expression") throw errors.noExpression(side.span);
      return side.body;
    });
    const flows = bodies.map((body) => this.flowIn(body));
    const at = Math.max(
      0,
      flows.findIndex((flow) => flow !== null),
    );
    const [names] = defined(
      { problem: this.problem, own: this.own, misfit: null },
      left.name,
      bodies[at]!,
    );
    const { name } = names!.own.at(-1)!;
    const place = placed({ ...left.span, end: sides[at]!.span.end });
    const misfit = names!.misfit && misfitFinding(names!.misfit);
    if (misfit) this.broken.set(name, place.line);
    const first: LineJudged = {
      ...place,
      verdict: misfit ? "wrong" : "definition",
      from: null,
      diagnoses: misfit ? [{ ...misfit, repair: null }] : [],
      isRestated: false,
    };
    const flow = flows[at];
    if (flow?.kind === "sym" && flow === this.asked?.symbol) this.isReached = true;
    const meaning: Meaning =
      flow?.kind === "sym"
        ? { subject: this.subject(variableOf(flow), flow.name, 1), of: flow }
        : { subject: this.value(name), of: name };
    const others = sides
      .filter((_, k) => k !== at)
      .map((side) => this.sideJudged(meaning, null, side, false, until));
    this.own.push(names!.own.at(-1)!);
    this.problem = names!.problem;
    return [first, ...others];
  }

  /** What a side that is ∂L/∂P is the derivative by; null for any other. */
  private flowIn(body: Surface): Expr | null {
    const { expr } = draftOfSurface(this.problem, body);
    const flow = expr?.kind === "sym" ? expr.cotangent : null;
    return flow && isLoss(this.problem, flow.of) ? flow.by : null;
  }

  /** An equation on the way to a stationary point: right where that point solves it, and not every other does. */
  private equation(sides: readonly AnswerSide[], span: Span): LineJudged {
    const { asked } = this;
    if (!asked) throw errors.noVariable();
    const subject = this.subject(asked, asked.name);
    const read = sides.map((side) => {
      if (side.kind !== "expression") throw errors.noExpression(side.span);
      const { expr, misfit } = draftOfSurface(this.problem, side.body);
      if (misfit) throw misfit;
      return explained(subject, { own: this.own }, expr!);
    });
    const shape = read.find((e) => e !== zero)?.shape ?? zero.shape;
    const exprs = read.map((e) => (e === zero ? zeroOf(shape) : e));
    const isOdd = exprs.some((e) => !sameShape(e.shape, shape));
    const atPoint = substitution([[asked.symbol, subject.truth]]);
    const agree = (map: (e: Expr) => Expr): boolean =>
      !isOdd &&
      exprs.slice(1).every((e, k) => compared(map(exprs[k]!), map(e), subject.seed) === "equal");
    const isRight = agree(atPoint) && !agree((e) => e);
    const fault: Diagnosis = { ...say.unsolved(asked.name), span, repair: null };
    return {
      ...placed(span),
      verdict: isRight ? "right" : "wrong",
      from: null,
      diagnoses: isRight ? [] : [fault],
      isRestated: false,
    };
  }

  private isKnown(name: string): boolean {
    return this.problem.symbols.has(name) || (this.asked?.name === name && this.isStationary);
  }

  private get isStationary(): boolean {
    return this.options.kind === "stationary";
  }

  /** The problem as a line is read in it. */
  private reading(subject: Subject): Problem {
    return withNames(this.problem, [], [...subject.reading.labels.values()]);
  }

  /** What the left side of a line stands for, and the node whose cotangent it is. */
  private meaning(left: AnswerLeft | null, span: Span): Meaning {
    const { asked } = this;
    if (left === null || (left.kind === "name" && this.isStationary && left.name === asked?.name)) {
      if (!asked) throw errors.noVariable();
      this.isReached = true;
      return { subject: this.subject(asked, asked.name), of: asked.symbol };
    }
    if (left.kind === "name") {
      const name = this.problem.symbols.get(left.name)!;
      // δ = ∂L/∂t of the problem.
      const flow = name.definition?.kind === "sym" ? name.definition.cotangent : name.cotangent;
      const by = flow?.by;
      if (by?.kind === "sym") return { subject: this.subject(variableOf(by), by.name, 1), of: by };
      return { subject: this.value(name), of: name };
    }
    if (left.kind === "expression") throw errors.noExpression(span);
    const variable = this.variable(left);
    const inner = derivedOf({ problem: this.problem, seed: this.options.seed ?? 1 }, left);
    if (inner?.definition) return this.localDerivative(inner, variable);
    if (inner) throw errors.answerOfOtherName(left.span, inner.name);
    // Of a stationary point the gradient is a line on the way.
    const isWhole =
      variable.symbol === asked?.symbol && left.order === orderOf[this.options.kind ?? "gradient"];
    if (isWhole && (variable.name === asked.name || asked.part === null)) this.isReached = true;
    return { subject: this.subject(variable, variable.name, left.order), of: variable.symbol };
  }

  /** ∂K/∂P of a name on the way: a Jacobian of its own, from which no other line follows. */
  private localDerivative(of: Sym, variable: Variable): Meaning {
    const subject = this.once(`${of.name}/${variable.name}`, () => {
      const around = { ...this.problem, objective: of.definition!, objectiveName: of.name };
      const { kind: _kind, upstream: _upstream, ...rest } = this.options;
      return new Subject(around, variable, rest);
    });
    return { subject, of: subject.truth };
  }

  /** What stands below ∂: a name of the problem, or a part of it that gets one. */
  private variable({
    by: typed,
    second,
    span,
  }: AnswerLeft & { readonly kind: "derivative" }): Variable {
    // ∂x_i ∂x_j: entries of the derivative by x.
    const by = typed === null || second === null ? typed : splitName(typed).base;
    if (by === null) {
      if (!this.asked) throw errors.unreadLeft(span);
      return this.asked;
    }
    const named = this.named(by);
    if (named && (named.part || named.symbol === this.asked?.symbol)) return named;
    const e = named?.symbol ?? parseIn(this.problem, { role: "answer", text: by });
    const name = named?.symbol.name ?? by.trim();
    // By what the loss is not made of nothing would flow.
    const part = e.kind === "num" ? null : withPart(this.problem, e, name);
    if (!part) throw errors.noPartOfLoss(span, unbracketed(by.trim()));
    if (named?.symbol === part.symbol && part.problem === this.problem) return named;
    if (part.problem !== this.problem) this.around.set(part.symbol, part.problem);
    return variableOf(part.symbol);
  }

  /** A name, or an entry of it; null for anything else. */
  private named(text: string): Variable | null {
    try {
      return variablesOf(this.problem, text)[0] ?? null;
    } catch (error) {
      if (error instanceof NablaError) return null;
      throw error;
    }
  }

  /** The derivative by a variable: what is asked for, or of an order of its own. */
  private subject(variable: Variable, name: string, order: 1 | 2 | null = null): Subject {
    return this.once(`${order ?? "answer"} ${name}`, () => this.derived(variable, order));
  }

  private once(key: string, make: () => Subject): Subject {
    let found = this.subjects.get(key);
    if (!found) this.subjects.set(key, (found = make()));
    return found;
  }

  private derived(variable: Variable, order: 1 | 2 | null): Subject {
    const { kind: asked, ...rest } = this.options;
    const { symbol } = variable;
    const isAsked =
      variable.name === this.asked?.name &&
      (order === null || order === orderOf[asked ?? "gradient"]);
    const options = isAsked
      ? this.options
      : order === 2
        ? { ...rest, kind: "hessian" as const }
        : rest;
    const around = this.around.get(symbol);
    if (!around) return new Subject(this.problem, variable, options);
    // A part of the problem has no name of its own in what flows to it.
    const [found] = derivatives(around, [variable], { ...options, spellings: [] });
    const expr = substitution([[symbol, symbol.definition!]])(found!.expr);
    return new Subject(around, variable, options, { ...found!, ...this.spelled(expr), expr });
  }

  private spelled(e: Expr): Spelled {
    const options = { letters: this.problem.indices };
    return spelledBy((spelling) => printers[spelling](e, options));
  }

  /** A name of the problem, of which a line says what it is. */
  private value(name: Sym): Subject {
    return this.once(`=${name.name}`, () => {
      const expected: Expected = {
        ...this.spelled(name.definition ?? name),
        expr: name,
        shape: name.shape,
        layout: "denominator",
        hvp: null,
        kind: "value",
      };
      return new Subject(this.problem, variableOf(name), this.options, expected);
    });
  }

  /** The wrong line from which a wrong answer follows; null where it does not. */
  private source(subject: Subject, of: Expr, answer: Answer): number | null {
    const { expr } = answer;
    if (expr === null) return null;
    for (const [name, line] of this.broken) if (contains(expr, name)) return line;
    for (const mistake of this.mistakes.toReversed()) {
      const expected = this.expectedAfter(subject, of, mistake);
      if (!expected || !sameShape(expected.shape, expr.shape)) continue;
      const said = explainedBy(subject, answer, mistake);
      if (compared(said, expected, subject.seed) === "equal") return mistake.line;
    }
    return null;
  }

  /** What a line would be, were a wrong one right. */
  private expectedAfter(subject: Subject, of: Expr, mistake: Mistake): Expr | null {
    if (mistake.kind === subject.expected.kind && of === mistake.of) return mistake.claimed;
    // K = … that is wrong, and what is said in terms of K.
    if (mistake.kind === "value" && mistake.of.kind === "sym")
      return substitution([[mistake.of, mistake.claimed]])(subject.truth);
    if (mistake.kind !== subject.expected.kind) return null;
    const { of: node } = mistake;
    if (node.kind !== "sym" || subject.expected.kind !== "gradient") return null;
    try {
      const around = withNames(subject.problem, [node]);
      const [found] = derivatives(around, [subject.variable], {
        kind: "gradient",
        upstream: node.name,
        verify: false,
        spellings: [],
      });
      const given = cotangentsIn(found!.expr).filter((s) => s.cotangent!.by === node);
      return substitution(given.map((s) => [s, mistake.claimed] as const))(found!.expr);
    } catch (error) {
      // Nothing flows from there, or it has no form.
      if (error instanceof NablaError) return null;
      throw error;
    }
  }
}

/** Where a line stands, and what it says. */
export const placed = (span: Span): Pick<LineJudged, "line" | "text" | "span"> => ({
  line: lineOf(span.source, span.start),
  text: textOf(span).replaceAll(/\s+/gu, " ").trim(),
  span,
});

/** An answer without its own names and cotangents; with a wrong claim in the place of the cotangent it is of. */
function explainedBy(subject: Subject, answer: Answer, mistake?: Mistake): Expr {
  const e = answer.expr!;
  const wrong = mistake
    ? cotangentsIn(e).flatMap((s) =>
        s.cotangent!.by === mistake.of ? [[s, mistake.claimed] as const] : [],
      )
    : [];
  return explained(subject, answer, wrong.length === 0 ? e : substitution(wrong)(e));
}

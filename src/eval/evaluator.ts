/** @file The values of an objective's parts, forward and backward, at given numbers. */

import { setOf } from "../derive/prepare.ts";
import { errors, NablaError } from "../diagnostics/errors.ts";
import { showShape } from "../expr/dimension.ts";
import { isScalar } from "../expr/expr.ts";
import type { Expr, Sym } from "../expr/expr.ts";
import { property } from "../expr/properties.ts";
import type { Properties } from "../expr/properties.ts";
import { postorder, substitution } from "../expr/walk.ts";
import { exactArithmetic, floatOf } from "../numeric/exact.ts";
import type { Problem } from "../parse/problem.ts";
import { lossName, lossSymbol } from "../steps/names.ts";
import { printed } from "../steps/printed.ts";
import { flowsTo } from "./backward.ts";
import type { Flows } from "./backward.ts";
import { kinksAt } from "./kinks.ts";
import { compareBackward } from "./oracle.ts";
import { inParts } from "./parts.ts";
import type { AtLabel, InParts, Part, Unnamed } from "./parts.ts";
import { compareForward, refuseOpen, Values } from "./values.ts";
import type { Grid, Numbered } from "./values.ts";

/** A part with its values. */
export interface PartValues extends Part {
  readonly forward: Grid;
  /** null where nothing flows back to it. */
  readonly backward: Grid | null;
}

/** How values were compared with those of the oracle. */
export interface Checked {
  readonly method: string;
  /** How many derivatives were compared. */
  readonly derivatives: number;
  readonly maxRelativeError: number;
}

/** The values at some numbers. */
export interface Pass {
  readonly parts: readonly PartValues[];
  readonly loss: Grid;
  /** Conventions at kinks on which the numbers sit, each with the entry that does. */
  readonly conventions: readonly string[];
  readonly checked: Checked;
  /** Why there are no backward values though the objective is a scalar; null where there are. */
  readonly lack: NablaError | null;
}

/** What is evaluated besides the names of a problem. */
interface Wanted {
  /** Which parts without a name are. */
  readonly unnamed?: Unnamed;
  /** Whether what flows back is. */
  readonly backward?: boolean;
  /** The term of a sum that the objective is, and how that is typed. */
  readonly term?: AtLabel & { readonly typed: Expr };
}

/** Evaluates an objective at one set of numbers after another. */
export class Evaluator {
  readonly problem: Problem;
  readonly loss: Sym;
  /** Why there are no backward values; null where there are, or where nobody asked. */
  readonly forwardOnly: string | null;
  private readonly typed: Expr;
  private readonly laid: InParts;
  private readonly flows: Flows | null;
  private isQuick = true;
  /** The names of definitions that speak of what flows back, with this put in. */
  private readonly late: ReadonlyMap<Part, Expr>;

  constructor(
    problem: Problem,
    objective: Expr,
    numbered: Numbered,
    { unnamed = "none", backward = true, term }: Wanted = {},
  ) {
    this.problem = problem;
    this.typed = term?.typed ?? objective;
    this.loss = lossSymbol(problem, lossName(problem));
    refuseOpen([objective, this.typed], numbered);
    this.laid = inParts(problem, objective, this.loss, numbered, unnamed, term);
    const [flows, reason] = backward ? this.swept(numbered) : [null, null];
    this.flows = flows;
    this.forwardOnly = reason;
    this.late = flows ? withFlows(this.laid, flows, this.loss) : new Map();
  }

  /** The objective in the names that the problem defines. */
  get objective(): Expr {
    return this.laid.objective;
  }

  /** What is not shown, with the reason. */
  get notes(): string[] {
    const hidden = this.flows
      ? this.laid.late
          .filter((part) => !this.late.has(part))
          .map(({ name }) => `${name.unicode} speaks of what flows to no part of ${this.loss.name}`)
      : [];
    return [...this.laid.notes, ...hidden];
  }

  /** What flows to the parts, or why nothing does. */
  private swept({ sizes }: Numbered): [Flows | null, string | null] {
    const { objective, parts } = this.laid;
    if (!isScalar(objective)) {
      const reason = `${this.loss.name} is ${showShape(objective.shape)}: only a scalar has backward values`;
      const single = [...new Set(objective.shape.flatMap(({ names }) => names))].join(" and ");
      const isSingle = objective.shape.every((d) => sizes.of(d) === 1);
      return [
        null,
        isSingle ? `${reason}, as it is with 1 declared in the place of ${single}` : reason,
      ];
    }
    const exprs = parts.map(({ expr }) => expr);
    try {
      return [flowsTo(this.problem, objective, exprs), null];
    } catch (error) {
      if (!(error instanceof NablaError)) throw error;
      return [null, error.message];
    }
  }

  /**
   * The values at some numbers, compared with those of the oracle.
   * @throws NablaError where there is none (`exit` 3).
   */
  at(numbered: Numbered): Pass {
    const { objective, parts } = this.laid;
    const { flows } = this;
    const values = new Values(numbered, exactArithmetic());
    const exprs = parts.map(({ expr }) => expr);
    values.compute([...exprs, this.typed]);
    this.refine(values, exprs);
    const error = compareForward([...exprs, this.typed], values);
    refuseOther(objective, this.typed, values);
    if (!flows) return this.forwardAlone(values, error, null);
    const lack = tried(() => values.compute([...flows.of.values(), ...this.late.values()]));
    if (lack) return this.forwardAlone(values, error, lack);
    this.refine(values, [...flows.of.values(), ...this.late.values()]);
    const late = compareForward([...this.late.values()], values);
    const kinks = kinksAt([objective], values.points.exact, values.m);
    const compared = compareBackward(flows, exprs, values, (e) => this.setOf(e));
    const below = new Set(kinks.flatMap(({ node }) => postorder(node.args)));
    const isMet = [...flows.of.keys()].some((e) => below.has(e));
    const conventions = kinks.map(
      ({ convention, at }) => `${convention}, used at ${printed(at).unicode}`,
    );
    return {
      parts: [
        ...parts.slice(0, -1).flatMap((p) => backwardPart(p, flows, values)),
        ...[...this.late].map(([p, e]) => valued(p, values.of(e))),
        ...parts.slice(-1).flatMap((p) => backwardPart(p, flows, values)),
      ],
      loss: values.of(objective),
      conventions: isMet ? conventions : [],
      checked: {
        method: compared.method,
        derivatives: compared.count,
        maxRelativeError: Math.max(error, late, compared.maxRelativeError),
      },
      lack: null,
    };
  }

  /** The set in which a name is declared to vary, and what else is declared of it. */
  private setOf(e: Expr): Properties {
    if (e.kind !== "sym" || e.definition !== null) return 0;
    const set = setOf(this.problem, e);
    const declared = this.problem.declared.get(e.name) ?? 0;
    return set ? property[set] | declared : declared;
  }

  /** Gives values the digits that floats lose, as long as that is soon done. */
  private refine(values: Values, roots: readonly Expr[]): void {
    if (this.isQuick) this.isQuick = values.refine(roots);
  }

  private forwardAlone(values: Values, error: number, lack: NablaError | null): Pass {
    const { objective, parts } = this.laid;
    return {
      parts: parts.map((p) => valued(p, values.of(p.expr))),
      loss: values.of(objective),
      conventions: [],
      checked: { method: "floats of the input", derivatives: 0, maxRelativeError: error },
      lack,
    };
  }
}

const valued = (part: Part, forward: Grid, backward: Grid | null = null): PartValues => ({
  ...part,
  forward,
  backward,
});

/** A part with what flows back to it; where that has a name, such as δ, this follows. */
function backwardPart(p: Part, flows: Flows, values: Values): PartValues[] {
  const flow = flows.of.get(p.expr);
  const backward = flow ? values.of(flow) : null;
  const own = valued(p, values.of(p.expr), backward);
  if (!backward || p.flow.cotangent !== null) return [own];
  const { flow: expr, cotangent } = p;
  return [
    own,
    { ...p, kind: "definition", expr, name: cotangent, forward: backward, backward: null },
  ];
}

/** Definitions that speak of what flows back, with that put in. */
function withFlows({ late, parts }: InParts, flows: Flows, loss: Sym): Map<Part, Expr> {
  const byName = new Map(
    parts.flatMap(({ expr, kind }) => {
      const flow = flows.of.get(expr);
      const name = kind === "objective" ? loss.name : expr.kind === "sym" ? expr.name : null;
      return flow && name !== null ? [[name, flow] as const] : [];
    }),
  );
  const found = new Map<Part, Expr>();
  for (const part of late) {
    const spoken = postorder([part.expr]).flatMap((e) =>
      e.kind === "sym" && e.cotangent ? [e] : [],
    );
    const put = spoken.flatMap((s) => {
      const { of, by } = s.cotangent!;
      const flow = of === loss.name && by.kind === "sym" ? byName.get(by.name) : undefined;
      return flow ? [[s, flow] as const] : [];
    });
    if (put.length === spoken.length) found.set(part, substitution(put)(part.expr));
  }
  return found;
}

/** The error of something; null where it is done. */
function tried(act: () => void): NablaError | null {
  try {
    act();
    return null;
  } catch (error) {
    if (error instanceof NablaError) return error;
    throw error;
  }
}

/** The objective in names is the one that was typed. */
function refuseOther(objective: Expr, typed: Expr, values: Values): void {
  const [a, b] = [values.of(objective), values.of(typed)];
  const isSame = a.every((row, i) =>
    row.every((x, j) => {
      const [one, other] = [floatOf(x), floatOf(b[i]![j]!)];
      return Math.abs(one - other) <= 1e-9 * Math.max(1, Math.abs(one), Math.abs(other));
    }),
  );
  if (!isSame)
    throw errors.notVerified(["the objective in the names of the problem is another one"]);
}

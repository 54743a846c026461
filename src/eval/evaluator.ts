/** @file The parts of an objective that are shown, and their values forward and backward at given numbers. */

import type { Spelled } from "../derive/options.ts";
import { setOf } from "../derive/prepare.ts";
import { errors, NablaError } from "../diagnostics/errors.ts";
import { showShape } from "../expr/dimension.ts";
import { cotangentSymbol, isScalar, sym } from "../expr/expr.ts";
import type { Expr, Sym } from "../expr/expr.ts";
import { property } from "../expr/properties.ts";
import type { Properties } from "../expr/properties.ts";
import { argsOf, postorder, substitution } from "../expr/walk.ts";
import { exactArithmetic, floatOf } from "../numeric/exact.ts";
import { isMembersName, withoutMembers } from "../ops/indexing.ts";
import type { Problem } from "../parse/problem.ts";
import { folder } from "../simplify/fold.ts";
import { lossName, lossSymbol } from "../steps/names.ts";
import { printed } from "../steps/printed.ts";
import { flowsTo } from "./backward.ts";
import type { Flows } from "./backward.ts";
import { kinksAt, mostTerms } from "./kinks.ts";
import { compareBackward } from "./oracle.ts";
import { compareForward, refuseOpen, Values } from "./values.ts";
import type { Grid, Numbered } from "./values.ts";

/** What a part of a problem is: a name with numbers, one with a definition, what has no name, or the objective. */
export type PartKind = "input" | "definition" | "part" | "objective";

/** A part that is shown. */
export interface Part {
  readonly kind: PartKind;
  readonly expr: Expr;
  readonly name: Spelled;
  /** ∂L/∂(the part), or the name that the problem gives to it. */
  readonly flow: Sym;
  /** The same as text. */
  readonly cotangent: Spelled;
}

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

/** Definitions of a size beyond this are not looked for where they are written out again. */
const largestFolded = 4000;

/** Evaluates an objective at one set of numbers after another. */
export class Evaluator {
  readonly problem: Problem;
  /** The objective in the names that the problem defines. */
  readonly objective: Expr;
  /** The same as it was typed. */
  private readonly typed: Expr;
  readonly parts: readonly Part[];
  readonly loss: Sym;
  /** Why there are no backward values; null where there are. */
  readonly forwardOnly: string | null;
  /** Definitions without values, with the reason. */
  readonly notes: readonly string[];
  private readonly flows: Flows | null;
  private readonly claimed = new Map<Expr, Properties>();

  constructor(
    problem: Problem,
    objective: Expr,
    numbered: Numbered,
    { all = false, backward = true }: { readonly all?: boolean; readonly backward?: boolean } = {},
  ) {
    this.problem = problem;
    this.loss = lossSymbol(problem, lossName(problem));
    const notes: string[] = [];
    // δ, where a problem says δ = ∂L/∂z.
    const cotangentOf = new Map<Expr, Sym>();
    for (const s of problem.symbols.values())
      if (s.definition?.kind === "sym" && s.definition.cotangent)
        cotangentOf.set(s.definition.cotangent.by, s);
    const definitions = definitionsIn(problem);
    const { named, put } = inNames(definitions, objective);
    this.objective = put(objective);
    this.typed = objective;
    refuseOpen([objective], numbered);
    const shown = definitions.filter((s) => {
      if (s.name === this.loss.name || isMembersName(s.name)) return false;
      if (postorder([s]).some((e) => e.kind === "sym" && e.cotangent)) return false;
      try {
        refuseOpen([s], numbered);
        return true;
      } catch (error) {
        if (!(error instanceof NablaError)) throw error;
        notes.push(`${s.name} is no part of ${this.loss.name}, and has no value: ${error.message}`);
        return false;
      }
    });
    const inputs = [...numbered.values.keys()];
    for (const s of inputs)
      if (s.member)
        notes.push(`column i of ${withoutMembers(s.name)} is ${withoutMembers(s.name)}_i`);
    const order = postorder([this.objective]);
    if (order.some((e) => e.kind === "indexSum" && numbered.sizes.of(e.index.range!) > mostTerms))
      notes.push(`kinks are looked for in the first ${mostTerms} terms of a sum only`);
    const bodies = new Set(order.map((e) => (e.kind === "sym" ? e.definition : null)));
    const unnamed = all
      ? order.filter(
          (e) =>
            (e.kind === "apply" || e.kind === "indexSum") &&
            e !== this.objective &&
            e.free.length === 0 &&
            !bodies.has(e) &&
            postorder([e]).some((below) => below.kind === "sym" && below.role === "value"),
        )
      : [];
    const place = new Map([...order, this.objective].map((e, i) => [e, i]));
    const between = [
      ...shown.map((s): [PartKind, Expr] => ["definition", named.get(s)!]),
      ...unnamed.map((e): [PartKind, Expr] => ["part", e]),
    ].toSorted(([, a], [, b]) => (place.get(a) ?? -1) - (place.get(b) ?? -1));
    const letters = { letters: problem.indices, taken: [...problem.symbols.keys()] };
    const part = ([kind, expr]: readonly [PartKind, Expr]): Part => {
      const own =
        expr.kind === "sym" ? cotangentOf.get(problem.symbols.get(expr.name)!) : undefined;
      const below = kind === "objective" ? this.loss : expr;
      const flow = own ?? cotangentSymbol(this.loss.name, below);
      return {
        kind,
        expr,
        name: printed(below, letters),
        flow,
        cotangent: printed(flow, letters),
      };
    };
    this.parts = [
      ...inputs.map((s): [PartKind, Expr] => ["input", s]),
      ...between,
      ["objective", this.objective] as [PartKind, Expr],
    ].map(part);
    this.forwardOnly = isScalar(objective)
      ? null
      : `${this.loss.name} is ${showShape(objective.shape)}: only a scalar has backward values`;
    const [flows, reason] = backward && this.forwardOnly === null ? this.swept() : [null, null];
    this.flows = flows;
    this.forwardOnly ??= reason;
    this.notes = notes;
    for (const s of inputs) {
      const set = setOf(problem, s);
      const declared = problem.declared.get(s.name) ?? 0;
      this.claimed.set(s, set ? property[set] | declared : declared);
    }
  }

  private swept(): [Flows | null, string | null] {
    try {
      return [
        flowsTo(
          this.problem,
          this.objective,
          this.parts.map(({ expr }) => expr),
        ),
        null,
      ];
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
    const values = new Values(numbered, exactArithmetic());
    const exprs = this.parts.map(({ expr }) => expr);
    values.compute([...exprs, this.typed]);
    const error = compareForward([...exprs, this.typed], values);
    refuseOther(this.objective, this.typed, values);
    const kinks = kinksAt([this.objective], values.points.exact, values.m);
    const { flows } = this;
    if (!flows) return this.forwardAlone(values, error, null);
    const lack = tried(() => values.compute([...flows.of.values()]));
    if (lack) return this.forwardAlone(values, error, lack);
    const compared = compareBackward(flows, exprs, values, kinks, (e) => this.claimed.get(e) ?? 0);
    const below = new Set(kinks.flatMap(({ node }) => postorder(node.args)));
    const isMet = [...flows.of.keys()].some((e) => below.has(e));
    const conventions = kinks.map(
      ({ convention, at }) => `${convention}, used at ${printed(at).unicode}`,
    );
    return {
      parts: this.parts.flatMap((p): PartValues[] => {
        const flow = flows.of.get(p.expr);
        const backward = flow ? values.of(flow) : null;
        const own: PartValues = { ...p, forward: values.of(p.expr), backward };
        return backward && p.flow.cotangent === null ? [own, cotangentPart(p, backward)] : [own];
      }),
      loss: values.of(this.objective),
      conventions: isMet ? conventions : [],
      checked: {
        method: compared.method,
        derivatives: compared.count,
        maxRelativeError: Math.max(error, compared.maxRelativeError),
      },
      lack: null,
    };
  }

  private forwardAlone(values: Values, error: number, lack: NablaError | null): Pass {
    return {
      parts: this.parts.map((p) => ({ ...p, forward: values.of(p.expr), backward: null })),
      loss: values.of(this.objective),
      conventions: [],
      checked: { method: "floats of the input", derivatives: 0, maxRelativeError: error },
      lack,
    };
  }
}

/** A name that stands for what flows to a part, such as δ: its value is that. */
const cotangentPart = ({ flow, cotangent }: Part, value: Grid): PartValues => ({
  kind: "definition",
  expr: flow,
  name: cotangent,
  flow,
  cotangent,
  forward: value,
  backward: null,
});

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

/** The defined names of a problem, each after those that it is made of. */
function definitionsIn({ symbols }: Problem): Sym[] {
  const defined = [...symbols.values()].filter((s) => s.definition !== null);
  const known = new Set<Expr>(defined);
  return postorder(defined).filter((e): e is Sym => known.has(e));
}

/** Definitions in the names of earlier ones, also where these are written out again; and the same for an expression. */
function inNames(
  definitions: readonly Sym[],
  objective: Expr,
): { readonly named: ReadonlyMap<Sym, Sym>; readonly put: (e: Expr) => Expr } {
  const named = new Map<Sym, Sym>();
  const isLarge = objective.size > largestFolded;
  const folded = (e: Expr): Expr => {
    const inside = substitution(named)(e);
    const known = [...named.values()].filter(
      (s) => s.definition !== inside && argsOf(s.definition!).length > 0,
    );
    return isLarge || known.length === 0 ? inside : folder(known, (part) => part)(inside);
  };
  for (const s of definitions)
    named.set(s, sym(s.name, s.shape, s.properties, folded(s.definition!), s.member));
  return {
    named,
    put: (e) => {
      const own = [...named].find(([s]) => s.definition === e);
      return own ? own[1].definition! : folded(e);
    },
  };
}

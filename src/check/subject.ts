/** @file What answers are compared with: the derived result, and what else is known of the problem. */

import { derivatives } from "../derive/index.ts";
import type { Derivative, DeriveOptions, Kind, Structured } from "../derive/index.ts";
import type { Spelled } from "../derive/options.ts";
import { withNames } from "../derive/written.ts";
import { errors, NablaError } from "../diagnostics/errors.ts";
import { cotangentSymbol, isApply, isScalar, sym } from "../expr/expr.ts";
import type { Expr, Sym } from "../expr/expr.ts";
import { contains, postorder, substitution } from "../expr/walk.ts";
import { traced } from "../graph/model.ts";
import { pathsFrom } from "../graph/paths.ts";
import type { Probe } from "../numeric/probes.ts";
import { probesFor } from "../numeric/probes.ts";
import { add, negate, total } from "../ops/arithmetic.ts";
import type { Problem } from "../parse/problem.ts";
import { printers } from "../print/index.ts";
import { objectiveSymbol } from "../parse/problem.ts";
import { variableOf } from "../parse/variables.ts";
import type { Variable } from "../parse/variables.ts";
import { folder } from "../simplify/fold.ts";
import { simplify } from "../simplify/simplify.ts";
import { cotangentsIn, lossName } from "../steps/names.ts";
import type { Route } from "./ways.ts";
import { routesOf } from "./ways.ts";

/** How many points hypotheses are tried at. */
const probeCount = 8;

/** What an answer is to be: a derivative, or the value of a name. */
export type Expected = Spelled &
  Pick<Derivative, "expr" | "shape" | "layout" | "hvp"> & { readonly kind: Kind | "value" };

/** A result that answers are compared with; what is known of it is found once, when it is asked for. */
export class Subject {
  readonly problem: Problem;
  readonly variable: Variable;
  readonly expected: Expected;
  readonly seed: number;
  /** The problem as answers are read in it: with the indices that the variable has and the problem does not know. */
  readonly reading: Problem;
  private readonly options: DeriveOptions;
  /** `expected` where it is derived already. */
  constructor(
    problem: Problem,
    variable: Variable,
    options: DeriveOptions,
    expected: Expected = derivatives(problem, [variable], options)[0]!,
  ) {
    this.problem = problem;
    this.variable = variable;
    this.options = options;
    this.reading = withNames(problem, [], variable.part?.labels ?? []);
    this.seed = options.seed ?? 1;
    this.expected = expected;
  }

  /** The result. */
  get truth(): Expr {
    return this.expected.expr;
  }

  private loss: string | null = null;
  /** The letter of the objective below which cotangents stand. */
  get lossLetter(): string {
    return (this.loss ??= lossName(this.problem));
  }

  /** The free names of the problem, and what the result speaks of besides. */
  get names(): readonly Expr[] {
    return [...this.problem.symbols.values(), this.truth, ...this.reading.labels.values()];
  }

  private probed: readonly Probe[] | null = null;
  /** Points of several sizes at which the result is finite, with the values of the cotangents that are named. */
  get probes(): readonly Probe[] {
    return (this.probed ??= probesFor(this.names, [this.truth], this.seed, probeCount));
  }

  private readonly flows = new Map<Sym, Expr>();

  /**
   * What flows to a node of the problem: ∂L/∂z in terms of the problem's names.
   * @throws NablaError where it cannot be derived.
   */
  flowTo(cotangent: Sym): Expr {
    let found = this.flows.get(cotangent);
    const { of, by } = cotangent.cotangent!;
    if (!found) this.flows.set(cotangent, (found = this.derived(by, this.onTheWay(of))));
    return found;
  }

  /** The gradient by a name, or by a part of the problem that has none. */
  private derived(by: Expr, of: Sym | null): Expr {
    const { options } = this;
    const problem = of
      ? { ...this.problem, objective: of.definition!, objectiveName: of.name }
      : this.problem;
    const found = withPart(problem, by, "\u0000z");
    if (!found) {
      const text = by.kind === "sym" ? by.name : printers.unicode(by, {});
      throw errors.noPartOfLoss(null, text);
    }
    const { problem: around, symbol: own } = found;
    const { structured, seed } = options;
    const [gradient] = derivatives(around, [variableOf(own)], {
      kind: "gradient",
      verify: false,
      spellings: [],
      ...(structured && { structured }),
      ...(seed !== undefined && { seed }),
    });
    return gradient!.expr;
  }

  /** A scalar that the problem defines: ∂s/∂w is a gradient of its own. */
  private onTheWay(name: string): Sym | null {
    const found = this.problem.symbols.get(name);
    return found?.definition && isScalar(found) && name !== this.problem.objectiveName
      ? found
      : null;
  }

  /**
   * The cotangents in an answer that stand for something of the problem, and not for what it leaves open.
   * @throws NablaError for the derivative of something else than the loss.
   */
  cotangentsOf(answer: Expr): Sym[] {
    const given = new Set([...cotangentsIn(this.problem.objective), ...cotangentsIn(this.truth)]);
    const found = cotangentsIn(answer).filter((s) => !given.has(s));
    const { objectiveName, symbols } = this.problem;
    for (const { cotangent, name } of found) {
      const { of, by } = cotangent!;
      // A loss without a name may be called anything.
      const isUnnamed = objectiveName === null && !symbols.has(of);
      if (of === this.lossLetter || of === objectiveName || isUnnamed) {
        if (by === this.variable.symbol && this.expected.kind === "gradient")
          throw errors.circularAnswer(name);
      } else if (!this.onTheWay(of)) throw errors.notOfLoss(name, of, this.lossLetter);
    }
    return found;
  }

  /** Whether the problem is too large to be derived again and again. */
  private get isLarge(): boolean {
    return postorder([this.problem.objective]).length > mostNodes;
  }

  private routesKnown: readonly Route[] | null | undefined;
  /** The paths from the variable to the objective; null where there are none to be told. */
  get routes(): readonly Route[] | null {
    if (this.routesKnown === undefined) this.routesKnown = this.routesFound();
    return this.routesKnown;
  }

  private routesFound(): readonly Route[] | null {
    const { problem, variable, expected } = this;
    if (expected.kind !== "gradient" || variable.part || !isScalar(problem.objective)) return null;
    if (this.isLarge) return null;
    try {
      const graph = traced(problem, [variable.symbol], { paths: true });
      return routesOf(problem, pathsFrom(variable.symbol, graph), graph);
    } catch (error) {
      // Of what has no steps there are no paths.
      if (error instanceof NablaError) return null;
      throw error;
    }
  }

  private readonly otherwise = new Map<Structured, Expr>();
  /** The gradient in another convention of how a structured variable is varied. */
  variedAs(structured: Structured): Expr {
    let found = this.otherwise.get(structured);
    if (!found) {
      const options = { ...this.options, structured, verify: false, spellings: [] };
      found = derivatives(this.problem, [this.variable], options)[0]!.expr;
      this.otherwise.set(structured, found);
    }
    return found;
  }

  private othersKnown: readonly Other[] | null = null;
  /** The derivatives of the same kind by the other names of the problem. */
  get others(): readonly Other[] {
    return (this.othersKnown ??= this.othersFound());
  }

  private othersFound(): Other[] {
    const { problem, variable, expected } = this;
    const { kind } = expected;
    if ((kind !== "gradient" && kind !== "jacobian") || this.isLarge) return [];
    const objective = objectiveSymbol(problem);
    const within = new Set(postorder([problem.objective]));
    return [...problem.symbols.values()]
      .filter((s) => s !== variable.symbol && s !== objective && within.has(s))
      .slice(0, mostOthers)
      .flatMap((by): Other[] => {
        const expr = this.unverified(problem, variableOf(by), kind);
        return expr ? [{ by, expr, isOnTheWay: contains(by, variable.symbol) }] : [];
      });
  }

  /** A derivative that an answer is compared with only to say what it is; null where it has no form. */
  private unverified(problem: Problem, variable: Variable, kind: Kind): Expr | null {
    try {
      const options = { ...this.options, kind, verify: false, spellings: [] };
      return derivatives(problem, [variable], options)[0]!.expr;
    } catch (error) {
      if (error instanceof NablaError) return null;
      throw error;
    }
  }

  private linksKnown: readonly Other[] | null = null;
  /** The derivatives of the names on the way by the variable, and of the loss where more than that is asked for. */
  get links(): readonly Other[] {
    return (this.linksKnown ??= this.linksFound());
  }

  private linksFound(): Other[] {
    const { problem, variable, expected } = this;
    if (this.isLarge || variable.part) return [];
    const objective = objectiveSymbol(problem);
    const derived = (by: Sym, around: Problem, kind: "gradient" | "jacobian"): Other[] => {
      const expr = this.unverified(around, variable, kind);
      return expr ? [{ by, expr, isOnTheWay: true }] : [];
    };
    if (expected.kind === "hessian") {
      const loss = objective ?? sym(this.lossLetter, problem.objective.shape);
      return derived(loss, problem, "gradient");
    }
    if (expected.kind !== "gradient") return [];
    return [...problem.symbols.values()]
      .filter((s) => s !== objective && s.definition && contains(s.definition, variable.symbol))
      .slice(0, mostOthers)
      .flatMap((s) =>
        derived(s, { ...problem, objective: s.definition!, objectiveName: s.name }, "jacobian"),
      );
  }

  /** The cotangent of a name, as a symbol of the problem's loss. */
  cotangent(of: Expr): Sym {
    return cotangentSymbol(this.lossLetter, of);
  }
}

/** A problem in which a part of the objective has a name. */
export interface WithPart {
  readonly problem: Problem;
  readonly symbol: Sym;
}

/**
 * A problem in which what is asked of is a symbol: a name on the way, or a part of the objective, as it stands there or
 * within a product; null where the objective is not made of it.
 */
export function withPart(problem: Problem, e: Expr, name: string): WithPart | null {
  const { objective } = problem;
  const node = nodeIn(objective, e);
  if (node?.kind === "sym") return { problem, symbol: node };
  const body = node ?? simplify(opened(objective, e));
  if (body.kind === "sym") return null;
  const symbol = sym(name, body.shape, 0, body);
  const around = withNames(problem, [symbol]);
  if (node) return { problem: around, symbol };
  const whole = objective.kind === "sym" && objective.definition ? objective.definition : objective;
  const plain = simplify(whole);
  const folded = folder([symbol], simplify)(plain);
  const found = contains(folded, symbol) ? folded : withOpposite(plain, symbol, body);
  return found && { problem: { ...around, objective: found }, symbol };
}

/** b − Ax where the objective has Ax − b; null where it has not. */
function withOpposite(objective: Expr, symbol: Sym, body: Expr): Expr | null {
  if (!isApply(body, add)) return null;
  const opposite = simplify(total(body.args.map(negate)));
  const name = sym("\u0000o", body.shape, 0, opposite);
  const folded = folder([name], simplify)(objective);
  return contains(folded, name) ? substitution([[name, negate(symbol)]])(folded) : null;
}

/** The part of an expression that another is, by its definition where it is a name of its own; null where it is none. */
function nodeIn(objective: Expr, e: Expr): Expr | null {
  if (contains(objective, e)) return e;
  const open = opened(objective, e);
  if (contains(objective, open)) return open;
  const simple = simplify(open);
  return contains(objective, simple) ? simple : null;
}

/** An expression without the names that the objective does not know. */
function opened(objective: Expr, e: Expr): Expr {
  let open = e;
  for (let rounds = 0; rounds < mostRounds && !contains(objective, open); rounds++) {
    const names = postorder([open]).filter(
      (s): s is Sym => s.kind === "sym" && s.definition !== null && !contains(objective, s),
    );
    if (names.length === 0) break;
    open = substitution(names.map((s) => [s, s.definition!] as const))(open);
  }
  return open;
}

/** Names of names are opened so often. */
const mostRounds = 30;

/** Of problems with more nodes only the result itself is looked at. */
const mostNodes = 300;

/** How many other names derivatives are taken by. */
const mostOthers = 12;

/** The derivative by another name. */
export interface Other {
  readonly by: Sym;
  readonly expr: Expr;
  /** Whether the name is made of the variable. */
  readonly isOnTheWay: boolean;
}

/** The subject of what is asked. */
export function subjectOf(
  problem: Problem,
  variables: readonly Variable[],
  options: DeriveOptions,
): Subject {
  const [variable, ...more] = variables;
  if (!variable) throw errors.noVariable();
  if (more.length > 0) throw errors.answerToSeveral(variables.map(({ name }) => name));
  return new Subject(problem, variable, options);
}

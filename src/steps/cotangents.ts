/** @file The backward pass, step by step: the cotangent of each part from those of what it is used in. */

import { NablaError } from "../diagnostics/errors.ts";
import { inOrder, sweep } from "../diff/sweep.ts";
import type { Contribution } from "../diff/sweep.ts";
import { cotangentSymbol, sym } from "../expr/expr.ts";
import type { Expr, Sym } from "../expr/expr.ts";
import { dependents, postorder, substitution } from "../expr/walk.ts";
import { checked } from "../derive/check.ts";
import { within } from "../derive/gradient.ts";
import type { DeriveOptions } from "../derive/options.ts";
import { prepare } from "../derive/prepare.ts";
import type { Claim, Verification } from "../numeric/verify.ts";
import { add, inner, zeroOf } from "../ops/arithmetic.ts";
import type { Problem } from "../parse/problem.ts";
import { GivenRules } from "./given.ts";
import type { RuleUse } from "./given.ts";
import { isBrief } from "./parts.ts";
import type { LaidOut, Part } from "./parts.ts";

/** What one use of a part sends to its cotangent. */
export interface Use {
  /** The part, or the objective, in which it is used. */
  readonly by: Expr;
  /** The operations from the part up to there. */
  readonly through: readonly Expr[];
  /** The sum over an index among them. */
  readonly sum: Expr | null;
  /** What flows to that sum, or to the first of them, by the copies of the variables. */
  readonly cotangent: Expr;
  /** In the cotangents of what it is used in. */
  readonly flow: Expr;
  /** The same as the sweep has it, by the copies of the variables. */
  readonly sent: Expr;
}

/** The cotangent of a part, or of a variable. */
export interface CotangentStep {
  readonly of: Expr;
  /** What each use sends, in the order of the text. */
  readonly uses: readonly Use[];
  /** Their sum, in the cotangents of what the part is used in. */
  readonly flow: Expr;
  /** The same without cotangents. */
  readonly value: Expr;
  /** The same without cotangents, save those that are too long to be written out again and again. */
  readonly written: Expr;
  /** What the problem calls it, as δ = ∂L/∂z, defined to be the value; null where it does not. */
  readonly name: Sym | null;
  /** Of a variable that varies within a set: the part of its gradient in it. */
  readonly within: Expr | null;
}

/** What the backward pass begins with. */
interface Begin {
  /** The letter of the objective. */
  readonly loss: string;
  /** The cotangent of an objective that something is known to flow to; without it that is 1. */
  readonly seed?: Sym | null;
}

/** A backward pass. */
export interface Backward {
  /** From the objective down; the variables last. */
  readonly steps: readonly CotangentStep[];
  /** The cotangent that is given of the objective, in the place of 1. */
  readonly seed: Sym | null;
  /** null where the check was not asked for, or where no point was found at which parts can be moved. */
  readonly verification: Verification | null;
  /** Whether the variables move an expression that stands in a use. */
  readonly moves: (e: Expr) => boolean;
  /** The rules that the problem gives, by the operations that they were used for. */
  readonly given: ReadonlyMap<Expr, RuleUse>;
  /** The form to show of what flows, given the cotangents that it is in. */
  readonly at: (sent: Expr, cotangents: ReadonlyMap<Expr, Expr>) => Flowing;
}

/** What flows at some point. */
export interface Flowing {
  /** By the copies of the variables. */
  readonly sent: Expr;
  readonly shown: Expr;
}

/** The backward pass through the parts of a problem. */
export function backward(
  { problem, parts }: LaidOut,
  variables: readonly Sym[],
  { loss, seed = null }: Begin,
  options: DeriveOptions,
): Backward {
  const { objective, free, copies, tidy, shown } = prepare(problem, variables);
  const cotangentOf = new Map<Expr, Sym>(
    parts.map(({ expr }) => [expr, cotangentSymbol(loss, expr)]),
  );
  const flows: [Part["expr"], Expr][] = [];
  const given = new Map(
    parts.map(({ expr }) => [
      free(expr),
      (flow: Expr): Expr => {
        flows.push([expr, flow]);
        return cotangentOf.get(expr)!;
      },
    ]),
  );
  const inNames = substitution([...copies].map(([variable, copy]) => [copy, variable] as const));
  const targets = variables.map((v) => copies.get(v)!);
  const rules = new GivenRules(problem.given, options.seed ?? 1);
  const swept = sweep(objective, targets, tidy, {
    given,
    rule: rules.flows,
    ...(seed && { seed }),
  });
  for (const v of variables) {
    const flow = swept.cotangents.get(copies.get(v)!);
    if (flow) flows.push([v, flow]);
  }
  const users = new Map<Expr, Expr>(parts.map(({ expr }) => [free(expr), expr]));
  const values = new Map<Expr, Expr>();
  const writtens = new Map<Expr, Expr>();
  // Short products are written out where they stand, and not within what other names are defined to be.
  const writtenOut = substitution(
    parts.flatMap(({ expr, isShort }) => {
      const name = free(expr);
      return name.kind === "sym" ? [[name, isShort ? name.definition! : name] as const] : [];
    }),
  );
  const around: Ways = {
    parts: users,
    contributions: swept.contributions,
    objective: problem.objective,
  };
  const steps = flows.map(([of, flow]): CotangentStep => {
    const value = tidy.simplify(substitution(values)(flow));
    const written = tidy.simplify(substitution(writtens)(flow));
    const symbol = cotangentOf.get(of);
    const called = symbol && nameOf(problem, symbol);
    const name = called ? sym(called.name, called.shape, 0, value) : null;
    if (symbol) {
      values.set(symbol, name ?? value);
      writtens.set(symbol, name ?? (isBrief(written) ? written : symbol));
    }
    const at = copies.get(of as Sym) ?? free(of);
    const contributions = inOrder(swept.contributions.get(at) ?? []);
    const inSet = targets.includes(at as Sym) ? tidy.simplify(within(at as Sym, value)) : value;
    return {
      of,
      uses: contributions.flatMap((c) =>
        waysOf(c, around).map(({ by, through, sent }): Use => {
          const sum = through.find((e) => e.kind === "indexSum");
          return {
            by,
            through,
            sum: sum ? inNames(sum) : null,
            cotangent: swept.cotangents.get(sum ?? c.by)!,
            flow: shown(tidy.simplify(sent)),
            sent,
          };
        }),
      ),
      flow: shown(flow),
      name: name && (inNames(name) as Sym),
      value: shown(tidy.simplify(writtenOut(value))),
      written: shown(tidy.simplify(writtenOut(written))),
      within: inSet === value ? null : shown(tidy.simplify(writtenOut(inSet))),
    };
  });
  const moved = new Set<Expr>(targets);
  const moves = (e: Expr): boolean => dependents(postorder([e]), moved).has(e);
  const at = (sent: Expr, cotangents: ReadonlyMap<Expr, Expr>): Flowing => {
    const whole = tidy.simplify(substitution(cotangents)(sent));
    return { sent: whole, shown: shown(tidy.simplify(writtenOut(whole))) };
  };
  const verification = verified(problem, variables, { steps, seed }, options);
  return { steps, seed, verification, moves, given: rules.used, at };
}

/** δ, where a problem says δ = ∂L/∂z. */
const nameOf = ({ symbols }: Problem, cotangent: Sym): Sym | null =>
  [...symbols.values()].find((s) => s.definition === cotangent) ?? null;

/** What ways from a use up to the next part are found in. */
interface Ways {
  /** What the sweep goes through, and the part that it is. */
  readonly parts: ReadonlyMap<Expr, Expr>;
  readonly contributions: ReadonlyMap<Expr, readonly Contribution[]>;
  readonly objective: Expr;
}

/** The part, or the objective, that a use stands in, the operations up to there, and what is sent. */
type Way = Pick<Use, "by" | "through" | "sent">;

/** The ways up from a use: several where an operation on the way, which is no part, is used several times. */
function waysOf(
  c: Contribution,
  ways: Ways,
  before: readonly Expr[] = [],
  pull: (cotangent: Expr) => Expr | null = (e) => e,
  sent: Expr = c.flow,
): Way[] {
  const { parts, contributions, objective } = ways;
  const part = parts.get(c.by);
  // Of the transpose of a name the operation is the part.
  if (part && part.kind === "sym") return [{ by: part, through: before, sent }];
  const through = [...before, c.by];
  if (part) return [{ by: part, through, sent }];
  const above = contributions.get(c.by) ?? [];
  if (above.length === 0) return [{ by: objective, through, sent }];
  const down = (cotangent: Expr): Expr | null => {
    const flow = flowThrough(c, cotangent);
    return flow && pull(flow);
  };
  const split = above.length > 1 ? inOrder(above).map((up) => down(up.flow)) : [sent];
  if (split.includes(null)) return waysOf(above[0]!, ways, through, down, sent);
  return inOrder(above).flatMap((up, i) => waysOf(up, ways, through, down, split[i]!));
}

/** What an operation sends to an argument for a cotangent; null where that is not one formula. */
function flowThrough({ by, argument }: Contribution, cotangent: Expr): Expr | null {
  if (by.kind === "sym") return cotangent;
  if (by.kind !== "apply") return null;
  const flow = by.op.pullback(cotangent, by, ...by.args)[argument];
  return !flow || flow instanceof NablaError ? null : flow;
}

/**
 * Compares every cotangent with numbers at once: ∂L/∂P is the derivative by what is added to P wherever
 * it is used.
 */
function verified(
  problem: Problem,
  variables: readonly Sym[],
  { steps, seed }: Pick<Backward, "steps" | "seed">,
  options: DeriveOptions,
): Verification | null {
  const moved = new Map<Expr, Expr>();
  const claims: Claim[] = [];
  // What is claimed of a variable is claimed of the result.
  const ofParts = steps.filter(({ of }) => !variables.includes(of as Sym));
  for (const { of, value } of ofParts.toReversed()) {
    const change = sym(`\u0000ε${claims.length}`, of.shape);
    const still = substitution(moved)(of.kind === "sym" && of.definition ? of.definition : of);
    moved.set(of, add(still, change));
    claims.push({
      variable: change,
      at: sym(change.name, change.shape, 0, zeroOf(change.shape)),
      gradient: value,
    });
  }
  if (claims.length === 0) return null;
  const scalar = (e: Expr): Expr => (seed ? inner(seed, e) : e);
  const objective = scalar(substitution(moved)(problem.objective));
  try {
    return checked([{ objective, original: scalar(problem.objective), claims }], options);
  } catch (error) {
    // Next to what is only semidefinite, say, no part can be moved by itself.
    if (error instanceof NablaError && error.diagnostic.code === "no-point") return null;
    throw error;
  }
}

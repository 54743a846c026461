/** @file Rules that a problem gives: where they apply, whether they hold there, and what they send. */

import type { Dimension } from "../expr/dimension.ts";
import { errors } from "../diagnostics/errors.ts";
import { apply, constant, isApply, sym } from "../expr/expr.ts";
import type { Apply, Expr, Sym } from "../expr/expr.ts";
import type { OpFields } from "../expr/op.ts";
import { has, property } from "../expr/properties.ts";
import { postorder, substitution, upwards } from "../expr/walk.ts";
import { compared } from "../numeric/equations.ts";
import { add, matmul, product, total } from "../ops/arithmetic.ts";
import type { GivenRule } from "../parse/rules.ts";
import { toUnicode } from "../print/index.ts";

/** Where a rule was used, and what it needed. */
export interface RuleUse {
  readonly rule: GivenRule;
  /** The names that it needs to be symmetric; none where it holds for all values. */
  readonly symmetric: readonly Sym[];
  /** What its names stand for. */
  readonly bound: ReadonlyMap<Expr, Expr>;
}

/** Uses the rules of a problem in a sweep, and remembers where. */
export class GivenRules {
  /** By the operation that a rule was used for. */
  readonly used = new Map<Expr, RuleUse>();
  private readonly rules: readonly GivenRule[];
  private readonly seed: number;

  constructor(rules: readonly GivenRule[], seed: number) {
    this.rules = rules;
    this.seed = seed;
  }

  /** What flows to the arguments of a node, by the first rule for its operation; null without one. */
  readonly flows = (
    node: Apply,
    cotangent: Expr,
    moves: (arg: Expr) => boolean,
  ): ReturnType<OpFields["pullback"]> | null => {
    for (const rule of this.rules) {
      const bound = boundBy(rule.pattern as Apply, node, moves);
      if (!bound) continue;
      const sent = sentBy(rule, bound, node, cotangent);
      const own = node.op.pullback(cotangent, node, ...node.args);
      const isFor = (at: number): boolean => sent[at] !== null && moves(node.args[at]!);
      if (!node.args.some((_, at) => isFor(at))) continue;
      this.check(rule, cotangent, sent, own, isFor);
      const symmetric = holdsAlways(rule, this.seed)
        ? []
        : [...bound].flatMap(([name, value]) =>
            name.kind === "sym" && has(value.properties, property.symmetric) ? [name] : [],
          );
      this.used.set(node, { rule, symmetric, bound });
      return own.map((flow, at) => (isFor(at) ? sent[at]! : flow));
    }
    return null;
  };

  /** A rule that does not hold for the values that it is used for is a mistake, and is not used. */
  private check(
    rule: GivenRule,
    cotangent: Expr,
    sent: readonly (Expr | null)[],
    own: ReturnType<OpFields["pullback"]>,
    isFor: (at: number) => boolean,
  ): void {
    const g = sym("\u0000g", cotangent.shape);
    const put = substitution([[cotangent, g]]);
    for (const [at, flow] of sent.entries()) {
      const right = own[at];
      if (!isFor(at) || flow === null || !right || right instanceof Error) continue;
      if (compared(put(flow), put(right), this.seed) === "unequal")
        throw errors.ruleIsWrong(rule.span, toUnicode(right));
    }
  }
}

/** Whether a rule holds for values of which nothing is known. */
function holdsAlways({ pattern, flows, of }: GivenRule, seed: number): boolean {
  const { op, args } = pattern as Apply;
  const names = args.flatMap((arg) => (arg.kind === "sym" ? [arg] : []));
  const bare = new Map<Expr, Expr>(names.map((name) => [name, sym(name.name, name.shape)]));
  const g = sym("\u0000g", of.shape);
  const others = args.map((arg) => bare.get(arg) ?? arg);
  if (op.shape(others) === null) return false;
  const own = op.pullback(g, apply(op, others), ...others);
  return flows.every(([to, flow]) => {
    const right = own[args.indexOf(to)];
    if (!right || right instanceof Error) return false;
    const put = substitution([...bare, ...cotangentsOf(flow).map((c) => [c, g] as const)]);
    return compared(put(flow), put(right), seed) !== "unequal";
  });
}

const cotangentsOf = (e: Expr): Sym[] =>
  postorder([e]).flatMap((s) => (s.kind === "sym" && s.cotangent ? [s] : []));

/** What the names of a pattern stand for in a node; null where it does not fit. */
function boundBy(
  pattern: Apply,
  node: Apply,
  moves: (arg: Expr) => boolean,
): ReadonlyMap<Expr, Expr> | null {
  if (node.op !== pattern.op) return null;
  const args = asMany(node, pattern.args.length, moves);
  if (!args) return null;
  const bound = new Map<Expr, Expr>();
  for (const [i, name] of pattern.args.entries()) {
    if (name.kind === "num" ? name !== args[i] : bound.has(name)) return null;
    bound.set(name, args[i]!);
  }
  return bound;
}

/** The arguments of a node as so many: what does not move in a longer product or sum stands together. */
function asMany(node: Apply, count: number, moves: (arg: Expr) => boolean): readonly Expr[] | null {
  const { args } = node;
  if (args.length === count) return args;
  if (count !== 2 || args.length < 2) return null;
  const at = args.findIndex(moves);
  if (args.filter(moves).length !== 1) return null;
  const joined = (all: readonly Expr[]): Expr =>
    isApply(node, add) ? total(all) : product(...all);
  if (isApply(node, matmul) || isApply(node, add)) {
    if (at === 0) return [args[0]!, joined(args.slice(1))];
    if (at === args.length - 1) return [joined(args.slice(0, -1)), args[at]!];
  }
  return null;
}

/** What a rule sends to each argument; null where it says nothing. */
function sentBy(
  { of, pattern, flows }: GivenRule,
  bound: ReadonlyMap<Expr, Expr>,
  node: Apply,
  cotangent: Expr,
): (Expr | null)[] {
  const cotangents = flows.flatMap(([, flow]) => cotangentsOf(flow));
  const put = instantiated(
    new Map([...bound, [of, node], ...cotangents.map((c) => [c, cotangent] as const)]),
  );
  const names = (pattern as Apply).args;
  return node.args.map((arg) => {
    const name = names.find((n) => bound.get(n) === arg);
    const found = flows.find(([to]) => to === name);
    return found ? put(found[1]) : null;
  });
}

/** Puts values for names, and their sizes for those of the names: each 𝟏 and I becomes as large as they are. */
function instantiated(values: ReadonlyMap<Expr, Expr>): (e: Expr) => Expr {
  const sizes = new Map<Dimension, Dimension>();
  for (const [name, value] of values)
    for (const axis of [0, 1] as const) sizes.set(name.shape[axis], value.shape[axis]);
  const sized = (d: Dimension): Dimension => sizes.get(d) ?? d;
  const done = new Map<Expr, Expr>(values);
  return (e) =>
    upwards(e, done, (node, parts) => {
      if (node.kind !== "apply") return node;
      if (parts.length > 0) return apply(node.op, parts);
      return constant(node.op, [sized(node.shape[0]), sized(node.shape[1])]);
    });
}

/** @file A problem laid out in parts: each operation of its objective that a step speaks of, under a name. */

import { NablaError } from "../diagnostics/errors.ts";
import { one } from "../expr/dimension.ts";
import type { Dimension } from "../expr/dimension.ts";
import {
  cotangentSymbol,
  isApply,
  isBoundIndex,
  isColumn,
  isRow,
  isScalar,
  sym,
} from "../expr/expr.ts";
import type { Apply, Expr, Sym } from "../expr/expr.ts";
import { argsOf, children, dependents, postorder, substitution, withArgs } from "../expr/walk.ts";
import { prepare } from "../derive/prepare.ts";
import { withNames } from "../derive/written.ts";
import { add, hadamard, matmul, scale, transpose } from "../ops/arithmetic.ts";
import { isMembersName } from "../ops/indexing.ts";
import { definitePower, inverse } from "../ops/matrix.ts";
import { objectiveSymbol } from "../parse/problem.ts";
import type { Problem } from "../parse/problem.ts";
import { cost } from "../simplify/cost.ts";
import { isOnes } from "../simplify/forms.ts";
import { unsigned } from "../simplify/term.ts";
import { Letters } from "./letters.ts";

export const levels = ["key", "all"] as const;
/** How much is a step of its own: what a model solution names, or every operation. */
export type Level = (typeof levels)[number];

/** A part of an objective that steps speak of. */
export interface Part {
  /** A name, or the transpose or inverse of one. */
  readonly expr: Expr;
  /** Whether the problem itself gave the name. */
  readonly isGiven: boolean;
  /** Whether what it stands for is as short as a name: it is written out in values. */
  readonly isShort: boolean;
}

/** Whether a value is short enough to be written out in others, again and again. */
export const isBrief = (value: Expr): boolean => value.size <= 40;

/** A problem in which every part of the objective has a name. */
export interface LaidOut {
  readonly problem: Problem;
  /** Parts before what is made of them; those that the variables move. */
  readonly parts: readonly Part[];
  /** Definitions of the problem that the variables do not move, and that the objective uses. */
  readonly fixed: readonly Sym[];
}

/** How a problem is laid out besides. */
interface Laying {
  /** Whether an objective that is a single function is opened. */
  readonly opens?: boolean;
  /** The index of the term of a sum that the objective is. */
  readonly index?: string | null;
  /** Names that a result uses besides those of the problem. */
  readonly taken?: readonly string[];
}

/**
 * Lays out the objective of a problem as far as the variables reach. An objective that is a single
 * function of the variables, such as softmax(βx), is opened where it `opens`: what it is defined to be has
 * parts.
 */
export function laidOut(
  problem: Problem,
  variables: readonly Sym[],
  level: Level,
  { opens = false, index = null, taken = [] }: Laying = {},
): LaidOut {
  const counted = new Letters(problem, { index, taken });
  layOut(problem, variables, { level, opens }, counted);
  return layOut(problem, variables, { level, opens }, counted.again());
}

function layOut(
  problem: Problem,
  variables: readonly Sym[],
  { level, opens }: { readonly level: Level; readonly opens: boolean },
  letters: Letters,
): LaidOut {
  // Of the copies of the variables no more is known than holds while they vary.
  const prepared = prepare(problem, variables);
  const { tidy, copies } = prepared;
  const wanted = new Set<Expr>(copies.values());
  const simplified = (s: Sym): Expr | null =>
    wanted.has(s) || s.definition === null ? null : tidy.simplify(s.definition);
  // An objective that is a name is what that is defined to be.
  const closed =
    (prepared.objective.kind === "sym" ? simplified(prepared.objective) : null) ??
    prepared.objective;
  const objective = opens && closed.kind === "apply" ? openedUp(closed) : closed;
  const below = (e: Expr): readonly Expr[] => {
    if (e.kind !== "sym") return children(e);
    const definition = simplified(e);
    return definition ? [definition] : [];
  };
  const order = postorder([objective], below);
  const moving = dependents(order, wanted, below);
  const users = usersOf(order, below);
  const put = new Map<Expr, Expr>();
  const parts: Part[] = [];
  const fixed: Sym[] = [];
  const names = new Map<string, Sym>();
  // Of what is laid out, whether a variable moves it.
  const movingParts = new Set<Expr>();
  const isMoving = (e: Expr): boolean => movingParts.has(e);
  const mark = (e: Expr, does: boolean): Expr => {
    if (does) movingParts.add(e);
    return e;
  };
  // The same part of two products has one name.
  const known = new Map<Expr, Expr>();
  const named = (e: Expr, properties = e.properties): Expr => {
    let name = known.get(e);
    if (!name) {
      name = mark(sym(letters.next(e), e.shape, properties, e), true);
      known.set(e, name);
      parts.push({ expr: name, isGiven: false, isShort: isAsShort(e) });
    }
    return name;
  };
  for (const node of order) {
    const isMoved = moving.has(node);
    if (node.kind === "sym") {
      const definition = simplified(node);
      if (definition === null) {
        put.set(node, mark(node, isMoved));
        continue;
      }
      const of = put.get(definition)!;
      const name = sym(node.name, node.shape, node.properties, of, node.member);
      put.set(node, mark(name, isMoved));
      names.set(name.name, name);
      if (isMembersName(node.name)) {
        // The name of all members of a family side by side is none that people write.
        const isWhole = users.get(node)?.every((e) => !isEntryOf(e)) === true;
        if (isWhole) put.set(node, of);
        continue;
      }
      if (isMoved) parts.push({ expr: name, isGiven: true, isShort: false });
      else fixed.push(name);
      continue;
    }
    const rebuilt = withArgs(
      node,
      argsOf(node).map((arg) => put.get(arg)!),
    );
    if (
      !isMoved ||
      node.kind !== "apply" ||
      rebuilt.kind !== "apply" ||
      rebuilt.free.some(isBoundIndex)
    ) {
      put.set(node, mark(rebuilt, isMoved));
      continue;
    }
    // A power of AᵀA needs to see that it is semidefinite.
    const isSeen = users.get(node)?.some((e) => isApply(e, definitePower)) === true;
    const inPairs =
      isApply(rebuilt, matmul) && !isSeen ? paired(rebuilt, isMoving, named) : rebuilt;
    mark(inPairs, true);
    // What a name is defined to be is that name.
    const isDefinition = users.get(node)?.[0]?.kind === "sym";
    if (isMark(inPairs) && !isDefinition) {
      // Once in the list, however often it is used.
      if (!parts.some((part) => part.expr === inPairs))
        parts.push({ expr: inPairs, isGiven: false, isShort: false });
      put.set(node, inPairs);
      continue;
    }
    const isPart =
      node !== objective &&
      !isDefinition &&
      !isSeen &&
      isPartOf(node, users, { objective, level, moving }) &&
      hasRule(node, moving);
    put.set(node, isPart ? named(inPairs, node.properties) : (known.get(inPairs) ?? inPairs));
  }
  const back = substitution([...copies].map(([variable, copy]) => [copy, variable] as const));
  const found = parts.map(
    ({ expr, isGiven, isShort }): Part => ({ expr: back(expr), isGiven, isShort }),
  );
  const given = new Map([...names].map(([name, s]) => [name, back(s) as Sym]));
  const laid = renamed(problem, back(put.get(objective)!), given, variables);
  return {
    problem: withNames(
      laid,
      found.flatMap(({ expr, isGiven, isShort }) =>
        expr.kind === "sym" && !isGiven && !isShort ? [expr] : [],
      ),
    ),
    parts: found,
    fixed: fixed.map((s) => back(s) as Sym),
  };
}

/** A problem with an objective in the names of its parts; the symbols that this does not use follow. */
function renamed(
  problem: Problem,
  laidOut: Expr,
  names: ReadonlyMap<string, Sym>,
  variables: readonly Sym[],
): Problem {
  const { symbols } = problem;
  const named = objectiveSymbol(problem);
  const known = [...symbols].flatMap(([name, s]) => {
    if (variables.includes(s)) return [[s, s] as const];
    const isObjective = s === named && s.definition !== null;
    const to = isObjective ? sym(name, s.shape, s.properties, laidOut, s.member) : names.get(name);
    return to ? [[s, to] as const] : [];
  });
  const put = substitution(known);
  // What is a derivative by a name is one by what that name now is.
  const cotangents = postorder([problem.objective, laidOut, ...symbols.values()]).flatMap((e) =>
    e.kind === "sym" && e.cotangent
      ? [[e, cotangentSymbol(e.cotangent.of, put(e.cotangent.by))] as const]
      : [],
  );
  const all = substitution([...known, ...cotangents]);
  return {
    ...problem,
    objective: substitution(cotangents)(laidOut),
    objectiveName: named?.name ?? null,
    symbols: new Map([...symbols].map(([name, s]) => [name, all(s) as Sym])),
  };
}

/** What reads as easily as a name: products XXᵀ, K⁻¹YYᵀ, and 1 − p. */
const isAsShort = (e: Expr): boolean =>
  (isApply(e, matmul) && !isVector(e) && cost(e) <= longestShort) || isBesideOne(e);
const longestShort = 4;

/** Whether a sum is of a name, or of its opposite, and of a constant. */
const isBesideOne = (e: Expr): boolean =>
  isApply(e, add) && e.args.length === 2 && e.args.some(isConstant) && e.args.every(isAtom);
const isConstant = (e: Expr): boolean => e.kind === "num" || isOnes(e);
const isAtom = (e: Expr): boolean => isConstant(e) || unsigned(e).kind === "sym";

/** What an operation is defined to be by others; itself where it is not. */
const openedUp = (e: Apply): Expr => e.op.expand?.(...e.args) ?? e;

/** What the name of a part stands for, in the names of other parts; null of a transpose or an inverse. */
export const definitionOf = ({ expr }: Part): Expr | null =>
  expr.kind === "sym" ? expr.definition : null;

/** The transpose or the inverse of a matrix that is a name: it needs no name of its own. */
const isMark = (e: Expr): boolean =>
  ((isApply(e, transpose) && !isVector(e)) || isApply(e, inverse)) && e.args[0]!.kind === "sym";

const isVector = (e: Expr): boolean => isColumn(e) || isRow(e);

/** What uses each node, as often as it does. */
function usersOf(
  order: readonly Expr[],
  below: (e: Expr) => readonly Expr[],
): ReadonlyMap<Expr, readonly Expr[]> {
  const users = new Map<Expr, Expr[]>();
  for (const node of order)
    for (const part of below(node)) {
      const all = users.get(part);
      if (all) all.push(node);
      else users.set(part, [node]);
    }
  return users;
}

/** Whether what flows to its arguments has a form; tr(Aᵏ) has a rule of its own where Aᵏ has none. */
function hasRule(node: Apply, moving: ReadonlySet<Expr>): boolean {
  const g = cotangentSymbol("L", node);
  return node.op
    .pullback(g, node, ...node.args)
    .every((flow, i) => !(flow instanceof NablaError) || !moving.has(node.args[i]!));
}

/** What decides which nodes stand apart. */
interface Around {
  readonly objective: Expr;
  readonly level: Level;
  readonly moving: ReadonlySet<Expr>;
}

/** Whether a node stands apart from what uses it. */
function isPartOf(
  node: Apply,
  users: ReadonlyMap<Expr, readonly Expr[]>,
  { objective, level, moving }: Around,
): boolean {
  // xᵀ in xᵀy is the product's own.
  if (isApply(node, transpose) && isVector(node)) return false;
  const all = users.get(node) ?? [];
  const [user] = all;
  const isScaled = (e: Expr): boolean => isMultiple(e, moving);
  // A fixed scalar before a part belongs to the sum or the product that it stands in.
  if (isScaled(node)) return all.length > 1;
  if (all.length > 1) return true;
  if (isScaled(user!)) {
    const [above] = users.get(user!) ?? [];
    // ½‖K‖² is one operation.
    if (user === objective || above?.kind === "sym") return false;
    if (level === "all" || !isApply(above!, add)) return true;
    const isTerm = isScalar(node) && isTermOf(user!, users, objective);
    return !isTerm && !(isLinear(node) && unsigned(user!) === node);
  }
  if (level === "all") return true;
  // o − x, and an entry of a name: what is made of it is read at sight.
  if (isSumOfNames(node) || isEntry(node)) return false;
  if (isScalar(node) && isTermOf(user!, users, objective)) return false;
  return !(isApply(user!, add) && isLinear(node));
}

/** Whether what stands here is a term of the objective, or of a name that is defined. */
function isTermOf(user: Expr, users: ReadonlyMap<Expr, readonly Expr[]>, objective: Expr): boolean {
  let at = user;
  while (isApply(at, scale) || isApply(at, add)) {
    const [above, ...others] = users.get(at) ?? [];
    if (at === objective || above?.kind === "sym") return true;
    if (!above || others.length > 0) return false;
    at = above;
  }
  return false;
}

/** a, a − b: at most two names. */
const isSumOfNames = (e: Expr): boolean =>
  isApply(e, add) && e.args.length === 2 && e.args.every((term) => unsigned(term).kind === "sym");

const isEntryOf = (e: Expr): boolean => e.kind === "apply" && e.op.notation.kind === "entry";
const isEntry = (e: Apply): boolean => isEntryOf(e) && e.args[0]!.kind === "sym";

/** Scalars that nothing moves times one factor. */
const isMultiple = (e: Expr, moving: ReadonlySet<Expr>): boolean =>
  isApply(e, scale) && !e.args.slice(0, -1).some((scalar) => moving.has(scalar));

/** A product, or a scalar that is a term of a sum: its rule is read at sight. */
const isLinear = (e: Apply): boolean =>
  isApply(e, matmul) ||
  isApply(e, scale) ||
  isApply(e, hadamard) ||
  isApply(e, transpose) ||
  isScalar(e);

/**
 * A product in pairs, in the order in which it takes the fewest multiplications: what no variable moves
 * stands together, and each inner pair has a name.
 */
function paired({ args }: Apply, isMoving: (e: Expr) => boolean, named: (e: Expr) => Expr): Expr {
  const factors: Expr[] = [];
  for (const factor of args) {
    const last = factors.at(-1);
    if (last && !isMoving(last) && !isMoving(factor))
      factors[factors.length - 1] = matmul(...chain(last), factor);
    else factors.push(factor);
  }
  const split = cheapest(factors);
  const build = (from: number, to: number): Expr => {
    if (to - from === 1) return factors[from]!;
    const at = split(from, to);
    const [left, right] = [build(from, at), build(at, to)];
    const pair = matmul(left, right);
    return from === 0 && to === factors.length ? pair : named(pair);
  };
  return build(0, factors.length);
}

const chain = (e: Expr): readonly Expr[] => (isApply(e, matmul) ? e.args : [e]);

/** A size that is a letter counts as many. */
const many = 1000;
const count = (d: Dimension): number =>
  d === one ? 1 : d.names.reduce((product) => product * many, d.coefficient);

/** Where to split each stretch of a product so that it takes the fewest multiplications. */
function cheapest(factors: readonly Expr[]): (from: number, to: number) => number {
  const memory = new Map<string, { cost: number; at: number }>();
  const best = (from: number, to: number): { cost: number; at: number } => {
    const key = `${from} ${to}`;
    const known = memory.get(key);
    if (known) return known;
    let found = { cost: to - from === 1 ? 0 : Infinity, at: from };
    const [rows, columns] = [factors[from]!.shape[0], factors[to - 1]!.shape[1]];
    for (let at = from + 1; at < to; at++) {
      const own = count(rows) * count(factors[at]!.shape[0]) * count(columns);
      const whole = best(from, at).cost + best(at, to).cost + own;
      if (whole < found.cost) found = { cost: whole, at };
    }
    memory.set(key, found);
    return found;
  };
  return (from, to) => best(from, to).at;
}

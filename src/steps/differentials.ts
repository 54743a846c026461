/** @file The forward pass of differentials: the change of each part for changes of what it is made of. */

import { errors } from "../diagnostics/errors.ts";
import { differential } from "../diff/differential.ts";
import { gradientBy, sweep } from "../diff/sweep.ts";
import { within } from "../derive/gradient.ts";
import { prepare } from "../derive/prepare.ts";
import { differentialSymbol, isApply, isScalar, sym } from "../expr/expr.ts";
import type { Expr, Sym } from "../expr/expr.ts";
import { has, property, structureOf } from "../expr/properties.ts";
import {
  argsOf,
  contains,
  dependents,
  postorder,
  substitution,
  upwards,
  withArgs,
} from "../expr/walk.ts";
import {
  add,
  hadamard,
  inner,
  matmul,
  scale,
  total,
  trace,
  transpose,
  transposed,
  zeroOf,
} from "../ops/arithmetic.ts";
import type { Problem } from "../parse/problem.ts";
import type { IndexLetters } from "../print/alphabet.ts";
import { isZero } from "../simplify/forms.ts";
import { isShort } from "../simplify/name.ts";
import { openedOnce } from "../simplify/multiply.ts";
import { mostTerms } from "../simplify/term.ts";
import type { LaidOut } from "./parts.ts";

/** The differential of a part, or of the objective. */
export interface DifferentialStep {
  /** The name; null of the objective. */
  readonly of: Sym | null;
  /** What changes. */
  readonly definition: Expr;
  /** In the differentials of what it is made of. */
  readonly local: Expr;
  /** In that of the variable alone. */
  readonly whole: Expr;
  /** The symmetric names that let terms of it be taken together. */
  readonly symmetric: readonly Sym[];
  /** The same of an objective, with its name where what it is defined to be stands: u/s = y. */
  readonly byName: Expr | null;
}

/** A forward pass by one variable. */
export interface Forward {
  readonly steps: readonly DifferentialStep[];
  /** Whether an expression of the definitions changes with the variable. */
  readonly moves: (e: Expr) => boolean;
  /** dX of the variable. */
  readonly direction: Sym;
  /** The letters that the problem gives to indices. */
  readonly letters: IndexLetters;
  /** ⟨∂L/∂y, dy⟩ of an objective y that ∂L/∂y is given of. */
  readonly start: Expr | null;
  /** The terms of the differential of the loss as ⟨G, dX⟩, each by its G; none of a map. */
  readonly gradients: readonly Expr[];
  /** The differential of a scalar objective term by term, where it was in brackets. */
  readonly open: Expr | null;
  /** Of a variable that varies within a set: the part of their sum in it. */
  readonly within: Expr | null;
}

/** What a forward pass may be told besides. */
interface Besides {
  /** What flows to the objective. */
  readonly seed?: Sym | null;
  /** What stands for the differentials of sums over an index in the objective. */
  readonly sums?: ReadonlyMap<Expr, Sym>;
  /** What an objective without a name is called. */
  readonly name?: string;
}

/** The differentials of all parts that a variable moves, up to the objective. */
export function forward(
  { problem, parts }: LaidOut,
  variable: Sym,
  { seed = null, sums = new Map(), name: letter }: Besides = {},
): Forward {
  const { objective, free, copies, tidy, shown } = prepare(problem, [variable], { isMap: true });
  const copy = copies.get(variable)!;
  const structure = isScalar(copy) ? null : structureOf(copy.properties);
  const direction = differentialSymbol(variable, structure ? property[structure] : 0);
  const all = parts.flatMap(({ expr }) => (expr.kind === "sym" ? [expr] : []));
  const moved = dependents(postorder(all.map(free)), new Set<Expr>([copy]));
  const names = all.filter((name) => moved.has(free(name)));
  const own = new Map<Expr, Sym>([[copy, direction]]);
  for (const name of names) own.set(free(name), differentialSymbol(name));
  // Beside the part that changes the others stand still.
  const still = new Map<Expr, Sym>(
    [...own.keys()].map((name) => [
      name,
      name === copy ? copy : sym((name as Sym).name, name.shape, name.properties),
    ]),
  );
  const stopped = substitution(still);
  const going = substitution([...still].map(([name, leaf]) => [leaf, name] as const));
  const wholes = new Map<Expr, Expr>();
  const stands = new Map<Expr, Sym>(
    [...sums].map(([sum, d]) => [free(sum), sym(`\u0000${d.name}`, sum.shape)]),
  );
  const sumOf = substitution([...stands].map(([sum, standing]) => [standing, sum] as const));
  for (const [sum, d] of sums) {
    const standing = stands.get(free(sum))!;
    own.set(standing, d);
    still.set(standing, standing);
  }
  /** What stands in the place of sums; that is not so within the definitions of names. */
  const withStanding = (e: Expr): Expr =>
    upwards(e, new Map<Expr, Expr>(stands), (node, parts) => withArgs(node, parts));
  const changeOf = (definition: Expr, isOfSum = false): Free => {
    const fixed = stopped(isOfSum ? definition : withStanding(definition));
    const used = new Set(postorder([fixed], argsOf));
    const changes = [...own].flatMap(([name, d]) => {
      const leaf = still.get(name)!;
      if (!used.has(leaf)) return [];
      if (leaf === name && name !== copy && !wholes.has(d))
        wholes.set(d, changeOf(sumOf(name), true).whole);
      return [differential(fixed, leaf, d, tidy)];
    });
    const sum = changes.length > 0 ? total(changes) : zeroOf(definition.shape);
    const local = tidy.simplify(sumOf(going(sum)));
    const whole = substitution(wholes)(local);
    if (!isShort(whole))
      throw errors.notYet(undefined, "differentials of so many parts", {
        hint: "--style cotangent",
      });
    return { local, put: whole, whole: tidy.simplify(whole) };
  };
  const shownChange = (local: Expr, put: Expr, whole: Expr): Change => {
    const last = upright(shown(whole));
    const isMerged = termCount(last) < termCount(put);
    return {
      local: upright(shown(local)),
      whole: last,
      symmetric: isMerged ? symmetricNames(put) : [],
    };
  };
  const steps: DifferentialStep[] = [];
  for (const name of names) {
    const freed = free(name);
    if (freed.kind !== "sym" || !freed.definition) continue;
    const { local, put, whole } = changeOf(tidy.simplify(freed.definition));
    wholes.set(own.get(freed)!, whole);
    steps.push({
      of: name,
      definition: name.definition!,
      ...shownChange(local, put, whole),
      byName: null,
    });
  }
  const { local, put, whole } = changeOf(objective);
  steps.push({
    of: null,
    definition: problem.objective,
    ...shownChange(local, put, whole),
    byName: isScalar(whole) ? null : byName(whole, letter, problem, variable),
  });
  const ofLoss = seed ? tidy.simplify(inner(seed, whole)) : whole;
  const terms = isScalar(ofLoss) ? termsIn(ofLoss, direction, (e) => tidy.simplify(e)) : [];
  const isOpened = terms.length > (isApply(ofLoss, add) ? ofLoss.args.length : 1);
  const each = terms.map((term) => gradientBy(sweep(term, [direction], tidy), direction));
  const isSomething = each.some((e) => !isZero(e));
  const found = isSomething ? each.filter((e) => !isZero(e)) : each.slice(0, 1);
  const sum = found.length > 0 ? total(found) : zeroOf(copy.shape);
  const inSet = structure === null ? null : shown(tidy.simplify(within(copy, tidy.simplify(sum))));
  const apart = terms.map((term) => upright(shown(term)));
  const moving = new Set<Expr>([variable, ...names]);
  const moves = (e: Expr): boolean => dependents(postorder([e], argsOf), moving, argsOf).has(e);
  return {
    steps,
    direction,
    letters: problem.indices,
    start: seed && inner(seed, differentialSymbol(seed.cotangent!.by as Sym)),
    moves,
    gradients: found.map(shown),
    open: isOpened ? add(...apart) : null,
    within: inSet,
  };
}

/** What a map changes by, with the name of the map in it; null where it has none. */
function byName(
  change: Expr,
  letter: string | undefined,
  problem: Problem,
  variable: Sym,
): Expr | null {
  const named = letter === undefined ? problem : withName(problem, letter);
  if (named.objectiveName === null) return null;
  return upright(prepare(named, [variable], { isMap: true, holdsOutput: true }).shown(change));
}

/** What something changes by, by the free names: as it is put together, and simplified. */
interface Free {
  readonly local: Expr;
  readonly put: Expr;
  readonly whole: Expr;
}

/** The same as it is shown. */
type Change = Pick<DifferentialStep, "local" | "whole" | "symmetric">;

/** How many terms there are when everything is multiplied out. */
function termCount(e: Expr): number {
  if (isApply(e, add)) return e.args.reduce((sum, term) => sum + termCount(term), 0);
  const isLinear = [matmul, scale, hadamard, trace, transpose].some((op) => isApply(e, op));
  return isLinear ? argsOf(e).reduce((product, arg) => product * termCount(arg), 1) : 1;
}

const symmetricNames = (e: Expr): Sym[] =>
  postorder([e], argsOf).filter(
    (part): part is Sym =>
      part.kind === "sym" && !isScalar(part) && has(part.properties, property.symmetric),
  );

/** A problem whose objective has a name. */
function withName(problem: Problem, name: string): Problem {
  if (problem.objectiveName !== null) return problem;
  const { objective, symbols } = problem;
  const named = sym(name, objective.shape, objective.properties, objective);
  return { ...problem, objectiveName: name, symbols: new Map([...symbols, [name, named]]) };
}

/**
 * The terms of a differential, with those brackets multiplied out that hold the direction, as far as they
 * are few.
 */
function termsIn(whole: Expr, direction: Sym, simplify: (e: Expr) => Expr): Expr[] {
  const isWorth = (sum: Expr): boolean => contains(sum, direction);
  const open = [whole];
  const terms: Expr[] = [];
  for (let next = open.shift(); next; next = open.shift()) {
    const parts = openedOnce(next, isWorth);
    if (parts === null || open.length + terms.length > mostTerms) terms.push(next);
    else open.unshift(...parts.map(simplify));
  }
  return terms;
}

/** Inner products and traces turned so that what changes is not transposed: uᵀ(du), tr(X⁻¹(dX)). */
export function upright(e: Expr): Expr {
  return upwards(e, new Map(), (node, parts) => {
    const made = withArgs(node, parts);
    if (isApply(made, trace)) return trace(turned(made.args[0]!));
    return isScalar(made) && isApply(made, matmul) ? turned(made) : made;
  });
}

/** A product or its transpose, whichever has fewer transposes. */
function turned(e: Expr): Expr {
  const other = acrossProducts(e);
  const [here, there] = [transposesIn(e), transposesIn(other)];
  const gain = here.ofChanges - there.ofChanges || here.all - there.all;
  return gain > 0 ? other : e;
}

/** The transpose, taken of each factor and term. */
function acrossProducts(e: Expr): Expr {
  if (isApply(e, matmul)) return matmul(...e.args.toReversed().map(acrossProducts));
  if (isApply(e, add)) return add(...e.args.map(acrossProducts));
  if (isApply(e, scale)) return scale(...e.args.slice(0, -1), acrossProducts(e.args.at(-1)!));
  return isApply(e, hadamard) ? hadamard(...e.args.map(acrossProducts)) : transposed(e);
}

/** How many transposes an expression has, and how many of them are of what changes. */
function transposesIn(e: Expr): { readonly all: number; readonly ofChanges: number } {
  const found = postorder([e], argsOf).filter((part) => isApply(part, transpose));
  const isChange = (part: Expr): boolean => part.kind === "sym" && part.differential !== null;
  const ofChanges = found.filter((part) => postorder([part], argsOf).some(isChange));
  return { all: found.length, ofChanges: ofChanges.length };
}

/** @file Stationary points: the gradient set to zero and solved, where it is affine in the variable. */

import { spelled } from "./options.ts";
import { differential } from "../diff/differential.ts";
import { matrixOfMap } from "../diff/jacobian.ts";
import { gradientBy, sweep } from "../diff/sweep.ts";
import { errors } from "../diagnostics/errors.ts";
import { withIndex } from "../expr/binding.ts";
import { indexSymbol, isBoundIndex, isColumn, isScalar, sym, unit } from "../expr/expr.ts";
import type { Expr, Sym } from "../expr/expr.ts";
import type { OpFields } from "../expr/op.ts";
import { closed, has, property } from "../expr/properties.ts";
import type { PropertyName } from "../expr/properties.ts";
import { contains, dependents, postorder, substitution } from "../expr/walk.ts";
import { add, negate, zeroOf } from "../ops/arithmetic.ts";
import { compared, isSomewhereInvertible } from "../numeric/equations.ts";
import { one } from "../expr/dimension.ts";
import { diagonalMatrix, diagonalVector } from "../ops/structure.ts";
import { objectiveSymbol } from "../parse/problem.ts";
import type { Problem } from "../parse/problem.ts";
import type { Variable } from "../parse/variables.ts";
import { toUnicode } from "../print/index.ts";
import { cost } from "../simplify/cost.ts";
import { isZero, unscaled } from "../simplify/forms.ts";
import { openedOnce } from "../simplify/multiply.ts";
import { mostTerms } from "../simplify/term.ts";
import { withNumberOutside } from "../simplify/common-scalars.ts";
import { simplify } from "../simplify/simplify.ts";
import { checked } from "./check.ts";
import { claimOf, within } from "./gradient.ts";
import type { DeriveOptions, Derivative } from "./options.ts";
import { prepare, setOf } from "./prepare.ts";
import type { Prepared } from "./prepare.ts";
import { framesOf, solved } from "./solve.ts";
import type { Affine } from "./solve.ts";
import { conventionsMet, otherwiseAsked, structureTold, teller } from "./told.ts";
import { writer } from "./written.ts";
import type { Writer } from "./written.ts";

/** The point at which the gradient by one variable is zero, the others held fixed. */
export function stationary(asked: Problem, variable: Variable, options: DeriveOptions): Derivative {
  const set = setOf(asked, variable.symbol);
  refuseUnsolved(variable, set, options);
  const problem = withoutMoving(asked, variable.symbol);
  const prepared = prepare(problem, [variable.symbol]);
  const { copies, tidy, objective } = prepared;
  const copy = copies.get(variable.symbol)!;
  const whole = within(copy, gradientBy(sweep(objective, [copy], tidy), copy));
  const gradient = tidy.simplify(variable.part ? variable.part.pick(whole) : whole);
  const full = affine(prepared, variable, copy, gradient);
  refuseJumps(objective, copy, variable.name);
  const isByEntries = set === "diagonal" && framesOf(full.change, full.direction) === null;
  const equation = isByEntries ? onDiagonal(full, prepared) : full;
  const { solution: root, divisors, factors } = solved(prepared, equation);
  const solution = isByEntries ? diagonalMatrix(root) : root;
  if (options.verify !== false) refuseSingular(variable.name, divisors, set, options.seed ?? 1);
  const expr = shorter(prepared, solution);
  const open = notImposed(problem, variable.symbol, expr);
  const against = open.find((name) => excludes(expr, name));
  if (against)
    throw errors.noClosedRoot(
      variable.name,
      `${toUnicode(expr)} is not ${against}, and ${variable.name} is declared so`,
    );
  const verification = checked(
    [
      {
        objective: prepared.input,
        original: problem.objective,
        claims: [claimOf(prepared, variable, prepared.shown(gradient))],
      },
    ],
    options,
  );
  if (options.verify !== false) checkRoot(full, expr, options.seed ?? 1);
  const labels = variable.part?.labels ?? [];
  const write = writer(problem, [expr], options, labels);
  const conclusions = told(prepared, equation, divisors, factors);
  return {
    kind: "stationary",
    hvp: null,
    upstream: null,
    objective: objectiveSymbol(problem),
    variable,
    expr,
    ...write(expr),
    shape: expr.shape,
    layout: "denominator",
    forms: [],
    shown: "matrix",
    assumptions: [
      ...problem.assumptions,
      ...otherwiseAsked(problem, [variable]),
      ...structureTold(copy, setOf(problem, copy)),
      ...conventionsMet(prepared.input, [copy]),
      ...conclusions,
      ...open.map((name) => `that ${variable.name} is ${name} is not imposed`),
      ...teller(problem, [expr])(expr),
      ...(verification?.notes ?? []),
    ],
    ...(!variable.part && { equation: equationOf(prepared, full, copy, write) }),
    conclusions,
    verification,
  };
}

/** Hx = −g₀: what is linear in the variable on one side. */
function equationOf(
  { shown }: Prepared,
  { direction, change, constant }: Affine,
  variable: Sym,
  write: Writer,
): NonNullable<Derivative["equation"]> {
  const linear = substitution([[direction, variable]])(change);
  return {
    left: spelled(write(shown(linear))),
    right: spelled(write(shown(negate(constant)))),
  };
}

/** H⁻¹(Hx₀ − g) is x₀ − H⁻¹g: with its bracket opened where that is shorter. */
function shorter({ shown, tidy }: Prepared, solution: Expr): Expr {
  const closed = shown(solution);
  const terms = openedOnce(solution);
  if (terms === null || terms.length > mostTerms) return closed;
  const open = shown(tidy.simplify(add(...terms.map((term) => tidy.simplify(term)))));
  return cost(open) < cost(closed) ? open : closed;
}

/** What has no closed form that would be right. */
function refuseUnsolved(
  { part, symbol }: Variable,
  set: ReturnType<typeof setOf>,
  { structured = "project" }: DeriveOptions,
): void {
  if (structured !== "project")
    throw errors.badOption(
      "--structured",
      "for a stationary point project, the set of the variable",
    );
  // In a symmetric matrix two entries are one: that of the pair is not held fixed.
  if (part && set)
    throw errors.notYet(undefined, `a stationary point by a part of a ${set} matrix`, {
      hint: `--wrt ${symbol.name}`,
    });
}

/** The problem with all names written out that the variable moves: r = Ax − b is no name for what stays. */
function withoutMoving(problem: Problem, variable: Sym): Problem {
  const moving = [...problem.symbols.values()].filter(
    (s) => s !== variable && s.definition !== null && contains(s, variable),
  );
  const open = substitution(moving.map((s) => [s, s.definition!] as const));
  let [before, objective] = [problem.objective, open(problem.objective)];
  while (objective !== before) [before, objective] = [objective, open(objective)];
  const symbols = new Map([...problem.symbols].filter(([, s]) => !moving.includes(s)));
  return { ...problem, objective, symbols };
}

/** An equation within the diagonal matrices as one in their diagonals. */
function onDiagonal({ at, direction, change, constant }: Affine, { tidy }: Prepared): Affine {
  const vector = sym("\u0000δ", [direction.shape[0], one]);
  const put = substitution([[direction, diagonalMatrix(vector)]]);
  const entries = (e: Expr): Expr => tidy.simplify(diagonalVector(put(e)));
  return {
    at: entries(at),
    direction: vector,
    change: entries(change),
    constant: entries(constant),
  };
}

/** The gradient as an affine function of the variable; what is none has no closed form here. */
function affine(
  { tidy }: Prepared,
  { part, shape, name }: Variable,
  copy: Sym,
  gradient: Expr,
): Affine {
  const direction = sym("\u0000Δ", shape, part ? 0 : copy.properties & structural);
  const along = part ? part.place(direction) : direction;
  const change = tidy.simplify(differential(gradient, copy, along, tidy));
  const stands = (e: Expr): boolean => contains(e, copy);
  if (!stands(gradient)) throw errors.nowhereStationary(name);
  if (meets(gradient, copy, (op) => op.smooth !== undefined))
    throw errors.noClosedRoot(name, isZero(change) ? piecewise : kinked);
  if (stands(change)) throw errors.noClosedRoot(name, whyNot(gradient, copy, name));
  const member = part?.member?.(copy);
  const old = member ?? part?.pick(copy) ?? copy;
  const others = part && !member ? add(copy, negate(part.place(old))) : zeroOf(shape);
  const without = tidy.simplify(substitution([[member ?? copy, others]])(gradient));
  // In Σᵢ xᵢ there is the x_k as well.
  const constant =
    member && stands(without)
      ? tidy.simplify(add(gradient, negate(substitution([[direction, member]])(change))))
      : without;
  // What is left of the others does not change with the part.
  const isLoose = part
    ? !isZero(tidy.simplify(differential(constant, copy, along, tidy)))
    : stands(constant);
  if (isLoose) throw errors.noClosedRoot(name, whyNot(gradient, copy, name));
  const moved = part ? add(copy, part.place(add(direction, negate(old)))) : direction;
  // Of one of many there is no whole to put a point into.
  const at = member ? add(change, constant) : substitution([[copy, moved]])(gradient);
  return { at, direction, change, constant };
}

/** What a variable was declared besides a linear set, where the point found is not known to have it. */
function notImposed({ declared }: Problem, variable: Sym, found: Expr): PropertyName[] {
  const set = declared.get(variable.name) ?? variable.properties;
  const names = (Object.keys(property) as (keyof typeof property)[]).filter(
    (name): name is PropertyName =>
      name !== "sumsToOne" && has(set, property[name]) && !has(structural, property[name]),
  );
  // What follows from another is not said again.
  const said = names.filter(
    (name) => !names.some((n) => n !== name && has(closed(property[n], false), property[name])),
  );
  return said.filter((name) => !has(found.properties, property[name]));
}

/** Whether something cannot have a property: −1/(2β) is not positive. */
const excludes = (found: Expr, name: PropertyName): boolean =>
  name === "positive" && has(simplify(negate(found)).properties, property.nonnegative);

/** Where the objective jumps, a gradient of 0 says nothing of a minimum. */
function refuseJumps(objective: Expr, variable: Sym, name: string): void {
  const met = meets(objective, variable, (op) => op.smooth !== undefined);
  if (met) throw errors.noClosedRoot(name, `the objective jumps with ${written(met)}`);
}

/** What is divided by must be invertible somewhere, and not for small dimensions alone. */
function refuseSingular(
  name: string,
  divisors: readonly Expr[],
  set: ReturnType<typeof setOf>,
  seed: number,
): void {
  for (const divisor of divisors) {
    if (has(divisor.properties, property.invertible) || isSomewhereInvertible(divisor, seed))
      continue;
    // Beside the set the matrix of the map may be singular where within it there is one root.
    if (set) throw errors.notYet(undefined, `this linear equation within the ${set} matrices`);
    throw errors.noClosedRoot(name, "the Hessian is singular: no stationary point is the only one");
  }
}

/** What a direction within a set has of the variable: the set is a linear one. */
const structural = property.symmetric | property.skew | property.diagonal;

const kinked = "the objective has kinks, where its gradient jumps";
const piecewise =
  "the gradient is constant in pieces (the objective is piecewise linear), and a linear program finds the minimum";

/** Why a gradient is not affine: the function that the variable stands in. */
function whyNot(gradient: Expr, variable: Sym, name: string): string {
  const met = meets(gradient, variable, (op) => op.entrywise || op.notation.kind === "call");
  return met
    ? `${name} stands inside ${written(met)}, and the equation is transcendental`
    : `the gradient is not affine in ${name}`;
}

/** A part of a sum as text, in which the index of the sum is a letter again. */
function written(part: Expr): string {
  const around = part.free.filter(isBoundIndex);
  const taken = new Set(part.free.map((index) => index.name));
  const letters = [..."ijkl"].filter((letter) => !taken.has(letter));
  const named = around.reduce(
    (e, index, k) => withIndex(e, index, indexSymbol(letters[k] ?? "m", index.range!)),
    part,
  );
  return toUnicode(named);
}

/** The first operation of a kind on what a variable has an influence on. */
function meets(e: Expr, variable: Sym, isMet: (op: OpFields) => boolean | undefined): Expr | null {
  const order = postorder([e]);
  const moving = dependents(order, new Set([variable]));
  return order.find((node) => node.kind === "apply" && moving.has(node) && isMet(node.op)) ?? null;
}

/** The gradient is 0 at the root, beside what is not: at random points. */
function checkRoot({ at, direction, constant }: Affine, root: Expr, seed: number): void {
  const there = substitution([[direction, root]])(at);
  const result = compared(add(there, constant), constant, seed);
  if (result === "unequal") throw errors.notVerified(["the gradient is not 0 at the point found"]);
  if (result === "nowhere") throw errors.noPoint(["no point at which the root could be computed"]);
}

/** Under which condition the point exists, and what it is. */
function told(
  prepared: Prepared,
  { change, direction }: Affine,
  divisors: readonly Expr[],
  factors: readonly Expr[],
): string[] {
  const { shown, problem, tidy } = prepared;
  const text = (e: Expr): string => toUnicode(shown(e), { letters: problem.indices });
  const isSure = (e: Expr): boolean => has(shown(e).properties, property.invertible);
  const open = divisors.filter((e) => !isSure(e));
  const isNotZero = (e: Expr): string => {
    const { body } = unscaled(withNumberOutside(shown(e)));
    return isScalar(body) ? `${text(body)} ≠ 0` : `${text(body)} is invertible`;
  };
  const conditions = existenceTold(
    open.map(isNotZero),
    factors.filter((e) => !isSure(e)).map(isNotZero),
  );
  const hessian = shown(
    isScalar(direction)
      ? substitution([[direction, unit]])(change)
      : matrixOfMap(change, direction, tidy),
  );
  const named = sym("Δ", direction.shape);
  const of = isColumn(direction)
    ? text(hessian)
    : `Δ ↦ ${text(substitution([[direction, named]])(change))}`;
  return [...conditions, secondTold(of, definiteness(hessian, shown), open.length > 0)];
}

/** Under which conditions all together there is a root, and under which besides no other. */
function existenceTold(exists: readonly string[], isOnly: readonly string[]): string[] {
  const all = [...new Set(exists)].join(" and ");
  const others = isOnly.filter((text) => !exists.includes(text)).join(" and ");
  if (others === "") return all === "" ? [] : [`where ${all}, it exists and is the only one`];
  if (all === "") return [`it is the only one where ${others}`];
  return [`where ${all}, it exists; it is the only one where besides ${others}`];
}

type Definiteness = `${"positive" | "negative"} ${"definite" | "semidefinite"}` | null;

/** What is known of the Hessian, as the matrix of its map. */
function definiteness(hessian: Expr, shown: (e: Expr) => Expr): Definiteness {
  const opposite = shown(negate(hessian));
  if (has(hessian.properties, property.posdef)) return "positive definite";
  if (has(opposite.properties, property.posdef)) return "negative definite";
  if (has(hessian.properties, property.psd)) return "positive semidefinite";
  return has(opposite.properties, property.psd) ? "negative semidefinite" : null;
}

function secondTold(of: string, known: Definiteness, isConditional: boolean): string {
  switch (known) {
    case "positive definite":
      return `the Hessian ${of} is positive definite: this is the minimum`;
    case "positive semidefinite":
      return `the Hessian ${of} is positive semidefinite: this is ${isConditional ? "the minimum where that holds" : "a minimum"}`;
    case "negative definite":
      return `the Hessian ${of} is negative definite: this is the maximum`;
    case "negative semidefinite":
      return `the Hessian ${of} is negative semidefinite: this is ${isConditional ? "the maximum where that holds" : "a maximum"}`;
    case null:
      return `the Hessian is ${of}; what is known of the names does not say whether this is a minimum`;
    default:
      return known satisfies never;
  }
}

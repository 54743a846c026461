/** @file Stationary points: the gradient set to zero and solved, where it is affine in the variable. */

import { differential } from "../diff/differential.ts";
import { matrixOfMap, stacked } from "../diff/jacobian.ts";
import { gradientBy, sweep } from "../diff/sweep.ts";
import { errors } from "../diagnostics/errors.ts";
import { isApply, isColumn, isScalar, isSquare, minusOne, num, sym, unit } from "../expr/expr.ts";
import type { Expr, Sym } from "../expr/expr.ts";
import type { OpFields } from "../expr/op.ts";
import { closed, has, property } from "../expr/properties.ts";
import type { PropertyName } from "../expr/properties.ts";
import { isNegative, negated } from "../expr/rational.ts";
import { contains, dependents, postorder, substitution } from "../expr/walk.ts";
import {
  add,
  entrywiseProduct,
  hadamard,
  identity,
  matmul,
  negate,
  onesOf,
  product,
  scale,
  scaled,
  zeroOf,
} from "../ops/arithmetic.ts";
import { power } from "../ops/elementwise.ts";
import { unstacked } from "../ops/kronecker.ts";
import { inverse, matrixPower, toPower } from "../ops/matrix.ts";
import { diagonalMatrix } from "../ops/structure.ts";
import { compared, isSomewhereInvertible } from "../numeric/equations.ts";
import { objectiveSymbol } from "../parse/problem.ts";
import type { Problem } from "../parse/problem.ts";
import type { Variable } from "../parse/variables.ts";
import { toUnicode } from "../print/index.ts";
import { isZero, unscaled } from "../simplify/forms.ts";
import { factorsOf, termsOf } from "../simplify/term.ts";
import { withNumberOutside } from "../simplify/collect.ts";
import { simplify } from "../simplify/simplify.ts";
import type { Simplifier } from "../simplify/simplify.ts";
import { checked } from "./check.ts";
import { claimOf, within } from "./gradient.ts";
import type { DeriveOptions, Derivative } from "./options.ts";
import { prepare, setOf } from "./prepare.ts";
import type { Prepared } from "./prepare.ts";
import { conventionsMet, otherwiseAsked, structureTold, teller } from "./told.ts";
import { writer } from "./written.ts";

/** The point at which the gradient by one variable is zero, the others held fixed. */
export function stationary(
  problem: Problem,
  variable: Variable,
  options: DeriveOptions,
): Derivative {
  const prepared = prepare(problem, [variable.symbol]);
  const { copies, tidy, objective } = prepared;
  const copy = copies.get(variable.symbol)!;
  const whole = within(copy, gradientBy(sweep(objective, [copy], tidy), copy));
  const gradient = tidy.simplify(variable.part ? variable.part.pick(whole) : whole);
  const equation = affine(prepared, variable, copy, gradient);
  refuseJumps(objective, copy, variable.name);
  const { solution, divisors, factors } = solved(prepared, equation);
  if (options.verify !== false) refuseSingular(variable.name, divisors, options.seed ?? 1);
  const expr = prepared.shown(solution);
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
  if (options.verify !== false) checkRoot(equation, expr, options.seed ?? 1);
  const labels = variable.part?.labels ?? [];
  const write = writer(problem, [expr], options, labels);
  return {
    kind: "stationary",
    hvp: null,
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
      ...told(prepared, equation, divisors, factors),
      ...open.map((name) => `that ${variable.name} is ${name} is not imposed`),
      ...teller(problem, [expr])(expr),
      ...(verification?.notes ?? []),
    ],
    verification,
  };
}

/** `change(Δ) + constant = 0` for Δ in the place of the variable. */
interface Affine {
  /** The gradient with the direction in the place of what is solved for. */
  readonly at: Expr;
  readonly direction: Sym;
  readonly change: Expr;
  readonly constant: Expr;
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
  if (met) throw errors.noClosedRoot(name, `the objective jumps with ${toUnicode(met)}`);
}

/** What is divided by must be invertible somewhere, and not for small dimensions alone. */
function refuseSingular(name: string, divisors: readonly Expr[], seed: number): void {
  for (const divisor of divisors)
    if (!has(divisor.properties, property.invertible) && !isSomewhereInvertible(divisor, seed))
      throw errors.noClosedRoot(
        name,
        "the Hessian is singular: no stationary point is the only one",
      );
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
    ? `${name} stands inside ${toUnicode(met)}, and the equation is transcendental`
    : `the gradient is not affine in ${name}`;
}

/** The first operation of a kind on what a variable has an influence on. */
function meets(e: Expr, variable: Sym, isMet: (op: OpFields) => boolean | undefined): Expr | null {
  const order = postorder([e]);
  const moving = dependents(order, new Set([variable]));
  return order.find((node) => node.kind === "apply" && moving.has(node) && isMet(node.op)) ?? null;
}

/** The root, and what had to be divided by. */
interface Root {
  readonly solution: Expr;
  readonly divisors: readonly Expr[];
  /** What stood before all terms and went: K of K²α + λKα = Ky, λ of λAx = λb. */
  readonly factors: readonly Expr[];
}

function solved({ tidy, lighter }: Prepared, { direction, change, constant }: Affine): Root {
  const { front, right } = opposite(constant, tidy);
  tidy.close(right);
  const frame = framesOf(change, direction);
  const shared = frame?.left && commonFactor(frame.left, right);
  const found: Expr[] = [];
  const gone: Expr[] = shared ? [shared.factor] : [];
  /** What is divided by, with the scalars that its terms share apart. */
  const divided = (e: Expr): { scalars: Expr[]; body: Expr } => {
    const { scalars, body } = unscaled(withNumberOutside(lighter(tidy.simplify(e))));
    const isOne = isApply(body, identity);
    if (!isOne) found.push(body);
    for (const s of scalars)
      if (front.includes(s)) gone.push(s);
      else if (s.kind !== "num") found.push(s);
    return { scalars: scalars.map((s) => power(s, minusOne)), body: isOne ? body : inverse(body) };
  };
  if (frame) {
    const scalar = frame.scalar && withNumberOutside(tidy.simplify(frame.scalar));
    if (scalar) found.push(scalar);
    const left = shared ? shared.left : frame.left;
    const sides = [left, frame.right].map((side) => side && divided(summed(side)));
    const scalars = [
      ...front,
      ...(scalar ? [power(scalar, minusOne)] : []),
      ...sides.flatMap((side) => side?.scalars ?? []),
    ];
    const [before, after] = sides.map((side) => (side ? [side.body] : []));
    const root = scaled(scalars, product(...before!, shared ? shared.right : right, ...after!));
    return { solution: tidy.simplify(root), divisors: found, factors: gone };
  }
  const weights = weightsOf(change, direction);
  if (weights) {
    const { scalars, body } = unscaled(withNumberOutside(tidy.simplify(weights)));
    found.push(diagonalMatrix(stacked(scaled(scalars, body))));
    const before = [...front, ...scalars.map((s) => power(s, minusOne))];
    const root = scaled(before, hadamard(right, power(body, minusOne)));
    return { solution: tidy.simplify(root), divisors: found, factors: gone };
  }
  const { scalars, body } = divided(matrixOfMap(change, direction, tidy));
  const vector = matmul(body, stacked(right));
  const all = [...front, ...scalars];
  const root = scaled(all, isColumn(direction) ? vector : unstacked(vector, direction.shape));
  return { solution: tidy.simplify(root), divisors: found, factors: gone };
}

/** −c as scalars before something that they do not hold: y − Xw, and not −(Xw − y). */
function opposite(c: Expr, tidy: Simplifier): { front: readonly Expr[]; right: Expr } {
  const { scalars, body } = unscaled(withNumberOutside(tidy.simplify(negate(c))));
  const [number, ...others] = scalars;
  if (number?.kind !== "num" || !isNegative(number.value) || !isApply(body, add))
    return { front: scalars, right: body };
  const positive = num(negated(number.value));
  return {
    front: positive === unit ? others : [positive, ...others],
    right: tidy.simplify(negate(body)),
  };
}

/** A square matrix that stands first in all of several terms and on the right side, and what is left without it. */
function commonFactor(
  terms: readonly Expr[],
  right: Expr,
): { factor: Expr; left: readonly Expr[]; right: Expr } | null {
  const all = [right, ...terms].map(withoutFirst);
  const [first, ...others] = all;
  if (terms.length < 2 || !first || others.some((other) => other?.factor !== first.factor))
    return null;
  return { factor: first.factor, left: others.map((other) => other!.rest), right: first.rest };
}

function withoutFirst(e: Expr): { factor: Expr; rest: Expr } | null {
  const { scalars, body } = unscaled(e);
  const [first, ...others] = factorsOf(body);
  const isPower = isApply(first!, matrixPower) && first.args[1]!.kind === "num";
  const factor = isPower ? first.args[0]! : first!;
  if (!isSquare(factor)) return null;
  const lowered = isPower ? [toPower(factor, add(first.args[1]!, minusOne))] : [];
  const rest = [...lowered, ...others];
  return {
    factor,
    rest: scaled(scalars, rest.length > 0 ? product(...rest) : identity(factor.shape[0])),
  };
}

/** PΔQ with the same P or the same Q in all terms. */
interface Frame {
  readonly scalar: Expr | null;
  readonly left: readonly Expr[] | null;
  readonly right: readonly Expr[] | null;
}

const summed = (terms: readonly Expr[]): Expr => (terms.length === 1 ? terms[0]! : add(...terms));

/** The factors around Δ, where one side is the same in all terms; null where it stands otherwise. */
function framesOf(change: Expr, direction: Sym): Frame | null {
  const terms = termsOf(change).map((t) => around(t, direction));
  if (terms.some((t) => t === null)) return null;
  const all = terms.map((t) => t!);
  if (isScalar(direction))
    return { scalar: summed(all.map((t) => t.scalar)), left: null, right: null };
  const isBare = (factors: readonly Expr[]): boolean => factors.length === 0;
  const side = (t: Around, factors: readonly Expr[], size: Expr): Expr =>
    scaleBy(t.scalar, isBare(factors) ? size : product(...factors));
  const rows = identity(direction.shape[0]);
  const columns = identity(direction.shape[1]);
  if (all.every((t) => isBare(t.before) && isBare(t.after)))
    return { scalar: summed(all.map((t) => t.scalar)), left: null, right: null };
  if (all.every((t) => isBare(t.after)))
    return { scalar: null, left: all.map((t) => side(t, t.before, rows)), right: null };
  if (all.every((t) => isBare(t.before)))
    return { scalar: null, left: null, right: all.map((t) => side(t, t.after, columns)) };
  if (all.length > 1) return null;
  const [only] = all as [Around];
  return { scalar: null, left: [side(only, only.before, rows)], right: [product(...only.after)] };
}

/** M where all terms are Δ ⊙ M, or multiples of Δ; null where Δ stands otherwise. */
function weightsOf(change: Expr, direction: Sym): Expr | null {
  if (isScalar(direction)) return null;
  const terms = termsOf(change).map((term) => {
    const { scalars, body } = unscaled(term);
    const factors = isApply(body, hadamard) ? body.args : [body];
    const rest = factors.filter((f) => f !== direction);
    if (rest.length !== factors.length - 1) return null;
    if ([...scalars, ...rest].some((f) => contains(f, direction))) return null;
    return scaled(scalars, rest.length === 0 ? onesOf(direction.shape) : entrywiseProduct(...rest));
  });
  return terms.every((t) => t !== null) ? summed(terms) : null;
}

const scaleBy = (s: Expr, x: Expr): Expr =>
  s.kind === "num" && s.value.numerator === s.value.denominator ? x : scale(s, x);

/** A term s·P·Δ·Q. */
interface Around {
  readonly scalar: Expr;
  readonly before: readonly Expr[];
  readonly after: readonly Expr[];
}

function around(term: Expr, direction: Sym): Around | null {
  const { scalars, body } = unscaled(term);
  const parts = isScalar(body) ? [...scalars, body] : scalars;
  if (isScalar(direction)) {
    const rest = parts.filter((s) => s !== direction);
    if (rest.length !== parts.length - 1 || rest.some((s) => contains(s, direction))) return null;
    return { scalar: product(...rest), before: [], after: [] };
  }
  if (scalars.some((s) => contains(s, direction))) return null;
  const factors = factorsOf(body);
  const at = factors.indexOf(direction);
  const others = factors.filter((_, i) => i !== at);
  if (at < 0 || others.some((f) => contains(f, direction))) return null;
  return {
    scalar: product(...scalars),
    before: factors.slice(0, at),
    after: factors.slice(at + 1),
  };
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
  const conditions = open.map((e) => `where ${isNotZero(e)}, it exists and is the only one`);
  for (const factor of factors)
    if (!isSure(factor)) conditions.push(`it is the only one where ${isNotZero(factor)}`);
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

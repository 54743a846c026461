/** @file Affine equations in one unknown, solved in closed form: PΔQ = C, M ⊙ Δ = C, and by ⊗ in any case. */

import { matrixOfMap, stacked } from "../diff/jacobian.ts";
import { isApply, isColumn, isScalar, isSquare, minusOne, num, unit } from "../expr/expr.ts";
import type { Expr, Sym } from "../expr/expr.ts";
import { isNegative, negated } from "../expr/rational.ts";
import { contains } from "../expr/walk.ts";
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
  total,
} from "../ops/arithmetic.ts";
import { power } from "../ops/elementwise.ts";
import { unstacked } from "../ops/kronecker.ts";
import { inverse, matrixPower, toPower } from "../ops/matrix.ts";
import { diagonalMatrix } from "../ops/structure.ts";
import { withNumberOutside } from "../simplify/common-scalars.ts";
import { unscaled } from "../simplify/forms.ts";
import type { Simplifier } from "../simplify/simplify.ts";
import { factorsOf, termsOf } from "../simplify/term.ts";
import type { Prepared } from "./prepare.ts";

/** `change(Δ) + constant = 0` for Δ in the place of the variable. */
export interface Affine {
  /** The gradient with the direction in the place of what is solved for. */
  readonly at: Expr;
  readonly direction: Sym;
  readonly change: Expr;
  readonly constant: Expr;
}

/** The root, and what had to be divided by. */
export interface Root {
  readonly solution: Expr;
  readonly divisors: readonly Expr[];
  /** What stood before all terms and went: K of K²α + λKα = Ky, λ of λAx = λb. */
  readonly factors: readonly Expr[];
}

export function solved({ tidy, lighter }: Prepared, { direction, change, constant }: Affine): Root {
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
    const sides = [left, frame.right].map((side) => side && divided(total(side)));
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

/** The factors around Δ, where one side is the same in all terms; null where it stands otherwise. */
export function framesOf(change: Expr, direction: Sym): Frame | null {
  const terms = termsOf(change).map((t) => around(t, direction));
  if (terms.some((t) => t === null)) return null;
  const all = terms.map((t) => t!);
  if (isScalar(direction))
    return { scalar: total(all.map((t) => t.scalar)), left: null, right: null };
  const isBare = (factors: readonly Expr[]): boolean => factors.length === 0;
  const side = (t: Around, factors: readonly Expr[], size: Expr): Expr =>
    scaleBy(t.scalar, isBare(factors) ? size : product(...factors));
  const rows = identity(direction.shape[0]);
  const columns = identity(direction.shape[1]);
  if (all.every((t) => isBare(t.before) && isBare(t.after)))
    return { scalar: total(all.map((t) => t.scalar)), left: null, right: null };
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
  return terms.every((t) => t !== null) ? total(terms) : null;
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

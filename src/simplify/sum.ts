/** @file The normal form of sums: flat, like terms collected, in the order they came. */

import { isApply, num, unit } from "../expr/expr.ts";
import type { Expr } from "../expr/expr.ts";
import { negated, over, plus, rational, times } from "../expr/rational.ts";
import type { Rational } from "../expr/rational.ts";
import { add, scale, zeroOf } from "../ops/arithmetic.ts";
import { differs, indicesOfDelta } from "../ops/indexing.ts";
import { areOpposite } from "./folds.ts";
import { isZero } from "./forms.ts";
import { asTerm, fromTerm, termsOf } from "./term.ts";

const one = rational(1);

/** `add`: terms to which `same` gives one key up to a number become one. */
export function simplifySum(args: readonly Expr[], same: (e: Expr) => Expr): Expr {
  const flat = counted(args).flatMap(termsOf);
  const terms = (flat.some(holdsBracket) ? weighed(cancelled(flat)) : flat).filter(
    (t) => !isZero(t),
  );
  const collected = new Map<Expr, { coefficient: Rational; sign: Rational; rest: Expr }>();
  for (const term of terms) {
    const { coefficient, scalars, body } = asTerm(term);
    const rest = fromTerm({ coefficient: one, scalars, body });
    const { coefficient: sign, ...form } = asTerm(same(rest));
    const key = fromTerm({ ...form, coefficient: one });
    const found = collected.get(key);
    const counted = found ? times(coefficient, over(sign, found.sign)) : coefficient;
    collected.set(
      key,
      found
        ? { ...found, coefficient: plus(found.coefficient, counted) }
        : { coefficient, sign, rest },
    );
  }
  const left = [...collected.values()]
    .filter(({ coefficient }) => coefficient.numerator !== 0n)
    .map(({ coefficient, rest }) => {
      const { scalars, body } = asTerm(rest);
      return fromTerm({ coefficient, scalars, body });
    });
  if (left.length === 0) return zeroOf(args[0]!.shape);
  return left.length === 1 ? left[0]! : (besidesDelta(left) ?? add(...left));
}

/** a − δᵢⱼa = [i ≠ j]a; null for other terms. */
function besidesDelta(terms: readonly Expr[]): Expr | null {
  if (terms.length !== 2) return null;
  for (const [whole, part] of [terms, terms.toReversed()]) {
    const { coefficient, scalars, body } = asTerm(part!);
    const at = scalars.findIndex((s) => indicesOfDelta(s) !== null);
    if (at < 0) continue;
    const rest = { coefficient: negated(coefficient), scalars: scalars.toSpliced(at, 1), body };
    if (fromTerm(rest) !== whole) continue;
    const filter = differs(...indicesOfDelta(scalars[at]!)!);
    return whole === unit ? filter : scale(filter, whole);
  }
  return null;
}

/** Whether a term is a product with a bracket that stays closed. */
const holdsBracket = (t: Expr): boolean =>
  isApply(t, scale) && t.args.some((arg) => isApply(arg, add));

/** a − (a − b) = b: a bracket is opened where a term of it goes. */
function cancelled(terms: readonly Expr[]): readonly Expr[] {
  const at = terms.findIndex((t) => {
    const parts = openedParts(t);
    return parts.some((part) => terms.some((other) => other !== t && areOpposite(part, other)));
  });
  return at < 0 ? terms : cancelled(terms.toSpliced(at, 1, ...openedParts(terms[at]!)));
}

/** τr − (τ − 1)r = r: terms that differ in their scalars alone, where those add up to a number. */
function weighed(terms: readonly Expr[]): readonly Expr[] {
  const parts = terms.map(asTerm);
  const holdsSum = (k: number): boolean => parts[k]!.scalars.some((s) => isApply(s, add));
  for (const [j, { body }] of parts.entries()) {
    if (body === null || !holdsSum(j)) continue;
    const i = parts.findIndex((other, k) => k !== j && other.body === body);
    if (i < 0) continue;
    const [a, b] = [parts[i]!, parts[j]!].map((t) => fromTerm({ ...t, body: null }));
    const sum = simplifySum([a!, b!].flatMap(bare), (e) => e);
    if (sum.kind !== "num") continue;
    const whole = fromTerm({ coefficient: sum.value, scalars: [], body });
    return weighed(terms.flatMap((t, k) => (k === i ? [whole] : k === j ? [] : [t])));
  }
  return terms;
}

/** The terms of a scalar that is a multiple of a bracket. */
const bare = (e: Expr): readonly Expr[] => {
  const parts = openedParts(e);
  return parts.length > 0 ? parts : termsOf(e);
};

/** The terms of a multiple of a bracket; none of anything else. */
function openedParts(t: Expr): readonly Expr[] {
  if (!isApply(t, scale) || t.args.length !== 2) return [];
  const [number, bracket] = t.args as readonly [Expr, Expr];
  if (number.kind !== "num" || !isApply(bracket, add)) return [];
  return bracket.args.map((part) => {
    const { coefficient, scalars, body } = asTerm(part);
    return fromTerm({ coefficient: times(number.value, coefficient), scalars, body });
  });
}

/** A bracket that comes n times is n times the bracket: 2(Ax − b), not 2Ax − 2b. */
function counted(args: readonly Expr[]): readonly Expr[] {
  const times = new Map<Expr, number>();
  for (const arg of args) times.set(arg, (times.get(arg) ?? 0) + 1);
  if (times.size === args.length) return args;
  return [...times].flatMap(([arg, n]) =>
    n > 1 && isApply(arg, add) ? [scale(num(n), arg)] : Array.from({ length: n }, () => arg),
  );
}

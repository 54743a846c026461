/** @file Names for parts of products: z for (x − μ𝟏)/s, R within longer fractions, u for x/‖x‖. */

import { isApply, isScalar, minusOne, num } from "../expr/expr.ts";
import type { Expr, Sym } from "../expr/expr.ts";
import { has, property } from "../expr/properties.ts";
import { negated, toNumber } from "../expr/rational.ts";
import { argsOf, upwards, withArgs } from "../expr/walk.ts";
import { matmul, scale, scaled, trace, transpose } from "../ops/arithmetic.ts";
import { power } from "../ops/elementwise.ts";
import { inverse } from "../ops/matrix.ts";
import { diagonalMatrix } from "../ops/structure.ts";
import { normalKey } from "./canonical.ts";
import { cost } from "./cost.ts";
import { putting } from "./fold.ts";
import type { Folder } from "./fold.ts";
import { asPower, isReciprocal, powerOf, scaleFactors, unscaled } from "./forms.ts";
import { inReadingOrder, mergePowers } from "./scale.ts";
import { chainOf, factorsOf, fromTerm } from "./term.ts";

/** All ways to put names for parts of products; none is tried but where it is shorter. */
export const partsNamed = (
  definitions: readonly Sym[],
  simplified: (e: Expr) => Expr,
): readonly Folder[] => [
  ...multiples(definitions, simplified),
  ...directions(definitions, simplified),
  ...scalarsNamed(definitions, simplified),
];

/** For u = x/‖x‖ puts ‖x‖u for each x of a product that is shorter so. */
function directions(definitions: readonly Sym[], simplified: (e: Expr) => Expr): readonly Folder[] {
  return definitions.flatMap((name) => {
    if (isScalar(name)) return [];
    const { scalars, body } = unscaled(simplified(name.definition!));
    if (body.kind !== "sym" || scalars.length === 0 || !scalars.every(isNotZero)) return [];
    const own = new Set(scalars.map((s) => asPower(s)[0]));
    const back = scalars.map(reciprocal);
    const shorter = (node: Expr): Expr => {
      if (!isApply(node, scale)) return node;
      const parts = node.args.map((arg) =>
        own.has(asPower(arg)[0]) ? { e: arg, degree: 0 } : inPlaceOf(arg, body, name),
      );
      const degree = parts.reduce((sum, part) => sum + part.degree, 0);
      if (degree === 0) return node;
      const factors = parts.map((part) => part.e);
      const last = isScalar(node) ? null : factors.pop()!;
      const rest = mergePowers([...factors, ...Array.from({ length: degree }, () => back).flat()]);
      const other = fromTerm({ ...rest, scalars: inReadingOrder(rest.scalars), body: last });
      // Of two that cost the same ‖x‖⁻¹ is the simpler power than ‖x‖⁻³.
      const isDivided = node.args.some((arg) => own.has(asPower(arg)[0]));
      return cost(other) < cost(node) || (isDivided && cost(other) === cost(node)) ? other : node;
    };
    const done = new Map<Expr, Expr>();
    return [(e: Expr) => upwards(e, done, (node, args) => shorter(withArgs(node, args)))];
  });
}

/** A product with another factor for each of one, and how many there are. */
function inPlaceOf(e: Expr, from: Expr, to: Expr): { readonly e: Expr; readonly degree: number } {
  if (e === from) return { e: to, degree: 1 };
  if (!isApply(e, transpose) && !isApply(e, matmul) && !isApply(e, scale) && !isApply(e, trace))
    return { e, degree: 0 };
  const parts = e.args.map((arg) => inPlaceOf(arg, from, to));
  const degree = parts.reduce((sum, part) => sum + part.degree, 0);
  const args = parts.map((part) => part.e);
  return { e: withArgs(e, args), degree };
}

/** For each name that is a multiple: puts x − μ𝟏 = sz for z = (x − μ𝟏)/s. */
function multiples(definitions: readonly Sym[], simplified: (e: Expr) => Expr): readonly Folder[] {
  return definitions.flatMap((name) => {
    const found = isScalar(name) ? null : multiple(name, simplified(name.definition!));
    if (found === null) return [];
    return [putting(new Map([[normalKey(found.of), found.equal]]))];
  });
}

/**
 * What a name is a multiple of, by scalars and by a diag(w) at one end, and that in terms of the name:
 * nothing is divided by but what is not 0 where the name is defined.
 */
function multiple(name: Sym, definition: Expr): { readonly of: Expr; readonly equal: Expr } | null {
  const { scalars, body } = unscaled(definition);
  const factors = factorsOf(body);
  const at =
    factors.length === 1 ? -1 : [0, factors.length - 1].find((k) => isWeights(factors[k]!));
  const weights = factors[at ?? -1];
  if (!scalars.every(isNotZero)) return null;
  const of = weights ? chainOf(factors.filter((_, k) => k !== at)) : body;
  if (of === body && scalars.length === 0) return null;
  if (of.kind === "sym" ? of.definition === null : argsOf(of).length === 0) return null;
  const back = weights && inverse(weights);
  const equal = !back ? name : at === 0 ? matmul(back, name) : matmul(name, back);
  return { of, equal: scaled(scalars.map(reciprocal), equal) };
}

/** Whether a factor is a diag(1 ⊘ v). */
const isWeights = (e: Expr): boolean => isApply(e, diagonalMatrix) && isReciprocal(e.args[0]!);

const isNotZero = (s: Expr): boolean =>
  s.kind === "num" || isReciprocal(s) || has(s.properties, property.positive);

/** 1/f, of a power a power. */
function reciprocal(f: Expr): Expr {
  const [base, exponent] = asPower(f);
  return exponent.kind === "num" ? powerOf(base, num(negated(exponent.value))) : power(f, minusOne);
}

/** Puts back scalars as the problem wrote them, as mean(x) for (𝟏ᵀx)/n, where a product is shorter with them. */
export const restorer = (written: readonly Expr[], simplified: (e: Expr) => Expr): Folder =>
  puttingBack(
    written.flatMap((e) => {
      const whole = simplified(e);
      return isApply(whole, scale) && isScalar(whole) ? [{ e, factors: whole.args }] : [];
    }),
  );

/** Puts the names of scalars that are products or powers where all of their factors stand in a longer product. */
const scalarsNamed = (
  definitions: readonly Sym[],
  simplified: (e: Expr) => Expr,
): readonly Folder[] =>
  definitions.flatMap((e) => {
    const whole = simplified(e.definition!);
    if (!isScalar(whole) || !(isApply(whole, scale) || isReciprocal(whole))) return [];
    const factors = scaleFactors(whole);
    const isThere = (scalars: readonly Expr[]): boolean => factors.every((f) => isIn(f, scalars));
    const twice = { e: scale(e, e), factors: [...factors, ...factors] };
    return [puttingBack([{ e, factors }, twice], isThere)];
  });

/** Whether a factor of a product, a power of it, or a number. */
function isIn(factor: Expr, scalars: readonly Expr[]): boolean {
  if (factor.kind === "num" || scalars.includes(factor)) return true;
  const [base, exponent] = asPower(factor);
  if (exponent.kind !== "num") return false;
  return scalars.some((other) => {
    const [same, by] = asPower(other);
    if (same !== base || by.kind !== "num") return false;
    const [least, most] = [toNumber(exponent.value), toNumber(by.value)];
    return least * most > 0 && Math.abs(least) <= Math.abs(most);
  });
}

/** Puts scalars for their factors where `isThere` and a product is shorter so. */
function puttingBack(
  known: readonly { readonly e: Expr; readonly factors: readonly Expr[] }[],
  isThere: (scalars: readonly Expr[]) => boolean = () => true,
): Folder {
  const restored = (node: Expr): Expr => {
    if (!isApply(node, scale)) return node;
    const [scalars, body] = isScalar(node)
      ? [node.args, null]
      : [node.args.slice(0, -1), node.args.at(-1)!];
    if (!isThere(scalars)) return node;
    for (const { e, factors } of known) {
      const rest = mergePowers([...scalars, ...factors.map(reciprocal), ...scaleFactors(e)]);
      const other = fromTerm({ ...rest, scalars: inReadingOrder(rest.scalars), body });
      if (cost(other) < cost(node)) return restored(other);
    }
    return node;
  };
  const done = new Map<Expr, Expr>();
  return (e) => {
    if (known.length === 0) return e;
    return upwards(e, done, (node, args) => restored(withArgs(node, args)));
  };
}

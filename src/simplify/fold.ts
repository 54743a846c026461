/** @file Puts the problem's names back: a part that equals a definition becomes its name. */

import { opened, withIndex } from "../expr/binding.ts";
import { isApply, isScalar, minusOne, num, sym, two } from "../expr/expr.ts";
import type { Expr, Sym } from "../expr/expr.ts";
import { has, property } from "../expr/properties.ts";
import { negated } from "../expr/rational.ts";
import { argsOf, substitution, upwards, withArgs } from "../expr/walk.ts";
import { add, matmul, negate, scale, scaled, transposed } from "../ops/arithmetic.ts";
import { power } from "../ops/elementwise.ts";
import { entryOf, indexOfUnitVector } from "../ops/indexing.ts";
import { inverse, matrixPower } from "../ops/matrix.ts";
import { diagonalMatrix } from "../ops/structure.ts";
import { normalKey, signedKey } from "./canonical.ts";
import { cost } from "./cost.ts";
import { asPower, isReciprocal, powerOf, unscaled } from "./forms.ts";
import { inReadingOrder, mergedScale, mergePowers } from "./scale.ts";
import { simplifySum } from "./sum.ts";
import { chainOf, factorsOf, fromTerm } from "./term.ts";

/** Finds parts by what they are equal to. */
type Folder = (e: Expr) => Expr;

/** A folder for definitions; `simplified` gives the form in which parts of the problem stand. */
export function folder(definitions: readonly Sym[], simplified: (e: Expr) => Expr): Folder {
  const names = new Map<Expr, Expr>();
  const chains: Chain[] = [];
  for (const name of definitions) {
    const body = simplified(name.definition!);
    const key = normalKey(body);
    // A name for another name, as (xᵀ)ᵀ, is no name for what is made of it.
    if (body.kind !== "apply" || argsOf(key).length === 0) continue;
    names.set(key, name);
    if (isApply(body, matmul) && !isScalar(body))
      chains.push(
        { factors: body.args, name },
        { factors: body.args.toReversed().map(transposed), name: transposed(name) },
      );
    // Nor is −C, of which C would be the opposite.
    const opposite = normalKey(simplified(negate(body)));
    if (argsOf(opposite).length > 0 && !names.has(opposite)) names.set(opposite, negate(name));
  }
  const done = new Map<Expr, Expr>();
  return (e) => (names.size === 0 ? e : folded(e, names, chains, done));
}

/** A folder for names that are defined by their entries: what stands for the i-th becomes pᵢ. */
export function entryFolder(definitions: readonly Sym[], simplified: (e: Expr) => Expr): Folder {
  const known = definitions.flatMap((name) => {
    const whole = simplified(name.definition!);
    if (whole.kind !== "indexSum") return [];
    const { index, body } = opened(whole);
    const { scalars, body: place } = unscaled(body);
    const [of] = scalars;
    const isEntry = scalars.length === 1 && indexOfUnitVector(place) === index;
    return isEntry && of?.kind === "apply" ? [{ name, index, of }] : [];
  });
  const done = new Map<Expr, Expr>();
  const entryAt = (node: Expr): Expr => {
    for (const { name, index, of } of known) {
      if (node.kind !== "apply" || node.op !== of.op) continue;
      const at = node.free.find((j) => j.range === index.range && withIndex(of, index, j) === node);
      if (at) return entryOf(name, at);
    }
    return node;
  };
  return (e) =>
    known.length === 0 ? e : upwards(e, done, (node, args) => entryAt(rebuilt(node, args)));
}

/** For each name that is a multiple: puts x − μ𝟏 = sz for z = (x − μ𝟏)/s. */
export function multiples(
  definitions: readonly Sym[],
  simplified: (e: Expr) => Expr,
): readonly Folder[] {
  return definitions.flatMap((name) => {
    const found = isScalar(name) ? null : multiple(name, simplified(name.definition!));
    if (found === null) return [];
    const names = new Map([[normalKey(found.of), found.equal]]);
    const done = new Map<Expr, Expr>();
    return [(e: Expr) => folded(e, names, [], done)];
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
export function restorer(written: readonly Expr[], simplified: (e: Expr) => Expr): Folder {
  const known = written.flatMap((e) => {
    const whole = simplified(e);
    return isApply(whole, scale) && isScalar(whole) ? [{ e, factors: whole.args }] : [];
  });
  const restored = (node: Expr): Expr => {
    if (!isApply(node, scale)) return node;
    const [scalars, body] = isScalar(node)
      ? [node.args, null]
      : [node.args.slice(0, -1), node.args.at(-1)!];
    for (const { e, factors } of known) {
      const rest = mergePowers([...scalars, ...factors.map(reciprocal)]);
      const other = fromTerm({ ...rest, scalars: inReadingOrder([...rest.scalars, e]), body });
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

/** A product that has a name: it is found within longer ones. */
interface Chain {
  readonly factors: readonly Expr[];
  readonly name: Expr;
}

function folded(
  e: Expr,
  names: ReadonlyMap<Expr, Expr>,
  chains: readonly Chain[],
  done: Map<Expr, Expr>,
): Expr {
  return upwards(e, done, (node, args) => {
    if (args.length === 0) return names.get(node) ?? node;
    const inNames = rebuilt(node, args);
    const whole = names.get(normalKey(node)) ?? (inNames !== node && names.get(normalKey(inNames)));
    return whole || withChains(inNames, chains);
  });
}

/** A product with the names of the products that stand in it, also in part of a square. */
function withChains(e: Expr, chains: readonly Chain[]): Expr {
  if (!isApply(e, matmul)) return e;
  const named = chainsNamed(e.args, chains);
  if (named !== e.args) return chainOf(named);
  const spread = e.args.flatMap(squareSpread);
  const inside = chainsNamed(spread, chains);
  return inside === spread ? e : chainOf(inside);
}

/** K⁻² as K⁻¹K⁻¹, of which one may be part of a name. */
function squareSpread(factor: Expr): readonly Expr[] {
  if (!isApply(factor, matrixPower)) return [factor];
  const [base, k] = factor.args as readonly [Expr, Expr];
  if (k === two) return [base, base];
  return k === minusTwo ? [inverse(base), inverse(base)] : [factor];
}

const minusTwo = num(-2);

function chainsNamed(given: readonly Expr[], chains: readonly Chain[]): readonly Expr[] {
  let factors = given;
  for (const { factors: wanted, name } of chains)
    for (let at = 0; at + wanted.length <= factors.length; at++)
      if (wanted.every((f, i) => factors[at + i] === f))
        factors = [...factors.slice(0, at), name, ...factors.slice(at + wanted.length)];
  return factors;
}

/**
 * An expression in which the parts that equal a definition, in the definitions that it uses as well,
 * stand under their names; with what became of each name.
 */
export function throughDefinitions(
  e: Expr,
  fold: Folder,
  keep: ReadonlySet<Expr>,
): { readonly expr: Expr; readonly names: ReadonlyMap<Sym, Sym> } {
  const names = new Map<Sym, Sym>();
  const put = substitution(
    [...keep].map((name) => [name, name] as const),
    (name, definition) => {
      const { shape, properties, member } = name;
      const folded = sym(name.name, shape, properties, fold(definition), member);
      names.set(name, folded);
      return folded;
    },
  );
  return { expr: fold(put(e)), names };
}

/** The same of other parts, in its normal form: under their names factors and terms may be like each other. */
function rebuilt(e: Expr, args: readonly Expr[]): Expr {
  if (argsOf(e).every((arg, i) => arg === args[i])) return e;
  if (isApply(e, scale))
    return mergedScale(args.flatMap((arg) => (isApply(arg, scale) ? arg.args : [arg])));
  if (isApply(e, add)) return simplifySum(args, signedKey);
  return withArgs(e, args);
}

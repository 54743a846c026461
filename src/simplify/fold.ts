/** @file Puts the problem's names back: a part that equals a definition becomes its name. */

import { opened, withIndex } from "../expr/binding.ts";
import { isApply, isScalar, num, sym, two, unit } from "../expr/expr.ts";
import type { Expr, Sym } from "../expr/expr.ts";
import { argsOf, substitution, upwards, withArgs } from "../expr/walk.ts";
import { add, matmul, negate, scale, scaled, transpose, transposed } from "../ops/arithmetic.ts";
import { entryOf, unitVector } from "../ops/indexing.ts";
import { inverse, matrixPower } from "../ops/matrix.ts";
import { normalKey, signedKey } from "./canonical.ts";
import { scaleFactors, unscaled } from "./forms.ts";
import { mergedScale } from "./scale.ts";
import { simplifySum } from "./sum.ts";
import { chainOf } from "./term.ts";

/** Puts other parts, mostly names, for parts that are equal to them. */
export type Folder = (e: Expr) => Expr;

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
  return putting(names, chains);
}

/** Puts what `names` says for parts with the normal form of its keys. */
export function putting(names: ReadonlyMap<Expr, Expr>, chains: readonly Chain[] = []): Folder {
  const done = new Map<Expr, Expr>();
  return (e) => (names.size === 0 ? e : folded(e, names, chains, done));
}

/** What stands at (i, j) of Σᵢⱼ f(i, j)eᵢeⱼᵀ, or at i of Σᵢ f(i)eᵢ. */
export interface ByEntries {
  readonly indices: readonly Sym[];
  readonly of: Expr;
}

/** A definition as one by entries; null of what is no such sum. */
export function byEntries(definition: Expr): ByEntries | null {
  const indices: Sym[] = [];
  let inside = definition;
  while (inside.kind === "indexSum" && indices.length < 2) {
    const { index, body } = opened(inside);
    indices.push(index);
    inside = body;
  }
  const { scalars, body: place } = unscaled(inside);
  const [i, j] = indices.map((index) => unitVector(index.range!, index));
  const isByEntries = i !== undefined && place === (j ? matmul(i, transpose(j)) : i);
  return isByEntries ? { indices, of: scaled(scalars, unit) } : null;
}

/** The same at other indices. */
export const atIndices = ({ indices, of }: ByEntries, at: readonly Expr[]): Expr =>
  indices.reduce((f, index, k) => withIndex(f, index, at[k]!), of);

/** A folder for names that are defined by their entries: what stands for the i-th becomes pᵢ. */
export function entryFolder(definitions: readonly Sym[], simplified: (e: Expr) => Expr): Folder {
  const known = definitions.flatMap((name) => {
    const found = byEntries(name.definition!) ?? byEntries(simplified(name.definition!));
    const of = found && simplified(found.of);
    if (!found || of?.kind !== "apply") return [];
    return [{ name, op: of.op, entries: { ...found, of }, factors: scaleFactors(of) }];
  });
  const done = new Map<Expr, Expr>();
  const entryAt = (node: Expr): Expr => {
    for (const { name, op, entries, factors } of known) {
      if (node.kind !== "apply" || node.op !== op) continue;
      for (const at of placesFor(entries.indices, node.free)) {
        const there = simplified(atIndices(entries, at));
        if (there === node) return entryOf(name, at[0]!, at[1]);
        // y_{nk} in a longer product
        const rest = factors.length > 1 ? withoutFactors(node, scaleFactors(there)) : null;
        if (rest) return mergedScale([...rest.scalars, entryOf(name, at[0]!, at[1]), ...rest.body]);
      }
    }
    return node;
  };
  return (e) =>
    known.length === 0 ? e : upwards(e, done, (node, args) => entryAt(rebuilt(node, args)));
}

/** The indices that may stand in the place of others: those of the same ranges. */
function placesFor(indices: readonly Sym[], free: readonly Sym[]): readonly (readonly Sym[])[] {
  const [first, second] = indices.map((index) => free.filter((j) => j.range === index.range));
  if (!second) return (first ?? []).map((i) => [i]);
  // On the diagonal 1/2 is no pᵢᵢ to a reader.
  return first!.flatMap((i) => second.filter((j) => j !== i).map((j) => [i, j]));
}

/** A product without some scalars, each of which stands in it; null where one does not. */
function withoutFactors(
  e: Expr,
  gone: readonly Expr[],
): { readonly scalars: readonly Expr[]; readonly body: readonly Expr[] } | null {
  const all = scaleFactors(e);
  const left = [...all];
  for (const factor of gone) {
    const at = left.indexOf(factor);
    if (at < 0) return null;
    left.splice(at, 1);
  }
  const last = left.at(-1);
  return last && !isScalar(last)
    ? { scalars: left.slice(0, -1), body: [last] }
    : { scalars: left, body: [] };
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
  if (isApply(e, scale)) return mergedScale(args.flatMap(scaleFactors));
  if (isApply(e, add)) return simplifySum(args, signedKey);
  return withArgs(e, args);
}

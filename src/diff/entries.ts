/** @file A Jacobian with indices: the entries of the differential along the entries of the variable. */

import { one } from "../expr/dimension.ts";
import type { Shape } from "../expr/dimension.ts";
import { indexSymbol, isApply, unit, zero } from "../expr/expr.ts";
import type { Expr, Sym } from "../expr/expr.ts";
import { dependsOn, withIndex } from "../expr/binding.ts";
import { argsOf, postorder, substitution, withArgs } from "../expr/walk.ts";
import { product, scale, transpose } from "../ops/arithmetic.ts";
import { entryOf, indicesOfDelta, unitVector } from "../ops/indexing.ts";

/** ∂Y_{ij}/∂X_{kl} as one scalar of its indices. */
export interface Entries {
  /** The indices of the output and of the variable: none for a side of size 1. */
  readonly output: readonly Sym[];
  readonly input: readonly Sym[];
  readonly expr: Expr;
}

/** How forms are made, and which of them is shorter. */
export interface Presenting {
  readonly simplify: (e: Expr) => Expr;
  readonly shown: (e: Expr) => Expr;
  readonly cost: (e: Expr) => number;
}

/** The entries of a differential, along the entries of its direction. */
export function entriesOf(
  change: Expr,
  direction: Expr,
  letters: (count: number) => readonly string[],
  forms: Presenting,
): Entries {
  const sides = [...change.shape, ...direction.shape];
  const names = [...letters(sides.filter((d) => d !== one).length)];
  const indices = sides.map((d) => (d === one ? null : indexSymbol(names.shift()!, d)));
  const [i, j, k, l] = indices;
  const along =
    direction.kind === "sym"
      ? substitution([[direction, unitMatrix(direction.shape, k ?? unit, l ?? unit)]])
      : (e: Expr): Expr => e;
  const isIndex = (index: Sym | null | undefined): index is Sym =>
    index !== null && index !== undefined;
  return {
    output: [i, j].filter(isIndex),
    input: [k, l].filter(isIndex),
    expr: shortest(forms.simplify(entryOf(along(change), i ?? unit, j ?? unit)), forms),
  };
}

/** δᵢⱼyⱼ = δᵢⱼyᵢ: beside a δ either index may stand, and that is taken which makes the whole short. */
export function shortest(e: Expr, { simplify, shown, cost }: Presenting): Expr {
  const deltas = postorder([e], argsOf).flatMap((node) => {
    const pair = indicesOfDelta(node);
    return pair && pair[0].kind === "sym" && pair[1].kind === "sym"
      ? [{ node, pair: [pair[0], pair[1]] as const }]
      : [];
  });
  const others = deltas.flatMap(({ node, pair: [i, j] }) => [
    simplify(beside(e, node, j, i)),
    simplify(beside(e, node, i, j)),
  ]);
  return [...others, e].map(shown).reduce((a, b) => (cost(b) < cost(a) ? b : a));
}

/** `to` in the place of `from` in what is multiplied by a δ. */
function beside(e: Expr, delta: Expr, from: Sym, to: Sym): Expr {
  const replaced = (arg: Expr): Expr =>
    arg === delta || isNamedBy(arg, from) ? arg : withIndex(arg, from, to);
  if (isApply(e, scale) && e.args.includes(delta)) return scale(...e.args.map(replaced));
  if (argsOf(e).length === 0 || e === delta) return e;
  return withArgs(
    e,
    argsOf(e).map((arg) => beside(arg, delta, from, to)),
  );
}

/** Whether a name that stands in `e` is defined by an index: with another one it would be another name. */
const isNamedBy = (e: Expr, index: Sym): boolean =>
  postorder([e], argsOf).some((s) => s.kind === "sym" && s !== index && dependsOn(s, index));

/** The matrix whose only entry is a 1 at k, l. */
export const unitMatrix = ([rows, columns]: Shape, k: Expr, l: Expr): Expr =>
  product(unitVector(rows, k), transpose(unitVector(columns, l)));

/** The two cases of a scalar with one δ: where its indices are equal, and where they are not. */
interface Cases {
  readonly indices: readonly [Sym, Sym];
  /** Each in its normal form, and as it was put in. */
  readonly equal: Case;
  readonly different: Case;
}

/** One of two cases. */
export interface Case {
  readonly expr: Expr;
  readonly bare: Expr;
}

/** The cases that one δ makes; null where there is none, or more than one. */
export function casesOf(e: Expr, simplify: (e: Expr) => Expr): Cases | null {
  const deltas = postorder([e], argsOf).filter((node) => indicesOfDelta(node));
  const [delta, second] = deltas;
  if (delta === undefined || second !== undefined) return null;
  const [i, j] = indicesOfDelta(delta)!;
  if (i.kind !== "sym" || j.kind !== "sym" || isNamedBy(e, j)) return null;
  // Of an index that a sum within binds there are no cases.
  if (!dependsOn(e, i) || !dependsOn(e, j)) return null;
  const at = (value: Expr): Expr => substitution([[delta, value]])(e);
  const caseOf = (bare: Expr): Case => ({ expr: simplify(bare), bare });
  return { indices: [i, j], equal: caseOf(withIndex(at(unit), j, i)), different: caseOf(at(zero)) };
}

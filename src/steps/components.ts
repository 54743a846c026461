/** @file An expression entry by entry: products as sums over indices. */

import { freshIndex, indexSum, opened, withIndex } from "../expr/binding.ts";
import { one } from "../expr/dimension.ts";
import type { Dimension } from "../expr/dimension.ts";
import { apply, isApply, isScalar, two, unit, zero } from "../expr/expr.ts";
import type { Apply, Expr, Sym } from "../expr/expr.ts";
import { compared } from "../numeric/equations.ts";
import {
  add,
  hadamard,
  identity,
  matmul,
  ones,
  scale,
  trace,
  transpose,
  zeros,
} from "../ops/arithmetic.ts";
import { power } from "../ops/elementwise.ts";
import { delta, entryOf, indexOfUnitVector, indicesOfDelta } from "../ops/indexing.ts";
import { squaredNorm, sum } from "../ops/reduce.ts";
import { diagonalMatrix } from "../ops/structure.ts";
import { scaleFactors } from "../simplify/forms.ts";
import { mergedScale } from "../simplify/scale.ts";

/** The entry at (i, j), both 1 for a scalar, with what it is made of entry by entry; compared with it. */
export function componentOf(e: Expr, i: Expr = unit, j: Expr = unit): Expr {
  const entry = entryAt(e, i, j);
  if (compared(entry, isScalar(e) ? e : entryOf(e, i, j), 1) === "unequal")
    throw new Error("internal: an entry is not what it is written out as");
  return entry;
}

function entryAt(e: Expr, i: Expr = unit, j: Expr = unit): Expr {
  if (e.kind === "indexSum" && !isScalar(e)) {
    const { index, body } = opened(e);
    return summed(index, entryAt(body, i, j));
  }
  const at = indexOfUnitVector(e);
  if (at) return delta(e.shape[0], at, i);
  if (e.kind !== "apply") return e.kind === "num" || isScalar(e) ? e : entryOf(e, i, j);
  if (e.op === add) return add(...e.args.map((term) => entryAt(term, i, j)));
  if (e.op === scale)
    return times(...e.args.map((f) => (isScalar(f) ? entryAt(f) : entryAt(f, i, j))));
  if (e.op === hadamard) return times(...e.args.map((f) => entryAt(f, i, j)));
  if (e.op === transpose) return entryAt(e.args[0]!, j, i);
  if (e.op === matmul) return ofProduct(e.args, i, j);
  if (isApply(e, identity)) return delta(e.shape[0], i, j);
  if (isApply(e, ones)) return unit;
  if (isApply(e, zeros)) return zero;
  if (e.op === trace) return over(e.args[0]!.shape[0], (k) => entryAt(e.args[0]!, k, k));
  if (e.op === sum) return overAll(e.args[0]!, (x) => x);
  if (e.op === squaredNorm) return overAll(e.args[0]!, (x) => power(x, two));
  if (e.op === diagonalMatrix) return times(delta(e.shape[0], i, j), entryAt(e.args[0]!, i));
  return ofEntries(e, i, j);
}

/** A function of each entry, of that entry; anything else keeps its name: (K⁻¹)ᵢⱼ. */
function ofEntries(e: Apply, i: Expr, j: Expr): Expr {
  const isEntrywise = e.op.entrywise === true || e.op === power;
  if (!isEntrywise) return isScalar(e) ? e : entryOf(e, i, j);
  return apply(
    e.op,
    e.args.map((arg) => (isScalar(arg) ? entryAt(arg) : entryAt(arg, i, j))),
  );
}

/** Σₖ aᵢₖbₖⱼ; no sum over what has one row. */
function ofProduct(factors: readonly Expr[], i: Expr, j: Expr): Expr {
  const [first, ...rest] = factors as readonly [Expr, ...Expr[]];
  if (rest.length === 0) return entryAt(first, i, j);
  return over(first.shape[1], (k) => times(entryAt(first, i, k), ofProduct(rest, k, j)));
}

/** Σₖ f(k), and f(i) of Σₖ δₖᵢ f(k). */
function summed(k: Sym, term: Expr): Expr {
  const factors = scaleFactors(term);
  for (const factor of factors) {
    const [a, b] = indicesOfDelta(factor) ?? [];
    const at = a === k ? b : b === k ? a : undefined;
    if (at === undefined || at === k) continue;
    return withIndex(times(...factors.filter((f) => f !== factor)), k, at);
  }
  return indexSum(k, term);
}

/** Σₖ over a size. */
function over(size: Dimension, term: (k: Expr) => Expr): Expr {
  if (size === one) return term(unit);
  const k = freshIndex(size);
  return summed(k, term(k));
}

/** The sum over all entries. */
const overAll = (x: Expr, of: (entry: Expr) => Expr): Expr =>
  over(x.shape[0], (i) => over(x.shape[1], (j) => of(entryAt(x, i, j))));

/** A product of scalars, with sums after what they do not bind. */
function times(...factors: readonly Expr[]): Expr {
  const plain = factors.filter((f) => f !== unit && f.kind !== "indexSum");
  const sums = factors.filter((f) => f.kind === "indexSum");
  const all = [...plain, ...sums];
  if (all.length === 0) return unit;
  return all.length === 1 ? all[0]! : mergedScale(all.flatMap(scaleFactors));
}

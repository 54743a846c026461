/** @file Filters: of a product with [j ≠ i] nothing is left at j = i, whether the other factors exist there or not. */

import type { Apply, Expr } from "../expr/expr.ts";
import { argsOf } from "../expr/walk.ts";

/** An indicator of indices alone. */
const isFilter = (e: Expr): e is Apply => e.kind === "apply" && e.op.selects?.(e.args) === true;

const known = new WeakMap<Expr, readonly Apply[]>();

/** The filters that decide whether anything is left of an expression; none where it has to be computed. */
export function filtersOf(e: Expr): readonly Apply[] {
  if (e.kind !== "apply") return [];
  let found = known.get(e);
  if (!found) known.set(e, (found = isFilter(e) ? [e] : ofParts(e)));
  return found;
}

function ofParts(e: Apply): readonly Apply[] {
  const parts = argsOf(e).map(filtersOf);
  const decides = e.op.multilinear || (isSum(e) && parts.every((part) => part.length > 0));
  return decides ? [...new Set(parts.flat())] : [];
}

/**
 * Whether nothing is left of an expression where `isOff` says which filters are 0: a product without a
 * factor, a sum without its terms. What only cancels is left.
 */
export function isLeftOut(e: Expr, isOff: (filter: Apply) => boolean): boolean {
  if (filtersOf(e).length === 0) return false;
  if (isFilter(e)) return isOff(e);
  const isOut = (part: Expr): boolean => isLeftOut(part, isOff);
  return isSum(e) ? argsOf(e).every(isOut) : argsOf(e).some(isOut);
}

const isSum = (e: Expr): boolean => e.kind === "apply" && e.op.notation.kind === "sum";

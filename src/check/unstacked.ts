/** @file Images of linear maps, which are compared as columns, as they are written. */

import { isApply, isColumn, isScalar } from "../expr/expr.ts";
import type { Expr } from "../expr/expr.ts";
import { add, product, scale, total, transpose } from "../ops/arithmetic.ts";
import { vec } from "../ops/kronecker.ts";

/** The image of a map of which all columns were stacked; null of anything else. */
export function unstacked(e: Expr): Expr | null {
  if (isScalar(e)) return e;
  const isPut = [vec, scale, add].some((op) => isApply(e, op));
  if (isColumn(e) && !isPut) return e;
  if (isApply(e, vec) || isApply(e, transpose)) return e.args[0]!;
  if (isApply(e, add)) {
    const terms = e.args.map(unstacked);
    return terms.every((term) => term !== null) ? total(terms) : null;
  }
  if (!isApply(e, scale)) return null;
  const inner = unstacked(e.args.at(-1)!);
  return inner && product(...e.args.slice(0, -1), inner);
}

/** @file Constants that are typed without their size: I, 𝟏 and λI take the one that fits. */

import { one, sameShape } from "../expr/dimension.ts";
import type { Shape } from "../expr/dimension.ts";
import { apply, isApply, isScalar } from "../expr/expr.ts";
import type { Expr } from "../expr/expr.ts";
import { identity, ones, scale, transpose } from "../ops/arithmetic.ts";

/** A constant, or a multiple of one, in another size; null for anything else, and where none fits. */
export function resized(e: Expr, [rows, columns]: Shape): Expr | null {
  if (isApply(e, identity)) return rows === columns ? identity(rows) : null;
  // A single 1 is no column.
  if (isApply(e, ones)) return columns === one && rows !== one ? ones(rows) : null;
  if (isApply(e, transpose) && isApply(e.args[0]!, ones))
    return rows === one && columns !== one ? transpose(ones(columns)) : null;
  if (!isApply(e, scale)) return null;
  const last = resized(e.args.at(-1)!, [rows, columns]);
  return last && apply(scale, [...e.args.slice(0, -1), last]);
}

/** Terms, or factors of ⊙, of one shape: constants among them take that of the others; null where that does not do. */
export function alike(parts: readonly Expr[]): readonly Expr[] | null {
  const isFixed = (e: Expr): boolean => resized(e, e.shape) === null;
  const shape = parts.find(isFixed)?.shape;
  if (!shape) return null;
  const made = parts.map((e) => (sameShape(e.shape, shape) ? e : resized(e, shape)));
  return made.every((e) => e !== null) ? made : null;
}

/** Factors of a product, in which constants take the size of their neighbours; null where none is one. */
export function chained(factors: readonly Expr[]): readonly Expr[] | null {
  const places = factors.flatMap((e, i) => (isScalar(e) ? [] : [i]));
  const made = [...factors];
  for (const [k, i] of places.entries()) {
    const e = made[i]!;
    const before = made[places[k - 1] ?? -1]?.shape[1];
    const after = made[places[k + 1] ?? -1]?.shape[0];
    const [rows, columns] = e.shape;
    const isColumn = columns === one;
    const wanted: Shape =
      rows === columns
        ? [before ?? after ?? rows, before ?? after ?? rows]
        : isColumn
          ? [before ?? rows, one]
          : [one, after ?? columns];
    const other = sameShape(e.shape, wanted) ? e : resized(e, wanted);
    if (other) made[i] = other;
  }
  return made.some((e, i) => e !== factors[i]) ? made : null;
}

/** @file Matrices that are defined by their entries, and are symmetric where the entries are. */

import { freshIndex, opened, withIndex } from "../expr/binding.ts";
import { sym, unit } from "../expr/expr.ts";
import type { Expr, Sym } from "../expr/expr.ts";
import { has, property } from "../expr/properties.ts";
import { substitution } from "../expr/walk.ts";
import { matmul, scaled, transpose } from "../ops/arithmetic.ts";
import { unitVector } from "../ops/indexing.ts";
import { normalKey } from "./canonical.ts";
import { unscaled } from "./forms.ts";
import { simplify } from "./simplify.ts";

/**
 * Rewrites expressions so that each of the names that stands for Σᵢⱼ f(i, j)eᵢeⱼᵀ with f(i, j) = f(j, i) is
 * known to be symmetric. Names come after those that they are defined by.
 */
export function withSymmetry(names: readonly Expr[]): (e: Expr) => Expr {
  return names.reduce<(e: Expr) => Expr>(
    (known, name) => {
      const now = known(name);
      if (now.kind !== "sym" || !now.definition || !isSymmetricByEntries(now)) return known;
      const properties = now.properties | property.symmetric;
      const symmetric = sym(now.name, now.shape, properties, now.definition, now.member);
      const put = substitution([[now, symmetric]]);
      return (e) => put(known(e));
    },
    (e) => e,
  );
}

/** Whether a name is defined by entries f(i, j) = f(j, i), and that is not known already. */
function isSymmetricByEntries({ definition, properties, shape }: Sym): boolean {
  if (definition?.kind !== "indexSum" || has(properties, property.symmetric)) return false;
  const { index: i, body: row } = opened(definition);
  if (row.kind !== "indexSum" || shape[0] !== shape[1]) return false;
  const { index: j, body } = opened(row);
  const { scalars, body: place } = unscaled(body);
  if (place !== unitMatrix(i, j)) return false;
  const at = simplify(scaled(scalars, unit));
  const other = freshIndex(i.range!);
  const turned = withIndex(withIndex(withIndex(at, i, other), j, i), other, j);
  return normalKey(at) === normalKey(simplify(turned));
}

/** eᵢeⱼᵀ. */
const unitMatrix = (i: Sym, j: Sym): Expr =>
  matmul(unitVector(i.range!, i), transpose(unitVector(j.range!, j)));

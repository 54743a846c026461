/** @file Matrices that are defined by their entries, and are symmetric where the entries are. */

import { freshIndex, withIndex } from "../expr/binding.ts";
import { sym } from "../expr/expr.ts";
import type { Expr, Sym } from "../expr/expr.ts";
import { has, property } from "../expr/properties.ts";
import { substitution } from "../expr/walk.ts";
import { normalKey } from "./canonical.ts";
import { byEntries } from "./fold.ts";
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
  if (definition === null || has(properties, property.symmetric) || shape[0] !== shape[1])
    return false;
  const entries = byEntries(definition);
  const [i, j] = entries?.indices ?? [];
  if (!entries || !i || !j) return false;
  const at = simplify(entries.of);
  const other = freshIndex(i.range!);
  const turned = withIndex(withIndex(withIndex(at, i, other), j, i), other, j);
  return normalKey(at) === normalKey(simplify(turned));
}

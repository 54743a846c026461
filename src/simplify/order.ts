/** @file A total order on expressions by their form; of equal forms the one made first stands first. */

import type { Expr } from "../expr/expr.ts";
import { toNumber } from "../expr/rational.ts";

/** Numbers, then dimensions, Greek and Latin names, then what is composed. */
function rank(e: Expr): number {
  if (e.kind === "indexSum") return 5;
  if (e.kind === "num") return 0;
  if (e.kind === "sym") return e.role === "dimension" ? 1 : /^[α-ωΑ-Ω]/u.test(e.name) ? 2 : 3;
  return 4;
}

/** Negative where `a` stands before `b`; 0 only for the same expression. */
export function compare(a: Expr, b: Expr): number {
  if (a === b) return 0;
  const byRank = rank(a) - rank(b);
  if (byRank !== 0) return byRank;
  if (a.kind === "num" && b.kind === "num")
    return toNumber(a.value) - toNumber(b.value) || a.id - b.id;
  if (a.kind === "sym" && b.kind === "sym")
    return byText(a.name, b.name) || byText(placeOf(a), placeOf(b)) || a.id - b.id;
  if (a.kind === "indexSum" || b.kind === "indexSum") return compareSums(a, b);
  if (a.kind !== "apply" || b.kind !== "apply") return a.id - b.id;
  const bySize = a.size - b.size;
  if (bySize !== 0) return bySize;
  const byOp = byText(a.op.opName, b.op.opName) || a.args.length - b.args.length;
  if (byOp !== 0) return byOp;
  for (const [i, arg] of a.args.entries()) {
    const byArg = compare(arg, b.args[i]!);
    if (byArg !== 0) return byArg;
  }
  return byText(placeOf(a), placeOf(b)) || a.id - b.id;
}

/** Sums over an index stand behind all else. */
function compareSums(a: Expr, b: Expr): number {
  if (a.kind !== "indexSum" || b.kind !== "indexSum") return a.kind === "indexSum" ? 1 : -1;
  return a.size - b.size || compare(a.index, b.index) || compare(a.body, b.body) || a.id - b.id;
}

/** Shape and range, in which things of one name may differ. */
const placeOf = (e: Expr): string =>
  `${e.shape[0].key}×${e.shape[1].key}${e.kind === "sym" && e.range ? `:${e.range.key}` : ""}`;

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

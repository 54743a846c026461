/** @file The smallest edit of an answer that makes it right: one, then two, tried by numbers within a deadline. */

import type { Expr } from "../expr/expr.ts";
import { exprOf, partsOf } from "./draft.ts";
import type { Draft } from "./draft.ts";
import { editsOf } from "./edits.ts";
import type { Edit } from "./edit.ts";
import type { Stock } from "./stock.ts";
import type { Target } from "./numbers.ts";

/** An answer made right. */
export interface Repair {
  readonly edits: readonly Edit[];
  readonly draft: Draft;
  readonly expr: Expr;
}

/** What a search came to. */
export interface Searched {
  readonly repair: Repair | null;
  /** How many edits were tried. */
  readonly tried: number;
  /** Whether all single edits and pairs were tried; else the time was up. */
  readonly isComplete: boolean;
}

/** More parts than that are not searched: their edits alone would take too long to list. */
const mostParts = 150;

function isLong(draft: Draft): boolean {
  let count = 0;
  const open = [draft];
  for (let next = open.pop(); next && count <= mostParts; next = open.pop()) {
    count++;
    open.push(...partsOf(next));
  }
  return count > mostParts;
}

/** How many tries go by between two looks at the clock. */
const between = 32;

/** Searches one edit, then `most`; `until` is when to stop, by `performance.now()`. */
export function repaired(
  draft: Draft,
  target: Target,
  stock: Stock,
  until: number,
  most: 1 | 2 = 2,
): Searched {
  const seen = new Set<Expr>();
  const fixed = new Set([...target.expr.free, ...(exprOf(draft)?.free ?? [])]);
  let tried = 0;
  let isOver = false;
  const accepts = (edit: Edit): Expr | null => {
    if (++tried % between === 0 && performance.now() > until) isOver = true;
    const expr = exprOf(edit.whole);
    // An index may have lost the sum that bound it.
    if (expr === null || seen.has(expr) || !expr.free.every((i) => fixed.has(i))) return null;
    seen.add(expr);
    return target.isMetBy(expr) ? expr : null;
  };
  if (isLong(draft)) return { repair: null, tried, isComplete: false };
  const done = (repair: Repair | null): Searched => ({ repair, tried, isComplete: !isOver });
  const singles = editsOf(draft, stock);
  const own = exprOf(draft);
  if (own) seen.add(own);
  for (const edit of singles) {
    const expr = accepts(edit);
    if (expr) return done({ edits: [edit], draft: edit.whole, expr });
    if (isOver) return done(null);
  }
  if (most === 1) return done(null);
  // The likely pairs first: by the sum of the weights.
  const seconds = new Map<Edit, Edit[]>();
  const heaviest = Math.max(0, ...singles.map(({ weight }) => weight));
  for (let sum = 2; sum <= 2 * heaviest; sum++)
    for (const first of singles) {
      const rest = sum - first.weight;
      if (rest < 1 || rest > heaviest) continue;
      let next = seconds.get(first);
      if (!next) seconds.set(first, (next = editsOf(first.whole, stock)));
      if (performance.now() > until) return { repair: null, tried, isComplete: false };
      for (const second of next) {
        if (second.weight !== rest) continue;
        const expr = accepts(second);
        if (expr) return done({ edits: [first, second], draft: second.whole, expr });
        if (isOver) return done(null);
      }
    }
  return done(null);
}

/** @file Other forms of a result, for a reader who looks for one of them. */

import { isApply, isScalar } from "../expr/expr.ts";
import type { Expr } from "../expr/expr.ts";
import { argsOf, upwards, withArgs } from "../expr/walk.ts";
import { add, scale, scaled } from "../ops/arithmetic.ts";
import { cost } from "./cost.ts";
import { scaleFactors, unscaled } from "./forms.ts";
import { withNumberOutside } from "./common-scalars.ts";
import { presenter, withEndsOutside } from "./present.ts";
import { mergedScale } from "./scale.ts";
import { ordered } from "./sequence.ts";
import { Simplifier } from "./simplify.ts";
import { asTerm, factorsOf } from "./term.ts";

/** Every product of sums multiplied out, and nothing collected again. */
export function expanded(e: Expr): Expr {
  const open = new Simplifier().simplify(e);
  const shown = presenter(() => true);
  return isApply(open, add) ? add(...ordered(open.args.map(shown))) : shown(open);
}

/** What stands before or after several terms of a sum is taken out of it. */
export function factored(e: Expr): Expr {
  return upwards(e, new Map<Expr, Expr>(), (node, parts) => {
    const rebuilt = withArgs(node, parts);
    if (rebuilt !== node && isApply(rebuilt, scale))
      return mergedScale(rebuilt.args.flatMap(scaleFactors));
    return isApply(rebuilt, add) && !isScalar(rebuilt) ? grouped(rebuilt.args) : rebuilt;
  });
}

/** A sum whose terms are grouped by their common ends, what spares most first. */
function grouped(terms: readonly Expr[]): Expr {
  let best: readonly Expr[] = [];
  let most = 0;
  for (const end of [0, -1]) {
    const groups = new Map<Expr, Expr[]>();
    for (const term of terms) {
      const { body } = asTerm(term);
      const factor = body && factorsOf(body).at(end)!;
      if (factor) groups.set(factor, [...(groups.get(factor) ?? []), term]);
    }
    for (const [factor, members] of groups) {
      const saved = (members.length - 1) * cost(factor);
      if (saved > most && withEndsOutside(add(...members)) !== add(...members))
        [best, most] = [members, saved];
    }
  }
  if (best.length < 2) return terms.length === 1 ? terms[0]! : withNumberOutside(add(...terms));
  const { scalars, body } = unscaled(withNumberOutside(add(...ordered(best))));
  const outside = withEndsOutside(body);
  const inside = argsOf(outside).map((part) => (isApply(part, add) ? grouped(part.args) : part));
  const group = scaled(scalars, withArgs(outside, inside));
  const [first] = best;
  const rest = terms.flatMap((t) => (t === first ? [group] : best.includes(t) ? [] : [t]));
  return rest.length === 1 ? group : grouped(rest);
}

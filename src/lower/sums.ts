/** @file Sums along an axis: what need not be summed, and what is kept before it is. */

import type { Builder } from "./builder.ts";
import type { Call, Formula } from "./formula.ts";
import { isCall } from "./formula.ts";
import type { Axis } from "./place.ts";
import { extentOf, origin, solvedFor } from "./place.ts";

/** Σ over an axis: what does not depend on it is no longer under the sum, nor what a match leaves one term of. */
export function summed(b: Builder, over: Axis, body: Formula): Formula {
  if (!body.axes.includes(over)) return b.times(b.constant(over.extent), body);
  if (isCall(body, "plus")) {
    // (δ + A) leaves a sum of A alone, and the rest without one.
    const isShort = (t: Formula): boolean => !t.axes.includes(over) || picked(b, over, t) !== null;
    const short = body.args.filter(isShort);
    if (short.length > 0) {
      const long = body.args.filter((t) => !isShort(t));
      const sums = short.map((t) => b.sum(over, t));
      return b.plus(...sums, ...(long.length > 0 ? [b.sum(over, b.plus(...long))] : []));
    }
  }
  const term = picked(b, over, body);
  if (term) return term;
  const factors = isCall(body, "times") ? body.args : [body];
  const outside = factors.filter((f) => !f.axes.includes(over));
  if (outside.length > 0) {
    const inside = factors.filter((f) => f.axes.includes(over));
    return b.times(...outside, b.sum(over, b.times(...inside)));
  }
  const spread = factors.find(
    (f) => isCall(f, "plus") && f.args.some((t) => picked(b, over, t) !== null),
  ) as Call | undefined;
  if (spread) {
    const others = factors.toSpliced(factors.indexOf(spread), 1);
    return b.sum(over, b.plus(...spread.args.map((t) => b.times(...others, t))));
  }
  return b.folded("plus", [over], body);
}

/** What a match leaves of a sum: one term; null where there is none. */
function picked(b: Builder, over: Axis, term: Formula): Formula | null {
  const factors = isCall(term, "times") ? term.args : [term];
  for (const factor of factors) {
    if (factor.kind !== "match" || !factor.isEqual || !factor.axes.includes(over)) continue;
    const at = solvedFor(over, factor.difference, origin);
    if (!at) continue;
    const others = factors.filter((f) => f !== factor);
    return b.substituted(b.times(...others), new Map([[over, at]]));
  }
  return null;
}

/** The factors of Σₖ aᵢₖbₖⱼ, each kept where it would be computed anew for every entry of the sum. */
export function withOperandsKept(b: Builder, over: readonly Axis[], body: Formula): Formula {
  if (!isCall(body, "times")) return body;
  const operands = operandsOf(body.args, over);
  if (operands.length === 1) return body;
  return b.times(
    ...operands.map((factors) => {
      const operand = b.times(...factors);
      return operand.cost === 0 ? operand : b.keptHere(operand);
    }),
  );
}

/**
 * The factors of what is summed over some axes in groups that share no other axis, largest first; what depends
 * on no other axis goes with the smallest of several groups, else it is a group of its own.
 */
function operandsOf(factors: readonly Formula[], over: readonly Axis[]): Formula[][] {
  const groups: { axes: Set<Axis>; factors: Formula[] }[] = [];
  const between: Formula[] = [];
  for (const factor of factors) {
    const own = factor.axes.filter((x) => !over.includes(x));
    if (own.length === 0) {
      between.push(factor);
      continue;
    }
    const touched = groups.filter(({ axes }) => own.some((x) => axes.has(x)));
    const merged = {
      axes: new Set([...own, ...touched.flatMap(({ axes }) => [...axes])]),
      factors: [...touched.flatMap((group) => group.factors), factor],
    };
    for (const group of touched) groups.splice(groups.indexOf(group), 1);
    groups.push(merged);
  }
  const size = ({ axes }: { axes: Set<Axis> }): number => extentOf([...axes]);
  groups.sort((a, b) => size(b) - size(a));
  const smallest = groups.at(-1);
  if (groups.length > 1) smallest!.factors.push(...between);
  else if (between.length > 0) groups.push({ axes: new Set(), factors: between });
  return groups.map((group) => group.factors);
}

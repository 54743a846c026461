/** @file Sums of traces as one trace. */

import { isApply } from "../expr/expr.ts";
import type { Apply, Expr } from "../expr/expr.ts";
import { trace } from "../ops/arithmetic.ts";
import { inReadingOrder } from "./scale.ts";
import { asTerm, chainOf, factorsOf, fromTerm } from "./term.ts";
import type { Term } from "./term.ts";

/** Where a bracket may stand in a product: after, before or between common factors. */
export const sides = ["right", "left", "around"] as const;
export type Side = (typeof sides)[number];

/** tr(AB) + x·tr(CA) = tr(A(B + xC)): traces of products that have a factor in common. */
export function collectTraces(
  terms: readonly Expr[],
  collectSide: (products: readonly Expr[], side: Side) => Expr[] | null,
): Expr[] {
  const traced = terms.filter((t) => traceIn(asTerm(t)) !== undefined);
  if (traced.length < 2) return [...terms];
  const parts = traced.map((t) => {
    const term = asTerm(t);
    const found = traceIn(term)!;
    return {
      factors: factorsOf(found.args[0]!),
      term: { ...term, scalars: term.scalars.filter((s) => s !== found) },
    };
  });
  for (const pivot of parts[0]!.factors) {
    if (!parts.every(({ factors }) => factors.includes(pivot))) continue;
    const turned = parts.map(({ factors, term }) => {
      const at = factors.indexOf(pivot);
      return fromTerm({ ...term, body: chainOf([...factors.slice(at), ...factors.slice(0, at)]) });
    });
    for (const side of sides) {
      const [whole, ...others] = collectSide(turned, side) ?? turned;
      if (others.length > 0) continue;
      const { coefficient, scalars, body } = asTerm(whole!);
      const collected = fromTerm({
        coefficient,
        scalars: inReadingOrder([...scalars, trace(body!)]),
        body: null,
      });
      return terms.flatMap((t) => (t === traced[0] ? [collected] : traced.includes(t) ? [] : [t]));
    }
  }
  return [...terms];
}

/** The trace in a scalar term that holds no other composed scalar. */
function traceIn({ scalars, body }: Term): Apply | undefined {
  const [found, ...others] = scalars.filter((s) => s.kind === "apply");
  return body === null && found && isApply(found, trace) && others.length === 0 ? found : undefined;
}

/** @file Drafts changed as a whole: the opposite, the transpose, times a number, with more terms. */

import type { Span } from "../diagnostics/source.ts";
import { isScalar, num, unit } from "../expr/expr.ts";
import type { Expr } from "../expr/expr.ts";
import { has, property } from "../expr/properties.ts";
import type { Rational } from "../expr/rational.ts";
import { isEqual, isNegative, negated as opposite, rational } from "../expr/rational.ts";
import { hadamard, transpose } from "../ops/arithmetic.ts";
import { vec } from "../ops/kronecker.ts";
import {
  applied,
  draftOfExpr,
  exprOf,
  leaf,
  negated,
  productDraftOf,
  sumDraft,
  withParts,
} from "./draft.ts";
import type { Draft } from "./draft.ts";

const one = rational(1);
const minus = rational(-1);

/** The opposite, with a sign that is there taken away. */
export function flipped(draft: Draft): Draft {
  if (draft.kind === "product") {
    const at = draft.parts.findIndex(
      (p) => p.kind === "leaf" && p.expr.kind === "num" && isNegative(p.expr.value),
    );
    const found = draft.parts[at];
    if (found?.kind === "leaf" && found.expr.kind === "num") {
      const value = num(opposite(found.expr.value));
      const parts = draft.parts.flatMap((p, k) =>
        k !== at ? [p] : value === unit ? [] : [leaf(value)],
      );
      const divides = draft.divides.filter((_, k) => k !== at || value !== unit);
      return parts.length === 1 && !divides[0] ? parts[0]! : { ...draft, parts, divides };
    }
  }
  return negated(draft);
}

/** The transpose, with each factor and term turned. */
export function turnedDraft(draft: Draft): Draft {
  const e = exprOf(draft);
  if (e && (isScalar(e) || has(e.properties, property.symmetric))) return draft;
  switch (draft.kind) {
    case "sum":
    case "indexSum":
      return withParts(draft, draft.parts.map(turnedDraft));
    case "product": {
      // Only scalars divide.
      const order = draft.parts.map((part, i) => [turnedDraft(part), draft.divides[i]!] as const);
      const isScalarAt = draft.parts.map(
        (part) => exprOf(part) !== null && isScalar(exprOf(part)!),
      );
      const scalars = order.filter((_, i) => isScalarAt[i]);
      const all = [...scalars, ...order.filter((_, i) => !isScalarAt[i]).toReversed()];
      return { ...draft, parts: all.map(([part]) => part), divides: all.map(([, over]) => over) };
    }
    case "apply":
      if (draft.op === transpose) return draft.parts[0]!;
      if (draft.op === hadamard) return withParts(draft, draft.parts.map(turnedDraft));
      return applied(transpose, [draft], draft.span);
    case "let":
      return withParts(draft, [draft.parts[0]!, turnedDraft(draft.parts[1]!)]);
    case "leaf":
      return applied(transpose, [draft], draft.span);
    default:
      return draft satisfies never;
  }
}

/** Some terms with weights: what has weight 0 is left out. */
export function weighted(
  terms: readonly Draft[],
  c: readonly Rational[],
  span: Span | null,
): Draft {
  const kept = terms.flatMap((term, k) =>
    c[k]!.numerator === 0n ? [] : [isEqual(one, c[k]!) ? term : scaledDraft(term, c[k]!)],
  );
  return kept.length === 0 ? leaf(num(0), span) : sumDraft(kept, span);
}

/** A draft with more terms. */
export function withTerms(draft: Draft, more: readonly Expr[]): Draft {
  const isNothing = draft.kind === "leaf" && draft.expr === num(0);
  const own = isNothing ? [] : draft.kind === "sum" ? draft.parts : [draft];
  return sumDraft(
    [
      ...own,
      ...more.flatMap((e) => {
        const d = draftOfExpr(e);
        return d.kind === "sum" ? d.parts : [d];
      }),
    ],
    draft.span,
  );
}

/** A draft times a number, which goes into each term and into the number that stands there. */
export function scaledDraft(draft: Draft, c: Rational): Draft {
  const isLinear = draft.kind === "apply" && (draft.op === vec || draft.op === transpose);
  if (draft.kind === "sum" || isLinear)
    return withParts(
      draft,
      draft.parts.map((part) => scaledDraft(part, c)),
    );
  if (isEqual(c, minus)) return flipped(draft);
  const { parts, divides, span } = productDraftOf(draft);
  const made: Draft = {
    kind: "product",
    parts: [leaf(num(c)), ...parts],
    divides: [false, ...divides],
    span,
  };
  const expr = exprOf(made);
  return expr ? leaf(expr, span) : made;
}

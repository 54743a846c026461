/** @file What edits of an answer may take from the problem and its result. */

import { withIndex } from "../expr/binding.ts";
import { isApply, isScalar } from "../expr/expr.ts";
import type { Expr, Sym } from "../expr/expr.ts";
import { has, property } from "../expr/properties.ts";
import { contains, postorder } from "../expr/walk.ts";
import { add, hadamard, trace, transpose } from "../ops/arithmetic.ts";
import { power } from "../ops/elementwise.ts";
import { draftOfExpr, exprOf, partsOf } from "./draft.ts";
import type { Draft } from "./draft.ts";

/** What edits may take from the problem and its result. */
export interface Stock {
  /** Factors that stand in the result, and their transposes. */
  readonly factors: readonly Expr[];
  /** The names of the problem, and within a sum those that its index picks. */
  readonly symbols: readonly Expr[];
  /** Parts of the result that are more than names. */
  readonly parts: readonly Expr[];
  /** Sums and powers in the result, of which a term or the base may stand alone. */
  readonly wholes: readonly Expr[];
  /** The indices that the result leaves free. */
  readonly free: readonly Sym[];
  /** Whether the result holds a trace. */
  readonly hasTrace: boolean;
  /** Factors and parts that mean something only within sums over their indices. */
  readonly inner: Pick<Stock, "factors" | "parts" | "wholes">;
}

/** What may be put within a sum over one more index: what stands within such a sum in the result. */
export function within(stock: Stock, index: Sym): Stock {
  const moved = (all: readonly Expr[]): Expr[] =>
    all.flatMap((e) => {
      const [own, ...others] = e.free;
      const isOf = own?.range === index.range && others.length === 0;
      return isOf ? [withIndex(e, own, index)] : [];
    });
  const factors = moved(stock.inner.factors);
  return {
    ...stock,
    symbols: [...stock.symbols, ...factors],
    factors: [...new Set([...stock.factors, ...factors])],
    parts: [...new Set([...stock.parts, ...moved(stock.inner.parts)])],
    wholes: [...new Set([...stock.wholes, ...moved(stock.inner.wholes)])],
  };
}

/** Nothing to take anything from. */
export const emptyStock: Stock = {
  factors: [],
  symbols: [],
  parts: [],
  wholes: [],
  free: [],
  hasTrace: false,
  inner: { factors: [], parts: [], wholes: [] },
};

/** What is left where a name is not known yet. */
export function without(stock: Stock, name: Sym): Stock {
  const kept = (all: readonly Expr[]): Expr[] => all.filter((e) => !contains(e, name));
  const { factors, symbols, parts, inner } = stock;
  return {
    ...stock,
    factors: kept(factors),
    symbols: kept(symbols),
    parts: kept(parts),
    wholes: kept(stock.wholes),
    inner: {
      factors: kept(inner.factors),
      parts: kept(inner.parts),
      wholes: kept(inner.wholes),
    },
  };
}

/** The factors, names and parts of a result and of other expressions that lead to it. */
export function stockOf(
  truth: Expr,
  others: readonly Expr[],
  symbols: readonly Expr[],
  labels: readonly Sym[],
): Stock {
  const results = [truth, ...others];
  const factors = new Set<Expr>();
  const parts = new Set<Expr>();
  const entries = new Set<Expr>();
  const visit = (draft: Draft): void => {
    const e = exprOf(draft);
    if (draft.kind === "product" || (draft.kind === "apply" && draft.op === hadamard))
      for (const part of draft.parts) {
        const factor = exprOf(part);
        if (factor && factor.kind !== "num") factors.add(factor);
      }
    // f′ of what is a product, such as h ⊙ (𝟏 − h), is lost as a whole.
    if (draft.kind === "apply" && draft.op === hadamard && draft.parts.length < mostFactors)
      for (const [i, one] of draft.parts.entries())
        for (const other of draft.parts.slice(i + 1)) {
          const both = exprOf({ ...draft, parts: [one, other] });
          if (both && draft.parts.length > 2) factors.add(both);
        }
    // What is kept as it is, as δᵢⱼ, xᵢ and 𝟏, may stand for a number or a name.
    if (e && e !== truth && draft.kind === "leaf" && e.kind === "apply") entries.add(e);
    if (e && draft.kind !== "leaf") parts.add(e);
    for (const part of partsOf(draft)) visit(part);
  };
  for (const result of results) visit(draftOfExpr(result));
  // What stands within a sum over an index means nothing outside it.
  const isAround = (e: Expr): boolean => e.free.every((index) => labels.includes(index));
  for (const factor of Array.from(factors)) if (!isScalar(factor)) factors.add(turned(factor));
  for (const symbol of symbols) if (!isScalar(symbol)) factors.add(symbol).add(turned(symbol));
  // A result in the place of an answer is no repair of it.
  const small = [...parts].filter((part) => !results.includes(part));
  const wholes = small.filter((part) => isApply(part, add) || isApply(part, power));
  const isInner = (e: Expr): boolean => !isAround(e);
  return {
    factors: [...factors].filter(isAround),
    symbols: [...symbols, ...[...entries].filter(isAround)],
    parts: small.filter(isAround),
    wholes: wholes.filter(isAround),
    free: truth.free,
    hasTrace: postorder(results).some((e) => isApply(e, trace)),
    inner: {
      factors: [...factors].filter(isInner),
      parts: small.filter(isInner),
      wholes: wholes.filter(isInner),
    },
  };
}

/** Of more factors nobody forgets two at once. */
const mostFactors = 6;

const turned = (e: Expr): Expr =>
  isApply(e, transpose) ? e.args[0]! : has(e.properties, property.symmetric) ? e : transpose(e);

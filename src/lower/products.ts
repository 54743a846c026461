/** @file The order in which a product of matrices is multiplied: that of the fewest operations. */

import type { Expr } from "../expr/expr.ts";
import { isApply, isScalar } from "../expr/expr.ts";
import { has, property } from "../expr/properties.ts";
import { postorder } from "../expr/walk.ts";
import { matmul, ones, transpose } from "../ops/arithmetic.ts";
import { inverse } from "../ops/matrix.ts";

/** The size of an expression in numbers. */
export type Sizes = (e: Expr) => readonly [rows: number, columns: number];

/** A product as one of two factors at a time. */
export interface Grouping {
  readonly cost: number;
  readonly product: Expr;
}

/**
 * The factors of a product, nested ones and transposed ones opened unless they are `shared`: what is computed
 * anyway stays one factor. Scalars stand apart.
 */
export function factorsOf(
  e: Expr,
  isShared: (part: Expr) => boolean,
): { readonly scalars: Expr[]; readonly factors: Expr[] } {
  const scalars: Expr[] = [];
  const factors: Expr[] = [];
  const visit = (part: Expr, isTransposed: boolean, isRoot: boolean): void => {
    if (!isRoot && isScalar(part)) scalars.push(part);
    else if (!isRoot && isShared(part)) factors.push(isTransposed ? transpose(part) : part);
    else if (isApply(part, transpose)) visit(part.args[0]!, !isTransposed, false);
    else if (part.kind === "apply" && part.op.notation.kind === "product") {
      // A product of matrices, or scalars before one factor.
      const order = isTransposed ? part.args.toReversed() : part.args;
      for (const arg of order) visit(arg, isTransposed, false);
    } else factors.push(isTransposed ? transpose(part) : part);
  };
  visit(e, false, true);
  return { scalars, factors };
}

/** What products of matrices in some expressions multiply, and what that is transposed; what is `shared` is one factor. */
export function operandsIn(
  roots: readonly Expr[],
  isShared: (part: Expr) => boolean,
): ReadonlySet<Expr> {
  const found = new Set<Expr>();
  for (const e of postorder(roots)) {
    if (!isApply(e, matmul)) continue;
    const { factors } = factorsOf(e, isShared);
    if (factors.filter((f) => !isThin(f)).length < 2) continue;
    for (const f of factors) {
      found.add(f);
      if (isApply(f, transpose)) found.add(f.args[0]!);
    }
  }
  return found;
}

/** What grouping has to know: sizes, and which products are made anyway. */
export interface Known {
  readonly sizes: Sizes;
  readonly isMade: (product: Expr) => boolean;
}

/** The cheapest grouping of a product. */
export function grouped(factors: readonly Expr[], known: Known): Grouping {
  const n = factors.length;
  const best: Grouping[][] = factors.map((f, i) => {
    const row: Grouping[] = [];
    row[i] = { cost: 0, product: f };
    return row;
  });
  for (let length = 2; length <= n; length++)
    for (let from = 0; from + length <= n; from++) {
      const to = from + length - 1;
      for (let cut = from; cut < to; cut++) {
        const [left, right] = [best[from]![cut]!, best[cut + 1]![to]!];
        const product = matmul(left.product, right.product);
        const cost = known.isMade(product)
          ? 0
          : left.cost + right.cost + costOfPair(left.product, right.product, known.sizes);
        const other = best[from]![to];
        if (!other || cost < other.cost) best[from]![to] = { cost, product };
      }
    }
  return best[0]![n - 1]!;
}

/** The cheapest way to the trace of a product: ⟨A, B⟩ = Σ AᵢₖBₖᵢ for two groups of its factors, which go round. */
export function cutForTrace(
  factors: readonly Expr[],
  known: Known,
): readonly [left: Expr, right: Expr] {
  let best: { cost: number; pair: readonly [Expr, Expr] } | null = null;
  for (let turn = 0; turn < factors.length; turn++) {
    const turned = [...factors.slice(turn), ...factors.slice(0, turn)];
    for (let cut = 1; cut < factors.length; cut++) {
      const left = grouped(turned.slice(0, cut), known);
      const right = grouped(turned.slice(cut), known);
      const [rows, columns] = known.sizes(left.product);
      // An inverse that stands alone has to be made whole.
      const whole = [left, right].filter(({ product }) => isApply(product, inverse)).length;
      const cost = left.cost + right.cost + rows * columns + whole * 2 * rows * rows * rows;
      if (!best || cost < best.cost) best = { cost, pair: [left.product, right.product] };
    }
  }
  return best!.pair;
}

/** Multiplications in the product of two matrices, with an account of what is sparse by form. */
function costOfPair(left: Expr, right: Expr, sizes: Sizes): number {
  const [m, k] = sizes(left);
  const [, n] = sizes(right);
  if (isApply(left, inverse) || isApply(right, inverse)) {
    // Two triangular solves; a second inverse would have to be made whole.
    const whole = isApply(left, inverse) && isApply(right, inverse) ? k * k * k : 0;
    return 2 * m * k * n + whole;
  }
  if (isThin(left)) return isRowOfOnes(left) ? k * n : m * n;
  if (isThin(right)) return isApply(right, ones) ? m * k : m * n;
  return m * k * n;
}

const isThin = (e: Expr): boolean =>
  has(e.properties, property.diagonal) || isApply(e, ones) || isRowOfOnes(e);

const isRowOfOnes = (e: Expr): boolean => isApply(e, transpose) && isApply(e.args[0]!, ones);

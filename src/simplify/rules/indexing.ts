/** @file Rules for entries, rows and columns: indices move to the names, δ is worked out. */

import { indexSum } from "../../expr/binding.ts";
import { one } from "../../expr/dimension.ts";
import { apply, isApply, isColumn, isScalar, unit, zero } from "../../expr/expr.ts";
import type { Apply, Expr } from "../../expr/expr.ts";
import type { OpFields } from "../../expr/op.ts";
import {
  add,
  entrywiseProduct,
  hadamard,
  identity,
  matmul,
  ones,
  product,
  scale,
  scaled,
  transpose,
  transposed,
} from "../../ops/arithmetic.ts";
import { maximum, minimum, power } from "../../ops/elementwise.ts";
import {
  column,
  delta,
  differs,
  entry,
  entryOf,
  indexOfUnitVector,
  row,
  unitVector,
} from "../../ops/indexing.ts";
import { kronecker } from "../../ops/kronecker.ts";
import { diagonalMatrix, diagonalVector } from "../../ops/structure.ts";
import { isOnes, unscaled } from "../forms.ts";
import { compare } from "../order.ts";
import { chainOf } from "../term.ts";
import { ofZero, rule } from "./rule.ts";
import type { Rule } from "./rule.ts";

/** What picks a part of a matrix: the part of a sum is the sum of the parts, and so on. */
function picking(op: OpFields, pick: (x: Expr, ...at: Expr[]) => Expr): Rule[] {
  const name = op.opName;
  const within = (e: Apply): Expr[] => e.args.slice(1);
  return [
    ofZero(op),
    rule(`${name}-of-sum`, op, (e, x) =>
      isApply(x, add) ? add(...x.args.map((t) => pick(t, ...within(e)))) : null,
    ),
    rule(`${name}-of-scale`, op, (e, x) => {
      const { scalars, body } = unscaled(x);
      return scalars.length > 0 ? scaled(scalars, pick(body, ...within(e))) : null;
    }),
    rule(`${name}-of-hadamard`, op, (e, x) =>
      isApply(x, hadamard) ? entrywiseProduct(...x.args.map((f) => pick(f, ...within(e)))) : null,
    ),
    rule(`${name}-of-entrywise`, op, (e, x) => {
      if (x.kind !== "apply") return null;
      if (isApply(x, power)) return power(pick(x.args[0]!, ...within(e)), x.args[1]!);
      if (!x.op.entrywise && !isApply(x, maximum) && !isApply(x, minimum)) return null;
      return apply(
        x.op,
        x.args.map((arg) => pick(arg, ...within(e))),
      );
    }),
    rule(`${name}-of-index-sum`, op, (e, x) =>
      // What is bound is bound in the indices, too.
      x.kind === "indexSum" && !within(e).some((i) => i.free.includes(x.index))
        ? indexSum(x.index, pick(x.body, ...within(e)))
        : null,
    ),
  ];
}

/** Whether a sum over i has eᵢ at that end of its chains. */
function standsApart(sum: Expr, end: (factors: readonly Expr[]) => Expr): boolean {
  if (sum.kind !== "indexSum") return false;
  const { body } = unscaled(sum.body);
  if (body.kind === "indexSum") return standsApart(body, end);
  return isApply(body, matmul) && indexOfUnitVector(end(body.args)) === sum.index;
}

const areNumbers = (i: Expr, j: Expr): boolean => i.kind === "num" && j.kind === "num";

export const indexingRules: Rule[] = [
  rule("entry-of-scalar", entry, (_, x) => (isScalar(x) ? x : null)),
  rule("delta-of-equals", entry, (_, x, i, j) =>
    isApply(x, identity) ? (i === j ? unit : areNumbers(i, j) ? zero : null) : null,
  ),
  rule("delta-in-order", entry, (_, x, i, j) =>
    isApply(x, identity) && compare(i, j) > 0 ? entry(x, j, i) : null,
  ),
  rule("entry-of-ones", entry, (_, x) => (isOnes(x) ? unit : null)),
  rule("entry-of-row-product", entry, (_, x, _i, j) =>
    (isApply(x, matmul) || isApply(x, kronecker)) && x.shape[0] === one
      ? entryOf(transpose(x), j)
      : null,
  ),
  rule("entry-of-transpose", entry, (_, x, i, j) =>
    isApply(x, transpose) ? entryOf(x.args[0]!, j, i) : null,
  ),
  rule("entry-of-column", entry, (_, x, i) =>
    isApply(x, column) ? entry(x.args[0]!, i, x.args[1]!) : null,
  ),
  rule("entry-of-row", entry, (_, x, _i, j) =>
    isApply(x, row) ? entry(x.args[0]!, x.args[1]!, j) : null,
  ),
  rule("entry-of-diagonal-matrix", entry, (_, x, i, j) =>
    isApply(x, diagonalMatrix) ? scale(entryOf(x.args[0]!, i), delta(x.shape[0], i, j)) : null,
  ),
  rule("entry-of-diagonal", entry, (_, x, i) =>
    isApply(x, diagonalVector) ? entryOf(x.args[0]!, i, i) : null,
  ),
  rule("entry-of-outer-product", entry, (_, x, i, j) => {
    if (!isApply(x, matmul)) return null;
    const at = x.args.findIndex((f, k) => k > 0 && f.shape[0] === one);
    if (at < 0) return null;
    return scale(
      entryOf(chainOf(x.args.slice(0, at)), i),
      entryOf(chainOf(x.args.slice(at)), unit, j),
    );
  }),
  rule("entry-of-product-with-diagonal", entry, (_, x, i, j) => {
    // (diag(u)A)ᵢⱼ = uᵢAᵢⱼ, (A diag(v))ᵢⱼ = Aᵢⱼvⱼ
    if (!isApply(x, matmul)) return null;
    const [first, last] = [x.args[0]!, x.args.at(-1)!];
    if (isApply(first, diagonalMatrix))
      return scale(entryOf(first.args[0]!, i), entryOf(chainOf(x.args.slice(1)), i, j));
    if (!isApply(last, diagonalMatrix)) return null;
    return scale(entryOf(chainOf(x.args.slice(0, -1)), i, j), entryOf(last.args[0]!, j));
  }),
  ...picking(entry, (x, i, j) => entryOf(x, i, j)),
  rule("column-of-transpose", column, (_, x, j) =>
    isApply(x, transpose) ? transpose(row(x.args[0]!, j)) : null,
  ),
  rule("column-of-ones", column, (e, x) => (isOnes(x) ? ones(e.shape[0]) : null)),
  rule("column-of-diagonal-matrix", column, (_, x, j) =>
    isApply(x, diagonalMatrix) ? scale(entryOf(x.args[0]!, j), unitVector(x.shape[0], j)) : null,
  ),
  rule("column-of-outer-product", column, (_, x, j) => {
    if (!isApply(x, matmul)) return null;
    const at = x.args.findIndex((f, k) => k > 0 && f.shape[0] === one);
    if (at < 0) return null;
    return scale(entryOf(chainOf(x.args.slice(at)), unit, j), chainOf(x.args.slice(0, at)));
  }),
  rule("column-of-product-with-columns", column, (_, x, j) => {
    // (AΣᵢ vᵢeᵢᵀ)_{:,j} = Avⱼ
    const last = isApply(x, matmul) ? x.args.at(-1)! : x;
    const isOfColumns = isApply(x, matmul) && standsApart(last, (row) => transposed(row.at(-1)!));
    return isOfColumns ? matmul(...x.args.slice(0, -1), column(last, j)) : null;
  }),
  ...picking(column, (x, j) => (isColumn(x) ? x : column(x, j))),
  rule("row-of-transpose", row, (_, x, i) =>
    isApply(x, transpose) ? transpose(column(x.args[0]!, i)) : null,
  ),
  rule("row-of-identity", row, (_, x, i) =>
    isApply(x, identity) ? transpose(column(x, i)) : null,
  ),
  rule("row-of-ones", row, (e, x) => (isOnes(x) ? transpose(ones(e.shape[1])) : null)),
  rule("row-of-outer-product", row, (_, x, i) => {
    if (!isApply(x, matmul)) return null;
    const at = x.args.findIndex((f, k) => k > 0 && f.shape[0] === one);
    if (at < 0) return null;
    return scale(entryOf(chainOf(x.args.slice(0, at)), i), chainOf(x.args.slice(at)));
  }),
  rule("row-of-product-with-rows", row, (_, x, i) => {
    const first = isApply(x, matmul) ? x.args[0]! : x;
    const isOfRows = isApply(x, matmul) && standsApart(first, (column) => column[0]!);
    return isOfRows ? matmul(row(first, i), ...x.args.slice(1)) : null;
  }),
  ...picking(row, (x, i) => (x.shape[0] === one ? x : row(x, i))),
  rule("differs-from-itself", differs, (_, i, j) =>
    i === j ? zero : areNumbers(i, j) ? unit : null,
  ),
  rule("differs-in-order", differs, (_, i, j) => (compare(i, j) > 0 ? differs(j, i) : null)),
];

/**
 * The part that stands before or after a product with a row, a column or a basis vector at its end:
 * X_{i,:}w = (Xw)ᵢ, eᵢᵀA = A_{i,:}, AB_{:,j} = (AB)_{:,j}; null where there is none.
 */
export function pickedFromProduct(factors: readonly Expr[]): Expr | null {
  if (factors.length < 2) return null;
  const first = factors[0]!;
  if (first.shape[0] === one && first.shape[1] !== one) {
    const rest = factors.slice(1);
    if (isApply(first, row)) {
      const of = product(first.args[0]!, ...rest);
      return isColumn(of) ? entryOf(of, first.args[1]!) : row(of, first.args[1]!);
    }
    const turned = isApply(first, transpose) ? first.args[0]! : null;
    if (turned && isApply(turned, column)) {
      const [whole, j] = turned.args as readonly [Expr, Expr];
      const of = isApply(whole, identity) ? chainOf(rest) : product(transpose(whole), ...rest);
      return isColumn(of) ? entryOf(of, j) : row(of, j);
    }
  }
  const last = factors.at(-1)!;
  const turned = isApply(last, transpose) ? last.args[0]! : null;
  const [of, j] = isApply(last, column)
    ? last.args
    : turned && isApply(turned, row)
      ? [transpose(turned.args[0]!), turned.args[1]!]
      : [];
  if (!of || !j) return null;
  const rest = factors.slice(0, -1);
  const whole = isApply(of, identity) ? chainOf(rest) : product(...rest, of);
  return whole.shape[0] === one ? entryOf(whole, unit, j) : column(whole, j);
}

/** @file The other form of a result: its brackets multiplied out, so that terms can cancel. */

import { indexSum, opened } from "../expr/binding.ts";
import { apply, isApply, isScalar, minusOne, unit } from "../expr/expr.ts";
import type { Apply, Expr } from "../expr/expr.ts";
import { argsOf, postorder, substitution } from "../expr/walk.ts";
import {
  add,
  hadamard,
  matmul,
  onesOf,
  scale,
  scaled,
  total,
  transpose,
} from "../ops/arithmetic.ts";
import { sigmoid } from "../ops/elementwise.ts";
import { areOpposite } from "./folds.ts";
import { isReciprocal, unscaled } from "./forms.ts";
import { mostTerms } from "./term.ts";

/** The size up to which a result is worth a second look. */
const largest = 120;

/**
 * The expression with the brackets of its products multiplied out, one at a time and simplified in
 * between; null where there are not two brackets that could cancel, or too many terms.
 */
export function multipliedOut(e: Expr, simplify: (e: Expr) => Expr): Expr | null {
  const { scalars, body: whole } = unscaled(e);
  if (whole.kind === "indexSum") {
    const { index, body } = opened(whole);
    const open = multipliedOut(body, simplify);
    return open && simplify(scaled(scalars, indexSum(index, open)));
  }
  if (e.size > largest || sumsIn(e).size < 2) return null;
  const terms: Expr[] = [];
  const open = [oneSigmoid(e)];
  let steps = 0;
  for (let next = open.pop(); next; next = open.pop()) {
    if (++steps + open.length > 2 * mostTerms) return null;
    const term = simplify(next);
    const parts = openedOnce(term);
    if (parts) open.push(...parts.toReversed());
    else terms.push(term);
  }
  return simplify(total(terms));
}

const isProduct = (e: Expr): e is Apply =>
  isApply(e, scale) || isApply(e, matmul) || isApply(e, hadamard) || isApply(e, transpose);

/** The sums that a product of sums is made of, the outermost among them. */
const sumsIn = (e: Expr): ReadonlySet<Expr> =>
  new Set(
    postorder([e], (n) => (isProduct(n) || isApply(n, add) ? argsOf(n) : [])).filter((n) =>
      isApply(n, add),
    ),
  );

/** The terms of one sum in a product, each with the other factors; null where none is worth it. */
export function openedOnce(
  e: Expr,
  isWorth: (sum: Expr) => boolean = () => true,
): readonly Expr[] | null {
  if (isApply(e, add)) return isWorth(e) ? e.args : null;
  if (e.kind === "apply" && e.op.notation.kind === "entry") {
    const [of, ...at] = e.args as readonly [Expr, ...Expr[]];
    return openedOnce(of, isWorth)?.map((part) => apply(e.op, [part, ...at])) ?? null;
  }
  if (!isProduct(e)) return null;
  // What is divided by in a bracket may cancel with a factor that is a bracket itself.
  const factors = [...e.args.keys()].toSorted(
    (i, j) => Number(holdsQuotient(e.args[j]!)) - Number(holdsQuotient(e.args[i]!)),
  );
  for (const i of factors) {
    const parts = openedOnce(e.args[i]!, isWorth);
    if (parts) return parts.map((part) => apply(e.op, e.args.with(i, part)));
  }
  return null;
}

/** Whether a sum holds a reciprocal. */
const holdsQuotient = (e: Expr): boolean =>
  sumsIn(e).size > 0 && postorder([e], argsOf).some(isReciprocal);

/** Writes σ(−u) as 1 − σ(u) where both stand. */
function oneSigmoid(e: Expr): Expr {
  const found = postorder([e], argsOf).filter((n) => isApply(n, sigmoid));
  const turned = new Map<Expr, Expr>();
  for (const [i, s] of found.entries()) {
    const other = found.slice(0, i).find((t) => areOpposite(t.args[0]!, s.args[0]!));
    if (!other || turned.has(other)) continue;
    // The one without a minus stays.
    const [kept, gone] = isApply(other.args[0]!, scale) ? [s, other] : [other, s];
    const one = isScalar(gone) ? unit : onesOf(gone.shape);
    turned.set(gone, add(one, scale(minusOne, kept)));
  }
  return substitution(turned)(e);
}

/** @file Chooses the form that is shown: common factors, the order of terms, the problem's names. */

import { indexSum, opened } from "../expr/binding.ts";
import { isApply, isRow, isScalar } from "../expr/expr.ts";
import type { Apply, Expr } from "../expr/expr.ts";
import { isNegative, negated } from "../expr/rational.ts";
import { argsOf, upwards, withArgs } from "../expr/walk.ts";
import { add, hadamard, matmul, scale, scaled, transpose } from "../ops/arithmetic.ts";
import { unscaled } from "./forms.ts";
import {
  asTerm,
  chainOf,
  factorsOf,
  fromTerm,
  isMinus,
  opposite,
  positiveFirst,
  untransposed,
} from "./term.ts";
import { arranged } from "./collect.ts";
import { commonPart, withNumberOutside } from "./common-scalars.ts";
import { withoutQuotientsBelow } from "./quotients.ts";
import { mergedScale } from "./scale.ts";

/**
 * Gives the form to show of simplified expressions; sums that the problem wrote (`keep`) stay as they
 * are. Parts that several expressions share are worked on once. With `collectsNames` a scalar that all
 * terms have stands before a bracket: β(diag(y) − yyᵀ).
 */
export function presenter(keep: (sum: Expr) => boolean, collectsNames = false): (e: Expr) => Expr {
  const shown = new Map<Expr, Expr>();
  return (e) => {
    const found = upwards(e, shown, (node, parts) => presented(node, parts, keep));
    return collectsNames ? withScalarsOutside(found) : withoutMinus(found, keep);
  };
}

function presented(node: Expr, parts: readonly Expr[], keep: (sum: Expr) => boolean): Expr {
  const rebuilt = withArgs(node, parts);
  if (rebuilt.kind === "apply" && rebuilt.op.notation.kind === "expanded" && rebuilt.op.expand)
    return rebuilt.op.expand(...rebuilt.args);
  if (isApply(node, add) && !keep(node) && isApply(rebuilt, add)) return arranged(rebuilt.args);
  const outside = (arg: Expr, i: number): Expr =>
    keep(argsOf(node)[i]!) ? arg : withNumberOutside(arg);
  if (isApply(node, scale) && isApply(rebuilt, scale))
    return withoutQuotientsBelow(flat(scale(...rebuilt.args.map(outside))));
  if (isApply(node, hadamard) && isApply(rebuilt, hadamard))
    return flat(withNumbersInFront(rebuilt, outside));
  if (isApply(node, matmul) && isApply(rebuilt, matmul))
    return flat(matmul(...rebuilt.args.map((arg, i) => outside(turnedSum(arg), i))));
  return flat(rebuilt);
}

/** −(a − b − c)d as (b + c − a)d, where the problem has no a − b − c. */
function withoutMinus(e: Expr, keep: (sum: Expr) => boolean): Expr {
  const { coefficient, scalars, body } = asTerm(e);
  if (!isNegative(coefficient)) return e;
  const turn = (factors: readonly Expr[]): readonly Expr[] | null => {
    const at = factors.findIndex((f) => isLessWithout(untransposed(f)) && !keep(untransposed(f)));
    if (at < 0) return null;
    const other = add(...positiveFirst((untransposed(factors[at]!) as Apply).args.map(opposite)));
    return factors.with(at, isApply(factors[at]!, transpose) ? transpose(other) : other);
  };
  const number = negated(coefficient);
  const inside = turn(scalars);
  if (inside) return fromTerm({ coefficient: number, scalars: inside, body });
  for (const [k, of] of [...scalars, ...(body ? [body] : [])].entries()) {
    const chain = turn(factorsOf(of));
    if (chain === null) continue;
    const turned = chainOf(chain);
    return k < scalars.length
      ? fromTerm({ coefficient: number, scalars: scalars.with(k, turned), body })
      : fromTerm({ coefficient: number, scalars, body: turned });
  }
  return e;
}

/** Whether the opposite of a sum has fewer signs, the one before it counted. */
const isLessWithout = (e: Expr): boolean =>
  isApply(e, add) && e.args.filter((t) => !isMinus(t)).length <= e.args.filter(isMinus).length;

/** (Σᵢ aᵢxᵢᵀ) as (Σᵢ aᵢxᵢ)ᵀ. */
function turnedSum(e: Expr): Expr {
  if (e.kind !== "indexSum" || !isRow(e)) return e;
  const { index, body } = opened(e);
  const { scalars, body: row } = unscaled(body);
  return isApply(row, transpose) ? transpose(indexSum(index, scaled(scalars, row.args[0]!))) : e;
}

/** p ⊙ (2a − 2b) = 2(p ⊙ (a − b)). */
function withNumbersInFront(e: Apply, outside: (arg: Expr, i: number) => Expr): Expr {
  const parts = e.args.map((arg, i) => {
    const found = outside(arg, i);
    return found === arg ? { scalars: [], body: arg } : unscaled(found);
  });
  const scalars = parts.flatMap((part) => part.scalars);
  const body = flat(hadamard(...parts.map((part) => part.body)));
  return scalars.length > 0 ? mergedScale([...scalars, body]) : body;
}

/** βa − βb as β(a − b). */
function withScalarsOutside(sum: Expr): Expr {
  if (!isApply(sum, add)) return sum;
  const whole = commonPart(sum.args.map(asTerm)).shared.length > 0 ? withNumberOutside(sum) : sum;
  const { scalars, body } = unscaled(whole);
  return scaled(scalars, withEndsOutside(body));
}

/** PAQ + PBQ = P(A + B)Q with the longest P and Q that all terms have. */
export function withEndsOutside(sum: Expr): Expr {
  if (!isApply(sum, add) || isScalar(sum)) return sum;
  const terms = sum.args.map(asTerm);
  if (terms.some((t) => t.body === null)) return sum;
  const chains = terms.map((t) => factorsOf(t.body!));
  const shortest = Math.min(...chains.map((c) => c.length));
  const [first] = chains;
  const isShared = (at: (c: readonly Expr[]) => Expr | undefined): boolean =>
    chains.every((c) => at(c) === at(first!));
  let left = 0;
  while (left < shortest - 1 && isShared((c) => c[left])) left++;
  let right = 0;
  while (right < shortest - 1 - left && isShared((c) => c.at(-1 - right))) right++;
  if (left + right === 0) return sum;
  const inside = terms.map((t, i) =>
    fromTerm({ ...t, body: chainOf(chains[i]!.slice(left, chains[i]!.length - right)) }),
  );
  const ends = [first!.slice(0, left), first!.slice(first!.length - right)] as const;
  return matmul(...ends[0], arranged(inside), ...ends[1]);
}

/** Keeps products and scales flat after their parts became products. */
function flat(e: Expr): Expr {
  if (isApply(e, scale)) {
    return e.args.some((arg) => isApply(arg, scale)) ? mergedScale(e.args) : e;
  }
  if (isApply(e, hadamard)) {
    // Plain names first: y ⊙ σ(…).
    const sorted = [...e.args.filter(isPlain), ...e.args.filter((f) => !isPlain(f))];
    return sorted.every((f, i) => f === e.args[i]) ? e : hadamard(...sorted);
  }
  // A number in a bracket stands before it: ((P − Y)/m)ᵀX = (P − Y)ᵀX/m.
  if (isApply(e, transpose) && isApply(e.args[0]!, scale) && !isScalar(e)) {
    const { scalars, body } = unscaled(e.args[0]);
    return scale(...scalars, transpose(body));
  }
  if (isApply(e, matmul) && e.args.some((f) => isApply(f, scale))) {
    const parts = e.args.map(unscaled);
    return mergedScale([
      ...parts.flatMap(({ scalars }) => scalars),
      flat(matmul(...parts.map(({ body }) => body))),
    ]);
  }
  if (isApply(e, matmul) && e.args.some((f) => isApply(f, matmul)))
    return matmul(...e.args.flatMap(factorsOf));
  return e;
}

const isPlain = (e: Expr): boolean =>
  e.kind === "sym" || (isApply(e, transpose) && e.args[0]!.kind === "sym");

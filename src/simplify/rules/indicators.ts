/** @file Rules for indicators: what is known of a sign, signs and factors drawn out. */

import { isApply, isScalar, num, unit } from "../../expr/expr.ts";
import type { Expr, Sym } from "../../expr/expr.ts";
import { has, property } from "../../expr/properties.ts";
import { isInteger, isNegative, negated, toNumber } from "../../expr/rational.ts";
import type { Rational } from "../../expr/rational.ts";
import { add, negate, onesOf, scale, zeroOf } from "../../ops/arithmetic.ts";
import type { Primitive } from "../../ops/core.ts";
import { maximum, minimum, relu } from "../../ops/elementwise.ts";
import {
  atLeastZero,
  atMostZero,
  belowZero,
  differentFromZero,
  equalToZero,
  step,
} from "../../ops/indicators.ts";
import { delta, differs } from "../../ops/indexing.ts";
import { isOnes, isZero } from "../forms.ts";
import { asTerm, fromTerm, isMinus } from "../term.ts";
import { rule } from "./rule.ts";
import type { Rule } from "./rule.ts";

/** Each relation with the one that holds for −x, and whether it holds for −1, 0 and 1. */
type Relation = readonly [Primitive, Primitive, readonly boolean[]];

const relations: readonly Relation[] = [
  [step, belowZero, [false, false, true]],
  [atLeastZero, atMostZero, [false, true, true]],
  [belowZero, step, [true, false, false]],
  [atMostZero, atLeastZero, [true, true, false]],
  [equalToZero, equalToZero, [false, true, false]],
  [differentFromZero, differentFromZero, [true, false, true]],
];

/** The same number in every entry. */
const isNumber = (e: Expr): boolean => {
  const { scalars, body } = asTerm(e);
  if (isZero(e)) return true;
  return scalars.length === 0 && (body === null || isOnes(body));
};

/** The index i and what it is compared with, of i − j, i − 2 or 2 − i; null where x is no such difference. */
function indicesCompared(x: Expr): readonly [Sym, Expr] | null {
  if (!isApply(x, add) || x.args.length !== 2) return null;
  for (const [i, other] of [x.args, x.args.toReversed()]) {
    const { coefficient, scalars, body } = asTerm(other!);
    const [of] = scalars;
    if (i!.kind === "num" && isMinusOne(coefficient) && scalars.length === 1 && isIndex(of!))
      return isInteger(i!.value) ? [of, i!] : null;
    if (!isIndex(i!) || !isNegative(coefficient) || body !== null) continue;
    if (of === undefined && isInteger(coefficient)) return [i, num(negated(coefficient))];
    const isOne = isMinusOne(coefficient) && scalars.length === 1;
    if (isOne && isIndex(of!) && of.range === i.range) return [i, of];
  }
  return null;
}

const isMinusOne = (c: Rational): boolean => toNumber(c) === -1;

const isIndex = (e: Expr): e is Sym => e.kind === "sym" && e.role === "index";

export const indicatorRules: Rule[] = [
  rule("indices-that-differ", differentFromZero, (_, x) => {
    const pair = indicesCompared(x);
    return pair && differs(...pair);
  }),
  rule("indices-that-equal", equalToZero, (_, x) => {
    const pair = indicesCompared(x);
    return pair && isIndex(pair[1]) ? delta(pair[0].range!, ...pair) : null;
  }),
  rule("step-of-extremum", step, (_, x) => withoutExtremum(x, step)),
  rule("below-extremum", belowZero, (_, x) => withoutExtremum(x, belowZero)),
  ...relations.flatMap(rulesOf),
];

/**
 * [c − max(a, b) > 0] = [c − a > 0] where b is a number below c, and so on: an extremum of which a number is
 * one side, compared with a number; null where that is not compared.
 */
function withoutExtremum(x: Expr, op: Primitive): Expr | null {
  const compared = isApply(x, add) ? x.args : [x, zeroOf(x.shape)];
  if (compared.length !== 2) return null;
  for (const [term, number] of [compared, compared.toReversed()]) {
    const { coefficient, scalars, body } = asTerm(term!);
    const extremum = body ?? scalars[0];
    const sides = extremum && sidesOf(extremum);
    if (!sides || scalars.length > (body ? 0 : 1) || Math.abs(toNumber(coefficient)) !== 1)
      continue;
    const [a, b] = isNumber(sides.args[0]!) ? sides.args.toReversed() : sides.args;
    if (!isNumber(b!) || !isNumber(number!)) continue;
    const beside = (side: Expr): Expr => add(scale(num(coefficient), side), number!);
    const rest = valueOf(b!) * toNumber(coefficient) + valueOf(number!);
    const isAbove = op === step;
    const holds = isAbove ? rest > 0 : rest < 0;
    // Both sides have to hold, or one is enough.
    const isBoth = (sides.isLargest === isNegative(coefficient)) === isAbove;
    if (isBoth) return holds ? op(beside(a!)) : zeroOf(x.shape);
    return holds ? onesOf(x.shape) : op(beside(a!));
  }
  return null;
}

/** What max and min are taken of; relu(a) is max(a, 0). */
function sidesOf(e: Expr): { readonly isLargest: boolean; readonly args: readonly Expr[] } | null {
  if (isApply(e, relu)) return { isLargest: true, args: [e.args[0]!, zeroOf(e.shape)] };
  if (!isApply(e, maximum) && !isApply(e, minimum)) return null;
  return { isLargest: isApply(e, maximum), args: e.args };
}

/** The number of which `isNumber` holds. */
const valueOf = (e: Expr): number => (isZero(e) ? 0 : toNumber(asTerm(e).coefficient));

function rulesOf([op, mirrored, holds]: Relation): Rule[] {
  const constant = (e: Expr, holdsThere: boolean | undefined): Expr =>
    holdsThere ? onesOf(e.shape) : zeroOf(e.shape);
  return [
    rule(`${op.opName}-of-known-sign`, op, (e, x) => {
      if (x.kind === "num") return constant(e, holds[Math.sign(toNumber(x.value)) + 1]);
      if (isZero(x)) return constant(e, holds[1]);
      if (has(x.properties, property.positive)) return constant(e, holds[2]);
      if (!has(x.properties, property.nonnegative)) return null;
      return holds[1] === holds[2] ? constant(e, holds[1]) : null;
    }),
    rule(`${op.opName}-of-scale`, op, (_, x) => {
      // [2αx > 0] = [x > 0] for α > 0, [−x > 0] = [x < 0]
      const { coefficient, scalars, body } = asTerm(x);
      const kept = scalars.filter((s) => !has(s.properties, property.positive));
      const bare = fromTerm({ coefficient: unit.value, scalars: kept, body });
      if (bare === x || bare.kind === "num") return null;
      return (isNegative(coefficient) ? mirrored : op)(bare);
    }),
    rule(`${op.opName}-of-difference`, op, (_, x) => {
      // [−a + b > 0] = [b − a > 0], [a − b < 0] = [b − a > 0]
      if (!isApply(x, add) || x.args.length !== 2) return null;
      const [a, b] = x.args as readonly [Expr, Expr];
      const isFirstNegative = isMinus(a);
      if (isFirstNegative === isMinus(b)) return null;
      const isBelow = op === belowZero || op === atMostZero;
      if (isBelow && !isNumber(a) && !isNumber(b))
        return mirrored(isFirstNegative ? add(negate(a), negate(b)) : add(negate(b), negate(a)));
      if (isFirstNegative) return op(add(b, a));
      // [2𝟏 − x > 0] = [x < 2]; of scalars [1 − x > 0] stays
      return isNumber(a) && !isScalar(a) ? mirrored(add(negate(b), negate(a))) : null;
    }),
    rule(`${op.opName}-of-negative-terms`, op, (_, x) =>
      isApply(x, add) && x.args.every(isMinus)
        ? mirrored(add(...x.args.map((t) => negate(t))))
        : null,
    ),
  ];
}

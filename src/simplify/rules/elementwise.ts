/** @file Rules for powers and functions of each entry. */

import { half, isApply, isColumn, isRow, minusOne, num, unit, zero } from "../../expr/expr.ts";
import type { Expr } from "../../expr/expr.ts";
import { has, property } from "../../expr/properties.ts";
import { isInteger, isNegative, rational, times, wholePower } from "../../expr/rational.ts";
import {
  add,
  hadamard,
  matmul,
  negate,
  ones,
  onesOf,
  scale,
  transpose,
  zeroOf,
} from "../../ops/arithmetic.ts";
import type { Primitive } from "../../ops/core.ts";
import * as elementwise from "../../ops/elementwise.ts";
import { abs, cos, cosh, exp, log, power, sigmoid, softplus } from "../../ops/elementwise.ts";
import * as indicators from "../../ops/indicators.ts";
import { determinant, logdet } from "../../ops/matrix.ts";
import * as reduce from "../../ops/reduce.ts";
import { logsoftmax, logsumexp, softmax } from "../../ops/rowwise.ts";
import {
  asBroadcast,
  asPower,
  exponentPlusOne,
  isOnes,
  isZero,
  powerOf,
  selfInner,
} from "../forms.ts";
import { isMinus, opposite } from "../term.ts";
import { ofZero, rule } from "./rule.ts";
import type { Rule } from "./rule.ts";

export const powerRules: Rule[] = [
  rule("power-0", power, (e) => (e.args[1] === zero ? onesOf(e.shape) : null)),
  rule("power-1", power, (_, x, p) => (p === unit ? x : null)),
  rule("power-of-number", power, (_, x, p) => {
    if (x.kind !== "num" || p.kind !== "num") return null;
    const value = wholePower(x.value, p.value);
    return value ? num(value) : null;
  }),
  rule("power-of-ones", power, (_, x) => (isOnes(x) ? x : null)),
  rule("power-of-indicator", power, (_, x, p) =>
    isIndicator(x) && p.kind === "num" && p.value.numerator > 0n ? x : null,
  ),
  rule("power-of-power", power, (_, x, q) => {
    // (xᵖ)ᵍ = xᵖᵍ where x ≥ 0, which a fractional p demands, or where p and q are whole
    const [base, p] = asPower(x);
    if (base === x || q.kind !== "num") return null;
    if (p.kind !== "num") return isInteger(q.value) ? power(base, scale(q, p)) : null;
    const whole = isInteger(p.value) && isInteger(q.value);
    const isNonnegative = has(base.properties, property.nonnegative) || !isInteger(p.value);
    return whole || isNonnegative ? powerOf(base, num(times(p.value, q.value))) : null;
  }),
  rule("power-of-norm", power, (_, x, p) => {
    const e = powerOf(x, p);
    return isApply(e, power) && e.args[0] === x ? null : e;
  }),
  rule("root-of-inner-product", power, (_, x, p) => {
    // (xᵀx)^{k/2} = ‖x‖ᵏ for odd k
    const inside = selfInner(x);
    if (!inside || p.kind !== "num" || p.value.denominator !== 2n) return null;
    return powerOf(reduce.norm(inside), num(rational(p.value.numerator)));
  }),
  rule("power-of-product", power, (_, x, p) => {
    if (!(isApply(x, scale) || isApply(x, hadamard)) || p.kind !== "num" || !isInteger(p.value))
      return null;
    const factors = x.args.map((f) => power(f, p));
    return isApply(x, scale) ? scale(...factors) : hadamard(...factors);
  }),
  rule("positive-factor-of-root", power, (_, x, p) => {
    // √(4q) = 2√q
    if (!isApply(x, scale)) return null;
    const [first, ...rest] = x.args;
    const root = exactRoot(first!, p);
    return root && scale(root, power(rest.length === 1 ? rest[0]! : scale(...rest), p));
  }),
  rule("root-of-square-number", power, (_, x, p) => exactRoot(x, p)),
  rule("even-power-of-abs", power, (_, x, p) =>
    isApply(x, abs) && isEven(p) ? power(x.args[0]!, p) : null,
  ),
  rule("even-power-of-signs", power, (_, x, p) =>
    has(x.properties, property.signs) && isEven(p) ? onesOf(x.shape) : null,
  ),
  rule("reciprocal-is-sigmoid", power, (_, x, p) => {
    // 1/(1 + e⁻ᵘ) = σ(u)
    if (p !== minusOne) return null;
    const u = exponentPlusOne(x);
    return u ? sigmoid(drawnIn(u)) : null;
  }),
];

const isEven = (p: Expr): boolean =>
  p.kind === "num" && isInteger(p.value) && p.value.numerator % 2n === 0n;

/** Whether every entry is 0 or 1 by what it says. */
const isIndicator = (e: Expr): boolean =>
  e.kind === "apply" && (e.op.notation.kind === "indicator" || e.op.selects?.(e.args) === true);

/** −u, with the sign drawn into a sum of negative terms. */
const drawnIn = (u: Expr): Expr =>
  isApply(u, add) && u.args.every(isMinus) ? add(...u.args.map(opposite)) : opposite(u);

/** √q, or 1/√q, of a number that is a square; null where x or p is none such. */
function exactRoot(x: Expr, p: Expr): Expr | null {
  if (x.kind !== "num" || isNegative(x.value)) return null;
  if (p !== half && (p !== minusHalf || x === zero)) return null;
  const [root, under] = [wholeRoot(x.value.numerator), wholeRoot(x.value.denominator)];
  if (root === null || under === null) return null;
  return num(p === half ? rational(root, under) : rational(under, root));
}

const minusHalf = num(rational(-1, 2));

/** The whole root of a whole number that is a square, by Newton's method from above. */
function wholeRoot(n: bigint): bigint | null {
  if (n < 2n) return n < 0n ? null : n;
  let root = 1n << BigInt(Math.ceil(n.toString(2).length / 2));
  for (let next = (root + n / root) / 2n; next < root; next = (root + n / root) / 2n) root = next;
  return root * root === n ? root : null;
}

/** f(u𝟏ᵀ) = f(u)𝟏ᵀ, f(𝟏vᵀ) = 𝟏f(v)ᵀ. */
function ofBroadcast(x: Expr, f: (vector: Expr) => Expr): Expr | null {
  const found = asBroadcast(x);
  if (!found) return null;
  const value = f(found.vector);
  const [rows, columns] = x.shape;
  return found.isColumn
    ? matmul(value, transpose(ones(columns)))
    : matmul(ones(rows), transpose(value));
}

/** The functions of each entry that have one argument. */
const entrywiseOps = [...Object.values(elementwise), ...Object.values(indicators)].filter(
  (op): op is Primitive => typeof op === "function" && "entrywise" in op && op.entrywise,
);

/** The functions with f(0) = 0. */
const vanishingAtZero = [
  elementwise.sin,
  elementwise.tan,
  elementwise.sinh,
  elementwise.tanh,
  elementwise.arctan,
  elementwise.erf,
  elementwise.relu,
  elementwise.swish,
  elementwise.gelu,
  elementwise.signOf,
  elementwise.abs,
];

export const broadcastRules: Rule[] = [
  rule("power-of-broadcast", power, (_, x, p) => ofBroadcast(x, (v) => power(v, p))),
  ...entrywiseOps.map((op) =>
    rule(`${op.opName}-of-broadcast`, op, (_, x) => ofBroadcast(x, (v) => op(v))),
  ),
];

export const elementwiseRules: Rule[] = [
  rule("exp-of-log", exp, (_, x) => (isApply(x, log) ? x.args[0]! : null)),
  ...[exp, cos, cosh].map((op) =>
    rule(`${op.opName}-of-zero`, op, (e, x) => (isZero(x) ? onesOf(e.shape) : null)),
  ),
  ...vanishingAtZero.map((op) => ofZero(op)),
  rule("sigmoid-of-zero", sigmoid, (e, x) => (isZero(x) ? scale(half, onesOf(e.shape)) : null)),
  rule("log-of-exp", log, (_, x) => (isApply(x, exp) ? x.args[0]! : null)),
  rule("log-of-one", log, (e) => (isOnes(e.args[0]!) ? zeroOf(e.shape) : null)),
  rule("log-of-determinant", log, (_, x) => (isApply(x, determinant) ? logdet(x.args[0]!) : null)),
  rule("log-of-softmax", log, (_, x) => (isApply(x, softmax) ? logsoftmax(x.args[0]!) : null)),
  ...[softmax, logsoftmax].map((op) =>
    rule(`${op.opName}-of-logsoftmax`, op, (_, x) =>
      isApply(x, logsoftmax) ? op(x.args[0]!) : null,
    ),
  ),
  rule("exp-of-logsoftmax", exp, (_, x) => (isApply(x, logsoftmax) ? softmax(x.args[0]!) : null)),
  rule("logsumexp-of-logsoftmax", logsumexp, (e, x) =>
    isApply(x, logsoftmax) ? zeroOf(e.shape) : null,
  ),
  rule("log-of-sum-of-exp", log, (_, x) => {
    // log(𝟏ᵀexp(z)) = logsumexp(z)
    if (!isApply(x, matmul) || x.args.length !== 2) return null;
    const [a, b] = x.args as readonly [Expr, Expr];
    if (isOnes(a) && isRow(a) && isApply(b, exp) && isColumn(b)) return logsumexp(b.args[0]!);
    return null;
  }),
  rule("log-of-one-plus-exp", log, (_, x) => {
    const u = exponentPlusOne(x);
    return u ? softplus(u) : null;
  }),
  rule("log-of-sigmoid", log, (_, x) =>
    isApply(x, sigmoid) ? negate(softplus(negate(x.args[0]!))) : null,
  ),
  rule("abs-of-nonnegative", abs, (_, x) => (has(x.properties, property.nonnegative) ? x : null)),
  rule("sign-of-nonnegative", elementwise.signOf, (_, x) =>
    has(x.properties, property.nonnegative) ? indicators.step(x) : null,
  ),
  rule("step-of-relu", indicators.step, (_, x) =>
    isApply(x, elementwise.relu) ? indicators.step(x.args[0]!) : null,
  ),
];

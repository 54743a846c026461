/** @file The catalogue of rewrite rules, grouped by the operation at the head. */

import { one } from "../expr/dimension.ts";
import type { Apply, Expr } from "../expr/expr.ts";
import {
  half,
  isApply,
  isColumn,
  isRow,
  isScalar,
  isSquare,
  minusOne,
  num,
  two,
  unit,
  zero,
} from "../expr/expr.ts";
import type { OpFields } from "../expr/op.ts";
import { has, property } from "../expr/properties.ts";
import { isInteger, isNegative, rational, times, wholePower } from "../expr/rational.ts";
import {
  add,
  hadamard,
  identity,
  inner,
  matmul,
  negate,
  ones,
  onesOf,
  product,
  scale,
  scaled,
  trace,
  transpose,
  transposed,
  zeroOf,
  zeros,
} from "../ops/arithmetic.ts";
import { abs, exp, log, power, sigmoid, softplus } from "../ops/elementwise.ts";
import { determinant, inverse, logdet, matrixPower } from "../ops/matrix.ts";
import * as reduce from "../ops/reduce.ts";
import { logsoftmax, logsumexp, softmax } from "../ops/rowwise.ts";
import {
  blockInner,
  blockSum,
  diagonalMatrix,
  diagonalPart,
  diagonalVector,
  kronecker,
} from "../ops/structure.ts";

/** One rewriting of an application whose arguments are simplified; null where it does not fit. */
export interface Rule {
  readonly name: string;
  readonly op: OpFields;
  readonly rewrite: (e: Apply, ...args: Expr[]) => Expr | null;
}

const rule = (name: string, op: OpFields, rewrite: Rule["rewrite"]): Rule => ({
  name,
  op,
  rewrite,
});

const { symmetric, skew, orthogonal } = property;

/** Whether every entry is 1 by form: 1, 𝟏, 𝟏ᵀ, 𝟏𝟏ᵀ. */
export function isOnes(e: Expr): boolean {
  if (e === unit || isApply(e, ones)) return true;
  if (isApply(e, transpose)) return isApply(e.args[0]!, ones);
  return isApply(e, matmul) && e.args.length === 2 && e.args.every(isOnes);
}

export const isZero = (e: Expr): boolean => e === zero || isApply(e, zeros);

/** The scalars before the last factor of a `scale`, and that factor. */
export const unscaled = (e: Expr): { scalars: readonly Expr[]; body: Expr } =>
  isApply(e, scale)
    ? { scalars: e.args.slice(0, -1), body: e.args.at(-1)! }
    : { scalars: [], body: e };

/** For rules that a linear operation shares: f(αX) = αf(X), f(0) = 0. */
function linear(op: OpFields, at: number, build: (...args: Expr[]) => Expr): Rule[] {
  const name = op.opName;
  const replaced = (e: Apply, x: Expr): Expr =>
    build(...e.args.map((arg, i) => (i === at ? x : arg)));
  return [
    rule(`${name}-of-scale`, op, (e) => {
      const x = e.args[at]!;
      if (!isApply(x, scale) || isScalar(x)) return null;
      const { scalars, body } = unscaled(x);
      return scaled(scalars, replaced(e, body));
    }),
    rule(`${name}-of-zero`, op, (e) => (isZero(e.args[at]!) ? zeroOf(e.shape) : null)),
  ];
}

const transposeRules: Rule[] = [
  rule("transpose-of-transpose", transpose, (_, x) => (isApply(x, transpose) ? x.args[0]! : null)),
  rule("transpose-of-symmetric", transpose, (_, x) => (has(x.properties, symmetric) ? x : null)),
  rule("transpose-of-skew", transpose, (_, x) => (has(x.properties, skew) ? negate(x) : null)),
  ...linear(transpose, 0, transpose),
  rule("transpose-of-product", transpose, (_, x) =>
    isApply(x, matmul) ? matmul(...x.args.toReversed().map(transposed)) : null,
  ),
  rule("transpose-of-inverse-transpose", transpose, (_, x) =>
    isApply(x, inverse) && isApply(x.args[0]!, transpose) ? inverse(x.args[0].args[0]!) : null,
  ),
  rule("transpose-of-entrywise", transpose, (_, x) =>
    // f(Xᵀ)ᵀ = f(X)
    x.kind === "apply" && x.op.entrywise && isApply(x.args[0]!, transpose)
      ? (x.op as (y: Expr) => Expr)(x.args[0].args[0]!)
      : null,
  ),
  rule("transpose-of-kronecker", transpose, (_, x) =>
    isApply(x, kronecker) ? kronecker(transposed(x.args[0]!), transposed(x.args[1]!)) : null,
  ),
  rule("transpose-of-sum-of-transposes", transpose, (_, x) => {
    // (Aᵀ + B)ᵀ is opened where that leaves fewer transposes.
    if (!isApply(x, add)) return null;
    const bare = (t: Expr): Expr => unscaled(t).body;
    const lost = x.args.filter(
      (t) => isApply(bare(t), transpose) || has(bare(t).properties, symmetric),
    ).length;
    return lost === x.args.length ? add(...x.args.map((t) => transpose(t))) : null;
  }),
];

const inverseRules: Rule[] = [
  rule("inverse-of-scalar", inverse, (_, x) => (isScalar(x) ? power(x, minusOne) : null)),
  rule("inverse-of-inverse", inverse, (_, x) => (isApply(x, inverse) ? x.args[0]! : null)),
  rule("inverse-of-identity", inverse, (_, x) => (isApply(x, identity) ? x : null)),
  rule("inverse-of-transpose", inverse, (_, x) =>
    isApply(x, transpose) ? transpose(inverse(x.args[0]!)) : null,
  ),
  rule("inverse-of-orthogonal", inverse, (_, x) =>
    has(x.properties, orthogonal) ? transposed(x) : null,
  ),
  rule("inverse-of-scale", inverse, (_, x) => {
    if (!isApply(x, scale)) return null;
    const { scalars, body } = unscaled(x);
    return scale(...scalars.map((s) => power(s, minusOne)), inverse(body));
  }),
  rule("inverse-of-product", inverse, (_, x) =>
    isApply(x, matmul) && x.args.every(isSquare)
      ? matmul(...x.args.toReversed().map((f) => inverse(f)))
      : null,
  ),
  rule("inverse-of-power", inverse, (_, x) =>
    isApply(x, matrixPower) && x.args[1]?.kind === "num"
      ? matrixPower(x.args[0]!, num(times(x.args[1].value, rational(-1))))
      : null,
  ),
  rule("inverse-of-diagonal", inverse, (_, x) =>
    isApply(x, diagonalMatrix) ? diagonalMatrix(power(x.args[0]!, minusOne)) : null,
  ),
  rule("inverse-of-kronecker", inverse, (_, x) =>
    isApply(x, kronecker) && x.args.every(isSquare)
      ? kronecker(inverse(x.args[0]!), inverse(x.args[1]!))
      : null,
  ),
];

const traceRules: Rule[] = [
  rule("trace-of-scalar", trace, (_, x) => (isScalar(x) ? x : null)),
  ...linear(trace, 0, trace),
  rule("trace-of-transpose", trace, (_, x) => (isApply(x, transpose) ? trace(x.args[0]!) : null)),
  rule("trace-of-identity", trace, (_, x) =>
    isApply(x, identity) ? reduce.sizeOf(x.shape[0]) : null,
  ),
  rule("trace-of-outer-product", trace, (_, x) => {
    // tr(x…yᵀ) = yᵀx…, where a factor in the cycle has one row
    if (!isApply(x, matmul)) return null;
    const at = x.args.findIndex((f, i) => i > 0 && f.shape[0] === one);
    return at < 0 ? null : matmul(...x.args.slice(at), ...x.args.slice(0, at));
  }),
  rule("trace-of-kronecker", trace, (_, x) =>
    isApply(x, kronecker) && x.args.every(isSquare)
      ? scale(trace(x.args[0]!), trace(x.args[1]!))
      : null,
  ),
  rule("trace-of-diagonal", trace, (_, x) =>
    isApply(x, diagonalMatrix) ? inner(ones(x.shape[0]), x.args[0]!) : null,
  ),
  rule("trace-of-hadamard-with-identity", trace, (_, x) => {
    if (!isApply(x, hadamard)) return null;
    const rest = x.args.filter((f) => !isApply(f, identity));
    if (rest.length === x.args.length || rest.length === 0) return null;
    return trace(rest.length === 1 ? rest[0]! : hadamard(...rest));
  }),
];

const determinantRules: Rule[] = [
  rule("determinant-of-scalar", determinant, (_, x) => (isScalar(x) ? x : null)),
  rule("determinant-of-identity", determinant, (_, x) => (isApply(x, identity) ? unit : null)),
  rule("determinant-of-transpose", determinant, (_, x) =>
    isApply(x, transpose) ? determinant(x.args[0]!) : null,
  ),
  rule("determinant-of-inverse", determinant, (_, x) =>
    isApply(x, inverse) ? power(determinant(x.args[0]!), minusOne) : null,
  ),
  rule("logdet-of-scalar", logdet, (_, x) => (isScalar(x) ? log(x) : null)),
  rule("logdet-of-identity", logdet, (_, x) => (isApply(x, identity) ? zero : null)),
  rule("logdet-of-transpose", logdet, (_, x) =>
    isApply(x, transpose) ? logdet(x.args[0]!) : null,
  ),
  rule("logdet-of-inverse", logdet, (_, x) =>
    isApply(x, inverse) ? negate(logdet(x.args[0]!)) : null,
  ),
  rule("power-of-matrix", matrixPower, (_, x, k) => {
    if (k.kind !== "num") return null;
    if (k === unit) return x;
    if (k === minusOne) return inverse(x);
    if (k === zero) return identity(x.shape[0]);
    if (isScalar(x)) return power(x, k);
    if (isApply(x, identity)) return x;
    if (isApply(x, inverse)) return matrixPower(x.args[0]!, num(times(k.value, rational(-1))));
    if (isApply(x, matrixPower) && x.args[1]?.kind === "num")
      return matrixPower(x.args[0]!, num(times(k.value, x.args[1].value)));
    if (isApply(x, transpose)) return transpose(matrixPower(x.args[0]!, k));
    return null;
  }),
];

/** e as `[base, p]` with e = baseᵖ. */
export function asPower(e: Expr): [base: Expr, exponent: Expr] {
  if (isApply(e, power)) {
    const [base, p] = e.args as readonly [Expr, Expr];
    if (isApply(base, reduce.squaredNorm) && p.kind === "num")
      return [reduce.norm(base.args[0]!), num(times(p.value, rational(2)))];
    return [base, p];
  }
  if (isApply(e, reduce.squaredNorm)) return [reduce.norm(e.args[0]!), two];
  return [e, unit];
}

/** xᵀx as the square of ‖x‖, null where e is none. */
export function selfInner(e: Expr): Expr | null {
  if (
    isApply(e, matmul) &&
    e.args.length === 2 &&
    isApply(e.args[0]!, transpose) &&
    e.args[0].args[0] === e.args[1]
  )
    return isScalar(e) ? e.args[1]! : null;
  if (isApply(e, trace) && isApply(e.args[0]!, matmul) && e.args[0].args.length === 2) {
    const [a, b] = e.args[0].args as readonly [Expr, Expr];
    if (isApply(a, transpose) && a.args[0] === b) return b;
    if (isApply(b, transpose) && b.args[0] === a) return a;
  }
  return null;
}

/** The base to that power, in the form that is written. */
export function powerOf(base: Expr, exponent: Expr): Expr {
  if (exponent === unit) return base;
  if (isApply(base, reduce.norm) && exponent.kind === "num" && isInteger(exponent.value)) {
    const squared = reduce.squaredNorm(base.args[0]!);
    const k = exponent.value.numerator;
    if (k === 2n) return squared;
    if (k !== 0n && k % 2n === 0n) return power(squared, num(rational(k / 2n)));
  }
  return power(base, exponent);
}

const powerRules: Rule[] = [
  rule("power-0", power, (e) => (e.args[1] === zero ? onesOf(e.shape) : null)),
  rule("power-1", power, (_, x, p) => (p === unit ? x : null)),
  rule("power-of-number", power, (_, x, p) => {
    if (x.kind !== "num" || p.kind !== "num") return null;
    const value = wholePower(x.value, p.value);
    return value ? num(value) : null;
  }),
  rule("power-of-ones", power, (_, x) => (isOnes(x) ? x : null)),
  rule("power-of-power", power, (_, x, q) => {
    // (xᵖ)ᵍ = xᵖᵍ where x > 0, or where p and q are whole
    const [base, p] = asPower(x);
    if (base === x || p.kind !== "num" || q.kind !== "num") return null;
    const whole = isInteger(p.value) && isInteger(q.value);
    const nonnegativeBase = has(base.properties, property.nonnegative);
    return whole || nonnegativeBase ? powerOf(base, num(times(p.value, q.value))) : null;
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
    if (!isApply(x, scale) || p !== half) return null;
    const [first, ...rest] = x.args;
    if (first!.kind !== "num" || isNegative(first!.value)) return null;
    const root = exactRoot(first!.value.numerator);
    const under = exactRoot(first!.value.denominator);
    if (root === null || under === null) return null;
    const inside = rest.length === 1 ? rest[0]! : scale(...rest);
    return scale(num(rational(root, under)), power(inside, half));
  }),
  rule("root-of-square-number", power, (_, x, p) => {
    if (x.kind !== "num" || p !== half || isNegative(x.value)) return null;
    const [root, under] = [exactRoot(x.value.numerator), exactRoot(x.value.denominator)];
    return root === null || under === null ? null : num(rational(root, under));
  }),
  rule("even-power-of-abs", power, (_, x, p) =>
    isApply(x, abs) && p.kind === "num" && isInteger(p.value) && p.value.numerator % 2n === 0n
      ? power(x.args[0]!, p)
      : null,
  ),
  rule("reciprocal-is-sigmoid", power, (_, x, p) => {
    // 1/(1 + e⁻ᵘ) = σ(u)
    if (p !== minusOne) return null;
    const u = exponentPlusOne(x);
    return u ? sigmoid(negate(u)) : null;
  }),
];

function exactRoot(n: bigint): bigint | null {
  const root = BigInt(Math.round(Math.sqrt(Number(n))));
  return root * root === n ? root : null;
}

/** u where e is 𝟏 + exp(u). */
function exponentPlusOne(e: Expr): Expr | null {
  if (!isApply(e, add) || e.args.length !== 2) return null;
  const [a, b] = e.args as readonly [Expr, Expr];
  if (isOnes(a) && isApply(b, exp)) return b.args[0]!;
  if (isOnes(b) && isApply(a, exp)) return a.args[0]!;
  return null;
}

const elementwiseRules: Rule[] = [
  rule("exp-of-log", exp, (_, x) => (isApply(x, log) ? x.args[0]! : null)),
  rule("exp-of-zero", exp, (e) => (isZero(e.args[0]!) ? onesOf(e.shape) : null)),
  rule("log-of-exp", log, (_, x) => (isApply(x, exp) ? x.args[0]! : null)),
  rule("log-of-one", log, (e) => (isOnes(e.args[0]!) ? zeroOf(e.shape) : null)),
  rule("log-of-determinant", log, (_, x) => (isApply(x, determinant) ? logdet(x.args[0]!) : null)),
  rule("log-of-softmax", log, (_, x) => (isApply(x, softmax) ? logsoftmax(x.args[0]!) : null)),
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
];

const reduceRules: Rule[] = [
  reduce.sum,
  reduce.mean,
  reduce.rowsum,
  reduce.colsum,
  reduce.rowmean,
  reduce.colmean,
].map((op) => rule(`${op.opName}-is-a-product-with-ones`, op, (_, ...args) => op.expand(...args)));
reduceRules.push(
  rule("norm-of-scalar", reduce.norm, (_, x) => (isScalar(x) ? abs(x) : null)),
  rule("squared-norm-of-scalar", reduce.squaredNorm, (_, x) =>
    isScalar(x) ? power(x, two) : null,
  ),
  rule("norm1-of-scalar", reduce.norm1, (_, x) => (isScalar(x) ? abs(x) : null)),
  rule("squared-norm-of-transpose", reduce.squaredNorm, (_, x) =>
    isApply(x, transpose) ? reduce.squaredNorm(x.args[0]!) : null,
  ),
  rule("norm-of-transpose", reduce.norm, (_, x) =>
    isApply(x, transpose) ? reduce.norm(x.args[0]!) : null,
  ),
  rule("squared-norm-of-kronecker", reduce.squaredNorm, (_, x) =>
    isApply(x, kronecker)
      ? scale(reduce.squaredNorm(x.args[0]!), reduce.squaredNorm(x.args[1]!))
      : null,
  ),
  rule("norm-of-zero", reduce.norm, (_, x) => (isZero(x) ? zero : null)),
  rule("squared-norm-of-zero", reduce.squaredNorm, (_, x) => (isZero(x) ? zero : null)),
);

const structureRules: Rule[] = [
  ...linear(diagonalMatrix, 0, diagonalMatrix),
  ...linear(diagonalVector, 0, diagonalVector),
  rule("diagonal-part-is-hadamard", diagonalPart, (_, x) => hadamard(x, identity(x.shape[0]))),
  rule("diagonal-matrix-of-scalar", diagonalMatrix, (_, x) => (isScalar(x) ? x : null)),
  rule("diagonal-matrix-of-ones", diagonalMatrix, (_, x) =>
    isApply(x, ones) ? identity(x.shape[0]) : null,
  ),
  rule("diagonal-matrix-of-diagonal", diagonalMatrix, (_, x) =>
    isApply(x, diagonalVector) ? hadamard(x.args[0]!, identity(x.shape[0])) : null,
  ),
  rule("diagonal-of-scalar", diagonalVector, (_, x) => (isScalar(x) ? x : null)),
  rule("diagonal-of-diagonal-matrix", diagonalVector, (_, x) =>
    isApply(x, diagonalMatrix) ? x.args[0]! : null,
  ),
  rule("diagonal-of-identity", diagonalVector, (_, x) =>
    isApply(x, identity) ? ones(x.shape[0]) : null,
  ),
  rule("diagonal-of-transpose", diagonalVector, (_, x) =>
    isApply(x, transpose) ? diagonalVector(x.args[0]!) : null,
  ),
  rule("diagonal-of-outer-product", diagonalVector, (_, x) => {
    // diag(xyᵀ) = x ⊙ y
    if (!isApply(x, matmul)) return null;
    const at = x.args.findIndex((f, i) => i > 0 && f.shape[0] === one);
    if (at < 0) return null;
    return hadamard(product(...x.args.slice(0, at)), transpose(product(...x.args.slice(at))));
  }),
  rule("diagonal-of-hadamard", diagonalVector, (_, x) =>
    isApply(x, hadamard) ? hadamard(...x.args.map((f) => diagonalVector(f))) : null,
  ),
  rule("kronecker-of-scalar", kronecker, (_, a, b) =>
    isScalar(a) || isScalar(b) ? scale(...(isScalar(a) ? [a, b] : [b, a])) : null,
  ),
  ...linear(kronecker, 0, kronecker),
  ...linear(kronecker, 1, kronecker),
  rule("kronecker-of-identities", kronecker, (e) =>
    e.args.every((f) => isApply(f, identity)) ? identity(e.shape[0]) : null,
  ),
  ...linear(blockInner, 0, blockInner),
  ...linear(blockSum, 0, blockSum),
  rule("block-inner-of-kronecker", blockInner, (_, g, b, like) => {
    const [p, q] = isApply(g, kronecker) ? g.args : [];
    if (!p || !q || (p.shape !== like.shape && !equalShapes(p, like))) return null;
    return equalShapes(q, b) ? scale(inner(q, b), p) : null;
  }),
  rule("block-inner-of-identity", blockInner, (_, g, b, like) =>
    isApply(g, identity) && isSquare(b) && isSquare(like)
      ? scale(trace(b), identity(like.shape[0]))
      : null,
  ),
  rule("block-sum-of-kronecker", blockSum, (_, g, a, like) => {
    const [p, q] = isApply(g, kronecker) ? g.args : [];
    if (!p || !q || !equalShapes(q, like)) return null;
    return equalShapes(p, a) ? scale(inner(p, a), q) : null;
  }),
  rule("block-sum-of-identity", blockSum, (_, g, a, like) =>
    isApply(g, identity) && isSquare(a) && isSquare(like)
      ? scale(trace(a), identity(like.shape[0]))
      : null,
  ),
  rule("softmax-of-scalar", softmax, (e) =>
    e.shape[1] === one && e.shape[0] === one ? unit : null,
  ),
  rule("logsumexp-of-scalar", logsumexp, (_, x) => (isScalar(x) ? x : null)),
];

const equalShapes = (a: Expr, b: Expr): boolean =>
  a.shape[0] === b.shape[0] && a.shape[1] === b.shape[1];

/** Every rule; those for sums and products of many factors are normal forms of their own. */
export const rules: readonly Rule[] = [
  ...transposeRules,
  ...inverseRules,
  ...traceRules,
  ...determinantRules,
  ...powerRules,
  ...elementwiseRules,
  ...reduceRules,
  ...structureRules,
];

/** The rules for one operation, in the order of the catalogue. */
export const rulesFor: ReadonlyMap<OpFields, readonly Rule[]> = rules.reduce(
  (map, r) => map.set(r.op, [...(map.get(r.op) ?? []), r]),
  new Map<OpFields, Rule[]>(),
);

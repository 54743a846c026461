/** @file Rules for transposes, inverses, traces and determinants. */

import { one } from "../../expr/dimension.ts";
import {
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
} from "../../expr/expr.ts";
import type { Expr } from "../../expr/expr.ts";
import { has, property } from "../../expr/properties.ts";
import { rational, times } from "../../expr/rational.ts";
import type { Rational } from "../../expr/rational.ts";
import {
  add,
  hadamard,
  identity,
  inner,
  isProjection,
  matmul,
  negate,
  ones,
  scale,
  trace,
  transpose,
  transposed,
  zeroOf,
} from "../../ops/arithmetic.ts";
import { log, power } from "../../ops/elementwise.ts";
import {
  definitePower,
  determinant,
  inverse,
  isWhole,
  largestExponent,
  logdet,
  matrixPower,
  pseudoinverse,
  toPower,
} from "../../ops/matrix.ts";
import { kronecker } from "../../ops/kronecker.ts";
import * as reduce from "../../ops/reduce.ts";
import { diagonalMatrix } from "../../ops/structure.ts";
import { cost } from "../cost.ts";
import { isZero, unscaled } from "../forms.ts";
import { actsOnEntries, factorsOf, turned } from "../term.ts";
import { linear, ofZero, rule } from "./rule.ts";
import type { Rule } from "./rule.ts";

const { symmetric, skew, orthogonal, posdef, psd, invertible } = property;

export const transposeRules: Rule[] = [
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
  rule("transpose-of-entrywise", transpose, (_, x) => {
    // f(Xᵀ)ᵀ = f(X), f(Aᵀ − xyᵀ)ᵀ = f(A − yxᵀ), (Aᵀ ⊘ Bᵀ)ᵀ = A ⊘ B
    if (x.kind !== "apply" || !(isApply(x, hadamard) || actsOnEntries(x))) return null;
    const other = turned(x);
    return cost(other) < cost(x) ? other : null;
  }),
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

/** I − AA⁺, which is its own square. */
const isComplement = (x: Expr): boolean => {
  if (!isApply(x, add) || x.args.length !== 2 || !x.args.some((t) => isApply(t, identity)))
    return false;
  return x.args.some((t) => {
    const { scalars, body } = unscaled(t);
    return scalars.length === 1 && scalars[0] === minusOne && isProjection(factorsOf(body));
  });
};

/** Whether a whole exponent is one that products are written out for. */
const isWithinReach = (k: Rational): boolean => Math.abs(Number(k.numerator)) <= largestExponent;

export const inverseRules: Rule[] = [
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
    isApply(x, matrixPower) ? matrixPower(x.args[0]!, negate(x.args[1]!)) : null,
  ),
  rule("inverse-of-definite-power", inverse, (_, x) =>
    isApply(x, definitePower) ? definitePower(x.args[0]!, negate(x.args[1]!)) : null,
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

export const pseudoinverseRules: Rule[] = [
  rule("pseudoinverse-of-known", pseudoinverse, (e, x) => {
    if (isZero(x)) return zeroOf(e.shape);
    if (isScalar(x)) return power(x, minusOne);
    if (has(x.properties, invertible)) return inverse(x);
    // x⁺ = xᵀ/(xᵀx)
    if (isColumn(x) || isRow(x)) return scale(power(inner(x, x), minusOne), transposed(x));
    if (isApply(x, pseudoinverse)) return x.args[0]!;
    return isApply(x, transpose) ? transpose(pseudoinverse(x.args[0]!)) : null;
  }),
  rule("pseudoinverse-of-scale", pseudoinverse, (_, x) => {
    const { scalars, body } = unscaled(x);
    if (scalars.length === 0) return null;
    return scale(...scalars.map((s) => power(s, minusOne)), pseudoinverse(body));
  }),
];

export const traceRules: Rule[] = [
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

export const determinantRules: Rule[] = [
  ofZero(determinant),
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
  rule("logdet-of-power", logdet, (_, x) =>
    isApply(x, definitePower) || (isApply(x, matrixPower) && has(x.args[0]!.properties, posdef))
      ? scale(x.args[1]!, logdet(x.args[0]!))
      : null,
  ),
  rule("power-of-matrix", matrixPower, (_, x, k) => {
    if (k === unit || k === minusOne || k === zero) return toPower(x, k);
    if (isScalar(x)) return power(x, k);
    if (isApply(x, identity)) return x;
    if (isApply(x, transpose)) return transpose(matrixPower(x.args[0]!, k));
    if (k === two && isComplement(x)) return x;
    if (k.kind !== "num") return null;
    if (isApply(x, inverse)) return matrixPower(x.args[0]!, num(times(k.value, rational(-1))));
    if (isApply(x, matrixPower) && x.args[1]?.kind === "num") {
      const whole = times(k.value, x.args[1].value);
      return isWithinReach(whole) ? matrixPower(x.args[0]!, num(whole)) : null;
    }
    if (isApply(x, definitePower)) return definitePower(x.args[0]!, scale(k, x.args[1]!));
    return null;
  }),
  rule("power-of-definite-matrix", definitePower, (_, x, p) => {
    if (isWhole(p)) return toPower(x, p);
    if (isScalar(x)) return power(x, p);
    if (isApply(x, identity)) return x;
    if (isApply(x, inverse)) return definitePower(x.args[0]!, negate(p));
    if (isApply(x, definitePower)) return definitePower(x.args[0]!, scale(p, x.args[1]!));
    if (isApply(x, matrixPower) && has(x.args[0]!.properties, psd))
      return definitePower(x.args[0]!, scale(p, x.args[1]!));
    const { scalars, body } = unscaled(x);
    if (scalars.length === 0 || !has(body.properties, psd)) return null;
    return scale(...scalars.map((s) => power(s, p)), definitePower(body, p));
  }),
];

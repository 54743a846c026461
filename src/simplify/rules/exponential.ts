/** @file Rules for the matrix exponential and its derivative. */

import { isApply, isScalar } from "../../expr/expr.ts";
import {
  identity,
  negate,
  product,
  scale,
  trace,
  transpose,
  transposed,
} from "../../ops/arithmetic.ts";
import { isFunctionOf } from "../../ops/commuting.ts";
import { exp } from "../../ops/elementwise.ts";
import { expm, exponentialDerivative, matrixExponential } from "../../ops/exponential.ts";
import { determinant, inverse, logdet, matrixPower } from "../../ops/matrix.ts";
import { diagonalMatrix } from "../../ops/structure.ts";
import { isZero, unscaled } from "../forms.ts";
import { linear, rule } from "./rule.ts";
import type { Rule } from "./rule.ts";

export const exponentialRules: Rule[] = [
  rule("exponential-of-scale", matrixExponential, (_, t, a) => {
    const { scalars, body } = unscaled(a);
    return scalars.length > 0 ? matrixExponential(scale(t, ...scalars), body) : null;
  }),
  rule("exponential-of-known", matrixExponential, (e, t, a) => {
    if (isZero(t) || isZero(a)) return identity(e.shape[0]);
    if (isScalar(a)) return exp(scale(t, a));
    if (isApply(a, identity)) return scale(exp(t), a);
    if (isApply(a, diagonalMatrix)) return diagonalMatrix(exp(scale(t, a.args[0]!)));
    return isApply(a, transpose) ? transpose(matrixExponential(t, a.args[0]!)) : null;
  }),
  rule("inverse-of-exponential", inverse, (_, x) =>
    isApply(x, matrixExponential) ? matrixExponential(negate(x.args[0]!), x.args[1]!) : null,
  ),
  rule("power-of-exponential", matrixPower, (_, x, k) =>
    isApply(x, matrixExponential) ? matrixExponential(scale(k, x.args[0]!), x.args[1]!) : null,
  ),
  rule("determinant-of-exponential", determinant, (_, x) =>
    isApply(x, matrixExponential) ? exp(scale(x.args[0]!, trace(x.args[1]!))) : null,
  ),
  rule("logdet-of-exponential", logdet, (_, x) =>
    isApply(x, matrixExponential) ? scale(x.args[0]!, trace(x.args[1]!)) : null,
  ),
  ...linear(exponentialDerivative, 1, exponentialDerivative),
  rule("exponential-derivative-of-commuting", exponentialDerivative, (_, a, e) =>
    isFunctionOf(e, unscaled(a).body) ? product(e, expm(a)) : null,
  ),
  rule("transpose-of-exponential-derivative", transpose, (_, x) =>
    isApply(x, exponentialDerivative)
      ? exponentialDerivative(transposed(x.args[0]!), transposed(x.args[1]!))
      : null,
  ),
];

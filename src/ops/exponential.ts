/** @file The matrix exponential and its derivative. */

import { errors } from "../diagnostics/errors.ts";
import type { Expr } from "../expr/expr.ts";
import { isApply, isScalar, unit } from "../expr/expr.ts";
import type { Arithmetic, Value } from "../expr/op.ts";
import { property } from "../expr/properties.ts";
import { inner, product, scale, scaled, transposed } from "./arithmetic.ts";
import { isFunctionOf } from "./commuting.ts";
import type { Primitive } from "./core.ts";
import { call, primitive } from "./core.ts";
import { exp } from "./elementwise.ts";

const { symmetric, skew, posdef, orthogonal, invertible, diagonal } = property;

/** exp(X) by scaling and squaring: the series of X/2ˢ, squared s times. */
function exponentialOf(m: Arithmetic, x: Value): Value {
  const n = m.rows(x);
  let size = 0;
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) size = Math.max(size, n * Math.abs(m.real(m.entry(x, i, j))));
  if (!Number.isFinite(size)) return m.matrix(n, n, () => m.number(NaN));
  const squarings = size > 0.25 ? Math.ceil(Math.log2(4 * size)) : 0;
  const small = m.scale(m.number(2 ** -squarings), x);
  let term = m.matrix(n, n, (i, j) => m.number(i === j ? 1 : 0));
  let sum = term;
  for (let k = 1; k <= 18; k++) {
    term = m.scale(m.number(1 / k), m.multiply(term, small));
    sum = m.add(sum, term);
  }
  for (let k = 0; k < squarings; k++) sum = m.multiply(sum, sum);
  return sum;
}

/** `[A E; 0 A]`. */
function blocks(m: Arithmetic, a: Value, e: Value): Value {
  const n = m.rows(a);
  return m.matrix(2 * n, 2 * n, (i, j) => {
    if (i >= n && j < n) return m.number(0);
    return i < n && j >= n ? m.entry(e, i, j - n) : m.entry(a, i % n, j % n);
  });
}

const flat = (t: Expr, a: Expr): Expr =>
  t === unit ? a : isApply(t, scale) ? scale(...t.args, a) : scale(t, a);

/** exp(tA), the scalar factors of the argument apart from its matrix: by t it is A·exp(tA) for any A. */
export const matrixExponential: Primitive = primitive("matrixExponential", {
  called: "matrix exponential",
  signature: "1×1, n×n → n×n",
  notation: { ...call("expm"), shown: (t, a) => [flat(t, a)] },
  matrixFunction: true,
  pullback: (g, y, t, a) => [
    inner(g, product(a, y)),
    isFunctionOf(g, transposed(a))
      ? product(t, g, transposed(y))
      : scale(t, exponentialDerivative(flat(t, transposed(a)), g)),
  ],
  value: (m, t, a) => exponentialOf(m, m.scale(m.entry(t, 0, 0), a)),
  properties: ([, a]) => {
    const of = a!.properties;
    return (
      invertible |
      (of & (symmetric | diagonal)) |
      (of & symmetric ? posdef : 0) |
      (of & skew ? orthogonal : 0)
    );
  },
});

/** exp(X) of a square matrix. */
export function expm(x: Expr): Expr {
  if (isScalar(x)) return exp(x);
  if (!isApply(x, scale)) return matrixExponential(unit, x);
  const scalars = x.args.slice(0, -1);
  return matrixExponential(scaled(scalars.slice(0, -1), scalars.at(-1)!), x.args.at(-1)!);
}

/** The derivative of exp at A in the direction E: the upper right block of exp([A E; 0 A]) (Higham 2008, 10.6). */
export const exponentialDerivative: Primitive = primitive("exponentialDerivative", {
  called: "derivative of the matrix exponential",
  signature: "n×n, n×n → n×n",
  notation: call("dexpm"),
  spellings: ["dexpm"],
  told: "dexpm(A, E) is the derivative of expm at A in the direction E: the upper right block of expm([A E; 0 A])",
  // ⟨G, L(A, E)⟩ = ⟨L(Aᵀ, G), E⟩
  pullback: (g, _y, a) => [
    errors.noClosedForm("dexpm(A, E) by A", "the second derivative of the matrix exponential"),
    exponentialDerivative(transposed(a), g),
  ],
  value: (m, a, e) => {
    const n = m.rows(a);
    const whole = exponentialOf(m, blocks(m, a, e));
    return m.matrix(n, n, (i, j) => m.entry(whole, i, n + j));
  },
});

/** @file Square matrices: inverse, determinant, whole powers. */

import type { Dimension } from "../expr/dimension.ts";
import type { Expr } from "../expr/expr.ts";
import { minusOne, num, unit, zero } from "../expr/expr.ts";
import type { Arithmetic, Value } from "../expr/op.ts";
import { has, property } from "../expr/properties.ts";
import { isInteger, plus, rational } from "../expr/rational.ts";
import { errors } from "../diagnostics/errors.ts";
import { add, identity, negate, product, scale, total, transposed } from "./arithmetic.ts";
import { log } from "./elementwise.ts";
import { isFunctionOf } from "./commuting.ts";
import type { Derived, Primitive } from "./core.ts";
import { call, derived, every, primitive, sign } from "./core.ts";

const { symmetric, skew, posdef, psd, diagonal, orthogonal, invertible, positive, integer } =
  property;

/**
 * det X over the product of the lengths of its rows, its n-th root: ±1 where they are orthogonal, 0 where
 * X is singular, and of one size for random matrices of any n.
 */
function orthogonality(m: Arithmetic, x: Value): number {
  let lengths = 0;
  for (let i = 0; i < m.rows(x); i++) {
    const row = Array.from({ length: m.columns(x) }, (_, j) => m.real(m.entry(x, i, j)));
    lengths += Math.log(Math.hypot(...row));
  }
  const { sign: of, log: size } = m.logDeterminant(x);
  return of === 0 ? 0 : of * Math.exp((m.real(size) - lengths) / m.rows(x));
}

/** How far from singular a drawn matrix must be, as its `orthogonality`. */
const regular = 0.05;

export const inverse: Primitive = primitive("inverse", {
  signature: "n×n → n×n",
  notation: { kind: "inverse" },
  matrixFunction: true,
  spellings: ["inv"],
  // dY = −Y dX Y (Giles 2008, 2.2.3)
  pullback: (g, y) => [negate(product(transposed(y), g, transposed(y)))],
  value: (m, x) => m.inverse(x),
  properties: ([x]) =>
    invertible | (x!.properties & (symmetric | skew | posdef | diagonal | orthogonal)),
  domain: {
    text: "an invertible matrix",
    holds: (m, x) => Math.abs(orthogonality(m, x)) > regular,
  },
});

/** How far from losing rank a drawn matrix must be: its smallest singular value over its largest, squared. */
const leastRatio = 1e-3;

/** The smaller one of AᵀA and AAᵀ. */
const smallerGram = (m: Arithmetic, x: Value): Value =>
  m.rows(x) < m.columns(x) ? m.multiply(x, m.transpose(x)) : m.multiply(m.transpose(x), x);

function hasFullRank(m: Arithmetic, x: Value): boolean {
  const squares = m.eigenvalues(smallerGram(m, x));
  return Math.min(...squares) > leastRatio * Math.max(...squares);
}

/** A⁺: (AᵀA)⁻¹Aᵀ where the rank of A is that of its columns, Aᵀ(AAᵀ)⁻¹ where it is that of its rows. */
export const pseudoinverse: Primitive = primitive("pseudoinverse", {
  called: "pseudo-inverse",
  signature: "m×n → n×m",
  notation: { kind: "postfix", symbol: sign("⁺", "^+", "^{+}") },
  spellings: ["pinv"],
  moorePenrose: true,
  closed: true,
  // dP = −P dA P + PPᵀ dAᵀ (I − AP) + (I − PA) dAᵀ PᵀP (Golub & Pereyra 1973)
  pullback: (g, y, x) => {
    const [rows, columns] = x.shape;
    const areNumbers = rows.names.length === 0 && columns.names.length === 0;
    const least = (a: Dimension, b: Dimension): boolean =>
      a === b || (areNumbers && a.coefficient > b.coefficient);
    const [t, gt] = [transposed(y), transposed(g)];
    const beside = (whole: Expr): Expr => add(identity(whole.shape[0]), negate(whole));
    // Of full rank, one of the projections is I: which one, sizes that are numbers say.
    const terms = [
      negate(product(t, g, t)),
      ...(least(columns, rows) ? [] : [product(beside(product(x, y)), gt, y, t)]),
      ...(least(rows, columns) ? [] : [product(t, y, gt, beside(product(y, x)))]),
    ];
    return [total(terms)];
  },
  value: (m, x) => {
    const t = m.transpose(x);
    const inverted = m.inverse(smallerGram(m, x));
    return m.rows(x) < m.columns(x) ? m.multiply(t, inverted) : m.multiply(inverted, t);
  },
  properties: ([x]) =>
    x!.properties & (symmetric | skew | psd | posdef | diagonal | orthogonal | invertible),
  domain: { text: "a matrix of full rank", holds: hasFullRank },
  smooth: { text: "A⁺ is derived where A has full rank", holds: hasFullRank },
});

export const determinant: Primitive = primitive("determinant", {
  signature: "n×n → 1×1",
  notation: { kind: "call", name: "det", latex: "\\det" },
  spellings: ["det"],
  // d det X = det X tr(X⁻¹ dX) (Matrix Cookbook (46))
  pullback: (g, y, x) => [scale(g, y, transposed(inverse(x)))],
  value: (m, x) => m.determinant(x),
  properties: ([x]) => (has(x!.properties, posdef) ? positive : 0) | (x!.properties & invertible),
});

/** log det X for a matrix with positive determinant. */
export const logdet: Derived = derived("logdet", {
  called: "log-determinant",
  signature: "n×n → 1×1",
  notation: call("logdet", "\\log\\det"),
  spellings: ["logdet"],
  // d log det X = tr(X⁻¹ dX) (Matrix Cookbook (57))
  pullback: (g, _y, x) => [scale(g, transposed(inverse(x)))],
  expand: (x) => log(determinant(x)),
  value: (m, x) => {
    const { sign: of, log: size } = m.logDeterminant(x);
    return of > 0 ? size : m.elementary("log", m.number(of));
  },
  domain: {
    text: "a matrix with a positive determinant",
    holds: (m, x) => orthogonality(m, x) > regular,
  },
});

/** The largest whole exponent whose derivative is written out as a sum of products. */
export const largestExponent = 64;

/** k·g·Xᵏ⁻¹, which is the derivative of Xᵏ where the cotangent g commutes with Xᵀ. */
const loweredPower = (g: Expr, x: Expr, k: Expr): Expr =>
  product(
    k,
    g,
    toPower(transposed(x), k.kind === "num" ? num(plus(k.value, rational(-1))) : add(k, minusOne)),
  );

/** A square matrix to a whole power. */
export const matrixPower: Primitive = primitive("matrixPower", {
  called: "matrix power",
  signature: "n×n, 1×1 → n×n",
  notation: { kind: "power" },
  matrixFunction: true,
  // d(Xᵏ) = Σᵢ Xⁱ dX Xᵏ⁻¹⁻ⁱ, and tr(Xᵏ)′ = k(Xᵏ⁻¹)ᵀ (Matrix Cookbook (121))
  pullback: (g, _y, x, k) => {
    if (k.kind !== "num")
      return [
        isFunctionOf(g, transposed(x))
          ? loweredPower(g, x, k)
          : errors.noClosedForm(
              "a matrix power with an exponent that is no number",
              "a sum over r = 0 … k − 1",
              "tr(A^k) has one",
            ),
        errors.noClosedForm("a matrix power by its exponent", "the logarithm of a matrix"),
      ];
    const exponent = wholeExponent(k);
    const base = exponent < 0 ? inverse(x) : x;
    const count = Math.abs(exponent);
    const t = transposed(base);
    const terms = Array.from({ length: count }, (_, i) =>
      product(...repeated(t, i), g, ...repeated(t, count - 1 - i)),
    );
    const flow = total(terms);
    return [exponent < 0 ? negate(product(t, flow, t)) : flow, null];
  },
  value: (m, x, k) => {
    const exponent = Math.round(m.real(m.entry(k, 0, 0)));
    const base = exponent < 0 ? m.inverse(x) : x;
    let y = base;
    for (let i = 1; i < Math.abs(exponent); i++) y = m.multiply(y, base);
    return exponent === 0 ? m.matrix(m.rows(x), m.rows(x), (i, j) => m.number(i === j ? 1 : 0)) : y;
  },
  properties: ([x, k]) => {
    const of = x!.properties;
    const isSquare = isMultiple(k!, 2n);
    return (
      (of & (symmetric | posdef | diagonal | orthogonal | invertible)) |
      (isSquare && has(of, symmetric) ? psd : 0) |
      (isSquare && has(of, skew) ? (isMultiple(k!, 4n) ? psd : symmetric) : 0)
    );
  },
  // WᵀW = −W² where W is skew.
  opposite: ([x, k]) =>
    has(x!.properties, skew) && isMultiple(k!, 2n) && !isMultiple(k!, 4n) ? psd : 0,
  domain: {
    text: "an invertible matrix, where the exponent is negative",
    holds: (m, x, k) => m.real(m.entry(k, 0, 0)) >= 0 || Math.abs(orthogonality(m, x)) > regular,
  },
});

const isMultiple = (k: Expr, of: bigint): boolean =>
  k.kind === "num" && isInteger(k.value) && k.value.numerator % of === 0n;

const repeated = (x: Expr, count: number): Expr[] => Array.from({ length: count }, () => x);

/** How far from singular a definite matrix must be for its fractional powers. */
const leastEigenvalue = 0.1;

/** Whether a matrix is its transpose but for rounding. */
const isSymmetric = (m: Arithmetic, x: Value): boolean => {
  const difference = m.add(x, m.scale(m.number(-1), m.transpose(x)));
  const entry = m.real(m.entry(x, 0, 0));
  return every(m, difference, (d) => Math.abs(d) <= 1e-9 * Math.max(1, Math.abs(entry)));
};

/** A positive semidefinite matrix to any power. */
export const definitePower: Primitive = primitive("definitePower", {
  called: "power of a matrix",
  signature: "n×n, 1×1 → n×n",
  notation: { kind: "power" },
  matrixFunction: true,
  inexactComplex: true,
  pullback: (g, _y, x, p) => [
    isFunctionOf(g, transposed(x))
      ? loweredPower(g, x, p)
      : errors.noClosedForm(
          "a fractional power of a matrix",
          "the solution of a Sylvester equation",
          "tr(K^p) has one",
        ),
    errors.noClosedForm("a matrix power by its exponent", "the logarithm of a matrix"),
  ],
  value: (m, x, p) =>
    m.spectral(x, (eigenvalue) => Math.max(0, eigenvalue) ** m.real(m.entry(p, 0, 0))),
  properties: ([x]) => psd | (x!.properties & (posdef | diagonal)),
  domain: {
    text: "a positive definite matrix",
    holds: (m, x) =>
      isSymmetric(m, x) && m.eigenvalues(x).every((eigenvalue) => eigenvalue > leastEigenvalue),
  },
});

/** The whole number that an exponent is. */
export function wholeExponent(k: Expr): number {
  if (k.kind !== "num" || !isInteger(k.value)) throw new Error("internal: not a whole exponent");
  return Number(k.value.numerator);
}

/** Whether an exponent is a whole number, by its value or its declaration. */
export const isWhole = (k: Expr): boolean => has(k.properties, integer);

/** Xᵏ; X⁰ is the identity, and X⁻¹ the inverse. */
export function toPower(x: Expr, k: Expr): Expr {
  if (k === zero) return identity(x.shape[0]);
  if (k === unit) return x;
  if (k === minusOne) return inverse(x);
  return isWhole(k) ? matrixPower(x, k) : definitePower(x, k);
}

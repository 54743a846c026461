/** @file Sums and products: `add`, `scale`, `matmul`, `hadamard`, `transpose`, and `0`, `𝟏`, `I`. */

import type { Shape } from "../expr/dimension.ts";
import { isScalarShape, one, sameShape } from "../expr/dimension.ts";
import type { Expr } from "../expr/expr.ts";
import {
  isApply,
  isColumn,
  isRow,
  isScalar,
  isSquare,
  minusOne,
  unit,
  zero,
} from "../expr/expr.ts";
import type { Arithmetic, ConstantOp, Value } from "../expr/op.ts";
import type { Properties } from "../expr/properties.ts";
import { has, property } from "../expr/properties.ts";
import { isEqual, isNegative, rational, times } from "../expr/rational.ts";
import type { Rational } from "../expr/rational.ts";
import type { Primitive } from "./core.ts";
import { constantOp, primitive, sign } from "./core.ts";

const { symmetric, skew, posdef, psd, diagonal, orthogonal, invertible } = property;
const { positive, nonnegative, integer, signs, onehot, sumsToOne } = property;

/** What every one of `args` is. */
const shared = (args: readonly Expr[]): Properties =>
  args.reduce((set, arg) => set & arg.properties, -1);

const sameShapes = (args: readonly Expr[]): Shape | null =>
  args.length > 0 && args.every((arg) => sameShape(arg.shape, args[0]!.shape))
    ? args[0]!.shape
    : null;

const firstOrNull = (items: readonly Expr[], build: (...items: Expr[]) => Expr): Expr | null =>
  items.length > 1 ? build(...items) : (items[0] ?? null);

/** The zero of any shape. */
export const zeros: ConstantOp = constantOp(
  "zeros",
  "any",
  {
    notation: { kind: "constant", symbol: sign("0"), sized: "both" },
    constant: (m, rows, columns) => m.matrix(rows, columns, () => m.number(0)),
    properties: (_, [rows, columns]) =>
      nonnegative | integer | (rows === columns ? psd | diagonal : 0),
  },
  zero,
);

/** The column of ones. */
export const ones: ConstantOp = constantOp(
  "ones",
  "column",
  {
    notation: {
      kind: "constant",
      symbol: sign("𝟏", "ones", "\\mathbf{1}"),
      sized: "rows",
    },
    constant: (m, rows, columns) => m.matrix(rows, columns, () => m.number(1)),
    properties: () => positive | signs,
  },
  unit,
);

/** The identity matrix. */
export const identity: ConstantOp = constantOp(
  "identity",
  "square",
  {
    notation: { kind: "constant", symbol: sign("I", "I", "\\mathbf{I}"), sized: "rows" },
    constant: (m, rows, columns) => m.matrix(rows, columns, (i, j) => m.number(i === j ? 1 : 0)),
    properties: () => posdef | diagonal | orthogonal | onehot,
  },
  unit,
);

const piOp: ConstantOp = constantOp("pi", "any", {
  notation: { kind: "constant", symbol: sign("π", "pi", "\\pi") },
  constant: (m) => m.number(Math.PI),
  properties: () => positive,
});

/** The number π. */
export const pi: Expr = piOp(one, one);

/** The zero of that shape: a number where it is a scalar. */
export const zeroOf = (shape: Shape): Expr =>
  isScalarShape(shape) ? zero : zeros(shape[0], shape[1]);

/** Ones in every entry of that shape: 1, `𝟏`, `𝟏ᵀ` or `𝟏𝟏ᵀ`. */
export function onesOf([rows, columns]: Shape): Expr {
  if (rows === one && columns === one) return unit;
  if (columns === one) return ones(rows);
  const across = transpose(ones(columns));
  return rows === one ? across : matmul(ones(rows), across);
}

export const add: Primitive = primitive("add", {
  called: "sum",
  signature: "m×n, … → m×n",
  shape: sameShapes,
  notation: { kind: "sum" },
  pullback: (g, _y, ...terms) => terms.map(() => g),
  value: (m, ...terms) => terms.reduce((a, b) => m.add(a, b)),
  properties: (terms) => {
    const all = shared(terms) & (symmetric | skew | psd | diagonal | nonnegative | integer);
    const some = (wanted: Properties): boolean => terms.some((t) => has(t.properties, wanted));
    const definite = has(all, psd) && some(posdef) ? posdef : 0;
    const signs = has(all, nonnegative) && some(positive) ? positive : 0;
    return all | definite | signs | mirrored(terms);
  },
});

/** The sum of one term or more. */
export const total = (terms: readonly Expr[]): Expr =>
  terms.length === 1 ? terms[0]! : add(...terms);

/** A + Aᵀ is symmetric, A − Aᵀ skew; sums of more than six terms are not looked at. */
function mirrored(terms: readonly Expr[]): Properties {
  if (terms.length > 6 || !isSquare(terms[0]!) || isScalar(terms[0]!)) return 0;
  const parts = terms.map((t) => {
    const [first, ...others] = isApply(t, scale) ? t.args : [unit, t];
    const number = first!.kind === "num" ? first!.value : rational(1);
    const scalars = first!.kind === "num" ? others.slice(0, -1) : [first!, ...others.slice(0, -1)];
    return { number, scalars, body: others.at(-1)! };
  });
  // One partner each: A + A + Aᵀ is not symmetric.
  const pairs = (sign: Rational): boolean => {
    const left = new Set(parts);
    return parts.every((a) => {
      if (!left.delete(a)) return true;
      const isPartner = (b: (typeof parts)[number]): boolean =>
        isEqual(times(a.number, sign), b.number) &&
        a.scalars.length === b.scalars.length &&
        a.scalars.every((s, i) => s === b.scalars[i]) &&
        areMirrors(a.body, b.body);
      const partner = isPartner(a) ? a : [...left].find(isPartner);
      if (partner === undefined) return false;
      left.delete(partner);
      return true;
    });
  };
  return (pairs(rational(1)) ? symmetric : 0) | (pairs(rational(-1)) ? skew : 0);
}

/** Whether a = bᵀ by form, factor by factor. */
export const areMirrors = (a: Expr, b: Expr): boolean =>
  areTransposes(a, b) ||
  (isApply(a, matmul) &&
    isApply(b, matmul) &&
    a.args.length === b.args.length &&
    a.args.every((factor, i) => areTransposes(factor, b.args[b.args.length - 1 - i]!)));

/** Scalars times one factor of any shape, which stands last. */
export const scale: Primitive = primitive("scale", {
  called: (args) => (args.every(isScalar) ? "product of scalars" : "product with a scalar"),
  signature: "1×1, …, m×n → m×n",
  shape: (args) =>
    args.slice(0, -1).every((arg) => isScalarShape(arg.shape)) ? args.at(-1)!.shape : null,
  notation: { kind: "product" },
  multilinear: true,
  // dy = dα·X + α·dX
  pullback: (g, _y, ...args) =>
    args.map((arg, index) => {
      const others = args.filter((_, other) => other !== index);
      if (index === args.length - 1) return scaled(others, g);
      const last = others.pop()!;
      return scaled(others, inner(g, last));
    }),
  value: (m, ...args) => args.reduceRight((x, s) => m.scale(s, x)),
  properties: (args) => {
    const scalars = args.slice(0, -1);
    const last = args.at(-1)!;
    const kept = last.properties & (symmetric | skew | diagonal);
    const invertibles = shared(args) & invertible;
    if (isScalar(last))
      return signOfProduct(args) | (shared(args) & (integer | signs)) | invertibles;
    // −W² of a skew W is WᵀW.
    const [front] = scalars;
    const isOpposite = front?.kind === "num" && isNegative(front.value);
    const opposite = (isOpposite && last.kind === "apply" && last.op.opposite?.(last.args)) || 0;
    const x = opposite === 0 ? last.properties : opposite;
    const sign = signOfProduct(opposite === 0 ? scalars : scalars.slice(1));
    const isPositive = has(sign, positive);
    const isNonnegative = isPositive || has(sign, nonnegative);
    return (
      kept |
      invertibles |
      (shared(args) & (integer | signs)) |
      (isPositive ? x & (posdef | positive) : 0) |
      (isNonnegative ? x & (psd | nonnegative) : 0)
    );
  },
});

/** What is known of the sign of a product of scalars: equal factors make a square. */
function signOfProduct(args: readonly Expr[]): Properties {
  let negatives = 0;
  const odd = new Set<Expr>();
  let strict = true;
  for (const arg of args) {
    if (arg.kind === "num") negatives += isNegative(arg.value) ? 1 : 0;
    else if (!has(arg.properties, nonnegative) && !odd.delete(arg)) odd.add(arg);
    strict &&= has(arg.properties, positive) || has(arg.properties, invertible);
  }
  if (negatives % 2 === 1 || odd.size > 0) return 0;
  return strict ? positive : nonnegative;
}

/** `scale` that is the factor itself where there are no scalars. */
export const scaled = (scalars: readonly Expr[], x: Expr): Expr =>
  scalars.length > 0 ? scale(...scalars, x) : x;

export const negate = (x: Expr): Expr => scale(minusOne, x);

/** Products of equal shapes, entry by entry. */
export const hadamard: Primitive = primitive("hadamard", {
  called: "entrywise product",
  signature: "m×n, … → m×n",
  shape: sameShapes,
  notation: { kind: "infix", level: "hadamard", symbol: sign("⊙", ".*", "\\odot") },
  multilinear: true,
  // dy = da ⊙ b + a ⊙ db
  pullback: (g, _y, ...args) =>
    args.map((_, index) => entrywiseProduct(g, ...args.filter((_arg, other) => other !== index))),
  value: (m, ...args) =>
    m.matrix(m.rows(args[0]), m.columns(args[0]), (i, j) =>
      args.map((x) => m.entry(x, i, j)).reduce((a, b) => m.times(a, b)),
    ),
  properties: (args) => {
    const all =
      shared(args) & (symmetric | psd | posdef | positive | nonnegative | integer | signs);
    const some = (wanted: Properties): boolean => args.some((x) => has(x.properties, wanted));
    return all | (some(diagonal) ? diagonal : 0) | (isMirrored(args) ? symmetric : 0);
  },
});

/** A ⊙ Aᵀ is symmetric: every factor has its transpose beside it, or is its own. */
function isMirrored(args: readonly Expr[]): boolean {
  if (!isSquare(args[0]!) || isScalar(args[0]!) || args.length > 6) return false;
  const left = new Set(args.keys());
  return args.every((a, i) => {
    if (!left.delete(i)) return true;
    if (areMirrors(a, a)) return true;
    const partner = [...left].find((j) => areMirrors(a, args[j]!));
    return partner !== undefined && left.delete(partner);
  });
}

/** The entrywise product: `scale` for scalars. */
export const entrywiseProduct = (...factors: Expr[]): Expr =>
  factors.length === 1
    ? factors[0]!
    : isScalar(factors[0]!)
      ? scale(...factors)
      : hadamard(...factors);

/** The matrix product of factors whose neighbours fit. */
export const matmul: Primitive = primitive("matmul", {
  called: "matrix product",
  signature: "m×k, …, l×n → m×n",
  shape: (args) => {
    for (let i = 1; i < args.length; i++)
      if (args[i - 1]!.shape[1] !== args[i]!.shape[0]) return null;
    return [args[0]!.shape[0], args.at(-1)!.shape[1]];
  },
  notation: { kind: "product" },
  multilinear: true,
  // dy = A dX B, so ⟨g, dy⟩ = ⟨Aᵀ g Bᵀ, dX⟩ (Giles 2008, 2.2.1)
  pullback: (g, _y, ...args) =>
    args.map((_, index) => {
      const before = args.slice(0, index).toReversed().map(transposed);
      const after = args
        .slice(index + 1)
        .toReversed()
        .map(transposed);
      return product(...before, g, ...after);
    }),
  value: (m, ...args) => args.reduce((a, b) => m.multiply(a, b)),
  properties: (args, shape) => {
    const all = shared(args);
    let set = all & (orthogonal | diagonal | nonnegative | integer);
    if (args.every(isSquare)) set |= all & invertible;
    if (has(all, diagonal)) set |= all & psd;
    if (shape[0] === shape[1]) set |= palindrome(args);
    return set;
  },
});

const inverts = (inverse: Expr, of: Expr): boolean =>
  isApply(inverse, transpose)
    ? isApply(of, transpose) && inverts(inverse.args[0]!, of.args[0]!)
    : inverse.kind === "apply" && inverse.op.moorePenrose === true && inverse.args[0] === of;

/** Whether a product is AA⁺ or A⁺A, or the transpose of one. */
export const isProjection = ([a, b, ...rest]: readonly Expr[]): boolean =>
  rest.length === 0 && a !== undefined && b !== undefined && (inverts(a, b) || inverts(b, a));

/** A product that reads the same transposed is symmetric, and psd where its middle is. */
function palindrome(all: readonly Expr[]): Properties {
  if (isProjection(all)) return psd;
  // (WK)ᵀWK is KᵀWᵀWK.
  const args = all.flatMap((e) => {
    if (isApply(e, matmul)) return e.args;
    return isApply(e, transpose) && isApply(e.args[0]!, matmul)
      ? e.args[0].args.toReversed().map((f) => transpose(f))
      : [e];
  });
  const n = args.length;
  for (let i = 0; i < Math.floor(n / 2); i++)
    if (!areTransposes(args[i]!, args[n - 1 - i]!)) return 0;
  if (n % 2 === 0) return psd;
  const middle = args[(n - 1) / 2]!.properties;
  const outerInvertible = args.slice(0, (n - 1) / 2).every((x) => has(x.properties, invertible));
  const definite = outerInvertible ? middle & posdef : 0;
  return (middle & (symmetric | psd)) | definite;
}

/** A matrix product in which scalar factors scale and a single factor stays itself. */
export function product(...factors: Expr[]): Expr {
  const scalars = factors.filter(isScalar);
  const matrices = factors.filter((f) => !isScalar(f));
  const rest = firstOrNull(matrices, matmul);
  if (rest === null) return firstOrNull(scalars, scale) ?? unit;
  return scaled(scalars, rest);
}

export const transpose: Primitive = primitive("transpose", {
  signature: "m×n → n×m",
  notation: { kind: "transpose" },
  multilinear: true,
  spellings: ["transpose"],
  pullback: (g) => [transpose(g)],
  value: (m, x) => m.transpose(x),
  // Rows that are one-hot, or add to 1, are columns that are.
  properties: ([x]) => x!.properties & ~(onehot | sumsToOne),
});

/** The transpose, without a second one on top of a first. */
export const transposed = (x: Expr): Expr =>
  isScalar(x) || has(x.properties, symmetric)
    ? x
    : isApply(x, transpose)
      ? x.args[0]!
      : transpose(x);

/** Whether `b` is `aᵀ` by its form. */
export const areTransposes = (a: Expr, b: Expr): boolean =>
  (a === b && has(a.properties, symmetric)) ||
  (isApply(a, transpose) && a.args[0] === b) ||
  (isApply(b, transpose) && b.args[0] === a) ||
  // αX and αXᵀ
  (isApply(a, scale) &&
    isApply(b, scale) &&
    a.args.length === b.args.length &&
    a.args.slice(0, -1).every((s, i) => s === b.args[i]) &&
    areTransposes(a.args.at(-1)!, b.args.at(-1)!)) ||
  // f(X) and f(Xᵀ)
  (a.kind === "apply" &&
    a.op.entrywise === true &&
    isApply(b, a.op) &&
    areTransposes(a.args[0]!, b.args[0]!));

/** ⟨a, b⟩ = Σ aᵢⱼbᵢⱼ: a product of scalars, `aᵀb` of columns, `tr(aᵀb)` of matrices. */
export function inner(a: Expr, b: Expr): Expr {
  if (isScalar(a)) return a === unit ? b : b === unit ? a : scale(a, b);
  if (isColumn(a)) return matmul(transpose(a), b);
  if (isRow(a)) return matmul(a, transpose(b));
  return trace(matmul(transpose(a), b));
}

/** The sum of the diagonal. */
export const trace: Primitive = primitive("trace", {
  signature: "n×n → 1×1",
  notation: { kind: "call", name: "tr", latex: "\\operatorname{tr}" },
  multilinear: true,
  spellings: ["tr", "trace"],
  // d tr X = ⟨I, dX⟩
  pullback: (g, _y, x) => [scale(g, identity(x.shape[0]))],
  value: (m, x) => diagonalSum(m, x),
  properties: ([x]) =>
    (x!.properties & (psd | posdef)) |
    (has(x!.properties, nonnegative) ? nonnegative : 0) |
    (x!.properties & integer),
});

function diagonalSum(m: Arithmetic, x: Value): Value {
  let sum = m.number(0);
  for (let i = 0; i < m.rows(x); i++) sum = m.plus(sum, m.entry(x, i, i));
  return sum;
}

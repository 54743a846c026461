/** @file What each operation is made of in ONNX. */

import type { Apply, Expr } from "../expr/expr.ts";
import { half, isColumn, isScalar, num, two, unit } from "../expr/expr.ts";
import type { OpFields } from "../expr/op.ts";
import { has, property } from "../expr/properties.ts";
import { isInteger, isNegative, negated, rational, toNumber } from "../expr/rational.ts";
import type { Rational } from "../expr/rational.ts";
import * as arithmetic from "../ops/arithmetic.ts";
import * as elementwise from "../ops/elementwise.ts";
import * as exponential from "../ops/exponential.ts";
import * as indexing from "../ops/indexing.ts";
import * as indicators from "../ops/indicators.ts";
import * as kronecker from "../ops/kronecker.ts";
import * as matrix from "../ops/matrix.ts";
import * as norms from "../ops/norms.ts";
import * as reduce from "../ops/reduce.ts";
import * as rowwise from "../ops/rowwise.ts";
import * as structure from "../ops/structure.ts";
import type { Labelled } from "./axes.ts";
import type { Matrix, Side } from "./matrices.ts";
import { isDiagonal } from "./matrices.ts";
import { diagonalOf, entrywiseProductOf, productOf, sumOf, traceOf } from "./products.ts";
import { commutationOf, kroneckerOf, memberOf, unstackedOf, vecOf } from "./reshaped.ts";
import type { Translator } from "./translator.ts";

type Rule = (t: Translator, e: Apply) => Matrix;

/** An operation of ONNX on the entries at each place. */
const entrywise =
  (op: string): Rule =>
  (t, { args }) =>
    t.matrices.entrywise(
      args.map((x) => t.value(x)),
      (...arrays) => t.matrices.arrays.entrywise(op, arrays),
    );

/** 1 where a relation holds between each entry and a number, else 0. */
const relation =
  (op: string, of: (t: Translator, x: Labelled) => Labelled = (_, x) => x, bound = 0): Rule =>
  (t, { args: [x] }) => {
    const { arrays } = t.matrices;
    return t.matrices.entrywise([t.value(x!)], (array) =>
      arrays.floats(arrays.entrywise(op, [of(t, array), arrays.number(bound)], "bool")),
    );
  };

const magnitude = (t: Translator, x: Labelled): Labelled => t.matrices.arrays.entrywise("Abs", [x]);

/** From this on a number is taken for one other than 0. */
const nearly = 1e-12;

const opposite =
  (rule: Rule): Rule =>
  (t, e) => {
    const { matrices } = t;
    return matrices.added("Sub", matrices.number(1), rule(t, e));
  };

/** Entries to a power that is a number. */
function toPower(t: Translator, x: Labelled, exponent: Rational): Labelled {
  const { arrays } = t.matrices;
  if (isNegative(exponent))
    return arrays.entrywise("Reciprocal", [toPower(t, x, negated(exponent))]);
  const power = num(exponent);
  if (power === unit) return x;
  if (power === two) return arrays.entrywise("Mul", [x, x]);
  if (power === half) return arrays.entrywise("Sqrt", [x]);
  return arrays.entrywise("Pow", [x, arrays.number(toNumber(exponent))]);
}

/** Along the entries of a column, or of each row of any other matrix. */
const sideOf = (x: Expr): Side => (isColumn(x) ? "row" : "column");

/** An operation along rows; of entries that are all alike it gives what `alike` does. */
const rowwiseBy =
  (op: string, alike: (t: Translator, count: Labelled) => Labelled): Rule =>
  (t, { args: [x] }) => {
    const { matrices } = t;
    const whole = matrices.whole(t.value(x!));
    const axis = whole[sideOf(x!)];
    if (axis) return { ...whole, array: matrices.arrays.along(op, whole.array, axis) };
    const count = matrices.arrays.count(x!.shape[isColumn(x!) ? 0 : 1]);
    return matrices.filled(alike(t, count));
  };

const logsumexp: Rule = (t, { args: [x] }) => {
  const { matrices } = t;
  const { arrays } = matrices;
  const side = sideOf(x!);
  const whole = matrices.whole(t.value(x!));
  const axis = whole[side];
  const count = arrays.count(x!.shape[isColumn(x!) ? 0 : 1]);
  const array = axis
    ? arrays.reduced("ReduceLogSumExp", whole.array, axis)
    : arrays.entrywise("Add", [whole.array, arrays.entrywise("Log", [count])]);
  return { ...whole, array, [side]: null };
};

/** What stands in the way of an operation that has a rule for some matrices only. */
const lackOf = ({ op }: Apply): string => lacks.get(op)!;

const inverse: Rule = (t, e) => {
  const [x] = e.args as [Expr];
  const value = t.value(x);
  if (isScalar(x) || isDiagonal(value))
    return t.matrices.mapped(value, (a) => toPower(t, a, rational(-1)));
  if (has(x.properties, property.orthogonal)) return t.matrices.transposed(value);
  return t.refuse(e, lackOf(e));
};

/** A function of the eigenvalues of a matrix, which of a diagonal one are its entries. */
const spectral =
  (of: number, f: (t: Translator, x: Labelled, e: Apply) => Labelled): Rule =>
  (t, e) => {
    const value = t.value(e.args[of]!);
    if (!isDiagonal(value)) return t.refuse(e, lackOf(e));
    return t.matrices.mapped(value, (array) => f(t, array, e));
  };

/** Xᵏ by products of equal halves. */
const matrixPower: Rule = (t, e) => {
  const [x, k] = e.args as [Expr, Expr];
  if (k.kind !== "num" || !isInteger(k.value)) return t.refuse(e, lackOf(e));
  const count = toNumber(k.value);
  if (count < -1) return t.value(matrix.toPower(matrix.inverse(x), num(-count)));
  if (count < 2) return t.value(matrix.toPower(x, k));
  const half = matrix.toPower(x, num(Math.floor(count / 2)));
  return t.value(arithmetic.matmul(half, half, ...(count % 2 === 1 ? [x] : [])));
};

const selected =
  (side: Side): Rule =>
  (t, { args: [x, at] }) =>
    t.at(t.value(x!), side, at!);

/** The rules of primitives, and those of derived operations that are better than what these expand to. */
export const rules: ReadonlyMap<OpFields, Rule> = new Map<OpFields, Rule>([
  // ---- arithmetic
  [arithmetic.zeros, (t) => t.matrices.number(0)],
  [arithmetic.ones, (t) => t.matrices.number(1)],
  [arithmetic.identity, (t, e) => t.matrices.onDiagonal(t.matrices.number(1), e.shape[0])],
  [(arithmetic.pi as Apply).op, (t) => t.matrices.number(Math.PI)],
  [arithmetic.add, (t, { args }) => sumOf(t, args)],
  [arithmetic.hadamard, (t, { args }) => entrywiseProductOf(t, args)],
  [arithmetic.scale, productOf],
  [arithmetic.matmul, productOf],
  [arithmetic.transpose, (t, { args: [x] }) => t.matrices.transposed(t.value(x!))],
  [arithmetic.trace, (t, { args: [x] }) => traceOf(t, x!)],

  // ---- functions of each entry
  [
    elementwise.power,
    (t, { args: [x, p] }) => {
      const { matrices } = t;
      const base = t.value(x!);
      if (p!.kind === "num") return matrices.entrywise([base], (a) => toPower(t, a, p!.value));
      return matrices.entrywise([base, t.value(p!)], (a, b) =>
        matrices.arrays.entrywise("Pow", [a, b]),
      );
    },
  ],
  [elementwise.exp, entrywise("Exp")],
  [elementwise.log, entrywise("Log")],
  [elementwise.sin, entrywise("Sin")],
  [elementwise.cos, entrywise("Cos")],
  [elementwise.tan, entrywise("Tan")],
  [elementwise.sinh, entrywise("Sinh")],
  [elementwise.cosh, entrywise("Cosh")],
  [elementwise.tanh, entrywise("Tanh")],
  [elementwise.arctan, entrywise("Atan")],
  [elementwise.erf, entrywise("Erf")],
  [elementwise.abs, entrywise("Abs")],
  [elementwise.signOf, entrywise("Sign")],
  [elementwise.sigmoid, entrywise("Sigmoid")],
  [elementwise.softplus, entrywise("Softplus")],
  [elementwise.relu, entrywise("Relu")],
  [elementwise.maximum, entrywise("Max")],
  [elementwise.minimum, entrywise("Min")],
  [indicators.step, relation("Greater")],
  [indicators.atLeastZero, relation("GreaterOrEqual")],
  [indicators.belowZero, relation("Less")],
  [indicators.atMostZero, relation("LessOrEqual")],
  [indicators.equalToZero, relation("Less", magnitude, nearly)],
  [indicators.differentFromZero, opposite(relation("Less", magnitude, nearly))],

  // ---- rows
  [
    rowwise.softmax,
    rowwiseBy("Softmax", (t, count) => t.matrices.arrays.entrywise("Reciprocal", [count])),
  ],
  [
    rowwise.logsoftmax,
    rowwiseBy("LogSoftmax", ({ matrices: { arrays } }, count) =>
      arrays.entrywise("Neg", [arrays.entrywise("Log", [count])]),
    ),
  ],
  [rowwise.logsumexp, logsumexp],

  // ---- sums and norms
  [reduce.sum, (t, { args: [x] }) => t.matrices.total(t.value(x!), x!.shape)],
  [
    reduce.squaredNorm,
    (t, { args: [x] }) => t.matrices.total(t.matrices.times(t.value(x!), t.value(x!)), x!.shape),
  ],
  [
    norms.maximumNorm,
    (t, { args: [x] }) => {
      const { matrices } = t;
      const { array, row } = matrices.whole(t.value(x!));
      const largest = row ? matrices.arrays.reduced("ReduceMax", magnitude(t, array), row) : null;
      return matrices.filled(largest ?? magnitude(t, array));
    },
  ],

  // ---- indices
  [indexing.entry, (t, { args: [x, i, j] }) => t.at(t.at(t.value(x!), "row", i!), "column", j!)],
  [indexing.row, selected("row")],
  [indexing.column, selected("column")],
  [indexing.member, memberOf],
  [
    indexing.differs,
    (t, { args: [i, j] }) => {
      const { arrays } = t.matrices;
      const isEqual = arrays.entrywise("Equal", [t.count(i!), t.count(j!)], "bool");
      return t.matrices.filled(arrays.floats(arrays.entrywise("Not", [isEqual], "bool")));
    },
  ],

  // ---- diagonals, vec, ⊗
  [structure.diagonalMatrix, (t, e) => t.matrices.onDiagonal(t.value(e.args[0]!), e.shape[0])],
  [structure.diagonalVector, (t, { args: [x] }) => diagonalOf(t, x!)],
  [kronecker.vec, vecOf],
  [kronecker.mat, unstackedOf],
  [kronecker.commutation, commutationOf],
  [kronecker.kronecker, kroneckerOf],

  // ---- square matrices
  [matrix.inverse, inverse],
  [
    matrix.determinant,
    (t, { args: [x] }) => {
      const { matrices } = t;
      if (isScalar(x!)) return t.value(x!);
      const { array } = matrices.stored(t.value(x!), x!.shape);
      return matrices.filled(matrices.arrays.determinant(array));
    },
  ],
  [matrix.matrixPower, matrixPower],
  [
    matrix.definitePower,
    spectral(0, (t, x, { args: [, p] }) =>
      p!.kind === "num"
        ? toPower(t, x, p!.value)
        : t.matrices.arrays.entrywise("Pow", [x, t.value(p!).array]),
    ),
  ],
  [
    exponential.matrixExponential,
    spectral(1, (t, x, { args: [s] }) => {
      const { arrays } = t.matrices;
      return arrays.entrywise("Exp", [arrays.entrywise("Mul", [x, t.value(s!).array])]);
    }),
  ],
]);

const needsEigenvalues = "ONNX has no eigenvalues";

/** What ONNX would have to have for the operations that no rule makes, or not of every matrix. */
export const lacks: ReadonlyMap<OpFields, string> = new Map<OpFields, string>([
  [matrix.inverse, "ONNX has no inverse of a matrix"],
  [matrix.pseudoinverse, "ONNX has no inverse of a matrix"],
  [matrix.matrixPower, "ONNX has no power of a matrix whose exponent is no number"],
  [matrix.definitePower, needsEigenvalues],
  [norms.spectralNorm, needsEigenvalues],
  [exponential.matrixExponential, "ONNX has no exponential of a matrix"],
  [exponential.exponentialDerivative, "ONNX has no exponential of a matrix"],
]);

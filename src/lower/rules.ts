/** @file What stands in an entry of each operation's result. */

import { errors } from "../diagnostics/errors.ts";
import type { Apply, Expr } from "../expr/expr.ts";
import { isApply, isColumn, num } from "../expr/expr.ts";
import type { OpFields } from "../expr/op.ts";
import { isInteger, toNumber } from "../expr/rational.ts";
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
import type { Entries } from "./entries.ts";
import type { Formula, FunctionName } from "./formula.ts";
import type { Place } from "./place.ts";
import {
  fixed,
  origin,
  placeOf,
  plusPlace,
  quotient,
  rangeOf,
  remainder,
  timesPlace,
} from "./place.ts";
import { cutForTrace, factorsOf, grouped } from "./products.ts";
import { determinantOf, eigenOf, expmOf, inverseOf, logdetOf, powerOf, solved } from "./solving.ts";

/** The formula of the entry in row `i` and column `j` of an application. */
type Rule = (l: Entries, e: Apply, i: Place, j: Place) => Formula;

/** A function of each entry. */
const ofEntries =
  (name: FunctionName): Rule =>
  (l, { args: [x] }, i, j) =>
    l.builder.call(name, l.entry(x!, i, j));

/** The entries of all arguments at the same place. */
const together = (l: Entries, { args }: Apply, i: Place, j: Place): Formula[] =>
  args.map((arg) => l.entry(arg, i, j));

/** Σ over all entries of x. */
function sumOver(l: Entries, x: Expr, body: (i: Place, j: Place) => Formula): Formula {
  const [m, n] = l.sizes(x);
  const row = l.row(m);
  const column = l.column(n);
  return l.builder.sum(row, l.builder.sum(column, body(placeOf(row), placeOf(column))));
}

/** Σeˣ over the row of entry (i, j) of x, or over all of a column. */
function sumOfExponentials(l: Entries, x: Expr, i: Place): Formula {
  const [m, n] = l.sizes(x);
  // A matrix may have one column for its size alone.
  const k = l.between(isColumn(x) ? m : n, i);
  const entry = isColumn(x) ? l.entry(x, placeOf(k), origin) : l.entry(x, i, placeOf(k));
  return l.builder.sum(k, l.builder.exp(entry));
}

const logsumexpOf = (l: Entries, x: Expr, i: Place): Formula =>
  l.builder.log(sumOfExponentials(l, x, i));

const product: Rule = (l, e, i, j) => {
  const { scalars, factors } = factorsOf(e, l.isShared);
  const outside = scalars.map((s) => l.scalar(s));
  if (factors.length === 0) return l.builder.times(...outside);
  const { product: best } = grouped(factors, l);
  const [left, right, ...others] = isApply(best, arithmetic.matmul) ? best.args : [];
  if (!left || !right) return l.builder.times(...outside, l.entry(best, i, j));
  if (others.length > 0) throw new Error("internal: a product of three is not grouped");
  return l.builder.times(...outside, pair(l, left, right, i, j));
};

/** The entry of a product of two. */
function pair(l: Entries, left: Expr, right: Expr, i: Place, j: Place): Formula {
  if (isApply(left, matrix.inverse)) return solved(l, left.args[0]!, right, i, j, false);
  if (isTransposedInverse(left)) return solved(l, left.args[0].args[0]!, right, i, j, true);
  // XA⁻¹ = (A⁻ᵀXᵀ)ᵀ
  const turned = arithmetic.transposed(left);
  if (isApply(right, matrix.inverse)) return solved(l, right.args[0]!, turned, j, i, true);
  if (isTransposedInverse(right)) return solved(l, right.args[0].args[0]!, turned, j, i, false);
  const k = l.between(l.sizes(left)[1], i, j);
  const [a, b] = [l.entry(left, i, placeOf(k)), l.entry(right, placeOf(k), j)];
  return l.builder.sum(k, l.builder.times(a, b));
}

const isTransposedInverse = (e: Expr): e is Apply & { readonly args: readonly [Apply] } =>
  isApply(e, arithmetic.transpose) && isApply(e.args[0]!, matrix.inverse);

/** tr X, term by term; of a product ⟨A, B⟩ with the two groups that are made with the fewest operations. */
function traceOf(l: Entries, x: Expr): Formula {
  const { builder } = l;
  if (isApply(x, arithmetic.add)) return builder.plus(...x.args.map((term) => traceOf(l, term)));
  const { scalars, factors } = factorsOf(x, l.isShared);
  const outside = scalars.map((s) => l.scalar(s));
  if (factors.length < 2) {
    const i = l.row(l.sizes(x)[0]);
    return builder.sum(i, l.entry(x, placeOf(i), placeOf(i)));
  }
  const [left, right] = cutForTrace(factors, l);
  const between = sumOver(l, left, (i, j) =>
    builder.times(l.entry(left, i, j), l.entry(right, j, i)),
  );
  return builder.times(...outside, between);
}

const selected =
  (isRow: boolean): Rule =>
  (l, { args: [x, at] }, i, j) =>
    isRow ? l.entry(x!, l.placeOfEntry(at!), j) : l.entry(x!, i, l.placeOfEntry(at!));

/** The larger of the two matrices of inner products of X would be singular. */
function smallerGram(l: Entries, x: Expr): Expr {
  const [m, n] = l.sizes(x);
  const t = arithmetic.transposed(x);
  return m < n ? arithmetic.product(x, t) : arithmetic.product(t, x);
}

const table = new Map<OpFields, Rule>([
  // ---- arithmetic
  [arithmetic.zeros, (l) => l.builder.zero],
  [arithmetic.ones, (l) => l.builder.one],
  [arithmetic.identity, (l, _e, i, j) => l.builder.match(i, j)],
  [(arithmetic.pi as Apply).op, (l) => l.builder.constant(Math.PI)],
  [arithmetic.add, (l, e, i, j) => l.builder.plus(...together(l, e, i, j))],
  [arithmetic.hadamard, (l, e, i, j) => l.builder.times(...together(l, e, i, j))],
  [
    arithmetic.scale,
    (l, { args }, i, j) =>
      l.builder.times(...args.slice(0, -1).map((s) => l.scalar(s)), l.entry(args.at(-1)!, i, j)),
  ],
  [arithmetic.matmul, product],
  [arithmetic.transpose, (l, { args: [x] }, i, j) => l.entry(x!, j, i)],
  [arithmetic.trace, (l, { args: [x] }) => traceOf(l, x!)],

  // ---- functions of each entry
  [
    elementwise.power,
    (l, { args: [x, p] }, i, j) => {
      const [base, exponent] = [l.entry(x!, i, j), l.scalar(p!)];
      if (exponent.kind === "constant") return l.builder.toPower(base, exponent.value);
      return l.builder.call("power", base, exponent);
    },
  ],
  [elementwise.exp, (l, { args: [x] }, i, j) => l.builder.exp(l.entry(x!, i, j))],
  [elementwise.log, (l, { args: [x] }, i, j) => l.builder.log(l.entry(x!, i, j))],
  [elementwise.sin, ofEntries("sin")],
  [elementwise.cos, ofEntries("cos")],
  [elementwise.tan, ofEntries("tan")],
  [elementwise.sinh, ofEntries("sinh")],
  [elementwise.cosh, ofEntries("cosh")],
  [elementwise.tanh, ofEntries("tanh")],
  [elementwise.arctan, ofEntries("atan")],
  [elementwise.erf, ofEntries("erf")],
  [elementwise.abs, ofEntries("abs")],
  [elementwise.signOf, ofEntries("sign")],
  [elementwise.sigmoid, ofEntries("sigmoid")],
  [elementwise.softplus, ofEntries("softplus")],
  [
    elementwise.relu,
    (l, { args: [x] }, i, j) => l.builder.call("larger", l.entry(x!, i, j), l.builder.zero),
  ],
  [elementwise.maximum, (l, e, i, j) => l.builder.call("larger", ...together(l, e, i, j))],
  [elementwise.minimum, (l, e, i, j) => l.builder.call("smaller", ...together(l, e, i, j))],
  [
    indicators.step,
    (l, { args: [x] }, i, j) => {
      // [z > 0] is [relu(z) > 0]: where that is kept, z need not be.
      const rectified = elementwise.relu(x!);
      const of = l.isKept(rectified) ? rectified : x!;
      return l.builder.call("isPositive", l.entry(of, i, j));
    },
  ],
  [indicators.atLeastZero, ofEntries("isNotNegative")],
  [indicators.belowZero, ofEntries("isNegative")],
  [indicators.atMostZero, ofEntries("isNotPositive")],
  [indicators.equalToZero, ofEntries("isZero")],
  [indicators.differentFromZero, ofEntries("isNotZero")],

  // ---- rows
  [
    rowwise.softmax,
    (l, { args: [x] }, i, j) =>
      l.builder.over(l.builder.exp(l.entry(x!, i, j)), sumOfExponentials(l, x!, i)),
  ],
  [rowwise.logsumexp, (l, { args: [x] }, i) => logsumexpOf(l, x!, i)],
  [
    rowwise.logsoftmax,
    (l, { args: [x] }, i, j) => l.builder.minus(l.entry(x!, i, j), logsumexpOf(l, x!, i)),
  ],

  // ---- sums and norms
  [
    reduce.squaredNorm,
    (l, { args: [x] }) => sumOver(l, x!, (i, j) => l.builder.toPower(l.entry(x!, i, j), 2)),
  ],
  [
    norms.maximumNorm,
    (l, { args: [x] }) => {
      const k = l.between(l.sizes(x!)[0]);
      return l.builder.largest(k, l.builder.call("abs", l.entry(x!, placeOf(k), origin)));
    },
  ],
  [
    norms.spectralNorm,
    (l, { args: [x] }) => {
      const { value } = eigenOf(l, smallerGram(l, x!));
      const k = l.between(Math.min(...l.sizes(x!)));
      const largest = l.builder.largest(k, value(placeOf(k)));
      return l.builder.call("sqrt", l.builder.call("larger", largest, l.builder.zero));
    },
  ],

  // ---- indices
  [indexing.entry, (l, { args: [x, i, j] }) => l.entry(x!, l.placeOfEntry(i!), l.placeOfEntry(j!))],
  [indexing.row, selected(true)],
  [indexing.column, selected(false)],
  [
    indexing.member,
    (l, e, i, j) => {
      const [rows] = l.sizes(e);
      return l.entry(e.args[0]!, plusPlace(i, timesPlace(j, rows)), l.placeOfEntry(e.args[1]!));
    },
  ],
  [
    indexing.differs,
    (l, { args: [i, j] }) => l.builder.match(l.placeOfEntry(i!), l.placeOfEntry(j!), false),
  ],

  // ---- diagonals, vec, ⊗
  [
    structure.diagonalMatrix,
    (l, { args: [x] }, i, j) => l.builder.times(l.builder.match(i, j), l.entry(x!, i, origin)),
  ],
  [structure.diagonalVector, (l, { args: [x] }, i) => l.entry(x!, i, i)],
  [
    kronecker.vec,
    (l, { args: [x] }, i) => {
      const [rows] = l.sizes(x!);
      return l.entry(x!, remainder(i, rows), quotient(i, rows));
    },
  ],
  [
    kronecker.mat,
    (l, e, i, j) => l.entry(e.args[0]!, plusPlace(i, timesPlace(j, l.sizes(e)[0])), origin),
  ],
  [
    kronecker.commutation,
    (l, { args }, i, j) => {
      const [rows, columns] = args.map((size) => rangeOf(l.countOf(size))[0]) as [number, number];
      // Entry (r, c) of A stands in row cm + r of vec(A), and in row rn + c of vec(Aᵀ).
      const at = plusPlace(timesPlace(remainder(j, rows), columns), quotient(j, rows));
      return l.builder.match(i, at);
    },
  ],
  [
    kronecker.kronecker,
    (l, { args: [a, b] }, i, j) => {
      const [p, q] = l.sizes(b!);
      return l.builder.times(
        l.entry(a!, quotient(i, p), quotient(j, q)),
        l.entry(b!, remainder(i, p), remainder(j, q)),
      );
    },
  ],
  [
    kronecker.blockInner,
    (l, { args: [big, b] }, i, j) => {
      const [p, q] = l.sizes(b!);
      return sumOver(l, b!, (k, m) =>
        l.builder.times(
          l.entry(big!, plusPlace(timesPlace(i, p), k), plusPlace(timesPlace(j, q), m)),
          l.entry(b!, k, m),
        ),
      );
    },
  ],
  [
    kronecker.blockSum,
    (l, e, k, m) => {
      const [big, a] = e.args;
      const [p, q] = l.sizes(e);
      return sumOver(l, a!, (i, j) =>
        l.builder.times(
          l.entry(big!, plusPlace(timesPlace(i, p), k), plusPlace(timesPlace(j, q), m)),
          l.entry(a!, i, j),
        ),
      );
    },
  ],

  // ---- square matrices
  [matrix.inverse, (l, { args: [x] }, i, j) => inverseOf(l, x!, i, j)],
  [
    matrix.pseudoinverse,
    (l, { args: [x] }, i, j) => {
      const [m, n] = l.sizes(x!);
      const t = arithmetic.transposed(x!);
      const gram = matrix.inverse(smallerGram(l, x!));
      return l.entry(m < n ? arithmetic.product(t, gram) : arithmetic.product(gram, t), i, j);
    },
  ],
  [matrix.determinant, (l, { args: [x] }) => determinantOf(l, x!)],
  [matrix.logdet, (l, { args: [x] }) => logdetOf(l, x!)],
  [
    matrix.matrixPower,
    (l, { args: [x, k] }, i, j) => {
      if (k!.kind !== "num" || !isInteger(k!.value)) return powerOf(l, x!, k!, i, j);
      return l.entry(repeated(x!, toNumber(k!.value)), i, j);
    },
  ],
  [
    matrix.definitePower,
    (l, { args: [x, p] }, i, j) => {
      const { builder } = l;
      const { value, vector } = eigenOf(l, x!);
      const k = l.between(l.sizes(x!)[0], i, j);
      const at = placeOf(k);
      const base = builder.call("larger", value(at), builder.zero);
      const exponent = l.scalar(p!);
      const power =
        exponent.kind === "constant"
          ? builder.toPower(base, exponent.value)
          : builder.call("power", base, exponent);
      return builder.sum(k, builder.times(vector(i, at), power, vector(j, at)));
    },
  ],
  [
    exponential.matrixExponential,
    (l, { args: [t, a] }, i, j) =>
      expmOf(l, l.sizes(a!)[0], [t!, a!], i, j, (r, c) =>
        l.builder.times(l.scalar(t!), l.entry(a!, r, c)),
      ),
  ],
  [
    exponential.exponentialDerivative,
    // The upper right block of exp([A E; 0 A]).
    (l, { args: [a, direction] }, i, j) => {
      const [n] = l.sizes(a!);
      const { builder } = l;
      const block = (r: Place, c: Place): Formula => {
        const [rows, columns] = [quotient(r, n), quotient(c, n)];
        const [x, y] = [remainder(r, n), remainder(c, n)];
        const upperRight = builder.times(
          builder.match(rows, origin),
          builder.match(columns, fixed(1)),
        );
        return builder.plus(
          builder.times(builder.match(rows, columns), l.entry(a!, x, y)),
          builder.times(upperRight, l.entry(direction!, x, y)),
        );
      };
      return expmOf(l, 2 * n, [a!, direction!], i, plusPlace(j, fixed(n)), block);
    },
  ],
]);

/** Xᵏ by products of equal halves. */
function repeated(x: Expr, k: number): Expr {
  if (k < 0) return repeated(matrix.inverse(x), -k);
  if (k === 0) return arithmetic.identity(x.shape[0]);
  if (k === 1) return x;
  const half = matrix.matrixPower(x, num(Math.floor(k / 2)));
  const square = arithmetic.matmul(
    k < 4 ? repeated(x, Math.floor(k / 2)) : half,
    k < 4 ? repeated(x, Math.floor(k / 2)) : half,
  );
  return k % 2 === 0 ? square : arithmetic.matmul(square, x);
}

/** The formula of the entry in row `i` and column `j` of an application, by its rule or what it expands to. */
export function lowered(l: Entries, e: Apply, i: Place, j: Place): Formula {
  const rule = table.get(e.op);
  if (rule) return rule(l, e, i, j);
  if (!e.op.expand)
    throw errors.noNumbers(e.op.notation.kind === "function" ? e.op.notation.name : e.op.opName);
  return l.entry(e.op.expand(...e.args), i, j);
}

/** @file Random well-shaped expressions over every operation, inside the domains of functions by their form. */

import type { Random } from "../src/data/random.ts";
import { dependsOn, indexSum } from "../src/expr/binding.ts";
import type { Dimension, Shape } from "../src/expr/dimension.ts";
import { multiplied, one } from "../src/expr/dimension.ts";
import type { Expr, Sym } from "../src/expr/expr.ts";
import { half, indexSymbol, isScalar, num, two, unit } from "../src/expr/expr.ts";
import { rational } from "../src/expr/rational.ts";
import {
  add,
  entrywiseProduct,
  identity,
  inner,
  negate,
  ones,
  onesOf,
  pi,
  product,
  scale,
  trace,
  transpose,
  transposed,
  zeroOf,
} from "../src/ops/arithmetic.ts";
import * as elementwise from "../src/ops/elementwise.ts";
import { expm } from "../src/ops/exponential.ts";
import { column, delta, differs, entryOf, member, row, unitVector } from "../src/ops/indexing.ts";
import * as indicators from "../src/ops/indicators.ts";
import { commutation, kronecker, mat, vec } from "../src/ops/kronecker.ts";
import { determinant, inverse, logdet, pseudoinverse, toPower } from "../src/ops/matrix.ts";
import {
  columnSumNorm,
  maximumNorm,
  nuclearOfTall,
  rowSumNorm,
  spectralNorm,
} from "../src/ops/norms.ts";
import * as reduce from "../src/ops/reduce.ts";
import { logsoftmax, logsumexp, softmax } from "../src/ops/rowwise.ts";
import { diagonalMatrix, diagonalPart, diagonalVector } from "../src/ops/structure.ts";
import * as unknown from "../src/ops/unknown.ts";
import { families, labels, m, n, names } from "./vocabulary.ts";

const [K, G] = ["K", "G"].map((name) => names.find((s) => s.name === name)!);

/** A way to make an expression, and how often it is taken beside the others. */
type Choice = readonly [weight: number, make: () => Expr];

const entrywise = [
  elementwise.tanh,
  elementwise.sin,
  elementwise.cos,
  elementwise.sigmoid,
  elementwise.gelu,
  elementwise.erf,
  elementwise.arctan,
  elementwise.softplus,
  elementwise.swish,
  elementwise.relu,
  elementwise.abs,
];
const steep = [elementwise.exp, elementwise.sinh, elementwise.cosh, elementwise.tan];
const constant = [
  elementwise.signOf,
  indicators.step,
  indicators.atLeastZero,
  indicators.belowZero,
  indicators.atMostZero,
  indicators.differentFromZero,
  indicators.equalToZero,
];

/** Grows expressions of any shape that names of m and n make. */
export class Grower {
  private readonly random: Random;
  /** The indices that may stand: labels, and those of the sums around. */
  private indices: readonly Sym[] = [];
  private bound = 0;
  constructor(random: Random) {
    this.random = random;
  }

  pick<T>(items: readonly T[]): T {
    return items[this.random.whole(0, items.length - 1)]!;
  }

  private chosen(choices: readonly Choice[]): Expr {
    let left = this.random.uniform(
      0,
      choices.reduce((sum, [weight]) => sum + weight, 0),
    );
    for (const [weight, make] of choices) if ((left -= weight) < 0) return make();
    return choices[0]![1]();
  }

  /** An expression of that shape. */
  grow(shape: Shape, depth: number): Expr {
    const [rows, columns] = shape;
    if (rows === one && columns === one) return this.scalar(depth);
    if (rows === one) return transpose(this.grow([columns, one], depth));
    if (this.isProduct(rows) || this.isProduct(columns)) return this.stackedOrBlocks(shape, depth);
    return this.matrix(shape, depth);
  }

  private isProduct(d: Dimension): boolean {
    return d !== one && d !== m && d !== n;
  }

  private number(): Expr {
    return num(rational(this.random.whole(-3, 3) || 2, this.random.whole(1, 3)));
  }

  private leaf(shape: Shape): Expr {
    const fitting = names.filter((s) => s.shape[0] === shape[0] && s.shape[1] === shape[1]);
    if (fitting.length > 0) return this.pick(fitting);
    const turned = names.filter((s) => s.shape[1] === shape[0] && s.shape[0] === shape[1]);
    return turned.length > 0 ? transpose(this.pick(turned)) : onesOf(shape);
  }

  private side(): Dimension {
    return this.pick([m, n]);
  }

  /** An index that counts up to `d`: a label, one of a sum around, or a number. */
  private index(d: Dimension): Expr {
    const fitting = [...this.indices, ...labels].filter((i) => i.range === d);
    const near = this.indices.filter((i) => i.range === d);
    if (near.length > 0 && this.random.uniform() < 0.8) return this.pick(near);
    return this.random.uniform() < 0.6 && fitting.length > 0
      ? this.pick(fitting)
      : num(this.random.whole(1, 2));
  }

  /** Σ over a new index of what `make` gives with it. */
  private sum(make: () => Expr): Expr {
    const index = indexSymbol(`fuzz${++this.bound}`, this.side());
    const before = this.indices;
    this.indices = [...before, index];
    let body = make();
    // What a sum counts is said by what it indexes.
    if (!dependsOn(body, index)) {
      const vectors = names.filter((s) => s.shape[0] === index.range && s.shape[1] === one);
      body = scale(entryOf(this.pick(vectors), index), body);
    }
    // Some sums leave one term out.
    if (this.random.uniform() < 0.15) {
      const other = this.index(index.range!);
      if (other !== index) body = scale(differs(index, other), body);
    }
    this.indices = before;
    this.bound--;
    return indexSum(index, body);
  }

  private scalar(depth: number): Expr {
    const again = (): Expr => this.scalar(depth - 1);
    const sub = (r: Dimension, c: Dimension): Expr => this.grow([r, c], depth - 1);
    if (depth <= 0)
      return this.chosen([
        [6, () => this.leaf([one, one])],
        [2, () => this.number()],
        [0.2, () => pi],
        [1, () => this.entry(0)],
        [0.3, () => reduce.sizeOf(this.side())],
      ]);
    const [r, c] = [this.pick([m, n, one]), this.pick([m, n, one])];
    const k = this.side();
    return this.chosen([
      [3, () => add(again(), again())],
      [1, () => add(again(), negate(again()))],
      [2, () => scale(again(), again())],
      [1, () => scale(again(), elementwise.power(this.positive([one, one], depth - 1), num(-1)))],
      [2, () => inner(sub(k, one), sub(k, one))],
      [1.5, () => product(sub(one, k), sub(k, k), sub(k, one))],
      [1.5, () => trace(sub(k, k))],
      [1, () => inner(sub(k, c), sub(k, c))],
      [1.5, () => reduce.squaredNorm(sub(k, c))],
      [1, () => reduce.norm(sub(k, c))],
      [1, () => reduce.sum(sub(k, c))],
      [0.5, () => reduce.mean(sub(k, c))],
      [0.4, () => reduce.norm1(sub(k, one))],
      [0.3, () => maximumNorm(sub(k, one))],
      [0.15, () => rowSumNorm(sub(m, n))],
      [0.15, () => columnSumNorm(sub(n, m))],
      [0.1, () => nuclearOfTall(sub(n, n))],
      [0.03, () => spectralNorm(sub(m, n))],
      [0.8, () => determinant(sub(k, k))],
      [1, () => logdet(this.definite(k, depth - 1))],
      [1, () => logsumexp(sub(k, one))],
      [1, () => this.pick(entrywise)(again())],
      [0.5, () => this.pick(steep)(scale(num(rational(1, 4)), elementwise.sin(again())))],
      [0.5, () => this.pick(constant)(again())],
      [0.5, () => this.extremum(again(), again())],
      [1, () => elementwise.power(again(), num(this.pick([2, 2, 3, 4])))],
      [0.7, () => elementwise.power(this.positive([one, one], depth - 1), this.exponent())],
      [0.8, () => elementwise.log(this.positive([one, one], depth - 1))],
      [1, () => this.entry(depth)],
      [2, () => this.sum(again)],
      [0.3, () => scale(delta(k, this.index(k), this.index(k)), again())],
      [0.5, () => unknown.ofEntries("f", this.pick([0, 0, 1]))(again())],
      [0.4, () => unknown.scalarField("φ", 1)(sub(n, one))],
      [0.3, () => unknown.scalarField("ψ", 2)(sub(n, one), sub(m, one))],
      [0.3, () => inner(vec(sub(k, c === one ? m : c)), vec(sub(k, c === one ? m : c)))],
      [0.3, () => inner(this.grow([multiplied(m, n), one], depth - 1), vec(sub(m, n)))],
      [0.2, () => trace(kronecker(sub(m, m), sub(n, n)))],
      [0.2, () => inner(kronecker(sub(m, n), sub(n, one)), kronecker(sub(m, n), sub(n, one)))],
      [0.2, () => trace(expm(scale(num(rational(1, 8)), elementwise.tanh(sub(k, k)))))],
      [0.2, () => trace(toPower(this.definite(k, depth - 1), this.pick([half, this.symbolic()])))],
      [0.3, () => product(sub(one, r), onesOf([r, c]), sub(c, one))],
    ]);
  }

  private symbolic(): Expr {
    const name = this.pick(["κ", "α"]);
    return names.find((s) => s.name === name)!;
  }

  private exponent(): Expr {
    return this.chosen([
      [3, () => half],
      [1, () => num(rational(-1, 2))],
      [1, () => num(-1)],
      [1, () => num(-2)],
      [1, () => num(rational(3, 2))],
      [1, () => this.symbolic()],
    ]);
  }

  private extremum(a: Expr, b: Expr): Expr {
    return this.pick([elementwise.maximum, elementwise.minimum])(a, b);
  }

  private entry(depth: number): Expr {
    const k = this.side();
    const c = this.pick([m, n, one]);
    const whole = depth > 1 ? this.matrix([k, c], depth - 1) : this.leaf([k, c]);
    return entryOf(whole, this.index(k), c === one ? unit : this.index(c));
  }

  /** Entries that are greater than 0 by form. */
  private positive(shape: Shape, depth: number): Expr {
    const sub = (): Expr => this.grow(shape, depth - 1);
    const named = names.filter(
      (s) => s.shape[0] === shape[0] && s.shape[1] === shape[1] && ["p", "F", "β"].includes(s.name),
    );
    return this.chosen([
      [2, () => add(onesOf(shape), elementwise.power(sub(), two))],
      [1, () => elementwise.exp(scale(num(rational(1, 4)), elementwise.sin(sub())))],
      [1, () => elementwise.softplus(sub())],
      [1, () => elementwise.sigmoid(sub())],
      [named.length > 0 ? 2 : 0, () => (named.length > 0 ? this.pick(named) : onesOf(shape))],
    ]);
  }

  /** A positive definite matrix by form. */
  private definite(d: Dimension, depth: number): Expr {
    const sub = (r: Dimension, c: Dimension): Expr => this.grow([r, c], Math.max(0, depth - 1));
    const base = (d === n ? K : G)!;
    const square = (): Expr => {
      const a = sub(this.side(), d);
      return product(transposed(a), a);
    };
    const rankOne = (): Expr => {
      const a = sub(d, one);
      return product(a, transposed(a));
    };
    return this.chosen([
      [2, () => base],
      [1, () => add(base, rankOne())],
      [1, () => add(identity(d), square())],
      [1, () => diagonalMatrix(this.positive([d, one], depth - 1))],
      [1, () => add(product(square()), scale(this.positive([one, one], 1), identity(d)))],
    ]);
  }

  private matrix(shape: Shape, depth: number): Expr {
    const [rows, columns] = shape;
    const isColumn = columns === one;
    const isSquare = rows === columns;
    const sub = (r: Dimension, c: Dimension): Expr => this.grow([r, c], depth - 1);
    const again = (): Expr => sub(rows, columns);
    const k = this.side();
    if (depth <= 0)
      return this.chosen([
        [8, () => this.leaf(shape)],
        [0.5, () => onesOf(shape)],
        [isSquare ? 0.5 : 0, () => identity(rows)],
        [0.1, () => zeroOf(shape)],
        [isColumn ? 0.4 : 0, () => unitVector(rows, this.index(rows))],
        [isColumn ? 0.6 : 0, () => this.member(rows)],
        [isColumn ? 0.4 : 0, () => column(this.leaf([rows, k]), this.index(k))],
        [isColumn ? 0.4 : 0, () => transpose(row(this.leaf([k, rows]), this.index(k)))],
      ]);
    const fill = (s: Expr): Expr => scale(s, onesOf(shape));
    const always: Choice[] = [
      [1, () => this.matrix(shape, 0)],
      [3, () => add(again(), again())],
      [1, () => add(again(), negate(again()))],
      [2, () => scale(sub(one, one), again())],
      [4, () => product(sub(rows, k), sub(k, columns))],
      [2, () => entrywiseProduct(again(), again())],
      [1.5, () => transpose(sub(columns, rows))],
      [2, () => this.pick(entrywise)(again())],
      [0.5, () => this.pick(steep)(scale(num(rational(1, 4)), elementwise.sin(again())))],
      [0.4, () => this.pick(constant)(again())],
      [0.5, () => this.extremum(again(), again())],
      [0.4, () => this.extremum(again(), this.pick([zeroOf(shape), fill(sub(one, one))]))],
      [0.7, () => elementwise.power(again(), num(this.pick([2, 3])))],
      [0.6, () => elementwise.power(this.positive(shape, depth - 1), this.exponent())],
      [0.5, () => elementwise.log(this.positive(shape, depth - 1))],
      [1, () => softmax(again())],
      [0.4, () => logsoftmax(again())],
      [0.4, () => product(ones(rows), sub(one, columns))],
      [0.6, () => product(sub(rows, one), sub(one, columns))],
      [0.7, () => this.sum(again)],
      [0.4, () => unknown.ofEntries("f", this.pick([0, 0, 1]))(again())],
    ];
    const ofColumn: Choice[] = [
      [0.7, () => diagonalVector(sub(rows, rows))],
      [0.4, () => reduce.rowsum(sub(rows, k))],
      [0.3, () => reduce.rowmean(sub(rows, k))],
      [0.3, () => transpose(reduce.colsum(sub(k, rows)))],
      [0.3, () => transpose(reduce.colmean(sub(k, rows)))],
      [0.3, () => logsumexp(sub(rows, k))],
      [0.5, () => column(sub(rows, k), this.index(k))],
      [0.4, () => transpose(row(sub(k, rows), this.index(k)))],
      [rows === m ? 0.4 : 0, () => unknown.vectorField("g", m)(sub(n, one))],
      [rows === n ? 0.3 : 0, () => unknown.gradient("φ", 1, 0)(sub(n, one))],
      [1, () => product(inverse(this.definite(rows, depth - 1)), again())],
    ];
    const ofMatrix: Choice[] = [
      [0.2, () => pseudoinverse(sub(columns, rows))],
      [
        0.3,
        () =>
          mat(
            this.stackedOrBlocks([multiplied(rows, columns), one], depth - 1),
            reduce.sizeOf(rows),
            reduce.sizeOf(columns),
          ),
      ],
    ];
    const ofSquare: Choice[] = [
      [1, () => diagonalMatrix(sub(rows, one))],
      [0.4, () => diagonalPart(again())],
      [0.7, () => add(again(), identity(rows))],
      [0.5, () => add(again(), transpose(again()))],
      [1.2, () => inverse(this.definite(rows, depth - 1))],
      [0.4, () => inverse(again())],
      [0.5, () => toPower(again(), num(this.pick([2, 2, 3, -2])))],
      [0.1, () => toPower(this.definite(rows, depth - 1), half)],
      [0.1, () => toPower(again(), names.find((s) => s.name === "κ")!)],
      [0.25, () => expm(scale(num(rational(1, 8)), elementwise.tanh(again())))],
    ];
    const made = this.chosen([
      ...always,
      ...(isColumn ? ofColumn : ofMatrix),
      ...(isSquare ? ofSquare : []),
    ]);
    return isScalar(made) ? scale(made, this.leaf(shape)) : made;
  }

  private member(d: Dimension): Expr {
    const family = families.find((s) => s.member![0] === d)!;
    return member(family, this.index(family.shape[1]));
  }

  /** Shapes with products of sizes: vec, ⊗, commutation. */
  private stackedOrBlocks([rows, columns]: Shape, depth: number): Expr {
    const sub = (r: Dimension, c: Dimension): Expr => this.grow([r, c], depth - 1);
    const again = (): Expr => this.stackedOrBlocks([rows, columns], depth - 1);
    if (columns !== one) {
      const whole = (): Expr => kronecker(sub(m, m), sub(n, n));
      return rows === multiplied(m, n) && columns === rows
        ? this.chosen([
            [4, whole],
            [1, () => kronecker(sub(n, n), sub(m, m))],
            [1, () => product(whole(), commutation(reduce.sizeOf(m), reduce.sizeOf(n)))],
          ])
        : onesOf([rows, columns]);
    }
    if (rows !== multiplied(m, n)) return ones(rows);
    const flat: Choice[] = [
      [3, () => vec(sub(m, n))],
      [1, () => vec(sub(n, m))],
      [1, () => kronecker(sub(m, one), sub(n, one))],
      [1, () => kronecker(sub(n, one), sub(m, one))],
    ];
    if (depth <= 0) return this.chosen(flat);
    return this.chosen([
      ...flat,
      [1, () => add(again(), again())],
      [1, () => elementwise.tanh(again())],
      [1, () => entrywiseProduct(again(), again())],
      [0.7, () => product(commutation(reduce.sizeOf(m), reduce.sizeOf(n)), vec(sub(m, n)))],
      [0.7, () => product(kronecker(sub(m, m), sub(n, n)), again())],
      [0.7, () => product(kronecker(sub(m, n), sub(n, m)), again())],
    ]);
  }
}

/** The shapes of which an objective may be. */
export const shapes: readonly Shape[] = [
  [one, one],
  [n, one],
  [m, one],
  [m, n],
  [n, n],
  [one, n],
  [multiplied(m, n), one],
];

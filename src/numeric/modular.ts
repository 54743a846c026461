/** @file Exact comparison where the operations allow it: values modulo a prime, at random points. */

import { Random } from "../data/random.ts";
import type { Expr, Sym } from "../expr/expr.ts";
import type { Arithmetic, Scalar, Value } from "../expr/op.ts";
import { has, property } from "../expr/properties.ts";
import { atAllIndices, dimensionsIn, largestIndex } from "./equations.ts";
import { evaluate } from "./evaluate.ts";
import { drawSizes } from "./sample.ts";
import type { Sizes } from "./sample.ts";
import { postorder } from "../expr/walk.ts";

/** The largest prime below 2²⁶: products of residues are exact in doubles. */
const modulus = 67_108_859;
/** What counts is smaller than this, and what is drawn is almost always larger. */
const largestCount = 1 << 16;

/** An operation that has no value among residues. */
class NotExact extends Error {}

const reduced = (x: number): number => {
  const r = x % modulus;
  return r < 0 ? r + modulus : r;
};
const times = (a: number, b: number): number => (a * b) % modulus;

/** aᵏ by squaring. */
function raised(a: number, k: number): number {
  let [y, square] = [1, a];
  for (let left = k; left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) y = times(y, square);
    square = times(square, square);
  }
  return y;
}

/** By Fermat's little theorem. */
function reciprocal(a: number): number {
  if (a === 0) throw new NotExact("0 has no reciprocal");
  return raised(a, modulus - 2);
}

type Rows = number[][];
const isMatrix = (x: Value): x is Rows => Array.isArray(x);
const rowsOf = (x: Value): Rows => (isMatrix(x) ? x.map((row) => [...row]) : [[x as number]]);

const matrix = (rows: number, columns: number, entry: (i: number, j: number) => Scalar): Value => {
  if (rows === 1 && columns === 1) return entry(0, 0);
  return Array.from({ length: rows }, (_row, i) =>
    Array.from({ length: columns }, (_entry, j) => entry(i, j) as number),
  );
};

/** Elimination; the determinant, and the inverse of a matrix that has one. */
function eliminated(a: Rows): { determinant: number; inverse: Rows | null } {
  const n = a.length;
  const left = a.map((row) => [...row]);
  const right = a.map((_, i) => a.map((_row, j) => (i === j ? 1 : 0)));
  let determinant = 1;
  for (let k = 0; k < n; k++) {
    const pivot = left.findIndex((row, i) => i >= k && row[k] !== 0);
    if (pivot < 0) return { determinant: 0, inverse: null };
    if (pivot !== k) {
      [left[k], left[pivot]] = [left[pivot]!, left[k]!];
      [right[k], right[pivot]] = [right[pivot]!, right[k]!];
      determinant = reduced(-determinant);
    }
    determinant = times(determinant, left[k]![k]!);
    const factor = reciprocal(left[k]![k]!);
    for (const rows of [left, right]) rows[k] = rows[k]!.map((x) => times(x, factor));
    for (let i = 0; i < n; i++) {
      const c = left[i]![k]!;
      if (i === k || c === 0) continue;
      for (const rows of [left, right])
        rows[i] = rows[i]!.map((x, j) => reduced(x - times(c, rows[k]![j]!)));
    }
  }
  return { determinant, inverse: right };
}

const refuse = (): never => {
  throw new NotExact("no value among residues");
};
const size = (x: Value): [number, number] => (isMatrix(x) ? [x.length, x[0]!.length] : [1, 1]);
const at = (x: Value, i: number, j: number): number => {
  const found = isMatrix(x) ? x[i]?.[j] : i === 0 && j === 0 ? (x as number) : undefined;
  // An index that is larger than the size that was drawn.
  return found ?? refuse();
};

/** The integers modulo the prime; what is no rational function of its arguments has no value there. */
const residues: Arithmetic = {
  number: (x) => (Number.isInteger(x) ? reduced(x) : refuse()),
  exact: ({ numerator, denominator }) =>
    times(
      Number(((numerator % BigInt(modulus)) + BigInt(modulus)) % BigInt(modulus)),
      reciprocal(Number(denominator % BigInt(modulus))),
    ),
  // Indices and sizes are read; what is compared otherwise has no order.
  real: (x) => ((x as number) < largestCount ? (x as number) : refuse()),
  plus: (a, b) => reduced((a as number) + (b as number)),
  times: (a, b) => times(a as number, b as number),
  over: (a, b) => times(a as number, reciprocal(b as number)),
  power: (a, b) => {
    const k = b as number;
    if (k < largestCount) return raised(a as number, k);
    return modulus - k < largestCount ? reciprocal(raised(a as number, modulus - k)) : refuse();
  },
  elementary: refuse,
  rows: (x) => size(x)[0],
  columns: (x) => size(x)[1],
  entry: at,
  matrix,
  add: (a, b) => {
    const [rows, columns] = size(a);
    return matrix(rows, columns, (i, j) => reduced(at(a, i, j) + at(b, i, j)));
  },
  scale: (s, x) => {
    const [rows, columns] = size(x);
    return matrix(rows, columns, (i, j) => times(s as number, at(x, i, j)));
  },
  multiply: (a, b) => {
    const [rows, inside] = size(a);
    return matrix(rows, size(b)[1], (i, j) => {
      let sum = 0;
      for (let k = 0; k < inside; k++) sum = (sum + times(at(a, i, k), at(b, k, j))) % modulus;
      return sum;
    });
  },
  transpose: (x) => {
    const [rows, columns] = size(x);
    return matrix(columns, rows, (i, j) => at(x, j, i));
  },
  inverse: (x) => {
    const { inverse } = eliminated(rowsOf(x));
    if (!inverse) return refuse();
    return matrix(inverse.length, inverse.length, (i, j) => inverse[i]![j]!);
  },
  determinant: (x) => eliminated(rowsOf(x)).determinant,
  logDeterminant: refuse,
  kronecker: (a, b) => {
    const [[m, n], [p, q]] = [size(a), size(b)];
    return matrix(m * p, n * q, (i, j) =>
      times(at(a, Math.floor(i / p), Math.floor(j / q)), at(b, i % p, j % q)),
    );
  },
  eigenvalues: refuse,
  spectral: refuse,
};

/** Random residues with the structure that is declared; of what has an order there is none. */
function drawn(s: Sym, sizes: Sizes, random: Random): Value {
  const [rows, columns] = s.shape.map((d) => sizes.size(d)) as [number, number];
  const is = (p: number): boolean => has(s.properties, p);
  const any = (): number => random.whole(largestCount, modulus - largestCount);
  const a = Array.from({ length: rows }, () => Array.from({ length: columns }, any));
  const made = (entry: (i: number, j: number) => number): Value => matrix(rows, columns, entry);
  if (is(property.signs)) {
    if (rows > 1 && columns > 1) return refuse();
    return made(() => (random.uniform() < 0.5 ? 1 : modulus - 1));
  }
  if (is(property.onehot)) {
    if (s.member || (columns > 1 && rows > 1)) return refuse();
    const k = random.whole(0, rows * columns - 1);
    return made((i, j) => (i + j === k ? 1 : 0));
  }
  // An orthogonal or a projecting matrix is a set of its own.
  if (is(property.orthogonal) && rows > 1) return refuse();
  if (is(property.sumsToOne) || is(property.integer)) return refuse();
  if (rows !== columns || rows === 1) return made((i, j) => a[i]![j]!);
  if (is(property.diagonal)) return made((i, j) => (i === j ? a[i]![j]! : 0));
  if (is(property.symmetric)) return made((i, j) => a[Math.min(i, j)]![Math.max(i, j)]!);
  if (is(property.skew))
    return made((i, j) => (i === j ? 0 : i < j ? a[i]![j]! : reduced(-a[j]![i]!)));
  return made((i, j) => a[i]![j]!);
}

/** At how many points two sides must be equal: a difference is 0 at one with a chance of about 1 to the prime. */
const exactPoints = 3;

/** Whether two expressions are equal modulo the prime at several points; "inexact" where they have no such values. */
export function comparedExactly(
  left: Expr,
  right: Expr,
  seed: number,
): "equal" | "unequal" | "inexact" {
  const random = new Random(seed);
  const nodes = postorder([left, right]);
  if (nodes.some((e) => e.kind === "apply" && (e.op.smooth || e.op.inexactComplex)))
    return "inexact";
  const leaves = nodes.filter(
    (e): e is Sym => e.kind === "sym" && e.role === "value" && e.definition === null,
  );
  const indices = [...new Set([left, right].flatMap((e) => e.free))];
  const dimensions = dimensionsIn(nodes);
  const shrinks = !nodes.some((e) => e.kind === "apply" && e.op.multipliesSizes);
  try {
    for (let k = 0; k < exactPoints; k++) {
      const sizes = drawSizes(dimensions, k, shrinks, Math.max(2, largestIndex(nodes)));
      const values = new Map<Sym, Value>(leaves.map((s) => [s, drawn(s, sizes, random)]));
      for (const index of indices) values.set(index, random.whole(1, sizes.size(index.range!)));
      for (const point of atAllIndices([left, right], { values, size: sizes.size })) {
        const [a, b] = evaluate([left, right], point, residues);
        const [rows, columns] = size(a);
        for (let i = 0; i < rows; i++)
          for (let j = 0; j < columns; j++) if (at(a, i, j) !== at(b, i, j)) return "unequal";
      }
    }
  } catch (error) {
    if (error instanceof NotExact) return "inexact";
    throw error;
  }
  return "equal";
}

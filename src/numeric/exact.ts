/** @file Fractions as an arithmetic: an entry stays exact while the operations are rational, and goes on as a float. */

import type { Arithmetic, Elementary, Value } from "../expr/op.ts";
import * as rational from "../expr/rational.ts";
import type { Rational } from "../expr/rational.ts";
import { OutOfDomain } from "./evaluate.ts";
import { eliminated, matricesOver } from "./matrices.ts";
import type { Field, Rows } from "./matrices.ts";
import { realArithmetic } from "./mathjs.ts";

/** A fraction, or what rounding has touched. */
export type Entry = Rational | number;

export const isExact = (x: Entry): x is Rational => typeof x !== "number";

/** The nearest double. */
export const floatOf = (x: Entry): number => (isExact(x) ? rational.toNumber(x) : x);

const { rational: fraction } = rational;
const zero = fraction(0);
const one = fraction(1);
const isZero = (x: Entry): boolean => (isExact(x) ? x.numerator === 0n : x === 0);

/** Longer fractions go on as floats: each product would make them longer. */
const longest = 1n << 3000n;
/** How many operations on fractions are done, before all goes on as floats. */
const mostOperations = 300_000;
/** What comparisons take for different from 0 is larger than the rounding that they allow. */
const leastSeen = 1e-11;

/** The real root of that order of a whole number from 0; null where it is not whole. */
function wholeRoot(n: bigint, order: bigint): bigint | null {
  if (n < 2n) return n;
  let high = 1n << (BigInt(n.toString(2).length) / order + 1n);
  let low = 0n;
  while (high - low > 1n) {
    const middle = (low + high) / 2n;
    if (middle ** order <= n) low = middle;
    else high = middle;
  }
  return low ** order === n ? low : null;
}

/** aᵇ as a fraction; null where it is none, or too long. */
function exactPower(a: Rational, { numerator: k, denominator: order }: Rational): Rational | null {
  if (order > 64n || k > 4096n || k < -4096n) return null;
  if (order > 1n && a.numerator < 0n) return null;
  const size = BigInt(
    (a.numerator < 0n ? -a.numerator : a.numerator).toString(2).length +
      a.denominator.toString(2).length,
  );
  if (size * (k < 0n ? -k : k) > 6000n * order) return null;
  const [above, below] = [
    order === 1n ? a.numerator : wholeRoot(a.numerator, order),
    order === 1n ? a.denominator : wholeRoot(a.denominator, order),
  ];
  if (above === null || below === null) return null;
  return k < 0n ? fraction(below ** -k, above ** -k) : fraction(above ** k, below ** k);
}

/** The logarithm of a fraction above 0 that may be no float: log det K is one where det K is not. */
const logOf = ({ numerator, denominator }: Rational): number =>
  logOfWhole(numerator) - logOfWhole(denominator);

function logOfWhole(n: bigint): number {
  const cut = Math.max(0, n.toString(2).length - 64);
  return Math.log(Number(n >> BigInt(cut))) + cut * Math.LN2;
}

/** Where a function of a fraction is one. */
const known: Readonly<Record<Elementary, readonly [at: Rational, value: Rational]>> = {
  exp: [zero, one],
  log: [one, zero],
  sin: [zero, zero],
  cos: [zero, one],
  tan: [zero, zero],
  sinh: [zero, zero],
  cosh: [zero, one],
  tanh: [zero, zero],
  atan: [zero, zero],
  erf: [zero, zero],
};

/**
 * An arithmetic of fractions and floats. 0 times a float is 0; a division by 0 and the inverse of a singular matrix
 * throw OutOfDomain.
 */
export function exactArithmetic(): Arithmetic {
  let operations = 0;
  const kept = (x: Rational): Entry =>
    x.denominator > longest || x.numerator > longest || x.numerator < -longest ? floatOf(x) : x;
  /** Whether two entries are computed with as fractions. */
  const both = (a: Entry, b: Entry): boolean =>
    isExact(a) && isExact(b) && ++operations < mostOperations;
  const plus = (a: Entry, b: Entry): Entry => {
    if (!both(a, b)) return isZero(a) && isExact(a) ? b : floatOf(a) + floatOf(b);
    const [x, y] = [a as Rational, b as Rational];
    if (x.denominator === 1n && y.denominator === 1n)
      return kept({ numerator: x.numerator + y.numerator, denominator: 1n });
    return kept(rational.plus(x, y));
  };
  const times = (a: Entry, b: Entry): Entry => {
    if (both(a, b)) return kept(rational.times(a as Rational, b as Rational));
    const product = floatOf(a) * floatOf(b);
    const isNothing = (isExact(a) && isZero(a)) || (isExact(b) && isZero(b));
    return isNothing && Number.isFinite(product) ? zero : product;
  };
  const over = (a: Entry, b: Entry): Entry => {
    if (isZero(b)) throw new OutOfDomain("a divisor other than 0");
    if (both(a, b)) return kept(rational.over(a as Rational, b as Rational));
    return isExact(a) && isZero(a) ? zero : floatOf(a) / floatOf(b);
  };
  const matrices = matricesOver(plus, times);
  const { rows, columns, entry, matrix } = matrices;
  const entries = (x: Value): Rows<Entry> =>
    Array.from({ length: rows(x) }, (_row, i) =>
      Array.from({ length: columns(x) }, (_entry, j) => entry(x, i, j) as Entry),
    );
  /** The same as floats, for the oracle's arithmetic. */
  const rounded = (x: Value): Value => floats(entries(x));
  const areExact = (x: Value): boolean => entries(x).every((row) => row.every(isExact));
  const minus = (a: Entry, b: Entry): Entry => plus(a, times(fraction(-1), b));
  const field: Field<Entry> = { zero, one, isZero, minus, times, over };
  const m: Arithmetic = {
    ...matrices,
    number: (x) => (Number.isSafeInteger(x) ? fraction(x) : x),
    measured: (x) => x,
    exact: (x) => x,
    // Two fractions that differ are told apart by the sign of their difference.
    real: (x) => {
      const near = floatOf(x as Entry);
      if (!isExact(x as Entry) || isZero(x as Entry) || Math.abs(near) >= leastSeen) return near;
      return (x as Rational).numerator < 0n ? -leastSeen : leastSeen;
    },
    plus: plus,
    times: times,
    over: over,
    power: (a, b) => {
      const [x, y] = [a as Entry, b as Entry];
      if (isZero(x) && floatOf(y) < 0) throw new OutOfDomain("a divisor other than 0");
      const found = isExact(x) && isExact(y) ? exactPower(x, y) : null;
      return found ? kept(found) : realArithmetic.power(floatOf(x), floatOf(y));
    },
    elementary: (name, x) => {
      const [at, value] = known[name];
      if (isExact(x as Entry) && rational.isEqual(x as Rational, at)) return value;
      const float = floatOf(x as Entry);
      const isBeyond = name === "log" && (float === 0 || float === Infinity);
      if (isBeyond && isExact(x as Entry) && !isZero(x as Entry)) return logOf(x as Rational);
      return realArithmetic.elementary(name, float);
    },
    inverse: (x) => {
      if (!areExact(x)) return realArithmetic.inverse(rounded(x));
      const { inverse } = eliminated(entries(x), field);
      if (!inverse) throw new OutOfDomain("an invertible matrix");
      return matrix(rows(x), rows(x), (i, j) => inverse[i]![j]!);
    },
    determinant: (x) =>
      areExact(x)
        ? eliminated(entries(x), field).determinant
        : realArithmetic.determinant(rounded(x)),
    eigenvalues: (x) => realArithmetic.eigenvalues(rounded(x)),
    spectral: (x, f) => realArithmetic.spectral(rounded(x), f),
  };
  return m;
}

/** Entries as a value of the oracle's arithmetic. */
export const floats = (rows: Rows<Entry>): Value =>
  realArithmetic.matrix(rows.length, rows[0]!.length, (i, j) => floatOf(rows[i]![j]!));

/** The entries of a value, row by row. */
export const entriesIn = (m: Arithmetic, x: Value): Entry[][] =>
  Array.from({ length: m.rows(x) }, (_row, i) =>
    Array.from({ length: m.columns(x) }, (_entry, j) => m.entry(x, i, j) as Entry),
  );

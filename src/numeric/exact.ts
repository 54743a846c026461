/** @file Fractions as an arithmetic: an entry stays exact while the operations are rational, and goes on as a float. */

import type { Arithmetic, Elementary, Value } from "../expr/op.ts";
import * as rational from "../expr/rational.ts";
import type { Rational } from "../expr/rational.ts";
import { OutOfDomain } from "./evaluate.ts";
import {
  bitsOf,
  bitsOfDeterminant,
  determinantOf,
  dot,
  inverseOf,
  ofReduction,
  overCommon,
  workOfElimination,
  workOfProduct,
} from "./fractions.ts";
import { matricesOver } from "./matrices.ts";
import type { Rows } from "./matrices.ts";
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

/** Fractions with more binary digits go on as floats: each product would make them longer. */
const mostBits = 3000;
const longest = 1n << BigInt(mostBits);
/** How much work is done on fractions, in about microseconds, before all goes on as floats. */
const muchWork = 300_000;
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
function exactPower(
  a: Rational,
  { numerator: k, denominator: order }: Rational,
  isAffordable: (work: number) => boolean,
): Rational | null {
  if (order > 64n || k > 4096n || k < -4096n) return null;
  if (order > 1n && a.numerator < 0n) return null;
  const size = bitsOf(a.numerator) + bitsOf(a.denominator);
  if (size * Math.abs(Number(k)) > 2 * mostBits * Number(order)) return null;
  if (!isAffordable(ofReduction(2 * size))) return null;
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
  let work = 0;
  /** Whether so much more work may be done; what may is counted. */
  const isAffordable = (more: number): boolean => {
    if (work + more > muchWork) return false;
    work += more;
    return true;
  };
  const kept = (x: Rational): Entry =>
    x.denominator > longest || x.numerator > longest || x.numerator < -longest ? floatOf(x) : x;
  /** Whether two entries are computed with as fractions. */
  const both = (a: Entry, b: Entry): boolean =>
    isExact(a) &&
    isExact(b) &&
    isAffordable(ofReduction(bitsOf(a.denominator) + bitsOf(b.denominator)));
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
  /** Rows of fractions over common denominators; null where there is another entry, or they are long. */
  const inWhole = (a: Rows<Entry>): ReturnType<typeof overCommon> =>
    a.every((row) => row.every(isExact)) ? overCommon(a, mostBits) : null;
  /** A matrix for an elimination in whole numbers; null where that would take long, or end in long numbers. */
  const forElimination = (x: Value, isInverse: boolean): ReturnType<typeof overCommon> => {
    const whole = inWhole(entries(x));
    if (!whole) return null;
    const bits = bitsOfDeterminant(whole);
    const isShort = bits <= mostBits;
    return isShort && isAffordable(workOfElimination(rows(x), bits, isInverse)) ? whole : null;
  };
  const exactDeterminant = (x: Value): Rational | null => {
    const whole = forElimination(x, false);
    return whole && determinantOf(whole);
  };
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
      const found = isExact(x) && isExact(y) ? exactPower(x, y, isAffordable) : null;
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
    // The whole of a product is exact, or nothing but its zeros.
    multiply: (a, b) => {
      const [left, right] = [entries(a), entries(matrices.transpose(b))];
      const [above, beside] = [inWhole(left), inWhole(right)];
      if (!above || !beside) return matrices.multiply(a, b);
      if (isAffordable(workOfProduct(above, beside)))
        return matrix(left.length, right.length, (i, j) => kept(dot(above, i, beside, j)));
      const [x, y] = [left.map((row) => row.map(floatOf)), right.map((row) => row.map(floatOf))];
      return matrix(left.length, right.length, (i, j) => {
        const isNothing = left[i]!.every((entry, k) => isZero(entry) || isZero(right[j]![k]!));
        return isNothing ? zero : x[i]!.reduce((sum, entry, k) => sum + entry * y[j]![k]!, 0);
      });
    },
    inverse: (x) => {
      const whole = forElimination(x, true);
      if (!whole) return realArithmetic.inverse(rounded(x));
      const inverse = inverseOf(whole);
      if (!inverse) throw new OutOfDomain("an invertible matrix");
      return matrix(rows(x), rows(x), (i, j) => kept(inverse[i]![j]!));
    },
    determinant: (x) => {
      const exact = exactDeterminant(x);
      return exact ? kept(exact) : realArithmetic.determinant(rounded(x));
    },
    logDeterminant: (x) => {
      const exact = exactDeterminant(x);
      if (!exact) return realArithmetic.logDeterminant(rounded(x));
      const sign = exact.numerator === 0n ? 0 : exact.numerator < 0n ? -1 : 1;
      return { sign, log: m.elementary("log", sign < 0 ? rational.negated(exact) : exact) };
    },
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

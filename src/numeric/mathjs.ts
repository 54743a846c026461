/** @file mathjs as the arithmetic of the oracle: the one place where it enters. Loaded lazily. */

// mathjs dispatches on the types of its arguments at every call, and building those dispatchers
// takes most of its start-up. Here the types are known, so its factories get a `typed` that hands
// the implementations over as they are, and one is picked for the kind of number at hand.

import type { BigNumber, Complex } from "mathjs";
import {
  createAbs,
  createAddScalar,
  createAtan,
  createBigNumberClass,
  createComplexClass,
  createCos,
  createCosh,
  createDivideScalar,
  createErf,
  createExp,
  createLog,
  createMultiplyScalar,
  createPow,
  createSin,
  createSinh,
  createTan,
  createTanh,
  createUnaryMinus,
} from "mathjs";
import type { Arithmetic, Elementary, LogDeterminant, Scalar, Value } from "../expr/op.ts";
import { eigenOf } from "./eigen.ts";
import { OutOfDomain } from "./evaluate.ts";

// The factories are documented and exported, but not in mathjs's own types.
declare module "mathjs" {
  export const createAbs: unknown;
  export const createAddScalar: unknown;
  export const createAtan: unknown;
  export const createBigNumberClass: unknown;
  export const createComplexClass: unknown;
  export const createCos: unknown;
  export const createCosh: unknown;
  export const createDivideScalar: unknown;
  export const createErf: unknown;
  export const createExp: unknown;
  export const createLog: unknown;
  export const createMultiplyScalar: unknown;
  export const createPow: unknown;
  export const createSin: unknown;
  export const createSinh: unknown;
  export const createTan: unknown;
  export const createTanh: unknown;
  export const createUnaryMinus: unknown;
}

type Number = number | Complex;
type Entries = Number[][];
// mathjs types its functions by overloads that say nothing of one implementation.
type Implementation = (...args: any[]) => any;
type Implementations = Readonly<Record<string, Implementation>>;
type Kind = "number" | "Complex";

const complexClass = (createComplexClass as () => new (re: number, im: number) => Complex)();
const complex = (re: number, im: number): Complex => new complexClass(re, im);

/** Hands over the implementations of a mathjs function by their signatures. */
const typed = Object.assign(
  (...args: readonly (string | Implementations)[]): Implementations =>
    Object.assign({}, ...args.filter((arg) => typeof arg === "object")) as Implementations,
  {
    referToSelf: (make: (self: Implementation) => Implementation) => make(unused),
    referTo: () => unused,
    find: () => unused,
  },
);

const unused: Implementation = () => {
  throw new Error("internal: an implementation of mathjs that was not expected to be needed");
};

/** What a factory of mathjs may ask for; none of it is used by the implementations that are picked. */
const rest = new Proxy<Record<string, unknown>>(
  {},
  {
    get: (_, name) =>
      name === "config" ? { relTol: 1e-300, absTol: 1e-300, predictable: true } : unused,
    has: () => true,
  },
);

type Factory = (dependencies: object) => unknown;

/** The implementation of a mathjs function for arguments of one kind. */
function implementation(
  create: unknown,
  kinds: readonly string[],
  given: Readonly<Record<string, unknown>> = {},
): Implementation {
  const own: Readonly<Record<string, unknown>> = { typed, Complex: complexClass, ...given };
  const dependencies = new Proxy<Record<string, unknown>>(own, {
    get: (target, name: string) => target[name] ?? rest[name],
    has: () => true,
  });
  const found = (create as Factory)(dependencies) as Implementations;
  for (const [signature, f] of Object.entries(found)) {
    const wanted = signature.split(",").map((part) => part.split("|").map((type) => type.trim()));
    if (wanted.length === kinds.length && wanted.every((types, i) => types.includes(kinds[i]!)))
      return f;
  }
  throw new Error(`internal: mathjs has no implementation for ${kinds.join(", ")}`);
}

/** Products of two numbers of up to so many binary digits, before and behind the point, are floats. */
const farthest = 400;

const isMatrix = (x: Value): x is Entries => Array.isArray(x);

/** The arithmetic of real numbers, or of complex ones for the complex step. */
function arithmetic(kind: Kind): Arithmetic {
  const isReal = kind === "number";
  const one = [kind];
  const two = [kind, kind];
  const number = (x: number): Number => (isReal ? x : complex(x, 0));
  const plus = implementation(createAddScalar, two) as (a: Number, b: Number) => Number;
  const times = implementation(createMultiplyScalar, two) as (a: Number, b: Number) => Number;
  const over = implementation(createDivideScalar, two) as (a: Number, b: Number) => Number;
  const exp = implementation(createExp, one) as (a: Number) => Number;
  const unaryMinus = implementation(createUnaryMinus, one) as (a: Number) => Number;
  /** 2/√π · exp(−z²) Σ 2ᵏ z²ᵏ⁺¹/(2k + 1)!!, whose terms do not cancel. */
  const erfSeries = (z: Number): Number => {
    if (Math.abs(real(z)) > 6) return number(Math.sign(real(z)));
    const square = times(z, z);
    let term = z;
    let sum = z;
    for (let k = 1; k < 200; k++) {
      term = times(term, over(times(number(2), square), number(2 * k + 1)));
      sum = plus(sum, term);
    }
    return times(times(number(2 / Math.sqrt(Math.PI)), exp(unaryMinus(square))), sum);
  };
  const elementary: Readonly<Record<Elementary, (a: Number) => Number>> = {
    exp,
    log: implementation(createLog, one),
    sin: implementation(createSin, one),
    cos: implementation(createCos, one),
    tan: implementation(createTan, one),
    sinh: implementation(createSinh, one),
    cosh: implementation(createCosh, one),
    tanh: implementation(createTanh, one),
    atan: implementation(createAtan, one),
    erf: isReal ? implementation(createErf, one) : erfSeries,
  };
  const realPower = implementation(createPow, ["number", "number"]) as (
    a: number,
    b: number,
  ) => number;
  const size = implementation(createAbs, one) as (a: Number) => number;
  /** Takes a multiple of other entries from those of a row, in place: these are the many steps of an elimination. */
  const reduce = isReal
    ? (row: Number[], factor: Number, others: readonly Number[], from: number): void => {
        for (let j = from; j < row.length; j++)
          (row as number[])[j]! -= (factor as number) * (others[j] as number);
      }
    : (row: Number[], factor: Number, others: readonly Number[], from: number): void => {
        const f = factor as Complex;
        for (let j = from; j < row.length; j++) {
          const [x, y] = [row[j] as Complex, others[j] as Complex];
          x.re -= f.re * y.re - f.im * y.im;
          x.im -= f.re * y.im + f.im * y.re;
        }
      };
  const copied = (x: Number): Number =>
    isReal ? x : complex((x as Complex).re, (x as Complex).im);
  /**
   * The pivots of an elimination, signed so that their product is the determinant, and what it leaves of the rows.
   * The largest are chosen: mathjs divides by pivots that rounding alone keeps from 0.
   */
  const eliminated = (x: Entries, isAbove = false): { pivots: Number[]; rows: Entries } => {
    const rows = x.map((row) => row.map(copied));
    const pivots: Number[] = [];
    for (const k of rows.keys()) {
      let best = k;
      for (let i = k + 1; i < rows.length; i++)
        if (size(rows[i]![k]!) > size(rows[best]![k]!)) best = i;
      const chosen = rows[best]!;
      rows[best] = rows[k]!;
      rows[k] = chosen;
      const pivot = copied(chosen[k]!);
      pivots.push(best === k ? pivot : unaryMinus(pivot));
      if (size(pivot) === 0) break;
      for (let i = isAbove ? 0 : k + 1; i < rows.length; i++)
        if (i !== k && size(rows[i]![k]!) > 0)
          reduce(rows[i]!, over(rows[i]![k]!, pivot), chosen, k + 1);
    }
    return { pivots, rows };
  };
  const det = (x: Entries): Number => eliminated(x).pivots.reduce(times, number(1));
  /** The logarithm of one product, in which powers of 2 are put aside as soon as it leaves what is safe. */
  const logDeterminant = (x: Entries): LogDeterminant => {
    let [product, exponent] = [number(1), 0];
    const within = (a: Number): Number => {
      let y = a;
      const moved = (step: number): void => {
        y = times(y, number(2 ** step));
        exponent -= step;
      };
      while (size(y) > 2 ** farthest && size(y) < Infinity) moved(-farthest);
      while (size(y) < 2 ** -farthest && size(y) > 0) moved(farthest);
      return y;
    };
    for (const pivot of eliminated(x).pivots) product = within(times(product, within(pivot)));
    const sign = Math.sign(real(product));
    const log = elementary.log(sign < 0 ? unaryMinus(product) : product);
    return { sign, log: plus(log, number(exponent * Math.LN2)) };
  };
  const inv = (x: Entries): Entries => {
    const beside = x.map((row, i) => [...row, ...x.map((_, j) => number(i === j ? 1 : 0))]);
    const { rows } = eliminated(beside, true);
    return rows.map((row, i) => {
      const pivot = row[i]!;
      if (size(pivot) === 0) throw new OutOfDomain("an invertible matrix");
      return row.slice(x.length).map((entry) => over(entry, pivot));
    });
  };

  const matrix = (
    rows: number,
    columns: number,
    entry: (i: number, j: number) => Scalar,
  ): Value => {
    if (rows === 1 && columns === 1) return entry(0, 0);
    const entries: Entries = [];
    for (let i = 0; i < rows; i++) {
      const row: Number[] = [];
      for (let j = 0; j < columns; j++) row.push(entry(i, j) as Number);
      entries.push(row);
    }
    return entries;
  };
  const rows = (x: Value): number => (isMatrix(x) ? x.length : 1);
  const columns = (x: Value): number => (isMatrix(x) ? x[0]!.length : 1);
  const entry = (x: Value, i: number, j: number): Number =>
    isMatrix(x) ? x[i]![j]! : (x as Number);

  /** Whole powers by multiplication: a logarithm of a negative base would leave the real line. */
  const power = (a: Number, b: Number): Number => {
    const k = real(b);
    if (Number.isInteger(k) && (typeof b === "number" || b.im === 0)) {
      let y = number(1);
      let square = a;
      for (let left = Math.abs(k); left > 0; left = Math.floor(left / 2)) {
        if (left % 2 === 1) y = times(y, square);
        square = times(square, square);
      }
      return k < 0 ? over(number(1), y) : y;
    }
    if (isReal) return realPower(a as number, b as number);
    return elementary.exp(times(b, elementary.log(a)));
  };

  const realParts = (x: Value): number[][] =>
    isMatrix(x) ? x.map((row) => row.map(real)) : [[real(x)]];

  return {
    number,
    real,
    plus: plus,
    times: times,
    over: over,
    power: power,
    elementary: (name, x) => elementary[name](x as Number),
    rows,
    columns,
    entry,
    matrix,
    add: (a, b) => {
      if (rows(a) !== rows(b) || columns(a) !== columns(b)) mismatch();
      return matrix(rows(a), columns(a), (i, j) => plus(entry(a, i, j), entry(b, i, j)));
    },
    scale: (s, x) => matrix(rows(x), columns(x), (i, j) => times(s as Number, entry(x, i, j))),
    multiply: (a, b) => {
      const inside = columns(a);
      if (inside !== rows(b)) mismatch();
      return matrix(rows(a), columns(b), (i, j) => {
        if (isReal) {
          let sum = 0;
          for (let k = 0; k < inside; k++)
            sum += (entry(a, i, k) as number) * (entry(b, k, j) as number);
          return sum;
        }
        let [re, im] = [0, 0];
        for (let k = 0; k < inside; k++) {
          const [x, y] = [entry(a, i, k) as Complex, entry(b, k, j) as Complex];
          re += x.re * y.re - x.im * y.im;
          im += x.re * y.im + x.im * y.re;
        }
        return complex(re, im);
      });
    },
    eigenvalues: (x) => eigenOf(realParts(x)).values,
    spectral: (x, f) => {
      const { values, vectors } = eigenOf(realParts(x));
      const at = values.map(f);
      return matrix(at.length, at.length, (i, j) =>
        number(at.reduce((sum, y, k) => sum + y * vectors[i]![k]! * vectors[j]![k]!, 0)),
      );
    },
    transpose: (x) => matrix(columns(x), rows(x), (i, j) => entry(x, j, i)),
    inverse: (x) => (isMatrix(x) ? inv(x) : over(number(1), x as Number)),
    determinant: (x) => (isMatrix(x) ? det(x) : x),
    logDeterminant: (x) => logDeterminant(isMatrix(x) ? x : [[x as Number]]),
    kronecker: (a, b) => {
      const [p, q] = [rows(b), columns(b)];
      return matrix(rows(a) * p, columns(a) * q, (i, j) =>
        times(entry(a, Math.floor(i / p), Math.floor(j / q)), entry(b, i % p, j % q)),
      );
    },
  };
}

const real = (x: Scalar): number => (typeof x === "number" ? x : (x as Complex).re);

function mismatch(): never {
  throw new Error("internal: values whose sizes do not fit");
}

export const realArithmetic: Arithmetic = arithmetic("number");
export const complexArithmetic: Arithmetic = arithmetic("Complex");

/** `x + i·h·d`, entry by entry. */
export function perturbed(x: Value, d: Value, h: number): Value {
  const at = (v: Value, i: number, j: number): number => realArithmetic.entry(v, i, j) as number;
  return complexArithmetic.matrix(realArithmetic.rows(x), realArithmetic.columns(x), (i, j) =>
    complex(at(x, i, j), h * at(d, i, j)),
  );
}

export const imaginaryPart = (x: Scalar): number => (typeof x === "number" ? 0 : (x as Complex).im);

/** A decimal of many digits. */
export type Decimal = BigNumber;

/** What makes decimals of so many digits of numbers and of their texts. */
export const decimals = (digits: number): (new (x: number | string) => Decimal) =>
  (createBigNumberClass as (given: object) => new (x: number | string) => Decimal)({
    config: { precision: digits },
  });

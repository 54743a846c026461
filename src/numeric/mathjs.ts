/** @file mathjs as the arithmetic of the oracle: the one place where it enters. Loaded lazily. */

import type { Complex, FactoryFunctionMap, MathNumericType, Matrix } from "mathjs";
import {
  addDependencies,
  atanDependencies,
  complexDependencies,
  cosDependencies,
  coshDependencies,
  create,
  detDependencies,
  divideDependencies,
  expDependencies,
  invDependencies,
  kronDependencies,
  logDependencies,
  matrixDependencies,
  multiplyDependencies,
  powDependencies,
  sinDependencies,
  sinhDependencies,
  tanDependencies,
  tanhDependencies,
  transposeDependencies,
} from "mathjs";
import type { Arithmetic, Elementary, Scalar, Value } from "../expr/op.ts";

const math = create(
  {
    addDependencies,
    atanDependencies,
    complexDependencies,
    cosDependencies,
    coshDependencies,
    detDependencies,
    divideDependencies,
    expDependencies,
    invDependencies,
    kronDependencies,
    logDependencies,
    matrixDependencies,
    multiplyDependencies,
    powDependencies,
    sinDependencies,
    sinhDependencies,
    tanDependencies,
    tanhDependencies,
    transposeDependencies,
  } as FactoryFunctionMap,
  // A tolerance in comparisons would call small imaginary parts zero.
  { relTol: 1e-300, absTol: 1e-300 },
);

type Number = number | Complex;

const isMatrix = (x: Value): x is Matrix => typeof x === "object" && x !== null && "_data" in x;
const dataOf = (x: Matrix): Number[][] => (x as unknown as { _data: Number[][] })._data;

/** The arithmetic of real numbers, or of complex ones for the complex step. */
function arithmetic(kind: "number" | "Complex"): Arithmetic {
  const isReal = kind === "number";
  // One signature of a typed function: no dispatch on the types of every entry.
  const signature = (math.typed as unknown as { find: (f: unknown, types: string[]) => unknown }).find;
  const binary = (f: unknown): ((a: Number, b: Number) => Number) =>
    signature(f, [kind, kind]) as (a: Number, b: Number) => Number;
  const unary = (f: unknown): ((a: Number) => Number) => signature(f, [kind]) as (a: Number) => Number;
  const [plus, times, over, power] = [
    binary(math.add),
    binary(math.multiply),
    binary(math.divide),
    binary(math.pow),
  ];
  const elementary: Record<Elementary, (a: Number) => Number> = {
    exp: unary(math.exp),
    log: unary(math.log),
    sin: unary(math.sin),
    cos: unary(math.cos),
    tan: unary(math.tan),
    sinh: unary(math.sinh),
    cosh: unary(math.cosh),
    tanh: unary(math.tanh),
    atan: unary(math.atan),
  };
  const dense = (data: Number[][]): Matrix => math.matrix(data as MathNumericType[][], "dense", kind);
  const self: Arithmetic = {
    number: (x) => (isReal ? x : math.complex(x, 0)),
    real: (x) => (typeof x === "number" ? x : (x as Complex).re),
    plus: (a, b) => plus(a as Number, b as Number),
    times: (a, b) => times(a as Number, b as Number),
    over: (a, b) => over(a as Number, b as Number),
    power: (a, b) => wholePower(a as Number, b as Number) ?? power(a as Number, b as Number),
    elementary: (name, x) => elementary[name](x as Number),
    rows: (x) => (isMatrix(x) ? dataOf(x).length : 1),
    columns: (x) => (isMatrix(x) ? dataOf(x)[0]!.length : 1),
    entry: (x, i, j) => (isMatrix(x) ? dataOf(x)[i]![j]! : x),
    matrix: (rows, columns, entry) =>
      rows === 1 && columns === 1
        ? entry(0, 0)
        : dense(
            Array.from({ length: rows }, (_, i) =>
              Array.from({ length: columns }, (_unused, j) => entry(i, j) as Number),
            ),
          ),
    add: (a, b) =>
      isMatrix(a) ? self.matrix(self.rows(a), self.columns(a), (i, j) => self.plus(self.entry(a, i, j), self.entry(b, i, j))) : self.plus(a, b),
    scale: (s, x) =>
      isMatrix(x) ? self.matrix(self.rows(x), self.columns(x), (i, j) => self.times(s, self.entry(x, i, j))) : self.times(s, x),
    multiply: (a, b) => {
      if (!isMatrix(a) && !isMatrix(b)) return self.times(a, b);
      if (!isMatrix(a)) return self.columns(a) === self.rows(b) ? self.scale(a, b) : mismatch();
      if (!isMatrix(b)) return self.columns(a) === 1 ? self.scale(b, a) : mismatch();
      const product = math.multiply(a, b) as unknown as Matrix;
      const data = dataOf(product);
      return data.length === 1 && data[0]!.length === 1 ? data[0]![0]! : product;
    },
    transpose: (x) => (isMatrix(x) ? math.transpose(x) : x),
    inverse: (x) => (isMatrix(x) ? math.inv(x) : self.over(self.number(1), x)),
    determinant: (x) => (isMatrix(x) ? (math.det(x) as Scalar) : x),
    kronecker: (a, b) => math.kron(a as Matrix, b as Matrix),
  };
  /** Whole powers by multiplication: a logarithm of a negative base would leave the real line. */
  function wholePower(a: Number, b: Number): Number | null {
    const k = self.real(b);
    if (!Number.isInteger(k) || Math.abs(k) > 64 || (typeof b !== "number" && b.im !== 0)) return null;
    let y = self.number(1) as Number;
    for (let i = 0; i < Math.abs(k); i++) y = times(y, a);
    return k < 0 ? over(self.number(1) as Number, y) : y;
  }
  return self;
}

function mismatch(): never {
  throw new Error("internal: factors that do not fit");
}

export const realArithmetic: Arithmetic = arithmetic("number");
export const complexArithmetic: Arithmetic = arithmetic("Complex");

/** `x + i·h·d`, entry by entry. */
export function perturbed(x: Value, d: Value, h: number): Value {
  const at = (v: Value, i: number, j: number): number => realArithmetic.entry(v, i, j) as number;
  return complexArithmetic.matrix(realArithmetic.rows(x), realArithmetic.columns(x), (i, j) =>
    math.complex(at(x, i, j), h * at(d, i, j)),
  );
}

export const imaginaryPart = (x: Scalar): number => (typeof x === "number" ? 0 : (x as Complex).im);

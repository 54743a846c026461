/** @file Long decimals as an arithmetic: what rounding takes from floats is still there in them. */

import type { Expr, Sym } from "../expr/expr.ts";
import type { Arithmetic, Elementary, Value } from "../expr/op.ts";
import { evaluate, OutOfDomain } from "./evaluate.ts";
import type { Point } from "./evaluate.ts";
import type { Entry } from "./exact.ts";
import { entriesIn, isExact } from "./exact.ts";
import { eliminated, matricesOver } from "./matrices.ts";
import type { Field, Rows } from "./matrices.ts";
import { decimals } from "./mathjs.ts";
import type { Decimal } from "./mathjs.ts";

/** How many digits values have, and how many the differences of values. */
const digits = 64;
export const digitsOfDifferences = 250;

type Kind = ReturnType<typeof decimals>;
const kinds = new Map<number, Kind>();

function kindOf(count: number): Kind {
  let kind = kinds.get(count);
  if (!kind) kinds.set(count, (kind = decimals(count)));
  return kind;
}

/** What a float stands for, and not the shortest decimal that is read as it. */
function decimal(kind: Kind, x: number): Decimal {
  if (Number.isInteger(x) || !Number.isFinite(x)) return new kind(x);
  let [whole, halvings] = [x, 0];
  for (; !Number.isInteger(whole); whole *= 2) halvings++;
  return new kind(whole).div(new kind(2).pow(halvings));
}

/** A value that these decimals do not have, or not soon. */
export class NotPrecise extends Error {}

const needsFloats = (): never => {
  throw new NotPrecise("eigenvalues are computed in floats");
};

/** 2/√π · exp(−x²) Σ 2ᵏ x²ᵏ⁺¹/(2k + 1)!!, whose terms do not cancel. */
function erf(kind: Kind, count: number, x: Decimal): Decimal {
  const one = new kind(1);
  // exp(−x²) is nothing beside 1.
  if (x.times(x).gt(count * Math.LN10)) return x.isNegative() ? one.negated() : one;
  const negligible = new kind(`1e-${count}`);
  const twice = x.times(x).times(2);
  let [term, sum] = [x, x];
  for (let k = 1; term.abs().gt(sum.abs().times(negligible)); k++) {
    term = term.times(twice).div(2 * k + 1);
    sum = sum.plus(term);
  }
  const root = one.negated().acos().sqrt();
  return sum.times(2).div(root).times(x.times(x).negated().exp());
}

const elementary: Readonly<Record<Exclude<Elementary, "erf">, (x: Decimal) => Decimal>> = {
  exp: (x) => x.exp(),
  log: (x) => x.ln(),
  sin: (x) => x.sin(),
  cos: (x) => x.cos(),
  tan: (x) => x.tan(),
  sinh: (x) => x.sinh(),
  cosh: (x) => x.cosh(),
  tanh: (x) => x.tanh(),
  atan: (x) => x.atan(),
};

/** How much work is done, in operations, before it is given up; a function counts as many. */
const muchWork = 100_000;
const ofFunction = 100;

/** The arithmetic of these decimals. Eigenvalues, and work that would take long, throw NotPrecise. */
export function preciseArithmetic(count = digits): Arithmetic {
  const kind = kindOf(count);
  const [zero, one] = [new kind(0), new kind(1)];
  let operations = 0;
  const counted = (n = 1): void => {
    operations += n;
    if (operations > muchWork) throw new NotPrecise("it would take long");
  };
  const plus = (a: Decimal, b: Decimal): Decimal => {
    counted();
    return a.plus(b);
  };
  const times = (a: Decimal, b: Decimal): Decimal => {
    counted();
    return a.times(b);
  };
  const over = (a: Decimal, b: Decimal): Decimal => {
    counted();
    if (b.isZero()) throw new OutOfDomain("a divisor other than 0");
    return a.div(b);
  };
  const matrices = matricesOver(plus, times);
  const { rows, columns, entry, matrix } = matrices;
  const entries = (x: Value): Rows<Decimal> =>
    Array.from({ length: rows(x) }, (_row, i) =>
      Array.from({ length: columns(x) }, (_entry, j) => entry(x, i, j) as Decimal),
    );
  const field: Field<Decimal> = {
    zero,
    one,
    isZero: (a) => a.isZero(),
    minus: (a, b) => a.minus(b),
    times,
    over,
    isBetter: (a, b) => a.abs().gt(b.abs()),
  };
  const determinant = (x: Value): Decimal => eliminated(entries(x), field).determinant;
  return {
    ...matrices,
    number: (x) => decimal(kind, x),
    exact: ({ numerator, denominator }) => new kind(String(numerator)).div(String(denominator)),
    real: (x) => (x as Decimal).toNumber(),
    plus: plus,
    times: times,
    over: over,
    power: (a, b) => {
      counted(ofFunction);
      if ((a as Decimal).isZero() && (b as Decimal).isNegative())
        throw new OutOfDomain("a divisor other than 0");
      return (a as Decimal).pow(b as Decimal);
    },
    elementary: (name, x) => {
      counted(ofFunction);
      return name === "erf" ? erf(kind, count, x as Decimal) : elementary[name](x as Decimal);
    },
    inverse: (x) => {
      const { inverse } = eliminated(entries(x), field);
      if (!inverse) throw new OutOfDomain("an invertible matrix");
      return matrix(rows(x), rows(x), (i, j) => inverse[i]![j]!);
    },
    determinant,
    logDeterminant: (x) => {
      const det = determinant(x);
      return { sign: det.isZero() ? 0 : Math.sign(det.s), log: det.abs().ln() };
    },
    eigenvalues: needsFloats,
    spectral: needsFloats,
  };
}

/** Entries, as fractions and floats have them, in such an arithmetic. */
export const inDecimals = (m: Arithmetic, grid: Rows<Entry>): Value =>
  m.matrix(grid.length, grid[0]!.length, (i, j) => {
    const x = grid[i]![j]!;
    return isExact(x) ? m.exact!(x) : m.number(x);
  });

/** A point in such an arithmetic, where fractions and floats are known. */
export const pointInDecimals = ({ values, size }: Point, of: Arithmetic, m: Arithmetic): Point => ({
  size,
  values: new Map([...values].map(([s, v]) => [s, inDecimals(m, entriesIn(of, v))])),
});

/** Entries of such an arithmetic, to the nearest float. */
export const nearestFloats = (m: Arithmetic, x: Value): number[][] =>
  Array.from({ length: m.rows(x) }, (_row, i) =>
    Array.from({ length: m.columns(x) }, (_entry, j) => m.real(m.entry(x, i, j))),
  );

/** In 250 digits short enough that their squares are next to nothing, and long enough that most digits are left. */
const steps = [1e-90, 3e-90] as const;

/** The derivative along a direction by central differences of two lengths: their error shows where they differ. */
export function preciseDifferences(
  objective: Expr,
  point: Point,
  part: Sym,
  direction: Value,
  m: Arithmetic,
): [number, number] {
  const at = (h: number): Decimal => {
    const moved = m.add(point.values.get(part), m.scale(m.number(h), direction));
    const values = new Map([...point.values, [part, moved] as const]);
    return m.entry(evaluate([objective], { ...point, values }, m)[0], 0, 0) as Decimal;
  };
  const slope = (h: number): number =>
    at(h)
      .minus(at(-h))
      .div(m.number(2 * h) as Decimal)
      .toNumber();
  return [slope(steps[0]), slope(steps[1])];
}

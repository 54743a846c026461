/** @file Answers as numbers at several points: whether they agree, by what factor they differ, of what they are combinations. */

import { sameShape } from "../expr/dimension.ts";
import type { Expr } from "../expr/expr.ts";
import type { Rational } from "../expr/rational.ts";
import { rational, toNumber } from "../expr/rational.ts";
import type { Probe } from "../numeric/probes.ts";

/** How far two numbers may lie apart, in proportion to the largest entry, to count as one. */
const near = 1e-10;

/** The largest denominator of a factor that is told. */
const largestDenominator = 144;

/** What a result is at some points, with which candidates are compared. */
export class Target {
  readonly probes: readonly Probe[];
  readonly expr: Expr;
  private readonly entries: readonly (readonly number[])[];
  private readonly sizes: readonly number[];
  constructor(expr: Expr, probes: readonly Probe[]) {
    this.expr = expr;
    const usable = probes.flatMap((probe) => {
      const entries = probe.entries(expr);
      return entries ? [{ probe, entries }] : [];
    });
    this.probes = usable.map(({ probe }) => probe);
    this.entries = usable.map(({ entries }) => entries);
    this.sizes = this.entries.map((all) => largestOf(all));
  }

  /** Whether a candidate is equal to the result at every point; at the first where it is not it is dropped. */
  isMetBy(candidate: Expr): boolean {
    if (this.probes.length === 0 || !sameShape(candidate.shape, this.expr.shape)) return false;
    return this.probes.every((probe, k) => {
      const found = probe.entries(candidate);
      if (found === null || found.length !== this.entries[k]!.length) return false;
      const size = Math.max(this.sizes[k]!, largestOf(found));
      return found.every((x, i) => Math.abs(x - this.entries[k]![i]!) <= near * size);
    });
  }

  /** The entries at all points one after another, each point in proportion to the result there; null outside a domain. */
  vector(e: Expr): number[] | null {
    if (!sameShape(e.shape, this.expr.shape)) return null;
    const all: number[] = [];
    for (const [k, probe] of this.probes.entries()) {
      const found = probe.entries(e);
      if (found === null) return null;
      const size = this.sizes[k]! || 1;
      for (const x of found) all.push(x / size);
    }
    return all;
  }

  /** The rational number c with c·of = e; null where there is none, or `of` is 0. */
  factor(e: Expr, of: Expr = this.expr): Rational | null {
    const [a, b] = [this.vector(e), this.vector(of)];
    if (a === null || b === null) return null;
    const square = b.reduce((sum, x) => sum + x * x, 0);
    if (square === 0) return null;
    const c = a.reduce((sum, x, i) => sum + x * b[i]!, 0) / square;
    const exact = rationalNear(c);
    if (exact === null || exact.numerator === 0n) return null;
    const size = largestOf(a);
    return a.every((x, i) => Math.abs(x - toNumber(exact) * b[i]!) <= near * size) ? exact : null;
  }

  /** Rational coefficients with which some terms add up to e; null where there are none, or more than one choice. */
  combination(e: Expr, terms: readonly Expr[]): Rational[] | null {
    const b = this.vector(e);
    const columns = terms.map((term) => this.vector(term));
    if (b === null || columns.length === 0 || columns.some((column) => column === null))
      return null;
    const found = solved(columns as number[][], b);
    if (found === null) return null;
    const exact = found.map(rationalNear);
    if (exact.some((c) => c === null)) return null;
    const size = Math.max(largestOf(b), ...columns.map((column) => largestOf(column!)));
    const left = b.map((x, i) =>
      exact.reduce((rest, c, k) => rest - toNumber(c!) * columns[k]![i]!, x),
    );
    return largestOf(left) <= near * size ? (exact as Rational[]) : null;
  }
}

const largestOf = (all: readonly number[]): number =>
  all.reduce((most, x) => Math.max(most, Math.abs(x)), 0);

/** The fraction with a small denominator that a number is; null where it is none. */
export function rationalNear(x: number): Rational | null {
  if (!Number.isFinite(x)) return null;
  // Convergents of the continued fraction.
  let [p, q, before, last] = [1, 0, 0, 1];
  let rest = x;
  for (let k = 0; k < 20; k++) {
    const whole = Math.floor(rest);
    [p, before] = [whole * p + before, p];
    [q, last] = [whole * q + last, q];
    if (q > largestDenominator || Math.abs(p) > 1e6) return null;
    if (Math.abs(x - p / q) <= near * Math.max(1, Math.abs(x)))
      return rational(BigInt(p), BigInt(q));
    rest = 1 / (rest - whole);
  }
  return null;
}

/** Least squares by Gram–Schmidt; null where a column is a combination of those before it. */
function solved(columns: readonly (readonly number[])[], b: readonly number[]): number[] | null {
  const count = columns.length;
  if (count > b.length) return null;
  const q: number[][] = [];
  const r: number[][] = [];
  for (const column of columns) {
    let v = [...column];
    const size = norm(v);
    const row: number[] = [];
    // Twice is enough (Kahan).
    for (let round = 0; round < 2; round++)
      for (const [i, u] of q.entries()) {
        const overlap = dot(u, v);
        row[i] = (row[i] ?? 0) + overlap;
        v = v.map((x, k) => x - overlap * u[k]!);
      }
    const left = norm(v);
    if (left <= 1e-7 * size || size === 0) return null;
    row.push(left);
    r.push(row);
    q.push(v.map((x) => x / left));
  }
  const y = q.map((u) => dot(u, b));
  const x: number[] = Array.from({ length: count }, () => 0);
  for (let i = count - 1; i >= 0; i--) {
    let sum = y[i]!;
    for (let j = i + 1; j < count; j++) sum -= r[j]![i]! * x[j]!;
    x[i] = sum / r[i]![i]!;
  }
  return x;
}

const dot = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, x, i) => sum + x * b[i]!, 0);
const norm = (a: readonly number[]): number => Math.sqrt(dot(a, a));

/** @file Random points: sizes that are pairwise different, values that have the declared properties. */

import type { Dimension } from "../expr/dimension.ts";
import type { Sym } from "../expr/expr.ts";
import type { Arithmetic, Value } from "../expr/op.ts";
import { has, property } from "../expr/properties.ts";
import type { Properties } from "../expr/properties.ts";

/** Random numbers from a seed: mulberry32. */
export class Random {
  private state: number;
  constructor(seed: number) {
    this.state = seed >>> 0;
  }
  /** Between 0 and 1. */
  uniform(low = 0, high = 1): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let t = this.state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return low + (high - low) * (((t ^ (t >>> 14)) >>> 0) / 4294967296);
  }
  normal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    return radius * Math.cos(2 * Math.PI * this.uniform());
  }
  whole(low: number, high: number): number {
    return Math.floor(this.uniform(low, high + 1));
  }
}

/** A whole-number dimension up to this size is drawn as it is. */
export const largestDrawn = 8;

/** Sizes for the names of dimensions, and for whole numbers that are too large to draw. */
export interface Sizes {
  readonly size: (d: Dimension) => number;
  /** Whole numbers that were made smaller. */
  readonly shrunk: readonly number[];
}

/** Sizes that are pairwise different, from 2 up; `round` gives another assignment. */
export function drawSizes(
  dimensions: readonly Dimension[],
  round: number,
  shrinks: boolean,
): Sizes {
  const names = [...new Set(dimensions.flatMap((d) => d.names))];
  const numbers = [
    ...new Set(dimensions.filter((d) => d.names.length === 0).map((d) => d.coefficient)),
  ];
  const large = shrinks ? numbers.filter((n) => n > largestDrawn) : [];
  const taken = new Set(numbers.filter((n) => !large.includes(n)));
  const count = names.length + large.length;
  // Later rounds reach for larger sizes; the order is shuffled, so that each dimension is sometimes
  // the smaller one.
  const free: number[] = [];
  for (let n = 2; free.length < count + Math.min(round, 3); n++) if (!taken.has(n)) free.push(n);
  const shuffle = new Random(round * 7919 + 17);
  const turned = round === 0 ? free : shuffled(free, shuffle);
  const bySize = new Map<string, number>(names.map((name, i) => [name, turned[i]!]));
  const byNumber = new Map<number, number>(large.map((n, i) => [n, turned[names.length + i]!]));
  return {
    size: (d) =>
      d.names.reduce(
        (n, name) => n * (bySize.get(name) ?? 2),
        byNumber.get(d.coefficient) ?? d.coefficient,
      ),
    shrunk: large,
  };
}

function shuffled(items: readonly number[], random: Random): number[] {
  const out = [...items];
  for (let i = out.length - 1; i > 0; i--) {
    const j = random.whole(0, i);
    [out[i], out[j]] = [out[j]!, out[i]!];
  }
  return out;
}

/** How free entries are drawn; a problem's domain decides which manner finds points. */
const manners = [
  { entry: (r: Random) => r.normal(), shift: 0 },
  { entry: (r: Random) => r.uniform(0.2, 1.4), shift: 0 },
  { entry: (r: Random) => r.normal() * 0.5, shift: 1.2 },
  { entry: (r: Random) => r.normal() * 0.25, shift: 0 },
  { entry: (r: Random) => r.uniform(0.05, 0.3), shift: 0.5 },
  { entry: (r: Random) => -r.uniform(0.2, 1.4), shift: 0 },
  { entry: (r: Random) => r.normal() * 10, shift: 0 },
  { entry: (r: Random) => r.normal() * 100, shift: 0 },
] as const;

export const mannerCount: number = manners.length;

/** A value with the properties of a symbol; `manner` says how free entries are drawn. */
export function draw(s: Sym, sizes: Sizes, random: Random, m: Arithmetic, manner: number): Value {
  const [rows, columns] = [sizes.size(s.shape[0]), sizes.size(s.shape[1])];
  const isMixed = manner >= manners.length;
  const chosen = manners[isMixed ? random.whole(0, manners.length - 1) : manner]!;
  // Square matrices get a share of I, so that determinants can be positive and inverses exist.
  const isSquare = rows === columns && rows > 1;
  const entries = Array.from({ length: rows }, (_, i) =>
    Array.from(
      { length: columns },
      (_unused, j) => chosen.entry(random) + (isSquare && i === j ? chosen.shift : 0),
    ),
  );
  const shaped = withProperties(entries, s.properties, random);
  return m.matrix(rows, columns, (i, j) => m.number(shaped[i]![j]!));
}

type Entries = number[][];

const mapped = (a: Entries, f: (x: number, i: number, j: number) => number): Entries =>
  a.map((row, i) => row.map((x, j) => f(x, i, j)));

/** The nearest thing to `a` that has the properties. */
function withProperties(a: Entries, set: Properties, random: Random): Entries {
  const n = a.length;
  const isScalar = n === 1 && a[0]!.length === 1;
  const is = (p: Properties): boolean => has(set, p);
  if (is(property.onehot)) return oneHot(a, random);
  if (is(property.signs)) return mapped(a, () => (random.uniform() < 0.5 ? -1 : 1));
  if (is(property.integer)) {
    const low = is(property.positive) ? 1 : is(property.nonnegative) ? 0 : -3;
    return mapped(a, () => random.whole(low, 4));
  }
  const positive = (x: number): number => Math.abs(x) + 0.1;
  if (isScalar)
    return is(property.nonnegative)
      ? mapped(a, positive)
      : is(property.invertible)
        ? mapped(a, (x) => (x < 0 ? x - 0.1 : x + 0.1))
        : a;
  if (is(property.diagonal)) {
    const d =
      is(property.nonnegative) || is(property.psd)
        ? positive
        : (x: number): number => (Math.abs(x) < 0.2 ? x + 0.5 : x);
    return mapped(a, (x, i, j) => (i === j ? d(x) : 0));
  }
  if (is(property.orthogonal)) return orthogonal(mapped(a, () => random.normal()));
  if (is(property.psd)) {
    const g = mapped(a, () => random.normal());
    const shift = is(property.posdef) ? 0.5 : 0;
    return mapped(
      a,
      (_, i, j) => g[i]!.reduce((sum, x, k) => sum + x * g[j]![k]!, 0) / n + (i === j ? shift : 0),
    );
  }
  if (is(property.symmetric)) {
    const s = mapped(a, (x, i, j) => (x + a[j]![i]!) / 2);
    return is(property.nonnegative) ? mapped(s, positive) : s;
  }
  if (is(property.skew)) return mapped(a, (x, i, j) => (x - a[j]![i]!) / 2);
  if (is(property.nonnegative)) return mapped(a, positive);
  return a;
}

function unitVector(n: number, random: Random): number[] {
  const at = random.whole(0, n - 1);
  return Array.from({ length: n }, (_, i) => (i === at ? 1 : 0));
}

/** A single 1: in a vector, or in each row of a matrix. */
function oneHot(a: Entries, random: Random): Entries {
  if (a[0]!.length === 1) {
    const column = unitVector(a.length, random);
    return column.map((x) => [x]);
  }
  return a.map((row) => unitVector(row.length, random));
}

/** Gram–Schmidt on the rows. */
function orthogonal(a: Entries): Entries {
  const q: Entries = [];
  for (const row of a) {
    let v = [...row];
    for (const u of q) {
      const overlap = u.reduce((sum, x, k) => sum + x * v[k]!, 0);
      v = v.map((x, k) => x - overlap * u[k]!);
    }
    const length = Math.hypot(...v);
    q.push(v.map((x) => x / length));
  }
  return q;
}

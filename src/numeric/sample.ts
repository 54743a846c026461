/** @file Random points: sizes that are pairwise different, values that have the declared properties. */

import { Random } from "../data/random.ts";
import type { Dimension } from "../expr/dimension.ts";
import type { Sym } from "../expr/expr.ts";
import type { Arithmetic, Value } from "../expr/op.ts";
import { has, property } from "../expr/properties.ts";
import type { Properties } from "../expr/properties.ts";

/** A whole-number dimension up to this size is drawn as it is. */
export const largestDrawn = 8;

/** Sizes for the names of dimensions, and for whole numbers that are too large to draw. */
export interface Sizes {
  readonly size: (d: Dimension) => number;
  /** Whole numbers that were made smaller. */
  readonly shrunk: readonly number[];
}

/** Up to that many dimensions all differ in size; of more, each two differ in some assignment. */
const mostDistinct = 10;

/** Sizes from a small pool: the digits of a dimension's number, one for each round. */
function pooled(count: number, free: readonly number[], round: number): number[] {
  const base = 6;
  return Array.from({ length: count }, (_, i) => free[Math.floor(i / base ** (round % 3)) % base]!);
}

/** Sizes that are pairwise different, from 2 and `least` up; `round` gives another assignment. */
export function drawSizes(
  dimensions: readonly Dimension[],
  round: number,
  shrinks: boolean,
  least = 2,
): Sizes {
  const names = [...new Set(dimensions.flatMap((d) => d.names))];
  const numbers = [
    ...new Set(dimensions.filter((d) => d.names.length === 0).map((d) => d.coefficient)),
  ];
  const large = shrinks ? numbers.filter((n) => n > largestDrawn) : [];
  const taken = new Set(numbers.filter((n) => !large.includes(n)));
  const count = names.length + large.length;
  // Later rounds take every order of a few sizes, from the reverse on, so that each dimension is
  // sometimes the smaller one; then they reach for larger sizes in a shuffled order.
  const free: number[] = [];
  for (let n = Math.max(2, least); free.length < count + Math.min(round, 3); n++)
    if (!taken.has(n)) free.push(n);
  const turned =
    count > mostDistinct
      ? pooled(count, free, round)
      : round < orders(count)
        ? ordered(free.slice(0, count), (orders(count) - round) % orders(count))
        : shuffled(free, new Random(round * 7919 + 17));
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

/** In how many orders so many sizes are tried: all of up to four. */
const orders = (count: number): number => [1, 1, 2, 6, 24][count] ?? 1;

/** The order of some items with a number from 0 to their factorial. */
function ordered(items: readonly number[], index: number): number[] {
  const left = [...items];
  const out: number[] = [];
  for (let rest = index; left.length > 0; ) {
    const at = rest % left.length;
    rest = Math.floor(rest / left.length);
    out.push(...left.splice(at, 1));
  }
  return out;
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
  const shaped =
    s.member && has(s.properties, property.onehot)
      ? oneHotColumns(entries, random)
      : withProperties(entries, s.properties, random);
  return m.matrix(rows, columns, (i, j) => m.number(shaped[i]![j]!));
}

type Entries = number[][];

const mapped = (a: Entries, f: (x: number, i: number, j: number) => number): Entries =>
  a.map((row, i) => row.map((x, j) => f(x, i, j)));

/** A matrix that has the properties: what its entries are first, then how they hang together. */
function withProperties(a: Entries, set: Properties, random: Random): Entries {
  const is = (p: Properties): boolean => has(set, p);
  const isScalar = a.length === 1 && a[0]!.length === 1;
  if (isScalar) return scalarWith(a, set, random);
  if (is(property.orthogonal)) return orthogonalWith(a, set, random);
  if (is(property.onehot)) return is(property.symmetric) ? identityOf(a) : oneHot(a, random);
  if (is(property.psd) && !is(property.diagonal)) return definiteWith(a, set, random);
  const entries = mapped(a, (x) => entryWith(x, set, random));
  if (is(property.diagonal)) {
    const least = (x: number): number =>
      is(property.nonnegative) || is(property.psd)
        ? Math.abs(x) + 0.1
        : Math.abs(x) < 0.2
          ? x + 0.5
          : x;
    return mapped(entries, (x, i, j) =>
      i !== j ? 0 : is(property.integer) ? Math.abs(x) + 1 : least(x),
    );
  }
  // The upper half decides, so that whole numbers and signs stay what they are.
  const mirrored = (sign: 1 | -1): Entries =>
    mapped(entries, (x, i, j) => (i < j ? x : i > j ? sign * entries[j]![i]! : sign < 0 ? 0 : x));
  if (is(property.symmetric)) return mirrored(1);
  if (is(property.skew)) return mirrored(-1);
  return entries;
}

/** One entry of the kind that is declared. */
function entryWith(x: number, set: Properties, random: Random): number {
  const is = (p: Properties): boolean => has(set, p);
  if (is(property.signs)) return random.uniform() < 0.5 ? -1 : 1;
  if (is(property.integer))
    return random.whole(is(property.positive) ? 1 : is(property.nonnegative) ? 0 : -3, 4);
  return is(property.nonnegative) ? Math.abs(x) + 0.1 : x;
}

function scalarWith(a: Entries, set: Properties, random: Random): Entries {
  const x = entryWith(a[0]![0]!, set, random);
  const isAwayFromZero = has(set, property.invertible) && Math.abs(x) < 0.1;
  return [[isAwayFromZero ? x + Math.sign(x || 1) * 0.1 : x]];
}

/** GGᵀ, shifted where it is to be positive definite; with positive entries where those are declared. */
function definiteWith(a: Entries, set: Properties, random: Random): Entries {
  const isPositive = has(set, property.nonnegative);
  const g = mapped(a, () => (isPositive ? random.uniform(0.1, 1) : random.normal()));
  const shift = has(set, property.posdef) ? 0.5 : 0;
  return mapped(
    a,
    (_, i, j) =>
      g[i]!.reduce((sum, x, k) => sum + x * g[j]![k]!, 0) / a.length + (i === j ? shift : 0),
  );
}

const identityOf = (a: Entries): Entries => mapped(a, (_, i, j) => (i === j ? 1 : 0));

/** Signs on a diagonal, a reflection where it is symmetric, else Gram–Schmidt. */
function orthogonalWith(a: Entries, set: Properties, random: Random): Entries {
  if (has(set, property.posdef)) return identityOf(a);
  if (has(set, property.diagonal))
    return mapped(a, (_, i, j) => (i === j ? (random.uniform() < 0.5 ? -1 : 1) : 0));
  if (has(set, property.symmetric)) {
    const v = a.map(() => random.normal());
    const square = v.reduce((sum, x) => sum + x * x, 0);
    return mapped(a, (_, i, j) => (i === j ? 1 : 0) - (2 * v[i]! * v[j]!) / square);
  }
  return orthogonal(mapped(a, () => random.normal()));
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

/** A single 1 in each column: of many vectors in each. */
function oneHotColumns(a: Entries, random: Random): Entries {
  const columns = a[0]!.map(() => unitVector(a.length, random));
  return mapped(a, (_, i, j) => columns[j]![i]!);
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

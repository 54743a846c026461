/** @file Points to look at, and how an expression changes there: central differences of its value. */

import { Random } from "../src/data/random.ts";
import type { Dimension } from "../src/expr/dimension.ts";
import type { Expr, Sym } from "../src/expr/expr.ts";
import { sym } from "../src/expr/expr.ts";
import type { structureOf } from "../src/expr/properties.ts";
import { postorder, substitution } from "../src/expr/walk.ts";
import { evaluate, lackOf } from "../src/numeric/evaluate.ts";
import { realArithmetic as arithmetic } from "../src/numeric/mathjs.ts";
import { draw } from "../src/numeric/sample.ts";

/** Numbers in rows. */
export type Entries = readonly (readonly number[])[];

const toValue = (x: Entries): unknown =>
  arithmetic.matrix(x.length, x[0]!.length, (i, j) => x[i]![j]!);

const toEntries = (x: unknown): Entries =>
  Array.from({ length: arithmetic.rows(x) }, (_, i) =>
    Array.from({ length: arithmetic.columns(x) }, (_unused, j) =>
      arithmetic.real(arithmetic.entry(x, i, j)),
    ),
  );

/** The columns one below the other. */
export const stack = (x: Entries): number[] => x[0]!.flatMap((_, j) => x.map((row) => row[j]!));

export const plus = (a: Entries, b: Entries, factor = 1): Entries =>
  a.map((row, i) => row.map((entry, j) => entry + factor * b[i]![j]!));

export const dot = (a: Entries, b: Entries): number =>
  a.reduce((sum, row, i) => sum + row.reduce((s, entry, j) => s + entry * b[i]![j]!, 0), 0);

export const largestOf = (x: Entries): number =>
  x.reduce((most, row) => row.reduce((a, entry) => Math.max(a, Math.abs(entry)), most), 0);

const everything = { has: () => true };

/** Numbers for all names: a name has the same ones in every expression. */
export class Place {
  readonly random: Random;
  private readonly sizes: ReadonlyMap<string, number>;
  private readonly values = new Map<string, Entries>();
  private readonly manner: number;
  constructor(seed: number) {
    this.random = new Random(seed);
    // Rows and columns are sometimes equally many, as no symbol says that they are not.
    const size = (): number => this.random.whole(2, 4);
    this.sizes = new Map([
      ["m", size()],
      ["n", size()],
    ]);
    this.manner = this.random.whole(0, 5);
  }

  size(d: Dimension): number {
    return d.names.reduce((product, name) => product * (this.sizes.get(name) ?? 2), d.coefficient);
  }

  set(name: string, value: Entries): void {
    this.values.set(name, value);
  }

  /** Random numbers with the properties of a name. */
  private drawn(s: Sym): Entries {
    if (s.role === "index") return [[this.random.whole(1, this.size(s.range!))]];
    const sizes = { size: (d: Dimension) => this.size(d), shrunk: [] };
    return toEntries(draw(s, sizes, this.random, arithmetic, this.manner));
  }

  /** The values of some expressions; null where one is not defined, not smooth, or not moderate. */
  at(roots: readonly Expr[], moved: ReadonlyMap<Sym, Entries> = new Map()): Entries[] | null {
    const values = new Map<Sym, unknown>();
    const leaves = new Set<Sym>(roots.flatMap((e) => e.free));
    for (const e of postorder(roots))
      if (e.kind === "sym" && e.role === "value" && e.definition === null) leaves.add(e);
    for (const s of leaves) {
      if (moved.has(s)) continue;
      let known = this.values.get(s.name);
      if (known === undefined) this.values.set(s.name, (known = this.drawn(s)));
      values.set(s, toValue(known));
    }
    for (const [s, x] of moved) values.set(s, toValue(x));
    try {
      const point = { values, size: (d: Dimension) => this.size(d) };
      const found = evaluate(roots, point, arithmetic, everything).map(toEntries);
      return found.every((x) => x.flat().every((e) => Math.abs(e) < 1e7)) ? found : null;
    } catch (error) {
      lackOf(error);
      return null;
    }
  }

  /** A random direction of that shape, in the set that properties make. */
  direction([rows, columns]: Sym["shape"], structure: Structure): Entries {
    const free = Array.from({ length: this.size(rows) }, () =>
      Array.from({ length: this.size(columns) }, () => this.random.normal()),
    );
    return within(free, structure);
  }
}

export type Structure = ReturnType<typeof structureOf>;

/** The part of a matrix that lies in a set. */
export function within(x: Entries, structure: Structure): Entries {
  if (structure === null) return x;
  const sign = structure === "skew" ? -1 : 1;
  return x.map((row, i) =>
    row.map((entry, j) => {
      if (structure === "diagonal") return i === j ? entry : 0;
      return (entry + sign * x[j]![i]!) / 2;
    }),
  );
}

/** An expression in which a name moves by itself, whatever it is defined by. */
interface Moving {
  readonly expr: Expr;
  readonly variable: Sym;
  readonly start: Sym;
}

export function moving(expr: Expr, start: Sym): Moving {
  const variable = sym("\u0000moving", start.shape, 0, null, start.member);
  return { expr: substitution([[start, variable]])(expr), variable, start };
}

/** How far two extrapolations may lie apart, in relation to the value. */
const trusted = 1e-5;

/** Two extrapolations of a difference; null where they do not agree. */
function extrapolated(
  at: (h: number) => Entries | null,
  step: number,
  size: number,
): Entries | null {
  const [a, b, c] = [step, step / 2, step / 4].map(at);
  if (!a || !b || !c) return null;
  const refined = (coarse: Entries, fine: Entries, factor: number): Entries =>
    fine.map((row, i) => row.map((x, j) => (factor * x - coarse[i]![j]!) / (factor - 1)));
  const [first, second] = [refined(a, b, 4), refined(b, c, 4)];
  const found = refined(first, second, 16);
  const apart = largestOf(plus(first, second, -1));
  return apart <= trusted * Math.max(largestOf(found), 1e-3 * size, 1e-6) ? found : null;
}

/** The change of an expression along a direction, by central differences. */
export function change(
  place: Place,
  { expr, variable, start }: Moving,
  direction: Entries,
  step = 4e-3,
): Entries | null {
  const from = place.at([start])?.[0];
  if (!from) return null;
  const value = (h: number): Entries | null =>
    place.at([expr], new Map([[variable, plus(from, direction, h)]]))?.[0] ?? null;
  const middle = value(0);
  if (!middle) return null;
  const slope = (h: number): Entries | null => {
    const [ahead, behind] = [value(h), value(-h)];
    return ahead && behind && plus(ahead, behind, -1).map((row) => row.map((x) => x / (2 * h)));
  };
  return extrapolated(slope, step, largestOf(middle));
}

/** The second change of a scalar along two directions. */
export function secondChange(
  place: Place,
  { expr, variable, start }: Moving,
  d: Entries,
  e: Entries,
  step = 2e-2,
): number | null {
  const from = place.at([start])?.[0];
  if (!from) return null;
  const value = (h: number, k: number): number | null =>
    place.at([expr], new Map([[variable, plus(plus(from, d, h), e, k)]]))?.[0]?.[0]![0] ?? null;
  const middle = value(0, 0);
  if (middle === null) return null;
  const curvature = (h: number): Entries | null => {
    const corners = [value(h, h), value(h, -h), value(-h, h), value(-h, -h)];
    if (corners.some((corner) => corner === null)) return null;
    const [a, b, c, f] = corners as number[];
    return [[(a! - b! - c! + f!) / (4 * h * h)]];
  };
  return extrapolated(curvature, step, Math.abs(middle))?.[0]![0] ?? null;
}

/** @file Whether sides that a problem says to be equal are: compared as numbers at random points. */

import { dimension } from "../expr/dimension.ts";
import type { Dimension } from "../expr/dimension.ts";
import type { Expr, Sym } from "../expr/expr.ts";
import type { Value } from "../expr/op.ts";
import { postorder } from "../expr/walk.ts";
import { evaluate, OutOfDomain } from "./evaluate.ts";
import { realArithmetic } from "./mathjs.ts";
import { draw, drawSizes, mannerCount, Random } from "./sample.ts";

/** The largest difference, relative to the size of the entries, that rounding explains. */
const tolerance = 1e-8;
/** At how many points two sides must agree, and how many are tried: |k| = k holds at half of all. */
const wanted = 16;
const attempts = 120;

/** Whether two expressions agree at several points; "nowhere" where no point was found to look at. */
export function compared(left: Expr, right: Expr, seed: number): "equal" | "unequal" | "nowhere" {
  const nodes = postorder([left, right]);
  const leaves = nodes.filter(
    (e): e is Sym => e.kind === "sym" && e.role === "value" && e.definition === null,
  );
  const indices = [...new Set([...left.free, ...right.free])];
  const dimensions = [...new Set(nodes.flatMap(dimensionsOf))];
  const random = new Random(seed);
  let found = 0;
  for (let attempt = 0; attempt < attempts && found < wanted; attempt++) {
    const sizes = drawSizes(dimensions, attempt % 4, true);
    const manner = Math.floor(attempt / 4) % (mannerCount + 1);
    const values = new Map<Sym, Value>(
      leaves.map((s) => [s, draw(s, sizes, random, realArithmetic, manner)]),
    );
    for (const index of indices)
      values.set(index, realArithmetic.number(random.whole(1, sizes.size(index.range!))));
    const sides = sidesAt(left, right, { values, size: sizes.size });
    if (sides === null) continue;
    if (!agree(sides[0], sides[1])) return "unequal";
    found++;
  }
  return found > 0 ? "equal" : "nowhere";
}

function dimensionsOf(e: Expr): readonly Dimension[] {
  if (e.kind !== "sym" || e.role === "value") return e.shape;
  return [e.range ?? dimension(e.name)];
}

/** The values of both sides, or null outside a domain. */
function sidesAt(
  left: Expr,
  right: Expr,
  point: Parameters<typeof evaluate>[1],
): readonly Value[] | null {
  try {
    const sides = evaluate([left, right], point, realArithmetic, { has: () => false });
    return sides.every(isFinite) ? sides : null;
  } catch (error) {
    const isOutside =
      error instanceof OutOfDomain ||
      (error instanceof Error && /determinant is zero/u.test(error.message));
    if (isOutside) return null;
    throw error;
  }
}

function entriesOf(x: Value): number[] {
  const m = realArithmetic;
  return Array.from({ length: m.rows(x) }, (_row, i) =>
    Array.from({ length: m.columns(x) }, (_entry, j) => m.real(m.entry(x, i, j))),
  ).flat();
}

const isFinite = (x: Value): boolean => entriesOf(x).every(Number.isFinite);

function agree(a: Value, b: Value): boolean {
  const [x, y] = [entriesOf(a), entriesOf(b)];
  const scale = Math.max(...x.map(Math.abs), ...y.map(Math.abs));
  return x.every((entry, i) => Math.abs(entry - y[i]!) <= tolerance * scale);
}

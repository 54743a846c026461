/** @file Points at which compiled programs are compared with the oracle. */

import { Random } from "../../src/data/random.ts";
import type { Dimension } from "../../src/expr/dimension.ts";
import { dimension } from "../../src/expr/dimension.ts";
import type { Expr, Sym } from "../../src/expr/expr.ts";
import type { Value } from "../../src/expr/op.ts";
import { postorder } from "../../src/expr/walk.ts";
import { evaluate, OutOfDomain } from "../../src/numeric/evaluate.ts";
import type { Point } from "../../src/numeric/evaluate.ts";
import { realArithmetic as m } from "../../src/numeric/mathjs.ts";
import { largestIndex } from "../../src/numeric/equations.ts";
import { largestPart } from "../../src/numeric/rounding.ts";
import { draw, drawSizes, mannerCount } from "../../src/numeric/sample.ts";

/** A point, and what expressions are there. */
export interface Known {
  readonly point: Point;
  readonly leaves: readonly Sym[];
  readonly values: readonly Value[];
  /** The largest number that they are made of. */
  readonly largest: number;
}

/** A point inside every domain at which expressions are finite; null where none was found. */
export function knownPoint(roots: readonly Expr[], seed: number, round = 0): Known | null {
  const nodes = postorder(roots);
  const leaves = nodes.filter(
    (e): e is Sym => e.kind === "sym" && e.role === "value" && e.definition === null,
  );
  const labels = [...new Set(roots.flatMap((e) => e.free))];
  const met = new Set<Dimension>();
  for (const e of nodes) {
    met.add(e.shape[0]).add(e.shape[1]);
    if (e.kind === "sym" && e.range) met.add(e.range);
    if (e.kind === "indexSum") met.add(e.index.range!);
    if (e.kind === "sym" && e.role === "dimension") met.add(dimension(e.name));
  }
  const random = new Random(seed);
  const shrinks = !nodes.some((e) => e.kind === "apply" && e.op.multipliesSizes);
  for (let assignment = round; assignment < round + 12; assignment++) {
    const sizes = drawSizes([...met], assignment, shrinks, largestIndex(nodes));
    for (let attempt = 0; attempt < 40; attempt++) {
      const manner = attempt < mannerCount ? attempt : mannerCount;
      const values = new Map<Sym, Value>(leaves.map((s) => [s, draw(s, sizes, random, m, manner)]));
      for (const label of labels)
        values.set(label, m.number(random.whole(1, sizes.size(label.range!))));
      const point: Point = { values, size: sizes.size };
      try {
        const found = evaluate(roots, point, m, new Set(nodes));
        const largest = largestPart(roots, new Set(nodes), point, new Set());
        if (found.every((x) => entriesOf(x).every(Number.isFinite)))
          return { point, leaves: [...leaves, ...labels], values: found, largest };
      } catch (error) {
        if (!(error instanceof OutOfDomain)) throw error;
      }
    }
  }
  return null;
}

/** The entries of a value, row by row. */
export function entriesOf(x: Value): number[] {
  return Array.from({ length: m.rows(x) * m.columns(x) }, (_, k) =>
    m.real(m.entry(x, Math.floor(k / m.columns(x)), k % m.columns(x))),
  );
}

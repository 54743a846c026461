/** @file Whether compiled numbers are those that were evaluated, or as near to them as rounding leaves them. */

import type { Compiled } from "../compile/index.ts";
import { backendNames } from "../compile/options.ts";
import { Random } from "../data/random.ts";
import { errors } from "../diagnostics/errors.ts";
import type { Expr } from "../expr/expr.ts";
import { evaluate } from "../numeric/evaluate.ts";
import type { Point } from "../numeric/evaluate.ts";
import { entriesIn, floatOf } from "../numeric/exact.ts";
import { realArithmetic } from "../numeric/mathjs.ts";
import { roundedValues } from "../numeric/rounding.ts";
import type { Grid } from "./values.ts";

/** How far compiled numbers may lie from the oracle's, in relation to the largest of them. */
const tolerances = { float32: 1e-4, float64: 1e-10 } as const;
/** Below that numbers lose digits, down to 0. */
const smallest = { float32: 2 ** -126, float64: 2 ** -1022 } as const;
/** How often it is tried what rounding does, and how much more of it compiled code may have. */
const draws = 4;
const margin = 16;

/** A number as a precision has it, moved by as much as an operation may be off. */
const roundings = {
  float32: (random: Random) => (x: number) => Math.fround(x * (1 + 2 ** -24 * random.normal())),
  float64: (random: Random) => (x: number) => x * (1 + 2 ** -53 * random.normal()),
} as const;

/** Compares what a program gives with what was evaluated. */
export class Comparison {
  /** Where digits cancel, and how many are left. */
  readonly notes: string[] = [];
  worst = 0;
  private readonly program: Compiled;

  constructor(program: Compiled) {
    this.program = program;
  }

  /**
   * The compiled numbers of an output, in the form of those that were evaluated, whose columns are the members of a
   * family where the output's rows are; `expr` is what they are the value of at a point. An error is judged beside the largest entry. Where that is what is left of larger numbers, as in
   * x − x, so much is let pass as rounding at every operation explains, as long as it is little beside these.
   * @throws NablaError where they differ by more (`exit` 3).
   */
  of(
    name: string,
    { output, isFamily = false }: { readonly output: string; readonly isFamily?: boolean },
    evaluated: Grid,
    at: Point,
    expr: () => Expr,
  ): Grid {
    const { dtype, backend } = this.program;
    const numbers = this.program.get(output);
    const columns = evaluated[0]!.length;
    const rows = evaluated.length;
    const place = isFamily
      ? (i: number, j: number) => j * rows + i
      : (i: number, j: number) => i * columns + j;
    const grid = evaluated.map((row, i) => row.map((_, j) => numbers[place(i, j)]!));
    const allowed = tolerances[dtype];
    const { distance, compiled, oracle } = furthest(grid, evaluated);
    const size = largestIn(evaluated);
    const error = distance === 0 ? 0 : distance / size;
    if (error <= allowed) {
      this.worst = Math.max(this.worst, error);
      return grid;
    }
    const where = `${backendNames[backend]} in ${dtype}`;
    const pair = `${compiled}, the oracle ${oracle}`;
    const { moved, largest } = rounded(expr(), at, dtype);
    if (!(distance <= margin * moved)) throw errors.compiledDiffers(name, where, pair, error);
    // Where numbers overflow, nothing is little beside them.
    if (!(Number.isFinite(largest) && distance <= allowed * largest))
      throw errors.roundedAway(name, where, pair, dtype === "float32");
    const reason =
      distance < smallest[dtype]
        ? `is smaller than the numbers of ${dtype}`
        : "is what larger numbers leave when they cancel";
    this.notes.push(`${name} ${reason}: ${dtype} is off by ${distance.toExponential(0)} there`);
    return grid;
  }
}

/** How far rounding moves the entries of a value, and how large the numbers are that it is made of. */
function rounded(
  expr: Expr,
  at: Point,
  dtype: keyof typeof roundings,
): { readonly moved: number; readonly largest: number } {
  const random = new Random(1);
  const tries = Array.from({ length: draws }, () =>
    roundedValues([expr], at, roundings[dtype](random)),
  );
  const [exact] = evaluate([expr], at, realArithmetic);
  const grid = entriesIn(realArithmetic, exact);
  const distances = tries.map(
    ({ values }) => furthest(entriesIn(realArithmetic, values[0]), grid).distance,
  );
  return { moved: Math.max(...distances), largest: Math.max(...tries.map((t) => t.largest)) };
}

const largestIn = (grid: Grid): number =>
  grid.flat().reduce((most: number, x) => Math.max(most, Math.abs(floatOf(x))), 0);

/** The entries that lie furthest from each other; what is no number lies infinitely far. */
function furthest(
  grid: Grid,
  evaluated: Grid,
): { readonly distance: number; readonly compiled: number; readonly oracle: number } {
  let worst = { distance: 0, compiled: 0, oracle: 0 };
  for (const [i, row] of evaluated.entries())
    for (const [j, entry] of row.entries()) {
      const [compiled, oracle] = [floatOf(grid[i]![j]!), floatOf(entry)];
      const apart = Math.abs(compiled - oracle);
      const distance = Number.isNaN(apart) ? Infinity : apart;
      if (distance > worst.distance) worst = { distance, compiled, oracle };
    }
  return worst;
}

/** @file Letters for the parts of a problem that have no name of their own, and for the entries of all. */

import { one } from "../expr/dimension.ts";
import type { Dimension } from "../expr/dimension.ts";
import { indexSymbol, isColumn, isRow, isScalar, unit } from "../expr/expr.ts";
import type { Expr } from "../expr/expr.ts";
import { lettersOfIndices, takenBy } from "../parse/problem.ts";
import type { Problem } from "../parse/problem.ts";
import type { PrintOptions } from "../print/alphabet.ts";

const ofVectors = [..."uvarqgw"];
const ofMatrices = [..."MSPQRGH"];
const ofScalars = [..."stqrac"];

/** Gives names by shape: u for vectors, M for matrices, s for scalars, numbered where there are several. */
export class Letters {
  private readonly used = new Map<string, number>();
  private readonly isFree: (letter: string) => boolean;
  private readonly problem: Problem;
  /** The index of the terms that are laid out: their parts are uᵢ, vᵢ. */
  readonly index: string | null;
  /** Names that stand elsewhere. */
  readonly taken: readonly string[];
  /** How many names of a letter there will be; empty in the first round. */
  private readonly totals: ReadonlyMap<string, number>;

  constructor(
    problem: Problem,
    { index, taken: others }: { readonly index: string | null; readonly taken: readonly string[] },
    totals: ReadonlyMap<string, number> = new Map(),
  ) {
    this.problem = problem;
    this.index = index;
    this.totals = totals;
    this.taken = others;
    const taken = [
      ...others,
      ...problem.symbols.keys(),
      ...problem.functions.keys(),
      ...problem.labels.keys(),
      ...problem.dimensions,
    ];
    const indices = new Set([...problem.indices.values()].flat());
    this.isFree = (letter) =>
      !indices.has(letter) && !taken.some((name) => name.startsWith(letter));
  }

  /** The next name for what has the shape of `e`. */
  next(e: Expr): string {
    const letters = isScalar(e) ? ofScalars : isColumn(e) || isRow(e) ? ofVectors : ofMatrices;
    const free = letters.filter(this.isFree);
    const letter = free[0] ?? "ζ";
    const number = (this.used.get(letter) ?? 0) + 1;
    this.used.set(letter, number);
    if (this.index !== null && e.free.some(({ name }) => name === this.index))
      return `${free[number - 1] ?? `ζ_${number}`}_${this.index}`.replace(/_(.*)_(.*)/u, "_{$1$2}");
    return this.totals.get(letter) === 1 ? letter : `${letter}_${number}`;
  }

  /** The same from the beginning, now that it is known how many there are. */
  again(): Letters {
    return new Letters(this.problem, this, this.used);
  }
}

/** The indices of an expression, and those of another beside it. */
export type Indices = readonly [i: Expr, j: Expr];

/** Gives letters to the rows and columns of expressions. */
export class IndexLetters {
  private readonly free: readonly string[];
  /** What sums may not bind. */
  readonly options: PrintOptions;
  constructor(problem: Problem, others: readonly string[]) {
    const taken = takenBy(problem);
    this.free = lettersOfIndices.filter((letter) => !taken.has(letter) && !others.includes(letter));
    this.options = { reserved: taken };
  }

  /** Letters for the sides of an expression that are no 1, from the n-th on. */
  of(e: Expr, from = 0): Indices {
    let at = from;
    const next = (d: Dimension): Expr =>
      d === one ? unit : indexSymbol(this.free[at++] ?? "ι", d);
    return [next(e.shape[0]), next(e.shape[1])];
  }
}

/** @file Letters for the parts of a problem that have no name of their own. */

import { isColumn, isRow, isScalar } from "../expr/expr.ts";
import type { Expr } from "../expr/expr.ts";
import type { Problem } from "../parse/problem.ts";

const ofVectors = [..."uvarqgw"];
const ofMatrices = [..."MSPQRGH"];
const ofScalars = [..."stqrac"];

/** Gives names by shape: u for vectors, M for matrices, s for scalars, numbered where there are several. */
export class Letters {
  private readonly used = new Map<string, number>();
  private readonly isFree: (letter: string) => boolean;
  private readonly problem: Problem;
  /** How many names of a letter there will be; empty in the first round. */
  private readonly totals: ReadonlyMap<string, number>;

  constructor(problem: Problem, totals: ReadonlyMap<string, number> = new Map()) {
    this.problem = problem;
    this.totals = totals;
    const taken = [
      ...problem.symbols.keys(),
      ...problem.functions.keys(),
      ...problem.labels.keys(),
    ];
    const indices = new Set([...problem.indices.values()].flat());
    this.isFree = (letter) =>
      !indices.has(letter) && !taken.some((name) => name.startsWith(letter));
  }

  /** The next name for what has the shape of `e`. */
  next(e: Expr): string {
    const letters = isScalar(e) ? ofScalars : isColumn(e) || isRow(e) ? ofVectors : ofMatrices;
    const letter = letters.find(this.isFree) ?? "ζ";
    const number = (this.used.get(letter) ?? 0) + 1;
    this.used.set(letter, number);
    return this.totals.get(letter) === 1 ? letter : `${letter}_${number}`;
  }

  /** The same from the beginning, now that it is known how many there are. */
  again(): Letters {
    return new Letters(this.problem, this.used);
  }
}

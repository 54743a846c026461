/** @file The change of an output for a change of a variable, in its forms, and how each of them is checked. */

import { unitMatrix } from "../diff/entries.ts";
import type { Entries } from "../diff/entries.ts";
import { stacked } from "../diff/jacobian.ts";
import { indexSum } from "../expr/binding.ts";
import { isScalar, sym, unit } from "../expr/expr.ts";
import type { Expr, Sym } from "../expr/expr.ts";
import { structureOf } from "../expr/properties.ts";
import { inner, product, scale, transpose } from "../ops/arithmetic.ts";
import { entryOf } from "../ops/indexing.ts";
import type { Variable } from "../parse/variables.ts";
import type { Checked } from "./check.ts";
import { alongPart, claimOf } from "./gradient.ts";
import type { Prepared } from "./prepare.ts";

/** The change of an output for a change of a variable. */
export interface Change {
  /** What changes, for the check: the objective as it was typed, or its gradient, which is checked by itself. */
  readonly output: Expr;
  /** The same in the names of the problem. */
  readonly original: Expr;
  /** Δ, or 1 for a scalar variable. */
  readonly direction: Expr;
  /** Linear in the direction. */
  readonly expr: Expr;
}

/** A change in the forms that are shown. */
export interface Forms {
  /** J with vec(dY) = J vec(Δ). */
  readonly matrix: Expr;
  /** dY, by Δ. */
  readonly map: Expr;
  readonly entries: Entries;
}

const cotangent = (shape: Expr["shape"]): Sym => sym("\u0000Γ", shape);

/** The gradient that a Hessian is the Jacobian of. */
export const ofGradient = (prepared: Prepared, variable: Variable, gradient: Expr): Checked => ({
  objective: prepared.input,
  original: prepared.problem.objective,
  claims: [claimOf(prepared, variable, prepared.shown(gradient))],
});

/** ⟨Γ, Y⟩ for a random Γ, whose change along Δ is claimed to be ⟨Γ, dY⟩. */
export function changeChecked(
  { copies, tidy }: Prepared,
  { symbol, part }: Variable,
  { output, original, direction }: Change,
  claimed: Expr,
): Checked {
  const random = cotangent(output.shape);
  const isAlong = direction !== unit;
  const step = isAlong ? direction : sym("\u0000δ", direction.shape);
  const change = isAlong ? claimed : scale(step, claimed);
  return {
    objective: inner(random, output),
    original: inner(random, original),
    claims: [
      {
        variable: copies.get(symbol)!,
        at: symbol,
        gradient: tidy.simplify(inner(random, change)),
        along: alongPart(copies.get(symbol)!, part, step),
      },
    ],
  };
}

/** The differential, its matrix with a row per output, and its entries: each is checked by itself. */
export function ofChange(
  prepared: Prepared,
  variable: Variable,
  change: Change,
  { matrix, map, entries }: Forms,
): Checked[] {
  const { tidy } = prepared;
  const { output, direction } = change;
  const whole = changeChecked(prepared, variable, change, direction.kind === "sym" ? map : matrix);
  const [claim] = whole.claims;
  const random = cotangent(output.shape);
  const read: Checked[] =
    direction.kind === "sym"
      ? [
          {
            ...whole,
            claims: [
              {
                ...claim!,
                gradient: tidy.simplify(
                  product(transpose(stacked(random)), matrix, stacked(direction)),
                ),
              },
            ],
          },
        ]
      : [];
  return [whole, ...read, entriesChecked(prepared, variable, change, entries)];
}

/**
 * An entry of the output, along each entry of the variable; where that moves within a set, in which no
 * entry moves alone, along all of them together.
 */
function entriesChecked(
  { copies, tidy }: Prepared,
  { symbol, part }: Variable,
  { output, original, direction }: Change,
  entries: Entries,
): Checked {
  const [i, j] = sides(output.shape, entries.output);
  const [k, l] = sides(direction.shape, entries.input);
  const copy = copies.get(symbol)!;
  const isInSet = !isScalar(direction) && structureOf(direction.properties) !== null;
  const step = isInSet ? entryOf(direction, k, l) : sym("\u0000δ", unit.shape);
  const change = scale(step, entries.expr);
  const gradient = isInSet
    ? entries.input.reduceRight<Expr>((e, index) => indexSum(index, e), change)
    : change;
  const along = isInSet ? direction : product(step, unitMatrix(direction.shape, k, l));
  return {
    objective: entryOf(output, i, j),
    original: entryOf(original, i, j),
    claims: [
      {
        variable: copy,
        at: symbol,
        gradient: tidy.simplify(gradient),
        along: alongPart(copy, part, along),
      },
    ],
  };
}

/** The row and the column of an entry, 1 where there is nothing to count. */
function sides([rows, columns]: Expr["shape"], indices: readonly Sym[]): [Expr, Expr] {
  const left = [...indices];
  const at = (size: Expr["shape"][0]): Expr =>
    size === unit.shape[0] ? unit : (left.shift() ?? unit);
  return [at(rows), at(columns)];
}

/** @file Gradient descent by hand: after each sample, or after all of them, the weights go down the gradient. */

import type { Spelled } from "../derive/options.ts";
import { spelledBy } from "../derive/options.ts";
import { errors, NablaError } from "../diagnostics/errors.ts";
import type { Sym } from "../expr/expr.ts";
import type { Properties } from "../expr/properties.ts";
import { negated, rational } from "../expr/rational.ts";
import type { Rational } from "../expr/rational.ts";
import { entriesIn, exactArithmetic, floatOf } from "../numeric/exact.ts";
import { printers } from "../print/index.ts";
import { refutedBy } from "./bound.ts";
import type { Evaluator, Pass } from "./evaluator.ts";
import type { Grid, Numbered } from "./values.ts";

/** What is evaluated in one pass: an objective, and the numbers of a sample beside those of the weights. */
export interface Turn {
  /** From 1; null where there are no samples. */
  readonly sample: number | null;
  readonly evaluator: Evaluator;
  readonly numbers: ReadonlyMap<Sym, Grid>;
}

/** A step of one name. */
export interface Update {
  readonly symbol: Sym;
  readonly name: Spelled;
  readonly delta: Grid;
  readonly after: Grid;
}

/** What is evaluated before an update, and the update. */
export interface Step {
  readonly turns: readonly { readonly sample: number | null; readonly pass: Pass }[];
  /** The loss that the update follows; of several samples their sum or mean. */
  readonly loss: Grid;
  readonly updates: readonly Update[];
}

/** One pass over all samples, or over all that there is. */
export interface Iteration {
  readonly iteration: number;
  readonly steps: readonly Step[];
}

/** How weights go down. */
export interface Descent {
  readonly weights: readonly Sym[];
  /** What names are declared to be: a step must not lead out of that. */
  readonly declared: ReadonlyMap<string, Properties>;
  readonly rate: Rational;
  readonly iterations: number;
  readonly update: "batch" | "sample";
  readonly reduce: "sum" | "mean";
}

/** The iterations from some numbers on. */
export function descend(
  turns: readonly Turn[],
  start: Numbered,
  { weights, declared, rate, iterations, update, reduce }: Descent,
): Iteration[] {
  let values = new Map(start.values);
  const groups = update === "sample" ? turns.map((turn) => [turn]) : [turns];
  return Array.from({ length: iterations }, (_, k): Iteration => {
    const steps = groups.map((group): Step => {
      const passes = group.map(({ sample, evaluator, numbers }) => ({
        sample,
        pass: placed(k + 1, sample, () =>
          withFlows(evaluator.at({ sizes: start.sizes, values: new Map([...values, ...numbers]) })),
        ),
      }));
      const share = reduce === "mean" ? rational(1, group.length) : rational(1);
      const updates = weights.map((symbol): Update => {
        const flows = passes.map(({ pass }) => gradientOf(pass, symbol));
        const delta = combined(
          flows,
          flows.map(() => negated(product(rate, share))),
        );
        const after = combined([values.get(symbol)!, delta], [rational(1), rational(1)]);
        refuseInfinite(symbol, after, k + 1);
        const wrong = refutedBy(symbol, declared.get(symbol.name) ?? 0, after);
        if (wrong) throw errors.stepLeaves(symbol.name, wrong, k + 1);
        return {
          symbol,
          name: spelledBy((spelling) => printers[spelling](symbol)),
          delta,
          after,
        };
      });
      values = new Map([
        ...values,
        ...updates.map(({ symbol, after }) => [symbol, after] as const),
      ]);
      const loss = combined(
        passes.map(({ pass }) => pass.loss),
        passes.map(() => share),
      );
      return { turns: passes, loss, updates };
    });
    return { iteration: k + 1, steps };
  });
}

/** Says of what goes wrong where it does. */
function placed<T>(iteration: number, sample: number | null, act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof NablaError)) throw error;
    const place = error.noting(
      `in iteration ${iteration}${sample === null ? "" : `, sample ${sample}`}`,
    );
    throw iteration > 1 ? place.hinting("a smaller --rate") : place;
  }
}

const product = (a: Rational, b: Rational): Rational =>
  rational(a.numerator * b.numerator, a.denominator * b.denominator);

/** A pass in which something flows back. */
function withFlows(pass: Pass): Pass {
  if (pass.lack) throw pass.lack;
  return pass;
}

function gradientOf(pass: Pass, symbol: Sym): Grid {
  const part = pass.parts.find(({ expr }) => expr === symbol)!;
  return part.backward ?? part.forward.map((row) => row.map(() => rational(0)));
}

/** Σ cₖGₖ. */
function combined(grids: readonly Grid[], factors: readonly Rational[]): Grid {
  const m = exactArithmetic();
  const terms = grids.map((grid, k) =>
    m.scale(
      factors[k],
      m.matrix(grid.length, grid[0]!.length, (i, j) => grid[i]![j]!),
    ),
  );
  return entriesIn(
    m,
    terms.reduce((sum, term) => m.add(sum, term)),
  );
}

function refuseInfinite({ name }: Sym, grid: Grid, iteration: number): void {
  if (!grid.flat().every((x) => Number.isFinite(floatOf(x))))
    throw errors.descentDiverged(name, iteration);
}

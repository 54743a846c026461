/** @file The independent check: what does not pass it is an error. */

import { errors, NablaError } from "../diagnostics/errors.ts";
import type { Expr, Sym } from "../expr/expr.ts";
import { substitution } from "../expr/walk.ts";
import { moderateNumbers } from "../numeric/moderate.ts";
import type { Claim, Verification } from "../numeric/verify.ts";
import { verify } from "../numeric/verify.ts";
import type { Problem } from "../parse/problem.ts";
import type { Variable } from "../parse/variables.ts";
import type { DeriveOptions } from "./options.ts";

/** Something of which derivatives are claimed. */
export interface Checked {
  readonly objective: Expr;
  /** The objective as it was typed, where it differs by the copies of the variables. */
  readonly original?: Expr;
  readonly claims: readonly Claim[];
}

/** Compares all claims with numbers; the first that does not pass is an error. */
export function checked(all: readonly Checked[], options: DeriveOptions): Verification | null {
  if (options.verify === false) return null;
  let whole: Verification | null = null;
  for (const { objective, original = objective, claims } of all) {
    const found = verify(objective, claims, options.seed ?? 1, original);
    if (found.draws === 0) throw errors.noPoint(found.obstacles);
    if (!found.ok)
      throw found.failures.length > 0
        ? errors.notVerified(found.failures)
        : errors.noPoint(found.obstacles);
    whole = whole === null ? found : worse(whole, found);
  }
  return whole;
}

/** What holds of two checks together. */
const worse = (a: Verification, b: Verification): Verification => ({
  ...a,
  method: a.method === b.method ? a.method : `${a.method}, and ${b.method}`,
  draws: a.draws + b.draws,
  maxRelativeError: Math.max(a.maxRelativeError, b.maxRelativeError),
  tolerance: Math.max(a.tolerance, b.tolerance),
  notes: [...new Set([...a.notes, ...b.notes])],
});

/**
 * Next to a very large coefficient the other terms are too small to be checked: the same problem with
 * moderate numbers must verify, too. Where no point is found for it, the first check has to do.
 */
export function checkedModerately(
  problem: Problem,
  variables: readonly Variable[],
  options: DeriveOptions,
  again: (problem: Problem, variables: Variable[], options: DeriveOptions) => unknown,
): void {
  if (options.verify === false) return;
  const moderate = moderateNumbers([problem.objective]);
  if (moderate.size === 0) return;
  const moderated = substitution(moderate);
  const twin: Problem = {
    ...problem,
    objective: moderated(problem.objective),
    symbols: new Map([...problem.symbols].map(([name, s]) => [name, moderated(s) as Sym])),
  };
  const varied = variables.map((v) => ({ ...v, symbol: twin.symbols.get(v.symbol.name)! }));
  try {
    again(twin, varied, { ...options, spellings: [] });
  } catch (error) {
    if (!(error instanceof NablaError) || error.diagnostic.code !== "no-point") throw error;
  }
}

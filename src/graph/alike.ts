/** @file Gives the parts of a graph the names that steps give them. */

import { prepare } from "../derive/prepare.ts";
import { withNames } from "../derive/written.ts";
import { sym } from "../expr/expr.ts";
import type { Expr, Sym } from "../expr/expr.ts";
import { contains, substitution } from "../expr/walk.ts";
import type { Problem } from "../parse/problem.ts";
import { laidOut } from "../steps/parts.ts";
import type { LaidOut, Level } from "../steps/parts.ts";

/** The steps that stand beside a graph. */
export interface StepsBeside {
  readonly variables: readonly Sym[];
  readonly level: Level;
  /** Whether they open an objective that is a single function, as those of Jacobians do. */
  readonly opens?: boolean;
  /** Names that their results use besides those of the problem. */
  readonly taken?: readonly string[];
}

/** The variables that something begins at: one that is made of another is a part on the way from that. */
export const beginnings = (variables: readonly Sym[]): Sym[] =>
  variables.filter((v) => !variables.some((other) => other !== v && contains(v, other)));

/** The parts of a graph; what the steps beside it speak of has the same name in both. */
export function laidOutAlike(
  problem: Problem,
  inputs: readonly Sym[],
  beside: StepsBeside | null,
): LaidOut {
  if (!beside) return laidOut(problem, inputs, "all");
  const { variables, level, opens = false, taken = [] } = beside;
  const told = laidOut(problem, beginnings(variables), level, { opens, taken });
  const names = inventedIn(told);
  const laid = laidOut(problem, inputs, "all", { taken: [...taken, ...names.keys()] });
  const invented = inventedIn(laid);
  const { tidy } = prepare(problem, []);
  const nameOf = new Map<Expr, string>();
  const writtenTold = writtenOut(names);
  for (const s of names.values()) nameOf.set(tidy.simplify(writtenTold(s)), s.name);
  const writtenLaid = writtenOut(invented);
  const renamed = new Map<string, string>();
  for (const s of invented.values()) {
    const name = nameOf.get(tidy.simplify(writtenLaid(s)));
    if (name !== undefined) renamed.set(s.name, name);
  }
  numberAnew([...invented.keys()], renamed);
  const put = substitution([], (s, definition) =>
    sym(renamed.get(s.name) ?? s.name, s.shape, s.properties, definition, s.member),
  );
  const parts = laid.parts.map((part) => ({ ...part, expr: put(part.expr) }));
  const symbols = new Map([...laid.problem.symbols].map(([name, s]) => [name, put(s) as Sym]));
  for (const name of renamed.keys()) symbols.delete(name);
  return {
    problem: withNames(
      { ...laid.problem, symbols, objective: put(laid.problem.objective) },
      parts.flatMap(({ expr, isGiven, isShort }) =>
        expr.kind === "sym" && !isGiven && !isShort ? [expr] : [],
      ),
    ),
    parts,
    fixed: laid.fixed.map((s) => put(s) as Sym),
  };
}

/** Numbers the names that are left from 1 on: some of a letter have another name now. */
function numberAnew(names: readonly string[], renamed: Map<string, string>): void {
  const byLetter = new Map<string, string[]>();
  for (const name of names) {
    const letter = /^(.+)_\d+$/u.exec(name)?.[1];
    if (letter !== undefined && !renamed.has(name))
      byLetter.set(letter, [...(byLetter.get(letter) ?? []), name]);
  }
  for (const [letter, all] of byLetter)
    for (const [i, name] of all.entries())
      renamed.set(name, all.length === 1 ? letter : `${letter}_${i + 1}`);
}

/** The names that a layout gives to parts without one. */
const inventedIn = ({ parts }: LaidOut): ReadonlyMap<string, Sym> =>
  new Map(
    parts.flatMap(({ expr, isGiven }) =>
      expr.kind === "sym" && !isGiven ? [[expr.name, expr] as const] : [],
    ),
  );

/** Expressions with those names written out. */
const writtenOut = (names: ReadonlyMap<string, Sym>): ((e: Expr) => Expr) =>
  substitution([], (s, definition) =>
    names.has(s.name) ? definition : sym(s.name, s.shape, s.properties, definition, s.member),
  );

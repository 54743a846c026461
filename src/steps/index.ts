/** @file Worked derivations: what is derived, and the steps that lead there. */

import { derivatives } from "../derive/index.ts";
import type { DeriveOptions, Derivative } from "../derive/index.ts";
import { withNames, writer } from "../derive/written.ts";
import { errors } from "../diagnostics/errors.ts";
import { cotangentSymbol, sym } from "../expr/expr.ts";
import type { Expr, Sym } from "../expr/expr.ts";
import { scalarShape } from "../expr/dimension.ts";
import { postorder, substitution } from "../expr/walk.ts";
import { isMembersName } from "../ops/indexing.ts";
import { compared } from "../numeric/equations.ts";
import { objectiveSymbol } from "../parse/problem.ts";
import type { Problem } from "../parse/problem.ts";
import type { Variable } from "../parse/variables.ts";
import { backward } from "./cotangents.ts";
import type { Backward } from "./cotangents.ts";
import { backwardSection, forwardSection, rulesSection, toldOf } from "./cotangent-style.ts";
import type { Write } from "./cotangent-style.ts";
import { laidOut } from "./parts.ts";
import type { LaidOut, Level } from "./parts.ts";
import type { Section } from "./solution.ts";

export { levels } from "./parts.ts";
export type { Level } from "./parts.ts";
export type { Line, Prose, Section } from "./solution.ts";

/** How to work a derivation out. */
export interface StepOptions extends DeriveOptions {
  readonly steps: Level;
}

/** A derivation with its steps. */
export interface Worked {
  readonly found: readonly Derivative[];
  readonly sections: readonly Section[];
}

/**
 * Derives, and works out how: each cotangent on the way is checked like a result, and the steps lead to
 * what is derived without them.
 */
export function worked(
  problem: Problem,
  variables: readonly Variable[],
  options: StepOptions,
): Worked {
  const found = derivatives(problem, variables, options);
  const symbols = [...new Set(variables.map((v) => v.symbol))];
  const loss = lossName(problem);
  const laid = laidOut(problem, symbols, options.steps);
  const back = backward(laid, symbols, loss, options);
  for (const d of found) sameAsResult(back, d, options);
  const write = stepWriter(laid, symbols, loss, options);
  const named = laid.problem.symbols.get(loss) ?? sym(loss, scalarShape);
  return {
    found,
    sections: [
      forwardSection(laid, named, write),
      backwardSection(back, laid, loss, write),
      rulesSection(applied(back), back.moves, loss),
    ],
  };
}

/** The letter of the objective: its name, or one that nothing else has. */
export function lossName(problem: Problem): string {
  const named = objectiveSymbol(problem)?.name;
  const isPlain = (name: string): boolean =>
    !isMembersName(name) && !problem.names.formulas.has(name) && !/^[A-Za-z]{2}/u.test(name);
  if (named !== undefined && isPlain(named)) return named;
  const cotangents = new Set(cotangentsIn(problem.objective).map((s) => s.cotangent!.of));
  const free = [..."LJFEℓ"].find(
    (letter) =>
      !problem.symbols.has(letter) && !problem.functions.has(letter) && !cotangents.has(letter),
  );
  if (free === undefined) throw errors.notYet(undefined, "steps where L, J, F, E and ℓ are taken");
  return free;
}

/** The applications whose rules are used, as far as they are known. */
function applied({ steps }: Backward): Expr[] {
  return steps.flatMap(({ uses }) => uses.flatMap(toldOf));
}

/** Writes what stands in the steps: the names of parts and cotangents are known. */
function stepWriter(
  laid: LaidOut,
  variables: readonly Sym[],
  loss: string,
  options: DeriveOptions,
): Write {
  const names = laid.parts.flatMap(({ expr, isGiven }) =>
    expr.kind === "sym" && !isGiven ? [expr] : [],
  );
  const cotangents = [...laid.parts.map(({ expr }) => expr), ...variables].map((e) =>
    cotangentSymbol(loss, e),
  );
  const ofLoss = laid.problem.symbols.has(loss) ? [] : [sym(loss, scalarShape)];
  const whole = withNames(laid.problem, [...names, ...ofLoss]);
  const write = writer(whole, [], options, [], cotangents);
  const memory = new Map<Expr, ReturnType<Write>>();
  return (e) => {
    let text = memory.get(e);
    if (!text) {
      const { unicode, ascii, latex } = write(e);
      memory.set(e, (text = { unicode, ascii, latex }));
    }
    return text;
  };
}

/** What the steps end in is what was derived. */
function sameAsResult({ steps }: Backward, d: Derivative, { seed = 1 }: DeriveOptions): void {
  const last = steps.find(({ of }) => of === d.variable.symbol);
  if (!last || d.variable.part) return;
  const reached = last.within ?? last.value;
  // What is given as ∂L/∂z is so by whatever z is made of.
  const given = new Map(cotangentsIn(reached).map((s) => [s.name, s]));
  const known = cotangentsIn(d.expr).flatMap((s): [Expr, Expr][] => [[s, given.get(s.name) ?? s]]);
  if (compared(reached, substitution(known)(d.expr), seed) === "unequal")
    throw new Error(`internal: the steps by ${d.variable.name} end in another result`);
}

const cotangentsIn = (e: Expr): Sym[] =>
  postorder([e]).flatMap((s) => (s.kind === "sym" && s.cotangent ? [s] : []));

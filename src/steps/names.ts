/** @file The names that steps use besides those of the problem, and what writes them. */

import { mapLetter } from "../derive/forms.ts";
import { withNames, writer } from "../derive/written.ts";
import type { DeriveOptions } from "../derive/options.ts";
import { errors } from "../diagnostics/errors.ts";
import { scalarShape } from "../expr/dimension.ts";
import { cotangentSymbol, isScalar, sym } from "../expr/expr.ts";
import type { Expr, Sym } from "../expr/expr.ts";
import { postorder } from "../expr/walk.ts";
import { isMembersName } from "../ops/indexing.ts";
import { objectiveSymbol } from "../parse/problem.ts";
import type { Problem } from "../parse/problem.ts";
import type { LaidOut } from "./parts.ts";
import type { Write } from "./printed.ts";

/** The letter of the objective: its name, that of the function that it is a value of, or one that nothing else has. */
export function lossName(problem: Problem): string {
  const named = objectiveSymbol(problem)?.name;
  const isPlain = (name: string): boolean =>
    !isMembersName(name) && !problem.names.formulas.has(name) && !/^[A-Za-z]{2}/u.test(name);
  if (named !== undefined && isPlain(named)) return named;
  if (!isScalar(problem.objective)) return mapLetter(problem);
  const { objective } = problem;
  const notation = objective.kind === "apply" ? objective.op.notation : null;
  // C(y) is a value of C.
  if (notation?.kind === "function" && isPlain(notation.name)) return notation.name;
  const cotangents = new Set(cotangentsIn(problem.objective).map((s) => s.cotangent!.of));
  const free = [..."LJFEℓ"].find(
    (letter) =>
      !problem.symbols.has(letter) && !problem.functions.has(letter) && !cotangents.has(letter),
  );
  if (free === undefined) throw errors.notYet(undefined, "steps where L, J, F, E and ℓ are taken");
  return free;
}

/** The name of the objective as a symbol. */
export const lossSymbol = ({ symbols, objective }: Problem, loss: string): Sym =>
  symbols.get(loss) ?? sym(loss, objective.shape ?? scalarShape);

/** The derivatives that stand as symbols in an expression. */
export const cotangentsIn = (e: Expr): Sym[] =>
  postorder([e]).flatMap((s) => (s.kind === "sym" && s.cotangent ? [s] : []));

/** Writes what stands in the steps, and reads it back: the names of parts and cotangents are known. */
export function stepWriter(
  laid: LaidOut,
  variables: readonly Sym[],
  loss: string,
  options: DeriveOptions,
  others: readonly Sym[] = [],
): Write {
  const names = laid.parts.flatMap(({ expr, isGiven }) =>
    expr.kind === "sym" && !isGiven ? [expr] : [],
  );
  const cotangents = [...laid.parts.map(({ expr }) => expr), ...variables].map((e) =>
    cotangentSymbol(loss, e),
  );
  const whole = withNames(laid.problem, [...names, ...others, lossSymbol(laid.problem, loss)]);
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

/** Options for what is derived on the way: no other forms. */
export const stepless = ({ seed, verify, spellings }: DeriveOptions): DeriveOptions => ({
  ...(seed !== undefined && { seed }),
  ...(verify !== undefined && { verify }),
  ...(spellings && { spellings }),
});

/** @file The pipeline: a problem and its variables in, verified derivatives out. */

import { errors } from "../diagnostics/errors.ts";
import { showShape } from "../expr/dimension.ts";
import { isScalar } from "../expr/expr.ts";
import { compared } from "../numeric/equations.ts";
import type { Problem } from "../parse/problem.ts";
import type { Variable } from "../parse/variables.ts";
import { checkedModerately } from "./check.ts";
import { gradients } from "./gradient.ts";
import { jacobian } from "./jacobian.ts";
import type { DeriveOptions, Derivative, Kind } from "./options.ts";
import { stationary } from "./stationary.ts";

export type {
  Derivative,
  DeriveOptions,
  Form,
  FormName,
  Kind,
  Layout,
  Spelling,
  Structured,
} from "./options.ts";
export { formNames, kinds, layouts, spellings, structures } from "./options.ts";

/**
 * The derivatives of a problem's objective by some variables. A result that does not pass the
 * independent check is an error (exit 3) and is not returned.
 */
export function derivatives(
  problem: Problem,
  variables: readonly Variable[],
  options: DeriveOptions = {},
): Derivative[] {
  const kind = kindOf(problem, options);
  if (options.verify !== false) checkEquations(problem, options.seed ?? 1);
  const found = ofKind(problem, variables, kind, options);
  checkedModerately(problem, variables, options, (twin, varied, again) =>
    ofKind(twin, varied, kind, again),
  );
  return found;
}

/** Refuses a problem whose chains `a = b = c` do not hold. */
function checkEquations({ equations }: Problem, seed: number): void {
  for (const { left, right, spans } of equations) {
    const result = compared(left, right, seed);
    if (result === "unequal") throw errors.unequalSides(spans);
    if (result === "nowhere") throw errors.sidesNotCompared(spans);
  }
}

/** What is derived: what is asked for, where the objective allows it. */
function kindOf({ objective }: Problem, { kind, hvp, upstream, layout }: DeriveOptions): Kind {
  if (upstream !== undefined) {
    if (kind !== undefined && kind !== "gradient")
      throw errors.badOption("--upstream", "--kind gradient");
    return "gradient";
  }
  const asked = kind ?? (hvp === undefined ? undefined : "hessian");
  if (layout !== undefined && (asked === "stationary" || hvp !== undefined))
    throw errors.badOption("--layout", "a gradient, a Jacobian or a Hessian");
  if (asked === undefined) return isScalar(objective) ? "gradient" : "jacobian";
  if (asked !== "jacobian" && !isScalar(objective))
    throw errors.kindNeedsScalar(asked, showShape(objective.shape));
  return asked;
}

function ofKind(
  problem: Problem,
  variables: readonly Variable[],
  kind: Kind,
  options: DeriveOptions,
): Derivative[] {
  switch (kind) {
    case "gradient":
      return allGradients(problem, variables, options);
    case "jacobian":
      return variables.map((v) => jacobian(problem, v, kind, options));
    case "hessian":
      return blocksTold(variables.map((v) => jacobian(problem, v, kind, options)));
    case "stationary":
      if (variables.length > 1)
        throw errors.notYet(undefined, "a stationary point by several variables at once", {
          hint: `--wrt ${variables[0]!.name}: the others are held fixed`,
        });
      return variables.map((v) => stationary(problem, v, options));
    default:
      return kind satisfies never;
  }
}

/** Hessians by one variable each are the blocks on the diagonal of that by all. */
function blocksTold(found: Derivative[]): Derivative[] {
  if (found.length < 2) return found;
  const names = found.map(({ variable }) => variable.name).join(", ");
  const note = `the Hessian by ${names} together has more blocks: each here is by one of them`;
  return found.map((d) => ({ ...d, assumptions: [...d.assumptions, note] }));
}

/** Gradients in as few sweeps as can be. */
function allGradients(
  problem: Problem,
  asked: readonly Variable[],
  options: DeriveOptions,
): Derivative[] {
  const variables = asked.filter((v, i) => asked.findIndex((w) => w.name === v.name) === i);
  // By a defined name what it is made of is held fixed; by the others it moves with them.
  const groups = [
    variables.filter((v) => v.symbol.definition === null),
    ...variables.filter((v) => v.symbol.definition !== null).map((v) => [v]),
  ];
  const found: Derivative[] = [];
  for (const group of groups)
    if (group.length > 0) found.push(...gradients(problem, group, options));
  return variables.map((v) => found.find((d) => d.variable.name === v.name)!);
}

/** @file Gradients of a scalar objective, all in one sweep. */

import { shortest } from "../diff/entries.ts";
import { gradientBy, sweep } from "../diff/sweep.ts";
import type { Expr, Sym } from "../expr/expr.ts";
import { half, isScalar, sym } from "../expr/expr.ts";
import { structureOf } from "../expr/properties.ts";
import type { Claim } from "../numeric/verify.ts";
import { add, hadamard, identity, inner, negate, scale, transpose } from "../ops/arithmetic.ts";
import type { Problem } from "../parse/problem.ts";
import type { Variable } from "../parse/variables.ts";
import { withNamedParts } from "../simplify/name.ts";
import { checked } from "./check.ts";
import type { DeriveOptions, Derivative } from "./options.ts";
import { prepare, presentingOf } from "./prepare.ts";
import type { Prepared } from "./prepare.ts";
import { conventionsMet, otherwiseAsked, structureTold, toldWith } from "./told.ts";
import { unwritten, writer } from "./written.ts";

/** The gradients by variables of which none is made of another. */
export async function gradients(
  problem: Problem,
  variables: readonly Variable[],
  options: DeriveOptions,
): Promise<Derivative[]> {
  const symbols = [...new Set(variables.map((v) => v.symbol))];
  const prepared = prepare(problem, symbols);
  const { copies, tidy } = prepared;
  const bare = symbols.map((v) => copies.get(v)!);
  const swept = sweep(prepared.objective, bare, tidy);
  const whole = variables.map(({ symbol, part }) => {
    const gradient = within(copies.get(symbol)!, gradientBy(swept, copies.get(symbol)!));
    if (!part) return prepared.shown(gradient);
    return shortest(tidy.simplify(part.pick(tidy.simplify(gradient))), presentingOf(prepared));
  });
  const results = withNamedParts(
    whole,
    new Set([...problem.symbols.keys(), ...problem.dimensions]),
  );
  const verification = await checked(
    [
      {
        objective: prepared.input,
        original: problem.objective,
        claims: variables.map((v, i) => claimOf(prepared, v, results[i]!)),
      },
    ],
    options,
  );
  const told = [...problem.assumptions, ...otherwiseAsked(problem, variables)];
  const labels = variables.flatMap((v) => v.part?.labels ?? []);
  const shown = options.print === false ? unwritten : writer(problem, results, labels);
  const conventions = conventionsMet(prepared.input, bare);
  return variables.map((variable, i): Derivative => {
    const expr = results[i]!;
    const copy = copies.get(variable.symbol)!;
    return {
      kind: "gradient",
      hvp: null,
      objective: problem.symbols.get(problem.objectiveName ?? "") ?? null,
      variable,
      expr,
      ...shown(expr),
      shape: expr.shape,
      forms: [],
      shown: "matrix",
      assumptions: [
        ...told,
        ...structureTold(copy),
        ...(swept.cotangents.has(copy)
          ? []
          : [`the objective does not depend on ${variable.symbol.name}: the gradient is 0`]),
        ...conventions,
        ...toldWith(expr),
        ...(verification?.notes ?? []),
      ],
      verification,
    };
  });
}

/** What a gradient says, for the check: ⟨gradient, D⟩ is the change along D. */
export function claimOf({ copies }: Prepared, variable: Variable, gradient: Expr): Claim {
  const { symbol, part } = variable;
  const claim = { variable: copies.get(symbol)!, at: symbol, gradient };
  if (!part) return claim;
  const direction = sym("\u0000δ", part.shape);
  return { ...claim, gradient: inner(gradient, direction), along: part.place(direction) };
}

/** The part of a gradient that lies in the set its variable was declared to be in. */
export function within(variable: Sym, gradient: Expr): Expr {
  if (isScalar(variable)) return gradient;
  switch (structureOf(variable.properties)) {
    case "diagonal":
      return hadamard(gradient, identity(variable.shape[0]));
    case "symmetric":
      return scale(half, add(gradient, transpose(gradient)));
    case "skew":
      return scale(half, add(gradient, negate(transpose(gradient))));
    default:
      return gradient;
  }
}

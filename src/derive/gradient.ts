/** @file Gradients of a scalar objective, all in one sweep. */

import { shortest } from "../diff/entries.ts";
import { gradientBy, sweep } from "../diff/sweep.ts";
import type { Expr, Sym } from "../expr/expr.ts";
import { half, isScalar, sym, zero } from "../expr/expr.ts";
import { property, structureOf } from "../expr/properties.ts";
import { argsOf, postorder } from "../expr/walk.ts";
import type { Claim } from "../numeric/verify.ts";
import { add, hadamard, identity, inner, negate, scale, transpose } from "../ops/arithmetic.ts";
import { objectiveSymbol } from "../parse/problem.ts";
import type { Problem } from "../parse/problem.ts";
import { unusedTold } from "../parse/readings.ts";
import type { Variable } from "../parse/variables.ts";
import { isZero } from "../simplify/forms.ts";
import { withNamedParts } from "../simplify/name.ts";
import { alternatives } from "./alternatives.ts";
import { checked } from "./check.ts";
import type { DeriveOptions, Derivative } from "./options.ts";
import { namesAround, prepare, presentingOf, setOf } from "./prepare.ts";
import type { Prepared } from "./prepare.ts";
import { moved, NamedCotangents, upstreamOf } from "./upstream.ts";
import {
  conventionsMet,
  familyTold,
  formTold,
  otherwiseAsked,
  structureTold,
  teller,
} from "./told.ts";
import { writer } from "./written.ts";

/** The gradients by variables of which none is made of another. */
export function gradients(
  problem: Problem,
  variables: readonly Variable[],
  options: DeriveOptions,
): Derivative[] {
  const symbols = [...new Set(variables.map((v) => v.symbol))];
  const mode = options.structured ?? "project";
  const prepared = prepare(problem, symbols, { isFree: mode !== "project" });
  const { copies, tidy } = prepared;
  const bare = symbols.map((v) => copies.get(v)!);
  const upstream = options.upstream === undefined ? null : upstreamOf(prepared, options.upstream);
  const names = new NamedCotangents(prepared);
  const swept = sweep(
    upstream?.root ?? prepared.objective,
    bare,
    tidy,
    upstream?.options ?? { given: names.given },
  );
  const { layout = "denominator" } = options;
  const laidOut = (gradient: Expr): Expr =>
    layout === "numerator" ? transpose(gradient) : gradient;
  const whole = variables.map(({ symbol, part }) => {
    const copy = copies.get(symbol)!;
    const free = gradientBy(swept, copy);
    const gradient =
      mode === "cookbook" ? byPairs(setOf(problem, symbol), free) : within(copy, free);
    if (!part) return names.explained(prepared.shown(laidOut(gradient)));
    const picked = part.pick(tidy.simplify(gradient));
    return names.explained(shortest(tidy.simplify(laidOut(picked)), presentingOf(prepared)));
  });
  const labels = variables.flatMap((v) => v.part?.labels ?? []);
  const results = withNamedParts(whole, namesAround(problem, labels));
  const verification = checked(
    [
      {
        objective: upstream?.objective ?? prepared.input,
        original: upstream?.objective ?? problem.objective,
        claims: variables.map((v, i) =>
          mode === "cookbook" && setOf(problem, v.symbol)
            ? pairClaim(prepared, v, laidOut(results[i]!))
            : upstream
              ? {
                  ...claimOf(prepared, v, laidOut(results[i]!)),
                  variable: moved(copies.get(v.symbol)!),
                }
              : claimOf(prepared, v, laidOut(results[i]!)),
        ),
      },
      ...names.checks(problem),
    ],
    options,
  );
  // What a name is defined by stands in the objective where the name does not.
  const found = new Set(
    variables
      .filter((v) => swept.cotangents.has(copies.get(v.symbol)!))
      .map((v) => unusedTold(v.symbol.name)),
  );
  const told = [
    ...problem.assumptions.filter((text) => !found.has(text)),
    ...otherwiseAsked(problem, variables),
  ];
  /** The names that a result uses are no idle definitions. */
  const toldOf = (result: Expr): string[] => {
    const used = new Set(
      postorder([result], argsOf).flatMap((e) => (e.kind === "sym" ? [unusedTold(e.name)] : [])),
    );
    return told.filter((text) => !used.has(text));
  };
  const others = upstream ? [upstream.cotangent] : [];
  const shown = writer(problem, results, options, labels, others);
  const conventions = conventionsMet(prepared.input, bare);
  const toldWith = teller(problem, results);
  const derivative = (variable: Variable, i: number): Derivative => {
    const expr = results[i]!;
    const copy = copies.get(variable.symbol)!;
    return {
      kind: "gradient",
      hvp: null,
      upstream: upstream?.cotangent ?? null,
      objective: objectiveSymbol(problem),
      variable,
      expr,
      ...shown(expr),
      shape: expr.shape,
      layout,
      forms: alternatives(problem, expr, shown, options),
      shown: "matrix",
      assumptions: [
        ...toldOf(expr),
        ...structureTold(variable.symbol, setOf(problem, variable.symbol), mode),
        ...(layout === "denominator" ? familyTold(variable) : []),
        ...formTold(options),
        ...(upstream?.told(copy) ?? []),
        ...(swept.cotangents.has(copy)
          ? []
          : [`the objective does not depend on ${variable.symbol.name}: the gradient is 0`]),
        ...conventions,
        ...toldWith(expr),
        ...(verification?.notes ?? []),
      ],
      verification,
    };
  };
  return variables.map(derivative);
}

/** What a gradient says, for the check: ⟨gradient, D⟩ is the change along D. */
export function claimOf({ copies }: Prepared, variable: Variable, gradient: Expr): Claim {
  const { symbol, part } = variable;
  const claim = { variable: copies.get(symbol)!, at: symbol, gradient };
  if (!part) return claim;
  const direction = sym("\u0000δ", part.shape);
  const along = alongPart(claim.variable, part, direction);
  // What is 0 by form stays so: the check takes 0 for 0 from it alone.
  const change = isZero(gradient) ? zero : inner(gradient, direction);
  return { ...claim, gradient: change, along };
}

/** The direction of a part as one of the whole name, within the set that the name is varied in. */
export const alongPart = (variable: Sym, part: Variable["part"], direction: Expr): Expr =>
  part ? within(variable, part.place(direction)) : direction;

/** The derivative by the entries of a structured matrix, each pair of equal ones being one parameter. */
function byPairs(set: ReturnType<typeof setOf>, gradient: Expr): Expr {
  const diagonal = (): Expr => hadamard(gradient, identity(gradient.shape[0]));
  switch (set) {
    case "diagonal":
      return diagonal();
    case "symmetric":
      return add(gradient, transpose(gradient), negate(diagonal()));
    case "skew":
      return add(gradient, negate(transpose(gradient)));
    default:
      return gradient;
  }
}

/** What such a derivative says: the change along D is the sum over the pairs, Σ_{i≤j} GᵢⱼDᵢⱼ. */
function pairClaim(
  { problem, copies }: Prepared,
  { symbol, part }: Variable,
  gradient: Expr,
): Claim {
  const structure = setOf(problem, symbol)!;
  if (part) {
    // ⟨pairs(G), P⟩ = ⟨G, pairs(P)⟩
    const step = sym("\u0000δ", part.shape);
    const along = byPairs(structure, part.place(step));
    return { variable: copies.get(symbol)!, at: symbol, gradient: inner(gradient, step), along };
  }
  const direction = sym("\u0000δ", symbol.shape, property[structure]);
  const whole = inner(gradient, direction);
  const onDiagonal = inner(hadamard(gradient, identity(symbol.shape[0])), direction);
  const change = structure === "diagonal" ? whole : scale(half, add(whole, onDiagonal));
  return { variable: copies.get(symbol)!, at: symbol, gradient: change, along: direction };
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

/** @file What is said beside a result: sets, kinks, what the text asked for. */

import { isScalarShape } from "../expr/dimension.ts";
import type { Expr, Sym } from "../expr/expr.ts";
import type { structureOf } from "../expr/properties.ts";
import { children, postorder } from "../expr/walk.ts";
import { withoutMembers } from "../ops/indexing.ts";
import type { DeriveOptions, Structured } from "./options.ts";
import type { Problem } from "../parse/problem.ts";
import type { Variable } from "../parse/variables.ts";

/** The set that a variable is varied in. */
export function structureTold(
  { name }: Sym,
  kind: ReturnType<typeof structureOf>,
  mode: Structured = "project",
): string[] {
  if (kind === null) return [];
  const how = {
    project: `the derivative is taken within the ${kind} matrices`,
    free: "its entries are varied one by one, as if they were free",
    cookbook:
      kind === "diagonal"
        ? "the derivative is by the entries on its diagonal"
        : "the two entries of a pair are one parameter, and the derivative is by these",
  };
  return [`${name} is ${kind}: ${how[mode]}`];
}

/** What the matrix by a whole family is made of. */
export function familyTold({ symbol, part }: Variable): string[] {
  if (part || !symbol.member || isScalarShape(symbol.member)) return [];
  const name = withoutMembers(symbol.name);
  return [`${name} is the family of the ${name}_i: column i is the gradient by ${name}_i`];
}

/** A gradient, and a product with a Hessian, has the shape of its variable: the forms are those of a Jacobian. */
export const formTold = ({ form = "matrix" }: DeriveOptions, what = "gradient"): string[] =>
  form === "matrix" ? [] : [`--form ${form} is for Jacobians and Hessians, and this is a ${what}`];

/** The conventions at kinks that lie on the way to a variable. */
export function conventionsMet(objective: Expr, variables: readonly Sym[]): string[] {
  const wanted = new Set<Expr>(variables);
  const below = (e: Expr): readonly Expr[] => (wanted.has(e) ? [] : children(e));
  const reaches = new Set<Expr>();
  const told = new Set<string>();
  for (const node of postorder([objective], below)) {
    if (wanted.has(node) || below(node).some((child) => reaches.has(child))) reaches.add(node);
    if (node.kind === "apply" && reaches.has(node) && node.op.smooth) told.add(node.op.smooth.text);
  }
  return [...told];
}

/**
 * Says what is to be said of the operations that each of some results holds, in the definitions of the
 * names it introduces as well.
 */
export function teller(
  { symbols }: Problem,
  results: readonly Expr[],
): (result: Expr) => readonly string[] {
  const below = (e: Expr): readonly Expr[] =>
    e.kind === "sym" && symbols.get(e.name) === e ? [] : children(e);
  const toldOf = (roots: readonly Expr[]): readonly string[] => {
    const told = postorder(roots, below).flatMap((e) =>
      e.kind === "apply" && e.op.told ? [e.op.told] : [],
    );
    return [...new Set(told)];
  };
  // What results share is walked once where nothing is to be said.
  return toldOf(results).length === 0 ? () => [] : (result) => toldOf([result]);
}

/** `∇_W` in the text and `--wrt x` beside it: the latter holds, and that is told. */
export function otherwiseAsked(problem: Problem, variables: readonly Variable[]): string[] {
  const named = problem.by.map(({ name }) => name);
  const asked = variables.map((v) => v.name);
  if (named.length === 0 || named.toSorted().join() === asked.toSorted().join()) return [];
  return [`the text names ${named.join(", ")}, and ${asked.join(", ")} is asked for`];
}

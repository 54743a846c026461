/** @file The members, at an index, of families that formulas define: zᵢ = Wᵀxᵢ. */

import { sym } from "../expr/expr.ts";
import type { Sym } from "../expr/expr.ts";
import { Elaborator } from "./elaborate.ts";
import { letterOfFamily, withIndices } from "./families.ts";
import { memberName } from "./indices.ts";
import type { Problem } from "./problem.ts";

/**
 * The members at a label of the problem, each under its name and defined by its formula, those before that
 * it is made of. Such a family is read as a function of the members that its formula has: z of xᵢ.
 */
export function membersAt(problem: Problem, label: Sym): Sym[] {
  const found = [...problem.functions.values()].flatMap((f) => {
    const letter = letterOfFamily(f);
    const name = memberName(f.name, [label.name]);
    if (f.kind !== "formula" || letter === null || problem.symbols.has(name)) return [];
    const body = withIndices(f.bodies[0]!, new Map([[letter, label.name]]));
    const definition = new Elaborator(problem.names, problem).expression(body);
    return [sym(name, definition.shape, definition.properties, definition)];
  });
  return found.toSorted((a, b) => a.definition!.size - b.definition!.size);
}

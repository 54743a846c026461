/** @file What a problem is about: the derivative that it asks for itself, the definition that nothing else uses. */

import { errors } from "../diagnostics/errors.ts";
import { membersName } from "../ops/indexing.ts";
import { partNamesIn } from "./definitions.ts";
import type { NamesOf } from "./definitions.ts";
import type { Of } from "./infer.ts";
import { splitName } from "./names.ts";
import type { Introduced, Statement, Surface } from "./surface.ts";
import type { SymbolEntry } from "./symbols.ts";

type Symbols = ReadonlyMap<string, SymbolEntry>;

/** `∂y_i/∂x_j` alone, of a y that is defined, asks for that derivative. */
export function derivativeAsked(
  body: Surface,
  symbols: Symbols,
): { of: Of<"name">; by: Introduced[] } | null {
  if (body.kind !== "cotangent" || body.by.kind !== "name") return null;
  const isDefined = (name: string): boolean => symbols.get(name)?.body != null;
  if (!isDefined(body.of) && !isDefined(splitName(body.of).base)) return null;
  return {
    of: { kind: "name", name: body.of, span: body.span },
    by: [{ name: body.by.name, span: body.by.span }],
  };
}

/** The last definition; where others use it and one of them is used by none, that one, which is told. */
export function lastDefinition(
  statements: readonly Statement[],
  symbols: Symbols,
  namesOf: NamesOf,
  told: (note: string) => void,
): { surface: Surface; name: string } {
  const definitions = statements.flatMap((s) => {
    if (s.kind !== "definition") return [];
    const [body] = s.bodies;
    const { base } = splitName(s.name.name);
    const defined = [s.name.name, base, membersName(base)].find(
      (name) => symbols.get(name)?.body === body,
    );
    return defined === undefined ? [] : [{ name: defined, surface: body! }];
  });
  const isName = (name: string): boolean => symbols.has(name);
  const used = new Set<string>();
  for (const { surface } of definitions)
    for (const name of partNamesIn(surface, isName, namesOf)) used.add(name);
  const last = definitions.at(-1);
  if (!last) throw errors.emptyProblem();
  // g = ∂L/∂p says which L is to be derived.
  const asked = definitions.flatMap(({ surface }) => derivativeAsked(surface, symbols)?.of ?? []);
  const whole = definitions.find(({ name }) => asked.some((of) => of.name === name));
  if (whole) {
    if (whole !== last) told(`the objective is ${whole.name}`);
    return whole;
  }
  const root = definitions.findLast(({ name }) => !used.has(name)) ?? last;
  if (root !== last) told(`the objective is ${root.name}: ${last.name} is a part of it`);
  return root;
}

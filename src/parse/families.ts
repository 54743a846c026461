/** @file Families that a formula defines: of h_i = tanh(Wx_i) a function of x_i. */

import { lettersBound } from "./counted.ts";
import { boundIn, namesIn } from "./definitions.ts";
import { lettersBelow, memberName, splitIndices } from "./indices.ts";
import { splitName } from "./names.ts";
import type { Definition, Introduced, Statement, Surface } from "./surface.ts";
import { partsOf, surfacesOf, withSurfaces } from "./parts.ts";

/** What is defined for each of some letters. */
interface Family {
  readonly definition: Definition;
  readonly base: string;
  readonly letters: readonly string[];
}

/**
 * Statements in which what is defined for each index, `h_i = tanh(Wx_i)`, is a function of the parts that
 * its formula has for that index; null where nothing is, or where it is no such function.
 */
export function familiesAsFunctions(statements: readonly Statement[]): Statement[] | null {
  const bound = lettersBound(statements);
  let read = [...statements];
  let families = familiesIn(read, bound);
  if (families.length === 0) return null;
  // One that others are made of comes before them.
  while (families.length > 0) {
    const next = families.find(({ definition }) => !families.some((f) => speaksOf(definition, f)));
    const made = next && asFunction(read, next);
    if (!made) return null;
    read = made;
    families = familiesIn(read, bound);
  }
  return read;
}

function familiesIn(statements: readonly Statement[], bound: ReadonlySet<string>): Family[] {
  return statements.flatMap((definition) => {
    if (definition.kind !== "definition" || definition.arguments) return [];
    const { name } = definition.name;
    const letters = lettersBelow(name);
    const { base, subscript } = splitName(name);
    const isWhole = subscript !== null && splitIndices(subscript)?.length === letters.length;
    const isFamily = isWhole && !name.includes("^") && letters.every((l) => bound.has(l));
    return isFamily ? [{ definition, base, letters }] : [];
  });
}

/** Whether a definition has a part of a family in its formula. */
const speaksOf = (definition: Definition, { base }: Family): boolean =>
  definition.bodies.some((body) =>
    [...namesIn(body)].some((name) => splitName(name).base === base),
  );

/** The statements with one family as a function; null where its formula or its uses are not of that kind. */
function asFunction(statements: readonly Statement[], family: Family): Statement[] | null {
  const { definition, base, letters } = family;
  const names = new Set(definition.bodies.flatMap((body) => [...namesIn(body)]));
  const parts = [...names].filter((name) => lettersBelow(name).some((l) => letters.includes(l)));
  const isBare = (surface: Surface): boolean =>
    partsOf(surface).some(
      (e) => e.kind === "subscript" || (e.kind === "name" && letters.includes(e.name)),
    );
  // Of a_{ij} below a Σ_j there is no one value for an i.
  const bound = new Set(definition.bodies.flatMap((body) => [...boundIn(body)]));
  const isInside = (part: string): boolean => lettersBelow(part).some((l) => bound.has(l));
  if (parts.length === 0 || parts.some(isInside) || definition.bodies.some(isBare)) return null;
  const isUsedWhole = statements.some((s) => surfacesOf(s).some((body) => namesIn(body).has(base)));
  if (isUsedWhole) return null;
  const { span } = definition.name;
  const head: Introduced = { name: base, span };
  const made: Definition = {
    kind: "definition",
    name: head,
    arguments: parts.map((name) => ({ name, span })),
    bodies: definition.bodies,
    span: definition.span,
  };
  return statements.map((statement) =>
    statement === definition
      ? made
      : withSurfaces(statement, (e) => {
          const indices = e.kind === "name" ? indicesOf(e.name, family) : null;
          if (indices === null) return e;
          const args = parts.map((part): Surface => {
            const name = withLetters(part, letters, indices);
            return { kind: "name", name, span: e.span };
          });
          return { kind: "application", name: base, derivative: "", args, span: e.span };
        }),
  );
}

/** The indices with which a name is a member of a family; null where it is none. */
function indicesOf(name: string, { base, letters }: Family): readonly string[] | null {
  const { base: of, subscript } = splitName(name);
  const indices =
    of === base && subscript !== null && !name.includes("^") ? splitIndices(subscript) : null;
  return indices?.length === letters.length ? indices : null;
}

/** A name with other indices for its letters. */
function withLetters(name: string, letters: readonly string[], indices: readonly string[]): string {
  const { base, subscript } = splitName(name);
  const changed = splitIndices(subscript!)!.map((text) => {
    const at = letters.indexOf(text);
    return at < 0 ? text : indices[at]!;
  });
  return memberName(base, changed);
}

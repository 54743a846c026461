/** @file Families that a formula defines: h_i = tanh(Wx_i), a function of x_i, and o_i = Σ_j a_{ij}v_j, put in. */

import { lettersBound } from "./counted.ts";
import { boundIn, namesIn } from "./definitions.ts";
import { lettersBelow, memberName, splitIndices } from "./indices.ts";
import { splitName } from "./names.ts";
import type { FunctionEntry } from "./symbols.ts";
import type { Definition, Introduced, Statement, Surface } from "./surface.ts";
import { partsOf, surfacesOf, withParts, withSurfaces } from "./parts.ts";

/** What is defined for each of some letters. */
interface Family {
  readonly definition: Definition;
  readonly base: string;
  readonly letters: readonly string[];
}

/**
 * Statements in which what is defined for each index, `h_i = tanh(Wx_i)`, is a function of the parts that
 * its formula has for that index, or stands written out where it is one of sums, `o_i = Σ_j a_{ij}v_j`; null
 * where nothing is, or where it is neither.
 */
export function familiesAsFunctions(statements: readonly Statement[]): Statement[] | null {
  const bound = lettersBound(statements);
  let read = [...statements];
  let families = familiesIn(read, bound);
  if (families.length === 0) return null;
  // One that others are made of comes before them.
  while (families.length > 0) {
    const next = families.find(({ definition }) => !families.some((f) => speaksOf(definition, f)));
    const made = next && (asFunction(read, next) ?? writtenOut(read, next));
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

/** The letter by which a function that was made of a family counts, i of z_i = Wᵀx_i; null of others. */
export function letterOfFamily(f: FunctionEntry): string | null {
  if (f.kind !== "formula" || f.parameters.some((name) => lettersBelow(name).length !== 1))
    return null;
  const letters = new Set(f.parameters.flatMap(lettersBelow));
  return letters.size === 1 ? [...letters][0]! : null;
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
  // Of a_{ij} below a Σ_j there is no one value for an i.
  const bound = new Set(definition.bodies.flatMap((body) => [...boundIn(body)]));
  const isInside = (part: string): boolean => lettersBelow(part).some((l) => bound.has(l));
  if (parts.length === 0 || parts.some(isInside) || holdsBare(family)) return null;
  if (isUsedWhole(statements, family)) return null;
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
          const by = new Map(letters.map((letter, k) => [letter, indices[k]!]));
          const args = parts.map((name) => withIndices({ kind: "name", name, span: e.span }, by));
          return { kind: "application", name: base, derivative: "", args, span: e.span };
        }),
  );
}

/** Whether an index of a family stands in its formula for itself, or below more than a name. */
const holdsBare = ({ definition, letters }: Family): boolean =>
  definition.bodies.some((body) =>
    partsOf(body).some(
      (e) => e.kind === "subscript" || (e.kind === "name" && letters.includes(e.name)),
    ),
  );

const isUsedWhole = (statements: readonly Statement[], { base }: Family): boolean =>
  statements.some((s) => surfacesOf(s).some((body) => namesIn(body).has(base)));

/** Letters for the indices of sums that stand where others count already. */
export const spare = [..."ijklmpqrstuv"];

/** The statements with one family written out where it stands; null where it cannot be. */
function writtenOut(statements: readonly Statement[], family: Family): Statement[] | null {
  const { definition, letters } = family;
  const [body, ...others] = definition.bodies;
  if (!body || others.length > 0 || holdsBare(family) || isUsedWhole(statements, family))
    return null;
  const rest = statements.filter((s) => s !== definition);
  // What the formula counts by must not be what stands around the places it is put in.
  const taken = new Set(rest.flatMap((s) => surfacesOf(s).flatMap(lettersIn)));
  const own = new Set(lettersIn(body));
  const renamed = new Map<string, string>();
  for (const letter of boundIn(body)) {
    const free = spare.find((l) => !taken.has(l) && !own.has(l));
    if (taken.has(letter) && !free) return null;
    renamed.set(letter, taken.has(letter) ? free! : letter);
    taken.add(renamed.get(letter)!);
  }
  let isUsed = false;
  const made = rest.map((statement) =>
    withSurfaces(statement, (e) => {
      const indices = e.kind === "name" ? indicesOf(e.name, family) : null;
      if (indices === null) return e;
      isUsed = true;
      const by = new Map([
        ...renamed,
        ...letters.map((letter, k) => [letter, indices[k]!] as const),
      ]);
      return { kind: "group", body: withIndices(body, by), brace: false, span: e.span };
    }),
  );
  return isUsed ? made : null;
}

/** The letters that count in a surface, and the names of one letter in it. */
export const lettersIn = (surface: Surface): string[] => {
  const names = [...namesIn(surface)];
  return [...boundIn(surface), ...names, ...names.flatMap(lettersBelow)];
};

/** A surface with other letters, or numbers, for its indices. */
export const withIndices = (surface: Surface, by: ReadonlyMap<string, string>): Surface =>
  withParts(surface, (e) => {
    const other = (letter: string): string => by.get(letter) ?? letter;
    if (e.kind === "name") {
      const { base, subscript } = splitName(e.name);
      if (!lettersBelow(e.name).some((letter) => by.has(letter))) return e;
      return { ...e, name: memberName(base, splitIndices(subscript!)!.map(other)) };
    }
    if (e.kind !== "indexed-sum") return e;
    const { letters, but, upper } = e.bounds;
    const except = but && ([other(but[0]), other(but[1])] as const);
    return { ...e, bounds: { letters: letters.map(other), but: except, upper } };
  });

/** The indices with which a name is a member of a family; null where it is none. */
function indicesOf(name: string, { base, letters }: Family): readonly string[] | null {
  const { base: of, subscript } = splitName(name);
  const indices =
    of === base && subscript !== null && !name.includes("^") ? splitIndices(subscript) : null;
  return indices?.length === letters.length ? indices : null;
}

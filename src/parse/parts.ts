/** @file Walks over what was typed: the parts of an expression, the expressions of a statement. */

import type { Statement, Surface } from "./surface.ts";

const partsKnown = new WeakMap<Surface, readonly Surface[]>();

/** Every part of a surface, itself among them. */
export function partsOf(surface: Surface): readonly Surface[] {
  const known = partsKnown.get(surface);
  if (known) return known;
  const found: Surface[] = [];
  const stack: Surface[] = [surface];
  for (let e = stack.pop(); e; e = stack.pop()) {
    found.push(e);
    for (const value of Object.values(e)) {
      if (Array.isArray(value)) {
        for (const item of value as unknown[]) {
          if (typeof item !== "object" || item === null) continue;
          if ("kind" in item) stack.push(item as Surface);
          else if ("term" in item) stack.push((item as { term: Surface }).term);
          else if ("factor" in item) stack.push((item as { factor: Surface }).factor);
        }
      } else if (typeof value === "object" && value !== null && "kind" in value)
        stack.push(value as Surface);
    }
  }
  partsKnown.set(surface, found);
  return found;
}

/** The expressions of a statement. */
export function surfacesOf(statement: Statement): readonly Surface[] {
  switch (statement.kind) {
    case "objective":
      return [statement.body];
    case "definition":
      return statement.bodies;
    case "square":
      return statement.bodies;
    case "given":
      return [statement.left, statement.right];
    default:
      return [];
  }
}

/** A statement with its expressions changed part by part, from the inside out. */
export function withSurfaces(statement: Statement, change: (e: Surface) => Surface): Statement {
  const made = new Map(surfacesOf(statement).map((e) => [e, withParts(e, change)] as const));
  if ([...made].every(([before, after]) => before === after)) return statement;
  const of = (e: Surface): Surface => made.get(e)!;
  switch (statement.kind) {
    case "objective":
      return { ...statement, body: of(statement.body) };
    case "definition":
    case "square":
      return { ...statement, bodies: statement.bodies.map(of) };
    case "given":
      return { ...statement, left: of(statement.left), right: of(statement.right) };
    default:
      return statement;
  }
}

/** A surface with every part changed, the innermost first; itself where nothing is. */
export function withParts(e: Surface, change: (e: Surface) => Surface): Surface {
  const within = (value: unknown): unknown => {
    if (Array.isArray(value)) {
      const made = value.map(within);
      return made.some((item, i) => item !== value[i]) ? made : value;
    }
    if (typeof value !== "object" || value === null) return value;
    if ("kind" in value) return withParts(value as Surface, change);
    return "term" in value || "factor" in value ? inside(value) : value;
  };
  const inside = <T extends object>(of: T): T => {
    const parts = Object.entries(of).map(([key, value]) => [key, value, within(value)] as const);
    const isSame = parts.every(([, before, after]) => before === after);
    return isSame ? of : (Object.fromEntries(parts.map(([key, , after]) => [key, after])) as T);
  };
  return change(inside(e));
}

/** @file Definitions by components: `y_k = …` defines y where the right side counts by k. */

import { boundIn, namesIn, standsFree } from "./definitions.ts";
import { splitIndices } from "./indices.ts";
import { splitName } from "./names.ts";
import type { Surface } from "./surface.ts";

/** What is defined, and by which letters it counts. */
export interface Components {
  readonly base: string;
  readonly letters: readonly string[];
}

/**
 * What a left side such as y_k or K_{ij} defines by its components; null where it is a name of its own. Its
 * letters are indices where the right side has them below names that are indexed (`isIndexed`), or where y
 * stands as a whole elsewhere.
 */
export function componentsOf(
  name: string,
  body: Surface,
  isIndexed: (base: string) => boolean,
): Components | null {
  const { base, subscript } = splitName(name);
  const letters = subscript === null || name.includes("^") ? null : splitIndices(subscript);
  if (!letters?.every((letter) => /^[a-z]$/u.test(letter))) return null;
  const bound = boundIn(body);
  if (letters.some((letter) => bound.has(letter)) || new Set(letters).size < letters.length)
    return null;
  const parts = [...namesIn(body)].map((part) => splitName(part));
  // h_t = tanh(Wh_p) goes from one vector to the next.
  if (parts.some((part) => part.base === base)) return null;
  const counts = (letter: string): boolean =>
    (isIndexed(base) && standsFree(letter, body)) ||
    parts.some(({ base: of, subscript: below }) => {
      const indices = below === null ? null : splitIndices(below);
      if (!indices?.includes(letter)) return false;
      return letters.length === 2 || isIndexed(of) || isIndexed(base);
    });
  return letters.every(counts) ? { base, letters } : null;
}

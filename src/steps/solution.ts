/** @file A worked solution: sections of equations, each with its shape and the rule it comes from. */

import type { Spelled } from "../derive/options.ts";

/** Words with formulas among them. */
export type Prose = readonly (string | Spelled)[];

/** Words and formulas, with words that stand side by side as one text. */
export function prose(...parts: Prose): Prose {
  const joined: (string | Spelled)[] = [];
  for (const part of parts) {
    const last = joined.at(-1);
    if (typeof part === "string" && typeof last === "string")
      joined[joined.length - 1] = last + part;
    else joined.push(part);
  }
  return joined;
}

/** `left = right[0] = right[1] …`. */
export interface Line {
  readonly left: Spelled;
  readonly right: readonly Spelled[];
  readonly shape: string | null;
  /** The rule, and where it is applied. */
  readonly reason: Prose;
  /** The name of the part of the problem that the line speaks of. */
  readonly part: string | null;
}

/** Equations under a heading. */
export interface Section {
  readonly title: Prose;
  /** What is said before the equations. */
  readonly lead: Prose;
  readonly lines: readonly Line[];
  /** What is said after them. */
  readonly after?: Prose;
}

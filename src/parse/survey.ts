/** @file What is seen of all statements before any is read: which names stand bare, which are counted, and by which letters. */

import { componentsOf } from "./components.ts";
import type { Components } from "./components.ts";
import { boundIn, namesIn, siblingsIn } from "./definitions.ts";
import { splitIndices } from "./indices.ts";
import { splitName } from "./names.ts";
import type { Statement, Surface } from "./surface.ts";

/** The expressions of a statement. */
export function surfacesOf(statement: Statement): readonly Surface[] {
  switch (statement.kind) {
    case "objective":
      return [statement.body];
    case "definition":
      return statement.bodies;
    case "given":
      return [statement.left, statement.right];
    default:
      return [];
  }
}

export class Survey {
  /** Names that occur without a subscript, so that x_i is an entry of x. */
  readonly bases = new Set<string>();
  /** Names with a subscript that stand beside their base in a sum. */
  readonly siblings = new Set<string>();
  /** The letters that a Σ binds somewhere. */
  readonly boundLetters = new Set<string>();
  /** Names that are declared, or members of which are. */
  private readonly declared = new Set<string>();
  /** Names that a Σ counts the parts of. */
  readonly counted = new Set<string>();

  /** Looks at a statement; its `parameters` are names in it alone. */
  see(statement: Statement, parameters: readonly string[]): void {
    for (const surface of surfacesOf(statement)) {
      const bound = boundIn(surface);
      for (const letter of bound) this.boundLetters.add(letter);
      for (const name of siblingsIn(surface)) this.siblings.add(name);
      for (const name of namesIn(surface)) {
        const { base, subscript } = splitName(name);
        if (!name.includes("_") && !parameters.includes(name)) this.bases.add(name);
        if (subscript !== null && splitIndices(subscript)?.some((i) => bound.has(i)))
          this.counted.add(base);
      }
    }
    if (statement.kind === "declaration" || statement.kind === "family")
      for (const { name } of statement.names) this.declared.add(splitName(name).base);
  }

  /** What y_k = … defines by its components; null where y_k is a name of its own. */
  components(name: string, body: Surface): Components | null {
    return componentsOf(
      name,
      body,
      (base) => this.bases.has(base) || this.declared.has(base) || this.counted.has(base),
    );
  }
}

/** @file Sums within a component that count by its own letter: p_i = exp(z_i)/Σ_i exp(z_i). */

import { boundIn, standsFree } from "./definitions.ts";
import { lettersIn, spare, withIndices } from "./families.ts";
import { lettersBelow } from "./indices.ts";
import { surfacesOf, withSurfaces } from "./parts.ts";
import type { Statement } from "./surface.ts";

/** Statements in which such a sum has a letter of its own: the i outside it is that of the component. */
export function innerApart(statements: readonly Statement[]): readonly Statement[] {
  const taken = new Set<string>();
  return statements.map((statement) => {
    if (statement.kind !== "definition") return statement;
    const { bodies, name } = statement;
    const shared = lettersBelow(name.name).filter((letter) =>
      bodies.some((body) => boundIn(body).has(letter) && standsFree(letter, body)),
    );
    if (shared.length > 0 && taken.size === 0)
      for (const letter of statements.flatMap((s) => surfacesOf(s).flatMap(lettersIn)))
        taken.add(letter);
    return shared.reduce<Statement>((apart, letter) => {
      const other = spare.find((l) => !taken.has(l));
      if (other === undefined) return apart;
      taken.add(other);
      const by = new Map([[letter, other]]);
      return withSurfaces(apart, (e) =>
        e.kind === "indexed-sum" && e.bounds.letters.includes(letter) ? withIndices(e, by) : e,
      );
    }, statement);
  });
}

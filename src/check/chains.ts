/** @file Products of derivatives beside what they are: ∂L/∂z ∂z/∂W, whose layout nobody says. */

import { NablaError } from "../diagnostics/errors.ts";
import type { AnswerSide } from "../parse/index.ts";
import type { Surface } from "../parse/surface.ts";
import { isLoss } from "./claim.ts";
import type { Subject } from "./subject.ts";

/** A link of a chain: what is derived, and by what. */
interface Link {
  readonly of: string;
  readonly by: string;
}

/** The derivative that a factor is; null for anything else. */
function linkOf(factor: Surface): Link | null {
  if (factor.kind === "group" || factor.kind === "transpose") return linkOf(factor.body);
  if (factor.kind !== "cotangent" || factor.by.kind !== "name") return null;
  return { of: factor.of, by: factor.by.name };
}

/** Whether a side that could not be read is a product of derivatives from the loss to the variable, in either order. */
export function isUnreadChain(
  { problem, variable }: Pick<Subject, "problem" | "variable">,
  side: AnswerSide,
  error: unknown,
): boolean {
  if (!(error instanceof NablaError) || error.diagnostic.code !== "other-variable") return false;
  if (side.kind !== "expression" || side.body.kind !== "product") return false;
  const links = side.body.factors.map(({ divides, factor }) => (divides ? null : linkOf(factor)));
  const chains = (all: readonly (Link | null)[]): boolean =>
    all.at(-1)?.by === variable.symbol.name &&
    all.every((link, k) => {
      const before = all[k - 1];
      return link !== null && (before ? before.by === link.of : isLoss(problem, link.of));
    });
  return chains(links) || chains(links.toReversed());
}

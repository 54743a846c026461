/** @file Worked derivations: what is derived, and the steps that lead there. */

import { derivatives } from "../derive/index.ts";
import type { DeriveOptions, Derivative } from "../derive/index.ts";
import { errors } from "../diagnostics/errors.ts";
import type { Problem } from "../parse/problem.ts";
import type { Variable } from "../parse/variables.ts";
import { gradientSections } from "./gradient-steps.ts";
import { hessianSections, jacobianSections } from "./jacobian-steps.ts";
import type { Level } from "./parts.ts";
import type { Section } from "./solution.ts";
import { lossName, lossSymbol } from "./names.ts";
import { stationarySections } from "./stationary-steps.ts";

export { levels } from "./parts.ts";
export type { Level } from "./parts.ts";
export type { Line, Prose, Section } from "./solution.ts";

export const styles = ["cotangent", "differential", "index"] as const;
/** How a derivation is told: by cotangents from the loss down, by differentials, or entry by entry. */
export type Style = (typeof styles)[number];

/** How to work a derivation out. */
export interface StepOptions extends DeriveOptions {
  readonly steps: Level;
  /** Without it: cotangents for a gradient, differentials for a Jacobian. */
  readonly style?: Style;
}

/** A derivation with its steps. */
export interface Worked {
  readonly found: readonly Derivative[];
  readonly sections: readonly Section[];
}

/**
 * Derives, and works out how: the values on the way are checked like a result, and the steps lead to what
 * is derived without them.
 */
export function worked(
  problem: Problem,
  variables: readonly Variable[],
  options: StepOptions,
): Worked {
  refuseOthers(variables, options);
  const letter = lossName(problem);
  const found = derivatives({ ...problem, letter }, variables, options);
  const sections = sectionsOf(problem, variables, found, options);
  const objective = lossSymbol(problem, letter);
  // A derivative of what has no name is that of the letter that the steps give it.
  const called = found.map((d) =>
    d.objective || d.kind === "jacobian" ? d : Object.assign({}, d, { objective }),
  );
  return { found: called, sections };
}

/** What changes the question, so that the steps would be those of another one. */
function refuseOthers(
  variables: readonly Variable[],
  { hvp, kind, structured = "project" }: StepOptions,
): void {
  const asked =
    hvp !== undefined
      ? "with --hvp"
      : structured !== "project"
        ? `with --structured ${structured}`
        : variables.some(({ part }) => part) && kind !== undefined && kind !== "gradient"
          ? `of a ${kind} by a part of a name`
          : null;
  if (asked) throw errors.notYet(undefined, `steps ${asked}`, { hint: "--steps none" });
}

function sectionsOf(
  problem: Problem,
  variables: readonly Variable[],
  found: readonly Derivative[],
  options: StepOptions,
): Section[] {
  const { kind } = found[0]!;
  switch (kind) {
    case "gradient":
      return gradientSections(problem, found, options);
    case "jacobian":
      return found.flatMap((d) => jacobianSections(problem, d, options));
    case "hessian":
      return found.flatMap((d) => hessianSections(problem, d, options));
    case "stationary":
      return stationarySections(problem, variables, found, options);
    default:
      return kind satisfies never;
  }
}

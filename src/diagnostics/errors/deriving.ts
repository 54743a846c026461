/** @file Errors of deriving: what has no derivative, no closed form or no point to check it at. */

import { error } from "../wording.ts";

export const ofDeriving = {
  noRule: (op: string) => error("no-rule", `no derivative is known for ${op} here`, { exit: 3 }),
  noClosedForm: (what: string, needs: string, hint?: string) =>
    error("no-closed-form", `the derivative of ${what} has no closed form: it needs ${needs}`, {
      hint,
      exit: 3,
    }),
  noClosedRoot: (name: string, reason: string) =>
    error(
      "no-closed-form",
      `no closed form is known here for the stationary point by ${name}: ${reason}`,
      { exit: 3 },
    ),
  nowhereStationary: (name: string) =>
    error("nowhere-stationary", `the gradient by ${name} does not depend on ${name}`, {
      notes: [
        "the objective is linear in it, and has no stationary point unless the gradient is 0",
      ],
      exit: 3,
    }),
  noNotation: (what: string, reason: string) =>
    error("no-notation", `the derivative of ${what} is not written: ${reason}`, { exit: 3 }),
  noPoint: (reasons: readonly string[]) =>
    error("no-point", "no point was found at which the result could be checked", {
      notes: reasons,
      hint: "declare what the names are (positive, posdef, …); nabla derive --no-verify shows it unchecked",
      exit: 3,
    }),
  notVerified: (lines: readonly string[]) =>
    error(
      "not-verified",
      "the result did not pass its check and is not shown: this is a bug in nabla",
      {
        notes: lines,
        hint: "please report the problem with these numbers",
        exit: 3,
      },
    ),
} as const;

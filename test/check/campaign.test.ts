/** @file A slice of the campaign of answers: right ones in unusual forms, and wrong ones with one slip. */

import { expect, test } from "vitest";
import { outcomeOf, trialOf } from "../../fuzz/answers.ts";
import type { Outcome } from "../../fuzz/answers.ts";

const count = process.env["NABLA_LONG"] ? 2000 : 200;
const seed = Number(process.env["NABLA_SEED"] ?? 1);

/** The outcomes of that many trials. */
function outcomes(isWrong: boolean): Outcome[] {
  const found: Outcome[] = [];
  for (let number = seed * 1_000_000; found.length < count; number++) {
    const made = trialOf(number, isWrong);
    const outcome = made && outcomeOf(made);
    if (outcome) found.push(outcome);
  }
  return found;
}

const told = ({ trial, said }: Outcome): string =>
  `${trial.slip ?? "rewritten"}: ${trial.problem} by ${trial.by}\n  ${trial.answer}\n  ${said}`;

test("no right answer in an unusual form is refused", { timeout: 600_000 }, () => {
  const refused = outcomes(false).filter(({ isVerdictRight }) => !isVerdictRight);
  expect(refused.map(told)).toEqual([]);
});

test("of wrong answers the kind or the repair is right in 95 of 100", { timeout: 900_000 }, () => {
  const all = outcomes(true);
  const missed = all.filter(({ isKindRight, isRepaired }) => !isKindRight && !isRepaired);
  expect(all.filter(({ isVerdictRight }) => !isVerdictRight).map(told)).toEqual([]);
  expect(missed.length, missed.map(told).join("\n")).toBeLessThanOrEqual(0.05 * all.length);
});

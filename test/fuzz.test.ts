/** @file A short slice of the fuzz campaign (`npm run fuzz`): what holds of each of its problems. */

import { expect, test } from "vitest";
import { verdictOf } from "../fuzz/checks.ts";
import { textOf, trialOf } from "../fuzz/trial.ts";

test("random problems over the whole language pass every check", { timeout: 120_000 }, () => {
  const failures: string[] = [];
  let agreed = 0;
  for (let number = 1; number <= 250; number++) {
    const trial = trialOf(number);
    const { outcome, code, detail } = verdictOf(trial);
    if (outcome === "agreed") agreed++;
    if (outcome === "failed")
      failures.push(`${number} by ${trial.wrt}: ${code}\n${textOf(trial, "unicode")}\n${detail}`);
  }
  expect(failures).toEqual([]);
  expect(agreed).toBeGreaterThan(200);
});

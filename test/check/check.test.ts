/** @file Answers by hand: each has its verdict, its diagnoses to the letter, and its repaired form. */

import { describe, expect, test } from "vitest";
import { check } from "../../src/index.ts";
import type { Judgement } from "../../src/index.ts";
import { proseText } from "../../src/report/text.ts";
import { checkCases } from "./table.ts";

/** What is said of an answer, as the table has it. */
export function said({ verdict, diagnoses, notes }: Judgement): string {
  if (verdict === "correct")
    return ["correct", ...notes.filter((note) => note.startsWith("right, "))].join("\n");
  const repair = diagnoses.find((d) => d.repair)?.repair;
  return [
    "incorrect",
    ...diagnoses.map(({ kind, message }) => `${kind}: ${proseText(message, "unicode")}`),
    ...(repair ? [`made right: ${repair.unicode}`] : []),
  ].join("\n");
}

describe.each(["mistakes", "slips", "values"])("%s", (name) => {
  test.each(checkCases(name))(
    "$title",
    async ({ problem, by, options, answer, said: expected }) => {
      expect(
        said(await check(problem, answer, { ...options, ...(by !== undefined && { wrt: by }) })),
      ).toBe(expected);
    },
  );
});

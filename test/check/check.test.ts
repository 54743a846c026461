/** @file Answers by hand: each has its verdict, its diagnoses to the letter, and its repaired form. */

import { describe, expect, test } from "vitest";
import { check, checkDerivation } from "../../src/index.ts";
import type { Judgement } from "../../src/index.ts";
import { proseText } from "../../src/report/text.ts";
import { checkCases } from "./table.ts";

/** What is said of an answer, as the table has it. */
export function said({ verdict, diagnoses, reasons }: Judgement): string {
  if (verdict === "correct") return ["correct", ...reasons].join("\n");
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

describe("what is no answer", () => {
  test.each([
    ["a missing text", undefined, {}, "an answer is a text"],
    ["a number", 3, {}, "an answer is a text"],
    ["another kind", "2Ax", { kind: "foo" }, "“foo” is not a kind of derivative"],
    [
      "points that are none",
      "2Ax",
      { points: Number.NaN },
      "points and deadline are numbers from 0",
    ],
    ["a time before now", "2Ax", { deadline: -1 }, "points and deadline are numbers from 0"],
  ])("%s is refused", async (_name, answer, options, message) => {
    await expect(
      check("xᵀAx", answer as string, { wrt: "x", ...options } as object),
    ).rejects.toThrow(message);
  });
});

test("a derivation in the library", async () => {
  const { verdict, firstWrong, lines, expected } = await checkDerivation(
    "P = Wx; K = WᵀP − x; L = ½‖K‖²",
    "∂L/∂K = K\n∂L/∂P = WᵀK\n∂L/∂W = WKxᵀ + PKᵀ",
    { wrt: "W" },
  );
  expect({ verdict, firstWrong }).toEqual({ verdict: "incorrect", firstWrong: 2 });
  expect(lines.map((line) => line.verdict)).toEqual(["right", "wrong", "right"]);
  expect(expected?.unicode).toBe("WKxᵀ + PKᵀ");
});

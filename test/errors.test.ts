/** @file Every error has its exact text. */

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { NablaError } from "../src/diagnostics/errors.ts";
import { derive } from "../src/index.ts";

const table = readFileSync(new URL("cases/errors.txt", import.meta.url), "utf8")
  .split(/\n{2,}/u)
  .filter((block) => !block.startsWith("%"))
  .map((block) => {
    const [asked = "", message = ""] = block.split("\n==>\n");
    const lines = asked.split("\n");
    return {
      problem: lines.filter((line) => !line.startsWith("wrt ")).join("\n"),
      wrt: lines.find((line) => line.startsWith("wrt "))?.slice(4),
      message: message.trimEnd(),
    };
  });

async function told(problem: string, wrt?: string): Promise<string> {
  try {
    await derive(problem, wrt === undefined ? {} : { wrt });
  } catch (error) {
    if (error instanceof NablaError) return error.render();
    throw error;
  }
  return "no error";
}

test.each(table)("$problem", async ({ problem, wrt, message }) => {
  expect(await told(problem, wrt)).toBe(message);
});

test.each([
  [
    "a \u202e b",
    "error[hidden-character]: a control character that reverses the direction of text\n  1 | a � b\n    |   ^\n  hint: remove it: what is shown is not what is read",
  ],
  [
    "A\u0000B",
    "error[unknown-character]: a control character (U+0000) is not in the language\n  1 | A␀B\n    |  ^",
  ],
  [
    "\ud800",
    "error[unknown-character]: half of a surrogate pair (U+D800) is not in the language\n  1 | �\n    | ^",
  ],
  ["", 'error[empty]: there is no expression\n  hint: nabla derive "‖Ax − b‖²" --wrt x'],
] as const)("what does not show: %j", async (problem, message) => {
  expect(await told(problem, "x")).toBe(message);
});

test("every error that a problem can meet has a case", () => {
  // Met on the command line and in files, or by a bug of ours: tested there.
  const elsewhere = new Set([
    "cannot-read",
    "not-scalar",
    "kind-needs-scalar",
    "vector-shape",
    "unknown-upstream",
    "nowhere-stationary",
    "cannot-write",
    "bad-option",
    "bad-request",
    "unknown-kind",
    "not-verified",
    "no-rule",
    "too-long",
    "too-deep",
    // Shown by the table of what does not show.
    "hidden-character",
    "empty",
  ]);
  const source = readFileSync(new URL("../src/diagnostics/errors.ts", import.meta.url), "utf8");
  const codes = new Set(
    [...source.matchAll(/error\(\s*"([a-z0-9-]+)"/gu)].map((match) => match[1]!),
  );
  const met = new Set(table.map(({ message }) => /^error\[(.*?)\]/u.exec(message)?.[1]));
  const missing = [...codes].filter((code) => !met.has(code) && !elsewhere.has(code));
  expect(missing).toEqual([]);
});

/** @file Answers that are to break the checker get an error or a verdict, in time. */

import { expect, test } from "vitest";
import { check, NablaError } from "../../src/index.ts";
import { processorTime } from "../clock.ts";

const autoencoder = "W: m×n; P = Wx; K = WᵀP − x; L = ½‖K‖²";
const linear = "A: n×n; tr(AX)";
const many = (count: number, line: (k: number) => string): string =>
  Array.from({ length: count }, (_, k) => line(k)).join("; ");

/** What comes of an answer: the verdict, or the code of the error. */
async function outcome(problem: string, wrt: string, answer: string): Promise<string> {
  try {
    const { verdict } = await check(problem, answer, { wrt, deadline: 300 });
    return verdict;
  } catch (error) {
    if (error instanceof NablaError) return error.diagnostic.code;
    throw error;
  }
}

test.each([
  [
    "a sum of thousands of terms",
    autoencoder,
    "W",
    Array(4000).fill("WKxᵀ").join(" + "),
    "incorrect",
  ],
  [
    "one whose shapes do not fit",
    autoencoder,
    "W",
    Array(4000).fill("WK").join(" + "),
    "incorrect",
  ],
  ["a text that is too long", autoencoder, "W", "W".repeat(200_000), "too-long"],
  ["brackets", autoencoder, "W", `${"(".repeat(490)}WKxᵀ${")".repeat(490)}`, "incorrect"],
  ["too many brackets", autoencoder, "W", "(".repeat(5000), "too-deep"],
  ["transposes", autoencoder, "W", `${"(".repeat(200)}WKxᵀ${"ᵀ)".repeat(200)}`, "incorrect"],
  [
    "names that double sixty times",
    autoencoder,
    "W",
    `a_1 = WKxᵀ; ${many(60, (k) => `a_{${k + 2}} = a_{${k + 1}} + a_{${k + 1}}`)}; a_{61}`,
    "incorrect",
  ],
  [
    "names that square forty times",
    linear,
    "X",
    `a_1 = A; ${many(40, (k) => `a_{${k + 2}} = a_{${k + 1}} a_{${k + 1}}`)}; a_{41}`,
    "incorrect",
  ],
  ["a name of the problem", autoencoder, "W", "W = x; WKxᵀ", "redefined"],
  ["a name of a function", autoencoder, "W", "tr = x; WKxᵀ", "name-is-function"],
  ["names in a circle", autoencoder, "W", "a = b; b = a; a", "cycle"],
  ["blanks", autoencoder, "W", `i = j: ${" ".repeat(90_000)}x`, "bad-case"],
  ["line ends", autoencoder, "W", `${"\n".repeat(90_000)}x`, "incorrect"],
  ["cases that never end", autoencoder, "W", "\\begin{cases}".repeat(5000), "not-in-language"],
  ["braces", autoencoder, "W", `∇_{${"_{".repeat(90)} = x`, "unclosed"],
  ["signs of equality", autoencoder, "W", Array(3000).fill("WKxᵀ").join(" = "), "too-long"],
  [
    "hundreds of names, the last first",
    "xᵀx",
    "x",
    [
      "2a_{479}",
      ...Array.from({ length: 479 }, (_, k) => `a_{${479 - k}} = a_{${478 - k}}`),
      "a_{0} = x",
    ].join("; "),
    "correct",
  ],
  [
    "thousands of names",
    autoencoder,
    "W",
    `${many(3000, (k) => `b_{${k}} = x`)}; WKxᵀ`,
    "too-long",
  ],
  [
    "sums in sums",
    linear,
    "X",
    "Σ_{i=1}^n Σ_{j=1}^n Σ_{k=1}^n Σ_{l=1}^n A_{ij}A_{kl}A",
    "incorrect",
  ],
  ["what reverses the text", autoencoder, "W", "W\u202eKxᵀ", "hidden-character"],
  ["nothing", autoencoder, "W", " ; ;", "empty"],
] as const)("%s", async (_, problem, wrt, answer, expected) => {
  await outcome(problem, wrt, "0");
  const started = processorTime();
  expect(await outcome(problem, wrt, answer)).toBe(expected);
  // The deadline is that of the search; what is read first takes its own time, and machines differ.
  expect(processorTime() - started).toBeLessThan(4000);
});

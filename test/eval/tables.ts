/** @file Tables of values as plain text: a problem and its numbers, `==>`, what is printed. */

import { readFileSync } from "node:fs";
import type { EvalOptions, Evaluation } from "../../src/eval/index.ts";
import { evaluation } from "../../src/eval/index.ts";
import { numbersTyped } from "../../src/eval/numbers.ts";
import { samplesInRows } from "../../src/eval/samples.ts";

/** One evaluation. */
export interface EvalCase {
  readonly title: string;
  readonly problem: string;
  readonly at: string;
  readonly samples: string;
  readonly digits: number | null;
  readonly options: EvalOptions;
  readonly expected: string;
}

const names = new Set([
  "at",
  "wrt",
  "samples",
  "descend",
  "rate",
  "iterations",
  "update",
  "reduce",
  "digits",
  "all",
  "forward",
]);

/** The blocks of a table: each begins with its title. */
export function evalCases(): EvalCase[] {
  const text = readFileSync(new URL("tables.txt", import.meta.url), "utf8");
  return text
    .split(/^(?=# )/mu)
    .slice(1)
    .map((block) => {
      const [asked = "", expected = ""] = block.split("\n==>\n");
      const lines = asked.split("\n");
      const option = (name: string): string | undefined =>
        lines.find((line) => line.startsWith(`${name} `))?.slice(name.length + 1);
      const given = Object.fromEntries(
        ["wrt", "descend", "rate", "update", "reduce"].flatMap((name) => {
          const value = option(name);
          return value === undefined ? [] : [[name, value]];
        }),
      ) as EvalOptions;
      const iterations = option("iterations");
      return {
        title: lines[0]!.slice(2),
        problem: lines
          .slice(1)
          .filter((line) => !names.has(line.split(" ")[0]!))
          .join("\n"),
        at: option("at") ?? "",
        samples: option("samples") ?? "",
        digits: option("digits") === undefined ? null : Number(option("digits")),
        options: {
          ...given,
          ...(iterations !== undefined && { iterations: Number(iterations) }),
          ...(lines.includes("all") && { all: true }),
          ...(lines.includes("forward") && { forward: true }),
        },
        expected: expected.trimEnd(),
      };
    });
}

/** Evaluates a problem at typed numbers. */
export const evaluated = (
  problem: string,
  at = "",
  options: EvalOptions = {},
  samples = "",
): Evaluation =>
  evaluation(
    { expr: problem },
    at === "" ? [] : numbersTyped(at),
    samples === "" ? [] : samplesInRows(numbersTyped(samples)),
    options,
  );

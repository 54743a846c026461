/** @file Plans as plain text: a problem and its sizes, `==>`, what is printed. */

import { readFileSync } from "node:fs";
import { planned } from "../../src/eval/compiled.ts";
import type { Demand } from "../../src/eval/compiled.ts";
import { numbersTyped, sizesTyped } from "../../src/eval/numbers.ts";
import { planText } from "../../src/report/plan.ts";

/** One plan. */
interface PlanCase {
  readonly title: string;
  readonly print: () => Promise<string>;
  readonly expected: string;
}

const names = new Set(["at", "sizes", "wrt", "forward", "backend", "dtype", "threads"]);

/** The blocks of the table: each begins with its title. */
export function planCases(): PlanCase[] {
  const text = readFileSync(new URL("plans.txt", import.meta.url), "utf8");
  return text
    .split(/^(?=# )/mu)
    .slice(1)
    .map((block) => {
      const [asked = "", expected = ""] = block.split("\n==>\n");
      const [title = "", ...lines] = asked.split("\n");
      const option = (name: string): string | undefined =>
        lines.find((line) => line.split(" ")[0] === name)?.slice(name.length + 1);
      const expr = lines.filter((line) => !names.has(line.split(" ")[0]!)).join("\n");
      const [at, sizes, threads] = ["at", "sizes", "threads"].map(option);
      const demand = {
        backend: option("backend"),
        ...(option("dtype") !== undefined && { dtype: option("dtype") }),
        ...(threads !== undefined && { threads: Number(threads) }),
      } as Demand;
      return {
        title: title.slice(2),
        expected: expected.trimEnd(),
        print: async () =>
          planText(
            await planned(
              { expr },
              at === undefined ? [] : numbersTyped(at),
              sizes === undefined ? [] : sizesTyped(sizes),
              option("forward") === undefined ? (option("wrt") ?? "") : null,
              demand,
            ),
          ),
      };
    });
}

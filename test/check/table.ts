/** @file The table of judged answers: a problem, answers to it, and what is said of each. */

import { blocks } from "../tables.ts";
import type { DeriveOptions } from "../../src/index.ts";

/** An answer by hand with all that is said of it. */
export interface CheckCase {
  readonly title: string;
  readonly problem: string;
  /** Of a value there is no variable. */
  readonly by: string | undefined;
  readonly options: DeriveOptions;
  readonly answer: string;
  /** `correct`, or a line `kind: message` for each diagnosis and the repaired answer. */
  readonly said: string;
}

const marks = /^(?:#|by|kind|layout|structured|upstream|answer|==>|-) /u;

/** The cases of a table: below a problem stand its answers, each with what is said of it. */
export function checkCases(name: string): CheckCase[] {
  return blocks(`../check/${name}`).flatMap((lines) => {
    const after = (mark: string): string | undefined =>
      lines.find((line) => line.startsWith(`${mark} `))?.slice(mark.length + 1);
    const problem = lines.filter((line) => !marks.test(line)).join("\n");
    const by = after("by");
    const options: DeriveOptions = Object.fromEntries(
      ["kind", "layout", "structured", "upstream"].flatMap((option) => {
        const text = after(option);
        return text === undefined ? [] : [[option, text]];
      }),
    );
    const cases: CheckCase[] = [];
    let answer = "";
    for (const line of lines) {
      if (line.startsWith("answer ")) answer = line.slice(7);
      else if (line.startsWith("==> "))
        cases.push({
          title: `${by ?? "value"}: ${answer}`,
          problem,
          by,
          options,
          answer,
          said: line.slice(4),
        });
      else if (line.startsWith("- ")) {
        const last = cases.pop()!;
        cases.push({ ...last, said: `${last.said}\n${line.slice(2)}` });
      }
    }
    return cases;
  });
}

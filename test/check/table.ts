/** @file The tables of judged answers and derivations: a problem, what was typed, and what is said of it. */

import { derivationJudged } from "../../src/check/index.ts";
import { parseProblem } from "../../src/parse/index.ts";
import { proseText } from "../../src/report/text.ts";
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

/** What is said of the lines of a block, as the table has it. */
export function derivationSaid(block: readonly string[]): string[] {
  const after = (mark: string): string | undefined =>
    block.find((line) => line.startsWith(`${mark} `))?.slice(mark.length + 1);
  const text = block.filter((line) => !/^(?:#|by|kind|line|==>|- )/u.test(line)).join("\n");
  const typed = block.flatMap((line) => (line.startsWith("line ") ? [line.slice(5)] : []));
  const problem = parseProblem([{ role: "expr", text }]);
  const kind = after("kind") === "hessian" ? ({ kind: "hessian" } as const) : {};
  const source = { role: "answer", text: typed.join("\n") } as const;
  const { verdict, lines, notes } = derivationJudged(problem, after("by"), source, kind);
  const said: string[] = [];
  for (const line of lines) {
    const from = line.from === null ? "" : ` from ${line.from}`;
    said.push(`==> ${line.line} ${line.verdict}${from}: ${line.text}`);
    for (const { kind: of, message } of line.diagnoses)
      said.push(`- ${of}: ${proseText(message, "unicode")}`);
  }
  return [...said, `==> ${verdict}`, ...notes.map((note) => `- ${note}`)];
}

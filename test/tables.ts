/** @file Plain-text tables: blocks between blank lines, `==>` before what is expected. */

import { readFileSync } from "node:fs";
import { textOptionNames } from "../src/cli/request.ts";
import { alternativeNames } from "../src/derive/options.ts";
import type { DeriveOptions } from "../src/index.ts";

/** One derivation: a problem, its variable, other spellings of it, and the form to show. */
export interface Case {
  readonly title: string;
  readonly statements: readonly string[];
  readonly by: string;
  /** The same problem in other spellings, statements separated by `;`. */
  readonly also: readonly string[];
  readonly expected: string;
  /** What the lines `kind`, `hvp`, `upstream`, `structured` and `layout` say, and all forms where one is named. */
  readonly options: DeriveOptions;
  /** Other forms of the result, by their names. */
  readonly forms: readonly (readonly [name: string, text: string])[];
  /** What is said of the reading. */
  readonly told: readonly string[];
}

/** The blocks of a table as lists of lines; `%` begins a comment. */
export function blocks(name: string): string[][] {
  const text = readFileSync(new URL(`cases/${name}.txt`, import.meta.url), "utf8");
  return text
    .split(/\n{2,}/u)
    .map((block) => block.split("\n").filter((line) => line !== "" && !line.startsWith("%")))
    .filter((lines) => lines.length > 0);
}

const formNames = ["kron", "matrix", "index", "cases", "map"];
const marks = ["#", "by", "also", "told", ...textOptionNames, "==>"];
const isMarked = new RegExp(
  `^(?:${marks.join("|")}|(?:${[...formNames, ...alternativeNames].join("|")}) ==>) `,
  "u",
);

/** The derivations of a table. */
export function cases(name: string): Case[] {
  return blocks(name).map((lines) => {
    const after = (mark: string): string[] =>
      lines.filter((line) => line.startsWith(mark)).map((line) => line.slice(mark.length));
    const statements = lines.filter((line) => !isMarked.test(line));
    const [by] = after("by ");
    const [expected] = after("==> ");
    if (by === undefined || expected === undefined)
      throw new Error(`half a case: ${lines.join(" / ")}`);
    const title = after("# ")[0] ?? `${statements.join("; ")} by ${by}`;
    const forms = [...formNames, ...alternativeNames].flatMap((name) =>
      after(`${name} ==> `).map((text) => [name, text] as const),
    );
    const options: DeriveOptions = {
      ...Object.fromEntries(
        textOptionNames.flatMap((name) => after(`${name} `).map((text) => [name, text])),
      ),
      ...(forms.some(([name]) => alternativeNames.some((n) => n === name)) && { forms: "all" }),
    };
    return {
      title,
      statements,
      by,
      also: after("also "),
      expected,
      options,
      forms,
      told: after("told "),
    };
  });
}

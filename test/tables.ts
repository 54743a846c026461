/** @file Plain-text tables: blocks between blank lines, `==>` before what is expected. */

import { readFileSync } from "node:fs";
import type { Kind, Structured } from "../src/index.ts";

/** One derivation: a problem, its variable, other spellings of it, and the form to show. */
export interface Case {
  readonly title: string;
  readonly statements: readonly string[];
  readonly by: string;
  /** The same problem in other spellings, statements separated by `;`. */
  readonly also: readonly string[];
  readonly expected: string;
  /** What is derived, where it is not said by the objective. */
  readonly kind: Kind | undefined;
  /** The vector of a Hessian–vector product. */
  readonly hvp: string | undefined;
  /** The name whose cotangent is given. */
  readonly upstream: string | undefined;
  /** How structured variables are varied. */
  readonly structured: Structured | undefined;
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

/** The derivations of a table. */
export function cases(name: string): Case[] {
  return blocks(name).map((lines) => {
    const after = (mark: string): string[] =>
      lines.filter((line) => line.startsWith(mark)).map((line) => line.slice(mark.length));
    const statements = lines.filter(
      (line) =>
        !/^(?:# |by |also |told |kind |hvp |upstream |structured |==> |(?:kron|matrix|index|cases|map) ==> )/u.test(
          line,
        ),
    );
    const [by] = after("by ");
    const [expected] = after("==> ");
    if (by === undefined || expected === undefined)
      throw new Error(`half a case: ${lines.join(" / ")}`);
    const title = after("# ")[0] ?? `${statements.join("; ")} by ${by}`;
    const forms = ["kron", "matrix", "index", "cases", "map"].flatMap((name) =>
      after(`${name} ==> `).map((text) => [name, text] as const),
    );
    const [kind] = after("kind ") as Kind[];
    return {
      title,
      statements,
      by,
      also: after("also "),
      expected,
      kind,
      hvp: after("hvp ")[0],
      upstream: after("upstream ")[0],
      structured: after("structured ")[0] as Structured | undefined,
      forms,
      told: after("told "),
    };
  });
}

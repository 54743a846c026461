/** @file What every command takes that works on a problem: its text, files, statements and variables. */

import type { Command } from "commander";
import { errors } from "../diagnostics/errors.ts";
import { readText } from "../files/index.ts";

/** A problem on the command line. */
export interface ProblemOptions {
  readonly wrt?: string;
  readonly let: readonly string[];
  readonly file: readonly string[];
}

/** Adds the argument and the options that give a problem. */
export const problemOptions = (command: Command): Command =>
  command
    .argument(
      "[expr]",
      "the problem: statements and the objective, ; or newlines between; - is standard input",
    )
    .option(
      "-w, --wrt <names>",
      "the variables, separated by commas",
      (value: string, before: string | undefined) =>
        before === undefined ? value : `${before},${value}`,
    )
    .option(
      "-l, --let <statement>",
      "one more statement (repeatable)",
      (value: string, all: string[]) => [...all, value],
      [],
    )
    .option(
      "-f, --file <file>",
      "read the problem from a file; - is standard input (repeatable)",
      (value: string, all: string[]) => [...all, value],
      [],
    );

/** The texts of a problem that is given so. */
export function problemTexts(
  expr: string | undefined,
  options: ProblemOptions,
): { statements: readonly string[]; expr?: string } {
  const fromFile = options.file.map(readText);
  const text = expr === "-" ? readText("-") : expr;
  if (text === undefined && fromFile.length === 0 && options.let.length === 0)
    throw errors.emptyProblem();
  return {
    statements: [...fromFile, ...options.let],
    ...(text !== undefined && { expr: text }),
  };
}

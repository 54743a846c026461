/** @file The program: its commands, its exit codes, and how errors are told. */

import { Command, CommanderError, Help } from "commander";
import { NablaError } from "../diagnostics/errors.ts";
import { version } from "../../package.json";
import { addCache } from "./cache.ts";
import { addCheck } from "./check.ts";
import { addData } from "./data.ts";
import { addDerive } from "./derive.ts";
import { addEval } from "./eval.ts";
import { addGraph } from "./graph.ts";
import { addPredict } from "./predict.ts";
import { addSheet } from "./sheet.ts";
import { addTrain } from "./train.ts";

const usualHelp = new Help();

/** Runs the program with its arguments; sets the exit code. */
export async function main(argv: readonly string[]): Promise<void> {
  const program = new Command("nabla")
    .description("Symbolic matrix calculus: a typed loss becomes its verified gradient.")
    .version(version)
    .option("--debug", "show the stack of an error")
    .exitOverride()
    .configureHelp({
      // That what can be repeated begins with nothing needs no word.
      optionDescription: (option) =>
        usualHelp.optionDescription(option).replace(" (default: [])", ""),
    })
    .configureOutput({
      outputError: (text, write) => write(text.replace(/^error: /u, "error[usage]: ")),
    });
  addDerive(program);
  addCheck(program);
  addGraph(program);
  addSheet(program);
  addEval(program);
  addTrain(program);
  addPredict(program);
  addData(program);
  addCache(program);
  for (const command of program.commands) command.exitOverride();
  try {
    await program.parseAsync(withDashes(program, argv), { from: "user" });
  } catch (error) {
    process.exitCode = told(error, argv.includes("--debug"));
  }
}

/** An expression may begin with a minus: what starts with one and is no option is an argument. */
function withDashes({ commands }: Command, argv: readonly string[]): string[] {
  const takers = commands.flatMap(({ options }) => options.filter((option) => option.required));
  const takesValue = (arg: string): boolean =>
    takers.some(({ short, long }) => arg === short || arg === long);
  const at = argv.findIndex(
    (arg, i) => i > 0 && looksLikeExpression(arg) && !takesValue(argv[i - 1]!),
  );
  if (at < 0 || argv.includes("--")) return [...argv];
  return [...argv.slice(0, at), ...argv.slice(at + 1), "--", argv[at]!];
}

/** One letter is an option; a value never touches it, so that `-log|K|` is no `-l`. */
const looksLikeExpression = (arg: string): boolean =>
  /^-[^-]/u.test(arg) && !/^-[a-zA-Z]$/u.test(arg);

/** Tells an error on stderr and gives its exit code. */
function told(error: unknown, debug: boolean): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof NablaError) {
    process.stderr.write(`${error.render()}\n`);
    if (debug) process.stderr.write(`${error.stack}\n`);
    return error.exit;
  }
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(
    `${message.startsWith("internal:") ? message : `internal: ${message}`}\n  this is a bug in nabla: please report the problem\n`,
  );
  if (debug && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  return 70;
}

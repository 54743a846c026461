/** @file `nabla sheet`. */

import { watch } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Command } from "commander";
import { Option } from "commander";
import { errors, NablaError } from "../diagnostics/errors.ts";
import type { SheetFormat, SheetOptions, Show, Template } from "../sheet/index.ts";
import { buildSheet, sheetFormats, shows, templates } from "../sheet/index.ts";
import { isSameFile, readText, writeBeside, writeFile } from "../files/index.ts";
import { endingOf } from "./output.ts";

interface Options {
  readonly output?: string;
  readonly to?: SheetFormat;
  readonly show?: Show;
  readonly template?: Template;
  readonly variant?: string;
  readonly data?: string;
  readonly watch?: boolean;
}

export function addSheet(program: Command): void {
  program
    .command("sheet")
    .description("a solution sheet from a Markdown file of problems")
    .argument("<file>", "the problem file; - is standard input")
    .option(
      "-o, --output <file>",
      "where to write it; its ending gives the format (.md .html .tex .pdf)",
    )
    .addOption(new Option("--to <format>", "the format").choices([...sheetFormats]))
    .addOption(
      new Option(
        "--show <what>",
        "the problems alone, with answers, or with steps (as the file says)",
      ).choices([...shows]),
    )
    .addOption(
      new Option("--template <class>", "the LaTeX class (as the file says)").choices([
        ...templates,
      ]),
    )
    .option("--variant <seed>", "another copy: other letters and sizes, the same for the same seed")
    .option("--data <folder>", "with real data in folders, for trainings that name them: real=…")
    .option("--watch", "build it again whenever the file changes")
    .addHelpText("after", examples)
    .action(run);
}

const examples = `
Examples:
  nabla sheet homework.md -o homework.solved.md
  nabla sheet homework.md -o solutions.pdf
  nabla sheet homework.md --show problems --template exam -o exam.tex
  nabla sheet homework.md --variant 7 -o copy-7.html --watch`;

async function run(file: string, options: Options): Promise<void> {
  const format = formatOf(options);
  const { output = "-" } = options;
  if (format === "pdf" && output === "-") throw errors.badOption("--output", "a file for a PDF");
  if (file !== "-" && output !== "-" && isSameFile(file, output))
    throw errors.badOption("--output", "another file than the source, which would be lost");
  await build(file, format, options);
  if (options.watch) await again(file, format, options);
}

async function build(file: string, format: SheetFormat, options: Options): Promise<void> {
  const { output = "-" } = options;
  const built = await buildSheet(
    readText(file),
    file === "-" ? "standard input" : file,
    format,
    sheetOptions(options),
  );
  // What stands beside the sheet is there before it is shown.
  for (const { name, content } of built.toReversed())
    if (name !== null) writeBeside(join(dirname(output), name), content);
    else if (output === "-") process.stdout.write(content);
    else writeFile(output, content);
}

function sheetOptions({ output = "-", show, template, variant, data }: Options): SheetOptions {
  if (variant !== undefined && !/^\d{1,15}$/u.test(variant))
    throw errors.badOption("--variant", "a whole number from 0");
  return {
    warn: (warning) => process.stderr.write(`${warning}\n`),
    ...(show && { show }),
    ...(template && { template }),
    ...(data !== undefined && { data }),
    ...(variant !== undefined && { variant: Number(variant) }),
    ...(output !== "-" && { stem: basename(output).replace(/\.\w+$/u, "") }),
  };
}

/** Builds the sheet after each change until the program is stopped; mistakes are told and waited for. */
async function again(file: string, format: SheetFormat, options: Options): Promise<void> {
  process.stderr.write(`  watching ${file}\n`);
  let timer: NodeJS.Timeout | undefined;
  const rebuild = async (): Promise<void> => {
    try {
      await build(file, format, options);
      process.stderr.write(`  built ${options.output ?? "-"}\n`);
    } catch (error) {
      if (!(error instanceof NablaError)) throw error;
      process.stderr.write(`${error.render()}\n`);
    }
  };
  // Editors put another file in its place: the folder is watched.
  const watcher = watch(dirname(file), (_, name) => {
    if (name !== basename(file)) return;
    clearTimeout(timer);
    timer = setTimeout(() => void rebuild(), 50);
  });
  await new Promise((stopped) => {
    process.once("SIGINT", stopped);
  });
  watcher.close();
  process.exitCode = 130;
}

/** What --to says, or the ending of the output; they must not say two things. */
function formatOf({ to, output }: Options): SheetFormat {
  const ending = endingOf(output);
  const known = sheetFormats.find((format) => format === ending);
  if (to && known && to !== known)
    throw errors.badOption("--to", `${known} for a file that ends in .${ending}`);
  if (to ?? known) return (to ?? known)!;
  if (output === undefined || output === "-") return "md";
  throw errors.badOption(
    "--output",
    "a name that ends in .md .html .tex .pdf, or has --to beside it",
  );
}

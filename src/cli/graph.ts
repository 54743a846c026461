/** @file `nabla graph`. */

import type { Command } from "commander";
import { Option } from "commander";
import type { GraphFormat } from "../graph/index.ts";
import { drawn, graphFormats, pictureOf } from "../graph/index.ts";
import { parse, variablesOf } from "../index.ts";
import { writeFile } from "../files/index.ts";
import { formatByEnding } from "./output.ts";
import { problemOptions, problemTexts } from "./problem.ts";
import type { ProblemOptions } from "./problem.ts";

interface Options extends ProblemOptions {
  readonly format?: GraphFormat;
  readonly backward?: boolean;
  readonly paths?: string;
  readonly output?: string;
}

/** The form that the ending of a file name asks for. */
const byEnding: Readonly<Record<string, GraphFormat>> = {
  txt: "text",
  svg: "svg",
  tex: "tikz",
  dot: "dot",
  gv: "dot",
};
/** Those that are told, the pictures first. */
const endings = ["svg", "tex", "dot", "txt"];

export function addGraph(program: Command): void {
  problemOptions(program.command("graph").description("the computational graph of a problem"))
    .addOption(new Option("--format <format>", "how it is shown (text)").choices([...graphFormats]))
    .option("--backward", "what flows back along each edge, too")
    .option(
      "--paths <names>",
      "the paths from these variables to the objective, each with what it contributes",
    )
    .option(
      "-o, --output <file>",
      "write it to a file; its ending gives the format (.svg .tex .dot .txt)",
    )
    .addHelpText("after", examples)
    .action(run);
}

const examples = `
Examples:
  nabla graph "½‖WᵀWx − x‖²"
  nabla graph "½‖WᵀWx − x‖²" --paths W -o autoencoder.svg
  nabla graph "P = Wx; K = WᵀP − x; ½‖K‖²" --wrt W --backward -o autoencoder.tex`;

async function run(expr: string | undefined, options: Options): Promise<void> {
  const format = options.format ?? formatByEnding(options.output, byEnding, endings) ?? "text";
  const wrt = [options.wrt, options.paths].filter((text) => text !== undefined).join(",");
  const problem = parse(problemTexts(expr, options), { kind: "jacobian", wrt });
  const named = (text: string | undefined) =>
    text === undefined ? [] : variablesOf(problem, text);
  const picture = pictureOf(problem, named(options.wrt), {
    backward: options.backward === true,
    paths: named(options.paths),
  });
  const text = await drawn(picture, format);
  if (options.output && options.output !== "-") writeFile(options.output, `${text}\n`);
  else process.stdout.write(`${text}\n`);
  if (format !== "text" && format !== "ascii")
    for (const note of picture.graph.notes) process.stderr.write(`  ${note}\n`);
}

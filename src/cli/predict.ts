/** @file `nabla predict`. */

import type { Command } from "commander";
import { Option } from "commander";
import { writeFile } from "../files/index.ts";
import { formatAsked, tellError } from "./output.ts";

const formats = ["text", "ascii", "json", "svg"] as const;
export type PredictFormat = (typeof formats)[number];

/** The options of `nabla predict` as they were typed. */
export interface PredictOptions {
  readonly images: string;
  readonly from: string;
  readonly count?: string;
  readonly format?: PredictFormat;
  readonly json?: boolean;
  readonly output?: string;
}

export function addPredict(program: Command): void {
  program
    .command("predict")
    .description("class probabilities, or numbers, that a trained run predicts for samples")
    .argument("<run>", "the folder of a run")
    .requiredOption(
      "-i, --images <file>",
      "samples as they were trained on: IDX, CIFAR-10, NPY, NPZ (data.npz:x_test) or CSV",
    )
    .option("--from <n>", "the first of them, counted from 1", "1")
    .option("--count <n>", "how many (10; as JSON all)")
    .addOption(new Option("--format <format>", "how they are shown (text)").choices([...formats]))
    .option("--json", "the same as --format json")
    .option(
      "-o, --output <file>",
      "write it to a file; its ending gives the format (.txt .json .svg)",
    )
    .addHelpText("after", examples)
    .action(run);
}

const examples = `
Examples:
  nabla predict runs/fashionmnist-1 --images t10k-images-idx3-ubyte.gz --count 3
  nabla predict runs/fashionmnist-1 --images t10k-images-idx3-ubyte.gz -o three.svg --count 3
  nabla predict runs/fashionmnist-1 --images t10k-images-idx3-ubyte.gz --json`;

const byEnding = { txt: "text", json: "json", svg: "svg" } as const;

async function run(folder: string, options: PredictOptions): Promise<void> {
  const format = formatAsked(options, byEnding);
  try {
    const { predictionsIn } = await import("./predictions.ts");
    const text = await predictionsIn(folder, options, format);
    if (options.output !== undefined && options.output !== "-")
      writeFile(options.output, `${text}\n`);
    else process.stdout.write(`${text}\n`);
  } catch (error) {
    tellError(error, format);
  }
}

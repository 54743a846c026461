/** @file `nabla train`. */

import type { Command } from "commander";
import { trainingOptions } from "./train-options.ts";
import type { TrainOptions } from "./train-options.ts";

export function addTrain(program: Command): void {
  trainingOptions(
    program.command("train").description("train a network, or any typed loss, on data"),
  )
    .addHelpText("after", examples)
    .action(run);
}

const examples = `
Examples:
  nabla train --layers 784,256,128,64,10 --data fashion-mnist
  nabla train --layers 3072,50,10 --data cifar-10 --optimizer momentum --rate 0.01 \\
      --schedule step:5:0.5 --l2 0.001 --standardise all --validation 1000
  nabla train net.nabla --params W_1,b_1,W_2,b_2 --input X --target Y --predicts P \\
      --data table.csv --label species
  nabla train --resume runs/fashionmnist-1`;

/** What trains is large, and few commands need it. */
async function run(problem: string | undefined, options: TrainOptions): Promise<void> {
  const { train } = await import("./training-run.ts");
  await train(problem, options);
}

/** @file `nabla train`. */

import type { Command } from "commander";
import { errors } from "../diagnostics/errors.ts";
import { networkOptions, typedOptions } from "../train/choices.ts";
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
  nabla train --hidden 256,128,64 --data fashion-mnist
  nabla train --layers 3072,50,10 --data cifar-10 --optimizer momentum --rate 0.01 \\
      --schedule step:5:0.5 --l2 0.001 --standardise all --validation 1000
  nabla train net.nabla --params W_1,b_1,W_2,b_2 --input X --target Y --predicts P \\
      --data table.csv --label species
  nabla train --resume runs/fashionmnist-1`;

/** Options that go with a run that is gone on with. */
const besideResume = new Set(["resume", "data", "threads", "memory", "epochs", "json"]);
/** Options of runs: they say nothing where nothing is trained. */
const ofRuns = ["out", "search", "trials", "check"];

/** @throws NablaError where an option would say nothing. */
function refuseIdle(given: readonly string[], problem: string | undefined): void {
  const idle = (names: readonly string[]): string | undefined =>
    given.find((name) => names.includes(name));
  if (given.includes("resume")) {
    const other = problem ?? given.find((name) => !besideResume.has(name));
    if (other !== undefined)
      throw errors.besideResume(problem === undefined ? `--${other}` : other);
    return;
  }
  for (const other of ["show", "check-gradients"]) {
    if (!given.includes(other)) continue;
    const run = idle([...ofRuns, ...(other === "show" ? ["check-gradients"] : [])]);
    if (run !== undefined) throw errors.idleBeside(run === "check" ? "no-check" : run, other);
  }
  const typed = problem === undefined ? idle(typedOptions) : undefined;
  if (typed !== undefined) throw errors.optionOf(typed, "a typed loss", 'nabla train "LOSS"');
  const network = problem === undefined ? undefined : idle(networkOptions);
  if (network !== undefined) throw errors.optionOf(network, "a network", "--layers 784,256,10");
  if (given.includes("trials") && !given.includes("search"))
    throw errors.badOption("--trials", 'a search beside it: --search "rate=1e-4..0.1"');
}

/** What trains is large, and few commands need it. */
async function run(
  problem: string | undefined,
  options: TrainOptions,
  command: Command,
): Promise<void> {
  const given = command.options
    .filter((option) => command.getOptionValueSource(option.attributeName()) === "cli")
    .map(({ long }) => long!.replace(/^--(?:no-)?/u, ""));
  refuseIdle(given, problem);
  const { train } = await import("./training-run.ts");
  await train(problem, { ...options, isLonger: given.includes("epochs") });
}

/** @file The options of `nabla train`. */

import type { Command } from "commander";
import { Option } from "commander";
import { choices } from "../compile/options.ts";
import {
  activationNames,
  losses,
  optimizerNames,
  standards,
  targetKinds,
  usual,
} from "../train/choices.ts";
import type { Asked } from "../train/choices.ts";

/** The options of `nabla train` as they were typed. */
export interface TrainOptions extends Asked {
  readonly memory: string;
  readonly threads?: string;
  readonly out?: string;
  readonly resume?: string;
  readonly search?: string;
  readonly trials?: string;
  readonly show?: boolean;
  readonly checkGradients?: boolean;
  readonly check: boolean;
  readonly json?: boolean;
  /** Whether epochs were asked for, and are not the usual ones. */
  readonly isLonger?: boolean;
}

const collected = (value: string, all: readonly string[]): string[] => [...all, value];

/** Adds what says what is trained, on what, and how. */
export function trainingOptions(command: Command): Command {
  return command
    .argument("[problem]", "a loss: a file that ends in .nabla, or its text")
    .option("--layers <sizes>", "a network: the entries of a sample, units of each layer, outputs")
    .option("--hidden <sizes>", "a network: units of hidden layers, the rest as the data have it")
    .addOption(
      new Option("--activation <name>", "of hidden layers")
        .choices([...activationNames])
        .default(usual.activation),
    )
    .addOption(
      new Option("--loss <name>", "cross-entropy for classes, squared for numbers").choices([
        ...losses,
      ]),
    )
    .option("--margin <number>", "by how much a hinge wants the class to win (1)")
    .option("--l2 <number>", "λ of λ Σ ‖W_k‖² in the loss", usual.l2)
    .option("--dropout <share>", "of hidden units that are left out in each step", usual.dropout)
    .option("--batch-norm", "batch normalisation of the pre-activations of hidden layers")
    .option(
      "--init <how>",
      "he, xavier, normal or normal:0.01 (he; xavier for tanh, sigmoid and typed losses)",
    )
    .option("--params <names>", "of a typed loss: what is trained")
    .option("--input <name>", "of a typed loss: what samples are put to")
    .option("--target <name>", "of a typed loss: what their targets are put to")
    .option(
      "--predicts <name>",
      "of a typed loss: the definition with a row a sample that predicts",
    )
    .option(
      "--sizes <sizes>",
      'of a typed loss: sizes by name, "h=64, k=3" (repeatable)',
      collected,
      [],
    )
    .option("-d, --data <path>", "a folder or a file with samples (repeatable)", collected, [])
    .addOption(
      new Option(
        "--targets <kind>",
        "what labels are (classes; of a squared loss as outputs or data say)",
      ).choices([...targetKinds]),
    )
    .option("--label <column>", "of a table: the column of the labels, by name or number")
    .option("--validation <n>", "how many samples, or which share, validate", usual.validation)
    .option(
      "--test <n>",
      "how many samples, or which share, test, where the data have none",
      usual.test,
    )
    .option("--limit <n>", "train on so many samples at most")
    .addOption(
      new Option(
        "--standardise <how>",
        "inputs: each feature by its own mean and standard deviation, all by one, or not",
      )
        .choices([...standards])
        .default(usual.standardise),
    )
    .addOption(
      new Option("--optimizer <name>", "how steps are taken")
        .choices([...optimizerNames])
        .default(usual.optimizer),
    )
    .option("--rate <number>", "the learning rate")
    .option("--momentum <μ>", "of momentum and nesterov (0.9)")
    .option("--decay <ρ>", "of rmsprop (0.9)")
    .option("--beta1 <β₁>", "of adam and adamw (0.9)")
    .option("--beta2 <β₂>", "of adam and adamw (0.999)")
    .option("--epsilon <ε>", "of rmsprop, adam and adamw (1e-8)")
    .option("--weight-decay <λ>", "of adamw (0.01)")
    .option(
      "--schedule <how>",
      "constant, step:EPOCHS:FACTOR, or cosine, cosine:LEAST down to nothing, to that share",
      usual.schedule,
    )
    .option("--warmup <epochs>", "over which the rate rises", usual.warmup)
    .option("--clip <norm>", "gradients, all together, become no longer than that")
    .option("--clip-value <number>", "entries of gradients become no larger than that")
    .option("--batch <n>", "samples of a step", usual.batch)
    .option("--epochs <n>", "how often all samples are gone through", usual.epochs)
    .option(
      "--patience <epochs>",
      "early stopping: end when the validation loss has not fallen for so many",
    )
    .option("--seed <n>", "of all that is drawn: the same seed, the same weights", usual.seed)
    .addOption(
      new Option("--backend <name>", "what computes")
        .choices([...choices.backend])
        .default(usual.backend),
    )
    .addOption(
      new Option("--dtype <type>", "of all numbers")
        .choices([...choices.dtype])
        .default(usual.dtype),
    )
    .option("--threads <n>", "how many threads compute")
    .option("--memory <MiB>", "what samples may take; more stays in files", "1024")
    .option("-o, --out <folder>", "of the run (runs/NAME-1), or of the search (runs/search-1)")
    .option("--resume <folder>", "go on with a run, or a search")
    .option(
      "--search <values>",
      'a run for each of "rate=0.1,0.01; l2=0,0.001", compared by --validation',
    )
    .option("--trials <n>", 'so many by chance, also from ranges: "rate=1e-4..0.1"')
    .option("--show", "print the problem, its gradients and the compiled plan, and train nothing")
    .option("--check-gradients", "print derived beside numeric gradients, and train nothing")
    .option("--no-check", "leave out the check of gradients at the first batch")
    .option("--json", "a line of JSON an epoch");
}

/** @file The options of training: what they have by name, and what holds where they are not given. */

import type { CompileOptions } from "../compile/index.ts";

/** What hidden layers make of their pre-activations. */
export const activationNames = ["relu", "tanh", "sigmoid", "swish", "gelu", "softplus"] as const;
export type Activation = (typeof activationNames)[number];

export const losses = ["cross-entropy", "hinge", "softmax-hinge", "squared"] as const;
export type Loss = (typeof losses)[number];

export const optimizerNames = ["sgd", "momentum", "nesterov", "rmsprop", "adam", "adamw"] as const;
export type OptimizerName = (typeof optimizerNames)[number];

/**
 * How entries of samples are put: as they stand (bytes between 0 and 1), by one mean and deviation of all that is
 * trained on, or each by its own.
 */
export const standards = ["none", "all", "feature"] as const;
export type Standard = (typeof standards)[number];

export const targetKinds = ["classes", "numbers"] as const;
/** What targets are; none are read for a loss that has none. */
export type TargetKind = (typeof targetKinds)[number];

/** What is trained, on what and how, as it is typed. */
export interface Asked {
  readonly layers?: string;
  readonly hidden?: string;
  readonly activation: Activation;
  readonly loss?: Loss;
  readonly margin?: string;
  readonly l2: string;
  readonly dropout: string;
  readonly batchNorm?: boolean;
  readonly init?: string;
  readonly params?: string;
  readonly input?: string;
  readonly target?: string;
  readonly predicts?: string;
  readonly targets?: TargetKind;
  readonly sizes: readonly string[];
  readonly optimizer: OptimizerName;
  readonly rate?: string;
  readonly momentum?: string;
  readonly decay?: string;
  readonly beta1?: string;
  readonly beta2?: string;
  readonly epsilon?: string;
  readonly weightDecay?: string;
  readonly schedule: string;
  readonly warmup: string;
  readonly clip?: string;
  readonly clipValue?: string;
  readonly batch: string;
  readonly epochs: string;
  readonly patience?: string;
  readonly seed: string;
  readonly data: readonly string[];
  readonly label?: string;
  readonly validation: string;
  readonly test: string;
  readonly limit?: string;
  readonly standardise: Standard;
  readonly backend: "auto" | NonNullable<CompileOptions["backend"]>;
  readonly dtype: NonNullable<CompileOptions["dtype"]>;
}

/** What holds where nothing else is said. */
export const usual = {
  activation: "relu",
  l2: "0",
  dropout: "0",
  sizes: [],
  optimizer: "adam",
  schedule: "cosine",
  warmup: "0",
  batch: "128",
  epochs: "10",
  seed: "1",
  data: [],
  validation: "0",
  test: "0",
  standardise: "none",
  backend: "auto",
  dtype: "float32",
} as const satisfies Asked;

/** Options of networks alone, and of typed losses alone. */
export const networkOptions = [
  "hidden",
  "activation",
  "loss",
  "margin",
  "l2",
  "dropout",
  "batch-norm",
  "targets",
] as const;
export const typedOptions = ["params", "input", "target", "predicts", "sizes"] as const;

/** The key of an option in what was asked: `batchNorm` of `batch-norm`. */
export const optionKey = (option: string): string =>
  option.replaceAll(/-(\w)/gu, (_all, letter: string) => letter.toUpperCase());

/** @file Fully-connected networks as problems in the language: rows are samples. */

import { errors } from "../diagnostics/errors.ts";
import type { Activation, Loss } from "./choices.ts";

/** How activations are typed. */
const activations: Readonly<Record<Activation, string>> = {
  relu: "relu",
  tanh: "tanh",
  sigmoid: "σ",
  swish: "swish",
  gelu: "gelu",
  softplus: "softplus",
};

/** What a network is to be. */
export interface NetworkOptions {
  /** How many entries a sample has, how many units each layer. */
  readonly layers: readonly number[];
  readonly activation: Activation;
  readonly loss: Loss;
  /** Whether targets are classes; else they are numbers, one for each output. */
  readonly isOfClasses: boolean;
  /** By how much the score of the class has to be the largest, for a hinge. */
  readonly margin: number;
  /** The weight λ of λ Σ ‖W_k‖² in the loss. */
  readonly l2: number;
  /** The share of hidden units that are left out in a step of training. */
  readonly dropout: number;
  /** Whether the pre-activations of hidden layers are normalised over the batch. */
  readonly batchNorm: boolean;
}

/** A name that training changes. */
export interface Parameter {
  readonly name: string;
  readonly rows: number;
  readonly columns: number;
  /** What it begins with: drawn for the layer that it stands for, or one number everywhere. */
  readonly first: "drawn" | number;
}

/** Sums of a layer that are normalised: the names of their mean and variance, and how many there are. */
export interface Normalised {
  readonly mean: string;
  readonly variance: string;
  readonly units: number;
}

/** Hidden units some of which are left out: the name of the mask, which has a row a sample. */
export interface Masked {
  readonly name: string;
  readonly units: number;
}

/** A network as a problem, for training and for what follows. */
export interface Network {
  readonly training: string;
  /** Without masks, and with means and variances that are given. */
  readonly inference: string;
  readonly parameters: readonly Parameter[];
  readonly normalised: readonly Normalised[];
  readonly masked: readonly Masked[];
}

/** What names of a network stand for, wherever a run needs them. */
export const networkNames = {
  input: "X",
  target: "Y",
  samples: "N",
} as const;

/** The name of the share of samples whose class is found, where a problem has one. */
export const accuracyName = "accuracy";

/** Added to variances before their root is taken (Ioffe & Szegedy 2015). */
const leastVariance = 0.00001;

/** A number as the language takes it: without an exponent. */
const typed = (x: number): string =>
  /e/u.test(String(x)) ? x.toFixed(20).replace(/0+$/u, "") : String(x);

/** The share of samples the score of whose class is larger than all others, as a formula of the scores. */
export const accuracyOf = (
  scores: string,
  target: string,
  classes: number,
  samples: string = networkNames.samples,
): string =>
  `1/${samples} 𝟏ᵀrelu(relu(sign((${scores} ⊙ ${target})𝟏𝟏ᵀ − ${scores}))𝟏${classes > 2 ? ` − ${classes - 2 === 1 ? "" : classes - 2}𝟏` : ""})`;

/** How many of some samples are found, by a share of them that rounding has moved. */
export function foundOf(samples: number, accuracy: number): number {
  const found = samples * accuracy;
  const whole = Math.round(found);
  return Math.abs(found - whole) < 1e-3 ? whole : found;
}

/** Writes a network as a problem. */
export function networkOf(options: NetworkOptions): Network {
  const { layers, isOfClasses, batchNorm, dropout } = options;
  const last = layers.length - 1;
  const hidden = layers.slice(1, last);
  const weights = layers.slice(1).map((units, k) => ({
    name: `W_${k + 1}`,
    rows: units,
    columns: layers[k]!,
    first: "drawn" as const,
  }));
  const vectors = layers.slice(1).map((units, k): Parameter[] => {
    const of = (name: string, first: number): Parameter => ({
      name: `${name}_${k + 1}`,
      rows: units,
      columns: 1,
      first,
    });
    // What is centred needs no bias.
    return batchNorm && k < last - 1 ? [of("γ", 1), of("β", 0)] : [of("b", 0)];
  });
  const numbered = <T>(make: (units: number, k: number) => T): T[] =>
    hidden.map((units, i) => make(units, i + 1));
  const normalised = batchNorm
    ? numbered((units, k) => ({ mean: `μ_${k}`, variance: `v_${k}`, units }))
    : [];
  const masked = dropout > 0 ? numbered((units, k) => ({ name: `D_${k}`, units })) : [];
  const parameters = weights.flatMap((w, k) => [w, ...vectors[k]!]);
  const declared = [
    `X: N×${layers[0]}; Y: N×${layers[last]}${isOfClasses ? " onehot" : ""}`,
    ...weights.map(({ name, rows, columns }, k) =>
      [`${name}: ${rows}×${columns}`, `${vectors[k]!.map((v) => v.name).join(", ")}: ${rows}`].join(
        "; ",
      ),
    ),
  ];
  const text = (isTraining: boolean): string =>
    [
      ...declared,
      ...(isTraining
        ? masked.map(({ name, units }) => `${name}: N×${units}`)
        : normalised.map(({ mean, variance, units }) => `${mean}, ${variance}: ${units}`)),
      ...forward(options, isTraining),
      ...objective(options),
      // What flows back to the sums of each layer has a name in the gradients.
      ...(isTraining ? layers.slice(1).map((_, k) => `Δ_${k + 1} = ∂L/∂Z_${k + 1}`) : []),
    ].join("\n");
  return { training: text(true), inference: text(false), parameters, normalised, masked };
}

/** The layers: the sums Z, normalised B, and what the next layer is given, H. */
function forward(
  { layers, activation, batchNorm, dropout }: NetworkOptions,
  isTraining: boolean,
): string[] {
  const lines: string[] = [];
  const last = layers.length - 1;
  for (let k = 1; k <= last; k++) {
    const input = k === 1 ? "X" : `H_${k - 1}`;
    if (k === last) {
      lines.push(`Z_${k} = ${input}W_${k}ᵀ + 𝟏b_${k}ᵀ`);
      break;
    }
    const mask = dropout > 0 && isTraining ? `D_${k} ⊙ ` : "";
    if (batchNorm) {
      lines.push(`Z_${k} = ${input}W_${k}ᵀ`);
      if (isTraining) lines.push(`μ_${k} = Z_${k}ᵀ𝟏/N`, `v_${k} = ((Z_${k} − 𝟏μ_${k}ᵀ).^2)ᵀ𝟏/N`);
      const deviation = `(𝟏((v_${k} + ${typed(leastVariance)}𝟏).^(1/2))ᵀ)`;
      lines.push(`B_${k} = (Z_${k} − 𝟏μ_${k}ᵀ) ⊘ ${deviation} ⊙ 𝟏γ_${k}ᵀ + 𝟏β_${k}ᵀ`);
    } else lines.push(`Z_${k} = ${input}W_${k}ᵀ + 𝟏b_${k}ᵀ`);
    lines.push(`H_${k} = ${mask}${activations[activation]}(${batchNorm ? "B" : "Z"}_${k})`);
  }
  return lines;
}

/** What is made of the last sums: probabilities, the accuracy, the loss. */
function objective({ layers, loss, isOfClasses, margin, l2 }: NetworkOptions): string[] {
  const last = layers.length - 1;
  const Z = `Z_${last}`;
  const classes = layers[last]!;
  const hinge = (scores: string): string =>
    `1/N 𝟏ᵀ((𝟏𝟏ᵀ − Y) ⊙ relu(${scores} − (${scores} ⊙ Y)𝟏𝟏ᵀ + ${typed(margin)}𝟏𝟏ᵀ))𝟏`;
  const data: Record<Loss, string> = {
    "cross-entropy": `−1/N tr(Yᵀ logsoftmax(${Z}))`,
    hinge: hinge(Z),
    "softmax-hinge": hinge("P"),
    squared: `1/N ‖${Z} − Y‖²`,
  };
  const squares = layers.slice(1).map((_, k) => `‖W_${k + 1}‖²`);
  const penalty = squares.length === 1 ? squares[0]! : `(${squares.join(" + ")})`;
  return [
    ...(isOfClasses
      ? [`P = softmax(${Z})`, `${accuracyName} = ${accuracyOf(Z, "Y", classes)}`]
      : []),
    ...(l2 > 0 ? [`λ = ${typed(l2)}`] : []),
    `L = ${data[loss]}${l2 > 0 ? ` + λ${penalty}` : ""}`,
  ];
}

/** @throws NablaError where options do not fit together. */
export function checkNetwork({
  layers,
  loss,
  isOfClasses,
  dropout,
  l2,
  margin,
}: NetworkOptions): void {
  const isSize = (n: number): boolean => Number.isSafeInteger(n) && n >= 1;
  if (layers.length < 2 || !layers.every(isSize))
    throw errors.badOption("--layers", "sizes from the entries of a sample to the outputs");
  if (!isOfClasses && loss !== "squared") throw errors.lossNeedsClasses(loss);
  if (isOfClasses && layers.at(-1)! < 2)
    throw errors.badOption("--layers", "an output a class, and two classes at least");
  if (!(dropout >= 0 && dropout < 1))
    throw errors.badOption("--dropout", "a share from 0 to below 1");
  if (!(l2 >= 0 && Number.isFinite(l2))) throw errors.badOption("--l2", "a number from 0 on");
  if (!(margin > 0 && Number.isFinite(margin)))
    throw errors.badOption("--margin", "a number above 0");
}

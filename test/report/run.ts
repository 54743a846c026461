/** @file A training run that was never run, with images that are drawn here. */

import { fashionMnist } from "../../src/data/known.ts";
import type { EpochFigures } from "../../src/report/curves.ts";
import type { SampleShown } from "../../src/report/predictions.ts";
import type { TrainingReport } from "../../src/report/training.ts";

/** Figures that get better, of as many epochs. */
export const epochsOf = (count: number, first = 1): EpochFigures[] =>
  Array.from({ length: count }, (_, i) => {
    const left = Math.exp((-4 * i) / count);
    const wobble = 0.01 * Math.sin(7 * i);
    return {
      epoch: first + i,
      train: { loss: 0.2 + 0.6 * left + wobble, accuracy: 0.93 - 0.2 * left },
      validation: { loss: 0.3 + 0.5 * left - wobble, accuracy: 0.89 - 0.18 * left },
      test: { loss: 0.31 + 0.5 * left, accuracy: 0.885 - 0.18 * left },
      seconds: 1.5 + wobble,
      rate: 0.001 * 0.9 ** i,
    };
  });

/** The same without classes. */
export const withoutClasses = (epochs: readonly EpochFigures[]): EpochFigures[] =>
  epochs.map(({ epoch, train, validation, seconds }) => ({
    epoch,
    train: { loss: train.loss, accuracy: null },
    ...(validation && { validation: { loss: validation.loss, accuracy: null } }),
    seconds,
  }));

/** A confusion matrix of as many classes, with more confusions between neighbours. */
export const countsOf = (classes: number): number[][] =>
  Array.from({ length: classes }, (_, i) =>
    Array.from({ length: classes }, (_, j) => {
      if (i === j) return 80 + (i % 7);
      return Math.abs(i - j) === 1 ? 3 + ((i * j) % 9) : (i + j) % 5 === 0 ? 1 : 0;
    }),
  );

/** A ring, larger for higher classes. */
const ring = (size: number, digit: number): Uint8Array =>
  Uint8Array.from({ length: size * size }, (_, k) => {
    const distance = Math.hypot((k % size) - size / 2, Math.floor(k / size) - size / 2);
    return Math.abs(distance - digit - 2) < 1.5 ? 240 : 12;
  });

/** Samples of as many classes; every third is taken for the next class. */
export const samplesOf = (count: number, classes: number): SampleShown[] =>
  Array.from({ length: count }, (_, i) => {
    const truth = i % classes;
    const taken = i % 3 === 2 ? (truth + 1) % classes : truth;
    return {
      name: `image ${i}`,
      pixels: ring(28, truth),
      shape: [28, 28],
      probabilities: Array.from({ length: classes }, (_, c) =>
        c === taken ? 0.7 : 0.3 / (classes - 1),
      ),
      truth,
    };
  });

/** Waves, of which each unit has its own. */
const weightsOf = (units: number, size: number): Float32Array[] =>
  Array.from({ length: units }, (_, u) =>
    Float32Array.from({ length: size * size }, (_, k) =>
      Math.sin(((u % 5) + 1) * (k % size) * 0.2 + Math.floor(k / size) * 0.1 * (u % 7)),
    ),
  );

const names = fashionMnist.classNames;

/** All of it. */
export const run: TrainingReport = {
  title: "FashionMNIST: 784-256-10",
  summary:
    "Of 10,000 test samples 88.43% are classified correctly after 30 epochs, with a loss of 0.3312.",
  settings: [
    ["layers", "784-256-10, relu"],
    ["optimiser", "Adam, β₁ = 0.9, β₂ = 0.999"],
  ],
  problem: "h = relu(W_1 x + b_1)\nL = −yᵀ log softmax(W_2 h + b_2)   where a < b & c > d",
  formulas: [
    { left: "\\frac{\\partial L}{\\partial W_2}", right: "(\\hat y - y) h^\\top" },
    { left: "\\frac{\\partial L}{\\partial b_2}", right: "\\hat y - y" },
  ],
  updates: ["\\theta_t = \\theta_{t-1} - \\eta\\, g_t"],
  epochs: epochsOf(30),
  best: 17,
  classNames: names,
  confusion: { of: "test", counts: countsOf(10) },
  samples: samplesOf(16, 10),
  weights: { units: weightsOf(256, 28), shape: [28, 28] },
  notes: ["The run was interrupted after epoch 12 and resumed."],
};

/** Without classes: the loss alone. */
export const regression: TrainingReport = {
  ...run,
  title: "A regression",
  epochs: withoutClasses(epochsOf(30)),
  classNames: null,
  confusion: null,
  samples: [],
  weights: null,
};

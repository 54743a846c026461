/** @file Optimisers as formulas of the language: of a variable W, its gradient G, and what is kept of both. */

import { adam, gradientDescent } from "../compile/update.ts";
import type { UpdateRule } from "../compile/update.ts";
import type { OptimizerName } from "./choices.ts";

/** The numbers that optimisers have besides their rate. */
export interface Factors {
  /** μ of momentum and Nesterov's. */
  readonly momentum: number;
  /** ρ of RMSProp: how much of the mean square stays. */
  readonly decay: number;
  /** β₁ and β₂ of Adam and AdamW. */
  readonly beta1: number;
  readonly beta2: number;
  /** ε, added to roots of mean squares. */
  readonly epsilon: number;
  /** λ of AdamW: by how much of themselves weights shrink for each unit of the rate. */
  readonly weightDecay: number;
}

export const usualFactors: Factors = {
  momentum: 0.9,
  decay: 0.9,
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
  weightDecay: 0.01,
};

/** An optimiser: its rate where none is given, the factors that it has, and its rule. */
interface Optimizer {
  readonly usualRate: number;
  readonly factors: readonly (keyof Factors)[];
  readonly rule: (rate: number, factors: Factors) => UpdateRule;
}

const plain = { states: {}, scalars: {} } as const;

export const optimizers: Readonly<Record<OptimizerName, Optimizer>> = {
  sgd: { usualRate: 0.01, factors: [], rule: (rate) => gradientDescent(rate) },
  // Polyak 1964, as PyTorch and Keras write it.
  momentum: {
    usualRate: 0.01,
    factors: ["momentum"],
    rule: (rate, { momentum }) => ({
      ...plain,
      formulas: "M_{new} = μ M + G; W_{new} = W − η M_{new}",
      states: { M: 0 },
      constants: { η: rate, μ: momentum },
    }),
  },
  // Sutskever, Martens, Dahl & Hinton 2013, with the gradient taken where W is.
  nesterov: {
    usualRate: 0.01,
    factors: ["momentum"],
    rule: (rate, { momentum }) => ({
      ...plain,
      formulas: "M_{new} = μ M + G; W_{new} = W − η (G + μ M_{new})",
      states: { M: 0 },
      constants: { η: rate, μ: momentum },
    }),
  },
  // Tieleman & Hinton 2012.
  rmsprop: {
    usualRate: 0.001,
    factors: ["decay", "epsilon"],
    rule: (rate, { decay, epsilon }) => ({
      ...plain,
      formulas: "V_{new} = ρ V + (1 − ρ) G ⊙ G; W_{new} = W − η G ⊘ (V_{new}.^(1/2) + ε J)",
      states: { V: 0 },
      constants: { η: rate, ρ: decay, ε: epsilon },
    }),
  },
  adam: {
    usualRate: 0.001,
    factors: ["beta1", "beta2", "epsilon"],
    rule: (rate, { beta1, beta2, epsilon }) => adam(rate, beta1, beta2, epsilon),
  },
  // Loshchilov & Hutter 2019: weights shrink beside the step, which the decay does not go through.
  adamw: {
    usualRate: 0.001,
    factors: ["beta1", "beta2", "epsilon", "weightDecay"],
    rule: (rate, { beta1, beta2, epsilon, weightDecay }) => {
      const { formulas, constants, ...kept } = adam(rate, beta1, beta2, epsilon);
      return {
        ...kept,
        formulas: formulas.replace("W_{new} = W −", "W_{new} = (1 − η λ) W −"),
        constants: { ...constants, λ: weightDecay },
      };
    },
  },
};

/** How gradients are made shorter: all together by their norm, or each entry. */
export type Clipping = { readonly by: "norm" | "value"; readonly most: number };

/** A rule whose gradients are clipped first. */
export const clipped = (rule: UpdateRule, { by, most }: Clipping): UpdateRule => ({
  ...rule,
  gradient: by === "norm" ? "min(1, τ/r) G" : "max(min(G, τ J), −τ J)",
  constants: { ...rule.constants, τ: most },
});

/** The rate in the formulas of every rule. */
export const rateName = "η";

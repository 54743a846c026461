/** @file Networks as problems: what is written for their layers, and that its gradients are right. */

import { expect, test } from "vitest";
import { compile, derive, parse } from "../../src/index.ts";
import { activationNames, losses } from "../../src/train/choices.ts";
import type { NetworkOptions } from "../../src/train/network.ts";
import { accuracyName, accuracyOf, networkOf } from "../../src/train/network.ts";
import { networkTask } from "../../src/train/task.ts";

const plain: NetworkOptions = {
  layers: [4, 5, 3],
  activation: "relu",
  loss: "cross-entropy",
  isOfClasses: true,
  margin: 1,
  l2: 0,
  dropout: 0,
  batchNorm: false,
};

test("a network is the problem that one would type", () => {
  expect(networkOf(plain).training).toBe(`X: N×4; Y: N×3 onehot
W_1: 5×4; b_1: 5
W_2: 3×5; b_2: 3
Z_1 = XW_1ᵀ + 𝟏b_1ᵀ
H_1 = relu(Z_1)
Z_2 = H_1W_2ᵀ + 𝟏b_2ᵀ
P = softmax(Z_2)
accuracy = 1/N 𝟏ᵀrelu(relu(sign((Z_2 ⊙ Y)𝟏𝟏ᵀ − Z_2))𝟏 − 𝟏)
L = −1/N tr(Yᵀ logsoftmax(Z_2))
Δ_1 = ∂L/∂Z_1
Δ_2 = ∂L/∂Z_2`);
});

test("masks, normalisation and weight decay are formulas, too; what follows training has neither masks nor batches", () => {
  const { training, inference } = networkOf({
    ...plain,
    layers: [4, 5, 2],
    activation: "sigmoid",
    loss: "hinge",
    l2: 1e-7,
    dropout: 0.5,
    batchNorm: true,
  });
  expect(training).toBe(`X: N×4; Y: N×2 onehot
W_1: 5×4; γ_1, β_1: 5
W_2: 2×5; b_2: 2
D_1: N×5
Z_1 = XW_1ᵀ
μ_1 = Z_1ᵀ𝟏/N
v_1 = ((Z_1 − 𝟏μ_1ᵀ).^2)ᵀ𝟏/N
B_1 = (Z_1 − 𝟏μ_1ᵀ) ⊘ (𝟏((v_1 + 0.00001𝟏).^(1/2))ᵀ) ⊙ 𝟏γ_1ᵀ + 𝟏β_1ᵀ
H_1 = D_1 ⊙ σ(B_1)
Z_2 = H_1W_2ᵀ + 𝟏b_2ᵀ
P = softmax(Z_2)
accuracy = 1/N 𝟏ᵀrelu(relu(sign((Z_2 ⊙ Y)𝟏𝟏ᵀ − Z_2))𝟏)
λ = 0.0000001
L = 1/N 𝟏ᵀ((𝟏𝟏ᵀ − Y) ⊙ relu(Z_2 − (Z_2 ⊙ Y)𝟏𝟏ᵀ + 1𝟏𝟏ᵀ))𝟏 + λ(‖W_1‖² + ‖W_2‖²)
Δ_1 = ∂L/∂Z_1
Δ_2 = ∂L/∂Z_2`);
  expect(inference.split("\n").slice(3, 6)).toEqual([
    "μ_1, v_1: 5",
    "Z_1 = XW_1ᵀ",
    "B_1 = (Z_1 − 𝟏μ_1ᵀ) ⊘ (𝟏((v_1 + 0.00001𝟏).^(1/2))ᵀ) ⊙ 𝟏γ_1ᵀ + 𝟏β_1ᵀ",
  ]);
  expect(inference).toContain("\nH_1 = σ(B_1)\n");
});

const variants: [string, Partial<NetworkOptions>][] = [
  ...activationNames.map((activation): [string, Partial<NetworkOptions>] => [
    activation,
    { activation, layers: [4, 5, 6, 3] },
  ]),
  ...losses.map((loss): [string, Partial<NetworkOptions>] => [loss, { loss, margin: 0.3 }]),
  ["one layer", { layers: [4, 3] }],
  ["numbers as targets", { loss: "squared", isOfClasses: false, layers: [4, 5, 1], l2: 0.1 }],
  ["batch normalisation", { batchNorm: true, layers: [4, 5, 6, 3] }],
  ["dropout", { dropout: 0.3, l2: 0.01 }],
  [
    "everything",
    { dropout: 0.3, l2: 0.01, batchNorm: true, loss: "softmax-hinge", activation: "swish" },
  ],
];

test.each(variants)("the gradients of a network are verified: %s", async (_, options) => {
  const task = networkTask({ ...plain, ...options });
  const wrt = task.parameters.map(({ name }) => name).join(",");
  const found = await derive(task.training.statements!.join("\n"), { wrt });
  expect(found.map(({ variable }) => variable.name)).toEqual(wrt.split(","));
  for (const { verification } of found) expect(verification?.ok).toBe(true);
  expect(() => parse(task.inference)).not.toThrow();
});

test("gradients are written with what flows back to each layer", async () => {
  const found = await derive(networkOf(plain).training, { wrt: "W_1,b_1,W_2" });
  expect(found.map(({ unicode }) => unicode)).toEqual(["Δ₁ᵀX", "Δ₁ᵀ𝟏", "Δ₂ᵀH₁"]);
});

test("the accuracy is the share of samples the score of whose class is larger than all others", async () => {
  for (const classes of [2, 3, 4]) {
    const text = `S: N×${classes}; Y: N×${classes} onehot; ${accuracyName} = ${accuracyOf("S", "Y", classes)}`;
    const program = await compile(text, { sizes: { N: 5 }, labels: ["Y"], backend: "js" });
    const scores = Array.from({ length: 5 }, (_row, i) =>
      Array.from({ length: classes }, (_score, j): number => (j === i % classes ? 2 : 1)),
    );
    const value = (Y: number[], S = scores): number => program.value({ S, Y }) as number;
    expect(value([0, 1, 2, 3, 4].map((i) => i % classes))).toBe(1);
    expect(value([1, 1, 2, 3, 4].map((i) => i % classes))).toBeCloseTo(0.8, 12);
    expect(value([1, 2, 3, 4, 5].map((i) => i % classes))).toBe(0);
    // Where all are the same, none is found.
    const same = scores.map((row) => row.map(() => 7));
    expect(value([0, 0, 0, 0, 0], same)).toBe(0);
    program.dispose();
  }
});

test.each([
  [{ layers: [4] }, "--layers takes sizes from the entries of a sample to the outputs"],
  [{ layers: [4, 1] }, "--layers takes an output a class, and two classes at least"],
  [
    { isOfClasses: false },
    "the loss cross-entropy needs classes, and the data have numbers as targets",
  ],
  [{ dropout: 1 }, "--dropout takes a share from 0 to below 1"],
  [{ l2: -1 }, "--l2 takes a number from 0 on"],
  [{ margin: 0 }, "--margin takes a number above 0"],
])("what does not fit together is told: %o", (options, message) => {
  expect(() => networkTask({ ...plain, ...options })).toThrow(message);
});

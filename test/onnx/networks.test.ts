/** @file Networks as models: their structure, and their numbers beside compiled code and in ONNX Runtime. */

import { describe, expect, test } from "vitest";
import { version } from "../../package.json";
import { parse } from "../../src/index.ts";
import { readModel } from "./reader.ts";
import { byRuntime, checkHere, checkTold, linesOf, modelOf, trialsOf } from "./trials.ts";
import type { Asked } from "./trials.ts";

const twoLayers = (activation: string, width = 2): string =>
  `X: N×4; Y: N×${width} onehot; W_1: 3×4; b_1: 3; W_2: ${width}×3; b_2: ${width}
Z_1 = XW_1ᵀ + 𝟏b_1ᵀ
H_1 = ${activation}(Z_1)
Z_2 = H_1W_2ᵀ + 𝟏b_2ᵀ
P = softmax(Z_2)
L = −1/N tr(Yᵀ logsoftmax(Z_2))`;

const normalised = `X: N×4; W_1: 3×4; b_1, m_1, γ_1, β_1: 3; v_1: 3 positive; W_2: 2×3; b_2: 2
Z_1 = XW_1ᵀ + 𝟏b_1ᵀ
B_1 = (Z_1 − 𝟏m_1ᵀ) ⊘ (𝟏√(v_1 + 0.00001𝟏)ᵀ) ⊙ 𝟏γ_1ᵀ + 𝟏β_1ᵀ
H_1 = relu(B_1)
Z_2 = H_1W_2ᵀ + 𝟏b_2ᵀ
P = softmax(Z_2)`;

const normalisedByPowers = normalised.replace("√(v_1 + 0.00001𝟏)", "((v_1 + 0.00001𝟏).^(1/2))");

/** Of samples that stand side by side, one below the other as members of a family, and as columns. */
const others: Readonly<Record<string, readonly [text: string, asked: Asked]>> = {
  "numbers and sizes of the problem": [
    "d = 4; ε = 0.25; X: N×d; W: 3×d; P = softmax(XWᵀ/ε); sum(P)",
    { output: "P" },
  ],
  "one feature and one output": [
    "X: N×1; W_1: 5×1; b_1: 5; W_2: 1×5; b_2: 1; Z_1 = XW_1ᵀ + 𝟏b_1ᵀ; Z_2 = tanh(Z_1)W_2ᵀ + 𝟏b_2ᵀ; 1/N ‖Z_2‖²",
    { output: "Z_2" },
  ],
  "no hidden layer": ["X: N×4; w: 4; b: scalar; p = σ(Xw + b𝟏); sum(p)", { output: "p" }],
  "samples as columns": [
    "X: 4×N; W: 3×4; b: 3; Z = WX + b𝟏ᵀ; H = relu(Z); sum(H)",
    { output: "H" },
  ],
  "samples as members": [
    "x_i: 4 for i = 1..N; w: 4; b: scalar; p_i = σ(wᵀx_i + b); Σ_i log(1 + exp(−p_i))",
    { output: "p", input: "x" },
  ],
  "the loss of members": [
    "x_i: 4 for i = 1..N; W: 3×4; b: 3; L = 1/N Σ_i logsumexp(W tanh(x_i) + b)",
    { output: "L", input: "x" },
  ],
  "one shift and scales of features": [
    twoLayers("relu"),
    { output: "P", shift: Float32Array.of(0.5), scale: Float32Array.of(1, 2, 3, 4) },
  ],
  "shifts of features": [twoLayers("relu"), { output: "P", shift: Float32Array.of(1, 2, 3, 4) }],
  "the last of the samples": [
    "x: n; z = x_n² + x_1 + n; z",
    { output: "z", input: "x", batch: "n" },
  ],
  "no open dimension": [
    "x: 4; W: 3×4; b: 3; p = softmax(Wx + b); sum(p)",
    { output: "p", input: "x", batch: null, samples: [1] },
  ],
  "sizes that are given": [
    "X: N×d; W: k×d; b: k; P = softmax(XWᵀ + 𝟏bᵀ); sum(P)",
    { output: "P", sizes: { d: 4, k: 3 } },
  ],
};

const trials = (
  await Promise.all([
    ...["relu", "tanh", "σ", "sigmoid", "swish", "gelu", "softplus"].map((activation) =>
      trialsOf(activation, twoLayers(activation), { output: "P", samples: [1, 5, 7] }),
    ),
    trialsOf("batch normalisation", normalised, { output: "P", samples: [1, 5, 7] }),
    trialsOf("batch normalisation by powers", normalisedByPowers, { output: "P" }),
    ...Object.entries(others).map(([title, [text, asked]]) => trialsOf(title, text, asked)),
  ])
).flat();

test.each(trials)("$title", checkHere);

const told = byRuntime(trials);
describe.skipIf(!told)("in ONNX Runtime", () => {
  test.each(trials.map((trial, k) => ({ title: trial.title, trial, k })))(
    "$title",
    ({ trial, k }) => {
      checkTold(told![k]!, trial);
    },
  );
});

const network = parse(twoLayers("relu"));

test("a layer is one node", () => {
  const bytes = modelOf(network, { output: "P", sizes: { N: 1 } });
  expect(linesOf(bytes)).toEqual([
    "Z_1 = Gemm(X, W_1, b_1, transB=1)",
    "H_1 = Relu(Z_1)",
    "Z_2 = Gemm(H_1, W_2, b_2, transB=1)",
    "P = Softmax(Z_2, axis=1)",
  ]);
  const model = readModel(bytes);
  expect([...model.initializers].map(([name, { dims }]) => `${name}: ${dims.join("×")}`)).toEqual([
    "W_1: 3×4",
    "b_1: 3",
    "W_2: 2×3",
    "b_2: 2",
  ]);
  expect(model.inputs).toEqual([{ name: "X", dims: ["N", 4] }]);
  expect(model.outputs).toEqual([{ name: "P", dims: ["N", 2] }]);
  expect([model.producer, model.name]).toEqual([`nabla ${version}`, "model"]);
  expect([model.formatVersion, model.operatorSet]).toEqual([7, 13]);
});

test("a model has no more than its output needs, from its input on", () => {
  const of = (output: string, input: string): string[] =>
    linesOf(modelOf(network, { output, input, sizes: { N: 1 } }));
  expect(of("Z_1", "X")).toEqual(["Z_1 = Gemm(X, W_1, b_1, transB=1)"]);
  expect(of("P", "H_1")).toEqual([
    "Z_2 = Gemm(H_1, W_2, b_2, transB=1)",
    "P = Softmax(Z_2, axis=1)",
  ]);
});

test("statistics of a normalisation are laid along the features", () => {
  expect(linesOf(modelOf(parse(normalised), { output: "P" }))).toEqual([
    "Z_1 = Gemm(X, W_1, b_1, transB=1)",
    "B_1_Sub = Sub(Z_1, m_1)",
    "B_1_Mul = Mul(B_1_Sub, gamma_1)",
    "B_1_Add = Add(v_1, c_0_00001)",
    "B_1_Sqrt = Sqrt(B_1_Add)",
    "B_1_Div = Div(B_1_Mul, B_1_Sqrt)",
    "B_1 = Add(B_1_Div, beta_1)",
    "H_1 = Relu(B_1)",
    "Z_2 = Gemm(H_1, W_2, b_2, transB=1)",
    "P = Softmax(Z_2, axis=1)",
  ]);
});

test("a product that something else needs is computed once", () => {
  const problem = parse("X: N×4; W: 3×4; b: 3; A = XWᵀ; Z = A + 𝟏bᵀ; H = A ⊙ Z; sum(H)");
  expect(linesOf(modelOf(problem, { output: "H" }))).toEqual([
    "A = Gemm(X, W, transB=1)",
    "Z = Add(A, b)",
    "H = Mul(A, Z)",
  ]);
});

test.each([
  ["E ⊘ (E𝟏𝟏ᵀ)", "Softmax"],
  // Along the samples.
  ["E ⊘ (𝟏𝟏ᵀE)", "Softmax"],
  ["log(E ⊘ (E𝟏𝟏ᵀ))", "LogSoftmax"],
  ["log(rowsum(E))", "ReduceLogSumExp Unsqueeze"],
  ["log(𝟏𝟏ᵀ + E)", "Softplus"],
  ["log(σ(Z))", "Neg Softplus Neg"],
  ["log(𝟏𝟏ᵀ − σ(Z))", "Softplus Neg"],
  ["𝟏𝟏ᵀ ⊘ (𝟏𝟏ᵀ + E)", "Neg Sigmoid"],
  ["𝟏𝟏ᵀ ⊘ (𝟏𝟏ᵀ + exp(−Z))", "Sigmoid"],
  ["E ⊘ (𝟏𝟏ᵀ + E)", "Sigmoid"],
])("%s with E = exp(Z) does not overflow: %s", (formula, operations) => {
  const problem = parse(`X: N×4; W: 3×4; Z = XWᵀ; E = exp(Z); F = ${formula}`);
  const { nodes } = readModel(modelOf(problem, { output: "F" }));
  expect(nodes.map(({ op }) => op).join(" ")).toBe(`Gemm ${operations}`);
});

test("names are identifiers, each of one tensor", () => {
  const problem = parse(
    "x̂: 2; W_{out}: 3×2; λ: scalar; x_{hat}: 3; z = W_{out} x̂; ẑ = λz + x_{hat}; p = tanh(ẑ); sum(p)",
  );
  const asked = { output: "p", input: "x̂", batch: null, shift: Float32Array.of(1) };
  const { inputs, initializers, nodes } = readModel(modelOf(problem, asked));
  expect(inputs.map(({ name }) => name)).toEqual(["x_hat"]);
  expect([...initializers.keys()]).toEqual(["W_out", "x_hat_shift", "lambda", "x_hat_2"]);
  const made = ["x_hat_scaled", "z", "z_hat_Mul", "z_hat", "p"];
  expect(nodes.map(({ name }) => name)).toEqual(made);
});

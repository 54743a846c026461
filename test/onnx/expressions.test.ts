/** @file Formulas of all kinds as models of any number of samples, beside compiled code and in ONNX Runtime. */

import { describe, test } from "vitest";
import { byRuntime, checkHere, checkTold, trialsOf } from "./trials.ts";

const declared =
  "X: N×4; A: 4×4; W: 3×4; b: 3; u: 4; R: 2×3; c: 2; t: 4 positive; s: scalar positive";

/** What F is, with any number of rows in X. */
const formulas = [
  // Broadcast along rows and columns
  "XWᵀ + 𝟏bᵀ",
  "𝟏bᵀ + XWᵀ",
  "XWᵀ − 𝟏bᵀ",
  "𝟏bᵀ − 2XWᵀ",
  "XWᵀ + (Xu)𝟏ᵀ",
  "(Xu)𝟏ᵀ − 𝟏bᵀ",
  "(Xu)bᵀ",
  "−(Xu)bᵀ + s𝟏bᵀ",
  "Xu + s𝟏",
  "X ⊙ 𝟏uᵀ",
  "X ⊘ 𝟏tᵀ ⊙ 𝟏uᵀ",
  "uᵀXᵀ",
  "WXᵀ + b𝟏ᵀ",
  "s𝟏_6𝟏ᵀX",
  "rowsum(X)𝟏ᵀ + 𝟏bᵀ",
  "(Xu)cᵀR",
  // Sums and means
  "sum(X)",
  "rowsum(X)",
  "colsum(X)",
  "mean(X)",
  "rowmean(X)",
  "colmean(X)",
  "X − 1/N 𝟏𝟏ᵀX",
  "X − 1/4 X𝟏𝟏ᵀ",
  "1/N XᵀX",
  "1/(2N) ‖X − 𝟏uᵀ‖²",
  "N/(N + 1) sum(X)",
  "N²Xᵀ𝟏",
  "tr(XAXᵀ)",
  "tr(AXᵀX) + 3",
  "tr(XXᵀ + 2I)",
  "tr(𝟏uᵀXᵀ)",
  "uᵀAu sum(X)",
  "uᵀXᵀXu",
  "diag(XAXᵀ)",
  "diag(XXᵀ + I)",
  "diag((Xu)bᵀWXᵀ)",
  // A product that is used twice
  "sum(AXᵀX)AXᵀX",
  "sum(AXᵀX)diag(AXᵀX)",
  "sum(AXᵀX)tr(AXᵀX)",
  "Σ_i Σ_j X_{ij}²",
  "Σ_i (X_{i,:}u)³",
  "Σ_{j=1}^4 X_{:,j}",
  // Norms
  "‖X‖",
  "‖Xu‖_1",
  "‖X‖_1",
  "‖X‖_∞",
  "‖Xu‖_∞",
  // Rows and columns
  "softmax(X)",
  "softmax(Xu)",
  "softmax(Xᵀ)",
  "softmax(uᵀXᵀ)",
  "softmax((Xu)𝟏_3ᵀ)",
  "logsoftmax((Xu)𝟏_3ᵀ)",
  "logsoftmax(XWᵀ)",
  "logsoftmax(Xu)",
  "logsumexp(X)",
  "logsumexp(Xu)",
  "logsumexp((Xu)𝟏_3ᵀ)",
  "X_{1,:}",
  "X_{:,2}",
  "X_{1,2}",
  // Functions of each entry
  "max(X, 0)",
  "min(X, X ⊙ X)",
  "abs(X) + sign(X)",
  "step(X)",
  "sin(X) + cos(X) + tan(sigmoid(X))",
  "sinh(X) + cosh(X) + arctan(X) + erf(X)",
  "X.^2 + X.^3",
  "(X ⊙ X + 𝟏𝟏ᵀ).^(−1/2)",
  "(X ⊙ X + 𝟏𝟏ᵀ).^s",
  "(X ⊙ X + 𝟏𝟏ᵀ).^(−s/2)",
  "√(X ⊙ X) ⊘ 𝟏tᵀ",
  "gelu(X) + swish(X) + softplus(X)",
  // Diagonals
  "X diag(u)",
  "diag(Xu)X",
  "Xᵀdiag(Xu)X",
  "tr(diag(Xu))",
  "XᵀX ⊙ I",
  "Diag(XᵀX)",
  "XᵀX + s I",
  "(XᵀX + I)²",
  "exp(diag(Xᵀ𝟏))",
  "inv(diag(t)) Xᵀ",
  "expm(diag(t)) Xᵀ",
  "diag(t)^{1/2} Xᵀ",
  // Square matrices, vec, ⊗
  "det(XᵀX + I)",
  "logdet(XᵀX + I)",
  "det(diag(t)) sum(X)",
  "(A + XᵀX)^3",
  "(A + XᵀX)^0 Xᵀ",
  "vec(XWᵀ)",
  "mat(vec(XᵀX), 2, 8)",
  "kron(XᵀX, R)",
  "b ⊗ Xu",
  "bᵀ ⊗ X",
  "commutation(4, 4) vec(XᵀX)",
] as const;

/** Definitions by others, and by entries, which fill rows and columns. */
const definitions = [
  // Over the sums of the other side it is no softmax.
  "E = exp(XᵀXA/9); F = E ⊘ (𝟏(E𝟏)ᵀ)",
  "E = exp(XᵀXA/9); F = E ⊘ ((Eᵀ𝟏)𝟏ᵀ)",
  "F_{ij} = X_{ij}² + i/(i + j)",
  "F_{ij} = u_j Σ_k X_{ik}A_{kj}",
  "G = XᵀX; F_{ij} = G_{ij}G_{ji}",
  "G = XᵀX; F_i = G_{ii}",
  // Where i = j nothing is left, and nothing is divided by
  "G = XᵀX; F = Σ_i Σ_j [i ≠ j] G_{ij}/(i − j)",
  "G = XᵀX; F_i = Σ_{j≠i} G_{ij}/(i − j)",
  "F_i = Σ_j X_{ij}u_j",
  "F_j = u_j − 1/N Σ_i X_{ij}",
  "F_{ij} = [i > j]X_{ij}",
  // A unit matrix beside a diagonal one
  "J = I_4; F = sum(X) Σ_j u_j (diag(t) + J_{:,j}J_{j,:})",
  "J = I_4; F = sum(X) Σ_j u_j (J_{:,j}J_{j,:} + J_{:,j}J_{j,:}Xᵀ𝟏𝟏ᵀX)",
  "F = Σ_i i X_{i,:}u",
] as const;

const trials = (
  await Promise.all([
    ...formulas.map((formula) =>
      trialsOf(formula, `${declared}\nF = ${formula}`, { output: "F", samples: [1, 5, 7] }),
    ),
    ...definitions.map((text) =>
      trialsOf(text, `${declared}\n${text}\nsum(F)`, { output: "F", samples: [1, 5, 7] }),
    ),
  ])
).flat();

test.each(trials)("$title", checkHere);

const told = byRuntime(trials);
describe.skipIf(!told)("in ONNX Runtime", () => {
  const all = trials.map((trial, k) => ({ title: trial.title, trial, k }));
  test.each(all)("$title", ({ trial, k }) => {
    checkTold(told![k]!, trial);
  });
});

/** @file What steps say: the smallest problems that showed what was wrong or missing. */

import { describe, expect, test } from "vitest";
import { parse, variablesOf } from "../../src/index.ts";
import { solutionText } from "../../src/report/text.ts";
import { styles, worked } from "../../src/steps/index.ts";
import type { StepOptions } from "../../src/steps/index.ts";

function steps(text: string, wrt: string, options: Partial<StepOptions> = {}): string[] {
  const problem = parse(text, { ...options, wrt });
  const { sections } = worked(problem, variablesOf(problem, wrt), { steps: "key", ...options });
  return solutionText(sections, "unicode")
    .split("\n")
    .map((line) => line.replaceAll(/\s+/gu, " ").trim());
}

describe("steps", () => {
  test.each<[string, string, string, Partial<StepOptions>, string[]]>([
    [
      "of the autoencoder name the path through the transpose",
      "½‖WᵀWx − x‖²",
      "W",
      {},
      [
        "u₁ = Wx m×1",
        "u₂ = Wᵀu₁ − x n×1",
        "∂L/∂(Wᵀ) = (∂L/∂u₂)u₁ᵀ = u₂u₁ᵀ n×m matrix product in u₂",
        "∂L/∂W = (∂L/∂u₁)xᵀ + (∂L/∂(Wᵀ))ᵀ",
        "= Wu₂xᵀ + u₁u₂ᵀ",
        "= W(WᵀWx − x)xᵀ + Wx(WᵀWx − x)ᵀ",
      ],
    ],
    [
      "of all operations have one each",
      "½‖WᵀWx − x‖²",
      "W",
      { steps: "all" },
      ["u₂ = Wᵀu₁ n×1", "u₃ = u₂ − x n×1", "∂L/∂u₂ = ∂L/∂u₃ = u₃ n×1 difference in u₃"],
    ],
    [
      "by a scalar have no set",
      "a: scalar; x: n; ‖ax‖²",
      "a",
      { style: "differential" },
      ["∂L/∂a = 2uᵀx = 2axᵀx 1×1 what stands beside the differential"],
    ],
    [
      "by a symmetric matrix end in the gradient within its set, which is no ∂L/∂S",
      "S: n×n symmetric; A: n×n; tr(SA)",
      "S",
      {},
      [
        "∂L/∂S = (∂L/∂M)Aᵀ = Aᵀ n×n matrix product in M",
        "n×n the symmetric part of ∂L/∂S, in which all entries are free",
      ],
    ],
    [
      "by a name and by what it is made of are one walk",
      "h = tanh(Wx); L = ½‖h‖²",
      "h,W",
      {},
      [
        "∂L/∂h = h n×1 squared norm",
        "∂L/∂W = (∂L/∂u)xᵀ = (h ⊙ (𝟏 − h^{⊙2}))xᵀ n×m matrix product in u",
      ],
    ],
    [
      "tell the transpose that goes since a matrix is symmetric",
      "K = αXXᵀ + β⁻¹I; L = −D/2·log|K|",
      "X",
      {},
      ["∂L/∂K = −½DK⁻ᵀ = −½DK⁻¹ n×n log-determinant (K = Kᵀ)"],
    ],
    [
      "speak of a quotient, and bracket what stands above",
      "z = x/‖x‖; ‖Az − b‖²",
      "x",
      {},
      ["∂L/∂s = −(zᵀ∂L/∂z)/s = −2uᵀAz/s 1×1 quotient in z"],
    ],
    [
      "by entries count each part in which a name is used once",
      "X: m×n; K = XᵀX; tr(KA)",
      "X",
      { style: "index" },
      ["∂L/∂Xᵢⱼ = Σₖ Σₗ ∂L/∂Kₖₗ ∂Kₖₗ/∂Xᵢⱼ = Σₖ Xᵢₖ(∂L/∂Kₖⱼ + ∂L/∂Kⱼₖ)"],
    ],
    [
      "of a sum begin with those of a term",
      "x_i: d for i = 1..n; L = Σ_{i=1}^n ‖x_i − μ‖²",
      "μ",
      {},
      [
        "uᵢ = xᵢ − μ d×1",
        "∂ℓᵢ/∂μ = −∂ℓᵢ/∂uᵢ = −2uᵢ = −2(xᵢ − μ) d×1 difference in uᵢ",
        "∂L/∂μ = Σᵢ ∂ℓᵢ/∂μ = Σᵢ (−2(xᵢ − μ)) = 2nμ − 2 Σᵢ xᵢ d×1 sum term by term",
      ],
    ],
    [
      "of sums beside other terms have each its own letter, and weights",
      "x_i: d for i = 1..n; y_i: scalar for i = 1..n; L = 1/n Σ_i (wᵀx_i − y_i)² + λ‖w‖² + Σ_i exp(wᵀx_i)",
      "w",
      {},
      [
        "∂fᵢ/∂w = (∂fᵢ/∂tᵢ)xᵢ = exp(tᵢ)xᵢ = exp(wᵀxᵢ)xᵢ d×1 matrix product in tᵢ",
        "∂L/∂w = 2λw + 1/n Σᵢ ∂ℓᵢ/∂w + Σᵢ ∂fᵢ/∂w",
      ],
    ],
    [
      "of a sum whose terms use a name twice are those of a term",
      "z_i = Wᵀx_i; L = Σ_{i=1}^n ‖x_i − Wz_i‖²",
      "W",
      {},
      [
        "∂L/∂W = Σᵢ ∂ℓᵢ/∂W",
        "zᵢ = Wᵀxᵢ m×1",
        "= Σᵢ (−2(xᵢ − Wzᵢ)zᵢᵀ − 2xᵢ(xᵢ − Wzᵢ)ᵀW)",
        "= −2(Σᵢ (xᵢ − WWᵀxᵢ)xᵢᵀ + Σᵢ xᵢ(xᵢ − WWᵀxᵢ)ᵀ)W d×m sum term by term",
      ],
    ],
    [
      "of a term keep the names of what is defined for each of them, in each other",
      "z_i = Wᵀx_i + b; h_i = tanh(z_i); L = Σ_{i=1}^n ‖h_i − y_i‖²",
      "b",
      {},
      [
        "zᵢ = Wᵀxᵢ + b m×1",
        "hᵢ = tanh(zᵢ) m×1",
        "∂ℓᵢ/∂b = ∂ℓᵢ/∂zᵢ = 2(uᵢ ⊙ (𝟏 − hᵢ^{⊙2})) = 2((hᵢ − yᵢ) ⊙ (𝟏 − hᵢ^{⊙2}))",
      ],
    ],
    [
      "write out 𝟏 − p, and what is defined for each index so",
      "z_i = wᵀx_i + b; p_i = σ(z_i); L = −Σ_{i=1}^n (y_i log p_i + (1−y_i) log(1−p_i))",
      "w",
      {},
      ["zᵢ = wᵀxᵢ + b n×1", "∂L/∂z = ∂L/∂p ⊙ p ⊙ (𝟏 − p) = p − y n×1 sigmoid in p"],
    ],
    [
      "of a term by a name that is defined do not tell its definition",
      "P = softmax(XW); L = −Σ_{i,j} Y_{ij}·log P_{ij}; Y: onehot",
      "W",
      {},
      [
        "M = XW m×n",
        "P = softmax(M) m×n",
        "∂L/∂M = P ⊙ (∂L/∂P − (P ⊙ ∂L/∂P)𝟏𝟏ᵀ) = P − Y m×n softmax in P",
      ],
    ],
    [
      "by a member of a family name its differential and its entries so",
      "A: d×d; u = Σ_{k=1}^n tanh(x_k); L = ‖Au‖²",
      "x_k",
      { style: "differential" },
      ["du = Σₖ dxₖ ⊙ (𝟏 − tanh²(xₖ))"],
    ],
    [
      "by a member of a family name its differential and its entries so, in entries",
      "A: d×d; u = Σ_{k=1}^n tanh(x_k); L = ‖Au‖²",
      "x_k",
      { style: "index" },
      ["∂L/∂(xⱼ)ᵢ = Σₖ ∂L/∂uₖ ∂uₖ/∂(xⱼ)ᵢ = (∂L/∂uᵢ)(1 − tanh²((xⱼ)ᵢ))"],
    ],
    [
      "say where a symmetric matrix is turned",
      "A: n×n symmetric; xᵀAx",
      "x",
      {},
      [
        "∂L/∂x = A∂L/∂u + u = 2u = 2Ax",
        "n×1 sum over the two uses of x: matrix product (A = Aᵀ) in u; matrix",
      ],
    ],
    [
      "say where terms are equal because a matrix is symmetric",
      "K = αXXᵀ + β⁻¹I; L = −D/2·log|K|",
      "X",
      { style: "differential" },
      [
        "dL = −½D·tr(K⁻¹(dK)) = −αD·tr((dX)XᵀK⁻¹) 1×1 log-determinant (K = Kᵀ)",
        "1×1 as an inner product with dX: tr(AB) = tr(BA), tr(Aᵀ) = tr(A)",
      ],
    ],
    [
      "by a vector cite what moves it out of an entrywise product, and nothing else",
      "f: ℝ→ℝ; bᵀf(x)",
      "x",
      { style: "differential" },
      ["1×1 as an inner product with dx: aᵀ(b ⊙ c) = (a ⊙ b)ᵀc"],
    ],
    [
      "of a Jacobian cite their rules",
      "y = softmax(βx); β: scalar",
      "x",
      {},
      ["z = exp(b) exp: dz = db ⊙ z"],
    ],
    [
      "of a value of a function have its letter",
      "C: ℝ^m→ℝ; x: n; y = Wx; C(y)",
      "W",
      {},
      ["C = C(y) 1×1", "∂C/∂W = (∂C/∂y)xᵀ = ∇C(y)xᵀ m×n matrix product in y"],
    ],
    [
      "by a rule that is given begin as that stands",
      "K = αXXᵀ + β⁻¹I; L = −½tr(K⁻¹YYᵀ); given: ∂L/∂K = −K⁻ᵀ(∂L/∂K⁻¹)K⁻ᵀ",
      "X",
      {},
      ["∂L/∂K = −K⁻ᵀ(∂L/∂K⁻¹)K⁻ᵀ = −K⁻¹(∂L/∂K⁻¹)K⁻¹ = ½K⁻¹YYᵀK⁻¹"],
    ],
    [
      "by a scalar before I name the product",
      "K = XXᵀ + λI; log|K|",
      "λ",
      {},
      ["∂L/∂λ = tr(∂L/∂K) = tr(K⁻¹) 1×1 product with a scalar in K"],
    ],
    [
      "of entries pick them from sums",
      "K_{ij} = exp(−‖x_i − x_j‖²/2); L = ½αᵀKα − yᵀα",
      "x_i",
      { style: "index" },
      ["Kᵢⱼ = exp(−½ Σₖ ((xᵢ)ₖ − (xⱼ)ₖ)²) n×n"],
    ],
    [
      "tell what a name is that only what flows has",
      "z = Wx; p = softmax(z); L = −yᵀlog softmax(z)",
      "W",
      {},
      ["p = softmax(z) n×1", "∂L/∂z = ∂L/∂u − ((∂L/∂u)ᵀ𝟏)p = (yᵀ𝟏)p − y n×1 logsoftmax in u"],
    ],
    [
      "by a member of a family end in that",
      "u_i: d for i = 1..n; x: d; y: n; L = Σ_i (u_iᵀx − y_i)²",
      "u_i",
      {},
      ["∂L/∂uᵢ = 2(xᵀuᵢ − yᵢ)x d×1 picked from ∂L/∂u"],
    ],
    [
      "of a sum that leaves one out are by what its terms share",
      "o: C; y: index 1..C; Δ: scalar; p = softmax(o); L = Σ_{j≠y} max(0, p_j − p_y + Δ)",
      "o",
      {},
      [
        "sⱼ = pⱼ − p_y + Δ 1×1",
        "= [pⱼ − p_y + Δ > 0](eⱼ − e_y)",
        "∂L/∂p = Σ_{j≠y} ∂ℓⱼ/∂p = Σ_{j≠y} [pⱼ − p_y + Δ > 0](eⱼ − e_y)",
        "∂L/∂o = p ⊙ (∂L/∂p − (pᵀ∂L/∂p)𝟏) = p ⊙ (δ − (pᵀδ)𝟏)",
      ],
    ],
    [
      "cite rules in letters that the problem has not",
      "y = xᵀAx",
      "x",
      {},
      [
        "z = bᵀp matrix product: ∂y/∂b = (∂y/∂z)p, ∂y/∂p = (∂y/∂z)b",
        "z = Xb matrix product: ∂y/∂X = (∂y/∂z)bᵀ, ∂y/∂b = Xᵀ∂y/∂z",
      ],
    ],
    [
      "of a difference say the minus",
      "X: n×d; y: n; w: d; ‖y − Xw‖₁",
      "w",
      {},
      [
        "∂L/∂w = −Xᵀ∂L/∂u = −Xᵀsign(u) = −Xᵀsign(y − Xw)",
        "z = x − b difference: ∂L/∂x = ∂L/∂z, ∂L/∂b = −∂L/∂z",
      ],
    ],
    [
      "name the cotangents that the problem has names for, and go on in these",
      "f: ℝ→ℝ; s_1 = Wx; h = f(s_1); s_2 = Wᵀh; o = f(s_2); L = ½‖o − x‖²; δ_1 = ∂L/∂s_1; δ_2 = ∂L/∂s_2",
      "W",
      {},
      [
        "δ₂ = ∂L/∂s₂ = ∂L/∂o ⊙ f′(s₂) = (o − x) ⊙ f′(s₂)",
        "δ₁ = ∂L/∂s₁ = ∂L/∂h ⊙ f′(s₁) = Wδ₂ ⊙ f′(s₁)",
        "∂L/∂W = (∂L/∂s₁)xᵀ + (∂L/∂(Wᵀ))ᵀ = δ₁xᵀ + hδ₂ᵀ",
      ],
    ],
    [
      "by entries bracket the cotangent of an inverse",
      "K = XᵀX + λI; L = yᵀK⁻¹y",
      "X",
      { style: "index" },
      ["= −Σₖ (K⁻¹)ᵢₖ Σₗ (∂L/∂K⁻¹)ₖₗ(K⁻¹)ₗⱼ n×n inverse (K = Kᵀ) in K⁻¹"],
    ],
    [
      "take equal gradients together",
      "K = XᵀX + λI; L = yᵀK⁻¹y",
      "X",
      { style: "differential" },
      ["∂L/∂X = −2Xuuᵀ = −2XK⁻¹yyᵀK⁻¹"],
    ],
    [
      "of a sum in differentials speak of those of a term",
      "x_i: d for i = 1..n; y_i: scalar for i = 1..n; L = 1/n Σ_i (wᵀx_i − y_i)² + λ‖w‖²",
      "w",
      { style: "differential" },
      [
        "dℓᵢ = 2(dsᵢ)sᵢ = 2sᵢxᵢᵀ(dw) 1×1 power",
        "dL = 2λwᵀ(dw) + 1/n Σᵢ dℓᵢ = 2λwᵀ(dw) + 2(Σᵢ (wᵀxᵢ − yᵢ)xᵢ)ᵀ(dw)/n",
      ],
    ],
    [
      "of a sum by entries speak of those of a term, and put them together",
      "x_i: d for i = 1..n; L = Σ_i ‖x_i − μ‖²",
      "μ",
      { style: "index" },
      [
        "∂L/∂μⱼ = Σᵢ ∂ℓᵢ/∂μⱼ = 2nμⱼ − 2 Σᵢ (xᵢ)ⱼ d×1 sum term by term",
        "∂L/∂μ = Σᵢ ∂ℓᵢ/∂μ = Σᵢ (−2(xᵢ − μ)) = 2nμ − 2 Σᵢ xᵢ d×1",
      ],
    ],
    [
      "by several names speak of the same parts",
      "‖V tanh(Wx) − y‖²",
      "W,V",
      { style: "differential" },
      [
        "u₂ = tanh(u₁) n×1",
        "Differentials, as V changes",
        "du₃ = (dV)u₂ m×1 matrix product",
        "∂L/∂V = 2u₃u₂ᵀ = 2(V·tanh(Wx) − y)tanh(Wx)ᵀ",
      ],
    ],
    [
      "of a scalar put what changes last, and multiply out only what holds it",
      "y = softmax(o); y: C; L = ½‖y − t‖²",
      "o",
      { style: "differential" },
      [
        "dL = (y − t)ᵀ(dy) = (y − t)ᵀ(do ⊙ y − (yᵀ(do))y) 1×1 squared norm",
        "dL = (y − t)ᵀ(do ⊙ y) − (yᵀ(do))(y − t)ᵀy 1×1 multiplied out",
        "z = softmax(x) softmax: dz = dx ⊙ z − (zᵀ(dx))z",
      ],
    ],
    [
      "of a softmax open it, name it again, and end in its cases",
      "y = softmax(βx)",
      "x",
      {},
      [
        "dy = du/s − (ds)u/s² = β((dx ⊙ u)/s − (uᵀ(dx))u/s²) = β(dx ⊙ y − (yᵀ(dx))y)",
        "n×1 quotient; u/s = y",
        "u = exp(βx) n×1",
        "s = 𝟏ᵀu 1×1",
        "dy = (β(diag(y) − yyᵀ)) dx",
        "∂yᵢ/∂xⱼ = βyᵢ(δᵢⱼ − yⱼ) entry by entry",
      ],
    ],
    [
      "of a softmax entry by entry are in differentials of entries",
      "y = softmax(βx)",
      "x",
      { style: "index" },
      [
        "ds = Σᵢ duᵢ = β Σᵢ (dxᵢ)uᵢ 1×1 matrix product",
        "= β((dxᵢ)yᵢ − yᵢ Σⱼ (dxⱼ)yⱼ) n×1 quotient; u/s = y",
        "∂yᵢ/∂xⱼ = i = j: βyᵢ(1 − yᵢ); i ≠ j: −βyᵢyⱼ by cases",
        "∂y/∂x = β(diag(y) − yyᵀ) n×n the entries together",
      ],
    ],
    [
      "of a Hessian entry by entry begin with the entries of the gradient",
      "L = ‖Xw − y‖²",
      "w",
      { kind: "hessian", style: "index" },
      ["gᵢ = ∂L/∂wᵢ = 2 Σⱼ Xⱼᵢuⱼ n×1"],
    ],
    [
      "of a Hessian go on from the gradient, under a letter that no function has",
      "g: ℝ→ℝ; x: scalar; g(x²)",
      "x",
      { kind: "hessian" },
      ["h = ∂g/∂x = 2g′(s)x 1×1"],
    ],
    [
      "of a matrix function speak of stacked columns",
      "X⁻¹",
      "X",
      {},
      ["vec(df) = (−X⁻ᵀ ⊗ X⁻¹) vec(dX)"],
    ],
    [
      "of a stationary point end in what the Hessian says",
      "L = ‖Xw − y‖² + λ‖w‖²; λ > 0",
      "w",
      { kind: "stationary" },
      [
        "∂L/∂w = 2Xᵀ(Xw − y) + 2λw = 0 n×1 as at every minimum and maximum",
        "2XᵀXw + 2λw = 2Xᵀy n×1 the terms with w on one side",
        "w = (XᵀX + λI)⁻¹Xᵀy n×1 solved",
        "The Hessian 2XᵀX + 2λI is positive definite: this is the minimum.",
      ],
    ],
  ])("%s", (_, text, wrt, options, told) => {
    const lines = steps(text, wrt, options);
    for (const line of told) expect(lines).toContain(line);
  });

  test.each([["--structured free", { structured: "free" as const }]])(
    "with %s are refused",
    (option, options) => {
      expect(() => steps("z = Wx; L = ‖z‖²", "W", options)).toThrow(`steps with ${option}`);
    },
  );

  test("below a name are those of a module, and refuse what flows beside it", () => {
    const upstream = "z";
    expect(steps("z = Wx + b; L = ‖z‖²", "W,b", { upstream })).toEqual([
      "Forward",
      "z = Wx + b n×1",
      "",
      "Backward, from what is given",
      "∂L/∂z n×1 given",
      "∂L/∂W = (∂L/∂z)xᵀ n×m matrix product in z",
      "∂L/∂b = ∂L/∂z n×1 sum in z",
      "",
      "Rules, in letters of their own",
      "h = Xy matrix product: ∂L/∂X = (∂L/∂h)yᵀ, ∂L/∂y = Xᵀ∂L/∂h",
      "h = y + p sum: ∂L/∂y = ∂L/∂h, ∂L/∂p = ∂L/∂h",
    ]);
    expect(() => steps("z = Wx; L = ‖z‖² + ‖W‖²", "W", { upstream })).toThrow(
      "steps with --upstream z beside other paths from W",
    );
  });

  test.each(styles)("in LaTeX alone are those in all spellings: %s", (style) => {
    const text =
      "K = αXXᵀ + β⁻¹I; x_i: d for i = 1..n; L = −D/2·log|K| + Σ_i ‖x_i − μ‖² + ‖f(Wμ)‖²; f: ℝ→ℝ";
    const latexOf = (options: Partial<StepOptions>): string => {
      const problem = parse(text, { wrt: "X,μ" });
      const all = worked(problem, variablesOf(problem, "X,μ"), { steps: "key", style, ...options });
      return solutionText(all.sections, "latex");
    };
    expect(latexOf({ spellings: ["latex"] })).toBe(latexOf({}));
  });

  describe("of a network whose layers add to what they are given", () => {
    const residual = (layers: number): string =>
      [
        "x_0: n",
        ...Array.from(
          { length: layers },
          (_, i) => `x_${i + 1} = x_${i} + tanh(W_${i + 1} x_${i})`,
        ),
        `L = ‖x_${layers}‖²`,
      ].join("; ");

    test.each(["cotangent", "index"] as const)("stay short: %s", { timeout: 60_000 }, (style) => {
      const lines = steps(residual(40), "W_1", { style, verify: false, spellings: ["unicode"] });
      const longest = (from: RegExp): number =>
        Math.max(...lines.filter((line) => from.test(line)).map((line) => line.length));
      expect(lines.length).toBeGreaterThan(240);
      expect(longest(/^∂L\/∂[ux]|^∂L\/∂W₁ =/u)).toBeLessThan(160);
    });

    test("are refused as differentials, which are multiplied out", () => {
      const shallow = steps(residual(3), "W_1", { style: "differential" });
      expect(shallow).toContain("dx₃ = dx₂ + du₆ n×1 sum");
      expect(() => steps(residual(40), "W_1", { style: "differential" })).toThrow(
        "differentials of so many parts",
      );
    });
  });

  test("fit a terminal of 80 columns, but for formulas that are longer", () => {
    const problem = parse("½‖f(Wᵀf(Wx)) − x‖²; f: ℝ→ℝ");
    const { sections } = worked(problem, variablesOf(problem, "W"), { steps: "all" });
    const long = solutionText(sections, "unicode")
      .split("\n")
      .filter((line) => [...line].length > 80);
    expect(long).toEqual([]);
  });
});

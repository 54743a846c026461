/** @file The check can fail: wrong gradients and wrong rules are caught, right ones pass. */

import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { derive, NablaError, parse } from "../src/index.ts";
import type { Dimension } from "../src/expr/dimension.ts";
import { num } from "../src/expr/expr.ts";
import { evaluate, OutOfDomain } from "../src/numeric/evaluate.ts";
import { realArithmetic } from "../src/numeric/mathjs.ts";
import { verify } from "../src/numeric/verify.ts";
import { scale } from "../src/ops/arithmetic.ts";
import type { OpFields } from "../src/expr/op.ts";
import { sin, tanh } from "../src/ops/elementwise.ts";
import { rulesFor } from "../src/simplify/rules/index.ts";
import { rule } from "../src/simplify/rules/rule.ts";
import type { Rule } from "../src/simplify/rules/rule.ts";
import { parseIn } from "../src/parse/index.ts";

/** How the check judges a gradient that is claimed. */
function judged(problem: string, wrt: string, claimed: string): boolean {
  const read = parse(problem);
  const variable = read.symbols.get(wrt)!;
  const gradient = parseIn(read, { role: "answer", text: claimed }, variable.shape);
  return verify(read.objective, [{ variable, at: variable, gradient }], 1).ok;
}

describe("a claimed gradient", () => {
  test.each([
    ["‖Ax − b‖²", "x", "2Aᵀ(Ax − b)"],
    ["tr(AXB)", "X", "AᵀBᵀ"],
    ["½‖WᵀWx − x‖²", "W", "W(WᵀWx − x)xᵀ + Wx(WᵀWx − x)ᵀ"],
    ["log det X", "X", "X⁻ᵀ"],
    ["‖Xw − y‖₁", "w", "Xᵀsign(Xw − y)"],
  ])("of %s by %s passes as %s", (problem, wrt, right) => {
    expect(judged(problem, wrt, right)).toBe(true);
  });

  test.each([
    ["a factor", "‖Ax − b‖²", "x", "Aᵀ(Ax − b)"],
    ["a factor that is nearly 1", "‖Ax − b‖²", "x", "2.000001Aᵀ(Ax − b)"],
    ["a sign", "‖Ax − b‖²", "x", "−2Aᵀ(Ax − b)"],
    ["a transpose", "A, X, B: n×n; tr(AXB)", "X", "BA"],
    ["a transpose of a result", "A, B, X: n×n; tr(AXB)", "X", "AB"],
    ["a lost path", "½‖WᵀWx − x‖²", "W", "W(WᵀWx − x)xᵀ"],
    ["nothing for something", "xᵀx", "x", "0"],
    ["an inverse without its transpose", "X: n×n; log det X", "X", "X⁻¹"],
    ["⊙ for a product", "A, B: n×n; tr(AB)", "A", "A ⊙ Bᵀ"],
    ["symmetry that is not given", "A: n×n; xᵀAx", "x", "2Ax"],
    ["a lost 1/n", "mean(x)", "x", "𝟏"],
    ["a sign function on the wrong side", "‖Xw − y‖₁", "w", "Xᵀsign(Xw + y)"],
  ])("is caught with %s: %s by %s is not %s", (_what, problem, wrt, wrong) => {
    expect(judged(problem, wrt, wrong)).toBe(false);
  });
});

describe("a wrong rule", () => {
  const right = tanh.pullback;
  afterEach(() => {
    Object.assign(tanh, { pullback: right });
  });
  const breakTanh = (factor: number): void => {
    Object.assign(tanh, {
      pullback: (...args: Parameters<typeof right>) =>
        right(...args).map((g) => (g && "kind" in g ? scale(num(factor), g) : g)),
    });
  };

  test.each([
    "yᵀtanh(Wx)",
    // The other terms are so large that doubles show nothing of this one.
    "10^12 aᵀx + sum(tanh(x))",
    "‖Ax − b‖² + 10^-9 sum(tanh(x))",
  ])("ends in an error and shows no result: %s", async (problem) => {
    await expect(derive(problem, { wrt: "x" })).resolves.toHaveLength(1);
    breakTanh(2);
    const refused = await derive(problem, { wrt: "x" }).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(NablaError);
    expect(refused).toMatchObject({ exit: 3, diagnostic: { code: "not-verified" } });
  });
});

describe("a wrong simplification", () => {
  const rules = rulesFor as Map<OpFields, readonly Rule[]>;
  const right = rules.get(sin) ?? [];
  beforeEach(() => void rules.set(sin, [rule("sine-of-small", sin, (_, x) => x), ...right]));
  afterEach(() => void rules.set(sin, right));

  test.each([
    ["gradient", "aᵀsin(x)"],
    ["jacobian", "sin(x)"],
    ["jacobian", "x ⊙ sin(x)"],
    ["hessian", "aᵀsin(x)"],
    ["hessian", "xᵀsin(x)"],
    ["stationary", "‖x‖² + bᵀx + sin(c)bᵀx"],
  ] as const)("of a %s ends in an error and shows no result: %s", async (kind, problem) => {
    const refused = await derive(problem, { wrt: "x", kind }).catch((error: unknown) => error);
    expect(refused).toMatchObject({ exit: 3, diagnostic: { code: "not-verified" } });
  });

  test.each([
    ["beside a given cotangent", "s = Wx; L = aᵀtanh(s) + bᵀsin(x)", { upstream: "s" }],
    ["of what a name stands for", "p = softmax(x); L = aᵀsin(p); g = ∂L/∂p", {}],
  ])("%s ends in an error, too", async (_, problem, options) => {
    const refused = await derive(problem, { wrt: "x", ...options }).catch((e: unknown) => e);
    expect(refused).toMatchObject({ exit: 3, diagnostic: { code: "not-verified" } });
  });
});

test("a point at which all derivatives are 0 shows nothing", () => {
  // Where both units are off, any multiple of the gradient agrees.
  expect(judged("relu(−xᵀx − 1) + 0·xᵀx", "x", "5x")).toBe(false);
});

describe("at a point where a factor does not exist", () => {
  const size = (d: Dimension): number => (d.names.length > 0 ? 2 : d.coefficient);
  /** The value with numbers for the names, of a vector x its entries. */
  const valueOf = (
    problem: string,
    numbers: Readonly<Record<string, readonly number[]>>,
  ): unknown => {
    const { objective, symbols } = parse(problem);
    const m = realArithmetic;
    const values = new Map(
      Object.entries(numbers).map(([name, of]) => [
        symbols.get(name)!,
        m.matrix(of.length, 1, (i) => of[i]!),
      ]),
    );
    return evaluate([objective], { values, size }, m, new Set())[0];
  };

  test.each([
    ["Σ_i Σ_{j≠i} 1/(x_i − x_j)²", 2],
    ["Σ_i Σ_j [i < j]/(x_i − x_j)²", 1],
    ["Σ_i Σ_j δ_{ij}/(x_i − x_j + 1)", 2],
    ["Σ_i Σ_j (x_i − x_j)^{-2}([i < j] + 2[j < i])", 3],
  ])("an indicator of indices leaves the product out: %s", (problem, value) => {
    expect(valueOf(`x: n; ${problem}`, { x: [3, 4] })).toBe(value);
  });

  test.each([
    ["an indicator of values", "x: n; Σ_i [x_i > 3] log(x_i − 3)"],
    ["a factor that is 0 by chance", "x: n; Σ_i (i − 1) log(x_i − 3)"],
    ["indicators that cancel", "x: n; Σ_i ([i < 3] − [i > 0]) log(x_i − 3)"],
  ])("%s is multiplied by it", (_what, problem) => {
    expect(() => valueOf(problem, { x: [3, 4] })).toThrow(OutOfDomain);
  });
});

test("rounding that a nearly singular point magnifies is no disagreement", async () => {
  const [found] = await derive("A, B, C: 6×6; tr((AᵀA)⁻¹(BᵀB)⁻¹(CᵀC)⁻¹)", { wrt: "A" });
  expect(found!.verification).toMatchObject({ ok: true });
});

// With these seeds a draw has what the title says.
test.each([
  [
    "a slope that vanishes in rounding",
    "t: n onehot; y: n; C: n×m; A: m×n; q: n nonnegative; (t ⊙ y)ᵀ(CA)tanh(q)",
    { wrt: "q", kind: "hessian", seed: 833 },
  ],
  [
    "values too large for differences",
    "q: n nonnegative; g: ℝ^n→ℝ^m; min(arctan(𝟏_m), g(q^{⊙3}))",
    { wrt: "q", kind: "jacobian", seed: 386 },
  ],
  [
    "values too small to be told from 0",
    "Λ: m×m diagonal; J: m×n; F: m×n positive; tr(max(ΛJ, 𝟏_m𝟏_nᵀ)ᵀ[softmax(F) ≠ 0])",
    { wrt: "Λ", seed: 804 },
  ],
  [
    "a positive value that an indicator takes for 0",
    "y, q: n; [exp(−y^{⊙4}) ≠ 0]ᵀq",
    { wrt: "q", seed: 34 },
  ],
  [
    "a complex logarithm that leaves its range",
    "J: m×n signs; s: n signs; p: n positive; softplus(softplus(J(spᵀ)))",
    { wrt: "p", kind: "jacobian", seed: 211 },
  ],
  [
    "a complex step that turns exp(ih) around",
    "α: scalar; vec(logsoftmax(σ(𝟏_n𝟏_kᵀ)^{⊙α}))",
    { wrt: "α", kind: "jacobian", seed: 8 },
  ],
  [
    "a determinant that is 0 next to the point",
    "G: m×m posdef; v: m; θ_2: scalar; f: ℝ→ℝ; f(det((Gv)(θ₂G_{:,1})ᵀ))",
    { wrt: "θ_2", kind: "hessian", seed: 840 },
  ],
  [
    "a determinant that is 0 but for rounding",
    "U: m×n; x_1: n; r: m; Λ: m×m diagonal; η = tr(Λ); det(Ux_1rᵀ)η",
    { wrt: "η", seed: 902 },
  ],
] as const)("%s is no disagreement", async (_, text, options) => {
  const [derivative] = await derive(text, options);
  expect(derivative!.verification).toMatchObject({ ok: true });
});

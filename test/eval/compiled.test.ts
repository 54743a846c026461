/** @file Compiled numbers are shown once they agree with the oracle's, and a plan says how they are made. */

import { describe, expect, test } from "vitest";
import { compile } from "../../src/compile/index.ts";
import { foundCompiler } from "../../src/compile/toolchain.ts";
import { compiledEvaluation } from "../../src/eval/compiled.ts";
import { NablaError } from "../../src/index.ts";
import { floatOf, isExact } from "../../src/numeric/exact.ts";
import { widthOf } from "../../src/print/columns.ts";
import { valuesCsv, valuesJson } from "../../src/report/values-data.ts";
import { valuesText } from "../../src/report/values.ts";
import { planCases } from "./plans.ts";
import { evaluated } from "./tables.ts";

describe("plans", () => {
  test.each(planCases())("$title", async ({ print, expected }) => {
    const text = await print();
    expect(text).toBe(expected);
    for (const line of text.split("\n")) expect(widthOf(line)).toBeLessThanOrEqual(80);
  });
});

const problems = [
  ["an autoencoder", "½‖WᵀWx − x‖²", "W = [1 2; 3 4; 0 −1]; x = (0.5, −2)", ""],
  [
    "a network",
    "h = max(0, Wx + b); p = softmax(Vh); y: n onehot; L = −yᵀlog p",
    "W = [1 2; 3 −4]; b = (0.1, 0.2); V = [1 0.5; −1 2; 0 1]; x = (1, 0.5); y = (0, 1, 0)",
    "",
  ],
  [
    "a Gaussian process",
    "K = αXXᵀ + β⁻¹I; α > 0; β > 0; −D/2 log det K − ½tr(K⁻¹YYᵀ)",
    "X = [1; 0.5; 2]; α = 2; β = 4; Y = [1 2; 3 4; 5 6]; D = 2",
    "X,α,β",
  ],
  [
    "a family and one member of it",
    "x_i: d for i = 1..n; Σ_i log(1 + exp(−y_i wᵀx_i))",
    "x = [1 2; 3 4; 0 1]; y = (1, −1, 1); w = (0.25, 0.5)",
    "w,x_2",
  ],
  [
    "a label",
    "y: index 1..C; p = softmax(Wx); −log p_y",
    "W = [1 2; 3 4]; x = (1, 0.5); y = 2",
    "W",
  ],
  [
    "rows of one entry, which are no column",
    "Z: N×C; w = softmax(Z)𝟏; aᵀlogsumexp(Z) + ‖w‖²",
    "Z = [1; 2; 3]; a = (1, 10, 100)",
    "Z",
  ],
  ["an objective that is no scalar", "z = Wx; tanh(z)", "W = [1 2; 3 4]; x = (0.5, 1)", ""],
] as const;
const backends = ["js", "wasm", ...(foundCompiler() ? (["native"] as const) : [])] as const;

describe.each(problems)("%s", (_, problem, at, wrt) => {
  test.each(backends)("has the oracle's numbers by %s", async (backend) => {
    for (const dtype of ["float64", "float32"] as const) {
      const oracle = evaluated(problem, at, wrt === "" ? {} : { wrt });
      const found = await compiledEvaluation(oracle, wrt, { backend, dtype });
      expect(found.compiled).toMatchObject({ backend, why: "asked for", dtype });
      expect(found.compiled!.maxRelativeError).toBeLessThan(dtype === "float64" ? 1e-13 : 1e-5);
      const digits = dtype === "float64" ? 10 : 4;
      const [mine, theirs] = [found.passes[0]!.pass.parts, oracle.passes[0]!.pass.parts];
      let gradients = 0;
      for (const [k, part] of mine.entries()) {
        const own = theirs[k]!;
        expect(part.name).toBe(own.name);
        for (const side of ["forward", "backward"] as const)
          for (const [i, row] of (part[side] ?? []).entries())
            for (const [j, x] of row.entries())
              expect(floatOf(x)).toBeCloseTo(floatOf(own[side]![i]![j]!), digits);
        if (part.backward) gradients++;
      }
      const isScalar = theirs.at(-1)!.backward !== null;
      // The unit that flows to the objective is one of them.
      expect(gradients).toBeGreaterThan(isScalar ? 1 : -1);
    }
  });
});

const told = async (act: () => Promise<unknown>): Promise<string> => {
  try {
    await act();
  } catch (error) {
    if (error instanceof NablaError) return `${error.render()}\n(${error.exit})`;
    throw error;
  }
  return "no error";
};

/** Compiled code in which a value is another. */
const wrongIn =
  (output: string, wrong: (x: number) => number): typeof compile =>
  async (source, options) => {
    const program = await compile(source, options);
    const get = program.get.bind(program);
    program.get = (name) => (name === output ? get(name).map(wrong) : get(name));
    return program;
  };

describe("compiled code that is wrong", () => {
  const oracle = evaluated("z = Wx; ½‖z‖²", "W = [1 2; 3 4]; x = (0.5, 1)");
  const by = (
    output: string,
    wrong: (x: number) => number,
    dtype: "float32" | "float64" = "float64",
  ): Promise<string> =>
    told(() => compiledEvaluation(oracle, "", { backend: "js", dtype }, wrongIn(output, wrong)));

  test("is not shown", async () => {
    expect(await by("value", (x) => x + 1)).toBe(
      "error[compiled-differs]: the compiled value of L is not the oracle's and is not shown: this is a bug in nabla\n" +
        "  note: JavaScript in float64 gives 19.25, the oracle 18.25: a relative error of 5e-2\n" +
        "  hint: please report the problem with these numbers; without --backend the oracle's are shown\n" +
        "(3)",
    );
  });

  test.each([
    ["value", "L"],
    ["z", "z"],
    ["∂W", "∂L/∂W"],
    ["∂x", "∂L/∂x"],
    ["∂z", "∂L/∂z"],
  ])("is found in %s", async (output, name) => {
    expect(await by(output, (x) => x * (1 + 1e-9))).toContain(`the compiled value of ${name} is`);
    expect(await by(output, (x) => x * (1 + 1e-3), "float32")).toContain(`value of ${name} is`);
    expect(await by(output, () => Number.NaN)).toContain(`value of ${name} is`);
  });

  test("is told from rounding", async () => {
    expect(await by("value", (x) => x * (1 + 1e-12))).toBe("no error");
    expect(await by("value", (x) => x * (1 + 1e-5), "float32")).toBe("no error");
  });

  test("is found where the right value is 0", async () => {
    const nothing = evaluated("‖x − y‖²", "x = (1, 2); y = (1, 2)");
    const wrong = wrongIn("value", (x) => x + 1e-12);
    expect(await told(() => compiledEvaluation(nothing, "", { backend: "js" }, wrong))).toContain(
      "JavaScript in float64 gives 1e-12, the oracle 0: a relative error of Infinity",
    );
  });
});

describe("digits that cancel", () => {
  test("are told where little beside what they are made of is left", async () => {
    const oracle = evaluated("(a + b) − a − b", "a = 0.1; b = 0.2");
    const { notes } = await compiledEvaluation(oracle, "", { backend: "js", dtype: "float32" });
    expect(notes).toEqual([
      "the numbers are those of compiled code: JavaScript, float32",
      "L is what larger numbers leave when they cancel: float32 is off by 1e-8 there",
    ]);
  });

  test("and so is what is too small for them", async () => {
    const oracle = evaluated("x²", "x = 1e-30");
    const { notes } = await compiledEvaluation(oracle, "", { backend: "js", dtype: "float32" });
    expect(notes).toContain(
      "L is smaller than the numbers of float32: float32 is off by 1e-60 there",
    );
  });

  test.each([
    [
      "exp(x)",
      "x = 100",
      "float32",
      "error[rounded-away]: rounding leaves too few digits of ∂L/∂x at these numbers, and it is not shown\n" +
        "  note: JavaScript in float32 gives Infinity, the oracle 2.6881171418161356e+43, and rounding alone moves it as far\n" +
        "  hint: --dtype float64\n(3)",
    ],
    [
      "exp(x)/(1 + exp(x))",
      "x = 100",
      "float32",
      "error[rounded-away]: rounding leaves too few digits of L at these numbers, and it is not shown\n" +
        "  note: JavaScript in float32 gives NaN, the oracle 1, and rounding alone moves it as far\n" +
        "  hint: --dtype float64\n(3)",
    ],
    [
      "relu(a + b − c)",
      "a = 0.1; b = 0.2; c = 0.3",
      "float64",
      "error[rounded-away]: rounding leaves too few digits of ∂L/∂a at these numbers, and it is not shown\n" +
        "  note: JavaScript in float64 gives 1, the oracle 0, and rounding alone moves it as far\n" +
        "  hint: without --backend numbers stay exact where they can\n(3)",
    ],
  ] as const)("are refused where none is left: %s", async (problem, at, dtype, message) => {
    const oracle = evaluated(problem, at);
    expect(await told(() => compiledEvaluation(oracle, "", { backend: "js", dtype }))).toBe(
      message,
    );
  });
});

describe("what is shown", () => {
  test("is compiled numbers alone: none is exact, and what flows nowhere is left out", async () => {
    const oracle = evaluated("δ = ∂L/∂z; z = Wx; L = ½‖z‖²; G = δxᵀ", "W = [1 2]; x = (0.5, 1)");
    const found = await compiledEvaluation(oracle, "W", { backend: "js" });
    expect(valuesText(found, null, "unicode")).toBe(shown);
    const made = found.passes[0]!.pass.parts.filter(({ kind }) => kind !== "input");
    expect(made.flatMap(({ forward }) => forward.flat()).some(isExact)).toBe(false);
    expect(valuesJson(found).compiled).toEqual({
      backend: "js",
      why: "asked for",
      dtype: "float64",
      threads: 1,
      maxRelativeError: 0,
    });
    expect(valuesCsv(found, null)).toContain("\n,,dL/dW,1,2,2.5\n");
  });

  test("is a row for each sample", async () => {
    const oracle = evaluated(
      "s = wᵀx; L = ½(s − y)²",
      "w = (0.5, 0.25)",
      {},
      "x = [1 0; 1 1]; y = (1, 4)",
    );
    const found = await compiledEvaluation(oracle, "s", { backend: "js" });
    expect(valuesText(found, null, "unicode")).toBe(inSamples);
  });
});

const shown = `Values
     value     ∂L/∂·
  W  [1  2]    ≈ [1.25  2.5]
  x  (0.5, 1)
  z  ≈ 2.5
  L  ≈ 3.125   1

the numbers are those of compiled code: JavaScript, float64
δ speaks of what flows back: compiled code has no value of it
G speaks of what flows back: compiled code has no value of it
≈ stands where numbers are rounded, to 6 digits`;

const inSamples = `Forward
  sample  x₁  x₂  y   s ≈      L ≈
  1        1   0  1   0.5    0.125
  2        1   1  4  0.75  5.28125

Backward
  sample  ∂L/∂s ≈
  1          −0.5
  2         −3.25

the numbers are those of compiled code: JavaScript, float64
≈ stands where numbers are rounded, to 6 digits`;

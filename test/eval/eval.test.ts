/** @file Values at numbers: what is printed, that exact ones are right, and that what flows back is the gradient. */

import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Sym } from "../../src/expr/expr.ts";
import type { Value } from "../../src/expr/op.ts";
import { rational } from "../../src/expr/rational.ts";
import type { Rational } from "../../src/expr/rational.ts";
import { has, property } from "../../src/expr/properties.ts";
import { postorder } from "../../src/expr/walk.ts";
import { derive, evaluate, NablaError } from "../../src/index.ts";
import { evaluate as valueAt, lackOf } from "../../src/numeric/evaluate.ts";
import { entriesIn, exactArithmetic, floatOf, isExact } from "../../src/numeric/exact.ts";
import { realArithmetic } from "../../src/numeric/mathjs.ts";
import { widthOf } from "../../src/print/columns.ts";
import { valuesCsv, valuesJson } from "../../src/report/values-data.ts";
import { valuesHtml, valuesLatex, valuesMarkdown, valuesText } from "../../src/report/values.ts";
import { toUnicode } from "../../src/print/index.ts";
import { processorTime } from "../clock.ts";
import { declarations, scalars } from "../random.ts";
import { evalCases, evaluated } from "./tables.ts";

const all = evalCases();

describe("tables", () => {
  test.each(all)("$title", ({ problem, at, options, samples, digits, expected }) => {
    expect(valuesText(evaluated(problem, at, options, samples), digits, "unicode")).toBe(expected);
  });

  test.each(all)("$title: fits 80 columns in both alphabets", (each) => {
    const found = evaluated(each.problem, each.at, { ...each.options }, each.samples);
    for (const spelling of ["unicode", "ascii"] as const)
      for (const line of valuesText(found, each.digits, spelling).split("\n"))
        expect(widthOf(line)).toBeLessThanOrEqual(80);
  });

  test.each(all)("$title: ASCII is ASCII", (each) => {
    const found = evaluated(each.problem, each.at, each.options, each.samples);
    expect(valuesText(found, each.digits, "ascii")).toMatch(/^[\n -~]*$/u);
  });

  test("notes in ASCII spell what they name", () => {
    const found = evaluated(
      "‖θ − μ‖_1 + |v̂_{10}| + |x_2|",
      "θ = (1, 0); μ = (1, 1); v̂_{10} = 0; x = (1, 0)",
    );
    const text = valuesText(found, null, "ascii").replaceAll(/\s+/gu, " ");
    for (const told of [
      "derivative of ||x||_1 is",
      "used at theta - mu",
      "used at x_2",
      "used at \\hat{v}_10",
    ])
      expect(text).toContain(told);
  });

  test.each(all)("$title: KaTeX takes every formula", (each) => {
    const found = evaluated(each.problem, each.at, each.options, each.samples);
    // The formulas of a page are set strictly: one that is not taken throws.
    expect(valuesHtml(found, each.digits)).toContain("katex");
    expect(valuesLatex(found, each.digits)).toContain("\\begin{tabular}");
  });

  test("a wide table is split between its names, with its first column in each part", () => {
    const found = evaluated(
      "x: 12; s = Wᵀx; z = tanh(s); sum(z)",
      `W = [${Array.from({ length: 12 }, (_, i) => `0.${i + 1} 0.5 0.25`).join("; ")}]`,
      {},
      `x = [${"1 ".repeat(12)}; ${"2 ".repeat(12)}]`,
    );
    const heads = valuesText(found, null, "unicode")
      .split("\n")
      .filter((line) => line.startsWith("  sample"));
    expect(heads.length).toBeGreaterThan(1);
    expect(heads.join(" ").match(/x₁₂/gu)).toHaveLength(1);
  });

  test("long values are cut in text, and whole in CSV and JSON", async () => {
    const x = Array.from({ length: 100 }, (_, i) => i);
    const found = evaluated("‖x‖²", `x = (${x.join(", ")})`);
    expect(valuesText(found, null, "unicode")).toContain("…, 99)");
    expect(valuesText(found, null, "unicode")).toContain("long values are cut");
    expect(valuesCsv(found, null).match(/^,,x,/gmu)).toHaveLength(100);
    const { passes } = await evaluate("‖x‖²", { at: { x } });
    expect(passes[0]!.values[0]!.forward.value).toHaveLength(100);
  });

  test("Markdown has a column for each head in every row", () => {
    for (const each of all) {
      const found = evaluated(each.problem, each.at, each.options, each.samples);
      const tables = valuesMarkdown(found, each.digits)
        .split("\n\n")
        .filter((block) => block.startsWith("|"));
      for (const table of tables) {
        const counts = table.split("\n").map((line) => line.match(/(?<!\\)\|/gu)!.length);
        expect(new Set(counts).size).toBe(1);
      }
    }
  });
});

describe("CSV and JSON", () => {
  test("CSV has a line for each number", () => {
    const found = evaluated(
      "p = wᵀx; L = ½(p − y)²",
      "w = (0, 1)",
      {
        descend: "w",
        rate: "0.5",
        update: "sample",
      },
      "x = [1 0; 0 1]; y = (1, 2)",
    );
    expect(valuesCsv(found, null)).toBe(csvOfDescent);
  });

  test("the terms of a sum are named in JSON, and their whole in CSV", () => {
    const found = evaluated("L = Σ_i ½(w_i − y_i)²", "w = (1, 1); y = (0, 3)", {
      descend: "w",
      rate: "1",
    });
    expect(valuesJson(found).terms).toEqual({ index: "i", name: "Lᵢ", formula: "½(wᵢ − yᵢ)²" });
    const lines = valuesCsv(found, null).split("\n");
    expect(lines.filter((line) => /,(?:w_i|y_i|L_i|L),/u.test(line))).toEqual([
      "1,1,w_i,1,1,1",
      "1,1,y_i,1,1,0",
      "1,1,L_i,1,1,0.5",
      "1,2,w_i,1,1,1",
      "1,2,y_i,1,1,3",
      "1,2,L_i,1,1,2",
      "1,,L,1,1,2.5",
    ]);
  });

  test.each([
    [{}, "--reduce stands beside --descend"],
    [{ descend: "w", rate: "1" }, "--reduce says what the losses of a batch of --samples become"],
  ])("a batch alone is reduced: %j", (options, message) => {
    expect(() => evaluated("w²", "w = 1", { ...options, reduce: "mean" })).toThrow(message);
  });

  test("JSON has floats, and exact texts where they are exact", async () => {
    const { passes, objective, verification } = await evaluate("exp(0.25x)", { at: { x: "1/3" } });
    const [x, L] = passes[0]!.values;
    expect(objective).toBe("L");
    expect(x!.forward).toEqual({ value: [[1 / 3]], exact: [["1/3"]] });
    expect(L!.forward).toEqual({ value: [[Math.exp(1 / 12)]], exact: [[null]] });
    expect(verification.derivatives).toBeGreaterThan(0);
    expect(verification.maxRelativeError).toBeLessThan(1e-8);
  });

  test("sizes follow from the numbers", async () => {
    const { sizes } = await evaluate("W: m×n; x: n; ‖Wx‖²", {
      at: {
        W: [
          [1, 2, 3],
          [4, 5, 6],
        ],
        x: [1, 0, 0],
      },
    });
    expect(sizes).toEqual({ m: 2, n: 3 });
  });
});

const csvOfDescent = `iteration,sample,name,row,column,value
1,1,w,1,1,0
1,1,w,2,1,1
1,1,x,1,1,1
1,1,x,2,1,0
1,1,y,1,1,1
1,1,p,1,1,0
1,1,L,1,1,0.5
1,1,dL/dw,1,1,-1
1,1,dL/dw,2,1,0
1,1,dL/dx,1,1,0
1,1,dL/dx,2,1,-1
1,1,dL/dy,1,1,1
1,1,dL/dp,1,1,-1
1,1,dL/dL,1,1,1
1,1,change(w),1,1,0.5
1,1,change(w),2,1,0
1,1,new(w),1,1,0.5
1,1,new(w),2,1,1
1,2,w,1,1,0.5
1,2,w,2,1,1
1,2,x,1,1,0
1,2,x,2,1,1
1,2,y,1,1,2
1,2,p,1,1,1
1,2,L,1,1,0.5
1,2,dL/dw,1,1,0
1,2,dL/dw,2,1,-1
1,2,dL/dx,1,1,-0.5
1,2,dL/dx,2,1,-1
1,2,dL/dy,1,1,1
1,2,dL/dp,1,1,-1
1,2,dL/dL,1,1,1
1,2,change(w),1,1,0
1,2,change(w),2,1,0.5
1,2,new(w),1,1,0.5
1,2,new(w),2,1,1.5`;

const runs = process.env["NABLA_LONG"] ? 20_000 : 300;

/** Whole numbers and halves for the names of random expressions, in the sets that these are declared to be in. */
function smallNumbers(s: Sym, size: (k: 0 | 1) => number, pick: () => number): number[][] {
  const [rows, columns] = [size(0), size(1)];
  const a = Array.from({ length: rows }, () =>
    Array.from({ length: columns }, () => (pick() - 3) / 2),
  );
  if (has(s.properties, property.orthogonal) && rows > 1)
    return a.map((row, i) => row.map((_, j) => (i === j ? 1 : 0)));
  if (has(s.properties, property.posdef) || (rows === columns && rows > 1))
    return a.map((row, i) => row.map((_, j) => (i === j ? 3 + (pick() % 2) : 0)));
  if (has(s.properties, property.positive))
    return a.map((row) => row.map((x) => Math.abs(x) + 0.5));
  if (has(s.properties, property.onehot))
    return a.map((row, i) =>
      row.map((_, j) => (columns === 1 ? (i === 0 ? 1 : 0) : j === 0 ? 1 : 0)),
    );
  return a;
}

test("exact values are those of the oracle", () => {
  let exact = 0;
  fc.assert(
    fc.property(scalars(3), fc.infiniteStream(fc.nat(6)), ({ expr }, stream) => {
      const size = (name: string): number => ({ m: 2, n: 3 })[name] ?? 1;
      const of = (m: typeof realArithmetic): Map<Sym, Value> => {
        const values = new Map<Sym, Value>();
        for (const s of leaves) {
          const rows = numbers.get(s)!;
          values.set(
            s,
            m.matrix(rows.length, rows[0]!.length, (i, j) => {
              const x = rows[i]![j]!;
              return m.exact ? m.exact(rational(2 * x, 2)) : x;
            }),
          );
        }
        return values;
      };
      const leaves = postorder([expr]).filter(
        (e): e is Sym => e.kind === "sym" && e.role === "value" && e.definition === null,
      );
      const pick = (): number => stream.next().value as number;
      const numbers = new Map(
        leaves.map((s) => [s, smallNumbers(s, (k) => size(s.shape[k].key), pick)] as const),
      );
      const m = exactArithmetic();
      const at = {
        size: (d: { readonly key: string; readonly coefficient: number }): number =>
          size(d.key) * d.coefficient,
      };
      let found: Value;
      let oracle: Value;
      try {
        [oracle] = valueAt([expr], { ...at, values: of(realArithmetic) }, realArithmetic);
        [found] = valueAt([expr], { ...at, values: of(m) }, m);
      } catch (error) {
        lackOf(error);
        return;
      }
      const [[x]] = entriesIn(m, found) as [[ReturnType<typeof entriesIn>[0][0]]];
      const float = realArithmetic.real(oracle);
      if (!Number.isFinite(float)) return;
      if (isExact(x)) exact++;
      const parts = postorder([expr]).length;
      expect(Math.abs(floatOf(x) - float)).toBeLessThanOrEqual(
        1e-9 * parts * Math.max(1, Math.abs(float)),
      );
    }),
    { numRuns: runs, seed: 7 },
  );
  expect(exact).toBeGreaterThan(runs / 20);
});

test("what flows back passes its check at random", async () => {
  let passed = 0;
  const size = (key: string): number => ({ m: 2, n: 3 })[key] ?? 1;
  let state = 5;
  const pick = (): number => (state = (state * 48271) % 2147483647) % 7;
  const [declared = ""] = declarations.split("; f:");
  for (const { expr } of fc.sample(scalars(3), { numRuns: runs / 3, seed: 11 })) {
    const leaves = postorder([expr]).filter(
      (e): e is Sym => e.kind === "sym" && e.role === "value" && e.definition === null,
    );
    const at = Object.fromEntries(
      leaves.map((s) => [s.name, smallNumbers(s, (k) => size(s.shape[k].key), pick)]),
    );
    const texts = { statements: [declared], expr: toUnicode(expr, { sizes: true }) };
    try {
      const { passes } = await evaluate(texts, { at, all: true });
      if (passes[0]!.values.at(-1)!.backward) passed++;
    } catch (error) {
      if (!(error instanceof NablaError)) throw error;
      // A function without a formula, a point outside a domain, and texts that are read otherwise.
      expect(["not-verified", "not-compared", "no-point"]).not.toContain(error.diagnostic.code);
    }
  }
  expect(passed).toBeGreaterThan(runs / 15);
});

describe("what flows back is the gradient that is derived", () => {
  test.each([
    ["½‖WᵀWx − x‖²", "W = [1 2; 3 4]; x = (0.5, −2)", "W"],
    [
      "K = αXXᵀ + β⁻¹I; −c − D/2·log|K| − ½tr(K⁻¹YYᵀ)",
      "X = [1 2; 3 1]; Y = [1 0; 0 2]; α = 2; β = 4; c = 1; D = 2",
      "X",
    ],
    ["A: n×n symmetric; log|A|", "A = [3 1; 1 2]", "A"],
    ["−yᵀlog(softmax(Wx))", "W = [1 2; 3 4]; x = (0.5, −1); y = (0, 1)", "W"],
    [
      "x_i: d for i = 1..n; Σ_i log(1 + exp(−y_i wᵀx_i))",
      "x = [1 2; 3 4; 0 1]; y = (1, −1, 1); w = (0.25, 0.5)",
      "w",
    ],
    ["Q ∈ ℝ^{2×2}; tr(expm(Q))", "Q = [0.5 1; 0 0.25]", "Q"],
  ])("%s", async (problem, at, wrt) => {
    const found = evaluated(problem, at, { wrt });
    const backward = found.gradients[0]!.value;
    const [derived] = await derive(problem, { wrt });
    // The derived formula, read as a problem of its own, has the same value at the same numbers.
    const parts = problem.split(";");
    const both = [...parts.slice(0, -1), `U = ${parts.at(-1)}`, `G = ${derived!.unicode}`];
    const value = evaluated(both.join("; "), at, { forward: true });
    const formula = value.passes[0]!.pass.loss;
    for (const [i, row] of backward.entries())
      for (const [j, x] of row.entries())
        expect(floatOf(x)).toBeCloseTo(floatOf(formula[i]![j]!), 10);
  });
});

describe("samples", () => {
  test("of a family have a row, or a name, for each member", async () => {
    const problem = "x_i: d for i = 1..n; ‖x_1‖²";
    const losses = async (samples: Record<string, number[] | number[][]>[]): Promise<unknown[]> =>
      (await evaluate(problem, { samples })).passes.map(
        ({ values }) => values.at(-1)!.forward.value[0]![0],
      );
    const rows = (first: number): number[][] => [
      [first, 2],
      [3, 4],
    ];
    expect(await losses([{ x: rows(1) }, { x: rows(5) }])).toEqual([5, 29]);
    expect(
      await losses([
        { x_1: [1, 2], x_2: [3, 4] },
        { x_1: [5, 2], x_2: [3, 4] },
      ]),
    ).toEqual([5, 29]);
  });

  test.each([
    [[{ x: 1, y: 1 }, { x: 2 }], "sample 2 has no numbers for y, and sample 1 has"],
    [[{ x: 1 }, { x: 2, y: 1 }], "sample 1 has no numbers for y, and sample 2 has"],
  ])("give numbers to the same names: %j", async (samples, message) => {
    await expect(evaluate("(x − y)²", { at: { y: 1 }, samples })).rejects.toThrow(message);
  });

  test("have the gradients that are asked for", () => {
    const found = evaluated("(wᵀx)²", "w = (1, 2)", { wrt: "w" }, "x = [1 0; 0 1]");
    expect(valuesText(found, null, "unicode")).toContain("sample  ∂L/∂w₁  ∂L/∂w₂  ∂L/∂(wᵀx)");
  });
});

test("a gradient by a member is written with its index", () => {
  const { gradients } = evaluated("x_i: d for i = 1..n; Σ_i ‖x_i‖²", "x = [1 2; 3 4]", {
    wrt: "x_2",
  });
  expect(gradients[0]!.name.unicode).toBe("∂L/∂x₂");
});

test("no gradient by an entry that is not there", () => {
  expect(() => evaluated("x: n; ‖x‖²", "x = (1, 2)", { wrt: "x_3" })).toThrow(
    "the index 3 of x₃ is more than n = 2",
  );
});

test("what goes wrong on the way back is said of its iteration", () => {
  const options = { descend: "x", rate: "1", iterations: 2 };
  const descent = (): unknown => evaluated("x: n; ‖x‖", "x = (1, 0)", options);
  expect(descent).toThrow(
    expect.objectContaining({ diagnostic: expect.objectContaining({ notes: ["in iteration 2"] }) }),
  );
});

test("a row of numbers ends with its line, unless a comma stands there", () => {
  const value = (x: string): unknown => valuesJson(evaluated("‖X‖²", `X = ${x}`)).sizes;
  expect(value("[1 2\n3 4]")).toEqual({ m: 2, n: 2 });
  expect(value("[\n1, 2\n3, 4;\n5, 6\n]")).toEqual({ m: 3, n: 2 });
  expect(value("[1, 2,\n3, 4]")).toEqual({ m: 1, n: 4 });
});

test("a gradient by a row is written in ASCII", () => {
  const { gradients } = evaluated("W: m×n; ‖Wx‖²", "W = [1 2; 3 4]; x = (1, 2)", {
    wrt: "W_{1,:}",
  });
  expect(gradients[0]!.name.ascii).toBe("dL/dW_{1,:}");
});

test("what the terms of a sum hold is counted for each of them", () => {
  const held = (problem: string, at: string, wrt: string): string[] =>
    evaluated(problem, at, { memory: true, wrt }).memory!.held.map(
      ({ name, count }) => `${name.unicode}: ${count}`,
    );
  expect(
    held(
      "x_i: d for i = 1..n; Σ_i log(1 + exp(−y_i wᵀx_i))",
      "x = [1 2; 3 4; 0.5 1]; y = (1, −1, 1); w = (0.1, 0.2)",
      "w",
    ),
  ).toEqual(["yᵢ: 3", "xᵢ: 6", "exp(−yᵢwᵀxᵢ): 3", "1 + exp(−yᵢwᵀxᵢ): 3"]);
  expect(held("Σ_i Σ_j exp(x_i y_j)", "x = (1, 2); y = (1, 2, 3)", "x")).toEqual([
    "yⱼ: 3",
    "exp(xᵢyⱼ): 6",
  ]);
  // A label has a number: of what it picks there is one.
  expect(
    held("y: index 1..3; z = Wx; −log softmax(z)_y", "W = [1 2; 3 4; 5 6]; x = (1, 1); y = 2", "W"),
  ).toEqual(["x: 2", "softmax(z): 3", "softmax(z)_y: 1"]);
});

describe("exactness", () => {
  test("a rational problem has exact values and gradients", async () => {
    const { passes } = await evaluate("det(K)/tr(K⁻¹)", { at: "K = [1 2; 3 4]" });
    expect(
      passes[0]!.values.map(({ forward, backward }) => [forward.exact, backward?.exact]),
    ).toEqual([
      [
        [
          ["1", "2"],
          ["3", "4"],
        ],
        [
          ["-3.36", "2.4"],
          ["1.6", "-0.96"],
        ],
      ],
      [[["0.8"]], [["1"]]],
    ]);
  });

  test("float inputs of a program are the decimals that they print as", async () => {
    const { passes } = await evaluate("x + y", { at: { x: 0.1, y: 0.2 } });
    expect(passes[0]!.values.at(-1)!.forward).toEqual({ value: [[0.3]], exact: [["0.3"]] });
  });

  test("the logarithm of what is no float is one", async () => {
    const { passes } = await evaluate("logdet K", { at: "K = [1e-200 1e-201; 0 1e-200]" });
    const [K, L] = passes[0]!.values;
    expect(L!.forward.value[0]![0]).toBeCloseTo(-400 * Math.LN10, 10);
    expect(K!.backward!.value[0]![0]).toBeCloseTo(1e200, -190);
  });

  /** c(I + 𝟏𝟏ᵀ) of a size at which the determinant is no float, with its first row times a factor. */
  const scaledBy = (c: number, factor = 1): number[][] =>
    Array.from({ length: 120 }, (_row, i) =>
      Array.from({ length: 120 }, (_, j) => (i === 0 ? factor : 1) * (i === j ? 2 * c : c)),
    );

  test.each([0.001234567890123, 1234.567890123])(
    "log det has a value where det is no float: of the size of %d",
    async (c) => {
      const { passes } = await evaluate("log det K", { at: { K: scaledBy(c) } });
      const [value] = passes[0]!.values.at(-1)!.forward.value[0]!;
      expect(value).toBeCloseTo(120 * Math.log(c) + Math.log(121), 9);
    },
  );

  test.each([-1, 0])("log det is refused where det is no float with a row times %d", async (by) => {
    await expect(
      evaluate("log det K", { at: { K: scaledBy(0.001234567890123, by) } }),
    ).rejects.toThrow("needs a matrix with a positive determinant");
  });

  test("an invertible matrix may have a determinant that is no float", async () => {
    const at = { K: scaledBy(0.001234567890123) };
    const { passes } = await evaluate("K: n×n invertible; tr(K⁻¹)", { at });
    const [value] = passes[0]!.values.at(-1)!.forward.value[0]!;
    expect(value! * 0.001234567890123).toBeCloseTo(120 - 120 / 121, 9);
  });

  test("whole numbers and decimals stay fractions in matrices of many rows", async () => {
    const K = Array.from({ length: 30 }, (_row, i) =>
      Array.from({ length: 30 }, (_, j) => (i === j ? 40.5 : ((i * j) % 7) - 3)),
    );
    const { passes } = await evaluate("det K", { at: { K } });
    expect(passes[0]!.values.at(-1)!.forward.exact[0]![0]).not.toBeNull();
  });

  test("long decimals go on as floats before they take long", () => {
    const m = exactArithmetic();
    const number = (i: number, j: number): Rational =>
      rational(BigInt(10 ** 15 + 7919 * i * j), 10n ** 16n);
    const K = m.matrix(60, 60, (i, j) => m.exact!(number(i * i + 1, j + 1)));
    const before = processorTime();
    m.multiply(m.inverse(m.add(K, m.multiply(K, m.transpose(K)))), K);
    m.logDeterminant(K);
    expect(processorTime() - before).toBeLessThan(2000);
  });

  test("a 0 that rounding leaves is told where it has no value", async () => {
    await expect(evaluate("log(2exp(x))", { at: { x: -1500 } })).rejects.toThrow(
      "log(2exp(x)) needs entries greater than 0, and rounding leaves a 0 there",
    );
    await expect(evaluate("log(2x)", { at: { x: 0 } })).rejects.toThrow(/greater than 0$/u);
  });

  test("what is larger than a float is refused", async () => {
    await expect(evaluate("x²", { at: { x: "1e300" } })).rejects.toThrow(NablaError);
  });

  test("a root is exact where it is a fraction, and 0 times a float is 0", async () => {
    const { passes } = await evaluate("√x + relu(y) exp(z)", { at: { x: "9/4", y: 0, z: 1 } });
    expect(passes[0]!.values.at(-1)!.forward.exact).toEqual([["1.5"]]);
  });

  test("numbers that are one float are told apart", async () => {
    const at = { x: "1.00000000000000000001", y: 1 };
    const { passes } = await evaluate("max(x, y)", { at });
    expect(passes[0]!.values.at(-1)!.forward.exact).toEqual([["1.00000000000000000001"]]);
    expect(passes[0]!.values[0]!.backward!.exact).toEqual([["1"]]);
  });

  test("rounding does not make a kink", async () => {
    const { notes } = await evaluate("relu(a + b − c)", { at: { a: 0.1, b: 0.2, c: 0.3 } });
    expect(notes).toEqual(["relu′(0) = 0, used at a + b − c"]);
  });
});

/** @file The check of what flows back can fail: a wrong formula is found in every part. */

import { expect, test } from "vitest";
import { flowsTo } from "../../src/eval/backward.ts";
import { numbersTyped } from "../../src/eval/numbers.ts";
import { compareBackward } from "../../src/eval/oracle.ts";
import { readWithNumbers } from "../../src/eval/reading.ts";
import { Values } from "../../src/eval/values.ts";
import { num } from "../../src/expr/expr.ts";
import type { Expr } from "../../src/expr/expr.ts";
import { rational } from "../../src/expr/rational.ts";
import { postorder } from "../../src/expr/walk.ts";
import { NablaError } from "../../src/index.ts";
import { exactArithmetic, floatOf } from "../../src/numeric/exact.ts";
import type { Entry } from "../../src/numeric/exact.ts";
import { realArithmetic } from "../../src/numeric/mathjs.ts";
import { inDecimals, nearestFloats, preciseArithmetic } from "../../src/numeric/precise.ts";
import { scaled } from "../../src/ops/arithmetic.ts";

test.each([
  ["½‖WᵀWx − x‖²", "W = [1 2; 3 4]; x = (0.5, −2)"],
  [
    "h = max(0, Wx + b); p = softmax(Vh); −yᵀlog p",
    "W = [1 2; 3 −4]; b = (0.1, 0.2); V = [1 0.5; −1 2]; x = (1, 0.5); y = (0, 1)",
  ],
  ["K = αXXᵀ + β⁻¹I; log det K", "X = [1; 0.5; 2]; α = 2; β = 4"],
  ["K = αXXᵀ; Σ_i exp(K_{ii})", "X = [0.1; 0.5; 0.2]; α = 2"],
  ["‖x − y‖ + sum(gelu(x))", "x = (1, 2); y = (0.5, 0.25)"],
  // The least eigenvalue of K is 10⁻¹⁰ of the largest.
  ["K = αXXᵀ + β⁻¹I; −½tr(K⁻¹YYᵀ)", "X = [0.1; 0.3]; Y = [1; 0.5]; α = 2000; β = 4000000"],
  // Floats take K for singular.
  ["K = XXᵀ + εI; −½log|K| − ½tr(K⁻¹)", "X = [1; 3]; ε = 1e-18"],
  ["x³", "x = 1e-15"],
])("%s", (expr, at) => {
  const { problem, numbers, sizes } = readWithNumbers({ expr }, numbersTyped(at), "");
  const { objective } = problem;
  const parts = postorder([objective]).filter(
    (e) => e !== objective && e.kind !== "num" && e.free.length === 0,
  );
  const flows = flowsTo(problem, objective, parts);
  const values = new Values({ values: numbers, sizes }, exactArithmetic());
  const compared = (of: typeof flows.of): string => {
    values.compute([objective, ...of.values()]);
    try {
      return `${compareBackward({ objective, of }, parts, values, () => 0).count} compared`;
    } catch (error) {
      return error instanceof NablaError ? error.diagnostic.code : String(error);
    }
  };
  expect(compared(flows.of)).toMatch(/^[1-9]\d* compared$/u);
  const isNothing = (flow: Expr): boolean =>
    values
      .of(flow)
      .flat()
      .every((x) => floatOf(x) === 0);
  for (const [part, flow] of flows.of)
    if (part !== objective && !isNothing(flow))
      for (const factor of [2, rational(100_001, 100_000)])
        expect(compared(new Map(flows.of).set(part, scaled([num(factor)], flow)))).toBe(
          "not-verified",
        );
});

test.each(["exp", "log", "sin", "cos", "tan", "sinh", "cosh", "tanh", "atan", "erf"] as const)(
  "%s in long decimals is that in floats",
  (name) => {
    const m = preciseArithmetic();
    for (const x of [0.001, 0.3, 1, 2.5, 5.9, 14]) {
      const float = realArithmetic.elementary(name, x) as number;
      const long = m.real(m.elementary(name, m.number(x)));
      expect(Math.abs(long - float)).toBeLessThanOrEqual(1e-13 * Math.abs(float));
    }
  },
);

test("the inverse in long decimals is that in fractions where floats have no digit of it", () => {
  const [m, exact] = [preciseArithmetic(), exactArithmetic()];
  const hilbert = Array.from({ length: 14 }, (_row, i) =>
    Array.from({ length: 14 }, (_entry, j) => rational(1, i + j + 1)),
  );
  const long = nearestFloats(m, m.inverse(inDecimals(m, hilbert)));
  const inverse = exact.inverse(hilbert);
  for (const [i, row] of long.entries())
    for (const [j, x] of row.entries())
      expect(x / floatOf(exact.entry(inverse, i, j) as Entry)).toBeCloseTo(1, 14);
});

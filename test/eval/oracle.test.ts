/** @file The check of what flows back can fail: a wrong formula is found in every part. */

import { expect, test } from "vitest";
import { flowsTo } from "../../src/eval/backward.ts";
import { numbersTyped } from "../../src/eval/numbers.ts";
import { compareBackward } from "../../src/eval/oracle.ts";
import { readWithNumbers } from "../../src/eval/reading.ts";
import { Values } from "../../src/eval/values.ts";
import { num } from "../../src/expr/expr.ts";
import type { Expr } from "../../src/expr/expr.ts";
import { postorder } from "../../src/expr/walk.ts";
import { NablaError } from "../../src/index.ts";
import { exactArithmetic, floatOf } from "../../src/numeric/exact.ts";
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
      expect(compared(new Map(flows.of).set(part, scaled([num(2)], flow)))).toBe("not-verified");
});

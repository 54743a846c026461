/** @file Derivatives as symbols and rules without proof: one name in every spelling, with its shape. */

import { describe, expect, test } from "vitest";
import { parse, toUnicode } from "../src/index.ts";
import { simplify } from "../src/simplify/simplify.ts";
import { parseIn } from "../src/parse/index.ts";

const problem = parse("z_2 = W_2h_1 + b_2; K = h_1h_1ᵀ; L = ½‖z_2‖² + log|K|");
const read = (text: string): ReturnType<typeof parseIn> =>
  parseIn(problem, { role: "answer", text });

describe("∂L/∂z_2", () => {
  const symbol = read("∂L/∂z_2");

  test.each([
    String.raw`\frac{\partial L}{\partial z_2}`,
    String.raw`\frac{\partial \mathcal{L}}{\partial \mathbf{z}_{2}}`,
    String.raw`\nabla_{z_2} L`,
    String.raw`\nabla_{\mathbf{z}_{2}} L`,
    "∇_{z₂} L",
    "dL/dz_2",
    String.raw`\frac{dL}{dz_2}`,
    String.raw`\partial L/\partial z_2`,
    "∂L / ∂z₂",
    "(∂L/∂z₂)",
  ])("is %s", (text) => {
    expect(read(text)).toBe(symbol);
  });

  test("has the shape of z_2", () => {
    expect(symbol.shape).toEqual(problem.symbols.get("z_2")!.shape);
    expect(symbol.kind === "sym" && symbol.name).toBe("∂L/∂z_2");
  });
});

test.each([
  ["∂L/∂K⁻¹", String.raw`\frac{\partial L}{\partial K^{-1}}`],
  ["∂L/∂(W₂ᵀ)", String.raw`\frac{\partial L}{\partial W_2^\top}`],
  ["∂L/∂(h₁h₁ᵀ)", "∂L/∂(h_1h_1^T)"],
])("below ∂ stands one factor with its powers: %s", (shown, text) => {
  expect(toUnicode(read(text))).toBe(shown);
  expect(read(shown)).toBe(read(text));
});

test("of L by the function C and of C by L are two names", () => {
  expect(read("∂C/∂z_2")).not.toBe(read("∂L/∂z_2"));
});

describe("a rule given without proof", () => {
  const { given, assumptions, symbols } = parse("given: ∂L/∂K = −K⁻ᵀ(∂L/∂K⁻¹)K⁻ᵀ; K: n×n; tr(K)");

  test("is one of the operation whose cotangent it starts from", () => {
    const [rule] = given;
    expect(toUnicode(rule!.pattern)).toBe("K⁻¹");
    expect(rule!.flows.map(([to, flow]) => [to, flow].map((e) => toUnicode(e)))).toEqual([
      ["K", "−K⁻ᵀ(∂L/∂K⁻¹)K⁻ᵀ"],
    ]);
    expect(rule!.flows[0]![0]).toBe(symbols.get("K"));
  });

  test("may have names of its own", () => {
    const text = "given: Z = XY ⇒ ∂L/∂X = (∂L/∂Z)Yᵀ, ∂L/∂Y = Xᵀ∂L/∂Z; X: n; ‖X‖²";
    const [rule] = parse(text).given;
    expect(toUnicode(rule!.pattern)).toBe("XY");
    expect(rule!.flows.map(([, flow]) => toUnicode(flow))).toEqual(["(∂L/∂Z)Yᵀ", "Xᵀ∂L/∂Z"]);
  });

  test("says nothing of the objective", () => {
    expect(assumptions.join()).not.toContain("∂");
  });
});

test("y by its components is softmax", () => {
  const { symbols } = parse("y_k = exp(βx_k)/Σ_n exp(βx_n); cᵀy");
  expect(toUnicode(simplify(symbols.get("y")!.definition!))).toBe("softmax(βx)");
});

/** @file Rules that a problem gives are used and cited, where they hold. */

import { describe, expect, test } from "vitest";
import { NablaError } from "../../src/diagnostics/errors.ts";
import { parse, variablesOf } from "../../src/index.ts";
import { solutionText } from "../../src/report/text.ts";
import { worked } from "../../src/steps/index.ts";

function steps(text: string, wrt: string): string {
  try {
    const problem = parse(text);
    const { sections } = worked(problem, variablesOf(problem, wrt), { steps: "key" });
    return solutionText(sections, "unicode");
  } catch (error) {
    if (error instanceof NablaError) return error.render();
    throw error;
  }
}

const likelihood = "K = αXXᵀ + β⁻¹I; L = −½tr(K⁻¹YYᵀ)";
const product = "given: Z = XY ⇒ ∂L/∂X = (∂L/∂Z)Yᵀ, ∂L/∂Y = Xᵀ∂L/∂Z";

describe("a rule that is given", () => {
  test.each([
    [
      "with names of its own",
      `${product}; P = Wx; K = WᵀP − x; L = ½‖K‖²`,
      "W",
      [
        "matrix product (given rule) in K",
        "Z = XY    given without proof: ∂L/∂X = (∂L/∂Z)Yᵀ, ∂L/∂Y = Xᵀ∂L/∂Z",
      ],
    ],
    [
      "of a longer product, of which one factor moves",
      `${product}; ${likelihood}`,
      "K",
      ["matrix product (given rule)"],
    ],
    [
      "in the names of the problem",
      `${likelihood}; given: ∂L/∂K = −K⁻ᵀ(∂L/∂K⁻¹)K⁻ᵀ`,
      "X",
      [
        "inverse (given rule) (K = Kᵀ) in K⁻¹",
        "K⁻¹          given without proof: ∂L/∂K = −K⁻ᵀ(∂L/∂K⁻¹)K⁻ᵀ",
      ],
    ],
    [
      "that needs a symmetric matrix, where it is one",
      `${likelihood}; given: ∂L/∂K = −K⁻¹(∂L/∂K⁻¹)K⁻¹`,
      "X",
      ["given without proof: ∂L/∂K = −K⁻¹(∂L/∂K⁻¹)K⁻¹; it needs K = Kᵀ, which holds"],
    ],
  ])("%s", (_, text, wrt, told) => {
    const shown = steps(text, wrt).replaceAll(/\s+/gu, " ");
    for (const line of told) expect(shown).toContain(line.replaceAll(/\s+/gu, " "));
  });

  test.each([
    [
      "K: n×n; L = tr(K⁻¹A); given: ∂L/∂K = −K⁻¹(∂L/∂K⁻¹)K⁻¹",
      "K",
      [
        "error[given-rule]: the rule that is given does not hold",
        "  1 | K: n×n; L = tr(K⁻¹A); given: ∂L/∂K = −K⁻¹(∂L/∂K⁻¹)K⁻¹",
        "    |                              ^^^^^^^^^^^^^^^^^^^^^^^^",
        "  note: what holds is −K⁻ᵀ(∂L/∂K⁻¹)K⁻ᵀ",
      ],
    ],
    [
      "given: Z = XY ⇒ (∂L/∂Z)Yᵀ; L = ‖Wx‖²",
      "W",
      [
        "error[given-rule]: “(∂L/∂Z)Yᵀ” is no equation",
        "  1 | given: Z = XY ⇒ (∂L/∂Z)Yᵀ; L = ‖Wx‖²",
        "    |                ^^^^^^^^^^",
        "  hint: given: Z = XY ⇒ ∂L/∂X = (∂L/∂Z)Yᵀ, ∂L/∂Y = Xᵀ∂L/∂Z",
      ],
    ],
    [
      "given: ∂L/∂K = 2K; K: n×n; L = tr(K)",
      "K",
      [
        "error[given-rule]: a rule says what flows to the names of one operation, given what flows to its value",
        "  1 | given: ∂L/∂K = 2K; K: n×n; L = tr(K)",
        "    |        ^^^^^^^^^^",
        "  hint: given: Z = XY ⇒ ∂L/∂X = (∂L/∂Z)Yᵀ, ∂L/∂Y = Xᵀ∂L/∂Z",
      ],
    ],
  ])("that is wrong is refused: %s", (text, wrt, told) => {
    expect(steps(text, wrt).split("\n")).toEqual(told);
  });
});

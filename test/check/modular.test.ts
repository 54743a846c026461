/** @file Exact comparison modulo a prime: agrees with numbers, and tells apart what they cannot. */

import * as fc from "fast-check";
import { expect, test } from "vitest";
import { num, sym } from "../../src/expr/expr.ts";
import { dimension, one } from "../../src/expr/dimension.ts";
import { property } from "../../src/expr/properties.ts";
import { rational } from "../../src/expr/rational.ts";
import { compared } from "../../src/numeric/equations.ts";
import { comparedExactly } from "../../src/numeric/modular.ts";
import { add, matmul, negate, product, scale, trace, transpose } from "../../src/ops/arithmetic.ts";
import { abs, exp, relu } from "../../src/ops/elementwise.ts";
import { determinant, inverse } from "../../src/ops/matrix.ts";
import { simplify } from "../../src/simplify/simplify.ts";
import { scalars } from "../random.ts";

const n = dimension("n");
const [A, B] = [sym("A", [n, n]), sym("B", [n, n])];
const S = sym("S", [n, n], property.symmetric);
const x = sym("x", [n, one]);

test.each([
  ["tr(AB) = tr(BA)", trace(matmul(A, B)), trace(matmul(B, A)), "equal"],
  [
    "det(AB) = det A det B",
    determinant(matmul(A, B)),
    product(determinant(A), determinant(B)),
    "equal",
  ],
  ["(AB)⁻¹ = B⁻¹A⁻¹", inverse(matmul(A, B)), matmul(inverse(B), inverse(A)), "equal"],
  ["S = Sᵀ", S, transpose(S), "equal"],
  ["A = Aᵀ", A, transpose(A), "unequal"],
  ["AB = BA", matmul(A, B), matmul(B, A), "unequal"],
  [
    "x = (1 + 10⁻¹²)x",
    x,
    scale(num(rational(1_000_000_000_001n, 1_000_000_000_000n)), x),
    "unequal",
  ],
  ["x = 3·⅓x", x, scale(num(3), num(rational(1, 3)), x), "equal"],
  ["exp(x) = exp(x)", exp(x), add(exp(x), x, negate(x)), "inexact"],
  ["|x| = x", abs(x), x, "inexact"],
  ["relu(x) = x", relu(x), x, "inexact"],
] as const)("%s", (_, left, right, expected) => {
  expect(comparedExactly(left, right, 1)).toBe(expected);
});

test("what is simplified is never told from what it was", () => {
  let exact = 0;
  fc.assert(
    fc.property(scalars(4), ({ expr: e }) => {
      const outcome = comparedExactly(e, simplify(e), 1);
      if (outcome === "equal") exact++;
      expect(outcome === "unequal" && compared(e, simplify(e), 1) === "equal").toBe(false);
    }),
    { numRuns: 300, seed: 1 },
  );
  expect(exact).toBeGreaterThan(5);
});

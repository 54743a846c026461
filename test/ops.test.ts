/** @file Every operation: its pullback against numbers with a random cotangent, its value against expand. */

import { describe, expect, test } from "vitest";
import { dimension, multiplied, one, scalarShape } from "../src/expr/dimension.ts";
import type { Dimension } from "../src/expr/dimension.ts";
import type { Expr, Sym } from "../src/expr/expr.ts";
import { apply, num, sym } from "../src/expr/expr.ts";
import type { Op } from "../src/expr/op.ts";
import { property } from "../src/expr/properties.ts";
import { evaluate } from "../src/numeric/evaluate.ts";
import { realArithmetic } from "../src/numeric/mathjs.ts";
import { draw, drawSizes, Random } from "../src/numeric/sample.ts";
import { verify } from "../src/numeric/verify.ts";
import * as arithmetic from "../src/ops/arithmetic.ts";
import * as elementwise from "../src/ops/elementwise.ts";
import * as matrix from "../src/ops/matrix.ts";
import * as reduce from "../src/ops/reduce.ts";
import * as rowwise from "../src/ops/rowwise.ts";
import * as structure from "../src/ops/structure.ts";

const isOp = (value: unknown): value is Op =>
  typeof value === "function" && "opName" in value && !("constant" in value);

const operations = [arithmetic, elementwise, matrix, reduce, structure, rowwise]
  .flatMap((family) => Object.values(family))
  .filter(isOp);

const [m, n, p, q] = ["m", "n", "p", "q"].map(dimension) as [
  Dimension,
  Dimension,
  Dimension,
  Dimension,
];

/** What arguments an operation is tried with, where its signature does not say it all. */
const special: Readonly<Record<string, () => Expr[][]>> = {
  add: () => [[sym("A", [m, n]), sym("B", [m, n]), sym("C", [m, n])]],
  scale: () => [
    [sym("α", scalarShape), sym("β", scalarShape), sym("A", [m, n])],
    [sym("α", scalarShape), sym("β", scalarShape)],
  ],
  hadamard: () => [[sym("A", [m, n]), sym("B", [m, n]), sym("C", [m, n])]],
  matmul: () => [[sym("A", [m, n]), sym("B", [n, p]), sym("C", [p, q])]],
  power: () => [
    [sym("A", [m, n], property.positive), sym("p", scalarShape)],
    [sym("x", [n, one]), num(3)],
    [sym("β", scalarShape, property.invertible), num(-2)],
  ],
  matrixPower: () => [
    [sym("A", [n, n]), num(3)],
    [sym("A", [n, n]), num(-2)],
  ],
  logsumexp: () => [[sym("x", [n, one])], [sym("A", [m, n])]],
  softmax: () => [[sym("x", [n, one])], [sym("A", [m, n])]],
  logsoftmax: () => [[sym("x", [n, one])], [sym("A", [m, n])]],
  blockInner: () => [
    [sym("A", [multiplied(m, p), multiplied(n, q)]), sym("B", [p, q]), sym("C", [m, n])],
  ],
  blockSum: () => [
    [sym("A", [multiplied(m, p), multiplied(n, q)]), sym("B", [m, n]), sym("C", [p, q])],
  ],
  sum: () => [[sym("A", [m, n])], [sym("x", [n, one])], [sym("y", [one, n])]],
  mean: () => [[sym("A", [m, n])], [sym("x", [n, one])]],
  norm: () => [[sym("A", [m, n])], [sym("x", [n, one])]],
};

/** Fresh symbols for the letters of a signature. */
function argumentsFor(op: Op): Expr[][] {
  const given = special[op.opName];
  if (given) return given();
  const [inputs = ""] = op.signature.split("→");
  return [
    inputs.split(",").map((text, i) => {
      const [rows = "1", columns = "1"] = text.trim().split("×");
      const size = (letter: string): Dimension => (letter === "1" ? one : dimension(letter));
      return sym("ABCD"[i]!, [size(rows), size(columns)]);
    }),
  ];
}

describe.each(operations.map((op) => [op.opName, op] as const))("%s", (_, op) => {
  test.each(argumentsFor(op).map((args) => [args] as const))(
    "its pullback is the adjoint of its derivative",
    (args) => {
      const y = apply(op, args);
      // ⟨G, f(x)⟩ with a random G: a rule that ignores the incoming cotangent fails.
      const g = sym("G", y.shape);
      const flows = op.pullback(g, y, ...args);
      expect(flows).toHaveLength(args.length);
      const claims = args.flatMap((arg, i) => {
        const flow = flows[i];
        return arg.kind === "sym" && flow ? [{ variable: arg, gradient: flow }] : [];
      });
      if (claims.length === 0) {
        expect(["sign", "step"]).toContain(op.opName);
        return;
      }
      for (const { variable, gradient } of claims) expect(gradient.shape).toEqual(variable.shape);
      const result = verify(arithmetic.inner(g, y), claims, 7);
      expect(result.failures).toEqual([]);
      expect(result).toMatchObject({ ok: true });
    },
  );

  test.runIf(op.expand && op.value)("its value is that of its expansion", () => {
    for (const args of argumentsFor(op)) {
      const y = apply(op, args);
      const sizes = drawSizes([m, n, p, q], 0, true);
      const random = new Random(3);
      const leaves = args.filter((arg): arg is Sym => arg.kind === "sym");
      const values = new Map(leaves.map((s) => [s, draw(s, sizes, random, realArithmetic, 1)]));
      const [direct, expanded] = evaluate(
        [y, op.expand!(...args)],
        { values, size: sizes.size },
        realArithmetic,
      );
      for (let i = 0; i < realArithmetic.rows(direct); i++)
        for (let j = 0; j < realArithmetic.columns(direct); j++)
          expect(realArithmetic.entry(direct, i, j)).toBeCloseTo(
            realArithmetic.entry(expanded, i, j) as number,
            10,
          );
    }
  });

  test.runIf(op.properties)("what it says of its result is true of its value", () => {
    for (const args of argumentsFor(op)) {
      const y = apply(op, args);
      expect(Number.isInteger(y.properties)).toBe(true);
    }
  });
});

test("every operation has a name of its own", () => {
  const names = operations.map((op) => op.opName);
  expect(new Set(names).size).toBe(names.length);
});

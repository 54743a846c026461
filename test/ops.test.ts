/** @file Every operation: its pullback against numbers with a random cotangent, its value against expand. */

import { describe, expect, test } from "vitest";
import { Random } from "../src/data/random.ts";
import { dimension, multiplied, one, scalarShape } from "../src/expr/dimension.ts";
import type { Dimension } from "../src/expr/dimension.ts";
import type { Expr, Sym } from "../src/expr/expr.ts";
import { NablaError } from "../src/diagnostics/errors.ts";
import { apply, num, sym } from "../src/expr/expr.ts";
import type { Op, Value } from "../src/expr/op.ts";
import { has, property } from "../src/expr/properties.ts";
import { propertyTests } from "../src/numeric/claims.ts";
import { rational } from "../src/expr/rational.ts";
import { evaluate } from "../src/numeric/evaluate.ts";
import { realArithmetic } from "../src/numeric/mathjs.ts";
import { draw, drawSizes } from "../src/numeric/sample.ts";
import { verify } from "../src/numeric/verify.ts";
import * as arithmetic from "../src/ops/arithmetic.ts";
import * as elementwise from "../src/ops/elementwise.ts";
import * as exponential from "../src/ops/exponential.ts";
import * as indicators from "../src/ops/indicators.ts";
import * as kronecker from "../src/ops/kronecker.ts";
import * as matrix from "../src/ops/matrix.ts";
import * as norms from "../src/ops/norms.ts";
import * as reduce from "../src/ops/reduce.ts";
import * as rowwise from "../src/ops/rowwise.ts";
import * as structure from "../src/ops/structure.ts";
import { toAscii } from "../src/print/index.ts";

const isOp = (value: unknown): value is Op =>
  typeof value === "function" && "opName" in value && !("constant" in value);

const operations = [
  arithmetic,
  elementwise,
  exponential,
  indicators,
  kronecker,
  matrix,
  reduce,
  structure,
  norms,
  rowwise,
]
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
    [sym("A", [n, n]), sym("k", scalarShape, property.integer)],
  ],
  definitePower: () => [
    [sym("K", [n, n], property.posdef), num(rational(-1, 2))],
    [sym("K", [n, n], property.psd), sym("p", scalarShape)],
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
  mat: () => [
    [sym("x", [multiplied(m, n), one]), reduce.sizeOf(m), reduce.sizeOf(n)],
    [sym("x", [dimension(6), one]), num(2), num(3)],
  ],
  commutation: () => [[reduce.sizeOf(m), reduce.sizeOf(n)]],
  kronecker: () => {
    const [A, B, x, y] = [
      sym("A", [m, n]),
      sym("B", [p, q]),
      sym("x", [m, one]),
      sym("y", [p, one]),
    ];
    const [a, b] = [sym("a", [one, n]), sym("b", [one, q])];
    return [
      [A, B],
      [x, y],
      [A, y],
      [A, b],
      [x, B],
      [a, B],
      [a, b],
      [x, b],
      [a, y],
    ];
  },
  sum: () => [[sym("A", [m, n])], [sym("x", [n, one])], [sym("y", [one, n])]],
  mean: () => [[sym("A", [m, n])], [sym("x", [n, one])]],
  norm: () => [[sym("A", [m, n])], [sym("x", [n, one])]],
};

/** Operations through which nothing flows. */
const locallyConstant: readonly Op[] = [
  elementwise.signOf,
  ...Object.values(indicators),
  kronecker.commutation,
];

/** Operations whose derivative has no closed form for a cotangent of which nothing is known. */
const refused: readonly Op[] = [norms.spectralNorm, matrix.definitePower, matrix.matrixPower];

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

/** The same with squares in the place of rectangles. */
const squared = (args: readonly Expr[]): Expr[] =>
  args.map((arg) =>
    arg.kind === "sym" && arg.role === "value" && !arg.shape.includes(one)
      ? sym(arg.name, [m, m], arg.properties)
      : arg,
  );

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
        if (!flow || flow instanceof NablaError || arg.kind !== "sym") return [];
        return [{ variable: arg, at: arg, gradient: flow }];
      });
      for (const flow of flows)
        if (flow instanceof NablaError) expect(flow.diagnostic.code).toBe("no-closed-form");
      if (flows.every((flow) => flow instanceof NablaError)) {
        expect(refused).toContain(op);
        return;
      }
      if (claims.length === 0) {
        expect(locallyConstant).toContain(op);
        return;
      }
      for (const { variable, gradient } of claims) expect(gradient.shape).toEqual(variable.shape);
      const result = verify(arithmetic.inner(g, y), claims, 7);
      expect(result.failures).toEqual([]);
      expect(result).toMatchObject({ ok: true });
    },
  );
});

const valued = operations.filter((op) => op.expand && op.value);

test.each(valued.map((op) => [op.opName, op] as const))(
  "the value of %s is that of its expansion",
  (_, op) => {
    for (const args of argumentsFor(op)) {
      // At these draws every one has a value, log det X too.
      const [direct, expanded] = valuesAt([apply(op, args), op.expand!(...args)], args, 6);
      expect(largestDifference(direct, expanded)).toBeLessThan(1e-10);
    }
  },
);

const claiming = operations.filter((op) => op.properties);

test.each(claiming.map((op) => [op.opName, op] as const))(
  "what %s says of its result is true of its value",
  (_, op) => {
    let claims = 0;
    for (const args of [...argumentsFor(op), ...argumentsFor(op).map(squared)])
      for (const given of [
        0,
        property.symmetric,
        property.posdef,
        property.diagonal,
        property.orthogonal,
        property.nonnegative,
        property.skew,
        property.symmetric | property.positive,
      ]) {
        const declared = args.map((arg) =>
          arg.kind === "sym" &&
          arg.role === "value" &&
          (arg.shape[0] === arg.shape[1] || given === property.nonnegative)
            ? sym(arg.name, arg.shape, given)
            : arg,
        );
        const y = apply(op, declared);
        if (op.domain && !inDomain(op, declared)) continue;
        const [value] = valuesAt([y], declared, 5);
        for (const [name, holds] of Object.entries(propertyTests))
          if (has(y.properties, property[name as keyof typeof property])) {
            claims++;
            expect(
              holds(realArithmetic, value),
              `${op.opName} of ${given} claims to be ${name}`,
            ).toBe(true);
          }
      }
    expect(claims).toBeGreaterThan(0);
  },
);

describe("what sums and products of square matrices say of themselves is true", () => {
  const square = (name: string, set = 0): Sym => sym(name, [n, n], set);
  const plain = square("A");
  const leaves = [
    plain,
    square("S", property.symmetric),
    square("P", property.posdef),
    square("N", property.psd),
    square("K", property.skew),
    square("D", property.diagonal),
  ];
  const pool = [
    ...leaves,
    arithmetic.transpose(plain),
    arithmetic.negate(plain),
    arithmetic.negate(arithmetic.transpose(plain)),
    arithmetic.scale(num(2), leaves[2]!),
    arithmetic.negate(leaves[2]!),
  ];
  const pairs = pool.flatMap((a) => pool.map((b) => [a, b]));
  const triples = pairs.flatMap((pair) => pool.map((c) => pair.concat(c)));
  test.each([
    ["add", [...pairs, ...triples].map((args) => arithmetic.add(...args))],
    ["matmul", [...pairs, ...triples].map((args) => arithmetic.matmul(...args))],
    ["hadamard", pairs.map((args) => arithmetic.hadamard(...args))],
  ] as const)("%s", (_, expressions) => {
    const values = valuesAt(expressions, leaves, 11);
    let claimed = 0;
    for (const [i, e] of expressions.entries())
      for (const [name, holds] of Object.entries(propertyTests)) {
        if (!has(e.properties, property[name as keyof typeof property])) continue;
        claimed++;
        expect(holds(realArithmetic, values[i]), `${toAscii(e)} claims to be ${name}`).toBe(true);
      }
    expect(claimed).toBeGreaterThan(50);
  });

  test("and diag(0, −1) is not positive semidefinite", () => {
    const value = realArithmetic.matrix(2, 2, (i, j) =>
      realArithmetic.number(i === 1 && j === 1 ? -1 : 0),
    );
    expect(propertyTests.psd!(realArithmetic, value)).toBe(false);
  });
});

/** The values of expressions at a random point for the symbols among `args`. */
function valuesAt(es: readonly Expr[], args: readonly Expr[], seed: number): Value[] {
  const sizes = drawSizes([m, n, p, q], 0, true);
  const random = new Random(seed);
  const leaves = args.filter((arg): arg is Sym => arg.kind === "sym");
  const values = new Map(leaves.map((s) => [s, draw(s, sizes, random, realArithmetic, 1)]));
  return evaluate(es, { values, size: sizes.size }, realArithmetic);
}

const inDomain = (op: Op, args: readonly Expr[]): boolean =>
  op.domain!.holds(realArithmetic, ...valuesAt(args, args, 5));

const entries = (x: Value): number[][] =>
  Array.from({ length: realArithmetic.rows(x) }, (_, i) =>
    Array.from({ length: realArithmetic.columns(x) }, (_unused, j) =>
      realArithmetic.real(realArithmetic.entry(x, i, j)),
    ),
  );

const largestDifference = (a: Value, b: Value): number => {
  const [x, y] = [entries(a), entries(b)];
  return Math.max(...x.flatMap((row, i) => row.map((value, j) => Math.abs(value - y[i]![j]!))));
};

test("every operation has a name of its own", () => {
  const names = operations.map((op) => op.opName);
  expect(new Set(names).size).toBe(names.length);
});

/** @file Functions of which only names are known: their rules, and the functions that stand in for them. */

import { describe, expect, test } from "vitest";
import { Random } from "../src/data/random.ts";
import { NablaError } from "../src/diagnostics/errors.ts";
import { dimension, one, scalarShape } from "../src/expr/dimension.ts";
import type { Expr, Sym } from "../src/expr/expr.ts";
import { sym } from "../src/expr/expr.ts";
import type { Value } from "../src/expr/op.ts";
import { evaluate } from "../src/numeric/evaluate.ts";
import { realArithmetic } from "../src/numeric/mathjs.ts";
import { draw, drawSizes } from "../src/numeric/sample.ts";
import { verify } from "../src/numeric/verify.ts";
import { add, inner, negate } from "../src/ops/arithmetic.ts";
import {
  gradient,
  hessian,
  jacobian,
  ofEntries,
  scalarField,
  vectorField,
} from "../src/ops/unknown.ts";

const [m, n, p] = ["m", "n", "p"].map((name) => dimension(name)) as [
  ReturnType<typeof dimension>,
  ReturnType<typeof dimension>,
  ReturnType<typeof dimension>,
];
const [x, y, X, t] = [
  sym("x", [n, one]),
  sym("y", [p, one]),
  sym("X", [m, n]),
  sym("t", scalarShape),
];

const smooth: readonly (readonly [string, Expr])[] = [
  ["f(x)", ofEntries("f", 0)(x)],
  ["f(X)", ofEntries("f", 0)(X)],
  ["f′(t)", ofEntries("f", 1)(t)],
  ["f″(x)", ofEntries("f", 2)(x)],
  ["f‴(x)", ofEntries("f", 3)(x)],
  ["C(x)", scalarField("C", 1)(x)],
  ["C(X)", scalarField("C", 1)(X)],
  ["C(x, y)", scalarField("C", 2)(x, y)],
  ["C(x, X, t)", scalarField("C", 3)(x, X, t)],
  ["∇C(x)", gradient("C", 1, 0)(x)],
  ["∇_1 C(x, y)", gradient("C", 2, 0)(x, y)],
  ["∇_2 C(x, y)", gradient("C", 2, 1)(x, y)],
  ["∇_2 C(x, t)", gradient("C", 2, 1)(x, t)],
  ["g(x)", vectorField("g", m)(x)],
];

test.each(smooth)("the pullback of %s is the adjoint of its derivative", (_, e) => {
  if (e.kind !== "apply") throw new Error("no application");
  const g = sym("G", e.shape);
  const claims = e.op.pullback(g, e, ...e.args).flatMap((flow, i) => {
    const variable = e.args[i]!;
    if (!flow || flow instanceof NablaError || variable.kind !== "sym") return [];
    return [{ variable, at: variable, gradient: flow }];
  });
  expect(claims.length).toBe(e.args.filter((arg) => arg.kind === "sym").length);
  const result = verify(inner(g, e), claims, 7);
  expect(result.failures).toEqual([]);
  expect(result.ok).toBe(true);
});

test.each([
  ["∇C(X)", gradient("C", 1, 0)(X)],
  ["∇²C(x)", hessian("C", 1, 0, 0)(x)],
  ["J_g(x)", jacobian("g", m)(x)],
] as const)("%s has no derivative that is a matrix", (_, e) => {
  if (e.kind !== "apply") throw new Error("no application");
  const [flow] = e.op.pullback(sym("G", e.shape), e, ...e.args);
  expect(flow).toBeInstanceOf(NablaError);
  expect((flow as NablaError).diagnostic.code).toBe("no-notation");
});

describe("what stands in for a function", () => {
  const r = realArithmetic;
  const leaves: readonly Sym[] = [x, y, X, t];
  const values = (...es: readonly Expr[]): Value[] => {
    const sizes = drawSizes([m, n, p], 0, true);
    const random = new Random(3);
    const point = new Map(leaves.map((s) => [s, draw(s, sizes, random, realArithmetic, 0)]));
    return evaluate(es, { values: point, size: sizes.size }, realArithmetic);
  };
  const size = (v: Value): number => {
    let largest = 0;
    for (let i = 0; i < r.rows(v); i++)
      for (let j = 0; j < r.columns(v); j++)
        largest = Math.max(largest, Math.abs(r.real(r.entry(v, i, j))));
    return largest;
  };
  const difference = (a: Value, b: Value): number => size(r.add(a, r.scale(r.number(-1), b)));
  const apart = (a: Expr, b: Expr): number => size(values(add(a, negate(b)))[0]);

  test("depends on the name", () => {
    expect(apart(ofEntries("f", 0)(x), ofEntries("g", 0)(x))).toBeGreaterThan(1e-3);
    expect(apart(scalarField("C", 1)(x), scalarField("D", 1)(x))).toBeGreaterThan(1e-3);
  });

  test("is neither even nor odd", () => {
    const f = ofEntries("f", 0);
    expect(apart(f(x), f(negate(x)))).toBeGreaterThan(1e-3);
    expect(apart(f(x), negate(f(negate(x))))).toBeGreaterThan(1e-3);
  });

  test("tells its arguments apart", () => {
    const [a, b] = [sym("x", [n, one]), ofEntries("f", 0)(x)];
    expect(apart(scalarField("C", 2)(a, b), scalarField("C", 2)(b, a))).toBeGreaterThan(1e-3);
  });

  test("has Jacobians that are not symmetric and do not commute", () => {
    const [J, K] = [jacobian("g", n)(x), jacobian("h", n)(x)];
    const [j, k] = values(J, K);
    expect(difference(j, r.transpose(j))).toBeGreaterThan(1e-2);
    expect(difference(r.multiply(j, k), r.multiply(k, j))).toBeGreaterThan(1e-2);
  });

  test("has a Hessian that is symmetric and of full rank", () => {
    const [h] = values(hessian("C", 1, 0, 0)(x));
    expect(difference(h, r.transpose(h))).toBe(0);
    expect(Math.abs(r.real(r.determinant(h)))).toBeGreaterThan(1e-3);
  });
});

/** @file Properties of random expressions: what simplifying, printing and deriving must keep. */

import { renderToString } from "katex";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Random } from "../src/data/random.ts";
import { derivatives } from "../src/derive/index.ts";
import type { Derivative } from "../src/derive/index.ts";
import { variableOf } from "../src/parse/variables.ts";
import { NablaError } from "../src/diagnostics/errors.ts";
import type { Expr } from "../src/expr/expr.ts";
import { postorder } from "../src/expr/walk.ts";
import { parse, toAscii, toLatex, toUnicode } from "../src/index.ts";
import { evaluate, lackOf } from "../src/numeric/evaluate.ts";
import { realArithmetic } from "../src/numeric/mathjs.ts";
import { draw, drawSizes } from "../src/numeric/sample.ts";
import { parseIn } from "../src/parse/index.ts";
import type { Problem } from "../src/parse/problem.ts";
import { simplify } from "../src/simplify/simplify.ts";
import { declarations, names, scalars } from "./random.ts";

// The long mode runs each property over 20,000 expressions.
const everything = { has: () => true };
const isLong = process.env["NABLA_LONG"] === "1";
const runs = isLong ? 20_000 : 150;
const settings = {
  numRuns: runs,
  seed: isLong ? Number(process.env["NABLA_SEED"] ?? 1) : 11,
  endOnFailure: !isLong,
};
const longest = isLong ? 3_600_000 : 60_000;

const base = parse(`${declarations}; tr(A C) + c`);
const problemOf = (objective: Expr): Problem => ({ ...base, objective, objectiveName: null });

/** The value at a random point; null where the point lies outside a domain. */
function valueAt(es: readonly Expr[], seed: number): number[] | null {
  const random = new Random(seed);
  const sizes = drawSizes(
    names.flatMap((s) => [...s.shape]),
    0,
    true,
  );
  const values = new Map(names.map((s) => [s, draw(s, sizes, random, realArithmetic, 3)]));
  try {
    return evaluate(es, { values, size: sizes.size }, realArithmetic, everything).map((v) =>
      realArithmetic.real(v),
    );
  } catch (error) {
    lackOf(error);
    return null;
  }
}

const close = (a: number, b: number): boolean =>
  Math.abs(a - b) <= 1e-7 * Math.max(1, Math.abs(a), Math.abs(b));

describe("random expressions", () => {
  test("simplifying keeps the value", { timeout: longest }, () => {
    fc.assert(
      fc.property(scalars(4), fc.nat(1000), ({ expr: e }, seed) => {
        const values = valueAt([e, simplify(e)], seed);
        if (values === null || values.some((v) => !Number.isFinite(v) || Math.abs(v) > 1e8)) return;
        expect(
          close(values[0]!, values[1]!),
          `${toUnicode(e)} is not ${toUnicode(simplify(e))}: ${values.join(", ")}`,
        ).toBe(true);
      }),
      settings,
    );
  });

  test("simplifying twice is simplifying once", { timeout: longest }, () => {
    fc.assert(
      fc.property(scalars(4), ({ expr: e }) => {
        const once = simplify(e);
        expect(toUnicode(simplify(once))).toBe(toUnicode(once));
      }),
      settings,
    );
  });

  test("what is printed is read back as the same expression", { timeout: longest }, () => {
    const problem = problemOf(base.objective);
    fc.assert(
      fc.property(scalars(4), ({ expr: e }) => {
        const shown = simplify(e);
        for (const text of [
          toUnicode(shown, { sizes: true }),
          toAscii(shown, { sizes: true }),
          toLatex(shown, { sizes: true }),
        ])
          expect(parseIn(problem, { role: "answer", text }, shown.shape), text).toBe(shown);
      }),
      settings,
    );
  });

  test("KaTeX accepts the LaTeX", { timeout: longest }, () => {
    fc.assert(
      fc.property(scalars(4), ({ expr: e }) => {
        renderToString(toLatex(e, { sizes: true }), {
          strict: "error",
          throwOnError: true,
          output: "mathml",
        });
      }),
      { ...settings, numRuns: isLong ? 20_000 : 60 },
    );
  });

  test("the gradient agrees with central differences", { timeout: longest }, () => {
    let compared = 0;
    fc.assert(
      fc.property(scalars(3), fc.nat(1000), ({ expr: e }, seed) => {
        const wanted = names.filter((s) => postorder([e]).includes(s)).slice(0, 3);
        if (wanted.length === 0) return;
        for (const { variable, expr } of derivedUnlessRefused(e, wanted))
          compared += differs(e, variable.symbol, expr, seed);
      }),
      settings,
    );
    expect(compared).toBeGreaterThan(runs / 4);
  });
});

/** Gradients without the engine's own check; none where the problem is refused. */
function derivedUnlessRefused(e: Expr, wanted: readonly (typeof names)[number][]): Derivative[] {
  try {
    return derivatives(problemOf(e), wanted.map(variableOf), { verify: false });
  } catch (error) {
    if (error instanceof NablaError) return [];
    throw error;
  }
}

/** Compares ⟨gradient, D⟩ with central differences; 1 where a point could be compared. */
function differs(e: Expr, variable: (typeof names)[number], gradient: Expr, seed: number): number {
  const random = new Random(seed);
  const m = realArithmetic;
  const sizes = drawSizes(
    names.flatMap((s) => [...s.shape]),
    0,
    true,
  );
  const values = new Map(names.map((s) => [s, draw(s, sizes, random, m, 3)]));
  const direction = draw(variable, sizes, random, m, 0);
  const at = (h: number): number =>
    m.real(
      evaluate(
        [e],
        {
          values: new Map(values).set(
            variable,
            m.add(values.get(variable), m.scale(m.number(h), direction)),
          ),
          size: sizes.size,
        },
        m,
        everything,
      )[0],
    );
  try {
    const [g] = evaluate([gradient], { values, size: sizes.size }, m, everything);
    let derived = 0;
    let size = 1e-3;
    for (let i = 0; i < m.rows(g); i++)
      for (let j = 0; j < m.columns(g); j++) {
        const term = m.real(m.entry(g, i, j)) * m.real(m.entry(direction, i, j));
        derived += term;
        size += Math.abs(term);
      }
    const slope = (h: number): number => (at(h) - at(-h)) / (2 * h);
    const [coarse, fine] = [slope(2e-3), slope(1e-3)];
    const numeric = (4 * fine - coarse) / 3;
    // Where the two step sizes disagree, differences say nothing; the gradient has no say in that.
    const trust = Math.abs(fine - coarse) / Math.max(Math.abs(fine), Math.abs(coarse), 1e-3);
    if (!Number.isFinite(numeric) || !Number.isFinite(derived) || trust > 1e-3) return 0;
    expect(
      Math.abs(derived - numeric) / Math.max(size, Math.abs(numeric)),
      `∂/∂${variable.name} ${toUnicode(e)} = ${toUnicode(gradient)}: ${derived}, numeric ${numeric}`,
    ).toBeLessThan(2e-3);
    return 1;
  } catch (error) {
    lackOf(error);
    return 0;
  }
}

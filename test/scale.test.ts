/** @file Large and hostile input: linear where it is long, an error where it is senseless, never a crash. */

import { describe, expect, test } from "vitest";
import { derivatives } from "../src/derive/index.ts";
import { variableOf } from "../src/parse/variables.ts";
import { NablaError } from "../src/diagnostics/errors.ts";
import { postorder } from "../src/expr/walk.ts";
import { derive, parse } from "../src/index.ts";
import { processorTime } from "./clock.ts";

/** An L-layer network with tanh between the layers. */
function network(layers: number): { text: string; weights: string[] } {
  const lines = ["x: n", "h_0 = x"];
  const weights: string[] = [];
  for (let l = 1; l <= layers; l++) {
    lines.push(
      `W_${l}: n×n`,
      `b_${l}: n`,
      `s_${l} = W_${l} h_${l - 1} + b_${l}`,
      `h_${l} = tanh(s_${l})`,
    );
    weights.push(`W_${l}`);
  }
  lines.push(`½‖h_${layers} − y‖²`);
  return { text: lines.join("\n"), weights };
}

describe("a deep network", () => {
  test("has gradients whose DAG grows with its depth, not faster", () => {
    const nodes: number[] = [];
    for (const layers of [20, 40, 80]) {
      const { text, weights } = network(layers);
      const problem = parse(text);
      const found = derivatives(
        problem,
        weights.map((w) => variableOf(problem.symbols.get(w)!)),
        { verify: false, spellings: [] },
      );
      nodes.push(postorder(found.map((g) => g.expr)).length);
    }
    const [a, b, c] = nodes as [number, number, number];
    expect((c - b) / (b - a)).toBeCloseTo(2, 1);
  });

  test("of a thousand layers is derived and verified", { timeout: 120_000 }, () => {
    const { text, weights } = network(1000);
    const problem = parse(text);
    const found = derivatives(
      problem,
      weights.map((w) => variableOf(problem.symbols.get(w)!)),
      { spellings: [] },
    );
    expect(found).toHaveLength(1000);
    expect(found[0]!.verification).toMatchObject({ ok: true });
  });
});

test("four times the layers take about four times as long", { timeout: 120_000 }, () => {
  const least = (layers: number): number => {
    const { text, weights } = network(layers);
    const problem = parse(text);
    const variables = weights.map((w) => variableOf(problem.symbols.get(w)!));
    let least = Infinity;
    for (let run = 0; run < 3; run++) {
      const before = processorTime();
      derivatives(problem, variables, { verify: false, spellings: [] });
      least = Math.min(least, processorTime() - before);
    }
    return least;
  };
  // What is quadratic takes sixteen times as long.
  expect(least(1000)).toBeLessThan(9 * least(250));
});

test("a sum of three thousand names of their own", async () => {
  const terms = Array.from({ length: 3000 }, (_, i) => `a_${i}ᵀx`);
  const [gradient] = await derive(terms.join(" + "), { wrt: "x", verify: false });
  expect(gradient!.unicode.split(" + ")).toHaveLength(3000);
});

describe("hostile input ends in an error within a second", () => {
  const texts: Record<string, string> = {
    "100,000 open brackets": "(".repeat(100_000),
    "20,000 open brackets": "(".repeat(20_000),
    "a megabyte of garbage": "§$%&/()=?`´".repeat(100_000),
    "NUL bytes": "x\0x",
    "a lone surrogate": "x + \udc00",
    "file commands": String.raw`\input{/etc/passwd} + \write18{ls}`,
    "definitions of macros": String.raw`\def\x{\x\x}\x`,
    "a run of letters": "a".repeat(99_999),
    "a prototype": "__proto__ = 1; constructor.x",
    "only operators": "+-*/^_".repeat(10_000),
    "10,000 bars": "|".repeat(10_000),
    "10,000 norms": "‖".repeat(10_000),
    "10,000 carets": "x^".repeat(10_000),
    "10,000 primes": `x${"'".repeat(10_000)}`,
    "10,000 accents": `x${"\u0302".repeat(10_000)}`,
    "unclosed braces": "{".repeat(499) + "x",
    "a self-reference": "x = x + x; x",
    "100,000 capital letters": "A".repeat(99_999),
    "50,000 factors": "a·".repeat(49_000) + "b",
    "100,000 bars": "|".repeat(99_999),
    "100,000 roots": "√".repeat(99_999),
    "50,000 statements": "a;".repeat(49_999),
    "16,000 declarations": "x: n, ".repeat(16_000),
    "100,000 blanks": `${" ".repeat(100_000)}x`,
    "powers of powers": "tr(((X^64)^64)^64)",
    "nested braces": "{".repeat(45_000) + "x" + "}".repeat(45_000),
    "nested styles": String.raw`\mathbf{`.repeat(10_000) + "x" + "}".repeat(10_000),
    "nested switches": String.raw`{\bf `.repeat(15_000) + "x" + "}".repeat(15_000),
    "nested norms": String.raw`\norm{`.repeat(12_000) + "x" + "}".repeat(12_000),
  };
  test.each(Object.entries(texts))("%s", async (_, text) => {
    const before = processorTime();
    const outcome = await derive(text, { wrt: "x" }).then(
      () => "derived",
      (error: unknown) => error,
    );
    expect(outcome).toBeInstanceOf(NablaError);
    expect(processorTime() - before).toBeLessThan(1000);
  });
});

test.each([["‖"], ["xᵀ"], ["😀"], ["\u202e"]])(
  "an error in a long line of %j is shown in no time",
  (sign) => {
    const before = processorTime();
    let shown = "";
    try {
      parse(sign.repeat(Math.floor(99_999 / sign.length)));
    } catch (error) {
      shown = (error as NablaError).render();
    }
    expect(shown).toContain("error[");
    expect(shown.length).toBeLessThan(1000);
    expect(processorTime() - before).toBeLessThan(1500);
  },
);

test("names of JavaScript's own are names like any other", async () => {
  const [gradient] = await derive("constructor: n; valueOf: n\nconstructorᵀvalueOf", {
    wrt: "constructor",
  });
  expect(gradient!.unicode).toBe("valueOf");
});

test("reading is linear in the length of the text", () => {
  const time = (terms: number): number => {
    const text = `x: scalar\n${Array.from({ length: terms }, (_, i) => `${i + 1}x^2`).join(" + ")}`;
    const before = processorTime();
    parse(text);
    return processorTime() - before;
  };
  time(500);
  const [short, long] = [Math.min(time(1000), time(1000)), Math.min(time(4000), time(4000))];
  expect(long / short).toBeLessThan(12);
});

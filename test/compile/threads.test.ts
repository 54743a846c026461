/** @file Threads give what one gives, bit for bit: nothing of one is written over by another. */

import { expect, test } from "vitest";
import { compile } from "../../src/index.ts";

const sines = (count: number, frequency: number): Float64Array =>
  Float64Array.from({ length: count }, (_, k) => Math.sin(k * frequency + 1) / 8);

const problems: readonly (readonly [
  what: string,
  text: string,
  sizes: Readonly<Record<string, number>>,
])[] = [
  // Rows go through all products without a barrier, and what is done with may not be used again before.
  [
    "rows through a chain of products",
    "X: N×k; A: k×p; B: p×q; C: q×r; D: r×s; relu(relu(relu(X A) B) C) D",
    { N: 512, k: 64, p: 32, q: 32, r: 256, s: 16 },
  ],
  // Each algorithm has memory of its own besides.
  ["two exponentials at once", "A, B: n×n; tr(expm(A)) + tr(expm(B)expm(B))", { n: 70 }],
  // Sums that are made in stretches are kept in between.
  ["long sums", "A: k×m; B: k×n; AᵀB", { k: 700, m: 90, n: 50 }],
];

test.each(["native", "wasm"] as const)("%s", async (backend) => {
  for (const [what, text, sizes] of problems) {
    const made = async (threads: number): Promise<Float64Array[]> => {
      const program = await compile(text, { backend, threads, sizes });
      expect(program.threads, what).toBe(threads);
      for (const [k, { name, rows, columns }] of program.inputs.entries())
        program.set(name, sines(rows * columns, 0.1 + k / 7));
      const runs = Array.from({ length: threads === 1 ? 1 : 20 }, () => {
        program.run();
        return program.get("value") as Float64Array;
      });
      program.dispose();
      return runs;
    };
    const [alone] = await made(1);
    for (const together of await made(2)) expect(together, what).toEqual(alone);
  }
});

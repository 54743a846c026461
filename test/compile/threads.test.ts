/** @file Threads give what one gives, bit for bit: nothing of one is written over by another. */

import { availableParallelism } from "node:os";
import { expect, test } from "vitest";
import type { BackendName } from "../../src/compile/options.ts";
import { foundCompiler } from "../../src/compile/toolchain.ts";
import { compile } from "../../src/index.ts";

const sines = (count: number, frequency: number): Float64Array =>
  Float64Array.from({ length: count }, (_, k) => Math.sin(k * frequency + 1) / 8);

const largest = (xs: Float64Array): number =>
  xs.reduce((most, x) => Math.max(most, Math.abs(x)), 0);

const bytesOf = ({ buffer }: Float64Array): Buffer => Buffer.from(buffer);

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
  ["sums of very many", "A: k×m; B: k×n; AᵀB", { k: 70_001, m: 6, n: 8 }],
  [
    "rows that are gathered for a product",
    "X: N×k; W: k×p; relu(tanh(X) W)",
    { N: 5000, k: 90, p: 48 },
  ],
];

test.each(["wasm", ...(foundCompiler() ? (["native"] as const) : [])] as const)(
  "%s",
  async (backend) => {
    for (const [what, text, sizes] of problems) {
      const made = async (by: BackendName, threads: number): Promise<Float64Array[]> => {
        const program = await compile(text, { backend: by, threads, sizes });
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
      const [[expected], [alone]] = [await made("js", 1), await made(backend, 1)];
      const far = alone!.map((x, k) => x - expected![k]!);
      expect(largest(far), what).toBeLessThan(1e-10 * largest(expected!));
      // Of more threads than the machine has processors some are slower, and their parts become smaller.
      for (const threads of [2, availableParallelism() + 1]) {
        const same = (await made(backend, threads)).map((together) =>
          bytesOf(together).equals(bytesOf(alone!)),
        );
        expect(same, `${what}, ${threads} threads`).not.toContain(false);
      }
    }
  },
);

/** @file Sizes at which tiles, blocks and threads have their say: compiled programs beside the oracle. */

import { expect, test } from "vitest";
import { foundCompiler } from "../../src/compile/toolchain.ts";
import { Random } from "../../src/data/random.ts";
import { compile, derive, parse } from "../../src/index.ts";
import type { Expr, Sym } from "../../src/expr/expr.ts";
import type { Value } from "../../src/expr/op.ts";
import { evaluate } from "../../src/numeric/evaluate.ts";
import { realArithmetic as m } from "../../src/numeric/mathjs.ts";
import { entriesOf } from "../lower/oracle.ts";

interface Large {
  readonly title: string;
  readonly text: string;
  readonly wrt: string;
  readonly sizes: Readonly<Record<string, number>>;
}

const cases: readonly Large[] = [
  {
    title: "a Gaussian process, by Cholesky's factor in blocks",
    text: "X: N×q; Y: N×D; α, β > 0; K = αXXᵀ + β⁻¹I\n−D/2 log det K − ½tr(K⁻¹YYᵀ)",
    wrt: "X",
    sizes: { N: 133, q: 5, D: 11 },
  },
  {
    title: "an inverse of many columns",
    text: "A: n×n posdef; B: n×m; tr(BᵀA⁻¹B)",
    wrt: "A",
    sizes: { n: 101, m: 67 },
  },
  {
    title: "products whose sizes fit no tile",
    text: "tr(AᵀBC); A: m×n; B: m×k; C: k×n",
    wrt: "A, B, C",
    sizes: { m: 61, n: 83, k: 47 },
  },
  {
    title: "two paths, a rank-two result",
    text: "½‖WᵀWx − x‖²",
    wrt: "W",
    sizes: { m: 53, n: 119 },
  },
  {
    title: "rows of softmax",
    text: "X: N×d; W: d×C; Y: N×C; −tr(Yᵀ logsoftmax(XW))",
    wrt: "W, X",
    sizes: { N: 91, d: 35, C: 19 },
  },
];

const backends = ["js", "wasm", ...(foundCompiler() ? (["native"] as const) : [])] as const;

test.each(cases)("$title", async ({ text, wrt, sizes }) => {
  const problem = parse(text, { wrt });
  const found = await derive(text, { wrt, verify: false });
  const random = new Random(3);
  const size = ({
    coefficient,
    names,
  }: {
    coefficient: number;
    names: readonly string[];
  }): number => names.reduce((n, name) => n * sizes[name]!, coefficient);
  const values = new Map<Sym, Value>();
  for (const s of problem.symbols.values()) {
    if (s.definition) continue;
    const [rows, columns] = s.shape.map(size) as [number, number];
    const isDefinite = s.name === "A" && rows === columns;
    const base = Array.from({ length: rows }, () =>
      Array.from({ length: columns }, () => random.normal() / Math.sqrt(columns)),
    );
    // A = I + GGᵀ
    const entry = (i: number, j: number): number =>
      isDefinite
        ? base[i]!.reduce((sum, x, k) => sum + x * base[j]![k]!, i === j ? 1 : 0)
        : rows === 1 && columns === 1
          ? 1.3
          : base[i]![j]!;
    values.set(s, m.matrix(rows, columns, entry));
  }
  const exprs: Expr[] = [problem.objective, ...found.map(({ expr }) => expr)];
  const expected = evaluate(exprs, { values, size }, m).map(entriesOf);
  for (const backend of backends)
    for (const threads of [1, 2]) {
      const program = await compile(text, { backend, threads, wrt, sizes });
      for (const [s, value] of values) program.set(s.name, entriesOf(value));
      const { value, gradients } = program.valueAndGradients();
      const results = [[value as number], ...Object.values(gradients)];
      for (const [k, entries] of results.entries()) {
        const scale = Math.max(...expected[k]!.map(Math.abs));
        const far = expected[k]!.findIndex((x, i) => !(Math.abs(x - entries[i]!) <= 1e-10 * scale));
        expect(far, `${backend}, ${threads} threads, result ${k}: ${entries[far]}`).toBe(-1);
      }
      program.dispose();
    }
});

/** Which entry of a factor is that of row i and column j; `size` is that of a row as it is given. */
const plain = (i: number, j: number, size: number): number => i * size + j;
const transposed = (i: number, j: number, size: number): number => j * size + i;

test.each([
  ["AB", "A: m×k; B: k×n", plain, plain],
  ["AᵀB", "A: k×m; B: k×n", transposed, plain],
  ["ABᵀ", "A: m×k; B: n×k", plain, transposed],
] as const)(
  "%s of factors that do not stay near the processor",
  async (form, declared, ofA, ofB) => {
    const [m, k, n] = [37, 1601, 301];
    const random = new Random(5);
    const [A, B] = [m * k, k * n].map((count) =>
      Float64Array.from({ length: count }, () => random.normal()),
    ) as [Float64Array, Float64Array];
    const [rowOfA, rowOfB] = [ofA === plain ? k : m, ofB === plain ? n : k];
    const expected = Array.from({ length: m * n }, (_, at) => {
      const [i, j] = [Math.floor(at / n), at % n];
      let sum = 0;
      for (let l = 0; l < k; l++) sum += A[ofA(i, l, rowOfA)]! * B[ofB(l, j, rowOfB)]!;
      return sum;
    });
    for (const backend of backends)
      for (const dtype of ["float32", "float64"] as const)
        for (const threads of [1, 2]) {
          const sizes = { m, k, n };
          const program = await compile(`${declared}; ${form}`, { backend, threads, dtype, sizes });
          for (const [name, x] of Object.entries({ A, B }))
            program.set(name, dtype === "float32" ? Float32Array.from(x) : x);
          program.run();
          const found = program.get("value");
          const off = expected.reduce((most, x, at) => Math.max(most, Math.abs(x - found[at]!)), 0);
          const title = `${backend}, ${dtype}, ${threads} threads`;
          expect(off, title).toBeLessThan(dtype === "float32" ? 2e-3 : 1e-10);
          program.dispose();
        }
  },
);

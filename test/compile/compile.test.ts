/** @file Compiled programs: what goes in and out, what is refused, and what happens where something is missing. */

import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { cached, cacheEntries, clearCache } from "../../src/compile/cache.ts";
import { allocated } from "../../src/compile/running.ts";
import { foundCompiler } from "../../src/compile/toolchain.ts";
import { compile, gradientDescent, NablaError } from "../../src/index.ts";
import type { CompileOptions } from "../../src/index.ts";

const autoencoder = "½‖WᵀWx − x‖²";
const W = [1, 2, 3, 4, 5, 6];
const x = [1, -1, 2];
// WᵀWx − x by hand: Wx = (5, 11), Wᵀ(Wx) = (49, 65, 81).
const residual = [48, 66, 79];

const backends = ["js", "wasm", ...(foundCompiler() ? (["native"] as const) : [])] as const;

let folder: string;
const before = { ...process.env };
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "nabla-test-"));
  process.env["NABLA_CACHE"] = join(folder, "cache");
});
afterEach(() => {
  process.env["PATH"] = before["PATH"];
  delete process.env["NABLA_CACHE"];
  rmSync(folder, { recursive: true, force: true });
});

async function refused(run: () => unknown): Promise<string> {
  try {
    await run();
  } catch (error) {
    if (error instanceof NablaError) return error.render();
    throw error;
  }
  throw new Error("nothing was refused");
}

describe.each(backends)("%s", (backend) => {
  const options: CompileOptions = { backend, sizes: { m: 2, n: 3 }, wrt: "W, x" };

  test("a value and gradients at numbers", async () => {
    const program = await compile(autoencoder, options);
    expect(program.backend).toBe(backend);
    program.set("W", W).set("x", Float64Array.from(x));
    expect(program.value()).toBe(residual.reduce((sum, r) => sum + (r * r) / 2, 0));
    const gradients = program.gradients();
    // WKxᵀ + WxKᵀ
    const wk = [48 + 132 + 237, 192 + 330 + 474];
    const byW = [0, 1].flatMap((i) => x.map((xj, j) => wk[i]! * xj + [5, 11][i]! * residual[j]!));
    expect([...gradients["W"]!]).toEqual(byW);
    expect([...program.get("∂W")]).toEqual(byW);
    program.dispose();
    expect(await refused(() => program.value())).toBe(
      "error[disposed]: this program was disposed of",
    );
  });

  test("rows of rows, numbers of the problem, and what is set again", async () => {
    const program = await compile("A = [1 2; 3 4]; xᵀAx", { backend, wrt: "x" });
    expect([...program.gradients({ x: [1, 1] })["x"]!]).toEqual([7, 13]);
    program.set("A", [
      [1, 0],
      [0, 1],
    ]);
    expect(program.value({ x: [3, 4] })).toBe(25);
    program.dispose();
  });

  test("a batch with classes for its samples", async () => {
    const program = await compile("Z: N×C; Y: N×C onehot; −1/N tr(Yᵀ logsoftmax(Z))", {
      backend,
      sizes: { N: 2, C: 3 },
      wrt: "Z",
      labels: ["Y"],
    });
    program.set("Z", [1, 2, 3, 0, 0, 0]).set("Y", Uint8Array.of(2, 0));
    const sum = Math.exp(-2) + Math.exp(-1) + 1;
    expect(program.value()).toBeCloseTo((Math.log(sum) + Math.log(3)) / 2, 12);
    const [a, b, c] = [Math.exp(-2) / sum, Math.exp(-1) / sum, 1 / sum];
    const gradient = [a, b, c - 1, 1 / 3 - 1, 1 / 3, 1 / 3].map((g) => g / 2);
    for (const [k, g] of program.gradients()["Z"]!.entries())
      expect(g).toBeCloseTo(gradient[k]!, 12);
    program.dispose();
  });

  test("one vector has one class", async () => {
    const program = await compile("y: 4 onehot; z: 4; −yᵀlogsoftmax(z)", {
      backend,
      wrt: "z",
      labels: ["y"],
    });
    expect(program.value({ y: 2, z: [0, 0, 1000, 0] })).toBeCloseTo(0);
    expect([...program.gradients({ y: 1, z: [0, 0, 0, 0] })["z"]!]).toEqual([
      0.25, -0.75, 0.25, 0.25,
    ]);
    program.dispose();
  });

  test("a family has a row for each member, an index counts from 1", async () => {
    const program = await compile("x_i: d for i = 1..n; Σ_i ‖x_i − μ‖²; μ: d", {
      backend,
      sizes: { n: 3, d: 2 },
      wrt: "μ",
    });
    program.set("x", [
      [1, 2],
      [3, 4],
      [5, 9],
    ]);
    expect([...program.gradients({ μ: [0, 1] })["μ"]!]).toEqual([-18, -24]);
    program.dispose();
    const weighted = await compile("x_i: d for i = 1..n; Σ_i i aᵀx_i; a: d", {
      backend,
      sizes: { n: 3, d: 2 },
      wrt: "x",
    });
    weighted.fill("x", 0).set("a", [1, 10]);
    expect([...weighted.gradients()["x"]!]).toEqual([1, 10, 2, 20, 3, 30]);
    weighted.dispose();
  });

  test("single precision rounds", async () => {
    const program = await compile("x²; x: scalar", { backend, dtype: "float32" });
    expect(program.value({ x: 0.1 })).toBe(Math.fround(Math.fround(0.1) ** 2));
    program.dispose();
  });

  test("what is no number stays none, on either side and in lanes", async () => {
    const program = await compile("max(x, y); x, y: 40", { backend });
    const [x, y] = [new Float64Array(40), new Float64Array(40)];
    [x[1], y[2], x[39], y[38]] = [NaN, NaN, NaN, NaN];
    const none = [...(program.value({ x, y }) as Float64Array)].flatMap((z, k) =>
      z === 0 ? [] : k,
    );
    expect(none).toEqual([1, 2, 38, 39]);
    program.dispose();
    const norm = await compile("‖x‖_∞; x: 40", { backend });
    expect(norm.value({ x })).toBe(NaN);
    norm.dispose();
  });

  test("what rows are made of tile by tile stays until the last is made", async () => {
    const [N, k, p] = [4000, 50, 32] as const;
    const program = await compile("X: N×k; W: k×p; b: k; relu(tanh(X + (X b)𝟏ᵀ) W) 𝟏", {
      backend,
      threads: 1,
      sizes: { N, k, p },
    });
    const sines = (count: number, step: number): Float64Array =>
      Float64Array.from({ length: count }, (_, i) => Math.sin(i * step + 1) / 8);
    const [X, W, b] = [sines(N * k, 0.1), sines(k * p, 0.3), sines(k, 0.2)];
    program.set("X", X).set("W", W).set("b", b);
    const found = program.value() as Float64Array;
    const expected = Float64Array.from({ length: N }, (_, i) => {
      const row = X.subarray(i * k, (i + 1) * k);
      const s = row.reduce((sum, x, j) => sum + x * b[j]!, 0);
      const h = row.map((x) => Math.tanh(x + s));
      let total = 0;
      for (let j = 0; j < p; j++)
        total += Math.max(
          0,
          h.reduce((sum, x, l) => sum + x * W[l * p + j]!, 0),
        );
      return total;
    });
    expect(Math.max(...expected.map((y, i) => Math.abs(y - found[i]!)))).toBeLessThan(1e-12);
    program.dispose();
  });

  test("the exponential of a matrix is about as exact as its entries", async () => {
    const n = 60;
    const program = await compile("expm(A); A: n×n", { backend, dtype: "float32", sizes: { n } });
    const A = new Float64Array(n * n);
    for (let i = 0; i < n; i++) A[i * (n + 1)] = i / 15;
    const found = program.value({ A }) as Float32Array;
    for (let i = 0; i < n; i++)
      expect(Math.abs(found[i * (n + 1)]! / Math.exp(i / 15) - 1)).toBeLessThan(2e-6);
    program.dispose();
  });

  test("rows of one entry are no column", async () => {
    const sizes = { N: 3, C: 1 };
    const program = await compile("Z: N×C; w: N; wᵀsoftmax(Z)𝟏 + wᵀlogsumexp(Z)", {
      backend,
      sizes,
    });
    expect(program.value({ Z: [5, 6, 7], w: [1, 10, 100] })).toBe(111 + 765);
    program.dispose();
  });

  test("large numbers do not overflow where their logarithm does not", async () => {
    const program = await compile("log(Σ_i exp(x_i)); x: 3", { backend, wrt: "x" });
    expect(program.value({ x: [1000, 1000, -1000] })).toBeCloseTo(1000 + Math.log(2), 10);
    expect([...program.gradients()["x"]!]).toEqual([0.5, 0.5, 0]);
    program.dispose();
    // Also where what the logarithm is taken of is kept, since other results are made of it, too.
    for (const [text, value] of [
      ["−sum(log(𝟏 − σ(x)))", 2000],
      ["p = σ(−x); sum(p) − sum(log(p))", 2001],
      ["−log(softmax(x)_3)", 2000 + Math.log(2)],
      ["p = softmax(x); sum(p) − pᵀp − log(p_3)", 2000.5 + Math.log(2)],
      // Two factors below 0.
      ["Σ_i log(exp(x_i) x_i (x_i − 1))", 1000 + 2 * Math.log(999_000) + Math.log(1_001_000)],
    ] as const) {
      const kept = await compile(`${text}; x: 3`, { backend, wrt: "x" });
      expect(kept.valueAndGradients({ x: [1000, 1000, -1000] }).value, text).toBeCloseTo(value, 9);
      kept.dispose();
    }
  });
});

test.skipIf(!foundCompiler())(
  "machine code in single precision takes for 0 what is too small to be normal, and leaves the rest of Node alone",
  async () => {
    const tiny = async (dtype: "float32" | "float64"): Promise<unknown> => {
      const program = await compile("1024 x; x: scalar", { backend: "native", dtype });
      const value = program.value({ x: dtype === "float32" ? 1e-40 : 1e-310 });
      program.dispose();
      return value;
    };
    expect([await tiny("float32"), await tiny("float64")]).toEqual([0, 1024 * 1e-310]);
    expect(Number("1e-310") * 2).toBe(2e-310);
  },
);

test("what is given is checked before anything is computed", async () => {
  const program = await compile("Y: N×3 onehot; ‖X W − Y‖²; W: 2×3", {
    sizes: { N: 4 },
    labels: ["Y"],
    checkFinite: true,
  });
  expect(await refused(() => program.set("W", [1, 2, 3]))).toBe(
    "error[wrong-length]: W is 2×3: 6 numbers, row by row, and not 3",
  );
  expect(await refused(() => program.set("W", [1, 2, 3, 4, NaN, 6]))).toBe(
    "error[not-finite]: W has NaN in row 2, column 2",
  );
  expect(await refused(() => program.set("Y", [0, 1, 3, 0]))).toBe(
    "error[label-out-of-range]: Y has 3 in entry 3: a label is a whole number from 0 to 2",
  );
  expect(await refused(() => program.set("Q", 1))).toBe(
    "error[unknown-name]: Q is nothing that can be given or taken\n  note: there are X, W, Y",
  );
  expect(await refused(() => program.value())).toBe(
    'error[numbers-missing]: there are no numbers for X, W, Y\n  hint: set("X", [ … ])',
  );
});

test("rows are as many and as long as those of the matrix", async () => {
  const program = await compile("‖W‖²; W: 2×3", { backend: "js" });
  const told = async (values: unknown): Promise<string> =>
    (await refused(() => program.set("W", values as number[]))).replace(/^.*by row, /u, "");
  // Its transpose has as many numbers.
  expect(
    await told([
      [1, 2],
      [3, 4],
      [5, 6],
    ]),
  ).toBe("and not 3 rows");
  expect(await told([[1], [2, 3, 4, 5, 6]])).toBe("and not 1 in row 1");
  expect(await told([[1, 2, 3], null])).toBe("and not row 2 of another kind");
  expect(await told(null)).toBe("and not null");
  expect(await told(new Set([1, 2]))).toBe("and not object");
  expect(await told(["1", "2", "3", "4", "5", "6"])).toBe(
    "error[no-number]: W has “1” in row 1, column 1, which is no number",
  );
  expect(await refused(() => program.fill("W", "2" as unknown as number))).toBe(
    "error[no-number]: W has “2” in entry 1, which is no number",
  );
  program.set("W", [Float64Array.of(1, 2, 3), Float32Array.of(4, 5, 6)]);
  expect(program.value()).toBe(91);
  program.dispose();
});

test("what is too large for single precision is not finite there", async () => {
  const program = await compile("‖x‖²; x: 2", { dtype: "float32", checkFinite: true });
  expect(await refused(() => program.set("x", [1, 1e39]))).toBe(
    "error[not-finite]: x has 1e+39 in entry 2\n  note: float32 has no number as large",
  );
  program.dispose();
});

test("what was not set or computed is not given", async () => {
  const program = await compile(autoencoder, { sizes: { m: 2, n: 3 }, wrt: "W" });
  expect(await refused(() => program.get("W"))).toMatch(/^error\[numbers-missing\]/u);
  const uncomputed = (name: string): string =>
    `error[not-computed]: ${name} is not what the last run computed\n  hint: run()  and then  get("${name}")`;
  expect(await refused(() => program.get("value"))).toBe(uncomputed("value"));
  expect(program.value({ W, x })).toBe(program.get("value")[0]);
  expect(await refused(() => program.get("∂W"))).toBe(uncomputed("∂W"));
  program.run();
  expect(program.get("∂W").length).toBe(6);
  program.dispose();
});

test("options are known by name, and take what they take", async () => {
  const told = (options: object): Promise<string> =>
    refused(() => compile("x²; x: scalar", options));
  expect(await refused(() => compile("x²", null!))).toBe(
    "error[bad-option]: options takes an object: { sizes, wrt, … }",
  );
  expect(await told({ thread: 2 })).toMatch(/no option “thread”.*\n.*\n {2}hint: .* threads\?$/u);
  expect(await told({ wrt: ["x"] })).toBe('error[bad-option]: wrt takes names in one text: "W, b"');
  expect(await told({ labels: "Y" })).toBe('error[bad-option]: labels takes names: ["Y"]');
  expect(await told({ note: "x" })).toBe(
    "error[bad-option]: note takes a function that is told a text",
  );
  for (const update of ["adam", {}, gradientDescent(NaN)])
    expect(await told({ update })).toBe(
      "error[bad-option]: update takes a rule whose constants are numbers: adam(0.001)",
    );
});

test("sizes are asked for by name", async () => {
  expect(await refused(() => compile(autoencoder, { sizes: { m: 2 } }))).toBe(
    'error[sizes-missing]: there is no size for n\n  hint: --sizes "n=100"  or  sizes: { n: 100 }',
  );
  expect(await refused(() => compile(autoencoder, { sizes: { m: 2, n: 3, q: 1 } }))).toBe(
    "error[unknown-size]: no dimension is called q\n  note: there are m, n",
  );
  expect(await refused(() => compile(autoencoder, { sizes: { m: 2, n: 1.5 } }))).toBe(
    "error[bad-size]: the size of n is a whole number from 1 on, and not 1.5",
  );
  expect(await refused(() => compile("x: n; x_5 + xᵀx", { sizes: { n: 2 } }))).toBe(
    "error[index-too-large]: the index 5 of x₅ is more than n = 2",
  );
  expect(await refused(() => compile("x: n; 𝟏ᵀx", { sizes: { n: 2 }, wrt: "x_5" }))).toBe(
    "error[index-too-large]: the index 5 of x₅ is more than n = 2",
  );
});

test("labels are for one-hot names, and memory has an end", async () => {
  expect(await refused(() => compile("‖Y‖²; Y: 2×3", { labels: ["Y"] }))).toBe(
    "error[not-one-hot]: Y cannot be given by labels: it is not declared onehot\n  hint: Y: N×C onehot",
  );
  const large = { sizes: { n: 2 ** 20, m: 2 ** 20 } };
  expect(await refused(() => compile("‖A‖²; A: m×n", large))).toMatch(
    /^error\[too-large\]: the program needs \d+ MiB of memory, and \d+ are allowed$/u,
  );
  const update = gradientDescent(1);
  const fed = { sizes: { N: 2 }, feed: { x: 2 ** 24 + 1 }, dtype: "float32" as const, update };
  expect(await refused(() => compile("‖x − w‖²; x: N", { ...fed, wrt: "w" }))).toBe(
    "error[bad-option]: feed takes at most 16777216 samples in float32",
  );
  const many = { sizes: { n: 2 ** 24 + 1 }, dtype: "float32" as const };
  expect(await refused(() => compile("z_y; z: n", many))).toBe(
    'error[too-large]: labels of y are counted up to 16777216 in float32\n  hint: dtype: "float64"',
  );
});

test("memory that the system does not give is an error that says so", () => {
  const refuse = (): never => {
    throw new RangeError("Array buffer allocation failed");
  };
  expect(() => allocated(3 * 2 ** 20, refuse)).toThrow(
    "the program needs 3 MiB of memory, which the system does not give",
  );
});

test("a function of which only the name is known has no numbers", async () => {
  expect(await refused(() => compile("f: ℝ→ℝ; sum(f(x))", { sizes: { n: 2 }, wrt: "x" }))).toBe(
    "error[no-numbers]: there are no numbers for f, of which only the name is known\n" +
      "  hint: a function with a formula has values:  f(x) = tanh(x)",
  );
});

test("a plan says what is made of what: products in the cheapest order, a result of rank two in one pass", async () => {
  const program = await compile(autoencoder, {
    backend: "wasm",
    sizes: { m: 256, n: 1024 },
    wrt: "W",
    dtype: "float32",
    threads: 2,
  });
  const { step, threads } = program.plan;
  expect(threads).toBe(2);
  expect(step.map(({ phase, sharedAlong, text }) => `${phase} ${sharedAlong}: ${text}`)).toEqual([
    "0 i: t1[i] = Σ_k W[i,k]·x[k]",
    "1 i: t2[i] = (Σ_k W[k,i]·t1[k]) − x[i]",
    "2 i: t3[i] = Σ_k W[i,k]·t2[k]",
    "2 null: value = 0.5·(Σ_i t2[i]·t2[i])",
    "2 i: ∂W[i,j] = t3[i]·x[j] + t1[i]·t2[j]",
  ]);
  program.dispose();
});

test("a plan counts the multiply-adds of contractions, of a factor by Cholesky, of solves", async () => {
  const counted = async (text: string, sizes: Record<string, number>): Promise<number[]> => {
    const program = await compile(text, { backend: "js", sizes });
    const counts = program.plan.step.map(({ multiplyAdds }) => multiplyAdds);
    program.dispose();
    return counts.filter((count) => count > 0);
  };
  expect(await counted("A: m×k; B: k×n; AB + tanh(AB)", { m: 5, k: 6, n: 7 })).toEqual([210]);
  expect(await counted("K: n×n posdef; yᵀK⁻¹y", { n: 12 })).toEqual([12 ** 3 / 6, 12 ** 2, 12]);
  expect(await counted("A: n×n; aᵀA⁻¹b", { n: 12 })).toEqual([12 ** 3 / 3, 12 ** 2, 12]);
});

test("a small problem runs as JavaScript, and says why", async () => {
  const program = await compile("x²; x: scalar");
  expect([program.backend, program.why]).toEqual(["js", "the problem is small"]);
});

describe.skipIf(!foundCompiler())("the cache of compiled code", () => {
  const run = async (): Promise<{ value: unknown; backend: string; notes: string[] }> => {
    const notes: string[] = [];
    const program = await compile(autoencoder, {
      backend: "native",
      sizes: { m: 2, n: 3 },
      note: (text) => notes.push(text),
    });
    const value = program.value({ W, x });
    program.dispose();
    return { value, backend: program.backend, notes };
  };
  const value = residual.reduce((sum, r) => sum + (r * r) / 2, 0);

  test("is used again, shown and cleared", async () => {
    await run();
    const [entry, ...others] = cacheEntries();
    expect(others).toEqual([]);
    await run();
    expect(cacheEntries()).toEqual([entry]);
    expect(clearCache()).toBe(1);
    expect(cacheEntries()).toEqual([]);
  });

  test("an entry that was damaged is made anew", async () => {
    await run();
    const [entry] = cacheEntries();
    const path = join(folder, "cache", entry!.key, "code.node");
    const whole = readFileSync(path);
    // What is loaded keeps its file.
    rmSync(path);
    writeFileSync(path, whole.subarray(0, 1000));
    expect(await run()).toEqual({
      value,
      backend: "native",
      notes: ["an entry of the cache is damaged: it is made anew"],
    });
    expect(readFileSync(path).length).toBe(whole.length);
  });

  test("an entry of another program is none of this one's", async () => {
    await run();
    const [own] = cacheEntries();
    const square = await compile("x²; x: scalar", { backend: "native" });
    square.dispose();
    const other = cacheEntries().find(({ key }) => key !== own!.key);
    const [to, from] = [own!, other!].map(({ key }) => join(folder, "cache", key));
    rmSync(to!, { recursive: true });
    renameSync(from!, to!);
    expect(await run()).toEqual({
      value,
      backend: "native",
      notes: ["an entry of the cache is damaged: it is made anew"],
    });
  });

  test("what is made begins within the folder, and goes where it fails", () => {
    let place = "";
    const fails = (path: string): void => {
      place = dirname(dirname(path));
      throw new Error("no");
    };
    expect(() => cached("0".repeat(64), fails, () => {})).toThrow("no");
    expect(place).toBe(join(folder, "cache"));
    expect(readdirSync(place)).toEqual([]);
    expect(readdirSync(folder)).toEqual(["cache"]);
  });

  test("what a process that ended left half made is cleared, too", () => {
    mkdirSync(join(folder, "cache", ".a1b2c3"), { recursive: true });
    expect(clearCache()).toBe(0);
    expect(readdirSync(join(folder, "cache"))).toEqual([]);
  });

  test("a folder that cannot be is no obstacle", async () => {
    writeFileSync(join(folder, "file"), "");
    process.env["NABLA_CACHE"] = join(folder, "file", "cache");
    const { notes, ...result } = await run();
    expect(result).toEqual({ value, backend: "native" });
    expect(notes[0]).toMatch(/^compiled code is not kept: /u);
  });

  test("a link is no private folder", async () => {
    mkdirSync(join(folder, "other"));
    symlinkSync(join(folder, "other"), join(folder, "cache"));
    expect((await run()).notes).toEqual([
      `compiled code is not kept: ${join(folder, "cache")} is a symbolic link`,
    ]);
    expect(readdirSync(join(folder, "other"))).toEqual([]);
  });

  test("a compiler is called by the name it is found under, and a folder is none", async () => {
    const real = foundCompiler()!.path;
    const [first, second] = [join(folder, "first"), join(folder, "second")];
    mkdirSync(join(first, "cc"), { recursive: true });
    mkdirSync(second);
    const script = `#!/bin/sh\ncase "$0" in */cc) exec ${real} "$@";; esac\nexit 1\n`;
    writeFileSync(join(second, "many"), script, { mode: 0o755 });
    symlinkSync("many", join(second, "cc"));
    process.env["PATH"] = `${first}:${second}:${before["PATH"]}`;
    expect(await run()).toEqual({ value, backend: "native", notes: [] });
  });

  test("without a compiler WebAssembly runs", async () => {
    process.env["PATH"] = folder;
    expect(await run()).toEqual({
      value,
      backend: "wasm",
      notes: ["there is no C compiler on PATH: WebAssembly runs instead"],
    });
    expect(readdirSync(folder)).toEqual([]);
  });

  test("a compiler that fails gives way to WebAssembly", async () => {
    writeFileSync(join(folder, "cc"), "#!/bin/sh\necho 'cc: error: no' >&2\nexit 1\n", {
      mode: 0o755,
    });
    process.env["PATH"] = `${folder}:/bin`;
    const { notes, ...result } = await run();
    expect(result).toEqual({ value, backend: "wasm" });
    expect(notes).toEqual(["the C compiler: cc: error: no: WebAssembly runs instead"]);
  });
});

/** @file Steps of training: what changes, by which samples, the same whatever the backend and the threads. */

import { expect, test } from "vitest";
import { foundCompiler } from "../../src/compile/toolchain.ts";
import { adam, compile, gradientDescent, NablaError } from "../../src/index.ts";
import type { CompileOptions } from "../../src/index.ts";

const backends = ["js", "wasm", ...(foundCompiler() ? (["native"] as const) : [])] as const;

test.each(backends)("gradient descent by samples, on %s", async (backend) => {
  const program = await compile("1/N ‖Xw − y‖²; X: N×2; y: N", {
    backend,
    sizes: { N: 2 },
    wrt: "w",
    update: gradientDescent(0.1),
    feed: { X: 4, y: 4 },
  });
  const X = [1, 2, 3, 4, 5, 6, 7, 8];
  const y = [1, 0, 1, 0];
  program.set("X", X).set("y", y).set("w", [0.5, -0.5]);
  const order = [3, 0, 1, 2];
  const losses = program.steps(2, order);
  // The same by hand.
  const w = [0.5, -0.5];
  const expected: number[] = [];
  for (const batch of [order.slice(0, 2), order.slice(2)]) {
    const residuals = batch.map((i) => X[2 * i]! * w[0]! + X[2 * i + 1]! * w[1]! - y[i]!);
    expected.push(residuals.reduce((sum, r) => sum + r * r, 0) / 2);
    const gradient = [0, 1].map((j) =>
      batch.reduce((sum, i, k) => sum + residuals[k]! * X[2 * i + j]!, 0),
    );
    for (const j of [0, 1]) w[j]! -= 0.1 * gradient[j]!;
  }
  for (const [k, loss] of losses.entries()) expect(loss).toBeCloseTo(expected[k]!, 12);
  for (const [k, entry] of program.get("w").entries()) expect(entry).toBeCloseTo(w[k]!, 12);
  program.dispose();
});

test.each(backends)("Adam, on %s", async (backend) => {
  const program = await compile("½‖x − c‖²; x: 3", { backend, wrt: "x", update: adam(0.1) });
  program.set("x", [1, 2, 3]).set("c", [0, 5, 3]);
  program.steps(3);
  const x = [1, 2, 3];
  const [m, v] = [
    [0, 0, 0],
    [0, 0, 0],
  ];
  for (let t = 1; t <= 3; t++)
    for (const [i, c] of [0, 5, 3].entries()) {
      const g = x[i]! - c;
      const mean = 0.9 * m[i]! + 0.1 * g;
      const square = 0.999 * v[i]! + 0.001 * g * g;
      [m[i], v[i]] = [mean, square];
      const [mh, vh] = [mean / (1 - 0.9 ** t), square / (1 - 0.999 ** t)];
      x[i]! -= (0.1 * mh) / (Math.sqrt(vh) + 1e-8);
    }
  for (const [k, entry] of program.get("x").entries()) expect(entry).toBeCloseTo(x[k]!, 12);
  program.dispose();
});

test("names of a rule that the problem has, too, are other numbers", async () => {
  const problem = "½η‖p − q‖²; p, q: 3";
  const program = await compile(problem, { backend: "js", wrt: "p", update: adam(0.5) });
  program.set("p", [1, 2, 3]).set("q", [1, 0, 5]).set("η", 4);
  program.steps(1);
  // The first step goes as far as the rate says, whatever the gradient is.
  for (const [k, entry] of [1, 1.5, 3.5].entries())
    expect(program.get("p")[k]).toBeCloseTo(entry, 6);
  expect(program.get("η")[0]).toBe(4);
  program.dispose();
});

test("names that a program might give its own numbers are names like any other", async () => {
  const fed = await compile("‖order w‖²; order: 1×2; w: 2", {
    backend: "js",
    wrt: "w",
    update: gradientDescent(0.1),
    feed: { order: 3 },
  });
  fed.set("order", [9, 9, 1, 2, 9, 9]).fill("w", 1);
  expect([...fed.steps(1, [1])]).toEqual([9]);
  fed.dispose();
  const kept = await compile("course = 2w; ‖course‖²; course, w: 2", {
    backend: "js",
    wrt: "w",
    update: gradientDescent(0),
    keep: ["course"],
  });
  kept.set("w", [1, 2]);
  expect([...kept.steps(2)]).toEqual([20, 20]);
  expect([...kept.get("course")]).toEqual([2, 4]);
  kept.dispose();
});

test("what a rule names and does not use is no input", async () => {
  const update = { ...gradientDescent(0.5), constants: { η: 0.5, κ: 3 } };
  const program = await compile("½‖x‖²; x: 2", { wrt: "x", backend: "js", update });
  expect(program.inputs.map(({ name }) => name)).toEqual(["x", "η"]);
  program.fill("x", 4).steps(1);
  expect([...program.get("x")]).toEqual([2, 2]);
  program.dispose();
});

test.each(backends)("samples of the last step stay within their order, on %s", async (backend) => {
  const program = await compile("xᵀy + ‖A‖²; x, y: 3; A: 20×20", {
    backend,
    wrt: "x",
    update: gradientDescent(0),
    feed: { y: 5 },
  });
  // What stands behind the order is no place of a sample.
  program.set("x", [1, 1, 1]).set("y", [1, 2, 3, 4, 5]).fill("A", 1e9);
  const order = Array.from({ length: 3 * 256 }, (_, k) => k % 5);
  expect(program.steps(256, order)[255]).toBe(400e18);
  expect(program.fill("A", 0).steps(256, order)[255]).toBe(1 + 2 + 3);
  program.dispose();
});

test.each(backends)("steps without an update go through the samples, on %s", async (backend) => {
  const program = await compile("m = 𝟏ᵀx; ‖x‖² + a; x: 3; a: scalar", {
    backend,
    feed: { x: 6 },
    record: ["m"],
  });
  program.set("x", [1, 2, 3, 4, 5, 6]).set("a", 10);
  for (let again = 0; again < 2; again++) {
    expect([...program.steps(2, [5, 0, 1, 4, 3, 2])]).toEqual([36 + 1 + 4 + 10, 25 + 16 + 9 + 10]);
    expect([...program.course("m")]).toEqual([9, 12]);
  }
  expect(program.changing).toEqual([]);
  expect(() => program.value()).toThrow("which samples the value is of, a step says");
  program.dispose();
});

test.each(backends)("names have other numbers in every step, on %s", async (backend) => {
  const program = await compile("½‖D ⊙ W + u𝟏ᵀ‖²; D, W: 3×2; u: 3", {
    backend,
    wrt: "W",
    update: gradientDescent(1),
    perStep: ["η", "D", "u"],
  });
  expect(program.inputs.map(({ name }) => name)).toEqual(["W"]);
  const steps = 300;
  const numbers = (size: number, start: number): Float64Array =>
    Float64Array.from({ length: steps * size }, (_, k) => noise(k + start));
  const [D, u, η] = [numbers(6, 1), numbers(3, 5), numbers(1, 9)];
  const W = [1, 2, 3, 4, 5, 6];
  program.set("W", W);
  const losses = program.steps(steps, [], { D, u, η });
  for (let step = 0; step < steps; step++) {
    const h = W.map((w, k) => D[6 * step + k]! * w + u[3 * step + Math.floor(k / 2)]!);
    expect(losses[step]).toBeCloseTo(h.reduce((sum, x) => sum + x * x, 0) / 2, 10);
    for (const [k, x] of h.entries()) W[k]! -= η[step]! * D[6 * step + k]! * x;
  }
  for (const [k, entry] of program.get("W").entries()) expect(entry).toBeCloseTo(W[k]!, 10);
  program.dispose();
});

test("the courses of scalars are kept", async () => {
  const program = await compile("m = max(x_1, x_2); ½‖x‖²; x: 2", {
    backend: "js",
    wrt: "x",
    update: gradientDescent(0.5),
    record: ["m"],
  });
  program.set("x", [4, 8]).steps(3);
  expect([...program.course("m")]).toEqual([8, 4, 2]);
  expect([...program.course("value")]).toEqual([40, 10, 2.5]);
  expect(program.changing).toEqual(["x"]);
  program.dispose();
});

test.each(backends)("gradients are clipped by their common norm, on %s", async (backend) => {
  const rule = { ...gradientDescent(1), gradient: "min(1, τ/r) G" };
  const update = { ...rule, constants: { ...rule.constants, τ: 5 } };
  const program = await compile("½‖x‖² + 2y²; x: 2; y: scalar", { backend, wrt: "x, y", update });
  // The gradient (6, 0, 8) has the norm 10, (3, 0, −8) that of √73.
  program.set("x", [6, 0]).set("y", 2).steps(1);
  expect([...program.get("x"), ...program.get("y")]).toEqual([3, 0, -2]);
  program.steps(1);
  expect(program.get("x")[0]).toBeCloseTo(3 - (3 * 5) / Math.sqrt(73), 12);
  program.set("x", [1, 0]).set("y", 0).steps(1);
  expect([...program.get("x"), ...program.get("y")]).toEqual([0, 0, 0]);
  program.steps(1);
  expect([...program.get("x"), ...program.get("y")]).toEqual([0, 0, 0]);
  program.dispose();
});

/** A network whose products are large enough for two threads. */
const network = `X: N×100; Y: N×10 onehot; W_1: 90×100; b_1: 90; W_2: 10×90; b_2: 10
H = relu(XW_1ᵀ + 𝟏b_1ᵀ); Z = HW_2ᵀ + 𝟏b_2ᵀ; −1/N tr(Yᵀ logsoftmax(Z))`;

/** A number between −½ and ½ for each k. */
const noise = (k: number): number => ((k * 7919) % 1009) / 1009 - 0.5;

async function trained(options: CompileOptions): Promise<Float32Array[]> {
  const program = await compile(network, {
    sizes: { N: 75 },
    wrt: "W_1, b_1, W_2, b_2",
    dtype: "float32",
    update: adam(0.01),
    feed: { X: 100, Y: 100 },
    labels: ["Y"],
    ...options,
  });
  const { threads } = options;
  if (threads !== undefined) {
    const used = program.backend === "js" ? 1 : threads;
    expect(program.threads).toBe(used);
    expect(program.plan.step.some(({ sharedAlong }) => sharedAlong !== null)).toBe(used > 1);
  }
  program.set(
    "X",
    Float64Array.from({ length: 10_000 }, (_, k) => noise(k)),
  );
  program.set(
    "Y",
    Int32Array.from({ length: 100 }, (_, k) => (k * 3) % 10),
  );
  for (const [at, name] of ["W_1", "b_1", "W_2", "b_2"].entries()) {
    const { rows, columns } = program.inputs.find((port) => port.name === name)!;
    program.set(
      name,
      Float64Array.from({ length: rows * columns }, (_, k) => noise(k + at) / 4),
    );
  }
  const order = Array.from({ length: 75 * 20 }, (_, k) => (k * 37) % 100);
  const losses = program.steps(20, order);
  const weights = ["W_1", "b_1", "W_2", "b_2"].map((name) => program.get(name) as Float32Array);
  program.dispose();
  return [losses as Float32Array, ...weights];
}

test.each(backends)(
  "weights are the same bit for bit, twice and for 1, 2 and 3 threads, on %s",
  async (backend) => {
    const first = await trained({ backend, threads: 1 });
    expect(first[0]![19]).toBeLessThan(first[0]![0]!);
    for (const threads of [1, 2, 3]) expect(await trained({ backend, threads })).toEqual(first);
  },
);

test("backends agree on the weights", async () => {
  const [js, ...others] = await Promise.all(backends.map((backend) => trained({ backend })));
  for (const other of others)
    for (const [k, part] of js!.entries())
      for (const [i, entry] of part.entries())
        expect(Math.abs(entry - other[k]![i]!)).toBeLessThan(2e-3);
});

test("what a rule or a call lacks is told", async () => {
  const told = async (run: () => Promise<unknown>): Promise<string> => {
    const error: unknown = await run().catch((e: unknown) => e);
    if (error instanceof NablaError) return error.diagnostic.message;
    throw new Error("nothing was refused", { cause: error });
  };
  const square = (formulas: string, states = {}): Promise<unknown> => {
    const update = { formulas, states, scalars: {}, constants: { η: 1 } };
    return compile("‖x‖²; x: 3", { wrt: "x", backend: "js", update });
  };
  expect(await told(() => square("V_{new} = W"))).toBe("update takes formulas with W_{new}");
  expect(await told(() => square("W_{new} = W − M", { M: 0 }))).toBe(
    "update takes formulas with M_{new}",
  );
  expect(await told(() => square("W_{new} = W − ηQ"))).toBe(
    "update takes formulas of W, G, J, and not of Q",
  );
  expect(await told(() => square("W_{new} = W − ηG", { W: 0 }))).toBe(
    "update takes names other than W, G, J, r",
  );
  const update = gradientDescent(1);
  const lacking = "update takes a scalar objective, and variables: wrt";
  expect(await told(() => compile("‖x‖²; x: 3", { update }))).toBe(lacking);
  expect(await told(() => compile("A x; A: 2×2", { update, wrt: "x" }))).toBe(lacking);
  for (const [problem, wrt] of [
    ["‖x‖²; x: 3", "x"],
    ["2x; x: 3", undefined],
  ] as const)
    expect(
      await told(() => compile(problem, { feed: { x: 9 }, ...(wrt !== undefined && { wrt }) })),
    ).toBe("feed takes a scalar objective, and an update where there are gradients");
  for (const [wrt, options] of [
    ["x_2", {}],
    ["h", {}],
    ["x", { feed: { x: 5 } }],
    ["y", { labels: ["y"] }],
  ] as const)
    expect(
      await told(() => compile("h = x + y; ‖h‖²; x: 3; y: 3 onehot", { ...options, update, wrt })),
    ).toBe(`update takes variables that are given as a whole, and not ${wrt}`);
  expect(
    await told(() => compile("h = 2x; ‖h‖²; x: 3", { update, wrt: "x", feed: { h: 9 } })),
  ).toBe("feed takes what is given, and not h");
  expect(
    await told(() =>
      compile("‖Xw‖² + ‖Zw‖²; X: 3×2; Z: 2×2", { update, wrt: "w", feed: { X: 9, Z: 9 } }),
    ),
  ).toBe("feed takes names of which a step takes equally many samples");
  expect(await told(() => compile("value = 2x; ‖value‖²; value, x: 3", { keep: ["value"] }))).toBe(
    "keep takes names other than value",
  );
  const fed = await compile("‖X w‖²; X: 2×3", { update, wrt: "w", feed: { X: 9 }, backend: "js" });
  fed.fill("X", 1).fill("w", 1);
  expect(await told(async () => fed.value())).toBe("which samples the value is of, a step says");
  const plain = await compile("‖x‖²; x: 3", { update, wrt: "x", backend: "js" });
  expect(plain.fill("x", 1).value()).toBe(3);
  expect(await told(async () => plain.gradients())).toBe(
    "gradients are used up by the update where they are made",
  );
  expect(await told(async () => plain.steps(1.5))).toBe("steps takes a whole number from 0 on");
  expect(await told(async () => plain.course("m"))).toBe("what m is in each step is not kept");
  expect(await told(() => compile("‖x‖²; x: 3", { perStep: ["x"] }))).toBe(
    "perStep takes an update beside it",
  );
  const square3 = (options: CompileOptions): Promise<unknown> =>
    compile("h = 2x + y; ‖h‖²; x, y: 3", { update, wrt: "x", backend: "js", ...options });
  expect(await told(() => square3({ perStep: ["κ"] }))).toBe(
    "κ is nothing that can be given or taken",
  );
  for (const name of ["x", "h"])
    expect(await told(() => square3({ perStep: [name] }))).toBe(
      `perStep takes what is given, as a whole, and not ${name}`,
    );
  expect(await told(() => square3({ record: ["h"] }))).toBe(
    "record takes scalars that the problem defines, and not h",
  );
  const changing = await compile("‖x − y‖²; x, y: 3", {
    update,
    wrt: "x",
    perStep: ["y"],
    backend: "js",
  });
  changing.fill("x", 1);
  expect(await told(async () => changing.steps(2))).toBe("there are no numbers for y");
  expect(await told(async () => changing.steps(2, [], { y: [1, 2, 3] }))).toBe(
    "y is 6×1: 6 numbers, row by row, and not 3",
  );
  expect(await told(async () => changing.set("y", [1, 2, 3]))).toBe(
    "y is nothing that can be given or taken",
  );
});

/** @file Programs of several processes that share a cache, and what a process says where something is missing. */

import { spawn } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { cacheEntries } from "../../src/compile/cache.ts";
import { foundCompiler } from "../../src/compile/toolchain.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "nabla-test-"));
});
afterEach(() => {
  delete process.env["NABLA_CACHE"];
  rmSync(folder, { recursive: true, force: true });
});

const library = new URL("../../dist/index.js", import.meta.url).href;

interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a script in a process of its own. */
function running(script: string, env: Readonly<Record<string, string>>): Promise<Ended> {
  const flags = ["--expose-gc", "--input-type=module", "-e"];
  const child = spawn(process.execPath, [...flags, script], {
    env: { ...process.env, ...env },
    timeout: 60_000,
    killSignal: "SIGKILL",
  });
  const texts = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const)
    child[name].setEncoding("utf8").on("data", (text: string) => (texts[name] += text));
  return new Promise((resolve) => child.on("close", (status) => resolve({ status, ...texts })));
}

/** Compiles and runs a small problem as machine code in a process of its own. */
const compiling = (env: Readonly<Record<string, string>>): Promise<Ended> =>
  running(
    `import { compile } from ${JSON.stringify(library)};
    const options = { backend: "native", sizes: { m: 2, n: 3 }, wrt: "W" };
    const program = await compile("½‖WᵀWx − x‖²", options);
    program.set("W", [1, 2, 3, 4, 5, 6]).set("x", [1, -1, 2]);
    console.log(program.backend, program.value(), ...program.gradients().W);`,
    env,
  );

// ½(48² + 66² + 79²); WKxᵀ + WxKᵀ by hand.
const results = "6450.5 657 -87 1229 1524 -270 2861";

describe.skipIf(!foundCompiler())("with a C compiler", () => {
  test("processes that compile the same at once into an empty cache agree, and keep one entry", async () => {
    const cache = join(folder, "cache");
    const ended = await Promise.all([1, 2, 3].map(() => compiling({ NABLA_CACHE: cache })));
    const expected = { status: 0, stdout: `native ${results}\n`, stderr: "" };
    expect(ended).toEqual([expected, expected, expected]);
    process.env["NABLA_CACHE"] = cache;
    expect(cacheEntries().length).toBe(1);
  });

  test("from a folder that others can write to nothing is loaded", async () => {
    const cache = join(folder, "cache");
    mkdirSync(cache);
    chmodSync(cache, 0o777);
    expect(await compiling({ NABLA_CACHE: cache })).toEqual({
      status: 0,
      stdout: `native ${results}\n`,
      stderr: `nabla: compiled code is not kept: ${cache} can be written to by others\n`,
    });
  });

  test("threads outlive the worker of Node that began them", async () => {
    const work = `
      const { compile } = await import(${JSON.stringify(library)});
      const sizes = { n: 400 };
      const program = await compile("½‖A x‖²; A: n×n", { backend: "native", threads: 2, sizes });
      program.fill("A", 1).fill("x", 1);
      console.log(program.threads, program.value());`;
    const script = `
      import { Worker } from "node:worker_threads";
      const work = ${JSON.stringify(`void (async () => {${work}})()`)};
      const ended = () => new Promise((resolve) => new Worker(work, { eval: true }).on("exit", resolve));
      for (let round = 0; round < 4; round++) await Promise.all([ended(), ended()]);
      ${work}`;
    const lines = "2 32000000\n".repeat(9);
    expect(await running(script, { NABLA_CACHE: join(folder, "cache") })).toEqual({
      status: 0,
      stdout: lines,
      stderr: "",
    });
  });

  test.runIf(existsSync("/proc/self"))("a place where no folder can be made is told", async () => {
    const { stderr, ...ended } = await compiling({ NABLA_CACHE: "/proc/nabla/cache" });
    expect(ended).toEqual({ status: 0, stdout: `native ${results}\n` });
    expect(stderr).toMatch(/^nabla: compiled code is not kept: no such file or directory/u);
  });

  // Who may do everything may write there, too.
  test.skipIf(process.getuid?.() === 0)("a folder that cannot be written to is told", async () => {
    const cache = join(folder, "cache");
    mkdirSync(cache, { mode: 0o500 });
    const { stderr, ...ended } = await compiling({ NABLA_CACHE: cache });
    expect(ended).toEqual({ status: 0, stdout: `native ${results}\n` });
    expect(stderr).toMatch(/^nabla: compiled code is not kept: permission denied/u);
  });
});

test("what was disposed of holds no memory", async () => {
  const script = `
    import { compile } from ${JSON.stringify(library)};
    const options = { sizes: { n: 2000 }, note: () => {} };
    const programs = [];
    for (const backend of ["js", "native"]) {
      const program = await compile("½‖A x‖²; A: n×n", { backend, ...options });
      programs.push(program);
      program.dispose();
    }
    gc();
    await new Promise((resolve) => setTimeout(resolve, 100));
    gc();
    console.log(programs.length, process.memoryUsage().arrayBuffers < 1e7);`;
  const { stdout } = await running(script, { NABLA_CACHE: join(folder, "cache") });
  expect(stdout).toBe("2 true\n");
});

test("without a compiler WebAssembly runs, and stderr says so", async () => {
  expect(await compiling({ NABLA_CACHE: join(folder, "cache"), PATH: folder })).toEqual({
    status: 0,
    stdout: `wasm ${results}\n`,
    stderr: "nabla: there is no C compiler on PATH: WebAssembly runs instead\n",
  });
});

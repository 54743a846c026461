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

/** Compiles and runs a small problem as machine code in a process of its own. */
function compiling(env: Readonly<Record<string, string>>): Promise<Ended> {
  const script = `
    import { compile } from ${JSON.stringify(library)};
    const options = { backend: "native", sizes: { m: 2, n: 3 }, wrt: "W" };
    const program = await compile("½‖WᵀWx − x‖²", options);
    program.set("W", [1, 2, 3, 4, 5, 6]).set("x", [1, -1, 2]);
    console.log(program.backend, program.value(), ...program.gradients().W);`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
    env: { ...process.env, ...env },
    timeout: 60_000,
    killSignal: "SIGKILL",
  });
  const texts = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const)
    child[name].setEncoding("utf8").on("data", (text: string) => (texts[name] += text));
  return new Promise((resolve) => child.on("close", (status) => resolve({ status, ...texts })));
}

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

test("without a compiler WebAssembly runs, and stderr says so", async () => {
  expect(await compiling({ NABLA_CACHE: join(folder, "cache"), PATH: folder })).toEqual({
    status: 0,
    stdout: `wasm ${results}\n`,
    stderr: "nabla: there is no C compiler on PATH: WebAssembly runs instead\n",
  });
});

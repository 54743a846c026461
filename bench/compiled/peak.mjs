/** @file The most multiply-adds that this machine takes, measured where there is a C compiler. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { quiet, watch } from "./load.mjs";

const source = fileURLToPath(new URL("peak.c", import.meta.url));
const flags = ["-O3", "-march=native", "-ffp-contract=fast", "-pthread"];
const tries = 5;

const output = (command, args) => {
  const { status, stdout } = spawnSync(command, args, { encoding: "utf8" });
  return status === 0 ? stdout : null;
};

/** What the C compiler calls itself; null where there is none. */
export const compiler = output("cc", ["--version"])?.split("\n", 1)[0] ?? null;

/** GFLOP/s by precision and number of threads: of one, and of as many as are asked for; null without a compiler. */
export async function peaks(threads) {
  const folder = mkdtempSync(join(tmpdir(), "nabla-peak-"));
  const program = join(folder, "peak");
  try {
    if (output("cc", [...flags, "-o", program, source]) === null) return null;
    const found = { float32: {}, float64: {} };
    for (const count of new Set([1, threads])) {
      const [single, double] = await best(program, count);
      found.float32[count] = single;
      found.float64[count] = double;
    }
    return found;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The best of some runs; one during which nothing else ran is enough. */
async function best(program, threads) {
  let found = [0, 0];
  for (let k = 0; k < tries; k++) {
    await quiet(5);
    const load = watch([]);
    const run = output(program, [String(threads)])
      .split(" ")
      .map(Number);
    found = found.map((x, p) => Math.max(x, run[p]));
    if (!load().isLoaded) break;
  }
  return found;
}

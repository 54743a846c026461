/** @file Compiled code beside its peers: all contestants of a workload in one run, in turn, shuffled, medians. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Contestant } from "./contestant.mjs";
import { workloads } from "./workloads.mjs";

const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const venv = here("../.venv/bin/python");
const python = process.env.NABLA_BENCH_PYTHON ?? (existsSync(venv) ? venv : "python3");
const median = (xs) => xs.toSorted((a, b) => a - b)[Math.floor(xs.length / 2)];

/** What PyTorch needs to be at its best: its own choice of kernels, and memory that is not given back each time. */
const best = (threads) => ({
  MALLOC_TRIM_THRESHOLD_: "536870912",
  MALLOC_MMAP_THRESHOLD_: "536870912",
  OMP_NUM_THREADS: String(threads),
});
for (const name of ["OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"]) delete process.env[name];

const configurations = {
  network: ["shipped", "fused", "fused+compile"],
  gradient: ["shipped", "compile"],
  gplvm: ["written", "cholesky", "hand"],
};

const typeOf = (x) => (x instanceof Float32Array ? "f4" : x instanceof Float64Array ? "f8" : "i4");
/** Measures workloads, prints them, and gives every sample. */
export async function compiled(names, { rounds, threads }) {
  const samples = {};
  for (const name of names.length > 0 ? names : Object.keys(workloads))
    samples[name] = await measured(name, rounds, threads);
  return samples;
}

async function measured(name, rounds, threads) {
  const { spec, text, arrays } = workloads[name]();
  const folder = mkdtempSync(join(tmpdir(), "nabla-bench-"));
  const types = Object.fromEntries(Object.entries(arrays).map(([key, x]) => [key, typeOf(x)]));
  writeFileSync(join(folder, "workload.json"), JSON.stringify({ spec, text, types }));
  for (const [key, x] of Object.entries(arrays))
    writeFileSync(join(folder, `${key}.bin`), new Uint8Array(x.buffer, x.byteOffset, x.byteLength));
  const contestants = [
    ...["native", "wasm", ...(name === "W3" ? ["js"] : [])].map(
      (backend) =>
        new Contestant(`nabla ${backend}`, process.execPath, [
          here("nabla-peer.mjs"),
          folder,
          backend,
          threads,
        ]),
    ),
    ...configurations[spec.kind].map(
      (c) =>
        new Contestant(
          `torch ${c}`,
          python,
          [here("torch-peer.py"), folder, String(threads), c],
          best(threads),
        ),
    ),
  ];
  const times = new Map();
  const firsts = new Map();
  const running = [];
  for (const contestant of contestants)
    try {
      const told = await contestant.ask({ steps: 0 });
      const { values } = await contestant.ask({ steps: 5 });
      firsts.set(contestant.name, values);
      await contestant.ask({ steps: spec.steps });
      times.set(contestant.name, []);
      running.push(contestant);
      if (told.compiled) firsts.set(`${contestant.name} compiled in`, told.compiled);
    } catch (error) {
      console.log(`${name}: ${error.message}`);
    }
  for (let round = 0; round < rounds; round++)
    for (const contestant of running.toSorted(() => Math.random() - 0.5)) {
      // Threads of the one before go to sleep.
      await new Promise((resolve) => setTimeout(resolve, 300));
      await contestant.ask({ steps: Math.max(1, Math.ceil(spec.steps / 10)) });
      const { seconds } = await contestant.ask({ steps: spec.steps });
      times.get(contestant.name).push(seconds / spec.steps);
    }
  for (const contestant of contestants) contestant.end();
  rmSync(folder, { recursive: true, force: true });
  const peers = [...times].filter(([who]) => who.startsWith("torch"));
  const fastest = Math.min(...peers.map(([, xs]) => median(xs)));
  console.log(`\n${name}  ${spec.source ?? ""}`);
  for (const [who, xs] of times) {
    const t = median(xs);
    const [reference] = peers.map(([peer]) => firsts.get(peer));
    const own = firsts.get(who);
    const off = reference
      ? Math.max(
          ...own.map((x, k) => Math.abs(x - reference[k]) / Math.max(1, Math.abs(reference[k]))),
        )
      : NaN;
    console.log(
      `  ${who.padEnd(20)} ${(t * 1e3).toFixed(4).padStart(10)} ms  ${(fastest / t).toFixed(2).padStart(7)}× the best peer   values off by ${off.toExponential(1)}`,
    );
  }
  return { spec, times: Object.fromEntries(times), firsts: Object.fromEntries(firsts) };
}

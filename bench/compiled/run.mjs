/** @file Compiled code beside its peers: all contestants of a workload in one run, in turn, shuffled, medians. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { python } from "../python.mjs";
import { Contestant } from "./contestant.mjs";
import { pause, quiet, watch } from "./load.mjs";
import { peaks } from "./peak.mjs";
import { print } from "./report.mjs";
import { workloads, workloadsNamed } from "./workloads.mjs";

const here = (name) => fileURLToPath(new URL(name, import.meta.url));

/** Who runs beside nabla, and how. */
const peers = {
  network: [
    "torch shipped",
    "torch fused",
    "torch fused+compile",
    "jax step",
    "jax loop",
    "numpy hand",
  ],
  autoencoder: ["torch shipped", "torch compile", "jax jit", "numpy hand"],
  factorisation: ["torch shipped", "torch compile", "jax jit", "numpy hand"],
  logistic: ["torch shipped", "torch compile", "jax jit", "numpy hand"],
  gplvm: ["torch shipped", "torch cholesky", "torch hand", "jax jit", "numpy hand"],
  product: ["torch shipped", "jax jit", "numpy hand"],
};
/** Whom all must agree with: PyTorch as it comes, or in double precision. */
const inDouble = "torch double";
const references = new Set(["torch shipped", inDouble]);

/** What makes peers fastest: their own choice of kernels, and memory that is not given back after each step. */
const best = (threads) => ({
  MALLOC_TRIM_THRESHOLD_: "536870912",
  MALLOC_MMAP_THRESHOLD_: "536870912",
  OMP_NUM_THREADS: threads,
  OPENBLAS_NUM_THREADS: threads,
});
for (const name of ["OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"]) delete process.env[name];

/**
 * How far from the reference a figure counts, relative or absolute: of peers what their rounding may make in some steps,
 * which differs from run to run where threads add up in another order.
 */
const allowed = (name) => (name.startsWith("nabla") ? 1e-5 : 1e-4);
/** How long a sample takes at least, in seconds: long beside the ticks in which other load is counted. */
const shortest = 0.25;
/** How often a sample is taken again during which other processes ran. */
const tries = 5;

/** Measures workloads and prints each; all samples, those dropped marked. */
export async function compiled(names, options) {
  const measured = {};
  for (const name of names.length > 0 ? names.flatMap(workloadsNamed) : Object.keys(workloads)) {
    measured[name] = await race(workloads[name](), options);
    print(name, measured[name]);
  }
  return measured;
}

async function race({ title, spec, text, arrays }, { rounds, threads }) {
  const folder = mkdtempSync(join(tmpdir(), "nabla-bench-"));
  const contestants = [];
  try {
    written(folder, { spec, text, arrays });
    const entries = [];
    // One at a time: what starts up disturbs what is timed.
    for (const start of entered(folder, spec, String(threads))) {
      contestants.push(start());
      entries.push(await begun(contestants.at(-1), spec, folder));
    }
    const highest = [];
    for (const start of peaks(folder, spec.precision, threads)) {
      contestants.push(start());
      highest.push(await entry(contestants.at(-1)));
    }
    compare(entries.filter(({ row }) => !row.failure));
    const racing = [...entries, ...highest].filter(
      ({ row }) => row.name !== inDouble && !row.failure,
    );
    for (let round = 0; round < rounds; round++)
      for (const { contestant, row } of shuffled(racing)) await sample(contestant, row);
    const [rows, peakRows] = [entries, highest].map((all) => all.map(({ row }) => row));
    return { title, spec, rows, peaks: peakRows };
  } finally {
    for (const contestant of contestants) await contestant.end();
    rmSync(folder, { recursive: true, force: true });
  }
}

const typeOf = (x) => (x instanceof Float32Array ? "f4" : x instanceof Float64Array ? "f8" : "i4");

/** Puts a workload and its numbers where the contestants find them. */
function written(folder, { spec, text, arrays }) {
  const types = Object.fromEntries(Object.entries(arrays).map(([name, x]) => [name, typeOf(x)]));
  writeFileSync(join(folder, "workload.json"), JSON.stringify({ spec, text, types }));
  for (const [name, x] of Object.entries(arrays))
    writeFileSync(
      join(folder, `${name}.bin`),
      new Uint8Array(x.buffer, x.byteOffset, x.byteLength),
    );
}

/** Who takes part, each to be started. */
function entered(folder, { kind, layers }, threads) {
  // JavaScript is for problems as small as this.
  const backends = ["native", "wasm", ...(layers?.[0] === 1 ? ["js"] : [])];
  const nabla = backends.map((backend) => {
    const args = [here("nabla-peer.mjs"), folder, threads, backend];
    return () => new Contestant(`nabla ${backend}`, process.execPath, args);
  });
  const others = [...peers[kind], inDouble].map((name) => {
    const [peer, configuration] = name.split(" ");
    const args = [here(`${peer}-peer.py`), folder, threads, configuration];
    return () => new Contestant(name, python, args, best(threads));
  });
  return [...nabla, ...others];
}

/** A contestant, and its row of the table: what it says of itself and computes first. */
async function entry(contestant) {
  const row = { name: contestant.name, steps: 5, samples: [] };
  try {
    row.told = await contestant.ask({ ready: true });
    row.values = (await contestant.ask({ steps: 5 })).values;
  } catch (error) {
    row.failure = error.message;
  }
  return { contestant, row };
}

/** A contestant with its gradients or product. */
async function begun(contestant, { kind }, folder) {
  const found = { ...(await entry(contestant)), results: null };
  if (kind === "network" || found.row.failure) return found;
  try {
    const file = join(folder, "results");
    await contestant.ask({ results: file });
    found.results = new Float64Array(new Uint8Array(readFileSync(file)).buffer);
  } catch (error) {
    found.row.failure = error.message;
  }
  return found;
}

/** The largest distance of numbers from others, over `scale` of the others. */
function distance(xs, ys, scale) {
  if (xs.length !== ys.length) return Infinity;
  let largest = 0;
  for (let k = 0; k < xs.length; k++) {
    const off = Math.abs(xs[k] - ys[k]) / scale(ys[k]);
    if (!(off <= largest)) largest = off;
  }
  return largest;
}

/**
 * How far each is from the nearer reference: its values relative to themselves, or to 1 where they are smaller,
 * gradients and products relative to their largest entry. What is too far does not count.
 */
function compare(entries) {
  const known = entries.filter(({ row }) => references.has(row.name));
  if (known.length === 0) return;
  const nearest = (distanceTo) => Math.min(...known.map(distanceTo));
  for (const { row, results } of entries) {
    row.valuesOff = nearest((reference) =>
      distance(row.values, reference.row.values, (y) => Math.max(1, Math.abs(y))),
    );
    if (results)
      row.resultsOff = nearest((reference) => {
        const largest = reference.results.reduce((most, y) => Math.max(most, Math.abs(y)), 0);
        return distance(results, reference.results, () => largest);
      });
    const most = allowed(row.name);
    row.counts = row.valuesOff <= most && !(row.resultsOff > most);
  }
}

/** By Fisher and Yates. */
function shuffled(items) {
  const found = [...items];
  for (let k = found.length - 1; k > 0; k--) {
    const at = Math.floor(Math.random() * (k + 1));
    [found[k], found[at]] = [found[at], found[k]];
  }
  return found;
}

/** Takes a sample, again where other processes ran meanwhile; of more steps where it was too short. */
async function sample(contestant, row) {
  for (let taken = 0; taken < tries; ) {
    const { steps } = row;
    // Threads of the one before go to sleep.
    await pause(300);
    await contestant.ask({ steps: Math.ceil(steps / 10) });
    const load = watch([contestant.pid]);
    const { seconds } = await contestant.ask({ steps });
    const { foreign, isLoaded } = load();
    if (seconds < shortest) {
      row.steps = Math.ceil(steps * Math.min(8, (1.2 * shortest) / seconds));
      continue;
    }
    taken++;
    row.samples.push({ seconds: seconds / steps, foreign, isDropped: isLoaded });
    if (!isLoaded) return;
    await quiet(10);
  }
}

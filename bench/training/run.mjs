/**
 * @file Epochs of training beside PyTorch's: the same network, data, batch and optimiser, from the files to the weights.
 *
 * A sample is a process of its own: `nabla train --json`, or a loop as users of PyTorch write it, in each configuration
 * that makes it faster. Its figure is the median of the epochs but the first, in which what is compiled late is compiled.
 */
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { quiet, watch } from "../compiled/load.mjs";
import { python } from "../python.mjs";
import { streamed } from "./stream.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
/** Where the data sets lie. */
const data = process.env.NABLA_DATA ?? join(root, "..", "shared", "data");

const cifar = (name) => join(data, "cifar-10", "cifar-10-batches-bin", name);
const fashion = (name) => join(data, "fashion-mnist", `${name}.gz`);

const workloads = {
  T1: {
    title: "FashionMNIST, 784-256-128-64-10, batch 128, Adam",
    layers: [784, 256, 128, 64, 10],
    folder: join(data, "fashion-mnist"),
    format: "idx",
    files: {
      train: [fashion("train-images-idx3-ubyte"), fashion("train-labels-idx1-ubyte")],
      test: [fashion("t10k-images-idx3-ubyte"), fashion("t10k-labels-idx1-ubyte")],
    },
  },
  T2: {
    title: "CIFAR-10, batch 1, 3072-200-10, batch 128, Adam",
    layers: [3072, 200, 10],
    folder: join(data, "cifar-10"),
    format: "cifar",
    files: { train: [cifar("data_batch_1.bin")], test: [cifar("test_batch.bin")] },
  },
};
const [batch, rate, epochs] = [128, 0.001, 6];

/** What PyTorch may do to be faster. */
const configurations = ["plain", "fused", "fused+compile"];
/** Where memory that was freed stays with the process, and libraries choose their kernels themselves. */
const environment = {
  MALLOC_TRIM_THRESHOLD_: "10000000000",
  MALLOC_MMAP_THRESHOLD_: "10000000000",
  OPENBLAS_CORETYPE: undefined,
  OPENBLAS_L2_SIZE: undefined,
};

/** The lines of JSON that a process prints, each with when it came, in seconds. */
async function linesOf(command, args, env) {
  const merged = { ...process.env, ...env };
  for (const [name, value] of Object.entries(merged)) if (value === undefined) delete merged[name];
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"], env: merged });
  let errors = "";
  child.stderr.on("data", (text) => (errors += text));
  const ended = new Promise((resolve) => child.on("close", resolve));
  const failed = new Promise((resolve) => child.on("error", resolve));
  const lines = [];
  const load = watch([child.pid]);
  for await (const line of createInterface({ input: child.stdout }))
    lines.push({ ...JSON.parse(line), at: performance.now() / 1e3 });
  const { isLoaded } = load();
  const code = await Promise.race([ended, failed]);
  if (code !== 0) throw new Error(errors.trim().split("\n").at(-1) ?? String(code));
  return { lines, isLoaded };
}

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

async function nablaSample({ layers, folder }, threads) {
  const out = mkdtempSync(join(tmpdir(), "nabla-bench-"));
  const args = ["train", "--layers", layers.join(), "--data", folder, "--out", join(out, "run")];
  const options = ["--batch", String(batch), "--rate", String(rate), "--epochs", String(epochs)];
  try {
    const all = [join(root, "dist/nabla.js"), ...args, ...options, "--threads", String(threads)];
    const { lines, isLoaded } = await linesOf(process.execPath, [...all, "--json"], {});
    const told = lines.filter(({ epoch }) => epoch !== undefined);
    return {
      isLoaded,
      seconds: median(told.slice(1).map(({ seconds }) => seconds)),
      whole: median(told.slice(1).map(({ at }, k) => at - told[k].at)),
      accuracy: told.at(-1).test.accuracy,
    };
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

async function torchSample(workload, configuration, threads) {
  const { layers, format, files } = workload;
  const spec = { layers, format, files, batch, rate, epochs, threads, configuration };
  const script = fileURLToPath(new URL("torch-peer.py", import.meta.url));
  const { lines, isLoaded } = await linesOf(python, [script, JSON.stringify(spec)], environment);
  const told = lines.slice(1);
  return {
    isLoaded,
    seconds: median(told.map(({ seconds }) => seconds)),
    whole: median(told.map(({ whole }) => whole)),
    accuracy: lines.at(-1).accuracy,
    version: lines[0].torch,
  };
}

/** Measures some workloads, all contestants in turn in each round, in another order each time. */
export async function training(names, { rounds, threads }) {
  const results = [];
  for (const name of Object.keys(workloads).filter(
    (known) => names.length === 0 || names.includes(known),
  )) {
    const workload = workloads[name];
    const missing = Object.values(workload.files)
      .flat()
      .find((file) => !existsSync(file));
    if (missing) {
      console.log(`\n${name}: skipped, there is no ${missing}`);
      continue;
    }
    const contestants = new Map([
      ["nabla", () => nablaSample(workload, threads)],
      ...configurations.map((c) => [`PyTorch ${c}`, () => torchSample(workload, c, threads)]),
    ]);
    const samples = new Map([...contestants.keys()].map((of) => [of, []]));
    for (let round = 0; round < rounds; round++) {
      const turn = [...contestants];
      // Each begins a round in its turn.
      for (const [of, sample] of [
        ...turn.slice(round % turn.length),
        ...turn.slice(0, round % turn.length),
      ]) {
        await quiet(60);
        try {
          samples.get(of).push(await sample());
        } catch (error) {
          console.log(`${name}, ${of}: ${error.message}`);
          contestants.delete(of);
          samples.delete(of);
        }
      }
    }
    const table = [...samples].map(([of, all]) => {
      const counted = all.filter(({ isLoaded }) => !isLoaded);
      const used = counted.length > 0 ? counted : all;
      return {
        of,
        seconds: median(used.map(({ seconds }) => seconds)),
        whole: median(used.map(({ whole }) => whole)),
        accuracy: median(used.map(({ accuracy }) => accuracy)),
        samples: counted.length,
        version: all[0]?.version,
      };
    });
    results.push({ name, title: workload.title, table });
    tell(name, workload, table);
  }
  if (names.length === 0 || names.includes("T3")) await streamed();
  return results;
}

function tell(name, { title }, table) {
  const own = table.find(({ of }) => of === "nabla");
  console.log(`\n${name}: ${title}; an epoch in ms`);
  console.log(`${"".padEnd(24)}   steps  whole  accuracy after ${epochs}`);
  for (const { of, seconds, whole, accuracy, samples } of table) {
    const times =
      of === "nabla"
        ? ""
        : `  nabla takes 1/${(seconds / own.seconds).toFixed(2)}, whole 1/${(whole / own.whole).toFixed(2)}`;
    const told = [seconds, whole].map((s) => (1e3 * s).toFixed(0).padStart(7)).join("");
    console.log(
      `${of.padEnd(24)} ${told}   ${(100 * accuracy).toFixed(2)} %${times}${samples === 0 ? "  (no quiet sample)" : ""}`,
    );
  }
}

/** @file Start-up, throughput and scaling, each beside a peer in the same run: ratios, medians. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { python } from "./python.mjs";
import { derive, derivePrepared, network } from "./workloads.mjs";

const nabla = fileURLToPath(new URL("../dist/nabla.js", import.meta.url));

const median = (xs) => xs.toSorted((a, b) => a - b)[Math.floor(xs.length / 2)];
const samples = {};

/** Wall time of a process in milliseconds; null where it does not run. */
function wall(command, args, input = "") {
  const before = performance.now();
  const { status } = spawnSync(command, args, { input, stdio: ["pipe", "ignore", "ignore"] });
  return status === 0 ? performance.now() - before : null;
}

/** Runs the contestants in turn, shuffled in each round. */
function interleaved(contestants, rounds) {
  const times = Object.fromEntries(Object.keys(contestants).map((name) => [name, []]));
  for (let round = 0; round < rounds + 1; round++) {
    const order = Object.keys(contestants).toSorted(() => Math.random() - 0.5);
    for (const name of order) {
      const time = contestants[name]();
      // The first round warms caches.
      if (round > 0 && time !== null) times[name].push(time);
    }
  }
  return times;
}

const rows = [];
const report = (what, value, peer, note) => rows.push({ what, value, peer, note });

/** Measures, prints a table, and gives every sample. */
export async function symbolic() {
  // ---- start-up ---------------------------------------------------------------------------------------
  const hasSympy = wall(python, ["-c", "import sympy"]) !== null;
  const startup = interleaved(
    {
      nabla: () => wall(process.execPath, [nabla, "derive", "½‖WᵀWx − x‖²", "--wrt", "W"]),
      node: () => wall(process.execPath, ["-e", "0"]),
      ...(hasSympy && { sympy: () => wall(python, ["-c", "import sympy"]) }),
    },
    15,
  );
  samples.startup = startup;
  const cold = median(startup.nabla);
  report(
    "cold derive, verified",
    `${cold.toFixed(0)} ms`,
    `${(cold / median(startup.node)).toFixed(2)}× an empty node`,
    "at most 2.5×",
  );
  if (hasSympy)
    report(
      "cold derive, verified",
      `${cold.toFixed(0)} ms`,
      `${(cold / median(startup.sympy)).toFixed(2)}× import sympy`,
      "below 1×",
    );

  // ---- throughput -------------------------------------------------------------------------------------
  const problems = derive();
  const batch = problems.map((problem, id) => JSON.stringify({ id, ...problem })).join("\n");
  const repeated = (times) => `${Array.from({ length: times }, () => batch).join("\n")}\n`;
  const repeats = { "ten times": 10, "fifty times": 50 };
  const throughput = interleaved(
    Object.fromEntries(
      Object.entries(repeats).map(([name, times]) => [
        name,
        () => wall(process.execPath, [nabla, "derive", "--jsonl"], repeated(times)),
      ]),
    ),
    5,
  );
  samples.throughput = throughput;
  for (const [name, times] of Object.entries(repeats))
    report(
      "--jsonl, verified, start-up included",
      `${((problems.length * times) / (median(throughput[name]) / 1000)).toFixed(0)} a second`,
      `${problems.length} problems, ${name}`,
      "at least 200 a second",
    );

  // ---- scaling ----------------------------------------------------------------------------------------
  samples.network = {};
  const times = [];
  for (const layers of [250, 500, 1000]) {
    const runs = [];
    let size = 0;
    for (let i = 0; i < 3; i++) {
      const { milliseconds, nodes } = await derivePrepared(network(layers));
      runs.push(milliseconds);
      size = nodes;
    }
    samples.network[layers] = runs;
    times.push(median(runs));
    report(
      `${layers} layers of tanh, all weights`,
      `${median(runs).toFixed(0)} ms`,
      `${size} nodes`,
      "linear",
    );
  }
  report("1000 layers over 500", `${(times[2] / times[1]).toFixed(2)}×`, "", "about 2×");

  console.log("");
  for (const { what, value, peer, note } of rows)
    console.log(`${what.padEnd(36)} ${value.padStart(16)}   ${peer.padEnd(30)} ${note}`);
  return { rows, samples };
}

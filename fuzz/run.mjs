/**
 * @file The fuzz campaign: random problems over the whole language, each checked in several ways.
 *
 *   npm run fuzz -- --count 10000 --seed 1 --jobs 2 --minutes 10 --out fuzz/failures
 *   npm run fuzz -- --only 123456        one problem by its number
 */
import { fork } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { build } from "rolldown";

const { values } = parseArgs({
  options: {
    count: { type: "string", default: "1000" },
    seed: { type: "string", default: "1" },
    minutes: { type: "string", default: "Infinity" },
    jobs: { type: "string", default: "1" },
    out: { type: "string", default: fileURLToPath(new URL("failures", import.meta.url)) },
    only: { type: "string" },
  },
});
const only = values.only === undefined ? null : Number(values.only);
const count = only === null ? Number(values.count) : 1;
const until = performance.now() + 60_000 * Number(values.minutes);
/** A worker that says nothing for so long is ended, in milliseconds. */
const silence = 60_000;
const chunk = 50;
/** After so many problems a worker is replaced: the names of the vocabulary keep what was made of them. */
const lifetime = 5000;

const folder = mkdtempSync(join(tmpdir(), "nabla-fuzz-"));
await build({
  input: fileURLToPath(new URL("worker.ts", import.meta.url)),
  platform: "node",
  // KaTeX is read from where it lies, and the oracle once for all of them.
  output: {
    dir: folder,
    format: "esm",
    entryFileNames: "[name].mjs",
    chunkFileNames: "[name]-[hash].mjs",
  },
  logLevel: "warn",
});

const tallies = { kind: {}, outcome: {}, refused: {}, failed: {}, compared: {} };
const add = (table, key) => (table[key] = (table[key] ?? 0) + 1);
let next = 0;
let done = 0;

/** The number of the problem with that place in the campaign. */
const numberAt = (i) => only ?? (Math.imul(Number(values.seed), 0x9e3779b1) + i) >>> 0;

function taken() {
  const numbers = [];
  while (numbers.length < chunk && next < count && performance.now() < until)
    numbers.push(numberAt(next++));
  return numbers;
}

function record({ number, kind, outcome, code, compared, text }) {
  done++;
  add(tallies.kind, kind);
  add(tallies.outcome, outcome);
  for (const what of compared) add(tallies.compared, what);
  if (outcome === "refused") add(tallies.refused, code);
  if (outcome === "failed") {
    add(tallies.failed, code);
    mkdirSync(values.out, { recursive: true });
    const name = `${code.replaceAll(/[^\w-]+/gu, "-")}-${number}.txt`;
    writeFileSync(join(values.out, name), text);
  }
  if (done % 500 === 0) progress();
}

const began = performance.now();
function progress() {
  const seconds = (performance.now() - began) / 1000;
  const failed = tallies.outcome.failed ?? 0;
  const refused = tallies.outcome.refused ?? 0;
  console.log(
    `${done} of ${count}: ${refused} refused, ${failed} failed, ${(done / seconds).toFixed(0)} a second`,
  );
}

/** Runs one worker after another until no problem is left. */
function worked() {
  return new Promise((resolve) => {
    let left = [];
    let worker;
    let timer;
    let served = 0;
    const start = () => {
      served = 0;
      worker = fork(join(folder, "worker.mjs"));
      worker.on("message", (message) => {
        clearTimeout(timer);
        if (message.isDone) return served < lifetime ? give(taken()) : worker.disconnect();
        left = left.filter((number) => number !== message.number);
        record(message);
        watch();
      });
      worker.on("exit", (status) => {
        clearTimeout(timer);
        const [number, ...others] = left;
        if (number === undefined) {
          const numbers = taken();
          if (numbers.length === 0) return resolve();
          start();
          return give(numbers);
        }
        // What ended it is a failure, and the rest goes on.
        const code = status === null ? "hang" : "crash";
        const text = `# ${code}: problem ${number}\n`;
        record({ number, kind: "unknown", outcome: "failed", code, compared: [], text });
        start();
        give(others.length > 0 ? others : taken());
      });
    };
    const watch = () => {
      timer = setTimeout(() => worker.kill("SIGKILL"), silence);
    };
    const give = (numbers) => {
      left = numbers;
      served += numbers.length;
      if (numbers.length === 0) return worker.disconnect();
      worker.send(numbers);
      watch();
    };
    start();
    give(taken());
  });
}

await Promise.all(Array.from({ length: Number(values.jobs) }, worked));
rmSync(folder, { recursive: true });

progress();
for (const [what, table] of Object.entries(tallies)) {
  const rows = Object.entries(table).toSorted((a, b) => b[1] - a[1]);
  if (rows.length > 0) console.log(`\n${what}`);
  for (const [name, times] of rows) console.log(`  ${String(times).padStart(8)}  ${name}`);
}
if (tallies.failed && Object.keys(tallies.failed).length > 0) {
  console.log(`\nthe failures are in ${values.out}`);
  process.exitCode = 1;
}

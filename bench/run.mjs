/**
 * @file Everything that is measured, beside its peers.
 *
 *   npm run bench                          all of it
 *   npm run bench -- W1 W6                 some workloads of compiled code
 *   npm run bench -- T1                    some of training
 *   npm run bench -- --json FILE           every sample, too
 *   npm run bench -- --rounds 7 --threads 2
 */
import { writeFileSync } from "node:fs";
import { availableParallelism, cpus } from "node:os";
import { isLoadKnown } from "./compiled/load.mjs";
import { compiler } from "./compiled/peak.mjs";
import { versionsOf } from "./compiled/report.mjs";
import { compiled } from "./compiled/run.mjs";
import { symbolic } from "./symbolic.mjs";
import { training } from "./training/run.mjs";

const argv = process.argv.slice(2);
const option = (name, otherwise) => {
  const at = argv.indexOf(`--${name}`);
  return at < 0 ? otherwise : argv.splice(at, 2)[1];
};
const file = option("json", null);
const rounds = Number(option("rounds", "7"));
const threads = Number(option("threads", String(availableParallelism())));

const isOfTraining = argv.length > 0 && argv.every((name) => name.startsWith("T"));

const machine = {
  processor: `${cpus().length} × ${cpus()[0]?.model ?? "?"}`,
  node: process.version,
  compiler: compiler ?? "no C compiler",
};
console.log(Object.values(machine).join(", "));
if (!isLoadKnown) console.log("whether other processes run meanwhile cannot be told here");

const report = {
  machine,
  rounds,
  threads,
  ...(argv.length === 0 && { symbolic: await symbolic() }),
  ...(!isOfTraining && { compiled: await compiled(argv, { rounds, threads }) }),
  ...((isOfTraining || argv.length === 0) && {
    training: await training(argv, { rounds, threads }),
  }),
};
report.versions = versionsOf(report.compiled ?? []);
const versions = Object.entries(report.versions).map((pair) => pair.join(" "));
console.log(`\npeers: ${versions.length > 0 ? versions.join(", ") : "none"}`);
if (file) writeFileSync(file, JSON.stringify(report, null, 1));

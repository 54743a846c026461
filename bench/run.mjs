/**
 * @file Everything that is measured, beside its peers.
 *
 *   npm run bench                          all of it
 *   npm run bench -- W1 W3                 some workloads of compiled code
 *   npm run bench -- --json FILE           every sample, too
 *   npm run bench -- --rounds 7 --threads 2
 */
import { writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { compiled } from "./compiled/run.mjs";
import { symbolic } from "./symbolic.mjs";

const argv = process.argv.slice(2);
const option = (name, otherwise) => {
  const at = argv.indexOf(`--${name}`);
  return at < 0 ? otherwise : argv.splice(at, 2)[1];
};
const file = option("json", null);
const options = { rounds: Number(option("rounds", "7")), threads: Number(option("threads", "2")) };

console.log(`${cpus().length} × ${cpus()[0]?.model ?? "?"}, node ${process.version}\n`);
const report = {
  node: process.version,
  ...(argv.length === 0 && { symbolic: await symbolic() }),
  compiled: await compiled(argv, options),
};
if (file) writeFileSync(file, JSON.stringify(report, null, 1));

/** @file Keeps the code that V8 makes of the command line while it works on typical problems. */

import { readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { compiledFile, program } from "./program.mjs";

const typical = [
  ["derive", "½‖WᵀWx − x‖²", "--wrt", "W"],
  [
    "derive",
    "--format",
    "json",
    "--wrt",
    "X",
    "-c - D/2 log|K| - 1/2 tr(K^{-1} Y Y^T)",
    "--let",
    "K = α X X^T + β^{-1} I",
  ],
  [
    "derive",
    String.raw`\sum_{i=1}^n \log(1 + \exp(-y_i w^\top x_i)) + \frac{\lambda}{2}\|w\|_2^2`,
    "--wrt",
    "w",
  ],
  ["derive", "softmax(W tanh(x))", "--wrt", "x"],
];

const folder = new URL("../dist/", import.meta.url);
for (const name of readdirSync(folder))
  if (name.endsWith(".cache")) rmSync(new URL(name, folder), { force: true });
const { main, scripts } = program();
// The results are not what is wanted here.
process.stdout.write = () => true;
process.stderr.write = () => true;
for (const argv of typical) {
  await main(argv);
  if (process.exitCode) throw new Error(`not derived: ${argv.join(" ")}`);
}
for (const [file, script] of scripts) {
  const to = compiledFile(file);
  writeFileSync(`${to}.tmp`, script.createCachedData());
  renameSync(`${to}.tmp`, to);
}

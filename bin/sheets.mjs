/** @file Builds the solutions of all problem files in derivations/ anew, each beside its source. */

import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { program } from "./program.mjs";

const folder = new URL("../derivations/", import.meta.url);
const names = readdirSync(folder)
  .filter((file) => file.endsWith(".md") && !file.endsWith(".solved.md"))
  .filter((file) => !readdirSync(folder).includes(file.replace(".md", ".nabla")))
  .map((file) => file.slice(0, -".md".length));

process.chdir(fileURLToPath(folder));
const { main } = program();
for (const name of names) {
  await main(["sheet", `${name}.md`, "-o", `${name}.solved.md`]);
  if (process.exitCode) break;
  process.stdout.write(`${name}.solved.md\n`);
}

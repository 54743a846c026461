/** @file Builds the solutions of all problem files in derivations/ anew, each beside its source. */

import { mkdirSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { program } from "./program.mjs";

const folder = new URL("../derivations/", import.meta.url);
const names = readdirSync(folder)
  .filter((file) => file.endsWith(".md") && !file.endsWith(".solved.md"))
  .filter((file) => !readdirSync(folder).includes(file.replace(".md", ".nabla")))
  .map((file) => file.slice(0, -".md".length));

// With real data (--data ROOT) solutions go elsewhere (--out FOLDER): those beside the sources are of the small ones.
const { values } = parseArgs({ options: { data: { type: "string" }, out: { type: "string" } } });
if (values.data !== undefined && values.out === undefined)
  throw new Error("--data ROOT needs --out FOLDER beside it");
const out = values.out === undefined ? "." : resolve(values.out);
const data = values.data === undefined ? [] : ["--data", resolve(values.data)];
if (values.out !== undefined) mkdirSync(out, { recursive: true });

process.chdir(fileURLToPath(folder));
const { main } = program();
for (const name of names) {
  await main(["sheet", `${name}.md`, "-o", join(out, `${name}.solved.md`), ...data]);
  if (process.exitCode) break;
  process.stdout.write(`${name}.solved.md\n`);
}

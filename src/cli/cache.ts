/** @file `nabla cache`. */

import type { Command } from "commander";
import { cacheEntries, cacheFolder, clearCache } from "../compile/cache.ts";

export function addCache(program: Command): void {
  program
    .command("cache")
    .description("compiled code that is kept between runs")
    .option("--clear", "remove it")
    .option("--json", "as one JSON object")
    .addHelpText("after", examples)
    .action(run);
}

const examples = `
Examples:
  nabla cache            the folder and what is in it
  nabla cache --clear

The folder is $NABLA_CACHE, or nabla in the user's cache folder ($XDG_CACHE_HOME, ~/.cache).`;

function run({ clear, json }: { readonly clear?: boolean; readonly json?: boolean }): void {
  const folder = cacheFolder();
  const removed = clear ? clearCache() : 0;
  const entries = cacheEntries();
  const bytes = entries.reduce((sum, { size }) => sum + size, 0);
  if (json) {
    const told = entries.map(({ key, size, made }) => ({ key, size, made: made.toISOString() }));
    const summary = { folder, entries: told, bytes, ...(clear && { removed }) };
    process.stdout.write(`${JSON.stringify(summary)}\n`);
    return;
  }
  const count = (n: number): string => (n === 1 ? "1 program" : `${n} programs`);
  const lines = clear
    ? [`${folder}: ${count(removed)} removed`]
    : [
        `${folder}: ${count(entries.length)}, ${(bytes / 1024).toFixed(0)} KiB`,
        ...entries.map(
          ({ key, size, made }) =>
            `  ${key.slice(0, 12)}  ${made.toISOString().slice(0, 16).replace("T", " ")}  ${(size / 1024).toFixed(0)} KiB`,
        ),
      ];
  process.stdout.write(`${lines.join("\n")}\n`);
}

/** @file Builds the program once before the tests, so that those of the command line run it as it is. */

import { execFileSync } from "node:child_process";

export default function setup(): void {
  for (const step of [["node_modules/rolldown/bin/cli.mjs", "-c"], ["bin/precompile.mjs"]])
    execFileSync(process.execPath, step, { cwd: new URL("..", import.meta.url), stdio: "pipe" });
}

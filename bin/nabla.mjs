#!/usr/bin/env node
/** @file Starts the command line. */

import { program } from "./program.mjs";

process.stdout.on("error", (error) => {
  // Who reads us may stop reading.
  if (error.code === "EPIPE") process.exit(0);
  process.stderr.write(`error[write]: the output cannot be written: ${error.message}\n`);
  process.exit(4);
});
// Notes that nobody reads are no failure.
process.stderr.on("error", () => {});

await program().main(process.argv.slice(2));

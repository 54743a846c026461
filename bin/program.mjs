/**
 * @file The command line as one script, and the code that V8 made of it when it was built.
 *
 * Compiling is a quarter of a cold start. V8 takes its own code back where its version and flags are the
 * same, and compiles as ever where they are not (node:vm, `cachedData`).
 */

import { readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { Script } from "node:vm";

const folder = new URL("../dist/", import.meta.url);
const file = fileURLToPath(new URL("cli.cjs", folder));

/** Where the compiled code lies: one file for each Node and each processor. */
export const compiledFile = fileURLToPath(
  new URL(`cli-${process.version}-${process.arch}.cache`, folder),
);

/** The compiled code; nothing where this Node has none. V8 sees of a change of the source its length alone. */
function compiled() {
  const written = statSync(compiledFile, { throwIfNoEntry: false })?.mtimeMs ?? -1;
  return written < statSync(file).mtimeMs ? undefined : readFileSync(compiledFile);
}

/**
 * Loads the command line.
 *
 * @returns `main`, which runs it with its arguments, and the `script` it stands in
 */
export function program() {
  const source = `(function (exports, require, __filename) {${readFileSync(file, "utf8")}\n})`;
  const script = new Script(source, { filename: file, cachedData: compiled() });
  const exports = {};
  const require = createRequire(file);
  // What is loaded later asks for the command line, and gets this one.
  require.cache[file] = { id: file, filename: file, loaded: true, exports };
  script.runInThisContext()(exports, require, file);
  return { main: exports.main, script };
}

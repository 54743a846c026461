/**
 * @file The command line as scripts, and the code that V8 made of them when they were built.
 *
 * Compiling is a quarter of a cold start. V8 takes its own code back where its version and flags are the
 * same, and compiles as ever where they are not (node:vm, `cachedData`).
 */

import { readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Script } from "node:vm";

const start = fileURLToPath(new URL("../dist/cli.cjs", import.meta.url));

/** Where the compiled code of a script lies: one file for each Node and each processor. */
export const compiledFile = (file) =>
  file.replace(/\.cjs$/u, `-${process.version}-${process.arch}.cache`);

/** The compiled code; nothing where this Node has none. V8 sees of a change of the source its length alone. */
function compiled(file) {
  const path = compiledFile(file);
  const written = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? -1;
  return written < statSync(file).mtimeMs ? undefined : readFileSync(path);
}

/**
 * Loads the command line.
 *
 * @returns `main`, which runs it with its arguments, and the `scripts` that were loaded so far, by their files
 */
export function program() {
  const scripts = new Map();
  const loaded = new Map();
  const load = (file) => {
    if (loaded.has(file)) return loaded.get(file);
    const source = `(function (exports, require, __filename) {${readFileSync(file, "utf8")}\n})`;
    const script = new Script(source, { filename: file, cachedData: compiled(file) });
    const exports = {};
    scripts.set(file, script);
    // Scripts ask for one another while they begin.
    loaded.set(file, exports);
    const require = createRequire(file);
    const own = (path) =>
      path.startsWith("./") && path.endsWith(".cjs")
        ? load(join(dirname(file), path))
        : require(path);
    own.resolve = require.resolve;
    script.runInThisContext()(exports, own, file);
    return exports;
  };
  return { main: load(start).main, scripts };
}

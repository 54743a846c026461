/** @file What is shipped: the library with its lazy chunks, and the command line as one script. */

import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { defineConfig } from "rolldown";

/** What a command loads only where it needs it, since it is large: each is a script of its own. */
const lazy = ["src/graph/formula.ts", "src/graph/dagre.ts", "src/sheet/parsers.ts"];

/** Compiled code, of which few commands have need: a script that shares the expressions of the command line. */
const compiled =
  /src\/(?:lower\/|compile\/(?!cache|options)|eval\/(?:compiled|agreement)|report\/plan)/u;

// KaTeX's style and fonts are files of its package: it stays a dependency.
const shared = {
  platform: "node" as const,
  external: ["katex"],
  // MathJax loads its default font, of which nothing is used, by this name.
  resolve: {
    alias: { "#default-font/svg/default.js": "@mathjax/mathjax-tex-font/js/svg/default.js" },
  },
};

const nameOf = (path: string): string => basename(path, ".ts");
const paths = new Map(
  lazy.map((path) => [fileURLToPath(new URL(path, import.meta.url)), `./${nameOf(path)}.cjs`]),
);

export default defineConfig([
  {
    ...shared,
    input: { index: "src/index.ts" },
    output: {
      dir: "dist",
      format: "esm",
      minify: true,
      cleanDir: true,
      entryFileNames: "[name].js",
      chunkFileNames: "[name]-[hash].js",
    },
  },
  {
    ...shared,
    input: { nabla: "bin/nabla.mjs" },
    output: { dir: "dist", format: "esm", minify: true, entryFileNames: "[name].js" },
  },
  {
    ...shared,
    input: { cli: "src/cli/main.ts" },
    // What it shares leaves the command line by names of its own.
    preserveEntrySignatures: "allow-extension",
    // Where nothing of it is used, it need not be loaded.
    treeshake: { moduleSideEffects: [{ test: compiled, sideEffects: false }] },
    external: (id) => id === "katex" || paths.has(id),
    output: {
      dir: "dist",
      format: "cjs",
      minify: true,
      // The script is no module of Node's own, and has no import().
      dynamicImportInCjs: false,
      paths: (id) => paths.get(id) ?? id,
      entryFileNames: "[name].cjs",
      chunkFileNames: "[name].cjs",
      codeSplitting: {
        includeDependenciesRecursively: false,
        groups: [{ name: "compiled", test: compiled }],
      },
    },
  },
  ...lazy.map((path) =>
    Object.assign({}, shared, {
      input: { [nameOf(path)]: path },
      output: {
        dir: "dist",
        format: "cjs" as const,
        minify: true,
        codeSplitting: false,
        entryFileNames: "[name].cjs",
      },
    }),
  ),
]);

/** @file What is shipped: the library with its lazy chunks, and the command line as one script. */

import { defineConfig } from "rolldown";

// KaTeX's style and fonts are files of its package: it stays a dependency.
const shared = { platform: "node" as const, external: ["katex"] };

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
    output: {
      dir: "dist",
      format: "cjs",
      minify: true,
      codeSplitting: false,
      entryFileNames: "[name].cjs",
    },
  },
]);

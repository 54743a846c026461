/** @file What is shipped: one start-up file, lazy chunks, and the library. */

import { defineConfig } from "rolldown";

export default defineConfig({
  input: { nabla: "bin/nabla.ts", index: "src/index.ts" },
  platform: "node",
  // KaTeX's style and fonts are files of its package: it stays a dependency.
  external: ["katex"],
  output: {
    dir: "dist",
    format: "esm",
    minify: true,
    cleanDir: true,
    entryFileNames: "[name].js",
    chunkFileNames: "[name]-[hash].js",
  },
});

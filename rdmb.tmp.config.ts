import { defineConfig } from "rolldown";
export default defineConfig({
  input: { mb: "/tmp/mb/entry.ts" },
  platform: "node",
  external: ["katex"],
  output: {
    dir: "/tmp/mb/dist",
    format: "esm",
    minify: false,
    cleanDir: true,
    entryFileNames: "[name].js",
    chunkFileNames: "[name]-[hash].js",
  },
});

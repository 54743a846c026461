/** @file The test run: seeded, one process a file. */

import { defineConfig } from "vitest/config";

const report = process.env["NABLA_REPORT"];

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/build.ts"],
    testTimeout: 60_000,
    reporters: report === undefined ? ["default"] : ["dot", ["json", { outputFile: report }]],
    coverage: { include: ["src/**"], exclude: ["src/parse/grammar.generated.ts"] },
  },
});

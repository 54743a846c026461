/** @file The test run: seeded, one process a file. */

import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    testTimeout: 60_000,
    coverage: { include: ["src/**"], exclude: ["src/parse/grammar.generated.ts"] },
  },
});

/** @file The test run: seeded, one process a file, on all processors. */

import { defineConfig } from "vitest/config";
import type { TestSpecification } from "vitest/node";
import { BaseSequencer } from "vitest/node";

const report = process.env["NABLA_REPORT"];

/** The files that take longest. */
const longest = [
  "steps/replay",
  "sheet/browser",
  "train/run",
  "lower/cases",
  "sheet/sheet",
  "train/trainer",
  "report/browser",
  "/cli",
  "/cases",
];

/** Begins with what takes longest, so that nothing runs alone at the end; what a run before took is seldom known. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const at = longest.findIndex((name) => moduleId.endsWith(`${name}.test.ts`));
      return at < 0 ? longest.length : at;
    };
    const sorted = await super.sort(files);
    return sorted.toSorted((a, b) => rank(a) - rank(b));
  }
}

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/build.ts"],
    // By itself it leaves a processor free, which of two is half.
    maxWorkers: "100%",
    sequence: { sequencer: LongestFirst },
    testTimeout: 60_000,
    reporters: report === undefined ? ["default"] : ["dot", ["json", { outputFile: report }]],
    coverage: { include: ["src/**"], exclude: ["src/parse/grammar.generated.ts"] },
  },
});

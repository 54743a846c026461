/**
 * @file A slice of the campaign of emitters, and with `NABLA_LONG` all of it: the cases of the tables at sizes at which
 * nothing divides anything, on machines that take them for large, so that they share, stretch and block what they can.
 */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { targetOf } from "../../src/compile/backends.ts";
import { Random } from "../../src/data/random.ts";
import { NablaError } from "../../src/diagnostics/errors.ts";
import { programOf } from "../../src/lower/program.ts";
import { cases } from "../tables.ts";
import type { Case } from "../tables.ts";
import { counts, failuresOf } from "./campaign.ts";
import type { Extent } from "./campaign.ts";
import { compiler, Machine, tables } from "./machine.ts";
import { subjectOf } from "./trial.ts";

const isLong = Boolean(process.env["NABLA_LONG"]);
const seed = Number(process.env["NABLA_SEED"] ?? 7);
/** How many cases of a table are taken, how many trials are made of each, and what slow machines do of them. */
const [casesTaken, trialsOfEach] = isLong ? [Infinity, 3] : [2, 1];
const extent: Extent = isLong
  ? { nativeOneOf: 4, mostWatched: 300_000 }
  : { nativeOneOf: 12, mostWatched: 50_000 };

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "nabla-test-"));
  process.env["NABLA_CACHE"] = folder;
});
afterAll(() => {
  delete process.env["NABLA_CACHE"];
  rmSync(folder, { recursive: true, force: true });
});

/** The cases of a table that the seed takes, with their places. */
function taken(table: string): (readonly [at: number, entry: Case])[] {
  const random = new Random(seed);
  const all = cases(table).map((entry, at) => ({ entry, at, key: random.uniform() }));
  return all
    .toSorted((a, b) => a.key - b.key)
    .slice(0, casesTaken)
    .map(({ entry, at }) => [at, entry]);
}

test.each(tables)("%s", { timeout: 3_600_000 }, async (table) => {
  const failures: string[] = [];
  for (const [at, entry] of taken(table)) {
    counts.cases++;
    const subject = subjectOf(entry);
    for (let round = 0; round < trialsOfEach; round++) {
      const random = new Random(seed * 1_000_003 + at * 101 + round);
      try {
        for (const failure of failuresOf(subject, random, extent))
          failures.push(`${entry.title} by ${entry.by}, round ${round}: ${failure}`);
      } catch (error) {
        if (error instanceof NablaError && error.diagnostic.code === "no-numbers") counts.unknown++;
        else failures.push(`${entry.title} by ${entry.by}, round ${round}: ${String(error)}`);
      }
      // Threads that are done with end between the tests of an event loop.
      await setImmediate();
    }
  }
  expect(failures).toEqual([]);
});

test("what the stores of a product read beyond its last column is memory", () => {
  const text = "L = Σ_{i=1}^n ‖x_i − Wz_i‖²";
  const { value, derivative } = subjectOf(
    cases("indexing").find(({ statements }) => statements.includes(text))!,
  );
  const sizes = new Map(Object.entries({ n: 2, d: 3, m: 5 }));
  const program = programOf(
    new Map(Object.entries({ value, derivative })),
    ({ names, coefficient }) =>
      names.reduce((product, name) => product * sizes.get(name)!, coefficient),
  );
  const target = { ...targetOf("native", "float64", 1), lanes: 8 };
  const machine = new Machine(program, "watched", target);
  machine.fill(1);
  machine.run(1);
  // 1 − 5·3 in each of 6 entries
  expect([...machine.results()[0]!]).toEqual([6 * 14 ** 2]);
});

/** How often each of these is to have happened at least. */
const least: Partial<typeof counts> = isLong
  ? {
      compared: 2500,
      steps: 500,
      fed: 100,
      labelled: 10,
      perStep: 50,
      watched: 1000,
      single: 500,
      threaded: 2000,
      barriers: 1500,
      moving: 500,
      algorithms: 10,
      columns: 50,
      stretches: 500,
      rows: 200,
      leads: 10,
    }
  : {
      compared: 30,
      steps: 5,
      perStep: 1,
      single: 3,
      threaded: 20,
      barriers: 10,
      moving: 5,
      stretches: 2,
      rows: 2,
    };

test("most cases are compared, and go all ways there are", () => {
  for (const [name, count] of Object.entries(least))
    expect(
      counts[name as keyof typeof counts],
      `${name} of ${JSON.stringify(counts)}`,
    ).toBeGreaterThanOrEqual(count);
  if (compiler) expect(counts.native).toBeGreaterThan(0);
  expect(counts.large + counts.unsure).toBeLessThanOrEqual(counts.compared / 50);
});

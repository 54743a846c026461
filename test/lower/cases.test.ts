/**
 * @file Every derivation of the tables, compiled as JavaScript and WebAssembly, agrees with the oracle; as machine code
 * a sample of them, since a C compiler takes its time, and with `NABLA_LONG` all.
 */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { targetOf } from "../../src/compile/backends.ts";
import type { BackendName } from "../../src/compile/options.ts";
import { Random } from "../../src/data/random.ts";
import { derivatives } from "../../src/derive/index.ts";
import { parse, variablesOf } from "../../src/derive/ask.ts";
import { NablaError } from "../../src/diagnostics/errors.ts";
import type { Expr } from "../../src/expr/expr.ts";
import type { Precision } from "../../src/lower/loops.ts";
import { programOf } from "../../src/lower/program.ts";
import { cases } from "../tables.ts";
import { compiler, Machine, tables, wholeOf } from "./machine.ts";
import { entriesOf, knownPoint } from "./oracle.ts";
import type { Known } from "./oracle.ts";

const isLong = Boolean(process.env["NABLA_LONG"]);
const random = new Random(11);
/** Whether a case is of the sample. */
const isSampled = (): boolean => random.whole(1, 25) === 1;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "nabla-test-"));
  process.env["NABLA_CACHE"] = folder;
});
afterAll(() => {
  delete process.env["NABLA_CACHE"];
  rmSync(folder, { recursive: true, force: true });
});

/** How far a result may be from the oracle, relative to its own entries, and to the numbers that it is made of. */
const tolerance: Record<Precision, readonly [own: number, parts: number]> = {
  float64: [1e-10, 1e-14],
  float32: [1e-4, 1e-6],
};

/** What expressions are at a point when they are compiled. */
function compiled(
  exprs: readonly Expr[],
  { point, leaves }: Known,
  backend: BackendName,
  precision: Precision,
): number[][] {
  const wanted = new Map(exprs.map((e, k) => [`r${k}`, e]));
  const program = programOf(wanted, point.size);
  const machine = new Machine(program, backend, targetOf(backend, precision, 1));
  for (const { symbol, tensor } of program.inputs.values())
    machine.put(wholeOf(tensor), entriesOf(point.values.get(symbol)));
  for (const leaf of leaves)
    if (leaf.role === "index") machine.label(leaf.name, entriesOf(point.values.get(leaf))[0]! - 1);
  machine.run(1);
  const results = machine.results().map((entries) => Array.from(entries));
  machine.dispose();
  return results;
}

/** Functions of which only the name is known have no numbers. */
const isUnknown = (error: unknown): boolean =>
  error instanceof NablaError && error.diagnostic.code === "no-numbers";

const counts = { compared: 0, native: 0, unknown: 0, noPoint: 0 };

for (const table of tables)
  describe(table, () => {
    const entries = cases(table);
    const nativeOnes = new Set(entries.filter(() => isLong || isSampled()));
    test.each(entries)("$title", (entry) => {
      const { statements, by, options } = entry;
      const problem = parse(statements.join("\n"), { ...options, wrt: by });
      const [found] = derivatives(problem, variablesOf(problem, by), {
        ...options,
        verify: false,
        spellings: [],
      });
      const exprs = [found!.expr, problem.objective];
      const known = knownPoint(exprs, 1);
      if (!known) {
        counts.noPoint++;
        return;
      }
      const names: BackendName[] = ["js", "wasm"];
      if (compiler && nativeOnes.has(entry)) names.push("native");
      for (const precision of ["float64", "float32"] as const)
        for (const backend of names) {
          let results: number[][];
          try {
            results = compiled(exprs, known, backend, precision);
          } catch (error) {
            if (!isUnknown(error)) throw error;
            counts.unknown++;
            return;
          }
          for (const [k, entries] of results.entries()) {
            const expected = entriesOf(known.values[k]);
            const [own, parts] = tolerance[precision];
            const allowed = own * Math.max(...expected.map(Math.abs)) + parts * known.largest;
            const far = entries.findIndex((x, i) => !(Math.abs(x - expected[i]!) <= allowed));
            expect(
              far,
              `${backend} ${precision}, entry ${far}: ${entries[far]}, and not ${expected[far]}`,
            ).toBe(-1);
          }
        }
      counts.compared++;
      counts.native += Number(names.includes("native"));
    });
  });

test("most cases are compared", () => {
  expect(counts.compared).toBeGreaterThan(10 * (counts.unknown + counts.noPoint));
  if (compiler) expect(counts.native).toBeGreaterThan(counts.compared / 50);
});

/** @file Means and deviations agree with the sums that define them, and stay right where these would cancel. */

import { join } from "node:path";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { openImages } from "../../src/data/index.ts";
import type { Rows } from "../../src/data/index.ts";
import { momentsOf } from "../../src/data/standard.ts";
import { bytesOf, folderWith, idx, npy } from "./files.ts";

const rowsOf = async (
  width: number,
  entries: readonly number[],
  memory?: number,
): Promise<Rows> => {
  const file = npy("<f8", `(${entries.length / width}, ${width})`, bytesOf("f8", entries));
  return openImages(join(folderWith({ "a.npy": file }), "a.npy"), { memory });
};

const mean = (xs: readonly number[]): number => xs.reduce((sum, x) => sum + x, 0) / xs.length;
const deviation = (xs: readonly number[]): number => {
  const middle = mean(xs);
  return Math.sqrt(mean(xs.map((x) => (x - middle) ** 2)));
};

test("they are those of each feature, or of all entries, of the rows that are asked for", async () => {
  const finite = fc.double({ min: -1e3, max: 1e3, noNaN: true });
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(finite, finite, finite), { minLength: 2 }), async (rows) => {
      const read = await rowsOf(3, rows.flat());
      const each = momentsOf(read, "feature");
      for (const j of [0, 1, 2]) {
        const column = rows.map((row) => row[j]!);
        expect(each.mean[j]).toBeCloseTo(mean(column), 9);
        const expected = deviation(column);
        if (expected > 1e-6) expect(each.deviation[j]).toBeCloseTo(expected, 9);
      }
      const all = momentsOf(read, "all", Int32Array.of(1, 0));
      const some = [...rows[0]!, ...rows[1]!];
      expect(all.mean[0]).toBeCloseTo(mean(some), 9);
      if (deviation(some) > 1e-6) expect(all.deviation[0]).toBeCloseTo(deviation(some), 9);
    }),
    { numRuns: 40, seed: 1 },
  );
});

test("small deviations about a large mean keep their digits over many blocks", async () => {
  // 2^18 entries are read at a time: these are three blocks, the last one short.
  const count = 150_000;
  const entries = Array.from({ length: count }, (_, i) => [1e9 + (i % 2), (i % 5) - 2, 7]).flat();
  const [held, filed] = await Promise.all([rowsOf(3, entries), rowsOf(3, entries, 0)]);
  const found = momentsOf(held, "feature");
  expect(found.mean[0]).toBeCloseTo(1e9 + 0.5, 6);
  expect(found.deviation[0]).toBeCloseTo(0.5, 9);
  expect(found.deviation[1]).toBeCloseTo(Math.SQRT2, 9);
  expect(momentsOf(filed, "feature")).toEqual(found);
  filed.close();
});

test("what is constant has its own mean exactly, and the deviation 1", async () => {
  const rows = await rowsOf(
    2,
    Array.from({ length: 400_000 }, (_, i) => (i % 2 === 0 ? 0.1 : -3)),
  );
  expect(momentsOf(rows, "feature")).toEqual({
    mean: Float64Array.of(0.1, -3),
    deviation: Float64Array.of(1, 1),
  });
  const bytes = join(
    folderWith({
      "a-ubyte": idx(
        "u1",
        [4, 5],
        Array.from({ length: 20 }, () => 9),
      ),
    }),
    "a-ubyte",
  );
  expect(momentsOf(await openImages(bytes), "all")).toEqual({
    mean: Float64Array.of(9),
    deviation: Float64Array.of(1),
  });
});

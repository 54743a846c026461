/** @file Orders, divisions and seeds: the same from the same seed, and without favour. */

import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Random, seedOf } from "../../src/data/random.ts";
import { permutation, split } from "../../src/data/shuffle.ts";
import { told } from "./files.ts";

/** What numbers in boxes come to beside equal chances: χ², whose mean is one less than there are boxes. */
const chiSquare = (boxes: readonly number[]): number => {
  const mean = boxes.reduce((sum, n) => sum + n, 0) / boxes.length;
  return boxes.reduce((sum, n) => sum + (n - mean) ** 2 / mean, 0);
};

describe("numbers", () => {
  test("are those of mulberry32", () => {
    const random = new Random(1);
    expect([random.bits(), random.bits(), random.bits()]).toEqual([
      2693262067, 11749833, 2265367787,
    ]);
  });

  test.each([1, 2, 3, 7, 64, 65, 1000])("below %i are equally likely", (count) => {
    const random = new Random(count);
    const boxes = Array.from({ length: count }, () => 0);
    for (let k = 0; k < 200 * count; k++) boxes[random.below(count)]!++;
    // Beyond 5 standard deviations, √(2 (count − 1)) each.
    expect(chiSquare(boxes)).toBeLessThan(count - 1 + 5 * Math.sqrt(2 * count));
  });

  test("of neighbouring streams have different seeds", () => {
    const seeds = new Set<number>();
    for (let seed = 0; seed < 100; seed++)
      for (let epoch = 0; epoch < 100; epoch++) seeds.add(seedOf(seed, epoch));
    // Of 10,000 numbers of 32 bits two are the same once in a hundred times.
    expect(seeds.size).toBe(10_000);
    expect(new Set([seedOf(1), seedOf(1, 0), seedOf(0, 1), seedOf(2 ** 32 + 1)]).size).toBe(4);
  });
});

describe("orders", () => {
  test("have each place once, and hang on the seed and the stream alone", () => {
    fc.assert(
      fc.property(fc.nat(300), fc.nat(), fc.nat(50), (count, seed, epoch) => {
        const places = permutation(count, seed, epoch);
        expect([...places].toSorted((a, b) => a - b)).toEqual([...places.keys()]);
        expect(permutation(count, seed, epoch)).toEqual(places);
      }),
      { seed: 1 },
    );
    expect([...permutation(8, 1, 1)]).not.toEqual([...permutation(8, 1, 2)]);
    expect([...permutation(8, 1)]).toEqual([3, 2, 7, 4, 6, 0, 1, 5]);
  });

  test("are equally likely", () => {
    const boxes = new Map<string, number>();
    for (let seed = 0; seed < 24_000; seed++) {
      const order = permutation(4, seed).join("");
      boxes.set(order, (boxes.get(order) ?? 0) + 1);
    }
    expect(boxes.size).toBe(24);
    expect(chiSquare([...boxes.values()])).toBeLessThan(23 + 5 * Math.sqrt(46));
  });

  test("of a million places take no time", () => {
    permutation(1_000_000, 0);
    const began = performance.now();
    permutation(1_000_000, 1);
    // 20 ms alone; beside other tests more.
    expect(performance.now() - began).toBeLessThan(500);
  });
});

describe("divisions", () => {
  test("are of all places, each in one part, in ascending order", () => {
    fc.assert(
      fc.property(fc.integer({ min: 3, max: 400 }), fc.nat(), (count, seed) => {
        const parts = split(count, { validation: 1, test: 0.3 }, seed);
        const { train, validation, test } = parts;
        expect([validation.length, test.length]).toEqual([1, Math.round(0.3 * count)]);
        for (const part of [train, validation, test])
          expect([...part]).toEqual([...part].toSorted((a, b) => a - b));
        const all = [...train, ...validation, ...test].toSorted((a, b) => a - b);
        expect(all).toEqual(Array.from({ length: count }, (_, i) => i));
        expect(split(count, { validation: 1, test: 0.3 }, seed)).toEqual(parts);
      }),
      { seed: 2 },
    );
  });

  test("without parts leave all to train on", () => {
    const { train, validation, test } = split(5, { validation: 0 }, 1);
    expect([[...train], validation.length, test.length]).toEqual([[0, 1, 2, 3, 4], 0, 0]);
  });

  test.each([
    [{ validation: 0.001 }, "validation: 0.001 of 100 samples are none"],
    [{ test: 100 }, "of 100 samples 100 are set apart, and none is left to train on"],
    [
      { validation: 0.5, test: 0.5 },
      "of 100 samples 100 are set apart, and none is left to train on",
    ],
    [
      { validation: 1.5 },
      "validation takes a number of samples, or a share of them below 1\n  note: it is 1.5\n  hint: validation: 0.1",
    ],
    [
      { test: -1 },
      "test takes a number of samples, or a share of them below 1\n  note: it is -1\n  hint: test: 0.1",
    ],
    [
      { test: Number.NaN },
      "test takes a number of samples, or a share of them below 1\n  note: it is NaN\n  hint: test: 0.1",
    ],
  ])("%o are refused", async (shares, message) => {
    expect(await told(() => split(100, shares, 1))).toBe(`error[bad-option]: ${message}`);
  });
});

/** @file Scales are monotone and hold what they are made for, ticks are easy to read, and labels keep apart. */

import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { spreadOut } from "../../src/draw/labels.ts";
import { figure, linearScale, logScale, wholeScale } from "../../src/draw/scale.ts";
import type { Scale } from "../../src/draw/scale.ts";

const settings = { seed: 5, numRuns: 500 };
const texts = ({ ticks }: Scale): string[] => ticks.map(({ text }) => text);

describe("ticks", () => {
  test.each([
    [0.18, 0.79, ["0.0", "0.2", "0.4", "0.6", "0.8"]],
    [73.2, 94.1, ["70", "75", "80", "85", "90", "95"]],
    [0, 1, ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]],
    [-3, 4, ["-4", "-2", "0", "2", "4"]],
    [0.9981, 0.9999, ["0.9980", "0.9985", "0.9990", "0.9995", "1.0000"]],
    [2e7, 9e7, ["2e7", "4e7", "6e7", "8e7", "1e8"]],
    [3e-9, 8e-9, ["3e-9", "4e-9", "5e-9", "6e-9", "7e-9", "8e-9"]],
  ])("from %d to %d", (low, high, expected) => {
    expect(texts(linearScale(low, high, 5))).toEqual(expected);
  });

  test.each([
    [0.004, 90, ["0.001", "0.01", "0.1", "1", "10", "100"]],
    [0.3, 2.1, ["0.2", "0.5", "1", "2", "5"]],
    [1, 1, ["1", "2"]],
    [1e-12, 1e12, ["1e-12", "1e-8", "0.0001", "1", "10000", "1e8", "1e12"]],
  ])("of powers from %d to %d", (low, high, expected) => {
    expect(texts(logScale(low, high))).toEqual(expected);
  });

  test.each([
    [1, 30, 8, ["1", "5", "10", "15", "20", "25", "30"]],
    [0, 30, 8, ["0", "5", "10", "15", "20", "25", "30"]],
    [1, 2, 8, ["1", "2"]],
    [1, 500, 6, ["1", "100", "200", "300", "400", "500"]],
    [7, 7, 6, ["7"]],
  ])("of whole numbers from %d to %d", (low, high, most, expected) => {
    expect(texts(wholeScale(low, high, most))).toEqual(expected);
  });

  test("values that are all one stand between others", () => {
    expect(texts(linearScale(0.5, 0.5, 5))).toContain("0.50");
    expect(linearScale(0, 0, 5).place(0)).toBe(0.5);
  });

  test("an axis does not leave its bounds", () => {
    const { ticks } = linearScale(100, 100, 5, [0, 100]);
    expect([ticks[0]!.value, ticks.at(-1)!.value]).toEqual([90, 100]);
    expect(linearScale(97.3, 100, 5, [0, 100]).ticks.at(-1)!.value).toBe(100);
  });

  test("all are 1, 2 or 5 times a power of ten apart, and few", () => {
    const size = fc.double({ min: -1e6, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(size, size, (a, b) => {
        fc.pre(Math.abs(a - b) > 1e-6 * Math.max(Math.abs(a), Math.abs(b)));
        const { ticks } = linearScale(Math.min(a, b), Math.max(a, b), 5);
        const step = ticks[1]!.value - ticks[0]!.value;
        const power = 10 ** Math.round(Math.log10(step) - 0.35);
        expect([1, 2, 5].some((f) => Math.abs(step / power / f - 1) < 1e-3)).toBe(true);
        expect(ticks.length).toBeGreaterThanOrEqual(2);
        expect(ticks.length).toBeLessThanOrEqual(8);
        expect(new Set(ticks.map(({ text }) => text)).size).toBe(ticks.length);
      }),
      settings,
    );
  });
});

describe("places", () => {
  /** Whatever the numbers are: on the axis, and in their order. */
  function holds(scale: Scale, values: readonly number[]): void {
    const places = [...values].sort((a, b) => a - b).map(scale.place);
    const [low, high] = [places[0]!, places.at(-1)!];
    expect(low).toBeGreaterThanOrEqual(-1e-6);
    expect(high).toBeLessThanOrEqual(1 + 1e-6);
    for (const [i, place] of places.slice(1).entries())
      expect(place).toBeGreaterThanOrEqual(places[i]!);
    for (const { value } of scale.ticks) expect(Number.isFinite(scale.place(value))).toBe(true);
    expect(scale.ticks.length).toBeGreaterThan(0);
    expect(scale.ticks.length).toBeLessThan(16);
  }

  test("are monotone and on the axis, for all floats", () => {
    const floats = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 1 });
    fc.assert(
      fc.property(floats, (values) =>
        holds(linearScale(Math.min(...values), Math.max(...values), 5), values),
      ),
      settings,
    );
  });

  test("are so for all positive floats on a logarithmic axis", () => {
    const floats = fc.array(
      fc.double({ min: Number.MIN_VALUE, noNaN: true, noDefaultInfinity: true }),
      { minLength: 1 },
    );
    fc.assert(
      fc.property(floats, (values) =>
        holds(logScale(Math.min(...values), Math.max(...values)), values),
      ),
      settings,
    );
  });

  test("are so for whole numbers", () => {
    const whole = fc.array(fc.integer({ min: 0, max: 100_000 }), { minLength: 1 });
    fc.assert(
      fc.property(whole, (values) =>
        holds(wholeScale(Math.min(...values), Math.max(...values), 6), values),
      ),
      settings,
    );
  });
});

test.each([
  [0.21356, "0.2136"],
  [0, "0"],
  [-0, "0"],
  [1.5e-7, "1.5e-7"],
  [12_400, "12400"],
  [2_345_678, "2.346e6"],
  [Number.MAX_VALUE, "1.798e308"],
  [-Number.MIN_VALUE, "-5e-324"],
])("%d is read as %s", (value, text) => {
  expect(figure(value)).toBe(text);
});

describe("labels", () => {
  const wanted = fc.array(fc.double({ min: 0, max: 200, noNaN: true }), {
    minLength: 1,
    maxLength: 12,
  });
  const distance = (a: readonly number[], b: readonly number[]): number =>
    a.reduce((sum, x, i) => sum + (x - b[i]!) ** 2, 0);

  test("keep their distance, their order and the room that there is", () => {
    fc.assert(
      fc.property(wanted, (places) => {
        const found = spreadOut(places, 16, 0, 200);
        const order = places.map((_, i) => i).sort((i, j) => found[i]! - found[j]!);
        for (const [k, i] of order.slice(1).entries()) {
          expect(found[i]! - found[order[k]!]!).toBeGreaterThanOrEqual(16 - 1e-9);
          expect(places[i]!).toBeGreaterThanOrEqual(places[order[k]!]!);
        }
        expect(Math.min(...found)).toBeGreaterThanOrEqual(0);
        expect(Math.max(...found)).toBeLessThanOrEqual(200 + 1e-9);
      }),
      settings,
    );
  });

  test("move no more than they must: no other places that are allowed are nearer", () => {
    fc.assert(
      fc.property(
        wanted,
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 12, maxLength: 12 }),
        (places, random) => {
          const found = spreadOut(places, 16, 0, 200);
          const order = places.map((_, i) => i).sort((i, j) => found[i]! - found[j]!);
          // Any places that are allowed: what is left of the room is given out at random.
          const cuts = random.slice(0, places.length).sort((a, b) => a - b);
          const other = places.slice();
          for (const [k, i] of order.entries())
            other[i] = cuts[k]! * (200 - 16 * (places.length - 1)) + 16 * k;
          expect(distance(places, found)).toBeLessThanOrEqual(distance(places, other) + 1e-6);
        },
      ),
      settings,
    );
  });

  test("stay where they are when they are apart", () => {
    expect(spreadOut([100, 20, 60], 16, 0, 200)).toEqual([100, 20, 60]);
  });

  test("part from their middle", () => {
    expect(spreadOut([50, 50, 50], 10, 0, 100)).toEqual([40, 50, 60]);
  });
});

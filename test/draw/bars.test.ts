/** @file Bars of class probabilities: which classes are shown, and how they look in SVG and in text. */

import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { barsSvg } from "../../src/draw/bars.ts";
import type { PredictedSample } from "../../src/draw/bars.ts";
import { classRows, percent, predicted } from "../../src/draw/class-rows.ts";
import { pngUri } from "../../src/draw/png.ts";
import { textBar } from "../../src/draw/text-bar.ts";
import { clippedIn, malformed, overlapsIn, textsIn } from "./texts.ts";

const sample = (
  probabilities: readonly number[],
  more: Partial<PredictedSample> = {},
): PredictedSample => ({
  name: "image 1",
  image: null,
  truth: null,
  probabilities,
  ...more,
});
const names = ["cat", "dog", "ship"];
const title = "Class probabilities";

describe("the predicted class", () => {
  test.each([
    [[0.1, 0.7, 0.2], 1],
    [[0.4, 0.4, 0.2], 0],
    [[NaN, 0.3, 0.2], 1],
    [[NaN, NaN], null],
    [[], null],
    [[0, 0, 0], 0],
  ])("of %j is %j", (probabilities, index) => {
    expect(predicted({ probabilities })).toBe(index);
  });
});

describe("percents", () => {
  test.each([
    [0, "0.0%"],
    [0.0004, "<0.1%"],
    [0.0005, "0.1%"],
    [0.6234, "62.3%"],
    [0.9994, "99.9%"],
    [0.9999, ">99.9%"],
    [1, "100.0%"],
    [NaN, "NaN"],
  ])("%d is %s", (share, text) => {
    expect(percent(share)).toBe(text);
  });
});

describe("rows", () => {
  test("few classes stand in their order", () => {
    const { rows, others } = classRows(sample([0.1, 0.7, 0.2], { truth: 2 }), names);
    expect(rows.map(({ name }) => name)).toEqual(names);
    expect(rows.map(({ isPredicted, isTrue }) => [isPredicted, isTrue])).toEqual([
      [false, false],
      [true, false],
      [false, true],
    ]);
    expect(others).toBeNull();
  });

  test("of many classes the likeliest are shown, the true one, and how much is left", () => {
    const probabilities = Array.from({ length: 100 }, (_, i) => (i === 40 ? 0.505 : 0.005));
    const { rows, others } = classRows(sample(probabilities, { truth: 99 }), null);
    expect(rows.map(({ name }) => name)).toEqual(["40", "0", "1", "2", "3", "4", "5", "6", "99"]);
    expect(others!.count).toBe(91);
    expect(others!.probability).toBeCloseTo(91 * 0.005, 12);
  });

  test("nothing is lost of any prediction", () => {
    const shares = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), {
      minLength: 1,
      maxLength: 40,
    });
    fc.assert(
      fc.property(shares, fc.nat(39), (probabilities, at) => {
        const truth = at % probabilities.length;
        const { rows, others } = classRows(sample(probabilities, { truth }), null);
        expect(rows.length + (others?.count ?? 0)).toBe(probabilities.length);
        expect(rows.length + (others ? 1 : 0)).toBeLessThanOrEqual(10);
        expect(rows.filter(({ isTrue }) => isTrue)).toHaveLength(1);
        expect(rows.filter(({ isPredicted }) => isPredicted)).toHaveLength(1);
        const sum = rows.reduce((total, { probability }) => total + probability, 0);
        const all = probabilities.reduce((total, p) => total + p, 0);
        expect(sum + (others?.probability ?? 0)).toBeCloseTo(all, 9);
      }),
      { seed: 2, numRuns: 200 },
    );
  });
});

describe("SVG", () => {
  const wordsOf = (svg: string): string[] => textsIn(svg).map(({ text }) => text);

  test("says what is predicted and what is true, and has bars as long as the shares", () => {
    const svg = barsSvg([sample([0.1, 0.6, 0.3], { truth: 2 })], names, { title });
    expect(wordsOf(svg)).toEqual([
      "image 1:",
      "dog",
      "true: ship",
      "cat",
      "10.0%",
      "dog",
      "60.0%",
      "ship",
      "30.0%",
      "true",
    ]);
    const lengths = [...svg.matchAll(/<rect class="(?!paper)[^>]*? width="([^"]*)"/gu)].map(
      ([, w]) => Number(w),
    );
    expect(lengths[1]! / lengths[0]!).toBeCloseTo(6, 2);
    expect(lengths[2]! / lengths[0]!).toBeCloseTo(3, 2);
    expect(svg).toContain("<desc>image 1: dog 60.0%, ship 30.0%, cat 10.0%; true: ship.</desc>");
  });

  test("has the image of the sample", () => {
    const image = { width: 2, height: 1, channels: 1, pixels: Uint8Array.of(0, 255) } as const;
    const svg = barsSvg([sample([1, 0, 0], { image })], names, { title });
    // As wide as there is room, half as high, and in the middle.
    expect(svg).toContain(`<image href="${pngUri(image)}" x="0" y="28" width="84" height="42"`);
  });

  test("says that a network that diverged predicts nothing", () => {
    const svg = barsSvg([sample([NaN, NaN, NaN], { truth: 1 })], names, { title });
    expect(wordsOf(svg)).toContain("no prediction");
    expect(svg.replaceAll(/<desc>[^<]*<\/desc>|>NaN<\/text>/gu, "")).not.toContain("NaN");
  });

  test("any samples are well-formed, with texts that are neither cut off nor over one another", () => {
    const share = fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.constant(NaN));
    const all = fc
      .record({
        classes: fc.integer({ min: 1, max: 30 }),
        names: fc.option(
          fc.array(fc.string({ unit: "grapheme", maxLength: 40 }), { maxLength: 30 }),
        ),
        columns: fc.integer({ min: 1, max: 3 }),
      })
      .chain(({ classes, names: some, columns }) =>
        fc
          .array(
            fc.record({
              name: fc.constant("image 12"),
              image: fc.constant(null),
              probabilities: fc.array(share, { minLength: classes, maxLength: classes }),
              truth: fc.option(fc.nat(classes - 1)),
            }),
            { maxLength: 5 },
          )
          .map((samples) => ({ samples, names: some, columns })),
      );
    fc.assert(
      fc.property(all, ({ samples, names: some, columns }) => {
        const svg = barsSvg(samples, some, { title, columns });
        expect(malformed(svg)).toBeNull();
        expect(clippedIn(svg)).toEqual([]);
        expect(overlapsIn(svg)).toEqual([]);
        expect(barsSvg(samples, some, { title, columns })).toBe(svg);
      }),
      { seed: 4, numRuns: 150 },
    );
  });
});

describe("bars of characters", () => {
  test.each([
    [0.5, "unicode", "████"],
    [1, "unicode", "████████"],
    [0.55, "unicode", "████▍"],
    [0, "unicode", ""],
    [NaN, "unicode", ""],
    [2, "unicode", "████████"],
    [0.55, "ascii", "####"],
    [1, "ascii", "########"],
  ] as const)("%d in %s", (share, alphabet, bar) => {
    expect(textBar(share, 8, alphabet)).toBe(bar);
  });
});

/** @file Confusion matrices and weights as pictures: what stands in which cell, and which colour means what. */

import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { weightColors, weightGrid } from "../../src/draw/grid.ts";
import { confusionHtml, confusionSvg, shade } from "../../src/draw/heat.ts";
import { clippedIn, malformed, overlapsIn, textsIn } from "./texts.ts";

const counts = [
  [80, 20, 0],
  [5, 95, 0],
  [0, 0, 0],
];
const names = ["T-shirt & top", "coat", "<bag>"];

describe("a confusion matrix", () => {
  test("is a table with heads, whose cells are shaded by their share of the row", () => {
    const html = confusionHtml({ counts, names }, "Confusion matrix");
    expect(malformed(html)).toBeNull();
    const rows = [...html.matchAll(/<tr><th scope="row">(.*?)<\/th>(.*?)<\/tr>/gu)].map(
      ([, head, cells]) => `${head}</td>${cells}`.split("</td>").slice(0, -1),
    );
    expect(rows).toEqual([
      [
        "T-shirt &amp; top",
        '<td class="right" style="--shade:0.447">80',
        '<td style="--shade:0.224">20',
        "<td>0",
      ],
      [
        "coat",
        '<td style="--shade:0.112">5',
        '<td class="right" style="--shade:0.487">95',
        "<td>0",
      ],
      ["&lt;bag&gt;", "<td>0", "<td>0", "<td>0"],
    ]);
    expect(html.match(/<th scope="col">/gu)).toHaveLength(3);
  });

  test("is shaded the more, the larger the share", () => {
    const pair = fc.tuple(fc.nat(1000), fc.nat(1000), fc.integer({ min: 1000, max: 5000 }));
    fc.assert(
      fc.property(pair, ([a, b, ofRow]) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b)];
        expect(shade(low, ofRow)).toBeLessThanOrEqual(shade(high, ofRow));
        expect(shade(high, ofRow)).toBeLessThanOrEqual(0.5);
        expect(shade(0, ofRow)).toBe(0);
      }),
      { seed: 1 },
    );
  });

  test("is a picture with the same numbers", () => {
    const svg = confusionSvg({ counts, names }, "Confusion matrix");
    expect(malformed(svg)).toBeNull();
    // Of what is turned a browser knows the place.
    const level = svg.replaceAll(/<g transform="[^"]*rotate[^>]*>.*?<\/g>/gu, "");
    expect(clippedIn(level)).toEqual([]);
    expect(overlapsIn(level)).toEqual([]);
    const texts = textsIn(svg).map(({ text }) => text);
    expect(texts.filter((text) => /^\d+$/u.test(text))).toEqual(counts.flat().map(String));
    expect(svg).toContain("True coat: T-shirt &amp; top 5, coat 95, &lt;bag&gt; 0.");
  });
});

describe("weights", () => {
  const options = { most: 64, contrast: "own" } as const;
  const [negative, zero, positive] = weightColors.map((color) => Array.from(color));
  const pixel = ({ image }: NonNullable<ReturnType<typeof weightGrid>>, k: number): number[] => [
    ...image.pixels.subarray(3 * k, 3 * k + 3),
  ];

  test("go from one colour by white to another, by the largest of the unit", () => {
    const found = weightGrid([Float32Array.of(-4, 0, 4, 2)], [1, 4], options)!;
    expect([0, 1, 2].map((k) => pixel(found, k))).toEqual([negative, zero, positive]);
    const half = pixel(found, 3);
    for (const [c, value] of half.entries())
      expect(Math.abs(value - (zero![c]! + positive![c]!) / 2)).toBeLessThanOrEqual(0.5);
    expect(found.limit).toBeNull();
  });

  test("have the largest of all in common where that is asked for", () => {
    const units = [Float32Array.of(1, 0), Float32Array.of(0, -4)];
    const own = weightGrid(units, [1, 2], options)!;
    const common = weightGrid(units, [1, 2], { ...options, contrast: "common" })!;
    expect(pixel(own, 0)).toEqual(positive);
    expect(common.limit).toBe(4);
    expect(pixel(common, 0)).not.toEqual(positive);
    // Past the first unit and the line between.
    expect(pixel(common, 4)).toEqual(negative);
  });

  test("of red, green and blue are so around grey", () => {
    const planes = Float32Array.of(1, -1, 0, 0.5, 0, 0);
    const found = weightGrid([planes], [3, 1, 2], options)!;
    expect([0, 1].map((k) => pixel(found, k))).toEqual([
      [255, 128, 128],
      [0, 191, 128],
    ]);
  });

  test("that are no numbers are black and counted, and do not hide the others", () => {
    const found = weightGrid([Float32Array.of(NaN, Infinity, 1, 0)], [2, 2], options)!;
    expect([0, 1, 2, 3].map((k) => pixel(found, k))).toEqual([
      [0, 0, 0],
      [0, 0, 0],
      positive,
      zero,
    ]);
    expect(found.lost).toBe(2);
  });

  test("that are all 0 are white", () => {
    expect(pixel(weightGrid([new Float32Array(4)], [2, 2], options)!, 2)).toEqual(zero);
  });

  test.each([
    [1, 1, 1],
    [8, 8, 1],
    [10, 5, 2],
    [64, 8, 8],
    [256, 8, 8],
  ])("of %d units stand in %d columns and %d rows", (of, columns, rows) => {
    const units = Array.from({ length: of }, () => Float32Array.of(1, 2, 3, 4));
    const found = weightGrid(units, [2, 2], options)!;
    expect(found).toMatchObject({ columns, rows, of, shown: Math.min(64, of) });
    expect(found.image).toMatchObject({ width: 3 * columns - 1, height: 3 * rows - 1 });
  });

  test("that are no image are not drawn", () => {
    expect(weightGrid([new Float32Array(13)], [13], options)).toBeNull();
    expect(weightGrid([], [28, 28], options)).toBeNull();
  });

  test("that are not of their shape are our mistake", () => {
    expect(() => weightGrid([new Float32Array(5)], [2, 2], options)).toThrow(
      "internal: weights of a unit are not 2×2",
    );
  });
});

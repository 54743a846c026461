/** @file Class probabilities as text, as JSON and as SVG. */

import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { width, widthOf } from "../../src/print/columns.ts";
import {
  probabilitiesJson,
  probabilitiesSvg,
  probabilitiesText,
} from "../../src/report/predictions.ts";
import type { SampleShown } from "../../src/report/predictions.ts";
import { clippedIn, malformed } from "../draw/texts.ts";
import { samplesOf } from "./run.ts";

const sample = (
  probabilities: readonly number[],
  more: Partial<SampleShown> = {},
): SampleShown => ({
  pixels: null,
  shape: [],
  probabilities,
  truth: null,
  ...more,
});
const names = ["T-shirt/top", "Café", "β"];

describe("text", () => {
  test("has the predicted class above, then bars", () => {
    const samples = [
      sample([0.05, 0.9, 0.05], { name: "boot.png" }),
      sample([0.5, 0.25, 0.25], { truth: 0 }),
      sample([0.5, 0.25, 0.25], { truth: 2 }),
    ];
    expect(probabilitiesText(samples, names, "unicode").split("\n")).toEqual([
      "boot.png: Café 90.0%",
      "  T-shirt/top    5.0%  ██▋",
      "  Café          90.0%  ██████████████████████████████████████████████▊",
      "  β              5.0%  ██▋",
      "",
      "sample 2: T-shirt/top 50.0%, which is right",
      "  T-shirt/top   50.0%  ██████████████████████████ true",
      "  Café          25.0%  █████████████",
      "  β             25.0%  █████████████",
      "",
      "sample 3: T-shirt/top 50.0%, and is β",
      "  T-shirt/top   50.0%  ██████████████████████████",
      "  Café          25.0%  █████████████",
      "  β             25.0%  █████████████ true",
    ]);
  });

  test("in ASCII has nothing else where the names have a spelling in it", () => {
    const text = probabilitiesText(
      [sample([0.2, 0.5, 0.3], { truth: 2 })],
      ["α", "3×3", "β"],
      "ascii",
    );
    expect(text).toMatch(/^[ -~\n]*$/u);
    expect(text).toContain("#### true");
  });

  test("of a network that diverged says that it predicts nothing", () => {
    expect(
      probabilitiesText([sample([NaN, NaN], { truth: 1 })], null, "unicode").split("\n"),
    ).toEqual(["sample 1: no prediction, and is 1", "  0     NaN", "  1     NaN   true"]);
  });

  test("never has a line that is longer than a terminal is wide", () => {
    const share = fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.constant(NaN));
    const samples = fc.array(
      fc.record({
        pixels: fc.constant(null),
        shape: fc.constant([]),
        probabilities: fc.array(share, { minLength: 1, maxLength: 20 }),
        truth: fc.constantFrom(null, 0),
      }),
      { minLength: 1, maxLength: 3 },
    );
    const some = fc.array(fc.stringMatching(/^\w{0,60}$/u), { maxLength: 20 });
    fc.assert(
      fc.property(samples, some, fc.constantFrom("unicode", "ascii"), (all, called, alphabet) => {
        for (const line of probabilitiesText(all, called, alphabet).split("\n"))
          expect(widthOf(line)).toBeLessThanOrEqual(width);
      }),
      { seed: 6, numRuns: 200 },
    );
  });
});

describe("JSON", () => {
  test("has every class, and null for what is no number", () => {
    expect(
      probabilitiesJson([sample([0.75, 0.25], { truth: 1 }), sample([NaN, NaN])], ["no"]),
    ).toEqual([
      {
        sample: "sample 1",
        predicted: 0,
        class: "no",
        truth: 1,
        probabilities: [
          { class: "no", probability: 0.75 },
          { class: "1", probability: 0.25 },
        ],
      },
      {
        sample: "sample 2",
        predicted: null,
        class: null,
        truth: null,
        probabilities: [
          { class: "no", probability: null },
          { class: "1", probability: null },
        ],
      },
    ]);
  });

  test("is read back as it was", () => {
    const json = probabilitiesJson(samplesOf(3, 4), null);
    expect(JSON.parse(JSON.stringify(json))).toEqual(json);
  });
});

describe("SVG", () => {
  test("has each sample with its image", () => {
    const svg = probabilitiesSvg(samplesOf(5, 10), null);
    expect(svg.match(/<image /gu)).toHaveLength(5);
    expect(svg).toContain("<title>Class probabilities of 5 samples</title>");
    expect(malformed(svg)).toBeNull();
    expect(clippedIn(svg)).toEqual([]);
  });

  test("of what is no image has bars alone", () => {
    const svg = probabilitiesSvg(
      [sample([0.5, 0.5], { pixels: new Uint8Array(13), shape: [13] })],
      null,
    );
    expect(svg).not.toContain("<image ");
    expect(svg).toContain("<title>Class probabilities</title>");
  });

  test("of pixels that are not of their shape is our mistake", () => {
    expect(() =>
      probabilitiesSvg([sample([1], { pixels: new Uint8Array(13), shape: [28, 28] })], null),
    ).toThrow("internal: 13 values for a shape of 28×28");
  });
});

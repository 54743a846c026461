/** @file Colours can be read on their paper, and told apart by everyone. */

import { describe, expect, test } from "vitest";
import { shade } from "../../src/draw/heat.ts";
import { inks, lookOf, looks } from "../../src/draw/theme.ts";

type Rgb = readonly [number, number, number];

/** A colour without the curve of screens. */
const linear = (hex: string): Rgb =>
  [1, 3, 5].map((at) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  }) as unknown as Rgb;

const luminance = (hex: string): number => {
  const [r, g, b] = linear(hex);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};

/** The contrast of WCAG. */
function contrast(a: string, b: string): number {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

/** A share of a colour over another, as browsers mix them. */
const mixed = (over: string, under: string, share: number): string =>
  `#${[1, 3, 5]
    .map((at) => {
      const [a, b] = [over, under].map((hex) => Number.parseInt(hex.slice(at, at + 2), 16));
      return Math.round(share * a! + (1 - share) * b!)
        .toString(16)
        .padStart(2, "0");
    })
    .join("")}`;

// What those see who lack one kind of cone (Machado, Oliveira & Fernandes 2009).
const seen = {
  everything: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  "no red": [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  "no green": [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  "no blue": [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
} as const;

const times = (matrix: readonly (readonly number[])[], [r, g, b]: Rgb): Rgb =>
  matrix.map((row) =>
    Math.min(1, Math.max(0, row[0]! * r + row[1]! * g + row[2]! * b)),
  ) as unknown as Rgb;

/** A colour in CIELAB, in which distances are differences that are seen. */
function lab(color: Rgb): Rgb {
  const [x, y, z] = times(
    [
      [0.4339, 0.3762, 0.1899],
      [0.2127, 0.7152, 0.0722],
      [0.0178, 0.1095, 0.8727],
    ],
    color,
  ).map((t) => (t > 216 / 24389 ? Math.cbrt(t) : ((24389 / 27) * t + 16) / 116)) as unknown as Rgb;
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

const papers = {
  light: [inks.paper.light, "#ffffff"],
  // The paper of a picture, and of a page in the dark.
  dark: [inks.paper.dark, "#121212"],
} as const;

describe.each(["light", "dark"] as const)("on %s paper", (scheme) => {
  test.each(papers[scheme])("%s texts have a contrast of 4.5", (paper) => {
    for (const ink of [inks.ink, inks.muted, ...looks.map((look) => look.ink)])
      expect(contrast(ink[scheme], paper)).toBeGreaterThanOrEqual(4.5);
  });

  test.each(papers[scheme])("%s bars have a contrast of 3", (paper) => {
    expect(contrast(inks.other[scheme], paper)).toBeGreaterThanOrEqual(3);
  });

  test.each(papers[scheme])("%s numbers can be read on the fullest shade of a matrix", (paper) => {
    expect(shade(7, 7)).toBe(0.5);
    for (const { ink } of [lookOf(0), lookOf(1)])
      expect(
        contrast(inks.ink[scheme], mixed(ink[scheme], paper, shade(7, 7))),
      ).toBeGreaterThanOrEqual(4.5);
  });

  test.each(Object.entries(seen))("lines are told apart by who sees %s", (_, matrix) => {
    const colors = looks.map(({ ink }) => lab(times(matrix, linear(ink[scheme]))));
    for (const [i, a] of colors.entries())
      for (const b of colors.slice(0, i))
        expect(Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2])).toBeGreaterThan(18);
  });
});

test("six lines differ in dashes and in signs as well, and 36 in colour or dashes", () => {
  const six = Array.from({ length: 6 }, (_, i) => lookOf(i));
  expect(new Set(six.map(({ dashes }) => dashes)).size).toBe(6);
  expect(new Set(six.map(({ marker }) => marker)).size).toBe(6);
  const all = Array.from({ length: 36 }, (_, i) => lookOf(i));
  expect(new Set(all.map(({ tint, dashes }) => `${tint} ${dashes}`)).size).toBe(36);
});

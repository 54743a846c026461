/** @file Line charts: what they draw and leave out, in marks, in words and for Vega-Lite. */

import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { LineChart, Panel } from "../../src/draw/chart.ts";
import { chartWords } from "../../src/draw/chart-words.ts";
import { lineChartSvg } from "../../src/draw/line-chart.ts";
import { curvesVega } from "../../src/draw/vega.ts";
import { clippedIn, malformed, overlapsIn, textsIn, viewBox } from "./texts.ts";

const epochs = (count: number, first = 1): number[] =>
  Array.from({ length: count }, (_, i) => first + i);

const panelOf = (
  lines: Readonly<Record<string, readonly (number | null)[]>>,
  more: Partial<Panel> = {},
): Panel => ({
  name: "loss",
  unit: null,
  axis: "auto",
  series: Object.entries(lines).map(([name, values]) => ({ name, values })),
  ...more,
});

const chartOf = (panels: readonly Panel[], more: Partial<LineChart> = {}): LineChart => ({
  title: "Loss by epoch",
  across: { name: "epoch", at: epochs(panels[0]!.series[0]?.values.length ?? 0) },
  panels,
  marked: null,
  ...more,
});

const usual = chartOf(
  [
    panelOf({ train: [0.9, 0.5, 0.35, 0.3, 0.28], validation: [0.8, 0.55, 0.42, 0.41, 0.44] }),
    panelOf(
      { train: [70, 82, 87, 89, 90], validation: [72, 80, 85, 86, 85.5] },
      { name: "accuracy", unit: "%", bounds: [0, 100] },
    ),
  ],
  { title: "Loss and accuracy by epoch", marked: { at: 4, words: "kept" } },
);

/** The colours that a chart gives its lines. */
const pathsOf = (svg: string): string[] =>
  [...svg.matchAll(/stroke-width="2" stroke-linejoin="round"[^>]*? d="([^"]*)"/gu)].map(
    ([, d]) => d!,
  );
const wordsIn = (svg: string): string[] => textsIn(svg).map(({ text }) => text);

test("a chart with two panels", async () => {
  await expect(lineChartSvg(usual)).toMatchFileSnapshot("curves.svg");
});

test("the same in words", () => {
  expect(chartWords(usual)).toBe(
    [
      "From epoch 1 to 5.",
      "loss: train goes from 0.9 to 0.28, least 0.28 at 5, greatest 0.9 at 1;",
      "validation goes from 0.8 to 0.44, least 0.41 at 4, greatest 0.8 at 1.",
      "accuracy: train goes from 70% to 90%, least 70% at 1, greatest 90% at 5;",
      "validation goes from 72% to 85.5%, least 72% at 1, greatest 86% at 4.",
      "epoch 4: kept.",
    ].join(" "),
  );
  expect(lineChartSvg(usual)).toContain(`<desc>${chartWords(usual)}</desc>`);
});

describe("lines", () => {
  test("are parted where there is no value, and a value alone is a sign", () => {
    const values = Array.from({ length: 30 }, (_, i) => (i === 10 || i === 12 ? null : 1 + i));
    const svg = lineChartSvg(chartOf([panelOf({ train: values })]));
    expect(
      pathsOf(svg)[0]!
        .split("M")
        .slice(1)
        .map((run) => run.split("L").length),
    ).toEqual([10, 17]);
    // The sign of the value between the gaps, and that at the name.
    expect(svg.match(/d="M-4 0a4/gu)).toHaveLength(2);
  });

  test.each([
    ["one value", [0.5]],
    ["one value twice", [0.5, 0.5]],
    ["zeros", [0, 0, 0]],
    ["the greatest float and its negative", [-Number.MAX_VALUE, Number.MAX_VALUE]],
    ["the least floats", [Number.MIN_VALUE, 2 * Number.MIN_VALUE, 0]],
  ])("of %s are drawn", (_, values) => {
    const svg = lineChartSvg(chartOf([panelOf({ train: values }, { axis: "linear" })]));
    expect(svg).not.toMatch(/NaN|Infinity/u);
    expect(clippedIn(svg)).toEqual([]);
    expect(wordsIn(svg)).toContain("train");
  });

  test("have a logarithmic axis where they span decades, and only there", () => {
    const far = chartOf([panelOf({ train: [100, 10, 1, 0.1] })]);
    const near = chartOf([panelOf({ train: [2, 1, 0.5, 0.1] })]);
    const negative = chartOf([panelOf({ train: [100, 10, 1, -0.1] })]);
    expect(wordsIn(lineChartSvg(far))).toContain("loss, logarithmic");
    expect(wordsIn(lineChartSvg(near))).toContain("loss");
    expect(wordsIn(lineChartSvg(negative))).toContain("loss");
    // Equal quotients are equal ways.
    const ys = pathsOf(lineChartSvg(far))[0]!
      .split("L")
      .map((point) => Number(point.split(" ")[1]));
    expect(ys[1]! - ys[0]!).toBeCloseTo(ys[3]! - ys[2]!, 1);
  });

  test("that have the same values have names that do not overlap", () => {
    const lines = Object.fromEntries(
      Array.from({ length: 20 }, (_, i) => [`run ${i}`, [1, 0.5, 0.5]]),
    );
    const svg = lineChartSvg(chartOf([panelOf(lines)]));
    expect(overlapsIn(svg)).toEqual([]);
    expect(wordsIn(svg).filter((text) => text.startsWith("run"))).toHaveLength(20);
    // Colours come again after six, and then with other dashes.
    const looks = [
      ...svg.matchAll(
        /<g class="(line-\d)"[^>]*><path fill="none"[^>]*?(stroke-dasharray="[^"]*")? d="M[^"]*L[^"]*L/gu,
      ),
    ];
    expect(new Set(looks.map(([, tint, dashes]) => `${tint} ${dashes}`)).size).toBe(20);
  });

  test("whose names are long are cut, and have their whole names under the pointer", () => {
    const name = "validation on the samples that were held out in the beginning";
    const svg = lineChartSvg(chartOf([panelOf({ [name]: [1, 2] })]));
    expect(clippedIn(svg)).toEqual([]);
    expect(svg).toContain(`<title>${name}</title>`);
    expect(wordsIn(svg).some((text) => text.endsWith("…"))).toBe(true);
  });
});

describe("what is left out", () => {
  test("is said, with the reason", () => {
    const values = [1, NaN, Infinity, -Infinity, 0.5, null, NaN, 0.25];
    const chart = chartOf([panelOf({ train: values })]);
    const said = "Left out: train at epoch 2 to 4, 7 (not finite).";
    expect(wordsIn(lineChartSvg(chart))).toContain(said);
    expect(chartWords(chart)).toContain(said);
  });

  test("are values that are not positive on a logarithmic axis", () => {
    const chart = chartOf([panelOf({ train: [10, 0, -1, 0.1] }, { axis: "log" })]);
    expect(wordsIn(lineChartSvg(chart)).join(" ")).toContain(
      "Left out: train at epoch 2 to 3 (not positive).",
    );
  });

  test("may be everything", () => {
    const svg = lineChartSvg(chartOf([panelOf({ train: [NaN, NaN], test: [null, null] })]));
    expect(wordsIn(svg)).toContain("no value can be drawn");
    expect(chartWords(chartOf([panelOf({ test: [null, null] })]))).toContain("test has no values");
  });

  test("is counted where it is much", () => {
    const values = Array.from({ length: 21 }, (_, i) => (i % 2 ? NaN : 1));
    expect(chartWords(chartOf([panelOf({ train: values })]))).toContain(
      "Left out: train at epoch 2, 4, 6, 8 and 6 more (not finite).",
    );
  });
});

test("lengths that do not fit, and marks of no epoch, are our mistakes", () => {
  const panel = panelOf({ train: [1, 2] });
  expect(() => lineChartSvg({ ...chartOf([panel]), across: { name: "epoch", at: [1] } })).toThrow(
    "internal: a series has not one value a place",
  );
  expect(() => lineChartSvg(chartOf([panel], { marked: { at: 7, words: "kept" } }))).toThrow(
    "internal: epoch 7 is marked, and there is none",
  );
});

const value = fc.oneof(
  { arbitrary: fc.double({ min: -10, max: 10 }), weight: 4 },
  { arbitrary: fc.double(), weight: 1 },
  { arbitrary: fc.constant(null), weight: 1 },
);
const charts = fc
  .record({
    count: fc.integer({ min: 1, max: 40 }),
    first: fc.integer({ min: 0, max: 1 }),
    names: fc.uniqueArray(fc.string({ unit: "grapheme", minLength: 1, maxLength: 30 }), {
      minLength: 1,
      maxLength: 9,
    }),
    axes: fc.array(fc.constantFrom("linear" as const, "log" as const, "auto" as const), {
      minLength: 1,
      maxLength: 3,
    }),
    marked: fc.option(fc.nat()),
  })
  .chain(({ count, first, names, axes, marked }) =>
    fc
      .array(fc.array(value, { minLength: count, maxLength: count }), {
        minLength: names.length * axes.length,
        maxLength: names.length * axes.length,
      })
      .map((values) =>
        chartOf(
          axes.map((axis, a) => ({
            name: "loss",
            unit: null,
            axis,
            series: names.map((name, i) => ({ name, values: values[a * names.length + i]! })),
          })),
          {
            across: { name: "epoch", at: epochs(count, first) },
            marked: marked === null ? null : { at: first + (marked % count), words: "kept" },
          },
        ),
      ),
  );

test("any chart is well-formed, the same each time, with all texts and lines inside and apart", () => {
  fc.assert(
    fc.property(charts, (chart) => {
      const svg = lineChartSvg(chart);
      expect(malformed(svg)).toBeNull();
      expect(lineChartSvg(chart)).toBe(svg);
      const drawn = svg.replaceAll(/<(title|desc)>[^<]*<\/\1>|>[^<]*<\/text>/gu, "");
      expect(drawn).not.toMatch(/NaN|Infinity|undefined|null/u);
      expect(clippedIn(svg)).toEqual([]);
      expect(overlapsIn(svg)).toEqual([]);
      const all = viewBox(svg);
      for (const path of pathsOf(svg))
        for (const point of path.slice(1).split(/[LM]/u)) {
          const [x, y] = point.split(" ").map(Number) as [number, number];
          expect(x).toBeGreaterThanOrEqual(0);
          expect(x).toBeLessThanOrEqual(390);
          expect(y).toBeGreaterThanOrEqual(0);
          expect(y).toBeLessThanOrEqual(all.bottom);
        }
    }),
    { seed: 7, numRuns: 150 },
  );
});

describe("for Vega-Lite", () => {
  const chart = chartOf(
    [
      panelOf({ train: [100, NaN, 1, null, 0.1], test: [90, 8, 1, 0.2, 0.3] }),
      panelOf({ train: [1, 2, 3, 4, 5] }, { name: "accuracy", unit: "%" }),
    ],
    { marked: { at: 4, words: "kept" } },
  );
  const spec = curvesVega(chart);
  interface View {
    layer: {
      transform?: { filter: { field: string; equal: string } }[];
      data?: { values: object[] };
      mark: { type: string };
      encoding: Record<
        string,
        {
          field: string;
          type: string;
          scale?: { type?: string; domain?: string[]; range?: unknown[] };
        }
      >;
    }[];
  }
  const views = spec.hconcat as View[];

  test("the data are those that are drawn, and no others", () => {
    expect(
      spec.data.values.filter(({ panel, series }) => panel === "loss" && series === "train"),
    ).toEqual([
      { panel: "loss", series: "train", run: 0, at: 1, value: 100 },
      { panel: "loss", series: "train", run: 1, at: 3, value: 1 },
      { panel: "loss", series: "train", run: 2, at: 5, value: 0.1 },
    ]);
    expect(spec.data.values).toHaveLength(3 + 5 + 5);
  });

  test("it is plain JSON", () => {
    expect(JSON.parse(JSON.stringify(spec))).toEqual(spec);
    expect(spec.$schema).toMatch(/^https:\/\/vega\.github\.io\/schema\/vega-lite\/v\d\.json$/u);
  });

  test("each panel is a view of its rows, with the scale and the looks of the picture", () => {
    expect(views.map(({ layer }) => layer.map(({ mark }) => mark.type))).toEqual([
      ["line", "rule"],
      ["line", "rule"],
    ]);
    const [lines] = views[0]!.layer;
    expect(lines!.transform).toEqual([{ filter: { field: "panel", equal: "loss" } }]);
    expect(lines!.encoding["y"]!.scale).toEqual({ type: "log" });
    expect(views[1]!.layer[0]!.encoding["y"]!.scale).toEqual({ zero: false });
    const { color, strokeDash } = lines!.encoding;
    expect(color!.scale!.domain).toEqual(["train", "test"]);
    for (const tint of color!.scale!.range!) expect(lineChartSvg(chart)).toContain(String(tint));
    expect(strokeDash!.scale!.range).toEqual([
      [1, 0],
      [7, 3],
    ]);
  });

  test("each field that is encoded is one of the data", () => {
    for (const { layer } of views)
      for (const { data, encoding } of layer) {
        const rows = data?.values ?? spec.data.values;
        for (const { field, type } of Object.values(encoding)) {
          expect(rows.every((row) => field in row)).toBe(true);
          expect(["quantitative", "nominal"]).toContain(type);
        }
      }
  });
});

/** @file The page of a training run: what stands in it, whatever the run was. */

import { describe, expect, test } from "vitest";
import { classFigures, mistakenMost } from "../../src/report/confusions.ts";
import { curvesOf } from "../../src/report/curves.ts";
import { trainingPage } from "../../src/report/training.ts";
import { malformed } from "../draw/texts.ts";
import { countsOf, epochsOf, regression, run, samplesOf, withoutClasses } from "./run.ts";

/** What is read of a page, without its style and its pictures. */
const readIn = (page: string): string =>
  page
    .replaceAll(/<(style|svg|head)\b.*?<\/\1>/gsu, "")
    .replaceAll(/<[^>]*>/gu, " ")
    .replaceAll(/\s+/gu, " ");
const rowsIn = (page: string): string[] =>
  [...page.matchAll(/<tr[^>]*><th scope="row">.*?<\/tr>/gu)].map(([row]) =>
    row
      .replaceAll(/<\/t[hd]>/gu, "|")
      .replaceAll(/<[^>]*>/gu, "")
      .replace(/\|$/u, ""),
  );
const headings = (page: string): string[] =>
  [...page.matchAll(/<h[23]>(.*?)<\/h[23]>/gu)].map(([, text]) => text!);
const svgsIn = (page: string): string[] =>
  [...page.matchAll(/<svg xmlns[^>]*class="nabla-picture".*?<\/svg>/gsu)].map(([svg]) => svg);

const page = trainingPage(run);

describe("a page", () => {
  test("has each part of the report", () => {
    expect(headings(page)).toEqual([
      "Curves",
      "Confusion matrix",
      "Most frequent confusions",
      "By class",
      "Samples",
      "First layer",
      "Formulas",
      "Gradients",
      "Updates",
      "Settings",
    ]);
    const read = readIn(page);
    for (const text of [run.title, run.summary, run.notes[0]!, "784-256-10, relu"])
      expect(read).toContain(text);
    expect(page).toContain("where a &lt; b &amp; c &gt; d");
    expect(read).toContain("The first 64 of 256 units.");
    expect(page).toContain("\\frac{\\partial L}{\\partial W_2} &amp;= (\\hat y - y) h^\\top");
  });

  test("is small enough to be sent", () => {
    expect(page.length).toBeLessThan(1_500_000);
  });

  test("is the same each time", () => {
    expect(trainingPage(run)).toBe(page);
  });

  test("has pictures that are well-formed", () => {
    const svgs = svgsIn(page);
    expect(svgs).toHaveLength(2 + 16);
    expect(svgs.map(malformed).filter((fault) => fault !== null)).toEqual([]);
  });

  test("takes names and notes for texts, and not for markup", () => {
    const hostile = `<script>alert("1")</script>&`;
    const text = trainingPage({
      ...run,
      title: hostile,
      summary: hostile,
      notes: [hostile],
      settings: [[hostile, hostile]],
      problem: hostile,
      classNames: Array.from({ length: 10 }, () => hostile),
      samples: samplesOf(2, 10).map(({ pixels, shape, probabilities, truth }) => ({
        name: hostile,
        pixels,
        shape,
        probabilities,
        truth,
      })),
    });
    expect(text).not.toContain("<script");
    expect(
      svgsIn(text)
        .map(malformed)
        .filter((fault) => fault !== null),
    ).toEqual([]);
  });
});

describe("epochs", () => {
  test("stand in a table, the kept one says so", () => {
    const rows = rowsIn(page);
    expect(rows[0]).toBe("1|0.8000|73.00%|0.8000|71.00%|0.8100|70.50%|1.500|0.001");
    expect(rows[16]).toMatch(/^17 \(kept\)\|/u);
    expect(rows.filter((row) => row.includes("kept"))).toHaveLength(1);
  });

  test("are folded where they are many", () => {
    expect(page).toContain("<details><summary>The figures of 30 epochs</summary>");
    const short = trainingPage({ ...run, epochs: epochsOf(12), best: null });
    expect(short).not.toContain("<details><summary>The figures");
    expect(rowsIn(short)[11]).toMatch(/^12\|/u);
  });

  test("that have no number say which", () => {
    const [first, ...others] = epochsOf(3);
    const epochs = [
      ...others,
      {
        ...first!,
        epoch: 9,
        train: { loss: NaN, accuracy: 0 },
        test: { loss: Infinity, accuracy: 0 },
      },
    ];
    const diverged = trainingPage({ ...run, epochs, best: null });
    expect(rowsIn(diverged)[2]).toMatch(/^9\|NaN\|0\.00%\|.*\|∞\|0\.00%\|/u);
    expect(diverged).toContain("Left out: train at epoch 9 (not finite).");
  });

  test.each([1, 2, 500])("may be %d", (count) => {
    const text = trainingPage({ ...run, epochs: epochsOf(count, 0), best: 0 });
    expect(rowsIn(text).slice(0, count).at(-1)).toMatch(
      new RegExp(`^${count - 1}( \\(kept\\))?\\|`, "u"),
    );
    expect(text.length).toBeLessThan(1_500_000);
  });

  test("may be none", () => {
    const text = trainingPage({ ...run, epochs: [], best: null });
    expect(readIn(text)).toContain("No epoch has ended.");
  });
});

describe("curves", () => {
  test("have a line for each part of the samples, accuracies in percent", () => {
    const { panels, marked, across } = curvesOf(run.epochs, 17);
    expect(panels.map(({ name, series }) => [name, series.map((line) => line.name)])).toEqual([
      ["loss", ["train", "validation", "test"]],
      ["accuracy", ["train", "validation", "test"]],
    ]);
    expect(panels[1]!.series[0]!.values[0]).toBe(73);
    expect(marked).toEqual({ at: 17, words: "kept" });
    expect(across.at).toEqual(run.epochs.map(({ epoch }) => epoch));
  });

  test("have gaps where a part was not evaluated", () => {
    const [a, b, c] = epochsOf(3);
    const { epoch, train, seconds } = b!;
    const { panels } = curvesOf([a!, { epoch, train, seconds }, c!], null);
    expect(panels[0]!.series[1]!.values).toEqual([a!.validation!.loss, null, c!.validation!.loss]);
  });

  test("of an accuracy of 0 are no gaps", () => {
    const epochs = [{ epoch: 1, train: { loss: 1, accuracy: 0 }, seconds: 1 }];
    expect(curvesOf(epochs, null).panels[1]!.series[0]!.values).toEqual([0]);
  });

  test("of a regression are those of the loss", () => {
    const { panels, title } = curvesOf(withoutClasses(run.epochs), null);
    expect(panels.map(({ name }) => name)).toEqual(["loss"]);
    expect(title).toBe("Loss by epoch");
  });
});

test("a regression is a report, too", () => {
  const text = trainingPage(regression);
  expect(headings(text)).toEqual(["Curves", "Formulas", "Gradients", "Updates", "Settings"]);
  expect(rowsIn(text)[0]).toBe("1|0.8000|0.8000|1.500");
  expect(svgsIn(text)).toHaveLength(1);
});

describe("confusions", () => {
  const counts = [
    [6, 4, 0],
    [1, 9, 0],
    [0, 0, 0],
  ];

  test("are told by class: found of a class, right of what is taken for it", () => {
    expect(classFigures(counts)).toEqual([
      { index: 0, samples: 10, recall: 0.6, precision: 6 / 7 },
      { index: 1, samples: 10, recall: 0.9, precision: 9 / 13 },
      { index: 2, samples: 0, recall: null, precision: null },
    ]);
  });

  test("are told from the most frequent on", () => {
    expect(mistakenMost(counts, 1)).toEqual([{ truth: 0, predicted: 1, count: 4, share: 0.4 }]);
    expect(mistakenMost(counts, 9).map(({ count }) => count)).toEqual([4, 1]);
  });

  test("stand in words beside the matrix", () => {
    const text = trainingPage({
      ...run,
      classNames: ["cat", "dog", "ship"],
      confusion: { of: "validation", counts },
      samples: [],
    });
    const read = readIn(text);
    expect(read).toContain("Of 20 validation samples, 15 were classified correctly (75.00%).");
    expect(read).toContain("cat was predicted as dog 4 times: 40.0% of its samples.");
    expect(read).toContain("dog was predicted as cat once: 10.0% of its samples.");
    expect(rowsIn(text).slice(-3)).toEqual([
      "cat|10|60.00%|85.71%",
      "dog|10|90.00%|69.23%",
      "ship|0|–|–",
    ]);
  });

  test("of none are nothing", () => {
    const none = trainingPage({
      ...run,
      confusion: {
        of: "test",
        counts: [
          [3, 0],
          [0, 4],
        ],
      },
    });
    expect(headings(none)).not.toContain("Most frequent confusions");
  });

  test("of 100 classes have a matrix that scrolls, of 200 none", () => {
    const hundred = trainingPage({
      ...run,
      classNames: null,
      confusion: { of: "test", counts: countsOf(100) },
    });
    expect(hundred).toContain('<div class="matrix large" tabindex="0" role="group"');
    expect(hundred.length).toBeLessThan(1_500_000);
    const more = trainingPage({
      ...run,
      classNames: null,
      confusion: { of: "test", counts: countsOf(200) },
    });
    expect(readIn(more)).toContain("A matrix of 200 classes has no room here.");
    expect(more).not.toContain('<table class="confusion"');
    expect(headings(more)).toContain("By class");
  });
});

describe("samples", () => {
  const titles = (text: string): string[] =>
    [...text.matchAll(/<title>Class probabilities of (.*?)<\/title>/gu)].map(([, name]) => name!);

  test("that are misclassified come first, the others in their order", () => {
    expect(titles(page).slice(0, 7)).toEqual([2, 5, 8, 11, 14, 0, 1].map((i) => `image ${i}`));
    expect(readIn(page)).toContain("Misclassified samples come first.");
  });

  test("are cut where they are many, which is said", () => {
    const text = trainingPage({ ...run, samples: samplesOf(50, 10) });
    expect(titles(text)).toHaveLength(36);
    expect(readIn(text)).toContain("36 of 50 are shown.");
  });
});

describe("weights", () => {
  test("of colours say so", () => {
    const units = [new Float32Array(3 * 4 * 4).fill(0.5)];
    const text = readIn(trainingPage({ ...run, weights: { units, shape: [3, 4, 4] } }));
    expect(text).toContain(
      "1 unit. Each pixel is the weights of its red, green and blue; grey is 0",
    );
  });

  test("that are no numbers are counted", () => {
    const units = [Float32Array.of(NaN, 1, 2, 3)];
    const text = readIn(trainingPage({ ...run, weights: { units, shape: [2, 2] } }));
    expect(text).toContain("Black is 1 weight that is no finite number.");
  });

  test("that are no images are not shown", () => {
    const text = trainingPage({ ...run, weights: { units: [new Float32Array(13)], shape: [13] } });
    expect(headings(text)).not.toContain("First layer");
  });
});

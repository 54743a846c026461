/** @file The page of a training run and its pictures in a real browser: accessible, readable, nothing cut off. */

import axe from "axe-core";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { confusionSvg, lineChartSvg } from "../../src/draw/index.ts";
import { textWidth } from "../../src/draw/measure.ts";
import { curvesOf } from "../../src/report/curves.ts";
import { probabilitiesSvg } from "../../src/report/predictions.ts";
import { trainingPage } from "../../src/report/training.ts";
import type { TrainingReport } from "../../src/report/training.ts";
import { countsOf, epochsOf, regression, run, samplesOf } from "./run.ts";
import { executablePath, launched } from "../browser.ts";

const longName = "a class whose name is rather longer than those of others";
const reports: readonly (readonly [string, TrainingReport])[] = [
  ["the usual run", run],
  ["a regression", regression],
  [
    "one epoch, two classes, a long name, no images",
    {
      ...run,
      epochs: epochsOf(1),
      best: null,
      classNames: ["no", longName],
      confusion: { of: "validation", counts: countsOf(2) },
      samples: [{ pixels: null, shape: [13], probabilities: [0.9996, 0.0004], truth: 1 }],
      weights: null,
    },
  ],
  [
    "500 epochs, 20 classes",
    {
      ...run,
      epochs: epochsOf(500, 0),
      best: 499,
      classNames: Array.from({ length: 20 }, (_, i) => (i === 7 ? longName : `class ${i}`)),
      confusion: { of: "test", counts: countsOf(20) },
      samples: samplesOf(3, 20),
    },
  ],
];

/** What is wrong in a page by the rules of accessibility. */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: { run: () => Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
    };
    const found = await axe.run();
    return found.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
  });
}

/** Texts that a picture cuts off, and such that lie over one another. */
const misplaced = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    interface Rect {
      readonly left: number;
      readonly right: number;
      readonly top: number;
      readonly bottom: number;
    }
    interface Shown {
      readonly textContent: string;
      readonly getBoundingClientRect: () => Rect;
      readonly querySelectorAll: (selector: string) => Iterable<Shown>;
    }
    const { document } = globalThis as unknown as { document: Shown };
    const wrong: string[] = [];
    for (const svg of document.querySelectorAll("svg.nabla-picture")) {
      const all = svg.getBoundingClientRect();
      const texts = [...svg.querySelectorAll("text")].map((text) => ({
        text: text.textContent,
        box: text.getBoundingClientRect(),
      }));
      for (const [i, { text, box }] of texts.entries()) {
        if (
          box.left < all.left ||
          box.right > all.right ||
          box.top < all.top ||
          box.bottom > all.bottom
        )
          wrong.push(`${text} is cut off`);
        // Lines of text are higher than their letters.
        for (const { text: before, box: other } of texts.slice(0, i))
          if (
            box.left < other.right &&
            other.left < box.right &&
            box.top + 3 < other.bottom &&
            other.top + 3 < box.bottom
          )
            wrong.push(`${text} lies over ${before}`);
      }
    }
    return wrong;
  });

describe.skipIf(!executablePath)("in Chromium", () => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await launched();
  });
  afterAll(async () => browser.close());

  test.each(reports)(
    "%s has no violation of accessibility, in light and dark, wide and narrow",
    async (_, report) => {
      const context = await browser.newContext({ bypassCSP: true });
      const page = await context.newPage();
      const requests: string[] = [];
      page.on("request", (request) => requests.push(request.url()));
      await page.setContent(trainingPage(report));
      for (const width of [900, 400])
        for (const colorScheme of ["light", "dark"] as const) {
          await page.setViewportSize({ width, height: 1000 });
          await page.emulateMedia({ colorScheme });
          expect(await violations(page), `${colorScheme}, ${width} px`).toEqual([]);
          expect(await misplaced(page), `${width} px`).toEqual([]);
          const beyond = await page.evaluate(() => {
            const { document, innerWidth } = globalThis as unknown as {
              document: { documentElement: { scrollWidth: number } };
              innerWidth: number;
            };
            return document.documentElement.scrollWidth - innerWidth;
          });
          expect(beyond).toBeLessThanOrEqual(0);
        }
      expect(requests.filter((url) => !url.startsWith("data:"))).toEqual([]);
      await context.close();
    },
  );

  test("pictures are XML, and have their texts inside and apart", async () => {
    const page = await browser.newPage();
    const pictures = [
      lineChartSvg(curvesOf(run.epochs, 17)),
      confusionSvg({ counts: countsOf(10), names: run.classNames }, "Confusion matrix"),
      confusionSvg(
        { counts: countsOf(3), names: ["a", longName, "ü".repeat(50)] },
        "Confusion matrix",
      ),
      probabilitiesSvg(samplesOf(4, 10), ["<&>", longName]),
    ];
    for (const picture of pictures) {
      const fault = await page.evaluate((text) => {
        const { DOMParser } = globalThis as unknown as {
          DOMParser: new () => {
            parseFromString: (
              text: string,
              type: string,
            ) => { querySelector: (selector: string) => { textContent: string } | null };
          };
        };
        return (
          new DOMParser().parseFromString(text, "image/svg+xml").querySelector("parsererror")
            ?.textContent ?? null
        );
      }, picture);
      expect(fault).toBeNull();
      await page.setContent(picture);
      expect(await misplaced(page)).toEqual([]);
    }
    await page.close();
  });

  test("a picture by itself is dark on dark paper", async () => {
    const page = await browser.newPage({ colorScheme: "dark" });
    const picture = lineChartSvg(curvesOf(run.epochs, 17));
    await page.goto(`data:image/svg+xml;base64,${Buffer.from(picture).toString("base64")}`);
    const colors = (): Promise<string[]> =>
      page.evaluate(() => {
        const { document, getComputedStyle } = globalThis as unknown as {
          document: { querySelector: (selector: string) => object };
          getComputedStyle: (element: object) => { fill: string };
        };
        return [".paper", "text", ".line-1"].map(
          (s) => getComputedStyle(document.querySelector(s)).fill,
        );
      });
    expect(await colors()).toEqual(["rgb(24, 24, 27)", "rgb(230, 230, 234)", "rgb(76, 138, 245)"]);
    await page.emulateMedia({ colorScheme: "light" });
    expect(await colors()).toEqual(["rgb(255, 255, 255)", "rgb(27, 27, 31)", "rgb(32, 73, 202)"]);
    await page.emulateMedia({ colorScheme: "dark", media: "print" });
    expect((await colors())[0]).toBe("rgb(255, 255, 255)");
    await page.close();
  });

  test("no text is wider than it is taken for", async () => {
    const page = await browser.newPage();
    const texts = [
      ...Array.from({ length: 95 }, (_, i) => String.fromCodePoint(32 + i).repeat(20)),
      "validation at epoch 12 (not finite)",
      "T-shirt/top",
      "99.9% of 10,000",
      "Größe, naïve, œuvre",
      "Ширина Ж",
      "飞机 自動車",
      "αβγ ΔΩ ∂L",
      "−1.5e−7 … “quoted” →↓",
      "✓ 🛩️ 👩‍🚀",
    ];
    for (const isBold of [false, true]) {
      const font = `${isBold ? "600 " : ""}20px system-ui, sans-serif`;
      const measured = await page.evaluate(
        ({ texts: all, font: of }) => {
          const { OffscreenCanvas } = globalThis as unknown as {
            OffscreenCanvas: new (
              width: number,
              height: number,
            ) => {
              getContext: (kind: string) => {
                font: string;
                measureText: (text: string) => { width: number };
              };
            };
          };
          const context = new OffscreenCanvas(1, 1).getContext("2d");
          context.font = of;
          return all.map((text) => context.measureText(text).width);
        },
        { texts, font },
      );
      const tooWide = texts.filter(
        (text, i) => measured[i]! > textWidth(text, { size: 20, isBold }),
      );
      expect(tooWide, font).toEqual([]);
    }
    await page.close();
  });
});

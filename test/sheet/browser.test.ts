/** @file Pages in a real browser: no violation of accessibility in light and dark, and formulas that light their nodes. */

import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import axe from "axe-core";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildSheet } from "../../src/sheet/index.ts";
import { printerHere, printPage } from "../../src/sheet/pdf.ts";
import { executablePath, launched } from "../browser.ts";

const derivations = new URL("../../derivations/", import.meta.url);
const names = readdirSync(derivations)
  .filter((file) => file.endsWith(".solved.md"))
  .map((file) => file.replace(".solved.md", ""));

const pageOf = async (name: string): Promise<string> => {
  const text = readFileSync(new URL(`${name}.md`, derivations), "utf8");
  const [sheet] = await buildSheet(text, fileURLToPath(new URL(`${name}.md`, derivations)), "html");
  return String(sheet!.content);
};

describe.skipIf(!executablePath)("in Chromium", () => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await launched();
  });
  afterAll(async () => browser.close());

  test.each(names)("%s has no violation of accessibility in light and dark", async (name) => {
    const context = await browser.newContext({ bypassCSP: true });
    const page = await context.newPage();
    await page.setContent(await pageOf(name));
    await page.evaluate(axe.source);
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      const { violations, passes } = await page.evaluate(async () => {
        const { axe } = globalThis as unknown as {
          axe: {
            run: () => Promise<{
              violations: { id: string; nodes: { html: string }[] }[];
              passes: unknown[];
            }>;
          };
        };
        const found = await axe.run();
        return {
          violations: found.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`),
          passes: found.passes.length,
        };
      });
      expect(violations, colorScheme).toEqual([]);
      expect(passes, colorScheme).toBeGreaterThan(10);
    }
    await context.close();
  });

  test("a formula under the pointer lights the node that it belongs to, and no other", async () => {
    const page = await browser.newPage();
    const [sheet] = await buildSheet(
      "```nabla wrt=W steps=key graph=true\nW: m×n\nx: n\nh = tanh(Wx)\nL = ‖h‖²\n```\n",
      "sheet.md",
      "html",
    );
    await page.setContent(String(sheet!.content));
    const colorOf = (part: string): Promise<string> =>
      page.evaluate((selector) => {
        const { document, getComputedStyle } = globalThis as unknown as {
          document: { querySelector: (selector: string) => object };
          getComputedStyle: (element: object) => { color: string };
        };
        return getComputedStyle(document.querySelector(selector)).color;
      }, `.node[data-part="${part}"]`);
    const before = await colorOf("h");
    await page.locator('.steps [data-part="h"] .right').first().hover();
    expect(await colorOf("h")).not.toBe(before);
    expect(await colorOf("x")).toBe(before);
    await page.close();
  });

  test("nothing of an untrusted file runs, and nothing is fetched", async () => {
    const page = await browser.newPage();
    const requests: string[] = [];
    const dialogs: string[] = [];
    page.on("request", (request) => requests.push(request.url()));
    page.on("dialog", (dialog) => {
      dialogs.push(dialog.message());
      void dialog.dismiss();
    });
    const hostile = [
      "<script>alert(1)</script>",
      "<img src=x onerror=alert(2)>",
      "[link](javascript:alert(3))",
      "![picture](https://example.org/a.png)",
      "<iframe src='https://example.org'></iframe>",
      "`<svg onload=alert(4)>`",
    ].join("\n\n");
    const [sheet] = await buildSheet(hostile, "sheet.md", "html");
    await page.setContent(String(sheet!.content));
    for (const link of await page.locator("a").all()) await link.click({ noWaitAfter: true });
    expect(dialogs).toEqual([]);
    expect(requests.filter((url) => !url.startsWith("about:"))).toEqual([]);
    await page.close();
  });

  test("a PDF is printed where there is no LaTeX engine", async () => {
    const pdf = printPage(executablePath!, await pageOf("affine-softmax"));
    expect(pdf.subarray(0, 5).toString()).toBe("%PDF-");
    expect(printerHere()).not.toBeNull();
  });
});

/** @file Fences that ask for numbers: what they share, what stands after them, and where their mistakes are. */

import { describe, expect, test } from "vitest";
import { NablaError } from "../../src/diagnostics/errors.ts";
import { buildSheet } from "../../src/sheet/index.ts";
import type { SheetFormat, SheetOptions } from "../../src/sheet/index.ts";

const built = async (
  text: string,
  format: SheetFormat = "md",
  options: SheetOptions = {},
): Promise<string> => {
  const [sheet] = await buildSheet(text, "sheet.md", format, options);
  return String(sheet!.content);
};

const refused = async (text: string): Promise<string> => {
  try {
    await built(text);
  } catch (error) {
    if (error instanceof NablaError) return error.render();
    throw error;
  }
  return "no error";
};

const fence = (kind: string, body: string, options = ""): string =>
  `\`\`\`${`${kind} ${options}`.trim()}\n${body}\n\`\`\`\n`;

const problem = fence("nabla", "W: 2×2\nx, y: 2\nz = Wx\nL = ½‖z − y‖²", "wrt=W steps=none");
const numbers = fence("eval", "W = [1 2; 3 4]\nx = (1, 0)\ny = (0, 1)");

/** The rows of the tables after the fences. */
const rowsOf = (text: string): string[] =>
  text.split("\n").filter((line) => line.startsWith("| $") && !line.includes("value"));

describe("an eval fence", () => {
  test("gives the values of the last objective", async () => {
    const text = await built(`## One\n\n${problem}\n${numbers}`);
    expect(rowsOf(text)).toEqual([
      "| $\\mathbf{W}$ | $\\begin{bmatrix} 1 & 2 \\cr 3 & 4 \\end{bmatrix}$ | $\\begin{bmatrix} 1 & 0 \\cr 2 & 0 \\end{bmatrix}$ |",
      "| $\\mathbf{x}$ | $(1,\\ 0)$ | $(7,\\ 10)$ |",
      "| $\\mathbf{y}$ | $(0,\\ 1)$ | $(-1,\\ -2)$ |",
      "| $\\mathbf{z}$ | $(1,\\ 3)$ | $(1,\\ 2)$ |",
      "| $L$ | $2.5$ | $1$ |",
    ]);
    expect(text).toContain("| line 10: values of L | floats, and 10 complex-step derivatives");
  });

  test("shares its numbers with later ones, which may give others", async () => {
    const again = fence("eval", "x = (0, 0)", "forward=true");
    const text = await built(`## One\n\n${problem}\n${numbers}\n${again}`);
    expect(rowsOf(text).slice(5)).toEqual([
      "| $\\mathbf{W}$ | $\\begin{bmatrix} 1 & 2 \\cr 3 & 4 \\end{bmatrix}$ |",
      "| $\\mathbf{y}$ | $(0,\\ 1)$ |",
      "| $\\mathbf{x}$ | $(0,\\ 0)$ |",
      "| $\\mathbf{z}$ | $(0,\\ 0)$ |",
      "| $L$ | $0.5$ |",
    ]);
  });

  test("may have an objective of its own", async () => {
    const text = await built(`## One\n\n${problem}\n${fence("eval", "g = q²\nq = 3")}`);
    expect(rowsOf(text)).toEqual(["| $q$ | $3$ | $6$ |", "| $g$ | $9$ | $1$ |"]);
  });

  test("shows nothing to students", async () => {
    const text = await built(`## One\n\n${problem}\n${numbers}`, "md", { show: "problems" });
    expect(text).not.toContain("| $");
    expect(text).toContain("W = [1 2; 3 4]");
  });

  test.each(["html", "tex"] as const)("stands in a %s", async (format) => {
    const text = await built(`## One\n\n${problem}\n${numbers}`, format);
    expect(text).toContain(format === "tex" ? "\\begin{tabular}{l|ll}" : '<table class="values">');
    expect(text).toContain("2.5");
  });

  test("says its numbers as formulas, and as they were typed where they are long", async () => {
    const given = fence(
      "eval",
      "α: scalar; αxᵀy\nn = 2\nα = 1/3\nx = [0.50 −2]\ny = (3.14159265358979, 1)",
      "forward=true",
    );
    const text = await built(`## One\n\n${given}`, "tex");
    expect(text.slice(text.indexOf("\\alpha \\mathbf"), text.indexOf("\\end{center}"))).toBe(
      [
        String.raw`\alpha \mathbf{x}^\top \mathbf{y}$ \\[3pt]`,
        String.raw`$\displaystyle n = 2$ \\[3pt]`,
        String.raw`$\displaystyle \alpha = \tfrac{1}{3}$ \\[3pt]`,
        String.raw`$\displaystyle \mathbf{x} = (0.5,\ -2)$ \\[3pt]`,
        String.raw`\texttt{y\ =\ (3.14159265358979,\ 1)}`,
        "",
      ].join("\n"),
    );
  });

  test("has other letters in another copy", async () => {
    const options = "descend=W rate=α";
    const samples = "#| samples: x = [1 0; 0 1]; y = [1 0; 0 1]";
    const asked = fence("eval", `${samples}\nW = [1 2; 3 4]\nα = 0.5`, options);
    for (const variant of [1, 2, 3, 4]) {
      const text = await built(`## One\n\n${problem}\n${asked}`, "md", { variant });
      expect(text).toMatch(/^\| \$1\$ \| 1 \| 0 \|/mu);
      const [, weight] = /```nabla wrt=(\S+)/u.exec(text)!;
      expect(text).toContain(`descend=${weight}`);
    }
  });
});

describe("its mistakes", () => {
  test.each([
    [
      fence("eval", "x = (1, 2, 3)\nW = [1 2; 3 4]\ny = (0, 1)"),
      "error[numbers-misfit]: x is 2×1, and its numbers are 3×1\n  at sheet.md:11:1",
    ],
    [
      fence("eval", "x = (1, 2)\nW = [1 2; 3 4]"),
      "error[numbers-missing]: there are no numbers for y\n  at sheet.md:10:1",
    ],
    [
      fence("eval", "W = [1 2; 3 4]", 'samples="x = [1 0; 0 1]; y = [1 2 3]"'),
      "error[samples-differ]: there are 3 samples of y, and 2 of x\n  at sheet.md:10:34",
    ],
    [
      fence("eval", "x = 1", "descends=W"),
      "error[unknown-option]: “descends” is not an option of an eval fence\n  at sheet.md:10:9",
    ],
    [
      fence("eval", "x = 1", "iterations=0"),
      "error[bad-option]: iterations takes a whole number from 1\n  at sheet.md:10:20",
    ],
    [
      fence("nabla", "x: n\n‖x‖²", "wrt=x rate=1"),
      "error[unknown-option]: “rate” is not an option of a nabla fence\n  at sheet.md:10:16",
    ],
  ])("%s", async (asked, message) => {
    expect(await refused(`## One\n\n${problem}\n${asked}`)).toContain(message);
  });
});

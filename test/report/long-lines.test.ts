/** @file Long formulas of LaTeX: where they are broken, and where not. */

import { expect, test } from "vitest";
import { brokenEquation, linesOf } from "../../src/report/long-lines.ts";

const long = (letter: string, times = 26): string => letter.repeat(times);

test.each([
  ["what is short stays", "a + b", ["a + b"]],
  [
    "a sum is broken before its signs",
    `${long("a")} + ${long("b")} - c`,
    [long("a"), `+ ${long("b")} - c`],
  ],
  [
    "a line takes as many terms as it has room for",
    `a + ${long("b")} - ${long("c")}`,
    [`a + ${long("b")}`, `- ${long("c")}`],
  ],
  [
    "commands are one letter wide",
    `${String.raw`\alpha\beta`.repeat(10)} + b`,
    [`${String.raw`\alpha\beta`.repeat(10)} + b`],
  ],
  [
    "a fraction is as wide as its wider side",
    String.raw`\frac{${long("a")}}{${long("b")}} + c`,
    [String.raw`\frac{${long("a")}}{${long("b")}} + c`],
  ],
  [
    "signs within brackets join nothing that is broken",
    `(${long("a")} + ${long("b")})`,
    [`(${long("a")} + ${long("b")})`],
  ],
  [
    "nor those between bars",
    String.raw`\|${long("a")} + ${long("b")}\|^{2} + c`,
    [String.raw`\|${long("a")} + ${long("b")}\|^{2}`, "+ c"],
  ],
  [
    "nor those of fractions",
    String.raw`\frac{${long("a")} + ${long("b", 40)}}{c} - d`,
    [String.raw`\frac{${long("a")} + ${long("b", 40)}}{c}`, "- d"],
  ],
  ["a sign in front is no sum", `-${long("a", 60)}`, [`-${long("a", 60)}`]],
])("%s", (_, latex, lines) => {
  expect(linesOf(latex)).toEqual(lines);
});

test("an equation of several lines is aligned", () => {
  expect(brokenEquation("L = a + b")).toBe("L = a + b");
  expect(brokenEquation(`L = ${long("a", 50)} - b`)).toBe(
    `\\begin{aligned}\n&L = ${long("a", 50)} \\\\\n&\\quad {}- b\n\\end{aligned}`,
  );
});

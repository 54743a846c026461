/** @file A copy for students holds no answer, wherever it stands and whatever it begins with, and all else. */

import { describe, expect, test } from "vitest";
import { buildSheet } from "../../src/sheet/index.ts";
import type { SheetFormat } from "../../src/sheet/index.ts";

const formats = ["md", "html", "tex"] as const;

async function copyOf(text: string, format: SheetFormat): Promise<[copy: string, told: string[]]> {
  const told: string[] = [];
  const [sheet] = await buildSheet(text, "sheet.md", format, {
    show: "problems",
    warn: (warning) => told.push(warning),
  });
  return [String(sheet!.content), told];
}

/** What holds “secret” is hidden; what holds “shown” stays. */
const hidden = [
  // Labels.
  "**Answer.** secret",
  "**Solution:** secret\n\nsecret\n\n- secret",
  "*Answer.* secret",
  "***Answer:*** secret",
  "__Answer__: secret",
  "**Answer** secret",
  "*Answer*\n\nsecret",
  "**Answer: secret**",
  "**ANSWER:** secret",
  "Answer: secret",
  "answer: secret",
  "Solution. secret",
  "Sol: secret",
  "Ans. secret",
  "Answer — secret",
  "**Answer (a).** secret",
  "**Solution to exercise 2(b):** secret",
  "**Model solution.** secret",
  "Solution sketch: secret",
  "(a) Answer: secret",
  "✅ **Answer.** secret",
  "<b>Answer.</b> secret",
  // Within a paragraph.
  "shown?\n**Answer.** secret",
  "shown?\\\n**Answer.** secret",
  "shown?  \nAnswer: secret\nsecret",
  "shown $x$? **Answer.** secret",
  "shown *shown\nSolution: secret*",
  // Headings.
  "### Solution\n\nsecret\n\n#### secret\n\n```python\nsecret\n```\n\n### shown",
  "### Answers (2 points)\n\nsecret\n\n## shown",
  "### 1.2 Solution to part (b)\n\nsecret",
  "### shown: solution\n\nsecret\n\n### shown".replace("shown: s", "Part: s"),
  "Solution\n---\n\nsecret",
  "### Solution\n\n```nabla wrt=x\nx: n\nsecret = ‖x‖²\n```\n\nsecret",
  // Other blocks.
  "- shown\n\n  **Answer.** secret\n\n  secret\n- shown\n- Answer: secret",
  "1. shown\n   1. shown\n      **Solution.** secret\n2. shown",
  "> **Answer.** secret\n>\n> secret\n\nshown",
  "> shown\n>\n> Answer: secret\n> secret\n\nshown",
  "shown[^1] shown[^2]\n\n[^1]: **Answer.** secret\n[^2]: shown",
  "shown\n\n**Answer.** secret[^1]\n\n[^1]: secret [secret][u]\n\n[u]: http://secret.org",
  "**Answer.** secret\n\n[^1]: shown\n\n## shown [^1] [x][u]\n\n[u]: http://shown.org",
  "| shown | Answer |\n|---|---|\n| shown | secret |\n| shown | secret |",
  "| shown | shown |\n|---|---|\n| **Answer:** | secret |\n| shown | Answer: secret |",
  "<details>\n<summary>Solution</summary>\n\nsecret\n\n## secret\n\n</details>\n\nshown",
  "<details><summary><b>Answer</b></summary>secret</details>\n\nshown",
  "```solution\nsecret\n```\n\nshown",
  "```nabla\n# Answer: secret\nx: n % solution: secret\nf = ‖x‖²\n```\n\nshown",
  "shown <!-- secret --> shown\n\n<!-- Answer: secret -->",
];

const shown = [
  "Find the **answer**. shown",
  "Find the **solution.** shown",
  "Find the\nsolution. shown",
  "Find the\nSolution. shown",
  "Answer the questions. shown",
  "Answer question 2. shown",
  "Answer 3 of 5 questions. shown",
  "Answer (in one sentence): shown",
  "## Solutions of linear systems\n\nshown",
  "## A closed-form solution\n\nshown",
  "# Homework: solutions\n\nshown\n\n## shown",
  "| answer by | shown |\n|---|---|\n| shown | shown |",
];

const frame = (inner: string): string => `## shown first\n\n${inner}\n\n## shown last\n`;
const count = (text: string, word: string): number => text.split(word).length - 1;

describe.each(formats)("in %s", (format) => {
  test.each(hidden)("%j", async (text) => {
    const [copy, told] = await copyOf(frame(text), format);
    expect(copy).not.toContain("secret");
    expect(told).toEqual([]);
    expect(count(copy, "shown")).toBeGreaterThanOrEqual(count(frame(text), "shown"));
  });

  test.each(shown)("%j stays", async (text) => {
    const [copy] = await copyOf(text, format);
    expect(count(copy, "shown")).toBeGreaterThanOrEqual(count(text, "shown"));
  });
});

test("what may be an answer is told with its place", async () => {
  const text = "## One\n\n**Solution by induction.** It is.\n\n## Solutions of linear systems\n";
  const [, told] = await copyOf(text, "md");
  expect(told).toEqual([
    "warning[almost-answer]: this may be an answer, and stands in the copy for students\n  at sheet.md:3:1\n  3 | **Solution by induction.** It is.\n    | ^^^^^^^^^^^^^^^^^^^^^^^^^^\n  hint: begin it with **Answer.** to have it left out",
    "warning[almost-answer]: this may be an answer, and stands in the copy for students\n  at sheet.md:5:1\n  5 | ## Solutions of linear systems\n    | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  hint: begin it with **Answer.** to have it left out",
  ]);
});

test("an exam with answers has each of them in a solution", async () => {
  const text =
    "## One\n\n1. Why?\n\n   **Answer.** So.\n\n### Solution\n\n```nabla wrt=x\nx: n\nf = ‖x‖²\n```\n\nThus.\n";
  const [sheet] = await buildSheet(text, "sheet.md", "tex", { template: "exam", show: "answers" });
  const tex = String(sheet!.content);
  expect(count(tex, "\\begin{solution}")).toBe(2);
  expect(tex).toMatch(/\\begin\{solution\}\nSo\.\n\\end\{solution\}/u);
  expect(tex).not.toMatch(/\{Solution\}/u);
});

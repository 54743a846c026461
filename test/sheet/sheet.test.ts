/** @file Sheets from their source to each kind of document, and what is never in them. */

import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { NablaError } from "../../src/diagnostics/errors.ts";
import { buildSheet } from "../../src/sheet/index.ts";
import type { SheetFormat, SheetOptions } from "../../src/sheet/index.ts";
import { printerHere } from "../../src/sheet/pdf.ts";
import { processorTime } from "../clock.ts";

const built = async (
  text: string,
  format: SheetFormat = "md",
  options: SheetOptions = {},
): Promise<string> => {
  const [sheet] = await buildSheet(text, "sheet.md", format, options);
  return String(sheet!.content);
};

const refused = async (text: string, format: SheetFormat = "md"): Promise<string> => {
  try {
    await built(text, format);
  } catch (error) {
    if (error instanceof NablaError) return error.render();
    throw error;
  }
  return "no error";
};

const fence = (body: string, options = "wrt=x"): string =>
  `\`\`\`nabla ${options}\n${body}\n\`\`\`\n`;
const answer = (body: string, options = ""): string => `\`\`\`answer ${options}\n${body}\n\`\`\`\n`;

const small = `---
title: A small sheet
show: answers
---

## One (2 points)

Before.

${fence("x: n\nf = ‖x‖²")}
After.

**Answer.** It grows with the length.

## Two

${answer("1")}`.replace(answer("1"), fence("x: n\nf = xᵀx"));

describe("Markdown", () => {
  test("is the source with results after their fences", async () => {
    expect(await built(small)).toBe(
      [
        "<!-- built by nabla sheet -->",
        "",
        "# A small sheet",
        "",
        "## One (2 points)",
        "",
        "Before.",
        "",
        "```nabla wrt=x",
        "x: n",
        "f = ‖x‖²",
        "```",
        "",
        "**Result.**",
        "",
        "$$",
        "\\nabla_{\\mathbf{x}} f = 2 \\mathbf{x}",
        "$$",
        "",
        "- x and its gradient are n×1",
        "- verified at 4 random points to 1e-8, by complex-step derivatives of the input",
        "",
        "After.",
        "",
        "**Answer.** It grows with the length.",
        "",
        "## Two",
        "",
        "```nabla wrt=x",
        "x: n",
        "f = xᵀx",
        "```",
        "",
        "**Result.**",
        "",
        "$$",
        "\\nabla_{\\mathbf{x}} f = 2 \\mathbf{x}",
        "$$",
        "",
        "- x and its gradient are n×1",
        "- verified at 4 random points to 1e-8, by complex-step derivatives of the input",
        "",
        "## How the results were checked",
        "",
        "| result | compared with | points | largest relative error |",
        "| --- | --- | --- | --- |",
        "| line 10: gradient by x | complex-step derivatives of the input | 4 | 2e-16 |",
        "| line 21: gradient by x | complex-step derivatives of the input | 4 | 2e-16 |",
        "",
      ].join("\n"),
    );
  });

  test("holds no \\operatorname, which GitHub does not know", async () => {
    const text = fence("y: n onehot\nz: n\n−yᵀlog(softmax(z))", "wrt=z steps=key");
    expect(await built(text)).not.toContain("\\operatorname");
  });
});

test.each(["md", "html", "tex"] as const)(
  "a copy for students has neither results nor answers (%s)",
  async (format) => {
    const copy = await built(small, format, { show: "problems" });
    expect(copy).toContain("Before.");
    expect(copy).toContain("After.");
    expect(copy).not.toMatch(/nabla_|It grows|verified|checked/u);
  },
);

test("a copy for students holds no answer by hand, and no result that a fence asks for", async () => {
  const text = `${fence("x: n\nf = ‖x‖²", "wrt=x show=steps")}\n${answer("2x")}`;
  const copy = await built(text, "md", { show: "problems" });
  expect(copy).not.toMatch(/nabla_|2x|Result/u);
});

describe("fences of one problem", () => {
  test("share what they say", async () => {
    const text = `${fence("A: n×n symmetric\nx: n\nf = xᵀAx")}\n${fence("g = f²")}`;
    expect(await built(text, "md", { show: "answers" })).toContain(
      "\\nabla_{\\mathbf{x}} g = 4 f \\mathbf{A} \\mathbf{x}",
    );
  });

  test("say anew what earlier ones said otherwise", async () => {
    const text = `${fence("x: n\nf = ‖x‖²")}\n${fence("x: 3\nf = 𝟏ᵀx")}`;
    expect(await built(text, "md", { show: "answers" })).toContain("= \\mathbf{1}\n");
  });

  test("ask of the last objective where they say nothing", async () => {
    const text = `${fence("x, y: n\nf = xᵀy")}\n${fence("", "wrt=y")}`;
    expect(await built(text, "md", { show: "answers" })).toContain(
      "\\nabla_{\\mathbf{y}} f = \\mathbf{x}",
    );
  });

  test("share nothing with those of another problem", async () => {
    const text = `## One\n\n${fence("x: n\nf = ‖x‖²")}\n## Two\n\n${fence("f²")}`;
    expect(await refused(text)).toContain("at sheet.md:");
  });
});

test.each([
  [
    "x_i: d for i = 1..n\ny_i: scalar for i = 1..n\nw: d\nL = Σ_i (wᵀx_i − y_i)²",
    [
      "\\mathbf{x}_{i} \\in \\mathbb{R}^{d}, \\quad i = 1, \\dots, n",
      "y_{i} \\in \\mathbb{R}, \\quad i = 1, \\dots, n",
    ],
  ],
  [
    "x_i: d for i = 1..3\nx: d\nw: d\nL = Σ_i ‖x_i − x − w‖²",
    [
      "\\mathbf{x}_{i} \\in \\mathbb{R}^{d}, \\quad i = 1, \\dots, 3",
      "\\mathbf{x} \\in \\mathbb{R}^{d}",
    ],
  ],
  ["i = 1, …, n\nx_i ∈ ℝ^d\nw: d\nL = Σ_i (wᵀx_i)²", ["\\mathbf{x}_{i} \\in \\mathbb{R}^{d}"]],
  [
    "f, g: ℝ→ℝ\nC: ℝ^n→ℝ\nk: ℝ^n×ℝ^p→ℝ\nh: ℝ^n→ℝ^m\nw: n\nθ: p\nL = C(w) + 𝟏ᵀh(w) + k(w, θ)f(g(𝟏ᵀw))",
    [
      "f, g \\colon \\mathbb{R} \\to \\mathbb{R}",
      "C \\colon \\mathbb{R}^{n} \\to \\mathbb{R}",
      "k \\colon \\mathbb{R}^{n} \\times \\mathbb{R}^{p} \\to \\mathbb{R}",
      "h \\colon \\mathbb{R}^{n} \\to \\mathbb{R}^{m}",
    ],
  ],
  ["w: C\ny: index 1..C\nL = −log softmax(w)_y", ["y \\in \\{1, \\dots, C\\}"]],
  [
    "w: n\nW: m×n\ngiven: Z = XY ⇒ ∂L/∂X = (∂L/∂Z)Yᵀ\nL = ‖Ww‖²",
    [
      "\\text{given: } \\mathbf{Z} = \\mathbf{X} \\mathbf{Y} \\;\\Rightarrow\\; \\frac{\\partial L}{\\partial \\mathbf{X}} = \\frac{\\partial L}{\\partial \\mathbf{Z}} \\mathbf{Y}^\\top",
    ],
  ],
  // In the letters that were typed.
  [
    "w: C\ny: index 1..C\nL = Σ_{j≠y} max(0, w_j − w_y)",
    ["\\sum_{j \\neq y} \\max(0, w_{j} - w_{y})"],
  ],
])("families and functions are among what a problem states: %j", async (body, stated) => {
  const tex = await built(fence(body, "wrt=w show=problems"), "tex");
  for (const formula of stated) expect(tex).toContain(formula);
});

test.each([
  ["## One (6 points)", "points=6", ""],
  ["## One (8 points)", "points=6", "6 points"],
  ["## One", "points=1", "1 point"],
])("points stand where they say something: %s, %s", async (heading, option, told) => {
  const text = `${heading}\n\n${fence("x: n\nf = ‖x‖²", option)}`;
  expect(/\\hfill \((.*?)\)/u.exec(await built(text, "tex", { template: "exam" }))?.[1] ?? "").toBe(
    told,
  );
  expect(/class="points">(.*?)</u.exec(await built(text, "html"))?.[1] ?? "").toBe(told);
});

test.each([
  ["---\ntitle: A_1\ncourse: C\ndate: May\n---\n\nText.", "# A\\_1\n\nC · May\n\nText."],
  ["---\nauthor: A. B.\n---\n# T\n\nText.\n\n## One", "# T\n\nA. B.\n\nText.\n\n## One"],
])("Markdown keeps what the front matter says: %j", async (text, begin) => {
  expect(await built(text)).toContain(`\n\n${begin}`);
});

test("letters that pdflatex lacks are told, once and with their place", async () => {
  const told: string[] = [];
  const warn = (warning: string): unknown => told.push(warning);
  const text = "# Ünïcode “ℝ” ½\n\nIt is 漢字, `и`.\n";
  expect(await built(text, "html", { warn })).toContain("漢字");
  expect(told).toEqual([]);
  await built(text, "tex", { warn });
  expect(told).toEqual([
    "warning[unprintable]: pdflatex has no letter for “漢” (U+6F22): its number is printed\n  at sheet.md:3:7\n  3 | It is 漢字, `и`.\n    |       ^^\n  note: so are 2 more\n  hint: a page shows it: -o SHEET.html, which a browser prints",
  ]);
});

describe("answers by hand", () => {
  const problem = fence("W: m×n\nx: n\nK = WᵀWx − x\nL = ½‖K‖²", "wrt=W show=answers");
  test.each([
    ["WKxᵀ + WxKᵀ", "**The answer is right.**"],
    ["W((WᵀWx − x)xᵀ + x(WᵀWx − x)ᵀ)", "**The answer is right.**"],
    [
      "WKxᵀ",
      "**The answer is wrong:** the path through $\\mathbf{W}^\\top$ is missing; add $\\mathbf{W} \\mathbf{x} \\mathbf{K}^\\top$. Made right: $\\mathbf{W} \\mathbf{K} \\mathbf{x}^\\top + \\mathbf{W} \\mathbf{x} \\mathbf{K}^\\top$.",
    ],
    [
      "xKᵀWᵀ",
      "**The answer is wrong:** the answer is the transpose of the right one: $\\mathbf{W}$ is m×n, and its gradient has the same shape, not n×m; the path through $\\mathbf{W}^\\top$ is missing; add $\\mathbf{W} \\mathbf{x} \\mathbf{K}^\\top$.",
    ],
    [
      "(K + x)x",
      "**The answer is wrong:** cannot multiply (K + x) (n×1) and x (n×1); (K + x)ᵀx for the inner product, (K + x)xᵀ for the outer, (K + x) ⊙ x entry by entry.",
    ],
  ])("%s", async (text, verdict) => {
    expect(await built(`${problem}\n${answer(text)}`)).toContain(verdict);
  });

  test("have points, where the fence says how many", async () => {
    expect(await built(`${problem}\n${answer("WKxᵀ", "points=6")}`)).toMatch(/ 3 of 6 points\.$/mu);
    expect(await built(`${problem}\n${answer("WKxᵀ + WxKᵀ", "points=6")}`)).toContain(
      "**The answer is right.** 6 of 6 points.",
    );
  });

  test.each(["md", "html", "tex"] as const)("that are told by cases have a %s", async (format) => {
    const softmax = fence("y = softmax_β(x)", "wrt=x show=answers");
    const text = `${softmax}\n${answer("i = j: βy_i(1 − y_i); i ≠ j: βy_iy_j")}`;
    expect(await built(text, format)).toMatch(/\\begin\{cases\}/u);
  });

  test("may be in terms of what flows into a part", async () => {
    const net = fence("h = tanh(Wx + b)\nL = ½‖h − t‖²", "wrt=b show=answers");
    expect(await built(`${net}\n${answer("∂L/∂h ⊙ (𝟏 − h ⊙ h)")}`)).toContain(
      "The answer is right.",
    );
  });

  test("need a derivation before them, by the same variable", async () => {
    expect(await refused(answer("x"))).toBe(
      [
        "error[answer-alone]: there is no derivation before this answer",
        "  at sheet.md:1:1",
        "  1 | ```answer ",
        "    | ^^^^^^^^^^",
        "  hint: put a ```nabla fence with wrt=… above it, in the same problem",
      ].join("\n"),
    );
    expect(await refused(`${problem}\n${answer("x", "wrt=x")}`)).toContain("hint: wrt=W");
  });
});

describe("mistakes have their place in the sheet", () => {
  test.each([
    [`Text.\n\n${fence("x: n\nf = ‖x")}`, "sheet.md:5:5"],
    [fence("x: n\nf = ‖x‖²", "wrt=y"), "sheet.md:1:14"],
    [`${fence("A: n×n\nx: n", "kind=gradient")}\n${fence("xᵀA + x")}`, "sheet.md:7:1"],
  ])("%j", async (text, place) => {
    expect((await refused(text)).split("\n")[1]).toBe(`  at ${place}`);
  });
});

test("a table that is too wide for LaTeX is told, and stands in a page", async () => {
  const wide = `${"|a".repeat(61)}|\n${"|-".repeat(61)}|\n`;
  expect(await refused(`Text.\n\n${wide}`, "tex")).toContain(
    "error[wide-table]: LaTeX prints no table of more than 60 columns\n  at sheet.md:3:1\n",
  );
  expect(await built(wide, "html")).toContain("<th");
});

test("a formula that cannot be printed is a mistake with its place", async () => {
  for (const format of ["html", "tex"] as const)
    expect((await refused("A formula $\\foo$.", format)).split("\n")[1]).toBe("  at sheet.md:1:12");
});

describe("another copy", () => {
  const text = `The loss $\\lVert \\mathbf{A}\\mathbf{x} \\rVert^2$.\n\n${fence("A: m×n\nx: n\nL = ‖Ax‖²", "wrt=x show=answers")}`;
  test("is the same for the same seed, and another for another", async () => {
    const copies = await Promise.all([1, 1, 2].map((variant) => built(text, "md", { variant })));
    expect(copies[0]).toBe(copies[1]);
    expect(copies[0]).not.toBe(copies[2]);
  });

  test("has the letters of its fences in its prose", async () => {
    const copy = await built(text, "md", { variant: 1 });
    const [, matrix, vector] = /L = ‖(\w)(\w)‖²/u.exec(copy)!;
    expect(matrix).not.toBe("A");
    expect(copy).toContain(`$\\lVert \\mathbf{${matrix}}\\mathbf{${vector}} \\rVert^2$`);
    expect(copy).toContain(`2 \\mathbf{${matrix}}^\\top \\mathbf{${matrix}} \\mathbf{${vector}}`);
  });
});

describe("the page", () => {
  test("runs nothing and fetches nothing", async () => {
    const html = await built(
      `<script>alert(1)</script>\n\n[a](javascript:alert(1))\n\n${small.slice(50)}`,
      "html",
    );
    expect(html).not.toMatch(/<script|javascript:|onerror|<link|@import|url\((?!data:)/u);
    expect(html).toContain("<math ");
  });

  test("lights the node that a formula belongs to, and the other way round", async () => {
    const html = await built(
      fence("W: m×n\nx: n\nh = tanh(Wx)\nL = ‖h‖²", "wrt=W steps=key graph=true"),
      "html",
    );
    expect(html).toContain('<g class="node" data-part="h">');
    expect(html).toContain('<div data-part="h">');
    expect(html).toContain('#fence-1:has(.steps [data-part="h"]:hover) .node[data-part="h"]');
  });
});

describe("LaTeX", () => {
  test("an exam has questions, parts and solutions", async () => {
    const text = `# Exam\n\n## One (3 points)\n\n### (a) First (1 point)\n\n${fence("x: n\nf = ‖x‖²", "wrt=x")}\n\n**Answer.** Yes.\n\n## Two\n\nText.\n`;
    const tex = await built(text, "tex", { template: "exam" });
    const lines = tex
      .split("\n")
      .filter((line) => /questions|parts\}|solution\}|\\question|\\part\[/u.test(line));
    expect(lines).toEqual([
      "\\begin{questions}",
      "\\question[3] \\textbf{One}\\par",
      "\\begin{parts}",
      "\\part[1] \\textbf{First}\\par",
      "\\begin{solution}",
      "\\end{solution}",
      "\\begin{solution}",
      "\\end{solution}",
      "\\end{parts}",
      "\\question \\textbf{Two}\\par",
      "\\end{questions}",
    ]);
  });

  test("an exam numbers questions by itself, has remarks that are none, and tells answers from solutions", async () => {
    const text = `# Exam\n\n## Problem 1: a sum (3 points)\n\n### (a) First (1 point)\n\n${fence("x: n\nf = ‖x‖²", "wrt=x")}\n\n\`\`\`answer wrt=x\n3x\n\`\`\`\n\n### Remark: more\n\nText.\n`;
    const tex = await built(text, "tex", { template: "exam" });
    const lines = tex.split("\n");
    for (const line of [
      "\\question[3] \\textbf{A sum}\\par",
      "\\textbf{Remark: more}\\par",
      "{\\renewcommand{\\solutiontitle}{\\noindent\\textbf{Answer:}\\par\\noindent}",
      "$\\times$ \\textbf{The answer is wrong:} the answer is $\\frac{3}{2}$ times what it should be: multiply by $\\frac{2}{3}$. Made right: $2 \\mathbf{x}$.",
    ])
      expect(lines).toContain(line);
  });
});

const printer = printerHere();
if (printer?.kind !== "latex")
  process.stderr.write("no LaTeX engine: what needs one is not tested\n");

describe.skipIf(printer?.kind !== "latex")("with pdflatex", () => {
  const derivations = new URL("../../derivations/", import.meta.url);
  const names = readdirSync(derivations)
    .filter((file) => file.endsWith(".solved.md"))
    .map((file) => file.replace(".solved.md", ""));

  test.each(names.flatMap((name) => [[name, "article"] as const, [name, "exam"] as const]))(
    "%s compiles as %s with no error and no overfull box",
    async (name, template) => {
      const text = readFileSync(new URL(`${name}.md`, derivations), "utf8");
      const folder = mkdtempSync(join(tmpdir(), "nabla-"));
      const path = fileURLToPath(new URL(`${name}.md`, derivations));
      const [sheet] = await buildSheet(text, path, "tex", { template });
      writeFileSync(join(folder, "sheet.tex"), String(sheet!.content));
      const { status, stdout } = spawnSync(
        "pdflatex",
        ["-no-shell-escape", "-interaction=nonstopmode", "-halt-on-error", "sheet.tex"],
        { cwd: folder, encoding: "utf8" },
      );
      expect(stdout.match(/^!.*/gmu) ?? []).toEqual([]);
      expect(stdout.match(/^Overfull.*/gmu) ?? []).toEqual([]);
      expect(status).toBe(0);
    },
  );

  test("a PDF is made", async () => {
    const [sheet] = await buildSheet(small, "sheet.md", "pdf");
    expect(Buffer.from(sheet!.content).subarray(0, 5).toString()).toBe("%PDF-");
  });
});

test("without an engine and a browser a PDF is refused, and what to install is said", async () => {
  const path = process.env["PATH"];
  process.env["PATH"] = mkdtempSync(join(tmpdir(), "nabla-"));
  try {
    expect(printerHere()).toBeNull();
    await expect(buildSheet(small, "sheet.md", "pdf")).rejects.toMatchObject({
      exit: 4,
      diagnostic: { code: "no-printer" },
    });
  } finally {
    process.env["PATH"] = path;
  }
});

test("a sheet of 40 problems is a page in a few seconds", async () => {
  const problems = Array.from(
    { length: 40 },
    (_, i) =>
      `## Problem ${i + 1}\n\n${fence(`W: m×n\nx: n\nz = Wx\nh = tanh(z)\nL = ½‖h − y‖² + ${i + 1}‖x‖²`, "wrt=W,x steps=key")}`,
  );
  const start = processorTime();
  await built(problems.join("\n"), "html");
  // The program is built for speed; here the sources run as they are.
  expect(processorTime() - start).toBeLessThan(15_000);
});

/** @file Other copies of a sheet: which letters change, and that nothing else does. */

import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { greek } from "../../grammar/tokens.ts";
import type { Content } from "../../src/sheet/markdown.ts";
import { stretchOf } from "../../src/sheet/markdown.ts";
import * as parsers from "../../src/sheet/parsers.ts";
import { withLetters } from "../../src/sheet/relettered.ts";
import { solve } from "../../src/sheet/solve.ts";
import { readSheet as read } from "../../src/sheet/source.ts";
import type { SheetSource } from "../../src/sheet/source.ts";
import { variantOf } from "../../src/sheet/variant.ts";

const readSheet = (text: string): SheetSource => read(text, "sheet.md", parsers);
const copyOf = (text: string, seed: number): string => variantOf(readSheet(text), seed);
const fence = (body: string, options = "wrt=x"): string =>
  `\`\`\`nabla ${options}\n${body}\n\`\`\`\n`;

describe("letters change in", () => {
  const letters = new Map(
    Object.entries({ A: "B", W: "U", X: "Z", N: "M", x: "v", n: "k", m: "p", w: "u", β: "μ" }),
  );
  const lettered = {
    names: new Set(["xx"]),
    known: new Set("AWXNxnmwuT"),
    indices: new Set("ijnm"),
  };
  const changed = (text: string, language: "problem" | "formula"): string =>
    withLetters(text, { ...lettered, language }, (letter, isScript) =>
      isScript ? undefined : letters.get(letter),
    );

  test.each([
    ["x^TAx", "v^TBv"],
    ["W^{-T}x^\\mathsf{T}Wx", "U^{-T}v^\\mathsf{T}Uv"],
    ["xWA", "vUB"],
    ["d\\mathbf{x}", "d\\mathbf{v}"],
    ["\\frac{\\mathrm{d}L}{\\mathrm{d}x}", "\\frac{\\mathrm{d}L}{\\mathrm{d}v}"],
    ["\\hat{x} + \\bar x", "\\hat{v} + \\bar v"],
    ["x\u0302 + ẋ", "v\u0302 + v\u0307"],
    ["W_{in} + X_{nm} + x_{\\text{max}}", "U_{in} + Z_{kp} + v_{\\text{max}}"],
    ["\\begin{array}{ccx} x \\end{array}", "\\begin{array}{ccx} v \\end{array}"],
    [
      "\\begin{pmatrix} x \\\\[2pt] n \\end{pmatrix}",
      "\\begin{pmatrix} v \\\\[2pt] k \\end{pmatrix}",
    ],
    ["\\operatorname{max} x \\text{ with n }", "\\operatorname{max} v \\text{ with n }"],
    ["\\mathcal{N}(x, \\beta N)", "\\mathcal{N}(v, \\mu M)"],
    ["\\mathbb{N} \\ni N \\in ℕ", "\\mathbb{N} \\ni M \\in ℕ"],
    ["ℝⁿ ∋ x₁, xₙ, Xᵀ", "ℝᵏ ∋ v₁, vₖ, Zᵀ"],
    ["\\mathbf{𝐗𝒙}𝒩", "\\mathbf{𝐙𝒗}𝒩"],
    ["xx", "xx"],
  ])("a formula: %s", (before, after) => {
    expect(changed(before, "formula")).toBe(after);
  });

  test.each([
    ["f = x^TAx; dL/dx", "f = v^TBv; dL/dv"],
    ["X in R^(m x n), A: nxm, x: n", "Z in R^(p x k), B: kxp, v: k"],
    ["f: R^n x R^m -> R", "f: R^k x R^p -> R"],
    ["x' beta*W*x .^2 + norm2(x)", "v' mu*U*v .^2 + norm2(v)"],
    [
      "w = softmax_β(x)  # x is a column, W's A: nan",
      "u = softmax_μ(v)  # v is a column, W's A: nan",
    ],
    ["K: n×n SPD; 𝟏_n + eye(n) + I_n", "K: k×k SPD; 𝟏_k + eye(k) + I_k"],
    ["A: ℝᵐˣⁿ; xₘ", "B: ℝᵖˣᵏ; vₚ"],
    ["W ∈ ℝⁿ; wⁿ", "U ∈ ℝᵏ; uᵏ"],
    ["given: ∂L/∂A = x W", "given: ∂L/∂B = v U"],
  ])("a problem: %s", (before, after) => {
    expect(changed(before, "problem")).toBe(after);
  });
});

describe("a copy", () => {
  test("takes no letter that a formula of the prose uses", () => {
    const text = `Here $a b c p q r s u v w y$ are other things.\n\n${fence("x: n\nf = ‖x‖²")}`;
    for (const seed of [1, 2, 3])
      expect(/(\w): (\w)/u.exec(copyOf(text, seed))!.slice(1)).toEqual(["z", expect.anything()]);
  });

  test("has other letters for names that nothing declares", () => {
    const copy = copyOf(fence("h = tanh(Wx + b)\nL = ½‖h − t‖²"), 1);
    expect(copy).not.toMatch(/[Wxbt](?![a-z])(?<!tanh)(?<!wrt)/u);
  });

  test("changes both cases of a letter together", () => {
    const copy = copyOf(`Rows $x_i$ of $X$.\n\n${fence("X: N×d\nw: d\n‖Xw‖²", "wrt=w")}`, 3);
    const [, row, whole] = /Rows \$(\w)_i\$ of \$(\w)\$/u.exec(copy)!;
    expect(row).not.toBe("x");
    expect(whole).toBe(row!.toUpperCase());
  });

  test("leaves the d of differentials", () => {
    const copy = copyOf(
      `$df = 2\\mathbf{x}^T d\\mathbf{x}$, $\\mathbf{x} \\in \\mathbb{R}^d$.\n\n${fence("x: d\nf = xᵀx")}`,
      1,
    );
    expect(copy).toMatch(/\$df = 2\\mathbf\{(\w)\}\^T d\\mathbf\{\1\}\$, \$.*\^d\$/u);
  });

  test("of a problem that is not understood is that problem", () => {
    const text = fence("x: n\nf = ‖x");
    expect(copyOf(text, 1)).toBe(text);
  });
});

const folder = new URL("../../derivations/", import.meta.url);
const sheets = readdirSync(folder)
  .filter((file) => file.endsWith(".md") && !file.endsWith(".solved.md"))
  .map((file) => [file, readFileSync(new URL(file, folder), "utf8")] as const)
  .filter(([, text]) => text.includes("```nabla"));

/** A sheet with its results as answers after their fences, in LaTeX, with what they name that no fence does. */
function withResults(text: string): string {
  const sheet = readSheet(text);
  const asked = solve(sheet).flatMap(({ fence: { span, problem }, found }) => {
    const bodies = sheet.fences.flatMap((f) => (f.problem === problem ? [f.body] : []));
    const isDefined = (name: string): boolean =>
      bodies.some((body) =>
        body.split(/[;\n]/u).some((line) => line.trim().startsWith(`${name} =`)),
      );
    return found.map(({ variable, latex, where }) => {
      const own = where.filter(({ name }) => !isDefined(name));
      const lines = [...own.map((of) => `${of.name} = ${of.latex}`), latex];
      const answer = `\`\`\`answer wrt=${variable.name}\n${lines.join("\n")}\n\`\`\``;
      return [span.end, `\n\n${answer}\n`] as const;
    });
  });
  return asked.reduceRight((all, [at, put]) => all.slice(0, at) + put + all.slice(at), text);
}

/** The runs of letters in the formulas and fences of each problem; what dresses them is not told. */
const runsOf = ({ tree, fences, problems }: SheetSource): string[][] =>
  problems.map(({ span }) => {
    const texts = [
      ...formulasIn(tree.children),
      ...fences.flatMap((f) => [
        { at: f.span.start, text: [f.options.wrt, f.options.paths, f.options.upstream].join("\n") },
        { at: f.at, text: f.body },
      ]),
    ].filter(({ at }) => at >= span.start && at < span.end);
    return texts.flatMap(({ text }) => runsIn(text));
  });

const runsIn = (text: string): string[] =>
  text
    .replaceAll(/\\(?:operatorname|begin|end|mathbb) ?\{.*?\}/gu, "")
    .replaceAll(/\\([A-Za-z]+)/gu, (_, command: string) => greek[command] ?? "")
    .match(/[A-Za-z]+|[\p{Ll}\p{Lu}]/gu) ?? [];

const formulasIn = (nodes: readonly Content[]): { at: number; text: string }[] =>
  nodes.flatMap((node) =>
    "children" in node
      ? formulasIn(node.children)
      : node.type === "math" || node.type === "inlineMath"
        ? [{ at: stretchOf(node).start, text: node.value }]
        : [],
  );

/** Runs that are words, though letters of them change elsewhere. */
const words =
  /^(?:in|out|gt|given|wrt|tr|sum|log|exp|max|mean|diag|sign|index|scalar|positive|onehot|for|\p{Ll}{4,})$/u;

const seeds = process.env["NABLA_LONG"] ? [1, 2, 3, 4, 5, 6, 7, 8] : [1];

describe.each(sheets)("%s", (_, text) => {
  const answered = withResults(text);
  const original = readSheet(answered);
  const verdicts = (sheet: SheetSource): (string | undefined)[] =>
    solve(sheet).map(({ judgement }) => judgement?.verdict);

  test.each(seeds)("has copies with the same results and verdicts (seed %d)", (seed) => {
    const copy = readSheet(variantOf(original, seed));
    expect(copy.source.text).not.toBe(answered);
    expect(copy.source.text).toBe(variantOf(original, seed));
    expect(verdicts(copy)).toEqual(verdicts(original));
  });

  test.each([1, 2, 3, 4, 5])("changes each letter to one other, everywhere (seed %d)", (seed) => {
    const copies = runsOf(readSheet(variantOf(original, seed)));
    for (const [problem, runs] of runsOf(original).entries()) {
      const copied = copies[problem]!;
      expect(copied.length).toBe(runs.length);
      const pairs = runs.flatMap((run, i) =>
        run === copied[i] && words.test(run)
          ? []
          : [...run].map((letter, k) => [letter, [...copied[i]!][k]!] as const),
      );
      const letters = new Map(pairs);
      expect(pairs.filter(([old, put]) => letters.get(old) !== put)).toEqual([]);
      expect(
        [...letters].filter(([, put], i, all) =>
          all.some(([, other], k) => k < i && put === other),
        ),
      ).toEqual([]);
      const changed = [...letters].filter(([old, put]) => old !== put);
      expect(changed.length > 0).toBe(
        original.fences.some((f) => f.problem === problem && f.kind !== "train"),
      );
      for (const [old, put] of changed) {
        expect(letters.has(put)).toBe(false);
        expect(put).not.toMatch(/[IeEdTRijlLfπΣσ]/u);
        expect(/\p{Lu}/u.test(put)).toBe(/\p{Lu}/u.test(old));
        expect(/[α-ω]/u.test(put)).toBe(/[α-ω]/u.test(old));
      }
    }
  });
});

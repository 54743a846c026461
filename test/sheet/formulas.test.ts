/** @file Formulas that a person typed: what KaTeX and pdflatex both take is printed, all else is refused at its place. */

import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { NablaError } from "../../src/diagnostics/errors.ts";
import { argumentsOf, commands, takesText } from "../../src/sheet/commands.ts";
import { typedFormula } from "../../src/sheet/formulas.ts";

const raw = String.raw;

const printed = (latex: string): string =>
  typedFormula(latex, { source: { role: "sheet", text: latex }, start: 0, end: latex.length });

/** The printed formula, or the first line and the hint of the error. */
function told(latex: string): string {
  try {
    return printed(latex);
  } catch (error) {
    if (!(error instanceof NablaError)) throw error;
    const { code, message, span, hint } = error.diagnostic;
    const place = span && latex.slice(span.start, span.end);
    return [`${code}: ${message}`, place, ...(hint === undefined ? [] : [hint])].join(" | ");
  }
}

describe("are printed", () => {
  test.each([
    [raw`\frac{1}{2}\|\mathbf{W}^T\mathbf{W}x - x\|^2`, null],
    [raw`\mathcal{L} = \sum_{i=1}^{n} \left\| y_i - f(x_i, \theta) \right\|_2^2`, null],
    [
      raw`\begin{pmatrix} a & b \\[2pt] c & d \end{pmatrix} \begin{array}{l|c} x & \text{if } \\ \hline y \end{array}`,
      null,
    ],
    [
      raw`\operatorname*{arg\,min}_x \underset{x}{\max} \hat{\theta} \sqrt 2 \frac12 x'' {}^2`,
      null,
    ],
    [raw`\text{a \textbf{b} 50\% é “q” {c}} \# \% \& \$ \_ \{ \}`, null],
    // Letters and signs of Unicode.
    [
      "αΩϵ ∂L/∂x ∈ ℝⁿ × ½‖Aᵀx₁₂‖² − x̂ŷ′",
      raw`\alpha\Omega\epsilon \partial L/\partial x \in \mathbb{R}^{n} \times \tfrac{1}{2}\|A^{\top}x_{12}\|^{2} - \hat{x}\hat{y}'`,
    ],
    ["K⁻¹ W⁻ᵀ 𝐱 𝟏 ∑ᵢ αx", raw`K^{-1} W^{-\top} \mathbf{x} \mathbf{1} \sum_{i} \alpha x`],
    ["x^½_α", raw`x^{\tfrac{1}{2}}_{\alpha}`],
    // What only some readers know.
    [
      raw`\R \lt \argmin_x \boldsymbol{\theta}_i \coloneqq \mathscr L`,
      raw`\mathbb{R} < \operatorname*{arg\,min}_x \bm{\theta}_i := \mathcal L`,
    ],
    [
      raw`\begin{align*} a &= b \\ [c] \\ *d \end{align*}`,
      raw`\begin{aligned} a &= b \\{} [c] \\{} *d \end{aligned}`,
    ],
    [raw`\begin{split} [a] \end{split}`, raw`\begin{aligned}{} [a] \end{aligned}`],
    // TeX takes arguments in braces; indices of \bm are its own.
    [
      raw`x^\mathrm T_\top \frac\alpha\beta \sqrt\frac12`,
      raw`x^{\mathrm T}_{\top} \frac{\alpha}{\beta} \sqrt{\frac12}`,
    ],
    [
      raw`\sqrt[3]{x} \bm{x^2}^2 \bm{\hat B}_i \bm\hat B`,
      raw`\sqrt[{3}]{x} {\bm{x^2}}^2 \bm{{\hat {B}}}_i \bm{\hat {B}}`,
    ],
    [raw`x + \dots + \dots \bm x`, raw`x + \dots + \dots{}\bm x`],
    ["a\n\n  b\t", "a b"],
  ])("%j", (typed, latex) => {
    expect(told(typed)).toBe(latex ?? typed);
  });
});

const unknown = (command: string, close?: string): string =>
  `formula: ${command} is not among the commands of a formula in a sheet | ${command}${close ? ` | did you mean ${close}?` : ""}`;

describe("are refused", () => {
  test.each(
    [
      raw`\def\x{y}\x`,
      raw`\gdef\x{}`,
      raw`\edef\x{}`,
      raw`\xdef\x{}`,
      raw`\let\x=y`,
      raw`\futurelet\x`,
      raw`\newcommand{\x}{y}`,
      raw`\renewcommand{\alpha}{y}`,
      raw`\providecommand{\x}{y}`,
      raw`\global\x`,
      raw`\long\x`,
      raw`\catcode 37=12`,
      raw`\char"5C`,
      raw`\csname input\endcsname`,
      raw`\input{/etc/passwd}`,
      raw`\include{x}`,
      raw`\write18{ls}`,
      raw`\immediate\x`,
      raw`\read1 to\x`,
      raw`\openin1=x`,
      raw`\openout1=x`,
      raw`\special{x}`,
      raw`\href{javascript:alert(1)}{x}`,
      raw`\url{x}`,
      raw`\includegraphics{x}`,
      raw`\htmlClass{x}{y}`,
      raw`\htmlData{x=y}{z}`,
      raw`\verb|x|`,
      raw`\tag{1}`,
      raw`\label{x}`,
      raw`\ref{x}`,
      raw`\newline`,
      raw`\hskip1cm`,
      raw`\rule{1cm}{1cm}`,
      raw`\color{red}`,
      raw`\mathchoice{}{}{}{}`,
      raw`\expandafter\x`,
      raw`\begingroup`,
      raw`\loop`,
      raw`\constructor`,
      raw`\hline`,
      raw`\'e`,
      raw`\(x\)`,
      raw`\@x`,
    ].map((latex) => [latex, /^\\(?:[A-Za-z]+|.)/u.exec(latex)![0]] as const),
  )("%j, a command", (latex, command) => {
    expect(told(latex)).toMatch(
      `formula: ${command} is not among the commands of a formula in a sheet | ${command}`,
    );
  });

  test.each([
    [raw`\fracc{1}{2}`, unknown(raw`\fracc`, raw`\frac`)],
    ["a % b", raw`formula: “%” (U+0025) cannot stand here in a formula | % | \%`],
    ["a # b", raw`formula: “#” (U+0023) cannot stand here in a formula | # | \#`],
    ["a $ b", raw`formula: “$” (U+0024) cannot stand here in a formula | $ | \$`],
    ["^^5cinput", "formula: “^^” (U+005E) cannot stand here in a formula | ^^"],
    ["x^^5c", "formula: “^^” (U+005E) cannot stand here in a formula | ^^"],
    ["x^ ^5c", "formula: what ^ applies to stands in braces | ^ | ^{…}"],
    ["x^²", "formula: “²” (U+00B2) cannot stand here in a formula | ²"],
    ["a\\", "formula: “\\” (U+005C) cannot stand here in a formula | \\"],
    ["🙂", "formula: “🙂” (U+1F642) cannot stand here in a formula | 🙂"],
    [
      "a & b",
      raw`formula: “&” (U+0026) cannot stand here in a formula | & | \begin{aligned} a &= b \end{aligned}`,
    ],
    [
      raw`a \\ b`,
      raw`formula: “\\” (U+005C) cannot stand here in a formula | \\ | \begin{aligned} a \\ b \end{aligned}`,
    ],
    [
      raw`\begin{matrix} {a & b} \end{matrix}`,
      raw`formula: “&” (U+0026) cannot stand here in a formula | & | \begin{aligned} a &= b \end{aligned}`,
    ],
    [raw`\text{x^2}`, "formula: “^” (U+005E) cannot stand here in a formula | ^"],
    [raw`\text{a $ b}`, raw`formula: “$” (U+0024) cannot stand here in a formula | $ | \$`],
    [raw`\text{\input x}`, unknown(raw`\input`)],
    [raw`\text x`, raw`formula: what \text applies to stands in braces | x | \text{…}`],
    [raw`\frac{1}`, raw`formula: what \frac applies to stands in braces | } | \frac{…}`],
    [
      raw`\sqrt\left(x\right)`,
      raw`formula: what \sqrt applies to stands in braces | \left | \sqrt{…}`,
    ],
    [raw`\smash[b]{x}`, raw`formula: what \smash applies to stands in braces | [ | \smash{…}`],
    [raw`\left x \right)`, raw`formula: \left stands before a bracket | x | \left(`],
    [raw`(\left( x`, "formula: “(” has no end that fits | ("],
    [raw`x}`, "formula: “}” has no beginning that fits | }"],
    [
      raw`\begin{matrix} a \end{pmatrix}`,
      raw`formula: “\begin{matrix}” has no end that fits | \begin{matrix}`,
    ],
    [
      raw`\end{document}`,
      raw`formula: “\end{document}” has no beginning that fits | \end{document}`,
    ],
    [
      raw`\begin{verbatim}x\end{verbatim}`,
      raw`formula: “verbatim” is not among the environments of a formula in a sheet | \begin{verbatim} | matrix, pmatrix, bmatrix, Bmatrix, vmatrix, Vmatrix, smallmatrix, cases, gathered, aligned, split, align, align*, gather, gather*`,
    ],
    [
      raw`\begin{array}{@{}c} x \end{array}`,
      raw`formula: “array” is not among the environments of a formula in a sheet | \begin{array} | matrix, pmatrix, bmatrix, Bmatrix, vmatrix, Vmatrix, smallmatrix, cases, gathered, aligned, split, align, align*, gather, gather*`,
    ],
    [raw`\begin{cases} a & b & c \end{cases}`, "formula: a row of cases has 2 columns at most | &"],
    [raw`\substack{a & b}`, "formula: a row of substack has one column at most | &"],
    [
      raw`\sqrt[\begin{matrix}a\end{matrix}]{x}`,
      raw`formula: the formula cannot be printed: no environment stands in square brackets | \begin{matrix}`,
    ],
    [
      raw`\bm{\frac12}`,
      raw`formula: “\frac” cannot stand in what \bm makes bold | \frac | \bm takes letters with their accents and indices: \bm{\hat x}_i`,
    ],
    [
      raw`\tilde{\bm{\hat x}}`,
      raw`formula: “\hat” cannot stand in what \bm makes bold | \hat | \bm takes letters with their accents and indices: \bm{\hat x}_i`,
    ],
    [
      raw`\hat{x\phantom{y}}`,
      raw`formula: the formula cannot be printed: no \phantom stands below an accent | {`,
    ],
    [raw`x^2^3`, "formula: the formula cannot be printed: Double superscript | x^2^3"],
    [
      raw`x\limits_i`,
      raw`formula: the formula cannot be printed: Limit controls must follow a math operator | x\limits_i`,
    ],
    [`${"{".repeat(40)}x${"}".repeat(40)}`, "too-deep: brackets are nested more than 30 deep | {"],
    [
      `${raw`\phantom{`.repeat(6)}x${"}".repeat(6)}`,
      raw`formula: \phantom is nested more than 4 deep | {`,
    ],
    [
      raw`\smash\smash\smash\smash\smash\smash x`,
      raw`formula: \smash is nested more than 4 deep | \smash`,
    ],
    [
      "x".repeat(10_001),
      `too-long: the text is longer than 10000 characters | ${"x".repeat(10_001)}`,
    ],
    [" ", "formula: there is no formula between the dollars |  "],
  ])("%j", (latex, message) => {
    expect(told(latex)).toBe(message);
  });
});

/** Each command in the simplest formula that has it. */
const each = commands.map((command) => {
  const name = `\\${command}`;
  if (takesText(command)) return `${name}{a}`;
  if (command === "limits" || command === "nolimits") return `\\sum${name}_i`;
  return `x ${name}${["y", "{y}", "{y}{z}"].map((text) => (text === "y" ? " y" : text))[argumentsOf(command)!]}`;
});

test("KaTeX knows every command", () => {
  expect(each.filter((latex) => told(latex).startsWith("formula:"))).toEqual([]);
});

const soup = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        ..."xy12+=()[]|.,'\"*/ {}{}^_^_&~$%#@\n",
        ..."α∂ℝ½²ᵀ₁ŷ′‖≤",
        "\\\\",
        "\\left(",
        "\\right)",
        "\\begin{matrix}",
        "\\end{matrix}",
        "\\begin{array}{cc}",
        "\\end{array}",
        "^^5c",
        "\\input",
        "\\text{",
        "\\ ",
        "\\,",
        "\\%",
      ),
      fc.constantFrom(...commands).map((command) => `\\${command}`),
      fc
        .constantFrom(...commands.filter((command) => argumentsOf(command) !== 0))
        .map((command) => `\\${command}{x}{y}`),
    ),
    { maxLength: 9 },
  )
  .map((parts) => parts.join(""));

/** Formulas of the soup that pass. */
const passing = (seed: number, count: number): string[] =>
  fc.sample(soup, { seed, numRuns: count }).flatMap((latex) => {
    const result = told(latex);
    return /^(?:formula|too-)/u.test(result) ? [] : [result];
  });

test("what passes is made of known commands and harmless signs", () => {
  const known = new Set([...commands, "left", "right", "begin", "end", "hline"]);
  const found = passing(1, 4000);
  expect(found.length).toBeGreaterThan(400);
  for (const latex of found) {
    const words = [...latex.matchAll(/\\([A-Za-z]+)/gu)].map(([, word]) => word!);
    expect(words.filter((word) => !known.has(word))).toEqual([]);
    expect(latex).toMatch(
      /^(?:[A-Za-z0-9+=()[\]|.,'"*/ {}^_&~@<>:;-]|\\(?:[A-Za-z]+|\\|[ ,:;!>|{}%&#_$]))+$/u,
    );
    expect(latex).not.toContain("^^");
    expect(told(latex)).not.toMatch(/^formula/u);
  }
});

const engine = "pdflatex";
const hasLatex = spawnSync(engine, ["--version"]).status === 0;
// oxlint-disable-next-line no-console
if (!hasLatex) console.log("pdflatex is not on PATH: no formula is compiled here");

test.skipIf(!hasLatex)("pdflatex takes every command, and what passes of a soup of them", () => {
  const folder = mkdtempSync(join(tmpdir(), "nabla-formulas-"));
  const formulas = [...each.map(printed), ...passing(2, 3000)];
  const body = formulas.map((latex, i) => (i % 2 === 0 ? `$${latex}$` : `\\[\n${latex}\n\\]`));
  writeFileSync(
    join(folder, "formulas.tex"),
    `\\documentclass{article}\n\\usepackage[T1]{fontenc}\n\\usepackage{amsmath,amssymb,bm}\n\\begin{document}\n${body.join("\n\n")}\n\\typeout{the end}\\end{document}\n`,
  );
  try {
    spawnSync(engine, ["-interaction=nonstopmode", "-draftmode", "formulas.tex"], {
      cwd: folder,
      maxBuffer: 1e8,
    });
    const log = readFileSync(join(folder, "formulas.log"), "latin1");
    expect(log.match(/^! .*\n(?:.*\n){4}/gmu) ?? []).toEqual([]);
    expect(log).toContain("\nthe end\n");
  } finally {
    rmSync(folder, { recursive: true });
  }
});

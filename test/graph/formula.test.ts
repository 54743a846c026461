/** @file Formulas as paths: nothing but shapes, the same each time, and an error where TeX has one. */

import { beforeAll, describe, expect, test } from "vitest";
import { formulaDrawer } from "../../src/graph/formula.ts";
import type { Drawn } from "../../src/graph/formula.ts";

const size = 16;
let draw: (latex: string) => Drawn;
beforeAll(async () => {
  draw = await formulaDrawer(size);
});

describe("made of shapes only", () => {
  test.each([
    String.raw`\mathbf{W}_{1}^\top \mathbf{x} + \mathbf{b}`,
    String.raw`\frac{\partial L}{\partial \mathbf{W}}`,
    String.raw`\nabla^{2}_{\mathbf{x}} f`,
    String.raw`\left(\frac{1}{2} \lVert \mathbf{X} \mathbf{w} - \mathbf{y} \rVert^{2}\right)`,
    String.raw`\left[\frac{\frac{\frac{a}{b}}{\frac{c}{d}}}{\frac{\frac{a}{b}}{c}}\right]`,
    String.raw`\log\det \boldsymbol{\Sigma} + \operatorname{tr}(\boldsymbol{\Lambda}^{-\top})`,
    String.raw`\sum_{i=1}^{n} \sum_{j \neq i} \sigma(-y_i \mathbf{w}^\top \mathbf{x}_i)`,
    String.raw`(\mathbf{A} \otimes \mathbf{B}) \odot \mathbf{C} \oslash \mathbf{D}^{\odot 2}`,
    String.raw`\mathbf{X} \in \mathbb{R}^{n \times d},\ \mathcal{L} \mapsto \ell`,
    String.raw`\sqrt{\frac{\hat{y} + \bar{x} - \tilde{z}}{n}} \geq \infty`,
    String.raw`\begin{cases} 1 & \text{if } x > 0 \\ 0 & \text{otherwise} \end{cases}`,
    String.raw`\begin{aligned} f' &= g \circ h \\ \mathbf{1}_{n} &= \mathrm{out} \end{aligned}`,
    String.raw`\underbrace{\mathbf{A} \cdots \mathbf{Z}}_{n}`,
    String.raw`\mathsf{s} \mathtt{t} \mathfrak{f} \mathit{it} \mathscr{S} \mathop{\arg\min}_{x}`,
    "x",
  ])("%s", (latex) => {
    const { width, ascent, descent, body } = draw(latex);
    expect(width).toBeGreaterThan(0);
    expect(ascent + descent).toBeGreaterThan(0);
    expect(body).toMatch(
      /^<g transform="scale\([\d.]+\)">(?:<path d="m[-mlcz\d ]+"\/>|<rect(?: [a-z]+="-?\d+"){4}\/>)+<\/g>$/u,
    );
  });
});

test("the same formula is drawn the same, by another drawer too", async () => {
  const latex = String.raw`\frac{1}{n} \mathbf{X}^\top \mathbf{y}`;
  expect(draw(latex)).toBe(draw(latex));
  expect((await formulaDrawer(size))(latex)).toEqual(draw(latex));
});

test("a size is a scale", async () => {
  const latex = String.raw`\frac{a}{b}`;
  const [small, large] = [draw(latex), (await formulaDrawer(2 * size))(latex)];
  expect(large.width).toBeCloseTo(2 * small.width, 1);
  expect(large.ascent).toBeCloseTo(2 * small.ascent, 1);
  expect(large.descent).toBeCloseTo(2 * small.descent, 1);
  expect(large.body.replace("0.032", "0.016")).toBe(small.body);
});

test("the pieces of a tall bracket do not reach beyond it", () => {
  const { ascent, descent, body } = draw(
    String.raw`\left\lVert \begin{matrix} a \\ b \\ c \\ d \\ e \end{matrix} \right\rVert`,
  );
  const [, y] = /d="m\d+(?: |(?=-))(-?\d+)/u.exec(body)!;
  const start = (Number(y) * size) / 1000;
  expect(-start).toBeLessThanOrEqual(ascent + 0.02);
  expect(start).toBeLessThanOrEqual(descent + 0.02);
});

test("letters that the font lacks stay letters", () => {
  const { body } = draw(String.raw`\text{größe <日>} \leq 1`);
  expect(body).toMatch(/<text x="\d+" y="0" font-size="1000" font-family="serif">日<\/text>/u);
  expect(body.match(/<text/gu)).toHaveLength(2);
});

test.each([
  [String.raw`\frac{a`, "Missing close brace"],
  [String.raw`\nonsense x`, String.raw`Undefined control sequence \nonsense`],
  [String.raw`x \tag{1}`, "a formula of no fixed size"],
  [String.raw`\begin{array}{c|c} a & b \end{array}`, "no way to draw <line>"],
])("%s is an error of ours", (latex, reason) => {
  expect(() => draw(latex)).toThrow(/^internal: .*, in the formula /u);
  expect(() => draw(latex)).toThrow(reason);
});

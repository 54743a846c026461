/** @file A sheet is read as it is written. */

import { expect, test } from "vitest";
import { derive } from "../../src/index.ts";
import { within } from "../../src/sheet/prose.ts";
import type { SheetSource } from "../../src/sheet/source.ts";
import * as parsers from "../../src/sheet/parsers.ts";
import { readSheet as read } from "../../src/sheet/source.ts";

const readSheet = (text: string, file?: string): ReturnType<typeof read> =>
  read(text, file, parsers);

const homework = `---
title: "Homework 1: gradients"
course: Deep Learning
date: 2026-03-01
show: answers
---
# Homework 1 (20 points)

Costs $5 and \`\`\`nabla\`\`\` in a line is prose.

## Autoencoder, $x \\in \\mathbb{R}^n$ (6 points)

\`\`\`nabla wrt=W steps=key graph=true points=6
K = WᵀWx − x
½‖K‖²
\`\`\`

### By hand (1 pt)

\`\`\`answer wrt=W
W K xᵀ + W x Kᵀ
\`\`\`

\`\`\`python
# Quoted, not asked.
\`\`\`

## Swish (2.5 pts) ##

~~~{nabla kind=jacobian}
#| wrt: z
#| graph: backward
swish(z)
~~~
`;

test("a sheet has its front matter, its problems and its fences", () => {
  const { front, headings, problems, fences } = readSheet(homework, "hw.md");
  expect(front).toEqual({
    title: "Homework 1: gradients",
    course: "Deep Learning",
    author: null,
    date: "2026-03-01",
    show: "answers",
    template: "article",
  });
  expect(
    headings.map(({ text, level, points, problem }) => [text, level, points, problem]),
  ).toEqual([
    ["Homework 1", 1, 20, null],
    ["Autoencoder, $x \\in \\mathbb{R}^n$", 2, 6, 0],
    ["By hand", 3, 1, 0],
    ["Swish", 2, 2.5, 1],
  ]);
  expect(problems.map(({ heading }) => heading)).toEqual([headings[1], headings[3]]);
  expect(fences.map(({ kind, options, body, problem }) => [kind, options, body, problem])).toEqual([
    ["nabla", { wrt: "W", steps: "key", graph: true, points: 6 }, "K = WᵀWx − x\n½‖K‖²", 0],
    ["answer", { wrt: "W" }, "W K xᵀ + W x Kᵀ", 0],
    ["nabla", { kind: "jacobian", wrt: "z", graph: "backward" }, "swish(z)", 1],
  ]);
});

/** Every place of a sheet points at the text that it speaks of. */
function expectPlaces({ source, problems, headings, fences }: SheetSource): void {
  const at = (start: number, end: number): string => source.text.slice(start, end);
  for (const { body, at: from, span, options, places } of fences) {
    expect(at(from, from + body.length)).toBe(body);
    expect(at(span.start, span.end)).toMatch(/^(`{3,}|~{3,})[^]*\1[ \t]*$/u);
    for (const [name, place] of Object.entries(places))
      expect(at(place.start, place.end)).toBe(String(options[name as keyof typeof options]));
  }
  for (const { span } of headings) expect(at(span.start, span.end)).toMatch(/^#+ /u);
  for (const [i, { span }] of problems.entries())
    expect(span.end).toBe(problems[i + 1]?.span.start ?? source.text.length);
}

test.each([
  ["\\n", (text: string) => text],
  ["\\r\\n", (text: string) => text.replaceAll("\n", "\r\n")],
  ["\\r", (text: string) => text.replaceAll("\n", "\r")],
  ["\\n after a byte order mark", (text: string) => `\uFEFF${text}`],
  ["\\n but for the last line", (text: string) => text.trimEnd()],
])("lines that end in %s are read alike", (_name, ended) => {
  const sheet = readSheet(ended(homework));
  const plain = readSheet(homework);
  expectPlaces(sheet);
  expect(sheet.front).toEqual(plain.front);
  expect(sheet.fences.map(({ options }) => options)).toEqual(
    plain.fences.map(({ options }) => options),
  );
  expect(sheet.fences.map(({ body }) => body.replace(/\r\n?/gu, "\n"))).toEqual(
    plain.fences.map(({ body }) => body),
  );
});

const fencesIn = (text: string): unknown[] =>
  readSheet(text).fences.map(({ options, body }) => [options, body]);

test.each([
  ["nabla", {}],
  ["Nabla", {}],
  ["{nabla}", {}],
  ["{.nabla wrt=W}", { wrt: "W" }],
  ["{ nabla wrt=W_{O,1} }", { wrt: "W_{O,1}" }],
  ["  nabla\twrt=W_1,b_1\tseed=3  ", { wrt: "W_1,b_1", seed: 3 }],
  [`nabla wrt="W, b" paths='W'`, { wrt: "W, b", paths: "W" }],
  ["nabla graph=false points=2.5 show=problems", { graph: false, points: 2.5, show: "problems" }],
  [
    "nabla form=kron forms=all layout=numerator structured=free upstream=z hvp=v style=index",
    {
      form: "kron",
      forms: "all",
      layout: "numerator",
      structured: "free",
      upstream: "z",
      hvp: "v",
      style: "index",
    },
  ],
])("the options of %j", (info, options) => {
  expect(fencesIn(`\`\`\`${info}\nx\n\`\`\``)).toEqual([[options, "x"]]);
});

test("option lines take what stands up to the end of the line, and are no part of the body", () => {
  const text = "```nabla seed=1\n#| wrt: W, b\n  #|steps:'all'  \n\n# A comment.\nx\n```";
  expect(fencesIn(text)).toEqual([[{ seed: 1, wrt: "W, b", steps: "all" }, "\n# A comment.\nx"]]);
});

test.each(["python", "nabla2", "nabla-like", "", "mynabla wtr=W"])(
  "a fence of the language %j is prose",
  (info) => {
    expect(fencesIn(`\`\`\`${info}\nx\n\`\`\``)).toEqual([]);
  },
);

test("a fence may be empty", () => {
  expect(fencesIn("```nabla\n```\n\n```nabla\n\n```\n\n```nabla\n#| seed: 1\n```")).toEqual([
    [{}, ""],
    [{}, ""],
    [{ seed: 1 }, ""],
  ]);
});

test("a fence in a list keeps its indentation, which says nothing", async () => {
  const sheet = readSheet(
    "1. one\r\n\r\n   ```nabla wrt=W\r\n   #| seed: 2\r\n   K = W x - y\r\n   ½‖K‖²\r\n   ```\r\n2.\t~~~nabla\n\tx\n\t~~~\n",
  );
  expectPlaces(sheet);
  const [first, second] = sheet.fences;
  expect([first?.body, first?.indent]).toEqual(["   K = W x - y\r\n   ½‖K‖²", "   "]);
  expect([second?.body, second?.indent]).toEqual(["\tx", "  \t"]);
  const [gradient] = await derive(first!.body, { wrt: "W" });
  expect(gradient?.unicode).toBe("Kxᵀ");
});

test.each([
  ["no heading", "```nabla\n```", [], [null], [0]],
  ["nothing asked", "Prose only.", [], [], []],
  ["one heading", "# A\n```nabla\n```", [0], ["A"], [0]],
  ["no title", "# A\n## a\n# B\n```nabla\n```", [0, 0, 1], ["A", "B"], [1]],
  ["a title", "# T\n## A\n```nabla\n```\n## B\n", [null, 0, 1], ["A", "B"], [0]],
  ["a fence below the title", "# T\n```nabla\n```\n## A\n", [null, 1], [null, "A"], [0]],
  ["a part before a problem", "# T\n### a\n## A\n### b", [null, 0, 1, 1], [null, "A"], []],
  ["prose before a problem", "# T\nProse.\n## A\n", [null, 0], ["A"], []],
  ["headings underlined", "T\n===\nA\n---\n\nB\n---", [null, 0, 1], ["A", "B"], []],
  ["a heading in a list", "# A\n- # B\n", [0], ["A"], []],
  ["a heading of nothing", "#\n##\n", [null, 0], [""], []],
])("problems: %s", (_name, text, headings, problems, fences) => {
  const sheet = readSheet(text);
  expect(sheet.headings.map(({ problem }) => problem)).toEqual(headings);
  expect(sheet.problems.map(({ heading }) => heading?.text ?? null)).toEqual(problems);
  expect(sheet.fences.map(({ problem }) => problem)).toEqual(fences);
});

/** The formulas between dollars in a line. */
const formulasIn = (text: string): string[] =>
  Array.from(within(readSheet(text).tree), (node) =>
    node.type === "inlineMath" ? [node.value] : [],
  ).flat();

test.each([
  ["It costs $5 and $10.", []],
  ["US$5 to US$10 in all", []],
  ["From $5-$10, $a$ each", ["a"]],
  ["It is $10.00, then $p' = p(1-d)$.", ["p' = p(1-d)"]],
  ["$x$, $x_1 + 2$-th ($y$) $n$th", ["x", "x_1 + 2", "y", "n"]],
  ["$ x $ and $x $ and $ x$", []],
  ["$$ x $$ and $$5$$5", ["x", "5"]],
  ["$`x $ y`$", []],
  ["$`x`$", ["`x`"]],
  ["$a\n= b$", ["a\n= b"]],
  ["$5", []],
])("the formulas in the line %j", (text, formulas) => {
  expect(formulasIn(text)).toEqual(formulas);
});

test.each([
  ["(6 points)", "", 6],
  ["A (1 point)", "A", 1],
  ["A (2.5 PTS.)", "A", 2.5],
  ["A (6points)", "A", 6],
  ["A (stationary points)", "A (stationary points)", null],
  ["A (6 points) more", "A (6 points) more", null],
  ["A `(6 points)`", "A `(6 points)`", null],
])("the points of the heading %j", (heading, text, points) => {
  expect(readSheet(`## ${heading}`).headings).toMatchObject([{ text, points }]);
});

test.each([
  ["", null],
  ["# A comment.", null],
  ["title:", null],
  ["title: ''", null],
  ["title: 2024", "2024"],
  ["title: true", "true"],
  ["title: |\n  one\n  two", "one two"],
  ['{title: "a: b"}', "a: b"],
  ["title: !!str 5", "5"],
])("the title of the front matter %j", (yaml, title) => {
  expect(readSheet(`---\n${yaml}\n---\n`).front.title).toBe(title);
});

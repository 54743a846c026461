/** @file Each mistake in a sheet has its place and its exact text. */

import { expect, test } from "vitest";
import { NablaError } from "../../src/diagnostics/errors.ts";
import * as parsers from "../../src/sheet/parsers.ts";
import { readSheet as read } from "../../src/sheet/source.ts";
import { processorTime } from "../clock.ts";

const readSheet = (text: string, file?: string): ReturnType<typeof read> =>
  read(text, file, parsers);

function told(text: string, file: string | null = "hw.md"): string {
  try {
    readSheet(text, file ?? undefined);
  } catch (error) {
    if (error instanceof NablaError) return error.render();
    throw error;
  }
  return "no error";
}

const options =
  "wrt, kind, form, forms, layout, structured, upstream, hvp, seed, steps, style, graph, paths, points, show";
const onLine = 'wrt=W, or with blanks in it wrt="W, b"';

test.each([
  [
    "nabla wtr=W",
    "error[unknown-option]: “wtr” is not an option of a nabla fence\n  at hw.md:1:10\n  1 | ```nabla wtr=W\n    |          ^^^\n  hint: did you mean wrt?",
  ],
  [
    "nabla __proto__=1",
    `error[unknown-option]: “__proto__” is not an option of a nabla fence\n  at hw.md:1:10\n  1 | \`\`\`nabla __proto__=1\n    |          ^^^^^^^^^\n  hint: ${options}`,
  ],
  [
    "answer constructor=1",
    "error[unknown-option]: “constructor” is not an option of an answer fence\n  at hw.md:1:11\n  1 | ```answer constructor=1\n    |           ^^^^^^^^^^^\n  hint: wrt, points, kind, show",
  ],
  [
    "answer steps=all",
    "error[unknown-option]: “steps” is not an option of an answer fence\n  at hw.md:1:11\n  1 | ```answer steps=all\n    |           ^^^^^\n  hint: wrt, points, kind, show",
  ],
  [
    "{nabla wrt=W kind=gradeint}",
    "error[bad-option]: kind takes gradient, jacobian, hessian or stationary\n  at hw.md:1:22\n  1 | ```{nabla wrt=W kind=gradeint}\n    |                      ^^^^^^^^\n  hint: did you mean gradient?",
  ],
  [
    "nabla forms=some",
    "error[bad-option]: forms takes all\n  at hw.md:1:16\n  1 | ```nabla forms=some\n    |                ^^^^",
  ],
  [
    "nabla graph=__proto__",
    "error[bad-option]: graph takes true, false or backward\n  at hw.md:1:16\n  1 | ```nabla graph=__proto__\n    |                ^^^^^^^^^",
  ],
  [
    "nabla seed=-1",
    "error[bad-option]: seed takes a whole number from 0\n  at hw.md:1:15\n  1 | ```nabla seed=-1\n    |               ^^",
  ],
  [
    "nabla points=1e3",
    "error[bad-option]: points takes a number, such as 6 or 2.5\n  at hw.md:1:17\n  1 | ```nabla points=1e3\n    |                 ^^^",
  ],
  [
    'nabla wrt=""',
    'error[bad-option]: wrt takes names: W or W,b\n  at hw.md:1:15\n  1 | ```nabla wrt=""\n    |               ^',
  ],
  [
    "nabla graph",
    `error[not-an-option]: “graph” is not an option with its value\n  at hw.md:1:10\n  1 | \`\`\`nabla graph\n    |          ^^^^^\n  hint: ${onLine}`,
  ],
  [
    "nabla wrt=W, b",
    `error[not-an-option]: “b” is not an option with its value\n  at hw.md:1:17\n  1 | \`\`\`nabla wrt=W, b\n    |                 ^\n  hint: ${onLine}`,
  ],
  [
    "{nabla, wrt=W}",
    `error[not-an-option]: “,” is not an option with its value\n  at hw.md:1:10\n  1 | \`\`\`{nabla, wrt=W}\n    |          ^\n  hint: ${onLine}`,
  ],
  [
    "nabla wrt='W",
    "error[unclosed]: “'” is never closed\n  at hw.md:1:14\n  1 | ```nabla wrt='W\n    |              ^",
  ],
  [
    "{nabla wrt=W",
    "error[unclosed]: “{” is never closed\n  at hw.md:1:4\n  1 | ```{nabla wrt=W\n    |    ^",
  ],
  [
    "nabla wrt=W wrt=b",
    "error[given-twice]: wrt is given twice\n  at hw.md:1:16\n  1 | ```nabla wrt=W wrt=b\n    |                ^^^\n  note: it is first given in line 1",
  ],
])("a mistake on the first line of a fence: %j", (info, message) => {
  expect(told(`\`\`\`${info}\nx\n\`\`\`\n`)).toBe(message);
});

test.each([
  [
    "```nabla wrt=W\n#| wrt: b\nx\n```",
    "error[given-twice]: wrt is given twice\n  at hw.md:2:4\n  2 | #| wrt: b\n    |    ^^^\n  note: it is first given in line 1",
  ],
  [
    "```nabla\n#| wrt=W\nx\n```",
    "error[not-an-option]: “#| wrt=W” is not an option with its value\n  at hw.md:2:1\n  2 | #| wrt=W\n    | ^^^^^^^^\n  hint: #| wrt: W",
  ],
  [
    "```nabla\nx\n  #| wrt: W\n```",
    "error[late-option]: options stand before everything else in a fence\n  at hw.md:3:1\n  3 |   #| wrt: W\n    | ^^^^^^^^^^^\n  hint: move the line to the top of the fence",
  ],
  [
    "𝛼:\n\n> 𝛼 ```nabla```\n> ```nabla\n> x\n> ```",
    "error[enclosed-fence]: a nabla fence in a quotation is not read\n  at hw.md:4:3\n  4 | > ```nabla\n    |   ^^^^^^^^\n  hint: move it out, or into a list",
  ],
  [
    "[^1]: a\n\n    ```answer\n    x\n    ```",
    "error[enclosed-fence]: an answer fence in a footnote is not read\n  at hw.md:3:5\n  3 |     ```answer\n    |     ^^^^^^^^^\n  hint: move it out, or into a list",
  ],
  [
    "# A\n\n```nabla\nx\n",
    "error[unclosed]: “```” is never closed\n  at hw.md:3:1\n  3 | ```nabla\n    | ^^^^^^^^",
  ],
  [
    "- ~~~~nabla\n  x\n\nProse.",
    "error[unclosed]: “~~~~” is never closed\n  at hw.md:1:3\n  1 | - ~~~~nabla\n    |   ^^^^^^^^^",
  ],
  [
    "$$\nx = 1 $$\n\n```nabla\nx\n```",
    "error[unclosed]: “$$” is never closed\n  at hw.md:1:1\n  1 | $$\n    | ^^",
  ],
  [
    "```python\n```nabla\nx\n",
    "error[unclosed]: “```” is never closed\n  at hw.md:1:1\n  1 | ```python\n    | ^^^^^^^^^",
  ],
  [
    "## 𝛼 (2,5 points)",
    "error[bad-option]: points takes a number, such as 6 or 2.5\n  at hw.md:1:6\n  1 | ## 𝛼 (2,5 points)\n    |      ^^^^^^^^^^^^",
  ],
  [
    `${">".repeat(200)} a`,
    `error[too-deep]: quotations, lists or emphasis are nested too deep to be read\n  at hw.md:1:1\n  1 | ${">".repeat(70)}…\n    | ^`,
  ],
  [
    "1. ".repeat(200),
    `error[too-deep]: quotations, lists or emphasis are nested too deep to be read\n  at hw.md:1:1\n  1 | ${"1. ".repeat(24).slice(0, 70)}…\n    | ^`,
  ],
  [
    "x".repeat(250_001),
    `error[too-long]: the text is longer than 250000 characters\n  at hw.md:1:1\n  1 | ${"x".repeat(70)}…\n    | ^`,
  ],
  [
    `\`\`\`nabla\nx\n\`\`\`\n\n`.repeat(501),
    "error[too-long]: a sheet of more than 500 fences is not built\n  at hw.md:2001:1\n  2001 | ```nabla\n       | ^^^^^^^^\n  hint: split the file",
  ],
  [
    " \n\n",
    "error[empty-sheet]: there is nothing in the file\n  at hw.md:1:1\n  1 |  \n    | ^\n  hint: ## Problem 1, and below it a ```nabla fence with wrt=…",
  ],
  [
    "# A\n\nx\0y\n",
    "error[not-text]: this is a binary file, or holds a NUL character\n  at hw.md:3:2\n  3 | x␀y\n    |  ^\n  hint: save it as text in UTF-8",
  ],
])("a mistake in the text of a sheet: %#", (text, message) => {
  expect(told(text)).toBe(message);
});

test.each([
  ["emphasis", "a\n\n", "*a_ ".repeat(16_000)],
  ["brackets", "a\n\n", "[a]".repeat(30_000)],
  ["lines", "a\n\n> ", "a\n".repeat(25_000)],
  ["underlined headings", "", "a\n=\n\n".repeat(10_000)],
])("a text that would take minutes is refused at once: %s", (_name, before, costly) => {
  const start = processorTime();
  expect(told(before + costly)).toMatch(
    new RegExp(
      `^error\\[too-long\\]: too many .* without a blank line\n  at hw.md:${before === "" ? 1 : 3}:1\n`,
      "u",
    ),
  );
  expect(processorTime() - start).toBeLessThan(1000);
});

test("lists that are nested by their indentation are too deep at once", () => {
  const stairs = Array.from({ length: 400 }, (_, i) => `${"  ".repeat(i)}- a\n`).join("");
  const start = processorTime();
  expect(told(stairs)).toContain("nested too deep");
  expect(processorTime() - start).toBeLessThan(1000);
});

test.each(["\n", "\r\n", "\r"])("lines that end in %j have the same place and frame", (end) => {
  const text = "# A\n\n```nabla wrt=W seed=x\ny\n```\n".replaceAll("\n", end);
  expect(told(text)).toBe(
    "error[bad-option]: seed takes a whole number from 0\n  at hw.md:3:21\n  3 | ```nabla wrt=W seed=x\n    |                     ^",
  );
});

const keys = "title, course, author, date, show, template";
const title = "title takes a text, in quotes where YAML has another reading of it";

test.each([
  [
    "titel: x",
    "error[unknown-option]: “titel” is not a key of the front matter\n  at hw.md:2:1\n  2 | titel: x\n    | ^^^^^\n  hint: did you mean title?",
  ],
  [
    "title: x\n__proto__: {a: b}",
    `error[unknown-option]: “__proto__” is not a key of the front matter\n  at hw.md:3:1\n  3 | __proto__: {a: b}\n    | ^^^^^^^^^\n  hint: ${keys}`,
  ],
  [
    "<<: {title: x}",
    `error[unknown-option]: “<<” is not a key of the front matter\n  at hw.md:2:1\n  2 | <<: {title: x}\n    | ^^\n  hint: ${keys}`,
  ],
  [
    "? [title]\n: x",
    `error[unknown-option]: “[title]” is not a key of the front matter\n  at hw.md:2:3\n  2 | ? [title]\n    |   ^^^^^^^\n  hint: ${keys}`,
  ],
  [
    "show: step",
    "error[bad-option]: show takes problems, answers or steps\n  at hw.md:2:7\n  2 | show: step\n    |       ^^^^\n  hint: did you mean steps?",
  ],
  [
    "template: [exam]",
    "error[bad-option]: template takes article or exam\n  at hw.md:2:11\n  2 | template: [exam]\n    |           ^^^^^^",
  ],
  ["title: [a]", `error[bad-option]: ${title}\n  at hw.md:2:8\n  2 | title: [a]\n    |        ^^^`],
  [
    "course: &a x\ntitle: *a",
    `error[bad-option]: ${title}\n  at hw.md:3:8\n  3 | title: *a\n    |        ^^`,
  ],
  [
    "title: !!binary aGk=",
    `error[bad-option]: ${title}\n  at hw.md:2:17\n  2 | title: !!binary aGk=\n    |                 ^^^^`,
  ],
  [
    "title: !js x",
    "error[front-matter]: the front matter cannot be read: unresolved tag: !js\n  at hw.md:2:8\n  2 | title: !js x\n    |        ^^^",
  ],
  [
    "title: a: b",
    'error[front-matter]: the front matter cannot be read: nested mappings are not allowed in compact mappings\n  at hw.md:2:8\n  2 | title: a: b\n    |        ^\n  hint: a value with a colon in it stands in quotes: title: "Homework 1: swish"',
  ],
  [
    "title: a\n\tb: c",
    "error[front-matter]: the front matter cannot be read: tabs are not allowed as indentation\n  at hw.md:3:1\n  3 |  b: c\n    | ^",
  ],
  [
    "title: a\n...\nshow: problems",
    "error[front-matter]: the front matter cannot be read: it goes on after its end\n  at hw.md:4:1\n  4 | show: problems\n    | ^^^^^^^^^^^^^^\n  hint: leave out the line with three dots",
  ],
  [
    "title: a\ntitle: b",
    "error[given-twice]: title is given twice\n  at hw.md:3:1\n  3 | title: b\n    | ^^^^^\n  note: it is first given in line 2",
  ],
  [
    "just words",
    "error[front-matter]: the front matter cannot be read: it is not lines of keys and values\n  at hw.md:2:1\n  2 | just words\n    | ^^^^^^^^^^\n  hint: title: Homework 1",
  ],
  [
    `title: ${"x".repeat(20_000)}`,
    `error[too-long]: the text is longer than 20000 characters\n  at hw.md:2:1\n  2 | title: ${"x".repeat(63)}…\n    | ^`,
  ],
])("a mistake in the front matter: %#", (yaml, message) => {
  expect(told(`---\n${yaml}\n---\n`)).toBe(message);
});

const open = [
  "error[front-matter]: the front matter cannot be read: it has no end, or does not begin on the first line",
  "hint: --- on the first line of the file, and --- on a line of its own after it",
] as const;

test.each([
  ["---\nshow: problems\n\n# A", `${open[0]}\n  at hw.md:1:1\n  1 | ---\n    | ^^^\n  ${open[1]}`],
  [
    "\n---\nshow: problems\n---\n",
    `${open[0]}\n  at hw.md:2:1\n  2 | ---\n    | ^^^\n  ${open[1]}`,
  ],
])("front matter that Markdown takes for prose is an error: %j", (text, message) => {
  expect(told(text)).toBe(message);
});

test("front matter that is nested without end is an error", () => {
  expect(told(`---\ntitle: ${"[".repeat(9000)}\n---\n`)).toContain(
    "the front matter cannot be read: it is nested too deep\n  at hw.md:2:",
  );
});

test("without the name of a file the place is that in the frame", () => {
  expect(told("```nabla seed=x\n```", null)).toBe(
    "error[bad-option]: seed takes a whole number from 0\n  1 | ```nabla seed=x\n    |               ^",
  );
});

test("the column of a place counts characters", () => {
  expect(told("1. 𝛼𝛼\n2. ~~~nabla 𝛼=1\n   ~~~")).toContain("\n  at hw.md:2:13\n");
  expect(told("```nabla wrt=𝛼 seed=x\n```")).toContain("\n  at hw.md:1:21\n");
});

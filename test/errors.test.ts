/** @file Every error has its exact text. */

import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { answer } from "../src/cli/request.ts";
import { errors, NablaError } from "../src/diagnostics/errors.ts";
import { derivatives } from "../src/derive/index.ts";
import { check, derive, evaluate, parse } from "../src/index.ts";
import type { DeriveOptions, EvalOptions } from "../src/index.ts";
import { variableOf } from "../src/parse/variables.ts";
import { cosh } from "../src/ops/elementwise.ts";

const isOption = /^(?:wrt|kind|answer|at|samples|descend|rate|update) /u;

const table = readFileSync(new URL("cases/errors.txt", import.meta.url), "utf8")
  .split(/\n{2,}/u)
  .filter((block) => !block.startsWith("%"))
  .map((block) => {
    const [asked = "", message = ""] = block.split("\n==>\n");
    const lines = asked.split("\n");
    const option = (name: string): string | undefined =>
      lines.find((line) => line.startsWith(`${name} `))?.slice(name.length + 1);
    return {
      problem: lines.filter((line) => !isOption.test(line)).join("\n"),
      wrt: option("wrt"),
      answer: option("answer"),
      kind: option("kind") as DeriveOptions["kind"],
      // Numbers that are given beside it.
      at: option("at"),
      samples: option("samples"),
      descent: Object.fromEntries(
        ["descend", "rate", "update"].flatMap((name) => {
          const value = option(name);
          return value === undefined ? [] : [[name, value]];
        }),
      ),
      message: message.trimEnd(),
    };
  });

async function told(
  problem: string,
  wrt?: string,
  kind?: DeriveOptions["kind"],
  answered?: string,
): Promise<string> {
  const options = { ...(wrt !== undefined && { wrt }), ...(kind && { kind }) };
  try {
    if (answered === undefined) await derive(problem, options);
    else await check(problem, answered, options);
  } catch (error) {
    if (error instanceof NablaError) return error.render();
    throw error;
  }
  return "no error";
}

test.each(table)("$problem", async ({ problem, wrt, kind, answer: text, message, ...numbers }) => {
  const { at, samples, descent } = numbers;
  const isOfNumbers = at !== undefined || samples !== undefined;
  const found = isOfNumbers
    ? await toldOfNumbers(problem, at ?? "", samples ?? "", descent)
    : await told(problem, wrt, kind, text);
  expect(found).toBe(message);
});

async function toldOfNumbers(
  problem: string,
  at: string,
  samples: string,
  descent: EvalOptions,
): Promise<string> {
  try {
    await evaluate(problem, {
      ...(at !== "" && { at }),
      ...(samples !== "" && { samples }),
      ...descent,
    });
  } catch (error) {
    if (error instanceof NablaError) return error.render();
    throw error;
  }
  return "no error";
}

test.each([
  [
    "a \u202e b",
    "error[hidden-character]: a control character that reverses the direction of text\n  1 | a � b\n    |   ^\n  hint: remove it: what is shown is not what is read",
  ],
  [
    "A\u0000B",
    "error[unknown-character]: a control character (U+0000) is not in the language\n  1 | A␀B\n    |  ^",
  ],
  [
    "\ud800",
    "error[unknown-character]: half of a surrogate pair (U+D800) is not in the language\n  1 | �\n    | ^",
  ],
  ["", 'error[empty]: there is no expression\n  hint: nabla derive "‖Ax − b‖²" --wrt x'],
] as const)("what does not show: %j", async (problem, message) => {
  expect(await told(problem, "x")).toBe(message);
});

test("what is nested too deeply for a table is an error", async () => {
  const problem = `${"(".repeat(600)}x${")".repeat(600)}`;
  const refused = await derive(problem, { wrt: "x" }).catch((e: unknown) => e);
  expect(refused).toMatchObject({ diagnostic: { code: "too-deep" } });
});

test("a problem that was read for its Jacobian has no Hessian", () => {
  const problem = parse("x: n; tanh(x)", { kind: "jacobian" });
  const variables = [variableOf(problem.symbols.get("x")!)];
  expect(() => derivatives(problem, variables, { kind: "hessian" })).toThrow(
    expect.objectContaining({ diagnostic: expect.objectContaining({ code: "kind-needs-scalar" }) }),
  );
});

test("a request for an unknown kind is an error", async () => {
  const request = { statements: [], expr: "‖x‖²", wrt: "x", kind: "gradiant" };
  const refused = await answer(request).catch((e: unknown) => e);
  expect(refused).toMatchObject({ diagnostic: { code: "unknown-kind" } });
});

test("an operation without a rule is an error, and no zero", async () => {
  const { pullback } = cosh;
  Object.assign(cosh, { pullback: () => [] });
  const refused = await derive("sum(cosh(x))", { wrt: "x" }).catch((e: unknown) => e);
  Object.assign(cosh, { pullback });
  expect(refused).toMatchObject({ diagnostic: { code: "no-rule" } });
});

const subjects = new URL("../src/diagnostics/errors/", import.meta.url);
const sources = readdirSync(subjects)
  .map((file) => readFileSync(new URL(file, subjects), "utf8"))
  .join("\n");

test("no error of one subject hides one of another", () => {
  const names = [...sources.matchAll(/^ {2}(\w+): \(/gmu)].map((match) => match[1]!);
  expect(names.toSorted()).toEqual(Object.keys(errors).toSorted());
});

test("every error that a problem can meet has a case", () => {
  // Met on the command line and in files, or by a bug of ours: tested there.
  const elsewhere = new Set([
    // Of training.
    "not-trainable",
    "run-there",
    "no-run",
    "data-changed",
    "other-backend",
    "gradients-differ",
    // Of compiled programs.
    "sizes-missing",
    "bad-size",
    "unknown-size",
    "wrong-length",
    "no-number",
    "not-finite",
    "not-computed",
    "not-recorded",
    "only-steps",
    "no-memory",
    "no-threads",
    "no-cache",
    "label-out-of-range",
    "not-one-hot",
    "too-large",
    "disposed",
    "no-numbers",
    // Of models in the format of ONNX.
    "no-counterpart",
    "without-input",
    "cannot-read",
    "bad-data",
    "damaged-file",
    "no-data",
    "no-room",
    "no-name",
    "kind-needs-scalar",
    "graph-needs-scalar",
    "path-of-part",
    "vector-shape",
    "unknown-upstream",
    "idle-upstream",
    "nowhere-stationary",
    "cannot-write",
    "bad-option",
    "bad-request",
    "unknown-kind",
    "not-verified",
    "compiled-differs",
    "rounded-away",
    "no-rule",
    "too-long",
    "too-deep",
    "front-matter",
    "unknown-option",
    "not-an-option",
    "given-twice",
    "late-option",
    "enclosed-fence",
    "formula",
    "given-rule",
    "answer-alone",
    "not-text",
    "wide-table",
    "empty-sheet",
    "no-printer",
    "cannot-print",
    // Shown by the table of what does not show.
    "hidden-character",
    "empty",
  ]);
  const codes = new Set(
    [...sources.matchAll(/error\(\s*"([a-z0-9-]+)"/gu)].map((match) => match[1]!),
  );
  const met = new Set(table.map(({ message }) => /^error\[(.*?)\]/u.exec(message)?.[1]));
  const missing = [...codes].filter((code) => !met.has(code) && !elsewhere.has(code));
  expect(missing).toEqual([]);
  expect([...elsewhere].filter((code) => met.has(code))).toEqual([]);
});

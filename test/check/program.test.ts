/** @file `nabla check` as a program: exit codes, derivations, points, batches. */

import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { nabla } from "../program.ts";

const folder = mkdtempSync(join(tmpdir(), "nabla-check-"));
const file = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};

describe("exit codes", () => {
  test.each([
    [["xᵀx", "--wrt", "x", "--answer", "2x"], 0],
    [["xᵀx", "--wrt", "x", "--answer", "x"], 1],
    [["xᵀx", "--wrt", "x", "--answer", "2q"], 2],
    [["xᵀx", "--wrt", "x"], 2],
    [["xᵀx", "--wrt", "x", "--answer", "2x", "--points", "many"], 2],
    [["xᵀx", "--wrt", "x", "--derivation", join(folder, "missing.txt")], 4],
  ] as const)("%j ends with %i", (args, code) => {
    expect(nabla(["check", ...args]).status).toBe(code);
  });
});

const autoencoder = "W: m×n; P = Wx; K = WᵀP − x; L = ½‖K‖²";

describe("derivations", () => {
  const judged = (text: string, ...more: string[]): string =>
    nabla(["check", autoencoder, "--wrt", "W", "--derivation", file("d.txt", text), ...more])
      .stdout;

  test("a right one is right in every line", () => {
    const text = "∂L/∂K = K\n∂L/∂P = WK\n∂L/∂(Wᵀ) = KPᵀ\n∂L/∂W = (∂L/∂P)xᵀ + PKᵀ\n = WKxᵀ + PKᵀ\n";
    const out = judged(text);
    expect(out).toMatch(/^correct\n/u);
    expect(out.match(/ right$/gmu)).toHaveLength(5);
  });

  test("the first wrong line is named, and what follows from it", () => {
    const out = judged("∂L/∂K = 2K\n∂L/∂P = 2WK\n∂L/∂W = 2WKxᵀ + 2PKᵀ\n", "--points", "3");
    expect(out.split("\n").map((line) => line.replaceAll(/ {2,}/gu, " ").trim())).toEqual([
      "incorrect",
      "1 ∂L/∂K = 2K wrong",
      "factor: the answer is 2 times what it should be (the ½ of the loss was",
      "lost): multiply by ½",
      "repaired: K",
      "2 ∂L/∂P = 2WK wrong, and follows from line 1",
      "3 ∂L/∂W = 2WKxᵀ + 2PKᵀ wrong, and follows from line 1",
      "expected: WKxᵀ + PKᵀ",
      "2 of 3 points: 2 of 3 lines are right, or follow from a line that is not",
      "",
    ]);
  });

  test("a line in terms of a wrong one is right in itself", () => {
    const out = judged("∂L/∂K = 2K\n∂L/∂P = W ∂L/∂K\n∂L/∂W = WKxᵀ\n");
    expect(out).toMatch(/∂L\/∂P = W ∂L\/∂K +right/u);
    expect(out).toContain("the path through Wᵀ is missing; add PKᵀ");
  });

  test("one that never says the answer is not right", () => {
    const out = judged("∂L/∂K = K\n");
    expect(out).toContain("no line says what the derivative by W is");
    expect(out).toMatch(/^incorrect/u);
  });

  test("names of its own are defined, and those of the problem checked", () => {
    const out = judged("r = WᵀWx − x\nK = r\nP = xW\n∂L/∂W = WrPᵀ\n");
    expect(out).toMatch(/r = WᵀWx − x +a name of its own/u);
    expect(out).toMatch(/K = r +right/u);
    expect(out).toMatch(/P = xW +wrong/u);
  });

  test("a line that is not understood does not hide the others", () => {
    const out = judged("∂L/∂K = K\n∂L/∂P = Q K\n∂L/∂W = WKxᵀ + PKᵀ\n", "--points", "3");
    expect(out).toMatch(/∂L\/∂P = Q K +not understood/u);
    expect(out).toContain("Q is not a name of the problem");
    expect(out).toMatch(/∂L\/∂W = WKxᵀ \+ PKᵀ +right/u);
    expect(out).toContain("2 of 3 points");
  });

  test("where no line is understood, the first has its place in the file", () => {
    const path = file("e.txt", "∂L/∂K = Q\n∂L/∂P = Q K\n");
    const { stderr, status } = nabla(["check", autoencoder, "--wrt", "W", "--derivation", path]);
    expect(status).toBe(2);
    expect(stderr).toContain("e.txt:1:9");
  });

  test.each([
    ["P = Wx\n", 0],
    ["W = W\nx = x\nP = Wx\n∂L/∂W = 0\n", 0],
    ["∂L/∂K = K\n∂L/∂K = K\n", 3],
    ["∂L/∂K = K\n∂L/∂P = WK\n", 4],
  ])("%j has %d of 6 points", (text, points) => {
    expect(judged(text, "--points", "6")).toContain(`${points} of 6 points`);
  });
});

describe("points", () => {
  const points = (problem: string, wrt: string, answer: string): unknown =>
    (
      JSON.parse(
        nabla(["check", problem, "--wrt", wrt, "--answer", answer, "--points", "8", "--json"])
          .stdout,
      ) as { score: { points: number } }
    ).score.points;

  test.each([
    [autoencoder, "W", "WKxᵀ + PKᵀ", 8],
    [autoencoder, "W", "WKxᵀ", 4],
    [autoencoder, "W", "2WKxᵀ + PKᵀ", 6],
    [autoencoder, "W", "WKxᵀ − PKᵀ", 6],
    [autoencoder, "W", "xKᵀWᵀ + KPᵀ", 4],
    [autoencoder, "W", "WK + Wx", 2],
    ["‖Xw − y‖² + λ‖w‖²", "w", "2Xᵀ(Xw − y) + λw", 6],
    ["tr(AX)", "X", "A", 4],
    ["log det X", "X", "tr(X)X", 0],
  ] as const)("%s by %s: %s has %d of 8", (problem, wrt, answer, worth) => {
    expect(points(problem, wrt, answer)).toBe(worth);
  });
});

test("a batch answers every line and sums up", () => {
  const lines = [
    { id: "a", expr: "xᵀAx", wrt: "x", answer: "2Ax", points: 2 },
    { id: "b", expr: "xᵀAx", wrt: "x", answer: "(A + Aᵀ)x", points: 2 },
    { id: "c", expr: "xᵀAx", wrt: "x", answer: "2Ax" },
    { id: "d", expr: "xᵀAx", wrt: "x", answer: "2Aq" },
    { id: "e", expr: "x = 2; x² − 7", answer: "−3" },
    { id: "f", expr: autoencoder, wrt: "W", derivation: "∂L/∂K = K\n∂L/∂W = WKxᵀ" },
    { id: "g", expr: "xᵀAx", wrt: "x" },
  ];
  const input = lines.map((line) => JSON.stringify(line)).join("\n");
  const { stdout, stderr, status } = nabla(["check", "--jsonl", "--summary"], { input });
  expect(status).toBe(0);
  const out = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(out.map(({ id, verdict, ok }) => [id, verdict ?? ok])).toEqual([
    ["a", "incorrect"],
    ["b", "correct"],
    ["c", "incorrect"],
    ["d", false],
    ["e", "correct"],
    ["f", "incorrect"],
    ["g", false],
    [undefined, undefined],
  ]);
  expect(out.at(-1)!["summary"]).toMatchObject({
    answers: 7,
    correct: 2,
    incorrect: 3,
    refused: 2,
    notes: [
      { note: "A taken for symmetric", kind: "symmetric-assumption", count: 2, ids: ["a", "c"] },
      { note: "path through Wᵀ", kind: "missing-path", count: 1, ids: ["f"] },
    ],
    meanPoints: 1.5,
  });
  expect(stderr).toContain("7 answers: 2 correct, 3 incorrect, 2 not understood");
});

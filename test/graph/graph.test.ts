/** @file Graphs: what is in them, what their paths add up to, and every form that they are drawn in. */

import { describe, expect, test } from "vitest";
import { collapsed, mostNodes } from "../../src/graph/collapse.ts";
import { drawn, pictureOf } from "../../src/graph/index.ts";
import type { GraphFormat } from "../../src/graph/index.ts";
import { traced } from "../../src/graph/model.ts";
import { cotangentSymbol } from "../../src/expr/expr.ts";
import { substitution } from "../../src/expr/walk.ts";
import { parse, variablesOf } from "../../src/index.ts";
import { compared } from "../../src/numeric/equations.ts";
import { add } from "../../src/ops/arithmetic.ts";
import { levels, worked } from "../../src/steps/index.ts";
import { cases } from "../tables.ts";

const picture = (text: string, { wrt = "", paths = "", backward = false } = {}) => {
  const problem = parse(text, { kind: "jacobian", wrt: [wrt, paths].join(",") });
  const named = (names: string) => (names === "" ? [] : variablesOf(problem, names));
  return pictureOf(problem, named(wrt), { paths: named(paths), backward });
};
const shown = (
  text: string,
  format: GraphFormat,
  options: Parameters<typeof picture>[1] = {},
): Promise<string> => drawn(picture(text, options), format);

const autoencoder = "½‖WᵀWx − x‖²";

describe("text", () => {
  test.each([
    [
      autoencoder,
      { paths: "W" },
      [
        "  W  m×n  → Wᵀ, u₁",
        "  x  n×1  → u₁, u₃",
        "  Wᵀ  [ᵀ]  of W  n×m  → u₂",
        "  u₁  [×]  of W, x  m×1  → u₂",
        "  u₂  [×]  of Wᵀ, u₁  n×1  → u₃",
        "  u₃  [· − ·]  of u₂, x  n×1  → L",
        "  L  [½‖·‖²]  of u₃  1×1",
        "",
        "There are 2 paths from W to L. By the law of total derivatives the gradient is",
        "the sum of what they contribute, Wu₃xᵀ + u₁u₃ᵀ (compared as numbers):",
        "  W → u₁ → u₂ → u₃ → L:  Wu₃xᵀ",
        "  W → Wᵀ → u₂ → u₃ → L:  u₁u₃ᵀ",
      ],
    ],
    [
      "L = −½tr((αXXᵀ + β⁻¹I)⁻¹YYᵀ)",
      {},
      [
        "  X  m×n  → Xᵀ, M₁",
        "  Y  m×p  → Yᵀ, M₃",
        "  Xᵀ  [ᵀ]  of X  n×m  → M₁",
        "  M₁  [×]  of X, Xᵀ  m×m  → M₂",
        "  M₂  [α· + I/β]  of M₁  m×m  → M₂⁻¹",
        "  M₂⁻¹  [·⁻¹]  of M₂  m×m  → M₄",
        "  Yᵀ  [ᵀ]  of Y  p×m  → M₃",
        "  M₃  [×]  of Y, Yᵀ  m×m  → M₄",
        "  M₄  [×]  of M₂⁻¹, M₃  m×m  → L",
        "  L  [−½tr]  of M₄  1×1",
      ],
    ],
    [
      "h = tanh(Wx); L = ‖h‖²",
      { wrt: "W", backward: true },
      [
        "  W  n×m  → u",
        "  x  m×1  → u",
        "  u  [×]  of W, x  n×1  → h",
        "  h  [tanh]  of u  n×1  → L",
        "  L  [‖·‖²]  of h  1×1",
        "What flows back:",
        "  L → h:  2h",
        "  h → u:  ∂L/∂h ⊙ (𝟏 − h^{⊙2})",
        "  u → W:  (∂L/∂u)xᵀ",
      ],
    ],
    [
      "softmax(Wx + b)",
      {},
      [
        "  W  m×n  → u₁",
        "  x  n×1  → u₁",
        "  b  m×1  → u₂",
        "  u₁  [×]  of W, x  m×1  → u₂",
        "  u₂  [+]  of u₁, b  m×1  → f",
        "  f  [softmax]  of u₂  m×1",
      ],
    ],
  ])("%s", async (text, options, lines) => {
    expect((await shown(text, "text", options)).split("\n")).toEqual(lines);
  });
});

test("a line is not longer than a terminal is wide", async () => {
  const layers = Array.from({ length: 30 }, (_, i) => `h_${i + 1} = tanh(W h_${i} + b)`);
  const text = await shown([...layers, "½‖h_30‖²"].join("\n"), "text", { paths: "b" });
  expect(text.split("\n").filter((line) => [...line].length > 80 && line.includes("→"))).toEqual(
    [],
  );
});

describe("paths", () => {
  test.each([
    [
      "of one",
      "½‖Wx‖²",
      "W",
      ["There is one path from W to L. The gradient is what it contributes:"],
    ],
    [
      "of a variable that varies within a set",
      "S: n×n symmetric; a: n; b: n; aᵀSb",
      "S",
      [
        "There is one path from S to L. The gradient is the part of what it contributes",
        "in the set that S varies in, ½(abᵀ + baᵀ):",
        "  S → u → L:  abᵀ",
      ],
    ],
    [
      "of a name and of what it is made of",
      "K = AAᵀ; log|K|",
      "A,K",
      [
        "There are 2 paths from A to L. By the law of total derivatives the gradient is",
        "the sum of what they contribute, 2K⁻¹A (compared as numbers):",
        "  A → Aᵀ → K → L:  K⁻¹A",
        "There is one path from K to L. The gradient is what it contributes:",
        "  K → L:  K⁻¹",
      ],
    ],
    [
      "of a name whose definition is written out again",
      "P = Wx; K = WᵀWx − x; ½‖K‖²",
      "P",
      [
        "There is one path from P to L. The gradient is what it contributes:",
        "  P → u → K → L:  WK",
      ],
    ],
    [
      "that do not exist",
      "‖x‖²; K = AAᵀ",
      "K",
      ["No path leads from K to L: the gradient by K is 0."],
    ],
    [
      "whose contribution is too long for a line",
      "S = QKᵀ/√d; A = softmax(S); O = AV; ½‖O − Y‖²; Q, K, V: n×d",
      "K",
      ["  K → Kᵀ → S → A → O → M → L:  (A ⊙ (MVᵀ − (A ⊙ MVᵀ)𝟏𝟏ᵀ))ᵀQ/√d"],
    ],
  ])("%s", async (_, text, paths, lines) => {
    const told = (await shown(text, "text", { paths })).split("\n");
    expect(lines.filter((line) => !told.includes(line))).toEqual([]);
  });

  test.each([
    ["softmax(Wx)", { paths: "W" }, "graph-needs-scalar"],
    ["softmax(Wx)", { wrt: "W", backward: true }, "graph-needs-scalar"],
    ["½‖Wx‖²", { paths: "W_{ij}" }, "path-of-part"],
    ["½‖Wx‖²", { paths: "V" }, "unknown-variable"],
  ])("of %s with %j are refused", (text, options, code) => {
    expect(() => picture(text, options)).toThrow(
      expect.objectContaining({ diagnostic: expect.objectContaining({ code }) }),
    );
  });
});

test.each([
  ["Q, K: n×d; S = QKᵀ/√d; softmax(S)", "·×·/√d"],
  ["D: scalar; A, X: n×n; D tr(A) + tr(X)", "D· + ·"],
  ["sum(a ⊙ exp(b))", "·ᵀ·"],
])("an operation of %s is %s", (text, label) => {
  const labels = picture(text).graph.nodes.map((node) => node.label.unicode);
  expect(labels).toContain(label);
});

test("a name that is used twice enters once, with an edge for each use", () => {
  const { nodes, edges } = picture("xᵀAx; x: n").graph;
  expect(nodes.filter(({ label }) => label.unicode === "x")).toHaveLength(1);
  expect(edges.filter(({ from }) => from.label.unicode === "x")).toHaveLength(2);
  expect(
    picture("sum(x ⊙ tanh(x)); x: n").graph.edges.filter(({ from }) => from.id === "n1"),
  ).toHaveLength(2);
});

test("scalars stand within operations, unless they are asked for or there is nothing else", () => {
  const inputs = (text: string, wrt: string): string[] =>
    picture(text, { wrt })
      .graph.nodes.filter(({ kind }) => kind === "input")
      .map(({ label }) => label.unicode);
  expect(inputs("λ‖w‖²; w: n", "")).toEqual(["w"]);
  expect(inputs("λ‖w‖²; w: n", "λ")).toEqual(["λ", "w"]);
  expect(inputs("(a − b)²; a, b: scalar", "")).toEqual(["a", "b"]);
});

test("what flows back stands on the edges of the variables that are asked for", () => {
  const { edges } = picture(autoencoder, { wrt: "W", backward: true }).graph;
  const flows = edges.map(({ from, flow }) => `${from.value.unicode}: ${flow?.unicode ?? "–"}`);
  expect(flows).toEqual([
    "W: (∂L/∂(Wᵀ))ᵀ",
    "W: (∂L/∂u₁)xᵀ",
    "x: –",
    "Wᵀ: (∂L/∂u₂)u₁ᵀ",
    "u₁: W∂L/∂u₂",
    "u₂: ∂L/∂u₃",
    "x: –",
    "u₃: u₃",
    "L: –",
  ]);
});

// The sum over the paths is compared with the gradient where the paths are made.
describe("the paths add up to the gradient", () => {
  test.each(cases("required").concat(cases("course")))("$title", ({ statements, by, options }) => {
    if (Object.keys(options).length > 0) return;
    const problem = parse(statements.join("\n"), { wrt: by });
    const variables = variablesOf(problem, by);
    if (problem.objective.shape.some(({ key }) => key !== "1") || variables.some((v) => v.part))
      return;
    const found = pictureOf(problem, [], { paths: variables });
    for (const { paths, count } of found.paths) expect(paths.length).toBe(Math.min(count, 24));
  });
});

describe("names are those of the steps", () => {
  // A level each, as steps take their time.
  const problems = cases("required")
    .concat(cases("course"))
    .filter(({ options }) => Object.keys(options).length === 0)
    .map((problem, i) => Object.assign(problem, { level: levels[i % levels.length]! }));
  test.each(problems)("$title, $level", ({ statements, by, level }) => {
    const problem = parse(statements.join("\n"), { wrt: by });
    const variables = variablesOf(problem, by);
    if (problem.objective.shape.some(({ key }) => key !== "1")) return;
    const { found, sections } = worked(problem, variables, { steps: level, verify: false });
    // What only the gradient speaks of is no node.
    const told = sections.flatMap(({ title, lines }) =>
      title[0] === "Forward"
        ? lines.filter((line) => line.part !== null || line === lines.at(-1))
        : [],
    );
    const taken = found.flatMap(({ where }) => where.map(({ name }) => name));
    const beside = { variables: variables.map(({ symbol }) => symbol), level, taken };
    const { nodes } = pictureOf(problem, variables, { beside }).graph;
    const names = new Set(nodes.map(({ value }) => value.unicode));
    expect(told.filter(({ left }) => !names.has(left.unicode))).toEqual([]);
    const own = nodes.filter(({ kind }) => kind !== "output").map(({ part }) => part);
    expect(new Set(own).size).toBe(own.length);
  });
});

test("what steps do not tell has a name that they do not use", () => {
  const problem = parse(autoencoder, { wrt: "W" });
  const variables = variablesOf(problem, "W");
  const beside = { variables: variables.map(({ symbol }) => symbol), level: "key" as const };
  const { nodes } = pictureOf(problem, variables, { beside }).graph;
  expect(nodes.map(({ label, value }) => `${value.unicode} ${label.unicode}`)).toEqual([
    "W W",
    "x x",
    "Wᵀ ᵀ",
    "u₁ ×",
    "v ×",
    "u₂ · − ·",
    "L ½‖·‖²",
    "L L",
  ]);
});

// What flows along the edges that leave a node adds up to the cotangent of its value.
describe("what flows back along edges adds up", () => {
  const problems = cases("required")
    .concat(cases("course"))
    .filter(({ options }) => Object.keys(options).length === 0);
  test.each(problems)("$title", ({ statements, by }) => {
    const problem = parse(statements.join("\n"), { wrt: by });
    const symbols = variablesOf(problem, by).map(({ symbol }) => symbol);
    if (problem.objective.shape.some(({ key }) => key !== "1")) return;
    const { graph, back, loss, uses, nodeOf } = traced(problem, symbols, { backward: true });
    const values = substitution(back!.steps.map((s) => [cotangentSymbol(loss, s.of), s.value]));
    for (const { of, value } of back!.steps) {
      const flows = graph.edges.flatMap((edge) => {
        const use = edge.from === nodeOf.get(of) ? uses.get(edge) : undefined;
        return use ? [values(use.flow)] : [];
      });
      if (flows.length === 0) continue;
      const sum = flows.length === 1 ? flows[0]! : add(...flows);
      expect(compared(sum, value, 1)).not.toBe("unequal");
    }
  });
});

describe("forms", () => {
  test("an SVG is well-formed paths with a title and a description", async () => {
    const svg = await shown(autoencoder, "svg", { paths: "W", backward: true });
    expect(svg).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg" viewBox="0 0 \d+ \d+"/u);
    expect(svg).toContain("<title>The computational graph of L</title>");
    expect(svg).toContain("There are 2 paths from W to L.");
    expect(svg).not.toMatch(/<text|<use|<foreignObject|<script|NaN|undefined/u);
    const open = [...svg.matchAll(/<([a-z]+)[^>]*?(\/?)>/gu)].filter(([, , ends]) => ends === "");
    const close = [...svg.matchAll(/<\/([a-z]+)>/gu)];
    expect(open.length).toBe(close.length);
  });

  test("TikZ has a node for each node and a line for each edge", async () => {
    const tikz = await shown(autoencoder, "tikz", { wrt: "W" });
    expect(tikz.match(/\\node\[draw/gu)).toHaveLength(8);
    expect(tikz.match(/\\draw\[->/gu)).toHaveLength(9);
  });

  test("names cannot break out of a label of DOT", async () => {
    const dot = await shown(autoencoder, "dot");
    expect(dot.split("\n").slice(3, 5)).toEqual([
      '  n1 [label="W", shape=ellipse];',
      '  n2 [label="x", shape=ellipse];',
    ]);
    expect(dot).toContain('  n5 -> n6 [label="u₂  n×1"];');
  });
});

test("a graph of more nodes than can be read is drawn with its middle as one, and says so", () => {
  const layers = Array.from(
    { length: 60 },
    (_, i) => `h_${i + 1} = tanh(W_${i + 1} h_${i} + b_${i + 1})`,
  );
  const text = [...layers, "½‖h_60‖²"].join("\n");
  const { graph } = traced(parse(text), []);
  expect(graph.nodes.length).toBeGreaterThan(300);
  const { nodes, notes } = collapsed(graph);
  expect(nodes.length).toBeLessThanOrEqual(mostNodes);
  expect(notes).toEqual([
    `${graph.nodes.length} nodes are more than can be read: 101 operations in the middle are drawn as one`,
  ]);
});

test("paths through the middle that is drawn as one node keep their colours", async () => {
  const layers = Array.from(
    { length: 60 },
    (_, i) => `h_${i + 1} = tanh(W_${i + 1} h_${i} + b_${i + 1})`,
  );
  const svg = await shown([...layers, "½‖h_60‖²"].join("\n"), "svg", { paths: "W_1" });
  // Each line and each tip.
  expect(svg.match(/stroke="#0072b2"/gu)!.length).toBeGreaterThan(80);
});

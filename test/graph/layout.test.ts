/** @file What a picture of a graph holds stands apart: labels, lines and nodes. */

import { expect, test } from "vitest";
import { pictureOf } from "../../src/graph/index.ts";
import type { Layout, PlacedEdge, Point } from "../../src/graph/layout.ts";
import { layOut, stretchesOf } from "../../src/graph/layout.ts";
import { drawer } from "../../src/graph/svg.ts";
import { latexShape } from "../../src/print/latex.ts";
import { parse, variablesOf } from "../../src/index.ts";
import type { Problem } from "../../src/parse/problem.ts";
import { cases } from "../tables.ts";

test.each([
  ["m×n", "m \\times n"],
  ["n_15×2k", "n_{15} \\times 2k"],
  ["features×n_{out}", "\\mathit{features} \\times n_{\\mathit{out}}"],
  ["n_15·m×1", "n_{15} \\cdot m \\times 1"],
])("the shape %s is %s", (shape, latex) => {
  expect(latexShape(shape)).toBe(latex);
});

interface Box {
  readonly what: string;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

const boxAt = (what: string, { x, y, width, height }: PlacedEdge["label"]): Box => ({
  what,
  left: x - width / 2,
  right: x + width / 2,
  top: y - height / 2,
  bottom: y + height / 2,
});

/** Points on the lines of an edge, from the top down. */
function pointsOn({ points }: PlacedEdge): Point[] {
  let from = points[0]!;
  return stretchesOf(points).flatMap((s) => {
    const [a, b] = s.kind === "bent" ? s.by : [from, s.to];
    const on = Array.from({ length: 33 }, (_, i): Point => {
      const [t, u] = [i / 32, 1 - i / 32];
      const at = (axis: "x" | "y"): number =>
        u ** 3 * from[axis] +
        3 * u * u * t * a[axis] +
        3 * u * t * t * b[axis] +
        t ** 3 * s.to[axis];
      return { x: at("x"), y: at("y") };
    });
    from = s.to;
    return on;
  });
}

/** What overlaps in a layout. */
function overlaps({ nodes, edges, width, height }: Layout): string[] {
  const nodeBoxes = nodes.map((n) => boxAt(n.node.part, n));
  const labels = edges.map((e) =>
    boxAt(`label of ${e.edge.from.part} → ${e.edge.to.part}`, e.label),
  );
  const boxes = [...nodeBoxes, ...labels];
  const cross = (a: Box, b: Box): boolean =>
    a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
  const found = boxes.flatMap((a, i) =>
    boxes.slice(i + 1).flatMap((b) => (cross(a, b) ? [`${a.what} and ${b.what}`] : [])),
  );
  for (const { what, left, right, top, bottom } of boxes)
    if (left < 0 || top < 0 || right > width || bottom > height) found.push(`${what} is cut off`);
  for (const edge of edges) {
    const others = boxes.filter(
      (_, i) => nodes[i]?.node !== edge.edge.from && nodes[i]?.node !== edge.edge.to,
    );
    for (const { x, y } of pointsOn(edge))
      for (const { what, left, right, top, bottom } of others)
        if (x > left - 1 && x < right && y > top && y < bottom)
          found.push(`${edge.edge.from.part} → ${edge.edge.to.part} and ${what}`);
  }
  return [...new Set(found)];
}

const laidOut = async (problem: Problem, wrt: string): Promise<Layout> => {
  const { graph, paths } = pictureOf(problem, [], {
    backward: true,
    paths: variablesOf(problem, wrt),
  });
  const all = paths.flatMap((of) => of.paths);
  const lanes = (edge: PlacedEdge["edge"]): number =>
    all.filter(({ edges }) => edges.includes(edge)).length;
  return layOut(graph, await drawer(), { lanes });
};

test.each([
  ["½‖WᵀWx − x‖²", "W"],
  ["A, B: n×n; tr(AᵀBᵀAᵀBᵀA)", "A,B"],
  ["K = αXXᵀ + β⁻¹I; L = −c − D/2·log|K| − ½tr(K⁻¹YYᵀ)", "X"],
  ["x, y: scalar; x²y + sin(x y) + x", "x"],
  ["x: n; A: n×n; xᵀAx + ‖x‖² + sum(exp(x)) + sum(x ⊙ tanh(x))", "x"],
  [
    "X: N×D; Y: N×C onehot; W: H×D; V: C×H; b: H; λ > 0; Z = relu(XWᵀ + 𝟏bᵀ)Vᵀ; 1/N (sum(logsumexp(Z)) − tr(YᵀZ)) + λ/2(‖W‖² + ‖V‖²)",
    "W,b",
  ],
])("nothing overlaps in the graph of %s", async (text, wrt) => {
  expect(overlaps(await laidOut(parse(text, { wrt }), wrt))).toEqual([]);
});

test("nothing overlaps in the graphs of the course", async () => {
  for (const { title, statements, by, options } of [...cases("required"), ...cases("course")]) {
    if (Object.keys(options).length > 0) continue;
    const problem = parse(statements.join("\n"), { wrt: by });
    if (problem.objective.shape.some(({ key }) => key !== "1")) continue;
    if (variablesOf(problem, by).some((v) => v.part)) continue;
    expect([title, overlaps(await laidOut(problem, by))]).toEqual([title, []]);
  }
});

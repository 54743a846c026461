/** @file Sums of products: as products of matrices where they are, else in the notation of Einstein. */

import type { Axis, Labelled } from "./axes.ts";
import { extentsOf, union } from "./axes.ts";
import type { Graph } from "./graph.ts";
import type { Attributes } from "./tensor.ts";

/**
 * Σ of a product along axes that both factors have; null where it is better made of the product itself, which has no
 * more entries than one of them.
 */
export function contracted(
  graph: Graph,
  x: Labelled,
  y: Labelled,
  over: readonly Axis[],
): Labelled | null {
  const shared = x.axes.filter((axis) => y.axes.includes(axis));
  if (shared.length === 1 && x.axes.length <= 2 && y.axes.length <= 2)
    return matrixProduct(graph, x, y, shared[0]!);
  const hasOwn = (a: Labelled): boolean => a.axes.some((axis) => !shared.includes(axis));
  if (!hasOwn(x) || !hasOwn(y)) return null;
  const left = union([x, y]).filter((axis) => !over.includes(axis));
  return einsum(graph, [x, y], left);
}

/** The product of two arrays of at most two axes along the one that they share. */
function matrixProduct(graph: Graph, x: Labelled, y: Labelled, along: Axis): Labelled {
  const free = (a: Labelled): Axis[] => a.axes.filter((axis) => axis !== along);
  // Samples come first.
  if (free(y)[0]?.index && !free(x)[0]?.index) return matrixProduct(graph, y, x, along);
  const axes = [...free(x), ...free(y)];
  const isFirst = (a: Labelled): boolean => a.axes[0] === along;
  const made = (
    op: string,
    left: Labelled,
    right: Labelled,
    attributes: Attributes = {},
  ): Labelled => ({
    tensor: graph.node(op, [left.tensor, right.tensor], extentsOf(axes), { attributes }),
    axes,
  });
  if (x.axes.length === 1 || y.axes.length === 1) {
    // Of a matrix and a vector the order says which dimension is meant.
    const [matrix, vector] = x.axes.length > y.axes.length ? [x, y] : [y, x];
    const isTurned = matrix.axes.length === 2 && isFirst(matrix);
    return isTurned ? made("MatMul", vector, matrix) : made("MatMul", matrix, vector);
  }
  if (!isFirst(x) && isFirst(y)) return made("MatMul", x, y);
  return made("Gemm", x, y, {
    ...(isFirst(x) && { transA: 1 }),
    ...(!isFirst(y) && { transB: 1 }),
  });
}

/** The sum of a product along all axes but some. */
export function einsum(
  graph: Graph,
  factors: readonly Labelled[],
  left: readonly Axis[],
): Labelled {
  const all = [...new Set(factors.flatMap(({ axes }) => axes))];
  const written = (axes: readonly Axis[]): string =>
    axes.map((axis) => String.fromCharCode(97 + all.indexOf(axis))).join("");
  const equation = `${factors.map(({ axes }) => written(axes)).join(",")}->${written(left)}`;
  const inputs = factors.map(({ tensor }) => tensor);
  const tensor = graph.node("Einsum", inputs, extentsOf(left), { attributes: { equation } });
  return { tensor, axes: left };
}

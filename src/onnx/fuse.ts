/** @file A product to which something is added as one node, as a layer of a network is. */

import type { Dimension } from "../expr/dimension.ts";
import { one } from "../expr/dimension.ts";
import type { Graph } from "./graph.ts";
import { ordered } from "./graph.ts";
import type { Node, Tensor } from "./tensor.ts";
import { isNode } from "./tensor.ts";

/** Whether a tensor can be broadcast to two dimensions, and these stay. */
const fits = ({ extents }: Tensor, [rows, columns]: readonly Dimension[]): boolean => {
  const [last, other, ...more] = extents.toReversed();
  const isOf = (d: Dimension | undefined, whole: Dimension | undefined): boolean =>
    d === undefined || d === one || d === whole;
  return more.length === 0 && isOf(last, columns) && isOf(other, rows);
};

/** A product of two matrices alone. */
const isProduct = (tensor: Tensor): tensor is Node =>
  (isNode(tensor, "MatMul") || isNode(tensor, "Gemm")) &&
  tensor.inputs.length === 2 &&
  tensor.inputs.every(({ extents }) => extents.length === 2);

/** The same tensor with sums of a product and something else as one node, where nothing else needs the product. */
export function fused(graph: Graph, output: Tensor, names: Map<Tensor, string>): Tensor {
  const order = ordered(output);
  const uses = new Map<Tensor, number>();
  for (const tensor of order)
    if (tensor.kind === "node")
      for (const input of tensor.inputs) uses.set(input, (uses.get(input) ?? 0) + 1);
  const became = new Map<Tensor, Tensor>();
  for (const tensor of order) {
    const made = tensor.kind === "node" ? remade(tensor) : tensor;
    became.set(tensor, made);
    const name = names.get(tensor);
    if (name) names.set(made, name);
  }
  return became.get(output)!;

  function remade({ op, inputs, extents, type, attributes }: Node): Tensor {
    const now = inputs.map((input) => became.get(input)!);
    const at =
      op === "Add" ? inputs.findIndex((input, k) => isFused(input, inputs[1 - k]!, extents)) : -1;
    const product = now[at];
    if (product?.kind !== "node") return graph.node(op, now, extents, { type, attributes });
    const terms = [...product.inputs, now[1 - at]!];
    return graph.node("Gemm", terms, extents, { attributes: product.attributes });
  }

  function isFused(input: Tensor, other: Tensor, extents: readonly Dimension[]): boolean {
    const isWhole = input.extents.every((d, k) => d === extents[k]);
    return isProduct(input) && isWhole && uses.get(input) === 1 && fits(other, extents);
  }
}

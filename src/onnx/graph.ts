/** @file The graph of a model as it grows: equal nodes and equal numbers are one tensor. */

import type { Dimension } from "../expr/dimension.ts";
import { dimension, one } from "../expr/dimension.ts";
import { simpler } from "./forms.ts";
import type { Attributes, Constant, ElementType, Input, Tensor } from "./tensor.ts";

interface NodeOptions {
  readonly type?: ElementType;
  readonly attributes?: Attributes;
}

/** Makes the tensors of one model. */
export class Graph {
  private readonly known = new Map<string, Tensor>();
  /** The constants that hold the same numbers in other dimensions. */
  private readonly shapes = new Map<ArrayLike<number>, Map<string, Constant>>();
  private made = 0;

  input(name: string, extents: readonly Dimension[]): Input {
    return { kind: "input", id: ++this.made, type: "float", extents, name };
  }

  /** Numbers that have a name. */
  named(name: string, data: ArrayLike<number>, extents: readonly Dimension[]): Constant {
    const type = "float";
    return this.inShape({ kind: "constant", id: ++this.made, type, extents, data, name });
  }

  number(value: number): Constant {
    return this.constant("float", [value], []);
  }

  /** A whole number without dimensions. */
  whole(value: number): Constant {
    return this.constant("int64", [value], []);
  }

  /** Whole numbers in one dimension. */
  wholes(values: readonly number[]): Constant {
    return this.constant("int64", values, [dimension(values.length)]);
  }

  /** The result of an operation, made by a simpler one where there is one. */
  node(
    op: string,
    inputs: readonly Tensor[],
    extents: readonly Dimension[],
    { type = "float", attributes = {} }: NodeOptions = {},
  ): Tensor {
    const other = simpler(this, op, inputs, extents);
    if (other) return other;
    const key = JSON.stringify([op, inputs.map(({ id }) => id), attributes]);
    return this.once(key, (id) => ({ kind: "node", id, op, inputs, attributes, type, extents }));
  }

  /** The same entries with dimensions of size 1 at some places of the result, in ascending order. */
  unsqueezed(tensor: Tensor, axes: readonly number[]): Tensor {
    if (axes.length === 0) return tensor;
    const extents = [...tensor.extents];
    for (const axis of axes) extents.splice(axis, 0, one);
    if (tensor.kind === "constant") return this.inShape({ ...tensor, extents });
    return this.node("Unsqueeze", [tensor, this.wholes(axes)], extents, { type: tensor.type });
  }

  /** The same entries without some dimensions of size 1. */
  squeezed(tensor: Tensor, axes: readonly number[]): Tensor {
    if (axes.length === 0) return tensor;
    const extents = tensor.extents.filter((_, axis) => !axes.includes(axis));
    if (tensor.kind === "constant") return this.inShape({ ...tensor, extents });
    return this.node("Squeeze", [tensor, this.wholes(axes)], extents, { type: tensor.type });
  }

  /** The numbers of a constant in its dimensions, once. */
  private inShape(wanted: Constant): Constant {
    let known = this.shapes.get(wanted.data);
    if (!known) this.shapes.set(wanted.data, (known = new Map()));
    const key = wanted.extents.map((d) => d.key).join("×");
    let found = known.get(key);
    if (!found) known.set(key, (found = { ...wanted, id: ++this.made }));
    return found;
  }

  private constant(
    type: ElementType,
    data: readonly number[],
    extents: readonly Dimension[],
  ): Constant {
    const key = JSON.stringify([type, data.map(String), extents.length]);
    return this.once(key, (id) =>
      this.inShape({ kind: "constant", id, type, data, extents, name: null }),
    );
  }

  private once<T extends Tensor>(key: string, make: (id: number) => T): T {
    let found = this.known.get(key) as T | undefined;
    if (!found) this.known.set(key, (found = make(++this.made)));
    return found;
  }
}

/** All tensors that one is made of, each once, what is given before what is made of it. */
export function ordered(output: Tensor): Tensor[] {
  const order: Tensor[] = [];
  const seen = new Set<Tensor>([output]);
  const open: { readonly tensor: Tensor; next: number }[] = [{ tensor: output, next: 0 }];
  for (let top = open.at(-1); top; top = open.at(-1)) {
    const inputs = top.tensor.kind === "node" ? top.tensor.inputs : [];
    const input = inputs[top.next++];
    if (!input) order.push(open.pop()!.tensor);
    else if (!seen.has(input)) {
      seen.add(input);
      open.push({ tensor: input, next: 0 });
    }
  }
  return order;
}

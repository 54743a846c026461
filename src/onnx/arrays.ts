/** @file Arrays as a model computes them: laid over one another, added up, put in other places and orders. */

import type { Dimension } from "../expr/dimension.ts";
import { dimension, one } from "../expr/dimension.ts";
import type { Axis, Labelled } from "./axes.ts";
import { extentsOf, union } from "./axes.ts";
import { contracted, einsum } from "./contraction.ts";
import type { Graph } from "./graph.ts";
import type { Sizes } from "./sizes.ts";
import type { ElementType, Input, Tensor } from "./tensor.ts";

/** Arrays of one model. */
export class Arrays {
  readonly graph: Graph;
  readonly input: Input;
  readonly sizes: Sizes;

  constructor(graph: Graph, input: Input, sizes: Sizes) {
    this.graph = graph;
    this.input = input;
    this.sizes = sizes;
  }

  number(value: number): Labelled {
    return { tensor: this.graph.number(value), axes: [] };
  }

  wholeNumber(value: number): Labelled {
    return { tensor: this.graph.whole(value), axes: [] };
  }

  /** How many entries stand along a dimension. */
  count(d: Dimension): Labelled {
    const size = this.sizes.of(d);
    return size === null ? this.floats({ tensor: this.whole(d), axes: [] }) : this.number(size);
  }

  /** The same as a whole number. */
  whole(d: Dimension): Tensor {
    const { graph, sizes } = this;
    const size = sizes.of(d);
    if (size !== null) return graph.whole(size);
    const factors = [...d.names.map(dimension), dimension(d.coefficient)];
    return factors
      .filter((factor) => factor !== one)
      .map((factor) => (sizes.of(factor) === null ? this.open() : graph.whole(sizes.of(factor)!)))
      .reduce((a, b) => graph.node("Mul", [a, b], [], { type: "int64" }));
  }

  /** The size that is open, as what is fed has it. */
  private open(): Tensor {
    const { graph, input } = this;
    const axis = input.extents.indexOf(dimension(this.sizes.open!));
    const extents = [dimension(input.extents.length)];
    const shape = graph.node("Shape", [input], extents, { type: "int64" });
    const attributes = { axis: 0 };
    return graph.node("Gather", [shape, graph.whole(axis)], [], { type: "int64", attributes });
  }

  /** Whole numbers, or yes and no as 1 and 0, as numbers. */
  floats({ tensor, axes }: Labelled): Labelled {
    const attributes = { to: 1 };
    return { tensor: this.graph.node("Cast", [tensor], tensor.extents, { attributes }), axes };
  }

  /** The places along an axis as whole numbers, from 0. */
  places(axis: Axis): Labelled {
    const { graph } = this;
    const size = this.sizes.of(axis.extent);
    if (size !== null)
      return { tensor: graph.wholes(Array.from({ length: size }, (_, i) => i)), axes: [axis] };
    const bounds = [graph.whole(0), this.whole(axis.extent), graph.whole(1)];
    const tensor = graph.node("Range", bounds, [axis.extent], { type: "int64" });
    return { tensor, axes: [axis] };
  }

  /** An operation of entries that stand at one place. */
  entrywise(op: string, arrays: readonly Labelled[], type: ElementType = "float"): Labelled {
    const axes = union(arrays);
    const inputs = arrays.map((a) => this.laid(a, axes));
    return { tensor: this.graph.node(op, inputs, extentsOf(axes), { type }), axes };
  }

  times(a: Labelled, b: Labelled): Labelled {
    const product = this.entrywise("Mul", [a, b]);
    // Where both have all axes, a sum gains nothing by the factors.
    const isSame = a.axes.length === product.axes.length && b.axes.length === product.axes.length;
    return isSame ? product : { ...product, factors: [a, b] };
  }

  /** 1 where two axes are at one place, else 0, as yes and no. */
  meeting(a: Axis, b: Axis): Labelled {
    return this.entrywise("Equal", [this.places(a), this.places(b)], "bool");
  }

  /** An array where a condition holds, and 0 elsewhere. */
  where(condition: Labelled, a: Labelled): Labelled {
    return this.entrywise("Where", [condition, a, this.number(0)]);
  }

  /** An operation along one axis, which stays. */
  along(op: string, { tensor, axes }: Labelled, axis: Axis): Labelled {
    const attributes = { axis: axes.indexOf(axis) };
    return { tensor: this.graph.node(op, [tensor], tensor.extents, { attributes }), axes };
  }

  /** An operation along one axis, of which one entry is left. */
  reduced(op: string, { tensor, axes }: Labelled, axis: Axis): Labelled {
    const rest = axes.filter((other) => other !== axis);
    const attributes = { axes: [axes.indexOf(axis)], keepdims: 0 };
    return { tensor: this.graph.node(op, [tensor], extentsOf(rest), { attributes }), axes: rest };
  }

  /** The determinants along the last two axes. */
  determinant({ tensor, axes }: Labelled): Labelled {
    const rest = axes.slice(0, -2);
    return { tensor: this.graph.node("Det", [tensor], extentsOf(rest)), axes: rest };
  }

  /** The sum along some axes that it has. */
  sum(a: Labelled, over: readonly Axis[]): Labelled {
    if (over.length === 0) return a;
    if (a.factors) {
      const [x, y] = a.factors;
      const only = (p: Labelled, q: Labelled): Axis[] =>
        over.filter((axis) => p.axes.includes(axis) && !q.axes.includes(axis));
      const [inX, inY] = [only(x, y), only(y, x)];
      const inBoth = over.filter((axis) => x.axes.includes(axis) && y.axes.includes(axis));
      if (inX.length + inY.length > 0)
        return this.sum(this.times(this.sum(x, inX), this.sum(y, inY)), inBoth);
      const product = contracted(this.graph, x, y, inBoth);
      if (product) return product;
    }
    const { graph } = this;
    const single = over.filter(({ extent }) => extent === one);
    const narrow = a.axes.filter((axis) => !single.includes(axis));
    const tensor = graph.squeezed(
      a.tensor,
      single.map((axis) => a.axes.indexOf(axis)),
    );
    const places = over.flatMap((axis) => (narrow.includes(axis) ? [narrow.indexOf(axis)] : []));
    if (places.length === 0) return { tensor, axes: narrow };
    const axes = narrow.filter((axis) => !over.includes(axis));
    const inputs = [tensor, graph.wholes(places.toSorted((p, q) => p - q))];
    const attributes = { keepdims: 0 };
    return { tensor: graph.node("ReduceSum", inputs, extentsOf(axes), { attributes }), axes };
  }

  /** The array with one axis in the place of another; where it has both, what stands where they meet. */
  put(a: Labelled, from: Axis, to: Axis): Labelled {
    if (from === to || !a.axes.includes(from)) return a;
    const isMet = a.axes.includes(to);
    const [x, y] = (a.factors ?? []).map((factor) => this.put(factor, from, to));
    if (isMet && x && y) return this.times(x, y);
    const axes = a.axes.map((axis) => (axis === from ? to : axis));
    if (isMet) return einsum(this.graph, [{ tensor: a.tensor, axes }], [...new Set(axes)]);
    return { tensor: a.tensor, axes, ...(x && y && { factors: [x, y] }) };
  }

  /** The part of an array at one place along an axis, counted from 0. */
  gathered({ tensor, axes }: Labelled, axis: Axis, place: Tensor): Labelled {
    const rest = axes.filter((other) => other !== axis);
    const attributes = { axis: axes.indexOf(axis) };
    const inputs = [tensor, place];
    return {
      tensor: this.graph.node("Gather", inputs, extentsOf(rest), { attributes }),
      axes: rest,
    };
  }

  /** The array with these axes, in this order, each in its full size. */
  spread(a: Labelled, axes: readonly Axis[]): Labelled {
    const laid = this.laid(a, axes);
    const leading = axes.length - laid.extents.length;
    const missing = axes.filter((axis) => !a.axes.includes(axis));
    if (missing.every(({ extent }) => extent === one)) {
      const front = Array.from({ length: leading }, (_, i) => i);
      return { tensor: this.graph.unsqueezed(laid, front), axes };
    }
    // Along what is there already, 1 asks for nothing.
    const wanted = axes.map((axis) => (missing.includes(axis) ? axis.extent : one));
    const inputs = [laid, this.shape(wanted)];
    return { tensor: this.graph.node("Expand", inputs, extentsOf(axes)), axes };
  }

  /** The entries of an array in the order they have, along other axes. */
  reshaped(a: Labelled, axes: readonly Axis[]): Labelled {
    const { graph, sizes } = this;
    const known = axes.map(({ extent }) => sizes.of(extent));
    // One size may be left to what is there.
    const isOneOpen = known.filter((size) => size === null).length === 1;
    const shape = isOneOpen
      ? graph.wholes(known.map((size) => size ?? -1))
      : this.shape(extentsOf(axes));
    return { tensor: graph.node("Reshape", [a.tensor, shape], extentsOf(axes)), axes };
  }

  /** Sizes as a tensor. */
  private shape(extents: readonly Dimension[]): Tensor {
    const { graph, sizes } = this;
    const known = extents.map((d) => sizes.of(d));
    if (known.every((size) => size !== null)) return graph.wholes(known);
    const parts = extents.map((d) => graph.unsqueezed(this.whole(d), [0]));
    const attributes = { axis: 0 };
    const extent = [dimension(extents.length)];
    return graph.node("Concat", parts, extent, { type: "int64", attributes });
  }

  /** The tensor in the order of some axes, all of its own among them, so that it can be broadcast along the others. */
  private laid({ tensor, axes }: Labelled, target: readonly Axis[]): Tensor {
    const order = axes
      .map((_, i) => i)
      .sort((i, j) => target.indexOf(axes[i]!) - target.indexOf(axes[j]!));
    const isInOrder = order.every((from, to) => from === to);
    const sorted = order.map((i) => axes[i]!);
    const turned = isInOrder
      ? tensor
      : this.graph.node("Transpose", [tensor], extentsOf(sorted), {
          type: tensor.type,
          attributes: { perm: order },
        });
    const first = sorted.length > 0 ? target.indexOf(sorted[0]!) : target.length;
    const missing = target.slice(first).flatMap((axis, i) => (axes.includes(axis) ? [] : [i]));
    return this.graph.unsqueezed(turned, missing);
  }
}

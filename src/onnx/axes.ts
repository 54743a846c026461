/** @file Tensors whose dimensions are told apart by axes, and not by their order. */

import type { Dimension } from "../expr/dimension.ts";
import type { Sym } from "../expr/expr.ts";
import type { Tensor } from "./tensor.ts";

/** A direction in which entries differ. */
export interface Axis {
  readonly extent: Dimension;
  /** The index that counts along it; null of rows and columns. */
  readonly index: Sym | null;
}

/** A tensor with the axis of each dimension. Along any other axis its entries are the same. */
export interface Labelled {
  readonly tensor: Tensor;
  readonly axes: readonly Axis[];
  /** What it is the product of, where it is one: sums take it apart. */
  readonly factors?: readonly [Labelled, Labelled];
}

/** An axis of rows or columns that no other is. */
export const axisOf = (extent: Dimension): Axis => ({ extent, index: null });

export const extentsOf = (axes: readonly Axis[]): Dimension[] => axes.map(({ extent }) => extent);

/** The axes of several: in the order of the one that has the most, indices before it and others after it. */
export function union(arrays: readonly Labelled[]): readonly Axis[] {
  const [most, ...others] = arrays.toSorted((a, b) => b.axes.length - a.axes.length);
  const all = [...most!.axes];
  for (const axis of others.flatMap(({ axes }) => axes))
    if (!all.includes(axis))
      if (axis.index) all.unshift(axis);
      else all.push(axis);
  return all;
}

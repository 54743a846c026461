/** @file Kernels: what is computed in one go, over the places of some axes. */

import type { Formula } from "./formula.ts";
import type { Axis, Place } from "./place.ts";
import { placeOf } from "./place.ts";
import type { AlgorithmName, Folding, Tensor } from "./tensor.ts";

/** A fold that is made at each place of a nest, and is at hand for what is stored there. */
export interface Fold {
  readonly tensor: Tensor;
  readonly folding: Folding;
  readonly over: readonly Axis[];
  readonly body: Formula;
}

/** What is written at each place of a nest. */
export interface Store {
  readonly tensor: Tensor;
  readonly at: readonly Place[];
  readonly body: Formula;
  /** Whether later kernels read it; else it is at hand within the nest alone. */
  isKept: boolean;
}

/** Loops over some axes, with folds and stores at each place. */
export interface Nest {
  readonly kind: "nest";
  readonly axes: readonly Axis[];
  readonly folds: readonly Fold[];
  readonly stores: Store[];
}

/** An algorithm on whole tensors. */
export interface Algorithm {
  readonly kind: "algorithm";
  readonly name: AlgorithmName;
  readonly of: readonly Tensor[];
  readonly to: Tensor;
}

export type Kernel = Nest | Algorithm;

/** A nest that makes one tensor; without other `axes` and places at its own. */
export const nestFor = (
  tensor: Tensor,
  body: Formula,
  parts: {
    readonly axes?: readonly Axis[];
    readonly at?: readonly Place[];
    readonly folds?: Fold[];
  } = {},
): Nest => {
  const { axes = tensor.axes, at = tensor.axes.map(placeOf), folds = [] } = parts;
  return { kind: "nest", axes, folds, stores: [{ tensor, at, body, isKept: true }] };
};

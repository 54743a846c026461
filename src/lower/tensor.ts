/** @file Tensors: arrays that a program keeps, and how each comes about. */

import type { Formula } from "./formula.ts";
import type { Axis } from "./place.ts";
import { extentOf } from "./place.ts";

/** How numbers are added up along axes: sums, products, the largest. */
export type Folding = "plus" | "times" | "larger";

/** Algorithms whose loops are no nest: each makes one tensor of whole others. */
export type AlgorithmName =
  /** U with UᵀU = A, its entries below the diagonal not meant; NaN where A is not positive definite. */
  | "cholesky"
  /** UᵀUX = B for X. */
  | "solveCholesky"
  /** PA = LU with unit L, packed; below it a row with the order of the rows, and one with the sign. */
  | "lu"
  /** AX = B for X, given LU. */
  | "solveLu"
  /** AᵀX = B for X, given LU. */
  | "solveLuTransposed"
  /** Eigenvectors of a symmetric matrix as columns; below them a row with the eigenvalues. */
  | "eigen"
  /** The exponential of a matrix. */
  | "expm"
  /** A to the whole power that the second argument is. */
  | "matrixPower";

/** How a tensor comes about. */
export type Definition =
  /** Given from outside, or by a run before. */
  | { readonly kind: "input"; readonly name: string }
  /** Entry by entry. */
  | { readonly kind: "map"; readonly body: Formula }
  /** Folded over axes that are not its own. */
  | {
      readonly kind: "fold";
      readonly folding: Folding;
      readonly over: readonly Axis[];
      readonly body: Formula;
    }
  /** What a number is in each step. */
  | { readonly kind: "record"; readonly of: Tensor }
  /** By an algorithm, over the last two axes, once for each place along the others. */
  | {
      readonly kind: "algorithm";
      readonly name: AlgorithmName;
      readonly of: readonly Tensor[];
    };

/** An array of numbers with an entry for each place along its axes. */
export interface Tensor {
  readonly id: number;
  readonly axes: readonly Axis[];
  readonly definition: Definition;
}

/** How many entries a tensor has. */
export const sizeOf = ({ axes }: Pick<Tensor, "axes">): number => extentOf(axes);

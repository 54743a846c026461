/** @file What a model is made of: tensors that are given, and nodes that make others of them. */

import type { Dimension } from "../expr/dimension.ts";

export type ElementType = "float" | "int64" | "bool";

/** A whole number, several, or a text. */
export type Attribute = number | readonly number[] | string;
export type Attributes = Readonly<Record<string, Attribute>>;

interface Made {
  readonly id: number;
  readonly type: ElementType;
  /** The size along each of its dimensions; `1` where it is broadcast along one. */
  readonly extents: readonly Dimension[];
}

/** What is fed. */
export interface Input extends Made {
  readonly kind: "input";
  readonly name: string;
}

/** Numbers that are part of the model, with the name that the problem has for them. */
export interface Constant extends Made {
  readonly kind: "constant";
  readonly data: ArrayLike<number>;
  readonly name: string | null;
}

/** An operation of ONNX with one result. */
export interface Node extends Made {
  readonly kind: "node";
  readonly op: string;
  readonly inputs: readonly Tensor[];
  readonly attributes: Attributes;
}

export type Tensor = Input | Constant | Node;

/** Whether a tensor is a node of that operation. */
export const isNode = <Op extends string>(
  tensor: Tensor | undefined,
  op: Op,
): tensor is Node & { readonly op: Op } => tensor?.kind === "node" && tensor.op === op;

/** The number without a name that a constant without dimensions is; null of anything else. */
export function numberIn(tensor: Tensor): number | null {
  if (tensor.kind !== "constant" || tensor.type !== "float" || tensor.name !== null) return null;
  return tensor.extents.length === 0 ? tensor.data[0]! : null;
}

/** The whole numbers of a constant; none of anything else. */
export const wholesIn = (tensor: Tensor | undefined): readonly number[] =>
  tensor?.kind === "constant" && tensor.type === "int64" ? Array.from(tensor.data) : [];

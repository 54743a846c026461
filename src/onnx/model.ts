/** @file A graph as a model in the format of ONNX. */

import { version } from "../../package.json";
import { errors } from "../diagnostics/errors.ts";
import type { Dimension } from "../expr/dimension.ts";
import { ordered } from "./graph.ts";
import { identifier, Names, numberName } from "./names.ts";
import { Message } from "./protobuf.ts";
import type { Sizes } from "./sizes.ts";
import type { Attribute, Constant, ElementType, Input, Node, Tensor } from "./tensor.ts";

/** The oldest operator set that has all that is written here, and the version of the format that came with it. */
const [operatorSet, formatVersion] = [13, 7];

/** Field numbers of onnx.proto. */
const field = {
  model: { format: 1, producer: 2, producerVersion: 3, graph: 7, operators: 8 },
  operators: { domain: 1, version: 2 },
  graph: { node: 1, name: 2, initializer: 5, input: 11, output: 12 },
  node: { input: 1, output: 2, name: 3, op: 4, attribute: 5 },
  attribute: { name: 1, whole: 3, text: 4, wholes: 8, type: 20 },
  tensor: { dims: 1, type: 2, name: 8, raw: 9 },
  value: { name: 1, type: 2 },
  type: { tensor: 1 },
  tensorType: { element: 1, shape: 2 },
  shape: { dim: 1 },
  dim: { value: 1, param: 2 },
} as const;

const attributeTypes = { whole: 2, text: 3, wholes: 7 } as const;
const elementTypes: Readonly<Record<ElementType, number>> = { float: 1, int64: 7, bool: 9 };

/** What a model is written of. */
export interface Written {
  readonly name: string;
  readonly input: Input;
  readonly output: Tensor;
  readonly outputName: string;
  /** What the problem calls tensors. */
  readonly names: ReadonlyMap<Tensor, string>;
  readonly sizes: Sizes;
}

/** The bytes of a model. */
export function modelOf(written: Written): Uint8Array {
  const { input, output, sizes } = written;
  const order = ordered(output);
  const names = namesOf(written, order);
  const nameOf = (tensor: Tensor): string => names.get(tensor)!;
  const graph = new Message().text(field.graph.name, written.name);
  for (const tensor of order)
    if (tensor.kind === "node") graph.message(field.graph.node, nodeMessage(tensor, nameOf));
  for (const tensor of order)
    if (tensor.kind === "constant")
      graph.message(field.graph.initializer, tensorMessage(tensor, nameOf(tensor), sizes));
  graph
    .message(field.graph.input, valueMessage(input, nameOf(input), sizes))
    .message(field.graph.output, valueMessage(output, nameOf(output), sizes));
  const operators = new Message()
    .text(field.operators.domain, "")
    .whole(field.operators.version, operatorSet);
  return new Message()
    .whole(field.model.format, formatVersion)
    .text(field.model.producer, "nabla")
    .text(field.model.producerVersion, version)
    .message(field.model.graph, graph)
    .message(field.model.operators, operators)
    .encoded();
}

/** A name for each tensor: those of the problem, and what stands below them by their operations. */
function namesOf(
  { input, output, outputName, names }: Written,
  order: readonly Tensor[],
): ReadonlyMap<Tensor, string> {
  const free = new Names();
  const found = new Map<Tensor, string>([[input, free.free(input.name)]]);
  found.set(output, free.free(outputName));
  for (const tensor of order)
    if (!found.has(tensor)) {
      const name = names.get(tensor) ?? (tensor.kind === "constant" ? tensor.name : null);
      if (name !== null) found.set(tensor, free.free(identifier(name)));
    }
  /** Of what is nameless, the name of the first that it is a part of. */
  const around = new Map<Tensor, string>([[output, outputName]]);
  for (const tensor of order.toReversed()) {
    const own = found.get(tensor) ?? around.get(tensor)!;
    if (tensor.kind === "node")
      for (const part of tensor.inputs) if (!around.has(part)) around.set(part, own);
    if (!found.has(tensor)) found.set(tensor, free.free(describe(tensor, own)));
  }
  return found;
}

const describe = (tensor: Tensor, around: string): string => {
  if (tensor.kind === "node") return `${around}_${tensor.op}`;
  if (tensor.kind === "input") return tensor.name;
  const { length } = tensor.data;
  return length <= 4 ? `c_${Array.from(tensor.data, numberName).join("_")}` : `${around}_counts`;
};

function nodeMessage(node: Node, nameOf: (tensor: Tensor) => string): Message {
  const message = new Message();
  for (const input of node.inputs) message.text(field.node.input, nameOf(input));
  message
    .text(field.node.output, nameOf(node))
    .text(field.node.name, nameOf(node))
    .text(field.node.op, node.op);
  for (const [name, value] of Object.entries(node.attributes))
    message.message(field.node.attribute, attributeMessage(name, value));
  return message;
}

function attributeMessage(name: string, value: Attribute): Message {
  const message = new Message().text(field.attribute.name, name);
  const typed = (type: keyof typeof attributeTypes): Message =>
    message.whole(field.attribute.type, attributeTypes[type]);
  if (typeof value === "string") return typed("text").text(field.attribute.text, value);
  if (typeof value === "number") return typed("whole").whole(field.attribute.whole, value);
  for (const each of value) message.whole(field.attribute.wholes, each);
  return typed("wholes");
}

function tensorMessage({ type, data, extents }: Constant, name: string, sizes: Sizes): Message {
  const message = new Message();
  for (const d of extents) message.whole(field.tensor.dims, sizes.of(d)!);
  return message
    .whole(field.tensor.type, elementTypes[type])
    .text(field.tensor.name, name)
    .bytes(field.tensor.raw, type === "float" ? singles(data) : longs(data));
}

/**
 * Numbers in 32 bits, the lowest byte first.
 * @throws NablaError where one is too large for that.
 */
function singles(data: ArrayLike<number>): Uint8Array {
  const view = new DataView(new ArrayBuffer(data.length * 4));
  for (let i = 0; i < data.length; i++) {
    const x = data[i]!;
    if (Number.isFinite(x) && !Number.isFinite(Math.fround(x))) throw errors.beyondSingle(x);
    view.setFloat32(i * 4, x, true);
  }
  return new Uint8Array(view.buffer);
}

/** Whole numbers in 64 bits, the lowest byte first. */
function longs(data: ArrayLike<number>): Uint8Array {
  const view = new DataView(new ArrayBuffer(data.length * 8));
  for (let i = 0; i < data.length; i++) view.setBigInt64(i * 8, BigInt(data[i]!), true);
  return new Uint8Array(view.buffer);
}

/** What goes in or comes out, with its sizes: an open one has its name. */
function valueMessage({ type, extents }: Tensor, name: string, sizes: Sizes): Message {
  const shape = new Message();
  for (const d of extents) shape.message(field.shape.dim, dimMessage(d, sizes));
  const tensorType = new Message()
    .whole(field.tensorType.element, elementTypes[type])
    .message(field.tensorType.shape, shape);
  return new Message()
    .text(field.value.name, name)
    .message(field.value.type, new Message().message(field.type.tensor, tensorType));
}

function dimMessage(d: Dimension, sizes: Sizes): Message {
  const size = sizes.of(d);
  return size === null
    ? new Message().text(field.dim.param, d.key)
    : new Message().whole(field.dim.value, size);
}

/** @file Models in the format of ONNX read back: the wire format, and what the fields mean. */

/** Dimensions and entries, row by row; whole numbers and truth values are numbers, too. */
export interface Entries {
  readonly dims: readonly number[];
  readonly data: readonly number[];
}

export type ReadAttribute = number | readonly number[] | string;

export interface ReadNode {
  readonly name: string;
  readonly op: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: ReadonlyMap<string, ReadAttribute>;
}

/** What goes in or comes out: an open dimension has a name. */
export interface Port {
  readonly name: string;
  readonly dims: readonly (number | string)[];
}

export interface ReadModel {
  readonly formatVersion: number;
  readonly operatorSet: number;
  readonly producer: string;
  readonly name: string;
  readonly nodes: readonly ReadNode[];
  readonly initializers: ReadonlyMap<string, Entries>;
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
}

type Field = number | Uint8Array;

/** The fields of a message by their numbers, in their order. */
function fieldsOf(bytes: Uint8Array): Map<number, Field[]> {
  const fields = new Map<number, Field[]>();
  let at = 0;
  const varint = (): number => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[at++]!;
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return Number(BigInt.asIntN(64, value));
    }
  };
  while (at < bytes.length) {
    const tag = varint();
    const number = tag >> 3;
    let value: Field;
    if ((tag & 7) === 0) value = varint();
    else if ((tag & 7) === 2) {
      const length = varint();
      value = bytes.subarray(at, at + length);
      if (value.length !== length) throw new Error("a field ends behind its message");
      at += length;
    } else throw new Error(`a field of the unknown kind ${tag & 7}`);
    fields.set(number, [...(fields.get(number) ?? []), value]);
  }
  return fields;
}

const decoder = new TextDecoder("utf-8", { fatal: true });

class Message {
  private readonly fields: Map<number, Field[]>;
  constructor(bytes: Uint8Array) {
    this.fields = fieldsOf(bytes);
  }
  wholes(field: number): number[] {
    return (this.fields.get(field) ?? []).map((value) => value as number);
  }
  whole(field: number): number {
    return this.wholes(field)[0] ?? 0;
  }
  bytes(field: number): Uint8Array[] {
    return (this.fields.get(field) ?? []).map((value) => value as Uint8Array);
  }
  texts(field: number): string[] {
    return this.bytes(field).map((bytes) => decoder.decode(bytes));
  }
  text(field: number): string {
    return this.texts(field)[0] ?? "";
  }
  messages(field: number): Message[] {
    return this.bytes(field).map((bytes) => new Message(bytes));
  }
}

function attributeIn(message: Message): ReadAttribute {
  const type = message.whole(20);
  if (type === 2) return message.whole(3);
  if (type === 3) return message.text(4);
  if (type === 7) return message.wholes(8);
  throw new Error(`an attribute of the unknown type ${type}`);
}

function entriesIn(message: Message): Entries {
  const dims = message.wholes(1);
  const raw = message.bytes(9)[0]!;
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  const count = dims.reduce((a, b) => a * b, 1);
  const isSingle = message.whole(2) === 1;
  if (raw.length !== count * (isSingle ? 4 : 8)) throw new Error("a tensor of another size");
  const entry = (i: number): number =>
    isSingle ? view.getFloat32(i * 4, true) : Number(view.getBigInt64(i * 8, true));
  return { dims, data: Array.from({ length: count }, (_, i) => entry(i)) };
}

function portIn(message: Message): Port {
  const [shape] = message.messages(2)[0]!.messages(1)[0]!.messages(2);
  const dims = shape!.messages(1).map((dim) => dim.text(2) || dim.whole(1));
  return { name: message.text(1), dims };
}

/** What a model says. */
export function readModel(bytes: Uint8Array): ReadModel {
  const model = new Message(bytes);
  const graph = model.messages(7)[0]!;
  return {
    formatVersion: model.whole(1),
    operatorSet: model.messages(8)[0]!.whole(2),
    producer: `${model.text(2)} ${model.text(3)}`,
    name: graph.text(2),
    nodes: graph.messages(1).map((node) => ({
      name: node.text(3),
      op: node.text(4),
      inputs: node.texts(1),
      outputs: node.texts(2),
      attributes: new Map(
        node.messages(5).map((message) => [message.text(1), attributeIn(message)] as const),
      ),
    })),
    initializers: new Map(
      graph.messages(5).map((message) => [message.text(8), entriesIn(message)] as const),
    ),
    inputs: graph.messages(11).map(portIn),
    outputs: graph.messages(12).map(portIn),
  };
}

/** @file The wire format of Protocol Buffers: numbered fields, one after the other. */

import { errors } from "../diagnostics/errors.ts";

/** How a field is stored: a number of variable length, or so many bytes. */
const wire = { varint: 0, bytes: 2 } as const;

/** More bytes are no message: readers count them in 32 bits, with a sign. */
const mostBytes = 2 ** 31 - 1;

/** A whole number, the lowest seven bits first; a negative one has 64 bits. */
function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  bytes.push(Number(rest));
  return Uint8Array.from(bytes);
}

/** A message that is being written; nothing is copied before all of it is known. */
export class Message {
  private readonly parts: Uint8Array[] = [];
  private length = 0;

  /** A whole number, as `int32`, `int64` and enumerations have it. */
  whole(field: number, value: number): this {
    return this.tagged(field, wire.varint).put(varint(value));
  }

  bytes(field: number, value: Uint8Array): this {
    return this.tagged(field, wire.bytes).put(varint(value.length)).put(value);
  }

  text(field: number, value: string): this {
    return this.bytes(field, new TextEncoder().encode(value));
  }

  message(field: number, { parts, length }: Message): this {
    this.tagged(field, wire.bytes).put(varint(length));
    for (const part of parts) this.put(part);
    return this;
  }

  /** @throws NablaError where a message cannot be as long. */
  encoded(): Uint8Array {
    if (this.length > mostBytes) throw errors.modelTooLarge(this.length, mostBytes);
    const all = new Uint8Array(this.length);
    let at = 0;
    for (const part of this.parts) {
      all.set(part, at);
      at += part.length;
    }
    return all;
  }

  private tagged(field: number, type: number): this {
    return this.put(varint(field * 8 + type));
  }

  private put(part: Uint8Array): this {
    this.parts.push(part);
    this.length += part.length;
    return this;
  }
}

/** @file How the entries of arrays are written: the kinds that IDX, NPY and safetensors have between them. */

/** Truth values, whole numbers with and without sign, floats; each with its number of bytes. */
export type Kind = keyof typeof sizes;

const sizes = {
  b1: 1,
  u1: 1,
  i1: 1,
  u2: 2,
  i2: 2,
  f2: 2,
  u4: 4,
  i4: 4,
  f4: 4,
  u8: 8,
  i8: 8,
  f8: 8,
};

export const sizeOf = (kind: Kind): number => sizes[kind];
export const isKind = (text: string): text is Kind => Object.hasOwn(sizes, text);
/** Whether entries of the kind may be what is no number: floats, and truth values that are neither. */
export const mayBeNone = (kind: Kind): boolean => kind.startsWith("f") || kind === "b1";

/** Where numbers are put. */
export type Floats = Float32Array | Float64Array;

/** Puts entries, as they stand in bytes from an offset on, into numbers from a place on. */
export type Decode = (bytes: Uint8Array, from: number, to: Floats, at: number) => void;

/** Whether the little end stands first in the memory of this machine. */
export const isLittleHere = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** How `count` entries of a kind are read. */
export function decoderOf(kind: Kind, isLittle: boolean, count: number): Decode {
  const size = sizes[kind];
  if (kind === "u1" || kind === "b1")
    return (bytes, from, to, at) => to.set(bytes.subarray(from, from + count), at);
  // Rows may stand at any offset, and the other way round.
  const row = Buffer.alloc(count * size);
  const put = putting(kind, row, count);
  const turn = size > 1 && isLittle !== isLittleHere;
  return (bytes, from, to, at) => {
    row.set(bytes.subarray(from, from + row.length));
    if (turn) turned(row, size);
    put(to, at);
  };
}

const turned = (bytes: Buffer, size: number): Buffer =>
  size === 2 ? bytes.swap16() : size === 4 ? bytes.swap32() : bytes.swap64();

/** Puts the entries that stand in aligned bytes. */
function putting(kind: Kind, bytes: Buffer, count: number): (to: Floats, at: number) => void {
  const { buffer, byteOffset } = bytes;
  switch (kind) {
    case "u1":
    case "b1":
      return putAll(new Uint8Array(buffer, byteOffset, count));
    case "i1":
      return putAll(new Int8Array(buffer, byteOffset, count));
    case "u2":
      return putAll(new Uint16Array(buffer, byteOffset, count));
    case "i2":
      return putAll(new Int16Array(buffer, byteOffset, count));
    case "u4":
      return putAll(new Uint32Array(buffer, byteOffset, count));
    case "i4":
      return putAll(new Int32Array(buffer, byteOffset, count));
    case "f4":
      return putAll(new Float32Array(buffer, byteOffset, count));
    case "f8":
      return putAll(new Float64Array(buffer, byteOffset, count));
    case "u8":
      return putEach(new BigUint64Array(buffer, byteOffset, count), Number);
    case "i8":
      return putEach(new BigInt64Array(buffer, byteOffset, count), Number);
    case "f2":
      return putEach(new Uint16Array(buffer, byteOffset, count), halfOf);
    default:
      return kind satisfies never;
  }
}

const putAll =
  (entries: ArrayLike<number>) =>
  (to: Floats, at: number): void =>
    to.set(entries, at);

const putEach =
  <T>(entries: Iterable<T>, number: (entry: T) => number) =>
  (to: Floats, at: number): void => {
    let place = at;
    for (const entry of entries) to[place++] = number(entry);
  };

/** The number that 16 bits stand for: a sign, 5 bits of exponent, 10 of fraction (IEEE 754). */
function halfOf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return exponent === 0
    ? sign * fraction * 2 ** -24
    : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** @file The safetensors format: tensors by their names, with texts beside them. */

import { errors } from "../diagnostics/errors.ts";
import { isLittleHere } from "./kinds.ts";
import { product } from "./rows.ts";

/** The kinds of entries, each with the arrays that hold them. */
const arrays = {
  F64: Float64Array,
  I64: BigInt64Array,
  U64: BigUint64Array,
  F32: Float32Array,
  I32: Int32Array,
  U32: Uint32Array,
  I16: Int16Array,
  U16: Uint16Array,
  I8: Int8Array,
  U8: Uint8Array,
} as const;

export type Dtype = keyof typeof arrays;

/** The entries of a tensor, row by row; what they are says its kind. */
export type Entries = InstanceType<(typeof arrays)[Dtype]>;

export interface Tensor {
  readonly shape: readonly number[];
  readonly data: Entries;
}

/** What a file holds. */
export interface Tensors {
  readonly tensors: ReadonlyMap<string, Tensor>;
  readonly metadata: ReadonlyMap<string, string>;
}

const metadataName = "__metadata__";
/** The format has no longer headers. */
const longestHeader = 100_000_000;

const kinds = Object.entries(arrays) as readonly [Dtype, (typeof arrays)[Dtype]][];
export const dtypeOf = (data: Entries): Dtype =>
  kinds.find(([, array]) => data instanceof array)![0];

/** Tensors as a file: each stands at a multiple of its entries' size, the largest first. */
export function safetensorsFile({ tensors, metadata }: Tensors): Uint8Array {
  const header: [name: string, said: object][] =
    metadata.size > 0 ? [[metadataName, Object.fromEntries(metadata)]] : [];
  const sorted = [...tensors].toSorted(
    ([, a], [, b]) => b.data.BYTES_PER_ELEMENT - a.data.BYTES_PER_ELEMENT,
  );
  let end = 0;
  for (const [name, { shape, data }] of sorted) {
    if (name === metadataName || product(shape) !== data.length)
      throw new Error(
        `internal: ${name} has ${data.length} entries and the shape ${shape.join("×")}`,
      );
    const offsets = [end, end + data.byteLength];
    header.push([name, { dtype: dtypeOf(data), shape, data_offsets: offsets }]);
    end += data.byteLength;
  }
  const text = Buffer.from(JSON.stringify(Object.fromEntries(header)));
  const start = 8 + Math.ceil(text.length / 8) * 8;
  const bytes = new Uint8Array(start + end).fill(0x20, 8, start);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(start - 8), true);
  bytes.set(text, 8);
  let at = start;
  for (const [, { data }] of sorted) {
    const own = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    bytes.set(littleEnd(own, data.BYTES_PER_ELEMENT), at);
    at += data.byteLength;
  }
  return bytes;
}

/** Bytes with the little end of each entry first, as they stand in files; the same the other way. */
function littleEnd(bytes: Uint8Array, size: number): Uint8Array {
  if (isLittleHere || size === 1) return bytes;
  const turned = Buffer.from(bytes);
  return size === 2 ? turned.swap16() : size === 4 ? turned.swap32() : turned.swap64();
}

/**
 * The tensors of a file; errors name the file.
 * @throws NablaError where it is damaged, or has entries of another kind than these.
 */
export function tensorsIn(bytes: Uint8Array, path: string): Tensors {
  const { header, start } = headerIn(bytes, path);
  const metadata = new Map<string, string>();
  const stretches: Stretch[] = [];
  for (const [name, said] of Object.entries(header)) {
    if (name !== metadataName) {
      stretches.push(stretchOf(name, said, bytes.length - start, path));
      continue;
    }
    if (!isObject(said) || Object.values(said).some((text) => typeof text !== "string"))
      throw errors.noTensor(path, name, "is no list of texts", '{"name": "text"}');
    for (const [key, text] of Object.entries(said)) metadata.set(key, text as string);
  }
  let end = 0;
  for (const { name, from, to } of stretches.toSorted((a, b) => a.from - b.from || a.to - b.to)) {
    if (from !== end)
      throw errors.noTensor(
        path,
        name,
        `begins at offset ${start + from}`,
        `offset ${start + end}, where the one before it ends`,
      );
    end = to;
  }
  if (start + end !== bytes.length)
    throw errors.damagedFile(path, start + end, "what no tensor holds", "the end of the file");
  const tensors = new Map<string, Tensor>();
  for (const { name, dtype, shape, from, to } of stretches) {
    const { BYTES_PER_ELEMENT: size } = arrays[dtype];
    const own = new Uint8Array(littleEnd(bytes.subarray(start + from, start + to), size));
    tensors.set(name, { shape, data: new arrays[dtype](own.buffer) });
  }
  return { tensors, metadata };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The header, and where it ends. */
function headerIn(
  bytes: Uint8Array,
  path: string,
): { readonly header: Record<string, unknown>; readonly start: number } {
  if (bytes.length < 8)
    throw errors.damagedFile(path, bytes.length, "the end of the file", "the length of a header");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = Number(view.getBigUint64(0, true));
  const most = Math.min(longestHeader, bytes.length - 8);
  if (length > most)
    throw errors.damagedFile(path, 0, `a header of ${length} bytes`, `one of at most ${most}`);
  const start = 8 + length;
  let header: unknown = null;
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
    header = JSON.parse(text.decode(bytes.subarray(8, start)));
  } catch {
    // What is said of it is the same as of other JSON.
  }
  if (!isObject(header))
    throw errors.damagedFile(path, 8, "no JSON object", `one of ${length} bytes: {"name": …}`);
  return { header, start };
}

/** Where a tensor stands among the data, and what it is. */
interface Stretch {
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly from: number;
  readonly to: number;
}

function stretchOf(name: string, said: unknown, dataSize: number, path: string): Stretch {
  const wrong = (reason: string, expected: string): Error =>
    errors.noTensor(path, name, reason, expected);
  const { dtype, shape, data_offsets: offsets } = isObject(said) ? said : {};
  if (typeof dtype !== "string" || !Object.hasOwn(arrays, dtype))
    throw wrong(`has entries of the kind ${JSON.stringify(dtype)}`, Object.keys(arrays).join(" "));
  const known = dtype as Dtype;
  if (!isSizes(shape)) throw wrong(`has the shape ${JSON.stringify(shape)}`, "sizes from 0 on");
  const [from = 0, to = 0] = isSizes(offsets) ? offsets : [];
  if (!isSizes(offsets) || offsets.length !== 2 || from > to || to > dataSize)
    throw wrong(
      `stands at ${JSON.stringify(offsets)}`,
      `two offsets of the data, from 0 to ${dataSize}`,
    );
  const size = product(shape) * arrays[known].BYTES_PER_ELEMENT;
  if (to - from !== size)
    throw wrong(`has ${to - from} bytes`, `${size}: ${known}, shape ${JSON.stringify(shape)}`);
  return { name, dtype: known, shape, from, to };
}

const isSizes = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);

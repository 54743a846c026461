/** @file Files of data sets, made for tests. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { crc32, deflateRawSync, gzipSync } from "node:zlib";
import { afterAll } from "vitest";
import type { Kind } from "../../src/data/kinds.ts";
import { sizeOf } from "../../src/data/kinds.ts";
import { NablaError } from "../../src/index.ts";

const root = mkdtempSync(join(tmpdir(), "nabla-data-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let folders = 0;

/** A folder with these files. */
export function folderWith(files: Readonly<Record<string, Uint8Array | string>>): string {
  const folder = join(root, String(folders++));
  mkdirSync(folder);
  for (const [name, contents] of Object.entries(files)) {
    mkdirSync(join(folder, dirname(name)), { recursive: true });
    writeFileSync(join(folder, name), contents);
  }
  return folder;
}

/** What is said of a mistake, with the paths as they stand in their folder. */
export async function told(act: () => unknown): Promise<string> {
  try {
    await act();
  } catch (error) {
    if (error instanceof NablaError)
      return error.render().replaceAll(/\S*\/nabla-data-\w+\/\d+/gu, "DIR");
    throw error;
  }
  return "no error";
}

const put: Readonly<Record<Kind, (v: DataView, at: number, x: number, isLittle: boolean) => void>> =
  {
    b1: (v, at, x) => v.setUint8(at, x),
    u1: (v, at, x) => v.setUint8(at, x),
    i1: (v, at, x) => v.setInt8(at, x),
    u2: (v, at, x, little) => v.setUint16(at, x, little),
    i2: (v, at, x, little) => v.setInt16(at, x, little),
    f2: (v, at, x, little) => v.setUint16(at, x, little),
    u4: (v, at, x, little) => v.setUint32(at, x, little),
    i4: (v, at, x, little) => v.setInt32(at, x, little),
    f4: (v, at, x, little) => v.setFloat32(at, x, little),
    u8: (v, at, x, little) => v.setBigUint64(at, BigInt(x), little),
    i8: (v, at, x, little) => v.setBigInt64(at, BigInt(x), little),
    f8: (v, at, x, little) => v.setFloat64(at, x, little),
  };

/** Entries as bytes; those of f2 are the bits. */
export function bytesOf(kind: Kind, entries: ArrayLike<number>, isLittle = true): Uint8Array {
  const view = new DataView(new ArrayBuffer(sizeOf(kind) * entries.length));
  for (let i = 0; i < entries.length; i++) put[kind](view, i * sizeOf(kind), entries[i]!, isLittle);
  return new Uint8Array(view.buffer);
}

const types: Readonly<Partial<Record<Kind, number>>> = {
  u1: 0x08,
  i1: 0x09,
  i2: 0x0b,
  i4: 0x0c,
  f4: 0x0d,
  f8: 0x0e,
};
export const idxKinds = Object.keys(types) as Kind[];

/** An IDX file. */
export function idx(kind: Kind, shape: readonly number[], entries: ArrayLike<number>): Buffer {
  const header = Buffer.alloc(4 + 4 * shape.length);
  header.set([0, 0, types[kind]!, shape.length]);
  for (const [k, size] of shape.entries()) header.writeInt32BE(size, 4 + 4 * k);
  return Buffer.concat([header, bytesOf(kind, entries, false)]);
}

/** An NPY file with these words in its header. */
export function npy(
  descr: string,
  shape: string,
  data: Uint8Array,
  { version = 1, isFortran = false }: { version?: number; isFortran?: boolean } = {},
): Buffer {
  const order = isFortran ? "True" : "False";
  const header = `{'descr': '${descr}', 'fortran_order': ${order}, 'shape': ${shape}, }\n`;
  const length = Buffer.alloc(version === 1 ? 2 : 4);
  length.writeUIntLE(header.length, 0, length.length);
  return Buffer.concat([
    Buffer.from([0x93, ...Buffer.from("NUMPY"), version, 0]),
    length,
    Buffer.from(header, "latin1"),
    data,
  ]);
}

/** Records of CIFAR-10 with these labels; every byte of a picture is its label's, plus its place. */
export const cifar = (labels: readonly number[]): Buffer =>
  Buffer.concat(
    labels.map((label) =>
      Buffer.from([label, ...Array.from({ length: 3072 }, (_, k) => (label * 7 + k) % 256)]),
    ),
  );

/** A tar archive, with headers that are changed before their check sums are made. */
export function tar(
  members: readonly (readonly [path: string, contents: Uint8Array])[],
  change: (header: Buffer) => void = () => {},
): Buffer {
  const parts = members.flatMap(([path, contents]) => {
    const header = Buffer.alloc(512);
    header.write(path, 0);
    header.write("0000644\0", 100);
    header.write(`${contents.length.toString(8).padStart(11, "0")}\0`, 124);
    header.write("        ", 148);
    header.write("0", 156);
    header.write("ustar\u000000", 257);
    change(header);
    const sum = header.reduce((all, byte) => all + byte, 0);
    header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
    const end = Buffer.alloc((512 - (contents.length % 512)) % 512);
    return [header, Buffer.from(contents), end];
  });
  return Buffer.concat([...parts, Buffer.alloc(1024)]);
}

/** The images 2×2 and the labels of a small set, by their published names. */
export const smallIdx = {
  "train-images-idx3-ubyte": idx("u1", [3, 2, 2], [0, 1, 2, 3, 10, 11, 12, 13, 20, 21, 22, 255]),
  "train-labels-idx1-ubyte": idx("u1", [3], [2, 0, 1]),
};

/** Bytes in gzip as they are: the same on every machine. */
export const gzip = (bytes: Uint8Array | string): Buffer => gzipSync(bytes, { level: 0 });

/** Bytes with one changed. */
export function changed(bytes: Uint8Array, at: number, value: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[at] = value;
  return copy;
}

/** Whole numbers of 2, 4 or 8 bytes, little end first. */
const fields = (...all: readonly (readonly [value: number, bytes: 2 | 4 | 8])[]): Buffer =>
  Buffer.concat(
    all.map(([value, bytes]) => {
      const field = Buffer.alloc(bytes);
      if (bytes === 8) field.writeBigUInt64LE(BigInt(value));
      else field.writeUIntLE(value, 0, bytes);
      return field;
    }),
  );

/** A ZIP archive, stored or deflated; where it `isLarge`, sizes and places are told as of more than 4 GiB. */
export function zip(
  files: Readonly<Record<string, Uint8Array>>,
  { isDeflated = false, isLarge = false }: { isDeflated?: boolean; isLarge?: boolean } = {},
): Buffer {
  const small = (size: number): readonly [number, 4] => [isLarge ? 0xffffffff : size, 4];
  const extra = (...sizes: readonly number[]): Buffer =>
    isLarge
      ? fields([1, 2], [8 * sizes.length, 2], ...sizes.map((size) => [size, 8] as const))
      : Buffer.alloc(0);
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const [path, contents] of Object.entries(files)) {
    const name = Buffer.from(path);
    const packed = isDeflated ? deflateRawSync(contents) : Buffer.from(contents);
    const facts = fields(
      [20, 2],
      [0, 2],
      [isDeflated ? 8 : 0, 2],
      [0, 4],
      [crc32(contents), 4],
      small(packed.length),
      small(contents.length),
      [name.length, 2],
    );
    const far = extra(contents.length, packed.length, at);
    const place = fields([far.length, 2], [0, 2], [0, 8], small(at));
    directory.push(fields([0x02014b50, 4], [20, 2]), facts, place, name, far);
    const near = extra(contents.length, packed.length);
    const head = [fields([0x04034b50, 4]), facts, fields([near.length, 2]), name, near];
    parts.push(Buffer.concat([...head, packed]));
    at += parts.at(-1)!.length;
  }
  const central = Buffer.concat(directory);
  const count = Object.keys(files).length;
  const end64 = fields(
    [0x06064b50, 4],
    [44, 8],
    [45, 2],
    [45, 2],
    [0, 8],
    [count, 8],
    [count, 8],
    [central.length, 8],
    [at, 8],
  );
  const locator = fields([0x07064b50, 4], [0, 4], [at + central.length, 8], [1, 4]);
  const counts = fields([0, 4], [count, 2], [count, 2], small(central.length), small(at), [0, 2]);
  const large = isLarge ? [end64, locator] : [];
  return Buffer.concat([...parts, central, ...large, fields([0x06054b50, 4]), counts]);
}

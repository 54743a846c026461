/** @file NPZ files: the arrays of a ZIP archive, each an NPY file with a name. */

import { crc32 } from "node:zlib";
import { errors } from "../diagnostics/errors.ts";
import { npyFile } from "./npy.ts";
import { openFile } from "./store.ts";
import type { Entry } from "./zip.ts";
import { entriesOf } from "./zip.ts";

/** The arrays of a file, by their names. */
export function arraysIn(path: string): Map<string, Entry> {
  const store = openFile(path);
  try {
    const arrays = new Map<string, Entry>();
    for (const entry of entriesOf(store)) {
      if (!entry.name.endsWith(".npy")) continue;
      const name = entry.name.slice(0, -".npy".length);
      if (arrays.has(name)) throw errors.badData(path, `it has two arrays ${name}`);
      arrays.set(name, entry);
    }
    return arrays;
  } finally {
    store.close();
  }
}

/** Floats in a shape. */
export interface Floating {
  readonly shape: readonly number[];
  readonly data: Float32Array | Float64Array;
}

/** The first day that a ZIP archive knows, 1 January 1980: the same arrays give the same file. */
const date = 0x21;

/** Arrays as the NPZ file that `numpy.load` reads, not packed, of less than 4 GiB. */
export function npzFile(arrays: ReadonlyMap<string, Floating>): Uint8Array {
  const parts: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let at = 0;
  const add = (part: Uint8Array): void => {
    parts.push(part);
    at += part.length;
  };
  for (const [name, { data, shape }] of arrays) {
    const path = Buffer.from(`${name}.npy`);
    const contents = npyFile(data, shape);
    // Version 2.0, names in UTF-8, stored; CRC, sizes, the length of the name.
    const facts = (offset: number, size: number): Buffer => {
      const header = Buffer.alloc(size);
      header.writeUInt16LE(20, offset);
      header.writeUInt16LE(0x800, offset + 2);
      header.writeUInt16LE(date, offset + 8);
      header.writeUInt32LE(crc32(contents), offset + 10);
      header.writeUInt32LE(contents.length, offset + 14);
      header.writeUInt32LE(contents.length, offset + 18);
      header.writeUInt16LE(path.length, offset + 22);
      return header;
    };
    const central = facts(6, 46);
    central.writeUInt32LE(0x02014b50, 0);
    central.writeUInt16LE(20, 4);
    central.writeUInt32LE(at, 42);
    directory.push(central, path);
    const local = facts(4, 30);
    local.writeUInt32LE(0x04034b50, 0);
    for (const part of [local, path, contents]) add(part);
  }
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  for (const offset of [8, 10]) end.writeUInt16LE(arrays.size, offset);
  end.writeUInt32LE(
    directory.reduce((sum, part) => sum + part.length, 0),
    12,
  );
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...parts, ...directory, end]);
}

/** @file NumPy's files of one array: the header of versions 1 to 3, arrays by rows, and how one is written. */

import { errors } from "../diagnostics/errors.ts";
import type { StoredArray } from "./arrays.ts";
import { extentOf, mostAxes } from "./arrays.ts";
import { byRows } from "./by-rows.ts";
import type { Budget } from "./keep.ts";
import { isKind } from "./kinds.ts";
import { product } from "./rows.ts";
import type { Store } from "./store.ts";
import { headOf, refuseOtherEnd } from "./store.ts";

const magic = "\u0093NUMPY";
/** A header says little. */
const longestHeader = 1 << 16;
/** So many bytes of a file hold its header. */
export const npyHeadSize: number = longestHeader + 12;

/** What the header of a file says. */
export interface NpyHeader {
  /** The kind of entries as NumPy writes it: `<f8`. */
  readonly descr: string;
  /** Whether columns follow each other, and not rows. */
  readonly isFortran: boolean;
  readonly shape: readonly number[];
  /** The offset of the first entry. */
  readonly start: number;
}

/**
 * The header at the beginning of a file; errors name the file.
 * @throws NablaError where it is damaged.
 */
export function npyHeader(bytes: Uint8Array, path: string): NpyHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const damaged = (offset: number, found: string, expected: string): Error =>
    errors.damagedFile(path, offset, found, expected);
  const text = (from: number, to: number): string =>
    String.fromCodePoint(...bytes.subarray(from, to));
  if (text(0, 6) !== magic)
    throw damaged(0, bytes.length < 6 ? "the end of the file" : "other bytes", "\\x93NUMPY");
  if (bytes.length < 8) throw damaged(bytes.length, "the end of the file", "a version");
  const version = view.getUint8(6);
  if (version < 1 || version > 3) throw damaged(6, `version ${version}`, "version 1, 2 or 3");
  const begin = version === 1 ? 10 : 12;
  if (bytes.length < begin) throw damaged(bytes.length, "the end of the file", "a header length");
  const length = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (length > longestHeader) throw damaged(8, `a header of ${length} bytes`, "a shorter one");
  const start = begin + length;
  if (bytes.length < start)
    throw damaged(bytes.length, "the end of the file", `a header up to offset ${start}`);
  const header = text(begin, start);
  const field = (name: string, value: string): string => {
    const found = new RegExp(`['"]${name}['"]\\s*:\\s*(${value})`, "u").exec(header);
    if (!found) throw damaged(begin, "a header without it", name);
    return found[1]!;
  };
  return {
    descr: field("descr", "['\"][^'\"]*['\"]|\\[.*\\]").replace(/^['"]|['"]$/gu, ""),
    isFortran: field("fortran_order", "True|False") === "True",
    shape: (field("shape", "\\([\\d\\s,]*\\)").match(/\d+/gu) ?? []).map(Number),
    start,
  };
}

/** The error of entries that are neither numbers nor truth values. */
export const npyKindNotRead = (path: string, descr: string): Error =>
  errors.badData(path, `entries of the kind ${descr} are not read`, "<f8 <f4 <i8 <i4 |u1 |b1");

/** What the header of a file says of its array. */
export function npyArray(
  head: Uint8Array,
  name: string,
): Omit<StoredArray, "store"> & { readonly isFortran: boolean } {
  const { descr, isFortran, shape, start } = npyHeader(head, name);
  const kind = descr.slice(1);
  if (!isKind(kind) || !/^[<>|=]/u.test(descr)) throw npyKindNotRead(name, descr);
  if (shape.length > mostAxes)
    throw errors.badData(name, `it has ${shape.length} axes, and at most ${mostAxes} are read`);
  if (product(shape) === 0) throw errors.badData(name, "it holds no numbers");
  if (!Number.isSafeInteger(8 * product(shape)))
    throw errors.badData(name, `no file holds an array of the shape (${shape.join(", ")})`);
  return {
    start,
    shape: shape.length === 0 ? [1] : shape,
    kind,
    isLittle: !descr.startsWith(">"),
    isFortran: isFortran && shape.length > 1,
  };
}

/** The array of a file, by rows: where columns follow each other they are put the other way. */
export function npyRows(store: Store, budget: Budget): StoredArray {
  const { isFortran, ...array } = npyArray(headOf(store, npyHeadSize), store.name);
  refuseOtherEnd(store.name, store.length, extentOf(array));
  return isFortran ? byRows({ ...array, store }, budget) : { ...array, store };
}

/** An array of floats as a file of version 1, row by row, with the little end first. */
export function npyFile(
  entries: Float32Array | Float64Array,
  shape: readonly number[],
): Uint8Array {
  if (product(shape) !== entries.length)
    throw new Error(`internal: ${entries.length} entries are not ${shape.join("×")}`);
  const size = entries.BYTES_PER_ELEMENT;
  const sizes = shape.length === 1 ? `${shape[0]},` : shape.join(", ");
  const header = `{'descr': '<f${size}', 'fortran_order': False, 'shape': (${sizes}), }`;
  // The first entry stands at a multiple of 64.
  const start = Math.ceil((10 + header.length + 1) / 64) * 64;
  const bytes = new Uint8Array(start + entries.length * size);
  const view = new DataView(bytes.buffer);
  const text = `${magic}\u0001\0\0\0${header.padEnd(start - 11)}\n`;
  for (let i = 0; i < text.length; i++) bytes[i] = text.codePointAt(i)!;
  view.setUint16(8, start - 10, true);
  for (const [i, entry] of entries.entries())
    if (size === 4) view.setFloat32(start + 4 * i, entry, true);
    else view.setFloat64(start + 8 * i, entry, true);
  return bytes;
}

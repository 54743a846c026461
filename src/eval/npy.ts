/** @file NumPy's files of one array: versions 1 to 3, whole numbers, floats and truth values, up to two axes. */

import { errors } from "../diagnostics/errors.ts";
import type { Rational } from "../expr/rational.ts";
import { rational } from "../expr/rational.ts";
import { decimalOf } from "./cells.ts";
import type { Numbers } from "./numbers.ts";

/** How one entry is read at an offset. */
type Read = (view: DataView, at: number, isLittle: boolean) => Rational | null;

const whole = (x: number | bigint): Rational => rational(x);

const kinds: Readonly<Record<string, { readonly bytes: number; readonly read: Read }>> = {
  b1: { bytes: 1, read: (v, at) => (v.getUint8(at) > 1 ? null : whole(v.getUint8(at))) },
  i1: { bytes: 1, read: (v, at) => whole(v.getInt8(at)) },
  u1: { bytes: 1, read: (v, at) => whole(v.getUint8(at)) },
  i2: { bytes: 2, read: (v, at, little) => whole(v.getInt16(at, little)) },
  u2: { bytes: 2, read: (v, at, little) => whole(v.getUint16(at, little)) },
  i4: { bytes: 4, read: (v, at, little) => whole(v.getInt32(at, little)) },
  u4: { bytes: 4, read: (v, at, little) => whole(v.getUint32(at, little)) },
  i8: { bytes: 8, read: (v, at, little) => whole(v.getBigInt64(at, little)) },
  u8: { bytes: 8, read: (v, at, little) => whole(v.getBigUint64(at, little)) },
  f4: { bytes: 4, read: (v, at, little) => decimalOf(v.getFloat32(at, little), 4) },
  f8: { bytes: 8, read: (v, at, little) => decimalOf(v.getFloat64(at, little)) },
};

const magic = "\u0093NUMPY";
/** A header says little. */
const longestHeader = 1 << 16;
const mostEntries = 1_000_000;

/** The array of a file; one axis is a column. */
export function arrayInNpy(bytes: Uint8Array, path: string): Numbers {
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
  const kind = field("descr", "['\"][^'\"]*['\"]|\\[.*\\]").replace(/^['"]|['"]$/gu, "");
  const isFortran = field("fortran_order", "True|False") === "True";
  const shape = (field("shape", "\\([\\d\\s,]*\\)").match(/\d+/gu) ?? []).map(Number);
  const known = Object.hasOwn(kinds, kind.slice(1)) ? kinds[kind.slice(1)]! : null;
  if (!known || !/^[<>|=]/u.test(kind))
    throw errors.badData(
      path,
      `entries of the kind ${kind} are not read`,
      "<f8 <f4 <i8 <i4 |u1 |b1",
    );
  if (shape.length > 2)
    throw errors.badData(path, `it has ${shape.length} axes, and at most 2 are read`);
  const [rows = 1, columns = 1] = shape;
  const count = rows * columns;
  if (count === 0) throw errors.badData(path, "it holds no numbers");
  if (count > mostEntries)
    throw errors.badData(path, `it holds ${count} numbers, and at most ${mostEntries} are read`);
  const end = start + count * known.bytes;
  if (bytes.length !== end)
    throw damaged(
      Math.min(bytes.length, end),
      bytes.length < end
        ? "the end of the file"
        : bytes.length === end + 1
          ? "a byte too many"
          : `${bytes.length - end} bytes too many`,
      `${count} entries of ${known.bytes} bytes up to offset ${end}`,
    );
  const entry = (i: number, j: number): Rational => {
    const at = start + known.bytes * (isFortran ? j * rows + i : i * columns + j);
    const found = known.read(view, at, kind[0] !== ">");
    if (!found) throw errors.badData(`${path}: offset ${at}`, "the entry is no finite number");
    return found;
  };
  return {
    rows: Array.from({ length: rows }, (_row, i) =>
      Array.from({ length: columns }, (_entry, j) => entry(i, j)),
    ),
    isList: shape.length === 1,
  };
}

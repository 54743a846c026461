/** @file NumPy's files of one array: versions 1 to 3, whole numbers, floats and truth values, up to two axes. */

import { extentOf } from "../data/arrays.ts";
import type { Kind } from "../data/kinds.ts";
import { isKind, sizeOf } from "../data/kinds.ts";
import { npyHeader, npyKindNotRead } from "../data/npy.ts";
import { refuseOtherEnd } from "../data/store.ts";
import { errors } from "../diagnostics/errors.ts";
import type { Rational } from "../expr/rational.ts";
import { rational } from "../expr/rational.ts";
import { decimalOf } from "./cells.ts";
import type { Numbers } from "./numbers.ts";

/** How one entry is read at an offset. */
type Read = (view: DataView, at: number, isLittle: boolean) => Rational | null;

const whole = (x: number | bigint): Rational => rational(x);

const reads: Readonly<Partial<Record<Kind, Read>>> = {
  b1: (v, at) => (v.getUint8(at) > 1 ? null : whole(v.getUint8(at))),
  i1: (v, at) => whole(v.getInt8(at)),
  u1: (v, at) => whole(v.getUint8(at)),
  i2: (v, at, little) => whole(v.getInt16(at, little)),
  u2: (v, at, little) => whole(v.getUint16(at, little)),
  i4: (v, at, little) => whole(v.getInt32(at, little)),
  u4: (v, at, little) => whole(v.getUint32(at, little)),
  i8: (v, at, little) => whole(v.getBigInt64(at, little)),
  u8: (v, at, little) => whole(v.getBigUint64(at, little)),
  f4: (v, at, little) => decimalOf(v.getFloat32(at, little), 4),
  f8: (v, at, little) => decimalOf(v.getFloat64(at, little)),
};

const mostEntries = 1_000_000;

/** The array of a file; one axis is a column. */
export function arrayInNpy(bytes: Uint8Array, path: string): Numbers {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { descr, isFortran, shape, start } = npyHeader(bytes, path);
  const kind = descr.slice(1);
  const read = isKind(kind) && /^[<>|=]/u.test(descr) ? reads[kind] : undefined;
  if (!isKind(kind) || !read) throw npyKindNotRead(path, descr);
  if (shape.length > 2)
    throw errors.badData(path, `it has ${shape.length} axes, and at most 2 are read`);
  const [rows = 1, columns = 1] = shape;
  const count = rows * columns;
  if (count === 0) throw errors.badData(path, "it holds no numbers");
  if (count > mostEntries)
    throw errors.badData(path, `it holds ${count} numbers, and at most ${mostEntries} are read`);
  refuseOtherEnd(path, bytes.length, extentOf({ start, shape, kind }));
  const entry = (i: number, j: number): Rational => {
    const at = start + sizeOf(kind) * (isFortran ? j * rows + i : i * columns + j);
    const found = read(view, at, descr[0] !== ">");
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

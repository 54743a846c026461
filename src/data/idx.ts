/** @file The IDX format of MNIST: a type, a number of axes, their sizes, the entries with the big end first. */

import { errors } from "../diagnostics/errors.ts";
import type { StoredArray } from "./arrays.ts";
import { mostAxes } from "./arrays.ts";
import type { Kind } from "./kinds.ts";
import { product } from "./rows.ts";

/** What the third byte says of the entries. */
const kinds: Readonly<Record<number, Kind>> = {
  0x08: "u1",
  0x09: "i1",
  0x0b: "i2",
  0x0c: "i4",
  0x0d: "f4",
  0x0e: "f8",
};

/** What the header of a file says of its array; errors name the file. */
export function idxHeader(head: Uint8Array, name: string): Omit<StoredArray, "store"> {
  const damaged = (offset: number, found: string, expected: string): Error =>
    errors.damagedFile(name, offset, found, expected);
  if (head.length < 4)
    throw damaged(head.length, "the end of the file", "00 00, a type and a number of axes");
  const [first, second, type = 0, axes = 0] = head;
  const hex = (byte: number): string => byte.toString(16).padStart(2, "0");
  if (first !== 0 || second !== 0)
    throw damaged(0, `${hex(first!)} ${hex(second!)}`, "00 00, as IDX files begin");
  const kind = Object.hasOwn(kinds, type) ? kinds[type]! : null;
  if (!kind)
    throw damaged(
      2,
      `the type ${hex(type)}`,
      "08 09 0b 0c 0d or 0e (bytes, whole numbers, floats)",
    );
  if (axes < 1 || axes > mostAxes) throw damaged(3, `${axes} axes`, `1 to ${mostAxes}`);
  const start = 4 + 4 * axes;
  if (head.length < start)
    throw damaged(head.length, "the end of the file", `${axes} sizes up to offset ${start}`);
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const shape = Array.from({ length: axes }, (_, k) => view.getInt32(4 + 4 * k));
  const bad = shape.findIndex((size) => size < 1);
  if (bad >= 0) throw damaged(4 + 4 * bad, `the size ${shape[bad]}`, "a size from 1 on");
  if (!Number.isSafeInteger(8 * product(shape)))
    throw damaged(4, `the sizes ${shape.join(" × ")}`, "sizes that a file can have");
  return { start, shape, kind, isLittle: false };
}

/** @file Files packed by gzip (RFC 1952), with every check that the format has. */

import { crc32 } from "node:zlib";
import { errors } from "../diagnostics/errors.ts";
import { inflated } from "./deflate.ts";
import type { Store } from "./store.ts";
import { bytesAt, headOf } from "./store.ts";

/** Whether a file is packed by gzip, by its first bytes. */
export function isGzip(store: Store): boolean {
  const [first, second] = headOf(store, 2);
  return first === 0x1f && second === 0x8b;
}

/** How errors name what is packed in a file. */
export const unpackedName = (store: Store): string => `${store.name} (unpacked)`;

/** What is packed in a file, piece by piece: of several members one after the other. */
export async function* gunzipped(store: Store): AsyncGenerator<Uint8Array> {
  const name = unpackedName(store);
  let at = 0;
  let unpacked = 0;
  do {
    const before = unpacked;
    let check = 0;
    const packed = inflated(store, headerEnd(store, at), {
      name,
      before,
      ended: (end) => (at = end),
    });
    for await (const piece of packed) {
      check = crc32(piece, check);
      unpacked += piece.length;
      yield piece;
    }
    refuseOtherCheck(store, at, { check, size: unpacked - before });
    at += trailerSize;
  } while (at < store.length);
}

const trailerSize = 8;

const hex = (x: number, digits: number): string => x.toString(16).padStart(digits, "0");

/** Behind the packed bytes stand their check sum and their number. */
function refuseOtherCheck(
  store: Store,
  at: number,
  { check, size }: { check: number; size: number },
): void {
  const trailer = bytesAt(store, at, trailerSize);
  if (trailer.length < trailerSize)
    throw errors.damagedFile(
      store.name,
      store.length,
      "the end of the file",
      "a CRC and a size, 8 bytes",
    );
  const view = new DataView(trailer.buffer);
  if (view.getUint32(0, true) !== check)
    throw errors.damagedFile(
      store.name,
      at,
      `the CRC ${hex(view.getUint32(0, true), 8)}`,
      `${hex(check, 8)}, that of what was unpacked`,
    );
  if (view.getUint32(4, true) !== size % 2 ** 32)
    throw errors.damagedFile(
      store.name,
      at + 4,
      `the size ${view.getUint32(4, true)}`,
      `${size % 2 ** 32}, that of what was unpacked`,
    );
}

/** Longer names and comments than this are none. */
const longestText = 1 << 16;

/** Where the packed bytes of a member begin. */
function headerEnd(store: Store, start: number): number {
  const header = bytesAt(store, start, 10);
  const [first, second, method, flags = 0] = header;
  if (first !== 0x1f || second !== 0x8b)
    throw errors.damagedFile(
      store.name,
      start,
      start === 0 ? "other bytes" : "other bytes behind what is packed",
      start === 0 ? "1f 8b" : "the end of the file",
    );
  const ended = (): Error =>
    errors.damagedFile(store.name, store.length, "the end of the file", "a gzip header");
  if (header.length < 10) throw ended();
  if (method !== 8 || (flags & 0xe0) !== 0)
    throw errors.damagedFile(
      store.name,
      start + 2,
      `method ${method}, flags ${flags}`,
      "method 8, flags below 32",
    );
  let at = start + 10;
  if (flags & 4) {
    const [low, high] = bytesAt(store, at, 2);
    if (low === undefined || high === undefined) throw ended();
    at += 2 + low + 256 * high;
  }
  for (const flag of [8, 16])
    if (flags & flag) {
      const end = bytesAt(store, at, longestText).indexOf(0);
      if (end < 0) throw ended();
      at += end + 1;
    }
  if (flags & 2) {
    const [low, high] = bytesAt(store, at, 2);
    if (low === undefined || high === undefined) throw ended();
    const check = crc32(bytesAt(store, start, at - start)) & 0xffff;
    if (low + 256 * high !== check)
      throw errors.damagedFile(
        store.name,
        at,
        `the CRC ${hex(low + 256 * high, 4)}`,
        `${hex(check, 4)}, that of the header`,
      );
    at += 2;
  }
  if (at >= store.length) throw ended();
  return at;
}

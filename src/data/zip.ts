/** @file ZIP archives, read by their directory: files that are stored or deflated, with their check sums. */

import { crc32 } from "node:zlib";
import { errors } from "../diagnostics/errors.ts";
import { inflated } from "./deflate.ts";
import type { Budget } from "./keep.ts";
import { inMemory, kept } from "./keep.ts";
import type { Store } from "./store.ts";
import { bytesAt, within, piecesOf } from "./store.ts";

/** A file in an archive. */
export interface Entry {
  readonly name: string;
  /** 0 where it is stored, 8 where it is deflated. */
  readonly method: number;
  readonly crc: number;
  /** In the archive, and unpacked. */
  readonly packedSize: number;
  readonly size: number;
  /** Where its own header stands. */
  readonly at: number;
}

const signatures = { local: 0x04034b50, central: 0x02014b50, end: 0x06054b50, end64: 0x06064b50 };
const mostEntries = 10_000;
const largest32 = 0xffffffff;

const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString("utf8");

/** The files of an archive. */
export function entriesOf(store: Store): Entry[] {
  const { at: start, size, count } = directoryOf(store);
  if (count > mostEntries)
    throw errors.badData(
      store.name,
      `it has ${count} entries, and at most ${mostEntries} are read`,
    );
  const directory = bytesAt(store, start, size);
  const view = viewOf(directory);
  const entries: Entry[] = [];
  for (let at = 0; entries.length < count; ) {
    const damaged = (found: string, expected: string): Error =>
      errors.damagedFile(store.name, start + at, found, expected);
    if (at + 46 > size) throw damaged("the end of the directory", `${count} entries`);
    if (view.getUint32(at, true) !== signatures.central)
      throw damaged("other bytes", "an entry of the directory, 50 4b 01 02");
    const [nameSize, extraSize, commentSize] = [28, 30, 32].map((k) =>
      view.getUint16(at + k, true),
    );
    const end = at + 46 + nameSize! + extraSize! + commentSize!;
    if (end > size) throw damaged("the end of the directory", "the rest of an entry");
    const name = textOf(directory.subarray(at + 46, at + 46 + nameSize!));
    const extra = directory.subarray(at + 46 + nameSize!, at + 46 + nameSize! + extraSize!);
    const method = view.getUint16(at + 10, true);
    if ((view.getUint16(at + 8, true) & 1) !== 0)
      throw errors.badData(`${store.name}: ${name}`, "it is encrypted");
    if (method !== 0 && method !== 8)
      throw errors.badData(
        `${store.name}: ${name}`,
        `it is packed by method ${method}, and stored (0) and deflated (8) files are read`,
      );
    const large = largeSizes(
      extra,
      [24, 20, 42].map((k) => view.getUint32(at + k, true)),
    );
    if (!large) throw damaged("an entry without its sizes", "sizes of 64 bits");
    const [unpacked, packed, place] = large;
    entries.push({
      name,
      method,
      crc: view.getUint32(at + 16, true),
      packedSize: packed!,
      size: unpacked!,
      at: place!,
    });
    at = end;
  }
  return entries;
}

/** Where the directory stands: the last bytes of an archive say so. */
function directoryOf(store: Store): { at: number; size: number; count: number } {
  const tail = bytesAt(store, Math.max(0, store.length - 22 - 0xffff), store.length);
  const view = viewOf(tail);
  const start = store.length - tail.length;
  let at = tail.length - 22;
  while (at >= 0 && view.getUint32(at, true) !== signatures.end) at--;
  if (at < 0)
    throw errors.damagedFile(
      store.name,
      store.length,
      "the end of the file",
      "a directory of an archive before it, 50 4b 05 06",
    );
  const small = {
    count: view.getUint16(at + 10, true),
    size: view.getUint32(at + 12, true),
    at: view.getUint32(at + 16, true),
  };
  const isLarge = small.count === 0xffff || small.size === largest32 || small.at === largest32;
  const found = isLarge ? largeDirectory(store, start + at - 20) : small;
  if (found.at + found.size > start + at)
    throw errors.damagedFile(
      store.name,
      start + at,
      `a directory of ${found.size} bytes at offset ${found.at}`,
      "one that ends before this",
    );
  return found;
}

/** The same of archives of more than 4 GiB, of whose directory a locator tells. */
function largeDirectory(
  store: Store,
  locator: number,
): { at: number; size: number; count: number } {
  const damaged = (): Error =>
    errors.damagedFile(store.name, Math.max(0, locator), "other bytes", "the place of a directory");
  if (locator < 0) throw damaged();
  const at = Number(viewOf(bytesAt(store, locator, 20)).getBigUint64(8, true));
  if (at > locator - 56) throw damaged();
  const record = viewOf(bytesAt(store, at, 56));
  if (record.getUint32(0, true) !== signatures.end64) throw damaged();
  const [count, size, place] = [32, 40, 48].map((k) => Number(record.getBigUint64(k, true)));
  return { count: count!, size: size!, at: place! };
}

/** Sizes and a place of 32 bits, or of 64 where those say so; null where these are missing. */
function largeSizes(extra: Uint8Array, small: readonly number[]): number[] | null {
  if (!small.includes(largest32)) return [...small];
  const view = viewOf(extra);
  for (let at = 0; at + 4 <= extra.length; at += 4 + view.getUint16(at + 2, true)) {
    if (view.getUint16(at, true) !== 1) continue;
    let next = at + 4;
    const end = next + view.getUint16(at + 2, true);
    const sizes = small.map((size) => {
      if (size !== largest32) return size;
      next += 8;
      return next <= Math.min(end, extra.length) ? Number(view.getBigUint64(next - 8, true)) : -1;
    });
    return sizes.includes(-1) ? null : sizes;
  }
  return null;
}

/** What a file of an archive holds, which has the archive for itself; its check sum is compared. */
export async function unzipped(store: Store, entry: Entry, budget: Budget): Promise<Store> {
  const name = `${store.name}: ${entry.name}`;
  const header = bytesAt(store, entry.at, 30);
  const damaged = (at: number, found: string, expected: string): Error =>
    errors.damagedFile(store.name, at, found, expected);
  if (header.length < 30 || viewOf(header).getUint32(0, true) !== signatures.local)
    throw damaged(entry.at, "other bytes", `the header of ${entry.name}, 50 4b 03 04`);
  const [nameSize, extraSize] = [26, 28].map((k) => viewOf(header).getUint16(k, true));
  if (textOf(bytesAt(store, entry.at + 30, nameSize!)) !== entry.name)
    throw damaged(entry.at + 30, "another name", `${entry.name}, as in the directory`);
  const start = entry.at + 30 + nameSize! + extraSize!;
  if (start + entry.packedSize > store.length)
    throw damaged(
      store.length,
      "the end of the file",
      `${entry.name} up to offset ${start + entry.packedSize}`,
    );
  const packed = within(store, start, entry.packedSize, name);
  let crc = 0;
  const refuseOtherCheck = (): void => {
    const hex = (x: number): string => x.toString(16).padStart(8, "0");
    if (crc !== entry.crc)
      throw errors.damagedFile(
        name,
        entry.size,
        `the end of bytes with the CRC ${hex(crc)}`,
        `${hex(entry.crc)}, as the directory says`,
      );
  };
  if (entry.method === 0) {
    if (entry.size !== entry.packedSize)
      throw damaged(entry.at, "a stored file of two sizes", "one size");
    const found = inMemory(packed, budget);
    for (const piece of piecesOf(found)) crc = crc32(piece, crc);
    refuseOtherCheck();
    return found;
  }
  async function* checked(): AsyncGenerator<Uint8Array> {
    for await (const piece of inflated(packed, 0, { name, before: 0, ended: () => {} })) {
      crc = crc32(piece, crc);
      yield piece;
    }
  }
  const found = await kept(checked(), name, budget, () => ({
    end: entry.size,
    told: `${entry.size} bytes, as the directory says`,
  }));
  refuseOtherCheck();
  store.close();
  return found;
}

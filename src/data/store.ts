/** @file Bytes at places: of a file, of a part of it, or in memory. */

import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { errors } from "../diagnostics/errors.ts";
import { reason } from "../files/index.ts";

/** Bytes at places. */
export interface Store {
  /** How errors name it. */
  readonly name: string;
  readonly length: number;
  /** All of it, where it is held in memory. */
  readonly bytes: Uint8Array | null;
  /** Fills `to` with what stands from an offset on; all of that lies within the length. */
  readonly read: (at: number, to: Uint8Array) => void;
  readonly close: () => void;
}

/** A file, read by position. */
export function openFile(path: string): Store {
  let descriptor: number;
  try {
    // A pipe that nobody writes to is not waited for.
    descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    throw errors.cannotRead(path, reason(error));
  }
  const found = fstatSync(descriptor);
  if (!found.isFile()) {
    closeSync(descriptor);
    throw errors.cannotRead(path, found.isDirectory() ? "it is a folder" : "it is no regular file");
  }
  return storeIn(descriptor, path, found.size);
}

/** What stands in an open file, which is closed with it. */
export function storeIn(descriptor: number, name: string, length: number): Store {
  let isOpen = true;
  return {
    name,
    length,
    bytes: null,
    read: (at, to) => {
      // Its number may be another file's by now.
      if (!isOpen) throw new Error(`internal: ${name} is closed`);
      for (let got = 0; got < to.length; ) {
        const more = some(descriptor, name, to.subarray(got), at + got);
        if (more === 0)
          throw errors.damagedFile(name, at + got, "the end of the file", "what was there before");
        got += more;
      }
    },
    close: () => {
      if (isOpen) closeSync(descriptor);
      isOpen = false;
    },
  };
}

/** The system reads less than 2 GiB at a time. */
const mostAtOnce = 1 << 30;

function some(descriptor: number, name: string, to: Uint8Array, at: number): number {
  try {
    return readSync(descriptor, to, 0, Math.min(to.length, mostAtOnce), at);
  } catch (error) {
    throw errors.cannotRead(name, reason(error));
  }
}

/** Bytes in memory. */
export const held = (bytes: Uint8Array, name: string): Store => ({
  name,
  length: bytes.length,
  bytes,
  read: (at, to) => to.set(bytes.subarray(at, at + to.length)),
  close: () => {},
});

/** A part of a store, which is closed with it. */
export const within = (store: Store, start: number, length: number, name: string): Store => ({
  name,
  length,
  bytes: store.bytes?.subarray(start, start + length) ?? null,
  read: (at, to) => store.read(start + at, to),
  close: () => store.close(),
});

/** The first bytes of a store, as many as there are up to a number. */
export const headOf = (store: Store, most: number): Uint8Array => bytesAt(store, 0, most);

/** The bytes from an offset on, as many as there are up to a number. */
export function bytesAt(store: Store, at: number, most: number): Uint8Array {
  const bytes = new Uint8Array(Math.max(0, Math.min(most, store.length - at)));
  store.read(at, bytes);
  return bytes;
}

/** Bytes of a file that are read at a time. */
const pieceSize = 1 << 18;

/** The bytes from an offset on, piece by piece. */
export function* piecesOf(store: Store, from = 0): Generator<Uint8Array> {
  for (let at = from; at < store.length; at += pieceSize)
    yield store.bytes?.subarray(at, at + pieceSize) ?? bytesAt(store, at, pieceSize);
}

/** Where the bytes of a format end, and what they are. */
export interface Extent {
  readonly end: number;
  /** As errors tell it: `10 labels up to offset 18`. */
  readonly told: string;
}

/** Refuses what is shorter or longer than its header says. */
export function refuseOtherEnd(name: string, length: number, { end, told }: Extent): void {
  if (length === end) return;
  const more = length - end;
  const found =
    more < 0 ? "the end of the file" : more === 1 ? "a byte too many" : `${more} bytes too many`;
  throw errors.damagedFile(name, Math.min(length, end), found, told);
}

/** @file Bytes that come piece by piece are kept: in memory as far as that is allowed, else in a file without a name. */

import { randomUUID } from "node:crypto";
import { closeSync, openSync, statfsSync, unlinkSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { errors } from "../diagnostics/errors.ts";
import { reason } from "../files/index.ts";
import type { Extent, Store } from "./store.ts";
import { held, refuseOtherEnd, storeIn } from "./store.ts";

/** How much memory data may still take, in bytes. */
export class Budget {
  private left: number;
  constructor(bytes: number) {
    this.left = bytes;
  }
  /** Whether that much is left; then it is taken. */
  takes(bytes: number): boolean {
    if (bytes > this.left) return false;
    this.left -= bytes;
    return true;
  }
  /** That much is free again. */
  gives(bytes: number): void {
    this.left += bytes;
  }
}

/** The same in memory where it may be; the file is closed then. */
export function inMemory(store: Store, budget: Budget): Store {
  if (store.bytes || !budget.takes(store.length)) return store;
  const bytes = new Uint8Array(store.length);
  store.read(0, bytes);
  store.close();
  return held(bytes, store.name);
}

/** Takes bytes, and gives them as a store. */
export class Keeper {
  private readonly name: string;
  private readonly budget: Budget;
  private bytes: Uint8Array | null;
  private descriptor: number | null = null;
  private length = 0;

  /** `expected` bytes are to come; where that is not known, memory grows with them. */
  constructor(name: string, budget: Budget, expected: number | null) {
    this.name = name;
    this.budget = budget;
    const first = expected ?? firstSize;
    this.bytes = budget.takes(first) ? new Uint8Array(first) : null;
    if (!this.bytes) this.descriptor = temporaryFile(expected ?? 0);
  }

  add(piece: Uint8Array): void {
    if (this.bytes && this.length + piece.length > this.bytes.length) this.grow(piece.length);
    if (this.bytes) this.bytes.set(piece, this.length);
    else writeWhole(this.descriptor!, piece);
    this.length += piece.length;
  }

  /** Twice the memory, or a file where that is too much. */
  private grow(more: number): void {
    const before = this.bytes!;
    const added = Math.max(before.length, more);
    if (this.budget.takes(added)) {
      this.bytes = new Uint8Array(before.length + added);
      this.bytes.set(before.subarray(0, this.length));
      return;
    }
    this.descriptor = temporaryFile(this.length + more);
    this.bytes = null;
    this.budget.gives(before.length);
    writeWhole(this.descriptor, before.subarray(0, this.length));
  }

  /** What was kept, in no more memory than it takes. */
  store(): Store {
    if (!this.bytes) return storeIn(this.descriptor!, this.name, this.length);
    const spare = this.bytes.length - this.length;
    this.budget.gives(spare);
    return held(spare > 0 ? this.bytes.slice(0, this.length) : this.bytes, this.name);
  }

  /** Forgets what was kept. */
  close(): void {
    if (this.descriptor !== null) closeSync(this.descriptor);
  }
}

const firstSize = 1 << 16;

/** No header of a format is longer. */
const headSize = 1 << 17;

/**
 * Keeps what comes piece by piece; how long it is, the format says by its first bytes.
 * @throws NablaError where it is shorter or longer.
 */
export async function kept(
  pieces: AsyncIterable<Uint8Array>,
  name: string,
  budget: Budget,
  extentOf: (head: Uint8Array) => Extent,
): Promise<Store> {
  let into: { readonly keeper: Keeper; readonly extent: Extent } | null = null;
  let length = 0;
  try {
    for await (const piece of withHead(pieces)) {
      if (!into) {
        const extent = extentOf(piece);
        into = { extent, keeper: new Keeper(name, budget, extent.end) };
      }
      const { keeper, extent } = into;
      // What is packed may unpack to any length: the end of what is too long is not waited for.
      if (length + piece.length > extent.end)
        throw errors.damagedFile(name, extent.end, "what is too much", extent.told);
      keeper.add(piece);
      length += piece.length;
    }
    refuseOtherEnd(name, length, into!.extent);
    return into!.keeper.store();
  } catch (error) {
    into?.keeper.close();
    throw error;
  }
}

/** The same pieces, but that the first holds the whole header, and is there though it be empty. */
async function* withHead(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let head: Uint8Array | null = new Uint8Array(0);
  for await (const piece of pieces) {
    if (!head) {
      yield piece;
      continue;
    }
    head = Buffer.concat([head, piece]);
    if (head.length < headSize) continue;
    yield head;
    head = null;
  }
  if (head) yield head;
}

const elsewhere = "TMPDIR=FOLDER, on a disk that has room";

/**
 * An open file that has no name any more, so that nothing is left of it however the program ends.
 * @throws NablaError where the disk has no room for so many bytes.
 */
function temporaryFile(expected: number): number {
  const folder = tmpdir();
  const free = freeIn(folder);
  if (free < expected) throw errors.noRoom(folder, expected, free);
  const path = join(folder, `nabla-${randomUUID()}`);
  try {
    const descriptor = openSync(path, "wx+", 0o600);
    unlinkSync(path);
    return descriptor;
  } catch (error) {
    throw errors.cannotWrite(path, reason(error)).hinting(elsewhere);
  }
}

/** The bytes that a disk has left. */
function freeIn(folder: string): number {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  } catch (error) {
    throw errors.cannotRead(folder, reason(error));
  }
}

function writeWhole(descriptor: number, bytes: Uint8Array): void {
  try {
    for (let written = 0; written < bytes.length; )
      written += writeSync(descriptor, bytes, written, bytes.length - written);
  } catch (error) {
    throw errors.cannotWrite(tmpdir(), reason(error)).hinting(elsewhere);
  }
}

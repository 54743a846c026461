/** @file What the readers of one data set share: options, memory, files that are open, and what each gave. */

import { createHash } from "node:crypto";
import { mostGrowth } from "./deflate.ts";
import { errors } from "../diagnostics/errors.ts";
import { gunzipped, isGzip, unpackedName } from "./gzip.ts";
import { Budget, inMemory, kept } from "./keep.ts";
import type { Extent, Store } from "./store.ts";
import { headOf, openFile, piecesOf, refuseOtherEnd } from "./store.ts";

/** What labels are taken for; either is what they look like: words, whole numbers of arrays and what has names are classes. */
export type Target = "classes" | "numbers" | "none" | "either";

/** How data are read. */
export interface OpenOptions {
  /** The column of the labels in a table: its name, or its number from 1 on. */
  readonly label?: string | undefined;
  /** What labels are: classes (the default), or numbers that are to be learnt; or none are read. */
  readonly target?: Target | undefined;
  /** How many bytes may be held in memory, 256 MiB unless said; what is more stays in files. */
  readonly memory?: number | undefined;
}

/** A file that was used, and what it gave. */
export interface UsedFile {
  readonly path: string;
  readonly gave: string;
}

const usualMemory = 2 ** 28;
/** So many first bytes of a file hold the header of any format. */
const headSize = 1 << 17;

/** Data that are being opened. */
export class Opening {
  readonly label: string | null;
  readonly target: Target;
  readonly budget: Budget;
  readonly files: UsedFile[] = [];
  private readonly stores: Store[] = [];

  constructor({ label, target = "classes", memory = usualMemory }: OpenOptions) {
    this.label = label ?? null;
    this.target = target;
    this.budget = new Budget(memory);
  }

  /** Is to be closed with the rest. */
  own(store: Store): Store {
    this.stores.push(store);
    return store;
  }

  close(): void {
    for (const store of this.stores) store.close();
  }

  gave(path: string, what: string): void {
    this.files.push({ path, gave: what });
  }

  /** A file's contents, unpacked where it is packed; they are as long as its format says. */
  async contents(
    path: string,
    extentOf: (head: Uint8Array, name: string) => Extent,
  ): Promise<Store> {
    const file = this.own(openFile(path));
    if (!isGzip(file)) {
      refuseOtherEnd(path, file.length, extentOf(headOf(file, headSize), path));
      return file;
    }
    const name = unpackedName(file);
    const store = await kept(gunzipped(file), name, this.budget, (head) => {
      const extent = extentOf(head, name);
      const most = mostGrowth * file.length;
      if (extent.end > most)
        throw errors.damagedFile(
          name,
          0,
          `a header that tells of ${extent.told}`,
          `at most ${most} bytes, which is what ${file.length} packed ones come to`,
        );
      return extent;
    });
    file.close();
    return this.own(store);
  }

  /** The bytes of a file as they come, unpacked where it is packed; and how errors name them. */
  pieces(path: string): { readonly name: string; readonly pieces: AsyncIterable<Uint8Array> } {
    const file = this.own(openFile(path));
    return isGzip(file)
      ? { name: unpackedName(file), pieces: gunzipped(file) }
      : { name: path, pieces: inTurn(piecesOf(file)) };
  }

  /** The same store in memory, where there is room. */
  inMemory(store: Store): Store {
    return this.own(inMemory(store, this.budget));
  }

  /** SHA-256 over what all used files hold, in their order. */
  fingerprint(): string {
    const all = createHash("sha256");
    for (const { path } of this.files) all.update(fileDigest(path, "sha256"));
    return all.digest("hex");
  }
}

/** The digest of what a store holds, in hexadecimal digits. */
export function digestOf(store: Store, method: "md5" | "sha256"): string {
  const hash = createHash(method);
  for (const piece of piecesOf(store)) hash.update(piece);
  return hash.digest("hex");
}

/** The digest of a file. */
export function fileDigest(path: string, method: "md5" | "sha256"): string {
  const file = openFile(path);
  try {
    return digestOf(file, method);
  } finally {
    file.close();
  }
}

async function* inTurn<T>(pieces: Iterable<T>): AsyncGenerator<T> {
  yield* pieces;
}

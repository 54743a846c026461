/** @file Packed bytes (RFC 1951), unpacked piece by piece. */

import { createInflateRaw } from "node:zlib";
import { errors } from "../diagnostics/errors.ts";
import type { Store } from "./store.ts";
import { piecesOf } from "./store.ts";

/** Unpacked bytes are handed on in pieces of at most so many. */
const pieceSize = 1 << 18;

/** Packed bytes cannot grow more than that. */
export const mostGrowth = 1032;

/**
 * What is packed in a store from an offset on, piece by piece; `ended` hears of the offset behind it. Errors name it
 * `name`, and count from the `before` bytes that were unpacked earlier.
 */
export async function* inflated(
  store: Store,
  start: number,
  { name, before, ended }: { name: string; before: number; ended: (at: number) => void },
): AsyncGenerator<Uint8Array> {
  const engine = createInflateRaw({ chunkSize: pieceSize });
  const ready: Uint8Array[] = [];
  let unpacked = before;
  let isOver = false;
  // As it comes, so that no error overtakes what stood before it.
  engine.on("data", (piece: Uint8Array) => {
    ready.push(piece);
    unpacked += piece.length;
  });
  const over = new Promise<void>((resolve, reject) => {
    engine.once("end", () => {
      isOver = true;
      resolve();
    });
    engine.once("error", (error: NodeJS.ErrnoException) => {
      reject(
        error.code === "Z_BUF_ERROR"
          ? errors.damagedFile(name, unpacked, "the end of the file", "the rest of what is packed")
          : errors.damagedFile(
              name,
              unpacked,
              `what cannot be unpacked (${error.message})`,
              "packed bytes",
            ),
      );
    });
  });
  // It is awaited together with what is written, and where nobody waits for it it is told there.
  over.catch(() => {});
  try {
    for (const piece of piecesOf(store, start)) {
      await Promise.race([over, new Promise<void>((done) => engine.write(piece, () => done()))]);
      yield* ready.splice(0);
      if (isOver) break;
    }
    engine.end();
    await over;
    yield* ready.splice(0);
    ended(start + engine.bytesWritten);
  } finally {
    engine.destroy();
  }
}

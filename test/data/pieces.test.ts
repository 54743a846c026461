/** @file What comes in pieces is the same wherever these end. */

import * as fc from "fast-check";
import { expect, test } from "vitest";
import { byRows } from "../../src/data/by-rows.ts";
import { linesFrom, linesIn } from "../../src/data/csv.ts";
import { Budget } from "../../src/data/keep.ts";
import { held } from "../../src/data/store.ts";
import { membersOf } from "../../src/data/tar.ts";
import { bytesOf, tar } from "./files.ts";

/** Bytes in pieces that end at some places. */
async function* cut(bytes: Uint8Array, places: readonly number[]): AsyncGenerator<Uint8Array> {
  const ends = [...places, bytes.length].toSorted((a, b) => a - b);
  let from = 0;
  for (const end of ends) {
    yield bytes.subarray(from, end);
    from = end;
  }
}

const placesIn = (length: number): fc.Arbitrary<number[]> =>
  fc.array(fc.nat(length), { maxLength: 8 });

test("lines of a table", async () => {
  const texts = fc.array(fc.constantFrom("1,2", '"ä,b",c', "", "𝟏,−2", "x,\ty"), { minLength: 1 });
  const ends = fc.constantFrom("\n", "\r\n", "\r");
  await fc.assert(
    fc.asyncProperty(texts, ends, fc.boolean(), fc.nat(), async (lines, end, isEnded, seed) => {
      const text = `\uFEFF7,8${end}${lines.join(end)}${isEnded ? end : ""}`;
      const bytes = Buffer.from(text);
      const [places] = fc.sample(placesIn(bytes.length), { numRuns: 1, seed });
      const found = [];
      for await (const line of linesFrom(cut(bytes, places!), "a.csv")) found.push(line);
      expect(found).toEqual(linesIn(text, "a.csv"));
    }),
    { seed: 1, numRuns: 200 },
  );
});

test("members of an archive", async () => {
  const files = [
    ["a", Buffer.alloc(1500, "a")],
    ["empty", Buffer.alloc(0)],
    ["long/b", Buffer.alloc(512, "b")],
    ["passed over", Buffer.alloc(700, "c")],
  ] as const;
  const archive = tar(files);
  await fc.assert(
    fc.asyncProperty(placesIn(archive.length), async (places) => {
      const found: [string, Buffer][] = [];
      for await (const { path, pieces } of membersOf(cut(archive, places), "a.tar")) {
        if (path === "passed over") continue;
        const contents = [];
        for await (const piece of pieces) contents.push(piece);
        found.push([path, Buffer.concat(contents)]);
      }
      expect(found).toEqual(files.slice(0, 3));
    }),
    { seed: 2 },
  );
});

test("links and folders of an archive are passed over, and long names have two parts", async () => {
  const found: string[] = [];
  const kinds = ["0", "2", "5", "\0"];
  const archive = tar(
    kinds.map((kind) => [`file ${kind}`, Buffer.from("hello")] as const),
    (header) => {
      header.write(header.toString("latin1", 5, 6), 156, "latin1");
      header.write("folder", 345);
    },
  );
  for await (const { path } of membersOf(cut(archive, []), "a.tar")) found.push(path);
  expect(found).toEqual(["folder/file 0", "folder/file "]);
});

test("columns that are put by rows in blocks", () => {
  fc.assert(
    fc.property(
      fc.constantFrom("u1" as const, "i2" as const, "f4" as const, "f8" as const),
      fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 2, maxLength: 3 }),
      fc.integer({ min: 1, max: 300 }),
      (kind, shape, blockSize) => {
        const count = shape.reduce((all, size) => all * size, 1);
        const [first, ...rest] = shape as [number, ...number[]];
        // The entry at (i, j, k) of a shape (a, b, c) is its place by rows; by columns it stands at i + a (j + b k).
        const byColumns = Array.from({ length: count }, (_, place) => {
          const i = place % first;
          const j = Math.floor(place / first) % rest[0]!;
          const k = Math.floor(place / first / rest[0]!);
          return (i * rest[0]! + j) * (rest[1] ?? 1) + k;
        });
        const store = held(Buffer.concat([Buffer.from("head"), bytesOf(kind, byColumns)]), "a");
        const array = { store, start: 4, shape, kind, isLittle: true };
        const turned = byRows(array, new Budget(2 ** 20), blockSize);
        const expected = bytesOf(
          kind,
          Array.from({ length: count }, (_, place) => place),
        );
        expect(turned.start).toBe(0);
        expect(turned.store.bytes).toEqual(expected);
      },
    ),
    { seed: 3, numRuns: 200 },
  );
});

/** @file What is written in a format is read from it again, in memory and from files. */

import { join } from "node:path";
import { crc32, gzipSync } from "node:zlib";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { openData, openImages } from "../../src/data/index.ts";
import type { Rows } from "../../src/data/index.ts";
import type { Kind } from "../../src/data/kinds.ts";
import { npyFile } from "../../src/data/npy.ts";
import { npzFile } from "../../src/data/npz.ts";
import { product } from "../../src/data/rows.ts";
import {
  bytesOf,
  changed,
  cifar,
  folderWith,
  gzip,
  idx,
  idxKinds,
  npy,
  tar,
  told,
  zip,
} from "./files.ts";

const memories = [2 ** 20, 0] as const;

/** All entries of rows, in order. */
function entriesOf(rows: Rows): number[] {
  const to = new Float64Array(rows.count * rows.width);
  rows.read(
    Int32Array.from({ length: rows.count }, (_, i) => i),
    to,
  );
  return [...to];
}

/** What `openImages` reads of one file, in memory and from files. */
async function readBoth(
  name: string,
  contents: Uint8Array,
): Promise<[number[], number[], number[]]> {
  const path = join(folderWith({ [name]: contents }), name);
  const found: [number[], number[]][] = [];
  for (const memory of memories) {
    const rows = await openImages(path, { memory });
    found.push([[...rows.shape], entriesOf(rows)]);
    rows.close();
  }
  const [[shape, held], [, filed]] = found as [[number[], number[]], [number[], number[]]];
  return [shape, held, filed];
}

const shapeOf = (most: number): fc.Arbitrary<number[]> =>
  fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: most });

/** An entry of a kind, as every file of that kind can have it. */
const limits: Readonly<Partial<Record<Kind, readonly [number, number]>>> = {
  b1: [0, 1],
  u1: [0, 255],
  i1: [-128, 127],
  u2: [0, 65_535],
  i2: [-32_768, 32_767],
  u4: [0, 2 ** 32 - 1],
  i4: [-(2 ** 31), 2 ** 31 - 1],
  u8: [0, Number.MAX_SAFE_INTEGER],
  i8: [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
};
const entryOf = (kind: Kind): fc.Arbitrary<number> => {
  const [min, max] = limits[kind] ?? [0, 0];
  if (limits[kind]) return fc.integer({ min, max });
  return fc.float({ noNaN: true, noDefaultInfinity: true });
};

interface Case {
  readonly kind: Kind;
  readonly shape: number[];
  readonly entries: number[];
}
const caseOf = (kinds: readonly Kind[]): fc.Arbitrary<Case> =>
  fc
    .tuple(fc.constantFrom(...kinds), shapeOf(4))
    .chain(([kind, shape]) =>
      fc
        .array(entryOf(kind), { minLength: product(shape), maxLength: product(shape) })
        .map((entries) => ({ kind, shape, entries })),
    );
const rowShape = (shape: readonly number[]): number[] =>
  shape.length === 1 ? [1] : shape.slice(1);

test("IDX of every kind, packed or not", async () => {
  await fc.assert(
    fc.asyncProperty(caseOf(idxKinds), fc.boolean(), async ({ kind, shape, entries }, isPacked) => {
      const bytes = idx(kind, shape, entries);
      const [found, held, filed] = isPacked
        ? await readBoth("a-ubyte.gz", gzipSync(bytes))
        : await readBoth("a-ubyte", bytes);
      expect(found).toEqual(rowShape(shape));
      expect(held).toEqual(entries);
      expect(filed).toEqual(entries);
    }),
    { numRuns: 60, seed: 1 },
  );
});

const npyKinds: readonly Kind[] = [
  "b1",
  "u1",
  "i1",
  "u2",
  "i2",
  "u4",
  "i4",
  "f4",
  "u8",
  "i8",
  "f8",
];

/** The entries in the order in which the first place counts fastest. */
function byColumns(shape: readonly number[], entries: readonly number[]): number[] {
  return entries.map((_, k) => {
    let [rest, at] = [k, 0];
    for (const [axis, size] of shape.entries()) {
      at += (rest % size) * product(shape.slice(axis + 1));
      rest = Math.floor(rest / size);
    }
    return entries[at]!;
  });
}

test("NPY of every kind, either end first, by rows and by columns, versions 1 to 3", async () => {
  await fc.assert(
    fc.asyncProperty(
      caseOf(npyKinds),
      fc.boolean(),
      fc.boolean(),
      fc.constantFrom(1, 2, 3),
      async ({ kind, shape, entries }, isLittle, isFortran, version) => {
        const data = bytesOf(kind, isFortran ? byColumns(shape, entries) : entries, isLittle);
        const file = npy(
          `${isLittle ? "<" : ">"}${kind}`,
          `(${shape.join(", ")}${shape.length === 1 ? "," : ""})`,
          data,
          { version, isFortran },
        );
        const [found, held, filed] = await readBoth("a.npy", file);
        expect(found).toEqual(rowShape(shape));
        expect(held).toEqual(entries);
        expect(filed).toEqual(entries);
      },
    ),
    { numRuns: 150, seed: 2 },
  );
});

test("floats of 16 bits", async () => {
  const bits = [0x0000, 0x3c00, 0xbc00, 0x7bff, 0x0001, 0x0400, 0x3555];
  const file = npy("<f2", `(${bits.length},)`, bytesOf("f2", bits));
  const [, held] = await readBoth("a.npy", file);
  expect(held).toEqual([0, 1, -1, 65_504, 2 ** -24, 2 ** -14, 1365 / 4096]);
});

test("NPY and NPZ that are written are read", async () => {
  const floats = fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), {
    minLength: 12,
    maxLength: 12,
  });
  await fc.assert(
    fc.asyncProperty(
      floats,
      fc.boolean(),
      fc.constantFrom([12], [3, 4], [3, 2, 2]),
      async (entries, isSingle, shape) => {
        const data = isSingle ? Float32Array.from(entries) : Float64Array.from(entries);
        const [, held] = await readBoth("a.npy", npyFile(data, shape));
        const packed = npzFile(new Map([["x", { shape, data }]]));
        const [found, ofArchive, filed] = await readBoth("a.npz", packed);
        expect(found).toEqual(rowShape(shape));
        for (const each of [held, ofArchive, filed]) expect(each).toEqual(entries);
      },
    ),
    { numRuns: 40, seed: 3 },
  );
});

test.each([
  ["stored", {}],
  ["deflated", { isDeflated: true }],
  ["as large as 4 GiB", { isLarge: true }],
  ["large and deflated", { isDeflated: true, isLarge: true }],
])("an archive of arrays, %s", async (_, options) => {
  const contents = npyFile(Float32Array.of(1, 2, 3, 4), [2, 2]);
  const file = zip({ "notes.txt": Buffer.from("hello"), "x.npy": contents }, options);
  const [shape, held, filed] = await readBoth("a.npz", file);
  expect(shape).toEqual([2]);
  expect(held).toEqual([1, 2, 3, 4]);
  expect(filed).toEqual([1, 2, 3, 4]);
});

describe("rows at places", () => {
  const [count, width] = [700, 37];
  const random = fc.sample(fc.integer({ min: 0, max: 255 }), { numRuns: count * width, seed: 4 });
  const batches = [cifar([1, 2, 3]), cifar([4, 5]), cifar([6, 7, 8, 9])];
  const sources = {
    "an IDX file": { "a-ubyte": idx("u1", [count, width], random) },
    "an IDX file of floats": { "a-ubyte": idx("f8", [count, width], random) },
    "a packed IDX file": { "a-ubyte.gz": gzipSync(idx("i2", [count, width], random)) },
    "an NPY file by columns": {
      "a.npy": npy(">i4", `(${count}, ${width})`, bytesOf("i4", random, false), {
        isFortran: true,
      }),
    },
  };

  test.each(Object.entries(sources))(
    "of %s are the same in memory and in files",
    async (_, files) => {
      const path = join(folderWith(files), Object.keys(files)[0]!);
      const [held, filed] = await Promise.all(
        memories.map((memory) => openImages(path, { memory })),
      );
      fc.assert(
        fc.property(
          fc.array(fc.integer({ min: 0, max: count - 1 }), { maxLength: 300 }),
          (places) => {
            const [a, b] = [held!, filed!].map((rows) => {
              const to = new Float32Array(places.length * width + 3).fill(-1);
              rows.read(Int32Array.from(places), to);
              return to;
            });
            expect(b).toEqual(a);
            expect(a!.slice(-3)).toEqual(Float32Array.of(-1, -1, -1));
          },
        ),
        { numRuns: 50, seed: 5 },
      );
      held!.close();
      filed!.close();
    },
  );

  test("of several batches are those of each, though some are in memory and some are not", async () => {
    const [first, second, third] = batches;
    const folder = folderWith({
      "data_batch_1.bin": first!,
      "data_batch_2.bin": second!,
      "data_batch_4.bin": third!,
    });
    const whole = await openData([folder]);
    expect([...whole.train.classes!]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    for (const memory of [0, first!.length, first!.length + second!.length]) {
      const { train, close } = await openData([folder], { memory });
      const places = Int32Array.of(8, 0, 4, 3, 2, 8);
      const [a, b] = [whole.train, train].map(({ inputs }) => {
        const to = new Float32Array(places.length * 3072);
        inputs.read(places, to);
        return to;
      });
      expect(b).toEqual(a);
      expect(a![0]).toBe(9 * 7);
      close();
    }
    whole.close();
  });

  test("that are not there are a bug", async () => {
    const path = join(folderWith({ "a-ubyte": idx("u1", [2, 1], [1, 2]) }), "a-ubyte");
    const rows = await openImages(path);
    expect(() => rows.read(Int32Array.of(2), new Float32Array(1))).toThrow(
      "internal: no row 2 of 2",
    );
  });
});

test("what stays in files takes the memory of one run, however large it is", async () => {
  const rows = 3000;
  const bytes = Buffer.alloc(16 + rows * 784);
  bytes.set(idx("u1", [1, 28, 28], Buffer.alloc(784)).subarray(0, 16));
  bytes.writeInt32BE(rows, 4);
  const folder = folderWith({ "a-ubyte": bytes, "b-ubyte.gz": gzipSync(bytes) });
  for (const name of ["a-ubyte", "b-ubyte.gz"]) {
    const filed = await openImages(join(folder, name), { memory: 2 ** 20 });
    expect(filed.held).toBe(2 ** 20);
    const held = await openImages(join(folder, name));
    expect(held.held).toBe(bytes.length);
    filed.close();
    held.close();
  }
});

test("the archive of CIFAR-10 is read as its batches are", async () => {
  const [one, two] = [cifar([3, 1, 4]), cifar([1, 5])];
  const names = "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\n\n";
  const archive = tar([
    ["cifar-10-batches-bin/test_batch.bin", two],
    ["cifar-10-batches-bin/readme.html", Buffer.from("hello")],
    ["cifar-10-batches-bin/batches.meta.txt", Buffer.from(names)],
    ["cifar-10-batches-bin/data_batch_1.bin", one],
  ]);
  const folder = folderWith({ "cifar-10-binary.tar.gz": gzipSync(archive), "plain.tar": archive });
  for (const name of ["cifar-10-binary.tar.gz", "plain.tar"])
    for (const memory of memories) {
      const set = await openData([join(folder, name)], { memory });
      expect([...set.train.classes!]).toEqual([3, 1, 4]);
      expect([...set.test!.classes!]).toEqual([1, 5]);
      expect(set.train.inputs.shape).toEqual([3, 32, 32]);
      expect(entriesOf(set.train.inputs).slice(0, 3)).toEqual([21, 22, 23]);
      expect(set.classNames).toEqual([..."abcdefghij"]);
      set.close();
    }
});

test("what is packed may end anywhere in what is read at a time", async () => {
  const piece = 2 ** 18;
  const ends: number[] = [];
  for (let length = piece - 60; length < piece - 20; length++) {
    const bytes = idx("u1", [length - 8], Buffer.alloc(length - 8, 7));
    const packed = gzip(bytes);
    // Of this file the packed bytes end with a piece, or the whole does, or the trailer is in two.
    if (![-1, 0, 1, 7, 8, 9].includes(packed.length - piece)) continue;
    ends.push(packed.length - piece);
    const rows = await openImages(join(folderWith({ "a-ubyte.gz": packed }), "a-ubyte.gz"));
    expect(rows.count).toBe(length - 8);
    rows.close();
  }
  expect(ends).toEqual([-1, 0, 1, 7, 8, 9]);
});

test("several members of gzip are one file", async () => {
  const bytes = idx("u1", [6], [1, 2, 3, 4, 5, 6]);
  const packed = Buffer.concat([gzipSync(bytes.subarray(0, 9)), gzipSync(bytes.subarray(9))]);
  const [, held, filed] = await readBoth("a-ubyte.gz", packed);
  expect(held).toEqual([1, 2, 3, 4, 5, 6]);
  expect(filed).toEqual(held);
});

test("a gzip header may have a name, a comment, more fields and a check sum", async () => {
  const bytes = idx("u1", [2], [8, 9]);
  const packed = gzipSync(bytes);
  const header = Buffer.concat([packed.subarray(0, 10), Buffer.from("\u0002\0xxname\0comment\0")]);
  header[3] = 2 + 4 + 8 + 16;
  const check = Buffer.alloc(2);
  check.writeUInt16LE(crc32(header) % 2 ** 16);
  const whole = Buffer.concat([header, check, packed.subarray(10)]);
  const [, held] = await readBoth("a-ubyte.gz", whole);
  expect(held).toEqual([8, 9]);
  const path = join(folderWith({ "a-ubyte.gz": changed(whole, 14, 0x58) }), "a-ubyte.gz");
  expect(await told(() => openImages(path))).toMatch(
    /^error\[damaged-file\]: DIR\/a-ubyte\.gz is damaged: at offset 27 stands the CRC [0-9a-f]{4}\n {2}note: expected: [0-9a-f]{4}, that of the header$/u,
  );
});

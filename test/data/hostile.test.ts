/** @file However a file is damaged, it is read as data or refused as damaged, and nothing else happens. */

import * as fc from "fast-check";
import { expect, test } from "vitest";
import { openData } from "../../src/data/index.ts";
import { gunzipped } from "../../src/data/gzip.ts";
import { held } from "../../src/data/store.ts";
import { bytesOf, cifar, folderWith, gzip, idx, npy, smallIdx, tar, told, zip } from "./files.ts";

const y = npy("|u1", "(2,)", bytesOf("u1", [0, 1]));
const X = npy("<f4", "(2, 2)", bytesOf("f4", [1, 2, 3, 4]), { isFortran: true });
const labels = { "train-labels-idx1-ubyte": smallIdx["train-labels-idx1-ubyte"] };
const images = smallIdx["train-images-idx3-ubyte"];
const arrays = { "X.npy": X, "y.npy": y };

const files: readonly [
  name: string,
  contents: Buffer,
  beside: Readonly<Record<string, Uint8Array>>,
][] = [
  ["train-images-idx3-ubyte", images, labels],
  ["train-images-idx3-ubyte.gz", gzip(images), labels],
  ["images-ubyte", idx("f4", [3, 2], [1, 2, 3, 4, 5, 6]), labels],
  ["X.npy", X, { "y.npy": y }],
  ["a.npz", zip(arrays), {}],
  ["a.npz", zip(arrays, { isDeflated: true, isLarge: true }), {}],
  ["data_batch_1.bin", cifar([1, 2]), {}],
  ["cifar-10-binary.tar.gz", gzip(tar([["data_batch_1.bin", cifar([1])]])), {}],
  ["train.csv", Buffer.from('a,b,"c"\n1,2.5,cat\n-3e2,4,"dog"\n'), {}],
];

test.each(files)("%s", async (name, contents, beside) => {
  // Where headers stand damages are likelier.
  const at = fc.oneof(fc.nat(contents.length - 1), fc.nat(Math.min(150, contents.length) - 1));
  const damage = fc.oneof(
    fc.record({ at, bytes: fc.uint8Array({ minLength: 1, maxLength: 4 }) }),
    fc.record({ at, bytes: fc.constant(null) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(damage, { minLength: 1, maxLength: 3 }), async (damages) => {
      let damaged = Buffer.from(contents);
      for (const { at, bytes } of damages) {
        if (bytes)
          damaged.set(
            bytes.subarray(0, Math.max(0, damaged.length - at)),
            Math.min(at, damaged.length),
          );
        else damaged = damaged.subarray(0, at);
      }
      const folder = folderWith({ ...beside, [name]: damaged });
      const message = await told(async () =>
        (await openData([folder], { memory: 2 ** 20 })).close(),
      );
      expect(message).toMatch(
        /^no error$|^error\[(?:damaged-file|bad-data|label-out-of-range|no-data|no-room)\]/u,
      );
    }),
    { seed: 1, numRuns: 120 },
  );
});

test("no byte of what is packed can change what is read unseen", async () => {
  const packed = gzip(images);
  const read = async (bytes: Uint8Array): Promise<Buffer> => {
    const pieces = [];
    for await (const piece of gunzipped(held(bytes, "a.gz"))) pieces.push(piece);
    return Buffer.concat(pieces);
  };
  const expected = await read(packed);
  expect(expected.equals(images)).toBe(true);
  for (let at = 0; at < packed.length; at++) {
    const broken = Buffer.from(packed);
    broken[at]! ^= 0x10;
    const found: Buffer[] = [];
    const message = await told(async () => found.push(await read(broken)));
    // Bits that say nothing of the contents may be others: the time, the system, the padding of a block.
    expect([at, found[0]?.equals(expected) ?? message !== "no error"]).toEqual([at, true]);
  }
});

/** @file `nabla data verify` tells what files of known data sets are, and its exit codes tell the same. */

import { truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { VerifiedFile } from "../../src/data/verify.ts";
import { areRight, verifiedIn } from "../../src/data/verify.ts";
import type { Run } from "../program.ts";
import { nabla } from "../program.ts";
import { changed, cifar, folderWith, smallIdx } from "./files.ts";

const verify = (folder: string, ...options: string[]): Run =>
  nabla(["data", "verify", folder, ...options]);

test("files that are not the published ones are wrong, beside those of every set that they may be of", () => {
  const { status, stdout } = verify(folderWith({ ...smallIdx, "letter.txt": "dear" }));
  expect(stdout).toBe(`FashionMNIST: not complete, 2 wrong, 2 missing
  wrong    train-images-idx3-ubyte: MD5 d7fac484df241c3b42b193271f0c2ff7, published f4a8712d7a061bf5bd6d2ca38dc4d50a
  wrong    train-labels-idx1-ubyte: MD5 63691c4f3c236c96e45a4962fe9b3ecb, published 9018921c3c673c538a1fc5bad174d6f9
  missing  t10k-images-idx3-ubyte.gz
  missing  t10k-labels-idx1-ubyte.gz

MNIST: not complete, 2 wrong, 2 missing
  wrong    train-images-idx3-ubyte: MD5 d7fac484df241c3b42b193271f0c2ff7, published 6bbc9ace898e44ae57da46a324031adb
  wrong    train-labels-idx1-ubyte: MD5 63691c4f3c236c96e45a4962fe9b3ecb, published a25bea736e30d166cdddb491f175f624
  missing  t10k-images-idx3-ubyte.gz
  missing  t10k-labels-idx1-ubyte.gz
`);
  expect(status).toBe(1);
});

test("a folder's name tells which set is meant where its files do not", () => {
  const folder = folderWith({ "Fashion-MNIST/t10k-labels.idx1-ubyte": "hello" });
  expect(verifiedIn(join(folder, "Fashion-MNIST")).map(({ title }) => title)).toEqual([
    "FashionMNIST",
  ]);
});

test("where nothing is known, it is said what is", () => {
  const folder = folderWith({ "letter.txt": "dear" });
  const { status, stdout, stderr } = verify(folder);
  expect([status, stdout]).toEqual([2, ""]);
  expect(stderr).toBe(`error[no-data]: ${folder} has no file of a known data set
  note: known are FashionMNIST, MNIST and CIFAR-10
  hint: nabla data verify FOLDER, with train-images-idx3-ubyte.gz or cifar-10-binary.tar.gz in it
`);
});

test("what is no folder cannot be read", () => {
  const folder = folderWith({ file: "" });
  const json = JSON.parse(verify(join(folder, "none"), "--json").stdout) as object;
  expect(json).toMatchObject({ ok: false, error: { code: "cannot-read" } });
  const { status, stderr } = verify(join(folder, "file"));
  expect(stderr).toContain("file cannot be read: it is no folder\n");
  expect(status).toBe(4);
});

test("batches of CIFAR-10 have the published layout, or have not", () => {
  const labels = Array.from({ length: 10_000 }, (_, i) => i % 10);
  const records = Buffer.alloc(3073 * labels.length);
  for (const [i, label] of labels.entries()) records[3073 * i] = label;
  const folder = folderWith({ "cifar-10-batches-bin/test_batch.bin": records });
  for (const k of [1, 2, 3, 4, 5]) {
    const path = join(folder, "cifar-10-batches-bin", `data_batch_${k}.bin`);
    writeFileSync(path, "");
    truncateSync(path, records.length);
  }
  const whole = verify(folder, "--json");
  expect(whole.status).toBe(0);
  expect(JSON.parse(whole.stdout)).toMatchObject({
    ok: true,
    folder,
    sets: [
      {
        title: "CIFAR-10",
        complete: true,
        files: Array.from({ length: 6 }, () => ({ status: "fits", published: null })),
      },
    ],
  });
  const inner = join(folder, "cifar-10-batches-bin");
  writeFileSync(join(inner, "data_batch_1.bin"), cifar([1, 2]));
  writeFileSync(join(inner, "data_batch_2.bin"), changed(cifar([1, 2]), 3073, 77));
  writeFileSync(join(inner, "data_batch_3.bin"), "hello");
  writeFileSync(join(inner, "test_batch.bin"), changed(records, 0, 5));
  writeFileSync(join(folder, "cifar-10-binary.tar.gz"), "hello");
  const { status, stdout } = verify(folder);
  expect(stdout).toBe(`CIFAR-10: not complete, 5 wrong
  wrong    cifar-10-binary.tar.gz: MD5 5d41402abc4b2a76b9719d911017c592, published c32a1d4ab5d03f1284b67883e8d87530
  wrong    data_batch_1.bin: 2 records, not 10000
  wrong    data_batch_2.bin: it has 77 in record 1 (offset 3073): a label is a whole number from 0 to 9
  wrong    data_batch_3.bin: it is damaged: at offset 5 stands the end of the file
  fits     data_batch_4.bin: 10000 records; no check sum of it is published
  fits     data_batch_5.bin: 10000 records; no check sum of it is published
  wrong    test_batch.bin: not 1000 of class 0
`);
  expect(status).toBe(1);
});

test("one complete set is right, unless a file of another is wrong", () => {
  const file = (status: VerifiedFile["status"]): VerifiedFile => ({
    name: "a",
    status,
    note: null,
    md5: null,
    published: null,
  });
  const whole = { title: "A", files: [file("ok")], isComplete: true };
  const partial = { title: "B", files: [file("ok"), file("missing")], isComplete: false };
  const broken = { title: "B", files: [file("wrong")], isComplete: false };
  expect([[whole], [whole, partial], [partial], [whole, broken]].map(areRight)).toEqual([
    true,
    true,
    false,
    false,
  ]);
});

/** @file What is said of files that are damaged, that do not fit together, or that are none. */

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { openData } from "../../src/data/index.ts";
import type { OpenOptions } from "../../src/data/index.ts";
import { npzFile } from "../../src/data/npz.ts";
import {
  bytesOf,
  changed,
  cifar,
  folderWith,
  gzip,
  idx,
  npy,
  smallIdx,
  tar,
  told,
  zip,
} from "./files.ts";

type Files = Readonly<Record<string, Uint8Array | string>>;

const images = smallIdx["train-images-idx3-ubyte"];
const labels = smallIdx["train-labels-idx1-ubyte"];
const [imagesName, labelsName] = ["train-images-idx3-ubyte", "train-labels-idx1-ubyte"] as const;
const idxWith = (files: Files): Files => ({ ...smallIdx, ...files });
const packed = (bytes: Uint8Array): Files => ({
  "train-images-idx3-ubyte.gz": bytes,
  [labelsName]: labels,
});
const gz = gzip(images);

const X = npy("<f4", "(2, 2)", bytesOf("f4", [1, 2, 3, 4]));
const y = npy("|u1", "(2,)", bytesOf("u1", [0, 1]));
const npyWith = (files: Files): Files => ({ "X.npy": X, "y.npy": y, ...files });

const npz = Buffer.from(
  npzFile(
    new Map([
      ["x_train", { shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) }],
      ["y_train", { shape: [2], data: Float32Array.of(0, 1) }],
    ]),
  ),
);

const large = zip({ "X.npy": X, "y.npy": y }, { isLarge: true });

const batch = cifar([3, 1]);
const archive = tar([["cifar-10-batches-bin/data_batch_1.bin", batch]]);
const packedArchive = (bytes: Uint8Array): Files => ({ "cifar-10-binary.tar.gz": gzip(bytes) });

const directory = npz.indexOf(Buffer.from([0x50, 0x4b, 1, 2]));

/** A whole number of 32 bits changed. */
const with32 = (bytes: Uint8Array, at: number, value: number): Buffer => {
  const copy = Buffer.from(bytes);
  copy.writeInt32BE(value, at);
  return copy;
};
const replaced = (bytes: Buffer, from: string, to: string): Buffer =>
  Buffer.from(bytes.toString("latin1").replace(from, to), "latin1");

const cases: [string, Files, OpenOptions?][] = [
  ["a folder with nothing in it", {}],
  ["a folder with other files", { "letter.txt": "dear" }],
  ["images without labels", { [imagesName]: images }],
  ["a part to test with that has no images", idxWith({ "t10k-labels-idx1-ubyte": labels })],
  ["an empty file", idxWith({ [imagesName]: "" })],
  ["an IDX header that is cut", idxWith({ [imagesName]: images.subarray(0, 9) })],
  ["other bytes", idxWith({ [labelsName]: "hello" })],
  ["an unknown type", idxWith({ [labelsName]: changed(labels, 2, 0x0a) })],
  ["no axes", idxWith({ [labelsName]: changed(labels, 3, 0) })],
  ["too many axes", idxWith({ [labelsName]: changed(labels, 3, 5) })],
  ["IDX entries that are cut", idxWith({ [imagesName]: images.subarray(0, -3) })],
  ["a byte too many", idxWith({ [labelsName]: Buffer.concat([labels, Buffer.from([1])]) })],
  ["a negative size", idxWith({ [imagesName]: with32(images, 8, -2) })],
  ["a size of 0", idxWith({ [labelsName]: with32(labels, 4, 0) })],
  ["a size that is too large", idxWith({ [imagesName]: with32(images, 4, 1_000_000) })],
  [
    "sizes that no file can have",
    idxWith({
      [imagesName]: with32(with32(with32(images, 4, 0x7fffffff), 8, 0x7fffffff), 12, 0x7fffffff),
    }),
  ],
  ["images and labels swapped", { [imagesName]: labels, [labelsName]: images }],
  [
    "the same, by names that do not say how many axes they have",
    { "images-ubyte": labels, "labels-ubyte": images },
  ],
  ["counts that differ", idxWith({ [labelsName]: idx("u1", [2], [0, 1]) })],
  ["a label without a name", idxWith({ "classes.txt": "one\ntwo\n" })],
  ["labels below 0", idxWith({ [labelsName]: idx("i1", [3], [0, -1, 1]) })],
  ["labels that are no whole numbers", idxWith({ [labelsName]: idx("f8", [3], [0, 1, 0.5]) })],
  [
    "labels that no sample to train with has",
    idxWith({
      "t10k-images-idx3-ubyte": images,
      "t10k-labels-idx1-ubyte": idx("u1", [3], [0, 3, 1]),
    }),
  ],
  [
    "tests of another shape",
    idxWith({
      "t10k-images-idx3-ubyte": idx("u1", [1, 1, 2], [1, 2]),
      "t10k-labels-idx1-ubyte": idx("u1", [1], [1]),
    }),
  ],
  [
    "floats that are none",
    { "images-ubyte": idx("f4", [1, 2], [1, Number.NaN]), "labels-ubyte": idx("u1", [1], [0]) },
  ],
  [
    "floats that are none in float32",
    { "images-ubyte": idx("f8", [1, 2], [1, 1e39]), "labels-ubyte": idx("u1", [1], [0]) },
  ],
  ["a name twice", idxWith({ "classes.txt": "one\ntwo\none\n" })],
  ["a line without a name", idxWith({ "classes.txt": "one\n\nthree\n" })],
  ["names that are none", idxWith({ "classes.txt": "\n\n" })],
  ["two files for one thing", idxWith({ "other-train-images-idx3-ubyte": images })],
  ["data of two kinds", idxWith({ "train.csv": "1,2\n" })],

  ["gzip that is cut", packed(gz.subarray(0, -12))],
  ["gzip whose trailer is cut", packed(gz.subarray(0, -3))],
  ["gzip whose header is cut", packed(gz.subarray(0, 6))],
  ["gzip of another method", packed(changed(gz, 2, 7))],
  ["gzip with a wrong CRC", packed(changed(gz, gz.length - 8, gz[gz.length - 8]! ^ 1))],
  ["gzip with a wrong size", packed(changed(gz, gz.length - 4, gz[gz.length - 4]! ^ 1))],
  ["gzip with other bytes behind it", packed(Buffer.concat([gz, Buffer.from("hello")]))],
  ["gzip of what cannot be unpacked", packed(changed(gz, 10, 0x07))],
  [
    "gzip that holds more than its header says",
    packed(gzip(Buffer.concat([images, Buffer.alloc(5)]))),
  ],
  ["gzip that holds less", packed(gzip(images.subarray(0, -5)))],
  ["gzip of nothing", packed(gzip(""))],
  [
    "gzip whose header tells of more than can be packed in it",
    packed(gzip(with32(images, 4, 1_000_000_000))),
  ],

  ["records of CIFAR-10 that are cut", { "data_batch_1.bin": batch.subarray(0, 4000) }],
  ["no records of CIFAR-10", { "data_batch_1.bin": "" }],
  ["a label of CIFAR-10 that is none", { "data_batch_1.bin": changed(batch, 3073, 200) }],
  ["nothing to train with", { "test_batch.bin": batch }],
  ["too few names of CIFAR-10", { "data_batch_1.bin": batch, "batches.meta.txt": "cat\ndog\n" }],
  ["classes of CIFAR-10 as numbers", { "data_batch_1.bin": batch }, { target: "numbers" }],

  ["an archive that is cut", packedArchive(archive.subarray(0, 5000))],
  ["an archive without its end", packedArchive(archive.subarray(0, -1024))],
  ["an archive with a wrong check sum", packedArchive(changed(archive, 1, 0x41))],
  [
    "an archive with a size that is no number",
    packedArchive(tar([["data_batch_1.bin", batch]], (header) => header.write("x", 124))),
  ],
  ["an archive without batches", packedArchive(tar([["readme.html", Buffer.from("hello")]]))],
  [
    "an archive with a batch twice",
    packedArchive(
      tar([
        ["a/data_batch_1.bin", batch],
        ["b/data_batch_1.bin", batch],
      ]),
    ),
  ],
  [
    "an archive of very many files",
    packedArchive(tar(Array.from({ length: 1001 }, (_, k) => [`${k}`, Buffer.alloc(0)] as const))),
  ],
  [
    "a label of an archive that is none",
    packedArchive(tar([["data_batch_1.bin", changed(batch, 0, 10)]])),
  ],
  [
    "an archive with a wrong CRC of gzip",
    { "cifar-10-binary.tar.gz": changed(gzip(archive), gzip(archive).length - 5, 0) },
  ],
  [
    "an archive that is cut within gzip",
    { "cifar-10-binary.tar.gz": gzip(archive).subarray(0, 100) },
  ],

  ["no NPY", npyWith({ "X.npy": "hello" })],
  ["an NPY header without a shape", npyWith({ "X.npy": replaced(X, "shape", "shade") })],
  ["NPY entries that are cut", npyWith({ "X.npy": X.subarray(0, -1) })],
  ["objects", npyWith({ "X.npy": npy("|O", "(2,)", Buffer.alloc(16)) })],
  ["five axes", npyWith({ "X.npy": npy("<f4", "(1, 1, 1, 1, 1)", Buffer.alloc(4)) })],
  ["an array of nothing", npyWith({ "X.npy": npy("<f4", "(0, 2)", Buffer.alloc(0)) })],
  [
    "a shape that no file can have",
    npyWith({ "X.npy": npy("<f4", "(99999999, 99999999)", Buffer.alloc(4)) }),
  ],
  [
    "truth values that are neither",
    npyWith({ "X.npy": npy("|b1", "(2, 1)", Buffer.from([1, 2])) }),
  ],
  ["classes of several numbers", npyWith({ "y.npy": npy("|u1", "(2, 3)", Buffer.alloc(6)) })],
  [
    "swapped arrays",
    {
      "X.npy": npy("|u1", "(2,)", Buffer.alloc(2)),
      "y.npy": npy("|u1", "(2, 3)", Buffer.alloc(6)),
    },
  ],
  ["arrays of other names", { "X.npy": X, "z.npy": y }],

  ["an archive of arrays without its end", { "a.npz": npz.subarray(0, -30) }],
  ["no archive of arrays", { "a.npz": "hello" }],
  ["an archive of arrays with a broken directory", { "a.npz": changed(npz, directory, 0) }],
  [
    "an archive of arrays with a directory elsewhere",
    { "a.npz": changed(npz, npz.length - 3, 0x7f) },
  ],
  ["an archive of arrays with a header elsewhere", { "a.npz": changed(npz, 0, 0) }],
  ["an archive of arrays with a wrong CRC", { "a.npz": changed(npz, 170, npz[170]! ^ 1) }],
  ["an archive of arrays packed by another method", { "a.npz": changed(npz, directory + 10, 12) }],
  ["an archive of arrays that is encrypted", { "a.npz": changed(npz, directory + 8, 1) }],
  [
    "an archive of arrays with a large directory that is not there",
    { "a.npz": changed(large, large.lastIndexOf(Buffer.from([0x50, 0x4b, 6, 7])) + 8, 0xff) },
  ],
  [
    "an archive of arrays without its large sizes",
    { "a.npz": changed(large, large.lastIndexOf(Buffer.from([1, 0, 24, 0])), 9) },
  ],
  [
    "an archive of arrays with another name in a header",
    { "a.npz": replaced(npz, "y_train.npy\u0093", "x_train.npy\u0093") },
  ],
  [
    "an archive of arrays with an array twice",
    { "a.npz": Buffer.from(npz.toString("latin1").replaceAll("y_train", "x_train"), "latin1") },
  ],
  [
    "an archive of arrays of other names",
    { "a.npz": npzFile(new Map([["weights", { shape: [1], data: Float32Array.of(1) }]])) },
  ],

  ["an empty table", { "train.csv": "" }],
  ["a table of names alone", { "train.csv": "a,b,label\n" }],
  ["a table of one column", { "train.csv": "label\n1\n" }],
  ["a ragged table", { "train.csv": "a,b,label\n1,2,0\n1,0\n" }],
  ["a word among numbers", { "train.csv": "a,b,label\n1,2,0\n1,two,0\n" }],
  ["NaN among numbers", { "train.csv": "a,b,label\n1,NaN,0\n" }],
  ["infinity among numbers", { "train.csv": "a;b;label\n1;-inf;0\n" }],
  ["an empty cell", { "train.csv": "a,b,label\n1,,0\n" }],
  ["a number that is none in float32", { "train.csv": "a,label\n1e39,0\n" }],
  ["an empty label", { "train.csv": "a,label\n1,\n" }],
  ["a label that is no whole number", { "train.csv": "a,label\n1,3\n2,0.5\n" }],
  [
    "a class that no sample to train with has",
    { "train.csv": "a,label\n1,cat\n", "test.csv": "a,label\n1,dog\n" },
  ],
  ["a quote that is not closed", { "train.csv": 'a,label\n1,"cat\n' }],
  ["a column that is not there", { "train.csv": "a,b,label\n1,2,0\n" }, { label: "c" }],
  ["a column beyond the last", { "train.csv": "1,2,0\n" }, { label: "4" }],
  ["a column of an array", npyWith({}), { label: "c" }],
  ["no UTF-8", { "train.csv": Buffer.from([0x61, 0xff, 0x0a]) }],
  ["words where numbers are to be learnt", { "train.csv": "a,y\n1,cat\n" }, { target: "numbers" }],
  [
    "tables with other columns",
    { "train.csv": "a,label\n1,0\n", "test.csv": "a,b,label\n1,2,0\n" },
  ],
];

const expected = new Map(
  readFileSync(new URL("damaged.txt", import.meta.url), "utf8")
    .split(/\n{2,}/u)
    .map((block) => block.trimEnd().split("\n==>\n") as [string, string]),
);

test.each(cases)("%s", async (title, files, options) => {
  expect(await told(() => openData([folderWith(files)], options))).toBe(expected.get(title));
});

test("the table has these cases", () => {
  expect([...expected.keys()]).toEqual(cases.map(([title]) => title));
});

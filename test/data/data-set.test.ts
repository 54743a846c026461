/** @file Data sets are found by the names of files, with their classes and parts. */

import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, test, vi } from "vitest";
import { openData, openImages } from "../../src/data/index.ts";
import type { OpenOptions, Part, Rows } from "../../src/data/index.ts";
import { Budget, Keeper } from "../../src/data/keep.ts";
import { npyFile } from "../../src/data/npy.ts";
import { npzFile } from "../../src/data/npz.ts";
import { bytesOf, cifar, folderWith, idx, npy, smallIdx, told } from "./files.ts";

afterEach(() => vi.unstubAllEnvs());

/** The rows of some numbers, each as a list. */
function listed(rows: Rows): number[][] {
  const to = new Float64Array(rows.width);
  return Array.from({ length: rows.count }, (_, i) => {
    rows.read(Int32Array.of(i), to);
    return [...to];
  });
}

/** What a data set is, as far as its parts tell. */
async function seen(paths: readonly string[], options?: OpenOptions): Promise<object> {
  const { train, test, classNames, title, close } = await openData(paths, options);
  const part = ({ inputs, classes, targets }: Part): object => ({
    inputs: listed(inputs),
    ...(classes && { classes: [...classes] }),
    ...(targets && { targets: listed(targets) }),
  });
  const parts = test ? [part(train), part(test)] : [part(train)];
  close();
  return { title, parts, classNames };
}

describe("IDX", () => {
  const train = {
    inputs: [
      [0, 1, 2, 3],
      [10, 11, 12, 13],
      [20, 21, 22, 255],
    ],
    classes: [2, 0, 1],
  };

  test("a folder with the published names, by dashes and by dots, packed or not", async () => {
    const [images, labels] = Object.values(smallIdx) as [Buffer, Buffer];
    for (const files of [
      smallIdx,
      { "train-images.idx3-ubyte": images, "train-labels.idx1-ubyte": labels },
      {
        "train-images-idx3-ubyte.gz": gzipSync(images),
        "train-labels-idx1-ubyte.gz": gzipSync(labels),
      },
    ])
      expect(await seen([folderWith(files)])).toMatchObject({
        parts: [train],
        classNames: ["0", "1", "2"],
      });
  });

  test("files by their names, and what is packed beside what is not", async () => {
    const [images, labels] = Object.values(smallIdx) as [Buffer, Buffer];
    const folder = folderWith({
      ...smallIdx,
      "train-images-idx3-ubyte.gz": "it is not looked into",
      "names/classes.txt": "one\r\ntwo\r\nthree\r\n",
      "t10k-images-idx3-ubyte": idx("u1", [1, 2, 2], [9, 9, 9, 9]),
      "t10k-labels-idx1-ubyte": idx("u1", [1], [1]),
      "elsewhere/images.idx": images,
      "elsewhere/labels.idx": labels,
    });
    expect(await seen([folder])).toMatchObject({
      parts: [train, { inputs: [[9, 9, 9, 9]], classes: [1] }],
    });
    // In whatever order they are named.
    const named = ["images-idx3-ubyte.gz", "labels-idx1-ubyte", "images-idx3-ubyte"];
    expect(await seen(named.map((name) => join(folder, `train-${name}`)))).toMatchObject({
      parts: [train],
    });
    const files = ["elsewhere/labels.idx", "elsewhere/images.idx", "names/classes.txt"];
    expect(await seen(files.map((file) => join(folder, file)))).toMatchObject({
      parts: [train],
      classNames: ["one", "two", "three"],
      title: "labels",
    });
  });

  test("labels as numbers that are to be learnt", async () => {
    expect(await seen([folderWith(smallIdx)], { target: "numbers" })).toMatchObject({
      parts: [{ inputs: train.inputs, targets: [[2], [0], [1]] }],
      classNames: null,
    });
  });
});

test("CIFAR-10 is found in the folder that its archive unpacks to", async () => {
  const files = {
    "cifar-10-binary.tar.gz": "what is left of the archive is not read",
    "cifar-10-batches-bin/data_batch_2.bin": cifar([1]),
    "cifar-10-batches-bin/data_batch_1.bin": cifar([0, 9]),
    "cifar-10-batches-bin/test_batch.bin": cifar([5]),
  };
  const { train, test, classNames, files: used, close } = await openData([folderWith(files)]);
  expect([...train.classes!, ...test!.classes!]).toEqual([0, 9, 1, 5]);
  expect(classNames!.slice(0, 2)).toEqual(["airplane", "automobile"]);
  expect(used.map(({ path, gave }) => [path.split("/").at(-1), gave])).toEqual([
    ["data_batch_1.bin", "2 records to train with"],
    ["data_batch_2.bin", "1 record to train with"],
    ["test_batch.bin", "1 record to test with"],
  ]);
  close();
});

describe("NPY and NPZ", () => {
  const X = npy("<f8", "(2, 2)", bytesOf("f8", [1, 2, 3, 4]));
  const y = npy("<i8", "(2,)", bytesOf("i8", [1, 0]));

  test.each([
    ["X.npy", "y.npy"],
    ["x_train.npy", "y_train.npy"],
    ["train_images.npy", "train_labels.npy"],
    ["data.npy.gz", "labels.npy"],
    ["images.npy", "targets.npy"],
  ])("%s and %s", async (inputs, labels) => {
    const files = { [inputs]: inputs.endsWith(".gz") ? gzipSync(X) : X, [labels]: y };
    expect(await seen([folderWith(files)])).toMatchObject({
      parts: [
        {
          inputs: [
            [1, 2],
            [3, 4],
          ],
          classes: [1, 0],
        },
      ],
    });
  });

  test.each([
    ["x_train", "y_train", "x_test", "y_test"],
    ["train_images", "train_labels", "test_images", "test_labels"],
    ["X", "Y"],
    ["data", "labels"],
  ])("an archive with %s and %s", async (...names) => {
    const arrays = names.map((name, k): [string, { shape: number[]; data: Float64Array }] => [
      name,
      k % 2 === 0
        ? { shape: [2, 2], data: Float64Array.of(1, 2, 3, 4 + k) }
        : { shape: [2, 1], data: Float64Array.of(0, 1) },
    ]);
    arrays.push(["weights", { shape: [1], data: Float64Array.of(1) }]);
    const path = join(folderWith({ "small.npz": npzFile(new Map(arrays)) }), "small.npz");
    const { title, train, test, files, close } = await openData([path]);
    expect(title).toBe("small");
    expect(listed(train.inputs)).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect([...train.classes!]).toEqual([0, 1]);
    expect(test && listed(test.inputs)).toEqual(
      names.length > 2
        ? [
            [1, 2],
            [3, 6],
          ]
        : null,
    );
    expect(files).toEqual([{ path, gave: `${names.join(", ")}; not used: weights` }]);
    close();
  });

  test("several numbers a sample that are to be learnt", async () => {
    const folder = folderWith({ "X.npy": X, "y.npy": X });
    expect(await seen([folder], { target: "numbers" })).toMatchObject({
      parts: [
        {
          targets: [
            [1, 2],
            [3, 4],
          ],
        },
      ],
    });
  });
});

describe("tables", () => {
  const read = (text: string, options?: OpenOptions): Promise<object> =>
    seen([join(folderWith({ "flowers.csv": text }), "flowers.csv")], options);
  const inputs = [
    [1, 2],
    [3, 4.5],
  ];

  test.each([
    ["the last column without a header", "1,2,0\n3,4.5,1\n", {}],
    ["a column that is named label", "label,a,b\n0,1,2\n1,3,4.5\n", {}],
    ["a column that is named Class, among numbers", "Class,1,2\n0,1,2\n1,3,4.5\n", {}],
    ["the last column below other names", "a,b,c\n1,2,0\n3,4.5,1\n", {}],
    ["a column by its name", "a,c,b\n1,0,2\n3,1,4.5\n", { label: "c" }],
    ["a column by its number", "0;1;2\n1;3;4.5\n", { label: "1" }],
    ["a column by its number below names", "a\tb\tc\n0\t1\t2\n1\t3\t4.5\n", { label: "1" }],
    [
      "quotes, blanks, empty lines and other ends",
      '"a, b","c","d"\r\n 1 ,"2",0\r\n\r\n+3,.45e1,1\r\n',
      {},
    ],
    ["a mark of the order of bytes, and no end", "\uFEFFa,b,y\n1,2,0\n3,4.5,1", {}],
  ])("%s", async (_, text, options) => {
    expect(await read(text, options)).toEqual({
      title: "flowers",
      parts: [{ inputs, classes: [0, 1] }],
      classNames: ["0", "1"],
    });
  });

  test("classes may be words, which are sorted", async () => {
    expect(await read('1,2,setosa\n3,4.5,"iris, ""blue"""\n')).toMatchObject({
      parts: [{ inputs, classes: [1, 0] }],
      classNames: ['iris, "blue"', "setosa"],
    });
  });

  test("whole numbers are sorted by size, and are one however they are written", async () => {
    expect(await read("1,2,10\n3,4.5,9\n0,0,009\n0,0,1e1\n")).toMatchObject({
      parts: [{ classes: [1, 0, 0, 1] }],
      classNames: ["9", "10"],
    });
  });

  test("numbers that are to be learnt", async () => {
    expect(await read("a,b,y\n1,2,0.1\n3,4.5,-7\n", { target: "numbers" })).toEqual({
      title: "flowers",
      parts: [{ inputs, targets: [[0.1], [-7]] }],
      classNames: null,
    });
  });

  test("one to train and one to test with have the same classes", async () => {
    const folder = folderWith({
      "train.csv": "a,label\n1,cat\n2,dog\n",
      "test.csv.gz": gzipSync("a,label\n3,dog\n"),
    });
    expect(await seen([folder])).toMatchObject({
      parts: [{ classes: [0, 1] }, { inputs: [[3]], classes: [1] }],
      classNames: ["cat", "dog"],
    });
  });

  test("names of their own stand for whole numbers, and for themselves", async () => {
    const folder = folderWith({
      "train.csv": "1,2\n3,four\n",
      "classes.txt": "zero\none\ntwo\nfour",
    });
    expect(await seen([folder])).toMatchObject({
      parts: [{ classes: [2, 3] }],
      classNames: ["zero", "one", "two", "four"],
    });
  });

  test("what does not fit into memory is kept in a file", async () => {
    const text = Array.from({ length: 9000 }, (_, i) => `${i},${i / 4},${i % 3}\n`).join("");
    const path = join(folderWith({ "long.csv": text }), "long.csv");
    for (const memory of [2 ** 28, 2 ** 17, 0]) {
      const { train, close } = await openData([path], { memory });
      expect([train.inputs.count, train.inputs.held === 2 ** 20]).toEqual([9000, memory < 2 ** 28]);
      const to = new Float32Array(4);
      train.inputs.read(Int32Array.of(8999, 5), to);
      expect([...to]).toEqual([8999, 2249.75, 5, 1.25]);
      close();
    }
  });
});

describe("labels that are either classes or numbers", () => {
  const kindOf = async (files: Parameters<typeof folderWith>[0]): Promise<string> => {
    const { train, close } = await openData([folderWith(files)], { target: "either" });
    close();
    return train.classes ? "classes" : train.targets ? "numbers" : "none";
  };

  test.each([
    ["words", { "train.csv": "1,cat\n2,dog\n" }, "classes"],
    ["numbers in a table", { "train.csv": "1,3\n2,5\n" }, "numbers"],
    [
      "numbers, of which a file has the names",
      { "train.csv": "1,0\n2,1\n", "classes.txt": "a\nb" },
      "classes",
    ],
    ["bytes", smallIdx, "classes"],
    [
      "floats",
      {
        "X.npy": npyFile(Float64Array.of(1, 2), [2, 1]),
        "y.npy": npyFile(Float64Array.of(1, 2), [2]),
      },
      "numbers",
    ],
    ["records", { "data_batch_1.bin": cifar([3]) }, "classes"],
  ])("are told by the data: %s", async (_, files, kind) => {
    expect(await kindOf(files)).toBe(kind);
  });
});

describe("images without labels", () => {
  const read = async (name: string, contents: Uint8Array | string): Promise<number[][]> => {
    const rows = await openImages(join(folderWith({ [name]: contents }), name));
    const found = listed(rows);
    rows.close();
    return found;
  };

  test("of a table are all columns but one that is named as labels are", async () => {
    expect(await read("a.csv", "1,2\n3,4\n")).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(await read("a.csv", "a,label,b\n1,cat,2\n")).toEqual([[1, 2]]);
  });

  test("of CIFAR-10 stand behind the labels", async () => {
    expect((await read("new.bin", cifar([3])))[0]!.slice(0, 3)).toEqual([21, 22, 23]);
  });

  test("of an archive are the only array, or the only inputs", async () => {
    const array = { shape: [1, 2], data: Float32Array.of(1, 2) };
    expect(await read("a.npz", npzFile(new Map([["any", array]])))).toEqual([[1, 2]]);
    const labelled = new Map([
      ["y_test", { shape: [1], data: Float32Array.of(7) }],
      ["x_test", array],
    ]);
    expect(await read("a.npz", npzFile(labelled))).toEqual([[1, 2]]);
  });

  test.each([
    [
      "a.npz",
      npzFile(
        new Map(
          [
            ["x_train", 1],
            ["x_test", 2],
          ].map(([name, x]) => [String(name), { shape: [1], data: Float32Array.of(Number(x)) }]),
        ),
      ),
      "error[no-data]: DIR/a.npz has several arrays of inputs: x_train, x_test\n  hint: DIR/a.npz:x_train",
    ],
    [
      "a.png",
      "",
      "error[no-data]: DIR/a.png is of no format that is read\n  hint: a name that ends in -ubyte, .npy, .npz, .csv, .tsv or .bin, with .gz behind it or not, or cifar-10-binary.tar.gz",
    ],
  ])("are refused: %s", async (name, contents, message) => {
    const path = join(folderWith({ [name]: contents }), name);
    expect(await told(() => openImages(path))).toBe(message);
  });
});

describe("places", () => {
  test("that are not there, are folders or pipes, or lead nowhere", async () => {
    const folder = folderWith({ "train-labels-idx1-ubyte": idx("u1", [1], [0]) });
    const file = join(folder, "train-images-idx3-ubyte");
    const refused = "error[cannot-read]: DIR/train-images-idx3-ubyte cannot be read: ";
    mkdirSync(file);
    expect(await told(() => openData([folder]))).toBe(`${refused}it is a folder`);
    expect(await told(() => openImages(file))).toBe(`${refused}it is a folder`);
    expect(await told(() => openData([join(folder, "none.csv")]))).toBe(
      "error[cannot-read]: DIR/none.csv cannot be read: there is no such file or folder",
    );
    const other = folderWith({ "train-labels-idx1-ubyte": idx("u1", [1], [0]) });
    symlinkSync("nowhere", join(other, "train-images-idx3-ubyte"));
    expect(await told(() => openData([other]))).toBe(`${refused}there is no such file or folder`);
    const piped = folderWith({});
    if (spawnSync("sh", ["-c", 'mkfifo "$0"', join(piped, "a.csv")]).status === 0)
      expect(await told(() => openData([join(piped, "a.csv")]))).toBe(
        "error[cannot-read]: DIR/a.csv cannot be read: it is no regular file",
      );
  });

  test("the fingerprint is of what files hold, and of nothing else", async () => {
    const print = async (files: Readonly<Record<string, Uint8Array | string>>): Promise<string> => {
      const { fingerprint, close } = await openData([folderWith(files)]);
      close();
      return fingerprint;
    };
    const before = await print(smallIdx);
    expect(before).toMatch(/^[0-9a-f]{64}$/u);
    expect(await print({ ...smallIdx, "letter.txt": "dear" })).toBe(before);
    expect(await print({ ...smallIdx, "classes.txt": "a\nb\nc\n" })).not.toBe(before);
    const labels = { "train-labels-idx1-ubyte": idx("u1", [3], [2, 1, 0]) };
    expect(await print({ ...smallIdx, ...labels })).not.toBe(before);
  });

  test("files that are unpacked to have no name, even while they are read", async () => {
    const folder = folderWith({});
    vi.stubEnv("TMPDIR", folder);
    const [images, labels] = Object.values(smallIdx) as [Buffer, Buffer];
    const packed = {
      "train-images-idx3-ubyte.gz": gzipSync(images),
      "train-labels-idx1-ubyte": labels,
    };
    const { train, close } = await openData([folderWith(packed)], { memory: 0 });
    expect(readdirSync(folder)).toEqual([]);
    expect(listed(train.inputs)[2]).toEqual([20, 21, 22, 255]);
    close();
    vi.stubEnv("TMPDIR", join(folder, "none"));
    expect(await told(() => openData([folderWith(packed)], { memory: 0 }))).toBe(
      "error[cannot-read]: DIR/none cannot be read: there is no such file or folder",
    );
  });

  test("a disk without room is told before it is filled", async () => {
    expect(await told(() => new Keeper("a.gz", new Budget(0), 2 ** 60))).toMatch(
      /^error\[no-room\]: .* has no room for 1073741824\.0 GiB of unpacked data: \d+(\.\d)? [GM]iB are free\n {2}hint: TMPDIR=FOLDER, on a disk that has room$/u,
    );
  });
});

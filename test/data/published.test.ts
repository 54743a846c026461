/** @file Published data sets are read and verified, where they stand beside the project. */

import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { openData } from "../../src/data/index.ts";
import { momentsOf } from "../../src/data/standard.ts";
import { nabla } from "../program.ts";

const folder = fileURLToPath(new URL("../../../shared/data/", import.meta.url));
const isThere = existsSync(folder);
if (!isThere) process.stderr.write(`published data sets are not read: there is no ${folder}\n`);

describe.skipIf(!isThere)("published data", () => {
  test.each([
    ["fashion-mnist", "FashionMNIST", [9, 0, 0, 3, 0, 2, 7, 2, 5, 5], [9, 2, 1, 1, 6], 72.94],
    ["mnist", "MNIST", [5, 0, 4, 1, 9, 2, 1, 3, 1, 4], [7, 2, 1, 0, 4], 33.32],
  ])("%s", async (name, title, first, firstTests, mean) => {
    const set = await openData([folder + name]);
    expect(set.title).toBe(title);
    expect([set.train.inputs.count, set.test!.inputs.count]).toEqual([60_000, 10_000]);
    expect([set.train.inputs.shape, set.train.inputs.isBytes]).toEqual([[28, 28], true]);
    expect([...set.train.classes!.subarray(0, 10)]).toEqual(first);
    expect([...set.test!.classes!.subarray(0, 5)]).toEqual(firstTests);
    expect(momentsOf(set.train.inputs, "all").mean[0]).toBeCloseTo(mean, 2);
    const [filed, to] = [
      await openData([folder + name], { memory: 2 ** 20 }),
      new Float32Array(784),
    ];
    const held = new Float32Array(784);
    for (const place of [0, 59_999, 31_415]) {
      filed.train.inputs.read(Int32Array.of(place), to);
      set.train.inputs.read(Int32Array.of(place), held);
      expect(to).toEqual(held);
    }
    expect(filed.fingerprint).toBe(set.fingerprint);
    filed.close();
    set.close();
  });

  test("the names of FashionMNIST are those that were published", async () => {
    const { classNames, close } = await openData([`${folder}fashion-mnist`]);
    expect(classNames).toEqual([
      "T-shirt/top",
      "Trouser",
      "Pullover",
      "Dress",
      "Coat",
      "Sandal",
      "Shirt",
      "Sneaker",
      "Bag",
      "Ankle boot",
    ]);
    close();
  });

  test("CIFAR-10", async () => {
    const { train, test, classNames, close } = await openData([`${folder}cifar-10`]);
    expect([train.inputs.count, test!.inputs.count]).toEqual([10_000, 10_000]);
    expect(train.inputs.shape).toEqual([3, 32, 32]);
    // A frog, two trucks, a deer, two cars.
    expect([...train.classes!.subarray(0, 6)].map((k) => classNames![k])).toEqual([
      "frog",
      "truck",
      "truck",
      "deer",
      "automobile",
      "automobile",
    ]);
    expect([...test!.classes!.subarray(0, 4)].map((k) => classNames![k])).toEqual([
      "cat",
      "ship",
      "ship",
      "airplane",
    ]);
    close();
  });

  test.each(["fashion-mnist", "mnist"])("nabla data verify %s", (name) => {
    const { status, stdout } = nabla(["data", "verify", folder + name]);
    expect(stdout.split("\n")[0]).toMatch(/^(?:Fashion)?MNIST: complete$/u);
    expect(stdout.match(/^ {2}ok {7}\S+-ubyte\.gz$/gmu)).toHaveLength(4);
    expect(status).toBe(0);
  });

  test("nabla data verify tells what is missing of CIFAR-10", () => {
    const { status, stdout } = nabla(["data", "verify", `${folder}cifar-10`]);
    expect(stdout).toBe(`CIFAR-10: not complete, 4 missing
  fits     data_batch_1.bin: 10000 records; no check sum of it is published
  missing  data_batch_2.bin
  missing  data_batch_3.bin
  missing  data_batch_4.bin
  missing  data_batch_5.bin
  fits     test_batch.bin: 10000 records, 1000 of each class; no check sum of it is published
`);
    expect(status).toBe(1);
  });
});

/** @file NumPy reads what is written, and what NumPy writes is read, where there is a Python that has it. */

import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { python } from "../../bench/python.mjs";
import { openData, openImages } from "../../src/data/index.ts";
import { npyFile } from "../../src/data/npy.ts";
import { npzFile } from "../../src/data/npz.ts";
import { safetensorsFile } from "../../src/data/safetensors.ts";
import { folderWith } from "./files.ts";

const folder = folderWith({});
const weights = Float32Array.of(1, -2.5, 3e-8, 4, 5, 6);
const bias = Float64Array.of(0.1, Math.PI);
const write = (name: string, bytes: Uint8Array): void => writeFileSync(join(folder, name), bytes);
write("ours.npy", npyFile(weights, [2, 3]));
write(
  "ours.npz",
  npzFile(
    new Map<string, { shape: number[]; data: Float32Array | Float64Array }>([
      ["W_1", { shape: [2, 3], data: weights }],
      ["β", { shape: [2], data: bias }],
    ]),
  ),
);
write(
  "ours.safetensors",
  safetensorsFile({
    tensors: new Map([
      ["W_1", { shape: [2, 3], data: weights }],
      ["β", { shape: [2], data: bias }],
      ["steps", { shape: [], data: BigInt64Array.of(-7n) }],
      ["mask", { shape: [3], data: Uint8Array.of(1, 0, 1) }],
    ]),
    metadata: new Map([["made", "½"]]),
  }),
);

/** What NumPy read; null where there is none. */
function byNumpy(): Record<string, unknown> | null {
  const script = fileURLToPath(new URL("arrays.py", import.meta.url));
  const { status, stdout, stderr, error } = spawnSync(python, [script, folder], {
    encoding: "utf8",
  });
  if (error || status === 3) return null;
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as Record<string, unknown>;
}

const found = byNumpy();
if (!found)
  process.stderr.write(
    "arrays are not compared with NumPy's: no Python has it (bench/peers.sh makes one)\n",
  );

describe.skipIf(!found)("beside NumPy", () => {
  const told = {
    W: { dtype: "<f4", shape: [2, 3], entries: [...weights] },
    b: { dtype: "<f8", shape: [2], entries: [...bias] },
  };

  test("NPY, NPZ and safetensors are read as they were written", () => {
    expect(found).toEqual({
      npy: told.W,
      npz: { W_1: told.W, β: told.b },
      metadata: { made: "½" },
      tensors: {
        W_1: told.W,
        β: told.b,
        steps: { dtype: "<i8", shape: [], entries: [-7] },
        mask: { dtype: "|u1", shape: [3], entries: [1, 0, 1] },
      },
    });
  });

  const X = Array.from({ length: 60 }, (_, i) => (i * 7) % 251);
  const places = Int32Array.of(0, 1, 2, 3, 4);

  test.each(["stored.npz", "packed.npz"])("%s", async (name) => {
    for (const memory of [2 ** 20, 0]) {
      const { train, test, close } = await openData([join(folder, name)], { memory });
      const to = new Float32Array(60);
      train.inputs.read(places, to);
      expect([...to]).toEqual(X);
      expect([train.inputs.shape, train.inputs.isBytes]).toEqual([[3, 4], true]);
      expect([...train.classes!]).toEqual([2, 0, 1, 1, 0]);
      expect(test?.inputs.count ?? 0).toBe(name === "stored.npz" ? 2 : 0);
      close();
    }
  });

  test("an array by columns, and one of half precision", async () => {
    const paths = ["X.npy", "y.npy"].map((name) => join(folder, name));
    const { train, close } = await openData(paths);
    const to = new Float32Array(60);
    train.inputs.read(places, to);
    expect([...to]).toEqual(X);
    close();
    const half = await openImages(join(folder, "half.npy"));
    half.read(places, to);
    expect([...to]).toEqual(X.map((x) => x / 8));
    half.close();
  });
});

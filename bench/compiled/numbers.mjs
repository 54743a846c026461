/** @file The numbers that workloads begin with: from one seeded generator, or of images where they are at hand. */
import { existsSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";

const shared = new URL("../../../shared/data/", import.meta.url);

/** Numbers between −1 and 1 from a seed: mulberry32. */
export function generator(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2147483648 - 1;
  };
}

export const single = (count, next) => Float32Array.from({ length: count }, next);
export const double = (count, next) => Float64Array.from({ length: count }, next);

/** Images as rows of numbers from 0 to 1 and their classes: FashionMNIST where it is at hand, else random ones. */
export function images(count, size, classes) {
  const folder = new URL("fashion-mnist/", shared);
  const file = (name) => [new URL(`${name}.gz`, folder), new URL(name, folder)].find(existsSync);
  const [pixels, labels] = ["train-images-idx3-ubyte", "train-labels-idx1-ubyte"].map(file);
  if (size === 784 && pixels && labels) {
    const read = (url) => {
      const bytes = readFileSync(url);
      return url.pathname.endsWith(".gz") ? gunzipSync(bytes) : bytes;
    };
    const all = read(pixels).subarray(16, 16 + count * size);
    return {
      X: Float32Array.from(all, (x) => x / 255),
      classes: Int32Array.from(read(labels).subarray(8, 8 + count)),
      source: "FashionMNIST",
    };
  }
  const next = generator(5);
  const X = single(count * size, () => Math.abs(next()));
  const found = Int32Array.from({ length: count }, (_, i) => {
    let best = 0;
    for (let k = 1; k < classes; k++) if (X[i * size + k] > X[i * size + best]) best = k;
    return best;
  });
  return { X, classes: found, source: "random images" };
}

/** Weights of a network as He draws them, and zero biases. */
export function weights(layers) {
  const next = generator(7);
  const parts = {};
  for (let k = 1; k < layers.length; k++) {
    const bound = Math.sqrt(6 / layers[k - 1]);
    parts[`W_${k}`] = single(layers[k] * layers[k - 1], () => bound * next());
    parts[`b_${k}`] = new Float32Array(layers[k]);
  }
  return parts;
}

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

/** Images as rows of numbers from 0 to 1 and their classes: real ones of that size where they are at hand, else random ones. */
export function images(count, size, classes) {
  const sources = { 784: fashion, 3072: cifar };
  return sources[size]?.(count) ?? random(count, size, classes);
}

const scaled = (bytes) => Float32Array.from(bytes, (x) => x / 255);

/** FashionMNIST in its published files, packed or not. */
function fashion(count) {
  const folder = new URL("fashion-mnist/", shared);
  const [pixels, labels] = ["train-images-idx3-ubyte", "train-labels-idx1-ubyte"].map((name) =>
    [new URL(`${name}.gz`, folder), new URL(name, folder)].find(existsSync),
  );
  if (!pixels || !labels) return null;
  const read = (url) => {
    const bytes = readFileSync(url);
    return url.pathname.endsWith(".gz") ? gunzipSync(bytes) : bytes;
  };
  const X = scaled(read(pixels).subarray(16, 16 + count * 784));
  return {
    X,
    classes: Int32Array.from(read(labels).subarray(8, 8 + count)),
    source: "FashionMNIST",
  };
}

/** The first batch of CIFAR-10: records of a class and its pixels. */
function cifar(count) {
  const file = new URL("cifar-10/cifar-10-batches-bin/data_batch_1.bin", shared);
  if (!existsSync(file)) return null;
  const all = readFileSync(file);
  const classes = new Int32Array(count);
  const X = new Float32Array(count * 3072);
  for (let i = 0; i < count; i++) {
    classes[i] = all[i * 3073];
    X.set(scaled(all.subarray(i * 3073 + 1, (i + 1) * 3073)), i * 3072);
  }
  return { X, classes, source: "CIFAR-10" };
}

/** The class of a random image is the place of its largest pixel among the first. */
function random(count, size, classes) {
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

/**
 * @file The workloads of compiled code: each as a problem in the language, with the numbers it begins with.
 *
 * Numbers come from one seeded generator, and are written to files that every contestant reads.
 */
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

const filled = (count, next) => Float32Array.from({ length: count }, next);

/** Images as rows of numbers from 0 to 1 and their classes: FashionMNIST where it is at hand, else random ones. */
function images(count, size, classes) {
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
  const X = filled(count * size, () => Math.abs(next()));
  const found = Int32Array.from({ length: count }, (_, i) => {
    let best = 0;
    for (let k = 1; k < classes; k++) if (X[i * size + k] > X[i * size + best]) best = k;
    return best;
  });
  return { X, classes: found, source: "random images" };
}

/** A fully-connected network as a problem: rows are samples. */
function network(layers, { l2 = 0, activation = "relu", loss = "classes" } = {}) {
  const sizes = layers.slice(1).map((n, k) => `W_${k + 1}: ${n}×${layers[k]}; b_${k + 1}: ${n}`);
  const lines = [
    `X: N×${layers[0]}; Y: N×${layers.at(-1)}${loss === "classes" ? " onehot" : ""}`,
    ...sizes,
  ];
  const last = layers.length - 1;
  for (let k = 1; k <= last; k++) {
    lines.push(`Z_${k} = ${k === 1 ? "X" : `H_${k - 1}`}W_${k}ᵀ + 𝟏b_${k}ᵀ`);
    if (k < last) lines.push(`H_${k} = ${activation}(Z_${k})`);
  }
  const weights = layers.slice(1).map((_, k) => `‖W_${k + 1}‖²`);
  const penalty = l2 > 0 ? ` + ${l2}(${weights.join(" + ")})` : "";
  const objective =
    loss === "classes" ? `−1/N tr(Yᵀ logsoftmax(Z_${last}))` : `1/N ‖Z_${last} − Y‖²`;
  lines.push(`L = ${objective}${penalty}`);
  return lines.join("\n");
}

/** Weights as He draws them, and zero biases. */
function weights(layers) {
  const next = generator(7);
  const parts = {};
  for (let k = 1; k < layers.length; k++) {
    const bound = Math.sqrt(6 / layers[k - 1]);
    parts[`W_${k}`] = filled(layers[k] * layers[k - 1], () => bound * next());
    parts[`b_${k}`] = new Float32Array(layers[k]);
  }
  return parts;
}

function classification(name, { layers, batch, samples, steps, update, l2 = 0 }) {
  const { X, classes, source } = images(samples, layers[0], layers.at(-1));
  const params = layers.slice(1).flatMap((_, k) => [`W_${k + 1}`, `b_${k + 1}`]);
  return {
    spec: {
      name,
      kind: "network",
      layers,
      batch,
      samples,
      steps,
      update,
      l2,
      params,
      loss: "classes",
      activation: "relu",
      source,
    },
    text: network(layers, { l2 }),
    arrays: { X, Y: classes, ...weights(layers) },
  };
}

/** What a workload is, and the numbers it begins with. */
export const workloads = {
  W1: () =>
    classification("W1", {
      layers: [784, 256, 128, 64, 10],
      batch: 128,
      samples: 12800,
      steps: 100,
      update: { rule: "adam", rate: 0.001 },
    }),
  W4: () =>
    classification("W4", {
      layers: [784, 256, 128, 64, 10],
      batch: 1024,
      samples: 20480,
      steps: 20,
      update: { rule: "adam", rate: 0.001 },
    }),
  W2: () =>
    classification("W2", {
      layers: [3072, 50, 10],
      batch: 200,
      samples: 10000,
      steps: 50,
      update: { rule: "sgd", rate: 0.01 },
      l2: 0.001,
    }),
  W3: () => {
    const layers = [1, 4, 1];
    const samples = 1600;
    const X = Float32Array.from(
      { length: samples },
      (_, i) => ((i * 37) % samples) / samples - 0.5,
    );
    return {
      spec: {
        name: "W3",
        kind: "network",
        layers,
        batch: 16,
        samples,
        steps: 100,
        update: { rule: "sgd", rate: 0.05 },
        l2: 0,
        params: ["W_1", "b_1", "W_2", "b_2"],
        loss: "squares",
        activation: "relu",
        source: "a sine",
      },
      text: network(layers, { loss: "squares" }),
      arrays: { X, Y: X.map((x) => Math.sin(4 * x)), ...weights(layers) },
    };
  },
  W5a: () => {
    const [m, n] = [256, 1024];
    const next = generator(3);
    return {
      spec: {
        name: "W5a",
        kind: "gradient",
        params: ["W"],
        sizes: { m, n },
        steps: 50,
        precision: "float32",
      },
      text: "½‖WᵀWx − x‖²",
      arrays: { W: filled(m * n, () => next() / 32), x: filled(n, next) },
    };
  },
  W5b: () => {
    const [N, q, D] = [500, 10, 12];
    const next = generator(4);
    const wide = (count) => Float64Array.from({ length: count }, next);
    return {
      spec: {
        name: "W5b",
        kind: "gplvm",
        params: ["X"],
        sizes: { N, q, D },
        steps: 5,
        precision: "float64",
      },
      text: `X: N×q; Y: N×D; α, β > 0; K = αXXᵀ + β⁻¹I
−D/2 log det K − ½tr(K⁻¹YYᵀ)`,
      arrays: { X: wide(N * q), Y: wide(N * D), α: Float64Array.of(1.5), β: Float64Array.of(4) },
    };
  },
};

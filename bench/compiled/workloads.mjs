/**
 * @file The workloads of compiled code: each as a problem in the language, with the numbers that it begins with, which
 * are written to files that every contestant reads.
 */
import { double, generator, images, single, weights } from "./numbers.mjs";

/** A fully-connected network as a problem: rows are samples. */
function network(layers, { loss, l2 = 0 }) {
  const isClasses = loss === "classes";
  const lines = [
    `X: N×${layers[0]}; Y: N×${layers.at(-1)}${isClasses ? " onehot" : ""}`,
    ...layers.slice(1).map((n, k) => `W_${k + 1}: ${n}×${layers[k]}; b_${k + 1}: ${n}`),
  ];
  const last = layers.length - 1;
  for (let k = 1; k <= last; k++) {
    lines.push(`Z_${k} = ${k === 1 ? "X" : `H_${k - 1}`}W_${k}ᵀ + 𝟏b_${k}ᵀ`);
    if (k < last) lines.push(`H_${k} = relu(Z_${k})`);
  }
  const squares = layers.slice(1).map((_, k) => `‖W_${k + 1}‖²`);
  const penalty = l2 > 0 ? ` + ${l2}(${squares.join(" + ")})` : "";
  const objective = isClasses ? `−1/N tr(Yᵀ logsoftmax(Z_${last}))` : `1/N ‖Z_${last} − Y‖²`;
  return [...lines, `L = ${objective}${penalty}`].join("\n");
}

/** Steps of training; `spec` says the layers, the samples in all and in a batch, the loss, the rule of the update. */
function training(title, spec, { X, Y }) {
  const params = spec.layers.slice(1).flatMap((_, k) => [`W_${k + 1}`, `b_${k + 1}`]);
  return {
    title,
    spec: { l2: 0, ...spec, kind: "network", params, precision: "float32" },
    text: network(spec.layers, spec),
    arrays: { X, Y, ...weights(spec.layers) },
  };
}

function classification(name, spec) {
  const { X, classes, source } = images(spec.samples, spec.layers[0], spec.layers.at(-1));
  const title = `${name} on ${source}, batch ${spec.batch}, ${spec.update.rule}`;
  return training(title, { loss: "classes", ...spec }, { X, Y: classes });
}

/** The value of a loss and its gradients by `params`; of no params, a product, the value alone. */
function values(kind, title, text, { sizes, shapes, params = [], precision = "float32" }, make) {
  const count = (shape) => shape.reduce((n, size) => n * sizes[size], 1);
  const arrays = Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => [name, make(name, count(shape))]),
  );
  return { title, spec: { kind, params, sizes, precision }, text, arrays };
}

const fashion = [784, 256, 128, 64, 10];

const losses = {
  W1: () =>
    classification(fashion.join("-"), {
      layers: fashion,
      batch: 128,
      samples: 12800,
      update: { rule: "adam", rate: 0.001 },
    }),
  W4: () =>
    classification(fashion.join("-"), {
      layers: fashion,
      batch: 1024,
      samples: 20480,
      update: { rule: "adam", rate: 0.001 },
    }),
  W2: () =>
    classification("3072-50-10, L2,", {
      layers: [3072, 50, 10],
      batch: 200,
      samples: 10000,
      update: { rule: "sgd", rate: 0.01 },
      l2: 0.001,
    }),
  W3: () => {
    const samples = 1600;
    const X = Float32Array.from(
      { length: samples },
      (_, i) => ((i * 37) % samples) / samples - 0.5,
    );
    const update = { rule: "sgd", rate: 0.05 };
    const spec = { layers: [1, 4, 1], batch: 16, samples, loss: "squares", update };
    return training("1-4-1 on a sine, batch 16, sgd", spec, {
      X,
      Y: X.map((x) => Math.sin(4 * x)),
    });
  },
  W5a: () => {
    const next = generator(3);
    return values(
      "autoencoder",
      "½‖WᵀWx − x‖², 256×1024",
      "½‖WᵀWx − x‖²",
      {
        sizes: { m: 256, n: 1024 },
        shapes: { W: ["m", "n"], x: ["n"] },
        params: ["W"],
      },
      (name, count) => single(count, () => (name === "W" ? next() / 32 : next())),
    );
  },
  W5b: () => {
    const next = generator(4);
    return values(
      "gplvm",
      "GP-LVM, N = 500, q = 10, D = 12",
      "X: N×q; Y: N×D; α, β > 0; K = αXXᵀ + β⁻¹I\n−D/2 log det K − ½tr(K⁻¹YYᵀ)",
      {
        sizes: { N: 500, q: 10, D: 12 },
        shapes: { X: ["N", "q"], Y: ["N", "D"], α: [], β: [] },
        params: ["X"],
        precision: "float64",
      },
      (name, count) => double(count, { α: () => 1.5, β: () => 4 }[name] ?? next),
    );
  },
  W7: () => {
    const next = generator(8);
    return values(
      "factorisation",
      "½‖M ⊙ (R − UVᵀ)‖² + λ/2(‖U‖² + ‖V‖²), 1000×800, rank 20",
      "M, R: m×n; U: m×k; λ: scalar; ½‖M ⊙ (R − UVᵀ)‖² + λ/2(‖U‖² + ‖V‖²)",
      {
        sizes: { m: 1000, n: 800, k: 20 },
        shapes: { M: ["m", "n"], R: ["m", "n"], U: ["m", "k"], V: ["n", "k"], λ: [] },
        params: ["U", "V"],
      },
      (name, count) =>
        single(count, { λ: () => 0.1, M: () => Number(next() > 0.4), R: next }[name] ?? next),
    );
  },
  W8: () => {
    const next = generator(9);
    return values(
      "logistic",
      "Σᵢ log(1 + exp(−yᵢ wᵀxᵢ)) + λ/2 ‖w‖², 20000×200",
      "λ: scalar; x_i: d for i = 1..N; y_i: scalar; Σ_i log(1 + exp(−y_i wᵀx_i)) + λ/2 ‖w‖²",
      {
        sizes: { N: 20000, d: 200 },
        shapes: { x: ["N", "d"], y: ["N"], w: ["d"], λ: [] },
        params: ["w"],
      },
      (name, count) =>
        single(
          count,
          { λ: () => 0.1, y: () => Math.sign(next()), w: () => next() / 4 }[name] ?? next,
        ),
    );
  },
};

/** How the factors of a product m×k · k×n are stored. */
const forms = {
  AB: { declared: "A: m×k; B: k×n", shapes: { A: ["m", "k"], B: ["k", "n"] } },
  AᵀB: { declared: "A: k×m; B: k×n", shapes: { A: ["k", "m"], B: ["k", "n"] } },
  ABᵀ: { declared: "A: m×k; B: n×k", shapes: { A: ["m", "k"], B: ["n", "k"] } },
};

function product(form, [m, k, n], precision = "float32") {
  const { declared, shapes } = forms[form];
  const next = generator(11);
  const made = values(
    "product",
    `${form}, ${m}×${k} · ${k}×${n}`,
    `${declared}; ${form}`,
    { sizes: { m, k, n }, shapes, precision },
    (_name, count) => (precision === "float32" ? single : double)(count, next),
  );
  return { ...made, spec: { ...made.spec, form } };
}

/** Square ones, tall and thin ones, and those of a layer of W1, forward, by its input, and by its weights. */
const products = [
  ...[512, 1024].flatMap((n) => Object.keys(forms).map((form) => [form, [n, n, n]])),
  ["AB", [1024, 1024, 1024], "float64"],
  ["AB", [4096, 64, 64]],
  ["AᵀB", [64, 4096, 64]],
  ["ABᵀ", [1000, 10, 1000]],
  ["ABᵀ", [128, 784, 256]],
  ["AB", [128, 256, 784]],
  ["AᵀB", [256, 128, 784]],
];

const letter = (k) => String.fromCharCode("a".charCodeAt(0) + k);

/** What a workload is, and the numbers that it begins with. */
export const workloads = {
  ...losses,
  ...Object.fromEntries(products.map((args, k) => [`W6${letter(k)}`, () => product(...args)])),
};

/** The workloads of a name: its own, or all that begin with it. */
export const workloadsNamed = (name) =>
  name in workloads ? [name] : Object.keys(workloads).filter((known) => known.startsWith(name));

/** @file Gradients of networks beside PyTorch's autograd, where there is a Python that has it. */

import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { python } from "../../bench/python.mjs";
import { foundCompiler } from "../../src/compile/toolchain.ts";
import { Random } from "../../src/data/random.ts";
import { compile } from "../../src/index.ts";

const activations = ["relu", "tanh", "sigmoid", "gelu", "softplus"] as const;
const losses = {
  "softmax cross-entropy": "−1/N tr(Yᵀ logsoftmax(Z_3))",
  "squared error": "1/N ‖Z_3 − Y‖²",
  hinge: "1/N sum(relu(Z_3 − rowsum(Y ⊙ Z_3)𝟏ᵀ + 𝟏𝟏ᵀ))",
} as const;
const [samples, ...layers] = [13, 7, 11, 6, 5] as const;

interface Network {
  readonly activation: (typeof activations)[number];
  readonly loss: keyof typeof losses;
  readonly l2: number;
  readonly X: number[][];
  readonly classes: number[];
  readonly weights: number[][][];
  readonly biases: number[][];
}

const random = new Random(17);
const row = (columns: number): number[] =>
  Array.from({ length: columns }, () => random.normal() / Math.sqrt(columns));
const rows = (count: number, columns: number): number[][] =>
  Array.from({ length: count }, () => row(columns));
const networks: readonly Network[] = activations.flatMap((activation, at) =>
  (Object.keys(losses) as (keyof typeof losses)[]).map((loss, k) => ({
    activation,
    loss,
    l2: (at + k) % 2 === 0 ? 0 : 0.01,
    X: rows(samples, layers[0]),
    classes: Array.from({ length: samples }, () => random.whole(1, layers[3]) - 1),
    weights: [1, 2, 3].map((k) => rows(layers[k]!, layers[k - 1]!)),
    biases: [1, 2, 3].map((k) => row(layers[k]!)),
  })),
);

/** A loss, and its gradients in the shapes of what they are by. */
interface Found extends Pick<Network, "weights" | "biases"> {
  readonly value: number;
}

/** What PyTorch gives; null where there is none. */
function byAutograd(): readonly Found[] | null {
  const script = fileURLToPath(new URL("autograd.py", import.meta.url));
  const input = JSON.stringify(networks);
  const { status, stdout, stderr, error } = spawnSync(python, [script], {
    input,
    encoding: "utf8",
    maxBuffer: 2 ** 26,
  });
  if (error || status === 3) return null;
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as Found[];
}

const expected = byAutograd();
if (!expected)
  process.stderr.write(
    "networks are not compared with PyTorch's autograd: no Python has it (bench/peers.sh makes one)\n",
  );

function textOf({ activation, loss, l2 }: Network): string {
  const [n0, n1, n2, n3] = layers;
  return `X: N×${n0}; Y: N×${n3} onehot
W_1: ${n1}×${n0}; b_1: ${n1}; W_2: ${n2}×${n1}; b_2: ${n2}; W_3: ${n3}×${n2}; b_3: ${n3}
Z_1 = XW_1ᵀ + 𝟏b_1ᵀ; Z_2 = ${activation}(Z_1)W_2ᵀ + 𝟏b_2ᵀ; Z_3 = ${activation}(Z_2)W_3ᵀ + 𝟏b_3ᵀ
${losses[loss]} + ${l2}(‖W_1‖² + ‖W_2‖² + ‖W_3‖²)`;
}

const backends = ["js", "wasm", ...(foundCompiler() ? (["native"] as const) : [])] as const;
/** How far a result may be, relative to its largest entry. */
const tolerance = { float64: 1e-11, float32: 2e-5 };

describe.skipIf(!expected)("beside PyTorch's autograd", () => {
  test.each(networks)("$activation, $loss", async (network) => {
    const at = networks.indexOf(network);
    const { value, weights, biases } = expected![at]!;
    const results = [[value], ...weights.map((w) => w.flat()), ...biases];
    // The backends in turn, so that each meets every loss in one precision or the other.
    const named = (k: number) => backends[k % backends.length]!;
    const runs = [
      { backend: named(at), dtype: "float64" },
      { backend: named(at + Math.floor(at / 3) + 1), dtype: "float64" },
      { backend: named(at + Math.floor(at / 3) + 2), dtype: "float32" },
    ] as const;
    for (const { backend, dtype } of runs) {
      const program = await compile(textOf(network), {
        backend,
        dtype,
        sizes: { N: samples },
        wrt: "W_1, W_2, W_3, b_1, b_2, b_3",
        labels: ["Y"],
        verify: false,
      });
      program.set("X", network.X).set("Y", network.classes);
      for (const k of [1, 2, 3])
        program.set(`W_${k}`, network.weights[k - 1]!).set(`b_${k}`, network.biases[k - 1]!);
      const found = program.valueAndGradients();
      const own = [[found.value as number], ...Object.values(found.gradients)];
      for (const [k, entries] of results.entries()) {
        const limit = tolerance[dtype] * Math.max(...entries.map(Math.abs));
        const far = entries.findIndex((x, i) => !(Math.abs(x - own[k]![i]!) <= limit));
        expect(far, `${backend} ${dtype}, result ${k}, entry ${far}`).toBe(-1);
      }
      program.dispose();
    }
  });
});

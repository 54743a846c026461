/** @file What cannot be a model is refused with the exact text, and its place in the problem. */

import { expect, test } from "vitest";
import { NablaError } from "../../src/diagnostics/errors.ts";
import { parse } from "../../src/index.ts";
import type { OnnxOptions } from "../../src/onnx/index.ts";
import { Message } from "../../src/onnx/protobuf.ts";
import { modelOf } from "./trials.ts";

/** What an act is refused with: the exit code, and the message. */
function told(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof NablaError) return `${error.exit} ${error.render()}`;
    throw error;
  }
  return "no error";
}

const network =
  "X: N×4; Y: N×3; W: 3×4; b: 3; Z = XWᵀ + 𝟏bᵀ; P = softmax(Z); L = −1/N tr(Yᵀ log(P))";
const zeros = (rows: number, columns: number, count = rows * columns) => ({
  rows,
  columns,
  data: new Float32Array(count),
});

test.each<[title: string, problem: string, options: Partial<OnnxOptions>, message: string]>([
  // ---- what has no counterpart
  [
    "an inverse",
    "X: N×4; G = XᵀX; Q = 2inv(G + I)",
    { output: "Q" },
    `3 error[no-counterpart]: (G + I)⁻¹ cannot be part of an ONNX model: ONNX has no inverse of a matrix
  note: it stands in Q = 2(G + I)⁻¹
  hint: output: "G"`,
  ],
  [
    "a pseudo-inverse",
    "X: N×4; A: 4×3; Q = XA⁺ᵀ",
    { output: "Q" },
    `3 error[no-counterpart]: A⁺ cannot be part of an ONNX model: ONNX has no inverse of a matrix
  note: it stands in Q = X(A⁺)ᵀ`,
  ],
  [
    "what a norm is made of",
    "X: N×4; A: 4×3; G = XᵀX; f = ‖G‖_*",
    { output: "f" },
    `3 error[no-counterpart]: ‖G‖_* cannot be part of an ONNX model: ONNX has no eigenvalues
  note: it stands in f = ‖G‖_*
  hint: output: "G"`,
  ],
  [
    "the largest singular value",
    "X: N×4; f = ‖X‖_2",
    { output: "f" },
    `3 error[no-counterpart]: ‖X‖₂ cannot be part of an ONNX model: ONNX has no eigenvalues
  note: it stands in f = ‖X‖₂`,
  ],
  [
    "an exponential of a matrix",
    "X: N×4; F = X expm(XᵀX)",
    { output: "F" },
    `3 error[no-counterpart]: expm(XᵀX) cannot be part of an ONNX model: ONNX has no exponential of a matrix
  note: it stands in F = X·expm(XᵀX)`,
  ],
  [
    "an exponential of a matrix with one entry",
    "X: N×4; u: 4; J = I_4; F = sum(X) Σ_j u_j expm(J_{:,j}J_{j,:})",
    { output: "F" },
    `3 error[no-counterpart]: Σᵢ uᵢexpm(J_{:,i}J_{i,:}) cannot be part of an ONNX model: ONNX has no exponential of a matrix
  note: it stands in F = sum(X) Σᵢ uᵢexpm(J_{:,i}J_{i,:})`,
  ],
  [
    "a power with a letter",
    "X: N×4; k: scalar integer; F = (XᵀX)^k",
    { output: "F" },
    `3 error[no-counterpart]: (XᵀX)ᵏ cannot be part of an ONNX model: ONNX has no power of a matrix whose exponent is no number
  note: it stands in F = (XᵀX)ᵏ`,
  ],
  [
    "a root of a matrix",
    "X: N×4; K = XᵀX + I; F = K^{1/2}",
    { output: "F" },
    `3 error[no-counterpart]: K^(½) cannot be part of an ONNX model: ONNX has no eigenvalues
  note: it stands in F = K^(½)
  hint: output: "K"`,
  ],
  [
    "a function without a formula",
    "X: N×4; f: ℝ→ℝ; F = f(X)",
    { output: "F" },
    `3 error[no-numbers]: there are no numbers for f, of which only the name is known
  hint: a function with a formula has values:  f(x) = tanh(x)`,
  ],
  [
    "a number that is too large",
    "X: N×4; F = 1" + "0".repeat(39) + "X",
    { output: "F" },
    `3 error[too-large]: a model has numbers in single precision, and none as large as 1e+39`,
  ],
  [
    "an index that is too large",
    "X: N×d; F = X_{:,5}",
    { output: "F", sizes: { d: 4 } },
    `2 error[index-too-large]: the index 5 of X_{:,5} is more than d = 4`,
  ],
  // ---- names
  [
    "an output that is not there",
    network,
    { output: "Q" },
    `2 error[unknown-name]: the output Q is nothing that the problem defines
  note: there are Z, P, L`,
  ],
  [
    "an output that is given",
    network,
    { output: "W" },
    `2 error[unknown-name]: the output W is nothing that the problem defines
  note: there are Z, P, L`,
  ],
  [
    "an input that is not there",
    network,
    { output: "P", input: "x" },
    `2 error[unknown-name]: x is nothing that can be given or taken
  note: there are X, Y, W, b, Z, P, L`,
  ],
  [
    "an input that the output does not need",
    network,
    { output: "P", input: "Y" },
    `2 error[without-input]: the output P does not depend on the input Y
  hint: output: "L"`,
  ],
  [
    "an output that needs more than is given",
    network,
    {
      output: "L",
      constants: new Map([
        ["W", zeros(3, 4)],
        ["b", zeros(3, 1)],
      ]),
    },
    `2 error[numbers-missing]: L needs Y, which is neither fed nor given
  hint: output: "P"`,
  ],
  [
    "an input that comes after the output",
    network,
    { output: "Z", input: "P" },
    `2 error[without-input]: the output Z does not depend on the input P
  hint: output: "L"`,
  ],
  [
    "a label",
    "X: N×4; c: index 1..4; z = X_{:,c}; sum(z)",
    { output: "z" },
    `2 error[numbers-missing]: z needs c, which is neither fed nor given`,
  ],
  // ---- sizes
  [
    "a size that is missing",
    "X: N×d; W: 3×d; Z = XWᵀ; sum(Z)",
    { output: "Z", sizes: {}, constants: new Map([["W", zeros(3, 4)]]) },
    `2 error[sizes-missing]: there is no size for d
  hint: --sizes "d=100"  or  sizes: { d: 100 }`,
  ],
  [
    "a size of nothing",
    network,
    { output: "P", sizes: { N: 1, d: 4 } },
    `2 error[unknown-size]: no dimension is called d
  note: there are N`,
  ],
  [
    "a size of 0",
    network,
    { output: "P", sizes: { N: 0 } },
    `2 error[bad-size]: the size of N is a whole number from 1 on, and not 0`,
  ],
  [
    "an open dimension that is not there",
    network,
    { output: "P", batch: "M" },
    `2 error[unknown-size]: no dimension is called M
  note: there are N`,
  ],
  [
    "an open dimension that the input does not have",
    "X: N×4; F = M X; M: scalar; v: M",
    { output: "F", batch: "M", sizes: { N: 2 } },
    `2 error[bad-option]: M cannot stay open: the input X is N×4
  note: how many samples there are, a model sees in its input`,
  ],
  // ---- numbers
  [
    "a weight that is missing",
    network,
    { output: "P", constants: new Map([["W", zeros(3, 4)]]) },
    `2 error[numbers-missing]: P needs b, which is neither fed nor given`,
  ],
  [
    "a weight that is transposed",
    network,
    {
      output: "P",
      constants: new Map([
        ["W", zeros(4, 3)],
        ["b", zeros(3, 1)],
      ]),
    },
    `2 error[numbers-misfit]: W is 3×4, and its numbers are 4×3`,
  ],
  [
    "a weight with a number too few",
    network,
    {
      output: "P",
      constants: new Map([
        ["W", zeros(3, 4, 11)],
        ["b", zeros(3, 1)],
      ]),
    },
    `2 error[wrong-length]: W is 3×4: 12 numbers, row by row, and not 11`,
  ],
  [
    "a weight that is a definition",
    network,
    { output: "P", constants: new Map([["Z", zeros(3, 4)]]) },
    `2 error[two-meanings]: numbers are given for Z, which the problem defines`,
  ],
  [
    "a weight that depends on how many samples there are",
    network,
    {
      output: "L",
      constants: new Map([
        ["W", zeros(3, 4)],
        ["b", zeros(3, 1)],
        ["Y", zeros(2, 3)],
      ]),
    },
    `2 error[numbers-misfit]: Y is N×3, and its numbers are 2×3
  note: N stays open in the model`,
  ],
  [
    "a weight of another size",
    "X: N×d; W: 3×d; Z = XWᵀ; sum(Z)",
    { output: "Z", sizes: { d: 4 }, constants: new Map([["W", zeros(3, 5)]]) },
    `2 error[numbers-misfit]: W is 3×d = 3×4, and its numbers are 3×5`,
  ],
  [
    "shifts of another number of features",
    network,
    { output: "P", shift: new Float32Array(3) },
    `2 error[wrong-length]: shift has 3 numbers: it takes one for each of the 4 features of X, or one for all`,
  ],
  [
    "no scale",
    network,
    { output: "P", scale: new Float32Array(0) },
    `2 error[wrong-length]: scale has 0 numbers: it takes one for each of the 4 features of X, or one for all`,
  ],
])("%s", (_title, problem, options, message) => {
  const sizes = { N: 2, ...options.sizes };
  const asked = { output: "P", ...options, sizes };
  expect(told(() => modelOf(parse(problem), asked))).toBe(message);
});

test("a model has no more bytes than its format counts", () => {
  const block = new Uint8Array(2 ** 26);
  const message = new Message();
  for (let k = 0; k < 32; k++) message.bytes(1, block);
  expect(told(() => message.encoded())).toBe(
    "3 error[too-large]: the model has 2049 MiB, and a file of ONNX has at most 2047",
  );
});

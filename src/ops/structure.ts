/** @file Diagonals. */

import { property } from "../expr/properties.ts";
import { hadamard, identity } from "./arithmetic.ts";
import type { Derived, Primitive } from "./core.ts";
import { call, derived, primitive } from "./core.ts";

const { diagonal, posdef, psd, positive, nonnegative, integer } = property;

/** The diagonal matrix with the entries of a vector. */
export const diagonalMatrix: Primitive = primitive("diagonalMatrix", {
  called: "diagonal matrix",
  signature: "n×1 → n×n",
  notation: call("diag"),
  pullback: (g) => [diagonalVector(g)],
  value: (m, x) =>
    m.matrix(m.rows(x), m.rows(x), (i, j) => (i === j ? m.entry(x, i, 0) : m.number(0))),
  properties: ([x]) =>
    diagonal |
    (x!.properties & (nonnegative | integer)) |
    (x!.properties & positive ? posdef : x!.properties & nonnegative ? psd : 0),
});

/** The diagonal of a square matrix as a vector. */
export const diagonalVector: Primitive = primitive("diagonalVector", {
  called: "diagonal",
  signature: "n×n → n×1",
  notation: call("diag"),
  pullback: (g) => [diagonalMatrix(g)],
  value: (m, x) => m.matrix(m.rows(x), 1, (i) => m.entry(x, i, i)),
  properties: ([x]) =>
    (x!.properties & (nonnegative | positive | integer)) |
    (x!.properties & posdef ? positive : x!.properties & psd ? nonnegative : 0),
});

/** A square matrix with everything off the diagonal set to 0. */
export const diagonalPart: Derived = derived("diagonalPart", {
  called: "diagonal part",
  signature: "n×n → n×n",
  notation: call("Diag"),
  spellings: ["Diag"],
  pullback: (g) => [diagonalPart(g)],
  expand: (x) => hadamard(x, identity(x.shape[0])),
  properties: ([x]) => diagonal | (x!.properties & (posdef | psd | nonnegative)),
});

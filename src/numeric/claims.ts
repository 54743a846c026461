/** @file What each property means for numbers. */

import type { Arithmetic, Value } from "../expr/op.ts";
import type { Properties } from "../expr/properties.ts";
import { has, property } from "../expr/properties.ts";

type Test = (m: Arithmetic, x: Value) => boolean;

const near = (a: number, b: number): boolean =>
  Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a), Math.abs(b));

const at = (m: Arithmetic, x: Value, i: number, j: number): number => m.real(m.entry(x, i, j));

const every =
  (test: (m: Arithmetic, x: Value, i: number, j: number) => boolean): Test =>
  (m, x) => {
    for (let i = 0; i < m.rows(x); i++)
      for (let j = 0; j < m.columns(x); j++) if (!test(m, x, i, j)) return false;
    return true;
  };

/** Whether all pivots of a symmetric x + shift·I are positive: Sylvester's law decides definiteness. */
function isDefinite(m: Arithmetic, x: Value, shift: number): boolean {
  const n = m.rows(x);
  const a = Array.from({ length: n }, (_row, i) =>
    Array.from({ length: n }, (_entry, j) => at(m, x, i, j) + (i === j ? shift : 0)),
  );
  for (let k = 0; k < n; k++) {
    const pivot = a[k]![k]!;
    if (!(pivot > 0)) return false;
    for (let i = k + 1; i < n; i++)
      for (let j = k + 1; j < n; j++) a[i]![j]! -= (a[i]![k]! * a[k]![j]!) / pivot;
  }
  return true;
}

function largest(m: Arithmetic, x: Value): number {
  let most = 0;
  for (let i = 0; i < m.rows(x); i++)
    for (let j = 0; j < m.columns(x); j++) most = Math.max(most, Math.abs(at(m, x, i, j)));
  return most;
}

/** A shift above rounding, in the size of the entries. */
function rounding(m: Arithmetic, x: Value): number {
  let largest = 1;
  for (let i = 0; i < m.rows(x); i++) largest = Math.max(largest, Math.abs(at(m, x, i, i)));
  return 1e-9 * largest;
}

const isSymmetric = every((m, x, i, j) => near(at(m, x, i, j), at(m, x, j, i)));

/** A test for each property that numbers can refute. */
export const propertyTests: Readonly<Partial<Record<keyof typeof property, Test>>> = {
  symmetric: isSymmetric,
  skew: every((m, x, i, j) => near(at(m, x, i, j), -at(m, x, j, i))),
  diagonal: every((m, x, i, j) => i === j || at(m, x, i, j) === 0),
  positive: every((m, x, i, j) => at(m, x, i, j) > 0),
  nonnegative: every((m, x, i, j) => at(m, x, i, j) >= 0),
  integer: every((m, x, i, j) => Number.isInteger(at(m, x, i, j))),
  signs: every((m, x, i, j) => Math.abs(at(m, x, i, j)) === 1),
  // A determinant says nothing of that: it is as small as the entries are, to the n-th power.
  invertible: (m, x) =>
    m.logDeterminant(x).sign !== 0 && largest(m, x) * largest(m, m.inverse(x)) < 1e14,
  orthogonal: (m, x) => {
    const product = m.multiply(x, m.transpose(x));
    return every((n, y, i, j) => Math.abs(at(n, y, i, j) - (i === j ? 1 : 0)) < 1e-9)(m, product);
  },
  posdef: (m, x) => isSymmetric(m, x) && isDefinite(m, x, 0),
  // The leading minors alone do not decide it: diag(0, −1).
  psd: (m, x) => isSymmetric(m, x) && isDefinite(m, x, rounding(m, x)),
};

/** The first of some properties that a value does not have, or null. */
export function refuted(m: Arithmetic, x: Value, claimed: Properties): string | null {
  for (const [name, test] of Object.entries(propertyTests))
    if (has(claimed, property[name as keyof typeof property]) && !test(m, x)) return name;
  return null;
}

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

/** The leading minors, which tell definiteness. */
function minors(m: Arithmetic, x: Value): number[] {
  return Array.from({ length: m.rows(x) }, (_, k) =>
    m.real(m.determinant(m.matrix(k + 1, k + 1, (i, j) => m.entry(x, i, j)))),
  );
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
  invertible: (m, x) => Math.abs(m.real(m.determinant(x))) > 1e-12,
  orthogonal: (m, x) => {
    const product = m.multiply(x, m.transpose(x));
    return every((n, y, i, j) => Math.abs(at(n, y, i, j) - (i === j ? 1 : 0)) < 1e-9)(m, product);
  },
  posdef: (m, x) => isSymmetric(m, x) && minors(m, x).every((d) => d > 0),
  psd: (m, x) => isSymmetric(m, x) && minors(m, x).every((d) => d > -1e-9),
};

/** The first of some properties that a value does not have, or null. */
export function refuted(m: Arithmetic, x: Value, claimed: Properties): string | null {
  for (const [name, test] of Object.entries(propertyTests))
    if (has(claimed, property[name as keyof typeof property]) && !test(m, x)) return name;
  return null;
}

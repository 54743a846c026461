/** @file What the check computes for functions of which only names are known: fixed smooth ones, with their exact derivatives. */

import type { Arithmetic, Scalar, Value } from "../expr/op.ts";
import { total } from "./core.ts";

// A function of the problem may be any smooth one, so that a rule which holds for it holds for a sum
// of waves and squares whose numbers follow from the name. Each derivative is written out here by hand
// and knows nothing of the rules under test.

/** How many waves a function is the sum of. */
const waves = 3;

/** A number between −1 and 1 that follows from a name and places. */
type Draw = (...at: readonly number[]) => number;

function drawsOf(name: string): Draw {
  let seed = 0x811c9dc5;
  for (const letter of name) seed = Math.imul(seed ^ letter.codePointAt(0)!, 0x01000193);
  return (...at) => {
    let t = seed;
    for (const place of at) {
      t = Math.imul(t ^ (place + 0x9e3779b9), 0x85ebca6b);
      t ^= t >>> 13;
      t = Math.imul(t, 0xc2b2ae35);
      t ^= t >>> 16;
    }
    return (t >>> 0) / 2 ** 31 - 1;
  };
}

/** Away from 0. */
const atLeastHalf = (x: number): number => (x < 0 ? x / 2 - 0.5 : x / 2 + 0.5);

const times = (m: Arithmetic, factor: number, x: Scalar): Scalar => m.times(m.number(factor), x);

/** sin(x + shift + quarters·π/2). */
const wave = (m: Arithmetic, x: Scalar, shift: number, quarters: number): Scalar =>
  m.elementary("sin", m.plus(x, m.number(shift + (quarters * Math.PI) / 2)));

/** Σₖ aₖ sin(bₖt + cₖ) + ½pt² + qt, derived `order` times. */
export function entryFunction(name: string, order: number): (m: Arithmetic, t: Scalar) => Scalar {
  const draw = drawsOf(name);
  const [p, q] = [draw(waves, 0), draw(waves, 1)];
  const smooth = (m: Arithmetic, t: Scalar): Scalar =>
    order === 0
      ? m.times(t, m.plus(times(m, p / 2, t), m.number(q)))
      : order === 1
        ? m.plus(times(m, p, t), m.number(q))
        : m.number(order === 2 ? p : 0);
  return (m, t) => {
    let sum = smooth(m, t);
    for (let k = 0; k < waves; k++) {
      const b = 0.6 + 0.4 * k + 0.2 * draw(k, 1);
      const factor = atLeastHalf(draw(k, 0)) * b ** order;
      sum = m.plus(sum, times(m, factor, wave(m, times(m, b, t), 3 * draw(k, 2), order)));
    }
    return sum;
  };
}

/** A scalar function of several values, and its derivatives by their entries. */
export interface Field {
  readonly value: (m: Arithmetic, args: readonly Value[]) => Scalar;
  readonly slope: (m: Arithmetic, args: readonly Value[], at: Place) => Scalar;
  readonly curvature: (m: Arithmetic, args: readonly Value[], p: Place, q: Place) => Scalar;
}

/** An entry of an argument. */
type Place = readonly [argument: number, row: number, column: number];

/** Σₖ aₖ sin(⟨bₖ, x⟩ + cₖ) + ½Σ pₑxₑ² over all entries xₑ of all arguments. */
export function field(name: string, output = 0): Field {
  const draw = drawsOf(name);
  const direction = (k: number, [a, i, j]: Place): number => draw(output, k, 3, a, i, j);
  const weight = ([a, i, j]: Place): number => atLeastHalf(draw(output, waves, a, i, j));
  const entry = (m: Arithmetic, args: readonly Value[], [a, i, j]: Place): Scalar =>
    m.entry(args[a], i, j);
  const overAll = (m: Arithmetic, args: readonly Value[], f: (at: Place) => Scalar): Scalar => {
    let sum = m.number(0);
    for (const [a, x] of args.entries())
      sum = m.plus(
        sum,
        total(m, m.rows(x), m.columns(x), (i, j) => f([a, i, j])),
      );
    return sum;
  };
  /** Σₖ aₖ·factor(k)·sin(⟨bₖ, x⟩ + cₖ + quarters·π/2). */
  const rippled = (
    m: Arithmetic,
    args: readonly Value[],
    quarters: number,
    factor: (k: number) => number,
  ): Scalar => {
    let sum = m.number(0);
    for (let k = 0; k < waves; k++) {
      const inside = overAll(m, args, (at) => times(m, direction(k, at), entry(m, args, at)));
      const ripple = wave(m, inside, 3 * draw(output, k, 2), quarters);
      sum = m.plus(sum, times(m, atLeastHalf(draw(output, k, 0)) * factor(k), ripple));
    }
    return sum;
  };
  return {
    value: (m, args) =>
      m.plus(
        rippled(m, args, 0, () => 1),
        overAll(m, args, (at) => {
          const x = entry(m, args, at);
          return times(m, weight(at) / 2, m.times(x, x));
        }),
      ),
    slope: (m, args, at) =>
      m.plus(
        rippled(m, args, 1, (k) => direction(k, at)),
        times(m, weight(at), entry(m, args, at)),
      ),
    curvature: (m, args, p, q) => {
      const ripple = rippled(m, args, 2, (k) => direction(k, p) * direction(k, q));
      const isSame = p.every((place, i) => place === q[i]);
      return isSame ? m.plus(ripple, m.number(weight(p))) : ripple;
    },
  };
}

/** @file Derivatives along a direction at a point, by numbers alone: the complex step and central differences. */

import type { Expr, Sym } from "../expr/expr.ts";
import type { Value } from "../expr/op.ts";
import type { Point } from "./evaluate.ts";
import { evaluate, OutOfDomain, valuesBelow } from "./evaluate.ts";
import { complexArithmetic, imaginaryPart, perturbed, realArithmetic } from "./mathjs.ts";

/** The step into the complex plane, and another to compare it with: where it is too long, they differ. */
export const complexSteps = { first: 1e-20, second: 1e-100 } as const;
/** What the complex step leaves of κ³ at 0: its square times the third derivative, along a long direction. */
export const stepError = 1e-25;
const differenceStep = 2e-3;
/** The largest error, relative to the size of the terms, that passes where differences are taken. */
export const looseTolerance = 1e-6;

/** How far the real part of a complex value may be from the real value, in relation to it. */
const sameValue = 1e-6;

/**
 * Im f(x + ihd)/h: exact to rounding where f is analytic; null where the complex value is not that of the
 * reals, as where a large argument leaves its range. What is `known` has a complex value that does not move.
 */
export function complexStep(
  objective: Expr,
  point: Point,
  directions: ReadonlyMap<Sym, Value>,
  value: number,
  step: number,
  known = new Map<Expr, Value>(),
): number | null {
  const values = new Map<Sym, Value>();
  for (const [s, v] of point.values)
    if (!known.has(s))
      values.set(s, perturbed(v, directions.get(s) ?? v, directions.has(s) ? step : 0));
  const at = { ...point, values };
  const moved = valuesBelow([objective], at, complexArithmetic, null, known).get(objective);
  const real = complexArithmetic.real(moved);
  if (!Number.isFinite(real)) return null;
  if (Math.abs(real - value) > sameValue * Math.max(Math.abs(real), Math.abs(value))) return null;
  return imaginaryPart(moved) / step;
}

/** Every node counts: a step must not cross a kink. */
const everything: Pick<ReadonlySet<Expr>, "has"> = { has: () => true };

/** Beyond that a step is longer than the waves of f(x³), and differences see none of them. */
export const farOut = 1e4;

/** How far two extrapolations may lie apart, in relation to them: what is to be shown is no less exact. */
const trusted = looseTolerance;

/**
 * Central differences with three step sizes, extrapolated twice; null where a point leaves a domain, and
 * where the function bends too much for them.
 */
export function centralDifference(
  objective: Expr,
  point: Point,
  directions: ReadonlyMap<Sym, Value>,
): number | null {
  const m = realArithmetic;
  const at = (h: number): number => {
    const values = new Map(point.values);
    for (const [s, d] of directions)
      values.set(s, m.add(point.values.get(s), m.scale(m.number(h), d)));
    return m.real(evaluate([objective], { ...point, values }, m, everything)[0]);
  };
  try {
    const slope = (h: number): number => (at(h) - at(-h)) / (2 * h);
    const slopes = [1, 2, 4].map((part) => slope(differenceStep / part));
    const [coarse, fine] = [0, 1].map((i) => (4 * slopes[i + 1]! - slopes[i]!) / 3);
    const size = Math.max(Math.abs(fine!), 1e-3 * Math.abs(at(0)));
    if (Math.abs(coarse! - fine!) > trusted * size) return null;
    return (16 * fine! - coarse!) / 15;
  } catch (error) {
    if (error instanceof OutOfDomain) return null;
    throw error;
  }
}

/** @file Random equal rewrites of an expression: forms that a hand may write a right answer in. */

import type { Expr } from "../src/expr/expr.ts";
import { half, isApply, isScalar, isSquare, num, two, unit } from "../src/expr/expr.ts";
import { has, property } from "../src/expr/properties.ts";
import { argsOf, withArgs } from "../src/expr/walk.ts";
import {
  add,
  hadamard,
  matmul,
  negate,
  onesOf,
  product,
  scale,
  total,
  trace,
  transpose,
  transposed,
} from "../src/ops/arithmetic.ts";
import { power } from "../src/ops/elementwise.ts";
import { determinant, inverse } from "../src/ops/matrix.ts";
import { norm, squaredNorm } from "../src/ops/reduce.ts";
import { diagonalMatrix } from "../src/ops/structure.ts";

/** A number below `below`. */
export type Pick = (below: number) => number;

type Rewrite = (e: Expr, pick: Pick) => Expr | null;

/** A product of two parts with the cut at a random place. */
const cut = (args: readonly Expr[], pick: Pick): [Expr, Expr] => {
  const at = 1 + pick(args.length - 1);
  return [product(...args.slice(0, at)), product(...args.slice(at))];
};

const rewrites: readonly Rewrite[] = [
  // A(B + C) = AB + AC
  (e) => {
    if (!isApply(e, matmul) && !isApply(e, scale)) return null;
    const at = e.args.findIndex((arg) => isApply(arg, add));
    const sum = e.args[at];
    if (!sum || sum.kind !== "apply") return null;
    return total(
      sum.args.map((term) => product(...e.args.map((arg, k) => (k === at ? term : arg)))),
    );
  },
  // ABC = (CᵀBᵀAᵀ)ᵀ
  (e) =>
    isApply(e, matmul)
      ? transposed(product(...e.args.toReversed().map((a) => transposed(a))))
      : null,
  // xᵀAy = yᵀAᵀx
  (e) =>
    isApply(e, matmul) && isScalar(e)
      ? product(...e.args.toReversed().map((a) => transposed(a)))
      : null,
  // a + b = b + a
  (e, pick) => {
    if (!isApply(e, add) && !isApply(e, hadamard)) return null;
    const [k, args] = [1 + pick(e.args.length - 1), e.args];
    return withArgs(e, [...args.slice(k), ...args.slice(0, k)]);
  },
  // a ⊙ b = diag(a)b
  (e) =>
    isApply(e, hadamard) && e.args.length === 2 && e.shape[1] === unit.shape[0]
      ? product(diagonalMatrix(e.args[0]!), e.args[1]!)
      : null,
  // X = ½(X + X)
  (e) => scale(half, add(e, e)),
  (e) => (e.kind === "num" ? null : add(scale(two, e), negate(e))),
  // K by what it is defined as
  (e) => (e.kind === "sym" ? e.definition : null),
  // K = Kᵀ
  (e) =>
    !isScalar(e) && isSquare(e) && has(e.properties, property.symmetric) ? transpose(e) : null,
  // tr(AB) = tr(BA)
  (e, pick) => {
    const [arg] = isApply(e, trace) ? e.args : [];
    if (!arg || !isApply(arg, matmul)) return null;
    const [a, b] = cut(arg.args, pick);
    return trace(product(b, a));
  },
  // (AB)⁻¹ = B⁻¹A⁻¹, of square factors
  (e) => {
    const [arg] = isApply(e, inverse) ? e.args : [];
    return arg && isApply(arg, matmul) && arg.args.every(isSquare)
      ? product(...arg.args.toReversed().map((a) => inverse(a)))
      : null;
  },
  (e) => (isApply(e, inverse) ? transpose(inverse(transposed(e.args[0]!))) : null),
  (e) => (isApply(e, determinant) ? power(determinant(transposed(e.args[0]!)), unit) : null),
  (e) => {
    const [x] = isApply(e, squaredNorm) ? e.args : [];
    return x && x.shape[1] === unit.shape[0] ? product(transpose(x), x) : null;
  },
  (e) => (isApply(e, norm) ? power(squaredNorm(e.args[0]!), half) : null),
  // A function by what it is made of
  (e) => (e.kind === "apply" && e.op.expand && e.args.length > 0 ? e.op.expand(...e.args) : null),
  (e) => (isScalar(e) || e.shape[0] !== e.shape[1] ? null : hadamard(e, onesOf(e.shape))),
  (e) => (isScalar(e) && e.kind === "apply" ? scale(two, e, half) : null),
  (e) => (isApply(e, scale) && !isScalar(e) ? negate(negate(e)) : null),
  (e) => (e.kind === "num" ? scale(num(3), power(num(3), num(-1)), e) : null),
];

/** An expression with one random part rewritten; itself where nothing was found to rewrite. */
export function rewritten(e: Expr, pick: Pick): Expr {
  const places: ((pick: Pick) => Expr | null)[] = [];
  const visit = (part: Expr, rebuild: (to: Expr) => Expr): void => {
    for (const rewrite of rewrites)
      places.push((choose) => {
        const made = rewrite(part, choose);
        return made && made !== part ? rebuild(made) : null;
      });
    // Below a sum over an index, and of an entry, nothing is rewritten.
    if (part.kind !== "apply" || part.op.notation.kind === "entry") return;
    if (part.op.multipliesSizes) return;
    // A power needs what the language can see of its base and exponent.
    if (part.op.notation.kind === "power") return;
    for (const [i, arg] of argsOf(part).entries())
      visit(arg, (to) =>
        rebuild(
          withArgs(
            part,
            part.args.map((a, k) => (k === i ? to : a)),
          ),
        ),
      );
  };
  visit(e, (to) => to);
  for (let round = 0; round < 40; round++) {
    const made = places[pick(places.length)]!(pick);
    if (made) return made;
  }
  return e;
}

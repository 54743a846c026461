/** @file Equality modulo the laws: sums and ⊙ commute, scalars may be transposed, traces cycle. */

import { apply, isApply, isScalar } from "../expr/expr.ts";
import type { Apply, Expr } from "../expr/expr.ts";
import type { OpFields } from "../expr/op.ts";
import { has, property } from "../expr/properties.ts";
import { isInteger, negated } from "../expr/rational.ts";
import { argsOf, upwards, withArgs } from "../expr/walk.ts";
import { add, hadamard, matmul, scale, trace, transpose, transposed } from "../ops/arithmetic.ts";
import { abs, cos, cosh, maximum, minimum, power } from "../ops/elementwise.ts";
import { differentFromZero, equalToZero } from "../ops/indicators.ts";
import { differs, entry } from "../ops/indexing.ts";
import { kronecker } from "../ops/kronecker.ts";
import { norm, norm1, squaredNorm } from "../ops/reduce.ts";
import { compare } from "./order.ts";
import { asTerm, fromTerm, opposite } from "./term.ts";

const keys = new WeakMap<Expr, Expr>();

/** One expression for all that differ by order, orientation or cycle; not to be shown. */
export function normalKey(e: Expr): Expr {
  return (
    keys.get(e) ??
    upwards(e, keys, (node, parts) => {
      if (parts.length === 0) return node;
      return node.kind === "apply" ? keyOf(node, parts) : withArgs(node, parts);
    })
  );
}

const signed = new WeakMap<Expr, Expr>();

/** A normal key that is the same for x and −x, but for a −1 in front: of −2(a − b) and 3(b − a) alike. */
export function signedKey(e: Expr): Expr {
  const key = normalKey(e);
  let found = signed.get(key);
  if (!found) {
    const { isTurned, of } = upright(key);
    const bare = normalKey(of);
    signed.set(
      key,
      (found = isTurned
        ? fromTerm({ ...asTerm(bare), coefficient: negated(asTerm(bare).coefficient) })
        : bare),
    );
  }
  return found;
}

/** A key with its brackets in the direction that stands first in order, and whether that is −1 times it. */
function upright(key: Expr): { isTurned: boolean; of: Expr } {
  if (isApply(key, add)) {
    const of = smaller(key, oppositeKey(key));
    return { isTurned: of !== key, of };
  }
  if (!isLinear(key)) return { isTurned: false, of: key };
  const parts = argsOf(key).map(upright);
  return {
    isTurned: parts.filter(({ isTurned }) => isTurned).length % 2 === 1,
    of: withArgs(
      key,
      parts.map(({ of }) => of),
    ),
  };
}

/** Whether the sign of a part is that of the whole. */
const isLinear = (e: Expr): boolean =>
  e.kind === "indexSum" || (e.kind === "apply" && e.op.multilinear === true);

function keyOf(e: Apply, args: readonly Expr[]): Expr {
  if (commutative.has(e.op)) return apply(e.op, args.toSorted(compare));
  if (e.op === scale) {
    if (isScalar(args.at(-1)!)) return apply(scale, args.toSorted(compare));
    return apply(scale, [...args.slice(0, -1).toSorted(compare), args.at(-1)!]);
  }
  if (e.op === transpose) return transposedKey(args[0]!);
  if (even.has(e.op) || isEvenPower(e))
    return apply(e.op, [smaller(args[0]!, oppositeKey(args[0]!)), ...args.slice(1)]);
  if (e.op === entry && has(e.args[0]!.properties, property.symmetric))
    return apply(entry, [args[0]!, ...args.slice(1).toSorted(compare)]);
  const built = apply(e.op, args);
  if (e.op === matmul && isScalar(e)) return smaller(built, mirrored(built));
  if (e.op === trace) return traceKey(args[0]!);
  return built;
}

/** Operations with f(a, b) = f(b, a). */
const commutative: ReadonlySet<OpFields> = new Set<OpFields>([
  add,
  hadamard,
  maximum,
  minimum,
  differs,
]);

/** Functions with f(−x) = f(x): ‖a − b‖ = ‖b − a‖, [a ≠ b] = [b ≠ a]. */
const even: ReadonlySet<OpFields> = new Set<OpFields>([
  squaredNorm,
  norm,
  norm1,
  abs,
  cos,
  cosh,
  equalToZero,
  differentFromZero,
]);

/** (a − b)² = (b − a)². */
const isEvenPower = ({ op, args: [, p] }: Apply): boolean =>
  op === power && p?.kind === "num" && isInteger(p.value) && p.value.numerator % 2n === 0n;

/** −x as a key, of a sum term by term. */
const oppositeKey = (x: Expr): Expr =>
  isApply(x, add) ? apply(add, x.args.map(oppositeKey).toSorted(compare)) : opposite(x);

/** The transpose pushed to the leaves. */
function transposedKey(x: Expr): Expr {
  if (isApply(x, add) || isApply(x, hadamard))
    return apply(x.op, x.args.map(transposedKey).toSorted(compare));
  if (isApply(x, matmul)) return matmul(...x.args.toReversed().map(transposedKey));
  if (isApply(x, scale))
    return apply(scale, [...x.args.slice(0, -1), transposedKey(x.args.at(-1)!)]);
  if (isApply(x, kronecker)) return kronecker(transposedKey(x.args[0]!), transposedKey(x.args[1]!));
  return transposed(x);
}

const mirrored = (e: Apply): Expr => apply(e.op, e.args.toReversed().map(transposedKey));

const smaller = (a: Expr, b: Expr): Expr => (compare(a, b) <= 0 ? a : b);

/** The first in order of all rotations of a trace and of its transpose. */
function traceKey(x: Expr): Expr {
  if (!isApply(x, matmul)) return smaller(trace(x), trace(transposedKey(x)));
  const turns = (factors: readonly Expr[]): Expr[] =>
    factors.map((_, i) => trace(matmul(...factors.slice(i), ...factors.slice(0, i))));
  return [...turns(x.args), ...turns(x.args.toReversed().map(transposedKey))].reduce(smaller);
}

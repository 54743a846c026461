/** @file The matrix of a linear map: J with vec(dY) = J vec(Δ), read off the differential. */

import { freshIndex, indexSum, opened } from "../expr/binding.ts";
import { multiplied, one } from "../expr/dimension.ts";
import type { Dimension, Shape } from "../expr/dimension.ts";
import { isColumn, isScalar } from "../expr/expr.ts";
import type { Apply, Expr, Sym } from "../expr/expr.ts";
import { contains, substitution } from "../expr/walk.ts";
import {
  add,
  entrywiseProduct,
  hadamard,
  identity,
  matmul,
  product,
  scale,
  scaled,
  transpose,
  transposed,
} from "../ops/arithmetic.ts";
import { column, row, unitVector } from "../ops/indexing.ts";
import { commutation, kronecker, mat, vec } from "../ops/kronecker.ts";
import { sizeOf } from "../ops/reduce.ts";
import { diagonalMatrix, diagonalVector } from "../ops/structure.ts";
import type { Tidier } from "./sweep.ts";
import { gradientBy, sweep } from "./sweep.ts";

const entriesOf = ([rows, columns]: Shape): Dimension => multiplied(rows, columns);

/** vec, for a row or a column that itself stands. */
export const stacked = (x: Expr): Expr =>
  isColumn(x) ? x : x.shape[0] === one ? transposed(x) : vec(x);

/** A ⊗ B, where a 1 says nothing. */
const kron = (a: Expr, b: Expr): Expr =>
  isScalar(a) ? product(a, b) : isScalar(b) ? product(b, a) : kronecker(a, b);

/**
 * J with vec(change) = J vec(direction), for a change that is linear in `direction`: products become
 * ⊗, entrywise products diagonal matrices. What has no such form is added up over the entries of the
 * direction.
 */
export function matrixOfMap(change: Expr, direction: Sym, tidy: Tidier): Expr {
  const dependents = new Map<Expr, boolean>();
  const depends = (e: Expr): boolean => {
    let known = dependents.get(e);
    if (known === undefined) dependents.set(e, (known = contains(e, direction)));
    return known;
  };
  return tidy.simplify(matrix(change));

  function matrix(e: Expr): Expr {
    if (e === direction) return identity(entriesOf(e.shape));
    if (isScalar(e)) return acrossScalar(e);
    if (e.kind === "indexSum") {
      const { index, body } = opened(e);
      return indexSum(index, matrix(body));
    }
    if (e.kind !== "apply") throw new Error("internal: a change that is not linear");
    return ofApplication(e) ?? addedUp(e);
  }

  /** A scalar: the transposed gradient. */
  function acrossScalar(e: Expr): Expr {
    return transpose(stacked(gradientBy(sweep(e, [direction], tidy), direction)));
  }

  function ofApplication(e: Apply): Expr | null {
    const { op, args } = e;
    const [x] = args;
    if (op === add) return add(...args.filter(depends).map(matrix));
    if (op === scale) return ofScale(args);
    if (op === matmul) return ofProduct(args);
    if (op === hadamard) {
      const at = args.findIndex(depends);
      const others = args.filter((_, i) => i !== at);
      return product(diagonalMatrix(stacked(entrywiseProduct(...others))), matrix(args[at]!));
    }
    if (op === transpose) return ofTranspose(x!);
    if (op === vec || op === mat) return matrix(x!);
    if (op === column)
      return product(
        kron(transpose(unitVector(x!.shape[1], args[1]!)), identity(x!.shape[0])),
        matrix(x!),
      );
    if (op === row)
      return product(
        kron(identity(x!.shape[1]), transpose(unitVector(x!.shape[0], args[1]!))),
        matrix(x!),
      );
    if (op === diagonalMatrix) return product(spread(x!.shape[0]), matrix(x!));
    if (op === diagonalVector) return product(transpose(spread(x!.shape[0])), matrix(x!));
    if (op === kronecker) return ofKronecker(args[0]!, args[1]!);
    return null;
  }

  function ofScale(args: readonly Expr[]): Expr {
    const at = args.findIndex(depends);
    const others = args.filter((_, i) => i !== at);
    if (at === args.length - 1) return scaled(others, matrix(args[at]!));
    const body = others.pop()!;
    return scaled(others, product(stacked(body), acrossScalar(args[at]!)));
  }

  /** vec(PXQ) = (Qᵀ ⊗ P) vec(X). */
  function ofProduct(factors: readonly Expr[]): Expr {
    const at = factors.findIndex(depends);
    const x = factors[at]!;
    const before = factors.slice(0, at);
    const after = factors.slice(at + 1);
    // One column beside another: no ⊗ is needed.
    if (after.length === 0 && isColumn(x)) return product(...before, matrix(x));
    const left =
      after.length === 0 ? identity(x.shape[1]) : product(...after.toReversed().map(transposed));
    const right = before.length === 0 ? identity(x.shape[0]) : product(...before);
    return product(kron(left, right), matrix(x));
  }

  function ofTranspose(x: Expr): Expr {
    const [rows, columns] = x.shape;
    if (rows === one || columns === one) return matrix(x);
    return product(commutation(sizeOf(rows), sizeOf(columns)), matrix(x));
  }

  /** vec(A ⊗ X) = (I ⊗ K ⊗ I)(vec A ⊗ vec X), with K the commutation of columns of A and rows of X. */
  function ofKronecker(a: Expr, b: Expr): Expr {
    const [p, q] = [b.shape[0], b.shape[1]];
    const [m, n] = [a.shape[0], a.shape[1]];
    const between =
      q === one || m === one ? identity(multiplied(q, m)) : commutation(sizeOf(q), sizeOf(m));
    const order = kron(kron(identity(n), between), identity(p));
    const inside = depends(b)
      ? product(kron(stacked(a), identity(entriesOf(b.shape))), matrix(b))
      : product(kron(identity(entriesOf(a.shape)), stacked(b)), matrix(a));
    return product(order, inside);
  }

  /** Σ over the entries of the direction: the change for each, times its place. */
  function addedUp(e: Expr): Expr {
    const [rows, columns] = direction.shape;
    const [i, j] = [rows, columns].map((d) => (d === one ? null : freshIndex(d)));
    const unit = product(
      ...(i ? [unitVector(rows, i)] : []),
      ...(j ? [transpose(unitVector(columns, j))] : []),
    );
    const one_ = substitution([[direction, unit]])(e);
    let sum: Expr = product(stacked(one_), transpose(stacked(unit)));
    if (j) sum = indexSum(j, sum);
    return i ? indexSum(i, sum) : sum;
  }
}

/** The matrix with vec(diag(x)) = S x: Σᵢ (eᵢ ⊗ eᵢ)eᵢᵀ. */
function spread(n: Dimension): Expr {
  const i = freshIndex(n);
  const e = unitVector(n, i);
  return indexSum(i, matmul(kronecker(e, e), transpose(e)));
}

/** @file From indices to matrices: the vector of the entries f(i), the matrix of the entries f(i, j). */

import { dependsOn } from "../expr/binding.ts";
import type { Expr, Sym } from "../expr/expr.ts";
import { apply, isApply, isColumn, isRow, isScalar } from "../expr/expr.ts";
import {
  add,
  hadamard,
  matmul,
  negate,
  ones,
  onesOf,
  product,
  scale,
  scaled,
  transpose,
  transposed,
} from "../ops/arithmetic.ts";
import { maximum, minimum, power } from "../ops/elementwise.ts";
import { column, delta, differs, entry, row, unitVector } from "../ops/indexing.ts";
import { squaredNorm } from "../ops/reduce.ts";
import { logsoftmax, logsumexp, softmax } from "../ops/rowwise.ts";
import { diagonalMatrix, diagonalVector } from "../ops/structure.ts";
import { scaleFactors, unscaled } from "./forms.ts";
import { factorsOf } from "./term.ts";

/**
 * Σ over `index` of `body` in matrix notation; null where it has none. Σᵢ fᵢgᵢ is an inner product,
 * Σᵢ fᵢeᵢ the vector of the fᵢ, Σⱼ Xᵢⱼwⱼ the product with row i.
 */
export function contracted(body: Expr, index: Sym): Expr | null {
  const count = index.range!;
  if (isApply(body, add)) {
    const terms = body.args.map((t) => contracted(t, index));
    return terms.every((t) => t !== null) ? add(...terms) : null;
  }
  if (!dependsOn(body, index)) return null;
  if (isScalar(body)) {
    const inside = summedInside(body, index);
    if (inside) return inside;
    const whole = vectorOf(body, index);
    return whole && product(transpose(ones(count)), whole);
  }
  if (isApply(body, transpose)) {
    const inside = contracted(body.args[0]!, index);
    return inside && transposed(inside);
  }
  const { scalars, body: rest } = unscaled(body);
  const fixed = scalars.filter((s) => !dependsOn(s, index));
  const varied = scalars.filter((s) => dependsOn(s, index));
  const weights = varied.length > 0 ? vectorOf(productOf(varied), index) : null;
  if (varied.length > 0 && weights === null) return null;
  const factors = factorsOf(rest);
  const at = factors.flatMap((f, i) => (dependsOn(f, index) ? [i] : []));
  const [first, second] = at;
  if (first === undefined || at.length > 2) return null;
  const before = factors.slice(0, first);
  const after = factors.slice((second ?? first) + 1);
  const d = factors[first]!;
  if (second === undefined) {
    const w = weights ?? ones(count);
    const side = columnsOf(d, index);
    if (isColumn(d)) return side && scaled(fixed, product(...before, side, w, ...after));
    const rows = rowsOf(d, index);
    return isRow(d) && rows
      ? scaled(fixed, product(...before, transpose(w), rows, ...after))
      : null;
  }
  if (second !== first + 1) return null;
  const [left, right] = [columnsOf(d, index), rowsOf(factors[second]!, index)];
  if (!left || !right) return null;
  const middle = weights ? [diagonalMatrix(weights)] : [];
  return scaled(fixed, product(...before, left, ...middle, right, ...after));
}

/** Σⱼ of a product of which one factor has the other indices as well: (Xw)ᵢ. */
function summedInside(body: Expr, index: Sym): Expr | null {
  const { fixed, varied } = apart(body, [index]);
  // What has other indices as well stands on the left: Xᵢ,: before w.
  const isMixed = (f: Expr): boolean => f.free.length > 1;
  const groups = [varied.filter(isMixed), varied.filter((f) => !isMixed(f))];
  if (groups.some((g) => g.length === 0)) {
    if (varied.length !== 2) return null;
    groups.splice(0, 2, [varied[0]!], [varied[1]!]);
  }
  const [left, right] = groups.map((g) => vectorOf(productOf(g), index));
  return left && right ? scaled(fixed, product(transposed(left), right)) : null;
}

const productOf = (factors: readonly Expr[]): Expr =>
  factors.length === 1 ? factors[0]! : scale(...factors);

/** The scalar factors of a scalar that do not depend on some indices, and those that do. */
function apart(e: Expr, indices: readonly Sym[]): { fixed: Expr[]; varied: Expr[] } {
  const factors = scaleFactors(e);
  const isVaried = (f: Expr): boolean => indices.some((i) => dependsOn(f, i));
  return { fixed: factors.filter((f) => !isVaried(f)), varied: factors.filter(isVaried) };
}

/** The column of the values of a scalar for i = 1, 2, …; null where it has no matrix form. */
export function vectorOf(e: Expr, i: Sym): Expr | null {
  const n = i.range!;
  if (!dependsOn(e, i)) return scaled([e], ones(n));
  if (e.kind === "indexSum") return summed(e.body, e.index, i, null);
  if (e.kind !== "apply") return null;
  const { op, args } = e;
  if (isApply(e, entry)) {
    const [of, p, q] = args as readonly [Expr, Expr, Expr];
    if (dependsOn(of, i)) return null;
    if (p === i && q === i) return diagonalVector(of);
    if (p === i && !dependsOn(q, i)) return isColumn(of) ? of : column(of, q);
    if (q === i && !dependsOn(p, i)) return transposed(isRow(of) ? of : row(of, p));
    return null;
  }
  if (op === add)
    return every(
      args,
      (t) => vectorOf(t, i),
      (terms) => add(...terms),
    );
  if (op === scale) {
    const { fixed, varied } = apart(e, [i]);
    return every(
      varied,
      (f) => vectorOf(f, i),
      (parts) => scaled(fixed, parts.length === 1 ? parts[0]! : hadamard(...parts)),
    );
  }
  if (op === differs) {
    const [a, b] = args as readonly [Expr, Expr];
    const other = a === i ? b : a;
    return dependsOn(other, i) ? null : add(ones(n), negate(unitVector(n, other)));
  }
  if (op === matmul) return innerProducts(args, i);
  if (op === squaredNorm) {
    const columns = columnsOf(args[0]!, i);
    return columns && matmul(transpose(hadamard(columns, columns)), ones(args[0]!.shape[0]));
  }
  if (op === logsumexp) {
    const columns = columnsOf(args[0]!, i);
    return columns && logsumexp(transposed(columns));
  }
  return entrywise(e, (arg) => vectorOf(arg, i));
}

/** f of the vectors or matrices of its arguments, where it works entry by entry. */
function entrywise(e: Expr & { kind: "apply" }, lift: (arg: Expr) => Expr | null): Expr | null {
  const { op, args } = e;
  if (op === power) {
    const [base, exponent] = args as readonly [Expr, Expr];
    const isFixed = exponent.free.length === 0;
    const lifted = isFixed ? lift(base) : null;
    return lifted && power(lifted, exponent);
  }
  if (!op.entrywise && op !== maximum && op !== minimum) return null;
  return every(args, lift, (parts) => apply(op, parts));
}

function every(
  parts: readonly Expr[],
  lift: (part: Expr) => Expr | null,
  build: (lifted: Expr[]) => Expr,
): Expr | null {
  const lifted: Expr[] = [];
  for (const part of parts) {
    const found = lift(part);
    if (found === null) return null;
    lifted.push(found);
  }
  return build(lifted);
}

/** The vector of the scalars row(i) · … · column(i). */
function innerProducts(factors: readonly Expr[], i: Sym): Expr | null {
  const at = factors.flatMap((f, k) => (dependsOn(f, i) ? [k] : []));
  const [first, second] = at;
  if (first === undefined || at.length > 2) return null;
  const before = factors.slice(0, first);
  const d = factors[first]!;
  if (second === undefined) {
    const after = factors.slice(first + 1);
    const rows = isRow(d) && before.length === 0 ? rowsOf(d, i) : null;
    if (rows) return product(rows, ...after);
    const columns = isColumn(d) && after.length === 0 ? columnsOf(d, i) : null;
    return columns && transpose(product(...before, columns));
  }
  if (first !== 0 || second !== factors.length - 1) return null;
  const [left, right] = [rowsOf(d, i), columnsOf(factors[second]!, i)];
  if (!left || !right) return null;
  const whole = hadamard(product(left, ...factors.slice(1, second)), transposed(right));
  return matmul(whole, ones(whole.shape[1]));
}

/** The matrix whose columns are the values of a column for i = 1, 2, …. */
function columnsOf(v: Expr, i: Sym): Expr | null {
  const n = i.range!;
  if (!isColumn(v)) return null;
  if (isScalar(v)) {
    const whole = vectorOf(v, i);
    return whole && transpose(whole);
  }
  if (!dependsOn(v, i)) return matmul(v, transpose(ones(n)));
  if (isApply(v, column)) {
    const [of, j] = v.args as readonly [Expr, Expr];
    return j === i && !dependsOn(of, i) ? of : null;
  }
  if (isApply(v, transpose)) {
    const of = v.args[0]!;
    const rows = rowsOf(of, i);
    return rows && transposed(rows);
  }
  if (isApply(v, add))
    return every(
      v.args,
      (t) => columnsOf(t, i),
      (terms) => add(...terms),
    );
  if (isApply(v, scale)) {
    const { scalars, body } = unscaled(v);
    const fixed = scalars.filter((s) => !dependsOn(s, i));
    const varied = scalars.filter((s) => dependsOn(s, i));
    const weights = varied.length > 0 ? vectorOf(productOf(varied), i) : null;
    if (varied.length > 0 && !weights) return null;
    if (!dependsOn(body, i)) return weights && scaled(fixed, matmul(body, transpose(weights)));
    const columns = columnsOf(body, i);
    return columns && scaled(fixed, weights ? matmul(columns, diagonalMatrix(weights)) : columns);
  }
  if (isApply(v, hadamard)) {
    const fixed = v.args.filter((f) => !dependsOn(f, i));
    const varied = v.args.filter((f) => dependsOn(f, i));
    return every(
      varied,
      (f) => columnsOf(f, i),
      (all) => {
        const columns = all.length === 1 ? all[0]! : hadamard(...all);
        if (fixed.length === 0) return columns;
        return matmul(diagonalMatrix(fixed.length === 1 ? fixed[0]! : hadamard(...fixed)), columns);
      },
    );
  }
  if (isApply(v, softmax) || isApply(v, logsoftmax)) {
    const columns = columnsOf(v.args[0]!, i);
    return columns && transpose(apply(v.op, [transposed(columns)]));
  }
  if (isApply(v, matmul)) {
    const last = v.args.at(-1)!;
    const rest = v.args.slice(0, -1);
    if (rest.some((f) => dependsOn(f, i))) return null;
    const columns = columnsOf(last, i);
    return columns && product(...rest, columns);
  }
  return v.kind === "apply" ? entrywise(v, (arg) => columnsOf(arg, i)) : null;
}

/** The matrix whose rows are the values of a row for i = 1, 2, …. */
function rowsOf(v: Expr, i: Sym): Expr | null {
  if (!isRow(v) || isScalar(v)) return null;
  if (isApply(v, row)) {
    const [of, j] = v.args as readonly [Expr, Expr];
    return j === i && !dependsOn(of, i) ? of : null;
  }
  if (isApply(v, transpose)) {
    const columns = columnsOf(v.args[0]!, i);
    return columns && transposed(columns);
  }
  if (isApply(v, matmul)) {
    const [first, ...rest] = v.args as readonly [Expr, ...Expr[]];
    if (rest.some((f) => dependsOn(f, i))) return null;
    const rows = rowsOf(first, i);
    return rows && product(rows, ...rest);
  }
  const turned = standing(v);
  const columns = turned && columnsOf(turned, i);
  return columns && transposed(columns);
}

/** The transpose of a row that is made of rows, made of columns. */
function standing(v: Expr): Expr | null {
  if (v.kind !== "apply") return null;
  const parts = (args: readonly Expr[]): Expr[] =>
    args.map((arg) => standing(arg) ?? transposed(arg));
  if (isApply(v, add) || isApply(v, hadamard)) return apply(v.op, parts(v.args));
  if (isApply(v, scale)) return scale(...v.args.slice(0, -1), ...parts(v.args.slice(-1)));
  if (isApply(v, power)) return power(parts(v.args.slice(0, 1))[0]!, v.args[1]!);
  return v.op.entrywise ? apply(v.op, parts(v.args)) : null;
}

/** The matrix of the values of a scalar for rows i and columns j; null where it has none. */
function matrixOf(e: Expr, i: Sym, j: Sym): Expr | null {
  const shape = [i.range!, j.range!] as const;
  if (!dependsOn(e, j)) {
    const v = vectorOf(e, i);
    return v && product(v, transpose(ones(shape[1])));
  }
  if (!dependsOn(e, i)) {
    const v = vectorOf(e, j);
    return v && product(ones(shape[0]), transpose(v));
  }
  if (e.kind === "indexSum") return summed(e.body, e.index, i, j);
  if (e.kind !== "apply") return null;
  const { op, args } = e;
  if (op === entry) {
    const [of, p, q] = args as readonly [Expr, Expr, Expr];
    if (dependsOn(of, i) || dependsOn(of, j)) return null;
    if (p === i && q === j) return of;
    return p === j && q === i ? transposed(of) : null;
  }
  if (op === add)
    return every(
      args,
      (t) => matrixOf(t, i, j),
      (terms) => add(...terms),
    );
  if (op === scale) return weighted(args, i, j, []);
  if (op === differs && args.includes(i) && args.includes(j) && i.range === j.range) {
    const d = matrixOf(delta(i.range!, i, j), i, j);
    return d && add(onesOf(shape), negate(d));
  }
  if (op === matmul) {
    const [first, last] = [args[0]!, args.at(-1)!];
    const inner = args.slice(1, -1);
    if (inner.some((f) => dependsOn(f, i) || dependsOn(f, j))) return null;
    const [r, c] = dependsOn(first, i) ? [i, j] : [j, i];
    if (dependsOn(first, c) || dependsOn(last, r)) return null;
    const [rows, columns] = [rowsOf(first, r), columnsOf(last, c)];
    if (!rows || !columns) return null;
    const whole = product(rows, ...inner, columns);
    return r === i ? whole : transpose(whole);
  }
  return entrywise(e, (arg) => matrixOf(arg, i, j));
}

/** A product of scalars as a matrix: what has one index weighs rows or columns. */
function weighted(
  factors: readonly Expr[],
  i: Sym,
  j: Sym,
  matrices: readonly Expr[],
): Expr | null {
  const has = (f: Expr, k: Sym): boolean => dependsOn(f, k);
  const fixed = factors.filter((f) => !has(f, i) && !has(f, j));
  const both = factors.filter((f) => has(f, i) && has(f, j)).map((f) => matrixOf(f, i, j));
  const rows = factors.filter((f) => has(f, i) && !has(f, j));
  const columns = factors.filter((f) => has(f, j) && !has(f, i));
  const u = rows.length > 0 ? vectorOf(productOf(rows), i) : null;
  const v = columns.length > 0 ? vectorOf(productOf(columns), j) : null;
  const known = both.filter((b) => b !== null);
  const isMissing = known.length < both.length;
  if (isMissing || (rows.length > 0 && !u) || (columns.length > 0 && !v)) return null;
  const all = [...matrices, ...known];
  if (all.length === 0)
    return scaled(fixed, product(u ?? ones(i.range!), transpose(v ?? ones(j.range!))));
  const middle = all.length === 1 ? all[0]! : hadamard(...all);
  return scaled(
    fixed,
    product(...(u ? [diagonalMatrix(u)] : []), middle, ...(v ? [diagonalMatrix(v)] : [])),
  );
}

/** Σₖ of a scalar as a column by i, or as a matrix by i and j: a product of matrices over k. */
function summed(body: Expr, k: Sym, i: Sym, j: Sym | null): Expr | null {
  if (isApply(body, add))
    return every(
      body.args,
      (t) => (dependsOn(t, k) ? summed(t, k, i, j) : null),
      (terms) => add(...terms),
    );
  const factors = scaleFactors(body);
  const has = (f: Expr, index: Sym | null): boolean => index !== null && dependsOn(f, index);
  if (factors.some((f) => has(f, k) && has(f, i) && has(f, j))) return null;
  const inner = factors.filter((f) => has(f, k));
  const outer = factors.filter((f) => !has(f, k));
  const weights = inner.filter((f) => !has(f, i) && !has(f, j));
  const left = inner.filter((f) => has(f, i));
  const right = inner.filter((f) => has(f, j));
  const w = weights.length > 0 ? vectorOf(productOf(weights), k) : null;
  const a = left.length > 0 ? matrixOf(productOf(left), i, k) : null;
  const b = j && right.length > 0 ? matrixOf(productOf(right), k, j) : null;
  const isMissing =
    (weights.length > 0 && !w) || (left.length > 0 && !a) || (right.length > 0 && !b);
  if (isMissing) return null;
  const vector = w ?? ones(k.range!);
  if (!j) {
    const whole = a ? product(a, vector) : null;
    if (!whole) return null;
    const rest = outer.length > 0 ? vectorOf(productOf(outer), i) : null;
    if (outer.length > 0 && !rest) return null;
    return rest ? hadamard(whole, rest) : whole;
  }
  if (!a && !b) return null;
  if (a && b) {
    const whole = product(a, ...(w ? [diagonalMatrix(w)] : []), b);
    return outer.length > 0 ? weighted(outer, i, j, [whole]) : whole;
  }
  const column = a ? product(a, vector) : null;
  const across = b ? product(transposed(vector), b) : null;
  const whole = product(column ?? ones(i.range!), across ?? transpose(ones(j.range!)));
  if (outer.length === 0) return whole;
  return weighted(outer, i, j, [whole]);
}

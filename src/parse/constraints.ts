/** @file What the operators of the language demand of shapes. */

import { one } from "../expr/dimension.ts";
import type { Term } from "./unify.ts";
import type { Constraint, Reason, ShapeTerm, Solver } from "./unify.ts";
import { classOf, extentOf, find, Mismatch, scalarTerm, unifyProduct } from "./unify.ts";

type Clash = () => Error;

function constraint(
  shapes: readonly ShapeTerm[],
  clash: Clash,
  step: (solver: Solver) => boolean,
): Constraint {
  return { shapes, clash, step, done: false };
}

/** Equal shapes. */
export const same = (a: ShapeTerm, b: ShapeTerm, why: Reason, clash: Clash): Constraint =>
  constraint([a, b], clash, (solver) => {
    solver.unifyShapes(a, b, why);
    return true;
  });

export const scalar = (a: ShapeTerm, why: Reason, clash: Clash): Constraint =>
  same(a, scalarTerm, why, clash);

/** Not a scalar: what is written transposed has rows or columns to exchange. */
export const nonscalar = (a: ShapeTerm, why: Reason, clash: Clash): Constraint =>
  constraint([a], clash, (solver) => {
    const [rows, columns] = [extentOf(a[0]), extentOf(a[1])];
    if (rows === "many" || columns === "many") return true;
    if (rows === "one") solver.markMany(a[1], why);
    else if (columns === "one") solver.markMany(a[0], why);
    else return false;
    return true;
  });

/** As many rows as columns. */
export const square = (a: ShapeTerm, why: Reason, clash: Clash): Constraint =>
  constraint([a], clash, (solver) => {
    solver.unify(a[0], a[1], why);
    return true;
  });

/** A product of factors, scalars among them, from the left. */
export const product = (
  factors: readonly ShapeTerm[],
  out: ShapeTerm,
  why: Reason,
  clash: Clash,
): Constraint =>
  constraint([...factors, out], clash, (solver) => {
    const classes = factors.map(classOf);
    const open = classes.flatMap((c, i) => (c === "open" ? [i] : []));
    if (open.length === 0) {
      const shape = chain(solver, factors, why);
      solver.unifyShapes(shape, out, why);
      return true;
    }
    // Rows that are more than 1 stay: no later factor takes them away. Columns likewise.
    const first = classes.findIndex((c) => c !== "scalar");
    if (classes[first] === "nonscalar" && extentOf(factors[first]![0]) === "many")
      solver.unify(out[0], factors[first]![0], why);
    const last = classes.findLastIndex((c) => c !== "scalar");
    if (classes[last] === "nonscalar" && extentOf(factors[last]![1]) === "many")
      solver.unify(out[1], factors[last]![1], why);
    if (open.length > 1) return false;
    const at = open[0]!;
    const others = [factors.slice(0, at), factors.slice(at + 1)];
    if (others.every((part) => part.length === 0 || isScalarChain(solver, part, why))) {
      solver.unifyShapes(factors[at]!, out, why);
      return true;
    }
    return false;
  });

function isScalarChain(solver: Solver, part: readonly ShapeTerm[], why: Reason): boolean {
  if (part.every((shape) => classOf(shape) === "scalar")) return true;
  const [first, last] = [
    part.find((s) => classOf(s) !== "scalar")!,
    part.findLast((s) => classOf(s) !== "scalar")!,
  ];
  if (extentOf(first[0]) !== "one" || extentOf(last[1]) !== "one") return false;
  return classOf(chain(solver, part, why)) === "scalar";
}

/**
 * The shape of a product of factors that are each known to be scalar or not. A row after something
 * with as many columns as the row has not begins a scalar of its own: `w xᵀx` and `A xᵀx` are both
 * read.
 */
export function chain(solver: Solver, factors: readonly ShapeTerm[], why: Reason): ShapeTerm {
  const pending: ShapeTerm[] = [];
  let acc: ShapeTerm | null = null;
  for (const factor of factors) {
    if (classOf(factor) === "scalar") continue;
    if (acc === null || classOf(acc) === "scalar") {
      acc = factor;
    } else if (startsScalar(acc, factor)) {
      pending.push(acc);
      acc = factor;
    } else {
      solver.unify(acc[1], factor[0], why);
      acc = [acc[0], factor[1]];
    }
    if (pending.length > 0 && classOf(acc) === "scalar") acc = pending.pop()!;
  }
  if (pending.length > 0) throw new Mismatch();
  return acc ?? scalarTerm;
}

/** Whether a row stands where its one row cannot meet the columns before it. */
export const startsScalar = (before: ShapeTerm, factor: ShapeTerm): boolean =>
  extentOf(factor[0]) === "one" && extentOf(before[1]) === "many";

/** One shape for all that are not scalars; scalars are spread. */
export const spread = (
  parts: readonly ShapeTerm[],
  out: ShapeTerm,
  why: Reason,
  clash: Clash,
): Constraint =>
  constraint([...parts, out], clash, (solver) => {
    const classes = parts.map(classOf);
    const large = parts.filter((_, i) => classes[i] === "nonscalar");
    if (large.length > 0) for (const part of large) solver.unifyShapes(part, out, why);
    if (classes.includes("open")) {
      if (classOf(out) !== "scalar") return false;
      for (const part of parts) solver.unifyShapes(part, scalarTerm, why);
    } else if (large.length === 0) solver.unifyShapes(out, scalarTerm, why);
    return true;
  });

/** A column or a row, which one index counts; `range` is null where the index is a number. */
export const indexed = (of: ShapeTerm, range: Term | null, why: Reason, clash: Clash): Constraint =>
  constraint(range === null ? [of] : [of, [range, one]], clash, (solver) => {
    const [rows, columns] = [extentOf(of[0]), extentOf(of[1])];
    if (rows === "many" && columns === "many") throw new Mismatch();
    if (rows === "one" && columns === "one") throw new Mismatch();
    const axis = rows === "many" ? 0 : columns === "many" ? 1 : null;
    if (axis === null) {
      if (rows === "one") solver.markMany(of[1], why);
      else if (columns === "one") solver.markMany(of[0], why);
      else return false;
    } else solver.unify(of[1 - axis]!, one, why);
    const counted = axis ?? (rows === "one" ? 1 : 0);
    if (range !== null) solver.unify(of[counted], range, why);
    return true;
  });

/** Bars: the determinant of a square matrix, the absolute values of a vector or a scalar. */
export const bars = (of: ShapeTerm, out: ShapeTerm, why: Reason, clash: Clash): Constraint =>
  constraint([of, out], clash, (solver) => {
    const [rows, columns] = [extentOf(of[0]), extentOf(of[1])];
    if (rows === "many" && columns === "many") {
      solver.unify(of[0], of[1], why);
      solver.unifyShapes(out, scalarTerm, why);
      return true;
    }
    if (rows === "open" || columns === "open") {
      if (classOf(out) !== "nonscalar") return false;
    }
    solver.unifyShapes(of, out, why);
    return true;
  });

/** As many rows as a matrix has entries. */
export const stacked = (of: ShapeTerm, rows: Term, why: Reason, clash: Clash): Constraint =>
  constraint([of, [rows, rows]], clash, (solver) => {
    if (extentOf(of[0]) === "many" || extentOf(of[1]) === "many") solver.markMany(rows, why);
    return unifyProduct(solver, rows, of[0], of[1], why);
  });

/** The Kronecker product of two shapes. */
export const kronecker = (
  a: ShapeTerm,
  b: ShapeTerm,
  out: ShapeTerm,
  why: Reason,
  clash: Clash,
): Constraint =>
  constraint([a, b, out], clash, (solver) => {
    // A product that is square by its place is read as one of squares.
    if (find(out[0]) === find(out[1]) && extentOf(out[0]) !== "one") {
      solver.unify(a[0], a[1], why);
      solver.unify(b[0], b[1], why);
    }
    for (const axis of [0, 1] as const)
      if (extentOf(a[axis]) === "many" || extentOf(b[axis]) === "many")
        solver.markMany(out[axis], why);
    const rows = unifyProduct(solver, out[0], a[0], b[0], why);
    const columns = unifyProduct(solver, out[1], a[1], b[1], why);
    return rows && columns;
  });

/** The first of several signatures that fits, once enough is known of the arguments. */
export const readings = (
  options: readonly { readonly inputs: readonly ShapeTerm[]; readonly output: ShapeTerm }[],
  args: readonly ShapeTerm[],
  out: ShapeTerm,
  why: Reason,
  clash: Clash,
): Constraint =>
  constraint([...args, out], clash, (solver) => {
    const possible = options.filter(
      (option) =>
        option.inputs.every((input, i) => couldBe(input, args[i]!)) && couldBe(option.output, out),
    );
    if (possible.length === 0) throw new Mismatch();
    const settled = args.every((arg) => extentOf(arg[0]) !== "open" && extentOf(arg[1]) !== "open");
    if (possible.length > 1 && !settled) return false;
    const chosen = possible[0]!;
    for (const [i, input] of chosen.inputs.entries()) solver.unifyShapes(input, args[i]!, why);
    solver.unifyShapes(chosen.output, out, why);
    return true;
  });

/** Whether two shapes can agree as far as ones go. */
function couldBe(a: ShapeTerm, b: ShapeTerm): boolean {
  return [0, 1].every((axis) => {
    const [x, y] = [find(a[axis as 0 | 1]), find(b[axis as 0 | 1])] as [Term, Term];
    const [p, q] = [extentOf(x), extentOf(y)];
    return !((p === "one" && q === "many") || (p === "many" && q === "one"));
  });
}

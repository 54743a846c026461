/** @file Functions of which the problem gives only names and spaces, f: ℝ→ℝ or C: ℝⁿ→ℝ, and their derivatives. */

import { errors } from "../diagnostics/errors.ts";
import type { Dimension } from "../expr/dimension.ts";
import { one } from "../expr/dimension.ts";
import type { Expr } from "../expr/expr.ts";
import { isColumn } from "../expr/expr.ts";
import type { Derivative, Notation, Op } from "../expr/op.ts";
import { property } from "../expr/properties.ts";
import { entrywiseProduct, ones, product, scale, transpose, transposed } from "./arithmetic.ts";
import { map, primitive } from "./core.ts";
import { entryFunction, field } from "./stand-in.ts";

// An application is interned by the name of its operation, and a pass compares operations: for one name
// there is one operation for as long as anything is made of it.
const known = new Map<string, WeakRef<Op>>();
const collected = new FinalizationRegistry<string>((name) => {
  if (!known.get(name)?.deref()) known.delete(name);
});

function only(opName: string, make: () => Op): Op {
  const found = known.get(opName)?.deref();
  if (found) return found;
  const made = make();
  known.set(opName, new WeakRef(made));
  collected.register(made, opName);
  return made;
}

const written = (name: string, arity: number, derivative: Derivative): Notation => ({
  kind: "function",
  name,
  derivative,
  arity,
});
const itself: Derivative = { kind: "primes", order: 0 };

/** f, or its derivative of that order, of each entry. */
export const ofEntries = (name: string, order: number): Op =>
  only(`entrywise ${name} ${order}`, () => {
    const stand = entryFunction(name, order);
    return primitive(`entrywise ${name} ${order}`, {
      signature: "m×n → m×n",
      notation: written(name, 1, { kind: "primes", order }),
      // dy = f′(x) ⊙ dx
      pullback: (g, _y, x) => [entrywiseProduct(g, ofEntries(name, order + 1)(x))],
      value: (m, x) => map(m, x, (entry) => stand(m, entry)),
      properties: ([x]) => x!.properties & property.symmetric,
      entrywise: true,
    });
  });

const scalarOf = (args: readonly Expr[], arity: number): readonly [Dimension, Dimension] | null =>
  args.length === arity ? [one, one] : null;

/** C(x), f(x, θ): a scalar. */
export const scalarField = (name: string, arity: number): Op =>
  only(`field ${name} ${arity}`, () => {
    const stand = field(name);
    return primitive(`field ${name} ${arity}`, {
      signature: "m×n, … → 1×1",
      shape: (args) => scalarOf(args, arity),
      notation: written(name, arity, itself),
      // dy = Σᵢ ⟨∇ᵢf, dxᵢ⟩
      pullback: (g, _y, ...args) =>
        args.map((_, at) => scale(g, gradient(name, arity, at)(...args))),
      value: (m, ...args) => stand.value(m, args),
    });
  });

/** ∇C(x), ∇_2 f(x, θ): of the shape of the argument. */
export const gradient = (name: string, arity: number, at: number): Op =>
  only(`gradient ${name} ${arity} ${at}`, () => {
    const stand = field(name);
    return primitive(`gradient ${name} ${arity} ${at}`, {
      signature: "m×n, … → m×n",
      shape: (args) => (args.length === arity ? args[at]!.shape : null),
      notation: written(name, arity, { kind: "gradient", at }),
      // dy = Σⱼ Hᵢⱼ dxⱼ, Hᵢⱼ = Hⱼᵢᵀ
      pullback: (g, _y, ...args) =>
        args.map((x, other) => {
          if (!isColumn(x) || !isColumn(args[at]!))
            return errors.noNotation(
              `∇${name} by a matrix`,
              "it has four indices, and is no matrix",
            );
          const [rows, columns] = at <= other ? [at, other] : [other, at];
          const block = hessian(name, arity, rows, columns)(...args);
          return product(rows === at ? transposed(block) : block, g);
        }),
      value: (m, ...args) =>
        m.matrix(m.rows(args[at]), m.columns(args[at]), (i, j) => stand.slope(m, args, [at, i, j])),
    });
  });

/** ∇²C(x); ∇²_{12} f(x, θ) has a row per entry of x and a column per entry of θ. */
export const hessian = (name: string, arity: number, rows: number, columns: number): Op =>
  only(`hessian ${name} ${arity} ${rows} ${columns}`, () => {
    const stand = field(name);
    return primitive(`hessian ${name} ${arity} ${rows} ${columns}`, {
      signature: "m×1, … → m×n",
      shape: (args) =>
        args.length === arity && isColumn(args[rows]!) && isColumn(args[columns]!)
          ? [args[rows]!.shape[0], args[columns]!.shape[0]]
          : null,
      notation: written(name, arity, { kind: "hessian", rows, columns }),
      pullback: (_g, _y, ...args) =>
        args.map(() => errors.noNotation(`∇²${name}`, "it has three indices, and is no matrix")),
      value: (m, ...args) =>
        m.matrix(m.rows(args[rows]), m.rows(args[columns]), (i, j) =>
          stand.curvature(m, args, [rows, i, 0], [columns, j, 0]),
        ),
      properties: () => (rows === columns ? property.symmetric : 0),
    });
  });

/** g(x): a column as long as the second argument, from which the oracle has its size. */
const vectorOp = (name: string, rows: Dimension): Op =>
  only(`vector ${name} ${rows.key}`, () =>
    primitive(`vector ${name} ${rows.key}`, {
      signature: "n×1, m×1 → m×1",
      shape: ([x]) => (isColumn(x!) ? [rows, one] : null),
      notation: written(name, 1, itself),
      // dy = J dx
      pullback: (g, _y, x) => [product(transpose(jacobian(name, rows)(x)), g), null],
      value: (m, x, size) => m.matrix(m.rows(size), 1, (i) => field(name, i).value(m, [x])),
    }),
  );

/** J_g(x): a row per entry of g(x), a column per entry of x. */
const jacobianOp = (name: string, rows: Dimension): Op =>
  only(`jacobian ${name} ${rows.key}`, () =>
    primitive(`jacobian ${name} ${rows.key}`, {
      signature: "n×1, m×1 → m×n",
      shape: ([x]) => (isColumn(x!) ? [rows, x!.shape[0]] : null),
      notation: written(name, 1, { kind: "jacobian" }),
      pullback: () => [
        errors.noNotation(`J_${name}`, "it has three indices, and is no matrix"),
        null,
      ],
      value: (m, x, size) =>
        m.matrix(m.rows(size), m.rows(x), (i, j) => field(name, i).slope(m, [x], [0, j, 0])),
    }),
  );

/** g(x) of that many entries. */
export const vectorField =
  (name: string, rows: Dimension) =>
  (x: Expr): Expr =>
    vectorOp(name, rows)(x, ones(rows));

/** The Jacobian of g(x) of that many entries. */
export const jacobian =
  (name: string, rows: Dimension) =>
  (x: Expr): Expr =>
    jacobianOp(name, rows)(x, ones(rows));

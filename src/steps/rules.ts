/** @file The rules that steps apply, by name and as formulas: what a pullback makes of names. */

import { NablaError } from "../diagnostics/errors.ts";
import { apply, cotangentSymbol, isColumn, isRow, isScalar, sym } from "../expr/expr.ts";
import type { Apply, Expr, Sym } from "../expr/expr.ts";
import { add, hadamard, matmul, scale } from "../ops/arithmetic.ts";
import { unicodeName } from "../print/index.ts";
import { presenter } from "../simplify/present.ts";
import { simplify } from "../simplify/simplify.ts";

/** What the rule of an operation is called. */
export function ruleName({ op, args }: Apply): string {
  if (typeof op.called === "function") return op.called(args);
  if (op.called !== undefined) return op.called;
  const { notation } = op;
  if (notation.kind === "function") return `chain rule for ${unicodeName(notation.name)}`;
  return op.opName.replaceAll(/(?<=[a-z])[A-Z]/gu, (capital) => ` ${capital.toLowerCase()}`);
}

/** A rule in names of its own: Z = XY, ∂L/∂X = (∂L/∂Z)Yᵀ, ∂L/∂Y = Xᵀ∂L/∂Z. */
export interface Rule {
  readonly name: string;
  readonly of: Sym;
  /** What it is of, such as XY. */
  readonly value: Expr;
  /** The cotangent of each argument that something flows to. */
  readonly flows: readonly (readonly [cotangent: Sym, flow: Expr])[];
}

const letters = {
  matrix: ["X", "Y", "A", "B"],
  vector: ["x", "y", "a", "b"],
  scalar: ["α", "β", "γ", "κ"],
};

const kindOf = (e: Expr): keyof typeof letters =>
  isScalar(e) ? "scalar" : isColumn(e) || isRow(e) ? "vector" : "matrix";

/** The rule by which an application is derived; null where it has no form for names. */
export function ruleOf(e: Apply, isMoving: (e: Expr) => boolean, loss: string): Rule | null {
  const used = { matrix: 0, vector: 0, scalar: 0 };
  const names: (Sym | null)[] = [];
  const args = grouped(e, isMoving).map((arg) => {
    const kind = kindOf(arg);
    // A number that stands alone, and what counts, stays itself.
    const letter = isFixed(arg) ? undefined : letters[kind][used[kind]++];
    const name = letter === undefined ? null : sym(letter, arg.shape, 0, null, memberOf(arg));
    names.push(name);
    return name ?? arg;
  });
  if (args.some((arg) => arg.kind === "apply") || e.op.shape(args) === null) return null;
  const value = apply(e.op, args);
  const of = sym(kindOf(value) === "matrix" ? "Z" : "z", value.shape);
  const found = e.op.pullback(cotangentSymbol(loss, of), of, ...args);
  const shown = presenter(() => false);
  const flows = found.flatMap((flow, i) => {
    const name = names[i];
    if (!name || flow === null || flow instanceof NablaError) return [];
    return [[cotangentSymbol(loss, name), shown(simplify(flow))] as const];
  });
  return { name: ruleName(e), of, value, flows };
}

const memberOf = (e: Expr): Sym["member"] => (e.kind === "sym" ? e.member : null);

const isFixed = (e: Expr): boolean => e.kind === "num" || (e.kind === "sym" && e.role !== "value");

/** The arguments of a product or a sum of many, those that nothing moves as one. */
function grouped(e: Apply, isMoving: (e: Expr) => boolean): readonly Expr[] {
  const isOfMany = [add, scale, hadamard, matmul].some((op) => e.op === op);
  if (!isOfMany || e.args.length < 3) return e.args;
  const groups: Expr[] = [];
  for (const arg of e.args) {
    const last = groups.at(-1);
    const isBeside = last && !isMoving(last) && !isMoving(arg);
    if (isBeside && e.op.shape([last, arg])) groups[groups.length - 1] = apply(e.op, [last, arg]);
    else groups.push(arg);
  }
  return groups;
}

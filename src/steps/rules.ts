/** @file The rules that steps apply, by name and as formulas: what a pullback makes of names. */

import { NablaError } from "../diagnostics/errors.ts";
import { sweep } from "../diff/sweep.ts";
import { scalarShape } from "../expr/dimension.ts";
import {
  apply,
  cotangentSymbol,
  isApply,
  isColumn,
  isRow,
  isScalar,
  minusOne,
  sym,
} from "../expr/expr.ts";
import type { Apply, Expr, Sym } from "../expr/expr.ts";
import { argsOf } from "../expr/walk.ts";
import { add, hadamard, matmul, scale, transpose } from "../ops/arithmetic.ts";
import { power } from "../ops/elementwise.ts";
import { unicodeName } from "../print/index.ts";
import { reciprocalOf } from "../print/parts.ts";
import { presenter } from "../simplify/present.ts";
import { simplify, Simplifier } from "../simplify/simplify.ts";

/** What the rule of an operation is called. */
export function ruleName(e: Expr): string {
  if (e.kind !== "apply") return "sum, term by term";
  const { op, args } = e;
  if (isQuotient(e)) return "quotient";
  if (typeof op.called === "function") return op.called(args);
  if (op.called !== undefined) return op.called;
  const { notation } = op;
  if (notation.kind === "function") return `chain rule for ${unicodeName(notation.name)}`;
  return op.opName.replaceAll(/(?<=[a-z])[A-Z]/gu, (capital) => ` ${capital.toLowerCase()}`);
}

/** x/α, which is a product with 1/α. */
const isQuotient = (e: Expr): boolean => isApply(e, scale) && e.args.some(isReciprocal);
const isReciprocal = (e: Expr): boolean => isScalar(e) && reciprocalOf(e) !== null;

/** The names of the rules of operations, from the inside out, that a reader is told, from the outside in. */
export function ruleNames(
  through: readonly Expr[],
  remark: (e: Expr) => string = () => "",
): string[] {
  const names = worthTelling(through).map((e) => ruleName(e) + remark(e));
  return [...new Set(names.toReversed())];
}

/** The operations that are worth a word, from the inside out: numbers and sums are not, beside others. */
export function worthTelling(through: readonly Expr[]): readonly Expr[] {
  const divided = new Set(through.filter(isQuotient).flatMap(argsOf));
  const isNumbered = (e: Expr): boolean =>
    isApply(e, scale) && e.args.filter((arg) => arg.kind !== "num").length === 1;
  const isIdle = (e: Expr): boolean =>
    isApply(e, add) ||
    isNumbered(e) ||
    // wᵀx is a product of w and x.
    (isApply(e, transpose) && (isColumn(e) || isRow(e))) ||
    // The quotient speaks of what it divides by.
    (isReciprocal(e) && divided.has(e));
  const told = through.filter((e) => !isIdle(e));
  const beyondScalars = told.filter((e) => !isApply(e, scale) || isQuotient(e));
  if (beyondScalars.length > 0) return beyondScalars;
  if (told.length > 0) return told;
  // −μ in x − μ is a term of a sum.
  const first = through.find((e) => isApply(e, add)) ?? through[0];
  return first ? [first] : [];
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
  if (isQuotient(e)) return quotientRule(e, loss);
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
  const flows = found.flatMap((flow, i) => {
    const name = names[i];
    if (!name || flow === null || flow instanceof NablaError) return [];
    return [[cotangentSymbol(loss, name), flowShown(flow)] as const];
  });
  return { name: ruleName(e), of, value, flows };
}

/** z = x/α. */
function quotientRule(e: Apply, loss: string): Rule | null {
  const above = e.args.filter((arg) => !isReciprocal(arg));
  if (above.length !== 1 || e.args.length !== 2) return null;
  const kind = kindOf(above[0]!);
  const [x, below] = [
    sym(letters[kind][0]!, e.shape),
    sym(kind === "scalar" ? "β" : "α", scalarShape),
  ];
  const value = scale(power(below, minusOne), x);
  const of = sym(kind === "matrix" ? "Z" : "z", e.shape);
  const seed = cotangentSymbol(loss, of);
  const { cotangents } = sweep(value, [x, below], new Simplifier(), { seed });
  const flows = [x, below].map(
    (name) => [cotangentSymbol(loss, name), flowShown(cotangents.get(name)!)] as const,
  );
  return { name: ruleName(e), of, value, flows };
}

/** What a rule sends, in the form to show. */
export const flowShown = (flow: Expr): Expr => presenter(() => false)(simplify(flow));

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

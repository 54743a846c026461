/** @file The rules that steps apply, by name and as formulas: what a pullback makes of names. */

import { NablaError } from "../diagnostics/errors.ts";
import { differential } from "../diff/differential.ts";
import { sweep } from "../diff/sweep.ts";
import { sameShape } from "../expr/dimension.ts";
import {
  apply,
  cotangentSymbol,
  differentialSymbol,
  isApply,
  isColumn,
  isRow,
  isScalar,
  minusOne,
  sym,
} from "../expr/expr.ts";
import type { Apply, Expr, Sym } from "../expr/expr.ts";
import { argsOf, postorder, substitution } from "../expr/walk.ts";
import { add, hadamard, matmul, scale, total, transpose } from "../ops/arithmetic.ts";
import { power } from "../ops/elementwise.ts";
import { unicodeName } from "../print/index.ts";
import { upright } from "./differentials.ts";
import { reciprocalOf } from "../print/parts.ts";
import { withoutMembers } from "../ops/indexing.ts";
import { splitName } from "../parse/names.ts";
import type { Problem } from "../parse/problem.ts";
import { presenter } from "../simplify/present.ts";
import { simplify, Simplifier } from "../simplify/simplify.ts";

/** What the rule of an operation is called. */
export function ruleName(e: Expr): string {
  if (e.kind !== "apply") return "sum term by term";
  const { op, args } = e;
  if (isQuotient(e)) return "quotient";
  if (isApply(e, add) && args.some(isNegated)) return "difference";
  if (typeof op.called === "function") return op.called(args);
  if (op.called !== undefined) return op.called;
  const { notation } = op;
  if (notation.kind === "function") return `chain rule for ${unicodeName(notation.name)}`;
  return op.opName.replaceAll(/(?<=[a-z])[A-Z]/gu, (capital) => ` ${capital.toLowerCase()}`);
}

/** x/α, which is a product with 1/α. */
const isQuotient = (e: Expr): boolean => isApply(e, scale) && e.args.some(isReciprocal);
const isReciprocal = (e: Expr): boolean => isScalar(e) && reciprocalOf(e) !== null && !isCount(e);
/** −x, with no other number before it. */
const isNegated = (e: Expr): boolean => isApply(e, scale) && e.args[0] === minusOne;
/** A number, or what is made of numbers and sizes. */
const isCount = (e: Expr): boolean =>
  postorder([e]).every((part) => part.kind !== "sym" || part.role === "dimension");

/** The names of the rules of operations, from the inside out, that a reader is told, from the outside in. */
export function ruleNames(
  through: readonly Expr[],
  remark: (e: Expr) => string = () => "",
): string[] {
  const names = worthTelling(through).map((e) => ruleName(e) + remark(e));
  return [...new Set(names.toReversed())];
}

/** The operations of a definition that something moves; those within a sum unless its terms have been told. */
export function movedIn(
  definition: Expr,
  moves: (e: Expr) => boolean,
  isTold: (e: Expr) => boolean,
): readonly Expr[] {
  const below = (e: Expr): readonly Expr[] => (isTold(e) ? [] : argsOf(e));
  return postorder([definition], below).filter((e) => e.kind !== "sym" && moves(e));
}

/** The operations that are worth a word, from the inside out: numbers and sums are not, beside others. */
export function worthTelling(through: readonly Expr[]): readonly Expr[] {
  const divided = new Set(through.filter(isQuotient).flatMap(argsOf));
  const isNumbered = (e: Expr): boolean =>
    isApply(e, scale) && e.args.filter((arg) => !isScalar(arg) || !isCount(arg)).length === 1;
  // In a difference the second term has a minus.
  const isSubtracted = (e: Expr): boolean =>
    isApply(e, add) && through.some((part) => isNegated(part) && e.args.includes(part));
  const isIdle = (e: Expr): boolean =>
    (isApply(e, add) && !isSubtracted(e)) ||
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

/** A rule in names of its own: Z = XY. */
export interface Rule {
  readonly name: string;
  readonly of: Sym;
  /** What it is of, such as XY. */
  readonly value: Expr;
  /** What may vary in it. */
  readonly args: readonly Sym[];
}

type Kind = "matrix" | "vector" | "scalar";

/** The letters of rules, by what they stand for: none that steps give to parts. */
const letters: Readonly<Record<Kind, string>> = {
  matrix: "XYABCEFUO",
  vector: "xybpkm",
  scalar: "αβγκτω",
};
const outputs = "zhoy";

/** The letters that rules may use beside a problem, and that of what an operation gives. */
export type RuleLetters = Readonly<Record<Kind, readonly string[]>> & { readonly output: string };

/** x of x_1, and of all x_i. */
const baseOf = (name: string): string => splitName(withoutMembers(name)).base;

/** Letters that neither the names of a problem nor the letter of its objective are. */
export function ruleLetters({ symbols, functions }: Problem, loss: string): RuleLetters {
  const names = new Set([...symbols.keys(), ...functions.keys(), loss].map(baseOf));
  const isFree = (letter: string): boolean => !names.has(letter);
  const free = (kind: Kind): string[] => [...letters[kind]].filter(isFree);
  const both = (letter: string): boolean => isFree(letter) && isFree(letter.toUpperCase());
  const z = [...outputs].find(both) ?? "ζ";
  const others = (all: string[]): string[] => all.filter((letter) => letter.toLowerCase() !== z);
  return {
    matrix: others(free("matrix")),
    vector: others(free("vector")),
    scalar: free("scalar"),
    output: z,
  };
}

const kindOf = (e: Expr): Kind =>
  isScalar(e) ? "scalar" : isColumn(e) || isRow(e) ? "vector" : "matrix";

/** The rule by which an application is derived; null where it has no form for names. */
export function ruleOf(e: Apply, isMoving: (e: Expr) => boolean, free: RuleLetters): Rule | null {
  const used = { matrix: 0, vector: 0, scalar: 0 };
  const names = new Map<Expr, Sym>();
  const given = grouped(e, isMoving);
  // α/β: what stands below is named last.
  const inTurn = isQuotient(e)
    ? [...given.filter((arg) => !isReciprocal(arg)), ...given.filter(isReciprocal)]
    : given;
  for (const arg of inTurn) {
    // A number that stands alone, and what counts, stays itself.
    if (isFixed(arg) || names.has(arg)) continue;
    const kind = kindOf(arg);
    const letter = free[kind][used[kind]++];
    if (letter === undefined) return null;
    const { shape } = isRow(arg) && !isScalar(arg) ? transpose(arg) : arg;
    names.set(arg, sym(letter, shape, 0, null, memberOf(arg)));
  }
  const args = given.map((arg) => {
    const name = names.get(arg);
    if (!name) return arg;
    if (isQuotient(e) && isReciprocal(arg)) return power(name, minusOne);
    // A row is the transpose of a column: xᵀy.
    const shaped = sameShape(name.shape, arg.shape) ? name : transpose(name);
    return isApply(e, add) && isNegated(arg) ? scale(minusOne, shaped) : shaped;
  });
  if (e.op.shape(args) === null) return null;
  const value = apply(e.op, args);
  const isMatrix = kindOf(value) === "matrix";
  const of = sym(isMatrix ? free.output.toUpperCase() : free.output, value.shape, 0, value);
  return { name: ruleName(e), of, value, args: [...names.values()] };
}

/** The cotangent of each argument, in that of what the rule is of. */
export function flowsOf({ of, args }: Rule, loss: string): (readonly [Sym, Expr])[] {
  const seed = cotangentSymbol(loss, of);
  return args.flatMap((name) => {
    const flow = derived(() => sweep(of, [name], new Simplifier(), { seed }).cotangents.get(name));
    return flow ? [[cotangentSymbol(loss, name), flowShown(flow)] as const] : [];
  });
}

/** The differential, in those of the arguments; null where it has no form. */
export function differentialOf({ of, value, args }: Rule): Expr | null {
  const tidy = new Simplifier();
  const changes = args.map((name) =>
    derived(() => differential(value, name, differentialSymbol(name), tidy)),
  );
  if (changes.length === 0 || changes.includes(undefined)) return null;
  const sum = total(changes as Expr[]);
  const named = substitution([[value, sym(of.name, of.shape)]])(tidy.simplify(sum));
  return upright(presenter(() => false, true)(named));
}

/** What is derived; undefined where there is no rule by a name. */
function derived(derive: () => Expr | undefined): Expr | undefined {
  try {
    return derive();
  } catch (error) {
    if (error instanceof NablaError) return undefined;
    throw error;
  }
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

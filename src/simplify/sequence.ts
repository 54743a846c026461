/** @file The order of the terms of a sum, as a reader expects it. */

import { isApply } from "../expr/expr.ts";
import type { Apply, Expr } from "../expr/expr.ts";
import { isInteger } from "../expr/rational.ts";
import { argsOf, postorder } from "../expr/walk.ts";
import { add, transpose } from "../ops/arithmetic.ts";
import { matrixPower } from "../ops/matrix.ts";
import { isOnes, isReciprocal } from "./forms.ts";
import { asTerm, factorsOf, isMinus, untransposed } from "./term.ts";

const lengthOf = (e: Expr): number => {
  const { body } = asTerm(e);
  if (body === null) return 0;
  return isOnes(body) ? 1 : factorsOf(body).length;
};

/**
 * Mirror terms stand side by side, the one with fewer transposes first (A + Aᵀ). A sum does not begin
 * with a minus where a term that is as long can begin it, nor with minus a quotient; of two terms a name
 * begins (t − Wx), but for a bracket before it.
 */
export function ordered(terms: readonly Expr[]): Expr[] {
  const twins = new Map<string, Expr[]>();
  for (const term of terms) {
    const key = symbols(term).join(" ");
    const others = twins.get(key);
    if (others) others.push(term);
    else twins.set(key, [term]);
  }
  const list = [...twins.values()].flatMap((all) =>
    all.length === 1 ? all : all.toSorted((a, b) => transposes(a) - transposes(b)),
  );
  const [first] = list;
  if (first === undefined || !isMinus(first)) return list;
  const least = isQuotient(first) ? 0 : lengthOf(first);
  const isPair = list.length === 2 && !factorsOf(asTerm(first).body ?? first).some(isSum);
  const isPlain = (t: Expr): boolean => isPair && isNumberOfName(t);
  const at = list.findIndex((t) => !isMinus(t) && (lengthOf(t) >= least || isPlain(t)));
  if (at > 0) list.unshift(...list.splice(at, 1));
  return list;
}

const isSum = (e: Expr): boolean => isApply(untransposed(e), add);

/** x or 2x. */
function isNumberOfName(e: Expr): boolean {
  const { scalars, body } = asTerm(e);
  const name = body ?? scalars[0];
  return name?.kind === "sym" && scalars.length === (body ? 0 : 1);
}

const isQuotient = (e: Expr): boolean => asTerm(e).scalars.some(isReciprocal);

/** The symbols of a term: twins differ by transposes and order only. */
function symbols(e: Expr): number[] {
  const found: number[] = [];
  const stack: Expr[] = [e];
  for (let node = stack.pop(); node && found.length < 64; node = stack.pop()) {
    if (isApply(node, matrixPower)) stack.push(...repeated(node));
    else if (argsOf(node).length > 0) stack.push(...argsOf(node));
    else found.push(node.id);
  }
  return found.sort((a, b) => a - b);
}

/** The factors that X³ is short for; with an exponent that is none of 2 … 9, base and exponent. */
function repeated({ args }: Apply): readonly Expr[] {
  const [base, k] = args as readonly [Expr, Expr];
  const count = k.kind === "num" && isInteger(k.value) ? Number(k.value.numerator) : 0;
  return count > 1 && count < 10 ? Array.from({ length: count }, () => base) : args;
}

const transposeCounts = new WeakMap<Expr, number>();

/** The transposes of an expression as it is written out, (X²)ᵀ being XᵀXᵀ, counted up to a thousand. */
function transposes(e: Expr): number {
  for (const node of postorder([e], (n) => (transposeCounts.has(n) ? [] : argsOf(n)))) {
    if (transposeCounts.has(node)) continue;
    const parts = isApply(node, matrixPower) ? repeated(node) : argsOf(node);
    const below = parts.reduce((sum, part) => sum + transposeCounts.get(part)!, 0);
    transposeCounts.set(node, Math.min(1000, below + ownTransposes(node)));
  }
  return transposeCounts.get(e)!;
}

function ownTransposes(e: Expr): number {
  if (!isApply(e, transpose)) return 0;
  const [of] = e.args as readonly [Expr];
  return isApply(of, matrixPower) ? repeated(of).length : 1;
}

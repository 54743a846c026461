/** @file What is centred by the definitions of its names: the columns of X − 𝟏μᵀ add up to 0. */

import { isApply, isColumn, isRow } from "../expr/expr.ts";
import type { Expr } from "../expr/expr.ts";
import { argsOf, postorder, withArgs } from "../expr/walk.ts";
import { add, ones, product, transpose, transposed } from "../ops/arithmetic.ts";
import { isOnes, isZero, unscaled } from "./forms.ts";
import { factorsOf } from "./term.ts";

const centred = new WeakMap<Expr, boolean>();
/** What is looked at for being centred, in symbols. */
const largestCentred = 60;

/** Whether the columns add up to 0 by what the names are defined as: of X − 𝟏μᵀ with μ = Xᵀ𝟏/m. */
export function sumsToZero(x: Expr, simplify: (e: Expr) => Expr): boolean {
  const isTransposed = isApply(x, transpose);
  const of = isTransposed ? x.args[0]! : x;
  if (of.kind !== "sym" && !isApply(of, add)) return false;
  const known = centred.get(x);
  if (known !== undefined) return known;
  centred.set(x, false);
  if (of.size > largestCentred) return false;
  const whole = withoutNames(of);
  if (whole.size > largestCentred) return false;
  const opened = simplify(isTransposed ? transpose(whole) : whole);
  const terms = isApply(opened, add) ? opened.args : [opened];
  const across = transpose(ones(x.shape[0]));
  const found = isZero(simplify(add(...terms.map((t) => product(across, t)))));
  centred.set(x, found);
  return found;
}

/** The factors of a chain, in the sums beside 𝟏ᵀ or 𝟏 without the terms that add up to 0; null where nothing stays. */
export function withoutCentred(
  factors: readonly Expr[],
  isCentred: (x: Expr) => boolean,
): readonly Expr[] | null {
  const isAt = (k: number, isThis: (e: Expr) => boolean): boolean => {
    const e = factors[k];
    return e !== undefined && isOnes(e) && isThis(e);
  };
  const kept = factors.map((f, k) => {
    const left = isAt(k - 1, isRow) ? keptOf(f, "first", isCentred) : f;
    return left && isAt(k + 1, isColumn) ? keptOf(left, "last", isCentred) : left;
  });
  if (kept.includes(null)) return null;
  return kept.every((f, k) => f === factors[k]) ? factors : (kept as Expr[]);
}

/** What is left of a factor when its rows (`first`) or its columns are added up; null for nothing. */
function keptOf(f: Expr, side: "first" | "last", isCentred: (x: Expr) => boolean): Expr | null {
  if (isApply(f, transpose) && isApply(f.args[0]!, add)) {
    const kept = keptOf(f.args[0], side === "first" ? "last" : "first", isCentred);
    return kept && (kept === f.args[0] ? f : transpose(kept));
  }
  const edge = factorsOf(unscaled(f).body).at(side === "first" ? 0 : -1)!;
  if (isCentred(side === "first" ? edge : transposed(edge))) return null;
  if (!isApply(f, add)) return f;
  const terms = f.args.filter((t) => keptOf(t, side, isCentred) !== null);
  if (terms.length === f.args.length) return f;
  return terms.length === 0 ? null : terms.length === 1 ? terms[0]! : add(...terms);
}

/** An expression with every name replaced by what it is defined as. */
function withoutNames(e: Expr): Expr {
  const done = new Map<Expr, Expr>();
  for (const node of postorder([e])) {
    if (node.kind === "sym") done.set(node, node.definition ? done.get(node.definition)! : node);
    else
      done.set(
        node,
        withArgs(
          node,
          argsOf(node).map((arg) => done.get(arg)!),
        ),
      );
  }
  return done.get(e)!;
}

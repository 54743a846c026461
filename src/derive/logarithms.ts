/** @file Logarithms of names that stand for exponentials, products and quotients: log N = −½‖x − μ‖² + c. */

import { one } from "../expr/dimension.ts";
import { isApply, isScalar } from "../expr/expr.ts";
import type { Expr } from "../expr/expr.ts";
import { isNegative } from "../expr/rational.ts";
import { upwards, withArgs } from "../expr/walk.ts";
import { add, scale } from "../ops/arithmetic.ts";
import { exp, log } from "../ops/elementwise.ts";
import { entry } from "../ops/indexing.ts";
import { atIndices, byEntries } from "../simplify/fold.ts";
import { asPower } from "../simplify/forms.ts";
import type { Simplifier } from "../simplify/simplify.ts";

/** An expression in which the logarithm of such a name is that of what it stands for. */
export function logarithmsOpened(e: Expr, tidy: Simplifier): Expr {
  const done = new Map<Expr, Expr>();
  return upwards(e, done, (node, args) => {
    const rebuilt = withArgs(node, args);
    if (!isApply(rebuilt, log) || !isScalar(rebuilt)) return rebuilt;
    return logarithm(rebuilt.args[0]!, tidy);
  });
}

/** log b₁ᵖb₂ = p log b₁ + log b₂ and log eᵘ = u, where all numbers are positive. */
function logarithm(of: Expr, tidy: Simplifier): Expr {
  const meant = tidy.simplify(definitionOf(of));
  if (isApply(meant, exp)) return meant.args[0]!;
  if (!isApply(meant, scale)) return log(of);
  if (meant.args.some((f) => f.kind === "num" && isNegative(f.value))) return log(of);
  return add(
    ...meant.args.map((factor) => {
      const [base, p] = asPower(factor);
      return scale(p, logarithm(base, tidy));
    }),
  );
}

/** What a name, or an entry of one, stands for; anything else for itself. */
function definitionOf(e: Expr): Expr {
  if (e.kind === "sym") return e.definition ?? e;
  if (!isApply(e, entry)) return e;
  const [of, ...at] = e.args as readonly [Expr, ...Expr[]];
  const entries = of.kind === "sym" && of.definition ? byEntries(of.definition) : null;
  const isWhole = entries?.indices.length === (of.shape[1] === one ? 1 : 2);
  return entries && isWhole ? atIndices(entries, at) : e;
}

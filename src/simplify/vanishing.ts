/** @file What is 0 by the definitions of its names: 𝟏ᵀ(X − 𝟏μᵀ) of what is centred, Bᵀr of a residual. */

import { isApply, isColumn, isRow } from "../expr/expr.ts";
import type { Expr } from "../expr/expr.ts";
import { argsOf, children, postorder, withArgs } from "../expr/walk.ts";
import { add, ones, product, total, transpose, transposed } from "../ops/arithmetic.ts";
import { inverse } from "../ops/matrix.ts";
import { isOnes, isZero, unscaled } from "./forms.ts";
import { factorsOf, untransposed } from "./term.ts";

/** The normal form of an expression of which no bracket is kept. */
type Afresh = (e: Expr) => Expr;

/** What is looked into, in symbols. */
const largest = 60;

// ---- what is centred ----------------------------------------------------------------------------------

const centred = new WeakMap<Expr, boolean>();

/** Whether the columns add up to 0 by what the names are defined as: of X − 𝟏μᵀ with μ = Xᵀ𝟏/m. */
function sumsToZero(x: Expr, simplify: Afresh): boolean {
  const isTransposed = isApply(x, transpose);
  const of = isTransposed ? x.args[0]! : x;
  if (of.kind !== "sym" && !isApply(of, add)) return false;
  const known = centred.get(x);
  if (known !== undefined) return known;
  centred.set(x, false);
  const whole = withoutNames(of);
  if (whole === null) return false;
  const opened = simplify(isTransposed ? transpose(whole) : whole);
  const terms = isApply(opened, add) ? opened.args : [opened];
  const across = transpose(ones(x.shape[0]));
  const found = isZero(simplify(add(...terms.map((t) => product(across, t)))));
  centred.set(x, found);
  return found;
}

/** The factors of a chain, in the sums beside 𝟏ᵀ or 𝟏 without the terms that add up to 0; null where nothing stays. */
export function withoutCentred(factors: readonly Expr[], simplify: Afresh): readonly Expr[] | null {
  if (factors.length < 2 || !factors.some(isOnes)) return factors;
  const isCentred = (x: Expr): boolean => sumsToZero(x, simplify);
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
  return terms.length === 0 ? null : total(terms);
}

// ---- what is orthogonal -------------------------------------------------------------------------------

/** How many factors of a chain may stand beside a residual. */
const longestBeside = 3;
const known = new WeakMap<Expr, boolean>();

/** Whether a stretch of a chain is 0, as Bᵀr for r = e − B(BᵀB)⁻¹Bᵀe. */
export const isOrthogonal = (factors: readonly Expr[], simplify: Afresh): boolean =>
  factors.some(
    (f, k) =>
      isResidual(f) &&
      (vanishesBeside(f, factors.slice(0, k), simplify) ||
        vanishesBeside(
          transposed(f),
          factors
            .slice(k + 1)
            .toReversed()
            .map(transposed),
          simplify,
        )),
  );

/** Whether x vanishes behind the last few factors. */
function vanishesBeside(x: Expr, before: readonly Expr[], simplify: Afresh): boolean {
  return before.slice(-longestBeside).some((_, k, near) => {
    const stretch = product(...near.slice(k), x);
    let found = known.get(stretch);
    if (found === undefined) {
      known.set(stretch, false);
      const whole = withoutNames(stretch);
      known.set(stretch, (found = whole !== null && isZero(simplify(whole))));
    }
    return found;
  });
}

const residuals = new WeakMap<Expr, boolean>();

/** A difference, under a name or not, that is made with an inverse. */
function isResidual(x: Expr): boolean {
  const of = untransposed(x);
  const meant = of.kind === "sym" ? of.definition : of;
  if (meant === null || !isApply(meant, add)) return false;
  let found = residuals.get(meant);
  if (found === undefined) {
    found = partsOf(meant)?.some((e) => isApply(e, inverse)) ?? false;
    residuals.set(meant, found);
  }
  return found;
}

// ---- definitions --------------------------------------------------------------------------------------

const written = new WeakMap<Expr, Expr | null>();

/** An expression with every name replaced by what it is defined as; null where that is long. */
function withoutNames(e: Expr): Expr | null {
  let found = written.get(e);
  if (found === undefined) {
    const parts = partsOf(e);
    const whole = parts && writtenOut(e, parts);
    written.set(e, (found = whole && whole.size <= largest ? whole : null));
  }
  return found;
}

function writtenOut(e: Expr, parts: readonly Expr[]): Expr {
  const done = new Map<Expr, Expr>();
  for (const node of parts) {
    const args = argsOf(node).map((arg) => done.get(arg)!);
    const isNamed = node.kind === "sym" && node.definition !== null;
    done.set(node, isNamed ? done.get(node.definition)! : withArgs(node, args));
  }
  return done.get(e)!;
}

/** All parts, through the definitions, each after its own; null where they are many. */
function partsOf(e: Expr): readonly Expr[] | null {
  const found = new Set<Expr>([e]);
  for (const node of found) {
    for (const child of children(node)) found.add(child);
    if (found.size > largest) return null;
  }
  return postorder([e]);
}

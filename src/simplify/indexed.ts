/** @file The normal form of sums over an index: constants in front, δ worked out, matrix notation where it is shorter. */

import { dependsOn, indexSum, withIndex } from "../expr/binding.ts";
import type { Expr, IndexSum, Sym } from "../expr/expr.ts";
import { isApply, minusOne, unit, zero } from "../expr/expr.ts";
import { upwards, withArgs } from "../expr/walk.ts";
import { add, hadamard, matmul, scale, scaled, transpose, zeroOf } from "../ops/arithmetic.ts";
import { delta, differs, indexOfUnitVector, indicesOfDelta } from "../ops/indexing.ts";
import { sizeOf } from "../ops/reduce.ts";
import { cost } from "./cost.ts";
import { isZero, scaleFactors, unscaled } from "./forms.ts";
import { contracted } from "./lift.ts";
import { openedOnce } from "./multiply.ts";
import { chainOf } from "./term.ts";

/** What a rewriting of a sum asks of the simplifier. */
interface Context {
  readonly opens: (sum: Expr) => boolean;
  readonly simplify: (e: Expr) => Expr;
}

/** One rewriting of a sum whose body is simplified; null where it is in its normal form. */
export function simplifyIndexSum(e: IndexSum, { opens, simplify }: Context): Expr | null {
  const { index, body } = e;
  if (isZero(body)) return zeroOf(e.shape);
  if (!dependsOn(body, index)) return scaled([sizeOf(index.range!)], body);
  const found =
    besideFilter(index, body) ??
    withoutConstants(index, body) ??
    atDelta(index, body) ??
    termsApart(index, body, opens);
  if (found) return found;
  const forms = [contracted(body, index), ...expanded(index, body, simplify)].flatMap((form) =>
    form === null ? [] : [simplify(form)],
  );
  const [first, ...others] = forms;
  if (first === undefined) return null;
  const short = others.reduce((a, b) => (cost(b) < cost(a) ? b : a), first);
  // What leaves an index out is read more easily as it stands; but Σ_{i≠k} eᵢ = 𝟏 − eₖ.
  const patience = isFiltered(body) && indexOfUnitVector(lastFactor(body)) === null ? 2 : 1;
  return patience * cost(short) <= costShown(e) ? short : null;
}

/** Beside [i ≠ k] is δᵢₖ = 0, and another [i ≠ k] says nothing. */
function besideFilter(index: Sym, body: Expr): Expr | null {
  if (!isApply(body, scale)) return null;
  const filter = body.args.find((f) => isApply(f, differs) && f.args.includes(index));
  if (filter?.kind !== "apply") return null;
  const [i, k] = filter.args as readonly [Expr, Expr];
  const known = new Map([
    [delta(index.range!, i, k), zero],
    [filter, unit],
  ]);
  // Not in what names are defined to be: a sum there may bind the same index.
  const put = (e: Expr): Expr =>
    upwards(e, new Map<Expr, Expr>(), (node, parts) => known.get(node) ?? withArgs(node, parts));
  const rest = body.args.map((f) => (f === filter ? f : put(f)));
  return rest.every((f, at) => f === body.args[at]) ? null : indexSum(index, scale(...rest));
}

/** The cost of a sum with the scalars before the bracket that its terms share, as it will be shown. */
function costShown(e: IndexSum): number {
  if (!isApply(e.body, add)) return cost(e);
  const terms = e.body.args.map(unscaled);
  const shared = terms[0]!.scalars.filter(
    (s) => s.kind !== "num" && terms.every((t) => t.scalars.includes(s)),
  );
  return cost(e) - (terms.length - 1) * shared.reduce((sum, s) => sum + cost(s), 0);
}

/** The matrix form of the terms that brackets in the body open to. */
function expanded(index: Sym, body: Expr, simplify: (e: Expr) => Expr): Expr[] {
  const terms = termsOf(body)?.map(simplify) ?? null;
  if (terms === null) return [];
  const lifted = terms.map((t) => contracted(t, index));
  return lifted.every((t) => t !== null) ? [add(...lifted)] : [];
}

/** Whether a sum leaves an index out, by a factor of its body or of its terms. */
function isFiltered(body: Expr): boolean {
  const { scalars, body: inside } = unscaled(body);
  const terms = isApply(inside, add) ? inside.args : [inside];
  const isFilter = (e: Expr): boolean => isApply(e, differs);
  return (
    scalars.some(isFilter) || terms.some((t) => isFilter(t) || unscaled(t).scalars.some(isFilter))
  );
}

function lastFactor(e: Expr): Expr {
  const { body } = unscaled(e);
  return isApply(body, transpose) ? body.args[0]! : body;
}

const mostExpanded = 12;

/** The terms that a product of brackets opens to; null where it has none, or too many. */
function termsOf(body: Expr): readonly Expr[] | null {
  const done: Expr[] = [];
  const open = [body];
  for (let next = open.pop(); next; next = open.pop()) {
    const parts = openedOnce(next);
    if (!parts) done.push(next);
    else open.push(...parts.toReversed());
    if (done.length + open.length > mostExpanded) return null;
  }
  return done.length > 1 ? done : null;
}

/** Σ(a + b) = Σa + Σb, of a bracket that the problem wrote where a part is the same in all terms. */
function termsApart(index: Sym, body: Expr, opens: (sum: Expr) => boolean): Expr | null {
  const { scalars, body: inside } = unscaled(body);
  const isFixed = scalars.every((s) => !dependsOn(s, index));
  if (!isApply(inside, add) || !isFixed) return null;
  const isSimple = (t: Expr): boolean => !dependsOn(t, index) || atDelta(index, t) !== null;
  if ((isFiltered(body) || !opens(inside)) && !inside.args.some(isSimple)) return null;
  return scaled(scalars, add(...inside.args.map((t) => indexSum(index, t))));
}

/** What is the same in all terms stands before the Σ, or around it. */
function withoutConstants(index: Sym, body: Expr): Expr | null {
  const isFixed = (f: Expr): boolean => !dependsOn(f, index);
  if (isApply(body, scale)) {
    const fixed = body.args.slice(0, -1).filter(isFixed);
    const varied = body.args.slice(0, -1).filter((f) => !isFixed(f));
    const last = body.args.at(-1)!;
    const all = [...varied, last];
    if (isFixed(last)) {
      const sum = indexSum(index, varied.length === 1 ? varied[0]! : scale(...varied));
      return scale(...fixed, sum, last);
    }
    const inside = withoutConstants(index, last);
    if (fixed.length > 0)
      return scale(...fixed, indexSum(index, all.length === 1 ? last : scale(...all)));
    if (inside === null || !isApply(last, matmul)) return null;
    return around(index, last.args, varied);
  }
  if (isApply(body, matmul)) return around(index, body.args, []);
  if (isApply(body, hadamard)) {
    const varied = body.args.filter((f) => !isFixed(f));
    if (varied.length === body.args.length) return null;
    const sum = indexSum(index, varied.length === 1 ? varied[0]! : hadamard(...varied));
    return hadamard(...body.args.filter(isFixed), sum);
  }
  return null;
}

/** Σ s A x B = A (Σ s x) B. */
function around(index: Sym, factors: readonly Expr[], scalars: readonly Expr[]): Expr | null {
  const first = factors.findIndex((f) => dependsOn(f, index));
  const last = factors.findLastIndex((f) => dependsOn(f, index));
  if (first < 0 || (first === 0 && last === factors.length - 1)) return null;
  const inside = scaled(scalars, chainOf(factors.slice(first, last + 1)));
  return matmul(...factors.slice(0, first), indexSum(index, inside), ...factors.slice(last + 1));
}

/** Σⱼ δᵢⱼ f(j) = f(i); Σ over all j but i of what has no j is n − 1 of it. */
function atDelta(index: Sym, body: Expr): Expr | null {
  const factors = scaleFactors(body);
  for (const [k, factor] of factors.entries()) {
    const pair = indicesOfDelta(factor);
    if (!pair?.includes(index)) continue;
    const other = pair[0] === index ? pair[1] : pair[0];
    if (dependsOn(other, index)) continue;
    return withIndex(without(body, factors, k), index, other);
  }
  const at = factors.findIndex((f) => isApply(f, differs) && f.args.includes(index));
  if (at < 0) return null;
  const rest = without(body, factors, at);
  if (dependsOn(rest, index)) return null;
  return scale(add(sizeOf(index.range!), minusOne), rest);
}

function without(body: Expr, factors: readonly Expr[], k: number): Expr {
  const rest = factors.filter((_, i) => i !== k);
  if (rest.length === 0) return unit;
  return isApply(body, scale) && rest.length > 1 ? scale(...rest) : rest[0]!;
}

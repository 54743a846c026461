/** @file Factors that terms share before or behind what differs in them: AC + BC = (A + B)C. */

import { isApply, isScalar } from "../expr/expr.ts";
import type { Expr } from "../expr/expr.ts";
import { add, identity, matmul, transpose, transposed } from "../ops/arithmetic.ts";
import { column, indexOfUnitVector, row, unitVector } from "../ops/indexing.ts";
import { cost } from "./cost.ts";
import { overOneDenominator } from "./quotients.ts";
import { asTerm, factorsOf, fromTerm, termsOf, untransposed } from "./term.ts";
import type { Term } from "./term.ts";
import type { Side } from "./traces.ts";

import { commonPart, composedScalars, isComposed } from "./common-scalars.ts";
/** The common factors before and after the one that differs. */
interface Frame {
  readonly before: readonly Expr[];
  readonly after: readonly Expr[];
}

/** The frames that a chain offers to one side, those that leave one factor first. */
function framesOf(factors: readonly Expr[], side: Side): Frame[] {
  const n = factors.length;
  if (side === "around")
    return factors
      .slice(2)
      .map((_, i) => ({ before: factors.slice(0, i + 1), after: factors.slice(i + 2) }));
  return [n - 1, n]
    .filter((count) => count > 0)
    .map((count) =>
      side === "right"
        ? { before: [], after: factors.slice(n - count) }
        : { before: factors.slice(0, count), after: [] },
    );
}

/**
 * AC + BC = (A + B)C, CA + CB = C(A + B), CAD + CBD = C(A + B)D, for two or more terms; `bracketOf` arranges
 * the bracket.
 */
export function collectSide(
  terms: readonly Expr[],
  side: Side,
  bracketOf: (terms: readonly Expr[]) => Expr,
): Expr[] | null {
  if (terms.length < 2) return null;
  const parts = terms.map((t) => ({ term: asTerm(t), factors: matricesOf(asTerm(t)) }));
  for (const [i, { factors }] of parts.entries()) {
    for (const frame of framesOf(factors, side)) {
      const composed = composedScalars(parts[i]!.term);
      const members = parts.flatMap((p, j) =>
        rest(p.factors, frame) !== null && composedScalars(p.term) === composed ? [j] : [],
      );
      if (members.length < 2 || !members.includes(i)) continue;
      const whole = collected(
        members.map((j) => parts[j]!.term),
        frame,
        bracketOf,
      );
      if (!whole) continue;
      if (cost(whole) >= cost(add(...members.map((j) => terms[j]!)))) continue;
      const out = terms.filter((_, j) => !members.includes(j));
      out.splice(Math.min(...members), 0, whole);
      return out;
    }
  }
  return null;
}

/** The matrix factors of a term, of a picked part with the basis vector; none where it is a scalar. */
const matricesOf = (t: Term): readonly Expr[] =>
  t.body === null || isScalar(t.body) ? [] : (withUnitVector(t.body) ?? factorsOf(t.body));

/** A_{:,j} = Aeⱼ, A_{i,:} = eᵢᵀA; null for what is no part that an index picks. */
function withUnitVector(e: Expr): readonly Expr[] | null {
  if (isApply(e, transpose))
    return withUnitVector(e.args[0]!)?.toReversed().map(transposed) ?? null;
  if (e.kind !== "apply" || indexOfUnitVector(e) !== null) return null;
  const [of, index] = e.args;
  if (isApply(e, column)) return [...factorsOf(of!), unitVector(of!.shape[1], index!)];
  if (isApply(e, row)) return [transpose(unitVector(of!.shape[0], index!)), ...factorsOf(of!)];
  return null;
}

/** What stays of a chain within a frame; null where it does not fit, or more than one factor would stay. */
function rest(factors: readonly Expr[], { before, after }: Frame): readonly Expr[] | null {
  const left = factors.length - before.length - after.length;
  if (left < 0 || left > 1) return null;
  const end = before.length + left;
  const fits =
    before.every((f, i) => factors[i] === f) && after.every((f, i) => factors[end + i] === f);
  return fits ? factors.slice(before.length, end) : null;
}

function collected(
  terms: readonly Term[],
  frame: Frame,
  bracketOf: (terms: readonly Expr[]) => Expr,
): Expr | null {
  const { before, after } = frame;
  const remainders = terms.map((t) => rest(matricesOf(t), frame)!);
  // One bare term becomes I; two would be a sum of scalars.
  if (remainders.filter((r) => r.length === 0).length > 1) return null;
  // Nor may the bracket hold a bracket with a product in it.
  if (remainders.some((r) => r.some((f) => holdsProduct(untransposed(f))))) return null;
  const edge = after.length > 0 ? after[0]!.shape[0] : before.at(-1)!.shape[1];
  if (
    remainders.some((r) => r.length > 0 && r[0]!.shape[0] !== r[0]!.shape[1]) &&
    remainders.some((r) => r.length === 0)
  )
    return null;
  const { number, shared, rests } = commonPart(terms);
  // The bracket holds no composed scalars either.
  if (rests.some((t) => t.scalars.some(isComposed))) return null;
  const inside = rests.map((t, i) => fromTerm({ ...t, body: remainders[i]![0] ?? identity(edge) }));
  const bracket = bracketOf(overOneDenominator(inside.flatMap(termsOf)));
  const body = matmul(...before, bracket, ...after);
  return fromTerm({ coefficient: number, scalars: shared, body });
}

const holdsProduct = (sum: Expr): boolean =>
  isApply(sum, add) && sum.args.some((t) => isApply(asTerm(t).body ?? t, matmul));

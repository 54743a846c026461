/** @file Sums as they are read: common factors collected, terms in their order. */

import { indexSum, opened, withIndex } from "../expr/binding.ts";
import { isApply, isScalar, minusOne, num, unit } from "../expr/expr.ts";
import type { Apply, Expr } from "../expr/expr.ts";
import { isNegative, negated, over, rational, times } from "../expr/rational.ts";
import type { Rational } from "../expr/rational.ts";
import {
  add,
  areMirrors,
  areTransposes,
  identity,
  matmul,
  scale,
  transpose,
  transposed,
  zeroOf,
} from "../ops/arithmetic.ts";
import { column, indexOfUnitVector, row, unitVector } from "../ops/indexing.ts";
import { commutation, kronecker } from "../ops/kronecker.ts";
import { inverse } from "../ops/matrix.ts";
import { diagonalMatrix } from "../ops/structure.ts";
import { cost } from "./cost.ts";
import { signedKey } from "./canonical.ts";
import { areOpposite } from "./folds.ts";
import { asPower, isReciprocal, isZero } from "./forms.ts";
import { overOneDenominator } from "./quotients.ts";
import { mergedScale } from "./scale.ts";
import { simplifySum } from "./sum.ts";
import { ordered } from "./sequence.ts";
import { areMirrored, asTerm, chainOf, factorsOf, fromTerm, termsOf, turned } from "./term.ts";
import type { Term } from "./term.ts";
import { collectTraces, sides } from "./traces.ts";
import type { Side } from "./traces.ts";

/** ½a − ½b in a product is ½(a − b). */
export function withNumberOutside(sum: Expr): Expr {
  if (!isApply(sum, add)) return sum;
  const { number, shared, rests } = commonPart(sum.args.map(asTerm));
  if (number.numerator === number.denominator && shared.length === 0) return sum;
  return fromTerm({ coefficient: number, scalars: shared, body: add(...rests.map(fromTerm)) });
}

/** The number and the scalars that all terms share, and what stays of each. */
export function commonPart(terms: readonly Term[]): {
  number: Rational;
  shared: readonly Expr[];
  rests: readonly Term[];
} {
  const number = commonNumber(terms.map((t) => t.coefficient));
  const shared = sharedScalars(terms);
  const rests = terms.map((t) => ({
    coefficient: over(t.coefficient, number),
    scalars: without(t.scalars, shared),
    body: t.body,
  }));
  return { number, shared, rests };
}

/** The scalars that all terms have, each as often as every one of them has it. */
const sharedScalars = (terms: readonly Term[]): readonly Expr[] =>
  terms.map((t) => t.scalars).reduce((all, scalars) => without(all, without(all, scalars)));

/** The scalars that stay where some go, each once: of s·s without s there is s. */
function without(scalars: readonly Expr[], gone: readonly Expr[]): Expr[] {
  const left = [...scalars];
  for (const s of gone) {
    const at = left.indexOf(s);
    if (at >= 0) left.splice(at, 1);
  }
  return left;
}

/** A sum with common factors collected and its terms in reading order. */
export function arranged(all: readonly Expr[]): Expr {
  const open = all.flatMap(withoutBrackets);
  const merged =
    open.length > all.length || new Set(all).size < all.length
      ? simplifySum(open, signedKey)
      : null;
  const cancels = merged && termsOf(merged).length < open.length;
  if (merged && cancels && !isApply(merged, add)) return merged;
  const terms = overOneDenominator(merged && cancels ? termsOf(merged) : all);
  const collected = collect(ordered(terms));
  return sumOf(ordered(collected));
}

/** The terms of a bracket that stands alone: in (a − p) − (a − n) the two a go. */
function withoutBrackets(term: Expr): readonly Expr[] {
  const { coefficient, scalars, body } = asTerm(term);
  const bracket = body ?? (scalars.length === 1 ? scalars[0]! : term);
  const isAlone = body === null ? scalars.length === 1 : scalars.length === 0;
  if (!isAlone || !isApply(bracket, add)) return [term];
  return bracket.args.map((t) => {
    const part = asTerm(t);
    return fromTerm({ ...part, coefficient: times(part.coefficient, coefficient) });
  });
}

/** A sum; of transposes alone it is the transpose of a sum: (A − B)ᵀ. */
function sumOf(terms: readonly Expr[]): Expr {
  if (terms.length === 1) return terms[0]!;
  const parts = terms.map(asTerm);
  const turns = (f: Expr): boolean => isApply(f, transpose) && !isApply(f.args[0]!, inverse);
  if (!parts.every(({ body }) => body !== null && factorsOf(body).every(turns)))
    return add(...terms);
  return transpose(turned(add(...terms)));
}

// ---- common factors -----------------------------------------------------------------------------------

/** In longer sums nobody looks for what is common. */
const mostCollected = 100;

/** Collects what is common where the bracket that remains holds no matrix product, or is long and scalar. */
function collect(terms: readonly Expr[]): Expr[] {
  const whole = collectScalar(terms) ?? symmetricPart(terms, areTransposes);
  if (whole) return [whole];
  if (terms.length > mostCollected) return [...terms];
  let list = onSides(collectTraces(collectBody(diagonals(facingOneWay(terms))), collectSide));
  // Brackets that were made so may be opposite, too.
  const faced = facingOneWay(list);
  if (faced.some((term, i) => term !== list[i])) list = onSides(faced);
  list = collectMirrored(withCommutation(collectKronecker(collectSums(list))));
  const mirrored = list.length === 2 ? symmetricPart(list, areMirrors) : null;
  return mirrored ? [mirrored] : list;
}

/** Terms with what they share at their ends before or behind a bracket. */
function onSides(terms: readonly Expr[]): Expr[] {
  let list = [...terms];
  for (const side of sides) {
    let found: Expr[] | null = list;
    while (found) {
      list = found;
      found = collectSide(list, side);
    }
  }
  return list;
}

/** (A − B)x + (B − A)y = (A − B)x − (A − B)y. */
function facingOneWay(terms: readonly Expr[]): readonly Expr[] {
  const seen: Expr[] = [];
  return terms.map((term) => {
    const { coefficient, scalars, body } = asTerm(term);
    if (body === null || isScalar(body)) return term;
    let number = coefficient;
    const factors = factorsOf(body).map((f) => {
      if (!isApply(f, add)) return f;
      const other = seen.find((g) => areOpposite(f, g));
      if (!other) seen.push(f);
      else number = negated(number);
      return other ?? f;
    });
    return number === coefficient
      ? term
      : fromTerm({ coefficient: number, scalars, body: chainOf(factors) });
  });
}

/** diag(a) + diag(b) = diag(a + b). */
function diagonals(terms: readonly Expr[]): readonly Expr[] {
  const vectorOf = (term: Expr): Expr | null => {
    const { coefficient, scalars, body } = asTerm(term);
    return body && isApply(body, diagonalMatrix)
      ? fromTerm({ coefficient, scalars, body: body.args[0]! })
      : null;
  };
  const found = terms.filter((t) => vectorOf(t) !== null);
  const [first] = found;
  if (found.length < 2 || !first) return terms;
  const sum = arranged(found.flatMap((t) => termsOf(vectorOf(t)!)));
  return terms.flatMap((t) => (t === first ? [diagonalMatrix(sum)] : found.includes(t) ? [] : [t]));
}

/** A composed scalar that all terms share stands before the bracket. */
function collectScalar(terms: readonly Expr[]): Expr | null {
  if (terms.length < 2) return null;
  const parts = terms.map(asTerm);
  const shared = sharedScalars(parts).filter((s) => s.size >= 2);
  if (shared.length === 0) return null;
  const rest = parts.map((p) => fromTerm({ ...p, scalars: without(p.scalars, shared) }));
  if (rest.some((r) => r === unit)) return null;
  const bracket = withNumberOutside(arranged(rest));
  const whole = mergedScale([...shared, bracket]);
  return cost(whole) < cost(add(...terms)) ? whole : null;
}

/** px − yx = (p − y)x: terms that differ in their scalars alone. A + Aᵀ − qA is left as it is. */
function collectBody(terms: readonly Expr[]): Expr[] {
  const groups = new Map<Expr, Expr[]>();
  for (const term of terms) {
    const key = asTerm(term).body ?? term;
    groups.set(key, [...(groups.get(key) ?? []), term]);
  }
  const whole = new Map<Expr, Expr>();
  for (const [body, members] of groups) {
    if (members.length < 2 || isScalar(body)) continue;
    if (terms.length <= mostCollected && members.some((a) => terms.some((b) => areMirrored(a, b))))
      continue;
    const scalars = members.map((term) => fromTerm({ ...asTerm(term), body: null }));
    const sum = simplifySum(ordered(scalars), signedKey);
    const factor = isApply(sum, add) ? add(...ordered(sum.args)) : sum;
    const collected = isZero(factor) ? zeroOf(body.shape) : mergedScale([factor, body]);
    if (cost(collected) < cost(add(...members))) whole.set(body, collected);
  }
  // A collected group stands where its first term stood.
  const left = terms.flatMap((term) => {
    const { body } = asTerm(term);
    const collected = body && whole.get(body);
    if (!collected) return [term];
    return groups.delete(body) && !isZero(collected) ? [collected] : [];
  });
  return left.length > 0 ? left : [zeroOf(terms[0]!.shape)];
}

/** A + B ± (A + B)K = (A + B)(I ± K) for a commutation K. */
function withCommutation(terms: Expr[]): Expr[] {
  for (const term of terms) {
    const { coefficient, scalars, body } = asTerm(term);
    const factors = body ? factorsOf(body) : [];
    const [sum, last] = factors;
    if (factors.length !== 2 || !isApply(sum!, add) || !isApply(last!, commutation)) continue;
    for (const [number, turn] of [
      [coefficient, last],
      [negated(coefficient), scale(minusOne, last)],
    ] as const) {
      const alone = sum.args.map((arg) => mergedScale([num(number), ...scalars, arg]));
      if (!alone.every((t) => terms.includes(t))) continue;
      const both = matmul(sum, add(identity(last.shape[0]), turn));
      const whole = fromTerm({ coefficient: number, scalars, body: both });
      const gone = new Set([term, ...alone]);
      const first = terms.findIndex((t) => gone.has(t));
      return terms.flatMap((t, k) => (k === first ? [whole] : gone.has(t) ? [] : [t]));
    }
  }
  return terms;
}

/** A ⊗ B + A ⊗ C = A ⊗ (B + C), B ⊗ A + C ⊗ A = (B + C) ⊗ A. */
function collectKronecker(terms: Expr[]): Expr[] {
  const parts = terms.map(asTerm);
  if (!parts.some(({ body }) => body && isApply(body, kronecker))) return terms;
  for (const side of [0, 1] as const)
    for (const [i, first] of parts.entries()) {
      const shared = first.body && isApply(first.body, kronecker) ? first.body.args[side] : null;
      if (!shared) continue;
      const members = parts.flatMap(({ body }, k) =>
        body && isApply(body, kronecker) && body.args[side] === shared ? [k] : [],
      );
      if (members.length < 2) continue;
      const { number, shared: scalars, rests } = commonPart(members.map((k) => parts[k]!));
      const others = rests.map((t) => fromTerm({ ...t, body: (t.body as Apply).args[1 - side]! }));
      const bracket = arranged(others);
      const body = side === 0 ? kronecker(shared, bracket) : kronecker(bracket, shared);
      const whole = fromTerm({ coefficient: number, scalars, body });
      if (cost(whole) >= cost(add(...members.map((k) => terms[k]!)))) continue;
      const rest = terms.filter((_, k) => k !== i && !members.includes(k));
      return collectKronecker(rest.toSpliced(Math.min(...members), 0, whole));
    }
  return terms;
}

/** Σᵢ aᵢ + Σᵢ bᵢ = Σᵢ (aᵢ + bᵢ) where the terms have something in common. */
function collectSums(terms: Expr[]): Expr[] {
  const parts = terms.map(asTerm);
  if (!parts.some(({ body }) => body?.kind === "indexSum")) return terms;
  for (const [i, a] of parts.entries())
    for (const [j, b] of parts.entries()) {
      if (j <= i || a.body?.kind !== "indexSum" || b.body?.kind !== "indexSum") continue;
      if (a.body.index.range !== b.body.index.range) continue;
      const { number, shared, rests } = commonPart([a, b]);
      if (rests.some((t) => t.scalars.length > 0)) continue;
      const { index, body } = opened(a.body);
      const other = withIndex(b.body.body, b.body.index, index);
      const inside = [body, other].flatMap((e, k) =>
        termsOf(e).map((part) => mergedScale([num(rests[k]!.coefficient), part])),
      );
      const sum = indexSum(index, arranged(inside));
      const whole = fromTerm({ coefficient: number, scalars: [...shared], body: sum });
      if (cost(whole) >= cost(add(terms[i]!, terms[j]!)) - 2) continue;
      return collectSums(terms.flatMap((t, k) => (k === i ? [whole] : k === j ? [] : [t])));
    }
  return terms;
}

/** sA + sAᵀ + B = s(A + Aᵀ) + B for a composed s. */
function collectMirrored(terms: Expr[]): Expr[] {
  for (const [i, a] of terms.entries()) {
    if (composedScalars(asTerm(a)) === "") continue;
    const j = terms.findIndex((b, k) => k > i && areMirrored(a, b));
    const whole = j < 0 ? null : symmetricPart([a, terms[j]!], areMirrors);
    if (whole) return collectMirrored(terms.toSpliced(j, 1).toSpliced(i, 1, whole));
  }
  return terms;
}

/** ½A + ½Aᵀ = ½(A + Aᵀ). */
function symmetricPart(terms: readonly Expr[], are: (a: Expr, b: Expr) => boolean): Expr | null {
  const [a, b] = terms.map(asTerm);
  if (terms.length !== 2 || !a!.body || !b!.body || isScalar(a!.body)) return null;
  if (!are(a!.body, b!.body)) return null;
  const { number, shared, rests } = commonPart([a!, b!]);
  const isOne = number.numerator === number.denominator;
  if (rests.some((t) => t.scalars.length > 0) || (isOne && shared.length === 0)) return null;
  return fromTerm({ coefficient: number, scalars: shared, body: add(...rests.map(fromTerm)) });
}

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

/** AC + BC = (A + B)C, CA + CB = C(A + B), CAD + CBD = C(A + B)D, for two or more terms. */
function collectSide(terms: readonly Expr[], side: Side): Expr[] | null {
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

/** The scalars of a term that are no plain names, as a key. */
const composedScalars = (t: Term): string =>
  t.scalars.flatMap((s) => (isComposed(s) ? [s.id] : [])).join(" ");

/** Whether a scalar is neither a name nor what a name divides. */
const isComposed = (s: Expr): boolean =>
  s.kind === "apply" && !(isReciprocal(s) && asPower(s)[0].kind === "sym");

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

function collected(terms: readonly Term[], frame: Frame): Expr | null {
  const { before, after } = frame;
  const remainders = terms.map((t) => rest(matricesOf(t), frame)!);
  // One bare term becomes I; two would be a sum of scalars.
  if (remainders.filter((r) => r.length === 0).length > 1) return null;
  // Nor may the bracket hold a bracket with a product in it.
  if (remainders.some((r) => r.some((f) => holdsProduct(isApply(f, transpose) ? f.args[0]! : f))))
    return null;
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
  const bracket = sumOf(collectSums(ordered(overOneDenominator(inside.flatMap(termsOf)))));
  const body = matmul(...before, bracket, ...after);
  return fromTerm({ coefficient: number, scalars: shared, body });
}

const holdsProduct = (sum: Expr): boolean =>
  isApply(sum, add) && sum.args.some((t) => isApply(asTerm(t).body ?? t, matmul));

/** The number that all coefficients share: their common size, else their sign. */
function commonNumber(all: readonly Rational[]): Rational {
  const [first] = all;
  const size = (r: Rational): string =>
    `${r.numerator < 0n ? -r.numerator : r.numerator}/${r.denominator}`;
  if (!all.every((r) => size(r) === size(first!))) return rational(all.every(isNegative) ? -1 : 1);
  return all.every(isNegative) || !isNegative(first!) ? first! : negated(first!);
}

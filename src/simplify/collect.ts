/** @file Sums as they are read: common factors collected, terms in their order. */

import { indexSum, opened, withIndex } from "../expr/binding.ts";
import { isApply, isScalar, minusOne, num, unit } from "../expr/expr.ts";
import type { Apply, Expr } from "../expr/expr.ts";
import { negated, times } from "../expr/rational.ts";
import {
  add,
  areMirrors,
  areTransposes,
  identity,
  matmul,
  scale,
  transpose,
  zeroOf,
} from "../ops/arithmetic.ts";
import { commutation, kronecker } from "../ops/kronecker.ts";
import { inverse } from "../ops/matrix.ts";
import { diagonalMatrix } from "../ops/structure.ts";
import {
  commonPart,
  composedScalars,
  sharedScalars,
  without,
  withNumberOutside,
} from "./common-scalars.ts";
import { collectSide } from "./frames.ts";
import { cost } from "./cost.ts";
import { signedKey } from "./canonical.ts";
import { areOpposite } from "./folds.ts";
import { isZero } from "./forms.ts";
import { overOneDenominator } from "./quotients.ts";
import { mergedScale } from "./scale.ts";
import { simplifySum } from "./sum.ts";
import { ordered } from "./sequence.ts";
import { areMirrored, asTerm, chainOf, factorsOf, fromTerm, termsOf, turned } from "./term.ts";
import { collectTraces, sides } from "./traces.ts";
import type { Side } from "./traces.ts";

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
  let list = onSides(collectTraces(collectBody(diagonals(facingOneWay(terms))), onSide));
  // Brackets that were made so may be opposite, too.
  const faced = facingOneWay(list);
  if (faced.some((term, i) => term !== list[i])) list = onSides(faced);
  list = collectMirrored(withCommutation(collectKronecker(collectSums(list))));
  const mirrored = list.length === 2 ? symmetricPart(list, areMirrors) : null;
  return mirrored ? [mirrored] : list;
}

/** A bracket of what differs in terms, arranged as a sum of its own. */
const bracketOf = (terms: readonly Expr[]): Expr => sumOf(collectSums(ordered(terms)));

const onSide = (terms: readonly Expr[], side: Side): Expr[] | null =>
  collectSide(terms, side, bracketOf);

/** Terms with what they share at their ends before or behind a bracket. */
function onSides(terms: readonly Expr[]): Expr[] {
  let list = [...terms];
  for (const side of sides) {
    let found: Expr[] | null = list;
    while (found) {
      list = found;
      found = onSide(list, side);
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

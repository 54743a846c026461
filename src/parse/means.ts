/** @file Means over an index: in 1/n Σ_i the n is what i counts to. */

import { introducedBy, lettersBound } from "./counted.ts";
import { namesIn, sumsIn } from "./definitions.ts";
import { splitName } from "./names.ts";
import { surfacesOf, withParts, withSurfaces } from "./parts.ts";
import { literal } from "./surface.ts";
import type { Factor, Statement, Surface } from "./surface.ts";

type IndexedSum = Extract<Surface, { kind: "indexed-sum" }>;

/** Statements in which the sums of means have their bounds, with what a reader should know of that. */
export interface Means {
  readonly statements: readonly Statement[];
  readonly told: readonly string[];
}

/**
 * Gives a bound to each Σ_i without one that is divided by a letter which says nothing else: 1/n Σ_i,
 * Σ_i f_i/N, 1/n² Σ_i Σ_j; null where there is none. What a derivative is `asked` by stays a number.
 */
export function meansCounted(
  statements: readonly Statement[],
  asked: Iterable<string>,
): Means | null {
  if (sumsIn(statements.flatMap(surfacesOf)).length === 0) return null;
  const taken = takenIn(statements, asked);
  const told = new Set<string>();
  const bounded = (e: Surface): Surface => {
    const mean = meanIn(e);
    const sums = mean ? chainFrom(mean.sum) : [];
    const letters = sums.flatMap(({ bounds }) => bounds.letters);
    const isCount = (name: string): boolean => mayCountTo(name, letters) && !taken.has(name);
    const ends = mean ? endsOf(letters, divisorsOf(mean.factors).filter(isCount)) : null;
    if (!mean || !ends || sums.some(({ bounds }) => bounds.upper ?? bounds.but)) return e;
    for (const [letter, end] of ends) told.add(`${letter} counts to ${end}, as in a mean`);
    const ended = withEnds(mean.sum, ends);
    return withParts(e, (part) => (part === mean.sum ? ended : part));
  };
  const made = statements.map((statement) => withSurfaces(statement, bounded));
  return told.size === 0 ? null : { statements: made, told: [...told] };
}

/** Letters that are something else already: they count, have a meaning or parts, or are derived by. */
function takenIn(statements: readonly Statement[], asked: Iterable<string>): ReadonlySet<string> {
  const taken = new Set([...lettersBound(statements), ...asked]);
  for (const statement of statements) {
    for (const { name } of introducedBy(statement)) taken.add(name);
    for (const surface of surfacesOf(statement))
      for (const name of namesIn(surface)) {
        const { base, subscript } = splitName(name);
        if (subscript !== null) taken.add(base);
      }
  }
  return taken;
}

/** A sum and the product that it stands in, or that it is of. */
interface Mean {
  readonly sum: IndexedSum;
  readonly factors: readonly Factor[];
}

function meanIn(e: Surface): Mean | null {
  if (e.kind === "indexed-sum")
    return e.body.kind === "product" ? { sum: e, factors: e.body.factors } : null;
  if (e.kind !== "product") return null;
  const last = e.factors.findLast(({ divides }) => !divides);
  const sum = last && withoutGroups(last.factor);
  // λ/n Σ_j w_j² is no mean over j.
  const isMean = e.factors.every((f) => f === last || f.divides || isNumber(f.factor));
  return sum?.kind === "indexed-sum" && isMean ? { sum, factors: e.factors } : null;
}

/** Numbers, and what they are divided by: 1/(2n), n⁻¹. */
function isNumber(factor: Surface): boolean {
  const e = withoutGroups(factor);
  if (e.kind === "product") return e.factors.every((f) => f.divides || isNumber(f.factor));
  return e.kind === "number" || (e.kind === "power" && literal(e.exponent) === -1n);
}

const withoutGroups = (e: Surface): Surface => (e.kind === "group" ? withoutGroups(e.body) : e);

/** A sum, and those that it is a sum of: Σ_i Σ_j. */
function chainFrom(sum: IndexedSum): IndexedSum[] {
  const body = withoutGroups(sum.body);
  return body.kind === "indexed-sum" ? [sum, ...chainFrom(body)] : [sum];
}

/** The names that a product is divided by, n² twice. */
function divisorsOf(factors: readonly Factor[]): string[] {
  return factors.flatMap(({ divides, factor }) => {
    const e = withoutGroups(factor);
    if (divides) return namesOf(e);
    if (e.kind === "power" && e.body.kind === "name" && literal(e.exponent) === -1n)
      return [e.body.name];
    return factor.kind === "group" && e.kind === "product" ? divisorsOf(e.factors) : [];
  });
}

/** The names that something is a product of. */
function namesOf(divisor: Surface): string[] {
  const e = withoutGroups(divisor);
  if (e.kind === "name") return [e.name];
  if (e.kind === "power" && literal(e.exponent) === 2n)
    return [...namesOf(e.body), ...namesOf(e.body)];
  return e.kind === "product" ? e.factors.flatMap((f) => (f.divides ? [] : namesOf(f.factor))) : [];
}

/** Whether a letter is one that samples are counted by: n, N, m, M, T, or the capital of an index. */
const mayCountTo = (name: string, letters: readonly string[]): boolean =>
  /^[nNmMT]$/u.test(name) || letters.some((letter) => letter.toUpperCase() === name);

/** What each letter counts to: of several Σ a single n is that of the one for samples; null where that is open. */
function endsOf(
  letters: readonly string[],
  counts: readonly string[],
): ReadonlyMap<string, string> | null {
  if (letters.length === counts.length)
    return counts.length === 0 ? null : new Map(letters.map((letter, k) => [letter, counts[k]!]));
  const [count, ...others] = counts;
  if (count === undefined || others.length > 0) return null;
  const own = letters.find((letter) => letter.toUpperCase() === count.toUpperCase());
  const letter = own ?? letters.find((l) => l === "i");
  return letter === undefined ? null : new Map([[letter, count]]);
}

/** A chain of sums with the bounds of some of its letters. */
function withEnds(sum: IndexedSum, ends: ReadonlyMap<string, string>): IndexedSum {
  const [first, ...others] = sum.bounds.letters.map((letter) => ends.get(letter) ?? null);
  const isOne = first !== undefined && others.every((end) => end === first);
  const bounds = isOne ? { ...sum.bounds, upper: first } : sum.bounds;
  const inside = (e: Surface): Surface => {
    if (e.kind === "group") return { ...e, body: inside(e.body) };
    return e.kind === "indexed-sum" ? withEnds(e, ends) : e;
  };
  return { ...sum, bounds, body: inside(sum.body) };
}

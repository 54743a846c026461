/** @file The terms of an objective that is a sum over an index: one problem, whose index is a label with a number for each term. */

import type { Spelled } from "../derive/options.ts";
import { withNames } from "../derive/written.ts";
import { errors } from "../diagnostics/errors.ts";
import { withIndex } from "../expr/binding.ts";
import { indexSymbol, isScalar, sym, unit } from "../expr/expr.ts";
import type { Expr, IndexSum, Sym } from "../expr/expr.ts";
import { postorder, substitution } from "../expr/walk.ts";
import { scaled } from "../ops/arithmetic.ts";
import { entryOf, withoutMembers } from "../ops/indexing.ts";
import { memberName } from "../parse/indices.ts";
import { membersAt } from "../parse/members.ts";
import { splitName } from "../parse/names.ts";
import { lettersOfIndices } from "../parse/problem.ts";
import type { Problem } from "../parse/problem.ts";
import { unicodeIndex } from "../print/unicode.ts";
import { atIndices, byEntries } from "../simplify/fold.ts";
import { scaleFactors } from "../simplify/forms.ts";
import { printed } from "../steps/printed.ts";

/** A sum's term at a label, as a problem of its own. */
export interface Terms {
  readonly problem: Problem;
  /** The index of the sum. */
  readonly label: Sym;
  readonly count: number;
  /** The term as it is typed: names that the problem defines for all indices at once stand for themselves. */
  readonly typed: Expr;
}

/** How the terms of an objective are shown. */
export interface TermsShown {
  readonly index: Spelled;
  /** L = Σᵢ Lᵢ */
  readonly sum: Spelled;
  /** Lᵢ */
  readonly name: Spelled;
  /** What Lᵢ is. */
  readonly formula: Spelled;
}

const mostTerms = 10_000;

/** The terms of a problem's objective, if that is a sum over an index or a multiple of one; null of anything else. */
export function termsOf(
  problem: Problem,
  loss: string,
  size: (sum: IndexSum) => number,
): Terms | null {
  const found = sumIn(problem.objective);
  if (!found) return null;
  const { sum, scalars } = found;
  const count = size(sum);
  if (count > mostTerms) throw errors.manySamples(count, mostTerms);
  const range = sum.index.range!;
  const isFree = (name: string): boolean =>
    !problem.symbols.has(name) && !problem.labels.has(name) && !problem.dimensions.has(name);
  const letter = [...(problem.indices.get(range) ?? []), ...lettersOfIndices].find(isFree);
  if (letter === undefined) return null;
  const label = indexSymbol(letter, range);
  const body = withIndex(sum.body, sum.index, label);
  const typed = scaled([...scalars], body);
  const ofFlows = (s: Sym): boolean =>
    postorder([s]).some((e) => e.kind === "sym" && e.cotangent !== null);
  const isTotal = (s: Sym): boolean =>
    s.name === loss || s.definition === problem.objective || postorder([s]).includes(sum);
  const alone: Problem = {
    ...problem,
    objective: typed,
    objectiveName: null,
    labels: new Map([...problem.labels, [letter, label]]),
    symbols: new Map(
      [...problem.symbols].filter(([, s]) => s.definition === null || !(isTotal(s) || ofFlows(s))),
    ),
    by: [],
    equations: [],
  };
  const columns = entriesAt(alone, label);
  const put = substitution(columns.map(({ entry, name }) => [entry, name] as const));
  const members = [
    ...columns.map(({ name }) => name),
    ...membersAt(alone, label).map(put),
  ] as Sym[];
  const inNames = put(typed);
  // Lᵢ where the problem says that L is the sum of them.
  const own = members.find((s) => s === inNames);
  const name = own?.name ?? freeName(problem, loss, letter);
  if (name === null) return null;
  const objective = own ? own.definition! : inNames;
  const speaksOf = new Set(postorder([objective, ...members]));
  const isReplaced = (s: Sym): boolean => columns.some(({ of }) => of === s) && !speaksOf.has(s);
  const symbols = new Map(
    [...alone.symbols].flatMap(([key, s]): [string, Sym][] =>
      isReplaced(s) ? [] : [[key, s.definition ? (put(s) as Sym) : s]],
    ),
  );
  const whole = sym(name, objective.shape, 0, objective);
  return {
    problem: {
      ...withNames({ ...alone, symbols }, [...members, whole]),
      objective,
      objectiveName: name,
    },
    label,
    count,
    typed,
  };
}

/** How they are shown; `objective` is a term in the names of the problem. */
export function termsShown({ problem, label }: Terms, loss: Spelled, objective: Expr): TermsShown {
  const name = printed(sym(problem.objectiveName!, objective.shape));
  const i = label.name;
  return {
    index: { unicode: i, ascii: i, latex: i },
    sum: {
      unicode: `${loss.unicode} = Σ${unicodeIndex(i)} ${name.unicode}`,
      ascii: `${loss.ascii} = sum_${i} ${name.ascii}`,
      latex: `${loss.latex} = \\sum_{${i}} ${name.latex}`,
    },
    name,
    formula: printed(objective, {
      letters: problem.indices,
      taken: [...problem.symbols.keys(), i],
    }),
  };
}

/** The only sum over an index among the factors of an expression, and the others; null where there is none. */
function sumIn(e: Expr): { readonly sum: IndexSum; readonly scalars: readonly Expr[] } | null {
  if (e.kind === "sym" && e.definition) return sumIn(e.definition);
  const factors = scaleFactors(e);
  const sums = factors.filter((f): f is IndexSum => f.kind === "indexSum");
  const [sum] = sums;
  if (sum && sums.length === 1 && isScalar(sum))
    return { sum, scalars: factors.filter((f) => f !== sum) };
  // ½(1/n Σᵢ …)
  const inner = factors.length > 1 ? factors.map(sumIn) : [];
  const k = inner.findIndex((found) => found !== null);
  if (k < 0 || inner.filter((found) => found !== null).length > 1) return null;
  return {
    sum: inner[k]!.sum,
    scalars: [...factors.filter((_, j) => j !== k), ...inner[k]!.scalars],
  };
}

/** A column that the problem defines entry by entry, with the entry at a label under a name: sᵢ = wᵀxᵢ. */
interface EntryAt {
  readonly of: Sym;
  readonly entry: Expr;
  readonly name: Sym;
}

function entriesAt({ symbols }: Problem, label: Sym): EntryAt[] {
  const defined = [...symbols.values()].filter((s) => s.definition !== null);
  const found: EntryAt[] = [];
  for (const s of postorder(defined)) {
    if (s.kind !== "sym" || s.definition === null || !defined.includes(s)) continue;
    const entries = byEntries(s.definition);
    if (entries?.indices.length !== 1 || entries.indices[0]!.range !== label.range) continue;
    const known = substitution(found.map(({ entry, name }) => [entry, name] as const));
    const definition = known(withoutUnits(atIndices(entries, [label])));
    const { base, subscript } = splitName(withoutMembers(s.name));
    if (subscript !== null) continue;
    const name = memberName(base, [label.name]);
    found.push({
      of: s,
      entry: entryOf(s, label, unit),
      name: sym(name, definition.shape, definition.properties, definition),
    });
  }
  return found;
}

/** α·1 as α. */
function withoutUnits(e: Expr): Expr {
  const factors = scaleFactors(e).filter((factor) => factor !== unit);
  const last = factors.at(-1);
  return last ? scaled(factors.slice(0, -1), last) : unit;
}

/** Lᵢ, or of another letter where the problem has a use for that. */
function freeName({ symbols, functions }: Problem, loss: string, index: string): string | null {
  const isUsed = (letter: string): boolean =>
    functions.has(letter) ||
    [...symbols.keys()].some(
      (name) => name !== loss && splitName(withoutMembers(name)).base === letter,
    );
  const base = [loss, ..."ℓfgφψ"].find((letter) => !letter.includes("_") && !isUsed(letter));
  return base === undefined ? null : memberName(base, [index]);
}

/** @file Names for the parts of a result that is too long to read, or to write out, at once. */

import { isApply, isColumn, isRow, sym, isScalar } from "../expr/expr.ts";
import type { Expr, Sym } from "../expr/expr.ts";
import { has, property } from "../expr/properties.ts";
import { argsOf, postorder, substitution, withArgs } from "../expr/walk.ts";
import { entry } from "../ops/indexing.ts";
import { definitePower } from "../ops/matrix.ts";
import { cost } from "./cost.ts";

const longestWhole = 400;
/** Whether a result is short enough to be shown whole. */
export const isShort = (e: Expr): boolean => e.size <= longestWhole;

/** A part with more symbols than this gets a name, where the whole is too long. */
const longestPart = 60;

/** How much a reader must be spared, in the units of `cost`, for a repeated part to get a name. */
const leastSaved = 4.5;
/** What is as short as A⁺ or (x + y) is read as easily as a name. */
const leastPart = 5;
/** What f(x) must spare to get one all the same. */
const muchSaved = 12;
/** What a name with its definition costs. */
const ofName = 3;

/** What names must keep clear of, and which indices are fixed. */
export interface Around {
  readonly taken: ReadonlySet<string>;
  readonly labels: readonly Sym[];
}

/** The letters for parts, the first that is free; beside two indices δ is Kronecker's. */
const letters = ["δ", "τ", "ω", "ξ"];
const lettersOfMatrices = ["M", "S", "P", "Q"];

/** Finds the letter of a part of these results; null where the problem has taken all. */
function lettering(
  results: readonly Expr[],
  taken: ReadonlySet<string>,
): (part: Expr) => string | null {
  const free = (letter: string): boolean => ![...taken].some((name) => name.startsWith(letter));
  const isCounted = countsByTwo(results);
  const letter = letters.slice(isCounted ? 1 : 0).find(free) ?? null;
  const ofMatrices = lettersOfMatrices.find(free) ?? letter;
  const isMatrix = (part: Expr): boolean => !isVector(part) && (isCounted || !isScalar(part));
  return (part) => (isMatrix(part) ? ofMatrices : letter);
}

/** Whether an entry with two indices stands somewhere, a Kronecker δ or another. */
const countsByTwo = (results: readonly Expr[]): boolean =>
  postorder(results, argsOf).some((e) => isApply(e, entry) && !isVector(e.args[0]!));

const isVector = (e: Expr): boolean => isColumn(e) || isRow(e);

/**
 * Gives names to parts of results that have more than 400 symbols, so that each text stays short
 * however deep the problem is, and to parts that a shorter result repeats where that spares much. A
 * part stands behind its name as the name's definition.
 */
export function withNamedParts(results: readonly Expr[], { taken, labels }: Around): Expr[] {
  const letterOf = lettering(results, taken);
  // What stands within a sum over an index changes with it.
  const isWhole = (e: Expr): boolean =>
    argsOf(e).length > 0 && letterOf(e) !== null && e.free.every((index) => labels.includes(index));
  if (results.every(isShort)) return withRepeatsNamed(results, letterOf, isWhole);
  const roots = new Set(results);
  const shown = new Map<Expr, Expr>();
  let count = 0;
  for (const node of postorder(results, argsOf)) {
    const rebuilt = withArgs(
      node,
      argsOf(node).map((arg) => shown.get(arg)!),
    );
    const isLong = rebuilt.size > longestPart && isWhole(rebuilt) && !roots.has(node);
    shown.set(
      node,
      isLong ? sym(`${letterOf(node)}_${++count}`, node.shape, node.properties, rebuilt) : rebuilt,
    );
  }
  return results.map((e) => shown.get(e)!);
}

/** Names for the parts that one result holds several times, the longest first. */
function withRepeatsNamed(
  results: readonly Expr[],
  letterOf: (part: Expr) => string | null,
  isWhole: (e: Expr) => boolean,
): Expr[] {
  // A name that the result uses keeps its definition as it was given.
  const kept = postorder(results, argsOf).flatMap((n) =>
    n.kind === "sym" ? [[n, n] as const] : [],
  );
  const parts: Expr[] = [];
  const marks: [Sym, Expr][] = [];
  for (const result of results) {
    let rest = result;
    for (let found = mostRepeated(rest, isWhole); found; found = mostRepeated(rest, isWhole)) {
      const part = substitution([...kept, ...marks])(found);
      if (!parts.includes(part)) parts.push(part);
      const mark = sym(`\u0000${marks.length}`, part.shape, part.properties);
      rest = substitution([...kept, [found, mark]])(rest);
      marks.push([mark, part]);
    }
  }
  if (parts.length === 0) return [...results];
  const named: [Expr, Sym][] = [];
  for (const part of parts) {
    const letter = letterOf(part)!;
    const alike = parts.filter((other) => letterOf(other) === letter);
    const name = alike.length === 1 ? letter : `${letter}_${alike.indexOf(part) + 1}`;
    // A part that was found later may hold one that was found before.
    const definition = substitution([...kept, ...named])(part);
    named.push([part, sym(name, part.shape, part.properties, definition)]);
  }
  const put = substitution([...kept, ...named]);
  return results.map((e) => (named.some(([part]) => part === e) ? e : put(e)));
}

/** The part that spares most where it gets a name; null where none spares enough. */
function mostRepeated(e: Expr, isWhole: (e: Expr) => boolean): Expr | null {
  const counts = new Map<Expr, number>([[e, 1]]);
  for (const node of postorder([e], argsOf).toReversed())
    for (const arg of argsOf(node))
      counts.set(arg, (counts.get(arg) ?? 0) + (counts.get(node) ?? 0));
  let best: Expr | null = null;
  let most = leastSaved;
  for (const [part, count] of counts) {
    if (count < 2 || part === e || !isWhole(part)) continue;
    const saved = (count - 1) * cost(part) - ofName;
    const isLong = cost(part) >= leastPart || (saved >= muchSaved && isCall(part));
    if (isLong && saved >= most && keepsPowers(e, part)) [best, most] = [part, saved];
  }
  return best;
}

/** Whether under a name of this part AᵀA is still seen to be semidefinite where its root is taken. */
function keepsPowers(e: Expr, part: Expr): boolean {
  const roots = postorder([e], argsOf).filter((n) => isApply(n, definitePower));
  if (roots.length === 0) return true;
  const put = substitution([[part, sym("\u0000", part.shape, part.properties)]]);
  return roots.every((root) => {
    const base = root.args[0]!;
    return !has(base.properties, property.psd) || has(put(base).properties, property.psd);
  });
}

const isCall = (e: Expr): boolean => e.kind === "apply" && e.op.notation.kind === "call";

/** The names in an expression that its problem does not know. */
export interface Introduced {
  /** Names of parts, inner ones first. */
  readonly parts: Sym[];
  readonly dimensions: ReadonlySet<string>;
}

/** Finds introduced names, through the definitions of parts; what results share is walked once. */
export function introducedNames(known: ReadonlySet<Expr>): (e: Expr) => Introduced {
  const memory = new Map<Expr, { parts: Sym[]; dimensions: string[] }>();
  const within = (e: Expr): { parts: Sym[]; dimensions: string[] } => {
    const found = memory.get(e);
    if (found) return found;
    const symbols = postorder([e], argsOf).filter((n) => n.kind === "sym");
    const made = {
      parts: symbols.filter((s) => s.role === "value" && !known.has(s) && s.definition !== null),
      dimensions: symbols.filter((s) => s.role === "dimension").map((s) => s.name),
    };
    memory.set(e, made);
    return made;
  };
  const inside = (part: Expr): Sym[] =>
    part.kind === "sym" && part.definition ? within(part.definition).parts : [];
  return (e) => {
    const parts = postorder(within(e).parts, inside) as Sym[];
    const all = [e, ...parts.map((part) => part.definition!)];
    return { parts, dimensions: new Set(all.flatMap((part) => within(part).dimensions)) };
  };
}

/** @file A problem made ready for a derivative: its variables set free, and the way back to its names. */

import { errors } from "../diagnostics/errors.ts";
import type { Presenting } from "../diff/entries.ts";
import type { Expr, Sym } from "../expr/expr.ts";
import { isApply, isScalar, sym } from "../expr/expr.ts";
import { closed, structureOf, whileVaried } from "../expr/properties.ts";
import { postorder, substitution } from "../expr/walk.ts";
import { add } from "../ops/arithmetic.ts";
import { matrixPower } from "../ops/matrix.ts";
import { mean } from "../ops/reduce.ts";
import type { Problem } from "../parse/problem.ts";
import { cost } from "../simplify/cost.ts";
import { entryFolder, folder, throughDefinitions } from "../simplify/fold.ts";
import type { Folder } from "../simplify/fold.ts";
import { scaleFactors, unscaled } from "../simplify/forms.ts";
import { partsNamed, restorer } from "../simplify/multiples.ts";
import { multipliedOut } from "../simplify/multiply.ts";
import type { Around } from "../simplify/name.ts";
import { presenter } from "../simplify/present.ts";
import { mergedScale } from "../simplify/scale.ts";
import { Simplifier } from "../simplify/simplify.ts";
import { withSymmetry } from "../simplify/symmetry.ts";
import { logarithmsOpened } from "./logarithms.ts";

/** What a derivation works with. */
export interface Prepared {
  readonly problem: Problem;
  /** The objective by the copies of the variables, as it was typed. */
  readonly input: Expr;
  /** The same, simplified, with its parts under their names. */
  readonly objective: Expr;
  /** An expression by the copies of the variables. */
  readonly free: (e: Expr) => Expr;
  /** What is varied in the place of each variable. */
  readonly copies: ReadonlyMap<Sym, Sym>;
  readonly tidy: Simplifier;
  /** A derived expression in its lightest form, still by the copies of the variables. */
  readonly lighter: (e: Expr) => Expr;
  /** The form to show of a derived expression, in the problem's own names. */
  readonly shown: (e: Expr) => Expr;
}

/** How the forms of what a preparation derives are made and compared. */
export const presentingOf = ({ tidy, shown }: Prepared): Presenting => ({
  simplify: (e) => tidy.simplify(e),
  shown,
  cost,
});

/** What the names of parts must keep clear of, and the indices that are fixed. */
export const namesAround = (problem: Problem, labels: readonly Sym[]): Around => ({
  taken: new Set([...problem.symbols.keys(), ...problem.dimensions, ...problem.functions.keys()]),
  labels: [...problem.labels.values(), ...labels],
});

/** What a preparation may be told besides. */
interface PrepareOptions {
  /** The name of the objective stands in its derivative, as in diag(y) − yyᵀ. */
  readonly holdsOutput?: boolean;
  /** Whether what is shown is a linear map: a diagonal and what is taken from it stay together. */
  readonly isMap?: boolean;
  /** Whether the variables are varied without regard to the set they were declared to be in. */
  readonly isFree?: boolean;
}

export function prepare(
  problem: Problem,
  variables: readonly Sym[],
  { holdsOutput = false, isMap = false, isFree = false }: PrepareOptions = {},
): Prepared {
  const copies = freed(problem, variables, isFree);
  const tidy = new Simplifier();
  // A variable that is a definition stands wherever what it is defined by stands.
  const defined = variables.filter((v) => v.definition !== null);
  const named = throughDefinitions(
    problem.objective,
    folder(defined, (e) => e),
    new Set<Expr>(defined),
  );
  const copied = substitution(copies);
  // In the order of their definitions, with what is known of the copies.
  const parts = postorder([named.expr, ...problem.symbols.values(), ...named.names.values()]);
  const symmetric = withSymmetry(
    parts.flatMap((e) =>
      e.kind === "sym" && e.definition?.kind === "indexSum" ? [copied(e)] : [],
    ),
  );
  const freely = (e: Expr): Expr => symmetric(copied(e));
  const free = (e: Expr): Expr =>
    freely(e === problem.objective ? named.expr : (named.names.get(e as Sym) ?? e));
  const known = [...problem.symbols.values()].filter(
    (s) => s.definition !== null && !variables.includes(s),
  );
  const origin = new Map(known.map((s) => [free(s) as Sym, s] as const));
  const all = [...origin.keys()];
  const inner = all.filter((s) => s.name !== problem.objectiveName);
  const definitions = holdsOutput ? all : inner;
  const keep = (e: Expr): Expr => tidy.keep(e);
  const fold = folder(definitions, keep);
  const input = free(problem.objective);
  const objective = folder(inner, keep)(keep(logarithmsOpened(input, tidy)));
  keep(objective);
  const typed = postorder([problem.objective, input]);
  const varied = new Set<Expr>(copies.values());
  // Of expm(A)^κ = expm(κA) with a whole κ there is a derivative, which no numbers check.
  const powers = typed.filter((e) => isByExponent(e, varied));
  if (powers.some((e) => !isApply(tidy.simplify(e), matrixPower)))
    throw errors.notYet(undefined, "the derivative of a matrix power by its whole exponent");
  const means = typed.filter((part) => isApply(part, mean));
  const restored = restorer(means, (e) => tidy.simplify(e));
  const arranged = presenter((sum) => tidy.keeps(sum), isMap);
  const present = (e: Expr): Expr => arranged(restored(e));
  // Back in the problem's own names: what is known of them holds at the point of the derivative.
  const back = substitution([
    ...variables.map((v) => [copies.get(v)!, v] as const),
    ...definitions.map((s) => [s, origin.get(s)!] as const),
  ]);
  const entries = entryFolder(definitions, keep);
  const inNames = memoized((e: Expr): Expr => {
    const [before, after] = [present(e), fold(present(e))];
    // u ⊘ (𝟏 − p) is 𝟏 only where 𝟏 − p is called u.
    const again = after === before ? after : tidy.simplify(after);
    return again.size < after.size ? fold(present(again)) : after;
  });
  /** The same with its brackets multiplied out; they stay unless a third of the symbols goes with them. */
  const opened = (e: Expr): Expr => {
    const open = multipliedOut(e, (part) => tidy.simplify(part));
    // What is longer before it is arranged is not by a third shorter after.
    if (open === null || open.size >= e.size) return e;
    const [shown, other] = [inNames(e), inNames(open)];
    return 3 * other.size <= 2 * shown.size && cost(other) < cost(shown) ? open : e;
  };
  const isIndexed = (term: Expr): boolean => unscaled(term).body.kind === "indexSum";
  const lighter = (whole: Expr): Expr => {
    const e = entries(whole);
    // A Σ beside other terms has brackets of its own.
    const terms = isApply(e, add) && e.args.some(isIndexed) ? e.args : [];
    const light = terms.map((term) => (isIndexed(term) ? opened(term) : term));
    const isLighter = light.some((term, i) => term !== terms[i]);
    return inNames(opened(isLighter ? tidy.simplify(add(...light)) : e));
  };
  const used = new Set(postorder([objective]));
  const spoken = definitions.filter((s) => used.has(s) || s.name === problem.objectiveName);
  const others = partsNamed(spoken, keep);
  /** In the names that are multiples or factors of what stands there, where that is shorter. */
  const shorter = (e: Expr): Expr =>
    others.reduce((before, fold) => {
      const after = changed(fold, before) ?? changed(fold, spread(before));
      if (after === null) return before;
      const other = lighter(tidy.simplify(after));
      return cost(other) <= cost(before) ? other : before;
    }, e);
  const shown = (e: Expr): Expr => {
    const light = shorter(lighter(tidy.simplify(e)));
    const named = back(light);
    return named === light ? light : present(tidy.simplify(named));
  };
  return { problem, input, objective, free, copies, tidy, lighter, shown };
}

/** What a folder makes of an expression; null where it leaves it as it is. */
function changed(fold: Folder, e: Expr): Expr | null {
  const after = fold(e);
  return after === e ? null : after;
}

/** The scalars of a bracket as factors of each of its terms. */
function spread(e: Expr): Expr {
  const { scalars, body } = unscaled(e);
  if (scalars.length === 0 || !isApply(body, add)) return e;
  return add(...body.args.map((term) => mergedScale([...scalars, ...scaleFactors(term)])));
}

/** A function that works on equal parts once. */
function memoized(of: (e: Expr) => Expr): (e: Expr) => Expr {
  const memory = new Map<Expr, Expr>();
  return (e) => {
    const known = memory.get(e);
    if (known) return known;
    const made = of(e);
    memory.set(e, made);
    return made;
  };
}

/** Whether a variable stands in the exponent of a matrix power. */
const isByExponent = (e: Expr, variables: ReadonlySet<Expr>): boolean =>
  isApply(e, matrixPower) && postorder([e.args[1]!]).some((part) => variables.has(part));

/** The set in which a name is declared to vary: what follows from its definition does not restrict it. */
export function setOf({ declared }: Problem, variable: Sym): ReturnType<typeof structureOf> {
  if (isScalar(variable)) return null;
  return structureOf(closed(declared.get(variable.name) ?? variable.properties, false));
}

/**
 * A copy of each variable that is varied: what it is defined by is held fixed, and of its properties only
 * those hold that restrict it.
 */
function freed(problem: Problem, variables: readonly Sym[], isFree: boolean): Map<Sym, Sym> {
  return new Map(
    variables.map((variable) => {
      const declared = problem.declared.get(variable.name) ?? variable.properties;
      const kept = whileVaried(closed(declared, isScalar(variable)));
      const properties = isFree && structureOf(kept) ? 0 : kept;
      return [variable, sym(variable.name, variable.shape, properties, null, variable.member)];
    }),
  );
}

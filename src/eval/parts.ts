/** @file The parts of an objective that are shown: names with numbers, definitions, and operations without a name. */

import type { Spelled } from "../derive/options.ts";
import { NablaError } from "../diagnostics/errors.ts";
import { cotangentSymbol, isApply, isBoundIndex, sym } from "../expr/expr.ts";
import type { Apply, Expr, Sym } from "../expr/expr.ts";
import { argsOf, postorder, substitution } from "../expr/walk.ts";
import { matmul } from "../ops/arithmetic.ts";
import { column, isMembersName, row, withoutMembers } from "../ops/indexing.ts";
import type { Problem } from "../parse/problem.ts";
import { folder } from "../simplify/fold.ts";
import { scaleFactors } from "../simplify/forms.ts";
import { printed } from "../steps/printed.ts";
import { mostTerms } from "./kinks.ts";
import { refuseOpen } from "./values.ts";
import type { Numbered } from "./values.ts";

/** What a part of a problem is: a name with numbers, one with a definition, what has no name, or the objective. */
export type PartKind = "input" | "definition" | "part" | "objective";

/** A part that is shown. */
export interface Part {
  readonly kind: PartKind;
  readonly expr: Expr;
  readonly name: Spelled;
  /** ∂L/∂(the part), or the name that the problem gives to it. */
  readonly flow: Sym;
  /** The same as text. */
  readonly cotangent: Spelled;
}

/** An objective with its parts. */
export interface InParts {
  /** The objective in the names that the problem defines. */
  readonly objective: Expr;
  readonly parts: readonly Part[];
  /** Definitions that speak of what flows back, such as G = δxᵀ: they have values after that. */
  readonly late: readonly Part[];
  /** What is not shown, with the reason. */
  readonly notes: readonly string[];
}

/** Definitions of a size beyond this are not looked for where they are written out again. */
const largestFolded = 4000;

/** Which operations without a name are parts: none, the products of matrices where no definition names a part, or all. */
export type Unnamed = "none" | "products" | "all";

/** The term of a sum at a label, of which the i-th parts of names are shown. */
export interface AtLabel {
  readonly label: Sym;
  /** The names that are shown as a whole, too. */
  readonly whole: ReadonlySet<Sym>;
}

/** Lays an objective out in its parts. */
export function inParts(
  problem: Problem,
  typed: Expr,
  loss: Sym,
  numbered: Numbered,
  unnamed: Unnamed,
  term: AtLabel | null = null,
): InParts {
  const notes: string[] = [];
  const definitions = definitionsIn(problem);
  const { named, put } = inNames(definitions, typed);
  const objective = put(typed);
  const speaksOfFlows = (s: Sym): boolean =>
    postorder([s]).some((e) => e.kind === "sym" && e.cotangent !== null);
  const own = definitions.filter((s) => s.name !== loss.name && !isMembersName(s.name));
  const shown = own.filter((s) => {
    const lack = speaksOfFlows(s) ? null : lackOf(s, numbered);
    if (lack) notes.push(`${s.name} is no part of ${loss.name}, and has no value: ${lack}`);
    return lack === null && !speaksOfFlows(s);
  });
  const order = postorder([objective]);
  const picked = term ? pickedAt(term, order) : new Map<Sym, readonly Expr[]>();
  const inputs = [...numbered.values.keys()].filter((s) => s !== term?.label);
  for (const s of inputs) {
    const name = withoutMembers(s.name);
    if (s.member && (!term || term.whole.has(s))) notes.push(`column i of ${name} is ${name}_i`);
  }
  if (order.some((e) => e.kind === "indexSum" && numbered.sizes.of(e.index.range!) > mostTerms))
    notes.push(`kinks are looked for in the first ${mostTerms} terms of a sum only`);
  // In the order in which they are made.
  const place = new Map(order.map((e, i) => [e, i]));
  const between = [
    ...shown
      .flatMap((s) => picked.get(named.get(s)!) ?? [named.get(s)!])
      .map((e): [PartKind, Expr] => ["definition", e]),
    ...unnamedIn(
      order,
      unnamed === "products" && shown.length > 0 ? "none" : unnamed,
      [...picked.values()].flat(),
      term,
    ).map((e): [PartKind, Expr] => ["part", e]),
  ].toSorted(([, a], [, b]) => (place.get(a) ?? -1) - (place.get(b) ?? -1));
  const called = cotangentNames(problem, loss);
  const letters = { letters: problem.indices, taken: [...problem.symbols.keys()] };
  const part = ([kind, expr]: readonly [PartKind, Expr]): Part => {
    const below = kind === "objective" ? loss : expr;
    const name = expr.kind === "sym" ? called.get(expr.name) : undefined;
    const flow = name ?? cotangentSymbol(loss.name, below);
    return {
      kind,
      expr,
      name: printed(below, letters),
      flow,
      cotangent: printed(flow, letters),
    };
  };
  const names = new Set(called.values());
  return {
    objective,
    parts: [
      ...inputs.flatMap((s) => picked.get(s) ?? [s]).map((e): [PartKind, Expr] => ["input", e]),
      ...between,
      ["objective", objective] as [PartKind, Expr],
    ].map(part),
    late: own
      .filter((s) => speaksOfFlows(s) && !names.has(s))
      .map((s) => part(["definition", named.get(s)!])),
    notes,
  };
}

/** Why a name has no value; null where it has one. */
function lackOf(s: Sym, numbered: Numbered): string | null {
  try {
    refuseOpen([s], numbered);
    return null;
  } catch (error) {
    if (error instanceof NablaError) return error.message;
    throw error;
  }
}

/** δ by the name of z, where a problem says δ = ∂L/∂z. */
function cotangentNames({ symbols }: Problem, loss: Sym): Map<string, Sym> {
  const called = new Map<string, Sym>();
  for (const s of symbols.values()) {
    const of = s.definition?.kind === "sym" ? s.definition.cotangent : null;
    if (of?.of === loss.name && of.by.kind === "sym") called.set(of.by.name, s);
  }
  return called;
}

/**
 * The i-th parts of names that a term speaks of, xᵢ and X_{i,:}: they stand in the place of the whole where the term
 * does not speak of that otherwise, and beside it where it does. A row is what is counted through by a sum within.
 */
function pickedAt({ label, whole }: AtLabel, order: readonly Expr[]): Map<Sym, readonly Expr[]> {
  const found = new Map<Sym, Set<Expr>>();
  const isWhole = new Set<Expr>(whole);
  for (const e of order) {
    const part = pickedBy(e, label);
    const of = part ? (part.args[0] as Sym) : null;
    if (of) found.set(of, (found.get(of) ?? new Set()).add(part!));
    for (const below of argsOf(e)) if (below !== of) isWhole.add(below);
  }
  return new Map([...found].map(([s, parts]) => [s, isWhole.has(s) ? [s, ...parts] : [...parts]]));
}

/** What of a name stands for a label in an expression that picks something of it. */
function pickedBy(e: Expr, label: Sym): Apply | null {
  if (e.kind !== "apply" || e.op.notation.kind !== "entry") return null;
  const [of, ...indices] = e.args;
  if (of?.kind !== "sym" || !indices.includes(label)) return null;
  if (!e.free.some(isBoundIndex)) return e;
  const part = indices[0] === label ? row(of, label) : column(of, label);
  return part.kind === "apply" ? part : null;
}

/** The operations without a name, outside of sums over an index, that are made of names. */
function unnamedIn(
  order: readonly Expr[],
  unnamed: Unnamed,
  others: readonly Expr[],
  term: AtLabel | null,
): Expr[] {
  if (unnamed === "none") return [];
  const bodies = new Set(order.map((e) => (e.kind === "sym" ? e.definition : null)));
  return order.slice(0, -1).filter(
    (e) =>
      (e.kind === "apply" || (e.kind === "indexSum" && unnamed === "all")) &&
      (unnamed === "all" || isApply(e, matmul)) &&
      e.free.every((index) => index === term?.label) &&
      !bodies.has(e) &&
      !others.includes(e) &&
      // −xᵀy is hardly more than xᵀy.
      (unnamed === "all" || !scaleFactors(order.at(-1)!).includes(e)) &&
      postorder([e]).some((below) => below.kind === "sym" && below.role === "value"),
  );
}

/** The defined names of a problem, each after those that it is made of. */
function definitionsIn({ symbols }: Problem): Sym[] {
  const defined = [...symbols.values()].filter((s) => s.definition !== null);
  const known = new Set<Expr>(defined);
  return postorder(defined).filter((e): e is Sym => known.has(e));
}

/** Definitions in the names of earlier ones, also where these are written out again; and the same for an expression. */
function inNames(
  definitions: readonly Sym[],
  objective: Expr,
): { readonly named: ReadonlyMap<Sym, Sym>; readonly put: (e: Expr) => Expr } {
  const named = new Map<Sym, Sym>();
  const isLarge = objective.size > largestFolded;
  const folded = (e: Expr): Expr => {
    const inside = substitution(named)(e);
    const known = [...named.values()].filter(
      ({ definition }) => definition !== inside && argsOf(definition!).length > 0,
    );
    return isLarge || known.length === 0 ? inside : folder(known, (part) => part)(inside);
  };
  for (const s of definitions)
    named.set(s, sym(s.name, s.shape, s.properties, folded(s.definition!), s.member));
  return {
    named,
    put: (e) => {
      const own = [...named].find(([s]) => s.definition === e);
      return own ? own[1].definition! : folded(e);
    },
  };
}

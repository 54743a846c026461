/** @file A result in other forms, each of which is compared with it as numbers. */

import { isApply } from "../expr/expr.ts";
import type { Expr, Sym } from "../expr/expr.ts";
import { postorder, substitution } from "../expr/walk.ts";
import { compared } from "../numeric/equations.ts";
import { differentFromZero, equalToZero } from "../ops/indicators.ts";
import type { Problem } from "../parse/problem.ts";
import { expanded, factored } from "../simplify/alternatives.ts";
import { cost } from "../simplify/cost.ts";
import { folder } from "../simplify/fold.ts";
import { partsNamed } from "../simplify/multiples.ts";
import { introducedNames, isShort } from "../simplify/name.ts";
import { presenter } from "../simplify/present.ts";
import { simplify } from "../simplify/simplify.ts";
import type { AlternativeName, DeriveOptions, Form } from "./options.ts";
import type { Written } from "./written.ts";

/** The other forms of a result that differ from it, where they are asked for. */
export function alternatives(
  problem: Problem,
  result: Expr,
  write: (e: Expr) => Written,
  { forms, seed = 1 }: DeriveOptions,
): Form[] {
  if (forms !== "all") return [];
  const found: Form[] = [];
  const seen = new Set<Expr>([result]);
  for (const [name, expr] of candidates(problem, result)) {
    // Nobody reads what is that long.
    if (seen.has(expr) || !isShort(expr)) continue;
    seen.add(expr);
    const outcome = compared(result, expr, seed);
    if (outcome === "unequal") throw new Error(`internal: the ${name} form is not equal`);
    // Where no point was found to look at, nothing is claimed.
    if (outcome === "nowhere") continue;
    const { unicode, ascii, latex } = write(expr);
    found.push({ name, unicode, ascii, latex });
  }
  return found;
}

function candidates(problem: Problem, result: Expr): [AlternativeName, Expr][] {
  const all = [...problem.symbols.values()].filter((s) => s.definition !== null);
  const definitions = all.filter((s) => s.name !== problem.objectiveName);
  // In [f = ‖x‖_∞] the two are the same number, which L = ‖x‖_∞ need not be in the last place.
  const isExact = postorder([result]).some(
    (e) => isApply(e, equalToZero) || isApply(e, differentFromZero),
  );
  const named = isExact ? definitions : all;
  const together = factored(result);
  const open = isShort(result) ? expanded(result) : result;
  return [
    ["factored", together],
    ["expanded", open],
    ["names", shorter(inNames(together, named), inNames(open, named))],
    ["plain", plain(result, definitions)],
  ];
}

/** In all names that the problem defines, that of the objective among them. */
function inNames(e: Expr, definitions: readonly Sym[]): Expr {
  const named = folder(definitions, simplify)(e);
  return partsNamed(definitions, simplify).reduce((before, fold) => {
    const after = fold(before);
    return after === before ? before : factored(simplify(after));
  }, named);
}

const shorter = (a: Expr, b: Expr): Expr => (cost(b) < cost(a) ? b : a);

/** No name that the problem defines stays, not even within another; nor one that the result introduces. */
function plain(e: Expr, definitions: readonly Sym[]): Expr {
  const { parts } = introducedNames(new Set<Expr>(definitions))(e);
  const writtenOut = substitution([...definitions, ...parts].map((s) => [s, s.definition!]));
  let [before, after] = [e, writtenOut(e)];
  if (after === before) return e;
  while (after !== before && isShort(after)) [before, after] = [after, writtenOut(after)];
  if (!isShort(after)) return after;
  const whole = simplify(after);
  return presenter((sum) => sum !== whole)(whole);
}

/** @file What may be wrong with the terms of an answer: too much, missing, by another factor. */

import { spelledBy } from "../derive/options.ts";
import type { Spelled } from "../derive/options.ts";
import type { Expr } from "../expr/expr.ts";
import type { Rational } from "../expr/rational.ts";
import { isEqual, over, rational, toNumber } from "../expr/rational.ts";
import { total } from "../ops/arithmetic.ts";
import { expanded } from "../simplify/alternatives.ts";
import { isShort } from "../simplify/name.ts";
import type { Prose } from "../steps/index.ts";
import type { Case, Finding, Hypothesis } from "./case.ts";
import { weighted, withTerms } from "./changes.ts";
import { draftOfExpr, exprOf, leaf, partsOf } from "./draft.ts";
import type { Draft } from "./draft.ts";
import { causes, isOne, say, times } from "./wording.ts";
import type { Way } from "./ways.ts";

const minus = rational(-1);

/** The terms of the answer, each times a number. */
export const byOwnTerms: Hypothesis = (found) => {
  const { target, terms, draft } = found;
  if (terms.length < 2) return [];
  const exprs = terms.map((term) => exprOf(term)!);
  const c = target.combination(target.expr, exprs);
  if (c === null) return [];
  const repair = weighted(terms, c, draft.span);
  return weightFindings(found, c, repair, (k) => causeOfTerm(found, exprs[k]!, c[k]!));
};

/** What the terms of the answer are told, the right answer being each times a number. */
function weightFindings(
  found: Case,
  weights: readonly Rational[],
  repair: Draft,
  cause: (k: number) => Prose | null,
): Finding[] {
  return found.terms.flatMap((term, k): Finding[] => {
    const weight = weights[k]!;
    if (isOne(weight)) return [];
    const text = found.quoted(term);
    const said =
      weight.numerator === 0n
        ? say.extraTerm(text)
        : isEqual(weight, minus)
          ? say.signOfTerm(text)
          : say.factorOfTerm(text, over(rational(1), weight), cause(k));
    return [{ ...said, span: term.span, repair }];
  });
}

/** Why a term may be a part of what it should be. */
function causeOfTerm({ ways, target, subject }: Case, term: Expr, weight: Rational): Prose | null {
  const way = ways.find(({ each, names }) => {
    const c = names.length > 1 ? target.factor(term, each) : null;
    return c !== null && isOne(c) && isEqual(weight, rational(names.length));
  });
  if (!way) return null;
  return causes.entersOften(subject.variable.name, times(way.names.length), way.names);
}

/** What comes by each path, times a number: some may be missing. */
export const byWays: Hypothesis = (found) => {
  const { target, ways, expr, draft } = found;
  if (ways.length < 2) return [];
  const c = target.combination(
    expr,
    ways.map((way) => way.expr),
  );
  if (c === null) return [];
  const missing = ways.filter((_, k) => c[k]!.numerator === 0n);
  const doubled = ways.filter((_, k) => toNumber(c[k]!) > 1);
  const wrong = ways.flatMap((way, k) =>
    c[k]!.numerator === 0n || isOne(c[k]!) ? [] : [{ way, c: c[k]! }],
  );
  const repairs = target.expr;
  if (missing.length > 0 && doubled.length === 1 && wrong.length === 1) {
    const [{ c: count }] = wrong as [(typeof wrong)[0]];
    const all = found.shown(target.expr);
    const said = say.pathForAnother(
      namesOf(missing),
      namesIn(doubled[0]!),
      times(toNumber(count)),
      all,
    );
    return [{ ...said, span: draft.span, repair: leaf(repairs, draft.span) }];
  }
  const repair =
    wrong.length === 0
      ? withTerms(
          draft,
          missing.map((way) => way.expr),
        )
      : leaf(repairs, draft.span);
  return [
    ...missingFindings(found, missing, repair),
    ...wrong.flatMap(({ way, c: weight }): Finding[] => [
      {
        ...(isEqual(weight, minus)
          ? say.signOfWay(namesIn(way))
          : say.factorOfWay(namesIn(way), weight, causeOfWay(found, way, weight))),
        span: draft.span,
        repair,
      },
    ]),
  ];
};

/** `Wᵀ`, `X, Xᵀ in logdet(K)`. */
const namesOf = (ways: readonly Way[]): Spelled[] => ways.flatMap(namesIn);
const namesIn = ({ names, through }: Way): Spelled[] =>
  names.map((name, k) =>
    through !== null && through.unicode !== name.unicode && k === names.length - 1
      ? spelledBy((spelling) =>
          spelling === "latex"
            ? `${name.latex} \\text{ in } ${through.latex}`
            : `${name[spelling]} in ${through[spelling]}`,
        )
      : name,
  );

function causeOfWay({ subject }: Case, { names }: Way, weight: Rational): Prose | null {
  if (names.length < 2 || !isEqual(weight, rational(1, names.length))) return null;
  return causes.entersOften(subject.variable.name, times(names.length), names);
}

/** Ways that are missing: all that come from a part of the loss are a term of it. */
function missingFindings(found: Case, missing: readonly Way[], repair: Draft): Finding[] {
  const { ways, draft } = found;
  const isIn = (way: Way, summand: Spelled | null): boolean =>
    way.summand?.unicode === summand?.unicode;
  const firsts = missing.filter((way, i) => missing.findIndex((w) => isIn(w, way.summand)) === i);
  return firsts.flatMap(({ summand }): Finding[] => {
    const here = missing.filter((way) => isIn(way, summand));
    const isWhole =
      summand !== null &&
      ways.every((way) => !isIn(way, summand) || here.includes(way)) &&
      ways.some((way) => !isIn(way, summand));
    const sum = found.shown(total(here.map((way) => way.expr)));
    const said = isWhole ? say.missingSummand(summand, sum) : say.missingPaths(namesOf(here), sum);
    return [{ ...said, span: draft.span, repair }];
  });
}

/** A path or a term of the result that is missing beside the terms of the answer. */
export const byMissing: Hypothesis = (found) => withMissing(found, false);

/** A path or a term of the result in the place of one of the answer. */
export const byExchange: Hypothesis = (found) => withMissing(found, true);

function withMissing(found: Case, mayLeaveOut: boolean): Finding[] {
  const { target, terms, ways, draft } = found;
  const exprs = terms.map((term) => exprOf(term)!);
  const wanted: { readonly expr: Expr; readonly way: Way | null }[] = [
    ...(ways.length > 1 ? ways.map((way) => ({ expr: way.expr, way })) : []),
    ...ways.flatMap((way) => (way.names.length > 1 ? [{ expr: way.each, way }] : [])),
    ...termsOf(target.expr).map((expr) => ({ expr, way: null })),
  ];
  let best: { readonly changes: number; readonly findings: Finding[] } | null = null;
  for (const { expr: missing, way } of wanted) {
    const c = target.combination(target.expr, [...exprs, missing]);
    const last = c?.at(-1);
    if (!c || !last || last.numerator === 0n || !isOne(last)) continue;
    if (!mayLeaveOut && c.some((weight) => weight.numerator === 0n)) continue;
    const changes = c.filter((weight) => !isOne(weight)).length;
    if (best && best.changes <= changes) continue;
    const kept = weighted(terms, c.slice(0, -1), draft.span);
    const repair = withTerms(kept, [missing]);
    const own = weightFindings(found, c, repair, () => null);
    const text = found.shown(missing);
    const lost: Finding[] = way
      ? missingFindings(found, [way], repair)
      : [{ ...say.missingTerm(text), span: draft.span, repair, isWeak: true }];
    best = { changes, findings: [...lost, ...own] };
  }
  // An answer all of whose terms are to go says nothing.
  return best && best.changes < Math.max(2, terms.length) ? best.findings : [];
}

/** The terms of a result as it stands and multiplied out. */
function termsOf(e: Expr): Expr[] {
  const top = draftOfExpr(e);
  const all = new Set<Expr>();
  const put = (draft: Draft): void => {
    if (draft.kind === "sum") for (const part of partsOf(draft)) all.add(exprOf(part)!);
  };
  put(top);
  if (isShort(e)) {
    put(draftOfExpr(expanded(e)));
    // β(diag(y) − yyᵀ): a bracket in a product.
    if (top.kind === "product")
      for (const [k, part] of top.parts.entries()) {
        if (part.kind !== "sum") continue;
        for (const term of part.parts) {
          const made = exprOf({ ...top, parts: top.parts.map((p, i) => (i === k ? term : p)) });
          if (made) all.add(made);
        }
      }
  }
  return [...all];
}

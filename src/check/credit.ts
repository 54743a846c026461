/** @file Partial credit by stated rules: per path, per term, and by how many edits an answer is from right. */

import type { Expr } from "../expr/expr.ts";
import { isEqual, rational } from "../expr/rational.ts";
import { draftOfExpr, exprOf, partsOf } from "./draft.ts";
import type { Case } from "./case.ts";
import { Target } from "./numbers.ts";

/** What an answer is worth, from 0 to 1, and why. */
export interface Credit {
  readonly share: number;
  readonly because: readonly string[];
}

/** What a right answer is worth. */
export const fullCredit: Credit = { share: 1, because: ["right"] };

/** What a part of an answer is worth that has another factor or sign. */
const scaledPart = 0.5;
/** Up to so many symbols a result is short. */
const longestShort = 8;

/** What an answer is worth that so many edits make right. */
const byEdits: readonly number[] = [1, 0.5, 0.25];

/**
 * The credit of a wrong answer. Where the result comes by several paths, or has several terms, each has an equal
 * share: whole where it is right, half where its sign or a number before it is not; each term that is neither
 * costs half a share. One edit from right is worth half at least, two a quarter where the result is not short.
 */
export function creditOf(found: Case | null, edits: number | null, truth: Expr): Credit {
  if (found?.isNothing) return { share: 0, because: ["nothing of the result is there"] };
  // What is short is two edits from anything.
  const isNear =
    edits !== null && edits < byEdits.length && (edits < 2 || truth.size > longestShort);
  const near: Credit =
    edits === null || !isNear
      ? { share: 0, because: [] }
      : {
          share: byEdits[edits]!,
          because: [edits === 1 ? "one edit makes it right" : `${edits} edits make it right`],
        };
  const inParts = found && creditInParts(found);
  const best = inParts && inParts.share >= near.share ? inParts : near;
  return best.because.length > 0
    ? best
    : { share: 0, because: ["it is more than two edits from right"] };
}

interface Part {
  readonly name: string;
  readonly expr: Expr;
}

/** What the result is made of: paths, or terms. */
function partsOfResult(found: Case): Part[] {
  const { ways, target } = found;
  if (ways.length > 1)
    return ways.map(({ names, expr }) => ({
      name: `the path through ${names.map(({ unicode }) => unicode).join(" and ")}`,
      expr,
    }));
  const draft = draftOfExpr(target.expr);
  return draft.kind === "sum"
    ? partsOf(draft).map((part) => ({
        name: found.shown(exprOf(part)!).unicode,
        expr: exprOf(part)!,
      }))
    : [];
}

function creditInParts(found: Case): Credit | null {
  const { target, expr, terms } = found;
  const parts = partsOfResult(found);
  if (parts.length < 2) return null;
  const share = 1 / parts.length;
  const c = target.combination(
    expr,
    parts.map((part) => part.expr),
  );
  const one = rational(1);
  if (c) {
    const worth = c.map((x): number => (x.numerator === 0n ? 0 : isEqual(x, one) ? 1 : scaledPart));
    return {
      share: worth.reduce((sum, x) => sum + x * share, 0),
      because: parts.map(({ name }, k) => `${name}: ${told(worth[k]!)}`),
    };
  }
  // Term by term: what belongs to no part costs.
  let left = terms.map((term) => exprOf(term)!);
  const worth = parts.map((part): number => {
    const of = new Target(part.expr, target.probes);
    const same = left.find((term) => of.isMetBy(term));
    const near = same ?? left.find((term) => of.factor(term) !== null);
    left = left.filter((term) => term !== near);
    return same ? 1 : near ? scaledPart : 0;
  });
  const sum = worth.reduce((all, x) => all + x, 0);
  return {
    share: Math.max(0, sum - scaledPart * left.length) * share,
    because: [
      ...parts.map(({ name }, k) => `${name}: ${told(worth[k]!)}`),
      ...left.map((term) => `${found.shown(term).unicode}: belongs to none`),
    ],
  };
}

const told = (worth: number): string =>
  worth === 1 ? "right" : worth === 0 ? "missing" : "another factor or sign";

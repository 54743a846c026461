/** @file The hypotheses about a wrong answer, in the order in which they are tried. */

import type { Case, Finding, Hypothesis } from "./case.ts";
import { byExchange, byMissing, byOwnTerms, byWays } from "./term-hypotheses.ts";
import {
  byCommuting,
  byDiagonal,
  byFactor,
  byLink,
  byNothing,
  byOthers,
  byStacking,
  bySymbol,
  bySymmetry,
  byTranspose,
} from "./whole-hypotheses.ts";

const hypotheses: readonly Hypothesis[] = [
  byNothing,
  byFactor,
  byTranspose,
  byStacking,
  bySymmetry,
  byCommuting,
  byOthers,
  byLink,
  byDiagonal,
  byOwnTerms,
  byWays,
  byMissing,
  bySymbol,
];

/** Those that look at the terms of the answer one by one. */
const ofTerms: ReadonlySet<Hypothesis> = new Set([byOwnTerms, byWays, byMissing]);

/** Of more terms nobody asks which is wrong. */
const mostTerms = 60;

/** The first hypothesis that holds, with what follows from it; empty where none does. */
export const supposed = (found: Case): Finding[] =>
  firstOf(
    found.terms.length > mostTerms ? hypotheses.filter((h) => !ofTerms.has(h)) : hypotheses,
    found,
  );

/** What may be said where no edit mends an answer: terms to be left out, and others to be put in. */
export const supposedAtLast = (found: Case): Finding[] =>
  found.terms.length > mostTerms ? [] : firstOf([byExchange], found);

function firstOf(all: readonly Hypothesis[], found: Case): Finding[] {
  for (const hypothesis of all) {
    const findings = hypothesis(found);
    if (findings.length > 0) return findings;
  }
  return [];
}

/** @file Judges a derivation line by line: what is said of all of it, and what it is worth. */

import { variablesOf } from "../derive/ask.ts";
import type { DeriveOptions } from "../derive/index.ts";
import { errors, NablaError } from "../diagnostics/errors.ts";
import type { Source } from "../diagnostics/source.ts";
import { linesTyped } from "../parse/index.ts";
import type { UnreadLine } from "../parse/index.ts";
import type { Problem } from "../parse/problem.ts";
import { usualDeadline } from "./judgement.ts";
import type { JudgeOptions, Score } from "./judgement.ts";
import { Subject } from "./subject.ts";
import { say } from "./wording.ts";
import { placed, Reader } from "./reader.ts";
import type { LineJudged } from "./reader.ts";

export type { LineJudged } from "./reader.ts";

/** What is said of a derivation. */
export interface DerivationJudged {
  readonly verdict: "correct" | "incorrect";
  readonly lines: readonly LineJudged[];
  /** What is asked for, where something is. */
  readonly expected: Subject["expected"] | null;
  /** The first line that is wrong. */
  readonly firstWrong: number | null;
  readonly notes: readonly string[];
  /** What it is worth, where that was asked for: each line counts as much, also one that follows from a wrong one. */
  readonly score: Score | null;
}

/**
 * Judges a derivation: lines `left = side = side`, each by its own meaning, of cotangents and of names that the
 * problem defines; other names are the derivation's own.
 * @throws NablaError where no line is understood, with the place of the first.
 */
export function derivationJudged(
  problem: Problem,
  wrt: string | undefined,
  source: Source,
  { deadline = usualDeadline, points, ...options }: DeriveOptions & JudgeOptions = {},
): DerivationJudged {
  const variables = wrt === undefined && problem.by.length === 0 ? [] : variablesOf(problem, wrt);
  if (variables.length > 1) throw errors.answerToSeveral(variables.map(({ name }) => name));
  const asked = variables[0] ?? null;
  const reader = new Reader(problem, asked, options);
  const lines = linesTyped(problem.names, source);
  if (lines.length === 0) throw errors.emptyAnswer({ source, start: 0, end: source.text.length });
  // One deadline for all lines.
  const until = performance.now() + deadline;
  const refused: UnreadLine[] = [];
  const judged = lines.flatMap((line): LineJudged[] => {
    let fault: UnreadLine;
    try {
      if (!("error" in line)) return reader.judged(line, until);
      fault = line;
    } catch (error) {
      if (!(error instanceof NablaError)) throw error;
      fault = { error, span: line.span };
    }
    refused.push(fault);
    return [unread(fault)];
  });
  // Where nothing is understood, the first line says why.
  if (refused.length === lines.length) throw refused[0]!.error;
  const wrong = judged.filter(({ verdict }) => verdict !== "right" && verdict !== "definition");
  const missing =
    asked && !reader.isReached ? [`no line says what the derivative by ${asked.name} is`] : [];
  const notes = [...reader.notes, ...missing];
  return {
    verdict: wrong.length === 0 && missing.length === 0 ? "correct" : "incorrect",
    lines: judged,
    expected: reader.expected,
    firstWrong: wrong.find(({ verdict }) => verdict !== "unread")?.line ?? null,
    notes,
    score: points === undefined ? null : scored(judged, points, missing.length === 0),
  };
}

/** A line that is not understood, with why. */
const unread = ({ error: { diagnostic }, span }: UnreadLine): LineJudged => ({
  ...placed(span),
  verdict: "unread",
  from: null,
  diagnoses: [
    {
      ...say.unread(diagnostic.message, diagnostic.hint),
      span: diagnostic.span ?? span,
      repair: null,
    },
  ],
  isRestated: false,
});

/** Each line that claims something counts as much, and so does the answer where no line gives it. */
function scored(lines: readonly LineJudged[], of: number, isReached: boolean): Score {
  const texts = new Set<string>();
  const claims = lines.filter(({ verdict, isRestated, text }) => {
    const isNew = !texts.has(text);
    texts.add(text);
    return isNew && verdict !== "definition" && !isRestated;
  });
  const count = claims.length + (isReached ? 0 : 1);
  const earned = claims.filter(
    ({ verdict }) => verdict === "right" || verdict === "follows",
  ).length;
  return {
    points: count === 0 ? 0 : Math.round((100 * of * earned) / count) / 100,
    of,
    because: [
      claims.length === 0
        ? "no line says more than the problem does"
        : `${earned} of ${claims.length} lines are right, or follow from a line that is not`,
      ...(isReached ? [] : ["the answer is missing"]),
    ],
  };
}

/** @file Judges a hand answer: right or wrong, what is wrong with it, and the answer made right. */

import { variablesOf } from "../derive/ask.ts";
import { spelled, spelledBy } from "../derive/options.ts";
import type { DeriveOptions, Spelled } from "../derive/options.ts";
import { textOf } from "../diagnostics/source.ts";
import type { Source } from "../diagnostics/source.ts";
import { toNumber } from "../expr/rational.ts";
import { valueGiven } from "../numeric/given.ts";
import type { Problem } from "../parse/problem.ts";
import type { Answer, Condition } from "./answer.ts";
import { readAnswer } from "./answer.ts";
import { readValues } from "./claimed.ts";
import { usualDeadline } from "./judgement.ts";
import type { Diagnosis, JudgeOptions, Judgement, Score } from "./judgement.ts";
import { numbersJudged, partJudged } from "./parts.ts";
import type { PartJudged } from "./parts.ts";
import type { Subject } from "./subject.ts";
import { subjectOf } from "./subject.ts";
import { entriesSpelled } from "./values.ts";
import { say } from "./wording.ts";

export { Subject, subjectOf } from "./subject.ts";
export { Summing } from "./summary.ts";
export type { Summary } from "./summary.ts";
export { derivationJudged } from "./derivation.ts";
export type { DerivationJudged, LineJudged } from "./derivation.ts";
export type { Diagnosis, JudgeOptions, Judgement, Score } from "./judgement.ts";
export type { DiagnosisKind } from "./wording.ts";

/** What judges answers to a problem; what it derives is derived once. */
export type Judge = (source: Source, options?: JudgeOptions) => Judgement;

/**
 * The judge of answers to the derivative by the one variable that `wrt` or the problem itself names; without
 * one, of values.
 * @throws NablaError where nothing can be derived.
 */
export function judgeOf(problem: Problem, wrt: string | undefined, options: DeriveOptions): Judge {
  const isValue = (wrt === undefined || wrt.trim() === "") && problem.by.length === 0;
  if (isValue) return (source, how) => judgedValue(problem, source, how);
  const subject = subjectOf(problem, variablesOf(problem, wrt), options);
  return (source, how) => judgedFor(subject, source, how);
}

/** Judges an answer to what is known already. */
export function judgedFor(
  subject: Subject,
  source: Source,
  { deadline = usualDeadline, points }: JudgeOptions = {},
): Judgement {
  const until = performance.now() + deadline;
  const { answers, unread, idle } = readAnswer(subject, source);
  const parts = answers.map((answer) => partJudged(subject, answer, until));
  const { expected } = subject;
  const isCorrect = parts.every(({ right }) => right !== null);
  const tried = parts.reduce((sum, part) => sum + part.tried, 0);
  return {
    verdict: isCorrect ? "correct" : "incorrect",
    diagnoses: answers.some(({ where }) => where !== null)
      ? ofCases(answers, parts)
      : (parts.find(({ right }) => right === null)?.diagnoses ?? []),
    answer: parts.length === 1 ? parts[0]!.written : null,
    expected,
    reasons: [
      ...new Set(parts.flatMap(({ right }) => (isCorrect ? right!.reasons : []))),
      ...unread.map((span) => `${textOf(span).trim()} was not read: it multiplies derivatives`),
      ...idle.map((name) => `${name} is defined, and not used`),
    ],
    notes: [
      ...(isCorrect
        ? new Set(parts.map(({ right }) => right!.how))
        : tried > 0
          ? [
              triedNote(
                tried,
                parts.every(({ isComplete }) => isComplete),
              ),
            ]
          : []),
    ],
    tried,
    score: points === undefined ? null : scored(parts, points),
  };
}

/** The points of an answer: of several parts each counts as much. */
function scored(parts: readonly PartJudged[], of: number): Score {
  const credits = parts.map(({ credit }) => credit());
  const share = credits.reduce((sum, credit) => sum + credit.share, 0) / credits.length;
  // To a hundredth of a point.
  const points = Math.round(100 * share * of) / 100;
  return { points, of, because: [...new Set(credits.flatMap(({ because }) => because))] };
}

/**
 * Judges an answer that is a value: of the objective, or of the name before it, at the numbers that the problem
 * gives.
 * @throws NablaError where a number is missing.
 */
export function judgedValue(
  problem: Problem,
  source: Source,
  { points }: JudgeOptions = {},
): Judgement {
  const claims = readValues(problem, source).map(({ of, typed, span }) => {
    const right = valueGiven(of, problem.numbers);
    return { right, typed, judged: numbersJudged(right, typed, span) };
  });
  const { right, typed, judged } = claims.find((claim) => !claim.judged.right) ?? claims.at(-1)!;
  return {
    verdict: judged.right ? "correct" : "incorrect",
    diagnoses: judged.diagnoses,
    answer: spelled(entriesSpelled(typed.map((row) => row.map(toNumber)))),
    expected: entriesSpelled(right),
    reasons: [],
    notes: judged.right ? [judged.right.how] : [],
    tried: 0,
    score: points === undefined ? null : scored([judged], points),
  };
}

/** `i ≠ j`. */
const conditionSpelled = ({ i, j, isEqual }: Condition): Spelled => {
  const sign = isEqual ? ["=", "=", "="] : ["≠", "!=", "\\neq"];
  const [unicode, ascii, latex] = sign.map((text) => `${i.name} ${text} ${j.name}`);
  return { unicode: unicode!, ascii: ascii!, latex: latex! };
};

/** Cases as they are typed. */
const casesSpelled = (conditions: readonly Spelled[], bodies: readonly Spelled[]): Spelled =>
  spelledBy((spelling) => {
    const texts = bodies.map((body, k) => [conditions[k]![spelling], body[spelling]] as const);
    return spelling === "latex"
      ? `\\begin{cases} ${texts.map(([when, body]) => `${body} & ${when}`).join(" \\\\ ")} \\end{cases}`
      : texts.map(([when, body]) => `${when}: ${body}`).join("; ");
  });

/** What is wrong with the cases of an answer: said once where it is wrong with each. */
function ofCases(answers: readonly Answer[], parts: readonly PartJudged[]): Diagnosis[] {
  const conditions = answers.map(({ where }) => conditionSpelled(where!));
  const mended = parts.map(({ right, written, diagnoses }) =>
    right ? written : (diagnoses[0]?.repair ?? null),
  );
  const repair = mended.every((text) => text !== null) ? casesSpelled(conditions, mended) : null;
  const notes = parts.map(({ diagnoses }) => diagnoses[0]?.note);
  if (notes[0] !== undefined && notes.every((note) => note === notes[0]))
    return parts[0]!.diagnoses.flatMap((d): Diagnosis[] => [{ ...d, repair }]);
  return parts.flatMap(({ diagnoses }, k) =>
    diagnoses.map((d) => ({ ...d, message: say.inCase(conditions[k]!, d.message), repair })),
  );
}

const triedNote = (tried: number, isComplete: boolean): string =>
  `${tried} ${tried === 1 ? "edit of the answer was" : "edits of the answer were"} tried${isComplete ? "" : " before the time was up"}`;

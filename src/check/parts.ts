/** @file Judges one expression of an answer: the whole, a case, or a side of a line. */

import { spelled } from "../derive/options.ts";
import type { Spelled } from "../derive/options.ts";
import { errors } from "../diagnostics/errors.ts";
import { textOf } from "../diagnostics/source.ts";
import type { Span } from "../diagnostics/source.ts";
import { sameShape } from "../expr/dimension.ts";
import type { Rational } from "../expr/rational.ts";
import { toNumber } from "../expr/rational.ts";
import { valueGiven, withoutNumbers } from "../numeric/given.ts";
import type { Answer } from "./answer.ts";
import { typedNumbers } from "./claimed.ts";
import { creditOf, fullCredit } from "./credit.ts";
import type { Credit } from "./credit.ts";
import { found } from "./diagnosis.ts";
import type { Diagnosis, Rightness } from "./judgement.ts";
import type { Subject } from "./subject.ts";
import { entriesSpelled, typedDecimals, valuesJudged } from "./values.ts";
import type { Entries } from "./values.ts";
import { rightOf } from "./verdict.ts";
import { diagnosisOf, writtenIn } from "./written.ts";

/** What is said of one part: of the whole answer, or of a case. */
export interface PartJudged {
  /** What is said of it where it is right; null where it is wrong. */
  readonly right: Rightness | null;
  readonly diagnoses: readonly Diagnosis[];
  readonly written: Spelled | null;
  readonly tried: number;
  readonly isComplete: boolean;
  /** What it is worth. */
  readonly credit: () => Credit;
}

/** Judges a part; a repair is searched for until then, by `performance.now()`. */
export function partJudged(subject: Subject, answer: Answer, until: number): PartJudged {
  const typed = numbersOf(subject, answer);
  if (typed)
    return numbersJudged(valueGiven(answer.truth, subject.problem.numbers), typed, answer.span);
  const right = rightOf(subject, answer);
  const written = answer.expr && answer.isPlain ? writtenIn(answer.problem, answer.expr) : null;
  if (right)
    return { right, diagnoses: [], written, tried: 0, isComplete: true, credit: () => fullCredit };
  const { findings, tried, isComplete, asCase, edits } = found(subject, answer, until);
  const diagnoses = findings.map((finding) => diagnosisOf(subject, answer, finding));
  const credit = (): Credit => creditOf(asCase, edits, answer.truth);
  return { right, diagnoses, written, tried, isComplete, credit };
}

/** The numbers of an answer where numbers are given for all that the result is made of; null of any other. */
function numbersOf(
  { problem }: Subject,
  { numbers, expr, truth, span }: Answer,
): readonly (readonly Rational[])[] | null {
  const missing = withoutNumbers(truth, problem.numbers);
  if (numbers) {
    if (missing.length > 0) throw errors.numbersAlone(span, missing);
    return numbers;
  }
  const isNumeric = missing.length === 0 && (truth.kind !== "num" || problem.numbers.size > 0);
  return expr && isNumeric && sameShape(expr.shape, truth.shape) ? typedNumbers(expr) : null;
}

/** Judges numbers by those that are right. */
export function numbersJudged(
  right: Entries,
  typed: readonly (readonly Rational[])[],
  span: Span,
): PartJudged {
  const places = typedDecimals(textOf(span), typed.flat().length);
  const { isRight, said, note, rightEntries } = valuesJudged(typed, right, places);
  const count = right.flat().length;
  const share = count > 1 ? rightEntries / count : 0;
  const repair = entriesSpelled(right);
  return {
    right: isRight ? { reasons: [], how: note } : null,
    diagnoses: said.map(({ kind, note: counted, message }) => ({
      kind,
      note: counted,
      message,
      span,
      repair: spelled(repair),
    })),
    written: entriesSpelled(typed.map((row) => row.map(toNumber))),
    tried: 0,
    isComplete: true,
    credit: () =>
      isRight ? fullCredit : { share, because: [`${rightEntries} of ${count} numbers are right`] },
  };
}

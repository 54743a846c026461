/** @file What a sheet says besides its formulas: verdicts on answers, and how each result was checked. */

import { lineOf } from "../diagnostics/source.ts";
import type { Judgement } from "../check/index.ts";
import type { Evaluation } from "../eval/index.ts";
import { errorTold } from "../report/values.ts";
import { unicodeName } from "../print/index.ts";
import type { Prose } from "../steps/index.ts";
import type { Solved } from "./solve.ts";
import type { SheetFence, SheetSource } from "./source.ts";
import type { TrainedHere } from "./training.ts";

/** What a fence gives, in words; nothing where the heading above it says the same of it alone. */
export function pointsOf({ headings, fences }: SheetSource, { options, span }: SheetFence): string {
  const { points } = options;
  if (points === undefined) return "";
  const index = headings.findLastIndex((heading) => heading.span.start <= span.start);
  const heading = headings[index];
  const from = heading?.span.start ?? 0;
  const to = headings[index + 1]?.span.start ?? Infinity;
  const beside = fences.filter(
    (f) => f.options.points !== undefined && f.span.start >= from && f.span.start < to,
  );
  if (heading?.points === points && beside.length === 1) return "";
  return points === 1 ? "1 point" : `${points} points`;
}

/** Whether anything was derived. */
export const hasResults = (solved: readonly Solved[]): boolean =>
  solved.some(
    ({ found, evaluated, trained, show }) =>
      (found.length > 0 || evaluated || trained) && show !== "problems",
  );

/** The verdict on an answer by hand. */
export const verdictOf = ({ verdict }: Judgement): string =>
  verdict === "correct" ? "The answer is right." : "The answer is wrong:";

/** What is wrong with it, the answer made right, and its points; of a right one its points alone. */
export function faultsOf({ diagnoses, score }: Judgement): Prose {
  const points = score ? ` ${score.points} of ${score.of} points.` : "";
  if (diagnoses.length === 0) return points === "" ? [] : [points];
  const repair = diagnoses.find((d) => d.repair)?.repair;
  return [
    ...diagnoses.flatMap(({ message }, i): Prose => [i === 0 ? " " : "; ", ...message]),
    ...(repair ? ([". Made right: ", repair, `.${points}`] satisfies Prose) : [`.${points}`]),
  ];
}

/** Values are compared with those in floats, and what flows back with derivatives by numbers. */
function valuesRow({ span }: SheetFence, { loss, checked }: Evaluation): string[] {
  const { derivatives, method, maxRelativeError } = checked;
  return [
    `line ${lineOf(span.source, span.start)}: values of ${loss.unicode}`,
    derivatives > 0 ? `floats, and ${derivatives} ${method} of the input` : "floats",
    "those given",
    errorTold(maxRelativeError),
    "",
  ];
}

/** Gradients of a training are compared before its first step. */
function trainingRow({ span }: SheetFence, { compared }: TrainedHere): string[] {
  const worst = Math.max(...compared.map(({ relativeError }) => relativeError));
  return [
    `line ${lineOf(span.source, span.start)}: gradients of the training`,
    "differences along random directions",
    String(compared.length),
    worst.toExponential(0),
    "",
  ];
}

/** A row for each result: by what, how, at how many points, and how far off it was. */
export function checkedTable(solved: readonly Solved[]): {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
} {
  const rows = solved.flatMap(({ fence, found, evaluated, trained, sections, show }) =>
    show === "problems"
      ? []
      : trained
        ? [trainingRow(fence, trained)]
        : evaluated
          ? [valuesRow(fence, evaluated)]
          : found.map((d) => {
              const v = d.verification;
              return [
                `line ${lineOf(fence.span.source, fence.span.start)}: ${d.kind} by ${unicodeName(d.variable.name)}`,
                v ? v.method : "not checked, as was asked",
                v ? String(v.draws) : "",
                v ? v.maxRelativeError.toExponential(0) : "",
                sections.length > 0 ? "each cotangent or differential" : "",
              ];
            }),
  );
  const head = ["result", "compared with", "points", "largest relative error", "steps checked"];
  // Where no steps are shown there is nothing to say of them.
  const shown = rows.some((row) => row[4] !== "") ? head.length : 4;
  return { head: head.slice(0, shown), rows: rows.map((row) => row.slice(0, shown)) };
}

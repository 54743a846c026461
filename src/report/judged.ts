/** @file What is said of an answer by hand, as text and as Markdown. */

import type {
  DerivationJudged,
  Diagnosis,
  Judgement,
  LineJudged,
  Score,
  Summary,
} from "../check/index.ts";
import type { Spelled } from "../derive/options.ts";
import { frame } from "../diagnostics/frame.ts";
import { mdText, proseMarkdown } from "./markdown.ts";
import { widthOf, wrapped } from "../print/columns.ts";
import { proseText } from "./text.ts";

/** The verdict, each diagnosis with its place and the repaired answer, and what was expected. */
export function judgementText({ verdict, diagnoses, expected, reasons, score }: Judgement): string {
  const because = reasons.flatMap((reason) => wrapped(reason, "  ", "    "));
  if (verdict === "correct") return ["correct", ...because, ...scoreLine(score)].join("\n");
  const repairs = repairsOf(diagnoses);
  return [
    "incorrect",
    ...because,
    ...diagnoses.flatMap((d) => [
      ...diagnosisLines(d, "  "),
      ...(d.span ? [indented(frame(d.span))] : []),
    ]),
    ...repairs.map((repair) => `  repaired: ${repair.unicode}`),
    `  expected: ${expected.unicode}`,
    ...scoreLine(score),
  ].join("\n");
}

/** A diagnosis in lines of a terminal. */
const diagnosisLines = ({ kind, message }: Diagnosis, margin: string): string[] =>
  wrapped(`${kind}: ${proseText(message, "unicode")}`, margin, `${margin}  `);

/** What a judgement says of points. */
const scoreLine = (score: Score | null): string[] =>
  score
    ? wrapped(`${score.points} of ${score.of} points: ${score.because.join("; ")}`, "  ", "    ")
    : [];

/** The lines of a derivation, each with its verdict. */
export function derivationText({
  verdict,
  lines,
  expected,
  notes,
  score,
}: DerivationJudged): string {
  const width = Math.min(widestLine, Math.max(...lines.map(({ text }) => widthOf(text))));
  return [
    verdict,
    ...lines.flatMap(({ line, text, verdict: said, from, diagnoses }) => [
      `  ${String(line).padStart(3)}  ${text}${" ".repeat(Math.max(0, width - widthOf(text)))}  ${saidOf(said, from)}`,
      ...diagnoses.flatMap((d) => diagnosisLines(d, "       ")),
      ...repairsOf(diagnoses).map((repair) => `       repaired: ${repair.unicode}`),
    ]),
    ...notes.map((note) => `  ${note}`),
    ...(verdict === "incorrect" && expected ? [`  expected: ${expected.unicode}`] : []),
    ...scoreLine(score),
  ].join("\n");
}

/** Up to so many columns verdicts stand below one another. */
const widestLine = 56;

const saidOf = (verdict: LineJudged["verdict"], from: number | null): string =>
  verdict === "follows"
    ? `wrong, and follows from line ${from}`
    : verdict === "definition"
      ? "a name of its own"
      : verdict === "unread"
        ? "not understood"
        : verdict;

/** Statistics over a class as a table. */
export function summaryText(summary: Summary): string {
  const { answers, correct, incorrect, refused, kinds, notes, meanPoints } = summary;
  const row = (count: number, text: string): string => `  ${String(count).padStart(5)}  ${text}`;
  return [
    `${answers} answers: ${correct} correct, ${incorrect} incorrect${refused > 0 ? `, ${refused} not understood` : ""}`,
    ...(meanPoints === null ? [] : [`mean ${Math.round(100 * meanPoints) / 100} points`]),
    ...(kinds.length > 0 ? ["by kind of mistake"] : []),
    ...kinds.map(({ kind, count }) => row(count, kind)),
    ...(notes.length > 0 ? ["by mistake"] : []),
    ...notes.map(({ note, kind, count }) => row(count, `${kind}: ${note}`)),
  ].join("\n");
}

/** The same as Markdown. */
export function judgementMarkdown({
  verdict,
  diagnoses,
  expected,
  reasons,
  score,
}: Judgement): string {
  const points = scoreLine(score).flatMap((line) => ["", mdText(line.trim())]);
  if (verdict === "correct")
    return ["**Correct.**", ...reasons.map((reason) => ` ${mdText(reason)}`), ...points].join("\n");
  const code = (text: string): string => `\`${text}\``;
  return [
    "**Incorrect.**",
    "",
    ...diagnoses.map(({ kind, message }) => `- *${kind}*: ${proseMarkdown(message)}`),
    "",
    ...repairsOf(diagnoses).flatMap((repair) => [`Repaired: ${code(repair.unicode)}`, ""]),
    `Expected: $${expected.latex}$`,
    ...points,
  ].join("\n");
}

/** Each repaired answer once. */
const repairsOf = (diagnoses: readonly Diagnosis[]): Spelled[] => [
  ...new Map(
    diagnoses.flatMap(({ repair }) => (repair ? [[repair.unicode, repair] as const] : [])),
  ).values(),
];

const indented = (text: string): string =>
  text
    .split("\n")
    .map((line) => `  ${line}`)
    .join("\n");

/** A derivation as Markdown: a table of its lines, then what is wrong. */
export function derivationMarkdown({
  verdict,
  lines,
  expected,
  notes,
  score,
}: DerivationJudged): string {
  const faults = lines.flatMap(({ line, diagnoses }) =>
    diagnoses.map(({ kind, message }) => `- line ${line}, *${kind}*: ${proseMarkdown(message)}`),
  );
  return [
    verdict === "correct" ? "**Correct.**" : "**Incorrect.**",
    "",
    "| line | | |",
    "| --- | --- | --- |",
    ...lines.map(
      ({ line, text, verdict: said, from }) =>
        `| ${line} | ${mdText(text)} | ${saidOf(said, from)} |`,
    ),
    ...(faults.length > 0 ? ["", ...faults] : []),
    ...(verdict === "incorrect" && expected ? ["", `Expected: $${expected.latex}$`] : []),
    ...[...notes, ...scoreLine(score)].flatMap((note) => ["", mdText(note.trim())]),
  ].join("\n");
}

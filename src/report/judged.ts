/** @file What is said of an answer by hand, as text and as Markdown. */

import type { Diagnosis, Judgement } from "../check/index.ts";
import type { Spelled } from "../derive/options.ts";
import { frame } from "../diagnostics/frame.ts";
import { proseMarkdown } from "./markdown.ts";
import { proseText } from "./text.ts";

/** The verdict, each diagnosis with its place and the repaired answer, and what was expected. */
export function judgementText({ verdict, diagnoses, expected }: Judgement): string {
  if (verdict === "correct") return "correct";
  const repairs = repairsOf(diagnoses);
  return [
    "incorrect",
    ...diagnoses.map(
      ({ kind, message, span }) =>
        `  ${kind}: ${proseText(message, "unicode")}${span ? `\n${indented(frame(span))}` : ""}`,
    ),
    ...repairs.map((repair) => `  repaired: ${repair.unicode}`),
    `  expected: ${expected.unicode}`,
  ].join("\n");
}

/** The same as Markdown. */
export function judgementMarkdown({ verdict, diagnoses, expected }: Judgement): string {
  if (verdict === "correct") return "**Correct.**";
  const code = (text: string): string => `\`${text}\``;
  return [
    "**Incorrect.**",
    "",
    ...diagnoses.map(({ kind, message }) => `- *${kind}*: ${proseMarkdown(message)}`),
    "",
    ...repairsOf(diagnoses).map((repair) => `Repaired: ${code(repair.unicode)}`),
    `Expected: $${expected.latex}$`,
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

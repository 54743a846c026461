/** @file Errors of numbers that are given, and of what they come to. */

import type { NablaError } from "../diagnostic.ts";
import type { Span } from "../source.ts";
import type { Extra } from "../wording.ts";
import { didYouMean, error, quoted } from "../wording.ts";

/** A name that numbers are given for, and where they stand: in a text, or in a file. */
export interface Placed {
  readonly name: string;
  readonly span: Span | null;
  readonly file: string | null;
}

/** An error of given numbers with their place. */
const misplaced = (
  code: string,
  { span, file }: Placed,
  message: string,
  extra: Extra = {},
): NablaError =>
  error(code, file === null ? message : `${file}: ${message}`, { ...extra, ...(span && { span }) });

export const ofNumbers = {
  notNumbers: (span: Span) =>
    error("not-numbers", "a value is a number or a list of them", {
      span,
      hint: "f = −3,  z = (0, 3, 1),  W = [1 2; 3 4]",
    }),
  numbersMissing: (names: readonly string[]) =>
    error("numbers-missing", `there are no numbers for ${names.join(", ")}`, {
      hint: `${names[0]} = …  among the statements, or behind --at, as in  x = 2,  b = (1, 0),  W = [1 2; 3 4]`,
    }),
  noValue: (lack: string) =>
    error("no-value", `there is no value at these numbers: it needs ${lack}`, { exit: 3 }),
  noValueOf: (part: string | null, lack: string) =>
    error(
      "no-value",
      `there is no value at these numbers: ${part === null ? "it" : part} needs ${lack}`,
      { exit: 3 },
    ),
  notComparedInFloats: (part: string, lack: string) =>
    error(
      "not-compared",
      `${part} cannot be compared with its value in floats, which needs ${lack}`,
      {
        notes: ["fractions have a value at these numbers, and rounding takes it away"],
        exit: 3,
      },
    ),
  tooFewDigits: (part: string, notes: readonly string[]) =>
    error(
      "rounded-away",
      `rounding leaves too few digits of the derivative by ${part} at these numbers, and nothing is shown`,
      {
        notes,
        hint: "numbers of sizes that lie nearer to each other, in other units",
        exit: 3,
      },
    ),
  noFormula: (name: string) =>
    error(
      "no-value",
      `there are no numbers for ${name}: of this function only the spaces are known`,
      {
        hint: `its formula in the place of the declaration, as in  ${name}(t) = t²`,
      },
    ),
  numbersMisfit: (of: Placed, shape: string, numbers: string, notes: readonly string[]) =>
    misplaced("numbers-misfit", of, `${of.name} is ${shape}, and its numbers are ${numbers}`, {
      notes,
    }),
  numbersTwice: (of: Placed) =>
    misplaced("two-meanings", of, `numbers are given for ${of.name} twice`),
  numbersOfDefined: (of: Placed) =>
    misplaced("two-meanings", of, `numbers are given for ${of.name}, which the problem defines`),
  numbersRefute: (of: Placed, property: string) =>
    misplaced("numbers-refute", of, `${of.name} is declared ${property}, and its numbers are not`),
  notASize: (of: Placed) =>
    misplaced("not-a-size", of, `the number of ${of.name} is no size that the others leave to it`, {
      notes: [
        "sizes and indices are whole numbers from 1, and an index is no larger than its size",
      ],
    }),
  unknownName: (of: Placed, near: string | null, family: string | null) =>
    misplaced(
      "unknown-name",
      of,
      `numbers are given for ${of.name}, which is no name of the problem`,
      { hint: family === null ? didYouMean(near) : family },
    ),
  noName: (text: string, file: string | null) =>
    misplaced(
      "no-name",
      { name: text, span: null, file },
      `${quoted(text)} is no name that numbers can be given for`,
      { hint: "W, x_1, W_{out}, alpha" },
    ),
  samplesDiffer: (of: Placed, count: number, other: string, first: number) =>
    misplaced(
      "samples-differ",
      of,
      `there are ${count} samples of ${of.name}, and ${first} of ${other}`,
    ),
  samplesUnlike: (name: string, without: number, having: number) =>
    error(
      "samples-differ",
      `sample ${without} has no numbers for ${name}, and sample ${having} has`,
    ),
  manySamples: (count: number, limit: number) =>
    error("too-long", `${count} samples are given, and at most ${limit} are gone through`),
  noSamples: () =>
    error("no-samples", "there are no samples after each of which the weights could change", {
      notes: ["the objective is no sum over an index, and no samples stand beside it"],
      hint: "--samples FILE, or --update batch",
    }),
  needsDescent: (option: string) =>
    error("bad-option", `${option} stands beside --descend`, {
      hint: "--descend W --rate 0.1 --iterations 3",
    }),
  needsBatch: () =>
    error("bad-option", "--reduce says what the losses of a batch of --samples become", {
      notes: ["without these, or after each of them, the objective is gone down as it is typed"],
      hint: "--samples FILE --update batch",
    }),
  needsBackward: () =>
    error("bad-option", "--forward gives values alone, and gradients are asked for beside it"),
  noRate: () => error("bad-option", "--descend needs the step: --rate", { hint: "--rate 0.1" }),
  noWeight: (name: string) => error("no-weight", `${name} is no name that numbers are given for`),
  weightSampled: (name: string) =>
    error(
      "no-weight",
      `${name} has numbers of its own in each sample, and cannot go down as well`,
      {
        hint: `--at "${name}=…" for the numbers that it begins with`,
      },
    ),
  noDescent: (reason: string) => error("no-descent", `there is no gradient to go down: ${reason}`),
  stepLeaves: (name: string, property: string, iteration: number) =>
    error(
      "diverged",
      `after iteration ${iteration} the numbers of ${name} are not ${property}, as it is declared`,
      { hint: "a smaller --rate", exit: 3 },
    ),
  descentDiverged: (name: string, iteration: number) =>
    error(
      "diverged",
      `in iteration ${iteration} the numbers of ${name} are too large for a float`,
      { hint: "a smaller --rate", exit: 3 },
    ),
} as const;

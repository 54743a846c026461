/** @file Errors of models in the format of ONNX: what it cannot say, and what a model lacks. */

import { among, error } from "../wording.ts";

/** A name that can be asked for in the place of another. */
const instead = (name: string | null): string | undefined =>
  name === null ? undefined : `output: "${name}"`;

export const ofOnnx = {
  noCounterpart: (text: string, lack: string, place: string | null, other: string | null) =>
    error("no-counterpart", `${text} cannot be part of an ONNX model: ${lack}`, {
      notes: place === null ? [] : [`it stands in ${place}`],
      hint: instead(other),
      exit: 3,
    }),
  notDefined: (name: string, known: readonly string[]) =>
    error("unknown-name", `the output ${name} is nothing that the problem defines`, {
      ...among(name, known),
    }),
  withoutInput: (output: string, input: string, other: string | null) =>
    error("without-input", `the output ${output} does not depend on the input ${input}`, {
      hint: instead(other),
    }),
  notPartOfModel: (output: string, names: readonly string[], other: string | null) =>
    error(
      "numbers-missing",
      `${output} needs ${names.join(", ")}, which is neither fed nor given`,
      {
        hint: instead(other),
      },
    ),
  notAlongInput: (input: string, shape: string, batch: string) =>
    error("bad-option", `${batch} cannot stay open: the input ${input} is ${shape}`, {
      notes: ["how many samples there are, a model sees in its input"],
    }),
  featuresMisfit: (what: string, count: number, width: number, input: string) =>
    error(
      "wrong-length",
      `${what} has ${count} numbers: it takes one for each of the ${width} features of ${input}, or one for all`,
    ),
  beyondSingle: (value: number) =>
    error("too-large", `a model has numbers in single precision, and none as large as ${value}`, {
      exit: 3,
    }),
  modelTooLarge: (bytes: number, limit: number) =>
    error(
      "too-large",
      `the model has ${Math.ceil(bytes / 2 ** 20)} MiB, and a file of ONNX has at most ${Math.floor(limit / 2 ** 20)}`,
      { exit: 3 },
    ),
} as const;

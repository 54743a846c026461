/** @file Errors of data sets: what a folder holds, labels, parts, and room for them. */

import { error, oneOf, quoted } from "../wording.ts";

/** A number of bytes, as people read it. */
const size = (bytes: number): string =>
  bytes < 2 ** 30 ? `${Math.ceil(bytes / 2 ** 20)} MiB` : `${(bytes / 2 ** 30).toFixed(1)} GiB`;

export const ofData = {
  noData: (path: string) =>
    error("no-data", `${path} holds no data that are read`, {
      hint: "train-images-idx3-ubyte.gz and train-labels-idx1-ubyte.gz, data_batch_1.bin, X.npy and y.npy, train.csv or one NPZ file",
    }),
  unknownFormat: (path: string) =>
    error("no-data", `${path} is of no format that is read`, {
      hint: "a name that ends in -ubyte, .npy, .npz, .csv, .tsv or .bin, with .gz behind it or not, or cifar-10-binary.tar.gz",
    }),
  severalKinds: (where: string, files: readonly string[]) =>
    error("no-data", `${where} holds data of several kinds: ${files.join(", ")}`, {
      hint: `--data ${files[0]}`,
    }),
  severalInputs: (path: string, names: readonly string[]) =>
    error("no-data", `${path} has several arrays of inputs: ${names.join(", ")}`, {
      hint: `${path}:${names[0]!}`,
    }),
  sameRole: (role: string, files: readonly string[]) =>
    error("no-data", `${files.join(" and ")} are both ${role}`, { hint: "name one of them" }),
  roleMissing: (where: string, role: string, there: readonly string[], hint: string) =>
    error("no-data", `${where} has no ${role}`, {
      notes: there.length > 0 ? [`there are ${there.join(", ")}`] : [],
      hint,
    }),
  countsDiffer: (labels: string, labelCount: number, inputs: string, inputCount: number) =>
    error("bad-data", `${labels} has ${labelCount} labels, and ${inputs} has ${inputCount} rows`),
  severalLabels: (labels: string, width: number, inputs: string, areSwapped: boolean) =>
    error(
      "bad-data",
      `${labels} has ${width} numbers for each sample, and a class is one whole number`,
      {
        hint: areSwapped
          ? `${inputs} has one for each: are the two swapped?`
          : "--targets numbers, where they are what is to be learnt",
      },
    ),
  shapesOfParts: (train: string, test: string) =>
    error(
      "bad-data",
      `samples to train with have the shape ${train}, and those to test with ${test}`,
    ),
  labelOf: (place: string, label: string) =>
    error("bad-data", `${place}: ${quoted(label)} is no class`, {
      notes: ["classes are words or whole numbers"],
      hint: "--targets numbers, where they are what is to be learnt",
    }),
  noSuchClass: (place: string, label: string, names: readonly string[]) =>
    error("bad-data", `${place}: ${quoted(label)} is none of the classes`, {
      notes: [`there are ${names.slice(0, 20).join(", ")}${names.length > 20 ? ", …" : ""}`],
    }),
  tooManyClasses: (place: string, most: number) =>
    error("bad-data", `${place}: these are more than ${most} classes`, {
      hint: "--targets numbers, where they are what is to be learnt",
    }),
  tooFewNames: (path: string, names: number, classes: number) =>
    error("bad-data", `${path} names ${names} classes, and the labels have ${classes}`),
  badNames: (path: string, line: number, reason: string) =>
    error("bad-data", `${path}: line ${line}: ${reason}`),
  noColumn: (path: string, label: string, columns: readonly string[] | number) =>
    error("bad-option", `${path} has no column ${quoted(label)}`, {
      notes: [
        typeof columns === "number"
          ? `it has ${columns} columns, and no names`
          : `there are ${columns.join(", ")}`,
      ],
      hint: "a name of the first line, or a number from 1 on",
    }),
  labelOfTable: (label: string, path: string) =>
    error("bad-option", `label ${label} names a column, and ${path} has none`),
  twoColumns: (path: string, name: string, first: number, second: number) =>
    error("bad-data", `${path} has two columns ${name}: which has the labels?`, {
      hint: `--label ${first}  or  --label ${second}`,
    }),
  onlyClasses: (path: string) =>
    error("bad-option", `the labels of ${path} are classes, and no numbers to be learnt`),
  notUtf8: (path: string) => error("bad-data", `${path}: it is no text in UTF-8`),
  noRoom: (folder: string, needed: number, free: number) =>
    error(
      "no-room",
      `${folder} has no room for ${size(needed)} of unpacked data: ${size(free)} are free`,
      { hint: "TMPDIR=FOLDER, on a disk that has room", exit: 4 },
    ),
  badShare: (part: string, share: number) =>
    error("bad-option", `${part} takes a number of samples, or a share of them below 1`, {
      notes: [`it is ${share}`],
      hint: `${part}: 0.1`,
    }),
  emptyPart: (part: string, share: number, count: number) =>
    error("bad-option", `${part}: ${share} of ${count} samples are none`),
  nothingToTrainOn: (count: number, others: number) =>
    error(
      "bad-option",
      `of ${count} samples ${others} are set apart, and none is left to train on`,
    ),
  noTensor: (path: string, name: string, reason: string, expected: string) =>
    error("damaged-file", `${path} is damaged: ${quoted(name)} ${reason}`, {
      notes: [`expected: ${expected}`],
    }),
  nothingKnown: (folder: string, known: readonly string[]) =>
    error("no-data", `${folder} has no file of a known data set`, {
      notes: [`known are ${oneOf(known).replace(" or ", " and ")}`],
      hint: "nabla data verify FOLDER, with train-images-idx3-ubyte.gz or cifar-10-binary.tar.gz in it",
    }),
} as const;

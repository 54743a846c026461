/** @file Errors of compiled programs: sizes, what goes in, and what comes out wrong. */

import { among, error, quoted } from "../wording.ts";

/** Something that is no number is told from one that looks like it. */
const told = (value: unknown): string => {
  if (typeof value === "string") return quoted(value);
  return typeof value === "bigint" ? `${value}n` : String(value);
};

export const ofCompiled = {
  sizesMissing: (names: readonly string[]) =>
    error("sizes-missing", `there is no size for ${names.join(", ")}`, {
      hint: `--sizes "${names.map((name) => `${name}=100`).join(", ")}"  or  sizes: { ${names.map((name) => `${name}: 100`).join(", ")} }`,
    }),
  badSize: (name: string, value: unknown) =>
    error("bad-size", `the size of ${name} is a whole number from 1 on, and not ${told(value)}`),
  unknownSize: (name: string, known: readonly string[]) =>
    error("unknown-size", `no dimension is called ${name}`, among(name, known)),
  notSizes: (text: string) =>
    error("bad-size", `${quoted(text)} is no name with a whole number from 1 on`, {
      hint: '--sizes "m=256, n=1024"',
    }),
  unknownInput: (name: unknown, known: readonly string[]) =>
    error(
      "unknown-name",
      `${typeof name === "string" ? name : told(name)} is nothing that can be given or taken`,
      among(String(name), known),
    ),
  inputsMissing: (names: readonly string[]) =>
    error("numbers-missing", `there are no numbers for ${names.join(", ")}`, {
      hint: `set("${names[0]}", [ … ])`,
    }),
  wrongLength: (name: string, shape: string, expected: number, found: string | number) =>
    error(
      "wrong-length",
      `${name} is ${shape}: ${expected} ${expected === 1 ? "number" : "numbers"}, row by row, and not ${found}`,
    ),
  noNumber: (name: string, place: string, value: unknown) =>
    error("no-number", `${name} has ${told(value)} ${place}, which is no number`),
  notFinite: (name: string, place: string, value: number) =>
    error("not-finite", `${name} has ${value} ${place}`, {
      notes: Number.isFinite(value) ? ["float32 has no number as large"] : [],
    }),
  notRecorded: (name: string, known: readonly string[]) =>
    error("not-recorded", `what ${name} is in each step is not kept`, {
      notes: [`kept is ${known.join(", ")}, from the first steps on`],
      hint: `record: ["${name}"]`,
    }),
  recordsScalars: (name: string) =>
    error("bad-option", `record takes scalars that the problem defines, and not ${name}`),
  notComputed: (name: string) =>
    error("not-computed", `${name} is not what the last run computed`, {
      hint: `run()  and then  get("${name}")`,
    }),
  labelOutOfRange: (name: string, place: string, value: unknown, least: number, most: number) =>
    error(
      "label-out-of-range",
      `${name} has ${told(value)} ${place}: a label is a whole number from ${least} to ${most}`,
    ),
  manyClasses: (name: string, most: number) =>
    error("too-large", `labels of ${name} are counted up to ${most} in float32`, {
      hint: 'dtype: "float64"',
    }),
  onlySteps: (isFed: boolean) =>
    error(
      "only-steps",
      isFed
        ? "which samples the value is of, a step says"
        : "gradients are used up by the update where they are made",
      {
        hint: `steps(1), or another program without ${isFed ? "names that are fed" : "an update"}`,
      },
    ),
  notOneHot: (name: string) =>
    error("not-one-hot", `${name} cannot be given by labels: it is not declared onehot`, {
      hint: `${name}: N×C onehot`,
    }),
  tooMuchMemory: (bytes: number, limit: number) =>
    error(
      "too-large",
      `the program needs ${Math.ceil(bytes / 2 ** 20)} MiB of memory, and ${Math.floor(limit / 2 ** 20)} are allowed`,
      { exit: 3 },
    ),
  noMemory: (bytes: number) =>
    error(
      "no-memory",
      `the program needs ${Math.ceil(bytes / 2 ** 20)} MiB of memory, which the system does not give`,
      { exit: 4 },
    ),
  noThreads: (count: number) =>
    error("no-threads", `the system does not give ${count} threads`, {
      hint: "threads: 1",
      exit: 4,
    }),
  noHome: () =>
    error("no-cache", "there is no home folder for compiled code", {
      hint: "NABLA_CACHE=FOLDER",
      exit: 4,
    }),
  notCleared: (reason: string) =>
    error("no-cache", `compiled code cannot be removed: ${reason}`, { exit: 4 }),
  disposed: () => error("disposed", "this program was disposed of"),
  noNumbers: (name: string) =>
    error("no-numbers", `there are no numbers for ${name}, of which only the name is known`, {
      exit: 3,
      hint: "a function with a formula has values:  f(x) = tanh(x)",
    }),
  needsCompiled: (option: string, value: string) =>
    error("bad-option", `${option} stands beside --backend or --plan`, {
      hint: `--backend auto ${option} ${value}`,
    }),
  notBesideCompiled: (option: string, beside: string, hint: string) =>
    error("bad-option", `${option} says nothing beside ${beside}`, { hint }),
  planFormat: (format: string) =>
    error("bad-option", `a plan is shown as text or as JSON, and not as ${format}`, {
      hint: "--format json",
    }),
  compiledDiffers: (name: string, where: string, found: string, size: number) =>
    error(
      "compiled-differs",
      `the compiled value of ${name} is not the oracle's and is not shown: this is a bug in nabla`,
      {
        notes: [`${where} gives ${found}: a relative error of ${size.toExponential(0)}`],
        hint: "please report the problem with these numbers; without --backend the oracle's are shown",
        exit: 3,
      },
    ),
  roundedAway: (name: string, where: string, found: string, isShort: boolean) =>
    error(
      "rounded-away",
      `rounding leaves too few digits of ${name} at these numbers, and it is not shown`,
      {
        notes: [`${where} gives ${found}, and rounding alone moves it as far`],
        hint: isShort ? "--dtype float64" : "without --backend numbers stay exact where they can",
        exit: 3,
      },
    ),
} as const;

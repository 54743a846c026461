/** @file The configuration of a run from the options that are typed, on the command line or in a sheet. */

import { resolve } from "node:path";
import type { Target } from "../data/index.ts";
import { mostThreads } from "../compile/options.ts";
import { errors } from "../diagnostics/errors.ts";
import { sizesTyped } from "../eval/numbers.ts";
import { toNumber } from "../expr/rational.ts";
import { readText } from "../files/index.ts";
import type { Asked } from "./choices.ts";
import type { Config, HiddenLayers, Subject } from "./config.ts";
import type { Initial } from "./initial.ts";
import { optimizers, usualFactors } from "./optimizers.ts";
import type { Clipping, Factors } from "./optimizers.ts";
import type { Schedule } from "./schedule.ts";
import { targetOf } from "./task.ts";

/** A configuration before its data are opened. */
export type AskedConfig = Omit<Config, "title" | "backend" | "subject" | "data"> &
  Pick<Asked, "backend"> & {
    readonly subject: Subject | HiddenLayers;
    readonly data: Omit<Config["data"], "target"> & { readonly target: Target };
  };

/** A loss that is typed: statements that end with it, or it alone. */
export type TypedLoss = Pick<Extract<Subject, { kind: "typed" }>, "statements" | "expr">;

/** The loss that is typed, or that stands in a file; null where there is none. */
export const lossOf = (problem: string | undefined): TypedLoss | null =>
  problem === undefined
    ? null
    : problem.endsWith(".nabla")
      ? { statements: [readText(problem)], expr: null }
      : { statements: [], expr: problem };

/** A number that an option has to be. */
function number(name: string, text: string, what: string, fits: (x: number) => boolean): number {
  const x = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/iu.test(text.trim())
    ? Number(text)
    : Number.NaN;
  if (!fits(x)) throw errors.badOption(`--${name}`, what);
  return x;
}

const isPositive = (x: number): boolean => x > 0 && Number.isFinite(x);
const isCount = (x: number): boolean => Number.isSafeInteger(x) && x >= 1;
const positive = (name: string, text: string): number =>
  number(name, text, "a number above 0", isPositive);
const count = (name: string, text: string): number =>
  number(name, text, "a whole number from 1 on", isCount);
const atLeast0 = (name: string, text: string): number =>
  number(name, text, "a number from 0 on", (x) => x >= 0 && Number.isFinite(x));
const below1 = (name: string, text: string): number =>
  number(name, text, "a number from 0 to below 1", (x) => x >= 0 && x < 1);

/** A number of samples, or a share of them. */
const part = (name: string, text: string): number =>
  number(
    name,
    text,
    "a number of samples, or a share of them below 1: 0.2",
    (x) => x >= 0 && (x < 1 || Number.isSafeInteger(x)),
  );

/** How many epochs a text says. */
export const epochCount = (text: string): number => count("epochs", text);

/** The threads and the memory that a run may take: nothing in its numbers hangs on them. */
export const machineOf = ({
  threads,
  memory,
}: {
  readonly threads?: string;
  readonly memory: string;
}): {
  readonly threads: number | null;
  readonly memory: number;
} => ({
  threads:
    threads === undefined
      ? null
      : number(
          "threads",
          threads,
          `a whole number from 1 to ${mostThreads}`,
          (n) => isCount(n) && n <= mostThreads,
        ),
  memory: positive("memory", memory) * 2 ** 20,
});

/**
 * The configuration that options give, but for what the data say.
 * @throws NablaError where an option has no such value or says nothing, or where a typed loss is not understood.
 */
export function configOf(problem: TypedLoss | null, options: Asked): AskedConfig {
  const subject = subjectOf(problem, options);
  const isTyped = subject.kind === "typed";
  const patience = options.patience === undefined ? null : count("patience", options.patience);
  const validation = part("validation", options.validation);
  if (patience !== null && validation === 0)
    throw errors.badOption("--patience", "samples to validate with beside it: --validation 0.1");
  const epochs = epochCount(options.epochs);
  const optimizer = optimizerOf(options);
  if (optimizer.warmup > epochs)
    throw errors.badOption("--warmup", `no more than the ${epochs} of --epochs`);
  const batch = count("batch", options.batch);
  if (!isTyped && subject.batchNorm && batch < 2)
    throw errors.badOption("--batch-norm", "batches of 2 samples at least");
  return {
    version: 1,
    subject,
    data: {
      paths: options.data.map((path) => resolve(path)),
      label: options.label ?? null,
      target: isTyped ? targetOf(subject) : targetsOf(subject.isOfClasses),
      validation,
      test: part("test", options.test),
      limit: options.limit === undefined ? null : count("limit", options.limit),
      standard: options.standardise,
      fingerprint: "",
      shape: [],
      classNames: null,
    },
    optimizer,
    initial: initialOf(options, subject),
    batch,
    epochs,
    patience,
    seed: number(
      "seed",
      options.seed,
      "a whole number from 0 on",
      (x) => Number.isSafeInteger(x) && x >= 0,
    ),
    backend: options.backend,
    dtype: options.dtype,
  };
}

const targetsOf = (areClasses: boolean | null): Target =>
  areClasses === null ? "either" : areClasses ? "classes" : "numbers";

function subjectOf(problem: TypedLoss | null, options: Asked): Subject | HiddenLayers {
  const { layers, hidden, params, input, target, predicts, sizes } = options;
  const given = [problem ?? undefined, layers, hidden].filter((way) => way !== undefined);
  if (given.length !== 1) throw errors.oneSubject();
  if (problem === null) return networkAsked(options);
  if (params === undefined || input === undefined) throw errors.typedNeeds();
  return {
    kind: "typed",
    ...problem,
    params: params.split(",").map((name) => name.trim()),
    input,
    target: target ?? null,
    output: predicts ?? null,
    sizes: Object.fromEntries(
      sizes.flatMap(sizesTyped).map(({ name, rows }) => [name, toNumber(rows[0]![0]!)]),
    ),
  };
}

/** A network by all of its layers, or by the hidden ones. */
function networkAsked(options: Asked): Subject | HiddenLayers {
  const { layers, hidden, loss = "cross-entropy", targets, activation } = options;
  if (options.margin !== undefined && loss !== "hinge" && loss !== "softmax-hinge")
    throw errors.optionOf("margin", "a hinge loss", "--loss hinge");
  const dropout = below1("dropout", options.dropout);
  const batchNorm = options.batchNorm === true;
  const others = {
    activation,
    loss,
    margin: positive("margin", options.margin ?? "1"),
    l2: atLeast0("l2", options.l2),
    dropout,
    batchNorm,
  };
  const numbers = (name: string, text: string): number[] =>
    text.split(",").map((part) => count(name, part));
  if (hidden !== undefined) {
    const isOfClasses = targets ? targets === "classes" : loss === "squared" ? null : true;
    return { kind: "hidden", units: numbers("hidden", hidden), isOfClasses, ...others };
  }
  const all = numbers("layers", layers!);
  const idle = dropout > 0 ? "dropout" : batchNorm ? "batch-norm" : null;
  if (all.length < 3 && idle !== null)
    throw errors.optionOf(idle, "networks with a hidden layer", "--layers 784,64,10");
  const isOfClasses = targets ? targets === "classes" : loss !== "squared" || all.at(-1)! > 1;
  return { kind: "network", layers: all, isOfClasses, ...others };
}

function optimizerOf(options: Asked): Config["optimizer"] {
  const { optimizer: name, rate, schedule, warmup, clip, clipValue } = options;
  const { usualRate, factors: own } = optimizers[name];
  const factors: Record<keyof Factors, number> = { ...usualFactors };
  const bounds: Record<keyof Factors, (name: string, text: string) => number> = {
    momentum: below1,
    decay: below1,
    beta1: below1,
    beta2: below1,
    epsilon: positive,
    weightDecay: atLeast0,
  };
  for (const factor of Object.keys(bounds) as (keyof Factors)[]) {
    const text = options[factor];
    if (text === undefined) continue;
    const typed = factor === "weightDecay" ? "weight-decay" : factor;
    if (!own.includes(factor)) throw errors.noFactor(typed, name);
    factors[factor] = bounds[factor](typed, text);
  }
  if (clip !== undefined && clipValue !== undefined)
    throw errors.badOption("--clip", "no --clip-value beside it");
  const clipping: Clipping | null =
    clip !== undefined
      ? { by: "norm", most: positive("clip", clip) }
      : clipValue === undefined
        ? null
        : { by: "value", most: positive("clip-value", clipValue) };
  return {
    name,
    rate: rate === undefined ? usualRate : positive("rate", rate),
    factors,
    clip: clipping,
    schedule: scheduleOf(schedule),
    warmup: atLeast0("warmup", warmup),
  };
}

function scheduleOf(text: string): Schedule {
  const [kind, ...numbers] = text.split(":");
  const told = "constant, step:EPOCHS:FACTOR, cosine or cosine:LEAST";
  const [first = "", second = ""] = numbers;
  if (kind === "constant" && numbers.length === 0) return { kind };
  if (kind === "step" && numbers.length === 2) {
    const factor = (value: string): number => number("schedule", value, told, isPositive);
    return { kind, every: factor(first), factor: factor(second) };
  }
  if (kind === "cosine" && numbers.length === 0) return { kind, least: 0 };
  if (kind === "cosine" && numbers.length === 1)
    return { kind, least: number("schedule", first, told, (x) => x >= 0 && x <= 1) };
  throw errors.badOption("--schedule", told);
}

function initialOf({ init }: Asked, subject: Subject | HiddenLayers): Initial {
  if (init === undefined) {
    const isBounded =
      subject.kind === "typed" || subject.activation === "tanh" || subject.activation === "sigmoid";
    return { kind: isBounded ? "xavier" : "he" };
  }
  const [kind, scale = "0.01", ...more] = init.split(":");
  if (kind === "normal" && more.length === 0) return { kind, scale: positive("init", scale) };
  if ((kind === "he" || kind === "xavier") && !init.includes(":")) return { kind };
  throw errors.badOption("--init", "he, xavier, normal or normal:0.01");
}
